// Package narrative finds the prioritized recommendations of a country
// narrative in what a person has of it: pasted text, a saved page, a Word
// document, a table or a JSON list. It proposes; a person confirms. It keeps
// nothing and changes no wording beyond joining what a page or a line broke.
package narrative

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tracker/internal/problem"
)

// The bounds of a narrative. A whole TIP Report is about 5 MB of text and asks
// a country at most some twenty times; more is a wrong file.
const (
	MostText            = 10 << 20 // bytes of text
	MostParagraphs      = 500_000  // lines of a text, paragraphs of a page: a text as large as may be has some 100 000
	MostRecommendations = 200      // of one list
	MostLetters         = 2000     // of one recommendation
)

// How many bytes and how many lines are joined: more is no recommendation and
// no list, and joining it would take ever longer.
const (
	mostJoined = 64 << 10
	mostLines  = 1000
)

// Found is what was found of one edition. Country and Tier are "" and Year is
// 0 where the narrative does not state them.
type Found struct {
	Mechanism       string // its code: "TIP" for the TIP Report, else as a table gives it
	Country         string
	Year            int
	Tier            string // "Tier 1", "Tier 2", "Tier 2 Watch List", "Tier 3", "Special Case"
	Recommendations []Recommendation
	Notes           []problem.Message // what a person should look at before taking the list over
}

// Recommendation is one entry of the list. Order counts from 1, unless a table
// numbers its rows. Row is the line or row of the source in which it begins,
// from 1; of a page or document its paragraph. Basis, Source and Cut, that the
// source's text went on, are as a JSON list says, else empty.
type Recommendation struct {
	Order         int
	Text          string
	Row           int
	Basis, Source string
	Cut           bool
}

func wrong(key string, args ...any) error { return problem.New(problem.Invalid, key, args...) }

func (f *Found) note(key string, args ...any) {
	f.Notes = append(f.Notes, problem.Message{Key: key, Args: args})
}

// keep takes what was found into the list, numbers it and holds its bounds.
func (f *Found) keep(list []item) error {
	if len(list) == 0 {
		return wrong("narrative.error.nothing")
	}
	if len(list) > MostRecommendations {
		return wrong("narrative.error.many", "n", len(list), "max", MostRecommendations)
	}
	numbered := inOrder(list)
	first := map[string]int{}
	for i, it := range list {
		order := i + 1
		if numbered {
			order = it.number
		}
		if it.long || utf8.RuneCountInString(it.text) > MostLetters {
			return wrong("narrative.error.long", "order", order, "row", it.at, "max", MostLetters)
		}
		same := strings.Join(words(it.text), " ")
		if before, twice := first[same]; twice {
			f.note("narrative.note.twice", "order", order, "first", before)
		} else {
			first[same] = order
		}
		f.Recommendations = append(f.Recommendations, Recommendation{Order: order, Text: it.text, Row: it.at, Basis: it.basis, Source: it.source, Cut: it.cut})
	}
	return nil
}

// inOrder is true when every entry has a number of its own from its table. It sorts them by it.
func inOrder(list []item) bool {
	seen := map[int]bool{}
	for _, it := range list {
		if it.number < 1 || seen[it.number] {
			return false
		}
		seen[it.number] = true
	}
	slices.SortStableFunc(list, func(a, b item) int { return a.number - b.number })
	return true
}

// words are the runs of letters and digits of a text, in small letters.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
