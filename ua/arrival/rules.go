package arrival

import (
	"strings"
	"time"
)

// Rules are a line's standing services. The zero value lets every call ring.
type Rules struct {
	DND             bool
	RejectAnonymous bool

	// Where calls go, a number or user@host; empty is nowhere.
	ForwardAll, ForwardBusy, ForwardNoAnswer string
	NoAnswerAfter                            time.Duration

	AutoAnswer AutoAnswer // empty is AnswerOff
}

// Facts are what is known of a call that arrives.
type Facts struct {
	Anonymous bool
	Busy      bool     // nobody could be told of one more call
	Own       string   // our own user part
	Domain    string   // of the line
	Diverted  []string // user parts that forwarded it before
}

// Reason is why a call was forwarded, by the words of RFC 5806 section 4.
type Reason string

// The reasons.
const (
	Unconditional Reason = "unconditional"
	UserBusy      Reason = "user-busy"
	NoAnswer      Reason = "no-answer"
	DoNotDisturb  Reason = "do-not-disturb"
)

// Action is what to do with a call.
type Action int

// The actions.
const (
	Ring Action = iota
	Busy
	RefuseAnonymous
	Forward
)

func (a Action) String() string {
	return [...]string{"ring", "busy", "refuse_anonymous", "forward"}[a]
}

// Verdict is what becomes of a call. To and Reason belong to Forward, Reason to
// Busy as well.
type Verdict struct {
	Action Action
	To     string
	Reason Reason
}

// maxDiversions is the SPA's Max_Redirection.
const maxDiversions = 5

// Judge looks at a call that has just arrived.
func (r Rules) Judge(f Facts) Verdict {
	busy := UserBusy
	if r.DND {
		busy = DoNotDisturb
	}
	switch {
	case f.Anonymous && r.RejectAnonymous:
		return Verdict{Action: RefuseAnonymous}
	case f.mayGo(r.ForwardAll):
		return Verdict{Forward, r.ForwardAll, Unconditional}
	case !f.Busy && !r.DND:
		return Verdict{Action: Ring}
	case f.mayGo(r.ForwardBusy):
		return Verdict{Forward, r.ForwardBusy, busy}
	}
	return Verdict{Action: Busy, Reason: busy}
}

// Unanswered is what becomes of a call that rings, and when; false if it goes on
// ringing.
func (r Rules) Unanswered(f Facts) (time.Duration, Verdict, bool) {
	if r.NoAnswerAfter <= 0 || !f.mayGo(r.ForwardNoAnswer) {
		return 0, Verdict{}, false
	}
	return r.NoAnswerAfter, Verdict{Forward, r.ForwardNoAnswer, NoAnswer}, true
}

// mayGo: forwarding to there makes no circle that could be seen from here.
func (f Facts) mayGo(to string) bool {
	if to == "" || strings.EqualFold(to, f.Own) || strings.EqualFold(to, f.Own+"@"+f.Domain) || len(f.Diverted) >= maxDiversions {
		return false
	}
	for _, user := range f.Diverted {
		if strings.EqualFold(user, f.Own) {
			return false
		}
	}
	return true
}
