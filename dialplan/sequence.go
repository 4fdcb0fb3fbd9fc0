package dialplan

import "time"

// sequence is one alternative of a plan, or one that is appended to every plan: a straight line of
// operations with repeats in place, never a branch. So every way through it passes each substitution
// and route exactly once, and both can be kept beside the line.
type sequence struct {
	ops    []op
	text   string // as written, passwords hidden
	substs []string
	route  *Route
	barred bool
	number int // place in the plan from 1, 0 for what is appended

	kind    sequenceKind
	service Service // of a codeSequence
}

// sequenceKind orders complete candidates: the lowest wins. Code before plan, because a configured
// code is the line's own (1.5: blank it to let the server have it); barred before permitted (1.3);
// what the user never wrote comes last.
type sequenceKind uint8

const (
	codeSequence sequenceKind = iota
	planSequence
	ipSequence
	speedSequence
	emergencySequence
)

type opKind uint8

const (
	opKey    opKind = iota // take one key out of a set
	opSend                 // put text into the number
	opTone                 // outside dial tone until the next key
	opPause                // pass only after silence
	opAccept               // the sequence is complete
)

// op is one operation. Timer settings are not operations: "from this point of this sequence" is the
// same for every way that reaches the point, so each operation carries the settings in force at it.
type op struct {
	kind    opKind
	keys    keySet
	skip    bool // may be passed without a key
	loop    bool // may take another key
	swallow bool // the key is not sent
	text    string
	pause   time.Duration
	short   override
	long    override
	seq     int32 // of opAccept: index into the program's sequences
}

// override is a timer that a plan may set over the line's own.
type override struct {
	set  bool
	wait time.Duration
}

func (o override) or(wait time.Duration) time.Duration {
	if o.set {
		return o.wait
	}
	return wait
}

// plan is a parsed script.
type plan struct {
	sequences   []sequence
	short, long override
}
