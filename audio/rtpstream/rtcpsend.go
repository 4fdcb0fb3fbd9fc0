package rtpstream

import (
	"net/netip"
	"time"

	"github.com/pion/srtp/v3"

	"star18/audio/rtpstream/report"
)

// destination is where a report goes now, and by which socket; false: nowhere.
func (r *reporter) destination() (Conn, netip.AddrPort, bool) {
	target, route := *r.s.target.Load(), *r.s.reportTo.Load()
	if !target.IsValid() || target.Port() == 0 || target.Addr().IsUnspecified() {
		return nil, netip.AddrPort{}, false
	}
	if route.mux {
		return r.s.socket(), target, true
	}
	conn := r.conn.Load()
	if conn == nil {
		return nil, netip.AddrPort{}, false
	}
	switch sdp := *r.s.sdp.Load(); {
	case r.latched.IsValid() && r.latched.Addr() == target.Addr():
		return *conn, r.latched, true
	case route.addr.IsValid() && route.addr.Port() != 0 && target == sdp:
		return *conn, route.addr, true
	case target.Port() == 65535:
		return nil, netip.AddrPort{}, false
	}
	return *conn, netip.AddrPortFrom(target.Addr(), target.Port()+1), true
}

func (r *reporter) send(now time.Time, bye bool) {
	conn, to, ok := r.destination()
	if !ok {
		return
	}
	b, err := r.session.Write(now, r.sent(now), r.received(), bye)
	if err == nil && r.s.keyed {
		b, err = r.seal(b)
	}
	if err == nil {
		_, err = conn.WriteToUDPAddrPort(b, to)
	}
	if err != nil {
		r.s.count.sendErrors.Add(1)
	}
}

func (r *reporter) seal(b []byte) ([]byte, error) {
	ctx := r.s.rtcpSend.Load()
	if ctx == nil {
		return nil, errNoRTCPKey
	}
	return ctx.EncryptRTCP(nil, b, nil)
}

func (r *reporter) sent(now time.Time) report.Sent {
	c := &r.s.count
	packets := c.sentClear.packets.Load() + c.sentProtected.packets.Load()
	active := packets > r.packets
	r.packets = packets
	return report.Sent{
		SSRC: r.s.SSRC(), Active: active, Packets: uint32(packets), Octets: uint32(c.sentOctets.Load()),
		Timestamp: r.s.timestampAt(now),
	}
}

func (r *reporter) received() report.Received {
	ssrc, known := r.s.RemoteSSRC()
	p := r.s.incoming.Load().playout.Reception()
	return report.Received{
		Known: known && p.Received > 0, SSRC: ssrc,
		Expected: p.Expected, Arrived: p.Received, Highest: p.Highest, Jitter: p.Jitter,
	}
}

// moment of the media: the timestamp of a frame and, in milliseconds of the
// stream's clock, when it was sent, in one word.
func (x *sender) markTime(now time.Time) {
	x.s.mediaTime.Store(uint64(x.time)<<32 | uint64(uint32(x.s.clock(now).Milliseconds())))
}

// timestampAt is what a frame that was sent now would carry.
func (s *Stream) timestampAt(now time.Time) uint32 {
	v := s.mediaTime.Load()
	passed := uint32(s.clock(now).Milliseconds()) - uint32(v)
	return uint32(v>>32) + uint32(uint64(passed)*uint64(s.outgoing.Load().clock)/1000)
}

// newRTCPContext is SRTCP under a key of the stream. Its tag has 80 bits in both
// suites (RFC 4568 section 6.2).
func newRTCPContext(k *Keys) (*srtp.Context, error) {
	return srtp.CreateContext(k.Master[:], k.Salt[:], srtp.ProtectionProfileAes128CmHmacSha1_80, srtp.SRTCPReplayProtection(replayWindow))
}
