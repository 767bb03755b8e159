package house

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// asks are the packages that open a connection to another machine, and to
// which: each is named by who runs the program, none by who uses it.
var asks = map[string]string{
	"cmd/tracker":     "health asks the server on the same machine",
	"internal/issuer": "sign-in asks the issuer of the settings",
}

// dials are what opens a connection.
var dials = map[string][]string{
	"http": {"Get", "Head", "Post", "PostForm", "Client", "DefaultClient", "Transport", "DefaultTransport", "NewRequest", "NewRequestWithContext"},
	"net":  {"Dial", "DialTimeout", "DialTCP", "DialUDP", "DialUnix", "Dialer", "LookupHost", "LookupIP", "LookupAddr", "DefaultResolver", "Resolver"},
	"tls":  {"Dial", "DialWithDialer", "Dialer"},
	"smtp": {"Dial", "SendMail", "NewClient"},
}

// Guards the machines around the server: no address that somebody typed, as
// evidence, as a source or in a file, is ever asked for. Drivers and the mail
// library connect where the settings say; layers_test.go knows their homes.
func TestTheServerFetchesWhatSomebodyTyped(t *testing.T) {
	found := map[string]bool{}
	built(t, func(name string, fset *token.FileSet, file *ast.File) {
		home := path.Dir(name)
		if strings.HasPrefix(home, "scripts/") {
			return // they measure a server of their own, and are no part of it
		}
		ast.Inspect(file, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := s.X.(*ast.Ident); ok && slices.Contains(dials[x.Name], s.Sel.Name) {
				found[home] = true
				if asks[home] == "" && !strings.HasSuffix(home, "test") {
					t.Errorf("%s:%d: %s.%s opens a connection", name, fset.Position(s.Pos()).Line, x.Name, s.Sel.Name)
				}
			}
			return true
		})
	})
	if !found["cmd/tracker"] {
		t.Error("the one that is known is not seen")
	}
}

// testName is how a test is written in a document.
var testName = regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z][A-Za-z0-9]*)`")

// Guards docs/security.md against what it only says: every test that it names
// is there, and each of the 37 probes has one.
func TestEveryProbeOfTheSecurityDocumentHasItsTest(t *testing.T) {
	there := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
	for _, name := range files(t) {
		if strings.HasSuffix(name, "_test.go") {
			for _, m := range declared.FindAllStringSubmatch(read(t, name), -1) {
				there[m[1]] = true
			}
		}
	}
	text := read(t, "docs/security.md")
	named := testName.FindAllStringSubmatch(text, -1)
	for _, m := range named {
		if !there[m[1]] {
			t.Errorf("docs/security.md names %s, which is no test", m[1])
		}
	}
	_, probes, _ := strings.Cut(text, "\n## The probes\n")
	probes, _, _ = strings.Cut(probes, "\n## ")
	rows := regexp.MustCompile(`(?m)^\| (\d+) \|.*\|$`).FindAllStringSubmatch(probes, -1)
	for i, row := range rows {
		if row[1] != strconv.Itoa(i+1) {
			t.Fatalf("row %d of the probes is %s", i+1, row[1])
		}
		if !testName.MatchString(row[0]) && !strings.Contains(row[0], "`make ") {
			t.Errorf("probe %s names no test", row[1])
		}
	}
	if len(rows) != 37 || len(named) < 60 {
		t.Errorf("%d probes and %d tests are named", len(rows), len(named))
	}
}

// Guards the statements that are cited: each is of the version and the form
// that can be looked up.
func TestStatementsAreCitedInFull(t *testing.T) {
	text := read(t, "docs/security.md")
	cited := regexp.MustCompile(`v5\.0\.0-\d+\.\d+\.\d+`).FindAllString(text, -1)
	slices.Sort(cited)
	if n := len(slices.Compact(cited)); n < 80 {
		t.Errorf("%d statements are cited", n)
	}
	for _, m := range regexp.MustCompile(`(?m)^\| (\d+\.\d+\.\d+) `).FindAllString(text, -1) {
		t.Errorf("%q is cited without its version", m)
	}
}
