package securecall

import (
	"slices"
	"testing"
)

// A telephone of another dialect calls: what must be configured to speak like
// it is said in the words of the configuration file. Oracle: the caller's Wire.
func TestDifferencesNameEverySetting(t *testing.T) {
	foreign := Wire{
		ContentType: "application/x-other", MessageIDs: [3]uint32{17, 2, 19}, VersionFlags: 0x01020304,
		ByteOrder: Little, Final: Joined, Padding: Raw, SaltBytes: 14,
	}
	caller := callBob(t, func(c *CallerConfig) { c.Wire = foreign })
	callee := bobAnswers(t, nil)
	a := callee.Receive("Application/X-Other", caller.Hello(aliceSSRC), atCallee)
	final, _, _, refusal := caller.HelloAnswered(a.Status, a.ContentType, a.Body, atCaller)
	if refusal != nil {
		t.Fatal(refusal)
	}
	if a := callee.Receive("Application/X-Other", final, atCallee); a.Keys == nil {
		t.Fatal(a.Refusal)
	}
	want := []Difference{
		{"secure.wire.content_type", "application/x-other", "application/x-sipura"},
		{"secure.wire.message_ids", "[17, 2, 19]", "[1, 2, 3]"},
		{"secure.wire.version_flags", "0x01020304", "0x00010000"},
		{"secure.wire.byte_order", "little", "big"},
		{"secure.wire.final", "joined", "auto"},
		{"secure.wire.padding", "raw", "pkcs1"},
		{"secure.wire.salt_bytes", "14", "16"},
	}
	if got := callee.Observed().Differences(DefaultWire()); !slices.Equal(got, want) {
		t.Errorf("differences\n%v, want\n%v", got, want)
	}
	if got := callee.Observed().Differences(foreign); len(got) != 0 {
		t.Errorf("differences from its own dialect: %v", got)
	}
}

func TestOurOwnDialectHasNoDifferences(t *testing.T) {
	caller, callee := callBob(t, nil), bobAnswers(t, nil)
	final, _, _ := greet(t, caller, callee)
	callee.Receive("application/x-sipura; v=1", final, atCallee)
	for name, o := range map[string]Observed{"caller": caller.Observed(), "callee": callee.Observed()} {
		if got := o.Differences(DefaultWire()); len(got) != 0 {
			t.Errorf("%s sees %v", name, got)
		}
	}
}

func TestObservedMessages(t *testing.T) {
	caller, callee := callBob(t, nil), bobAnswers(t, nil)
	final, _, _ := greet(t, caller, callee)
	callee.Receive("", final, atCallee)
	wantCallee := Observed{
		{Kind: CallerHello, ContentType: "application/x-sipura", Length: 264, ID: 1, Order: Big, Version: 0x00010000, SSRC: aliceSSRC, SSRCMatched: true},
		{Kind: CallerFinal, Length: 132, ID: 3, Order: Big, Form: Split, Padding: PKCS1, SaltBytes: 16},
	}
	if got := callee.Observed(); !slices.Equal(got, wantCallee) {
		t.Errorf("callee observed %+v", got)
	}
	wantCaller := Observed{
		{Kind: CalleeHello, ContentType: "application/x-sipura", Length: 264, ID: 2, Order: Big, Version: 0x00010000, SSRC: bobSSRC, SSRCMatched: true},
	}
	if got := caller.Observed(); !slices.Equal(got, wantCaller) {
		t.Errorf("caller observed %+v", got)
	}
}

// What did not open shows neither its padding nor its salt.
func TestFailedFinalShowsNoPadding(t *testing.T) {
	callee := bobAnswers(t, nil)
	callee.Receive("", aliceHello(t, aliceSSRC), atCallee)
	callee.Receive("", garbledFinal(1), atCallee)
	if m := callee.Observed()[1]; m.Padding != "" || m.SaltBytes != 0 || m.Form != Joined {
		t.Errorf("observed %+v", m)
	}
	for _, d := range callee.Observed().Differences(DefaultWire()) {
		if d.Key == "secure.wire.padding" || d.Key == "secure.wire.salt_bytes" {
			t.Errorf("a difference out of nothing: %v", d)
		}
	}
}
