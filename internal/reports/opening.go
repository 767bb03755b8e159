package reports

import (
	"context"

	"gorm.io/gorm"

	"tracker/internal/progress"
)

// Opening is what the newest period leaves open to the one that follows it.
type Opening struct {
	Label    string // of the newest period, empty where there is none
	Open     int    // commitments
	Overdue  int    // of them
	InReview int    // updates
	Requests []progress.OpenRequest
}

// Opening counts what the newest period leaves open, for readers of the whole
// plan.
func (s *Store) Opening(ctx context.Context, q Query) (o Opening, err error) {
	err = s.wholePlan(ctx, q, func(tx *gorm.DB) error {
		periods, err := progress.Periods(tx, q.Country)
		if err != nil || len(periods) == 0 {
			return err
		}
		l, err := s.kept.load(tx, q)
		if err != nil {
			return err
		}
		o.Label = periods[0].Label
		for _, line := range l.Lines {
			if !line.Status.Closed() {
				o.Open++
			}
			if line.Has(FlagOverdue) {
				o.Overdue++
			}
		}
		if o.InReview, err = progress.InReview(tx, q.Country); err != nil {
			return err
		}
		open, err := progress.UnansweredOf(tx, periods[0].ID)
		for _, d := range periods[0].Deadlines {
			one := progress.OpenRequest{DeadlineID: d.ID, Title: d.Title, DueOn: d.DueOn}
			for _, question := range open {
				if question.DeadlineID == d.ID {
					one.N++
				}
			}
			if one.N > 0 {
				o.Requests = append(o.Requests, one)
			}
		}
		return err
	})
	return o, err
}
