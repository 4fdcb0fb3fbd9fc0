package state

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func open(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(dir, "14085550001", "example.com")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func set(v bool) func(*Services) { return func(s *Services) { s.SecureAll = &v } }

func TestServicesOutliveTheStore(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if v, err := s.Services(); err != nil || v.SecureAll != nil {
		t.Errorf("fresh state: %+v, %v", v, err)
	}
	for _, want := range []bool{true, false} {
		if err := s.Change(set(want)); err != nil {
			t.Fatal(err)
		}
		v, err := open(t, dir).Services()
		if err != nil || v.SecureAll == nil || *v.SecureAll != want {
			t.Errorf("after setting %v: %+v, %v", want, v, err)
		}
	}
}

func TestIdentitiesAreApart(t *testing.T) {
	dir := t.TempDir()
	if err := open(t, dir).Change(set(true)); err != nil {
		t.Fatal(err)
	}
	for _, id := range [][2]string{{"other", "example.com"}, {"14085550001", "example.org"}, {"../14085550001", "example.com"}} {
		s, err := Open(dir, id[0], id[1])
		if err != nil {
			t.Fatal(err)
		}
		if v, err := s.Services(); err != nil || v.SecureAll != nil {
			t.Errorf("%v sees another identity's state: %+v, %v", id, v, err)
		}
		if rel, err := filepath.Rel(dir, s.dir); err != nil || strings.Contains(rel, string(filepath.Separator)) {
			t.Errorf("%v lies at %s", id, s.dir)
		}
	}
}

func TestFilesArePrivateAndNoneIsLeftBehind(t *testing.T) {
	s := open(t, t.TempDir())
	if err := s.Change(set(true)); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 {
		t.Errorf("%d files, want services.json and lock", len(entries))
	}
	for _, e := range entries {
		if info, _ := e.Info(); info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", e.Name(), info.Mode().Perm())
		}
	}
}

func TestBrokenFileIsNamed(t *testing.T) {
	s := open(t, t.TempDir())
	if err := os.WriteFile(s.Path("services.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Services(); err == nil || !strings.Contains(err.Error(), s.Path("services.json")) {
		t.Errorf("got %v", err)
	}
	if err := s.Change(set(true)); err == nil {
		t.Error("a file that cannot be read was overwritten")
	}
}

// Every reader, at any moment, finds a whole file; every writer keeps what
// others wrote. The race detector sees the rest.
func TestWritersAndReadersTogether(t *testing.T) {
	dir := t.TempDir()
	if err := open(t, dir).Change(set(true)); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			s := open(t, dir)
			for range 20 {
				if err := s.Change(set(i%2 == 0)); err != nil {
					t.Error(err)
				}
				if v, err := s.Services(); err != nil || v.SecureAll == nil {
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
