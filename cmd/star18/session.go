package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"star18/cmd/internal/capture"
	"star18/cmd/internal/config"
	"star18/cmd/internal/say"
	"star18/cmd/internal/sound"
	"star18/cmd/internal/state"
	"star18/securecall"
	"star18/securecall/replayfile"
	"star18/ua"
	"star18/ua/netwatch"
	"star18/ua/resolve"
)

// closePatience bounds how long the end of a run waits for others to answer
// BYE and REGISTER.
const closePatience = 5 * time.Second

// session is one run with a line: what call and answer have in common.
//
//	configuration -> ua.Line -> events -> queue -> words or JSON on stdout
//	                    |
//	                 sockets -> tap -> pcapng
type session struct {
	line    *ua.Line
	queue   *say.Queue
	state   *state.Store
	dialing *dialing // for what is typed while it runs
	cfg     *config.Loaded
	dtmf    string // to press in the call

	talk *sound.Opener // what is heard and spoken by; nil in an echo

	record, play string // files of the flags

	end []func() // what to undo, last first

	attended bool // somebody is here who can give commands
	manual   bool // and answers the calls

	spoke atomic.Bool // a call was answered, by either side
	once  atomic.Bool // if the line cannot register now, that is the end

	phone *telephone
}

// name is what the configuration calls the line.
func (s *session) name() string { return cmp.Or(s.cfg.Name, config.DefaultAccount) }

// aor is the line's address.
func (s *session) aor() string { return s.cfg.Settings.Line.User + "@" + s.cfg.Settings.Line.Domain }

// watchNetwork tells the line when the machine's network has changed.
func (s *session) watchNetwork() {
	ctx, stop := context.WithCancel(context.Background())
	changes, done := netwatch.Watch(ctx, netwatch.Config{}), make(chan struct{})
	go func() {
		defer close(done)
		for range changes {
			s.line.NetworkChanged()
		}
	}()
	s.later(func() {
		stop()
		<-done
	})
}

func (s *session) later(fn func()) { s.end = append(s.end, fn) }

// close undoes everything; the line first, so that its last events are told.
func (s *session) close() {
	for len(s.end) > 0 {
		last := len(s.end) - 1
		s.end[last]()
		s.end = s.end[:last]
	}
}

func (s *session) closeLine() {
	ctx, cancel := context.WithTimeout(context.Background(), closePatience)
	defer cancel()
	_ = s.line.Close(ctx) // its sockets are gone with the process at the latest
}

// lineFault is the error, with its exit code, of a line that does not start.
func lineFault(err error) error {
	var dns *resolve.Error
	switch {
	case errors.Is(err, ua.ErrConfig):
		return exit(exitUsage, err)
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return exit(exitUnregistered, fmt.Errorf("%w; connect this machine to a network, or correct line.proxy", err))
	case errors.Is(err, syscall.EADDRINUSE):
		return exit(exitFault, fmt.Errorf("%w; end the program that uses the port, or set sip.listen to another one", err))
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return exit(exitFault, fmt.Errorf("%w; set sip.listen to an address of this machine, or to nothing", err))
	case errors.As(err, &dns):
		return exit(exitUnregistered, fmt.Errorf("%w; check line.domain and line.proxy, star18 doctor shows what DNS says", err))
	}
	return exit(exitFault, err)
}

func (a *app) teller(require bool) say.Teller {
	if a.face != nil {
		return a.face
	}
	if a.flags.json {
		return say.JSON{W: a.out}
	}
	return say.People{W: a.out, Require: require}
}

func (s *session) onEvent(c *ua.Call, ev ua.Event) {
	id := ""
	if c != nil {
		id = c.ID()
	}
	if failed, ok := ev.(ua.RegistrationFailed); ok && s.once.Load() {
		failed.RetryIn = 0
		ev = failed
	}
	s.queue.Post(id, ev)
	_, up := ev.(ua.Answered)
	if up {
		s.spoke.Store(true)
	}
	if up && s.record+s.play != "" {
		go s.answeredCall(c) // ends with the call at the latest
	}
}

// addReplay keeps the list of used keys with the rest of the state, by the
// fingerprint of the identity: it must outlive a change of the line's name.
func (a *app) addReplay(c *ua.SecureConfig) error {
	if c.Identity == nil {
		return nil
	}
	dir := a.flags.state
	if dir == "" {
		var err error
		if dir, err = state.DefaultDir(); err != nil {
			return err
		}
	}
	list, err := replayfile.Open(state.ReplayDir(dir), c.Identity.Fingerprint())
	if err != nil {
		return err
	}
	c.Replay = securecall.ReplayList(list)
	return nil
}

// addCapture puts a tap before the sockets, if --pcap asks for one.
func (a *app) addCapture(s *session, cfg *ua.Config) error {
	if a.flags.pcap == "" {
		return nil
	}
	if s.phone.tap == nil {
		if err := a.openCapture(s.phone); err != nil {
			return err
		}
	}
	tap := s.phone.tap
	cfg.ListenUDP = func(addr netip.AddrPort) (ua.Socket, error) {
		conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(addr))
		if err != nil {
			return nil, err
		}
		return tap.Wrap(conn), nil
	}
	cfg.ListenTCP = func(at netip.AddrPort) (net.Listener, error) {
		l, err := ua.ListenTCP(at)
		if err != nil {
			return nil, err
		}
		return tap.WrapListener(l), nil
	}
	cfg.DialTCP = func(ctx context.Context, from netip.Addr, to netip.AddrPort) (net.Conn, error) {
		conn, err := ua.DialTCP(ctx, from, to)
		if err != nil {
			return nil, err
		}
		return tap.WrapConn(conn), nil
	}
	return nil
}

// openCapture opens the file of --pcap, for all lines.
func (a *app) openCapture(p *telephone) error {
	file, err := capture.Create(a.flags.pcap)
	if err != nil {
		return exit(exitUsage, fmt.Errorf("--pcap: %w", err))
	}
	tap := capture.NewTap(file.Add)
	p.tap = tap
	p.later(func() {
		if n := tap.Close(); n > 0 {
			_, _ = fmt.Fprintf(a.err, "star18: %s: %d packets are missing\n", a.flags.pcap, n)
		}
		if err := file.Close(); err != nil {
			_, _ = fmt.Fprintf(a.err, "star18: %s: %v\n", a.flags.pcap, err)
		}
	})
	return nil
}

// registered runs do with a line that is registered, until a signal ends ctx,
// and leaves nothing behind.
func (a *app) registered(ctx context.Context, l *config.Loaded, do func(context.Context, *session) error) error {
	return a.registeredAll(ctx, []*config.Loaded{l}, func(ctx context.Context, p *telephone) error {
		return do(ctx, p.lines[0])
	})
}

// register waits for the first registration; ctx ends with a signal.
func (s *session) register(ctx context.Context) error {
	s.once.Store(s.queue.Account == "") // of several lines the others may register
	s.line.Start()
	err := s.line.AwaitRegistered(ctx)
	s.once.Store(false)
	var told *ua.RegistrationError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return exit(exitNoCall, nil)
	case errors.As(err, &told): // by its event
		return exit(exitUnregistered, nil)
	}
	return exit(exitUnregistered, err)
}

// untilSignal is a context that SIGINT or SIGTERM ends. A second one ends the
// program at once, as usual.
func untilSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
