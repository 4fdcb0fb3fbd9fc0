package main

import (
	"cmp"
	"context"
	"io"
	"sync"

	"star18/cmd/internal/config"
	"star18/cmd/internal/say"
)

// registeredAll runs do with lines that are registered, until a signal ends ctx.
// With several of them those that register serve, and the others keep trying;
// that no line registers is an error.
func (a *app) registeredAll(ctx context.Context, all []*config.Loaded, do func(context.Context, *telephone) error) error {
	ctx, stop := untilSignal(ctx)
	defer stop()
	if len(all) > 1 {
		a.out = &inTurn{to: a.out}
	}
	loud, err := a.quietLibraries(all...)
	if err != nil {
		return err
	}
	defer loud()
	p, err := a.openAll(all)
	if err != nil {
		return err
	}
	defer p.close()
	if err := registerAll(ctx, p.lines); err != nil {
		return err
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	k := p.keys(ctx, a)
	if err := p.control(k); err != nil {
		if !a.ownKeys { // it was asked for by a flag
			return exit(exitFault, err)
		}
		k.reply(say.Reply{Text: err.Error(), Failed: true})
	}
	k.read()
	return do(ctx, p)
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
