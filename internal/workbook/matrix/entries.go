package matrix

import (
	"slices"
	"strings"

	"tracker/internal/sheet"
)

// isEntry takes a row into the path that names a place in its column and says
// something of it, such as an outcome with its indicators above its activities.
func (r *reader) isEntry(row sheet.Row) bool {
	title := r.t.Columns[r.title]
	if row.At(title.at).Text != "" || r.filled(row) == 0 {
		return false
	}
	var deepest *Column
	for i := range r.t.Columns {
		c := &r.t.Columns[i]
		text := row.At(c.at).Text
		if depth(c.Field) == 0 || c.Field == Activity || text == "" || saysNothing(text) {
			continue
		}
		for _, p := range r.path {
			if p.Level == c.Field && (p.Title == stepOf(c.Field, row.At(c.at)).Title || goesOn(p.Title, text)) {
				return false // the row goes on with the one before
			}
		}
		if deepest == nil || depth(c.Field) > depth(deepest.Field) {
			deepest = c
		}
	}
	if deepest == nil {
		return false
	}
	r.finish()
	r.walk(row)
	r.ignore(row, "heading")
	for _, s := range r.path {
		if s.Level == deepest.Field {
			r.entry(row, s)
		}
	}
	return true
}

// entry keeps what a row says of a place in the tree, when it says anything.
func (r *reader) entry(row sheet.Row, s Step) {
	r.draft(row, s, s.Level)
	says := false
	for i := range r.t.Columns {
		c := &r.t.Columns[i]
		cell := row.At(c.at)
		if cell.Text == "" || cell.Ref == s.Cell || depth(c.Field) > 0 {
			continue
		}
		switch c.Field {
		case Number, Budget, Currency:
			continue
		case Unknown:
		default:
			says = true
		}
		r.add(piece{row: row.Number, col: c, cell: cell})
	}
	if says {
		r.read()
		r.t.Entries = append(r.t.Entries, r.row.Row)
	}
	r.row = nil
}

// joinsPlace joins the text of a row to the place in the row before it, when it goes on with it.
func (r *reader) joinsPlace(row sheet.Row) bool {
	if !r.heading || len(row.Cells) != 1 {
		return false
	}
	column := r.columnAt(row.Cells[0].Column())
	text := strings.Join(strings.Fields(row.Cells[0].Text), " ")
	i := slices.IndexFunc(r.path, func(s Step) bool { return column != nil && s.Level == column.Field })
	if i < 0 || len(r.path[i].Title) > mostJoined || !goesOn(r.path[i].Title, text) {
		return false
	}
	r.ignore(row, "heading")
	r.path = slices.Clone(r.path)
	r.path[i].Title += " " + text
	if n := len(r.t.Entries); n > 0 && r.t.Entries[n-1].Cell == r.path[i].Cell {
		r.t.Entries[n-1].Title = r.path[i].Title
	}
	return true
}
