package round

import (
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"gorm.io/gorm"

	"tracker/internal/indicators"
	"tracker/internal/plan/plantest"
	"tracker/internal/progress"
	"tracker/internal/workbook"
)

// counting adds what MHA is to count: cases by novelty and form, and money.
func (m *ministry) counting() {
	m.t.Helper()
	m.Do(m.t, func(tx *gorm.DB) error {
		_, err := indicators.Add(tx, plantest.At("2021-04-02"), m.Actors["one"], indicators.IndicatorNew{Country: plantest.Country, Ref: "INV", Terms: indicators.Terms{Title: "Investigations", Text: "Cases opened",
			Statistic: "investigations", Unit: indicators.Case, Direction: "up", Frequency: "year", InstitutionID: m.Institutions["MHA"], Dimensions: []indicators.Dimension{{Code: "novelty"}}}})
		if err != nil {
			return err
		}
		_, err = indicators.Add(tx, plantest.At("2021-04-02"), m.Actors["one"], indicators.IndicatorNew{Country: plantest.Country, Ref: "FUND", Terms: indicators.Terms{Title: "Funds", Text: "Money spent",
			Statistic: "funds", Unit: indicators.Money, Currency: "LSL", Direction: "up", Frequency: "year", InstitutionID: m.Institutions["MHA"]}})
		return err
	})
}

// count types into the sheet of indicators, by reference and category.
func count(t testing.TB, file []byte, rows map[string]cells) []byte {
	t.Helper()
	return edit(t, file, func(f *excelize.File) {
		all, err := f.GetRows(figuresSheet)
		must(t, err)
		head := all[slices.IndexFunc(all, func(r []string) bool { return len(r) > 0 && r[0] == "Reference" })]
		for n, r := range all {
			if len(r) < 3 {
				continue
			}
			for heading, value := range rows[r[0]+" "+r[2]] {
				cell, err := excelize.CoordinatesToCellName(slices.Index(head, heading)+1, n+1)
				must(t, err)
				must(t, f.SetCellValue(figuresSheet, cell, value))
			}
		}
	})
}

// figures are the measurements of MHA in short.
func (m *ministry) figures() (list []string) {
	m.t.Helper()
	m.Read(m.t, func(tx *gorm.DB) error {
		own, err := indicators.OwnOf(tx, m.clock, m.Actors["mha"], plantest.Country, m.Institutions["MHA"], day("2021-04-01"), day("2022-03-31"))
		for _, o := range own {
			for _, h := range o.Held {
				list = append(list, strings.Join(append([]string{o.Ref, h.CoversTo.String(), string(h.State)}, cellsSaid(h.Cells)...), "|"))
			}
		}
		return err
	})
	return list
}

func (m *ministry) counts(want ...string) {
	m.t.Helper()
	if got := m.figures(); !slices.Equal(got, want) {
		m.t.Errorf("the figures are\n%s\nand not\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

const invNew, fundNew = "INV|2021-10-31|submitted|: number 5|novelty=continued: zero 0|novelty=new: number 5", "FUND|2021-10-31|submitted|: number 1200.50"

func TestFiguresBecomeMeasurementsInReview(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, file []byte) []byte{"as it is": nil, "saved by LibreOffice": byLibreOffice, "saved by openpyxl": byOpenpyxl,
		"without the hidden sheet": survivors["without the hidden sheet"].change,
		"with its rows in another order": func(t *testing.T, file []byte) []byte {
			return edit(t, file, func(f *excelize.File) {
				must(t, f.DuplicateRowTo(figuresSheet, 4, 8))
				must(t, f.RemoveRow(figuresSheet, 4))
			})
		},
		"without the columns that only tell": func(t *testing.T, file []byte) []byte {
			return edit(t, file, func(f *excelize.File) {
				for _, col := range []string{"F", "E", "D", "B"} {
					must(t, f.RemoveCol(figuresSheet, col))
				}
			})
		}} {
		t.Run(name, func(t *testing.T) {
			each(t, func(m *ministry) {
				m.counting()
				file := count(m.t, m.given(), map[string]cells{"INV New": {"Up to": "31 October 2021", "Figure": 5, "Note": "From the register"}, "INV Continued": {"Figure": "0"},
					"FUND Total": {"Up to": day("2021-10-31").Time(), "Figure": "1 200,5"}})
				if change != nil {
					file = change(t, file)
				}
				says(m.t, m.took(file), "FUND new", "INV new")
				m.counts(fundNew, invNew)
				says(m.t, m.took(file), "FUND same", "INV same")
			})
		})
	}
}

func TestFaultsOfFiguresHaveTheirCells(t *testing.T) {
	each(t, func(m *ministry) {
		m.counting()
		file := m.given()
		for _, c := range []struct {
			rows map[string]cells
			told string
		}{
			{map[string]cells{"FUND Total": {"Figure": 5}}, "G4 measurement.error.covers"},
			{map[string]cells{"FUND Total": {"Figure": 5, "Up to": "31/12/2021"}}, "G4 measurement.error.future"},
			{map[string]cells{"FUND Total": {"Figure": 5, "Up to": "31/3/2021"}}, "G4 round.error.outside"},
			{map[string]cells{"FUND Total": {"Figure": "many", "Up to": "31/10/2021"}}, "H4 measurement.error.words"},
			{map[string]cells{"FUND Total": {"Note": "later", "Up to": "31/10/2021"}}, "H4 measurement.error.empty"},
			{map[string]cells{"FUND Total": {"Reference": "FUNDS", "Figure": 5}}, "A4 round.error.unknown_ref"},
			{map[string]cells{"FUND Total": {"Reference": "", "Figure": 5}}, "A4 round.error.no_ref"},
			{map[string]cells{"FUND Total": {"Counted": "All", "Figure": 5, "Up to": "31/10/2021"}}, "C4 round.error.place"},
			{map[string]cells{"INV Total": {"Figure": 4.5, "Up to": "31/10/2021"}}, "H5 measurement.error.whole"},
			{map[string]cells{"INV Total": {"Figure": 4, "Up to": "31/10/2021"}, "INV New": {"Figure": 5}}, "K5 measurement.error.parts"},
			{map[string]cells{"INV Total": {"Figure": 4, "Up to": "31/10/2021"}, "INV New": {"Figure": 4, "Up to": "30/10/2021"}}, "G6 round.error.two_days"},
			{map[string]cells{"INV Total": {"Figure": 4, "Up to": "31/10/2021"}, "INV New": {"Counted": "total", "Figure": 4}}, "A6 round.error.twice"},
		} {
			o, err := m.take("mha", count(m.t, file, c.rows), nil)
			if err != nil {
				m.t.Fatal(err)
			}
			var got []string
			for _, p := range o.Problems {
				if p.Blocks {
					got = append(got, p.Cell+" "+p.Key)
				}
			}
			if strings.Join(got, "; ") != c.told || !o.Blocked() {
				m.t.Errorf("%s: told %q", c.told, got)
			}
		}
		m.counts()
	})
}

func TestFiguresLoggedMeanwhileAreAskedAbout(t *testing.T) {
	each(t, func(m *ministry) {
		m.counting()
		file := count(m.t, m.given(), map[string]cells{"FUND Total": {"Up to": "31/10/2021", "Figure": "1200.50"}})
		m.Do(m.t, func(tx *gorm.DB) error {
			total := indicators.Whole(9)
			_, err := indicators.Log(tx, m.clock, m.Actors["mha2"], indicators.MeasurementNew{Country: plantest.Country, Ref: "FUND",
				Said: indicators.Said{CoversTo: day("2021-10-31"), Cells: []indicators.Cell{{Answer: indicators.Number, Amount: &total}}}}, 0, 0, false)
			return err
		})
		o, err := m.take("mha", file, nil)
		if err != nil || len(o.Questions) != 1 || !o.Blocked() || o.Questions[0].Options[1].Key != "take_change" {
			m.t.Fatalf("%v %+v", err, o)
		}
		q := o.Questions[0]
		if q.Said[1].Text != "31 October 2021 · Draft\nTotal: 9" || q.Said[2].Text != "31 October 2021\nTotal: 1200.50" {
			m.t.Errorf("asked %+v", q.Said)
		}
		if o, err := m.take("mha", file, workbook.Answers{q.ID: "online"}); err != nil || o.Writes() {
			m.t.Errorf("%v %+v", err, o)
		}
		m.counts("FUND|2021-10-31|draft|: number 9")
		if _, err = m.take("mha", file, workbook.Answers{q.ID: "sheet"}); err != nil {
			m.t.Error(err)
		}
		m.counts("FUND|2021-10-31|submitted|: number 1200.50")
		says(m.t, m.took(file), "FUND same")
	})
}

// An approved figure is corrected by another of the same day.
func TestAnApprovedFigureIsCorrected(t *testing.T) {
	each(t, func(m *ministry) {
		m.counting()
		if _, err := m.take("mha", count(m.t, m.given(), map[string]cells{"FUND Total": {"Up to": "31/10/2021", "Figure": 5}}), nil); err != nil {
			m.t.Fatal(err)
		}
		m.Do(m.t, func(tx *gorm.DB) error {
			var one indicators.Measurement
			if err := tx.Take(&one).Error; err != nil {
				return err
			}
			_, err := indicators.Approve(tx, m.clock, m.Actors["one"], one.ID, one.Version)
			return err
		})
		file := m.given()
		says(m.t, m.took(count(m.t, file, map[string]cells{"FUND Total": {"Up to": "31/10/2021", "Figure": 6}})), "FUND changed")
		m.counts("FUND|2021-10-31|approved|: number 5", "FUND|2021-10-31|submitted|: number 6")
	})
}

// With both sheets filled in, both are taken, or nothing is.
func TestBothSheetsAreTakenOrNone(t *testing.T) {
	each(t, func(m *ministry) {
		m.counting()
		rows := map[string]cells{"FUND Total": {"Up to": "31/10/2021", "Figure": "many"}}
		file := fill(m.t, count(m.t, m.given(), rows), map[string]cells{"AP-1": worked()})
		if o, err := m.take("mha", file, nil); err != nil || !o.Blocked() {
			m.t.Errorf("%v %+v", err, o)
		}
		m.wants("MHA")
		rows["FUND Total"]["Figure"] = "not collected"
		says(m.t, m.took(count(m.t, file, rows)), "AP-1 new", "FUND new")
		m.counts("FUND|2021-10-31|submitted|: not_collected")
		if n := m.Count(m.t, "SELECT count(*) FROM updates WHERE state = ?", string(progress.Submitted)); n != 1 {
			m.t.Errorf("%d updates", n)
		}
	})
}
