package arrows

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// file is one Go file and what it imports.
type file struct {
	path    string // relative to the module's root
	pkg     string // import path of its folder
	imports []string
}

func (f file) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

// under reports whether path is prefix or below it.
func under(path, prefix string) bool {
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}

func underAny(path string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return under(path, p) })
}

// standard: a path of the standard library has no dot in its first element.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && first != "star18" && path != "C"
}

func (r room) allows(path string) bool {
	return slices.ContainsFunc(r.may, func(p string) bool {
		tree, whole := strings.CutSuffix(p, "/...")
		switch {
		case p == std:
			return standard(path)
		case whole || !under(p, "star18"):
			return under(path, tree)
		default:
			return path == p
		}
	})
}

func ruler(pkg string) (best room, ok bool) {
	for _, r := range rooms {
		if under(pkg, r.path) && len(r.path) > len(best.path) {
			best, ok = r, true
		}
	}
	return best, ok
}

func TestArrowsGoDownOnly(t *testing.T) {
	for _, f := range goFiles(t) {
		r, ok := ruler(f.pkg)
		if !ok {
			t.Errorf("%s: no rule covers this room; add one with its reason", f.path)
			continue
		}
		if f.isTest() {
			continue
		}
		for _, path := range f.imports {
			if !r.allows(path) {
				t.Errorf("%s imports %s, but %s may not: %s", f.path, path, r.path, r.why)
			}
		}
	}
}

// A test may use any module that some room uses, and a few of its own.
func TestArrowsOfTests(t *testing.T) {
	for _, f := range goFiles(t) {
		for _, path := range f.imports {
			known := standard(path) || under(path, "star18") || underAny(path, testExtras)
			if f.isTest() && !known && !slices.ContainsFunc(rooms, func(r room) bool { return r.allows(path) }) {
				t.Errorf("%s imports %s, which no room uses", f.path, path)
			}
		}
	}
}

func TestArrowsBans(t *testing.T) {
	for _, f := range goFiles(t) {
		for _, b := range bans {
			for _, path := range f.imports {
				if b.forbids(f.pkg, path) {
					t.Errorf("%s imports %s: %s", f.path, path, b.why)
				}
			}
		}
	}
}

func (b ban) forbids(pkg, path string) bool {
	concerned := (b.who == "" || under(pkg, b.who)) && !underAny(pkg, b.exempt)
	return concerned && under(path, b.what) && !underAny(path, b.spared)
}

// TestArrowsBansSelf proves that the bans can fail.
func TestArrowsBansSelf(t *testing.T) {
	for _, tt := range []struct {
		pkg, path string
		want      bool
	}{
		{"star18/ua/lab", "star18/ua", true},
		{"star18/ua/lab", "star18/ua/digest", false},
		{"star18/dialplan", "star18/ua/sdp", true},
		{"star18/ua", "C", true},
		{"star18/audio/portaudio", "C", false},
		{"star18/cmd/star18", "github.com/spf13/viper", true},
		{"star18/cmd/internal/config", "github.com/spf13/viper", false},
	} {
		got := slices.ContainsFunc(bans, func(b ban) bool { return b.forbids(tt.pkg, tt.path) })
		if got != tt.want {
			t.Errorf("%s importing %s: banned is %v, want %v", tt.pkg, tt.path, got, tt.want)
		}
	}
}

func TestArrowsTopLevel(t *testing.T) {
	entries, err := os.ReadDir(root(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if _, ok := topLevel[e.Name()]; !ok && e.IsDir() {
			t.Errorf("%s: no such room at the top; code lives under cmd, ua, securecall, audio or dialplan", e.Name())
		}
	}
}

// TestArrowsSelf proves that the rules can fail.
func TestArrowsSelf(t *testing.T) {
	for _, tt := range []struct {
		pkg, path string
		want      bool
	}{
		{"star18/securecall", "crypto/rsa", true},
		{"star18/securecall", "star18/ua", false},
		{"star18/ua/lab", "star18/ua", false},
		{"star18/ua", "star18/audio", true},
		{"star18/ua", "star18/audio/portaudio", false},
		{"star18/audio", "star18/audio/rtpstream", false},
		{"star18/audio/rtpstream", "star18/audio", true},
		{"star18/dialplan", "github.com/spf13/viper", false},
		{"star18/cmd/star18", "github.com/spf13/viper", false},
		{"star18/cmd/internal/config", "github.com/spf13/viper", true},
		{"star18/cmd/star18", "star18/audio/portaudio", true},
		{"star18/ua", "C", false},
	} {
		if r, _ := ruler(tt.pkg); r.allows(tt.path) != tt.want {
			t.Errorf("%s importing %s: allowed is %v, want %v", tt.pkg, tt.path, !tt.want, tt.want)
		}
	}
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// goFiles parses the imports of every Go file of the module, whatever its
// build tags: a rule must hold on every platform.
func goFiles(t *testing.T) []file {
	t.Helper()
	dir := root(t)
	var files []file
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(path, ".go") {
			rel, _ := filepath.Rel(dir, path)
			files = append(files, parse(t, path, filepath.ToSlash(rel)))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func parse(t *testing.T, path, rel string) file {
	t.Helper()
	syntax, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	f := file{path: rel, pkg: "star18"}
	if i := strings.LastIndexByte(rel, '/'); i >= 0 {
		f.pkg = "star18/" + rel[:i]
	}
	for _, spec := range syntax.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		f.imports = append(f.imports, name)
	}
	return f
}
