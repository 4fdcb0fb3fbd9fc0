package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"star18/cmd/internal/config"
	"star18/cmd/internal/firstrun"
	"star18/cmd/internal/keyring"
)

// draft is a configuration that is tried before it gets its name: whoever stops
// half way leaves nothing behind, and what was there is never overwritten.
type draft struct {
	path     string // where it will be
	config   string // where it is until then
	password string // its password's file; empty: the user has one
	forget   func() // takes it out of the keyring again; nil: it is not there
	loaded   *config.Loaded
}

const passwordFile = "password"

// errPasswordThere: of a line that was taken away, perhaps.
var errPasswordThere = errors.New("is there already; move it away, or take it with --password-file")

// newDraft makes the folder.
func newDraft(path string) (*draft, error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return &draft{path: path, config: filepath.Join(dir, fmt.Sprintf(".config-%d.yaml", os.Getpid()))}, nil
}

// hold keeps the password, in place of one that was held before.
func (d *draft) hold(a firstrun.Answers, password string) error {
	if password == "" || a.PasswordFile != "" {
		return nil
	}
	d.release()
	if a.Keyring {
		var err error
		d.forget, err = intoKeyring(a.User, a.Domain, password)
		return err
	}
	file := filepath.Join(filepath.Dir(d.path), passwordFile)
	err := writeNew(file, password+"\n")
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s %w", file, errPasswordThere)
	}
	if err == nil {
		d.password = file
	}
	return err
}

// release takes the password away again.
func (d *draft) release() {
	if d.forget != nil {
		d.forget()
	}
	if d.password != "" {
		_ = os.Remove(d.password)
	}
	d.password, d.forget = "", nil
}

// intoKeyring keeps a password there, and says how to have what was there before.
func intoKeyring(user, domain, password string) (undo func(), err error) {
	before, err := keyring.Get(user, domain)
	undo = func() { _ = keyring.Set(user, domain, before) }
	if err != nil {
		undo = func() { _ = keyring.Delete(user, domain) }
	}
	if err := keyring.Set(user, domain, password); err != nil {
		return nil, fmt.Errorf("--keyring: %w; without it the password goes into a file for this user alone", err)
	}
	return undo, nil
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
	d.password, d.forget = "", nil
	return nil
}

// remove takes away what has no name yet.
func (d *draft) remove() {
	_ = os.Remove(d.config)
	d.release()
}
