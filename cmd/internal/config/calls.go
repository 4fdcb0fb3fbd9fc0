package config

import (
	"strconv"
	"strings"
	"time"

	"star18/dialplan"
	"star18/ua"
	"star18/ua/arrival"
	"star18/ua/callerid"
)

func defaultCalls() Calls {
	return Calls{
		Waiting:        true, // CW_Setting
		Max:            4,
		Refer:          string(ua.ReferAsk),
		CallerID:       callerid.PAIDRPIDFrom.String(),
		NoAnswerDelay:  20 * time.Second, // Cfwd_No_Ans_Delay
		AutoAnswer:     arrival.AnswerOff.String(),
		MessageWaiting: messagesAuto,
	}
}

// The values of calls.message_waiting.
const (
	messagesAuto = "auto"
	messagesOff  = "off"
)

func (l *loader) checkCalls() {
	s := l.Settings.Calls
	if err := callerid.Order(s.CallerID).Validate(); err != nil {
		l.bad("calls.caller_id", err.Error(), "write "+orderWords())
	}
	if err := ua.ReferPolicy(s.Refer).Validate(); err != nil {
		l.bad("calls.refer", err.Error(), "write ask, allow or refuse")
	}
	if err := arrival.AutoAnswer(s.AutoAnswer).Validate(); err != nil {
		l.bad("calls.auto_answer", err.Error(), "write off, asked or always")
	}
	if s.MessageWaiting != messagesAuto && s.MessageWaiting != messagesOff {
		l.bad("calls.message_waiting", strconv.Quote(s.MessageWaiting)+" is not known", "write auto or off")
	}
	if s.Max < 1 || s.Max > 16 {
		l.bad("calls.max", strconv.Itoa(s.Max)+" is not from 1 to 16", "write for example 4")
	}
	if s.NoAnswerDelay < time.Second || s.NoAnswerDelay > 255*time.Second {
		l.bad("calls.no_answer_delay", s.NoAnswerDelay.String()+" is not from 1s to 255s", "write for example 20s")
	}
	for _, to := range []struct{ key, value string }{
		{"calls.forward_all", s.ForwardAll}, {"calls.forward_busy", s.ForwardBusy},
		{"calls.forward_no_answer", s.ForwardNoAnswer}, {"calls.mailbox", s.Mailbox},
	} {
		if to.value != "" && !ua.Callable(to.value) {
			l.bad(to.key, strconv.Quote(to.value)+" cannot be called", "write a number or user@host")
		}
	}
}

func orderWords() string {
	var words []string
	for _, o := range callerid.Orders() {
		words = append(words, o.String())
	}
	return strings.Join(words, ", ")
}

// Standing is what star codes have set for a line on which none was dialled.
func (l *Loaded) Standing() dialplan.Standing {
	s := l.Settings.Calls
	return dialplan.Standing{
		SecureAll: l.Settings.Secure.Default, CallWaitingOff: !s.Waiting,
		BlockCID: s.HideCallerID, BlockAnonymous: s.RejectAnonymous, DND: s.DND,
		ForwardAll: s.ForwardAll, ForwardBusy: s.ForwardBusy, ForwardNoAnswer: s.ForwardNoAnswer,
	}
}

// Rules is what becomes of the calls that arrive, with these codes dialled.
func (l *Loaded) Rules(s dialplan.Standing) arrival.Rules {
	c := l.Settings.Calls
	return arrival.Rules{
		DND: s.DND, RejectAnonymous: s.BlockAnonymous,
		ForwardAll: s.ForwardAll, ForwardBusy: s.ForwardBusy, ForwardNoAnswer: s.ForwardNoAnswer,
		NoAnswerAfter: c.NoAnswerDelay, AutoAnswer: arrival.AutoAnswer(c.AutoAnswer),
	}
}

func (l *Loaded) calls() ua.CallsConfig {
	c := l.Settings.Calls
	return ua.CallsConfig{
		Max: c.Max, Reply182: c.Reply182,
		Refer:       ua.ReferPolicy(c.Refer),
		WaitingTone: l.tone("call-waiting"), ConferenceTone: l.tone("conference"),
		Messages: c.MessageWaiting == messagesAuto, Mailbox: c.Mailbox,
		CallerID: callerid.Order(c.CallerID),
		Rules:    l.Rules(l.Standing()),
	}
}
