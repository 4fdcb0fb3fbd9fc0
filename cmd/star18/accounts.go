package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"sync"

	"star18/cmd/internal/config"
)

// errOneLine: what records a run, or commands it, is about one line.
var errOneLine = errors.New("--pcap, --transcript, --keys and --control are for one line: choose it with --account")

// registeredAll runs do with lines that are registered, until a signal ends ctx.
// With several of them those that register serve, and the others keep trying;
// that no line registers is an error.
func (a *app) registeredAll(ctx context.Context, all []*config.Loaded, do func(context.Context, []*session) error) error {
	ctx, stop := untilSignal(ctx)
	defer stop()
	if a.several = len(all) > 1; a.several {
		if a.flags.pcap != "" || a.flags.transcript != "" || a.flags.keys || a.flags.control {
			return exit(exitUsage, errOneLine)
		}
		a.out = &inTurn{to: a.out}
	}
	var lines []*session
	for _, l := range all {
		s, err := a.open(l)
		if err != nil {
			return err
		}
		defer s.close()
		lines = append(lines, s)
	}
	if err := registerAll(ctx, lines); err != nil {
		return err
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	if c := lines[0].controls; c != nil {
		if err := c.serve(ctx, a, lines[0]); err != nil {
			return exit(exitFault, err)
		}
	}
	a.readKeys(ctx, lines[0])
	return do(ctx, lines)
}

// registerAll returns when one line is registered, or none can be.
func registerAll(ctx context.Context, lines []*session) error {
	results := make(chan error, len(lines))
	for _, s := range lines {
		go func() { results <- s.register(ctx) }()
	}
	var err error
	for range lines {
		if err = <-results; err == nil {
			return nil
		}
	}
	return err
}

// accountOf is the name that events of a line carry: none if there is but one.
func (a *app) accountOf(l *config.Loaded) string {
	if !a.several {
		return ""
	}
	return cmp.Or(l.Name, config.DefaultAccount)
}

// inTurn keeps the words of several lines apart.
type inTurn struct {
	mu sync.Mutex
	to io.Writer
}

func (w *inTurn) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(b)
}
