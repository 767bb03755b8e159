package reports_test

import (
	"slices"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
	"tracker/seeds/seedstest"
)

func (k talk) compare(from, to string, what reports.Moved, by string) reports.Comparison {
	k.t.Helper()
	c, err := k.reports.Compare(k.t.Context(), reports.ComparisonQuery{Query: k.query(to), From: day(from), Zone: zone, What: what, By: by})
	if err != nil {
		k.t.Fatal(err)
	}
	return c
}

// rowsOf are the rows of a comparison, each once, by reference.
func rowsOf(c reports.Comparison) map[string]*reports.ComparedRow {
	of := map[string]*reports.ComparedRow{}
	for _, g := range c.Groups {
		for _, r := range g.Rows {
			of[r.Is.Ref] = r
		}
	}
	return of
}

// What the page tells of two days is what a report of the later tells that
// changed since the earlier, and what was known then is what a report of then
// told.
func TestAComparisonSaysWhatReportsOfItsDaysSay(t *testing.T) {
	k := newTalk(t, seedstest.Lesotho.SQLite(t))
	for _, days := range [][2]string{{"2021-07-01", "2021-11-08"}, {"2021-09-30", "2021-11-08"}, {"2021-06-30", "2021-09-30"}} {
		c := k.compare(days[0], days[1], "", "")
		rows := rowsOf(c)
		s, err := reports.Build(t.Context(), k.db, reports.About{Country: "LS", Zone: zone}, reports.StatusQuery{Query: k.query(days[1]), Audience: plan.Internal, Since: day(days[0])})
		if err != nil {
			t.Fatal(err)
		}
		q := k.query(days[0])
		q.K = time.Date(q.D.Year(), q.D.Month(), q.D.Day(), 23, 59, 59, 0, zone)
		then, err := k.reports.Ledger(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		moved, late := 0, 0
		for _, change := range s.Changes {
			r := rows[change.Ref]
			if told := r != nil && (r.Has(reports.MovedStatus) || r.Has(reports.MovedNew)); told != (change.New || change.Was != change.Is) {
				t.Errorf("%v: the report says %+v, the comparison %+v", days, change, r)
			} else if told {
				moved++
			}
			if r == nil || r.Updates != change.Updates || r.Evidence != change.Evidence || r.Was.DueOn != change.WasDue || !slices.Equal(r.Linked, change.Answers) {
				t.Errorf("%v: the report says %+v, the comparison %+v", days, change, r)
			}
		}
		for _, r := range rows {
			known, there := then.Line(r.Is.ID)
			if r.Unknown == there || there && (known.Status != r.Then.Status || known.DueOn != r.Then.DueOn) {
				t.Errorf("%v: %s was known as %+v, told as %+v", days, r.Is.Ref, known, r.Then)
			}
			if r.Has(reports.MovedLate) {
				late++
			}
		}
		if moved < 2 || len(rows) != c.Found || c.Found != c.Moved || days[0] == "2021-09-30" && late == 0 {
			t.Errorf("%v: %d moved, %d late, %d found of %d", days, moved, late, c.Found, c.Moved)
		}
	}
}

// Every way is counted as its list holds, and each grouping holds the same rows.
func TestAComparisonCountsTheListsThatItOpens(t *testing.T) {
	k := newTalk(t, seedstest.Lesotho.SQLite(t))
	k.write("2021-11-05", func(tx *gorm.DB, clock calendar.Clock) error {
		var c plan.Commitment
		if err := tx.Where("ref = ?", "NSF 3.1.2").Take(&c).Error; err != nil {
			return err
		}
		r, err := plan.CurrentRevision(tx, c.ID)
		if err != nil {
			return err
		}
		terms := r.Terms
		terms.Title, terms.DueOn = "Another title", terms.DueOn.AddDays(90)
		return plan.Revise(tx, clock, coordinator, plan.CommitmentChange{Ref: c.Ref, Version: c.Version, EffectiveOn: day("2021-11-04"), Reason: "Agreed", Terms: terms})
	})
	all := rowsOf(k.compare("2021-07-01", "2021-11-08", "", ""))
	r := all["NSF 3.1.2"]
	if r == nil || !r.Has(reports.MovedWording) || !r.Has(reports.MovedDue) || r.After.Title != "Another title" || r.Before.Title == r.After.Title || r.Is.DueOn != r.Was.DueOn.AddDays(90) {
		t.Fatalf("the change is told as %+v", r)
	}
	for _, by := range reports.ComparedGroups {
		c := k.compare("2021-07-01", "2021-11-08", "", by)
		if rows := rowsOf(c); len(rows) != len(all) || len(c.Groups) < 2 {
			t.Errorf("by %s: %d rows in %d groups, want %d", by, len(rows), len(c.Groups), len(all))
		}
		for _, kind := range c.Kinds {
			only := k.compare("2021-07-01", "2021-11-08", reports.Moved(kind.Value), by)
			if only.Found != kind.Count || slices.ContainsFunc(only.Groups, func(g reports.ComparedGroup) bool {
				return slices.ContainsFunc(g.Rows, func(r *reports.ComparedRow) bool { return !r.Has(reports.Moved(kind.Value)) })
			}) {
				t.Errorf("%s by %s: counted %d, the list holds %d", kind.Value, by, kind.Count, only.Found)
			}
		}
	}
	var numbers []int
	for _, g := range k.compare("2021-07-01", "2021-11-08", "", reports.GroupedByRecommendation).Groups {
		if ref, err := recommendations.ParseRef(g.Key); err == nil && ref.Year == 2021 {
			numbers = append(numbers, ref.Number)
		}
	}
	if !slices.IsSorted(numbers) || len(numbers) < 5 || slices.Max(numbers) < 10 {
		t.Errorf("the recommendations stand in the order %v", numbers)
	}
	slipped := 0
	for _, r := range all {
		if !r.Has(reports.MovedNew) && !r.Was.DueOn.IsZero() && r.Is.DueOn.After(r.Was.DueOn) {
			slipped++
		}
	}
	if c := k.compare("2021-07-01", "2021-11-08", "", ""); c.Slipped != slipped || slipped < 2 {
		t.Errorf("%d due dates are later, counted %d", slipped, c.Slipped)
	}
}

func TestAComparisonIsForReadersOfTheWholePlan(t *testing.T) {
	k := newTalk(t, seedstest.Lesotho.SQLite(t))
	for _, who := range []accounts.Actor{{}, {PersonID: 1, Role: accounts.Partner, InstitutionKind: accounts.PartnerOutside}, {PersonID: 1, Role: accounts.FocalPoint, InstitutionKind: accounts.NonGovernment}} {
		q := reports.ComparisonQuery{Query: k.query("2021-11-08"), From: day("2021-07-01")}
		q.Actor = who
		if _, err := k.reports.Compare(t.Context(), q); problem.KindOf(err) != problem.NotFound {
			t.Errorf("%s: %v", who.Role, err)
		}
	}
}
