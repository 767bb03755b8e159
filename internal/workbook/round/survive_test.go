package round

import (
	"archive/zip"
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"gorm.io/gorm"

	"tracker/internal/db/dbtest"
	"tracker/internal/plan/plantest"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/sheet"
	"tracker/internal/workbook"
)

// survivors are what may happen to a workbook on its way: each gets one with
// two rows filled in, and gives back what is brought in.
var survivors = map[string]struct {
	change func(t *testing.T, file []byte) []byte
}{
	"saved by LibreOffice": {change: byLibreOffice},
	"saved by openpyxl":    {change: byOpenpyxl},
	"without the hidden sheet": {change: func(t *testing.T, file []byte) []byte {
		return edit(t, file, func(f *excelize.File) { must(t, f.DeleteSheet(hiddenSheet)) })
	}},
	"without properties": {change: func(t *testing.T, file []byte) []byte {
		return rezipped(t, file, func(name, content string) (string, bool) { return content, !strings.HasPrefix(name, "docProps/") })
	}},
	"without protection": {change: func(t *testing.T, file []byte) []byte {
		return edit(t, file, func(f *excelize.File) {
			for _, s := range f.GetSheetList() {
				must(t, f.UnprotectSheet(s))
			}
		})
	}},
	"with its rows in another order": {change: func(t *testing.T, file []byte) []byte {
		return edit(t, file, func(f *excelize.File) {
			rows, err := f.GetRows(rowsSheet)
			must(t, err)
			first, last := len(rows)-1, len(rows)
			for col := 1; col <= len(ofCommitments); col++ {
				a, _ := excelize.CoordinatesToCellName(col, first)
				b, _ := excelize.CoordinatesToCellName(col, last)
				va, err := f.GetCellValue(rowsSheet, a)
				must(t, err)
				vb, err := f.GetCellValue(rowsSheet, b)
				must(t, err)
				must(t, f.SetCellValue(rowsSheet, a, vb))
				must(t, f.SetCellValue(rowsSheet, b, va))
			}
		})
	}},
	"with rows put in between": {change: func(t *testing.T, file []byte) []byte {
		return edit(t, file, func(f *excelize.File) {
			must(t, f.InsertRows(rowsSheet, 4, 2))
			must(t, f.SetCellStr(rowsSheet, "B4", "To be checked by the director"))
			must(t, f.InsertRows(rowsSheet, 1, 3))
			must(t, f.InsertRows(guideSheet, 1, 1))
		})
	}},
	"without the columns that only tell": {change: func(t *testing.T, file []byte) []byte {
		return edit(t, file, func(f *excelize.File) {
			for range 7 { // all but the reference
				must(t, f.RemoveCol(rowsSheet, "B"))
			}
			must(t, f.RemoveCol(rowsSheet, "F")) // and the reason of no progress
		})
	}},
	"with a column put in between": {change: func(t *testing.T, file []byte) []byte {
		return edit(t, file, func(f *excelize.File) {
			must(t, f.InsertCols(rowsSheet, "A", 2))
			must(t, f.InsertCols(rowsSheet, "G", 1))
		})
	}},
	"with sheets renamed, moved and added": {change: func(t *testing.T, file []byte) []byte {
		return edit(t, file, func(f *excelize.File) {
			must(t, f.SetSheetName(rowsSheet, "What we did"))
			must(t, f.MoveSheet("What we did", guideSheet))
			_, err := f.NewSheet("Notes")
			must(t, err)
			must(t, f.SetCellStr("Notes", "A1", "Reference"))
		})
	}},
	"with values pasted into a new file": {change: func(t *testing.T, file []byte) []byte {
		out := excelize.NewFile()
		defer out.Close() //nolint:errcheck // a test's
		_ = edit(t, file, func(f *excelize.File) {
			for _, s := range []string{guideSheet, rowsSheet} {
				_, err := out.NewSheet(s)
				must(t, err)
				rows, err := f.GetRows(s, excelize.Options{RawCellValue: true})
				must(t, err)
				for n, r := range rows {
					for col, v := range r {
						cell, _ := excelize.CoordinatesToCellName(col+1, n+1)
						if day, err := strconv.Atoi(v); err == nil { // what is left of a date
							must(t, out.SetCellInt(s, cell, int64(day)))
						} else {
							must(t, out.SetCellStr(s, cell, v))
						}
					}
				}
			}
		})
		var b bytes.Buffer
		must(t, out.Write(&b))
		return b.Bytes()
	}},
	"with the day as 31 October 2021":       {change: dayAs("31 October 2021")},
	"with the day as 31/10/2021":            {change: dayAs("31/10/2021")},
	"with the day as 31.10.2021":            {change: dayAs("31.10.2021")},
	"with the day as 2021-10-31 00:00:00":   {change: dayAs("2021-10-31 00:00:00")},
	"with the day as its number":            {change: dayAs(44500)},
	"with the status in other letters":      {change: statusAs("  IN progress ")},
	"with the status as the program's word": {change: statusAs("in_progress")},
}

func TestAWorkbookSurvives(t *testing.T) {
	for name, s := range survivors {
		t.Run(name, func(t *testing.T) {
			each(t, func(m *ministry) {
				m.log("mha", "NSF 1.1.1", progress.Approved, progress.Text{AsOf: day("2021-09-30"), Status: progress.InProgress, Done: "Drafted\nthe guidelines"})
				file := s.change(t, fill(m.t, m.given(), map[string]cells{"NSF 1.1.1": worked(), "AP-1": worked()}))
				o := m.took(file)
				got := m.updates("MHA")[1:]
				if len(got) != 2 || !strings.Contains(strings.Join(got, "\n"), "NSF 1.1.1|2021-10-31|submitted|in_progress|Held the workshop") ||
					!strings.Contains(strings.Join(got, "\n"), "AP-1|2021-10-31|submitted|in_progress|Held the workshop") {
					t.Errorf("it made %q", got)
				}
				for _, p := range o.Problems {
					t.Errorf("told: %+v", p)
				}
				if o := m.took(file); o.Writes() || o.Blocked() {
					t.Errorf("again: %s", told(o))
				}
			})
		})
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func dayAs(value any) func(t *testing.T, file []byte) []byte {
	return func(t *testing.T, file []byte) []byte {
		return edit(t, file, func(f *excelize.File) {
			for _, ref := range []string{"NSF 1.1.1", "AP-1"} {
				cell := cellOf(t, f, rowsSheet, ref, "True on")
				must(t, f.SetCellValue(rowsSheet, cell, value))
				if _, number := value.(int); number {
					plain, err := f.NewStyle(&excelize.Style{})
					must(t, err)
					must(t, f.SetCellStyle(rowsSheet, cell, cell, plain))
				}
			}
		})
	}
}

func statusAs(text string) func(t *testing.T, file []byte) []byte {
	return func(t *testing.T, file []byte) []byte {
		return fill(t, file, map[string]cells{"NSF 1.1.1": {"Delivery status": text}, "AP-1": {"Delivery status": text}})
	}
}

// rezipped writes the parts of a workbook anew, as keep changes or drops them.
func rezipped(t *testing.T, file []byte, keep func(name, content string) (string, bool)) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	must(t, err)
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	gone := regexp.MustCompile(`<(Override|Relationship) [^>]*docProps/[^>]*(/>|></(Override|Relationship)>)`)
	for _, f := range in.File {
		r, err := f.Open()
		must(t, err)
		content, err := io.ReadAll(r)
		must(t, err)
		text, kept := keep(f.Name, string(content))
		if !kept {
			continue
		}
		if f.Name == "[Content_Types].xml" || f.Name == "_rels/.rels" {
			text = gone.ReplaceAllString(text, "")
		}
		w, err := out.Create(f.Name)
		must(t, err)
		_, err = w.Write([]byte(text))
		must(t, err)
	}
	must(t, out.Close())
	return b.Bytes()
}

// byLibreOffice opens and saves a file as a person would.
func byLibreOffice(t *testing.T, file []byte) []byte {
	t.Helper()
	dir := t.TempDir()
	name := filepath.Join(dir, "in", "book.xlsx")
	must(t, os.Mkdir(filepath.Dir(name), 0o700))
	must(t, os.WriteFile(name, file, 0o600))
	if out, err := exec.Command("soffice", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "xlsx", "--outdir", dir, name).CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(dir, "book.xlsx"))
	must(t, err)
	return b
}

func byOpenpyxl(t *testing.T, file []byte) []byte {
	t.Helper()
	python := os.Getenv("TRACKER_TEST_PYTHON")
	if python == "" {
		python = "/usr/bin/python3"
	}
	name := filepath.Join(t.TempDir(), "book.xlsx")
	must(t, os.WriteFile(name, file, 0o600))
	if out, err := exec.Command(python, "-c", "import sys, openpyxl; b = openpyxl.load_workbook(sys.argv[1]); b.save(sys.argv[1])", name).CombinedOutput(); err != nil {
		t.Fatalf("openpyxl: %v\n%s", err, out)
	}
	b, err := os.ReadFile(name)
	must(t, err)
	return b
}

// However a workbook was cut up, it is told or refused: never an error of the
// program's own.
func TestAWorkbookCutUpAnyhowIsAnswered(t *testing.T) {
	m := begin(t, dbtest.SQLite(t))
	m.counting()
	m.log("mha", "NSF 1.1.1", progress.Returned, progress.Text{AsOf: day("2021-10-31"), Status: progress.InProgress, Done: "Drafted"})
	file := count(t, fill(t, m.given(), map[string]cells{"NSF 1.1.1": worked(), "AP-1": worked()}), map[string]cells{"INV New": {"Up to": "31 October 2021", "Figure": 5}})
	random := rand.New(rand.NewPCG(1, 2))
	texts := []string{"", " ", "Reference", "NSF 1.1.1", "99999999", "-1", "=1", "31/10/2021", form, form + " a b c d e", strings.Repeat("9", 400), "\u00a0", "12:3:x", "Total"}
	kinds := []sheet.Kind{sheet.Words, sheet.Number, sheet.Date, sheet.Bool, sheet.Failed, sheet.Formula}
	for round := range 400 {
		f := read(t, file)
		for range 1 + random.IntN(12) {
			s := &f.Book.Sheets[random.IntN(len(f.Book.Sheets))]
			if len(s.Rows) == 0 {
				continue
			}
			at := random.IntN(len(s.Rows))
			switch r := &s.Rows[at]; random.IntN(6) {
			case 0:
				s.Rows = append(s.Rows[:at:at], s.Rows[at+1:]...)
			case 1:
				s.Hidden = !s.Hidden
			default:
				c := &r.Cells[random.IntN(len(r.Cells))]
				c.Text = texts[random.IntN(len(texts))]
				c.Raw, c.Kind = c.Text, kinds[random.IntN(len(kinds))]
			}
		}
		err := m.DB.Read(t.Context(), func(tx *gorm.DB) error {
			_, err := Take(tx, workbook.In{Clock: m.clock, Actor: m.Actors["mha"], Country: plantest.Country, File: f})
			return err
		})
		if err != nil && problem.KindOf(err) != problem.Invalid {
			t.Fatalf("round %d: %v", round, err)
		}
	}
	m.wants("MHA", "NSF 1.1.1|2021-10-31|returned|in_progress|Drafted")
}
