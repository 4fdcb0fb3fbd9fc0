package replayfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

const (
	header  = "star18 replay list 1\n"
	lineLen = 2*sha256.Size + 1
	maxSize = 64 << 20 // a million calls; more is not a list that we wrote
)

// The ways in which a list is unusable.
var (
	ErrDamaged  = errors.New("replay list is damaged")
	ErrReadable = errors.New("replay list can be read by others")
)

// List is a securecall.ReplayList. It may be used by all calls at once.
type List struct {
	path string
	mu   sync.Mutex // a lock on the file does not keep goroutines apart everywhere
}

// Open returns the list in directory dir of the identity with the given
// fingerprint, and makes sure that it can be used: what is wrong with it shows
// when the program starts, not in the middle of a call.
func Open(dir, fingerprint string) (*List, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("replay list: %w", err)
	}
	if !filepath.IsLocal(fingerprint) || filepath.Base(fingerprint) != fingerprint {
		return nil, fmt.Errorf("replay list: %q is no fingerprint", fingerprint)
	}
	l := &List{path: filepath.Join(dir, "replay-"+fingerprint)}
	err := l.locked(func(f *os.File) error {
		_, err := l.load(f)
		return err
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// Remember implements securecall.ReplayList. The digest is on the disk when it
// returns.
func (l *List) Remember(digest [sha256.Size]byte) (fresh bool, err error) {
	line := append(hex.AppendEncode(nil, digest[:]), '\n')
	err = l.locked(func(f *os.File) error {
		lines, err := l.load(f)
		if err != nil || contains(lines, line) {
			return err
		}
		fresh = true
		return write(f, len(header)+len(lines), line)
	})
	return fresh && err == nil, err
}

// locked runs step with the file open, checked and locked. Opening it each time
// costs little at the rate of calls, and notices a file that was replaced.
func (l *List) locked(step func(*os.File) error) (err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, err := l.open()
	if err != nil {
		return fmt.Errorf("replay list: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }() // closing unlocks
	if err := lock(f); err != nil {
		return fmt.Errorf("replay list: lock %s: %w", l.path, err)
	}
	return step(f)
}

func (l *List) open() (*os.File, error) {
	f, err := os.OpenFile(l.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		err = l.check(info)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// check: the digests tell an attacker whether a recording was a call of ours,
// and who may write the list may also empty it.
func (l *List) check(info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%w: %s is not a regular file", ErrDamaged, l.path)
	}
	if readableByOthers(info) {
		return fmt.Errorf("%w: run chmod 600 %s", ErrReadable, l.path)
	}
	if info.Size() > maxSize {
		return fmt.Errorf("%w: %s has %d bytes", ErrDamaged, l.path, info.Size())
	}
	return nil
}

// load reads the whole lines after the header, writing the header of a new
// file. What a crash left of a last line stays: the next line overwrites it.
func (l *List) load(f *os.File) ([]byte, error) {
	content, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	if len(content) < len(header) && strings.HasPrefix(header, string(content)) {
		return nil, l.create(f)
	}
	lines, ok := bytes.CutPrefix(content, []byte(header))
	if !ok {
		return nil, fmt.Errorf("%w: %s does not start like one", ErrDamaged, l.path)
	}
	for i, c := range lines {
		if !belongs(c, i%lineLen) {
			return nil, fmt.Errorf("%w: %s, line %d", ErrDamaged, l.path, i/lineLen+2)
		}
	}
	return lines[:len(lines)/lineLen*lineLen], nil
}

// belongs tells whether c may stand at a place of a line.
func belongs(c byte, place int) bool {
	if place == lineLen-1 {
		return c == '\n'
	}
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f'
}

// create starts a file, and makes its name last as long as its content.
func (l *List) create(f *os.File) error {
	if err := write(f, 0, []byte(header)); err != nil {
		return err
	}
	return syncDir(filepath.Dir(l.path))
}

// write puts b at its place on the disk. Not O_APPEND: under the lock the place
// is known, and it is where an unfinished line may have to be overwritten.
func write(f *os.File, at int, b []byte) error {
	if _, err := f.WriteAt(b, int64(at)); err != nil {
		return err
	}
	return f.Sync()
}

// contains looks for a whole line. Every line has the same length.
func contains(lines, line []byte) bool {
	for ; len(lines) >= lineLen; lines = lines[lineLen:] {
		if bytes.Equal(lines[:lineLen], line) {
			return true
		}
	}
	return false
}
