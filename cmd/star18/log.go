package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
)

// openLog makes the log of the flags. The function that closes it never fails
// in a way that matters.
func (a *app) openLog() (*slog.Logger, func(), error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(a.flags.logLevel)); err != nil {
		return nil, nil, exit(exitUsage, fmt.Errorf("--log-level %q is not debug, info, warn or error", a.flags.logLevel))
	}
	w, done := a.err, func() {}
	if a.flags.logFile != "" {
		f, err := os.OpenFile(a.flags.logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, nil, exit(exitUsage, fmt.Errorf("--log-file: %w", err))
		}
		w, done = io.Writer(f), func() { _ = f.Close() }
	}
	q := newLogQueue(w)
	return slog.New(slog.NewTextHandler(q, &slog.HandlerOptions{Level: level})), func() { q.Close(); done() }, nil
}
