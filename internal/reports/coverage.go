package reports

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/recommendations"
)

// What the rows of a coverage stand for.
const (
	ByRecommendation = "recommendation"
	ByTheme          = "theme"
)

// CoverageKinds lists them in the order in which filters offer them.
var CoverageKinds = []string{ByRecommendation, ByTheme}

// Coverage says which institutions answer what an edition asks: a row for each
// recommendation, or for each theme, and a column for each institution.
type Coverage struct {
	*Ledger
	By       string
	Editions []recommendations.EditionRow // to choose from, newest first
	Edition  recommendations.EditionRow   // the one shown; zero when there is none to show
	Newest   bool                         // of its mechanism: only then is what nothing answers unanswered
	Columns  []Institution                // by code
	Rows     []CoverageRow
	Leads    []int // commitments that each column leads and that answer the edition
	CoverageFacts
	support map[int64][]string
}

// CoverageFacts are what the table adds up to.
type CoverageFacts struct {
	Recommendations, NoAnswer int // asked by the edition; of them without any answer
	ItemsAsked, OpenItems     int // asked by the edition; of them without an answer
	Commitments               int // of the plan
	Answering                 int // commitments that answer the edition
	NoneOf                    int // commitments that answer nothing of it
	Other                     int // of those: that answer another edition or mechanism
	Orphans                   int // of those: that answer nothing at all
	Several                   int // commitments that answer more than one mechanism
	Idle                      []Institution
}

// CoverageRow is a recommendation, or a theme with all its recommendations.
type CoverageRow struct {
	ID      int64  // of the recommendation; 0 for a theme
	Ref     string // of the recommendation
	Title   string
	Theme   string                // empty: none
	Basis   recommendations.Basis // of the recommendation's wording; empty for a theme
	Asked   int                   // recommendations in the row
	Items   int
	Open    int // items without an answer
	Answers int // commitments, each once
	Cells   []CoverageCell
}

// CoverageCell counts the commitments by which an institution answers a row,
// each once: those it leads, and those it supports and another leads.
type CoverageCell struct {
	Leads, Supports int
	Expected        bool // an item of the row names it as lead or in support, and it answers nothing of the row
}

// Filter chooses the commitments that answer the row.
func (r CoverageRow) Filter(edition string) Filter {
	switch {
	case r.ID != 0:
		return Filter{Answers: r.Ref}
	case r.Theme == "":
		return Filter{Answers: edition, Theme: WithoutTheme}
	}
	return Filter{Answers: edition, Theme: r.Theme}
}

// Basis is where the wording of all rows comes from; empty where they differ
// or are themes.
func (v Coverage) Basis() recommendations.Basis {
	for _, r := range v.Rows {
		if r.Basis != v.Rows[0].Basis {
			return ""
		}
	}
	if len(v.Rows) == 0 {
		return ""
	}
	return v.Rows[0].Basis
}

// Coverage computes who answers an edition, for readers of the whole plan.
func (s *Store) Coverage(ctx context.Context, q Query, edition, by string) (v Coverage, err error) {
	err = s.wholePlan(ctx, q, func(tx *gorm.DB) error {
		e, err := s.editions(tx, q)
		if err != nil {
			return err
		}
		var items []int64
		for _, a := range e.AskedOf(e.chosen(edition).Ref()) {
			for _, item := range a.Items {
				items = append(items, item.ID)
			}
		}
		if e.Support, err = recommendations.SupportersOf(tx, items); err != nil {
			return err
		}
		v = e.Coverage(edition, by)
		return nil
	})
	return v, err
}

// Coverage computes who answers an edition: the one that a reference names, or
// the usual one: the newest with recommendations of the TIP report, or else of
// any mechanism. by is one of CoverageKinds; anything else is the first.
func (e EditionList) Coverage(edition, by string) Coverage {
	v := Coverage{Ledger: e.Ledger, By: ByRecommendation, Editions: e.Editions, support: e.Support}
	if by == ByTheme {
		v.By = by
	}
	v.Edition = e.chosen(edition)
	asked := e.AskedOf(v.Edition.Ref())
	if v.Edition.ID == 0 {
		asked = nil
	}
	v.Newest = len(asked) > 0 && asked[0].Newest
	v.columns(asked)
	all := v.row(asked, CoverageRow{})
	for _, cell := range all.Cells {
		v.Leads = append(v.Leads, cell.Leads)
	}
	v.rows(asked)
	v.count(asked, all)
	return v
}

// chosen finds the edition of a reference, or the usual one.
func (e EditionList) chosen(ref string) (usual recommendations.EditionRow) {
	for _, row := range e.Editions {
		if row.Ref() == ref {
			return row
		}
		first := usual.ID == 0 || usual.Mechanism != "TIP" && row.Mechanism == "TIP"
		if row.Recommendations > 0 && first {
			usual = row
		}
	}
	return usual
}

// columns are the government institutions with a part in the plan, and whoever
// else answers the edition or is named in an item of it.
func (v *Coverage) columns(asked []Asked) {
	part := map[int64]bool{}
	take := func(line *Line, all bool) {
		for _, id := range append([]int64{line.LeadID}, line.Supporting...) {
			part[id] = part[id] || all || v.Institutions[id].Kind == accounts.Government
		}
	}
	for _, line := range v.Lines {
		take(line, false)
	}
	for _, a := range asked {
		for _, item := range a.Items {
			for _, id := range v.named(item) {
				part[id] = true
			}
			for _, an := range item.Answers {
				take(an.Line, true)
			}
		}
	}
	for id, in := range part {
		if i, known := v.Institutions[id]; in && known {
			v.Columns = append(v.Columns, i)
		}
	}
	slices.SortFunc(v.Columns, func(a, b Institution) int { return strings.Compare(a.Code, b.Code) })
}

// named are the institutions that an item names, as lead or in support.
func (v *Coverage) named(item AskedItem) (ids []int64) {
	if item.LeadID != 0 {
		ids = append(ids, item.LeadID)
	}
	for id, i := range v.Institutions {
		if slices.Contains(v.support[item.ID], i.Code) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (v *Coverage) rows(asked []Asked) {
	if v.By == ByRecommendation {
		for _, a := range asked {
			v.Rows = append(v.Rows, v.row([]Asked{a}, CoverageRow{ID: a.RecommendationID, Ref: a.RecommendationRef(), Title: a.Title, Theme: a.Theme, Basis: a.Basis}))
		}
		return
	}
	for _, theme := range append(slices.Clone(recommendations.Themes), "") {
		var of []Asked
		for _, a := range asked {
			if a.Theme == theme {
				of = append(of, a)
			}
		}
		if len(of) > 0 || theme != "" && len(asked) > 0 {
			v.Rows = append(v.Rows, v.row(of, CoverageRow{Theme: theme}))
		}
	}
}

// row counts the answers to some recommendations, each commitment once.
func (v *Coverage) row(asked []Asked, r CoverageRow) CoverageRow {
	r.Asked, r.Cells = len(asked), make([]CoverageCell, len(v.Columns))
	column := make(map[int64]int, len(v.Columns))
	for i, one := range v.Columns {
		column[one.ID] = i
	}
	seen, expected := map[int64]bool{}, map[int64]bool{}
	for _, a := range asked {
		r.Items, r.Open = r.Items+len(a.Items), r.Open+a.Unanswered
		for _, item := range a.Items {
			for _, id := range v.named(item) {
				expected[id] = true
			}
			for _, an := range item.Answers {
				if !seen[an.Line.ID] {
					seen[an.Line.ID] = true
					r.add(*an.Line, column)
				}
			}
		}
	}
	r.Answers = len(seen)
	for i, one := range v.Columns {
		r.Cells[i].Expected = expected[one.ID] && r.Cells[i] == CoverageCell{}
	}
	return r
}

// add counts a commitment in the columns of those who have a part in it.
func (r *CoverageRow) add(line Line, column map[int64]int) {
	if at, ok := column[line.LeadID]; ok {
		r.Cells[at].Leads++
	}
	for i, id := range line.Supporting {
		if at, ok := column[id]; ok && id != line.LeadID && !slices.Contains(line.Supporting[:i], id) {
			r.Cells[at].Supports++
		}
	}
}

func (v *Coverage) count(asked []Asked, all CoverageRow) {
	f := &v.CoverageFacts
	f.Recommendations, f.ItemsAsked, f.OpenItems, f.Answering, f.Commitments = len(asked), all.Items, all.Open, all.Answers, len(v.Lines)
	for _, a := range asked {
		if a.Wholly() {
			f.NoAnswer++
		}
	}
	edition := v.Edition.Ref()
	for _, line := range v.Lines {
		switch {
		case line.Orphan():
			f.Orphans++
		case v.answers(line, AnswersOther+edition, ""):
			f.Other++
		}
		if v.answers(line, AnswersSeveral, "") {
			f.Several++
		}
	}
	f.NoneOf = f.Orphans + f.Other
	for i, cell := range all.Cells {
		if cell.Leads+cell.Supports == 0 {
			f.Idle = append(f.Idle, v.Columns[i])
		}
	}
}
