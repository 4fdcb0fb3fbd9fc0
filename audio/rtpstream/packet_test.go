package rtpstream

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/pion/rtp"
)

// fromHex reads packets written with blanks between the fields.
func fromHex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The packets are laid out by hand after RFC 3550 section 5.1 and RFC 8285.
var packets = []struct {
	name   string
	hex    string
	size   int    // of the header, -1: refused
	speech string // hex, "-": bad padding
}{
	{"plain", "8000 0001 00000002 00000003 aabb", 12, "aabb"},
	{"empty", "8000 0001 00000002 00000003", 12, ""},
	{"marker is no payload type", "8080 0001 00000002 00000003 aa", 12, "aa"},
	{"nothing", "", -1, ""},
	{"cut header", "8000 0001 00000002 000000", -1, ""},
	{"version 0 (STUN)", "0001 0000 2112a442 00000003 00000000", -1, ""},
	{"version 1", "4000 0001 00000002 00000003 aabb", -1, ""},
	{"version 3", "c000 0001 00000002 00000003 aabb", -1, ""},
	{"two CSRCs", "8200 0001 00000002 00000003 00000004 00000005 aa", 20, "aa"},
	{"CSRCs beyond the end", "8f00 0001 00000002 00000003 00000004", -1, ""},
	{"padding", "a000 0001 00000002 00000003 aabb 0002", 12, "aabb"},
	{"only padding", "a000 0001 00000002 00000003 000003", 12, ""},
	{"padding of nothing", "a000 0001 00000002 00000003 aa00", 12, "-"},
	{"padding beyond the header", "a000 0001 00000002 00000003 aa05", 12, "-"},
	{"padding without octets", "a000 0001 00000002 00000003", 12, "-"},
	{"extension of RFC 3550", "9000 0001 00000002 00000003 1234 0001 ffffffff aa", 20, "aa"},
	{"extension without words", "9000 0001 00000002 00000003 1234 0000 aa", 16, "aa"},
	{"extension after a CSRC", "9100 0001 00000002 00000003 00000004 1234 0001 ffffffff aa", 24, "aa"},
	{"extension header cut", "9000 0001 00000002 00000003 1234 00", -1, ""},
	{"extension beyond the end", "9000 0001 00000002 00000003 1234 ffff aabbccdd", -1, ""},
	{"one-byte elements", "9000 0001 00000002 00000003 bede 0001 10aa00 00 bb", 20, "bb"},
	{"one-byte element beyond the extension", "9000 0001 00000002 00000003 bede 0001 13aabbcc dd", -1, ""},
	{"one-byte stop element", "9000 0001 00000002 00000003 bede 0001 f3aabbcc dd", 20, "dd"},
	{"two-byte elements", "9000 0001 00000002 00000003 1000 0001 0102aabb cc", 20, "cc"},
	{"two-byte element beyond the extension", "9000 0001 00000002 00000003 1000 0001 0103aabb cc", -1, ""},
	{"two-byte element without length", "9000 0001 00000002 00000003 1000 0001 00000001 cc", -1, ""},
	{"longest", "8000 0001 00000002 00000003" + strings.Repeat("55", maxPayload), 12, strings.Repeat("55", maxPayload)},
	{"too long", "8000 0001 00000002 00000003" + strings.Repeat("55", maxPayload+1), -1, ""},
}

func TestParseHeader(t *testing.T) {
	for _, c := range packets {
		t.Run(c.name, func(t *testing.T) {
			b := fromHex(t, c.hex)
			h, ok := parsed(b)
			if !ok {
				if c.size != -1 {
					t.Fatal("refused")
				}
				return
			}
			if h.size != c.size {
				t.Fatalf("header of %d octets, want %d", h.size, c.size)
			}
			payload, ok := h.payload(b)
			if !ok {
				if c.speech != "-" {
					t.Fatal("padding refused")
				}
				return
			}
			if want := c.speech; want == "-" || !bytes.Equal(payload, fromHex(t, want)) {
				t.Errorf("payload %x, want %s", payload, want)
			}
		})
	}
}

func TestEveryPrefixOfAHeaderIsRefused(t *testing.T) {
	whole := fromHex(t, "9200 0001 00000002 00000003 00000004 00000005 bede 0001 10aa0000")
	for n := range whole {
		if _, ok := parsed(whole[:n]); ok {
			t.Errorf("%d of %d octets accepted", n, len(whole))
		}
	}
	if _, ok := parsed(whole); !ok {
		t.Error("the whole header refused")
	}
}

func TestRTCPIsToldFromRTP(t *testing.T) {
	for second := range 256 {
		h, ok := parsed([]byte{0x80, byte(second), 0, 1, 0, 0, 0, 2, 0, 0, 0, 3})
		if want := second >= 192 && second <= 223; !ok || h.rtcp() != want { // RFC 5761 section 4
			t.Errorf("second octet %d: rtcp %v", second, h.rtcp())
		}
	}
}

// The library's parser is the oracle: what it reads we read the same, and what
// we accept it accepts.
func FuzzParseHeader(f *testing.F) {
	for _, c := range packets {
		f.Add(fromHex(f, c.hex))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, ok := parsed(b)
		if !ok || h.rtcp() { // which counts reports where RTP counts sources
			return
		}
		var want rtp.Header
		n, err := want.Unmarshal(b)
		if err != nil {
			t.Fatalf("accepted, but: %v", err)
		}
		got := rtp.Header{Version: 2, Padding: h.padded, Marker: h.marker, PayloadType: h.pt,
			SequenceNumber: h.seq, Timestamp: h.time, SSRC: h.ssrc}
		want.Extension, want.CSRC, want.Extensions, want.ExtensionProfile = false, nil, nil, 0
		if h.size != n || !sameHeader(got, want) {
			t.Fatalf("read %+v (%d octets), want %+v (%d)", got, h.size, want, n)
		}
		h.payload(b) // must not panic
	})
}

func sameHeader(a, b rtp.Header) bool {
	x, errX := a.Marshal()
	y, errY := b.Marshal()
	return errX == nil && errY == nil && a.Padding == b.Padding && slices.Equal(x, y)
}

func TestPutAndParseAreInverse(t *testing.T) {
	for _, h := range []header{
		{pt: 0, seq: 1, time: 2, ssrc: 3, size: fixedHeader},
		{marker: true, pt: 127, seq: 65535, time: 1<<32 - 1, ssrc: 1<<32 - 1, size: fixedHeader},
		{pt: 8, seq: 0x1234, time: 0x56789abc, ssrc: 0xdef01234, size: fixedHeader},
	} {
		b := make([]byte, fixedHeader)
		h.put(b)
		if got, ok := parsed(b); !ok || got != h {
			t.Errorf("%+v came back as %+v", h, got)
		}
	}
}
