package replayfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"star18/securecall"
)

var _ securecall.ReplayList = (*List)(nil)

const fingerprint = "00c0ffee"

func digest(s string) [sha256.Size]byte { return sha256.Sum256([]byte(s)) }

func mustOpen(t *testing.T, dir string) *List {
	t.Helper()
	l, err := Open(dir, fingerprint)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func remember(t *testing.T, l *List, s string, wantFresh bool) {
	t.Helper()
	fresh, err := l.Remember(digest(s))
	if err != nil || fresh != wantFresh {
		t.Fatalf("Remember(%s) = %v, %v; want %v", s, fresh, err, wantFresh)
	}
}

// Oracle: the interface's promise; the second List stands for another run.
func TestRemembersAcrossRuns(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	l := mustOpen(t, dir)
	remember(t, l, "a", true)
	remember(t, l, "a", false)
	remember(t, l, "b", true)
	again := mustOpen(t, dir)
	remember(t, again, "a", false)
	remember(t, again, "c", true)
	remember(t, l, "c", false)
}

func TestIdentitiesAreApart(t *testing.T) {
	dir := t.TempDir()
	remember(t, mustOpen(t, dir), "a", true)
	other, err := Open(dir, "0badcafe")
	if err != nil {
		t.Fatal(err)
	}
	remember(t, other, "a", true)
}

// Oracle: the layout in the package comment, written out by hand.
func TestFileLayoutAndMode(t *testing.T) {
	dir := t.TempDir()
	remember(t, mustOpen(t, dir), "a", true)
	path := filepath.Join(dir, "replay-"+fingerprint)
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	d := digest("a")
	if want := "star18 replay list 1\n" + hex.EncodeToString(d[:]) + "\n"; string(got) != want {
		t.Errorf("file is %q, want %q", got, want)
	}
	if info, _ := os.Stat(path); runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode())
	}
}

// Whatever moment a crash chose, what was acknowledged stays and what was not
// can be written again. Oracle: every strict prefix of a two-line file.
func TestSurvivesEveryTornWrite(t *testing.T) {
	dir := t.TempDir()
	l := mustOpen(t, dir)
	remember(t, l, "a", true)
	remember(t, l, "b", true)
	whole, err := os.ReadFile(l.path)
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(whole) {
		if err := os.WriteFile(l.path, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		remember(t, mustOpen(t, dir), "a", n < len(header)+lineLen)
		remember(t, mustOpen(t, dir), "b", true)
		got, _ := os.ReadFile(l.path)
		if !bytes.Equal(got, whole) {
			t.Fatalf("after a tear at %d the file is %q", n, got)
		}
	}
}

func TestDamageIsRefused(t *testing.T) {
	line := strings.Repeat("0", 64) + "\n"
	for name, content := range map[string]string{
		"foreign file":   "hello\n",
		"other version":  "star18 replay list 2\n" + line,
		"not hex":        header + strings.Replace(line, "0", "x", 1),
		"upper case":     header + strings.Replace(line, "0", "A", 1),
		"shifted line":   header + "0" + line + line,
		"zeros at end":   header + line + "\x00\x00",
		"missing header": line,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			l := mustOpen(t, dir)
			if err := os.WriteFile(l.path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(dir, fingerprint); !errors.Is(err, ErrDamaged) {
				t.Errorf("Open: %v, want ErrDamaged", err)
			}
			if fresh, err := l.Remember(digest("a")); fresh || !errors.Is(err, ErrDamaged) {
				t.Errorf("Remember = %v, %v, want ErrDamaged", fresh, err)
			}
			if got, _ := os.ReadFile(l.path); string(got) != content {
				t.Error("a damaged file was changed")
			}
		})
	}
}

// A file beyond all reason is not read into memory.
func TestHugeFileIsRefused(t *testing.T) {
	l := mustOpen(t, t.TempDir())
	if err := os.Truncate(l.path, maxSize+1); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Remember(digest("a")); !errors.Is(err, ErrDamaged) {
		t.Errorf("%v, want ErrDamaged", err)
	}
}

func TestReadableByOthersIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("mode bits mean nothing on windows")
	}
	dir := t.TempDir()
	l := mustOpen(t, dir)
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620, 0o602} {
		if err := os.Chmod(l.path, mode); err != nil {
			t.Fatal(err)
		}
		if fresh, err := l.Remember(digest("a")); fresh || !errors.Is(err, ErrReadable) {
			t.Errorf("mode %v: %v, %v, want ErrReadable", mode, fresh, err)
		}
	}
}

func TestUnusablePlaces(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(filepath.Join(file, "sub"), fingerprint); err == nil {
		t.Error("a folder below a file was accepted")
	}
	if err := os.Mkdir(filepath.Join(dir, "replay-"+fingerprint), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, fingerprint); err == nil {
		t.Error("a folder in place of the file was accepted")
	}
	for _, bad := range []string{"", "..", "a/b", "../x"} {
		if _, err := Open(dir, bad); err == nil {
			t.Errorf("fingerprint %q was accepted", bad)
		}
	}
}

// Two Lists stand for two programs: the lock is of the file, not of the List.
// Oracle: of all callers with one digest exactly one is fresh.
func TestOneFreshAmongMany(t *testing.T) {
	dir := t.TempDir()
	lists := []*List{mustOpen(t, dir), mustOpen(t, dir)}
	var fresh atomic.Int32
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			ok, err := lists[i%2].Remember(digest("same"))
			if err != nil {
				t.Error(err)
			}
			if ok {
				fresh.Add(1)
			}
		})
	}
	wg.Wait()
	if fresh.Load() != 1 {
		t.Errorf("%d callers were fresh, want 1", fresh.Load())
	}
}

// A program that holds the lock and never lets go must not hold up a call.
func TestLockHeldForTooLong(t *testing.T) {
	l := mustOpen(t, t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		f, err := l.open()
		if err != nil {
			t.Fatal(err)
		}
		if err := lock(f); err != nil {
			t.Fatal(err)
		}
		if fresh, err := l.Remember(digest("a")); fresh || !errors.Is(err, errLocked) {
			t.Errorf("Remember = %v, %v, want errLocked", fresh, err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		remember(t, l, "a", true)
	})
}
