package house

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tracker/internal/db/dbtest"
)

// writes finds the table that a statement writes to.
var writes = regexp.MustCompile(`(?i)\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE|ALTER\s+TABLE|DROP\s+TABLE)\s+([a-z_]+)`)

// ownerOfTable is the package that alone writes to a table, as layers name it.
func ownerOfTable(table string) string {
	for owner, tables := range dbtest.Owned {
		if slices.Contains(tables, table) {
			return "internal/" + owner
		}
	}
	return ""
}

// Only the owner of a table writes to it, in SQL or through a model whose
// TableName names it. A backup is restored row by row, whoever owns them.
func TestOnlyTheOwnerWritesATable(t *testing.T) {
	found := map[string]bool{}
	built(t, func(name string, fset *token.FileSet, file *ast.File) {
		_, room := layerOf(name[:strings.LastIndexByte(name, '/')])
		if room == "internal/backup" {
			return
		}
		check := func(at token.Pos, table string) {
			owner := ownerOfTable(table)
			if owner == "" {
				return // a word of a sentence
			}
			if found[table] = true; owner != room {
				t.Errorf("%s:%d: %s writes to %s, which is %s's", name, fset.Position(at).Line, room, table, owner)
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if text, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil {
					for _, m := range writes.FindAllStringSubmatch(text, -1) {
						check(n.Pos(), m[1])
					}
				}
			case *ast.FuncDecl:
				if n.Name.Name == "TableName" && n.Recv != nil {
					ret, _ := n.Body.List[0].(*ast.ReturnStmt)
					if lit, ok := ret.Results[0].(*ast.BasicLit); ok {
						check(n.Pos(), strings.Trim(lit.Value, `"`))
					}
				}
			}
			return true
		})
	})
	if len(found) < 20 {
		t.Errorf("writes to %d tables only were found: %v", len(found), found)
	}
}
