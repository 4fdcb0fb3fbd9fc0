package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"star18/cmd/internal/config"
	"star18/cmd/internal/doctor"
	"star18/ua"
	"star18/ua/resolve"
	"star18/ua/sipnet"
)

// examineLimit bounds what is asked of one server: a telephone would have given
// up by then.
const examineLimit = 6 * time.Second

// quietLog is for checks whose result is the finding.
func quietLog() *slog.Logger { return slog.New(slog.DiscardHandler) }

// line examines DNS, every server of the line's transport, and the first one of
// the others.
func (e *examiner) line(ctx context.Context, l *config.Loaded, now time.Time) {
	cfg, err := l.Line(now)
	if err != nil {
		return // told above
	}
	cfg.Register, cfg.Log = false, quietLog()
	own := cfg.Transport
	if own == "" || own == ua.AutoTransport {
		own = sipnet.UDP
	}
	cfg.Transport = own
	begin := len(e.report)
	date := e.transport(ctx, cfg, true)
	for _, other := range []sipnet.Transport{sipnet.UDP, sipnet.TCP, sipnet.TLS} {
		if other != own {
			cfg.Transport = other
			e.transport(ctx, cfg, false)
		}
	}
	e.report.Alternative(begin, own)
	e.report.Clock(date, time.Now())
	e.stun(ctx, cfg)
	e.ports(cfg)
}

// transport examines the servers that are reached by one transport, and returns
// the time that they have.
func (e *examiner) transport(ctx context.Context, cfg ua.Config, own bool) (date time.Time) {
	if !own {
		cfg.Listen = "" // another program may be the line just now
	}
	line, err := ua.NewLine(cfg)
	var dns *resolve.Error
	if errors.As(err, &dns) {
		e.report.DNS(doctor.Lookup{Transport: cfg.Transport, Err: err}, own)
		return date
	}
	if err != nil {
		e.report.Socket(cfg.Transport, err, own)
		return date
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = line.Close(ctx) // nothing was registered
	}()
	lookup := doctor.Lookup{Transport: cfg.Transport}
	lookup.Hops, lookup.Tried, lookup.Err = line.Locate(ctx)
	e.report.DNS(lookup, own)
	if !own {
		lookup.Hops = lookup.Hops[:min(1, len(lookup.Hops))]
	}
	for _, hop := range lookup.Hops {
		ctx, cancel := context.WithTimeout(ctx, examineLimit)
		x := line.Examine(ctx, hop)
		cancel()
		e.report.Server(hop, x, own)
		if !x.Date.IsZero() {
			date = x.Date
		}
	}
	return date
}

// stun asks the server of rtp.stun as a call would, if there is one.
func (e *examiner) stun(ctx context.Context, cfg ua.Config) {
	if cfg.RTP.STUN == "" {
		return
	}
	cfg.Transport, cfg.Listen = sipnet.UDP, ""
	line, err := ua.NewLine(cfg)
	if err != nil {
		return // told above
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = line.Close(ctx) // nothing was registered
	}()
	ctx, cancel := context.WithTimeout(ctx, examineLimit)
	defer cancel()
	local, seen, err := line.ExamineSTUN(ctx)
	e.report.STUN(cfg.RTP.STUN, local, seen, err)
}

// ports counts the media ports that can be opened.
func (e *examiner) ports(cfg ua.Config) {
	local := netip.IPv4Unspecified()
	free, all, last := 0, 0, error(nil)
	for port := (cfg.RTP.PortMin + 1) &^ 1; port <= cfg.RTP.PortMax; port += 2 {
		all++
		conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(local, uint16(port))))
		if err != nil {
			last = err
			continue
		}
		free++
		_ = conn.Close()
	}
	e.report.Ports(free, all, local, last)
}
