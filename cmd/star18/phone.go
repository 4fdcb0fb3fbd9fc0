package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"star18/cmd/internal/config"
	"star18/cmd/internal/keyline"
	"star18/cmd/internal/say"
)

// phone is star18 without a command: lines that are registered, dial what is
// typed and ring. A configuration that names no line yet is told how to begin.
func (a *app) phone(cmd *cobra.Command) error {
	l, err := config.Load(a.options())
	if err == nil && l.CheckLine() != nil && l.Settings.Line.User == "" {
		return a.usage(cmd)
	}
	all, err := a.loadLines()
	if err != nil {
		return err
	}
	a.flags.keys, a.flags.control, a.ownKeys = true, true, true
	terminal := a.ownTerminal()
	return a.registeredAll(cmd.Context(), all, func(ctx context.Context, p *telephone) error {
		p.leaveRinging(ctx)
		k := p.keys(ctx, a)
		if terminal != nil {
			return terminal.run(ctx, k)
		}
		return k.lines(ctx)
	})
}

// lines carries out one line of text after the other: commands, and what is to be
// dialled. At the end of the input the calls go on to theirs.
func (k keys) lines(ctx context.Context) error {
	lines := make(chan string)
	go func() {
		defer close(lines)
		in := bufio.NewScanner(k.app.in)
		for in.Scan() {
			select {
			case lines <- in.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case text, ok := <-lines:
			switch {
			case !ok:
				k.followAll(ctx)
				return nil
			case isQuit(text):
				return nil
			}
			k.typed(text)
		case <-ctx.Done():
			return nil
		}
	}
}

// followAll stays for the calls that there are.
func (k keys) followAll(ctx context.Context) {
	for _, s := range k.phone.lines {
		s.followOthers(ctx)
	}
}

func isQuit(text string) bool {
	text = strings.TrimSpace(text)
	return text == "quit" || text == "exit"
}

// typed is a line on the phone: a command, or what is to be dialled. A bare word
// is only dialled if it names a contact: a mistyped command must call nobody.
func (k keys) typed(text string) {
	text = strings.TrimSpace(text)
	if text == "" {
		return
	}
	_, err := keyline.Parse(text)
	if strings.ContainsRune("0123456789*#+", rune(text[0])) || errors.Is(err, keyline.ErrUnknown) && k.means(text) {
		answer, err := k.call(text)
		k.report(text, answer, err)
		return
	}
	if errors.Is(err, keyline.ErrUnknown) && !strings.Contains(text, " ") {
		k.report(text, nil, fmt.Errorf("%w; it is no contact either, sip:%s calls a user of the server", err, text))
		return
	}
	k.line(text)
}

// means: text that is no command can be dialled.
func (k keys) means(text string) bool {
	return strings.ContainsAny(text, "@:") || k.chosen().dialing.names(text)
}

// report says what has come of a command, and plays reorder if that is nothing.
func (k keys) report(word string, answer []string, err error) {
	for _, text := range answer {
		k.reply(say.Reply{Command: word, Text: text})
	}
	if err != nil {
		k.reply(say.Reply{Command: word, Text: err.Error(), Failed: true})
		k.chosen().line.Play("reorder")
	}
}

// showEvery is how often the line at the bottom counts down.
const showEvery = 250 * time.Millisecond
