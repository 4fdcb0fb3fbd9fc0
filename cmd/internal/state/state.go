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

	"star18/dialplan"
)

const standingFile = "standing.json"

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
	s, err := locate(dir, user, domain)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	return s, nil
}

// Read is Standing without Open: it makes no folder.
func Read(dir, user, domain string, fallback dialplan.Standing) (dialplan.Standing, error) {
	s, err := locate(dir, user, domain)
	if err != nil {
		return fallback, err
	}
	return s.Standing(fallback)
}

func locate(dir, user, domain string) (*Store, error) {
	if dir == "" {
		var err error
		if dir, err = DefaultDir(); err != nil {
			return nil, err
		}
	}
	// Escaped, an identity is one path element on every operating system.
	return &Store{filepath.Join(dir, url.QueryEscape(user)+"@"+url.QueryEscape(domain))}, nil
}

// Path is where a file of this identity lies.
func (s *Store) Path(name string) string { return filepath.Join(s.dir, name) }

// Standing reads what star codes have set; a line on which none was dialled
// has the fallback.
func (s *Store) Standing(fallback dialplan.Standing) (dialplan.Standing, error) {
	text, err := os.ReadFile(s.Path(standingFile))
	if errors.Is(err, fs.ErrNotExist) {
		return fallback, nil
	}
	if err != nil {
		return fallback, fmt.Errorf("state: %w", err)
	}
	var v dialplan.Standing
	if err := json.Unmarshal(text, &v); err != nil {
		return fallback, fmt.Errorf("state: %s: %w; remove the file to start anew", s.Path(standingFile), err)
	}
	return v, nil
}

// SetStanding writes them under the lock.
func (s *Store) SetStanding(v dialplan.Standing) error {
	unlock, err := lock(s.Path("lock"))
	if err != nil {
		return fmt.Errorf("state: %w", err)
	}
	defer unlock()
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("state: %w", err)
	}
	return write(s.Path(standingFile), append(text, '\n'))
}

// ReplayDir is the folder of the replay lists, which belong to keys and not to
// the name of a line.
func ReplayDir(dir string) string { return filepath.Join(dir, "replay") }
