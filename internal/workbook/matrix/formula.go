package matrix

import (
	"slices"

	"tracker/internal/sheet"
)

// silent are the formulas of a sheet that show nothing: of a row that holds
// nothing else, the first one alone, and of rows of that sort below each other
// the first row alone, for programs fill such rows in beforehand.
type silent struct {
	row  int
	cell sheet.Cell
}

// withoutSilent parts a sheet from its formulas that show nothing: what is
// read are its values.
func withoutSilent(s sheet.Sheet) (sheet.Sheet, []silent) {
	shows := func(c sheet.Cell) bool { return c.Text != "" }
	var found []silent
	rows := make([]sheet.Row, 0, len(s.Rows))
	last := 0 // row of nothing but such formulas
	for _, r := range s.Rows {
		whole := !slices.ContainsFunc(r.Cells, shows)
		again := whole && last > 0 && r.Number == last+1
		if whole {
			last = r.Number
		}
		var cells []sheet.Cell
		for _, c := range r.Cells {
			switch {
			case shows(c):
				cells = append(cells, c)
			case !again:
				found = append(found, silent{r.Number, c})
				again = whole
			}
		}
		if !whole {
			rows = append(rows, sheet.Row{Number: r.Number, Cells: cells})
		}
	}
	s.Rows = rows
	return s, found
}

// tellSilent makes each such formula a problem that stands in a column of a
// table, in a row that is not passed over as a total or a note.
func (p *Plan) tellSilent(tables []Table, list []silent) {
	for _, f := range list {
		at := -1
		for i, t := range tables {
			if f.row > t.HeaderEnd {
				at = i
			}
		}
		if at < 0 || slices.ContainsFunc(tables[at].Ignored, func(i Ignored) bool { return i.Row == f.row }) {
			continue
		}
		if slices.ContainsFunc(tables[at].Columns, func(c Column) bool { return c.at == f.cell.Column() && c.Field != Unknown }) {
			p.Problems = append(p.Problems, Problem{Sheet: tables[at].Sheet, Cell: f.cell.Ref, Key: "matrix.problem.formula"})
		}
	}
}
