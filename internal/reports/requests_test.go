package reports

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan"
	"tracker/internal/plan/plantest"
	"tracker/internal/progress"
)

// request does one of the things that are done with a data request, at random.
func (r *driver) request() error {
	deadline, number := int64(r.Count(r.t, "SELECT id FROM deadlines WHERE purpose = 'request'")), 1+r.rnd.IntN(8)
	var of *int64
	if name := pick(r, []string{"", "mha", "bds"}); name != "" {
		id := r.Actors[name].InstitutionID
		of = &id
	}
	version := int64(1 + r.rnd.IntN(2))
	return r.DB.Write(r.t.Context(), func(tx *gorm.DB) (err error) {
		switch r.rnd.IntN(6) {
		case 0:
			_, err = progress.AskQuestions(tx, r.clock(), r.actor("one", "two"), deadline, progress.QuestionsNew{Text: "What of " + r.key() + "?\nAnd of what else?", InstitutionID: of})
		case 1:
			err = progress.RewordQuestion(tx, r.clock(), r.actor("one", "two"), progress.QuestionChange{DeadlineID: deadline, Number: number, Version: version, Text: "Rather " + r.key() + "?", InstitutionID: of})
		case 2:
			err = progress.RemoveQuestion(tx, r.clock(), r.actor("one", "two"), deadline, number, version)
		case 3:
			_, err = progress.SubmitRequest(tx, r.clock(), r.actor("one", "two"), deadline, r.back(20), "")
		default:
			_, err = progress.AnswerQuestion(tx, r.clock(), r.actor("one", "mha", "bds"), deadline, number, "Nothing of "+r.key())
		}
		return err
	})
}

// asking is a report with what it says of data requests, as lines.
func asking(t *testing.T, d *db.DB, h *plantest.House, audience Audience, scope Scope, on string, k time.Time) (Status, string) {
	t.Helper()
	s, err := Build(t.Context(), d, About{Country: plantest.Country}, StatusQuery{Query: Query{Actor: h.Actors["auditor"], Country: plantest.Country, Rules: DefaultRules, D: day(on), K: k}, Audience: audience, Scope: scope})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range s.Requests {
		lines = append(lines, fmt.Sprintf("%s: %d of %d, handed %q late %v", r.Ref, r.Answered, r.Asked, r.HandedOn, r.Late))
		for _, q := range r.Questions {
			lines = append(lines, fmt.Sprintf("%d %s %q %s late %v %s", q.Number, q.AskedOf, q.Answer, q.AnsweredOn, q.Late, q.State))
		}
	}
	return s, strings.Join(lines, "; ")
}

// Data requests are told in government alone, as they stood on a day and were
// known at an instant; of institutions what they are asked.
func TestDataRequestsAreToldInsideGovernment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := plantest.New(t, d)
		clock := func(on string) calendar.Clock { return plantest.At(on) }
		mha := h.Actors["mha"].InstitutionID
		h.Do(t, func(tx *gorm.DB) error {
			p, err := progress.AddPeriod(tx, clock("2021-04-01"), h.Actors["one"], progress.Period{Country: plantest.Country, Label: "2021-22", StartsOn: day("2021-04-01"), EndsOn: day("2022-03-31"),
				Deadlines: []progress.Deadline{{Title: "Request", Purpose: progress.Request, DueOn: day("2021-09-30")}, {Title: "Nothing asked", Purpose: progress.Request, DueOn: day("2021-10-30")}}})
			if err != nil {
				return err
			}
			id := p.Deadlines[0].ID
			for _, of := range []*int64{&mha, nil} {
				if _, err := progress.AskQuestions(tx, clock("2021-09-01"), h.Actors["one"], id, progress.QuestionsNew{Text: "What is known?", InstitutionID: of}); err != nil {
					return err
				}
			}
			for _, a := range []struct {
				on, text string
				by       accounts.Actor
			}{{"2021-09-20", "Little.", h.Actors["mha"]}, {"2021-10-04", "More.", h.Actors["mha"]}} {
				if _, err := progress.AnswerQuestion(tx, clock(a.on), a.by, id, 1, a.text); err != nil {
					return err
				}
			}
			if _, err := progress.AnswerQuestion(tx, clock("2021-10-05"), h.Actors["one"], id, 2, "All."); err != nil {
				return err
			}
			_, err = progress.SubmitRequest(tx, clock("2021-10-06"), h.Actors["one"], id, day("2021-10-05"), "")
			return err
		})
		late := plantest.At("2021-10-07").Now()
		for _, c := range []struct {
			on    string
			k     time.Time
			scope Scope
			want  string
		}{
			{"2021-10-07", late, Scope{}, `2021-22, Request: 2 of 2, handed "2021-10-05" late true; 1 MHA "More." 2021-10-04 late false answered; 2  "All." 2021-10-05 late true answered`},
			{"2021-10-07", plantest.At("2021-10-05").Now(), Scope{}, `2021-22, Request: 2 of 2, handed "" late true; 1 MHA "More." 2021-10-04 late false answered; 2  "All." 2021-10-05 late true answered`},
			{"2021-09-30", late, Scope{}, `2021-22, Request: 1 of 2, handed "" late false; 1 MHA "Little." 2021-09-20 late false answered; 2  ""  late false waiting`},
			{"2021-10-01", late, Scope{}, `2021-22, Request: 1 of 2, handed "" late true; 1 MHA "Little." 2021-09-20 late false answered; 2  ""  late false unanswered`},
			{"2021-10-07", late, Scope{Institutions: []string{"MHA"}}, `2021-22, Request: 1 of 1, handed "2021-10-05" late true; 1 MHA "More." 2021-10-04 late false answered`},
			{"2021-10-07", late, Scope{Institutions: []string{"MSD"}}, ""},
			{"2021-08-31", late, Scope{}, ""},
		} {
			if _, got := asking(t, d, h, plan.Internal, c.scope, c.on, c.k); got != c.want {
				t.Errorf("of %s, known at %s:\n%s, want\n%s", c.on, c.k, got, c.want)
			}
		}
		for _, audience := range []Audience{plan.Partner, plan.Public} {
			if s, got := asking(t, d, h, audience, Scope{}, "2021-10-07", late); got != "" || s.Has(SectionRequests) {
				t.Errorf("for %s it tells %s", audience, got)
			}
		}
	})
}
