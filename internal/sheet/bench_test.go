package sheet

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"

	"tracker/internal/sheet/peak"
)

// The promise: a workbook with as many cells as may be is read in less than 5 s.
func BenchmarkOpenWorkbookOf200000Cells(b *testing.B) {
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	must(b, err)
	for i := range MostCells / 20 {
		row := make([]any, 20)
		for k := range row {
			if row[k] = any(float64(i) / 7); k%2 == 0 {
				row[k] = "Train inspectors in every district"
			}
		}
		ref, err := excelize.CoordinatesToCellName(1, i+1)
		must(b, err)
		must(b, w.SetRow(ref, row))
	}
	must(b, w.Flush())
	var out bytes.Buffer
	must(b, f.Write(&out))
	must(b, f.Close())
	content := out.String()
	b.ReportAllocs()
	report := peak.Watch(b)
	for b.Loop() {
		book, err := read(content, "a.xlsx")
		if err != nil || len(book.Sheets[0].Rows) != MostCells/20 {
			b.Fatal(err)
		}
	}
	report()
}
