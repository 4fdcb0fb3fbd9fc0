package lab

import (
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

// The table of doc.go.
func TestSpecialUsers(t *testing.T) {
	for user, status := range map[string]int{
		"busy": 486, "5550486": 486, "declined": 603, "5550603": 603, "notfound": 404, "5550404": 404,
		"unavailable": 480, "5550480": 480, "forbidden": 403, "5550403": 403, "timeout": 408, "5550408": 408, "unsuited": 488, "5550488": 488,
		"error": 500, "5550500": 500,
	} {
		t.Run(user, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				alice := w.phone("alice", 5071)
				alice.ask(message{method: "INVITE", uri: "sip:" + user + "@test.lo"}, "alicepw")
				res := alice.response(status)
				alice.send(alice.write(message{method: "ACK", uri: "sip:" + user + "@test.lo", branch: alice.lastBranch(), cseq: alice.seq, toTag: tagOf(res)}))
				alice.nothing(time.Minute) // acknowledged: not repeated
			})
		})
	}
}

func TestSpecialUsersWhoNeverAnswer(t *testing.T) {
	for user, status := range map[string]int{"silent": 100, "5550100": 100, "slow": 180, "5550180": 180} {
		t.Run(user, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				alice := w.phone("alice", 5071)
				alice.ask(message{method: "INVITE", uri: "sip:" + user + "@test.lo"}, "alicepw")
				alice.response(status)
				alice.nothing(time.Hour)
				alice.cancel("sip:" + user + "@test.lo")
				if res := alice.response(200); res.CSeq().MethodName != sip.CANCEL {
					t.Errorf("%s", res)
				}
				alice.response(487)
			})
		})
	}
	t.Run("cannot keep anything but a call waiting", func(t *testing.T) {
		inWorld(t, nil, func(w *world) {
			alice := w.phone("alice", 5071)
			alice.send(alice.write(message{method: "OPTIONS", uri: "sip:slow@test.lo"}))
			alice.response(480)
		})
	})
}

// RFC 3261 16.3, 16.5 and 21.4: what a proxy refuses, and how.
func TestRefusals(t *testing.T) {
	tests := []struct {
		name   string
		m      message
		prove  bool
		edit   [2]string
		status int
	}{
		{"unknown user", message{method: "INVITE", uri: "sip:carol@test.lo"}, true, [2]string{}, 404},
		{"not registered", message{method: "INVITE", uri: "sip:bob@test.lo"}, true, [2]string{}, 480},
		{"another domain", message{method: "INVITE", uri: "sip:bob@else.lo"}, true, [2]string{}, 404},
		{"to the lab by a contact", message{method: "INVITE", uri: "sip:bob@test.lo", headers: []string{"Route: <sip:127.0.0.1:5060;lr>, <sip:else.lo;lr>"}}, true, [2]string{}, 480},
		{"stranger to stranger", message{method: "INVITE", uri: "sip:bob@else.lo"}, false, [2]string{"<sip:alice@test.lo>", "<sip:eve@evil.lo>"}, 403},
		{"no more hops", message{method: "INVITE", uri: "sip:bob@test.lo", headers: []string{"Max-Forwards: 0"}}, false, [2]string{}, 483},
		{"unknown extension", message{method: "INVITE", uri: "sip:bob@test.lo", headers: []string{"Proxy-Require: foo"}}, false, [2]string{}, 420},
		{"tel", message{method: "INVITE", uri: "tel:+14085551234"}, false, [2]string{}, 416},
		{"sips", message{method: "INVITE", uri: "sips:bob@test.lo"}, false, [2]string{}, 416},
		{"OPTIONS to the lab", message{method: "OPTIONS", uri: "sip:test.lo"}, false, [2]string{}, 200},
		{"OPTIONS to its number", message{method: "OPTIONS", uri: "sip:127.0.0.1:5060"}, false, [2]string{}, 200},
		{"keep-alive NOTIFY", message{method: "NOTIFY", uri: "sip:test.lo"}, false, [2]string{}, 405},
		{"INVITE to the lab", message{method: "INVITE", uri: "sip:test.lo"}, false, [2]string{}, 405},
		{"in a dialog with nobody", message{method: "BYE", uri: "sip:bob@else.lo", toTag: "x"}, false, [2]string{}, 404},
		{"version", message{method: "OPTIONS", uri: "sip:test.lo"}, false, [2]string{" SIP/2.0\r\nVia", " SIP/3.0\r\nVia"}, 400},
		{"no branch", message{method: "OPTIONS", uri: "sip:test.lo"}, false, [2]string{"branch=z9hG4bK-alice-1", "x=y"}, 400},
		{"no tag", message{method: "OPTIONS", uri: "sip:test.lo"}, false, [2]string{";tag=alice-tag", ""}, 400},
		{"other CSeq method", message{method: "OPTIONS", uri: "sip:test.lo"}, false, [2]string{"1 OPTIONS", "1 INVITE"}, 400},
		{"two From", message{method: "OPTIONS", uri: "sip:test.lo"}, false, [2]string{"To: ", "From: <sip:x@y>;tag=z\r\nTo: "}, 400},
		{"no Call-ID", message{method: "OPTIONS", uri: "sip:test.lo"}, false, [2]string{"Call-ID: call-of-alice\r\n", ""}, 400},
		{"no CSeq", message{method: "INVITE", uri: "sip:bob@test.lo"}, false, [2]string{"CSeq: 1 INVITE\r\n", ""}, 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				alice := w.phone("alice", 5071)
				if tt.prove {
					alice.ask(tt.m, "alicepw")
				} else {
					text := alice.write(tt.m)
					edited := text
					if tt.edit[0] != "" {
						if edited = strings.Replace(text, tt.edit[0], tt.edit[1], 1); edited == text {
							t.Fatalf("%q is not in\n%s", tt.edit[0], text)
						}
					}
					alice.send(edited)
				}
				res, _ := alice.within(soon).(*sip.Response)
				if res == nil || res.StatusCode != tt.status {
					t.Fatalf("want %d, got %v", tt.status, res)
				}
				switch allowed := strings.Join(values(res, "Allow"), ""); {
				case tt.status == 405 && !strings.Contains(allowed, "INFO"):
					t.Error("405 without Allow")
				case tt.status == 420 && strings.Join(values(res, "Unsupported"), "") != "foo":
					t.Error("420 without Unsupported")
				}
			})
		})
	}
}

// Who speaks in a user's name proves it; nobody borrows another's.
func TestWhoMayCall(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		eve := w.phone("bob", 5079) // knows bob's password, says to be alice
		m := message{method: "INVITE", uri: "sip:slow@test.lo"}
		eve.send(strings.ReplaceAll(eve.write(m), "<sip:bob@test.lo>", "<sip:alice@test.lo>"))
		res := eve.response(407)
		m.headers = []string{"Proxy-Authorization: " + eve.prove(values(res, "Proxy-Authenticate"), m, "bobpw")}
		eve.send(strings.ReplaceAll(eve.write(m), "<sip:bob@test.lo>", "<sip:alice@test.lo>"))
		eve.response(403)
	})
	inWorld(t, nil, func(w *world) {
		alice := w.phone("alice", 5071)
		alice.ask(message{method: "INVITE", uri: "sip:slow@test.lo"}, "guess")
		if res := alice.response(407); strings.Contains(values(res, "Proxy-Authenticate")[0], "stale") {
			t.Error("a wrong password is not a stale nonce")
		}
	})
	inWorld(t, nil, func(w *world) { // from outside, to one of ours: no proof asked
		bob, stranger := w.phone("bob", 5072), w.phone("eve", 5079)
		bob.register()
		stranger.send(strings.ReplaceAll(stranger.write(message{method: "INVITE", uri: "sip:bob@test.lo"}), "eve@test.lo", "eve@evil.lo"))
		stranger.response(100)
		bob.request("INVITE")
	})
}

// A contact that leads back to the lab ends here, not in a storm.
func TestLoop(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		bob := w.phone("bob", 5072)
		m := message{method: "REGISTER", uri: "sip:test.lo", to: "sip:bob@test.lo"}
		bob.send(bob.write(m))
		m.headers = []string{"Authorization: " + bob.prove(values(bob.response(401), "WWW-Authenticate"), m, "bobpw")}
		bob.send(strings.Replace(bob.write(m), bob.contact(), "sip:x@127.0.0.1:5060", 1))
		bob.response(200)
		alice := w.phone("alice", 5071)
		alice.ask(message{method: "INVITE", uri: "sip:bob@test.lo"}, "alicepw")
		alice.response(482)
	})
}

// A contact that is a name is reached where it registered from.
func TestContactByName(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		bob := w.phone("bob", 5072)
		m := message{method: "REGISTER", uri: "sip:test.lo", to: "sip:bob@test.lo"}
		bob.send(bob.write(m))
		m.headers = []string{"Authorization: " + bob.prove(values(bob.response(401), "WWW-Authenticate"), m, "bobpw")}
		bob.send(strings.Replace(bob.write(m), bob.contact(), "sip:bob@phone.invalid", 1))
		bob.response(200)
		alice := w.phone("alice", 5071)
		alice.ask(message{method: "INVITE", uri: "sip:bob@test.lo"}, "alicepw")
		alice.response(100)
		if got := bob.request("INVITE").Recipient.String(); got != "sip:bob@phone.invalid" {
			t.Errorf("request-uri %s", got)
		}
	})
}

// A user of the configuration is a user, whatever the name.
func TestUsersTakePrecedence(t *testing.T) {
	inWorld(t, func(c *Config) { c.Users["busy"] = "x" }, func(w *world) {
		alice := w.phone("alice", 5071)
		alice.ask(message{method: "INVITE", uri: "sip:busy@test.lo"}, "alicepw")
		alice.response(480)
	})
}

// A request that is repeated by its sender reaches the callee once.
func TestRetransmissionsAreAbsorbed(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice, bob := w.established()
		text := alice.write(alice.inside("INFO", bob, "x"))
		for range 3 {
			alice.send(text)
		}
		info := bob.request("INFO")
		bob.nothing(soon)
		bob.answer(info, 200, "OK")
		alice.response(200)
		alice.send(text)
		alice.response(200) // the same answer again
		bob.nothing(soon)
	})
}
