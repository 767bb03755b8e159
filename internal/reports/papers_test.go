package reports_test

import (
	"testing"
	"time"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan"
	"tracker/internal/reports"
)

// How many papers a report counts for a commitment, and for an update, is how
// many of them it lists, whoever it is for.
func TestTheCountedPapersAreListed(t *testing.T) {
	d := dbtest.SQLite(t)
	demonstrate(t, d)
	counted := map[reports.Audience]int{}
	for _, audience := range plan.Audiences {
		s, err := reports.Build(t.Context(), d, reports.About{Country: "LS"}, reports.StatusQuery{Audience: audience, Query: reports.Query{
			Actor: accounts.Actor{Role: accounts.System}, Country: "LS", Rules: reports.DefaultRules, D: calendar.Of(2021, time.November, 8)}})
		if err != nil {
			t.Fatal(err)
		}
		type key struct {
			commitment, institution string
			asOf                    calendar.Date
		}
		listed := map[key]int{}
		for _, e := range s.Evidence {
			listed[key{e.Commitment, e.Institution, e.AsOf}]++
		}
		for _, c := range s.Commitments {
			if want := listed[key{c.Ref, c.Lead, c.AsOf}]; c.Evidence != want {
				t.Errorf("%s: %s counts %d papers, %d are listed", audience, c.Ref, c.Evidence, want)
			}
			counted[audience] += c.Evidence
		}
		for _, u := range s.Updates {
			if want := listed[key{u.Commitment, u.Institution, u.AsOf}]; u.Evidence != want {
				t.Errorf("%s: %s counts %d papers, %d are listed", audience, u.Ref, u.Evidence, want)
			}
		}
	}
	if counted[plan.Internal] == 0 || counted[plan.Partner] == 0 {
		t.Errorf("nothing was counted: %v", counted)
	}
}
