package main

import (
	"bufio"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"star18/cmd/internal/config"
	"star18/cmd/internal/sound"
)

// usesCard: the sound library is in this run.
func usesCard(all []*config.Loaded) bool {
	card := func(spec string) bool { return strings.HasPrefix(spec, string(sound.Card)) }
	return slices.ContainsFunc(all, func(l *config.Loaded) bool {
		a := l.Settings.Audio
		return card(a.Input) || card(a.Output) || card(a.Ring)
	})
}

// quietLibraries leads what C libraries print on standard error into the log, at
// debug, until end: a card that is pulled makes PortAudio print in the middle of a
// call. What the program itself says, and its last words, go where they did.
func (a *app) quietLibraries(lines ...*config.Loaded) (end func(), err error) {
	if !usesCard(lines) {
		return func() {}, nil
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, exit(exitFault, err)
	}
	before, err := redirectStderr(w)
	if err != nil { // a system without descriptors, whose libraries print nothing
		_, _ = r.Close(), w.Close()
		return func() {}, nil
	}
	own := a.err
	if own == os.Stderr {
		a.err = before
	}
	_ = debug.SetCrashOutput(before, debug.CrashOptions{}) // else a crash is lost in the pipe
	log, done, err := a.openLog()
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(r); lines.Scan() && log != nil; {
			log.Debug("a library says", "line", lines.Text())
		}
		_, _ = io.Copy(io.Discard, r) // whoever prints must not wait
	}()
	end = func() {
		_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
		restoreStderr(before)
		_ = w.Close() // and with it the pipe has no writer
		<-read
		_ = r.Close()
		if done != nil {
			done()
		}
		a.err = own
		_ = before.Close()
	}
	if err != nil {
		end()
		return nil, err
	}
	return end, nil
}
