package reports

import (
	"cmp"
	"context"
	"slices"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/problem"
	"tracker/internal/progress"
)

// The rules by which a recommendation is suggested for an agenda.
const (
	AgendaUnanswered = "unanswered" // nothing answers one of its items
	AgendaOverdue    = "overdue"    // commitments that answer it are overdue
	AgendaRated      = "rated"      // somebody rates it in the lower half of its scale
	AgendaAsked      = "asked"      // it is asked for years
	AgendaChanged    = "changed"    // commitments that answer it changed their status
)

// askedLong is from how many years on a demand is one that is asked for long.
const askedLong = 3

// AgendaReason is a rule that applies to a recommendation; N is how many
// items, commitments, ratings or years.
type AgendaReason struct {
	Rule string
	N    int
}

// AgendaSuggestion is a recommendation that the rules suggest for an agenda.
type AgendaSuggestion struct {
	RecommendationID int64
	Ref, Title       string
	Years            int
	Reasons          []AgendaReason
}

// SuggestAgenda suggests recommendations of the newest editions for an agenda:
// those to which most rules apply first, then those asked longest. What changed
// is told from since, where there is such a day. It is for those who read the
// whole plan, and decides nothing.
func (s *Store) SuggestAgenda(ctx context.Context, q Query, since calendar.Date) (list []AgendaSuggestion, err error) {
	if !q.Actor.CanReadWholePlan() {
		return nil, problem.Missing()
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		now, err := s.kept.load(tx, q)
		if err != nil {
			return err
		}
		was := now
		if !since.IsZero() {
			then := q
			then.D, then.Now = since, false
			if was, err = s.kept.load(tx, then); err != nil {
				return err
			}
		}
		low, err := lowRatings(tx, now)
		if err != nil {
			return err
		}
		for _, a := range now.Asked() {
			if one := suggestOn(a, was, low[a.RecommendationID]); a.Newest && len(one.Reasons) > 0 {
				list = append(list, one)
			}
		}
		slices.SortStableFunc(list, func(a, b AgendaSuggestion) int {
			return cmp.Or(cmp.Compare(len(b.Reasons), len(a.Reasons)), cmp.Compare(b.Years, a.Years))
		})
		return nil
	})
	return list, err
}

// suggestOn applies the rules to one recommendation; was is the ledger of the
// earlier day, low how many rate it low.
func suggestOn(a Asked, was *Ledger, low int) AgendaSuggestion {
	one := AgendaSuggestion{RecommendationID: a.RecommendationID, Ref: a.RecommendationRef(), Title: a.Title, Years: a.Years.Years}
	unanswered, overdue, changed := 0, 0, 0
	for _, item := range a.Items {
		if len(item.Answers) == 0 {
			unanswered++
		}
	}
	for _, line := range a.Lines() {
		overdue += min(1, line.Overdue)
		if before, there := was.Line(line.ID); !there || before.Status != line.Status {
			changed++
		}
	}
	add := func(rule string, n, least int) {
		if n >= least {
			one.Reasons = append(one.Reasons, AgendaReason{rule, n})
		}
	}
	add(AgendaUnanswered, unanswered, 1)
	add(AgendaOverdue, overdue, 1)
	add(AgendaRated, low, 1)
	add(AgendaAsked, a.Years.Years, askedLong)
	add(AgendaChanged, changed, 1)
	return one
}

// lowRatings counts by recommendation who rates it in the lower half of its
// scale in the period of the ledger's day.
func lowRatings(tx *gorm.DB, l *Ledger) (map[int64]int, error) {
	periods, err := progress.Periods(tx, l.Country)
	if err != nil {
		return nil, err
	}
	low := map[int64]int{}
	period, within := progress.PeriodOn(periods, l.D)
	if !within {
		return low, nil
	}
	rows, err := l.rated(tx, period, l.D)
	for _, r := range rows {
		if r.Subject != RatedRecommendation {
			continue
		}
		for _, m := range r.Given {
			if 2*slices.Index(r.scale, m.Value) >= len(r.scale) {
				low[r.ID]++
			}
		}
	}
	return low, err
}
