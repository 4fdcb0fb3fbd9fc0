package ua

import (
	"fmt"
	"strings"

	"github.com/emiago/sipgo/sip"

	"star18/audio"
	"star18/ua/arrival"
	"star18/ua/callerid"
)

// CallsConfig is what a line does around its calls.
type CallsConfig struct {
	// Max is how many calls there may be, the one that rings included; 0 is 1.
	// One has the sound at a time, or several in a conference.
	Max int
	// Waiting lets a call ring while there is another; otherwise it is busy. See
	// Line.SetWaiting and Target.Waiting.
	Waiting bool
	// Reply182 tells a waiting caller so: 182 in place of 180.
	Reply182 bool
	// WaitingTone is played to the call that has the sound when another rings,
	// ConferenceTone when a conference begins; nil is silent.
	WaitingTone, ConferenceTone *audio.ToneScript

	Refer ReferPolicy // empty is ReferAsk
	// Attended: somebody is here who can be asked. See Call.AcceptTransfer.
	Attended bool

	// Messages takes what our server says of waiting messages; Mailbox, a number or
	// user@host, is what to ask it about, and empty asks nothing.
	Messages bool
	Mailbox  string

	CallerID callerid.Order // empty is PAIDRPIDFrom
	Rules    arrival.Rules  // at the start; see Line.SetRules
}

func (c *CallsConfig) complete() error {
	setDefault(&c.Max, 1)
	setDefault(&c.Refer, ReferAsk)
	if err := c.Refer.Validate(); err != nil {
		return fmt.Errorf("%w: calls.refer: %w", ErrConfig, err)
	}
	setDefault(&c.CallerID, callerid.PAIDRPIDFrom)
	setDefault(&c.Rules.AutoAnswer, arrival.AnswerOff)
	if err := c.CallerID.Validate(); err != nil {
		return fmt.Errorf("%w: calls.caller_id: %w", ErrConfig, err)
	}
	if c.Mailbox != "" && !Callable(c.Mailbox) {
		return fmt.Errorf("%w: calls.mailbox %q is no address", ErrConfig, c.Mailbox)
	}
	if err := c.Rules.AutoAnswer.Validate(); err != nil {
		return fmt.Errorf("%w: calls.auto_answer: %w", ErrConfig, err)
	}
	return nil
}

// SetRules changes what becomes of the calls that arrive from now on. A number
// to forward to that cannot be called is refused, and nothing changes.
func (l *Line) SetRules(r arrival.Rules) error {
	setDefault(&r.AutoAnswer, arrival.AnswerOff)
	if err := r.AutoAnswer.Validate(); err != nil {
		return err
	}
	for _, to := range []string{r.ForwardAll, r.ForwardBusy, r.ForwardNoAnswer} {
		if _, err := l.forwardURI(to); to != "" && err != nil {
			return fmt.Errorf("forward to %q: %w", to, err)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rules = r
	return nil
}

// Rules is what becomes of the calls that arrive.
func (l *Line) Rules() arrival.Rules {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rules
}

// whoCalls reads an INVITE's caller.
func (l *Line) whoCalls(req *sip.Request) Incoming {
	id := l.cfg.Calls.CallerID.Identify(callerid.Headers{
		From:         req.From().Value(),
		Asserted:     headerValues(req, "P-Asserted-Identity"),
		RemotePartys: headerValues(req, "Remote-Party-ID"),
		Privacy:      headerValues(req, "Privacy"),
	}, l.fromProxy(req))
	return Incoming{FromName: id.Name, FromNumber: id.Number, Asserted: id.Asserted, Anonymous: id.Anonymous}
}

func (l *Line) facts(req *sip.Request, from Incoming, busy bool) arrival.Facts {
	return arrival.Facts{
		Anonymous: from.Anonymous, Busy: busy, Own: l.cfg.User, Domain: l.cfg.Domain,
		Diverted: callerid.Users(headerValues(req, "Diversion")),
	}
}

// turnAway is the answer to a call that is not to ring; nil lets it.
func (l *Line) turnAway(req *sip.Request, tag string, from Incoming, busy bool) *sip.Response {
	verdict := l.Rules().Judge(l.facts(req, from, busy))
	res := l.verdictResponse(req, tag, verdict)
	if res != nil {
		l.emit(nil, TurnedAway{
			FromName: from.FromName, FromNumber: from.FromNumber,
			Why: why(verdict), To: verdict.To, Status: res.StatusCode,
		})
	}
	return res
}

func why(v arrival.Verdict) string {
	if v.Action == arrival.RefuseAnonymous {
		return "anonymous"
	}
	return string(v.Reason)
}

// statusAnonymityDisallowed is RFC 5079's.
const statusAnonymityDisallowed = 433

func (l *Line) verdictResponse(req *sip.Request, tag string, v arrival.Verdict) *sip.Response {
	switch v.Action {
	case arrival.RefuseAnonymous:
		return l.response(req, statusAnonymityDisallowed, "Anonymity Disallowed", tag)
	case arrival.Busy:
		return l.response(req, sip.StatusBusyHere, "Busy Here", tag)
	case arrival.Forward:
		return l.forwardResponse(req, tag, v)
	}
	return nil
}

// forwardResponse sends the caller elsewhere and says from where and why, so
// that the next telephone can see a circle (RFC 5806 4). Whether to follow is
// the proxy's or the caller's decision.
func (l *Line) forwardResponse(req *sip.Request, tag string, v arrival.Verdict) *sip.Response {
	to, err := l.forwardURI(v.To)
	if err != nil {
		l.log.Error("call not forwarded", "to", v.To, "error", err)
		return l.response(req, sip.StatusBusyHere, "Busy Here", tag)
	}
	res := l.response(req, sip.StatusMovedTemporarily, "Moved Temporarily", tag)
	own := l.aor()
	res.AppendHeader(&sip.ContactHeader{Address: to})
	res.AppendHeader(sip.NewHeader("Diversion", fmt.Sprintf("<%s>;reason=%s;counter=1", own.String(), v.Reason)))
	return res
}

// Callable: calls can be sent to this number or user@host.
func Callable(to string) bool {
	user, host, _ := strings.Cut(to, "@")
	_, err := Target{Number: user, Host: host}.uri("example.com")
	return err == nil
}

// forwardURI reads a number or user@host.
func (l *Line) forwardURI(to string) (sip.Uri, error) {
	user, host, _ := strings.Cut(to, "@")
	return Target{Number: user, Host: host}.uri(l.cfg.Domain)
}

// ringsUnanswered sends a ringing call elsewhere in time, and answers one that
// answers itself; but nobody takes the sound from a call that has it.
func (c *Call) ringsUnanswered() {
	l := c.line
	rules := l.Rules()
	if after, verdict, ok := rules.Unanswered(l.facts(c.in.req, c.from, false)); ok {
		c.in.forward = c.after(after, func() { c.forward(verdict) })
	}
	if after, ok := rules.AutoAnswer.Answers(c.asking(), l.fromProxy(c.in.req)); ok && !c.from.Waiting {
		c.in.auto = c.after(after, c.answerItself)
	}
}

func (c *Call) asking() arrival.Asking {
	return arrival.Asking{
		AlertInfo:  headerValues(c.in.req, "Alert-Info"),
		CallInfo:   headerValues(c.in.req, "Call-Info"),
		AnswerMode: headerValues(c.in.req, "Answer-Mode"),
	}
}

func (c *Call) forward(v arrival.Verdict) {
	if c.state != ringing {
		return
	}
	c.line.respond(c.in.tx, c.line.forwardResponse(c.in.req, c.key.localTag, v))
	c.finish(Ended{By: Local, Cause: CauseForwarded, Status: sip.StatusMovedTemporarily, Detail: "to " + v.To})
}

// answerItself takes the call without anybody here: it says so, and the user
// hears that the microphone is open.
func (c *Call) answerItself() {
	if c.state != ringing || c.line.desk.several() {
		return // nobody's conversation is put on hold for it
	}
	c.emit(AutoAnswered{})
	c.in.itself = true
	result := make(chan error, 1)
	c.accept(result)
}
