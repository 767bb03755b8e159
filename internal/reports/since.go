package reports

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// RecommendationChanges is a recommendation with what changed of it and of what
// answers it between two days, both as known now.
type RecommendationChanges struct {
	RecommendationPage
	From        calendar.Date
	Released    bool             // its edition came to be released after From
	Commitments []AnsweredChange // that answer it now or did then, in the order of the plan
	Added       []recommendations.ItemRow
	Retired     []recommendations.ItemRow
	Ratings     []progress.RatingTold // given after From
}

// AnsweredChange is a commitment that answers a recommendation, as it was and
// as it is.
type AnsweredChange struct {
	Is, Was       Line
	Linked, Ended bool // it came to answer, or no longer does
	New           bool // it was not in the plan
	progress.Came
}

// Unchanged says whether nothing of it is another than it was.
func (c AnsweredChange) Unchanged() bool {
	return !c.Linked && !c.Ended && !c.New && c.Was.Status == c.Is.Status && c.Was.DueOn == c.Is.DueOn && c.Was.LeadID == c.Is.LeadID && c.Was.Proof == c.Is.Proof && c.Updates == 0
}

// Nothing says whether nothing changed at all.
func (r RecommendationChanges) Nothing() bool {
	return !r.Released && len(r.Added)+len(r.Retired)+len(r.Ratings) == 0 && !slices.ContainsFunc(r.Commitments, func(c AnsweredChange) bool { return !c.Unchanged() })
}

// RecommendationSince computes what changed of a recommendation since a day,
// for readers of the whole plan. The number of queries does not depend on how
// much there is.
func (s *Store) RecommendationSince(ctx context.Context, q Query, id int64, from calendar.Date) (r RecommendationChanges, err error) {
	err = s.wholePlan(ctx, q, func(tx *gorm.DB) error {
		if err := r.load(tx, s.kept.load, q, id); err != nil {
			return err
		}
		r.tell(q, from)
		return r.compare(tx, s.kept.load, q)
	})
	return r, err
}

// tell puts together what changed of the recommendation itself.
func (r *RecommendationChanges) tell(q Query, from calendar.Date) {
	r.From, r.Released = from, r.Row.ReleasedOn.After(from)
	after := func(d calendar.Date) bool { return d.After(from) && !d.After(q.D) }
	for _, item := range r.All {
		if after(item.AddedOn) {
			r.Added = append(r.Added, item)
		}
		if after(item.RetiredOn) {
			r.Retired = append(r.Retired, item)
		}
	}
	for _, given := range r.Rating.Now() {
		if after(given.RatedOn) {
			r.Ratings = append(r.Ratings, given)
		}
	}
}

// compare puts what answers it now beside what did then.
func (r *RecommendationChanges) compare(tx *gorm.DB, load loader, q Query) error {
	q.D, q.Now = r.From, false
	before, err := load(tx, q)
	if err != nil {
		return err
	}
	then := map[int64]bool{}
	for _, a := range before.Asked() {
		if a.RecommendationID == r.Row.ID {
			for _, line := range a.Lines() {
				then[line.ID] = true
			}
		}
	}
	now := map[int64]bool{}
	for _, line := range r.Asked.Lines() {
		now[line.ID] = true
	}
	ids := []int64{0} // which no commitment has
	for _, is := range r.Lines {
		if !now[is.ID] && !then[is.ID] {
			continue
		}
		was, there := before.Line(is.ID)
		ids = append(ids, is.ID)
		r.Commitments = append(r.Commitments, AnsweredChange{Is: *is, Was: was, New: !there, Linked: now[is.ID] && !then[is.ID], Ended: then[is.ID] && !now[is.ID]})
	}
	came, err := progress.CameSince(tx, r.From, r.D, q.now(), ids...)
	for i, c := range r.Commitments {
		r.Commitments[i].Came = came[c.Is.ID]
	}
	return err
}
