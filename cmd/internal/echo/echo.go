package echo

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"star18/audio"
	"star18/audio/rtpstream"
	"star18/cmd/internal/codecs"
)

// Config is what to hear oneself through.
type Config struct {
	Device audio.Device // closed by its owner
	Codec  string       // an SDP name; its rate is the device's
	Ptime  time.Duration
	// Card is what the sound library says of the device's own delay now; 0 is
	// unknown.
	Card func() (in, out time.Duration)
	// OnSecond is told each second.
	OnSecond func(Report)

	sockets func() (a, b rtpstream.Conn, err error) // of a test
}

// Report is where a sound's time goes. Zero is unknown.
type Report struct {
	Path   time.Duration // measured: from the microphone's frame to the loudspeaker's
	Found  bool          // the tick arrived, so Path holds
	Device time.Duration // measured: loudspeaker, air and microphone
	Heard  bool          // the microphone heard the loudspeaker, so Device holds
	Packet time.Duration // of Path: a packet's sound
	Buffer time.Duration // of Path: what the jitter buffer holds
	CardIn time.Duration // stated by the sound library
	CardOut,
	Total time.Duration // from mouth to ear: by measurement, or by what is stated
	Packets, Lost uint64
	Sent, Played  audio.Level
}

// tick is how often the way is measured.
const tick = time.Second

// Run goes on until ctx ends. Its report is of the last second.
func Run(ctx context.Context, cfg Config) (Report, error) {
	l, err := newLoop(cfg)
	if err != nil {
		return Report{}, err
	}
	defer l.close()
	every := time.NewTicker(time.Second)
	defer every.Stop()
	for {
		select {
		case <-every.C:
			cfg.OnSecond(l.report())
		case <-ctx.Done():
			return l.report(), nil
		}
	}
}

// loop is two streams that have each other as the peer.
type loop struct {
	cfg       Config
	ends      *ends
	says      *rtpstream.Stream
	hears     *rtpstream.Stream
	mute, own audio.Device // what the unused direction of each stream hears and plays
}

func newLoop(cfg Config) (*loop, error) {
	rate := cfg.Device.Rate()
	l := &loop{cfg: cfg, ends: newEnds(cfg.Device), mute: audio.NewSilence(rate), own: audio.NewSilence(rate)}
	open := cfg.sockets
	if open == nil {
		open = sockets
	}
	a, b, err := open()
	if err != nil {
		return nil, err
	}
	one, err := l.stream(a, b.LocalAddr(), audio.Split(l.ends, l.mute))
	if err == nil {
		l.says = one
		l.hears, err = l.stream(b, a.LocalAddr(), audio.Split(l.own, l.ends))
	}
	if err == nil {
		err = l.protect()
	}
	if err != nil {
		_, _ = a.Close(), b.Close()
		return nil, fmt.Errorf("echo: %w", err)
	}
	l.hears.Start()
	l.says.Start()
	return l, nil
}

func sockets() (a, b rtpstream.Conn, err error) {
	loopback := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}
	one, err := net.ListenUDP("udp4", loopback)
	if err != nil {
		return nil, nil, fmt.Errorf("echo: %w", err)
	}
	other, err := net.ListenUDP("udp4", loopback)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("echo: %w", err), one.Close())
	}
	return one, other, nil
}

func (l *loop) stream(conn rtpstream.Conn, to net.Addr, device audio.Device) (*rtpstream.Stream, error) {
	codec, err := codecs.New(l.cfg.Codec)
	if err != nil {
		return nil, err
	}
	ptime := l.cfg.Ptime
	if p, ok := codec.(audio.PacketTimer); ok {
		ptime = p.PacketTime(ptime)
	}
	var random [10]byte
	rand.Read(random[:])
	return rtpstream.New(rtpstream.Config{
		Conn: conn, Remote: netip.MustParseAddrPort(to.String()), Device: device,
		Codec: codec, SendPT: codec.PayloadType(), RecvPT: codec.PayloadType(), Ptime: ptime,
		SSRC: binary.BigEndian.Uint32(random[0:]), Seq: binary.BigEndian.Uint16(random[4:]) >> 1,
		Timestamp: binary.BigEndian.Uint32(random[6:]), OnEvent: func(rtpstream.Event) {},
	})
}

// protect gives both ends the key of a secured call's second stage.
func (l *loop) protect() error {
	k := rtpstream.Keys{Transforms: rtpstream.Transforms(), Role: rtpstream.Caller}
	rand.Read(k.Master[:])
	rand.Read(k.Salt[:])
	if err := l.says.ProtectSend(k); err != nil {
		return err
	}
	k.Role = rtpstream.Callee
	return l.hears.ProtectSend(k)
}

func (l *loop) close() {
	l.ends.Close()
	_, _ = l.mute.Close(), l.own.Close()
	l.says.Close()
	l.hears.Close()
}

func (l *loop) report() Report {
	s := l.hears.Stats()
	r := Report{
		Packet:  l.cfg.Ptime,
		Packets: s.ReceivedProtected.Packets, Lost: s.Playout.Lost,
		Buffer: time.Duration(s.Playout.DepthMS * float64(time.Millisecond)),
		Sent:   l.ends.sent.Level(), Played: l.ends.played.Level(),
	}
	r.CardIn, r.CardOut = l.cfg.Card()
	r.Path, r.Found = l.ends.way.Delay()
	round, heard := l.ends.air.Delay()
	switch r.Heard = heard && r.Found && round > r.Path; {
	case r.Heard:
		r.Device, r.Total = round-r.Path, round
	case r.Found:
		r.Total = r.Path + r.CardIn + r.CardOut
	}
	return r
}
