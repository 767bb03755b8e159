package reports

import (
	"testing"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan"
	"tracker/internal/plan/plantest"
	"tracker/internal/progress"
)

// A period is rated when it is over: what is said of it in April stands in its
// list, while the facts stay those of its last day. Ratings never leave.
func TestAPeriodIsRatedWhenItIsOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := plantest.New(t, d)
		at := plantest.At("2022-04-12")
		var periods [2]progress.Period
		h.Do(t, func(tx *gorm.DB) (err error) {
			for i, p := range []progress.Period{{Label: "2021-22", StartsOn: plantest.Day("2021-04-01"), EndsOn: plantest.Day("2022-03-31")},
				{Label: "2022-23", StartsOn: plantest.Day("2022-04-01"), EndsOn: plantest.Day("2023-03-31")}} {
				p.Country = plantest.Country
				if periods[i], err = progress.AddPeriod(tx, at, h.Actors["one"], p); err != nil {
					return err
				}
			}
			for who, value := range map[string]string{"mha": progress.OnTrack, "one": progress.OffTrack} {
				if _, err = progress.Rate(tx, at, h.Actors[who], progress.Rateable{CommitmentID: h.Commitments["NSF 1.1.1"]}, 0,
					progress.RatingNew{PeriodID: periods[0].ID, Value: value, Reason: "As the year ended."}); err != nil {
					return err
				}
			}
			_, err = progress.Rate(tx, at, h.Actors["one"], progress.Rateable{CommitmentID: h.Commitments["NSF 1.1.2"]}, 0,
				progress.RatingNew{PeriodID: periods[1].ID, Value: progress.AtRisk, Reason: "As the year begins."})
			return err
		})
		q := Query{Actor: h.Actors["two"], Country: plantest.Country, Rules: DefaultRules, D: at.Today(), Now: true}
		past, err := New(d).Differences(t.Context(), q, RatingFilter{Period: "2021-22"})
		if err != nil || past.D != periods[0].EndsOn || len(past.Rows) != 1 || past.Rows[0].Apart != 2 || past.Rows[0].Suggested.Rule != "overdue" || past.Rows[0].Suggested.N != 182 {
			t.Errorf("of the period that is over: as of %s, %+v, %v", past.D, past.Rows, err)
		}
		now, err := New(d).Differences(t.Context(), q, RatingFilter{Show: RatingsGiven})
		if err != nil || now.Period.Label != "2022-23" || len(now.Rows) != 1 || now.Rows[0].Ref != "NSF 1.1.2" {
			t.Errorf("of the period under way: %s, %+v, %v", now.Period.Label, now.Rows, err)
		}
		for audience, want := range map[Audience]int{plan.Internal: 1, plan.Partner: 0, plan.Public: 0} {
			s, err := Build(t.Context(), d, About{}, StatusQuery{Query: Query{Actor: h.Actors["two"], Country: plantest.Country, Rules: DefaultRules, D: at.Today()}, Audience: audience})
			if err != nil || len(s.Ratings) != want || s.Has(SectionRatings) != (want > 0) {
				t.Errorf("the %s report tells %d ratings, want %d, %v", audience, len(s.Ratings), want, err)
			}
		}
	})
}
