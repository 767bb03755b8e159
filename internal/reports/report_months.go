package reports

import (
	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/progress"
)

// monthsShown is how many commitments the months of a report show.
const monthsShown = 12

// MonthsStatus is the delivery of a commitment month by month, from the
// beginning of the report's period to its day.
type MonthsStatus struct {
	Ref    string        `json:"commitment"`
	Title  string        `json:"title"`
	Months []MonthStatus `json:"months"`
}

// MonthStatus is the delivery status at the end of a month, or on the report's
// day in its last. It is empty where the commitment had not begun.
type MonthStatus struct {
	On     calendar.Date   `json:"on"`
	Status progress.Status `json:"status"`
}

// monthly tells, month by month, of the commitments that answer the newest
// editions: the first of the plan, as many as a page holds.
func (t *telling) monthly() error {
	answering := map[string]bool{}
	for _, r := range t.Recommendations {
		for _, item := range r.Items {
			for _, a := range item.Answers {
				answering[a.Commitment] = answering[a.Commitment] || r.Newest
			}
		}
	}
	var lines []*Line
	for _, line := range t.chosen.Lines {
		if answering[line.Ref] && len(lines) < monthsShown {
			lines = append(lines, line)
		}
	}
	if t.period.StartsOn.IsZero() {
		return nil
	}
	ends, states, err := t.chosen.monthsOf(t.tx, lines, t.period.StartsOn)
	for i, line := range lines {
		m := MonthsStatus{Ref: line.Ref, Title: line.Title}
		for j, end := range ends {
			m.Months = append(m.Months, MonthStatus{On: end, Status: states[i][j]})
		}
		t.Months = append(t.Months, m)
	}
	return err
}

// monthsOf reads where lines stood at the end of each month from a day on, as
// known at the ledger's instant; before a line begins, its status is empty.
func (l *Ledger) monthsOf(tx *gorm.DB, lines []*Line, from calendar.Date) (ends []calendar.Date, states [][]progress.Status, err error) {
	ids := make([]int64, len(lines))
	for i, line := range lines {
		ids[i] = line.ID
	}
	ends = MonthEnds(from, l.D)
	months, err := Months(tx, ids, l.now(), from, l.D)
	for _, line := range lines {
		list := months[line.ID]
		for i, end := range ends {
			if list[i] == progress.NotStarted && line.StartsOn.After(end) {
				list[i] = ""
			}
		}
		states = append(states, list)
	}
	return ends, states, err
}
