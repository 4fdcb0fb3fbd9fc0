package lab

import (
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"star18/ua/digest"
)

// expiresOf lists "contact=seconds" of a 200 to REGISTER.
func expiresOf(res *sip.Response) string {
	var out []string
	for _, h := range res.GetHeaders("Contact") {
		c := h.(*sip.ContactHeader)
		e, _ := c.Params.Get("expires")
		out = append(out, c.Address.Addr()+"="+e)
	}
	return strings.Join(out, " ")
}

func TestRegister(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice := w.phone("alice", 5071)
		alice.send(alice.write(message{method: "REGISTER", uri: "sip:test.lo", to: "sip:alice@test.lo"}))
		offers := values(alice.response(401), "WWW-Authenticate")
		if len(offers) != 2 || !strings.Contains(offers[0], "SHA-256") || !strings.Contains(offers[1], "MD5") {
			t.Errorf("offers %q", offers)
		}
		if got := expiresOf(alice.register()); got != "sip:alice@127.0.0.1:5071=600" {
			t.Errorf("bound %q", got)
		}
	})
}

func TestRegisterWithMD5Only(t *testing.T) {
	inWorld(t, func(c *Config) { c.Algorithms = []digest.Algorithm{digest.MD5} }, func(w *world) {
		w.phone("alice", 5071).register()
	})
}

// RFC 3261 10.3, in the order of its steps.
func TestRegisterRefusals(t *testing.T) {
	reg := func(to string, headers ...string) message {
		return message{method: "REGISTER", uri: "sip:test.lo", to: to, headers: headers}
	}
	tests := []struct {
		name     string
		m        message
		password string
		status   int
	}{
		{"another user's address", reg("sip:bob@test.lo"), "alicepw", 403},
		{"wrong password", reg("sip:alice@test.lo"), "bobpw", 401},
		{"too brief", reg("sip:alice@test.lo", "Expires: 4"), "alicepw", 423},
		{"star without zero", reg("sip:alice@test.lo", "Contact: *", "Expires: 60"), "alicepw", 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				alice := w.phone("alice", 5071)
				alice.ask(tt.m, tt.password)
				res := alice.response(tt.status)
				if tt.status == 423 && strings.Join(values(res, "Min-Expires"), "") != "5" {
					t.Errorf("423 without Min-Expires:\n%s", res)
				}
			})
		})
	}
	for _, m := range []message{reg("sip:alice@else.lo"), {method: "REGISTER", uri: "sip:else.lo", to: "sip:alice@test.lo"}} {
		inWorld(t, nil, func(w *world) {
			alice := w.phone("alice", 5071)
			alice.send(alice.write(m))
			alice.response(404)
		})
	}
}

func TestBindings(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		desk, mobile := w.phone("alice", 5071), w.phone("alice", 5072)
		desk.register()
		time.Sleep(100 * time.Second) // virtual
		if got := expiresOf(mobile.register()); got != "sip:alice@127.0.0.1:5071=500 sip:alice@127.0.0.1:5072=600" {
			t.Errorf("two bound: %q", got)
		}
		if b, _ := w.lab.where.latest("alice"); b.contact.Port != 5072 {
			t.Errorf("calls go to %v, want the latest", b.contact.Port)
		}
		desk.register()
		if b, _ := w.lab.where.latest("alice"); b.contact.Port != 5071 {
			t.Errorf("a refresh does not make it the latest: %v", b.contact.Port)
		}
		desk.ask(message{method: "REGISTER", uri: "sip:test.lo", to: "sip:alice@test.lo", headers: []string{"Expires: 0"}}, "alicepw")
		if got := expiresOf(desk.response(200)); got != "sip:alice@127.0.0.1:5072=600" {
			t.Errorf("after one went: %q", got)
		}
		time.Sleep(600 * time.Second)
		if _, ok := w.lab.where.latest("alice"); ok {
			t.Error("bound beyond its time")
		}
	})
}

func TestRemoveAll(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.phone("alice", 5071).register()
		other := w.phone("alice", 5072)
		other.register()
		// Written in compact form, as some devices do.
		text := other.write(message{method: "REGISTER", uri: "sip:test.lo", to: "sip:alice@test.lo", headers: []string{"Expires: 0"}})
		other.send(strings.Replace(text, "Contact: <"+other.contact()+">", "m: *", 1))
		offers := values(other.response(401), "WWW-Authenticate")
		proof := "Authorization: " + other.prove(offers, message{method: "REGISTER", uri: "sip:test.lo"}, "alicepw")
		text = other.write(message{method: "REGISTER", uri: "sip:test.lo", to: "sip:alice@test.lo", headers: []string{"Expires: 0", proof}})
		other.send(strings.Replace(text, "Contact: <"+other.contact()+">", "m: *", 1))
		if got := expiresOf(other.response(200)); got != "" {
			t.Errorf("still bound: %q", got)
		}
	})
}

func TestNonceIsReusedAndAges(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice := w.phone("alice", 5071)
		m := message{method: "REGISTER", uri: "sip:test.lo", to: "sip:alice@test.lo"}
		alice.send(alice.write(m))
		offers := values(alice.response(401), "WWW-Authenticate")
		again := func() {
			m.headers = []string{"Authorization: " + alice.prove(offers, m, "alicepw")}
			alice.send(alice.write(m))
		}
		for range 3 {
			again()
			alice.response(200)
		}
		time.Sleep(nonceLifetime + time.Second)
		again()
		if offers = values(alice.response(401), "WWW-Authenticate"); !strings.Contains(offers[0], "stale=true") {
			t.Errorf("an old nonce is not called stale: %q", offers)
		}
		again()
		alice.response(200)
	})
}

func TestStaleOnce(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice := w.phone("alice", 5071)
		w.lab.StaleOnce()
		m := message{method: "REGISTER", uri: "sip:test.lo", to: "sip:alice@test.lo"}
		alice.ask(m, "alicepw")
		offers := values(alice.response(401), "WWW-Authenticate")
		if !strings.Contains(offers[0], "stale=true") {
			t.Errorf("%q", offers)
		}
		m.headers = []string{"Authorization: " + alice.prove(offers, m, "alicepw")}
		alice.send(alice.write(m))
		alice.response(200)
	})
}

func TestForget(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		alice := w.phone("alice", 5071)
		alice.register()
		w.lab.Forget()
		if _, ok := w.lab.where.latest("alice"); ok {
			t.Error("still bound")
		}
		if got := expiresOf(alice.register()); got == "" {
			t.Error("cannot come back")
		}
	})
}
