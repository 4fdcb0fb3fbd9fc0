package sdp

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// The files in testdata are written for these tests after what the named devices
// send (the SPA one after the trace in the secure call's specification, 8).
func load(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name+".sdp"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func parse(t testing.TB, name string) *Session {
	t.Helper()
	s, err := Parse([]byte(load(t, name)))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return s
}

func names(list []Codec) string {
	var out []string
	for _, c := range list {
		out = append(out, c.Name)
	}
	return strings.Join(out, " ")
}

func TestDevicesAreUnderstood(t *testing.T) {
	tests := []struct {
		device    string
		remote    string
		profile   Profile
		direction Direction
		codecs    string
		ptime     time.Duration
		hold      bool
		others    int
	}{
		{"spa", "192.0.2.7:16398", AVP, SendRecv, "PCMU G726-32 G723 PCMA G729a G726-40 G726-24 G726-16 NSE telephone-event", 30, false, 0},
		{"spa-s-descriptor", "192.0.2.7:16400", SAVP, SendRecv, "PCMU PCMA telephone-event", 30, false, 0},
		{"baresip", "198.51.100.4:28204", AVP, SendRecv, "opus G722 PCMU PCMA telephone-event", 20, false, 1},
		{"asterisk", "203.0.113.80:12346", AVP, SendOnly, "PCMA PCMU GSM telephone-event", 0, true, 0},
		{"linphone", "[2001:db8::25]:7078", AVPF, SendRecv, "opus speex PCMU PCMA G729 telephone-event telephone-event", 0, false, 1},
		{"sipp", "127.0.0.1:6000", AVP, SendRecv, "PCMU", 0, false, 0},
		{"old-hold", "0.0.0.0:16398", AVP, SendRecv, "PCMU telephone-event", 30, true, 0},
		{"gateway", "198.51.100.10:4002", AVP, RecvOnly, "G729 PCMU G723 CN", 0, false, 3},
		{"webrtc", "198.51.100.30:9", DTLSF, SendRecv, "opus G722 PCMU PCMA telephone-event", 0, false, 0},
	}
	for _, tt := range tests {
		t.Run(tt.device, func(t *testing.T) {
			s := parse(t, tt.device)
			if got := s.Remote(); got != netip.MustParseAddrPort(tt.remote) {
				t.Errorf("remote %v, want %v", got, tt.remote)
			}
			if s.Profile != tt.profile || s.Direction != tt.direction {
				t.Errorf("%v %v, want %v %v", s.Profile, s.Direction, tt.profile, tt.direction)
			}
			if got := names(s.Codecs); got != tt.codecs {
				t.Errorf("codecs %q, want %q", got, tt.codecs)
			}
			if s.Ptime != tt.ptime*time.Millisecond {
				t.Errorf("ptime %v, want %v ms", s.Ptime, int(tt.ptime))
			}
			if s.onHold() != tt.hold {
				t.Errorf("on hold: %v", s.onHold())
			}
			if got := len(s.Before) + len(s.After); got != tt.others {
				t.Errorf("%d other m= lines, want %d", got, tt.others)
			}
		})
	}
}

// A device may end its lines as it likes and forget the last end.
func TestLineEndsDoNotMatter(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.sdp")
	if len(files) == 0 {
		t.Fatal("no descriptions to read")
	}
	for _, file := range files {
		lf := load(t, strings.TrimSuffix(filepath.Base(file), ".sdp"))
		want, err := Parse([]byte(lf))
		if err != nil {
			t.Fatal(err)
		}
		shapes := map[string]string{
			"CRLF":        strings.ReplaceAll(lf, "\n", "\r\n"),
			"CR":          strings.ReplaceAll(lf, "\n", "\r"),
			"no last end": strings.TrimSuffix(lf, "\n"),
			"blanks":      strings.ReplaceAll(lf, "\n", " \t\r\n"),
			"empty lines": strings.ReplaceAll(lf, "\n", "\n\n"),
		}
		for shape, text := range shapes {
			got, err := Parse([]byte(text))
			if err != nil || !same(got, want) {
				t.Errorf("%s with %s: %+v, %v", file, shape, got, err)
			}
		}
	}
}

// same compares descriptions, the hidden part too.
func same(a, b *Session) bool {
	x, y := *a, *b
	x.Crypto, y.Crypto = nil, nil
	return reflect.DeepEqual(x, y) && slices.EqualFunc(a.Crypto, b.Crypto, func(c, d Crypto) bool { return c.Value() == d.Value() })
}

func TestDetails(t *testing.T) {
	t.Run("static payload types need no rtpmap", func(t *testing.T) {
		c := parse(t, "gateway").Codecs[1]
		if want := (Codec{Name: "PCMU", PT: 0, ClockRate: 8000, Channels: 1}); c != want {
			t.Errorf("%+v, want %+v", c, want)
		}
	})
	t.Run("rtpmap and fmtp", func(t *testing.T) {
		c := parse(t, "baresip").Codecs[0]
		if want := (Codec{"opus", 96, 48000, 2, "stereo=1;sprop-stereo=1"}); c != want {
			t.Errorf("%+v, want %+v", c, want)
		}
	})
	t.Run("unknown formats are kept for the m= line", func(t *testing.T) {
		if got := strings.Join(parse(t, "gateway").Formats, " "); got != "18 0 4 77 13 999 x" {
			t.Errorf("formats %q", got)
		}
	})
	t.Run("rtcp", func(t *testing.T) {
		s := parse(t, "baresip")
		if s.RTCP != netip.MustParseAddrPort("198.51.100.4:28205") || !s.RTCPMux {
			t.Errorf("rtcp %v, mux %v", s.RTCP, s.RTCPMux)
		}
	})
	t.Run("rtcp with an address", func(t *testing.T) {
		s, err := Parse([]byte("c=IN IP4 192.0.2.1\nm=audio 5000 RTP/AVP 0\na=rtcp:5003 IN IP4 192.0.2.9"))
		if err != nil || s.RTCP != netip.MustParseAddrPort("192.0.2.9:5003") {
			t.Errorf("%+v, %v", s, err)
		}
	})
	t.Run("addresses in odd forms", func(t *testing.T) {
		for text, want := range map[string]string{"::ffff:192.0.2.1": "192.0.2.1", "fe80::1%eth0": "fe80::1", "224.2.1.1/127": "224.2.1.1"} {
			s, err := Parse([]byte("c=in ip6 " + text + "\nm=audio 1 RTP/AVP 0"))
			if err != nil || s.Address != netip.MustParseAddr(want) {
				t.Errorf("%s: %+v, %v", text, s, err)
			}
		}
	})
	t.Run("maxptime", func(t *testing.T) {
		if got := parse(t, "asterisk").MaxPtime; got != 150*time.Millisecond {
			t.Errorf("%v", got)
		}
	})
	t.Run("origin", func(t *testing.T) {
		want := Origin{User: "alice", ID: 3747, Version: 1913, Host: "2001:db8::25"}
		if got := parse(t, "linphone").Origin; got != want {
			t.Errorf("%+v", got)
		}
		if got := parse(t, "gateway").Origin; got != (Origin{User: "gw"}) {
			t.Errorf("odd o= line: %+v", got)
		}
	})
}

func suites(list []Crypto) []string {
	var out []string
	for _, c := range list {
		out = append(out, c.suite())
	}
	return out
}

// What is encrypted is named.
func TestEncryptionIsNamed(t *testing.T) {
	sdes := parse(t, "spa-s-descriptor")
	want := []string{"AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"}
	if !slices.Equal(suites(sdes.Crypto), want) || !sdes.Profile.Keyed() || !sdes.Profile.Encrypted() || sdes.Profile.Plain() {
		t.Errorf("crypto %q, profile %v", sdes.Crypto, sdes.Profile)
	}
	if dtls := parse(t, "webrtc"); !dtls.Fingerprint || !dtls.Profile.Encrypted() || dtls.Profile.Plain() || dtls.Profile.Keyed() {
		t.Errorf("fingerprint %v, profile %v", dtls.Fingerprint, dtls.Profile)
	}
	odd, err := Parse([]byte("c=IN IP4 192.0.2.1\nm=audio 1 RTP/AVP 0\na=crypto:1 inline:c2VjcmV0\na=crypto:2\na=crypto:1 c2VjcmV0c2VjcmV0 x"))
	if err != nil || !slices.Equal(suites(odd.Crypto), []string{"unknown", "unknown", "unknown"}) {
		t.Errorf("malformed crypto: %+v, %v", odd, err)
	}
}

func TestRefusalsSayWhere(t *testing.T) {
	tests := []struct {
		name, text string
		reason     error
		line       int
	}{
		{"empty", "", ErrNoAudio, 0},
		{"noise", "\x00\x01\xff", ErrNoAudio, 0},
		{"only video", "v=0\nc=IN IP4 192.0.2.1\nm=video 5000 RTP/AVP 96", ErrNoAudio, 0},
		{"no address", "v=0\nm=audio 5000 RTP/AVP 0", ErrAddress, 2},
		{"host name", "v=0\nc=IN IP4 media.example.org\nm=audio 5000 RTP/AVP 0", ErrAddress, 2},
		{"host name in the stream", "v=0\nm=audio 5000 RTP/AVP 0\ns=x\nc=IN IP4 x", ErrAddress, 4},
		{"short m=", "v=0\nm=audio 5000", ErrMedia, 2},
		{"no format", "c=IN IP4 192.0.2.1\nm=audio 5000 RTP/AVP", ErrMedia, 2},
		{"port too high", "c=IN IP4 192.0.2.1\nm=audio 65536 RTP/AVP 0", ErrMedia, 2},
		{"negative port", "c=IN IP4 192.0.2.1\nm=audio -1 RTP/AVP 0", ErrMedia, 2},
		{"too many formats", "c=IN IP4 192.0.2.1\nm=audio 1 RTP/AVP" + strings.Repeat(" 0", 65), ErrTooLarge, 2},
		{"too many lines", strings.Repeat("\n", 600) + "m=audio 1 RTP/AVP 0", ErrTooLarge, 513},
		{"too many bytes", strings.Repeat("a=x", 6000), ErrTooLarge, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Parse([]byte(tt.text))
			var pe *ParseError
			if !errors.Is(err, tt.reason) || !errors.As(err, &pe) || pe.Line != tt.line {
				t.Errorf("%+v, %v; want %v at line %d", s, err, tt.reason, tt.line)
			}
		})
	}
}

// A stream switched off needs no address.
func TestRefusedStream(t *testing.T) {
	s, err := Parse([]byte("v=0\r\nm=audio 0 RTP/AVP 0\r\n"))
	if err != nil || s.Port != 0 {
		t.Errorf("%+v, %v", s, err)
	}
}

// Every start of a description is read or refused, never more.
func TestEveryPrefix(t *testing.T) {
	text := load(t, "spa")
	for i := range text {
		if s, err := Parse([]byte(text[:i])); (s == nil) == (err == nil) {
			t.Fatalf("%d bytes: %v, %v", i, s, err)
		}
	}
}

// FuzzParse: nothing panics, and what was read is written in a form that is read
// as itself.
func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.sdp")
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse(data)
		if err != nil {
			return
		}
		once := s.Marshal()
		if len(once) > maxBytes {
			return
		}
		again, err := Parse(once)
		if err != nil {
			t.Fatalf("own words refused: %v\n%q", err, once)
		}
		if twice := again.Marshal(); string(twice) != string(once) {
			t.Fatalf("read differently:\n%q\n%q", once, twice)
		}
		_, _, _ = Answer(s, Local{Address: netip.MustParseAddr("192.0.2.1"), Port: 4000, Codecs: ours})
	})
}
