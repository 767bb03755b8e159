package recommendations

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/problem"
	"tracker/internal/recommendations/lineage"
	"tracker/internal/recommendations/narrative"
	"tracker/internal/recommendations/wording"
)

// ListNew is the list of an edition as a person confirmed it. Completeness
// says how much of the edition's list it is.
type ListNew struct {
	Country, Mechanism string
	Year               int
	Completeness       Completeness
	Entries            []Entry
}

// Entry is a recommendation of a list, with where its wording comes from.
type Entry struct {
	Text   string
	Basis  Basis
	Source string
	Cut    bool
	Items  []string // what it is split into; one that repeats its title where there is none
}

// TakeOver adds a whole list to an edition of which nothing is held yet, all
// or nothing: each recommendation with its items, its title the beginning of
// its text. A list for an edition that holds one is refused: Compare shows
// where they differ.
func TakeOver(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in ListNew) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	day := clock.Today()
	if actor.Is(accounts.System) {
		day = farOff
	}
	e, err := EditionOf(tx, in.Country, in.Mechanism, in.Year, day)
	if err != nil {
		return err
	}
	if e.Recommendations > 0 {
		return problem.New(problem.Invalid, "import.error.held", "ref", e.Ref(), "n", e.Recommendations)
	}
	var c problem.Check
	c.Require(in.Completeness == Complete || in.Completeness == Partial, "completeness", "import.error.completeness")
	c.Require(len(in.Entries) > 0, "text.0", "import.error.none")
	c.Require(len(in.Entries) <= narrative.MostRecommendations, "text.0", "narrative.error.many", "n", len(in.Entries), "max", narrative.MostRecommendations)
	for i, entry := range in.Entries {
		checkText(&c, "text."+strconv.Itoa(i), entry.Text, 1, 4000)
		c.Require(slices.Contains(Bases, entry.Basis), "basis", "asked.error.basis")
	}
	if err := c.Err(); err != nil {
		return err
	}
	if e.Completeness != in.Completeness {
		fields := EditionFields{Tier: e.Tier, ReleasedOn: e.ReleasedOn, Completeness: in.Completeness, Source: e.Source, Note: e.Note}
		if err := ChangeEdition(tx, clock, actor, EditionChange{ID: e.ID, Version: e.Version, EditionFields: fields}); err != nil {
			return err
		}
	}
	for i, entry := range in.Entries {
		r := RecommendationNew{EditionID: e.ID, Number: i + 1, RecommendationFields: RecommendationFields{
			Title: titleOf(entry.Text), Text: entry.Text, Basis: entry.Basis, Cut: entry.Cut, Source: entry.Source}}
		for _, item := range entry.Items {
			r.Items = append(r.Items, ItemNew{Text: item})
		}
		if _, err := AddRecommendation(tx, clock, actor, r); err != nil {
			return err
		}
	}
	return nil
}

// titleLetters is how long a title that is made of a text may be.
const titleLetters = 80

// titleOf is the beginning of a text, whole words.
func titleOf(text string) string {
	words := strings.Fields(text)
	title := ""
	for i, w := range words {
		longer := strings.TrimSpace(title + " " + w)
		if utf8.RuneCountInString(longer) > titleLetters {
			if i == 0 {
				title = string([]rune(w)[:titleLetters-1])
			}
			return strings.TrimRight(title, " ,;:.") + "…"
		}
		title = longer
	}
	return cmp.Or(strings.TrimRightFunc(title, func(r rune) bool { return unicode.IsPunct(r) && r != ')' && r != '”' && r != '"' }), title)
}

// Compared is what is held of an edition beside what a list says: the same,
// with other words, only held or only in the list.
type Compared struct {
	Held  *RecommendationRow
	Entry *Entry
	Moved []wording.Run // from the held wording to the list's, where they differ
}

// Same says whether both have the same words.
func (c Compared) Same() bool { return c.Held != nil && c.Entry != nil && c.Moved == nil }

// Compare holds a list against the recommendations that an edition has: what
// has the same words belongs together, and of the others what is likest. It is
// in the order of the list, with what is only held at its end.
func Compare(held []RecommendationRow, list []Entry) []Compared {
	rows := make([]Compared, len(list))
	taken := make([]bool, len(held))
	match := func(i, at int) {
		rows[i].Held, taken[at] = &held[at], true
		if plain(held[at].Text) != plain(list[i].Text) {
			rows[i].Moved = wording.Compare(held[at].Text, list[i].Text)
		}
	}
	for i := range list {
		rows[i].Entry = &list[i]
		if at := slices.IndexFunc(held, func(r RecommendationRow) bool { return plain(r.Text) == plain(list[i].Text) }); at >= 0 && !taken[at] {
			match(i, at)
		}
	}
	older, newer := make([]lineage.Text, len(held)), make([]lineage.Text, len(list))
	for i, r := range held {
		older[i] = lineage.Text(r.Text)
	}
	for i, e := range list {
		newer[i] = lineage.Text(e.Text)
	}
	for _, p := range lineage.Suggest(older, newer) {
		if rows[p.Newer].Held == nil && !taken[p.Older] {
			match(p.Newer, p.Older)
		}
	}
	for at := range held {
		if !taken[at] {
			rows = append(rows, Compared{Held: &held[at]})
		}
	}
	return rows
}

func plain(text string) string { return strings.Join(strings.Fields(text), " ") }

// TakeOver adds a whole list to an edition once for a form's key.
func (s *Store) TakeOver(ctx context.Context, actor accounts.Actor, key string, in ListNew) error {
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		return "", TakeOver(tx, s.clock, actor, in)
	})
	return err
}
