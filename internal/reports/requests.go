package reports

import (
	"slices"
	"strconv"

	"tracker/internal/progress"
)

// request tells what the data requests of the period ask and what was
// answered, in a report that stays in government; of a narrower scope what is
// asked of its institutions.
func (t *telling) request() error {
	if !t.Has(SectionRequests) || t.period.ID == 0 {
		return nil
	}
	views, err := progress.RequestsAt(t.tx, t.period, t.D, t.K)
	for _, v := range views {
		ref := t.period.Label + ", " + v.Title
		one := RequestStatus{Ref: ref, Title: v.Title, DueOn: v.DueOn, HandedOn: v.Handed(), Late: v.HandedLate(t.D)}
		for _, q := range v.Questions {
			if !t.Scope.OfPlan() && !slices.Contains(t.Scope.Institutions, q.Institution) {
				continue
			}
			if one.Asked++; q.Answered() {
				one.Answered++
			}
			one.Questions = append(one.Questions, QuestionStatus{Ref: ref + ", " + strconv.Itoa(q.Number), Number: q.Number, Text: q.RequestQuestion.Text, AskedOf: q.Institution,
				Answer: q.Answer().Text, AnsweredOn: q.Answer().AnsweredOn, Late: q.Late(v.DueOn), State: q.Stands(v.Deadline, t.D)})
		}
		if one.Asked > 0 {
			t.Requests = append(t.Requests, one)
		}
	}
	return err
}
