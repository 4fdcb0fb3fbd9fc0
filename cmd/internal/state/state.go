package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
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
	s, err := Locate(dir, user, domain)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	return s, nil
}

// Locate is Open for who only reads: it makes no folder.
func Locate(dir, user, domain string) (*Store, error) {
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

// Standing reads what star codes have set; what none has changed is the
// fallback's.
func (s *Store) Standing(fallback dialplan.Standing) (dialplan.Standing, error) {
	v := fallback // of what no code has changed
	if err := s.read(standingFile, &v); err != nil {
		return fallback, err
	}
	return v, nil
}

// ChangeStanding writes, under the lock, what differs from before. What no code
// has ever changed stays the configuration's.
func (s *Store) ChangeStanding(before, after dialplan.Standing) error {
	unlock, err := lock(s.Path("lock"))
	if err != nil {
		return fmt.Errorf("state: %w", err)
	}
	defer unlock()
	kept, was, is := map[string]any{}, fields(before), fields(after)
	if err := s.read(standingFile, &kept); err != nil {
		return err
	}
	for key, value := range is {
		if !reflect.DeepEqual(was[key], value) {
			kept[key] = value
		}
	}
	return s.save(standingFile, kept)
}

// fields is a standing as its JSON object.
func fields(v dialplan.Standing) map[string]any {
	var out map[string]any
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		panic(err) // it is made of strings and booleans
	}
	return out
}

// read takes a file if it is there.
func (s *Store) read(name string, into any) error {
	text, err := os.ReadFile(s.Path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("state: %s: %w; remove the file to start anew", s.Path(name), err)
	}
	return nil
}

func (s *Store) save(name string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("state: %w", err)
	}
	return write(s.Path(name), append(text, '\n'))
}

// ReplayDir is the folder of the replay lists, which belong to keys and not to
// the name of a line.
func ReplayDir(dir string) string { return filepath.Join(dir, "replay") }
