package transcript

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"star18/securecall"
	"star18/securecall/published"
	"star18/ua"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// spoken is the caller's side of a call with a telephone that numbers its
// messages from 16, little-endian, and joins its Finals.
func spoken(t testing.TB) []ua.Exchange {
	t.Helper()
	certificate, _, err := securecall.DecodeMiniCertificate(published.MiniCertificate())
	if err != nil {
		t.Fatal(err)
	}
	hello := securecall.Hello{ID: 1, Version: 0x00010000, SSRC: 0x11223344, Certificate: certificate}.Bytes()
	seen := securecall.Observed{{
		Kind: securecall.CalleeHello, ContentType: "application/x-other", Length: 264, ID: 16,
		Order: securecall.Little, Version: 0x00010000, SSRC: 0x44332211, SSRCMatched: true,
	}}
	at := func(ms int) time.Time { return noon.Add(time.Duration(ms) * time.Millisecond) }
	return []ua.Exchange{
		{Call: "1", At: at(0), Role: ua.RoleCaller, Sent: true, Number: "14085551234", Method: "INFO", ContentType: "application/x-sipura", Chars: 352, Bytes: 264, Hello: hello, Own: 1, Remote: 2, Heard: true},
		{Call: "1", At: at(5), Role: ua.RoleCaller, Number: "14085551234", Status: 200, ContentType: "application/x-other", Chars: 352, Bytes: 264, Hello: hello, Own: 1, Remote: 2, Heard: true, Observed: seen},
		{Call: "1", At: at(9), Role: ua.RoleCaller, Sent: true, Number: "14085551234", Method: "INFO", ContentType: "application/x-sipura", Chars: 176, Bytes: 132, Form: securecall.Split, ID: 3, Own: 1, Remote: 2, Heard: true, Observed: seen},
		{Call: "1", At: at(14), Role: ua.RoleCaller, Number: "14085551234", Status: 200, Own: 1, Remote: 2, Heard: true, Observed: seen},
	}
}

func record(t testing.TB, path string) {
	t.Helper()
	r, err := Open(path, "star18 test", securecall.DefaultWire(), noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range spoken(t) {
		r.Exchange(e)
	}
	r.Event("1", ua.Secured{Name: "$Joe Smith", Number: "14085551234", Proven: true, Transform: "hmac-sha1-80", MS: 20}, noon)
	r.Event("1", ua.Ended{}, noon)
	r.Event("2", ua.NotSecured{Reason: securecall.NoIdentity, Detail: "none"}, noon)
	r.Event("2", ua.Ended{}, noon) // nothing was said in this one
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path string) []Line {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all, err := Read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFileTellsWhatWasSaid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.jsonl")
	record(t, path)
	all := read(t, path)
	if len(all) != 8 {
		t.Fatalf("%d lines, want start, four messages, outcome, settings and the second call's outcome", len(all))
	}
	if s := all[0].Start; s.Wire.MessageIDs != [3]uint32{1, 2, 3} || s.Program != "star18 test" {
		t.Errorf("start %+v", s)
	}
	kinds := []Kind{Hello, Hello, Final, Empty}
	for i, want := range kinds {
		if m := all[i+1].Message; m == nil || m.Kind != want {
			t.Errorf("line %d: %+v, want kind %s", i+2, m, want)
		}
	}
	if m := all[3].Message; !slices.Equal(m.Blocks, []int{64, 64}) || m.Form != securecall.Split || m.ID != 3 {
		t.Errorf("final %+v", m)
	}
	if o := all[2].Message.Observed; len(o) != 1 || o[0].ID != 16 || o[0].Order != securecall.Little {
		t.Errorf("observed %+v", o)
	}
	if o := all[5].Outcome; !o.Secured || o.Transform != "hmac-sha1-80" {
		t.Errorf("outcome %+v", o)
	}
	if o := all[7].Outcome; o.Secured || o.Reason != securecall.NoIdentity {
		t.Errorf("outcome %+v", o)
	}
}

// The oracle is the interface's configuration keys.
func TestSettingsThatWouldMatch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.jsonl")
	record(t, path)
	got := read(t, path)[6].Settings
	want := "secure:\n  wire:\n    content_type: application/x-other\n    message_ids: [1, 16, 3]\n    byte_order: little"
	if strings.Join(got.Lines, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got.Lines, "\n"), want)
	}
	if len(got.Differ) != 3 || got.Differ[1].Configured != "[1, 2, 3]" {
		t.Errorf("differ %+v", got.Differ)
	}
}

func TestRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.jsonl")
	record(t, path)
	for i, l := range read(t, path) {
		text, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		again, err := parse(text)
		if err != nil || !reflect.DeepEqual(again, l) {
			t.Errorf("line %d: %v\n%+v\n%+v", i+1, err, again, l)
		}
	}
}

func TestOnlyTheOwnerReads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.jsonl")
	record(t, path)
	if info, _ := os.Stat(path); runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode().Perm())
	}
}

func TestAppendsToItsOwnOnly(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		mode       os.FileMode
		want       error
	}{
		{"another file", "precious\n", 0o600, ErrNotTranscript},
		{"another JSON file", `{"time":"2026-01-01T00:00:00Z"}` + "\n", 0o600, ErrNotTranscript},
		{"an empty file", "", 0o600, nil},
		{"an open file", "", 0o644, ErrExposed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if runtime.GOOS == "windows" && tt.want == ErrExposed {
				t.Skip("no mode bits")
			}
			path := filepath.Join(t.TempDir(), "t")
			if err := os.WriteFile(path, []byte(tt.text), tt.mode); err != nil {
				t.Fatal(err)
			}
			r, err := Open(path, "p", securecall.DefaultWire(), noon)
			if !errors.Is(err, tt.want) {
				t.Fatalf("%v, want %v", err, tt.want)
			}
			if err == nil {
				r.Close()
			} else if text, _ := os.ReadFile(path); string(text) != tt.text {
				t.Errorf("the file was changed to %q", text)
			}
		})
	}
}

func TestSecondRunGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.jsonl")
	record(t, path)
	whole, _ := os.ReadFile(path)
	if err := os.WriteFile(path, append(whole, `{"time":"2026`...), 0o600); err != nil {
		t.Fatal(err)
	}
	record(t, path)
	if all := read(t, path); len(all) != 16 || all[8].Start == nil {
		t.Errorf("%d lines after two runs of 8 with a crash between them", len(all))
	}
}

func TestRefusedLines(t *testing.T) {
	const start = `{"time":"2026-01-01T00:00:00Z","start":{"transcript":"star18","version":1}}` + "\n"
	const head = `{"time":"2026-01-01T00:00:00Z","call":"1","message":{"role":"caller","direction":"sent",`
	for name, text := range map[string]string{
		"nothing":           "",
		"no start":          strings.Replace(start, "start", "begin", 1),
		"a later version":   strings.Replace(start, `"version":1`, `"version":2`, 1),
		"half a line":       start + start[:20],
		"two in one":        start + `{"time":"2026-01-01T00:00:00Z","call":"1","outcome":{},"settings":{}}`,
		"short hello":       start + head + `"method":"INFO","kind":"hello","hello":"AAAA"}}`,
		"unknown kind":      start + head + `"method":"INFO","kind":"x"}}`,
		"request, response": start + head + `"method":"INFO","status":200,"kind":"empty"}}`,
		"a bad word":        start + head + `"method":"INFO","kind":"empty","own_ssrc":"12"}}`,
		"an endless line":   start + strings.Repeat(" ", maxLine+1),
	} {
		if _, err := Read(strings.NewReader(text)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Read(strings.NewReader(start)); err != nil {
		t.Errorf("the start alone: %v", err)
	}
}

func TestConfigLinesQuoteWhatIsNoWord(t *testing.T) {
	got := ConfigLines([]securecall.Difference{
		{Key: "secure.wire.content_type", Observed: "*/x: y\n"}, {Key: "secure.wire.final", Observed: "split"}, {Key: "line.user", Observed: "1"},
	})
	want := []string{"secure:", "  wire:", `    content_type: "*/x: y\n"`, "    final: split", "line:", "  user: 1"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func FuzzRead(f *testing.F) {
	path := filepath.Join(f.TempDir(), "t.jsonl")
	record(f, path)
	text, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	for line := range bytes.Lines(text) {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		all, _ := Read(bytes.NewReader(text))
		for _, l := range all {
			again, err := json.Marshal(l)
			if err != nil {
				t.Fatalf("%+v: %v", l, err)
			}
			if _, err := parse(again); err != nil {
				t.Fatalf("%s: %v", again, err)
			}
		}
	})
}
