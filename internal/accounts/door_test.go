package accounts

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// There is one door: sessions are made in one place, and only admit, through
// which every way of signing in comes, and SecondFactor behind it get there.
func TestSessionsAreOpenedAtOneDoor(t *testing.T) {
	callers := map[string][]string{} // by function called
	files, err := os.ReadDir(".")
	must(t, err)
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		must(t, err)
		for _, decl := range parsed.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					switch called := n.Fun.(type) {
					case *ast.Ident:
						callers[called.Name] = append(callers[called.Name], fn.Name.Name)
					case *ast.SelectorExpr:
						callers[called.Sel.Name] = append(callers[called.Sel.Name], fn.Name.Name)
					}
				case *ast.CompositeLit:
					if id, ok := n.Type.(*ast.Ident); ok && id.Name == "session" && len(n.Elts) > 0 {
						callers["a session"] = append(callers["a session"], fn.Name.Name)
					}
				case *ast.BasicLit:
					if strings.Contains(n.Value, "INSERT INTO sessions") {
						callers["a session"] = append(callers["a session"], fn.Name.Name)
					}
				}
				return true
			})
		}
	}
	for called, want := range map[string]string{"a session": "open", "openSession": "open", "open": "SecondFactor admit"} {
		by := slices.Sorted(maps.Keys(set(callers[called])))
		if got := strings.Join(by, " "); got != want {
			t.Errorf("%s is used by %q, want %q", called, got, want)
		}
	}
	if len(callers["admit"]) < 2 {
		t.Errorf("admit is used by %q", callers["admit"])
	}
}

func set(names []string) map[string]bool {
	all := map[string]bool{}
	for _, name := range names {
		all[name] = true
	}
	return all
}
