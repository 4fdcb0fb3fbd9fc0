//go:build interop && linux

package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// streamed starts a Kamailio and says how a line reaches it by transport.
func (s *site) streamed(t *testing.T, transport string) (args []string) {
	t.Helper()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	s.kamailio(t, "MD5", "600", ca)
	return overStream(transport, ca)
}

func overStream(transport, ca string) []string {
	port := map[string]string{"tcp": "5060", "ws": "5060", "tls": "5061", "wss": "5061"}[transport]
	return []string{"--set", "line.transport=" + transport, "--set", "line.proxy=" + kamailioIP + ":" + port, "--set", "sip.tls.ca_file=" + ca}
}

// securedOver: two lines over connections alone, the second stage through
// Kamailio, which finds the callee by the connection of its registration.
func securedOver(t *testing.T, s *site, transport string) string {
	way := s.streamed(t, transport)
	callee := s.phone(t, options{user: calleeUser, hz: calleeHz, args: append([]string{"answer", "--count", "1"}, way...)})
	via := callee.await("registered").line
	caller := s.phone(t, options{user: callerUser, hz: callerHz, args: append([]string{"call", "*18" + calleeUser, "--for", "4s"}, way...)})
	caller.exits(exitDone)
	callee.exits(exitDone)
	if !strings.Contains(via, `"via":"`+transport+" ") {
		t.Errorf("%s", via)
	}
	atCaller := mustBeSecured(t, caller, "$Joe Smith", calleeUser)
	atCallee := mustBeSecured(t, callee, "$Anna Caller", callerUser)
	for _, p := range []*phone{caller, callee} {
		if clear := bytes.Contains(p.captured(), []byte("REGISTER sip:")); clear != (transport == "tcp") {
			t.Errorf("%s: REGISTER can be read in the capture: %v", transport, clear)
		}
	}
	return fmt.Sprintf("secured after %d/%d ms; caller heard %s", atCaller.MS, atCallee.MS, speechAndBeep(t, caller, calleeHz))
}

// keysUnderTLS: keys in SDP that the network does not see.
func keysUnderTLS(t *testing.T, s *site) string {
	way := append(s.streamed(t, "tls"), "--set", "secure.method=sdes")
	callee := s.phone(t, options{user: calleeUser, hz: calleeHz, args: append([]string{"answer", "--count", "1"}, way...)})
	callee.await("registered")
	caller := s.phone(t, options{user: callerUser, hz: callerHz, args: append([]string{"call", "*18" + calleeUser, "--for", "3s"}, way...)})
	caller.exits(exitDone)
	callee.exits(exitDone)
	for _, p := range []*phone{caller, callee} {
		if ev := p.one("secured"); strings.Contains(ev.line, "keys_in_clear") || len(keysSeen(p)) != 0 {
			t.Errorf("%s; %d keys can be read in the capture", ev.line, len(keysSeen(p)))
		}
	}
	return "secured, no key can be read on the network"
}

// noWebSocket: a path that the server does not have is named as such.
func noWebSocket(t *testing.T, s *site) string {
	way := append(s.streamed(t, "ws"), "--set", "line.websocket_path=/chat")
	return s.notTrusted(t, way, "line.websocket_path")
}

// unknownCA and wrongName: nothing is said to a server that is not who it should
// be, and the user is told which setting to look at.
func unknownCA(t *testing.T, s *site) string {
	way := s.streamed(t, "tls")
	return s.notTrusted(t, way[:len(way)-2], "sip.tls.ca_file")
}

func wrongName(t *testing.T, s *site) string {
	way := s.streamed(t, "tls")
	s.run(t, "ip", "addr", "add", "10.99.0.9/24", "dev", "lo")
	t.Cleanup(func() { s.run(t, "ip", "addr", "del", "10.99.0.9/24", "dev", "lo") })
	relay := s.inside("node", "-e", `require("net").createServer(a=>{const b=require("net").connect(5061,"`+kamailioIP+`");a.pipe(b);b.pipe(a);a.on("error",()=>b.destroy());b.on("error",()=>a.destroy())}).listen(5061,"10.99.0.9")`)
	if err := relay.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = relay.Process.Kill()
		_ = relay.Wait()
	})
	time.Sleep(500 * time.Millisecond)
	for i, word := range way {
		way[i] = strings.Replace(word, "line.proxy="+kamailioIP, "line.proxy=10.99.0.9", 1)
	}
	return s.notTrusted(t, way, "line.proxy")
}

func (s *site) notTrusted(t *testing.T, way []string, word string) string {
	t.Helper()
	p := s.phone(t, options{user: calleeUser, hz: calleeHz, args: append([]string{"answer"}, way...)})
	why := p.await("registration_failed")
	if !strings.Contains(why.Reason, word) {
		t.Errorf("%s", why.line)
	}
	p.exits(exitUnregistered)
	if bytes.Contains(p.captured(), []byte("REGISTER")) {
		t.Error("a REGISTER was sent in clear")
	}
	return why.Reason
}

// restartedTCP: Kamailio ends with all its connections and locations, and comes
// back after 5 s; how long until the line is there again, and is called.
func restartedTCP(t *testing.T, s *site) string {
	stop := s.kamailio(t)
	way := overStream("tcp", "")[:4]
	callee := s.phone(t, options{user: calleeUser, hz: calleeHz, args: append([]string{"answer", "--count", "1"}, way...)})
	callee.await("registered")
	stop()
	speak(5 * time.Second)
	s.kamailio(t)
	begin := time.Now()
	took := callee.await("registered").Time.Sub(begin).Milliseconds()
	if took > 3000 {
		t.Errorf("registered again after %d ms", took)
	}
	caller := s.phone(t, options{user: callerUser, hz: callerHz, args: append([]string{"call", "*18" + calleeUser, "--for", "3s"}, way...)})
	caller.exits(exitDone)
	callee.exits(exitDone)
	caller.one("secured")
	return fmt.Sprintf("registered again after %d ms, and called", took)
}

// baresipByTLS: calls both ways between a line on TLS and a baresip on UDP, which
// Kamailio joins with one Record-Route for each side (RFC 5658).
func baresipByTLS(t *testing.T, s *site) string {
	way := s.streamed(t, "tls")
	return s.bothWays(t, way, s.baresip(t, "answermode=auto"))
}

// baresipOver: both ends by the same connections.
func baresipOver(t *testing.T, s *site, transport string) string {
	way := s.streamed(t, transport)
	return s.bothWays(t, way, s.startBaresip(t, "answermode=auto", "", transport, strings.TrimPrefix(way[len(way)-1], "sip.tls.ca_file=")))
}

// bothWays calls a baresip and is called by it.
func (s *site) bothWays(t *testing.T, way []string, far *baresip) string {
	out := s.phone(t, options{user: callerUser, hz: callerHz, args: append([]string{"call", baresipUser, "--for", "3s"}, way...)})
	out.exits(exitDone)
	in := s.phone(t, options{user: calleeUser, hz: calleeHz, args: append([]string{"answer", "--count", "1"}, way...)})
	in.await("registered")
	far.command(t, "dial", "sip:"+calleeUser+"@"+kamailioIP)
	in.await("answered")
	speak(3 * time.Second)
	far.command(t, "hangup")
	in.exits(exitDone)
	for _, p := range []*phone{out, in} {
		if end := p.one("ended"); end.Cause != "hangup" || end.Rx.Packets < 100 {
			t.Errorf("%s", end.line)
		}
	}
	return fmt.Sprintf("called: ended by %s; answered: ended by %s", out.one("ended").By, in.one("ended").By)
}
