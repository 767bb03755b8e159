package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	safe "tracker/internal/reports/csv"
	"tracker/seeds/seedstest"
)

// exported are the lists that leave as files, each with some of its filters:
// who reads it, where its rows stand on the page, and the columns of the file
// that every row of the page shows as they are.
var exported = []struct {
	who, path, rows string
	least           int // rows
	shown           []int
}{
	{"coordinator.one", "/commitments", "table.sortable tbody tr", 40, []int{0, 1, 2, 5, 6, 7, 8}},
	{"coordinator.one", "/commitments?sort=-due&status=in_progress&status=stalled&page=2", "table.sortable tbody tr", 10, []int{0, 1, 5, 6, 7, 8}},
	{"coordinator.one", "/commitments?q=shelter&lead=1&institution=MSD", "table.sortable tbody tr", 1, []int{0, 1, 6}},
	{"coordinator.one", "/commitments?flag=overdue&as_of=30+September+2021&sort=lead", "table.sortable tbody tr", 1, []int{0, 1, 5, 6, 7, 8}},
	{"coordinator.one", "/commitments?as_of=soon&answers=none", "table.sortable tbody tr", 1, []int{0, 1}},
	{"focal.bds", "/commitments", "table.sortable tbody tr", 1, []int{0, 1, 6, 7, 8}},
	{"coordinator.one", "/recommendations?edition=newest", "table.sortable tbody tr", 5, []int{0, 1, 3}},
	{"coordinator.one", "/recommendations?theme=protection&sort=-title", "table.sortable tbody tr", 5, []int{0, 1, 3}},
	{"coordinator.one", "/recommendations/editions/TIP/2021?answered=whole", "table.sortable tbody tr", 1, []int{0, 1, 3}},
	{"coordinator.one", "/recommendations/editions/TIP/2018?q=fund", "table.sortable tbody tr", 1, []int{0, 1}},
	{"coordinator.one", "/recommendations", "main table tbody tr", 5, []int{0, 1, 2, 3}},
	{"ps.mha", "/institutions", "main table tbody tr", 10, []int{0, 1}},
	{"coordinator.one", "/review", ".block:first-of-type tbody tr", 2, []int{0, 1, 4, 6, 7}},
	{"coordinator.one", "/review?institution=MHA", ".block:first-of-type tbody tr", 1, []int{0, 1, 4, 6, 7}},
	{"coordinator.one", "/review?kind=update&sort=-from", ".block:first-of-type tbody tr", 2, []int{0, 1, 4, 6, 7}},
	{"coordinator.one", "/periods", "table.deadlines tbody tr", 5, []int{1, 2, 5, 6}},
	{"focal.bds", "/periods", "table.deadlines tbody tr", 2, []int{1, 2, 5, 6}},
	{"coordinator.one", "/periods/deadlines/:past", "#institutions tbody tr", 5, []int{1, 2, 5, 6}},
	{"ps.mha", "/discipline/commitments?kind=government&state=late", "main table tbody tr", 2, []int{0, 1, 2, 3, 5}},
	{"auditor", "/audit?action=update.&page=2", "main table tbody tr", 100, []int{0, 2, 4, 5, 6, 7}},
	{"auditor", "/audit?object=commitment+NSF+4.1.2", "main table tbody tr", 1, []int{0, 2, 4, 7}},
	{"auditor", "/audit?outcome=refused", "main table tbody tr", 1, []int{0, 2, 3}},
	{"admin", "/admin/people", "main table tbody tr", 15, []int{0, 1, 3, 4, 5, 6}},
	{"admin", "/admin/people?role=focal_point&q=ministry", "main table tbody tr", 3, []int{0, 1, 3, 4, 5, 6}},
}

// pageRows are the texts of the rows of a list on all its pages, and the
// addresses of its files.
func (v *visitor) pageRows(path, rows string) (texts []string, workbook, file string) {
	v.house.t.Helper()
	for path = strings.Replace(path, "&page=2", "", 1); path != ""; {
		a := v.get(path).is(http.StatusOK)
		for _, tr := range a.find(rows) {
			texts = append(texts, textOf(tr))
		}
		links := a.find(".export a")
		if len(links) != 2 {
			v.house.t.Fatalf("%s: %d links to files", path, len(links))
		}
		workbook, file, path = attr(links[0], "href"), attr(links[1], "href"), ""
		if next := a.find(`a[rel="next"]`); len(next) > 0 {
			path = attr(next[0], "href")
		}
	}
	return texts, workbook, file
}

// csvRows reads a file of comma-separated values, heads first.
func (v *visitor) csvRows(path string) [][]string {
	v.house.t.Helper()
	a := v.get(path).is(http.StatusOK)
	text, marked := strings.CutPrefix(a.body, "\uFEFF")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	must(v.house.t, err)
	if name := a.header.Get("Content-Disposition"); !marked || !strings.Contains(name, "DEMONSTRATION.csv") {
		v.house.t.Errorf("%s: mark %t, %s", path, marked, name)
	}
	return rows
}

// sheetRows reads the rows of a workbook's list with their stored values, and
// what stands above them.
func (v *visitor) sheetRows(path string) (above []string, rows [][]string) {
	v.house.t.Helper()
	a := v.get(path).is(http.StatusOK)
	f, err := excelize.OpenReader(strings.NewReader(a.body))
	must(v.house.t, err)
	defer f.Close() //nolint:errcheck // in memory
	all, err := f.GetRows(f.GetSheetName(0), excelize.Options{RawCellValue: true})
	must(v.house.t, err)
	if name := a.header.Get("Content-Disposition"); !strings.Contains(name, "DEMONSTRATION.xlsx") {
		v.house.t.Errorf("%s: %s", path, name)
	}
	for _, row := range all[:3] {
		above = append(above, strings.Join(row, " "))
	}
	return above, all[3:]
}

// asCSV is a stored value of a sheet as the file of the same list says it;
// said tells which days and instants are meant.
func asCSV(t *testing.T, stored, said string) string {
	t.Helper()
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		at, err := time.Parse(layout, said)
		if err != nil {
			continue
		}
		serial, err := strconv.ParseFloat(stored, 64)
		if err != nil {
			return stored
		}
		day, err := excelize.ExcelDateToTime(serial, false)
		must(t, err)
		return time.Date(day.Year(), day.Month(), day.Day(), day.Hour(), day.Minute(), day.Second(), 0, at.Location()).Format(layout)
	}
	return safe.Safe(stored)
}

// sameList holds the rows of a list's two files against each other and gives
// them.
func (v *visitor) sameList(workbook, file string) [][]string {
	t := v.house.t.(*testing.T)
	t.Helper()
	rows := v.csvRows(file)
	above, sheet := v.sheetRows(workbook)
	if !strings.Contains(strings.Join(above, "\n"), "DEMONSTRATION") {
		t.Errorf("%s: above the rows stands %q", workbook, above)
	}
	if len(sheet) != len(rows) {
		t.Fatalf("%s has %d rows, %s %d", file, len(rows), workbook, len(sheet))
	}
	for i, row := range rows {
		for j, cell := range row {
			stored := ""
			if j < len(sheet[i]) { // empty cells at the end are not stored
				stored = asCSV(t, sheet[i][j], cell)
			}
			if stored != cell {
				t.Errorf("row %d, column %d: %s says %q, %s %q", i, j, file, cell, workbook, stored)
			}
		}
	}
	return rows[1:]
}

// onPage is a cell of a file as a page shows it.
func onPage(v *visitor, cell string) string {
	if d, err := calendar.Parse(cell); err == nil && !d.IsZero() {
		return v.house.s.t.ShortDate(d)
	}
	return strings.Join(strings.Fields(cell), " ")
}

// Each list leaves with exactly the rows that its filter shows, on all its
// pages and in their order, with the same values in both kinds of file, on
// both engines.
func TestListsLeaveAsTheirFilterShowsThem(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB) *db.DB{"SQLite": seedstest.Lesotho.SQLite, "PostgreSQL": seedstest.Lesotho.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := houseOn(t, open(t), testDay)
			who := map[string]*visitor{}
			for _, l := range exported {
				if who[l.who] == nil {
					who[l.who] = h.signIn(l.who + "@tracker.example")
				}
			}
			who["admin"].get("/framework/new").is(http.StatusNotFound) // a refusal, for the trail
			h.write(func(tx *gorm.DB) error { return audit.SumUp(tx, testDay.Add(24*time.Hour)) })
			for _, l := range exported {
				var past int64
				must(t, h.db.Read(t.Context(), func(tx *gorm.DB) error {
					return tx.Raw("SELECT id FROM deadlines WHERE purpose = 'reporting' AND due_on < '2021-11-08' ORDER BY due_on DESC LIMIT 1").Scan(&past).Error
				}))
				v := who[l.who]
				texts, workbook, file := v.pageRows(strings.Replace(l.path, ":past", fmt.Sprint(past), 1), l.rows)
				rows := v.sameList(workbook, file)
				if len(rows) != len(texts) || len(rows) < l.least {
					t.Errorf("%s: %d rows on its pages, %d in its files", l.path, len(texts), len(rows))
					continue
				}
				for i, row := range rows {
					for _, column := range l.shown {
						if cell := onPage(v, row[column]); !strings.Contains(texts[i], cell) {
							t.Errorf("%s: row %d holds %q, and the page shows %q", l.path, i+1, cell, texts[i])
						}
					}
				}
			}
		})
	}
}

// What chose the rows stands over them in words, and the button counts them.
func TestAFileSaysWhatChoseItsRows(t *testing.T) {
	t.Parallel()
	h := demoHouse(t, testDay)
	v := h.signIn("coordinator.one@tracker.example")
	a := v.get("/commitments?lead=1&institution=MHA&as_of=30+September+2021").is(http.StatusOK)
	rows := len(a.find("table.sortable tbody tr"))
	a.says(".export", fmt.Sprintf("Export these %d: Excel CSV", rows))
	above, _ := v.sheetRows(attr(a.find(".export a")[0], "href"))
	want := []string{"Commitments, 30 September 2021", "Internal edition · DEMONSTRATION, illustrative", "Only what this filter shows: Home Affairs · Lead only · As of 30 September 2021"}
	if !slices.Equal(above, want) {
		t.Errorf("above the rows stands %q", above)
	}
	above, _ = v.sheetRows("/commitments.xlsx")
	if above[2] != "All rows of the list." {
		t.Errorf("above all rows stands %q", above[2])
	}
	if links := v.get("/commitments?q=nothing+is+called+so").is(http.StatusOK).find(".export"); len(links) > 0 {
		t.Error("a list without rows is offered as a file")
	}
	if rows := v.csvRows("/commitments.csv?q=nothing+is+called+so"); len(rows) != 1 {
		t.Errorf("a list without rows leaves with %d lines", len(rows))
	}
}

// The same list gives the same bytes.
func TestAListLeavesTwiceAsTheSameBytes(t *testing.T) {
	h := demoHouse(t, testDay)
	v := h.signIn("coordinator.one@tracker.example")
	for _, path := range []string{"/commitments.csv", "/commitments.xlsx?status=stalled", "/recommendations.xlsx"} {
		if one, two := v.get(path).is(http.StatusOK), v.get(path).is(http.StatusOK); one.body != two.body {
			t.Errorf("%s differs", path)
		}
	}
}

// Hostile texts reach both files as texts.
func TestHostileTextsLeaveAsTexts(t *testing.T) {
	h := demoHouse(t, testDay)
	hostile := []string{"=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "a\r\nb", `say "no", now`, "line\nbreak", "’Muelelo tšohle", "x;y\tz", "-5", "=HYPERLINK(\"http://x.example\")"}
	h.write(func(tx *gorm.DB) error {
		var ids []int64
		err := tx.Raw("SELECT id FROM commitments ORDER BY sort_key").Scan(&ids).Error
		for i, text := range hostile {
			if err == nil {
				err = tx.Exec("UPDATE commitments SET title = ? WHERE id = ?", text, ids[i]).Error
			}
			if err == nil {
				err = tx.Exec("UPDATE commitment_revisions SET title = ? WHERE commitment_id = ?", text, ids[i]).Error
			}
		}
		return err
	})
	v := h.signIn("coordinator.one@tracker.example")
	rows := v.sameList("/commitments.xlsx", "/commitments.csv")
	for i, text := range hostile {
		if got := rows[i][1]; got != safe.Safe(text) {
			t.Errorf("%q left as %q", text, got)
		}
	}
	if body := v.get("/commitments.xlsx").body; strings.Contains(sheetText(t, body), "<f>") {
		t.Error("a text became a formula")
	}
}

// sheetText is the stored form of a workbook's first sheet.
func sheetText(t *testing.T, book string) string {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(book))
	must(t, err)
	defer f.Close() //nolint:errcheck // in memory
	part, ok := f.Pkg.Load("xl/worksheets/sheet1.xml")
	if !ok {
		t.Fatal("no sheet")
	}
	return string(bytes.ToLower(part.([]byte)))
}

// A trail too long for a file says so in place of its links, and a day that
// cannot be read leads to the form that says what is wrong with it.
func TestATrailTooLongForAFileSaysSo(t *testing.T) {
	h := newHouse(t, testDay)
	h.institution("MSC", "Secretariat", "government")
	v := h.person("a@tracker.example", "MSC", "auditor")
	dbtest.Unguard(t, h.db)
	h.write(func(tx *gorm.DB) error {
		return tx.Exec(`WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
			INSERT INTO audit_entries (seq, at, actor_id, actor, role, institution, request, action, object, outcome, details, prev_hash, hash)
			SELECT i, '2021-11-08 07:00:00+00:00', 0, '', '', '', '', 'test.many', '', 'done', '[]', '', printf('%064d', i) FROM n`, 1000+audit.MostInFile).Error
	})
	a := v.get("/audit?action=test.many").is(http.StatusOK).says("main", "100 001 entries are within these filters. A file holds 100 000 at the most")
	if len(a.find(".export")) > 0 {
		t.Error("too long a trail is offered as a file")
	}
	v.get("/audit.csv?action=test.many").is(http.StatusUnprocessableEntity).says("main", "narrow them")
	if n := len(v.csvRowsPlain("/audit.csv?action=institution.")); n != 2 {
		t.Errorf("a part of the trail leaves with %d lines", n)
	}
	if a := v.get("/audit.csv?from=soon&action=test.many").is(http.StatusSeeOther); a.header.Get("Location") != "/audit?action=test.many&from=soon" {
		t.Errorf("leads to %s", a.header.Get("Location"))
	}
}

// csvRowsPlain are the lines of a file from what is no demonstration.
func (v *visitor) csvRowsPlain(path string) [][]string {
	v.house.t.Helper()
	rows, err := csv.NewReader(strings.NewReader(v.get(path).is(http.StatusOK).body)).ReadAll()
	must(v.house.t, err)
	return rows
}
