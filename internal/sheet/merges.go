package sheet

import (
	"cmp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Range is a block of cells that are merged, each of its ends in it, counted
// from 1. The value stands in its first row and column; the others are empty.
// It is never made larger than a sheet that is read.
type Range struct{ Row, Column, LastRow, LastColumn int }

// Over is the merged range that begins in a column and reaches over a row of it.
func (s Sheet) Over(row, column int) (Range, bool) {
	i, found := slices.BinarySearchFunc(s.Merges, Range{Row: row, Column: column}, before)
	if !found {
		i--
	}
	if i < 0 || s.Merges[i].Column != column || s.Merges[i].LastRow < row {
		return Range{}, false
	}
	return s.Merges[i], true
}

// Row is a row of the sheet by its number; one without a value has no cells.
func (s Sheet) Row(number int) Row {
	i, found := slices.BinarySearchFunc(s.Rows, number, func(r Row, n int) int { return cmp.Compare(r.Number, n) })
	if !found {
		return Row{Number: number}
	}
	return s.Rows[i]
}

// rangeOf reads a range such as "A1:B2". One that is none, has one cell, or
// begins beyond what is read is left out: nothing is lost with it.
func rangeOf(ref string) (Range, bool) {
	from, to, _ := strings.Cut(ref, ":")
	col, row, err := excelize.CellNameToCoordinates(from)
	if err != nil {
		return Range{}, false
	}
	lastCol, lastRow, err := excelize.CellNameToCoordinates(to)
	if err != nil {
		return Range{}, false
	}
	r := Range{row, col, min(lastRow, MostRows), min(lastCol, MostColumns)}
	return r, r.LastRow >= row && r.LastColumn >= col && (r.LastRow > row || r.LastColumn > col)
}

func before(a, b Range) int {
	return cmp.Or(cmp.Compare(a.Column, b.Column), cmp.Compare(a.Row, b.Row))
}

// settled sorts ranges by their first column and row. Programs make none that
// overlap; of those that do in a column the first stays.
func settled(list []Range) []Range {
	slices.SortStableFunc(list, before)
	kept := list[:0]
	for _, m := range list {
		if n := len(kept); n > 0 && kept[n-1].Column == m.Column && kept[n-1].LastRow >= m.Row {
			continue
		}
		kept = append(kept, m)
	}
	return kept
}
