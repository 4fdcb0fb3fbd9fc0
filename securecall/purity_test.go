package securecall

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// What the machines may not know, each with its reason.
var banned = map[string]string{
	"net":          "the owner of a call has the sockets",
	"os":           "files belong to replayfile and to commands",
	"log":          "the owner logs, with the call's name",
	"math/rand":    "keys need real randomness",
	"encoding/gob": "it would write unexported key material",
	"context":      "nothing here waits",
}

// Oracle: the list above, and the one module besides the standard library.
func TestImports(t *testing.T) {
	paths, err := filepath.Glob("*.go")
	if err != nil || len(paths) == 0 {
		t.Fatal(err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			for bad, why := range banned {
				if path == "secret.go" && name == "log/slog" {
					continue // to tell slog that it may not see
				}
				if name == bad || strings.HasPrefix(name, bad+"/") {
					t.Errorf("%s imports %s: %s", path, name, why)
				}
			}
			if first, _, _ := strings.Cut(name, "/"); strings.Contains(first, ".") && name != "filippo.io/bigmod" || first == "star18" {
				t.Errorf("%s imports %s, which is below no arrow", path, name)
			}
			if weak := name == "crypto/rsa" || name == "filippo.io/bigmod"; weak && !mayUseWeakRSA[path] {
				t.Errorf("%s imports %s: weak RSA has one home", path, name)
			}
		}
	}
}

// mayUseWeakRSA are the home of weak RSA, those that hold its moduli, and the
// reader of PEM files.
var mayUseWeakRSA = map[string]bool{
	"weakrsa.go": true, "seal.go": true, "identity.go": true, "caller.go": true, "cakey.go": true,
}
