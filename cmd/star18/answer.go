package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"star18/ua"
)

func (a *app) answerCommand() *cobra.Command {
	var count int
	var limit time.Duration
	cmd := &cobra.Command{
		Use:   "answer",
		Short: "Wait for calls and answer them",
		Long: "Register every line of the configuration, or the one of --account, and answer what calls. With --keys,\n" +
			"or on a terminal, commands are read; with --control, star18 ctl gives them.",
		Example: "  star18 answer\n  star18 answer --count 1 --play hello.wav --record them.wav\n  star18 answer --control --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if count < 0 {
				return exit(exitUsage, errors.New("--count must not be negative"))
			}
			return a.answer(cmd.Context(), count, limit)
		},
	}
	a.addKeys(cmd)
	cmd.Flags().BoolVar(&a.flags.echo, "echo", false, "send the callers back what they say, in place of a sound device: a number to test with")
	cmd.Flags().IntVar(&count, "count", 0, "end after this many calls; 0 goes on until a signal")
	a.addCallFlags(cmd)
	cmd.Flags().DurationVar(&limit, "for", 0, "`time` after each answer at which to hang up, such as 10s")
	return cmd
}

func (a *app) answer(ctx context.Context, count int, limit time.Duration) error {
	if err := a.checkConsole(); err != nil {
		return err
	}
	all, err := a.loadLines()
	if err != nil {
		return err
	}
	return a.registeredAll(ctx, all, func(ctx context.Context, p *telephone) error {
		for _, s := range p.lines {
			s.manual = a.flags.keys
		}
		code := serve(ctx, incoming(ctx, p.lines), count, limit)
		spoke := slices.ContainsFunc(p.lines, func(s *session) bool { return s.spoke.Load() })
		if code == exitNoCall && ctx.Err() != nil && spoke {
			code = exitDone // ended by a signal, after one call at least
		}
		return exit(code, nil)
	})
}

// ring is a call with the line that it rings on.
type ring struct {
	on   *session
	call *ua.Call
}

// incoming is what rings on any of the lines, until ctx ends.
func incoming(ctx context.Context, lines []*session) <-chan ring {
	all := make(chan ring)
	for _, s := range lines {
		go func() {
			for {
				select {
				case c := <-s.line.Incoming():
					select {
					case all <- ring{s, c}:
					case <-ctx.Done():
						return // the line hangs up what rings when it is closed
					}
				case <-ctx.Done():
					return
				}
			}
		}()
	}
	return all
}

// serve answers calls and returns the exit code of the worst.
func serve(ctx context.Context, ringing <-chan ring, count int, limit time.Duration) int {
	var calls sync.WaitGroup
	tally := &tally{}
	for taken := 0; count == 0 || taken < count; taken++ {
		select {
		case r := <-ringing:
			calls.Go(func() { tally.add(r.on.take(ctx, r.call, limit)) })
		case <-ctx.Done():
			calls.Wait()
			return tally.code()
		}
	}
	calls.Wait()
	return tally.code()
}

// take answers, unless somebody here decides about that, or speaks already.
func (s *session) take(ctx context.Context, c *ua.Call, limit time.Duration) ua.Ended {
	if !s.manual && len(s.company()) < 2 {
		// The error says only that the call ended first, which Ended tells better.
		_ = c.Answer()
	}
	follow(ctx, c, limit)
	return c.Ended()
}

// company are the calls that the same person has.
func (s *session) company() []ua.CallInfo {
	if s.phone.desk != nil {
		return s.phone.desk.Calls()
	}
	return s.line.Calls()
}

// tally is what has become of the calls so far.
type tally struct {
	mu    sync.Mutex
	calls int
	worst int
}

func (t *tally) add(e ua.Ended) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls++
	t.worst = max(t.worst, callCode(e))
}

// code: no call at all is a call unanswered.
func (t *tally) code() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.calls == 0 {
		return exitNoCall
	}
	return t.worst
}
