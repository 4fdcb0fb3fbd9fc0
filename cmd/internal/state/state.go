package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
)

// Services are the standing settings of one identity.
type Services struct {
	// SecureAll is what *16 and *17 set; nil means that neither was dialled
	// and secure.default holds.
	SecureAll *bool `json:"secure_all,omitempty"`
}

// Store is the state of one identity.
type Store struct{ dir string }

// DefaultDir is $XDG_STATE_HOME/star18, or what the XDG Base Directory
// specification puts in its place; Windows keeps such things in LocalAppData.
func DefaultDir() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "star18"), nil
	}
	if runtime.GOOS == "windows" {
		dir, err := os.UserCacheDir()
		return filepath.Join(dir, "star18", "state"), err
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("state: %w; set XDG_STATE_HOME or use --state", err)
	}
	return filepath.Join(home, ".local", "state", "star18"), nil
}

// Open makes the folder of an identity. An empty dir means DefaultDir.
func Open(dir, user, domain string) (*Store, error) {
	if dir == "" {
		var err error
		if dir, err = DefaultDir(); err != nil {
			return nil, err
		}
	}
	// Escaped, an identity is one path element on every operating system.
	s := &Store{filepath.Join(dir, url.QueryEscape(user)+"@"+url.QueryEscape(domain))}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	return s, nil
}

// Path is where a file of this identity lies.
func (s *Store) Path(name string) string { return filepath.Join(s.dir, name) }

// Services reads the standing settings; there are none before the first code.
func (s *Store) Services() (Services, error) {
	var v Services
	text, err := os.ReadFile(s.Path("services.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return v, nil
	}
	if err != nil {
		return v, fmt.Errorf("state: %w", err)
	}
	if err := json.Unmarshal(text, &v); err != nil {
		return v, fmt.Errorf("state: %s: %w; remove the file to start anew", s.Path("services.json"), err)
	}
	return v, nil
}

// Change reads, changes and writes the settings under the lock.
func (s *Store) Change(change func(*Services)) error {
	unlock, err := lock(s.Path("lock"))
	if err != nil {
		return fmt.Errorf("state: %w", err)
	}
	defer unlock()
	v, err := s.Services()
	if err != nil {
		return err
	}
	change(&v)
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("state: %w", err)
	}
	return write(s.Path("services.json"), append(text, '\n'))
}
