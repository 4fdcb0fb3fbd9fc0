package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"
)

// errStopped: somebody pressed ctrl+c before there was anything to keep.
var errStopped = errors.New("stopped, and nothing was written")

// asker asks on a terminal, and nowhere else.
type asker struct {
	ctx      context.Context
	in       io.Reader
	lines    *bufio.Reader
	out      io.Writer
	terminal bool
}

func newAsker(ctx context.Context, a *app) asker {
	return asker{ctx: ctx, in: a.in, lines: bufio.NewReader(a.in), out: a.out, terminal: isTerminal(a.in)}
}

// line asks until there is an answer, or no more input.
func (k asker) line(question string, to *string) error {
	for *to == "" && k.terminal {
		_, _ = fmt.Fprintf(k.out, "%s: ", question)
		text, err := k.await(func() (string, error) { return k.lines.ReadString('\n') })
		if errors.Is(err, errStopped) {
			return err
		}
		*to = strings.TrimSpace(text)
		if err != nil {
			_, _ = fmt.Fprintln(k.out)
			return nil // the end of the input is no answer
		}
	}
	return nil
}

// secret does not show what is typed. The terminal is as it was afterwards, also
// when somebody stops.
func (k asker) secret(question string) (string, error) {
	f, ok := k.in.(*os.File)
	if !ok || !k.terminal {
		return "", nil
	}
	fd := f.Fd()
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	_, _ = fmt.Fprintf(k.out, "%s: ", question)
	text, err := k.await(func() (string, error) {
		b, err := term.ReadPassword(fd)
		return string(b), err
	})
	_ = term.Restore(fd, before)
	_, _ = fmt.Fprintln(k.out)
	if errors.Is(err, io.EOF) {
		return "", nil
	}
	return text, err
}

// await reads until somebody stops. Nothing ends a read of a terminal: it is left
// behind, and the program ends next.
func (k asker) await(read func() (string, error)) (string, error) {
	type answer struct {
		text string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		text, err := read()
		got <- answer{text, err}
	}()
	select {
	case a := <-got:
		return a.text, a.err
	case <-k.ctx.Done():
		return "", errStopped
	}
}
