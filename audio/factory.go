package audio

import "strings"

// SecureTone is the factory value of Secure_Call_Indication_Tone: three double
// beeps within 15 seconds, played when a call has become secure.
const SecureTone = "397@-19,507@-19;15(0/2/0,.2/.1/1,.1/2.1/2)"

// callWaitingFrequency is the factory value of CWT_Frequency, a FreqScript to
// combine with one of the cadences cwt1 to cwt9.
const callWaitingFrequency = "440@-10"

// Named is a tone of the factory's table.
type Named struct {
	Name   string
	Script string // a ToneScript, or the CadScript of cwt1 to cwt9 and ring1 to ring9
	When   string // it is played
}

// FactoryTones is the whole table, in the order of the specification.
func FactoryTones() []Named { return append(factoryTones[:], factoryCadences[:]...) }

// NamedTone returns any tone of the table, ready to play: a call-waiting cadence
// at its frequency, a ring with the sound of Ring.
func NamedTone(name string) (script ToneScript, ok bool) {
	for _, n := range FactoryTones() {
		if n.Name != name {
			continue
		}
		script, err := n.parse()
		return script, err == nil
	}
	return ToneScript{}, false
}

func (n Named) parse() (ToneScript, error) { return OwnTone(n.Name, n.Script) }

// OwnTone reads a script for the tone of this name: a ToneScript, or for a ring
// and for call waiting a CadScript alone.
func OwnTone(name, script string) (ToneScript, error) {
	kind := strings.TrimRight(name, "123456789")
	switch {
	case strings.Contains(script, "@") || kind != "cwt" && kind != "ring":
		return ParseToneScript(script)
	case kind == "ring":
		return Ring(script)
	}
	return parseCadence(callWaitingFrequency, script)
}

var factoryTones = [...]Named{
	{"dial", "350@-19,440@-19;10(*/0/1+2)", "prompt for a number"},
	{"second-dial", "420@-19,520@-19;10(*/0/1+2)", "dialling a three-way call"},
	{"outside", "420@-16;10(*/0/1)", "comma in the dial plan"},
	{"prompt", "520@-19,620@-19;10(*/0/1+2)", "asks for a target number"},
	{"busy", "480@-19,620@-19;10(.5/.5/1+2)", "486 received"},
	{"reorder", "480@-19,620@-19;10(.25/.25/1+2)", "call failed, or far end hung up"},
	{"off-hook", "480@-10,620@0;10(.125/.125/1+2)", "after reorder times out"},
	{"ringback", "440@-19,480@-19;*(2/4/1+2)", "far end ringing"},
	{"ringback2", "440@-19,480@-19;*(1/1/1+2)", "182 without SDP"},
	{"confirm", "600@-16;1(.25/.25/1)", "last input accepted"},
	{"sit1", "985@-16,1428@-16,1777@-16;20(.380/0/1,.380/0/2,.380/0/3,0/4/0)", "a failure that tones.sit gives to it"},
	{"sit2", "914@-16,1371@-16,1777@-16;20(.274/0/1,.274/0/2,.380/0/3,0/4/0)", "the same"},
	{"sit3", "914@-16,1371@-16,1777@-16;20(.380/0/1,.380/0/2,.380/0/3,0/4/0)", "the same"},
	{"sit4", "985@-16,1371@-16,1777@-16;20(.380/0/1,.274/0/2,.380/0/3,0/4/0)", "the same"},
	{"mwi-dial", "350@-19,440@-19;2(.1/.1/1+2);10(*/0/1+2)", "dial tone with messages waiting"},
	{"cfwd-dial", "350@-19,440@-19;2(.2/.2/1+2);10(*/0/1+2)", "all calls forwarded"},
	{"holding", "600@-19;*(.1/.1/1,.1/.1/1,.1/9.5/1)", "far end put us on hold"},
	{"conference", "350@-19;20(.1/.1/1,.1/9.7/1)", "three-way call in progress"},
	{"secure", SecureTone, "the call has become secure"},
	{"voip-pin", "600@-10;*(0/1/1,.1/.1/1,.1/.1/1,.1/.5/1)", "a gateway asks for a PIN"},
	{"pstn-pin", "600@-10;*(0/.7/1,.2/.1/1,.2/.1/1,.2/.5/1)", "the same from the telephone network"},
	{"feature", "350@-16;*(.1/.1/1)", "a feature is being executed"},
	{"call-waiting", "440@-20;30(.175/.175/1,.175/3.5/1)", "second call, as phones have it"},
	{"page", "600@-16;.3(.05/0.05/1)", "a call answers itself"},
	{"alert", "600@-19;.2(.05/0.05/1)", "something happened"},
}

var factoryCadences = [...]Named{
	{"cwt1", "30(.3/9.7)", "a second call rings; Alert-Info chooses"},
	{"cwt2", "30(.1/.1, .1/9.7)", "Alert-Info asks for Bellcore-r2"},
	{"cwt3", "30(.1/.1, .1/.1, .1/9.7)", "Alert-Info asks for Bellcore-r3"},
	{"cwt4", "30(.1/.1,.3/.1,.1/9.3)", "Alert-Info asks for Bellcore-r4"},
	{"cwt5", "1(.5/.5)", "Alert-Info asks for Bellcore-r5"},
	{"cwt6", "30(.1/.1,.3/.2,.3/9.1)", "Alert-Info asks for Bellcore-r6"},
	{"cwt7", "30(.3/.1,.3/.1,.1/9.1)", "Alert-Info asks for Bellcore-r7"},
	{"cwt8", "2.3(.3/2)", "Alert-Info asks for Bellcore-r8"},
	{"cwt9", "30(.3/9.7)", "Alert-Info asks for Bellcore-r9"},
	{"ring1", "60(2/4)", "an incoming call rings"},
	{"ring2", "60(.8/.4,.8/4)", "Alert-Info asks for Bellcore-r2"},
	{"ring3", "60(.4/.2,.4/.2,.8/4)", "Alert-Info asks for Bellcore-r3"},
	{"ring4", "60(.3/.2,1/.2,.3/4)", "Alert-Info asks for Bellcore-r4"},
	{"ring5", "1(.5/.5)", "Alert-Info asks for Bellcore-r5"},
	{"ring6", "60(.2/.4,.2/.4,.2/4)", "Alert-Info asks for Bellcore-r6"},
	{"ring7", "60(.4/.2,.4/.2,.4/4)", "Alert-Info asks for Bellcore-r7"},
	{"ring8", "60(0.25/9.75)", "Alert-Info asks for Bellcore-r8"},
	{"ring9", "60(.4/.2,.4/2)", "Alert-Info asks for Bellcore-r9"},
}
