package dialplan

import (
	"slices"
	"strings"
)

// dial ends a run with a target. This is the gate: nothing passes it that is not fit for a request
// URI, wherever it came from.
func (r *run) dial(t target, why string) {
	host, _, ok := splitHostPort(t.host)
	switch {
	case t.host != "" && (!ok || host == ""):
		r.reject(ErrURI)
		return
	case len(t.number) > maxNumber:
		r.reject(tooLong(maxNumber))
		return
	case !isUser(t.number):
		r.reject(notUser(t.number, ErrCharacter))
		return
	case t.number == "" && t.host == "":
		r.reject(ErrCharacter)
		return
	}
	r.intent.Err, r.intent.Why = nil, why
	if r.pending != noService {
		r.deliver(t)
		return
	}
	r.intent.Outcome = OutcomeDial
	r.intent.Number, r.intent.Host, r.intent.Scheme, r.intent.Route = t.number, t.host, t.scheme, t.route
	r.intent.Emergency = r.intent.Emergency || isEmergency(t.number)
}

// deliver gives the target to the code that asked for it.
func (r *run) deliver(t target) {
	r.intent.Outcome, r.intent.Emergency = OutcomeCode, false
	r.intent.Actions = slices.Clone(r.intent.Actions) // earlier steps of a session keep theirs
	action := &r.intent.Actions[r.pendingAt]
	action.Number, action.Host = t.number, t.host
	if r.slot != 0 {
		action.Slot = int(r.slot - '0')
		r.line.standing.SpeedDial[action.Slot] = r.dialling
	}
	number := t.number
	if t.host != "" {
		number += "@" + t.host
	}
	r.line.standing = r.line.standing.run(r.pending, number)
	r.intent.Why = string(action.Code) + ": " + r.pending.info().words + "; " + r.intent.Why
}

// dropUnfinished takes back the actions that came to nothing: no transfer without its number, no
// call return after a reject.
func (r *run) dropUnfinished() {
	var done []Action
	for _, action := range r.intent.Actions {
		if action.Service.info().wants == wantsNothing {
			done = append(done, action)
		}
	}
	r.intent.Actions = done
}

func (r *run) reject(err error) { r.rejectWhy(err, err.Error()) }

func (r *run) rejectWhy(err error, why string) {
	r.intent.Outcome, r.intent.Err, r.intent.Why = OutcomeReject, err, why
}

// onlyCodes ends a run that has codes and nothing else, or nothing but an explicit send.
func (r *run) onlyCodes(text string) {
	r.intent.Outcome, r.intent.Why = OutcomeCode, r.codeWords()
	m := r.dialer.matcher()
	if r.pending != noService {
		fault := ErrNumberMissing
		if r.wantsSlot() {
			fault = ErrSlot
		}
		r.reject(fault)
		if r.explain && text == "" {
			r.state = verdict{OutcomeWaitLong, m.longTimer()}
		}
		return
	}
	if r.explain && text == "" {
		m.pressAll(string(r.intent.Codes[len(r.intent.Codes)-1]))
		r.state = m.decide()
	}
}

func (r *run) codeWords() string {
	var words []string
	for _, action := range r.intent.Actions {
		words = append(words, string(action.Code)+": "+action.Service.info().words)
	}
	return strings.Join(words, "; ")
}

// finish adds what is said of every call and settles what was asked for the next one: spent by a
// call, as before after a reject.
func (r *run) finish() {
	if r.intent.Outcome == OutcomeReject {
		r.line.keepNext(r.before)
		r.dropUnfinished()
		return
	}
	r.intent.Secure, r.intent.SecureWhy = r.line.secure.want()
	r.intent.Override = r.line.secure.OneShot
	r.intent.HideCID = r.line.hideCID()
	r.intent.CodecPrefer, r.intent.CodecForce = r.line.next.prefer, r.line.next.force
	if r.intent.Emergency {
		r.intent.bare()
	}
	if r.intent.Outcome == OutcomeDial || r.calls {
		r.line.spend()
	}
}

// bare takes out what was asked for besides the number: nothing may stand before a call for help,
// and whoever calls for it must be called back.
func (i *Intent) bare() {
	i.Secure, i.SecureWhy, i.Override = false, "a call for help asks for nothing else", ChoiceNone
	i.CodecPrefer, i.CodecForce, i.HideCID = "", "", nil
}
