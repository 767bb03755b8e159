package recommendations

import (
	"context"
	"slices"
	"strconv"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/problem"
	"tracker/internal/recommendations/lineage"
	"tracker/internal/recommendations/wording"
)

// LineageSheet is an edition with what each of its recommendations may
// continue: what people said, and what wordings suggest.
type LineageSheet struct {
	Edition EditionRow
	Before  EditionRow // the nearest older edition of which something is held; zero for none
	Rows    []LineageRow
	Gone    []RecommendationRow // of Before: those that nothing continues yet
	Earlier []RecommendationRow // all of earlier editions, newest first
}

// LineageRow is a recommendation with those that it may continue.
type LineageRow struct {
	RecommendationRow
	Candidates []Candidate
	Asked      AskedYears
	New        bool
}

// Candidate is an earlier recommendation. Said is what a person said of it,
// empty for what is only suggested, which counts nowhere.
type Candidate struct {
	RecommendationRow
	Said  Kin
	Score float64  // of the suggestion, 0 for none
	Words []string // that led to it
	Moved []wording.Run
}

// Open counts the suggestions on which nobody has said anything.
func (s LineageSheet) Open() (n int) {
	for _, r := range s.Rows {
		for _, c := range r.Candidates {
			if c.Said == "" {
				n++
			}
		}
	}
	return n
}

// LineageOf makes the sheet of a country's edition as of day D.
func LineageOf(tx *gorm.DB, clock calendar.Clock, country, mechanism string, year int, d calendar.Date) (s LineageSheet, err error) {
	if s.Edition, err = EditionOf(tx, country, mechanism, year, d); err != nil {
		return s, err
	}
	all, err := DemandsOf(tx, country, d, clock.Now())
	if err != nil {
		return s, err
	}
	m := all[mechanism]
	for _, e := range m.Editions {
		if e.Year < year {
			s.Earlier = append(m.Recommendations(e.ID), s.Earlier...)
		}
	}
	s.Before, _ = m.Before(s.Edition.ID)
	older := m.Recommendations(s.Before.ID)
	for _, r := range m.Recommendations(s.Edition.ID) {
		row := LineageRow{RecommendationRow: r, Asked: m.Asked(r.ID), New: m.IsNew(r.ID)}
		for _, t := range m.Older(r.ID) {
			row.Candidates = append(row.Candidates, Candidate{RecommendationRow: t.RecommendationRow, Said: t.Kin})
		}
		s.Rows = append(s.Rows, row)
	}
	s.suggest(m, older)
	for i := range s.Rows {
		for j := range s.Rows[i].Candidates {
			c := &s.Rows[i].Candidates[j]
			c.Moved = wording.Compare(c.Text, s.Rows[i].Text)
		}
	}
	for _, r := range older {
		if len(m.Newer(r.ID)) == 0 {
			s.Gone = append(s.Gone, r)
		}
	}
	return s, nil
}

// suggest adds what the wordings of the edition before suggest; what a person
// said not to continue stays, so that it can be taken back.
func (s *LineageSheet) suggest(m *Demands, older []RecommendationRow) {
	olds, news := make([]lineage.Text, len(older)), make([]lineage.Text, len(s.Rows))
	for i, r := range older {
		olds[i] = lineage.Text(r.Text)
	}
	for i, r := range s.Rows {
		news[i] = lineage.Text(r.Text)
	}
	for _, p := range lineage.Suggest(olds, news) {
		row := &s.Rows[p.Newer]
		at := slices.IndexFunc(row.Candidates, func(c Candidate) bool { return c.ID == older[p.Older].ID })
		if at < 0 {
			at = len(row.Candidates)
			row.Candidates = append(row.Candidates, Candidate{RecommendationRow: older[p.Older], Said: m.Said(older[p.Older].ID, row.ID)})
		}
		row.Candidates[at].Score, row.Candidates[at].Words = p.Score, p.Words
	}
}

// Pair names a candidate of a row in forms.
func (c Candidate) Pair(newer int64) string {
	return strconv.FormatInt(c.ID, 10) + "." + strconv.FormatInt(newer, 10)
}

// Lineage reads the sheet of a country's edition as of day D, for readers of
// the whole plan; to others it does not exist.
func (s *Store) Lineage(ctx context.Context, actor accounts.Actor, country, mechanism string, year int, d calendar.Date) (sheet LineageSheet, err error) {
	if !actor.CanReadWholePlan() {
		return sheet, problem.Missing()
	}
	err = s.read(ctx, actor, func(tx *gorm.DB) error {
		sheet, err = LineageOf(tx, s.clock, country, mechanism, year, d)
		return err
	})
	return sheet, err
}
