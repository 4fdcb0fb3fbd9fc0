package demo

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"star18/audio"
	"star18/audio/measure"
	"star18/audio/rtpstream/memnet"
	"star18/audio/wav"
	"star18/ua"
)

// attacked is a socket with somebody between it and the network, who changes
// what is sent, or drops it by returning nil.
type attacked struct {
	ua.Socket
	attack func([]byte) []byte
}

func (a *attacked) WriteTo(b []byte, to net.Addr) (int, error) {
	if a.attack == nil {
		return a.Socket.WriteTo(b, to)
	}
	if changed := a.attack(b); changed != nil {
		_, err := a.Socket.WriteTo(changed, to)
		return len(b), err
	}
	return len(b), nil
}

func (a *attacked) WriteToUDPAddrPort(b []byte, to netip.AddrPort) (int, error) {
	return a.WriteTo(b, net.UDPAddrFromAddrPort(to))
}

// over runs the demo in virtual time on a network in memory.
func over(t *testing.T, attack func([]byte) []byte, o Options) (Result, string) {
	t.Helper()
	var out bytes.Buffer
	var result Result
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		o.Dir, o.NoCard = t.TempDir(), func(err error) { t.Error(err) }
		o.Out = &out
		o.Listen = func(a netip.AddrPort) (ua.Socket, error) {
			c, err := n.Listen(a)
			return &attacked{c, attack}, err
		}
		var err error
		if result, err = Run(context.Background(), o); err != nil {
			t.Fatal(err)
		}
	})
	return result, out.String()
}

// The demo's own verdicts are the oracle here; that they can fail is the
// business of the tests below.
func TestEveryVerdictHolds(t *testing.T) {
	r, out := over(t, nil, Options{})
	for _, v := range r.Verdicts {
		if !v.OK {
			t.Errorf("%s: %s", v.Name, v.Figure)
		}
	}
	if !r.OK() || len(r.Verdicts) != 8 {
		t.Errorf("%d verdicts, all hold: %v", len(r.Verdicts), r.OK())
	}
	for _, want := range []string{
		"INFO Caller Hello", "200 OK Callee Hello", "INFO Caller Final", "SRTP, from here on protected", "BYE",
		"$Joe Smith 14085551234 (proven)", "$Demo Caller 14085550001 (presented, not proven)",
		"published CA key: anyone can issue this name",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
	if strings.ContainsFunc(out, func(r rune) bool { return r > '~' }) {
		t.Error("the output is not ASCII")
	}
}

func TestRecordingsHoldBothVoices(t *testing.T) {
	var spoken, heard float64
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		r, err := Run(context.Background(), Options{Dir: t.TempDir(), Out: io.Discard,
			Listen: func(a netip.AddrPort) (ua.Socket, error) { return n.Listen(a) }})
		if err != nil {
			t.Fatal(err)
		}
		spoken, heard = voices(t, r.Files[0])
	})
	if spoken < callerHz-5 || spoken > callerHz+5 || heard < calleeHz-5 || heard > calleeHz+5 {
		t.Errorf("caller.wav: left %.0f Hz, right %.0f Hz", spoken, heard)
	}
}

func voices(t *testing.T, path string) (left, right float64) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := wav.NewReader(f)
	if err != nil || r.Channels() != 2 {
		t.Fatalf("%v, %d channels", err, r.Channels())
	}
	both := make([]int16, 4*rate)
	n, err := r.Read(both)
	if err != nil || n < 2*rate {
		t.Fatalf("%d samples, %v", n, err)
	}
	var l, rt []int16
	for i := 0; i+1 < n; i += 2 {
		l, rt = append(l, both[i]), append(rt, both[i+1])
	}
	return measure.Dominant(l, rate), measure.Dominant(rt, rate)
}

func TestJSONLinesOnly(t *testing.T) {
	_, out := over(t, nil, Options{JSON: true})
	events := map[string]int{}
	for line := range strings.Lines(out) {
		var v struct{ Event, Call string }
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		events[v.Event]++
	}
	for _, name := range []string{"registered", "answered", "secured", "tone", "ended"} {
		if events[name] != 2 {
			t.Errorf("%d times %s, want 2: %v", events[name], name, events)
		}
	}
}

// failed runs with an attacker on the wire and returns the verdicts that fail.
func failed(t *testing.T, attack func([]byte) []byte) map[string]string {
	t.Helper()
	r, _ := over(t, attack, Options{})
	all := map[string]string{}
	for _, v := range r.Verdicts {
		if !v.OK {
			all[v.Name] = v.Figure
		}
	}
	return all
}

func drop(method string) func([]byte) []byte {
	return func(data []byte) []byte {
		if bytes.HasPrefix(data, []byte(method)) {
			return nil
		}
		return data
	}
}

func TestVerdictsFail(t *testing.T) {
	for _, tt := range []struct {
		name   string
		attack func([]byte) []byte
		fails  string // verdict
		why    string
	}{{
		name: "forged SRTP",
		attack: func(data []byte) []byte {
			if len(data) == protectedLength && data[0]>>6 == 2 {
				data = bytes.Clone(data)
				data[protectedLength-1] ^= 1
			}
			return data
		},
		fails: "secured", why: "not secured",
	}, {
		name: "hello refused on its way",
		attack: func(data []byte) []byte {
			return bytes.Replace(data, []byte("\r\n\r\nAAAAAQ"), []byte("\r\n\r\n!AAAAQ"), 1)
		},
		fails: "certificates verified", why: "peer_refused",
	}, {
		name:   "nobody registers",
		attack: drop("REGISTER"),
		fails:  "registered", why: "caller",
	}, {
		name:   "the BYE is lost",
		attack: drop("BYE"),
		fails:  "clean hang-up", why: "caller BYE 200",
	}} {
		t.Run(tt.name, func(t *testing.T) {
			got := failed(t, tt.attack)
			if figure, ok := got[tt.fails]; !ok || !strings.Contains(figure, tt.why) {
				t.Errorf("failed verdicts %v, want %q with %q", got, tt.fails, tt.why)
			}
		})
	}
}

// The wire is judged by what passes it: clear packets after the switch, and
// speech that can be read from packets of the protected length.
func TestWireVerdict(t *testing.T) {
	codec, err := audio.NewCodec("PCMU")
	if err != nil {
		t.Fatal(err)
	}
	pcm, payload := make([]int16, 160), make([]byte, 160)
	source := newTone(t, callerHz, pcm)
	codec.Encode(payload, source)
	packet := func(length int) []byte {
		return append(append(make([]byte, headerLength), payload...), make([]byte, length-clearLength)...)
	}
	for _, tt := range []struct {
		name    string
		packets [][]byte
		why     string
	}{
		{"clear after protected", [][]byte{packet(clearLength), packet(protectedLength), packet(clearLength)}, "1 clear, then 1 protected, 1 clear"},
		{"never protected", [][]byte{packet(clearLength)}, "1 clear, then 0 protected"},
		{"tagged but readable", [][]byte{packet(protectedLength), packet(protectedLength)}, "below the noise"},
	} {
		r := &run{watch: newWatch(), caller: newEnd("caller", callerUser, callerHz, nil), callee: newEnd("callee", calleeUser, calleeHz, nil)}
		w := &wire{}
		for i, p := range tt.packets {
			binary.BigEndian.PutUint16(p[2:], uint16(i))
			w.packet(p)
		}
		r.watch.ends["caller"] = w
		f := r.judgeWire()
		if v := f.verdict(); v.OK || !strings.Contains(v.Figure, tt.why) {
			t.Errorf("%s: %+v", tt.name, v)
		}
	}
}

// newTone is a frame of a tone, heard in virtual time.
func newTone(t *testing.T, hz float64, pcm []int16) []int16 {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := audio.NewToneSource(rate, hz, speechLevel)
		defer d.Close()
		if err := d.ReadFrame(pcm); err != nil {
			t.Fatal(err)
		}
	})
	return pcm
}
