package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"star18/cmd/internal/console"
	"star18/cmd/internal/handset"
	"star18/cmd/internal/say"
	"star18/dialplan"
	"star18/ua"
)

// terminal is the phone where each key counts at once.
//
//	keys ─▶ handset ─▶ tones, the line at the bottom, and work:
//	                   commands, digits and calls, one after the other
type terminal struct {
	in     *os.File
	bottom *console.Bottom
	shown  string

	k    keys
	hand *handset.Handset
	work chan func()
	due  time.Time // when the handset waits no longer; zero: it does not wait
}

// ownTerminal takes the terminal for keys; nil if people do not sit there, or
// events are for programs.
func (a *app) ownTerminal() *terminal {
	in, ok := a.in.(*os.File)
	out, writes := a.out.(*os.File)
	if !ok || !writes || a.flags.json || !isTerminal(in) || !isTerminal(out) {
		return nil
	}
	t := &terminal{in: in, work: make(chan func(), 64)}
	t.bottom = console.NewBottom(out, func() int { return console.Width(out) })
	a.out = t.bottom
	if f, ok := a.err.(*os.File); ok && isTerminal(f) {
		a.err = io.Writer(t.bottom)
	}
	return t
}

// run is the phone until Control-D or a signal. Whatever ends it, the terminal is
// as it was before.
func (t *terminal) run(ctx context.Context, k keys) error {
	restore, err := console.Keys(t.in)
	if err != nil {
		return k.lines(ctx)
	}
	defer restore()
	defer t.bottom.Show("")
	defer restoreOnSignal(restore)()
	t.k, t.hand = k, handset.New(func() (handset.Session, error) {
		s, err := k.chosen().dialing.offHook()
		return s, err
	})
	go func() {
		for do := range t.work {
			do()
		}
	}()
	defer close(t.work)
	t.loop(ctx)
	return nil
}

// restoreOnSignal is for the second Control-C and for a terminal that is closed,
// which end the program at once.
func restoreOnSignal(restore func()) (stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	done := make(chan struct{})
	go func() {
		for seen := 0; ; seen++ {
			select {
			case s := <-signals:
				if seen > 0 || s == syscall.SIGHUP {
					restore()
					os.Exit(exitNoCall)
				}
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(signals)
		close(done)
	}
}

func (t *terminal) loop(ctx context.Context) {
	pressed := make(chan rune)
	go func() {
		defer close(pressed)
		_ = console.Read(t.in, func(key rune) bool {
			select {
			case pressed <- key:
				return true
			case <-ctx.Done():
				return false
			}
		})
	}()
	tick := time.NewTicker(showEvery)
	defer tick.Stop()
	for {
		t.show()
		select {
		case key, ok := <-pressed:
			if !ok || t.do(t.hand.Key(key, t.state())) {
				return
			}
		case <-tick.C:
		case <-t.waited():
			t.do(t.hand.Timeout())
		case <-ctx.Done():
			return
		}
	}
}

// waited fires when the handset waits no longer.
func (t *terminal) waited() <-chan time.Time {
	if t.due.IsZero() {
		return nil
	}
	return time.After(time.Until(t.due))
}

func (t *terminal) state() handset.State {
	var now handset.State
	for _, i := range t.k.phone.desk.Calls() {
		now.Ringing = now.Ringing || isIncoming(i)
		now.Talking = now.Talking || isUp(i)
	}
	return now
}

func (t *terminal) show() {
	left := time.Duration(0)
	if !t.due.IsZero() {
		left = time.Until(t.due)
	}
	line := t.hand.Show(t.state(), max(0, left))
	if account := t.k.chosen().queue.Account; account != "" { // by which a call goes
		line = account + " " + line
	}
	if line != t.shown {
		t.shown = line
		t.bottom.Show(line)
	}
}

// do carries out what the handset says; true ends the phone.
func (t *terminal) do(d handset.Doing) bool {
	if d.Sound {
		t.k.chosen().line.Play(t.ofThisLine(d.Tones)...)
	}
	t.due = time.Time{}
	if d.Wait > 0 {
		t.due = time.Now().Add(d.Wait)
	}
	switch {
	case d.Fault != nil:
		t.k.reply(say.Reply{Text: d.Fault.Error(), Failed: true})
	case isQuit(d.Command):
		return true
	case d.Command != "":
		t.work <- func() { t.k.typed(d.Command) }
	case d.Keys != "":
		t.work <- func() { t.send(d.Keys) }
	case d.Intent != nil:
		t.work <- func() { t.place(*d.Intent) }
	}
	return d.Quit
}

// ofThisLine: a line whose calls all go elsewhere says so by its dial tone (2.2),
// and what the plan refuses may have a tone of its own (1.3).
func (t *terminal) ofThisLine(tones []string) []string {
	tones = slices.Clone(tones)
	for i, tone := range tones {
		switch {
		case tone == string(dialplan.ToneDial) && t.k.chosen().dialing.forwards():
			tones[i] = "cfwd-dial"
		case tone == string(dialplan.ToneReorder):
			tones[i] = t.k.chosen().line.FailureTone(ua.X60)
		}
	}
	return tones
}

func (t *terminal) send(digits string) {
	err := t.k.with("", isSpoken, isUp, func(c *ua.Call) error { return c.SendDTMF(digits) })
	if err != nil {
		t.k.reply(say.Reply{Command: digits, Text: err.Error(), Failed: true})
	}
}

// place does what was dialled key by key. Nothing dialled is no fault worth words:
// the tone says it.
func (t *terminal) place(i dialplan.Intent) {
	if errors.Is(i.Err, dialplan.ErrNothingDialled) {
		return
	}
	if i.Outcome == dialplan.OutcomeReject {
		t.k.reply(say.Reply{Command: i.Input, Text: fmt.Sprintf("%s: %s", i.Input, i.Why), Failed: true})
		return
	}
	answer, err := t.k.place(t.k.chosen().dialing.settled(i))
	t.k.report(i.Input, answer, err)
}
