//go:build interop && linux

package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// phoneIP is where netpair.sh puts the telephones.
const phoneIP = "10.99.0.2"

// pair is a site in two namespaces: the registrar and its friends in one, the
// telephones in the other, and a cable between them.
type pair struct {
	near *site // the telephones; their end of the cable is v1
	far  *site // Kamailio
}

func (s *site) pair(t *testing.T) *pair {
	t.Helper()
	name := fmt.Sprintf("%s-%d", s.namespace, time.Now().UnixMilli()%100000)
	startScript(t, exec.Command(filepath.Join(s.scripts, "netpair.sh"), name))
	near, far := *s, *s
	near.namespace, far.namespace = name+"-b", name+"-a"
	return &pair{&near, &far}
}

// ip gives a command to the network of the telephones.
func (p *pair) ip(t *testing.T, command string) {
	t.Helper()
	args := append([]string{"-n", p.near.namespace}, strings.Fields(command)...)
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		t.Fatalf("ip %q: %v\n%s", args, err, out)
	}
}

// listenUDP opens a socket in a namespace. The thread that enters it must come
// back and not end: programs that it has started would be killed with it
// (prctl(2), PR_SET_PDEATHSIG).
func (s *site) listenUDP(t *testing.T, ip string, port int) *net.UDPConn {
	t.Helper()
	var conn *net.UDPConn
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := enter("/proc/thread-self/ns/net", "/run/netns/"+s.namespace, func() (err error) {
		conn, err = net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(ip), Port: port})
		return err
	})
	if err != nil {
		t.Fatalf("a socket in %s: %v", s.namespace, err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func enter(home, abroad string, do func() error) error {
	back, err := os.Open(home)
	if err != nil {
		return err
	}
	defer back.Close()
	there, err := os.Open(abroad)
	if err != nil {
		return err
	}
	defer there.Close()
	if err := unix.Setns(int(there.Fd()), unix.CLONE_NEWNET); err != nil {
		return err
	}
	return errors.Join(do(), unix.Setns(int(back.Fd()), unix.CLONE_NEWNET))
}

// prober sends OPTIONS to a line through the registrar, as a caller would come.
type prober struct {
	conn   *net.UDPConn
	server string
	user   string
	seq    int
}

func (p *pair) asker(t *testing.T, server, user string) *prober {
	return &prober{conn: p.far.listenUDP(t, server, 0), server: server, user: user}
}

// askEach is how often the line is asked: the error of what is measured.
const askEach = 50 * time.Millisecond

// reachable asks until the line answers, and returns how long after since that
// was. A 200 can come from the line alone: Kamailio says 404, 408 or nothing.
func (a *prober) reachable(t *testing.T, since time.Time, limit time.Duration) time.Duration {
	t.Helper()
	buf := make([]byte, 4096)
	last := 0
	for first := a.seq + 1; time.Since(since) < limit; {
		a.ask(t)
		_ = a.conn.SetReadDeadline(time.Now().Add(askEach))
		for {
			n, _, err := a.conn.ReadFromUDP(buf)
			if err != nil {
				break // the time is over: ask again
			}
			seq, status := a.answer(string(buf[:n]))
			if status == 200 && seq >= first { // asked after the fault
				return time.Since(since)
			}
			last = status
		}
	}
	t.Fatalf("%s is not reachable after %v, last answer %d", a.user, limit, last)
	return 0
}

func (a *prober) ask(t *testing.T) {
	t.Helper()
	a.seq++
	at := a.conn.LocalAddr().String()
	to := &net.UDPAddr{IP: net.ParseIP(a.server), Port: 5060}
	msg := fmt.Sprintf("OPTIONS sip:%s@%s:5060 SIP/2.0\r\n"+
		"Via: SIP/2.0/UDP %s;branch=z9hG4bK-ask-%d;rport\r\n"+
		"From: <sip:asker@%s>;tag=asker\r\nTo: <sip:%s@%s>\r\n"+
		"Call-ID: ask-%d-%d@%s\r\nCSeq: %d OPTIONS\r\nMax-Forwards: 10\r\nContent-Length: 0\r\n\r\n",
		a.user, a.server, at, a.seq, at, a.user, a.server, os.Getpid(), a.seq, at, a.seq)
	if _, err := a.conn.WriteToUDP([]byte(msg), to); err != nil && !strings.Contains(err.Error(), "refused") {
		t.Fatal(err)
	}
}

func (a *prober) answer(msg string) (seq, status int) {
	_, _ = fmt.Sscanf(msg, "SIP/2.0 %d", &status)
	if _, rest, ok := strings.Cut(msg, "\r\nCSeq: "); ok {
		_, _ = fmt.Sscanf(rest, "%d", &seq)
	}
	return seq, status
}
