package matrix

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tracker/internal/sheet"
)

// A formula that was never calculated is no empty cell: it is told where it
// stands, and rows of such formulas once. Totals and notes beside it are not.
func TestAFormulaThatShowsNothingIsTold(t *testing.T) {
	f := excelize.NewFile()
	for i, r := range [][]any{{"Plan"}, {"Activity", "Lead", "Timeframe", "Means of verification", "Ours"}, {"Train the police", "MHA", "2022", "Lists"}, {"Print leaflets", "MSD", "2022"},
		nil, nil, {"Open a shelter", "MSD", "2023"}, {"Total"}} {
		ref, err := excelize.CoordinatesToCellName(1, i+1)
		if err == nil {
			err = f.SetSheetRow("Sheet1", ref, &r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, cell := range []string{"B1", "D4", "E4", "A5", "B5", "A6", "D8", "A9", "A10"} {
		if err := f.SetCellFormula("Sheet1", cell, `"a"&"b"`); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	book, err := sheet.Open(bytes.NewReader(b.Bytes()), int64(b.Len()), "a.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	rows := len(book.Sheets[0].Rows)
	p, err := Read(book, Told{})
	if err != nil || len(p.Tables) != 1 || len(p.Tables[0].Rows) != 3 || len(book.Sheets[0].Rows) != rows {
		t.Fatalf("%+v, %v", p, err)
	}
	var got []string
	for _, one := range p.Problems {
		if one.Key == "matrix.problem.formula" {
			got = append(got, one.Address())
		}
	}
	if said := strings.Join(got, " "); said != "Sheet1!D4 Sheet1!A5 Sheet1!A9" {
		t.Errorf("told %s", said)
	}
}
