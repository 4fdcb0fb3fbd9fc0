package securecall

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"
)

// constantTime are the functions that judge what came out of a private key.
var constantTime = map[string][]string{
	"keyblock.go": {"readField", "separatedAt", "equalLengths", "allZero", "noneZero"},
	"seal.go":     {"joinedField", "splitFields", "notAllZero", "keysFrom"},
}

// A stopwatch would test the machine that runs the tests. What is tested is the
// form: no function that sees an opened block decides on anything. Oracle: the
// syntax tree has no branch and no short circuit, and loops only by range.
func TestOpenedBlocksAreJudgedWithoutBranches(t *testing.T) {
	for path, names := range constantTime {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			fn := function(file, name)
			if fn == nil {
				t.Fatalf("%s has no %s", path, name)
			}
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				if branches(n) {
					t.Errorf("%s branches", name)
				}
				return true
			})
		}
	}
}

func branches(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IfStmt, *ast.SwitchStmt, *ast.ForStmt, *ast.BranchStmt, *ast.SelectStmt:
		return true
	case *ast.BinaryExpr:
		return n.Op == token.LAND || n.Op == token.LOR || n.Op == token.EQL || n.Op == token.NEQ
	}
	return false
}

func function(file *ast.File, name string) *ast.FuncDecl {
	for _, d := range file.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == name {
			return fn
		}
	}
	return nil
}
