package reports_test

import (
	"context"
	"slices"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
	"tracker/seeds/seedstest"
)

// What is said of a recommendation, and for how many years its source found it
// not done, stands in every report from its day on; the words beside it stay
// within government.
func TestAReportTellsWhatIsSaidOfARecommendation(t *testing.T) {
	k := newTalk(t, seedstest.Lesotho.SQLite(t))
	k.write("2021-11-01", func(tx *gorm.DB, _ calendar.Clock) error { // as if the whole list of 2019 were known
		return tx.Exec("UPDATE editions SET completeness = 'complete' WHERE year = 2019").Error
	})
	ledger, err := k.reports.Ledger(t.Context(), k.query("2021-11-08"))
	if err != nil {
		t.Fatal(err)
	}
	asked := ledger.Asked()
	ended := asked[slices.IndexFunc(asked, func(a reports.Asked) bool { return a.Since.NoLonger })]
	standing := asked[slices.IndexFunc(asked, func(a reports.Asked) bool { return a.RecommendationRef() == "TIP 2021/2" })]
	k.write("2021-11-05", func(tx *gorm.DB, clock calendar.Clock) error {
		var m recommendations.Mechanism
		if err := tx.Where("code = ?", "TIP").Take(&m).Error; err != nil {
			return err
		}
		if err := recommendations.ChangeMechanism(tx, clock, coordinator, recommendations.MechanismChange{Code: m.Code, Version: m.Version, Name: m.Name, ShortName: m.ShortName,
			URL: m.URL, Note: m.Note, Scale: m.Scale, CycleMonths: m.CycleMonths, Responses: []string{"noted"}}); err != nil {
			return err
		}
		if err := recommendations.SayRemark(tx, clock, coordinator, "LS", recommendations.RemarkSaid{RecommendationID: standing.RecommendationID, Kind: recommendations.Response, Word: "noted",
			Statement: "We are at work on it", GivenOn: day("2021-11-03")}); err != nil {
			return err
		}
		return recommendations.SayRemark(tx, clock, coordinator, "LS", recommendations.RemarkSaid{RecommendationID: ended.RecommendationID, Kind: recommendations.Outcome, Word: "dropped", Statement: "Another law came"})
	})
	for _, audience := range plan.Audiences {
		inside := audience == plan.Internal
		words := func(statement string) string { return map[bool]string{true: statement}[inside] }
		told := k.told(t.Context(), "2021-11-08", audience)
		if r := told[standing.RecommendationRef()]; r.Response != (reports.RemarkStatus{Word: "noted", GivenOn: day("2021-11-03"), Statement: words("We are at work on it")}) || r.Outcome.Word != "" ||
			r.NotDone.Years != 5 || r.NotDone.Source == "" {
			t.Errorf("%s: %+v, not done %+v", audience, r.Response, r.NotDone)
		}
		if r := told[ended.RecommendationRef()]; r.Outcome != (reports.RemarkStatus{Word: "dropped", GivenOn: day("2021-11-05"), Statement: words("Another law came")}) || r.Response.Word != "" {
			t.Errorf("%s: %+v", audience, r.Outcome)
		}
	}
	for ref, r := range k.told(t.Context(), "2021-11-04", plan.Internal) {
		if r.Response.Word+r.Outcome.Word != "" {
			t.Errorf("%s on the day before: %+v, %+v", ref, r.Response, r.Outcome)
		}
	}
}

// told is what a report tells of recommendations, by reference.
func (k talk) told(ctx context.Context, on string, audience plan.Audience) map[string]reports.RecommendationStatus {
	k.t.Helper()
	s, err := reports.Build(ctx, k.db, reports.About{Country: "LS", Zone: zone}, reports.StatusQuery{Query: k.query(on), Audience: audience})
	if err != nil {
		k.t.Fatal(err)
	}
	of := map[string]reports.RecommendationStatus{}
	for _, r := range s.Recommendations {
		of[r.Ref] = r
	}
	return of
}

// Who answers the agenda is what the commitments of its items say.
func TestABriefingTellsWhoAnswersItsAgenda(t *testing.T) {
	b := newTalk(t, seedstest.Lesotho.SQLite(t)).briefing("2021-11-08", 1)
	leads, supports, there := map[string][]string{}, map[string][]string{}, map[string]bool{}
	for _, item := range b.Items {
		for _, c := range item.Commitments {
			leads[c.Lead], there[c.Lead] = append(leads[c.Lead], item.Ref), true
		}
		for _, c := range item.Commitments {
			for _, code := range c.Supporting {
				if there[code] = true; !slices.Contains(leads[code], item.Ref) {
					supports[code] = append(supports[code], item.Ref)
				}
			}
		}
	}
	if len(b.Coverage) != len(there) || len(there) < 4 {
		t.Errorf("%d institutions, want %d", len(b.Coverage), len(there))
	}
	for _, c := range b.Coverage {
		if !slices.Equal(c.Leads, slices.Compact(leads[c.Institution])) || !slices.Equal(c.Supports, slices.Compact(supports[c.Institution])) {
			t.Errorf("%s leads %v and supports %v, want %v and %v", c.Institution, c.Leads, c.Supports, leads[c.Institution], supports[c.Institution])
		}
	}
}
