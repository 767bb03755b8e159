package reports

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// How far a recommendation's items are answered, as a filter takes it.
const (
	AnsweredWhole = "whole" // every item
	AnsweredPart  = "part"  // some items
	AnsweredNone  = "none"  // no item
)

// AnsweredOpen is what a filter takes for recommendations with an item that
// nothing answers, whether others of its items are answered or not.
const AnsweredOpen = "open"

// AnsweredKinds lists them in the order in which filters offer them.
var AnsweredKinds = []string{AnsweredNone, AnsweredPart, AnsweredWhole}

// AskedSorts lists the orders of a list of recommendations; "-" before one
// turns it round. The empty order is that of editions and numbers.
var AskedSorts = []string{"number", "title", "answered"}

// Answered says how far the recommendation's items are answered.
func (a Asked) Answered() string {
	switch a.Unanswered {
	case 0:
		return AnsweredWhole
	case len(a.Items):
		return AnsweredNone
	}
	return AnsweredPart
}

// Lines lists the commitments that answer the recommendation, each once.
func (a Asked) Lines() []*Line {
	var lines []*Line
	for _, i := range a.Items {
		for _, an := range i.Answers {
			if !slices.ContainsFunc(lines, func(l *Line) bool { return l.ID == an.Line.ID }) {
				lines = append(lines, an.Line)
			}
		}
	}
	return lines
}

// AskedFilter chooses recommendations. The zero filter chooses all.
type AskedFilter struct {
	Words    string // in reference, title, text or items, accents and case aside
	Edition  string // a reference such as "TIP 2021", or "newest": the newest of every mechanism
	Theme    string // "none": without one
	Answered string // one of AnsweredKinds, or AnsweredOpen
	Sort     string
}

// AskedSelection is what a filter chose, with the counts behind its options
// within the other filters in force.
type AskedSelection struct {
	List     []Asked
	Total    int // of the edition, before the other filters
	Themes   []Option
	Answered []Option
}

// SelectAsked applies a filter to the recommendations released by D, editions
// newest first.
func (l *Ledger) SelectAsked(f AskedFilter) AskedSelection {
	var s AskedSelection
	themes, answered := map[string]int{}, map[string]int{}
	words := strings.Fields(plan.Fold(f.Words))
	all := l.count().newest
	for i := range all {
		a := &all[i]
		if f.Edition != "" && f.Edition != a.EditionRef() && (f.Edition != "newest" || !a.Newest) {
			continue
		}
		s.Total++
		theme, how := ofTheme(a.Theme, f.Theme), f.Answered == "" || a.Answered() == f.Answered || f.Answered == AnsweredOpen && a.Unanswered > 0
		if !a.holds(words) {
			continue
		}
		if how {
			themes[a.Theme]++
		}
		if theme {
			answered[a.Answered()]++
		}
		if theme && a.Unanswered > 0 {
			answered[AnsweredOpen]++
		}
		if theme && how {
			s.List = append(s.List, *a)
		}
	}
	for _, t := range recommendations.Themes {
		s.Themes = append(s.Themes, Option{Value: t, Count: themes[t], On: t == f.Theme})
	}
	s.Themes = append(s.Themes, Option{Value: WithoutTheme, Count: themes[""], On: f.Theme == WithoutTheme})
	for _, k := range append(slices.Clone(AnsweredKinds), AnsweredOpen) {
		s.Answered = append(s.Answered, Option{Value: k, Count: answered[k], On: k == f.Answered})
	}
	sortAsked(s.List, f.Sort)
	return s
}

// holds says whether the recommendation's words include all of these.
func (a Asked) holds(words []string) bool {
	if len(words) == 0 {
		return true
	}
	text := a.RecommendationRef() + " " + a.Title + " " + a.RecommendedText
	for _, i := range a.Items {
		text += " " + i.Text
	}
	text = plan.Fold(text)
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

// newestFirst turns the editions round and leaves the order within each.
func newestFirst(list []Asked) []Asked {
	slices.SortStableFunc(list, func(a, b Asked) int { return b.Year - a.Year })
	return list
}

func sortAsked(list []Asked, by string) {
	by, back := strings.CutPrefix(by, "-")
	less := map[string]func(a, b Asked) int{
		"number": func(a, b Asked) int { return a.Number - b.Number },
		"title":  func(a, b Asked) int { return strings.Compare(plan.Fold(a.Title), plan.Fold(b.Title)) },
		"answered": func(a, b Asked) int {
			return slices.Index(AnsweredKinds, a.Answered()) - slices.Index(AnsweredKinds, b.Answered())
		},
	}[by]
	if less == nil {
		return
	}
	slices.SortStableFunc(list, func(a, b Asked) int {
		if back {
			return less(b, a)
		}
		return less(a, b)
	})
}

// EditionList is the editions released by D, newest first, with the ledger
// that counts their answers.
type EditionList struct {
	*Ledger
	Editions []recommendations.EditionRow
	Support  map[int64][]string // codes of those expected to support, by item; read for a coverage only
}

// AskedOf lists an edition's recommendations with their answers.
func (l *Ledger) AskedOf(ref string) []Asked {
	return l.SelectAsked(AskedFilter{Edition: ref}).List
}

// Editions computes the list of editions, for readers of the whole plan.
func (s *Store) Editions(ctx context.Context, q Query) (e EditionList, err error) {
	err = s.wholePlan(ctx, q, func(tx *gorm.DB) error {
		e, err = s.editions(tx, q)
		return err
	})
	return e, err
}

func (s *Store) editions(tx *gorm.DB, q Query) (e EditionList, err error) {
	if e.Ledger, err = s.kept.load(tx, q); err != nil {
		return e, err
	}
	e.Editions, err = recommendations.Editions(tx, q.Country, q.D)
	return e, err
}

// wholePlan runs f on a snapshot for those who read the whole plan; to others
// the page does not exist.
func (s *Store) wholePlan(ctx context.Context, q Query, f func(tx *gorm.DB) error) error {
	if !q.Actor.CanReadWholePlan() {
		return problem.Missing()
	}
	return s.db.Read(ctx, f)
}

// RecommendationPage is a recommendation with its items, retired ones too,
// and where the commitments stand that answer it.
type RecommendationPage struct {
	*Ledger
	Row     recommendations.RecommendationRow
	Asked   Asked                     // its items in force with their answers
	All     []recommendations.ItemRow // its items, retired ones too
	Origins []recommendations.Origin  // of those that came from a split or a merge
	Loose   []plan.Answer             // in force on items that are asked no longer
	Support map[int64][]string        // codes of those expected to support, by item
	Said    map[int64]Said            // the words of the deciding updates, by update
	Edition recommendations.EditionRow
	Demands *recommendations.Demands // of its mechanism, through the years
	Rating  RatingFile
}

// Recommendation computes the page of a recommendation, for readers of the
// whole plan. One whose edition is released after D is missing.
func (s *Store) Recommendation(ctx context.Context, q Query, id int64) (p RecommendationPage, err error) {
	err = s.wholePlan(ctx, q, func(tx *gorm.DB) error { return p.load(tx, s.kept.load, q, id) })
	return p, err
}

// load reads the page in one snapshot.
func (p *RecommendationPage) load(tx *gorm.DB, load loader, q Query, id int64) (err error) {
	if p.Row, err = recommendations.ByID(tx, q.Country, id, q.D); err != nil {
		return err
	}
	if p.Edition, err = recommendations.EditionOf(tx, q.Country, p.Row.Mechanism, p.Row.Year, q.D); err != nil {
		return err
	}
	if p.All, err = recommendations.ItemsOf(tx, []int64{id}); err != nil {
		return err
	}
	if err := p.reshaped(tx); err != nil {
		return err
	}
	if p.Ledger, err = load(tx, q); err != nil {
		return err
	}
	p.Demands = p.demands[p.Row.Mechanism]
	all := p.Ledger.count().list
	if i := slices.IndexFunc(all, func(a Asked) bool { return a.RecommendationID == id }); i >= 0 {
		p.Asked = all[i]
	}
	if p.Said, err = saidOf(tx, p.Asked.Lines()); err != nil {
		return err
	}
	var ids []int64
	for _, line := range p.Asked.Lines() {
		ids = append(ids, line.ID)
	}
	p.Rating, err = q.rating(tx, progress.Rateable{RecommendationID: id}, func(h happened) Suggestion { return h.recommendation(p.Asked) }, ids...)
	return err
}

// reshaped reads where the items came from, who is expected to support, and
// which answers hang on items that are asked no longer.
func (p *RecommendationPage) reshaped(tx *gorm.DB) (err error) {
	ids := make([]int64, len(p.All))
	for i, item := range p.All {
		ids[i] = item.ID
	}
	if p.Support, err = recommendations.SupportersOf(tx, ids); err != nil {
		return err
	}
	if p.Origins, err = recommendations.OriginsOf(tx, p.Row.ID); err != nil {
		return err
	}
	p.Loose, err = plan.LooseAnswers(tx, p.Row.ID)
	return err
}

// Became lists the items in force that came from one, by however many splits
// and merges.
func (p *RecommendationPage) Became(item int64) (list []recommendations.ItemRow) {
	for _, row := range p.All {
		if row.RetiredOn.IsZero() && plan.Descends(p.Origins, row.ID, item) {
			list = append(list, row)
		}
	}
	return list
}

// CameFrom lists the items that one came from, directly.
func (p *RecommendationPage) CameFrom(item int64) (list []recommendations.ItemRow) {
	for _, row := range p.All {
		if slices.Contains(p.Origins, recommendations.Origin{ItemID: item, OriginID: row.ID}) {
			list = append(list, row)
		}
	}
	return list
}
