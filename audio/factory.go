package audio

// SecureTone is the factory value of Secure_Call_Indication_Tone: three double
// beeps within 15 seconds, played when a call has become secure.
const SecureTone = "397@-19,507@-19;15(0/2/0,.2/.1/1,.1/2.1/2)"

// CallWaitingFrequency is the factory value of CWT_Frequency, a FreqScript to
// combine with one of the cadences cwt1 to cwt9.
const CallWaitingFrequency = "440@-10"

// FactoryTone returns a factory tone by its short name (specification of the
// line, section 2.2).
func FactoryTone(name string) (script string, ok bool) {
	return lookup(factoryTones[:], name)
}

// FactoryCadence returns a factory cadence: cwt1 to cwt9 for call waiting,
// ring1 to ring9 for ringing.
func FactoryCadence(name string) (cadence string, ok bool) {
	return lookup(factoryCadences[:], name)
}

type named struct{ name, value string }

func lookup(list []named, name string) (string, bool) {
	for _, n := range list {
		if n.name == name {
			return n.value, true
		}
	}
	return "", false
}

var factoryTones = [...]named{
	{"dial", "350@-19,440@-19;10(*/0/1+2)"},         // prompt for a number
	{"second-dial", "420@-19,520@-19;10(*/0/1+2)"},  // dialling a three-way call
	{"outside", "420@-16;10(*/0/1)"},                // comma in the dial plan
	{"prompt", "520@-19,620@-19;10(*/0/1+2)"},       // asks for a target number
	{"busy", "480@-19,620@-19;10(.5/.5/1+2)"},       // 486 received
	{"reorder", "480@-19,620@-19;10(.25/.25/1+2)"},  // call failed, or far end hung up
	{"off-hook", "480@-10,620@0;10(.125/.125/1+2)"}, // after reorder times out
	{"ringback", "440@-19,480@-19;*(2/4/1+2)"},      // far end ringing
	{"ringback2", "440@-19,480@-19;*(1/1/1+2)"},     // 182 without SDP
	{"confirm", "600@-16;1(.25/.25/1)"},             // last input accepted
	{"sit1", "985@-16,1428@-16,1777@-16;20(.380/0/1,.380/0/2,.380/0/3,0/4/0)"},
	{"sit2", "914@-16,1371@-16,1777@-16;20(.274/0/1,.274/0/2,.380/0/3,0/4/0)"},
	{"sit3", "914@-16,1371@-16,1777@-16;20(.380/0/1,.380/0/2,.380/0/3,0/4/0)"},
	{"sit4", "985@-16,1371@-16,1777@-16;20(.380/0/1,.274/0/2,.380/0/3,0/4/0)"},
	{"mwi-dial", "350@-19,440@-19;2(.1/.1/1+2);10(*/0/1+2)"},  // dial tone with messages waiting
	{"cfwd-dial", "350@-19,440@-19;2(.2/.2/1+2);10(*/0/1+2)"}, // all calls forwarded
	{"holding", "600@-19;*(.1/.1/1,.1/.1/1,.1/9.5/1)"},        // far end put us on hold
	{"conference", "350@-19;20(.1/.1/1,.1/9.7/1)"},            // three-way call in progress
	{"secure", SecureTone},
	{"voip-pin", "600@-10;*(0/1/1,.1/.1/1,.1/.1/1,.1/.5/1)"},
	{"pstn-pin", "600@-10;*(0/.7/1,.2/.1/1,.2/.1/1,.2/.5/1)"},
	{"feature", "350@-16;*(.1/.1/1)"},                      // a feature is being executed
	{"call-waiting", "440@-20;30(.175/.175/1,.175/3.5/1)"}, // second call, as phones have it
	{"page", "600@-16;.3(.05/0.05/1)"},
	{"alert", "600@-19;.2(.05/0.05/1)"},
}

var factoryCadences = [...]named{
	{"cwt1", "30(.3/9.7)"},
	{"cwt2", "30(.1/.1, .1/9.7)"},
	{"cwt3", "30(.1/.1, .1/.1, .1/9.7)"},
	{"cwt4", "30(.1/.1,.3/.1,.1/9.3)"},
	{"cwt5", "1(.5/.5)"},
	{"cwt6", "30(.1/.1,.3/.2,.3/9.1)"},
	{"cwt7", "30(.3/.1,.3/.1,.1/9.1)"},
	{"cwt8", "2.3(.3/2)"},
	{"cwt9", "30(.3/9.7)"},
	{"ring1", "60(2/4)"},
	{"ring2", "60(.8/.4,.8/4)"},
	{"ring3", "60(.4/.2,.4/.2,.8/4)"},
	{"ring4", "60(.3/.2,1/.2,.3/4)"},
	{"ring5", "1(.5/.5)"},
	{"ring6", "60(.2/.4,.2/.4,.2/4)"},
	{"ring7", "60(.4/.2,.4/.2,.4/4)"},
	{"ring8", "60(0.25/9.75)"},
	{"ring9", "60(.4/.2,.4/2)"},
}
