package lineage

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestAPairNamesItsWordsAsTheNewerTextHasThem(t *testing.T) {
	got := Suggest([]Text{"Fund homes for survivors.", "Draft guidelines to detect children in begging."},
		[]Text{"Write SOPs for the identification of Children who beg."})
	want := []Pair{{Older: 1, Newer: 0, Score: got[0].Score, Words: []string{"SOPs", "identification", "Children"}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got[0].Score <= 0 || got[0].Score > 1 {
		t.Errorf("the score is %v", got[0].Score)
	}
}

func TestWhatIsNotTheSameDemandIsNotSuggested(t *testing.T) {
	for name, c := range map[string][2]Text{
		"money for two things":       {"Finance the hotline.", "Finance the shelters."},
		"training on two things":     {"Train judges on the new law.", "Train teachers on warning pupils."},
		"only words of every demand": {"Increase efforts to fight trafficking in persons.", "Further strengthen the government's efforts against traffickers."},
		"two demands on victims":     {"Give victims legal aid.", "Move victims out of police cells."},
		"nothing":                    {"", ""},
		"nothing against something":  {"", "Open shelters."},
		"the same word twice is one": {"Victims, victims, victims.", "Repatriate victims, victims, victims to neighbouring countries."},
	} {
		if got := Suggest([]Text{c[0]}, []Text{c[1]}); len(got) > 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if Suggest(nil, []Text{"Open shelters."}) != nil || Suggest([]Text{"Open shelters."}, nil) != nil {
		t.Error("an empty edition has pairs")
	}
}

func TestSplitAndMergedDemandsAreFoundBothWays(t *testing.T) {
	bundle := Text("Pay compensation to survivors from seized assets; inspect brick kilns unannounced; translate leaflets for seafarers.")
	parts := []Text{"Use seized assets for the compensation of victims.", "Carry out unannounced inspections of brick kilns.", "Translate leaflets for seafarers."}
	if got := Suggest([]Text{bundle}, parts); len(got) != 3 {
		t.Errorf("split: %+v", got)
	}
	if got := Suggest(parts, []Text{bundle}); len(got) != 3 {
		t.Errorf("merged: %+v", got)
	}
}

func TestSuggestionsAreTheSameEachTimeAndInOrder(t *testing.T) {
	rows, links := labelled(t, "Example")
	e := editionsOf(rows, links)
	first := Suggest(e[0].texts(), e[1].texts())
	if !slices.IsSortedFunc(first, func(a, b Pair) int { return a.Newer - b.Newer }) {
		t.Errorf("not by the newer: %+v", first)
	}
	for range 20 {
		if again := Suggest(e[0].texts(), e[1].texts()); !reflect.DeepEqual(first, again) {
			t.Fatalf("%+v, then %+v", first, again)
		}
	}
}

// fifteen gives two editions of fifteen recommendations each, bundled ones among them.
func fifteen(b *testing.B) (older, newer []Text) {
	b.Helper()
	rows, links := labelled(b, "Example")
	e := editionsOf(rows, links)
	older, newer = e[0].texts(), e[1].texts()
	for len(older) < 15 {
		older = append(older, Text(strings.Join([]string{string(older[len(older)%5]), string(older[len(older)%7])}, " ")))
	}
	return older, newer
}

// One edition of fifteen against another stays well under 10 ms.
func BenchmarkSuggestOneEdition(b *testing.B) {
	older, newer := fifteen(b)
	for b.Loop() {
		Suggest(older, newer)
	}
}

// A hundred editions take a hundred times as long as one.
func BenchmarkSuggestHundredEditions(b *testing.B) {
	older, newer := fifteen(b)
	for b.Loop() {
		for range 100 {
			Suggest(older, newer)
		}
	}
}
