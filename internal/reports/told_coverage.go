package reports

import (
	"cmp"
	"slices"
	"strings"
)

// CoverageStatus is what an institution's commitments answer of the newest
// editions: those that it leads, and those that it supports.
type CoverageStatus struct {
	Institution string   `json:"institution"` // code
	Name        string   `json:"name"`
	Leads       []string `json:"leads"`    // references of recommendations, in their order
	Supports    []string `json:"supports"` // of those that it does not lead an answer to
}

// Nothing says whether no commitment of the institution answers anything.
func (c CoverageStatus) Nothing() bool { return len(c.Leads)+len(c.Supports) == 0 }

// cover tells which institutions answer what the newest editions ask; of the
// whole plan only.
func (t *telling) cover() error {
	if t.Scope.OfPlan() {
		t.Coverage = t.coverage(slices.DeleteFunc(slices.Clone(t.Recommendations), func(r RecommendationStatus) bool { return !r.Newest }))
	}
	return nil
}

// coverage tells which institutions answer some recommendations, every one
// that has a part in a commitment of the report.
func (t *telling) coverage(asked []RecommendationStatus) (list []CoverageStatus) {
	rows := map[int64]*CoverageStatus{}
	row := func(id int64) *CoverageStatus {
		if rows[id] == nil {
			rows[id] = &CoverageStatus{Institution: t.chosen.Institutions[id].Code, Name: t.chosen.Institutions[id].Short}
		}
		return rows[id]
	}
	byRef := make(map[string]*Line, len(t.chosen.Lines))
	for i := range t.chosen.Lines {
		line := t.chosen.Lines[i]
		byRef[line.Ref] = line
		row(line.LeadID)
		for _, id := range line.Supporting {
			row(id)
		}
	}
	for _, r := range asked {
		answering := r.answering(byRef)
		for _, line := range answering {
			addOnce(&row(line.LeadID).Leads, r.Ref)
		}
		for _, line := range answering {
			for _, id := range line.Supporting {
				if one := row(id); !slices.Contains(one.Leads, r.Ref) {
					addOnce(&one.Supports, r.Ref)
				}
			}
		}
	}
	for _, one := range rows {
		list = append(list, *one)
	}
	slices.SortFunc(list, func(a, b CoverageStatus) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Institution, b.Institution))
	})
	return list
}

// answering are the lines of the commitments that answer a recommendation.
func (r RecommendationStatus) answering(byRef map[string]*Line) (lines []*Line) {
	for _, item := range r.Items {
		for _, a := range item.Answers {
			if line := byRef[a.Commitment]; line != nil && !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

func addOnce(list *[]string, one string) {
	if !slices.Contains(*list, one) {
		*list = append(*list, one)
	}
}
