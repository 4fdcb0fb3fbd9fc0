package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"star18/cmd/internal/config"
	"star18/cmd/internal/say"
	"star18/cmd/internal/sound"
	"star18/dialplan"
	"star18/ua"
	"star18/ua/digest"
)

func (a *app) callCommand() *cobra.Command {
	var limit time.Duration
	cmd := &cobra.Command{
		Use:   "call DIALSTRING",
		Short: "Call a number, with star codes, until somebody hangs up",
		Long: "Register, call a number, a contact or an address, and stay until somebody hangs up. Star codes come\n" +
			"first; star18 dial --explain says what a string would do. On a terminal, commands are read while the\n" +
			"call goes on: type help.",
		Example: "  star18 call '*1814085551234'\n  star18 call anna --record talk.wav\n  star18 call 14085551234 --json --for 10s --audio-in tone:620 --audio-out null",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.call(cmd.Context(), args[0], limit)
		},
	}
	a.addKeys(cmd)
	cmd.Flags().DurationVar(&limit, "for", 0, "`time` after the answer at which to hang up, such as 10s")
	a.addCallFlags(cmd)
	a.addDTMFFlag(cmd)
	return cmd
}

func (a *app) call(ctx context.Context, dialed string, limit time.Duration) error {
	if err := errors.Join(a.checkDigits(), a.checkConsole()); err != nil {
		return err
	}
	l, err := a.loadLine()
	if err != nil {
		return err
	}
	call, err := a.dial(l, dialed)
	if err == nil && call.Outcome == dialplan.OutcomeCode {
		a.reportCodes(call.Intent)
	}
	if err != nil || call.Outcome == dialplan.OutcomeCode {
		return err
	}
	return a.registered(ctx, l, func(ctx context.Context, s *session) error {
		go s.leaveRinging(ctx)
		if call.callBack {
			return s.callBack(ctx, call.Intent, limit)
		}
		e, err := s.place(ctx, call.Intent, limit)
		if err != nil {
			return err
		}
		return exit(callCode(e), nil)
	})
}

// dial runs the dial string of a run that makes one call. Codes alone are done here.
func (a *app) dial(l *config.Loaded, dialed string) (plannedCall, error) {
	d, err := a.newDialing(l)
	if err != nil {
		return plannedCall{}, err
	}
	p, err := d.dial(dialed)
	switch {
	case err != nil || p.transfer() == nil:
		return p, err
	case d.helps(p):
		return d.dial(p.transfer().Number)
	}
	return p, exit(exitUsage, errNotInCall)
}

func dialable(i dialplan.Intent) error {
	if i.Outcome == dialplan.OutcomeReject {
		return fmt.Errorf("%q: %s", i.Input, i.Why)
	}
	return nil
}

func (a *app) reportCodes(i dialplan.Intent) {
	if a.flags.json {
		say.JSON{W: a.out}.Object(time.Now(), "codes", map[string]any{"codes": i.Codes, "why": i.Why})
		return
	}
	_, _ = fmt.Fprintf(a.out, "%s  %s%s\n", join(i.Codes), i.Why, forNextCall(i))
}

// forNextCall warns of what a run that makes no call forgets.
func forNextCall(i dialplan.Intent) string {
	if i.Override == dialplan.ChoiceNone && i.CodecPrefer+i.CodecForce == "" {
		return ""
	}
	return "; this ends with this run: write the number behind the code, in one string"
}

// place calls and waits for the end: the far end's, the limit's or a signal's.
// Its error has its exit code.
func (s *session) place(ctx context.Context, i dialplan.Intent, limit time.Duration) (ua.Ended, error) {
	c, err := s.line.Dial(ctx, target(i))
	switch {
	case errors.Is(err, ua.ErrSecurityImpossible):
		return ua.Ended{}, exit(exitInsecure, err)
	case errors.Is(err, ua.ErrBadTarget), errors.Is(err, ua.ErrNoCodec):
		return ua.Ended{}, exit(exitUsage, err)
	case ctx.Err() != nil:
		return ua.Ended{}, exit(exitNoCall, nil)
	case errors.Is(err, ua.ErrNoMediaPort):
		return ua.Ended{}, exit(exitFault, fmt.Errorf("%w; end the program that uses them, or widen rtp.port_min to rtp.port_max", err))
	case err != nil:
		return ua.Ended{}, exit(exitFault, err)
	}
	if s.dtmf != "" {
		go pressLater(c, s.dtmf, func(err error) {
			s.queue.Post(c.ID(), say.Reply{Command: "dtmf " + s.dtmf, Text: err.Error(), Failed: true})
		})
	}
	follow(ctx, c, limit)
	s.followOthers(ctx)
	if strings.HasPrefix(s.cfg.Settings.Audio.Output, string(sound.Card)) { // somebody listens
		s.line.AwaitSilence(ctx)
	}
	return c.Ended(), nil
}

// leaveRinging takes note of calls that arrive meanwhile: commands find them by
// themselves.
func (s *session) leaveRinging(ctx context.Context) {
	for {
		select {
		case <-s.line.Incoming():
		case <-ctx.Done():
			return
		}
	}
}

// followOthers stays for the calls that commands and callers have added.
func (s *session) followOthers(ctx context.Context) {
	for s.attended {
		calls := s.line.Calls()
		if len(calls) == 0 {
			return
		}
		if c := s.line.Call(calls[0].ID); c != nil {
			follow(ctx, c, 0)
		}
	}
}

// callBack is a run that calls back.
func (s *session) callBack(ctx context.Context, i dialplan.Intent, limit time.Duration) error {
	e, err := s.callBackBy(ctx, i, func() (ua.Ended, error) { return s.place(ctx, i, limit) })
	if err != nil {
		return err
	}
	return exit(callCode(e), nil)
}

// callBackBy tries the call again and again, until it rings or somebody, here or
// on another terminal, has enough of it.
func (s *session) callBackBy(ctx context.Context, i dialplan.Intent, try func() (ua.Ended, error)) (ua.Ended, error) {
	request := time.Now().UTC()
	if err := s.state.SetCallBack(request); err != nil {
		return ua.Ended{}, exit(exitFault, err)
	}
	wanted := func() bool {
		at, err := s.state.CallBack()
		return err == nil && at.Equal(request)
	}
	b := callBack{
		try:    try,
		wanted: wanted,
		wait: func(d time.Duration) {
			s.queue.Post("", say.CallBackWaits{Number: i.Number, RetryIn: int(d / time.Second)})
		},
	}
	e, err := b.run(ctx)
	if wanted() {
		err = errors.Join(err, s.state.SetCallBack(time.Time{}))
	}
	return e, err
}

// target is whom to call. Security that was asked for on this call is wanted
// even where the service is off: only then does the user learn that it is not
// there.
func target(i dialplan.Intent) ua.Target {
	t := ua.Target{
		Dialed: i.Input, Number: i.Number, Host: i.Host, SIPS: i.Scheme == dialplan.SchemeSIPS,
		Secure:  i.Secure || i.Override == dialplan.ChoiceYes,
		InClear: i.Override == dialplan.ChoiceNo,
		Waiting: waitingDuring(i),
		HideID:  i.HideCID != nil && *i.HideCID,

		PreferCodec: string(i.CodecPrefer), OnlyCodec: string(i.CodecForce),
	}
	if i.Route != nil {
		t.Gateway = true
		t.Credentials = digest.Credentials{User: i.Route.AuthUser, Password: digest.Secret(i.Route.Password.Reveal())}
	}
	return t
}

// waitingDuring is what *70 or *71 asked for this call; nil is nothing.
func waitingDuring(i dialplan.Intent) *bool {
	var on *bool
	for _, a := range i.Actions {
		switch a.Service {
		case dialplan.CallWaitingNext:
			on = new(true)
		case dialplan.CallWaitingNextOff:
			on = new(false)
		}
	}
	return on
}

// follow returns when the call has ended, and with it the one that took its
// place by a transfer. A signal or the limit ends it.
func follow(ctx context.Context, c *ua.Call, limit time.Duration) {
	for ; c != nil; c = c.Successor() {
		followOne(ctx, c, limit)
	}
}

func followOne(ctx context.Context, c *ua.Call, limit time.Duration) {
	answered, timeUp := c.Answered(), (<-chan time.Time)(nil)
	for {
		select {
		case <-answered:
			answered = nil
			if limit > 0 {
				timer := time.NewTimer(limit)
				defer timer.Stop()
				timeUp = timer.C
			}
		case <-timeUp:
			c.Hangup()
			timeUp = nil
		case <-ctx.Done():
			c.Hangup()
			<-c.Done()
			return
		case <-c.Done():
			return
		}
	}
}

// callCode is the exit code of one call.
func callCode(e ua.Ended) int {
	switch {
	case e.Cause == ua.CauseSecurityRequired:
		return exitInsecure
	case e.Cause == ua.CauseLocalFault:
		return exitFault
	case !e.Answered:
		return exitNoCall
	}
	return exitDone
}
