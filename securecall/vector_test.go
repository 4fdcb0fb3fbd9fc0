package securecall

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "make the vectors again")

// vector is one file of testdata/vectors; see the README there.
type vector struct {
	why    string
	fields map[string]string
	body   string
}

func (v vector) bytes() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n", v.why)
	for _, key := range []string{"callee", "status", "caller", "after-hello", "own-ssrc", "peer-ssrc", "now", "dialled", "new-ssrc", "master", "salt"} {
		if v.fields[key] != "" {
			fmt.Fprintf(&b, "%s: %s\n", key, v.fields[key])
		}
	}
	fmt.Fprintf(&b, "\n%s", v.body)
	return b.Bytes()
}

func readVector(t *testing.T, path string) vector {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, body, ok := strings.Cut(string(content), "\n\n")
	if !ok {
		t.Fatalf("%s: no empty line", path)
	}
	v := vector{fields: map[string]string{}, body: body}
	for line := range strings.Lines(head) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if ok && !strings.HasPrefix(key, "#") {
			v.fields[key] = value
		}
	}
	return v
}

func (v vector) number(t *testing.T, key string) uint32 {
	t.Helper()
	n, err := strconv.ParseUint(v.fields[key], 0, 32)
	if err != nil {
		t.Fatal(err)
	}
	return uint32(n)
}

func (v vector) clock(t *testing.T) func() time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, v.fields["now"])
	if err != nil {
		t.Fatal(err)
	}
	return func() time.Time { return at }
}

func (v vector) streams(t *testing.T) Streams {
	t.Helper()
	s := Streams{OwnSSRC: v.number(t, "own-ssrc")}
	if s.PeerKnown = v.fields["peer-ssrc"] != ""; s.PeerKnown {
		s.PeerSSRC = v.number(t, "peer-ssrc")
	}
	return s
}

// Oracle: each file names what must happen, by section of the rules.
func TestVectors(t *testing.T) {
	if *update {
		writeVectors(t)
	}
	paths, err := filepath.Glob("testdata/vectors/*.txt")
	if err != nil || len(paths) < 50 {
		t.Fatalf("%d vectors, %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			v := readVector(t, path)
			v.driveCallee(t)
			v.driveCaller(t)
		})
	}
}

func (v vector) driveCallee(t *testing.T) {
	t.Helper()
	callee := NewCallee(CalleeConfig{
		Identity: joe(t), Service: true, Wire: DefaultWire(), Replay: NewMemoryReplay(),
		Now: v.clock(t), Rand: seeded("vector"),
	})
	s := v.streams(t)
	if v.fields["after-hello"] == "yes" {
		hello := EncodeBody(Hello{ID: 1, SSRC: 1, Certificate: joe(t).certificate}.Bytes())
		if a := callee.Receive("application/x-sipura", hello, s); a.Refusal != nil {
			t.Fatal(a.Refusal)
		}
	}
	a := callee.Receive("application/x-sipura", []byte(v.body), s)
	if got := outcome(a.Refusal); got != v.fields["callee"] || strconv.Itoa(a.Status) != v.fields["status"] {
		t.Errorf("callee: %s, %d; want %s, %s", got, a.Status, v.fields["callee"], v.fields["status"])
	}
	if (a.NewSSRC != 0) != (v.fields["new-ssrc"] == "yes") {
		t.Errorf("callee: new SSRC %08x", a.NewSSRC)
	}
	if want := v.fields["master"]; want == "" && a.Keys != nil || want != "" && a.Keys == nil {
		t.Fatalf("callee: keys %v", a.Keys)
	}
	if k := a.Keys; k != nil && hex.EncodeToString(k.Master[:])+hex.EncodeToString(k.Salt[:]) != v.fields["master"]+v.fields["salt"] {
		t.Errorf("callee: keys %x, want %s %s", k.Master[:], v.fields["master"], v.fields["salt"])
	}
}

func (v vector) driveCaller(t *testing.T) {
	t.Helper()
	caller, refusal := NewCaller(CallerConfig{
		Identity: joe(t), Wire: DefaultWire(), ExpectUserID: v.fields["dialled"],
		Now: v.clock(t), Rand: seeded("vector"),
	})
	if refusal != nil {
		t.Fatal(refusal)
	}
	s := v.streams(t)
	caller.Hello(s.OwnSSRC)
	final, _, _, refusal := caller.HelloAnswered(200, "application/x-sipura", []byte(v.body), s)
	if got := outcome(refusal); got != v.fields["caller"] || (final != nil) != (got == "accepted") {
		t.Errorf("caller: %s, final %v; want %s", got, final != nil, v.fields["caller"])
	}
}

func outcome(r *Refusal) string {
	if r == nil {
		return "accepted"
	}
	return r.Reason.String()
}
