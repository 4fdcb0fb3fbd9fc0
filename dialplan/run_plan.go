package dialplan

import (
	"errors"
	"fmt"
	"strings"
)

// number runs keys through the plan as if typed at once.
func (r *run) number(keys string) {
	if len(keys) > maxKeys {
		r.reject(tooLong(maxKeys))
		return
	}
	m := r.dialer.matcher()
	if sent := m.feed(keys); !sent && r.explain {
		r.state = m.decide()
	}
	m.send()
	r.resolve(m)
}

// waiting puts the state after the last key over what an explicit send would have done.
func (r *run) waiting() {
	wait := r.state.wait
	switch r.state.outcome {
	case OutcomeWaitShort:
		if wait == 0 {
			r.intent.Why += "; more keys are possible, but it waits for none"
			break
		}
		r.intent.Why += fmt.Sprintf("; waits %v because more keys are possible", wait)
	case OutcomeWaitLong:
		r.intent.Why = fmt.Sprintf("incomplete, waits %v for the next key; then: %s", wait, r.intent.Why)
	default:
		return
	}
	r.intent.Outcome, r.intent.Wait = r.state.outcome, wait
}

// resolve turns what the matcher has found into a call or a refusal. Codes are not here: a whole
// string has lost them already, a session runs them itself.
func (r *run) resolve(m *matcher) {
	keys := string(m.keys)
	best, err := m.resolve()
	switch {
	case errors.Is(err, ErrIncomplete) && r.dialer.config.Incomplete == IncompleteSend:
		r.dial(target{number: keys}, "incomplete, sent as dialled (dialplan.incomplete: send)")
	case errors.Is(err, ErrBarred):
		r.show(best)
		r.rejectWhy(err, best.words()+" bars it")
	case errors.Is(err, ErrNotInPlan) && m.lost > 0:
		r.rejectWhy(err, fmt.Sprintf("%v: %s", err, lostWords(keys, m.lost)))
	case err != nil:
		r.reject(err)
	case best.kind == ipSequence:
		r.ip(keys, best.words())
	case best.kind == speedSequence:
		r.stored(r.dialer.speedDial(r.line.standing, keys[0]), best.words())
	default:
		r.intent.Emergency = m.forHelp()
		r.planned(best, keys, m.sent(best.thread))
	}
}

// lostWords says which key left no candidate.
func lostWords(keys string, lost int) string {
	if lost == 1 {
		return fmt.Sprintf("nothing begins with %q", keys[:1])
	}
	return fmt.Sprintf("nothing takes %q after %q", keys[lost-1:lost], keys[:lost-1])
}

func (r *run) show(best candidate) {
	r.intent.Sequence, r.intent.SequenceText = best.number, best.text
}

// planned dials what a sequence makes of keys.
func (r *run) planned(best candidate, keys, number string) {
	if best.kind == planSequence {
		r.show(best)
	}
	why := best.words() + " sends " + number
	if len(best.substs) > 0 && number != keys {
		r.intent.Substitution = fmt.Sprintf("%s: %q becomes %q", strings.Join(best.substs, " "), keys, number)
	}
	route, err := r.dialer.config.routed(best.route)
	if err != nil && !r.intent.Emergency && !isEmergency(number) {
		r.intent.Number, r.intent.Host = number, route.Gateway
		r.reject(fmt.Errorf("%s: %w", route.Gateway, err))
		return
	}
	t := target{number: number}
	if err != nil {
		why += fmt.Sprintf(" through the line's own proxy: %v", err)
	} else if route != nil {
		t.route, t.host = route, route.hostPort()
		why += " to " + t.host
	}
	r.dial(t, why)
}

// ip dials an address typed on a keypad. A user part that the plan completes is a phone number and
// is sent as the plan says (1.7).
func (r *run) ip(keys, why string) {
	address, _ := parseIPKeys(keys)
	t := target{number: address.user, host: hostPort(address.host, address.port)}
	if address.user != "" {
		m := newMatcher(newProgram(r.dialer.plan.sequences), 0, 0)
		m.feed(address.user)
		if best, err := m.resolve(); err == nil {
			t.number = m.sent(best.thread)
		} else if errors.Is(err, ErrBarred) {
			r.reject(err)
			return
		}
	}
	r.dial(t, why)
}
