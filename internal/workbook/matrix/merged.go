package matrix

// add takes a cell into the row under way. A mark that is merged over the
// columns of several years or quarters stands below each of them; an amount or
// target is of none of the years.
func (r *reader) add(p piece) {
	m, ok := r.sheet.Over(p.row, p.col.at)
	if !ok || m.LastColumn == m.Column {
		r.row.pieces = append(r.row.pieces, p)
		return
	}
	var below []piece
	for i := range r.t.Columns {
		c := &r.t.Columns[i]
		if c.at > p.col.at && c.at <= m.LastColumn && c.Field == p.col.Field && (c.Year != p.col.Year || c.Quarter != p.col.Quarter) {
			p.wide = true
			below = append(below, piece{row: p.row, col: c, cell: p.cell, again: true})
		}
	}
	r.row.pieces = append(r.row.pieces, p)
	if p.col.Field == Time && isMark(p.cell.Text) {
		r.row.pieces = append(r.row.pieces, below...)
	}
}

// share takes what a cell says that is merged over this row from one above:
// who does it, when, and who pays count for each of the rows. Money and
// indicators are not said again; they stay with the first row, which is a problem to look at.
func (r *reader) share(row int, c *Column) {
	m, ok := r.sheet.Over(row, c.at)
	if !ok || m.Row >= row || m.Row <= r.t.HeaderEnd {
		return
	}
	cell := r.sheet.Row(m.Row).At(c.at)
	if cell.Text == "" {
		return
	}
	key := ""
	switch c.Field {
	case Lead, Supporting, Time, Start, End, Funder, Currency:
		r.add(piece{row: row, col: c, cell: cell, again: true})
	case Budget:
		key = "matrix.problem.shared_money"
	case Indicator:
		key = "matrix.problem.shared"
	}
	if key != "" && !saysNothing(cell.Text) && !r.merged[cell.Ref] {
		r.merged[cell.Ref] = true
		r.problem(cell, key, "from", m.Row, "to", m.LastRow)
	}
}

// problemOf says what is wrong with a cell, once.
func (r *reader) problemOf(p piece, key string, args ...any) {
	if !p.again {
		r.problem(p.cell, key, args...)
	}
}
