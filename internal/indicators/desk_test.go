package indicators

import (
	"slices"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan/plantest"
	"tracker/internal/progress"
)

// Who is to report an indicator is said by the newest definition that is in force and known; and what the desk says is owed is what the
// series say, without their cells.
func TestTheDeskOwesWhatTheSeriesMiss(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		change := func(on, lead string) {
			h.Do(t, func(tx *gorm.DB) error {
				in := IndicatorChange{Country: plantest.Country, Ref: "INV", EffectiveOn: plantest.Day(on), Reason: "It moved", Terms: h.terms(), Version: 1}
				in.InstitutionID = h.Institutions[lead]
				if err := tx.Raw("SELECT version FROM indicators WHERE ref = 'INV'").Scan(&in.Version).Error; err != nil {
					return err
				}
				return Change(tx, plantest.At(on), h.Actors["one"], in)
			})
		}
		h.Do(t, func(tx *gorm.DB) error {
			terms := h.terms()
			terms.Statistic, terms.InstitutionID = "", h.Institutions["MSD"]
			_, err := Add(tx, plantest.At("2021-04-03"), h.Actors["one"], IndicatorNew{Country: plantest.Country, Ref: "SHELTER", Terms: terms})
			return err
		})
		h.approved("2021-10-04", h.new("2021-09-30", 7), h.Actors["mha"], h.Actors["one"])
		change("2021-11-01", "MSD")
		change("2022-02-01", "MHA")
		compared, owed := 0, 0
		for _, on := range []string{"2021-04-01", "2021-10-20", "2021-11-02", "2022-03-01", "2022-05-01"} {
			for who, actor := range h.Actors {
				store := New(d, plantest.At(on))
				desk, err := store.Desk(t.Context(), actor, plantest.Country)
				if err != nil {
					t.Fatal(err)
				}
				var refs, want []string
				for _, o := range desk.Owed {
					refs = append(refs, o.Ref+" "+o.UpTo.String())
				}
				h.Do(t, func(tx *gorm.DB) (err error) {
					want, err = owedBySeries(tx, plantest.Day(on), store.clock.Now(), actor.InstitutionID)
					return err
				})
				if compared++; !slices.Equal(refs, want) {
					t.Errorf("on %s %s owes %v, by the series %v", on, who, refs, want)
				}
				owed += len(want)
			}
		}
		if owed < 4 {
			t.Errorf("%d of %d owed anything", owed, compared)
		}
	})
}

// owedBySeries is the last day that every series of the country misses and an institution is to report.
func owedBySeries(tx *gorm.DB, on calendar.Date, now time.Time, institution int64) (list []string, err error) {
	definitions, err := definitionsAt(tx, plantest.Country, on, now)
	if err != nil {
		return nil, err
	}
	reporter := map[int64]int64{}
	for _, f := range definitions {
		reporter[f.IndicatorID] = f.InstitutionID
	}
	k, err := progress.Known(tx)
	if err != nil {
		return nil, err
	}
	all, err := SeriesAt(tx, plantest.Country, on, k, AllCells)
	for _, s := range all {
		missing := calendar.Date{}
		for _, y := range s.Years {
			if !y.Missing.IsZero() {
				missing = y.Missing
			}
		}
		if reporter[s.Indicator.ID] == institution && !missing.IsZero() {
			list = append(list, s.Ref+" "+missing.String())
		}
	}
	return list, err
}
