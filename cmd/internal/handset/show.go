package handset

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"star18/dialplan"
)

// Show is the line at the bottom: what was typed, what it would do, and for how
// long it still waits.
func (h *Handset) Show(now State, left time.Duration) string {
	switch {
	case h.session != nil:
		return h.dialled(left)
	case len(h.text) > 0:
		return "> " + string(h.text)
	case now.Ringing:
		return "> (a answers, r refuses)"
	case now.Talking:
		return "> (digits are sent; f dials, h holds, m mutes, q hangs up)"
	}
	return "> "
}

func (h *Handset) dialled(left time.Duration) string {
	step, now := h.session.Step(), h.session.Preview()
	text := "off-hook " + step.Intent.Input
	hint := hint(now, step, left)
	if step.Intent.Input == "" && now.Outcome != dialplan.OutcomeDial {
		hint = "dial; Escape hangs up"
	}
	return strings.TrimRight(text+"  ["+hint+"]", " ")
}

// hint says what comes if nothing more is typed.
func hint(now dialplan.Intent, step dialplan.Step, left time.Duration) string {
	wait := fmt.Sprintf("%d s", int((left+time.Second-1)/time.Second))
	switch {
	case now.Outcome == dialplan.OutcomeDial:
		return fmt.Sprintf("calls %s%s in %s, # calls now", address(now), secured(now), wait)
	case now.Outcome == dialplan.OutcomeCode && step.Outcome == dialplan.OutcomeWaitShort:
		return now.Why + ", in " + wait + ", # at once"
	case now.Outcome == dialplan.OutcomeCode, step.Outcome == dialplan.OutcomeCode:
		return now.Why
	case errors.Is(now.Err, dialplan.ErrBarred):
		return now.Why
	case step.Outcome == dialplan.OutcomeReject:
		return "not in the plan; Escape hangs up"
	}
	return "incomplete, " + wait + " left"
}

func address(i dialplan.Intent) string {
	if i.Host == "" {
		return i.Number
	}
	return strings.TrimPrefix(i.Number+"@"+i.Host, "@")
}

func secured(i dialplan.Intent) string {
	if i.Secure {
		return ", to be secured,"
	}
	return ""
}
