package securecall

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"
)

func aliceHello(t testing.TB, ssrcWord uint32) []byte {
	t.Helper()
	return EncodeBody(Hello{ID: 1, Version: 0xcafe0000, SSRC: ssrcWord, Certificate: alice(t).certificate}.Bytes())
}

// finalFor seals a key that label determines to bob, in the given form.
func finalFor(t testing.TB, label string, form FinalForm) []byte {
	t.Helper()
	m, err := drawMaterial(saltFieldLen, seeded(label))
	if err != nil {
		t.Fatal(err)
	}
	f, err := m.seal(form, DefaultWire(), 3, bob(t).modulus, seeded("padding of "+label))
	if err != nil {
		t.Fatal(err)
	}
	return EncodeBody(f.Bytes())
}

// garbledFinal is a joined Final whose block opens to nothing: m = n mod seed,
// below the modulus but not padded and not zero-filled.
func garbledFinal(seed byte) []byte {
	msg := make([]byte, finalJoinLen)
	for i := wordLen; i < len(msg); i++ {
		msg[i] = seed
	}
	msg[wordLen] = 1
	return EncodeBody(msg)
}

func answered(hello []byte) (Hello, error) {
	msg, err := DecodeBody(hello)
	if err != nil {
		return Hello{}, err
	}
	return ParseHello(msg)
}

// Oracle: section 3, "a callee echoes the caller's four bytes unchanged", "ID
// and SSRC take the peer's order".
func TestCalleeAnswersInKind(t *testing.T) {
	for name, tc := range map[string]struct {
		ssrcWord   uint32
		s          Streams
		configured Order
		id, ssrc   uint32
		matched    bool
	}{
		"big":                      {aliceSSRC, atCallee, Big, 2, bobSSRC, true},
		"little":                   {Little.word(aliceSSRC), atCallee, Big, 0x02000000, Little.word(bobSSRC), true},
		"little, configured":       {Little.word(aliceSSRC), atCallee, Little, 0x02000000, Little.word(bobSSRC), true},
		"big, configured little":   {aliceSSRC, atCallee, Little, 2, bobSSRC, true},
		"no stream yet":            {Little.word(aliceSSRC), Streams{OwnSSRC: bobSSRC}, Big, 2, bobSSRC, false},
		"matches no stream":        {0x01020304, atCallee, Big, 2, bobSSRC, false},
		"no match, configured":     {0x01020304, atCallee, Little, 0x02000000, Little.word(bobSSRC), false},
		"the same in either order": {0x11222211, Streams{OwnSSRC: bobSSRC, PeerSSRC: 0x11222211, PeerKnown: true}, Big, 2, bobSSRC, true},
	} {
		callee := bobAnswers(t, func(c *CalleeConfig) { c.Wire.ByteOrder = tc.configured })
		a := callee.Receive("application/x-sipura", aliceHello(t, tc.ssrcWord), tc.s)
		h, err := answered(a.Body)
		if a.Status != 200 || a.Phrase != "OK" || a.ContentType != "application/x-sipura" || err != nil {
			t.Fatalf("%s: %d %s, %v, %v", name, a.Status, a.Phrase, a.Refusal, err)
		}
		if h.ID != tc.id || h.SSRC != tc.ssrc || h.Version != 0xcafe0000 || h.Certificate != bob(t).certificate {
			t.Errorf("%s: answered ID %08x, SSRC %08x, version %08x", name, h.ID, h.SSRC, h.Version)
		}
		if seen := callee.Observed(); len(seen) != 1 || seen[0].SSRCMatched != tc.matched {
			t.Errorf("%s: observed %+v", name, seen)
		}
	}
}

// Oracle: section 5, "equal SSRCs".
func TestCalleeYieldsItsSSRC(t *testing.T) {
	for name, tc := range map[string]struct {
		ssrcWord uint32
		s        Streams
	}{
		"announced":             {bobSSRC, Streams{OwnSSRC: bobSSRC}},
		"announced and running": {bobSSRC, Streams{OwnSSRC: bobSSRC, PeerSSRC: bobSSRC, PeerKnown: true}},
		"running only":          {aliceSSRC, Streams{OwnSSRC: bobSSRC, PeerSSRC: bobSSRC, PeerKnown: true}},
		"order unknown":         {Little.word(bobSSRC), Streams{OwnSSRC: bobSSRC}},
	} {
		first := []byte{0xb0, 0xb0, 0, 2} // our own again
		used := []byte{5, 5, 5, 5}
		fresh := []byte{9, 9, 9, 1}
		callee := bobAnswers(t, func(c *CalleeConfig) {
			c.Rand = bytes.NewReader(append(append(append(first, used...), 0, 0, 0, 0), fresh...))
		})
		tc.s.Used = []uint32{0x05050505}
		a := callee.Receive("", aliceHello(t, tc.ssrcWord), tc.s)
		if a.Status != 200 || a.NewSSRC != 0x09090901 {
			t.Fatalf("%s: %d, new SSRC %08x, %v", name, a.Status, a.NewSSRC, a.Refusal)
		}
		if h, _ := answered(a.Body); h.SSRC != a.NewSSRC {
			t.Errorf("%s: announced %08x", name, h.SSRC)
		}
		again := callee.Receive("", aliceHello(t, tc.ssrcWord), Streams{OwnSSRC: a.NewSSRC})
		if !again.Repeated || again.NewSSRC != 0 || !bytes.Equal(again.Body, a.Body) {
			t.Errorf("%s: the repeated hello changes the SSRC again", name)
		}
	}
	callee := bobAnswers(t, func(c *CalleeConfig) { c.Rand = failingRandom{} })
	a := callee.Receive("", aliceHello(t, bobSSRC), Streams{OwnSSRC: bobSSRC})
	wantRefusal(t, a.Refusal, LocalError, 488)
}

// Oracle: section 5, "different from every one seen".
func TestFreshSSRCAvoidsEverySeenOne(t *testing.T) {
	s := Streams{OwnSSRC: 1, PeerSSRC: 2, PeerKnown: true, Used: []uint32{3}}
	taken := []byte{0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 4, 0, 0, 0}
	got, err := s.freshSSRC(4, bytes.NewReader(append(taken, 0, 0, 0, 5)))
	if err != nil || got != 5 {
		t.Errorf("drew %d, %v; want 5", got, err)
	}
}

// Who writes into an answer must not change the next one.
func TestAnswersAreNotShared(t *testing.T) {
	callee := bobAnswers(t, nil)
	first := callee.Receive("", aliceHello(t, aliceSSRC), atCallee)
	want := bytes.Clone(first.Body)
	first.Body[0] = '!'
	second := callee.Receive("", aliceHello(t, aliceSSRC), atCallee)
	if !bytes.Equal(second.Body, want) {
		t.Fatal("the first answer is shared")
	}
	second.Body[0] = '!'
	if third := callee.Receive("", aliceHello(t, aliceSSRC), atCallee); !bytes.Equal(third.Body, want) {
		t.Error("the second answer is shared")
	}
}

// Oracle: section 2, "the same answer again, no second key".
func TestRepeatedRequests(t *testing.T) {
	callee := bobAnswers(t, nil)
	hello, final := aliceHello(t, aliceSSRC), finalFor(t, "key", Split)
	for _, step := range []struct {
		body       []byte
		status     int
		repeated   bool
		keys, peer bool
	}{
		{hello, 200, false, false, true},
		{hello, 200, true, false, false},
		{garbledFinal(1), 488, false, false, false},
		{garbledFinal(1), 488, true, false, false},
		{final, 200, false, true, true},
		{final, 200, true, false, false},
		{append([]byte("  "), final...), 200, true, false, false}, // the same message, folded by a proxy
		{hello, 200, true, false, false},
		{garbledFinal(1), 488, true, false, false},
	} {
		a := callee.Receive("", step.body, atCallee)
		if a.Status != step.status || a.Repeated != step.repeated || (a.Keys != nil) != step.keys || (a.Peer != nil) != step.peer {
			t.Errorf("answered %+v, want %+v", a, step)
		}
	}
	if callee.opened != 2 {
		t.Errorf("%d finals reached RSA, want 2", callee.opened)
	}
}

// Oracle: section 5, "After the switch any other Hello or Final in the same
// call is refused".
func TestNoRekeyingFromOutside(t *testing.T) {
	callee := bobAnswers(t, nil)
	wantRefusal(t, callee.Receive("", finalFor(t, "early", Joined), atCallee).Refusal, OutOfOrder, 488)
	callee.Receive("", aliceHello(t, aliceSSRC), atCallee)
	if a := callee.Receive("", finalFor(t, "key", Split), atCallee); a.Keys == nil {
		t.Fatal(a.Refusal)
	}
	for name, body := range map[string][]byte{
		"another final":           finalFor(t, "other key", Split),
		"the key in another form": finalFor(t, "key", Joined),
		"another hello":           aliceHello(t, aliceSSRC+1),
	} {
		a := callee.Receive("", body, atCallee)
		wantRefusal(t, a.Refusal, OutOfOrder, 488)
		if a.Keys != nil || a.Body != nil {
			t.Errorf("%s: changes something", name)
		}
	}
}

// Oracle: section 5, "at most two Finals that reach RSA in a call".
func TestThirdFinalIsNotTried(t *testing.T) {
	callee := bobAnswers(t, nil)
	callee.Receive("", aliceHello(t, aliceSSRC), atCallee)
	wantRefusal(t, callee.Receive("", garbledFinal(1), atCallee).Refusal, BadKeyBlock, 488)
	tooLarge := bytes.Repeat([]byte{0xff}, finalSplitLen) // reaches no RSA
	wantRefusal(t, callee.Receive("", EncodeBody(tooLarge), atCallee).Refusal, BadKeyBlock, 488)
	wantRefusal(t, callee.Receive("", garbledFinal(2), atCallee).Refusal, BadKeyBlock, 488)
	wantRefusal(t, callee.Receive("", finalFor(t, "good", Split), atCallee).Refusal, OutOfOrder, 488)
	if callee.opened != 2 {
		t.Errorf("%d finals reached RSA", callee.opened)
	}
}

func TestCallHasAnEndOfMessages(t *testing.T) {
	callee := bobAnswers(t, nil)
	for i := range uint32(maxMessages) {
		want := 488
		if i == 0 {
			want = 200
		}
		if a := callee.Receive("", aliceHello(t, aliceSSRC+i), atCallee); a.Status != want || a.Repeated {
			t.Fatalf("hello %d: %d, %v; want %d", i, a.Status, a.Refusal, want)
		}
	}
	wantRefusal(t, callee.Receive("", finalFor(t, "key", Split), atCallee).Refusal, OutOfOrder, 488)
	if a := callee.Receive("", aliceHello(t, aliceSSRC), atCallee); !a.Repeated || a.Status != 200 {
		t.Error("a message from before is not known any more")
	}
	if len(callee.memory) != maxMessages || len(callee.Observed()) != maxMessages {
		t.Error("the call remembers without bound")
	}
}

// Oracle: a second Hello with other bytes is refused with 488, out_of_order, and
// changes nothing: the Final is read in the first one's byte order, its peer is
// the first one's, and the same bytes still get the same answer.
func TestSecondHelloIsRefused(t *testing.T) {
	mallory := identity(t, issue(t, "Mallory", "14085550003"))
	for name, second := range map[string][]byte{
		"another SSRC":        aliceHello(t, aliceSSRC+1),
		"another byte order":  aliceHello(t, Little.word(aliceSSRC)),
		"our own SSRC":        aliceHello(t, bobSSRC),
		"another certificate": EncodeBody(Hello{ID: 1, SSRC: aliceSSRC, Certificate: mallory.certificate}.Bytes()),
		"a forged one":        EncodeBody(Hello{ID: 1, SSRC: aliceSSRC, Certificate: joe(t).certificate}.Bytes()),
	} {
		callee := bobAnswers(t, nil)
		first := callee.Receive("", aliceHello(t, aliceSSRC), atCallee)
		for range 2 { // and so is its repetition
			a := callee.Receive("", second, atCallee)
			wantRefusal(t, a.Refusal, OutOfOrder, 488)
			if a.Peer != nil || a.Body != nil || a.NewSSRC != 0 {
				t.Errorf("%s: changes something: %+v", name, a)
			}
		}
		if a := callee.Receive("", aliceHello(t, aliceSSRC), atCallee); !a.Repeated || a.Status != 200 || !bytes.Equal(a.Body, first.Body) {
			t.Errorf("%s: the first hello has another answer now: %+v", name, a)
		}
		a := callee.Receive("", finalFor(t, "key", Split), atCallee)
		if a.Keys == nil || a.Peer.Name != "Alice" {
			t.Errorf("%s: the first hello's final: %+v", name, a)
		}
		if seen := callee.Observed(); len(seen) != 3 || seen[2].Order != Big || seen[2].ID != 3 {
			t.Errorf("%s: observed %+v", name, seen)
		}
	}
}

// A Hello that was refused agreed on nothing, so the next is judged for itself.
func TestHelloAfterARefusedOne(t *testing.T) {
	callee := bobAnswers(t, nil)
	forged := EncodeBody(Hello{ID: 1, SSRC: aliceSSRC, Certificate: joe(t).certificate}.Bytes())
	wantRefusal(t, callee.Receive("", forged, atCallee).Refusal, BadSignature, 488)
	if a := callee.Receive("", aliceHello(t, aliceSSRC), atCallee); a.Status != 200 {
		t.Error(a.Refusal)
	}
}

// Oracle: section 2, the callee's refusals.
func TestLineWithoutSecureCalls(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*CalleeConfig)
		reason Reason
		status int
		detail string
	}{
		"service off":           {func(c *CalleeConfig) { c.Service = false }, ServiceOff, 415, ""},
		"service off, no key":   {func(c *CalleeConfig) { c.Service, c.Identity = false, nil }, ServiceOff, 415, ""},
		"no identity":           {func(c *CalleeConfig) { c.Identity = nil }, NoIdentity, 415, "certificate_missing"},
		"bad identity":          {func(c *CalleeConfig) { c.Identity, c.IdentityErr = nil, KeyMismatch }, NoIdentity, 415, "key_mismatch"},
		"expired since started": {func(c *CalleeConfig) { c.Now = func() time.Time { return testNow.AddDate(20, 0, 0) } }, NoIdentity, 415, "certificate_expired"},
		"bad wire":              {func(c *CalleeConfig) { c.Wire = Wire{} }, LocalError, 488, "secure.wire"},
	} {
		for _, body := range [][]byte{aliceHello(t, aliceSSRC), []byte("!"), EncodeBody([]byte("x"))} {
			if name == "expired since started" && len(body) < 100 {
				continue // a body that is no Hello is refused for what it is
			}
			a := bobAnswers(t, tc.change).Receive("application/x-sipura", body, atCallee)
			wantRefusal(t, a.Refusal, tc.reason, tc.status)
			if a.Status != tc.status || a.Body != nil || !strings.Contains(a.Refusal.Detail, tc.detail) {
				t.Errorf("%s: answered %+v, %v", name, a, a.Refusal)
			}
		}
	}
}

// All cryptographic failures must look alike from outside: no padding oracle.
func TestFailuresAreTheSameBytes(t *testing.T) {
	forged := EncodeBody(Hello{Certificate: joe(t).certificate}.Bytes())
	replay := NewMemoryReplay()
	used := bobAnswers(t, func(c *CalleeConfig) { c.Replay = replay })
	used.Receive("", aliceHello(t, aliceSSRC), atCallee)
	used.Receive("", finalFor(t, "used", Split), atCallee)
	reasons := map[Reason]bool{}
	for _, body := range [][]byte{
		forged, garbledFinal(1), garbledFinal(2), finalFor(t, "used", Split), finalFor(t, "used", Joined),
		EncodeBody(bytes.Repeat([]byte{0xff}, finalSplitLen)), []byte("!"), EncodeBody(make([]byte, 100)),
	} {
		callee := bobAnswers(t, func(c *CalleeConfig) { c.Replay = replay })
		callee.Receive("", aliceHello(t, aliceSSRC), atCallee)
		a := callee.Receive("", body, atCallee)
		if a.Status != 488 || a.Phrase != "Not Acceptable Here" || a.Body != nil || a.ContentType != "" || a.Keys != nil {
			t.Errorf("answered %+v", a)
		}
		reasons[a.Refusal.Reason] = true
	}
	if len(reasons) != 5 {
		t.Errorf("inside, the reasons are %v, want 5 different ones", reasons)
	}
}

type brokenReplay struct{}

var errDisk = errors.New("disk full")

func (brokenReplay) Remember([32]byte) (bool, error) { return true, errDisk }

// Oracle: section 5, "Nothing fresh comes from the callee".
func TestReplays(t *testing.T) {
	for name, tc := range map[string]struct {
		list ReplayList
		want Reason
	}{
		"no list":     {nil, LocalError},
		"broken list": {brokenReplay{}, LocalError},
		"seen before": {func() ReplayList { l := NewMemoryReplay(); rememberKey(t, l, "key"); return l }(), Replayed},
	} {
		for _, form := range []FinalForm{Split, Joined} {
			callee := bobAnswers(t, func(c *CalleeConfig) { c.Replay = tc.list })
			callee.Receive("", aliceHello(t, aliceSSRC), atCallee)
			a := callee.Receive("", finalFor(t, "key", form), atCallee)
			wantRefusal(t, a.Refusal, tc.want, 488)
			if a.Keys != nil || callee.done {
				t.Errorf("%s, %s: keys were taken into use", name, form)
			}
		}
	}
}

func rememberKey(t *testing.T, l ReplayList, label string) {
	t.Helper()
	m, err := drawMaterial(saltFieldLen, seeded(label))
	if err != nil {
		t.Fatal(err)
	}
	if fresh, err := l.Remember(replayDigest(m.keys())); !fresh || err != nil {
		t.Fatal(fresh, err)
	}
}

// Oracle: the digest as section 5 spells it, computed by hand:
// printf 'star18 replay0123456789abcdefABCDEFGHIJKLMN' | sha256sum
func TestReplayDigest(t *testing.T) {
	got := replayDigest(keysFrom([]byte("0123456789abcdef"), []byte("ABCDEFGHIJKLMNOP")))
	if want := "3c90b52ee56209cddd889ea9fdc8e67d8630c240b011b7e99c1bbd3148333522"; hex.EncodeToString(got[:]) != want {
		t.Errorf("digest %x, want %s", got, want)
	}
}
