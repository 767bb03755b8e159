package reports

import (
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/progress"
)

// Preview says how many rows of a report a page shows: it tells the first of
// each list as the report does and counts the others. Of commitments it leaves
// out the terms and milestones, and of money it tells only whether there is
// any. The zero preview tells all.
type Preview struct {
	Rows int // of the commitments of each strand
	Few  int // of updates, papers and ratings
}

func (p Preview) cuts() bool { return p != (Preview{}) }

// Left is what a preview leaves out.
type Left struct {
	Rows        map[Section]int // rows
	Strands     map[string]int  // commitments, by the title of their strand
	LongestDays int             // that one of all commitments is overdue
}

// rest notes how many rows are left out where some are told of all.
func (l *Left) rest(section Section, told int) {
	if n, cut := l.Rows[section]; cut {
		l.Rows[section] = n - told
	}
}

func (l *Left) drop(section Section) {
	if delete(l.Rows, section); section == SectionCommitments {
		l.Strands = nil
	}
}

// Total is how many rows commitments, ratings, updates or evidence have,
// whatever a preview leaves out.
func (s Status) Total(section Section) int {
	told := map[Section]int{SectionCommitments: len(s.Commitments), SectionRatings: len(s.Ratings), SectionUpdates: len(s.Updates), SectionEvidence: len(s.Evidence)}
	return told[section] + s.Left.Rows[section]
}

// asPages gives a preview of which no instant was asked the ledgers that pages
// have, which are renewed and not read anew: what is known now was known at the
// newest instant in the data (progress.Known).
func asPages(load loader, asked Query, known time.Time) loader {
	return func(tx *gorm.DB, q Query) (*Ledger, error) {
		if !q.K.Equal(known) {
			return load(tx, q)
		}
		page := q
		page.K, page.Now = time.Time{}, asked.Now && q.D == asked.D
		l, err := load(tx, page)
		if err == nil {
			l.Query = q
		}
		return l, err
	}
}

// shown gives the commitments that are told, and what their rows are read by:
// all, or the first of each strand.
func (t *telling) shown() (lines []*Line, only []int64) {
	if !t.preview.cuts() {
		return t.chosen.Lines, t.only
	}
	only, t.Left = []int64{0}, Left{Rows: map[Section]int{}, Strands: map[string]int{}} // no commitment is 0
	told := map[string]int{}
	for i := range t.chosen.Lines {
		line := t.chosen.Lines[i]
		t.Left.LongestDays = max(t.Left.LongestDays, line.Overdue)
		strand := t.chosen.strand(line)
		if told[strand] == t.preview.Rows {
			t.Left.Strands[strand]++
			continue
		}
		told[strand]++
		lines, only = append(lines, line), append(only, line.ID)
	}
	t.Left.Rows[SectionCommitments] = len(t.chosen.Lines) - len(lines)
	return lines, only
}

// cutsUpdates says whether only some updates are read. Outside government those
// are told of whose summaries were released, which are not many.
func (t *telling) cutsUpdates() bool { return t.preview.cuts() && t.internal() }

// begun gives the commitments of which updates and papers are read: all, or
// those that the first rows are of.
func (t *telling) begun() ([]int64, error) {
	if !t.cutsUpdates() {
		return t.only, nil
	}
	of, err := t.chosen.of.inForce(t.tx)
	if err != nil {
		return nil, err
	}
	only, updates, papers := []int64{0}, 0, 0
	for i := range t.chosen.Lines {
		id := t.chosen.Lines[i].ID
		n := of[id]
		if n.Updates > 0 && updates < t.preview.Few || n.Papers > 0 && papers < t.preview.Few {
			only = append(only, id)
		}
		updates, papers = updates+n.Updates, papers+n.Papers
	}
	t.Left.Rows[SectionUpdates], t.Left.Rows[SectionEvidence] = updates, papers
	return only, nil
}

// inForce gives how many updates in force commitments have.
func (w *whole) inForce(tx *gorm.DB) (map[int64]progress.InForceCount, error) {
	return w.updates.load(func(only ...int64) (map[int64]progress.InForceCount, error) {
		return progress.CountInForce(tx, calendar.Date{}, w.D, w.now(), only...)
	})
}

// anyMoney tells that there is money: of one commitment that an update tells it
// of, else what budgets foresee.
func (t *telling) anyMoney() error {
	var scope []int64
	if !t.Scope.OfPlan() {
		scope = append(scope, 0)
		for _, line := range t.chosen.Lines {
			scope = append(scope, line.ID)
		}
	}
	one, err := progress.OneWithMoney(t.tx, t.D, t.K, scope...)
	if err != nil {
		return err
	}
	if line, there := t.chosen.Line(one); there {
		t.Money = []MoneyStatus{{Ref: line.Ref, Title: line.Title}}
		return nil
	}
	budgets, err := plan.BudgetsInForce(t.tx, t.D, t.K, scope...)
	if err != nil {
		return err
	}
	t.Money, err = t.chosen.money(t.tx, budgets, scope...)
	return err
}
