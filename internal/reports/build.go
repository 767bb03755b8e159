package reports

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/progress"
)

// StatusQuery says what status report is asked for. The zero values of its
// own fields ask for the internal one of the whole plan, with all sections
// and nothing told of changes.
type StatusQuery struct {
	Query
	Title    string        // its own heading, where it has one
	Since    calendar.Date // tells what changed since this day
	Period   string        // label: tells of this period, to its end or D, and what changed since it began
	Audience Audience
	Scope    Scope
	Sections []Section
	Preview  Preview // what is told of lists; zero: all of it
}

// Build computes the status report for (D, K). A zero K stands for the newest
// instant of an approval or revision in the data, for the beginning of D where
// there is none. Only internal readers of the whole plan build one: what
// leaves the government comes as publications. What a query names and is not
// there is Invalid, beside its field.
func Build(ctx context.Context, d *db.DB, about About, q StatusQuery) (Status, error) {
	return build(ctx, d, about, q, Load)
}

// loader gives the ledger of a query.
type loader func(*gorm.DB, Query) (*Ledger, error)

// build computes the report from the ledgers that load gives.
func build(ctx context.Context, d *db.DB, about About, q StatusQuery, load loader) (Status, error) {
	if !q.Actor.CanReadWholePlan() {
		return Status{}, problem.Missing()
	}
	q.Now, q.Audience = q.Now && q.Preview.cuts(), cmp.Or(q.Audience, plan.Internal)
	if len(q.Sections) == 0 {
		q.Sections = Sections
	}
	s := Status{Format: StatusFormat, Heading: q.Title, About: about, Rules: q.Rules, Audience: q.Audience, Scope: q.Scope}
	for _, one := range Sections { // in their order, each once
		if slices.Contains(q.Sections, one) && (one != SectionChanges || !q.Since.IsZero() || q.Period != "") && (q.Audience == plan.Internal || !slices.Contains(onlyInternal, one)) {
			s.Sections = append(s.Sections, one)
		}
	}
	err := d.Read(ctx, func(tx *gorm.DB) error { return s.read(tx, q, load) })
	tidy(&s)
	return s, err
}

// read fills the report from one snapshot.
func (s *Status) read(tx *gorm.DB, q StatusQuery, load loader) error {
	asked := q.Query
	if err := q.know(tx, s.Zone); err != nil {
		return err
	}
	periods, err := progress.Periods(tx, q.Country)
	if err != nil {
		return err
	}
	if err := q.span(periods); err != nil {
		return err
	}
	if q.Now = false; q.Preview.cuts() && asked.K.IsZero() {
		load = asPages(load, asked, q.K)
	}
	s.D, s.K, s.Since = q.D, q.K, q.Since
	var period progress.Period
	if p, ok := progress.PeriodOn(periods, q.D); ok {
		s.Period, period = p.Label, p
	}
	ledger, err := load(tx, q.Query)
	if err != nil {
		return err
	}
	if err := ledger.knows(q.Scope); err != nil {
		return err
	}
	t := telling{Status: s, tx: tx, load: load, period: period, compares: true, preview: q.Preview}
	if err := t.choose(ledger); err != nil {
		return err
	}
	return t.tell()
}

// choose settles what the audience may read of, and what the scope leaves of
// that. A preview reads of the revisions only how far they are shared.
func (t *telling) choose(l *Ledger) (err error) {
	shares := map[int64]Audience{}
	switch {
	case !t.preview.cuts():
		if t.revisions, err = plan.RevisionsInForce(t.tx, t.D, t.K); err != nil {
			return err
		}
		for id, r := range t.revisions {
			shares[id] = r.Share
		}
	case !t.internal():
		if shares, err = plan.SharesInForce(t.tx, t.D, t.K); err != nil {
			return err
		}
	}
	t.all, t.chosen = l, l
	if !t.internal() {
		t.all = l.only(func(line *Line) bool { return t.leaves(shares[line.ID]) })
		t.chosen = t.all
	}
	if !t.Scope.OfPlan() {
		t.chosen = t.all.only(func(line *Line) bool { return t.all.inScope(line, t.Scope) })
	}
	return nil
}

// span settles the days that a report tells of.
func (q *StatusQuery) span(periods []progress.Period) error {
	var check problem.Check
	if q.Period != "" {
		i := slices.IndexFunc(periods, func(p progress.Period) bool { return p.Label == q.Period && !p.StartsOn.After(q.D) })
		check.Require(i >= 0, "period", "reports.error.period")
		if i >= 0 {
			if p := periods[i]; p.EndsOn.Before(q.D) {
				q.D = p.EndsOn
			}
			if q.Since.IsZero() {
				q.Since = periods[i].StartsOn
			}
		}
	}
	check.Require(q.Since.IsZero() || q.Since.Before(q.D), "since", "reports.error.since", "date", q.D)
	return check.Err()
}

// know settles K where none is named.
func (q *Query) know(tx *gorm.DB, zone *time.Location) error {
	if !q.K.IsZero() {
		return nil
	}
	known, err := progress.Known(tx)
	q.K = cmp.Or(known, firstInstant(q.D, zone))
	return err
}

// firstInstant is the beginning of a day: the instant that a report names as
// long as nothing was approved or planned.
func firstInstant(d calendar.Date, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, zone).UTC()
}

// knows says what of a scope names nothing.
func (l *Ledger) knows(s Scope) error {
	var check problem.Check
	named := func(field string, list []string, there func(string) bool) {
		for _, one := range list {
			check.Require(there(one), field, "reports.error."+field, "code", one)
		}
	}
	named("institution", s.Institutions, func(code string) bool {
		for _, i := range l.Institutions {
			if i.Code == code {
				return true
			}
		}
		return false
	})
	named("node", s.Nodes, func(key string) bool { return l.tidy(Filter{Node: key}).Node != "" })
	named("mechanism", s.Mechanisms, func(code string) bool {
		for _, item := range l.Items {
			if item.Mechanism == code {
				return true
			}
		}
		return false
	})
	return check.Err()
}

// inScope says whether a report of a scope tells of a commitment.
func (l *Ledger) inScope(line *Line, s Scope) bool {
	node := len(s.Nodes) == 0 || slices.ContainsFunc(s.Nodes, func(key string) bool { return l.under(line.NodeID, key) })
	return node && (len(s.Institutions) == 0 || slices.ContainsFunc(s.Institutions, func(code string) bool {
		return l.passes(line, Filter{Institution: code}, nil, partInstitution)
	}))
}

// only is the ledger of some of the lines.
func (l *Ledger) only(keep func(*Line) bool) *Ledger {
	out := *l
	out.Lines, out.Answers, out.byID, out.asked = nil, nil, map[int64]int{}, nil
	for _, line := range l.Lines {
		if keep(line) {
			out.byID[line.ID] = len(out.Lines)
			out.Lines = append(out.Lines, line)
		}
	}
	for _, a := range l.Answers {
		if _, there := out.byID[a.CommitmentID]; there {
			out.Answers = append(out.Answers, a)
		}
	}
	return &out
}
