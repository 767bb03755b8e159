package round

import (
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"gorm.io/gorm"

	"tracker/internal/db/dbtest"
	"tracker/internal/plan/plantest"
	"tracker/internal/progress"
	"tracker/internal/sheet"
	"tracker/internal/workbook"
)

// cellByText finds a cell of a sheet by what it begins with.
func cellByText(t testing.TB, f *excelize.File, sheetName, begin string) string {
	t.Helper()
	rows, err := f.GetRows(sheetName)
	must(t, err)
	for n, r := range rows {
		for col, v := range r {
			if strings.HasPrefix(v, begin) {
				cell, err := excelize.CoordinatesToCellName(col+1, n+1)
				must(t, err)
				return cell
			}
		}
	}
	t.Fatalf("%s has no cell that begins with %s", sheetName, begin)
	return ""
}

func TestAFileThatIsNotTheActorsIsRefused(t *testing.T) {
	each(t, func(m *ministry) {
		file := fill(m.t, m.given(), map[string]cells{"NSF 1.1.1": worked()})
		stamped := func(s Stamp) []byte {
			return edit(m.t, file, func(f *excelize.File) {
				must(m.t, f.SetCellStr(guideSheet, cellByText(m.t, f, guideSheet, form), s.String()))
			})
		}
		own := Stamp{Country: plantest.Country, Institution: "MHA", Period: "2021-22", At: m.clock.Now()}
		zambia, gone := own, own
		zambia.Country, gone.Period = "ZM", "1999-00"
		for _, c := range []struct {
			who, key string
			file     []byte
		}{
			{"msd", "round.error.institution", file},
			{"one", "round.error.institution", file},
			{"home", "round.error.focal_point", file}, // a coordinator of that ministry
			{"mha", "round.error.country", stamped(zambia)},
			{"mha", "round.error.period", stamped(gone)},
			{"mha", "round.error.stamp", edit(m.t, file, func(f *excelize.File) {
				must(m.t, f.SetCellStr(guideSheet, cellByText(m.t, f, guideSheet, form), strings.Replace(own.String(), "2021-22", "2020-21", 1)))
			})},
			{"mha", "round.error.no_stamp", edit(m.t, file, func(f *excelize.File) {
				must(m.t, f.DeleteSheet(guideSheet))
				must(m.t, f.DeleteSheet(hiddenSheet))
			})},
			{"mha", "round.error.no_rows", edit(m.t, file, func(f *excelize.File) { must(m.t, f.DeleteSheet(rowsSheet)) })},
			{"mha", "round.error.none", edit(m.t, file, func(f *excelize.File) {
				_, err := f.NewSheet("Other")
				must(m.t, err)
				must(m.t, f.DeleteSheet(guideSheet))
				must(m.t, f.DeleteSheet(hiddenSheet))
				must(m.t, f.DeleteSheet(rowsSheet))
			})},
		} {
			_, err := m.take(c.who, c.file, nil)
			if err == nil {
				m.t.Errorf("%s may bring in what is to be refused by %s", c.who, c.key)
				continue
			}
			refusedBy(m.t, err, c.key)
		}
		m.wants("MHA")
	})
}

// close closes the reporting deadlines of a half, or of both.
func (m *ministry) close(titles ...string) {
	m.t.Helper()
	m.clock = plantest.At("2022-05-02")
	for _, title := range titles {
		var d progress.Deadline
		m.Read(m.t, func(tx *gorm.DB) error { return tx.Where("title = ?", title).Take(&d).Error })
		m.later()
		m.Do(m.t, func(tx *gorm.DB) error {
			return progress.CloseDeadline(tx, m.clock, m.Actors["one"], d.ID, d.Version, true)
		})
	}
}

func TestAWorkbookThatComesTooLateIsRefused(t *testing.T) {
	each(t, func(m *ministry) {
		file := fill(m.t, m.given(), map[string]cells{"NSF 1.1.1": worked(), "AP-1": worked(func(c cells) { c["True on"] = "30/9/2021" })})
		m.close("First half")
		o, err := m.take("mha", file, nil)
		if err != nil {
			m.t.Fatal(err)
		}
		says(m.t, o, "AP-1 wrong", "NSF 1.1.1 new", "Commitments!I4 update.error.closed true")
		m.close("Second half")
		_, err = m.take("mha", file, nil)
		refusedBy(m.t, err, "round.error.closed")
		m.wants("MHA")
	})
}

// What is wrong is told by cell, and then nothing of the file is taken.
func TestEveryFaultHasItsCell(t *testing.T) {
	one := func(ref string, change func(cells)) map[string]cells {
		return map[string]cells{"AP-1": worked(), ref: worked(change)}
	}
	for name, c := range map[string]struct {
		rows map[string]cells
		told []string // of the row NSF 1.1.1
	}{
		"no day":            {rows: one("NSF 1.1.1", func(c cells) { c["True on"] = "" }), told: []string{"I5 update.error.as_of"}},
		"no day at all":     {rows: one("NSF 1.1.1", func(c cells) { c["True on"] = "soon" }), told: []string{"I5 round.error.day"}},
		"a day to come":     {rows: one("NSF 1.1.1", func(c cells) { c["True on"] = "31/12/2021" }), told: []string{"I5 update.error.future"}},
		"another year":      {rows: one("NSF 1.1.1", func(c cells) { c["True on"] = "31/3/2021" }), told: []string{"I5 round.error.outside"}},
		"no status":         {rows: one("NSF 1.1.1", func(c cells) { c["Delivery status"] = "" }), told: []string{"J5 update.error.status"}},
		"no such status":    {rows: one("NSF 1.1.1", func(c cells) { c["Delivery status"] = "fine" }), told: []string{"J5 round.error.status"}},
		"nothing said":      {rows: one("NSF 1.1.1", func(c cells) { c["What was done"] = "" }), told: []string{"K5 update.error.nothing_said"}},
		"both said":         {rows: one("NSF 1.1.1", func(c cells) { c["No progress"], c["Because"] = "none", "Security" }), told: []string{"K5 update.error.both"}},
		"no reason":         {rows: one("NSF 1.1.1", func(c cells) { c["What was done"], c["No progress"] = "", "none" }), told: []string{"M5 update.error.blocker"}},
		"no such reason":    {rows: one("NSF 1.1.1", func(c cells) { c["Because"] = "laziness" }), told: []string{"M5 round.error.blocker"}},
		"a paper untitled":  {rows: one("NSF 1.1.1", func(c cells) { c["Evidence: address"] = "https://a.example" }), told: []string{"Q5 update.error.evidence_title"}},
		"no address":        {rows: one("NSF 1.1.1", func(c cells) { c["Evidence: title"], c["Evidence: address"] = "Law", "javascript:alert(1)" }), told: []string{"R5 update.error.evidence_url"}},
		"no kind of paper":  {rows: one("NSF 1.1.1", func(c cells) { c["Evidence: kind"] = "rumour" }), told: []string{"S5 round.error.paper_kind"}},
		"too long":          {rows: one("NSF 1.1.1", func(c cells) { c["Next step"] = strings.Repeat("x", progress.MaxText+1) }), told: []string{"O5 problem.too_long"}},
		"an edited ref":     {rows: one("NSF 1.1.1", func(c cells) { c["Reference"] = "NSF 9.9.9" }), told: []string{"A5 round.error.unknown_ref"}},
		"nearly the ref":    {rows: one("NSF 1.1.1", func(c cells) { c["Reference"] = "NSF 1-1-1" }), told: []string{"A5 round.error.unknown_ref"}},
		"another ministrys": {rows: one("NSF 1.1.1", func(c cells) { c["Reference"] = "NSF 1.1.2" }), told: []string{"A5 round.error.unknown_ref"}},
		"no ref":            {rows: one("NSF 1.1.1", func(c cells) { c["Reference"] = "" }), told: []string{"A5 round.error.no_ref"}},
		"the same ref":      {rows: one("NSF 1.1.1", func(c cells) { c["Reference"] = "ap-1" }), told: []string{"A5 round.error.twice"}},
	} {
		t.Run(name, func(t *testing.T) {
			m := begin(t, dbtest.SQLite(t))
			// The reference goes last: rows are found by it.
			file := edit(t, m.given(), func(f *excelize.File) {
				name, renamed := c.rows["NSF 1.1.1"]["Reference"]
				delete(c.rows["NSF 1.1.1"], "Reference")
				fillIn(t, f, c.rows)
				if renamed {
					must(t, f.SetCellValue(rowsSheet, "A5", name))
				}
			})
			o, err := m.take("mha", file, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range o.Problems {
				if p.Blocks {
					got = append(got, p.Cell+" "+p.Key)
				}
			}
			if strings.Join(got, "; ") != strings.Join(c.told, "; ") {
				t.Errorf("told %q", got)
			}
			m.wants("MHA")
		})
	}
}

// A formula in a cell to fill in is nobody's word, whatever it shows.
func TestAFormulaIsNotTaken(t *testing.T) {
	each(t, func(m *ministry) {
		file := edit(m.t, fill(m.t, m.given(), map[string]cells{"NSF 1.1.1": worked()}), func(f *excelize.File) {
			plain, err := f.NewStyle(&excelize.Style{})
			must(m.t, err)
			must(m.t, f.SetCellStyle(rowsSheet, "K5", "K5", plain))
			must(m.t, f.SetCellFormula(rowsSheet, "K5", `"Held the "&"workshop"`))
			must(m.t, f.SetCellStyle(rowsSheet, "O5", "O5", plain))
			must(m.t, f.SetCellFormula(rowsSheet, "O5", "1/0"))
		})
		o, err := m.take("mha", byLibreOffice(t, file), nil) // which calculates
		if err != nil {
			m.t.Fatal(err)
		}
		says(m.t, o, "NSF 1.1.1 wrong", "Commitments!K5 round.error.formula true", "Commitments!O5 round.error.formula true")
		m.wants("MHA")
	})
}

// A formula that was never calculated shows nothing: its row is not blank. A
// reference that was put together says nothing of where a row goes.
func TestAFormulaThatWasNeverCalculatedIsTold(t *testing.T) {
	m := begin(t, dbtest.SQLite(t))
	ref := ""
	file := edit(t, fill(t, m.given(), map[string]cells{"AP-1": worked()}), func(f *excelize.File) {
		ref = cellOf(t, f, rowsSheet, "AP-1", "Reference")
		must(t, f.SetCellFormula(rowsSheet, cellOf(t, f, rowsSheet, "NSF 1.1.1", "What was done"), `"Held the "&"workshop"`))
	})
	o, err := m.take("mha", file, nil)
	if err != nil {
		t.Fatal(err)
	}
	says(t, o, "AP-1 new", "NSF 1.1.1 wrong", "Commitments!K5 round.error.formula true")
	m.wants("MHA")

	sent := read(t, fill(t, m.given(), map[string]cells{"AP-1": worked()}))
	for _, s := range sent.Book.Sheets {
		for _, r := range s.Rows {
			for i := range r.Cells {
				if s.Name == rowsSheet && r.Cells[i].Ref == ref {
					r.Cells[i].Kind = sheet.Formula
				}
			}
		}
	}
	m.Read(t, func(tx *gorm.DB) error {
		o, err = Take(tx, workbook.In{Clock: m.clock, Actor: m.Actors["mha"], Country: plantest.Country, File: sent})
		return err
	})
	says(t, o, "AP-1 wrong", "Commitments!"+ref+" round.error.formula true")
}

// What was locked and was changed all the same is told, and not taken over.
func TestWhatWasChangedBesideTheYellowCellsIsTold(t *testing.T) {
	each(t, func(m *ministry) {
		m.log("mha", "NSF 1.1.1", progress.Approved, progress.Text{AsOf: day("2021-09-30"), Status: progress.InProgress, Done: "Drafted"})
		file := edit(m.t, fill(m.t, m.given(), map[string]cells{"NSF 1.1.1": worked()}), func(f *excelize.File) {
			must(m.t, f.SetCellStr(rowsSheet, cellOf(m.t, f, rowsSheet, "NSF 1.1.1", "Said last"), "Adopted"))
			must(m.t, f.RemoveRow(rowsSheet, 4))
		})
		says(m.t, m.took(file), "NSF 1.1.1 new", "Commitments!F4 round.told.altered false", "Commitments round.told.gone false")
		m.wants("MHA", "NSF 1.1.1|2021-09-30|approved|in_progress|Drafted", "NSF 1.1.1|2021-10-31|submitted|in_progress|Held the workshop")
	})
	m := begin(t, dbtest.SQLite(t))
	file := edit(t, fill(t, m.given(), map[string]cells{"NSF 1.1.1": worked()}), func(f *excelize.File) {
		must(t, f.DeleteSheet(hiddenSheet))
		must(t, f.SetCellStr(rowsSheet, cellOf(t, f, rowsSheet, "NSF 1.1.1", "Last status"), "Completed"))
	})
	o := m.took(file)
	if !strings.Contains(told(o), "round.told.checksum false") || o.Count(workbook.New) != 1 {
		t.Errorf("told %s", told(o))
	}
}

// What would need the ministry's clearance first waits for it, and the same
// file does not ask again.
func TestARowWaitsForTheClearanceOfItsMinistry(t *testing.T) {
	each(t, func(m *ministry) {
		m.Do(m.t, func(tx *gorm.DB) error {
			return tx.Exec("UPDATE institutions SET clearing_post_id = ? WHERE code = 'MHA'", m.Actors["mha2"].PostID).Error
		})
		file := fill(m.t, m.given(), map[string]cells{"NSF 1.1.1": worked()})
		says(m.t, m.took(file), "NSF 1.1.1 new")
		m.wants("MHA", "NSF 1.1.1|2021-10-31|draft|in_progress|Held the workshop")
		if n := m.Count(m.t, "SELECT count(*) FROM clearances WHERE kind = 'asked'"); n != 1 {
			m.t.Errorf("%d requests", n)
		}
		says(m.t, m.took(file), "NSF 1.1.1 same")
	})
}

// A dry run keeps nothing, and a half that cannot be kept keeps nothing either.
func TestADryRunKeepsNothing(t *testing.T) {
	each(t, func(m *ministry) {
		file := fill(m.t, m.given(), map[string]cells{"NSF 1.1.1": worked(), "AP-1": worked(func(c cells) { c["Delivery status"] = "fine" })})
		if o, err := m.look("mha", file, nil); err != nil || o.Count(workbook.New) != 1 || !o.Blocked() {
			m.t.Errorf("%v %+v", err, o)
		}
		if o, err := m.take("mha", file, nil); err != nil || !o.Blocked() {
			m.t.Errorf("%v %+v", err, o)
		}
		m.wants("MHA")
	})
}
