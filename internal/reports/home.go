package reports

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/progress"
)

// MonthRows is how many commitments the table of months holds at most.
const MonthRows = 30

// Overview is what the home pages of those who read the whole plan show.
type Overview struct {
	*Ledger
	Period    progress.Period // the one that holds D
	HasPeriod bool
	Ends      []calendar.Date // the columns of Months
	Months    []MonthRow      // commitments that answer the newest editions, in the order of the plan
	Answering int             // how many answer them; Months shows the first MonthRows
	accounts.Watch
}

// MonthRow is the delivery status of a commitment at each month's end; before
// it begins the status is empty.
type MonthRow struct {
	Line
	States []progress.Status
}

// Overview computes where the plan stands on day D, for readers of the whole
// plan.
func (s *Store) Overview(ctx context.Context, q Query) (o Overview, err error) {
	err = s.wholePlan(ctx, q, func(tx *gorm.DB) error {
		if o.Ledger, err = s.kept.load(tx, q); err != nil {
			return err
		}
		periods, err := progress.Periods(tx, q.Country)
		if err != nil {
			return err
		}
		o.Period, o.HasPeriod = progress.PeriodOn(periods, q.D)
		if o.Watch, err = accounts.WatchOf(tx); err != nil || !o.HasPeriod {
			return err
		}
		return o.months(tx)
	})
	return o, err
}

func (o *Overview) months(tx *gorm.DB) error {
	answering, all := o.AnsweringNewest(MonthRows)
	o.Answering = all
	ends, states, err := o.monthsOf(tx, answering, o.Period.StartsOn)
	o.Ends = ends
	for i, line := range answering {
		o.Months = append(o.Months, MonthRow{Line: *line, States: states[i]})
	}
	return err
}

// AnsweringNewest lists the first of the commitments that answer an item of
// the newest editions, in the order of the plan, and counts them all.
func (l *Ledger) AnsweringNewest(most int) (first []*Line, all int) {
	newest, asks := l.newestYears(), map[int64]bool{}
	for _, item := range l.Items {
		asks[item.ID] = item.Year == newest[item.Mechanism]
	}
	for i := range l.Lines {
		if !slices.ContainsFunc(l.Lines[i].Answers, func(id int64) bool { return asks[id] }) {
			continue
		}
		if all++; all <= most {
			first = append(first, l.Lines[i])
		}
	}
	return first, all
}

func (l *Ledger) newestYears() map[string]int {
	newest := map[string]int{}
	for _, item := range l.Items {
		newest[item.Mechanism] = max(newest[item.Mechanism], item.Year)
	}
	return newest
}

// Silences finds, for each lead institution's code, the commitment not
// reported of which nothing was said for longest; never said comes first.
func (l *Ledger) Silences() map[string]Line {
	longest := map[int64]int{}
	for i := range l.Lines {
		line := l.Lines[i]
		if at, found := longest[line.LeadID]; line.Report == NotReported && (!found || line.AsOf.Before(l.Lines[at].AsOf)) {
			longest[line.LeadID] = i
		}
	}
	silences := make(map[string]Line, len(longest))
	for lead, at := range longest {
		silences[l.Institutions[lead].Code] = *l.Lines[at]
	}
	return silences
}

// Desk is what the home page of a focal point shows of the plan: the part
// that their institution has in it.
type Desk struct {
	*Ledger
	Leads    []*Line // in the order of the plan
	Supports []*Line
	Due      []*Line        // led and not reported to the deadline that passed last
	Said     map[int64]Said // the words of the updates that decide the status of Due, by update
	Next     progress.Deadline
	HasNext  bool
}

// Desk computes the actor's own part in the plan on day D.
func (s *Store) Desk(ctx context.Context, q Query) (d Desk, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		if d.Ledger, err = s.kept.load(tx, q); err != nil {
			return err
		}
		d.Leads, d.Supports = d.PartsOf(q.Actor.InstitutionID)
		for _, line := range d.Leads {
			if line.Report == NotReported {
				d.Due = append(d.Due, line)
			}
		}
		d.Next, d.HasNext = d.Schedule.Next(q.D)
		d.Said, err = saidOf(tx, d.Due)
		return err
	})
	return d, err
}

// PartsOf lists what an institution leads and what it supports.
func (l *Ledger) PartsOf(institutionID int64) (leads, supports []*Line) {
	for _, line := range l.Lines {
		switch {
		case line.LeadID == institutionID:
			leads = append(leads, line)
		case slices.Contains(line.Supporting, institutionID):
			supports = append(supports, line)
		}
	}
	return leads, supports
}
