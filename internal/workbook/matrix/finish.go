package matrix

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tracker/internal/sheet"
)

// start begins a row of the plan.
func (r *reader) start(row sheet.Row) {
	r.finish()
	title := r.t.Columns[r.title]
	for _, c := range r.t.Columns[r.title:] { // what stands behind the title is of its row only
		r.path = slices.DeleteFunc(slices.Clone(r.path), func(s Step) bool { return c.at > title.at && s.Level == c.Field })
	}
	r.walk(row)
	cell := row.At(title.at)
	level := title.Field
	if cell.Text == "" { // an activity of a table with sub-activities: the path has it
		last := r.path[len(r.path)-1]
		level = last.Level
		for _, c := range r.t.Columns {
			if c.Field == level {
				cell = row.At(c.at)
			}
		}
	}
	r.draft(row, stepOf(level, cell), level)
	r.ownNumber(row)
	r.gather(row)
}

// draft puts a row under way.
func (r *reader) draft(row sheet.Row, s Step, level Field) {
	r.row = &draft{Row: Row{First: row.Number, Last: row.Number, Cell: s.Cell, Level: level, Number: s.Number, Title: s.Title, Path: []Step{}}}
	for _, p := range r.path {
		if depth(p.Level) < depth(level) {
			r.row.Path = append(r.row.Path, p)
		}
	}
}

// ownNumber reads the number of a row from its column.
func (r *reader) ownNumber(row sheet.Row) {
	above := ""
	if n := len(r.row.Path); n > 0 {
		above = r.row.Path[n-1].Number
	}
	for _, c := range r.t.Columns {
		cell := row.At(c.at)
		if c.Field != Number || c.of != r.row.Level || cell.Text == "" {
			continue
		}
		number, ok := numberOf(cell, r.number, above)
		if !ok {
			r.problem(cell, "matrix.problem.number")
			continue
		}
		r.row.Number = number
	}
	if len(parts(r.row.Number)) > 0 {
		r.number = r.row.Number
	}
}

// gather takes the cells of a row into the one under way. A title that goes on is joined.
func (r *reader) gather(row sheet.Row) {
	title := r.t.Columns[r.title]
	for i := range r.t.Columns {
		c := &r.t.Columns[i]
		cell := row.At(c.at)
		switch {
		case c.Field == Number:
		case cell.Text == "" && row.Number == r.row.First:
			r.share(row.Number, c)
		case cell.Text == "":
		case c.at == title.at && row.Number != r.row.First:
			r.row.Title += " " + strings.Join(strings.Fields(cell.Text), " ")
		case depth(c.Field) > 0:
			if row.Number != r.row.First && c.at != title.at {
				r.problem(cell, "matrix.problem.place")
			}
		default:
			r.add(piece{row: row.Number, col: c, cell: cell})
		}
	}
	r.row.Last = row.Number
}

// finish reads what was gathered and keeps the row.
func (r *reader) finish() {
	if r.row == nil {
		return
	}
	r.read()
	r.nobody()
	r.t.Rows = append(r.t.Rows, r.row.Row)
	r.row = nil
}

// read reads what was gathered.
func (r *reader) read() {
	d := &r.row.Row
	d.Indicators, d.Lead, d.Supporting, d.When, d.Budget = []Measure{}, []Said{}, []Said{}, []Said{}, []Money{}
	d.Funder, d.Means, d.Assumptions, d.Remarks, d.Other = []Said{}, []Said{}, []Said{}, []Said{}, []OtherSaid{}
	for _, p := range r.joined(r.row.pieces) {
		said := Said{Text: p.cell.Text, Cell: p.cell.Ref}
		switch p.col.Field {
		case Lead, Supporting:
			r.part(p)
		case Time, Start, End:
			r.when(p)
		case Budget:
			r.money(p)
		case Means:
			d.Means = append(d.Means, said)
		case Funder:
			d.Funder = append(d.Funder, said)
		case Assumptions:
			d.Assumptions = append(d.Assumptions, said)
		case Remarks:
			d.Remarks = append(d.Remarks, said)
		case Unknown:
			d.Other = append(d.Other, OtherSaid{Heading: p.col.Heading, Said: said})
		}
	}
	r.currency()
	r.measures(r.row.pieces)
}

// joined joins a text that goes on in the next row to where it began, and the
// rows of a timeframe.
func (r *reader) joined(pieces []piece) (list []piece) {
	at := map[*Column]int{}
	for _, p := range pieces {
		switch p.col.Field {
		case Indicator, Baseline, Target:
			continue
		}
		if i, ok := at[p.col]; ok && p.col.Field != Budget {
			before := &list[i].cell
			if len(before.Text) <= mostJoined && goesOn(before.Text, p.cell.Text) || len(before.Text) <= mostWhen && p.col.Field == Time && p.col.Year == 0 {
				before.Text, before.Kind = before.Text+" "+p.cell.Text, sheet.Words
				continue
			}
		}
		at[p.col] = len(list)
		list = append(list, p)
	}
	return list
}

// currency gives the amounts of a row the currency that its column names.
func (r *reader) currency() {
	for _, p := range r.row.pieces {
		for i := range r.row.Budget {
			if p.col.Field == Currency && r.row.Budget[i].Currency == "" {
				r.row.Budget[i].Currency = currencyCode(p.cell.Text)
			}
		}
	}
}

// nobody says where a row names no institution.
func (r *reader) nobody() {
	if len(r.row.Lead)+len(r.row.Supporting) > 0 {
		return
	}
	for _, c := range r.t.Columns {
		if c.Field == Lead {
			cell := sheet.Cell{Ref: c.Letters + strconv.Itoa(r.row.First)}
			for _, p := range r.row.pieces {
				if p.cell.Ref == cell.Ref {
					cell = p.cell
				}
			}
			r.problem(cell, "matrix.problem.nobody")
			return
		}
	}
}

// part reads the institutions of a cell.
func (r *reader) part(p piece) {
	if saysNothing(p.cell.Text) {
		return
	}
	if p.cell.Kind != sheet.Words && p.cell.Kind != sheet.Formula {
		r.problemOf(p, "matrix.problem.institution")
		return
	}
	list := parties(p.cell.Text)
	roles := false
	for _, one := range list {
		roles = roles || one.part == Lead
	}
	leads := 0
	for _, one := range list {
		said := Said{Text: one.name, Cell: p.cell.Ref}
		part := one.part
		if part == Unknown {
			part = p.col.Field
			if roles {
				part = Supporting
			}
		}
		if part == Lead {
			leads++
			r.row.Lead = append(r.row.Lead, said)
		} else {
			r.row.Supporting = append(r.row.Supporting, said)
		}
	}
	if leads > 1 {
		r.problemOf(p, "matrix.problem.leads", "n", leads)
	}
}

// when reads a timeframe, or a mark below a year or quarter.
func (r *reader) when(p piece) {
	if saysNothing(p.cell.Text) {
		return
	}
	span := &r.row.Span
	said := Said{Text: p.cell.Text, Cell: p.cell.Ref}
	r.row.When = append(r.row.When, said)
	if isMark(p.cell.Text) && ofPart(*p.col) && p.col.Year == 0 {
		if len(r.row.When) == 1 { // the others of the row say the same
			r.problemOf(p, "matrix.problem.mark")
		}
		return
	}
	if p.col.Year != 0 && isMark(p.cell.Text) {
		one, _ := part(p.col.Year, 1, 1)
		if p.col.Quarter > 0 {
			one, _ = part(p.col.Year, p.col.Quarter, 4)
		}
		if span.Start.IsZero() || one.Start.Before(span.Start) {
			span.Start = one.Start
		}
		if span.Due.Before(one.Due) {
			span.Due = one.Due
		}
		return
	}
	one, ok := whenOf(p.cell, p.col.Year)
	switch {
	case !ok:
		r.problemOf(p, "matrix.problem.time")
	case p.col.Field == Start:
		span.Start = one.Start
	case p.col.Field == End:
		span.Due, span.Continuous = one.Due, one.Continuous
	case one.Start == one.Due: // a day alone is the last
		*span = Span{Due: one.Due, Continuous: one.Continuous}
	default:
		*span = one
	}
	if !span.Due.IsZero() && span.Due.Before(span.Start) {
		r.problemOf(p, "matrix.problem.order")
		span.Start, span.Due = Span{}.Start, Span{}.Due
	}
}

// money reads the amounts of a cell.
func (r *reader) money(p piece) {
	if saysNothing(p.cell.Text) {
		return
	}
	col := *p.col
	if p.wide {
		col.Year = 0
	}
	lines, ok := moneyOf(p.cell, col)
	if !ok {
		r.problem(p.cell, "matrix.problem.money")
		return
	}
	for _, line := range lines {
		for _, other := range r.row.pieces {
			if other.col.Field == Funder && other.row == p.row && line.Funder == "" && !saysNothing(other.cell.Text) {
				line.Funder = strings.Join(strings.Fields(other.cell.Text), " ")
			}
		}
		r.row.Budget = append(r.row.Budget, Money{line, p.cell.Ref})
	}
}

// measures reads the indicators of a row with their baselines and targets, row
// by row of the sheet.
func (r *reader) measures(pieces []piece) {
	for from := 0; from < len(pieces); {
		to := from
		for to < len(pieces) && pieces[to].row == pieces[from].row {
			to++
		}
		r.measuresOf(pieces[from:to])
		from = to
	}
}

// measuresOf reads the indicators of one row of the sheet.
func (r *reader) measuresOf(pieces []piece) {
	d := &r.row.Row
	var texts []Said
	values := 0
	for _, p := range pieces {
		switch p.col.Field {
		case Indicator:
			for _, line := range bullets(p.cell.Text) {
				texts = append(texts, Said{Text: line, Cell: p.cell.Ref})
			}
		case Baseline, Target:
			values++
		}
	}
	if n := len(d.Indicators); len(texts) == 1 && values == 0 && n > 0 && goesOn(d.Indicators[n-1].Text, texts[0].Text) {
		d.Indicators[n-1].Text += " " + texts[0].Text
		return
	}
	first := len(d.Indicators)
	for _, text := range texts {
		d.Indicators = append(d.Indicators, Measure{Said: text, Targets: []Amount{}})
	}
	if values == 0 {
		return
	}
	if len(texts) == 0 {
		if first == 0 {
			d.Indicators = append(d.Indicators, Measure{Targets: []Amount{}})
		}
		first = len(d.Indicators) - 1
	}
	for _, p := range pieces {
		if p.col.Field == Baseline || p.col.Field == Target {
			r.value(p, d.Indicators[first:])
		}
	}
}

// value gives a baseline or target to its indicator: each line of the cell to
// one of as many indicators, else all of it to the first.
func (r *reader) value(p piece, list []Measure) {
	lines := bullets(p.cell.Text)
	if len(list) == 1 || len(lines) != len(list) {
		if len(list) > 1 {
			r.problem(p.cell, "matrix.problem.pairs", "n", len(list))
		}
		lines = []string{strings.Join(strings.Fields(p.cell.Text), " ")}
	}
	for i, line := range lines {
		said := Said{Text: line, Cell: p.cell.Ref}
		if p.col.Field == Target {
			year := p.col.Year
			if p.wide {
				year = 0
			}
			list[i].Targets = append(list[i].Targets, Amount{Year: year, Said: said})
		} else if list[i].Baseline == nil {
			list[i].Baseline = &said
		}
	}
}

var bullet = regexp.MustCompile(`^(?:[•·▪*-]+|\(?\d{1,2}[.)]|\(?[a-z]\)|[ivx]{1,4}[.)]) *`)

// bullets gives the lines of a cell that are entries of a list, without their
// marks: each begins with a mark, a capital or a number. Else the cell is one.
func bullets(text string) []string {
	var list []string
	marked := false
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == ';' }) {
		line = strings.TrimSpace(line)
		bare := bullet.ReplaceAllString(line, "")
		if bare == "" {
			continue
		}
		first, _ := utf8.DecodeRuneInString(bare)
		if bare == line && unicode.IsLower(first) {
			return []string{strings.Join(strings.Fields(text), " ")}
		}
		marked = marked || bare != line
		list = append(list, strings.Join(strings.Fields(bare), " "))
	}
	if len(list) < 2 && !marked {
		return []string{strings.Join(strings.Fields(text), " ")}
	}
	return list
}
