package dialplan

import (
	"errors"
	"fmt"
	"strings"
)

// run is one dial string, or one session, on its way to an intent. It works on a copy of the line's
// state, so that explaining is running without keeping the result.
//
//	input ─▶ codes (longest first, repeat) ─▶ address ─┬▶ URI, contact, +number ─▶ finish
//	                                                   └▶ keys ─▶ plan ──────────▶ finish
type run struct {
	dialer *Dialer
	before lineState
	line   lineState
	intent Intent

	explain  bool
	state    verdict // after the last key, if explain wants to know it
	nested   bool    // inside a contact or speed dial
	calls    bool    // a code that is a call by itself was run
	dialling string  // the number or address as typed

	pending   Service // takes the number instead of a call
	pendingAt int     // its place among the actions
	slot      byte    // speed dial key it assigns
}

func (d *Dialer) newRun(input string) *run {
	return &run{dialer: d, before: d.line, line: d.line, intent: Intent{Input: input}}
}

// commit keeps the state.
func (r *run) commit() {
	changed := r.line.standing.SpeedDial != r.dialer.line.standing.SpeedDial
	r.dialer.line = r.line
	if changed {
		r.dialer.build()
	}
}

// whole runs a dial string to its intent.
func (r *run) whole(text string) {
	r.string(text)
	r.waiting()
	r.finish()
}

// string runs a dial string, which may be that of a contact.
func (r *run) string(text string) {
	if err := checkTyped(text); err != nil {
		r.reject(err)
		return
	}
	rest, err := r.codes(text)
	if err == nil {
		r.address(strings.Trim(rest, " "))
	} else {
		r.reject(err)
	}
	r.rescue(text)
}

// rescue keeps a fault of star codes from standing before a call for help.
func (r *run) rescue(text string) {
	if r.intent.Outcome != OutcomeReject || errors.Is(r.intent.Err, ErrBarred) {
		return
	}
	if number, ok := emergencyAfterCodes(text); ok {
		fault := r.intent.Err
		r.pending, r.calls, r.state = noService, false, verdict{}
		r.dropUnfinished()
		r.show(candidate{sequence: &sequence{}})
		r.dial(target{number: number}, fmt.Sprintf("emergency number %s is dialled although: %v", number, fault))
	}
}

// codes runs the codes that text begins with and returns the rest.
func (r *run) codes(text string) (string, error) {
	for {
		text = strings.TrimLeft(text, separators)
		if r.wantsSlot() && text != "" {
			if !isSlot(text[0]) {
				return text, ErrSlot
			}
			r.slot, text = text[0], text[1:]
			continue
		}
		if r.calls && strings.Trim(text, "#") != "" {
			return text, ErrAlreadyCalls
		}
		service, code := r.dialer.config.Codes.prefix(text)
		if service == noService {
			return text, nil
		}
		text = text[len(code):]
		if err := r.code(service, code); err != nil {
			return text, err
		}
	}
}

func (r *run) wantsSlot() bool { return r.pending.info().wants == wantsSlot && r.slot == 0 }

// code runs one code.
func (r *run) code(service Service, code Code) error {
	wants := service.info().wants
	if wants != wantsNothing && r.pending != noService {
		return ErrTwoTargets
	}
	r.intent.Codes = append(r.intent.Codes, code)
	r.intent.Actions = append(r.intent.Actions, Action{Service: service, Code: code})
	switch wants {
	case wantsNumber, wantsSlot:
		r.pending, r.pendingAt = service, len(r.intent.Actions)-1
	case callsAlone:
		r.calls = true
	default:
		r.line.run(service)
	}
	return nil
}

// address takes what follows the codes.
func (r *run) address(text string) {
	r.dialling = text
	if strings.Trim(text, "#") == "" && len(r.intent.Codes) > 0 {
		r.onlyCodes(text)
		return
	}
	if t, ok := parseDotted(text); ok {
		r.dotted(t)
	} else if keys, ok := numberKeys(text); ok {
		r.number(keys)
	} else if contact, ok, err := r.dialer.contacts.find(text); err != nil {
		r.reject(err)
	} else if ok {
		r.stored(contact.Dial, fmt.Sprintf("contact %q", contact.Name))
	} else {
		r.uri(text)
	}
}

func (r *run) dotted(t target) {
	if !r.dialer.config.IPDialing {
		r.reject(ErrIPDialling)
		return
	}
	r.dial(t, "an IP address bypasses the plan")
}

func (r *run) uri(text string) {
	scheme, body, has := cutScheme(text)
	var t target
	var err error
	if scheme == "tel" {
		t, err = r.dialer.tel(body)
	} else if number, ok := parseE164(text); ok {
		t = number
	} else if has {
		t, err = parseAddress(Scheme(scheme), body)
	} else {
		t, err = parseTyped(text)
	}
	if err != nil {
		r.reject(err)
		return
	}
	r.dial(t, "an address bypasses the plan")
}

// tel is a telephone URI, which mostly comes from a page: it runs no star code, neither here nor, sent
// as a number, on the server.
func (d *Dialer) tel(body string) (target, error) {
	t, err := parseTel(body)
	if _, code := d.config.Codes.prefix(t.number); err == nil && code != "" {
		return target{}, fmt.Errorf("%w: dial %s before it", ErrTelCode, code)
	}
	return t, err
}

// stored runs the dial string of a contact or speed dial, which must not lead to another.
func (r *run) stored(dial, what string) {
	if r.nested {
		r.reject(fmt.Errorf("%s: %w", what, ErrNested))
		return
	}
	explain := r.explain
	r.nested, r.explain = true, false
	r.string(dial)
	r.explain = explain
	r.intent.Why = what + ": " + r.intent.Why
}
