package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"star18/cmd/internal/config"
	"star18/cmd/internal/firstrun"
)

// draft is a configuration that is tried before it gets its name: whoever stops
// half way leaves nothing behind, and what was there is never overwritten.
type draft struct {
	path     string // where it will be
	config   string // where it is until then
	password string // its password's file; empty: the user has one
	loaded   *config.Loaded
}

const passwordFile = "password"

// newDraft makes the folder and the file of the password.
func newDraft(path string, a firstrun.Answers, password string) (*draft, error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	d := &draft{path: path, config: filepath.Join(dir, fmt.Sprintf(".config-%d.yaml", os.Getpid()))}
	if password == "" || a.PasswordFile != "" {
		return d, nil
	}
	file := filepath.Join(dir, passwordFile)
	if err := writeNew(file, password+"\n"); err != nil {
		return nil, err
	}
	d.password = file
	return d, nil
}

// writeNew writes a file for this user alone, which is not there yet.
func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return joined(err, f.Sync(), f.Close())
}

func (d *draft) write(a firstrun.Answers) error {
	if d.password != "" {
		a.PasswordFile = passwordFile
	}
	if err := os.Remove(d.config); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return writeNew(d.config, a.YAML())
}

// keep gives it its name, unless somebody else was faster.
func (d *draft) keep() error {
	if err := os.Link(d.config, d.path); err != nil {
		return err
	}
	d.password = ""
	return nil
}

// remove takes away what has no name yet.
func (d *draft) remove() {
	_ = os.Remove(d.config)
	if d.password != "" {
		_ = os.Remove(d.password)
	}
}
