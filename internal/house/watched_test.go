package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
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
	return append(found, besideIn(file)...)
}

// besideIn lists what in a part of a Go file starts or guards something beside.
func besideIn(part ast.Node) (found []string) {
	ast.Inspect(part, func(n ast.Node) bool {
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

// A test of the line TURNS does one thing after the other, and so does every function of its package's tests that it may call.
// It may run beside other tests, each on a server and database of its own (docs/adr/0036).
func TestWhatIsDoneInTurnsStartsNothing(t *testing.T) {
	makefile := read(t, "Makefile")
	turns := regexp.MustCompile(`(?m)^TURNS := \^\((.*)\)\$\$$`).FindStringSubmatch(makefile)
	at := regexp.MustCompile(`(?m)^TURNS_AT := (.*)$`).FindStringSubmatch(makefile)
	if turns == nil || at == nil {
		t.Fatal("the Makefile does not say what is done in turns")
	}
	left := strings.Split(turns[1], "|")
	for _, path := range append(strings.Fields(at[1]), "web") {
		of := bodies(t, tests(t, path))
		left = slices.DeleteFunc(left, func(name string) bool {
			if of[name] == nil {
				return false
			}
			for _, what := range startedBy(of, name) {
				t.Errorf("%s %s: the detector must watch it", name, what)
			}
			return true
		})
	}
	if len(left) > 0 {
		t.Errorf("there are no tests %v", left)
	}
}

// A test in a browser is a walk of the people at it (docs/adr/0020): it stands on that line.
func TestEveryTestInABrowserIsAWalk(t *testing.T) {
	walks := regexp.MustCompile(`(?m)^WALKS := \^\((.*)\)\$\$$`).FindStringSubmatch(read(t, "Makefile"))
	if walks == nil {
		t.Fatal("the Makefile does not say which tests are walks")
	}
	of, found := bodies(t, tests(t, "web")), 0
	for name := range of {
		if strings.HasPrefix(name, "Test") && slices.Contains(reached(of, name), "newTab") {
			if found++; !slices.Contains(strings.Split(walks[1], "|"), name) {
				t.Errorf("%s opens a browser and is no walk", name)
			}
		}
	}
	if found < 20 {
		t.Errorf("%d tests open a browser", found)
	}
}

// tests reads the test files of a package.
func tests(t *testing.T, path string) (files []string) {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join(root, path, "*_test.go"))
	if err != nil || len(sources) == 0 {
		t.Fatal("no tests in ", path, err)
	}
	for _, source := range sources {
		files = append(files, read(t, strings.TrimPrefix(source, root)))
	}
	return files
}

// bodies are those of a package's test functions, by name: methods, with a point before it, stand together.
func bodies(t *testing.T, files []string) map[string][]ast.Node {
	t.Helper()
	of := map[string][]ast.Node{}
	for _, source := range files {
		file, err := parser.ParseFile(token.NewFileSet(), "", source, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				name := f.Name.Name
				if f.Recv != nil {
					name = "." + name
				}
				of[name] = append(of[name], f.Body)
			}
		}
	}
	return of
}

// startedBy lists what a function, and whatever it names, starts beside itself.
func startedBy(of map[string][]ast.Node, name string) (found []string) {
	for _, name := range reached(of, name) {
		for _, body := range of[name] {
			for _, what := range besideIn(body) {
				if what != "Parallel" {
					found = append(found, "reaches "+name+", which has "+what)
				}
			}
		}
	}
	return found
}

// reached are a function and all that it names, and what they name.
func reached(of map[string][]ast.Node, name string) []string {
	list, known := []string{name}, map[string]bool{name: true}
	for at := 0; at < len(list); at++ {
		for _, body := range of[list[at]] {
			for name := range named(body) {
				if of[name] != nil && !known[name] {
					list, known[name] = append(list, name), true
				}
			}
		}
	}
	return list
}

// named are the names in a part of a Go file, a point before those of what belongs to something.
func named(part ast.Node) map[string]bool {
	names := map[string]bool{}
	ast.Inspect(part, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			names[n.Name] = true
		case *ast.SelectorExpr:
			names["."+n.Sel.Name] = true
			maps.Copy(names, named(n.X))
			return false
		}
		return true
	})
	return names
}

func TestWhatIsStartedOnTheWayIsSeen(t *testing.T) {
	of := bodies(t, []string{"package p\nfunc a(t *testing.T) { t.Parallel(); b() }\nfunc b() { x.c() }", "package p\nfunc (x y) c() { go d() }\nfunc d() {}"})
	for name, want := range map[string]string{"a": "reaches .c, which has a go statement", ".c": "reaches .c, which has a go statement", "d": ""} {
		if got := strings.Join(startedBy(of, name), " "); got != want {
			t.Errorf("%s: found %q, want %q", name, got, want)
		}
	}
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
