package narrative

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tracker/internal/problem"
)

// told writes what was found as the files beside the shapes have it: facts,
// notes and, one a line, the list.
func told(f Found, err error) string {
	var b strings.Builder
	var p *problem.Error
	if errors.As(err, &p) {
		return fmt.Sprintln("error:", p.Key, fmt.Sprint(p.Args...))
	}
	if err != nil {
		return fmt.Sprintln("error:", err)
	}
	fmt.Fprintf(&b, "%s | %s | %d | %s\n", f.Mechanism, f.Country, f.Year, f.Tier)
	for _, n := range f.Notes {
		fmt.Fprintln(&b, "note:", n.Key, fmt.Sprint(n.Args...))
	}
	for _, r := range f.Recommendations {
		fmt.Fprintf(&b, "%d @%d %s\n", r.Order, r.Row, r.Text)
	}
	return b.String()
}

func read(content, name string) (Found, error) {
	return Read(strings.NewReader(content), int64(len(content)), name)
}

// Every shape stands in testdata with the list that a person reads in it beside it.
func TestAShapeWhoseListWouldBeMisread(t *testing.T) {
	names, err := filepath.Glob("testdata/*.want")
	if err != nil || len(names) < 30 {
		t.Fatalf("%d shapes (%v)", len(names), err)
	}
	for _, wantName := range names {
		name := strings.TrimSuffix(wantName, ".want")
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(wantName)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), told(read(string(content), name))); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}
