package keyring

import (
	"errors"
	"testing"

	"github.com/zalando/go-keyring"
)

// The library's own fake stands for the operating system.
func TestKeyring(t *testing.T) {
	keyring.MockInit()
	if _, err := Get("1", "a.test"); !errors.Is(err, ErrNone) {
		t.Errorf("empty: %v", err)
	}
	if err := Set("1", "a.test", "x"); err != nil {
		t.Fatal(err)
	}
	if text, err := Get("1", "a.test"); text != "x" || err != nil {
		t.Errorf("%q %v", text, err)
	}
	if _, err := Get("1", "b.test"); !errors.Is(err, ErrNone) {
		t.Errorf("another domain: %v", err)
	}
	if err := Delete("1", "a.test"); err != nil {
		t.Error(err)
	}
	if err := Delete("1", "a.test"); !errors.Is(err, ErrNone) {
		t.Errorf("twice: %v", err)
	}
	keyring.MockInitWithError(errors.New("no bus"))
	if _, err := Get("1", "a.test"); !errors.Is(err, ErrUnavailable) {
		t.Errorf("none: %v", err)
	}
}
