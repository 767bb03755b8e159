package reports_test

import (
	"slices"
	"testing"

	"tracker/internal/accounts"
	"tracker/internal/problem"
	"tracker/internal/reports"
	"tracker/seeds/seedstest"
)

// The rules suggest recommendations of the newest edition, each for reasons that
// the ledgers of the two days bear out, those with most reasons first.
func TestTheRulesSuggestAnAgenda(t *testing.T) {
	k := newTalk(t, seedstest.Lesotho.SQLite(t))
	q := k.query("2021-11-08")
	list, err := k.reports.SuggestAgenda(t.Context(), q, day("2021-07-01"))
	if err != nil || len(list) == 0 {
		t.Fatal(list, err)
	}
	now, err := k.reports.Ledger(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	q.D = day("2021-07-01")
	was, err := k.reports.Ledger(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	suggested := map[int64]reports.AgendaSuggestion{}
	for i, one := range list {
		suggested[one.RecommendationID] = one
		if i > 0 && len(one.Reasons) > len(list[i-1].Reasons) {
			t.Errorf("%s has more reasons than %s before it", one.Ref, list[i-1].Ref)
		}
	}
	found := map[string]int{}
	for _, a := range now.Asked() {
		one := suggested[a.RecommendationID]
		if !a.Newest {
			if one.Ref != "" {
				t.Errorf("%s of an older edition is suggested", one.Ref)
			}
			continue
		}
		n := func(rule string) int {
			for _, r := range one.Reasons {
				if r.Rule == rule {
					found[rule]++
					return r.N
				}
			}
			return 0
		}
		unanswered, overdue, changed := 0, 0, 0
		for _, item := range a.Items {
			if len(item.Answers) == 0 {
				unanswered++
			}
		}
		for _, line := range a.Lines() {
			if line.Overdue > 0 {
				overdue++
			}
			if i := slices.IndexFunc(was.Lines, func(l *reports.Line) bool { return l.ID == line.ID }); i < 0 || was.Lines[i].Status != line.Status {
				changed++
			}
		}
		if n(reports.AgendaUnanswered) != unanswered || n(reports.AgendaOverdue) != overdue || n(reports.AgendaChanged) != changed {
			t.Errorf("%s: %+v, want %d unanswered, %d overdue, %d changed", a.RecommendationRef(), one.Reasons, unanswered, overdue, changed)
		}
		if years := n(reports.AgendaAsked); years != 0 && years < 3 || years == 0 && a.Years.Years >= 3 {
			t.Errorf("%s is asked %d years, and %+v", a.RecommendationRef(), a.Years.Years, one.Reasons)
		}
		n(reports.AgendaRated)
	}
	for _, rule := range []string{reports.AgendaUnanswered, reports.AgendaOverdue, reports.AgendaRated, reports.AgendaAsked, reports.AgendaChanged} {
		if found[rule] == 0 {
			t.Errorf("nothing in the demonstration is suggested as %s: %+v", rule, list)
		}
	}
	ngo := k.query("2021-11-08")
	ngo.Actor = accounts.Actor{PersonID: 3, Role: accounts.FocalPoint, InstitutionKind: accounts.NonGovernment}
	if _, err := k.reports.SuggestAgenda(t.Context(), ngo, day("2021-07-01")); problem.KindOf(err) != problem.NotFound {
		t.Errorf("an organisation is told: %v", err)
	}
}
