package wording

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// written shows runs as [-removed-] {+added+} same.
func written(runs []Run) string {
	var all []string
	for _, r := range runs {
		switch r.Kind {
		case Removed:
			all = append(all, "[-"+r.Text+"-]")
		case Added:
			all = append(all, "{+"+r.Text+"+}")
		case Same:
			all = append(all, r.Text)
		}
	}
	return strings.Join(all, " ")
}

func TestADifferenceReadsAsAPersonWouldMarkIt(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"", "", ""},
		{"Open shelters.", "Open shelters.", "Open shelters."},
		{"Open  shelters.\n", " Open shelters.", "Open shelters."},
		{"", "Open shelters.", "{+Open shelters.+}"},
		{"Open shelters.", "", "[-Open shelters.-]"},
		{"Open shelters.", "Open more shelters.", "Open {+more+} shelters."},
		{"Open more shelters.", "Open shelters.", "Open [-more-] shelters."},
		{"Finish the guidelines and print them.", "Apply the guidelines and print them.", "[-Finish-] {+Apply+} the guidelines and print them."},
		{"Open shelters, for men.", "Open shelters for men.", "Open [-shelters,-] {+shelters+} for men."},
		{"Train the judges of courts.", "Pay the clerks of courts.", "[-Train the judges-] {+Pay the clerks+} of courts."},
		{"Identify children.", "Identification of children.", "[-Identify-] {+Identification of+} children."},
		{"one two three", "three one two", "{+three+} one two [-three-]"},
		{"Öffne Häuser", "Öffne neue Häuser", "Öffne {+neue+} Häuser"},
	} {
		if got := written(Compare(c.old, c.new)); got != c.want {
			t.Errorf("%q to %q is %s, want %s", c.old, c.new, got, c.want)
		}
	}
}

// holds says what is wrong with the runs from one text to another, or nothing.
func holds(old, new string) string {
	var a, b []string
	runs := Compare(old, new)
	for i, r := range runs {
		if r.Text == "" || i > 0 && (runs[i-1].Kind == r.Kind || runs[i-1].Kind == Added && r.Kind == Removed) {
			return fmt.Sprintf("run %d of %+v is empty or out of order", i, runs)
		}
		if r.Kind != Added {
			a = append(a, r.Text)
		}
		if r.Kind != Removed {
			b = append(b, r.Text)
		}
	}
	if got, want := strings.Join(a, " "), strings.Join(strings.Fields(old), " "); got != want {
		return fmt.Sprintf("without the added %q, want %q", got, want)
	}
	if got, want := strings.Join(b, " "), strings.Join(strings.Fields(new), " "); got != want {
		return fmt.Sprintf("without the removed %q, want %q", got, want)
	}
	return ""
}

func TestBothTextsComeBackFromTheRuns(t *testing.T) {
	words := strings.Fields("train the judges and of police, courts; Train a on 10 districts.")
	rnd := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		all := make([]string, rnd.IntN(14))
		for i := range all {
			all[i] = words[rnd.IntN(len(words))]
		}
		return strings.Join(all, " ")
	}
	for range 20000 {
		if a, b := text(), text(); holds(a, b) != "" {
			t.Fatalf("%q to %q: %s", a, b, holds(a, b))
		}
	}
}

func FuzzBothTextsComeBack(f *testing.F) {
	f.Add("Open shelters.", "Open the shelters")
	f.Fuzz(func(t *testing.T, old, new string) {
		if wrong := holds(old, new); wrong != "" {
			t.Error(wrong)
		}
	})
}

// What is too long to compare is one change, and still gives both texts back.
func TestLongTextsAreOneChange(t *testing.T) {
	long := "Begin " + strings.Repeat("ab ", Most/3) + "end."
	changed := "Begin " + strings.Repeat("ab cd ", Most/6) + "end."
	runs := Compare(long, changed)
	if wrong := holds(long, changed); wrong != "" {
		t.Error(wrong)
	}
	if len(runs) != 4 || runs[1].Kind != Removed || runs[2].Kind != Added || !strings.HasSuffix(runs[3].Text, "end.") {
		t.Errorf("%d runs", len(runs))
	}
	short := strings.Repeat("ab ", 9) + "x " + strings.Repeat("cd ", 9)
	if len(Compare(short, strings.Replace(short, "x", "y z", 1))) != 4 {
		t.Error("a short text is not compared")
	}
}

// The longest texts, nothing alike.
func BenchmarkCompareLongest(b *testing.B) {
	old, new := strings.Repeat("a b ", Most/4), strings.Repeat("b c ", Most/4)
	for b.Loop() {
		Compare(old, new)
	}
}
