package demo

import (
	"fmt"
	"net"
	"net/netip"

	"star18/audio"
	"star18/cmd/internal/config"
	"star18/cmd/internal/ladder"
	"star18/securecall"
	"star18/ua"
	"star18/ua/digest"
)

// openLine starts a line with the settings that everybody has by default, but for
// the reports of RTCP: they stay in clear in a call that becomes secure, and the
// demonstration is of what the wire shows of the sound.
func (r *run) openLine(e *end, password digest.Secret, id *securecall.Identity, side ladder.Side) error {
	l := config.Loaded{Settings: config.Default()}
	l.Settings.Line.User, l.Settings.Line.Domain = e.user, domain
	l.Settings.Line.Proxy = r.lab.Addr().String()
	l.Settings.SIP.Listen = loopback.String()
	l.Settings.RTP.RTCP = 0
	l.Settings.Audio.Codecs = []string{"PCMU", "PCMA"} // what is heard is decoded a second time, and measured
	cfg, err := l.Line(r.start)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	cfg.Password = password
	cfg.Secure.Identity, cfg.Secure.IdentityErr = id, nil
	cfg.Secure.Replay = securecall.NewMemoryReplay()
	cfg.Secure.TrustPublishedCA = true // said to the user beside every verdict
	cfg.Tones = ua.TonesConfig{}       // what is heard is measured, and is the call's alone
	cfg.OnEvent = func(c *ua.Call, ev ua.Event) { e.note(r.start, c, ev) }
	cfg.OpenDevice = func(rate int) (audio.Device, error) { return e.ear.device(rate, r.NoCard) }
	cfg.ListenUDP = func(addr netip.AddrPort) (ua.Socket, error) { return r.listen(addr, e, side) }
	if r.Each != nil {
		r.Each(&cfg)
	}
	if r.adjust != nil {
		r.adjust(&cfg)
	}
	if e.line, err = ua.NewLine(cfg); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return nil
}

// listen opens a socket of an end before the tap.
func (r *run) listen(addr netip.AddrPort, e *end, side ladder.Side) (ua.Socket, error) {
	conn, err := r.Listen(addr)
	if err != nil {
		return nil, err
	}
	local := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	r.watch.assign(local, e.name)
	if r.ladder != nil {
		r.ladder.Assign(local, side)
	}
	return r.tap.Wrap(conn), nil
}
