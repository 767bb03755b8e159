package reports

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/progress"
)

// Discipline is how institutions kept the reporting deadlines of a period:
// for each of them and each deadline, how many of its commitments stand how.
// Commitments count for the institution that leads them on day D, as everywhere.
type Discipline struct {
	*Ledger
	Period    progress.Period
	Periods   []progress.Period // those with a reporting deadline, newest first
	Deadlines []progress.Deadline
	Kinds     []accounts.Kind // of those that lead a commitment
	Kind      accounts.Kind   // only these; empty: all
	Rows      []DisciplineRow // by name
	All       DisciplineRow

	entries []Entry // by deadline, in the order of the plan
}

// DisciplineRow is an institution against each deadline, and all of them together.
type DisciplineRow struct {
	Institution
	Cells []Tally
	Whole Tally
}

// Entry is a commitment against a deadline.
type Entry struct {
	*Line
	Deadline progress.Deadline
	State    ReportStep
	UpdateID int64 // that decides the state, 0 for none or one that the actor may not see
	LateDays int   // by how many days the first update came late

	Addendum   bool // the deciding update stands beside what was certified
	Correction bool // the deciding update corrects an approved one

	rounds             []int // days of each round in review that is over
	handedIn, returned int   // updates, as far as the actor may see them
}

// Tally counts entries.
type Tally struct {
	States   [reportSteps]int // in the order of ReportSteps
	HandedIn int              // updates
	Returned int              // of them, at least once
	OnTime   int              // commitments, of deadlines whose due day has passed
	Expected int              // likewise: on time, late or not reported

	days []int
}

// Total is how many entries a tally counts.
func (t Tally) Total() (n int) {
	for _, count := range t.States {
		n += count
	}
	return n
}

// Count is how many of them stand so.
func (t Tally) Count(s ReportStep) int { return t.States[slices.Index(ReportSteps, s)] }

// Rate is the share of what was expected that came in time, in per cent.
func (t Tally) Rate() (percent int, ok bool) { return share(t.OnTime, t.Expected) }

// ReturnedShare is the share of updates that came back at least once, in per cent.
func (t Tally) ReturnedShare() (percent int, ok bool) { return share(t.Returned, t.HandedIn) }

func share(part, of int) (percent int, ok bool) {
	if of == 0 {
		return 0, false
	}
	return (100*part + of/2) / of, true
}

// MedianDays is how many days an update was in review each time, in the
// middle of them all: the lower one where two stand there.
func (t Tally) MedianDays() (days int, ok bool) {
	if len(t.days) == 0 {
		return 0, false
	}
	slices.Sort(t.days)
	return t.days[(len(t.days)-1)/2], true
}

func (t *Tally) add(e *Entry, d calendar.Date) {
	t.States[slices.Index(ReportSteps, e.State)]++
	t.HandedIn, t.Returned, t.days = t.HandedIn+e.handedIn, t.Returned+e.returned, append(t.days, e.rounds...)
	if !e.Deadline.Passed(d) || e.State == StepNotDue {
		return
	}
	t.Expected++
	if e.State != StepLate && e.State != StepNotReported {
		t.OnTime++
	}
}

// Discipline computes the matrix of a period, by its label, for institutions
// of a kind or of all: the period that holds D where none is named. The
// number of queries does not depend on how much there is.
func (s *Store) Discipline(ctx context.Context, q Query, period string, kind accounts.Kind) (m Discipline, err error) {
	err = s.wholePlan(ctx, q, func(tx *gorm.DB) error {
		m = Discipline{Kind: kind}
		if m.Ledger, err = s.kept.load(tx, q); err != nil {
			return err
		}
		periods, err := progress.Periods(tx, q.Country)
		if err != nil || !m.choose(periods, period) {
			return err
		}
		return m.fill(tx)
	})
	return m, err
}

// choose settles the period, and says whether there is one.
func (m *Discipline) choose(periods []progress.Period, label string) bool {
	for _, p := range periods {
		if slices.ContainsFunc(p.Deadlines, reporting) {
			m.Periods = append(m.Periods, p)
		}
	}
	at := slices.IndexFunc(m.Periods, func(p progress.Period) bool { return p.Label == label })
	if at < 0 {
		at = slices.IndexFunc(m.Periods, func(p progress.Period) bool { return p.Holds(m.D) })
	}
	if at < 0 && len(m.Periods) > 0 {
		at = 0
	}
	if at < 0 {
		return false
	}
	m.Period = m.Periods[at]
	for _, d := range m.Period.Deadlines {
		if reporting(d) {
			m.Deadlines = append(m.Deadlines, d)
		}
	}
	slices.SortFunc(m.Deadlines, func(a, b progress.Deadline) int { return a.CoversFrom.Sub(b.CoversFrom) })
	return true
}

func reporting(d progress.Deadline) bool { return d.Purpose == progress.Reporting }

func (m *Discipline) fill(tx *gorm.DB) error {
	var days []calendar.Date
	for _, d := range m.Deadlines {
		days = append(days, d.CoversFrom)
	}
	last := m.Deadlines[len(days)-1].CoversTo
	in, err := m.of.in.load(tx, m.Period.ID, days, last, m.Query)
	if err != nil {
		return err
	}
	drafts, err := progress.Drafted(tx, days[0], last)
	if err != nil {
		return err
	}
	updates := slices.Concat(in.updates, drafts)
	rows := m.rows()
	m.All.Cells = make([]Tally, len(m.Deadlines))
	m.entries = make([]Entry, 0, len(m.Deadlines)*len(m.Lines))
	for i, d := range m.Deadlines {
		of, first := handedFor(d, updates)
		for at := range m.Lines {
			line := m.Lines[at]
			row := rows[line.LeadID]
			if row == nil {
				continue
			}
			e := Entry{Line: line, Deadline: d}
			e.judge(m.Actor, m.D, line.against(d, first, in.closed[d.CoversFrom]), of[line.ID], first[line.ID])
			m.entries = append(m.entries, e)
			for _, t := range []*Tally{&row.Cells[i], &row.Whole, &m.All.Cells[i], &m.All.Whole} {
				t.add(&e, m.D)
			}
		}
	}
	for _, row := range rows {
		m.Rows = append(m.Rows, *row)
	}
	slices.SortFunc(m.Rows, func(a, b DisciplineRow) int {
		return cmp.Or(strings.Compare(a.Short, b.Short), strings.Compare(a.Code, b.Code))
	})
	return nil
}

// rows are the institutions that lead a commitment, of the kind asked for.
func (m *Discipline) rows() map[int64]*DisciplineRow {
	rows := map[int64]*DisciplineRow{}
	for i := range m.Lines {
		lead := m.Institutions[m.Lines[i].LeadID]
		if !slices.Contains(m.Kinds, lead.Kind) {
			m.Kinds = append(m.Kinds, lead.Kind)
		}
		if rows[lead.ID] == nil && (m.Kind == "" || lead.Kind == m.Kind) {
			rows[lead.ID] = &DisciplineRow{Institution: lead, Cells: make([]Tally, len(m.Deadlines))}
		}
	}
	slices.Sort(m.Kinds)
	return rows
}

// handedFor picks the updates of each commitment that belong to a deadline,
// and the day on which the first of them was handed in.
func handedFor(d progress.Deadline, updates []progress.Handed) (of map[int64][]progress.Handed, first map[int64]calendar.Date) {
	of, first = map[int64][]progress.Handed{}, map[int64]calendar.Date{}
	for _, u := range updates {
		if !d.Covers(u.AsOf) {
			continue
		}
		of[u.CommitmentID] = append(of[u.CommitmentID], u)
		if on := u.FirstSubmittedOn; !on.IsZero() && (first[u.CommitmentID].IsZero() || on.Before(first[u.CommitmentID])) {
			first[u.CommitmentID] = on
		}
	}
	return of, first
}

// EntryFilter chooses entries: what is empty chooses all.
type EntryFilter struct {
	DeadlineID  int64
	Institution string // code of the lead
	State       ReportStep
}

// Entries lists what a cell counts, by deadline and in the order of the plan.
func (m *Discipline) Entries(f EntryFilter) (list []Entry) {
	for _, e := range m.entries {
		if (f.DeadlineID == 0 || e.Deadline.ID == f.DeadlineID) && (f.State == "" || e.State == f.State) &&
			(f.Institution == "" || m.Institutions[e.LeadID].Code == f.Institution) {
			list = append(list, e)
		}
	}
	return list
}
