// Package keyring keeps the passwords of lines in the keyring of the operating
// system: the Secret Service of a Linux desktop, the Keychain of macOS, the
// Credential Manager of Windows.
package keyring

import (
	"errors"
	"fmt"
	"time"

	"github.com/zalando/go-keyring"
)

// Service is under what the passwords are filed, each by user@domain.
const Service = "star18"

// The comparable reasons.
var (
	ErrNone        = errors.New("the keyring has no password")
	ErrUnavailable = errors.New("no keyring answers")
)

// patience is how long somebody may take to unlock it.
const patience = time.Minute

func account(user, domain string) string { return user + "@" + domain }

// Get is the password of a line.
func Get(user, domain string) (string, error) {
	var text string
	err := bounded(func() (err error) {
		text, err = keyring.Get(Service, account(user, domain))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("%w for %s", err, account(user, domain))
	}
	return text, nil
}

// Set keeps the password of a line, in place of another one.
func Set(user, domain, password string) error {
	return bounded(func() error { return keyring.Set(Service, account(user, domain), password) })
}

// Delete forgets it.
func Delete(user, domain string) error {
	return bounded(func() error { return keyring.Delete(Service, account(user, domain)) })
}

// bounded waits for a keyring no longer than patience: a prompt that nobody sees
// must not hold up a telephone for good.
func bounded(ask func() error) error {
	done := make(chan error, 1)
	go func() { done <- ask() }()
	select {
	case err := <-done:
		return named(err)
	case <-time.After(patience):
		return fmt.Errorf("%w within %v", ErrUnavailable, patience)
	}
}

func named(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, keyring.ErrNotFound):
		return ErrNone
	}
	return fmt.Errorf("%w (%w)", ErrUnavailable, err)
}
