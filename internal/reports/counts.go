package reports

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// StatusRow counts commitments by delivery status: Counts in the order of
// progress.Statuses. Key is what the list's filter takes.
type StatusRow struct {
	Key    string       `json:"ref"`
	Label  string       `json:"label"`
	Counts StatusCounts `json:"counts"`
	Total  int          `json:"total"`
}

func (r *StatusRow) add(s progress.Status) {
	if r.Counts == nil {
		r.Counts = make([]int, len(progress.Statuses))
	}
	r.Counts[s.Place()]++
	r.Total++
}

// ByStatus counts all commitments.
func (l *Ledger) ByStatus() StatusRow {
	row := StatusRow{Counts: make([]int, len(progress.Statuses))}
	for i := range l.Lines {
		row.add(l.Lines[i].Status)
	}
	return row
}

// ByNode counts commitments by the first level of the frameworks, in their
// order; those on no node come last under the key "none".
func (l *Ledger) ByNode() []StatusRow {
	rows := map[int64]*StatusRow{}
	for _, line := range l.Lines {
		top := l.Nodes[line.NodeID].TopID
		if rows[top] == nil {
			n := l.Nodes[top]
			rows[top] = &StatusRow{Key: n.Key, Label: n.Label}
			if top == 0 {
				rows[top].Key = "none"
			}
		}
		rows[top].add(line.Status)
	}
	var list []StatusRow
	for _, id := range append(slices.Clone(l.NodeOrder), 0) {
		if r := rows[id]; r != nil {
			list = append(list, *r)
		}
	}
	return list
}

// ByInstitution counts commitments by lead institution, in the order of names.
func (l *Ledger) ByInstitution() []StatusRow {
	rows := map[int64]*StatusRow{}
	for _, line := range l.Lines {
		if rows[line.LeadID] == nil {
			i := l.Institutions[line.LeadID]
			rows[line.LeadID] = &StatusRow{Key: i.Code, Label: i.Short}
		}
		rows[line.LeadID].add(line.Status)
	}
	list := make([]StatusRow, 0, len(rows))
	for _, r := range rows {
		list = append(list, *r)
	}
	slices.SortFunc(list, func(a, b StatusRow) int {
		return cmp.Or(strings.Compare(a.Label, b.Label), strings.Compare(a.Key, b.Key))
	})
	return list
}

// ReportingRow counts an institution's commitments against a reporting
// deadline, where none is named the one that passed last. Due is the sum of the three; NotDue is apart.
type ReportingRow struct {
	Key         string `json:"ref"`
	Label       string `json:"label"`
	OnTime      int    `json:"on_time"`
	Late        int    `json:"late"`
	NotReported int    `json:"not_reported"`
	Due         int    `json:"due"`
	NotDue      int    `json:"not_due"`
	Silent      bool   `json:"silent"` // much was due and nothing came
}

// Reporting counts by lead institution; rows with most not reported first.
func (l *Ledger) Reporting() []ReportingRow {
	states := make([]ReportState, len(l.Lines))
	for i := range l.Lines {
		states[i] = l.Lines[i].Report
	}
	return l.reporting(states)
}

// reporting counts the states of the lines, in their order.
func (l *Ledger) reporting(states []ReportState) []ReportingRow {
	rows := map[int64]*ReportingRow{}
	for i := range l.Lines {
		lead := l.Lines[i].LeadID
		r := rows[lead]
		if r == nil {
			i := l.Institutions[lead]
			r = &ReportingRow{Key: i.Code, Label: i.Short}
			rows[lead] = r
		}
		switch states[i] {
		case OnTime:
			r.OnTime++
		case Late:
			r.Late++
		case NotReported:
			r.NotReported++
		default:
			r.NotDue++
		}
	}
	list := make([]ReportingRow, 0, len(rows))
	for _, r := range rows {
		r.Due = r.OnTime + r.Late + r.NotReported
		r.Silent = r.Due > 0 && r.NotReported == r.Due
		list = append(list, *r)
	}
	slices.SortFunc(list, func(a, b ReportingRow) int {
		return cmp.Or(b.NotReported-a.NotReported, strings.Compare(a.Label, b.Label), strings.Compare(a.Key, b.Key))
	})
	return list
}

// Asked is a recommendation with its items and what answers them.
type Asked struct {
	recommendations.ItemRow // of its first item; Letter, Text and ID are that item's
	Items                   []AskedItem
	Unanswered              int // items without an answer
	// Newest says that it stands in the newest edition of its mechanism
	// released by D: only those count as unanswered, older ones were followed
	// by another list.
	Newest bool

	Years     recommendations.AskedYears // in which it was asked, as people confirmed
	Since     Novelty
	Continues []string               // references of those of earlier editions that it continues
	Response  recommendations.Remark // of the government; zero when none is known
	Outcome   recommendations.Remark // what became of what is asked no longer; zero while nobody says
}

// Novelty says what complete editions beside a recommendation's own tell: that
// it is new, that it is no longer asked, or both. What is partly held tells
// neither.
type Novelty struct{ New, NoLonger bool }

// AskedItem is an item with the commitments that answer it.
type AskedItem struct {
	recommendations.ItemRow
	Answers []AnswerLine
}

// AnswerLine is an answer with the commitment's line.
type AnswerLine struct {
	Answer
	Line *Line
}

// Asked lists every recommendation released by D with its answers, editions
// oldest first, numbers in order; answers in the order of the plan.
func (l *Ledger) Asked() []Asked { return slices.Clone(l.askedAll()) }

// askedAll is Asked for those who only read it.
func (l *Ledger) askedAll() []Asked { return l.count().list }

// count counts what was asked, once.
func (l *Ledger) count() *counted {
	if l.asked == nil {
		l.asked = &counted{}
	}
	l.asked.once.Do(func() {
		l.asked.list = l.countAsked()
		l.asked.newest = newestFirst(slices.Clone(l.asked.list))
	})
	return l.asked
}

// counted is what was asked with its answers, counted when somebody first asks
// for it. Ledgers of several requests share one, which does not change.
type counted struct {
	once   sync.Once
	list   []Asked // editions oldest first
	newest []Asked // editions newest first
}

func (l *Ledger) countAsked() []Asked {
	newest := l.newestYears()
	answers := make(map[int64][]AnswerLine, len(l.Items))
	for _, a := range l.Answers {
		answers[a.ItemID] = append(answers[a.ItemID], AnswerLine{Answer: a, Line: l.Lines[l.byID[a.CommitmentID]]})
	}
	list := make([]Asked, 0, len(l.Items))
	for _, item := range l.Items {
		if n := len(list); n == 0 || list[n-1].RecommendationID != item.RecommendationID {
			list = append(list, l.asks(item, newest[item.Mechanism]))
		}
		r := &list[len(list)-1]
		found := answers[item.ID]
		r.Items = append(r.Items, AskedItem{ItemRow: item, Answers: found})
		if len(found) == 0 {
			r.Unanswered++
		}
	}
	return list
}

// asks begins a recommendation with what is known of it through the years.
func (l *Ledger) asks(item recommendations.ItemRow, newest int) Asked {
	a, m, id := Asked{ItemRow: item, Newest: item.Year == newest}, l.demands[item.Mechanism], item.RecommendationID
	a.Years, a.Since = m.Asked(id), Novelty{m.IsNew(id), m.IsNoLongerAsked(id)}
	a.Response, a.Outcome = m.Remark(id, recommendations.Response), m.Remark(id, recommendations.Outcome)
	for _, older := range m.Older(id) {
		a.Continues = append(a.Continues, older.Ref())
	}
	return a
}

// Wholly says whether none of the recommendation's items is answered.
func (a Asked) Wholly() bool { return a.Unanswered == len(a.Items) }

// Unanswered lists the recommendations of the newest editions with an item
// that nothing answers, those without any answer first.
func (l *Ledger) Unanswered() []Asked {
	var list []Asked
	for _, a := range l.askedAll() {
		if a.Newest && a.Unanswered > 0 {
			list = append(list, a)
		}
	}
	slices.SortStableFunc(list, func(a, b Asked) int {
		switch {
		case a.Wholly() == b.Wholly():
			return 0
		case a.Wholly():
			return -1
		}
		return 1
	})
	return list
}

// Count is the number of commitments with a flag.
func (l *Ledger) Count(f Flag) int {
	n := 0
	for i := range l.Lines {
		if l.Lines[i].Has(f) {
			n++
		}
	}
	return n
}
