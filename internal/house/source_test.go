package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// Limits of a room: more asks for a rethink.
const (
	maxFunctionLines = 60
	maxFileLines     = 500
)

// built calls f for every Go file that is part of the program.
func built(t *testing.T, f func(name string, fset *token.FileSet, file *ast.File)) {
	t.Helper()
	for _, p := range packages(t) {
		for _, base := range p.GoFiles {
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, filepath.Join(p.Dir, base), nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			f(p.rel()+"/"+base, fset, file)
		}
	}
}

// The tests leave out the check of unsafe pointers, for there are none here (docs/adr/0010).
func TestNothingHereIsUnsafe(t *testing.T) {
	built(t, func(name string, _ *token.FileSet, file *ast.File) {
		for _, i := range file.Imports {
			if i.Path.Value == `"unsafe"` {
				t.Errorf("%s imports unsafe: the test command would have to check its pointers", name)
			}
		}
	})
}

func TestExportedNamesHaveADocComment(t *testing.T) {
	built(t, func(name string, fset *token.FileSet, file *ast.File) {
		if strings.HasPrefix(name, "cmd/") {
			return
		}
		for _, decl := range file.Decls {
			for _, id := range undocumented(decl) {
				t.Errorf("%s:%d: %s has no doc comment", name, fset.Position(id.Pos()).Line, id.Name)
			}
		}
	})
}

// undocumented gives the exported names of a declaration that no comment explains. One comment may explain a group of
// constants or variables; every type has its own.
func undocumented(decl ast.Decl) []*ast.Ident {
	var names []*ast.Ident
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && ofExportedType(d) {
			names = append(names, d.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && s.Doc == nil && s.Comment == nil && (d.Doc == nil || d.Lparen.IsValid()) {
					names = append(names, s.Name)
				}
			case *ast.ValueSpec:
				for _, id := range s.Names {
					if id.IsExported() && s.Doc == nil && s.Comment == nil && d.Doc == nil {
						names = append(names, id)
					}
				}
			}
		}
	}
	return names
}

// ofExportedType is true for functions and for methods of exported types.
func ofExportedType(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if generic, ok := typ.(*ast.IndexExpr); ok {
		typ = generic.X
	}
	id, ok := typ.(*ast.Ident)
	return !ok || id.IsExported()
}

func TestUndocumentedNamesAreSeen(t *testing.T) {
	const src = `package p
func Bare() {}
// Told is told.
func Told() {}
type T struct{}
func (t *T) Method() {}
func (t *hidden) Method() {}
const (
	A = 1
	B = 2 // B is two.
)
// Group says all.
var C, D int
`
	file, err := parser.ParseFile(token.NewFileSet(), "p.go", src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, decl := range file.Decls {
		for _, id := range undocumented(decl) {
			got = append(got, id.Name)
		}
	}
	if want := "Bare T Method A"; strings.Join(got, " ") != want {
		t.Errorf("found %v, want %s", got, want)
	}
}

func TestFunctionsAndFilesStaySmall(t *testing.T) {
	built(t, func(name string, fset *token.FileSet, file *ast.File) {
		if lines := fset.File(file.Pos()).LineCount(); lines > maxFileLines {
			t.Errorf("%s has %d lines, more than %d", name, lines, maxFileLines)
		}
		for _, decl := range file.Decls {
			d, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			first := fset.Position(d.Pos()).Line
			if lines := fset.Position(d.End()).Line - first + 1; lines > maxFunctionLines {
				t.Errorf("%s:%d: %s has %d lines, more than %d", name, first, d.Name.Name, lines, maxFunctionLines)
			}
		}
	})
}
