package explain

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"star18/audio/measure"
	"star18/audio/rtpstream/memnet"
	"star18/audio/wav"
	"star18/cmd/internal/demo"
	"star18/cmd/internal/explain/decode"
	"star18/cmd/internal/explain/decrypt"
	"star18/cmd/internal/transcript"
	"star18/securecall"
	"star18/securecall/published"
	"star18/ua"
)

// recordDemo runs the demo in virtual time, on a network in memory, and gives
// the paths of its capture and of a transcript.
func recordDemo(t *testing.T) (pcapng, spoken string) {
	t.Helper()
	dir := t.TempDir()
	spoken = filepath.Join(dir, "t.jsonl")
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		r, err := transcript.Open(spoken, "test", securecall.DefaultWire(), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		result, err := demo.Run(context.Background(), demo.Options{
			Dir: dir, Out: io.Discard,
			Listen: func(a netip.AddrPort) (ua.Socket, error) { return n.Listen(a) },
			Each: func(cfg *ua.Config) {
				user, next := cfg.User, cfg.OnEvent
				cfg.OnEvent = func(c *ua.Call, ev ua.Event) {
					next(c, ev)
					if c != nil {
						r.Event(user, ev, time.Now())
					}
				}
				cfg.Secure.OnExchange = func(e ua.Exchange) { e.Call = user; r.Exchange(e) }
			},
		})
		if err != nil || !result.OK() {
			t.Fatalf("%v, %+v", err, result.Verdicts)
		}
		pcapng = result.Files[2]
	})
	return pcapng, spoken
}

func options(out io.Writer, path string) Options {
	return Options{Path: path, Out: out, Decode: decode.Options{Zone: securecall.UTC, Wire: securecall.DefaultWire()}}
}

// The oracle is the demo's own: who called whom under which names, which tone
// each side spoke, and the vendor's published key.
func TestDemoIsExplained(t *testing.T) {
	pcapng, spoken := recordDemo(t)
	for _, path := range []string{pcapng, spoken} {
		var out strings.Builder
		if err := Run(options(&out, path)); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`"Demo Caller"`, `"Joe Smith"`, `"14085551234"`, "split", "Verdict: SECURED", "INFO Caller Final", "Callee Final"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s lacks %q:\n%s", filepath.Base(path), want, &out)
			}
		}
		if strings.Contains(out.String(), "set otherwise") {
			t.Errorf("star18 differs from its own settings:\n%s", &out)
		}
	}
	var out strings.Builder
	if err := Run(options(&out, pcapng)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"182 bytes instead of 172, a tag of 10; not readable as sound", "SRTP, from here on protected", "big-endian, the callee's RTP stream"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("lacks %q:\n%s", want, &out)
		}
	}
}

func TestDemoIsDecrypted(t *testing.T) {
	pcapng, _ := recordDemo(t)
	var out strings.Builder
	o := options(&out, pcapng)
	o.Key = &decrypt.Key{MiniCertificate: published.MiniCertificate(), PrivateKey: published.PrivateKey(), Zone: securecall.UTC}
	o.WAV = filepath.Join(t.TempDir(), "speech.wav")
	if err := Run(o); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"padding pkcs1, a salt of 16 bytes", "(hmac-sha1-80), 0 neither", "Whoever has this key"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("lacks %q:\n%s", want, &out)
		}
	}
	left, right := voices(t, o.WAV)
	if left < 615 || left > 625 || right < 1005 || right > 1015 {
		t.Errorf("left %.0f Hz, right %.0f Hz; the demo's caller speaks 620 Hz, its callee 1010 Hz", left, right)
	}
}

// voices is the strongest frequency of each channel, from the second second on,
// where everything was protected.
func voices(t *testing.T, path string) (left, right float64) {
	t.Helper()
	f := good(os.Open(path))
	defer f.Close()
	r := good(wav.NewReader(f))
	if r.Channels() != 2 || r.Rate() != 8000 {
		t.Fatalf("%d channels at %d Hz", r.Channels(), r.Rate())
	}
	both := make([]int16, 4*8000)
	n, err := r.Read(both)
	if err != nil || n < len(both) {
		t.Fatalf("%d samples, %v", n, err)
	}
	var channels [2][]int16
	for i, v := range both[2*8000:] {
		channels[i%2] = append(channels[i%2], v)
	}
	return measure.Dominant(channels[0], 8000), measure.Dominant(channels[1], 8000)
}

func TestWrongKeysOpenNothing(t *testing.T) {
	pcapng, spoken := recordDemo(t)
	ca := authority()
	date := good(securecall.ParseExpiry(future, securecall.UTC))
	other := good(securecall.Issue(ca, securecall.Request{Name: "X", UserID: "1", Expiry: date}, rand.Reader))
	wrong := decrypt.Key{MiniCertificate: other.MiniCertificateParameter(), PrivateKey: other.PrivateKeyParameter(), Zone: securecall.UTC}
	right := decrypt.Key{MiniCertificate: published.MiniCertificate(), PrivateKey: published.PrivateKey(), Zone: securecall.UTC}
	for _, tt := range []struct {
		path string
		key  decrypt.Key
		want error
	}{
		{pcapng, wrong, decrypt.ErrOtherKey},
		{pcapng, decrypt.Key{MiniCertificate: right.MiniCertificate, PrivateKey: wrong.PrivateKey, Zone: securecall.UTC}, securecall.KeyMismatch},
		{spoken, right, decrypt.ErrRemoved},
	} {
		o := options(io.Discard, tt.path)
		o.Key = &tt.key
		if err := Run(o); !errors.Is(err, tt.want) {
			t.Errorf("%v, want %v", err, tt.want)
		}
	}
}

// A transcript of a call that became secure holds nothing of its key: no block
// of the capture's Final is in it, in base64 or otherwise.
func TestTranscriptHoldsNoKey(t *testing.T) {
	pcapng, spoken := recordDemo(t)
	text := string(good(os.ReadFile(spoken)))
	f, err := read(pcapng)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, c := range decode.Calls(f, decode.Options{Zone: securecall.UTC, Wire: securecall.DefaultWire()}) {
		for _, s := range c.Steps {
			if s.Final != nil {
				found++
				body := string(securecall.EncodeBody(s.Final.Message))
				for at := 8; at+12 <= len(body); at++ {
					if strings.Contains(text, body[at:at+12]) {
						t.Fatalf("characters %d to %d of the final are in the transcript", at, at+12)
					}
				}
			}
		}
	}
	if found != 1 {
		t.Errorf("%d finals in the capture", found)
	}
}

func checkJSON(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		var v struct{ Event, Time string }
		if err := json.Unmarshal([]byte(line), &v); err != nil || v.Event == "" || v.Time == "" {
			t.Fatalf("%v: %s", err, line)
		}
	}
}
