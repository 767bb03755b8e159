package sheet

import (
	"fmt"
	"strings"
	"testing"
)

// merged is a workbook whose second row has a value in each of three columns, with the given merged ranges.
func merged(t testing.TB, refs ...string) string {
	t.Helper()
	var b strings.Builder
	for _, ref := range refs {
		fmt.Fprintf(&b, `<mergeCell ref="%s"/>`, ref)
	}
	rows := `<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c><c r="C2"><v>3</v></c></row></sheetData><mergeCells>` + b.String() + `</mergeCells><sheetData>`
	return workbook(t, rows)
}

// Each cell of a merged range is found by the row in the column where it
// begins, and by no other; what is no range, and what overlaps, is left out.
func TestAMergedCellIsFoundInEveryRowThatItReaches(t *testing.T) {
	b, err := read(merged(t, "B5:B6", "A2:A4", "B2:C3", "A3:A9", "A1", "", "nonsense", "A1:", "C9:A1", "XFD1:XFD9", "A20001:A20009", "C4:XFD1048576"), "a.xlsx")
	must(t, err)
	s := b.Sheets[0]
	if got, want := fmt.Sprint(s.Merges), fmt.Sprint([]Range{{2, 1, 4, 1}, {2, 2, 3, 3}, {5, 2, 6, 2}, {4, 3, MostRows, MostColumns}}); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for at, want := range map[[2]int]int{{1, 1}: 0, {2, 1}: 2, {4, 1}: 2, {5, 1}: 0, {3, 2}: 2, {4, 2}: 0, {5, 2}: 5, {6, 2}: 5, {7, 2}: 0, {3, 3}: 0, {MostRows, 3}: 4, {5, 4}: 0} {
		if m, ok := s.Over(at[0], at[1]); m.Row != want || ok != (want > 0) {
			t.Errorf("row %d, column %d: %v, want one from row %d", at[0], at[1], m, want)
		}
	}
	if r := s.Row(2); len(r.Cells) != 3 || len(s.Row(1).Cells)+len(s.Row(9).Cells) != 0 || s.Row(9).Number != 9 {
		t.Errorf("row 2 has %v", r)
	}
}

func TestTooManyMergedRangesAreRefused(t *testing.T) {
	if got := told(read(merged(t, refs(MostMerges+1)...), "a.xlsx")); got != "sheet.error.merges max50000" {
		t.Error(got)
	}
	if b, err := read(merged(t, refs(MostMerges)...), "a.xlsx"); err != nil || len(b.Sheets[0].Merges) == 0 {
		t.Error(err)
	}
}

// refs are so many ranges of two cells.
func refs(n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprintf("A%d:B%d", i%MostRows+1, i%MostRows+1))
	}
	return list
}
