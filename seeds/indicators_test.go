package seeds

import (
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/indicators"
	"tracker/internal/problem"
	"tracker/internal/progress"
)

// The public figures stand in the year that they cover: the ten new
// investigations of the 2022 report belong to 2021-22. Nobody knows them before
// their edition's release, and a zero is no gap.
func TestPublicFiguresStandInTheYearThatTheyCover(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if _, err := Load(t.Context(), d, Lesotho()); err != nil {
			t.Fatal(err)
		}
		at := func(day string) map[string]map[string]indicators.Year {
			t.Helper()
			of := map[string]map[string]indicators.Year{}
			if err := d.Read(t.Context(), func(tx *gorm.DB) error {
				k, err := progress.Known(tx)
				if err != nil {
					return err
				}
				list, err := indicators.SeriesAt(tx, "LS", calendar.MustParse(day), k, indicators.AllCells)
				for _, s := range list {
					of[s.Ref] = map[string]indicators.Year{}
					for _, y := range s.Years {
						of[s.Ref][y.Label] = y
					}
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return of
		}
		const isNew, old = "novelty=new", "novelty=continued"
		later := at("2023-10-01")
		for _, c := range []struct {
			ref, year, edition string
			place              indicators.Place
			want               int64
		}{
			{"INV", "2018-19", "TIP 2019", isNew, 0}, {"INV", "2019-20", "TIP 2020", isNew, 0}, {"INV", "2020-21", "TIP 2021", isNew, 4},
			{"INV", "2021-22", "TIP 2022", isNew, 10}, {"INV", "2021-22", "TIP 2022", old, 3}, {"INV", "2021-22", "TIP 2022", "", 13},
			{"INV", "2021-22", "TIP 2022", isNew + ";form=forced_labour", 5}, {"INV", "2021-22", "TIP 2022", isNew + ";form=unspecified", 5},
			{"INV", "2022-23", "TIP 2023", isNew, 10}, {"INV", "2022-23", "TIP 2023", old, 14}, {"INV", "2022-23", "TIP 2023", isNew + ";form=sex_trafficking", 6},
			{"PROS", "2018-19", "TIP 2019", "", 0}, {"PROS", "2019-20", "TIP 2020", "", 0}, {"PROS", "2020-21", "TIP 2021", "", 4}, {"PROS", "2021-22", "TIP 2022", "", 16},
			{"PROS", "2021-22", "TIP 2022", "form=forced_labour", 6}, {"PROS", "2021-22", "TIP 2022", "form=sex_trafficking", 10}, {"PROS", "2022-23", "TIP 2023", isNew, 1}, {"PROS", "2022-23", "TIP 2023", old, 12},
			{"CONV", "2018-19", "TIP 2019", "", 0}, {"CONV", "2019-20", "TIP 2020", "", 0}, {"CONV", "2020-21", "TIP 2021", "", 1}, {"CONV", "2021-22", "TIP 2022", "", 1}, {"CONV", "2022-23", "TIP 2023", "", 1},
		} {
			v, ok := later[c.ref][c.year].Current()
			cell := v.Cells[c.place]
			if !ok || v.Edition != c.edition || cell.Amount == nil || *cell.Amount != indicators.Whole(c.want) || (c.want == 0) != (cell.Answer == indicators.Zero) {
				t.Errorf("%s of %s: %s tells %v at %q, want %s and %d", c.ref, c.year, v.Edition, cell, c.place, c.edition, c.want)
			}
		}
		for day, want := range map[string]string{"2021-06-30": "", "2021-07-01": "TIP 2021"} {
			if v, _ := at(day)["INV"]["2020-21"].Current(); v.Edition != want {
				t.Errorf("on %s the year 2020-21 is told by %q, want %q", day, v.Edition, want)
			}
		}
		now := at(dialogueDay.String())
		if v, _ := now["INV"]["2021-22"].Current(); v.Edition != "" || v.Basis != indicators.Logged {
			t.Errorf("before the dialogue the year is told by %q, %s", v.Edition, v.Basis)
		}
		auditor := accounts.Actor{Role: accounts.Auditor} // who reads everything but drafts
		for day, there := range map[string]bool{"2022-07-18": false, "2022-07-19": true} {
			var id int64
			if err := d.Read(t.Context(), func(tx *gorm.DB) error {
				return tx.Raw("SELECT m.id FROM measurements m JOIN editions e ON e.id = m.edition_id WHERE e.year = 2022 ORDER BY m.id LIMIT 1").Scan(&id).Error
			}); err != nil {
				t.Fatal(err)
			}
			store := indicators.New(d, calendar.FixedClock(calendar.MustParse(day).Time()))
			if _, err := store.Measurement(t.Context(), auditor, "LS", id); (err == nil) != there || err != nil && problem.KindOf(err) != problem.NotFound {
				t.Errorf("on %s the figures of the 2022 report answer %v, to be read: %v", day, err, there)
			}
		}
		if y := now["CONV"]["2021-22"]; y.Gap != indicators.NotDue {
			t.Errorf("convictions of the year: %q", y.Gap)
		}
	})
}
