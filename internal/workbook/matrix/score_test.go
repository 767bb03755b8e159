package matrix

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// score is how many facts are right, of those told and those wanted.
type score struct{ right, told, wanted int }

func (s score) precision() float64 { return float64(s.right) / float64(max(1, s.told)) }
func (s score) recall() float64    { return float64(s.right) / float64(max(1, s.wanted)) }

// count holds what was told against what is wanted: a fact is its row's cell
// and its line. Problems are no facts; they are held to the letter.
func count(told, wanted string) (s score, wrong, missed []string) {
	list := func(text string) map[string]int {
		m, at := map[string]int{}, ""
		for line := range strings.Lines(text) {
			switch line = strings.TrimSuffix(line, "\n"); {
			case strings.HasPrefix(line, "@"):
				at = line
			case line != "" && !strings.HasPrefix(line, "problem ") && !strings.HasPrefix(line, "#"):
				m[at+" "+line]++
			}
		}
		return m
	}
	a, b := list(told), list(wanted)
	for fact, n := range a {
		s.told += n
		s.right += min(n, b[fact])
		if n > b[fact] {
			wrong = append(wrong, fact)
		}
	}
	for fact, n := range b {
		s.wanted += n
		if n > a[fact] {
			missed = append(missed, fact)
		}
	}
	return s, wrong, missed
}

func problemsIn(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "problem ") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// The bounds are what the reader reaches, a little below: of the shapes it was
// made with, of those it had not seen, and of the worst of all.
const (
	leastSeen   = 0.98
	leastUnseen = 0.83
	leastAny    = 0.70
)

// Every shape has in testdata what a person reads in it. Precision and recall
// are over the facts of its cells, without any correction by hand; problems
// are those that are written down, no more and no fewer.
func TestMatricesAreReadAsAPersonReadsThem(t *testing.T) {
	var table strings.Builder
	measure := func(list []shape) (all score) {
		for _, s := range list {
			one := measured(t, s)
			all.right, all.told, all.wanted = all.right+one.right, all.told+one.told, all.wanted+one.wanted
			fmt.Fprintf(&table, "| `%s` | %s | %d | %.3f | %.3f |\n", s.name, s.about, one.wanted, one.precision(), one.recall())
			if one.precision() < leastAny || one.recall() < leastAny {
				t.Errorf("%s: precision %.3f, recall %.3f, less than %.2f", s.name, one.precision(), one.recall(), leastAny)
			}
		}
		return all
	}
	for _, group := range []struct {
		what  string
		list  []shape
		least float64
	}{{"All that it was made with", shapes, leastSeen}, {"All unseen", unseen, leastUnseen}} {
		all := measure(group.list)
		fmt.Fprintf(&table, "| **%s** | | %d | %.3f | %.3f |\n", group.what, all.wanted, all.precision(), all.recall())
		if all.precision() < group.least || all.recall() < group.least {
			t.Errorf("%s: precision %.3f, recall %.3f, less than %.2f", group.what, all.precision(), all.recall(), group.least)
		}
	}
	document, err := os.ReadFile("../../../docs/import.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(document), table.String()) {
		t.Errorf("docs/import.md has not this table:\n%s", table.String())
	}
	t.Logf("\n%s", table.String())
}

// measured reads a shape and holds it against its file.
func measured(t *testing.T, s shape) score {
	t.Helper()
	want, err := os.ReadFile("testdata/" + s.name + ".want")
	if err != nil {
		t.Fatal(err)
	}
	p, err := Read(open(t, s.name, s.text), Told{})
	if err != nil {
		t.Fatalf("%s is refused: %s", s.name, refusal(err))
	}
	told := facts(p)
	if got, want := problemsIn(told), problemsIn(string(want)); got != want {
		t.Errorf("%s: problems\n%swant\n%s", s.name, got, want)
	}
	one, wrong, missed := count(told, string(want))
	slices.Sort(wrong)
	slices.Sort(missed)
	t.Logf("%s: %d of %d told, %d wanted; wrong %q; missed %q", s.name, one.right, one.told, one.wanted, wrong, missed)
	return one
}
