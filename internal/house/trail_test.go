package house

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tracker/internal/i18n"
)

// room is a package as the search for actions sees it.
type room struct {
	files []*ast.File
	takes map[string]int // functions that are given an action, by name: the place of the argument
}

// rooms are the packages that may write to the trail.
func rooms(t *testing.T) map[string]*room {
	t.Helper()
	all := map[string]*room{}
	built(t, func(name string, _ *token.FileSet, file *ast.File) {
		folder := name[:strings.LastIndexByte(name, '/')]
		if all[folder] == nil {
			all[folder] = &room{takes: map[string]int{}}
		}
		r := all[folder]
		r.files = append(r.files, file)
		for _, decl := range file.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok {
				at := slices.IndexFunc(parameters(d), func(p string) bool { return p == "action" })
				if at >= 0 && folder != "web" { // there an action is also a form's address
					r.takes[d.Name.Name] = at
				}
			}
		}
	})
	return all
}

func parameters(d *ast.FuncDecl) (names []string) {
	for _, field := range d.Type.Params.List {
		for _, id := range field.Names {
			names = append(names, id.Name)
		}
	}
	return names
}

// actions gives the expressions that name an action: arguments of functions that take one, the field of an event, constants.
func (r *room) actions() (list []ast.Expr) {
	for _, file := range r.files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if at, ok := r.takes[called(n)]; ok && at < len(n.Args) {
					list = append(list, n.Args[at])
				}
			case *ast.CompositeLit:
				if sel, ok := n.Type.(*ast.SelectorExpr); !ok || sel.Sel.Name != "Event" {
					return true
				}
				for _, field := range n.Elts {
					if f, ok := field.(*ast.KeyValueExpr); ok && f.Key.(*ast.Ident).Name == "Action" {
						list = append(list, f.Value)
					}
				}
			case *ast.ValueSpec:
				if strings.HasPrefix(n.Names[0].Name, "Action") && len(n.Values) == 1 {
					list = append(list, n.Values[0])
				}
			}
			return true
		})
	}
	return list
}

// called is the name of a function of the package itself, or of a method.
func called(n *ast.CallExpr) string {
	switch f := n.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// Everything that the trail records is told in words. What a ledger makes of it is decided for each of those texts.
func TestEveryActionOfTheTrailHasItsWords(t *testing.T) {
	texts, err := i18n.English()
	if err != nil {
		t.Fatal(err)
	}
	const words = "audit.action."
	told := map[string]bool{} // by action, whether it is recorded
	for _, key := range texts.Keys() {
		if action, ok := strings.CutPrefix(key, words); ok {
			told[action] = false
		}
	}
	for _, r := range rooms(t) {
		for _, expr := range r.actions() {
			if sum, ok := expr.(*ast.BinaryExpr); ok { // completed by a value
				expr = sum.X
			}
			literal, ok := expr.(*ast.BasicLit)
			if !ok {
				continue // handed on
			}
			action, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			known := false
			for other := range told {
				if other == action || strings.HasSuffix(action, ".") && strings.HasPrefix(other, action) {
					told[other], known = true, true
				}
			}
			if !known {
				t.Errorf("%q is recorded and has no words", action)
			}
		}
	}
	for action, recorded := range told {
		if !recorded {
			t.Errorf("%s%s tells of what is never recorded", words, action)
		}
	}
}
