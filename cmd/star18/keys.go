package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	"star18/cmd/internal/keyline"
	"star18/cmd/internal/say"
	"star18/dialplan"
	"star18/ua"
)

// keys carries out what is typed while a line runs. Its goroutine waits for a
// line of text, which may never come: nothing waits for it, and it ends with the
// program. The end of the input means nothing.
type keys struct {
	app   *app
	phone *telephone
	by    *atomic.Int32 // which of its lines calls go by
	ctx   context.Context
}

func (p *telephone) keys(ctx context.Context, a *app) keys { return keys{a, p, new(atomic.Int32), ctx} }

// on are keys for calls by this line.
func (k keys) on(s *session) keys {
	k.by = new(atomic.Int32)
	k.by.Store(int32(slices.Index(k.phone.lines, s)))
	return k
}

// chosen is the line that calls go by.
func (k keys) chosen() *session { return k.phone.lines[k.by.Load()] }

// wantsKeys: the user asked for them, or sits at a terminal.
func (a *app) wantsKeys() bool { return a.flags.keys || isTerminal(a.in) }

// isTerminal: nobody types on /dev/null, which is a character device as well.
func isTerminal(in any) bool {
	f, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// read begins to read commands, if there is somebody to give them.
func (k keys) read() {
	if !k.app.wantsKeys() || k.app.ownKeys {
		return
	}
	go func() {
		lines := bufio.NewScanner(k.app.in)
		for lines.Scan() && k.ctx.Err() == nil {
			k.line(lines.Text())
		}
	}()
}

// line carries out one line and says what has come of it.
func (k keys) line(text string) {
	command, err := keyline.Parse(text)
	if err == nil && command.Verb == "" {
		return
	}
	word := strings.TrimSpace(string(command.Verb) + " " + command.Argument)
	if err == nil {
		var answer []string
		answer, err = k.run(command)
		for _, text := range answer {
			k.reply(say.Reply{Command: word, Text: text})
		}
	}
	if err != nil {
		k.reply(say.Reply{Command: word, Text: err.Error(), Failed: true})
	}
}

func (k keys) reply(r say.Reply) { k.chosen().queue.Post("", r) }

// The reasons why a command finds no call: the one that it names, or any of its kind.
var (
	errNoCall = errors.New("there is no such call")
	errNoRing = errors.New("no call rings")
	errNoneUp = errors.New("no call is up")
)

// run does what a command says; its answer is for the user.
func (k keys) run(c keyline.Command) ([]string, error) {
	answer, err := k.do(c)
	if errors.Is(err, errNoCall) && !c.NamesCall() {
		err = noneFor(c.Verb)
	}
	return answer, err
}

func noneFor(verb keyline.Verb) error {
	switch verb {
	case keyline.Answer, keyline.Reject:
		return errNoRing
	case keyline.TransferTo:
		return ua.ErrNoOther
	}
	return errNoneUp
}

func (k keys) do(c keyline.Command) ([]string, error) {
	line := k.chosen().line
	switch c.Verb {
	case keyline.Help:
		return keyline.HelpLines(), nil
	case keyline.Calls:
		return k.list(), nil
	case keyline.Call:
		return k.call(c.Argument)
	case keyline.Line:
		if c.Argument == "" {
			return k.lineList(), nil
		}
		return k.choose(c.Argument)
	case keyline.DND:
		return k.dnd(c.Argument == "on")
	case keyline.Swap:
		_, err := line.Swap()
		return nil, err
	case keyline.Conference:
		return nil, line.Conference(k.all(isUp)...)
	case keyline.Transfer:
		return nil, k.transfer(c.Argument)
	case keyline.TransferTo:
		return nil, k.transferTo(c.Argument)
	case keyline.DTMF:
		return nil, k.with("", isSpoken, isUp, func(call *ua.Call) error { return call.SendDTMF(c.Argument) })
	}
	return nil, k.one(c)
}

// one does what concerns one call.
func (k keys) one(c keyline.Command) error {
	mute := func(on bool) func(*ua.Call) error {
		return func(call *ua.Call) error { call.Mute(on); return nil }
	}
	switch c.Verb {
	case keyline.Answer:
		return k.with(c.Argument, isIncoming, nobody, (*ua.Call).Answer)
	case keyline.Reject:
		return k.with(c.Argument, isIncoming, nobody, func(call *ua.Call) error { return call.Reject(486) })
	case keyline.Hangup:
		return k.with(c.Argument, isSpoken, anybody, func(call *ua.Call) error { call.Hangup(); return nil })
	case keyline.Hold:
		return k.with(c.Argument, isSpoken, nobody, (*ua.Call).Hold)
	case keyline.Resume:
		return k.with(c.Argument, isHeld, isUp, (*ua.Call).Resume)
	case keyline.Mute:
		return k.with(c.Argument, isSpoken, isUp, mute(true))
	case keyline.Unmute:
		return k.with(c.Argument, isSpoken, isUp, mute(false))
	case keyline.Record:
		return k.with("", isSpoken, isUp, func(call *ua.Call) error { return recordFile(call, c.Argument) })
	case keyline.Play:
		return k.with("", isSpoken, isUp, func(call *ua.Call) error { return playFile(call, c.Argument) })
	case keyline.Yes:
		return k.decide(c.Argument, (*ua.Call).AcceptTransfer)
	case keyline.No:
		return k.decide(c.Argument, (*ua.Call).RefuseTransfer)
	}
	return keyline.ErrUnknown
}

func isUp(i ua.CallInfo) bool       { return i.State == "up" }
func isSpoken(i ua.CallInfo) bool   { return i.Active }
func isHeld(i ua.CallInfo) bool     { return isUp(i) && i.HeldByUs }
func isIncoming(i ua.CallInfo) bool { return i.State == "ringing" }
func anybody(ua.CallInfo) bool      { return true }
func nobody(ua.CallInfo) bool       { return false }

// with finds the call that is meant: by its id, else the first of a kind, else
// of the next kind.
func (k keys) with(id string, kind, next func(ua.CallInfo) bool, do func(*ua.Call) error) error {
	var found *ua.Call
	switch {
	case id != "":
		found = k.phone.desk.Call(id)
	default:
		if all := append(k.all(kind), k.all(next)...); len(all) > 0 {
			found = all[0]
		}
	}
	if found == nil {
		return errNoCall
	}
	return do(found)
}

func (k keys) all(kind func(ua.CallInfo) bool) []*ua.Call {
	var out []*ua.Call
	for _, i := range k.phone.desk.Calls() {
		if c := k.phone.desk.Call(i.ID); kind(i) && c != nil {
			out = append(out, c)
		}
	}
	return out
}

// decide answers the call whose other side asks for a transfer.
func (k keys) decide(id string, do func(*ua.Call) error) error {
	if id != "" {
		return k.with(id, nobody, nobody, do)
	}
	err := errNoCall
	for _, c := range k.all(isUp) {
		if err = do(c); !errors.Is(err, ua.ErrNoTransfer) {
			return err
		}
	}
	return err
}

func (k keys) list() []string {
	var out []string
	for _, i := range k.phone.desk.Calls() {
		text := strings.Join(strings.Fields(strings.Join([]string{i.ID, i.State, i.Name, i.Number}, " ")), " ")
		if c := k.phone.desk.Call(i.ID); c != nil && k.app.several {
			text += " on " + k.phone.lineOf(c).name()
		}
		switch {
		case i.Conference:
			text += ", in the conference"
		case i.Active:
			text += ", speaking"
		case i.HeldByUs:
			text += ", on hold"
		}
		if i.Secure == ua.SecureDone {
			text += ", secured"
		}
		if i.Muted {
			text += ", muted"
		}
		if i.Recorded {
			text += ", being recorded"
		}
		out = append(out, text)
	}
	if out == nil {
		return []string{"no calls"}
	}
	return out
}

// call dials like the command of that name, beside what goes on.
func (k keys) call(dialed string) ([]string, error) {
	return k.place(k.chosen().dialing.dial(dialed))
}

// place does what was dialled: a call, a transfer, or nothing but codes.
func (k keys) place(p plannedCall, err error) ([]string, error) {
	if err == nil && p.transfer() != nil {
		err = k.with("", isSpoken, isUp, func(c *ua.Call) error { return c.Transfer(*p.transfer()) })
		if errors.Is(err, errNoCall) && k.chosen().dialing.helps(p) {
			return k.call(p.transfer().Number)
		}
		return nil, err
	}
	if err != nil || p.Outcome == dialplan.OutcomeCode {
		return told(p, err)
	}
	if p.callBack {
		go k.callBack(p.Intent)
		return []string{"calls " + p.Number + " again and again until it rings"}, nil
	}
	_, err = k.chosen().line.Dial(k.ctx, target(p.Intent))
	return nil, err
}

// callBack tries when nobody is spoken with: a call would be put on hold by it.
func (k keys) callBack(i dialplan.Intent) {
	s := k.chosen() // whichever is chosen later
	_, err := s.callBackBy(k.ctx, i, func() (ua.Ended, error) {
		if len(k.phone.desk.Calls()) > 0 {
			return ua.Ended{By: ua.Remote, Cause: ua.CauseBusy}, nil
		}
		c, err := s.line.Dial(k.ctx, target(i))
		if err != nil {
			return ua.Ended{}, err
		}
		<-c.Done()
		return c.Ended(), nil
	})
	if err != nil && k.ctx.Err() == nil {
		k.reply(say.Reply{Command: i.Input, Text: err.Error(), Failed: true})
	}
}

// told is what star codes alone came to.
func told(p plannedCall, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	return []string{p.Why}, nil
}

// transfer sends the other side to a number, as the plan of its line reads it.
func (k keys) transfer(dialed string) error {
	return k.with("", isSpoken, isUp, func(c *ua.Call) error {
		p, err := k.phone.lineOf(c).dialing.dial(dialed)
		switch {
		case err != nil:
			return err
		case p.Outcome != dialplan.OutcomeDial:
			return fmt.Errorf("%q is no number: %s", dialed, p.Why)
		}
		return c.Transfer(target(p.Intent))
	})
}

// transferTo connects the call that speaks with another one.
func (k keys) transferTo(id string) error {
	return k.with("", isSpoken, isUp, func(c *ua.Call) error {
		return k.with(id, func(i ua.CallInfo) bool { return isUp(i) && i.ID != c.ID() }, nobody, c.TransferTo)
	})
}

// dnd changes what the star codes change, of every line.
func (k keys) dnd(on bool) ([]string, error) {
	for _, s := range k.phone.lines {
		if err := s.dnd(on); err != nil {
			return nil, err
		}
	}
	return []string{map[bool]string{true: "calls are not let through", false: "calls ring"}[on]}, nil
}

func (s *session) dnd(on bool) error {
	before, err := s.state.Standing(s.cfg.Standing())
	if err != nil {
		return err
	}
	after := before
	after.DND = on
	return cmp.Or(s.state.ChangeStanding(before, after), s.line.SetRules(s.cfg.Rules(after)))
}
