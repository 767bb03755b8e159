package xlsx

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/progress"
	"tracker/internal/reports"
	"tracker/internal/reports/reportstest"
)

// sampleTable is a list with every kind of cell and a hostile text in each row.
func sampleTable(texts ...string) reports.Table {
	t := reports.Table{About: reports.About{Country: "LS", CountryName: "Lesotho", Owner: "Committee & Co", Demonstration: true, Zone: time.FixedZone("SAST", 7200)},
		Name: "commitments", Title: "Commitments", Filter: []string{"Overdue", "=1+1"}, D: calendar.MustParse("2021-11-08"), Columns: []reports.Column{
			{Key: "report.col.ref", Width: 14}, {Key: "report.col.title", Width: 40}, {Key: "report.col.delivery", Width: 14}, {Key: "report.col.due_on", Kind: reports.Days, Width: 13},
			{Key: "report.col.approved_at", Kind: reports.Instants, Width: 18}, {Key: "report.col.count", Kind: reports.Numbers, Width: 9}}}
	var rows [][]any
	for i, text := range texts {
		rows = append(rows, []any{"NSF " + string(rune('A'+i)), text, progress.InProgress, calendar.MustParse("2021-09-30"), time.Date(2021, 10, 4, 7, 30, 0, 0, time.UTC), -i})
	}
	t.Rows = reports.Listed(rows)
	return t
}

func savedTable(t *testing.T, table reports.Table) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteTable(&b, reportstest.Words(t), table); err != nil {
		t.Fatal(err)
	}
	return reportstest.Saved(t, "list.xlsx", b.Bytes())
}

// listAsRead asks another program for what makes a list usable, and prints
// its cells as kind and value.
const listAsRead = `
import sys, openpyxl
sheet = openpyxl.load_workbook(sys.argv[1]).worksheets[0]
print("frozen", sheet.freeze_panes, "filter", sheet.auto_filter.ref, "titles", sheet.print_title_rows, "width", sheet.column_dimensions["B"].width, "one page wide", sheet.sheet_properties.pageSetUpPr.fitToPage, "heights", sheet.row_dimensions[7].height, sheet.row_dimensions[8].height)
for row in sheet.iter_rows():
    print(*(c.data_type + " " + repr(c.value) for c in row if c.value is not None), sep=" | ")
`

func TestAListIsReadByAnotherProgramWithTypedCells(t *testing.T) {
	hostile := []string{"plain", "=1+1", "@SUM(A1)", "two\nlines", `"quoted"`}
	out, err := exec.Command(python(), "-c", listAsRead, savedTable(t, sampleTable(hostile...))).CombinedOutput()
	if err != nil {
		t.Fatalf("openpyxl: %v\n%s", err, out)
	}
	want := `frozen B5 filter $A$4:$F$9 titles $1:$4 width 40.0 one page wide True heights None 27.75
s 'Commitments, 8 November 2021'
s 'Internal edition · DEMONSTRATION, illustrative'
s 'Only what this filter shows: Overdue · =1+1'
s 'Reference' | s 'Title' | s 'Delivery' | s 'Due' | s 'Approved at' | s 'Count'
s 'NSF A' | s 'plain' | s 'In progress' | d datetime.datetime(2021, 9, 30, 0, 0) | d datetime.datetime(2021, 10, 4, 9, 30) | n 0
s 'NSF B' | s '=1+1' | s 'In progress' | d datetime.datetime(2021, 9, 30, 0, 0) | d datetime.datetime(2021, 10, 4, 9, 30) | n -1
s 'NSF C' | s '@SUM(A1)' | s 'In progress' | d datetime.datetime(2021, 9, 30, 0, 0) | d datetime.datetime(2021, 10, 4, 9, 30) | n -2
s 'NSF D' | s 'two\nlines' | s 'In progress' | d datetime.datetime(2021, 9, 30, 0, 0) | d datetime.datetime(2021, 10, 4, 9, 30) | n -3
s 'NSF E' | s '"quoted"' | s 'In progress' | d datetime.datetime(2021, 9, 30, 0, 0) | d datetime.datetime(2021, 10, 4, 9, 30) | n -4
`
	if string(out) != want {
		t.Errorf("openpyxl reads\n%s\nwant\n%s", out, want)
	}
}

func TestLibreOfficeOpensAList(t *testing.T) {
	dir, name := t.TempDir(), savedTable(t, sampleTable("plain", "=1+1"))
	out, err := exec.Command("soffice", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "csv", "--outdir", dir, name).CombinedOutput()
	if err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "list.csv"))
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 6 {
		t.Fatalf("LibreOffice reads %d rows (%v): %s", len(rows), err, text)
	}
	if got, want := strings.Join(rows[5], "|"), "NSF B|=1+1|In progress|09/30/2021|10/04/2021 09:30:00|-1"; got != want {
		t.Errorf("the last row is %s, want %s", got, want)
	}
}

// A list that breaks off, or a cell that no one knows, is an error and not
// half a file.
func TestAListThatCannotBeWrittenIsAnError(t *testing.T) {
	broken := errors.New("broken off")
	for name, rows := range map[string]func(func([]any, error) bool){
		"broken off":  func(yield func([]any, error) bool) { yield(nil, broken) },
		"too short":   reports.Listed([][]any{{"one"}}),
		"of no known": reports.Listed([][]any{{"a", "b", "c", "d", "e", struct{}{}}}),
	} {
		table := sampleTable()
		table.Rows = rows
		err := WriteTable(new(bytes.Buffer), reportstest.Words(t), table)
		if err == nil || name == "broken off" && !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
