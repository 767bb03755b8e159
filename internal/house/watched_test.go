package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// alone gives the packages that the test command takes without the race detector.
func alone(t *testing.T, makefile string) []string {
	t.Helper()
	line := regexp.MustCompile(`(?m)^ALONE := (.*)$`).FindStringSubmatch(makefile)
	rest := regexp.MustCompile(`(?m)^ALONE_AT := \$\(addprefix \./internal/,\$\(ALONE\)\)(.*)$`).FindStringSubmatch(makefile)
	if line == nil || rest == nil {
		t.Fatal("the Makefile does not say which packages have nothing to watch")
	}
	var list []string
	for _, name := range strings.Fields(line[1]) {
		list = append(list, "internal/"+name)
	}
	for _, path := range strings.Fields(rest[1]) {
		list = append(list, strings.TrimPrefix(path, "./"))
	}
	return list
}

// A package is left to the detector unless nothing in it, nor in its tests, runs beside anything (docs/adr/0036). Benchmarks, which
// the test command does not run, may watch from beside.
func TestOnlyWhatRunsAloneIsNotWatched(t *testing.T) {
	all := packages(t)
	for _, name := range alone(t, read(t, "Makefile")) {
		at := slices.IndexFunc(all, func(p goPackage) bool { return p.rel() == name })
		if at < 0 {
			t.Errorf("the Makefile names %s, which is no package", name)
			continue
		}
		sources, err := filepath.Glob(filepath.Join(all[at].Dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, source := range sources {
			if filepath.Base(source) == "bench_test.go" {
				continue
			}
			text, err := os.ReadFile(source)
			if err != nil {
				t.Fatal(err)
			}
			for _, what := range beside(t, string(text)) {
				t.Errorf("%s/%s has %s: the detector must watch it", name, filepath.Base(source), what)
			}
		}
	}
}

// beside lists what in a Go file runs beside something else, or may.
func beside(t *testing.T, source string) (found []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range file.Imports {
		if path := strings.Trim(i.Path.Value, `"`); slices.Contains([]string{"sync/atomic", "golang.org/x/sync/errgroup", "net/http/httptest", module + "/internal/jobs", module + "/web"}, path) {
			found = append(found, path)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = append(found, "a go statement")
		case *ast.SelectorExpr:
			if slices.Contains([]string{"Parallel", "WaitGroup", "Mutex", "RWMutex", "AfterFunc", "Go"}, n.Sel.Name) {
				found = append(found, n.Sel.Name)
			}
		}
		return true
	})
	return found
}

func TestWhatRunsBesideIsSeen(t *testing.T) {
	for source, want := range map[string]string{
		"func f() { go f() }":                                "a go statement",
		"func f(t *testing.T) { t.Parallel() }":              "Parallel",
		"var all sync.WaitGroup":                             "WaitGroup",
		"import \"tracker/internal/jobs\"":                   "tracker/internal/jobs",
		"var once = sync.OnceValue(func() int { return 1 })": "",
	} {
		if got := strings.Join(beside(t, "package p\n"+source), " "); got != want {
			t.Errorf("%s: found %q, want %q", source, got, want)
		}
	}
}

// What is not watched is run all the same, and everything else is watched.
func TestTheTestCommandTakesEveryPackageOnce(t *testing.T) {
	lines := run(t, "make", "-s", "watched", "alone")
	var want []string
	for _, p := range packages(t) {
		want = append(want, p.ImportPath)
	}
	got := strings.Fields(strings.ReplaceAll(string(lines), "./", module+"/"))
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the test command takes\n%v\nand there are\n%v", got, want)
	}
}
