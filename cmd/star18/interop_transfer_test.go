//go:build interop && linux

package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"star18/audio"
	"star18/securecall"
	"star18/ua"
	"star18/ua/digest"
)

// transferred is the last word of a transfer at a phone.
func transferred(p *phone) event {
	p.t.Helper()
	last := event{}
	for _, ev := range p.seen {
		if ev.Event == "transfer" {
			last = ev
		}
	}
	return last
}

// transferredByBaresip: baresip asks us (REFER) to call somebody else, and we
// speak to him then. calls.refer must allow it: nobody is here to be asked.
func transferredByBaresip(t *testing.T, s *site) string {
	s.kamailio(t)
	far := s.baresip(t, "answermode=auto")
	target := s.phone(t, options{user: calleeUser, hz: targetHz, args: []string{"answer", "--count", "1", "--for", "3s"}})
	target.await("registered")
	near := s.phone(t, options{user: callerUser, hz: callerHz, args: []string{"call", baresipUser, "--set", "calls.refer=allow"}})
	near.await("answered")
	speak(second)
	start := time.Now()
	far.command(t, "transfer", "sip:"+calleeUser+"@"+kamailioIP)
	near.await("ended")
	took := time.Since(start)
	near.exits(exitDone)
	target.exits(exitDone)
	if end := transferred(near); end.Status != 200 {
		t.Errorf("the transfer ended with %d", end.Status)
	}
	return fmt.Sprintf("%.1f s to the BYE; star18 heard %s; the target heard %s", took.Seconds(),
		readWAV(t, near.file("heard.wav")).last(second).mustBe(t, targetHz, star18Level),
		readWAV(t, target.file("heard.wav")).last(second).mustBe(t, callerHz, star18Level))
}

// transfersBaresip: we ask baresip to call somebody else, follow its NOTIFYs and
// leave when he has answered.
func transfersBaresip(t *testing.T, s *site) string {
	s.kamailio(t)
	s.baresip(t, "answermode=auto")
	target := s.phone(t, options{user: calleeUser, hz: targetHz, args: []string{"answer", "--count", "1", "--for", "3s"}})
	target.await("registered")
	line := s.line(t, callerUser)
	call, err := line.Dial(t.Context(), ua.Target{Number: baresipUser})
	if err != nil {
		t.Fatal(err)
	}
	<-call.Answered()
	speak(second)
	start := time.Now()
	if err := call.Transfer(ua.Target{Number: calleeUser}); err != nil {
		t.Fatal(err)
	}
	<-call.Done()
	took := time.Since(start)
	target.exits(exitDone)
	if e := call.Ended(); e.Cause != ua.CauseTransferred {
		t.Errorf("ended %+v", e)
	}
	return fmt.Sprintf("%d ms to the BYE; the target heard %s", took.Milliseconds(),
		readWAV(t, target.file("heard.wav")).last(second).mustBe(t, baresipHz, baresipLevel))
}

// connects: an attended transfer (Replaces) among three star18 through Kamailio.
// The two phones speak to each other then, and neither rang for it.
func connects(t *testing.T, s *site) string {
	s.kamailio(t)
	answering := func(user string, hz float64) *phone {
		p := s.phone(t, options{user: user, hz: hz, args: []string{"answer", "--count", "1", "--for", "6s", "--set", "calls.refer=allow"}})
		p.await("registered")
		return p
	}
	one, other := answering(calleeUser, targetHz), answering(baresipUser, callerHz)
	line := s.line(t, callerUser)
	var calls []*ua.Call
	for _, user := range []string{calleeUser, baresipUser} {
		c, err := line.Dial(t.Context(), ua.Target{Number: user})
		if err != nil {
			t.Fatal(err)
		}
		<-c.Answered()
		speak(second)
		calls = append(calls, c)
	}
	start := time.Now()
	if err := calls[0].TransferTo(calls[1]); err != nil {
		t.Fatal(err)
	}
	for _, c := range calls {
		<-c.Done()
	}
	took := time.Since(start)
	one.exits(exitDone)
	other.exits(exitDone)
	return fmt.Sprintf("%d ms until both calls had ended; they heard %s and %s", took.Milliseconds(),
		readWAV(t, one.file("heard.wav")).last(second).mustBe(t, callerHz, star18Level),
		readWAV(t, other.file("heard.wav")).last(second).mustBe(t, targetHz, star18Level))
}

const targetHz = 1450.0

// line is one in this process whose sockets are in the namespace: what a person
// would do with it is done by calls of its methods.
func (s *site) line(t *testing.T, user string) *ua.Line {
	t.Helper()
	line, err := ua.NewLine(ua.Config{
		User: user, Domain: kamailioIP, Password: digest.Secret(user + "pw"), Proxy: kamailioIP + ":5060",
		Register: true, Expires: time.Minute, Listen: kamailioIP + ":5090",
		Codecs: []string{"PCMU", "PCMA"}, RTP: ua.RTPConfig{PortMin: 20000, PortMax: 20098, Ptime: 20 * time.Millisecond, Symmetric: true},
		Secure: ua.SecureConfig{Wire: securecall.DefaultWire()},
		Calls:  ua.CallsConfig{Max: 4, Waiting: true},
		OpenDevice: func(rate int) (audio.Device, error) {
			return audio.NewToneSource(rate, callerHz, -10), nil
		},
		ListenUDP: s.socket,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = line.Close(ctx)
	})
	line.Start()
	if err := line.AwaitRegistered(t.Context()); err != nil {
		t.Fatal(err)
	}
	return line
}

// socket opens one in the namespace; see listenUDP for the thread.
func (s *site) socket(at netip.AddrPort) (ua.Socket, error) {
	var conn *net.UDPConn
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := enter("/proc/thread-self/ns/net", "/run/netns/"+s.namespace, func() (err error) {
		conn, err = net.ListenUDP("udp4", net.UDPAddrFromAddrPort(at))
		return err
	})
	if err != nil {
		return nil, err
	}
	return conn, nil
}
