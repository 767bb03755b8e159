package reports

import (
	"slices"

	"tracker/internal/calendar"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// EditionStatus is the recommendations of one edition.
type EditionStatus struct {
	Ref, Tier       string
	ReleasedOn      calendar.Date
	Completeness    recommendations.Completeness
	Newest          bool // of its mechanism, by D
	Recommendations []RecommendationStatus
}

// StrandStatus is the commitments under one node of the framework's first
// level; those on no node have neither number nor title.
type StrandStatus struct {
	Number, Title string
	Commitments   []CommitmentStatus
	Total         int // of them, whatever a preview leaves out
}

// Editions groups the recommendations by edition, in their order.
func (s Status) Editions() []EditionStatus {
	var list []EditionStatus
	for _, r := range s.Recommendations {
		if n := len(list); n == 0 || list[n-1].Ref != r.Edition {
			list = append(list, EditionStatus{Ref: r.Edition, Tier: r.Tier, ReleasedOn: r.ReleasedOn, Completeness: r.Completeness, Newest: r.Newest})
		}
		last := &list[len(list)-1]
		last.Recommendations = append(last.Recommendations, r)
	}
	return list
}

// Strands groups the commitments by the first level of the framework, in its
// order, those on no node last.
func (s Status) Strands() []StrandStatus {
	var list []StrandStatus
	index := map[string]int{}
	for _, row := range s.ByNode {
		if _, double := index[row.Label]; !double && row.Label != "" {
			index[row.Label] = len(list)
			list = append(list, StrandStatus{Number: row.Key, Title: row.Label})
		}
	}
	for _, c := range s.Commitments {
		i, ok := index[c.Strand]
		if !ok {
			i = len(list)
			index[c.Strand] = i
			list = append(list, StrandStatus{Title: c.Strand})
		}
		list[i].Commitments = append(list[i].Commitments, c)
	}
	for i := range list {
		list[i].Total = len(list[i].Commitments) + s.Left.Strands[list[i].Title]
	}
	return slices.DeleteFunc(list, func(g StrandStatus) bool { return len(g.Commitments) == 0 })
}

// Unanswered counts the items that nothing answers.
func (r RecommendationStatus) Unanswered() int {
	n := 0
	for _, i := range r.Items {
		if len(i.Answers) == 0 {
			n++
		}
	}
	return n
}

// Unanswered counts the recommendations of the newest editions: those that
// nothing answers, those answered only in part, and all of them. Older
// editions were followed by another list and do not count.
func (s Status) Unanswered() (none, part, all int) {
	for _, r := range s.Recommendations {
		if !r.Newest {
			continue
		}
		all++
		switch r.Unanswered() {
		case 0:
		case len(r.Items):
			none++
		default:
			part++
		}
	}
	return none, part, all
}

// Figures are the numbers that a report begins with; every form of it shows
// the same.
type Figures struct {
	Commitments  int  `json:"commitments"`
	Completed    int  `json:"completed"`
	Verified     int  `json:"completed_verified"` // of the completed
	Due          int  `json:"due"`                // for the deadline that passed last
	NotReported  int  `json:"not_reported"`
	AskedCounted bool `json:"asked_counted"` // the next three are counted only for the whole plan
	Asked        int  `json:"asked"`         // recommendations of the newest editions
	Unanswered   int  `json:"unanswered"`
	AskedPart    int  `json:"answered_in_part"`
	Overdue      int  `json:"overdue"`
	LongestDays  int  `json:"longest_overdue_days"`
}

// figures counts them.
func (s *Status) figures() Figures {
	f := Figures{Commitments: s.Total(SectionCommitments), LongestDays: s.Left.LongestDays, Completed: s.ByStatus.Counts[slices.Index(progress.Statuses, progress.Completed)],
		Overdue: s.Flagged(FlagOverdue), AskedCounted: s.Scope.OfPlan()}
	f.Verified = f.Completed - s.Flagged(FlagUnverified)
	if f.AskedCounted {
		f.Unanswered, f.AskedPart, f.Asked = s.Unanswered()
	}
	for _, r := range s.Reporting {
		f.Due, f.NotReported = f.Due+r.Due, f.NotReported+r.NotReported
	}
	for _, c := range s.Commitments {
		f.LongestDays = max(f.LongestDays, c.OverdueDays)
	}
	return f
}

// Count fills the figures of a report from its rows.
func (s *Status) Count() { s.Figures = s.figures() }

// Flagged is how many commitments bear a flag.
func (s Status) Flagged(f Flag) int {
	for _, c := range s.Flags {
		if c.Flag == f {
			return c.Count
		}
	}
	return 0
}

// FileName names the file of the report, with the number of the publication
// that it is and the audience outside government that it is for. ext is
// without its dot.
func (s Status) FileName(ext string) string {
	number, audience := "", ""
	if s.Publication != nil {
		number = s.Publication.Number
	}
	if !s.internal() {
		audience = string(s.Audience)
	}
	return s.fileName(number, "status", s.D, audience, ext)
}
