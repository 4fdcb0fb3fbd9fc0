package ua

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

const testInstance = "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"

// RFC 5626 sections 4.2.1, 4.3 and 4.4.1: the Contact names instance and way; a
// registrar that keeps the way says so, and how long it may be silent; then calls
// are marked to come along it.
func TestFlowIsKept(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r, l := newLabRig(t, func(a, _ *Config) {
			a.Instance = testInstance
			hear(a, func(msg []byte) []byte {
				if bytes.HasPrefix(msg, []byte("SIP/2.0 200")) && bytes.Contains(msg, []byte(" REGISTER\r\n")) {
					return bytes.Replace(msg, []byte("\r\nContact: "), []byte("\r\nRequire: outbound\r\nFlow-Timer: 10\r\nContact: "), 1)
				}
				return msg
			})
		}, nil)
		registers, invites := r.saying(callerAddr.Addr(), "REGISTER"), r.saying(callerAddr.Addr(), "INVITE")
		probes := r.saying(callerAddr.Addr(), "OPTIONS")
		r.await()
		out, in := r.dial(false)
		time.Sleep(time.Minute)
		first := registers()[0]
		if !strings.Contains(first, `+sip.instance="<urn:uuid:`+testInstance+`>"`) || !strings.Contains(first, "reg-id=1") || !strings.Contains(first, "path, outbound") {
			t.Errorf("no instance, way or extension in\n%s", first)
		}
		if !strings.Contains(contactsOf(invites()[0])[0], ";ob") {
			t.Errorf("the call's Contact: %s", contactsOf(invites()[0])[0])
		}
		if n := len(probes()); n < 5 || n > 12 {
			t.Errorf("%d keepalives in a minute, want one each 6 to 10 s", n)
		}
		out.Hangup()
		<-in.Done()
		r.close()
		l.Close()
	})
}

// Section 11.6: a first hop that cannot is asked again without; and one that says
// nothing is not marked.
func TestFlowIsRefused(t *testing.T) {
	virtual(t, func(t *testing.T) {
		refused := false
		r, l := newLabRig(t, func(a, _ *Config) {
			a.Instance = testInstance
			hear(a, func(msg []byte) []byte {
				if !refused && bytes.HasPrefix(msg, []byte("SIP/2.0 200 OK")) && bytes.Contains(msg, []byte(" REGISTER\r\n")) {
					refused = true
					return bytes.Replace(msg, []byte("200 OK"), []byte("439 First Hop Lacks Outbound Support"), 1)
				}
				return msg
			})
		}, nil)
		registers, invites := r.saying(callerAddr.Addr(), "REGISTER"), r.saying(callerAddr.Addr(), "INVITE")
		r.await()
		all := registers()
		if last := all[len(all)-1]; strings.Contains(last, "outbound") || strings.Contains(last, "reg-id") {
			t.Errorf("asked again with it:\n%s", last)
		}
		out, in := r.dial(false)
		if strings.Contains(invites()[0], ";ob") {
			t.Error("a Contact is marked for a way that nobody keeps")
		}
		out.Hangup()
		<-in.Done()
		r.close()
		l.Close()
	})
}
