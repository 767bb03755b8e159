package reports

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// PeriodList is the country's periods, newest first, with what came in for
// each of their deadlines, and the ledger that counts.
type PeriodList struct {
	*Ledger
	Periods  []PeriodRow
	Editions []recommendations.EditionRow // released by D; none for those outside government
}

// PeriodRow is a period with its deadlines by due date.
type PeriodRow struct {
	progress.Period
	Deadlines []DeadlineRow
	TakenOver int // questions of its data requests that the period before left open
}

// DeadlineRow is a deadline with what came in for it. Only a reporting
// deadline whose due date has passed is counted.
type DeadlineRow struct {
	progress.Deadline
	Period        progress.Period
	ClosedBy      string // post
	CertifiedBy   string // post
	Counted       bool
	LastDue       bool // the lists of commitments count by this one
	Reporting     ReportingRow
	ByInstitution []ReportingRow // leads of commitments that were due; most not reported first
}

// Silent lists the institutions of which updates were due and none came.
func (d DeadlineRow) Silent() []ReportingRow {
	return slices.DeleteFunc(slices.Clone(d.ByInstitution), func(r ReportingRow) bool { return !r.Silent })
}

// PeriodList computes the periods. How commitments stand to the deadlines that
// passed is kept beside the ledger. Commitments count for
// the institution that leads them on day D, as everywhere. A focal point
// outside government finds the reporting deadlines with what their own
// institution owed to each, and nothing else of the calendar.
func (s *Store) PeriodList(ctx context.Context, q Query) (list PeriodList, err error) {
	if !q.Actor.CanReadPlan() {
		return list, problem.Missing()
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		if list.Ledger, err = s.kept.load(tx, q); err != nil {
			return err
		}
		periods, err := progress.Periods(tx, q.Country)
		if err != nil {
			return err
		}
		posts, err := closers(tx, list.Schedule)
		if err != nil {
			return err
		}
		counts, err := list.counts(tx)
		if err != nil {
			return err
		}
		for _, p := range periods {
			list.Periods = append(list.Periods, list.periodRow(p, posts, counts))
		}
		if !q.Actor.CanReadWholePlan() {
			return nil
		}
		over, err := progress.TakenOver(tx, q.Country)
		if err != nil {
			return err
		}
		for i := range list.Periods {
			list.Periods[i].TakenOver = over[list.Periods[i].ID]
		}
		list.Editions, err = recommendations.Editions(tx, q.Country, q.D)
		return err
	})
	return list, err
}

// closers reads the posts of those who closed a deadline or certified it.
func closers(tx *gorm.DB, schedule progress.Schedule) (map[int64]string, error) {
	var ids []int64
	for _, d := range schedule {
		for _, id := range []*int64{d.ClosedByID, d.CertifiedByID} {
			if id != nil && !slices.Contains(ids, *id) {
				ids = append(ids, *id)
			}
		}
	}
	return postsOf(tx, ids)
}

// counts counts the lines against each reporting deadline that passed.
func (l *Ledger) counts(tx *gorm.DB) (map[int64][]ReportingRow, error) {
	passed := l.passed()
	of, err := l.of.reportedTo(tx, passed)
	if err != nil {
		return nil, err
	}
	states := make([]ReportState, len(l.Lines))
	counts := make(map[int64][]ReportingRow, len(passed))
	for i, d := range passed {
		for at := range l.Lines {
			states[at] = of[l.Lines[at].ID][i]
		}
		counts[d.ID] = l.reporting(states)
	}
	return counts, nil
}

func (l *Ledger) periodRow(p progress.Period, posts map[int64]string, counts map[int64][]ReportingRow) PeriodRow {
	whole := l.Actor.CanReadWholePlan()
	if !whole {
		p.Answers, p.JudgedBy = "", ""
	}
	row := PeriodRow{Period: p}
	for _, d := range p.Deadlines {
		if !whole && d.Purpose != progress.Reporting {
			continue
		}
		told := DeadlineRow{Deadline: d, Period: p, LastDue: l.HasLastDue && d.ID == l.LastDue.ID,
			Reporting: ReportingRow{Label: d.Title}}
		if d.ClosedByID != nil && whole {
			told.ClosedBy = posts[*d.ClosedByID]
		}
		if d.CertifiedByID != nil && whole {
			told.CertifiedBy = posts[*d.CertifiedByID]
		}
		if !whole {
			told.Note = ""
		}
		if told.Counted = reporting(d) && d.Passed(l.D); told.Counted {
			told.count(counts[d.ID], l)
		}
		row.Deadlines = append(row.Deadlines, told)
	}
	return row
}

// count takes over the rows of institutions that owed something and sums them.
func (d *DeadlineRow) count(rows []ReportingRow, l *Ledger) {
	for _, r := range rows {
		if r.Due == 0 || !l.Actor.CanReadWholePlan() && r.Key != l.Actor.Institution {
			continue
		}
		d.ByInstitution = append(d.ByInstitution, r)
		d.Reporting.OnTime += r.OnTime
		d.Reporting.Late += r.Late
		d.Reporting.NotReported += r.NotReported
		d.Reporting.Due += r.Due
	}
}

// Deadline finds a deadline of the list.
func (l PeriodList) Deadline(id int64) (DeadlineRow, bool) {
	for _, p := range l.Periods {
		for _, d := range p.Deadlines {
			if d.ID == id {
				return d, true
			}
		}
	}
	return DeadlineRow{}, false
}

// Edition finds a released edition by its reference.
func (l PeriodList) Edition(ref string) (recommendations.EditionRow, bool) {
	for _, e := range l.Editions {
		if e.Ref() == ref {
			return e, true
		}
	}
	return recommendations.EditionRow{}, false
}
