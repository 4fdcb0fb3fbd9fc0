package explain

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"flag"
	"math/bits"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"star18/cmd/internal/explain/decode"
	"star18/securecall"
)

var update = flag.Bool("update", false, "write the golden files anew")

// authorities are made once: finding primes takes its time.
var authority, stranger = sync.OnceValue(newCA), sync.OnceValue(newCA)

func newCA() *securecall.CAKey { return good(securecall.NewCAKey(rand.Reader)) }

type issueKey struct {
	ca           *securecall.CAKey
	user, expiry string
}

var issued sync.Map

func identity(ca *securecall.CAKey, user, expiry string) *securecall.Identity {
	key := issueKey{ca, user, expiry}
	if id, ok := issued.Load(key); ok {
		return id.(*securecall.Identity)
	}
	date := good(securecall.ParseExpiry(expiry, securecall.UTC))
	i := good(securecall.Issue(ca, securecall.Request{Name: "Line " + user, UserID: user, Expiry: date}, rand.Reader))
	long := time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC) // whatever has expired was valid once
	id := good(securecall.NewIdentity(i.MiniCertificateParameter(), i.PrivateKeyParameter(), securecall.UTC, long))
	issued.Store(key, id)
	return id
}

const (
	callerUser = "14085550001"
	calleeUser = "14085551234"
	future     = "2030-01-01"
)

func callerID() *securecall.Identity { return identity(authority(), callerUser, future) }
func calleeID() *securecall.Identity { return identity(authority(), calleeUser, future) }

func hello(id uint32, ssrc uint32, who *securecall.Identity) []byte {
	h := securecall.Hello{ID: id, Version: 0x00010000, SSRC: ssrc, Certificate: who.Certificate()}
	return securecall.EncodeBody(h.Bytes())
}

func callerHello() []byte { return hello(1, callerSSRC, callerID()) }
func calleeHello() []byte { return hello(2, calleeSSRC, calleeID()) }

// sealed is a Final that nothing in these tests opens; first is the first byte
// of each block, which decides whether it is smaller than the modulus.
func sealed(id uint32, blocks int, first byte) []byte {
	msg := binary.BigEndian.AppendUint32(nil, id)
	for range blocks {
		block := bytes.Repeat([]byte{0x5a}, 64)
		block[0] = first
		msg = append(msg, block...)
	}
	return securecall.EncodeBody(msg)
}

func final() []byte { return sealed(3, 2, 0) }

// agreed is a whole handshake.
func (s *script) agreed() {
	s.up()
	s.info(callerHello())
	s.answer("200 OK", calleeHello())
	s.info(final())
	s.answer("200 OK", nil)
}

// refused is one that ends with the answer to the Hello.
func (s *script) refused(status string, body []byte) {
	s.up()
	s.info(callerHello())
	s.answer(status, body)
	s.talk(5, 0)
	s.bye()
}

// recordings are broken in one way each. The names are those of the golden
// files, which begin with the reason that they show.
var recordings = map[string]func(*script){
	"secured": func(s *script) { s.agreed(); s.talk(30, 10); s.bye() },
	"secured_late_capture": func(s *script) {
		s.request("INVITE", "application/sdp", sdpOf(decode.Caller, "RTP/AVP"))
		s.respond("200 OK", "INVITE", "application/sdp", sdpOf(decode.Callee, "RTP/AVP"))
		s.info(callerHello())
		s.answer("200 OK", calleeHello())
		s.info(final())
		s.answer("200 OK", nil)
		s.talk(30, 4)
	},
	"secured_other_dialect": func(s *script) {
		swap := func(id uint32, ssrc uint32, who *securecall.Identity) []byte {
			h := securecall.Hello{ID: bits.ReverseBytes32(id), Version: bits.ReverseBytes32(7), SSRC: bits.ReverseBytes32(ssrc), Certificate: who.Certificate()}
			return securecall.EncodeBody(append(h.Bytes(), make([]byte, 128)...))
		}
		s.up()
		s.request("INFO", "application/x-odd", string(swap(17, callerSSRC, callerID())))
		s.respond("401 Unauthorized", "INFO", "", "")
		s.request("INFO", "application/x-odd", string(swap(17, callerSSRC, callerID())))
		s.respond("200 OK", "INFO", "application/x-odd", string(swap(18, calleeSSRC, calleeID())))
		s.request("INFO", "application/x-odd", string(sealed(bits.ReverseBytes32(19), 1, 0)))
		s.respond("200 OK", "INFO", "", "")
		s.talk(30, 16)
		s.bye()
	},
	"secured_lost_200": func(s *script) {
		s.up()
		s.info(callerHello())
		s.answer("200 OK", calleeHello())
		s.info(final())
		s.talk(30, 10)
	},
	"not_asked":    func(s *script) { s.up(); s.bye() },
	"service_off":  func(s *script) { s.refused("415 Unsupported Media Type", nil) },
	"peer_refused": func(s *script) { s.refused("488 Not Acceptable Here", nil) },
	"peer_refused_final": func(s *script) {
		s.up()
		s.info(callerHello())
		s.answer("200 OK", calleeHello())
		s.info(final())
		s.answer("488 Not Acceptable Here", nil)
	},
	"peer_silent":  func(s *script) { s.up(); s.info(callerHello()); s.talk(20, 0); s.wait(20 * time.Second); s.bye() },
	"not_base64":   func(s *script) { s.refused("200 OK", []byte("(not base64)")) },
	"bad_length":   func(s *script) { s.refused("200 OK", securecall.EncodeBody(make([]byte, 100))) },
	"empty_answer": func(s *script) { s.refused("200 OK", nil) },
	"bad_signature": func(s *script) {
		s.refused("200 OK", hello(2, calleeSSRC, identity(stranger(), calleeUser, future)))
	},
	"bad_signature_caller": func(s *script) {
		s.up()
		s.info(hello(1, callerSSRC, identity(stranger(), callerUser, future)))
		s.answer("488 Not Acceptable Here", nil)
	},
	"expired": func(s *script) {
		s.refused("200 OK", hello(2, calleeSSRC, identity(authority(), calleeUser, "2025-12-31T23:59:59")))
	},
	"user_id_mismatch": func(s *script) {
		s.refused("200 OK", hello(2, calleeSSRC, identity(authority(), "14085559999", future)))
	},
	"ssrc_collision": func(s *script) { s.refused("200 OK", hello(2, callerSSRC, calleeID())) },
	"bad_key_block": func(s *script) {
		s.up()
		s.info(callerHello())
		s.answer("200 OK", calleeHello())
		s.info(sealed(3, 2, 0xff))
		s.answer("488 Not Acceptable Here", nil)
	},
	"replayed": func(s *script) {
		s.agreed()
		s.talk(30, 10)
		s.bye()
		s.wait(time.Minute)
		s.id, s.cseq = "call2@10.0.0.1", 100
		s.up()
		s.info(callerHello())
		s.answer("200 OK", calleeHello())
		s.info(final())
		s.answer("488 Not Acceptable Here", nil)
		s.bye()
	},
	"no_media": func(s *script) { s.agreed(); s.rtp(260, map[decode.Side]int{decode.Caller: 10}); s.bye() },
	"media_downgraded": func(s *script) {
		s.agreed()
		s.talk(20, 10)
		s.rtp(260, map[decode.Side]int{decode.Caller: 10})
		s.bye()
	},
	"out_of_order": func(s *script) { s.up(); s.info(final()); s.answer("488 Not Acceptable Here", nil) },
	"out_of_order_callee": func(s *script) {
		s.up()
		s.cseq++
		s.send(decode.Callee, decode.Callee, "INFO sip:a@10.0.0.1 SIP/2.0", secureType, string(calleeHello()))
		s.send(decode.Caller, decode.Callee, "SIP/2.0 488 Not Acceptable Here | INFO", "", "")
	},
	"sdes_peer": func(s *script) {
		key := "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNk"
		s.request("INVITE", "application/sdp", sdpOf(decode.Caller, "RTP/SAVP", key, strings.Replace(key, "1 AES", "2 AES", 1)))
		s.respond("488 Not Acceptable Here", "INVITE", "", "")
	},
	"call_ended": func(s *script) { s.up(); s.info(callerHello()); s.wait(time.Second); s.bye() },
	"agreed":     func(s *script) { s.agreed() },
}

func explained(t *testing.T, path string, json bool) string {
	t.Helper()
	ca := authority().CA()
	var out strings.Builder
	err := Run(Options{Path: path, Out: &out, JSON: json, Decode: decode.Options{CA: &ca, CAName: "--ca", Zone: securecall.UTC, Wire: securecall.DefaultWire()}})
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(out.String(), path, "call.pcapng")
}

// The golden files were read by people; -update shows what changes. That the
// verdict's reason is the name of the recording is checked apart from them.
func TestEachReasonIsExplained(t *testing.T) {
	for name, write := range recordings {
		t.Run(name, func(t *testing.T) {
			s := newScript(t)
			write(s)
			path := s.file()
			got := explained(t, path, false)
			golden(t, filepath.Join("testdata", name+".txt"), got)
			reason, rest, _ := strings.Cut(got[strings.LastIndex(got, "Verdict: "):], "\n")
			if r := reasonIn(name); r != "" && !strings.HasPrefix(strings.TrimSpace(rest), r) {
				t.Errorf("verdict %s %.60s, want %s", reason, strings.TrimSpace(rest), r)
			}
		})
	}
}

// reasonIn is the reason of section 7 that a recording's name begins with.
func reasonIn(name string) string {
	for _, r := range []securecall.Reason{
		securecall.ServiceOff, securecall.PeerRefused, securecall.PeerSilent, securecall.NotBase64, securecall.BadLength,
		securecall.BadSignature, securecall.Expired, securecall.UserIDMismatch, securecall.SSRCCollision, securecall.BadKeyBlock,
		securecall.Replayed, securecall.NoMedia, securecall.MediaDowngraded, securecall.OutOfOrder, securecall.EmptyAnswer,
		securecall.SDESPeer, securecall.CallEnded,
	} {
		if strings.HasPrefix(name, string(r)) {
			return string(r)
		}
	}
	return ""
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s", path, got)
	}
}

// The same as JSON lines: one verdict a call, with the same reason.
func TestEachReasonAsJSON(t *testing.T) {
	for name, write := range recordings {
		s := newScript(t)
		write(s)
		got := explained(t, s.file(), true)
		verdict := got[strings.LastIndex(got, `"event":"verdict"`):]
		if r := reasonIn(name); r != "" && !strings.Contains(verdict, `"reason":"`+r+`"`) {
			t.Errorf("%s: %s", name, verdict)
		}
		checkJSON(t, got)
	}
}
