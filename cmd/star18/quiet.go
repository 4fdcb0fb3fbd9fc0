package main

import (
	"io"
	"os"
	"path/filepath"

	"star18/cmd/internal/state"
)

// quietFile takes what libraries print while the screen has the terminal.
const quietFile = "stderr.log"

// quieted is standard error that has been led away from the terminal.
type quieted struct {
	file    *os.File
	restore func()
	app     *app
	before  io.Writer
}

// quietTerminal leads standard error, of C libraries too, into a file of the
// state: a line printed over the screen would stay there. What the program itself
// has to say after the screen goes to the terminal again.
func (a *app) quietTerminal() (*quieted, error) {
	if !isTerminal(os.Stderr) { // it does not reach the screen
		return &quieted{restore: func() {}, app: a, before: a.err}, nil
	}
	dir := a.flags.state
	if dir == "" {
		var err error
		if dir, err = state.DefaultDir(); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(dir, quietFile), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	q := &quieted{file: file, app: a, before: a.err, restore: func() {}}
	if before, err := redirectStderr(file); err == nil {
		q.restore = func() {
			restoreStderr(before)
			_ = before.Close()
		}
	}
	a.err = file
	return q, nil
}

func (q *quieted) end() {
	q.restore()
	q.app.err = q.before
	if q.file != nil {
		_ = q.file.Close() // nothing in it is worth an error
	}
}
