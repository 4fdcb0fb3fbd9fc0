package securecall

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestBothEndsAgree(t *testing.T) {
	for _, form := range []FinalForm{Auto, Split, Joined} {
		for _, padding := range []Padding{PKCS1, Raw} {
			for _, salt := range []int{14, 16} {
				for _, order := range []Order{Big, Little} {
					name := strings.Join([]string{form.String(), padding.String(), order.String()}, " ")
					caller := callBob(t, func(c *CallerConfig) {
						c.Wire.Final, c.Wire.Padding, c.Wire.SaltBytes, c.Wire.ByteOrder = form, padding, salt, order
					})
					callee := bobAnswers(t, nil)
					final, keys, peer := greet(t, caller, callee)
					a := callee.Receive("", final, atCallee)
					if a.Status != 200 || a.Body != nil || a.ContentType != "" || a.Keys == nil || *a.Keys != keys {
						t.Errorf("%s %d: final answered %d, %v, keys agree %v", name, salt, a.Status, a.Refusal, a.Keys != nil && *a.Keys == keys)
					}
					if o := caller.FinalAnswered(a.Status); !o.Done || o.Refusal != nil || o.SendAgain != nil {
						t.Errorf("%s %d: outcome %+v", name, salt, o)
					}
					if keys == (Keys{}) || peer.Name != "Bob" || a.Peer.Name != "Alice" {
						t.Errorf("%s %d: peers %v and %v", name, salt, peer, a.Peer)
					}
				}
			}
		}
	}
}

// Oracle: section 6, "What the name proves differs by side".
func TestWhoIsProven(t *testing.T) {
	caller, callee := callBob(t, nil), bobAnswers(t, nil)
	final, _, bob := greet(t, caller, callee)
	alice := callee.Receive("", final, atCallee).Peer
	if !bob.Proven || bob.PublishedCA || bob.UserID != "14085550002" || bob.DollarName() != "$Bob" {
		t.Errorf("caller sees %+v", bob)
	}
	if alice.Proven || alice.PublishedCA || alice.UserID != "14085550001" || alice.DollarName() != "$Alice" {
		t.Errorf("callee sees %+v", alice)
	}
	if want := time.Date(2034, 1, 1, 0, 0, 0, 0, time.UTC); !bob.Expires.Equal(want) || !alice.Expires.Equal(want) {
		t.Errorf("expiries %v, %v", bob.Expires, alice.Expires)
	}
}

// Under the CA from the manual nobody is proven, except in a demonstration.
func TestPublishedCAProvesNothing(t *testing.T) {
	for _, trust := range []bool{false, true} {
		caller := callBob(t, func(c *CallerConfig) {
			c.Identity, c.ExpectUserID, c.TrustPublishedCA = joe(t), "14085551234", trust
		})
		callee := bobAnswers(t, func(c *CalleeConfig) { c.Identity = joe(t) })
		final, _, peer := greet(t, caller, callee)
		if peer.Proven != trust || !peer.PublishedCA {
			t.Errorf("trust %v: caller sees %+v", trust, peer)
		}
		if a := callee.Receive("", final, atCallee); a.Peer.Proven || !a.Peer.PublishedCA {
			t.Errorf("trust %v: callee sees %+v", trust, a.Peer)
		}
	}
}

func TestCallerRefusesAnswers(t *testing.T) {
	hello := func(edit func(*Hello)) []byte {
		h := Hello{ID: 2, SSRC: bobSSRC, Certificate: bob(t).certificate}
		edit(&h)
		return EncodeBody(h.Bytes())
	}
	same := func(*Hello) {}
	for name, tc := range map[string]struct {
		status int
		body   []byte
		change func(*CallerConfig)
		want   Reason
	}{
		"415":               {415, nil, nil, PeerRefused},
		"488 with a body":   {488, hello(same), nil, PeerRefused},
		"302":               {302, nil, nil, PeerRefused},
		"empty":             {200, nil, nil, EmptyAnswer},
		"white space":       {200, []byte(" \r\n"), nil, EmptyAnswer},
		"text":              {200, []byte("OK!"), nil, NotBase64},
		"a final":           {200, EncodeBody(make([]byte, 132)), nil, BadLength},
		"a byte short":      {200, EncodeBody(make([]byte, 263)), nil, BadLength},
		"unsigned":          {200, hello(func(h *Hello) { h.Certificate[0]++ }), nil, BadSignature},
		"another's CA":      {200, hello(func(h *Hello) { h.Certificate = joe(t).certificate }), nil, BadSignature},
		"expired":           {200, hello(same), func(c *CallerConfig) { c.Now = expiringClock() }, Expired},
		"another number":    {200, hello(same), func(c *CallerConfig) { c.ExpectUserID = "14085550003" }, UserIDMismatch},
		"prefix of number":  {200, hello(same), func(c *CallerConfig) { c.ExpectUserID = "1408555000" }, UserIDMismatch},
		"no number":         {200, hello(same), func(c *CallerConfig) { c.ExpectUserID = "" }, UserIDMismatch},
		"our own hello":     {200, hello(func(h *Hello) { h.Certificate, h.SSRC = alice(t).certificate, aliceSSRC }), nil, UserIDMismatch},
		"our SSRC":          {200, hello(func(h *Hello) { h.SSRC = aliceSSRC }), nil, SSRCCollision},
		"our SSRC, swapped": {200, hello(func(h *Hello) { h.SSRC = Little.word(aliceSSRC) }), nil, SSRCCollision},
	} {
		t.Run(name, func(t *testing.T) {
			c := callBob(t, tc.change)
			c.Hello(aliceSSRC)
			final, keys, _, refusal := c.HelloAnswered(tc.status, "application/x-sipura", tc.body, atCaller)
			wantRefusal(t, refusal, tc.want, tc.status)
			if final != nil || keys != (Keys{}) {
				t.Error("a refused answer still gave a final or keys")
			}
			if o := c.FinalAnswered(200); o.Done || o.Refusal == nil || o.Refusal.Reason != OutOfOrder {
				t.Errorf("after the refusal: %+v", o)
			}
		})
	}
}

// expiringClock passes the check of our own certificate and fails every later
// one, as if the certificates ran out during the call.
func expiringClock() func() time.Time {
	calls := 0
	return func() time.Time {
		if calls++; calls == 1 {
			return testNow
		}
		return time.Date(2034, 1, 1, 0, 0, 0, 0, time.UTC)
	}
}

// The running stream shows that these peers do not use our SSRC, whatever their
// bytes would mean in the other order.
func TestMatchedStreamSettlesTheOrder(t *testing.T) {
	swapped := Little.word(aliceSSRC)
	s := Streams{OwnSSRC: aliceSSRC, PeerSSRC: swapped, PeerKnown: true}
	c := callBob(t, nil)
	c.Hello(aliceSSRC)
	body := EncodeBody(Hello{SSRC: swapped, Certificate: bob(t).certificate}.Bytes())
	if _, _, _, refusal := c.HelloAnswered(200, "", body, s); refusal != nil {
		t.Errorf("refused %v, but the peer's stream has another SSRC", refusal)
	}
}

// Oracle: section 3, "answer in kind": the Final's ID is in the callee's order.
func TestFinalIsInTheCalleesOrder(t *testing.T) {
	for word, want := range map[uint32]uint32{bobSSRC: 3, Little.word(bobSSRC): 0x03000000} {
		c := callBob(t, nil)
		c.Hello(aliceSSRC)
		answer := EncodeBody(Hello{SSRC: word, Certificate: bob(t).certificate}.Bytes())
		body, _, _, refusal := c.HelloAnswered(200, "", answer, atCaller)
		if refusal != nil {
			t.Fatal(refusal)
		}
		msg, _ := DecodeBody(body)
		if f, err := ParseFinal(msg); err != nil || f.ID != want {
			t.Errorf("callee's SSRC word %08x: final has ID %08x, want %08x; %v", word, f.ID, want, err)
		}
	}
}

// Both streams under one SSRC is a collision, whatever the Hello says.
func TestRunningStreamWithOurSSRC(t *testing.T) {
	c := callBob(t, nil)
	c.Hello(aliceSSRC)
	body := EncodeBody(Hello{SSRC: bobSSRC, Certificate: bob(t).certificate}.Bytes())
	_, _, _, refusal := c.HelloAnswered(200, "", body, Streams{PeerSSRC: aliceSSRC, PeerKnown: true})
	wantRefusal(t, refusal, SSRCCollision, 200)
}

// Oracle: section 3, "auto".
func TestFinalAuto(t *testing.T) {
	for _, tc := range []struct {
		form   FinalForm
		status int
		again  bool
	}{
		{Auto, 400, true}, {Auto, 415, true}, {Auto, 488, true}, {Auto, 500, true}, {Auto, 603, true},
		{Auto, 302, false}, {Auto, 401, false}, {Auto, 407, false}, {Auto, 408, false}, {Auto, 481, false},
		{Split, 488, false}, {Joined, 488, false},
	} {
		caller := callBob(t, func(c *CallerConfig) { c.Wire.Final = tc.form })
		callee := bobAnswers(t, nil)
		_, keys, _ := greet(t, caller, callee)
		o := caller.FinalAnswered(tc.status)
		if (o.SendAgain != nil) != tc.again || (o.Refusal != nil) == tc.again || o.Done {
			t.Errorf("%s, %d: %+v", tc.form, tc.status, o)
			continue
		}
		if !tc.again {
			wantRefusal(t, o.Refusal, PeerRefused, tc.status)
			continue
		}
		msg, _ := DecodeBody(o.SendAgain)
		if len(msg) != 68 {
			t.Errorf("%d: sent %d bytes again, want 68", tc.status, len(msg))
		}
		if a := callee.Receive("", o.SendAgain, atCallee); a.Keys == nil || *a.Keys != keys {
			t.Errorf("%d: the joined final holds another key: %v", tc.status, a.Refusal)
		}
		wantRefusal(t, caller.FinalAnswered(488).Refusal, PeerRefused, 488) // once only
	}
}

func TestCallerTimesOut(t *testing.T) {
	c := callBob(t, nil)
	wantRefusal(t, c.TimedOut(), OutOfOrder, 0)
	c.Hello(aliceSSRC)
	wantRefusal(t, c.TimedOut(), PeerSilent, 0)
	_, _, _, refusal := c.HelloAnswered(200, "", nil, atCaller)
	wantRefusal(t, refusal, OutOfOrder, 0)

	c = callBob(t, nil)
	greet(t, c, bobAnswers(t, nil))
	wantRefusal(t, c.TimedOut(), PeerSilent, 0)
	wantRefusal(t, c.FinalAnswered(200).Refusal, OutOfOrder, 0)
}

func TestOneAttemptPerCall(t *testing.T) {
	c := callBob(t, nil)
	_, _, _, refusal := c.HelloAnswered(200, "", nil, atCaller)
	wantRefusal(t, refusal, OutOfOrder, 0)
	wantRefusal(t, c.FinalAnswered(200).Refusal, OutOfOrder, 0)
	first := c.Hello(aliceSSRC)
	if !bytes.Equal(first, c.Hello(aliceSSRC+1)) {
		t.Error("the hello changed when it was asked for again")
	}
	first[0] = '!'
	if bytes.Equal(first, c.Hello(aliceSSRC)) {
		t.Error("the caller keeps the bytes that it gave away")
	}
}

func TestCallerNeedsAnIdentity(t *testing.T) {
	for name, tc := range map[string]struct {
		cfg  CallerConfig
		want Reason
	}{
		"none":     {CallerConfig{Wire: DefaultWire()}, NoIdentity},
		"expired":  {CallerConfig{Wire: DefaultWire(), Identity: alice(t), Now: func() time.Time { return testNow.AddDate(20, 0, 0) }}, NoIdentity},
		"bad wire": {CallerConfig{Identity: alice(t)}, LocalError},
	} {
		c, refusal := NewCaller(tc.cfg)
		if c != nil {
			t.Errorf("%s: made a caller", name)
		}
		wantRefusal(t, refusal, tc.want, 0)
	}
}

func TestCallerWithoutRandomness(t *testing.T) {
	c := callBob(t, func(c *CallerConfig) { c.Rand = failingRandom{} })
	a := bobAnswers(t, nil).Receive("", c.Hello(aliceSSRC), atCallee)
	_, keys, _, refusal := c.HelloAnswered(200, "", a.Body, atCaller)
	wantRefusal(t, refusal, LocalError, 0)
	if keys != (Keys{}) {
		t.Error("keys without randomness")
	}
}

// The source may fail between the split Final and the joined one.
func TestCallerLosesItsRandomness(t *testing.T) {
	source := seeded("caller")
	c := callBob(t, func(c *CallerConfig) { c.Rand = readerFunc(func(b []byte) (int, error) { return source.Read(b) }) })
	greet(t, c, bobAnswers(t, nil))
	source = failingRandom{}
	o := c.FinalAnswered(488)
	wantRefusal(t, o.Refusal, LocalError, 0)
	if o.SendAgain != nil || o.Done {
		t.Errorf("outcome %+v", o)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// Every call draws its own key: nothing else keeps two calls apart.
func TestKeysAreFresh(t *testing.T) {
	var seen []Keys
	for range 20 {
		c := callBob(t, func(c *CallerConfig) { c.Rand = nil })
		_, keys, _ := greet(t, c, bobAnswers(t, nil))
		if slices.Contains(seen, keys) {
			t.Fatal("two calls have one key")
		}
		seen = append(seen, keys)
	}
}
