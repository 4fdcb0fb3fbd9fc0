package ua

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"star18/securecall"
	"star18/securecall/published"
)

// tamperer is a socket that changes the SIP messages it sends, as a faulty or
// hostile peer would; nil drops one.
type tamperer struct {
	Socket
	change func(msg []byte) []byte
}

func (s *tamperer) WriteTo(b []byte, addr net.Addr) (int, error) {
	changed := s.change(bytes.Clone(b))
	if changed == nil {
		return len(b), nil
	}
	if _, err := s.Socket.WriteTo(changed, addr); err != nil {
		return 0, err
	}
	return len(b), nil
}

// tamper gives a line a tamperer as its SIP socket.
func tamper(cfg *Config, change func(msg []byte) []byte) {
	listen := cfg.ListenUDP
	cfg.ListenUDP = func(at netip.AddrPort) (Socket, error) {
		conn, err := listen(at)
		if err == nil && at.Port() == 5060 {
			return &tamperer{conn, change}, nil
		}
		return conn, err
	}
}

var contentLength = regexp.MustCompile(`Content-Length: \d+`)

// withBody replaces a message's body.
func withBody(msg, body []byte) []byte {
	head, _, _ := bytes.Cut(msg, []byte("\r\n\r\n"))
	head = contentLength.ReplaceAll(head, fmt.Appendf(nil, "Content-Length: %d", len(body)))
	return append(append(head, "\r\n\r\n"...), body...)
}

func bodyOf(msg []byte) []byte {
	_, body, _ := bytes.Cut(msg, []byte("\r\n\r\n"))
	return body
}

// isAnswer: a 200 to an INFO with a body, which is a Callee Hello.
func isAnswer(msg []byte) bool {
	return bytes.HasPrefix(msg, []byte("SIP/2.0 200")) && bytes.Contains(msg, []byte(" INFO\r\n")) && len(bodyOf(msg)) > 0
}

func isInfo(msg []byte) bool { return bytes.HasPrefix(msg, []byte("INFO ")) }

// isFinal: an INFO of the length of a Caller Final, split or joined.
func isFinal(msg []byte) bool { return isInfo(msg) && len(bodyOf(msg)) < 200 }

// helloAnswer changes the binary Callee Hello on its way.
func helloAnswer(change func(hello []byte) []byte) func(*Config, *Config) {
	return func(_, callee *Config) {
		tamper(callee, func(msg []byte) []byte {
			if !isAnswer(msg) {
				return msg
			}
			hello, err := securecall.DecodeBody(bodyOf(msg))
			if err != nil {
				panic(err)
			}
			return withBody(msg, securecall.EncodeBody(change(hello)))
		})
	}
}

// rawAnswer replaces the text of the Callee Hello.
func rawAnswer(body string) func(*Config, *Config) {
	return func(_, callee *Config) {
		tamper(callee, func(msg []byte) []byte {
			if isAnswer(msg) {
				return withBody(msg, []byte(body))
			}
			return msg
		})
	}
}

func flip(at int) func([]byte) []byte {
	return func(b []byte) []byte { b[at] ^= 1; return b }
}

// mirrorSSRC answers with the SSRC of the Caller Hello.
func mirrorSSRC(caller, callee *Config) {
	var ssrc atomic.Pointer[[4]byte]
	tamper(caller, func(msg []byte) []byte {
		if isInfo(msg) && !isFinal(msg) {
			hello, _ := securecall.DecodeBody(bodyOf(msg))
			ssrc.Store((*[4]byte)(hello[8:12]))
		}
		return msg
	})
	helloAnswer(func(hello []byte) []byte {
		copy(hello[8:], ssrc.Load()[:])
		return hello
	})(caller, callee)
}

// A peer that lies, stutters or falls silent leaves the call up in clear, with
// the right reason at each end. The callee that was lied about knows nothing
// but that no Final came.
func TestHostileHandshake(t *testing.T) {
	for _, tt := range []struct {
		name           string
		change         func(caller, callee *Config)
		caller, callee securecall.Reason
	}{
		{"signature forged", helloAnswer(flip(12 + 252 - 1)), securecall.BadSignature, securecall.PeerSilent},
		{"name forged", helloAnswer(flip(12)), securecall.BadSignature, securecall.PeerSilent},
		{"modulus exchanged", helloAnswer(flip(12 + 60)), securecall.BadSignature, securecall.PeerSilent},
		{"hello cut", helloAnswer(func(b []byte) []byte { return b[:200] }), securecall.BadLength, securecall.PeerSilent},
		{"not base64", rawAnswer("This is no certificate!"), securecall.NotBase64, securecall.PeerSilent},
		{"empty answer", rawAnswer(""), securecall.EmptyAnswer, securecall.PeerSilent},
		{"our SSRC mirrored", mirrorSSRC, securecall.SSRCCollision, securecall.PeerSilent},
		{"final garbled", garbleFinals, securecall.PeerRefused, securecall.BadKeyBlock},
		{"hello lost for ever", lose(func(m []byte) bool { return isInfo(m) }), securecall.PeerSilent, ""},
		{"final lost for ever", lose(isFinal), securecall.PeerSilent, securecall.PeerSilent},
		{"expired", expired, securecall.Expired, securecall.PeerSilent},
		{"wrong user ID", anotherUser, securecall.UserIDMismatch, securecall.PeerSilent},
		{"other CA", otherCA, securecall.PeerRefused, securecall.BadSignature},
	} {
		t.Run(tt.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, tt.change)
				time.Sleep(2 * time.Second)
				out, in := r.dial(true)
				time.Sleep(45 * time.Second)
				checkReason(t, r.caller, tt.caller)
				checkReason(t, r.callee, tt.callee)
				if n := count[Secured](r.caller) + count[Secured](r.callee); n != 0 {
					t.Errorf("somebody was told that the call is secure")
				}
				checkAlive(t, r)
				out.Hangup()
				<-in.Done()
				r.close()
			})
		})
	}
}

func garbleFinals(caller, _ *Config) {
	tamper(caller, func(msg []byte) []byte {
		if !isFinal(msg) {
			return msg
		}
		final, _ := securecall.DecodeBody(bodyOf(msg))
		for i := range final[4:] {
			final[4+i] ^= 0x55
		}
		final[4], final[len(final)/2+2] = 1, 1 // still below the modulus
		return withBody(msg, securecall.EncodeBody(final))
	})
}

func lose(which func([]byte) bool) func(*Config, *Config) {
	return func(caller, _ *Config) {
		tamper(caller, func(msg []byte) []byte {
			if which(msg) {
				return nil
			}
			return msg
		})
	}
}

// A required security that is not reached ends the call at once, and is never
// even dialled without an identity.
func TestRequire(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(a, b *Config) {
			a.Secure.Require = true
			b.Secure.Identity = nil
		})
		out, in := r.dial(true)
		<-out.Done()
		<-in.Done()
		r.close()
		if e := out.Ended(); e.Cause != CauseSecurityRequired || e.By != Local {
			t.Errorf("ended %+v", e)
		}
		sameEvents(t, r.caller, "dialing ringing answered securing not_secured ended")
	})
}

// What a line that requires security does not even dial, and what it does: a
// call of which nobody said anything is an ordinary one.
func TestRequireBeforeInvite(t *testing.T) {
	for _, tt := range []struct {
		name   string
		target Target
		change func(*Config)
		ok     bool
	}{
		{"secured", Target{Secure: true}, nil, true},
		{"nothing said", Target{}, nil, true},
		{"asked to stay in clear", Target{InClear: true}, nil, false},
		{"no identity", Target{Secure: true}, func(c *Config) { c.Secure.Identity = nil }, false},
		{"service off", Target{Secure: true}, func(c *Config) { c.Secure.Service = false }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				r := newRig(t, func(a, _ *Config) {
					a.Secure.Require = true
					if tt.change != nil {
						tt.change(a)
					}
				})
				tt.target.Number = calleeUser
				out, err := r.caller.Dial(t.Context(), tt.target)
				if tt.ok != (err == nil) || err != nil && !errors.Is(err, ErrSecurityImpossible) {
					t.Errorf("%v", err)
				}
				if out != nil {
					in := r.ring()
					out.Hangup()
					<-in.Done()
				} else if n := len(r.caller.names()); n != 0 {
					t.Errorf("told %v", r.caller.names())
				}
				r.close()
			})
		})
	}
}

// A callee that requires security hangs up a caller that never asks for it.
func TestRequireIncoming(t *testing.T) {
	virtual(t, func(t *testing.T) {
		r := newRig(t, func(_, b *Config) { b.Secure.Require = true })
		start := time.Now()
		out, in := r.dial(false)
		<-in.Done()
		<-out.Done()
		if waited := time.Since(start); waited < requireLimit || waited > requireLimit+2*time.Second {
			t.Errorf("hung up after %v", waited)
		}
		r.close()
		if e := in.Ended(); e.Cause != CauseSecurityRequired {
			t.Errorf("ended %+v", e)
		}
	})
}

// expired presents a certificate that the CA did sign, for a second long ago.
// (Virtual time begins with the year 2000.)
func expired(caller, callee *Config) {
	ca := good(securecall.ParseCAKey(published.CAKey()))
	until := good(securecall.ParseExpiry("00:00:01 1/1/00", securecall.UTC))
	old := good(securecall.Issue(ca, securecall.Request{Name: "Joe Smith", UserID: calleeUser, Expiry: until}, rand.Reader))
	helloAnswer(func(hello []byte) []byte {
		return append(hello[:12], old.Certificate[:]...)
	})(caller, callee)
}

// anotherUser presents a certificate of somebody else under the same CA.
func anotherUser(caller, callee *Config) {
	ca := good(securecall.ParseCAKey(published.CAKey()))
	until := good(securecall.ParseExpiry("2034-01-01", securecall.UTC))
	other := good(securecall.Issue(ca, securecall.Request{Name: "Mallory", UserID: "14085559999", Expiry: until}, rand.Reader))
	helloAnswer(func(hello []byte) []byte {
		return append(hello[:12], other.Certificate[:]...)
	})(caller, callee)
}

// otherCA gives the caller an identity of a CA that the callee does not trust.
func otherCA(caller, _ *Config) {
	caller.Secure.Identity = issue(good(securecall.NewCAKey(rand.Reader)), callerUser, "2034-01-01")
}

// loseFirst loses the first message that a line sends of this kind, and tells
// whether that has happened.
func loseFirst(cfg *Config, kind string) *bool {
	lost := new(bool)
	tamper(cfg, func(msg []byte) []byte {
		if bytes.HasPrefix(msg, []byte(kind)) && !*lost {
			*lost = true
			return nil
		}
		return msg
	})
	return lost
}
