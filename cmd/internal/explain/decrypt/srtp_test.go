package decrypt

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"encoding/binary"
	"math"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/pion/srtp/v3"

	"star18/audio/rtpstream"
	"star18/cmd/internal/explain/decode"
	"star18/securecall"
)

var keys = securecall.Keys{Master: [16]byte{1, 2, 3}, Salt: [14]byte{9, 8, 7}}

// protect is pion's SRTP, which is the oracle here; for the transforms that it
// does not know the packet is encrypted by it without a tag, and the tag is
// made by hand with RFC 3711's key, which pion's own tags have confirmed.
func protect(t *testing.T, ctx *srtp.Context, transform rtpstream.Transform, packet []byte, roc uint32) []byte {
	t.Helper()
	out, err := ctx.EncryptRTP(nil, packet, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := recipes[transform]
	if transform == rtpstream.HMACSHA1_80 || transform == rtpstream.HMACSHA1_32 {
		return out
	}
	s, _ := newSession(keys)
	mac := hmac.New(md5.New, s.auth)
	mac.Write(out)
	mac.Write(binary.BigEndian.AppendUint32(nil, roc))
	return append(out, mac.Sum(nil)[:r.tag]...)
}

func pion(t *testing.T, transform rtpstream.Transform) *srtp.Context {
	t.Helper()
	profile, options := srtp.ProtectionProfileAes128CmHmacSha1_80, []srtp.ContextOption{}
	switch transform {
	case rtpstream.HMACSHA1_80:
	case rtpstream.HMACSHA1_32:
		profile = srtp.ProtectionProfileAes128CmHmacSha1_32
	default:
		options = append(options, srtp.SRTPAuthenticationTagLength(0))
	}
	ctx, err := srtp.CreateContext(keys.Master[:], keys.Salt[:], profile, options...)
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

func rtpPacket(seq uint16, time uint32, payload []byte) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0x80, 0}, seq)
	b = binary.BigEndian.AppendUint32(b, time)
	return append(binary.BigEndian.AppendUint32(b, 0xabcdef01), payload...)
}

// Every transform is found and opens what it sealed, through a wrap of the
// sequence, with packets lost and two of them out of order.
func TestEveryTransformOpens(t *testing.T) {
	for _, transform := range rtpstream.Transforms() {
		ctx := pion(t, transform)
		in := &decode.Stream{Side: decode.Caller, Codec: "PCMU"}
		var want [][]byte
		for i := range 40 {
			seq := uint16(65530 + i)
			payload := bytes.Repeat([]byte{byte(i + 1)}, 160)
			packet := rtpPacket(seq, uint32(i*160), payload)
			if i >= 3 {
				packet = protect(t, ctx, transform, packet, uint32((65530+i)>>16))
			}
			if i%7 != 5 {
				in.Packets = append(in.Packets, decode.Packet{Data: packet})
				want = append(want, payload)
			}
		}
		last := len(want) - 1
		in.Packets[last], in.Packets[last-1] = in.Packets[last-1], in.Packets[last]
		want[last], want[last-1] = want[last-1], want[last]
		s, err := newSession(keys)
		if err != nil {
			t.Fatal(err)
		}
		got := s.stream(in)
		if got.Transform != transform || got.Clear != 3 || got.Failed != 0 || got.Authenticated != len(want)-3 {
			t.Errorf("%s: %s, %d clear, %d authenticated, %d failed of %d", transform, got.Transform, got.Clear, got.Authenticated, got.Failed, len(want))
			continue
		}
		for i, p := range got.packets {
			if !bytes.Equal(p.payload, want[i]) {
				t.Errorf("%s: packet %d has payload %x", transform, i, p.payload[:4])
			}
		}
	}
}

func TestForgedPacketIsNotPlayed(t *testing.T) {
	ctx := pion(t, rtpstream.HMACSHA1_80)
	in := &decode.Stream{}
	for i := range 3 {
		packet := protect(t, ctx, rtpstream.HMACSHA1_80, rtpPacket(uint16(i), 0, make([]byte, 160)), 0)
		if i == 2 {
			packet[len(packet)-1] ^= 1
		}
		in.Packets = append(in.Packets, decode.Packet{Data: packet})
	}
	s, _ := newSession(keys)
	if got := s.stream(in); got.Failed != 1 || len(got.packets) != 2 {
		t.Errorf("%d failed, %d kept", got.Failed, len(got.packets))
	}
}

// Times in a file are what a stranger wrote: a stream that jumps by hours stays
// where the clock was.
func TestRecordingIsBounded(t *testing.T) {
	start := time.Unix(1000, 0)
	s := &Stream{Stream: &decode.Stream{Side: decode.Caller, Codec: "PCMU", From: netip.AddrPort{}}}
	for i, stamp := range []uint32{0, 160, math.MaxInt32, 5, 0x80000000, 480} {
		s.packets = append(s.packets, played{decode.Packet{At: start.Add(time.Duration(i) * 20 * time.Millisecond), Data: rtpPacket(0, stamp, nil)}, make([]byte, 160)})
	}
	s.packets = append(s.packets, played{decode.Packet{At: start.AddDate(100, 0, 0), Data: rtpPacket(0, 0, nil)}, make([]byte, 160)})
	pieces, err := s.decode(start)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range pieces[:6] {
		if p.at < 0 || p.at > rate {
			t.Errorf("packet %d at sample %d", i, p.at)
		}
	}
	if last := pieces[6].at; last > int(longest.Seconds())*rate {
		t.Errorf("a packet of the next century is at sample %d", last)
	}
	o := &Opened{Streams: []*Stream{{Stream: &decode.Stream{Codec: "G729"}}}}
	if left, err := o.WriteWAV(filepath.Join(t.TempDir(), "x.wav")); err != ErrNoSound || len(left) != 1 {
		t.Errorf("%v, %q", err, left)
	}
}
