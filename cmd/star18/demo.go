package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"star18/audio"
	"star18/cmd/internal/demo"
	"star18/cmd/internal/say"
	"star18/cmd/internal/sound"
	"star18/securecall"
	"star18/ua"
)

func (a *app) demoCommand() *cobra.Command {
	var dir, card string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "A secure call on this machine alone, with a verdict on each of its promises",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if card != "auto" && card != "card" && card != "file" {
				return exit(exitUsage, fmt.Errorf("--audio %q is not auto, card or file", card))
			}
			return a.demo(cmd.Context(), dir, card)
		},
	}
	cmd.Flags().StringVar(&dir, "out", "", "`folder` for the recordings (default a fresh one)")
	cmd.Flags().StringVar(&card, "audio", "auto", "the caller's loudspeaker: auto tries a card, card insists, file has none")
	return cmd
}

func (a *app) demo(ctx context.Context, dir, card string) error {
	dir, err := demoFolder(dir)
	if err != nil {
		return exit(exitUsage, err)
	}
	ctx, stop := untilSignal(ctx)
	defer stop()
	r, done, err := a.openTranscript(securecall.DefaultWire())
	if err != nil {
		return err
	}
	defer done()
	o := demo.Options{Dir: dir, Out: a.out, JSON: a.flags.json, NoCard: func(error) {}}
	o.Each = func(cfg *ua.Config) { transcribe(r, cfg.User+"-", cfg) }
	if err := a.demoSound(&o, card); err != nil {
		return exit(exitFault, fmt.Errorf("sound card: %w; --audio file goes without", err))
	}
	if !a.flags.json {
		_, _ = fmt.Fprintf(a.out, "The caller dials %s. Its certificate was issued a moment ago, the called end is the vendor's published example.\nwarning: %s; %s\n\n",
			demo.Dialed, say.PublishedCAWarning, say.WeakWarning)
	}
	result, err := demo.Run(ctx, o)
	if err != nil {
		return exit(exitFault, err)
	}
	a.tellDemo(a.out, result)
	if !result.OK() {
		return exit(exitVerdict, nil)
	}
	return nil
}

func demoFolder(dir string) (string, error) {
	if dir == "" {
		return os.MkdirTemp("", "star18-demo-")
	}
	return dir, os.MkdirAll(dir, 0o700)
}

// demoSound finds out before the call whether there is a card: opening one may
// take longer than the demo.
func (a *app) demoSound(o *demo.Options, choice string) error {
	if choice == "file" {
		return nil
	}
	spec := sound.Spec{Kind: sound.Card}
	d, err := sound.OpenOutput(spec, 8000)
	if err != nil {
		if choice == "card" {
			return err
		}
		if !a.flags.json {
			_, _ = fmt.Fprintf(o.Out, "No sound card to listen on (%v); the recordings hold the same.\n", err)
		}
		return nil
	}
	if !a.flags.json {
		_, _ = fmt.Fprintln(o.Out, "The caller's loudspeaker is the sound card.")
	}
	var once sync.Once
	o.Card = func() (audio.Device, error) {
		err := errors.New("already in use")
		once.Do(func() { err = nil })
		return d, err
	}
	return nil
}

func (a *app) tellDemo(out io.Writer, r demo.Result) {
	if a.flags.json {
		for _, v := range r.Verdicts {
			say.JSON{W: out}.Object(time.Now(), "verdict", v)
		}
		say.JSON{W: out}.Object(time.Now(), "demo", map[string]any{"ok": r.OK(), "files": r.Files, "ms": r.Took.Milliseconds()})
		return
	}
	_, _ = fmt.Fprintln(out)
	for _, v := range r.Verdicts {
		word := "ok    "
		if !v.OK {
			word = "FAILED"
		}
		lines := strings.ReplaceAll(v.Figure, "; ", "\n"+strings.Repeat(" ", 31))
		_, _ = fmt.Fprintf(out, "%s  %-22s %s\n", word, v.Name, lines)
	}
	_, _ = fmt.Fprintln(out)
	for _, f := range r.Files {
		_, _ = fmt.Fprintln(out, f)
	}
	_, _ = fmt.Fprintln(out, lastLine(r))
}

func lastLine(r demo.Result) string {
	if r.OK() {
		return fmt.Sprintf("demo: every verdict holds, %.1f s", r.Took.Seconds())
	}
	failed := 0
	for _, v := range r.Verdicts {
		if !v.OK {
			failed++
		}
	}
	return fmt.Sprintf("demo: %d of %d verdicts FAILED", failed, len(r.Verdicts))
}
