package state

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"star18/dialplan"
)

func open(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(dir, "14085550001", "example.com")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func standing(t *testing.T, s *Store) dialplan.Standing {
	t.Helper()
	v, err := s.Standing(fallback)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// fallback is recognisable and never written.
var fallback = dialplan.Standing{ForwardAll: "fallback"}

func TestStandingOutlivesTheStore(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if got := standing(t, s); got != fallback {
		t.Errorf("fresh state: %+v", got)
	}
	before := fallback
	for _, want := range []dialplan.Standing{{SecureAll: true}, {}, {SpeedDial: [10]string{2: "14085551234"}}} {
		if err := s.ChangeStanding(before, want); err != nil {
			t.Fatal(err)
		}
		if got := standing(t, open(t, dir)); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		before = want
	}
}

func TestIdentitiesAreApart(t *testing.T) {
	dir := t.TempDir()
	if err := open(t, dir).ChangeStanding(fallback, dialplan.Standing{}); err != nil {
		t.Fatal(err)
	}
	for _, id := range [][2]string{{"other", "example.com"}, {"14085550001", "example.org"}, {"../14085550001", "example.com"}} {
		s, err := Open(dir, id[0], id[1])
		if err != nil {
			t.Fatal(err)
		}
		if got := standing(t, s); got != fallback {
			t.Errorf("%v sees another identity's state: %+v", id, got)
		}
		if rel, err := filepath.Rel(dir, s.dir); err != nil || strings.Contains(rel, string(filepath.Separator)) {
			t.Errorf("%v lies at %s", id, s.dir)
		}
	}
}

func TestFilesArePrivateAndNoneIsLeftBehind(t *testing.T) {
	s := open(t, t.TempDir())
	if err := s.ChangeStanding(fallback, dialplan.Standing{SecureAll: true}); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 {
		t.Errorf("%d files, want the state and its lock", len(entries))
	}
	for _, e := range entries {
		if info, _ := e.Info(); info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", e.Name(), info.Mode().Perm())
		}
	}
}

func TestBrokenFileIsNamed(t *testing.T) {
	s := open(t, t.TempDir())
	if err := os.WriteFile(s.Path(standingFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Standing(fallback); err == nil || !strings.Contains(err.Error(), s.Path(standingFile)) {
		t.Errorf("got %v", err)
	}
}

// Every reader, at any moment, finds a whole file.
func TestWritersAndReadersTogether(t *testing.T) {
	dir := t.TempDir()
	if err := open(t, dir).ChangeStanding(fallback, dialplan.Standing{}); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			s := open(t, dir)
			for range 20 {
				if err := s.ChangeStanding(dialplan.Standing{SecureAll: i%2 != 0}, dialplan.Standing{SecureAll: i%2 == 0}); err != nil {
					t.Error(err)
				}
				if v, err := s.Standing(fallback); err != nil || v == fallback {
					t.Errorf("%+v, %v", v, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestUnwritableFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(file, "a", "b"); err == nil {
		t.Error("a file was taken for a folder")
	}
}

func TestDefaultDirFollowsXDG(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", "/somewhere")
	if dir, err := DefaultDir(); err != nil || dir != filepath.FromSlash("/somewhere/star18") {
		t.Errorf("%q, %v", dir, err)
	}
}

// A code decides what it is about, and the configuration the rest, also when it
// changes later.
func TestCodesDecideOnlyTheirOwn(t *testing.T) {
	s := open(t, t.TempDir())
	before := dialplan.Standing{ForwardBusy: "1"}
	after := before
	after.DND = true
	if err := s.ChangeStanding(before, after); err != nil {
		t.Fatal(err)
	}
	got, err := s.Standing(dialplan.Standing{ForwardBusy: "2", SecureAll: true})
	if want := (dialplan.Standing{DND: true, ForwardBusy: "2", SecureAll: true}); err != nil || got != want {
		t.Errorf("got %+v, want %+v (%v)", got, want, err)
	}
	if err := s.ChangeStanding(dialplan.Standing{DND: true}, dialplan.Standing{}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Standing(dialplan.Standing{DND: true}); err != nil || got.DND {
		t.Errorf("the configuration beats the code that was dialled: %+v %v", got, err)
	}
}

// RFC 5626 section 4.1: the instance is a UUID and stays what it is.
func TestInstanceStays(t *testing.T) {
	s, err := Open(t.TempDir(), "1", "x")
	if err != nil {
		t.Fatal(err)
	}
	first, err := s.Instance()
	if err != nil || len(first) != 36 || first[14] != '4' {
		t.Fatalf("%q %v", first, err)
	}
	if again, err := s.Instance(); err != nil || again != first {
		t.Errorf("%q, then %q %v", first, again, err)
	}
}
