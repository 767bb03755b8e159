package matrix

import (
	"regexp"
	"slices"
	"strings"

	"tracker/internal/sheet"
)

// plainNames are names of sheets that say nothing, folded.
var plainNames = regexp.MustCompile(`^(?:sheet|feuil|feuille|folha|planilha|table|tableau|tabela|matrix|matrice|matriz|plan|plano|action plan|plan d'action|plano de acao|data|worksheet)? ?\(?\d*\)?$`)

// pillarNamed takes the name of a sheet for a pillar.
func pillarNamed(name string) []Step {
	if name == "" || plainNames.MatchString(fold(name)) {
		return nil
	}
	if level, number, title := entryOf(name); level != Unknown {
		return []Step{{Level: level, Number: number, Title: title}}
	}
	number, title := splitNumber(name)
	return []Step{{Level: Pillar, Number: number, Title: title}}
}

// aboveOf reads the entries of the tree that stand above a header.
func aboveOf(rows []sheet.Row) (path []Step) {
	for _, row := range rows {
		for _, c := range row.Cells {
			if level, number, title := entryOf(c.Text); level != Unknown && depth(level) < depth(Activity) && len(row.Cells) <= 2 {
				path = placed(path, Step{Level: level, Number: number, Title: title, Cell: c.Ref})
			}
		}
		if len(row.Cells) == 2 && row.Cells[0].Kind == sheet.Words {
			if m := meaningOf(row.Cells[0].Text); m.known && depth(m.field) > 0 && depth(m.field) < depth(Activity) && !digit.MatchString(row.Cells[0].Text) {
				number, title := splitNumber(row.Cells[1].Text)
				path = placed(path, Step{Level: m.field, Number: number, Title: title, Cell: row.Cells[1].Ref})
			}
		}
	}
	return path
}

// placed puts an entry into the path; what stood at its level or below it goes.
func placed(path []Step, s Step) []Step {
	at := slices.IndexFunc(path, func(p Step) bool { return depth(p.Level) >= depth(s.Level) })
	if at < 0 {
		at = len(path)
	}
	return append(slices.Clone(path[:at]), s)
}

// walk takes the entries of the tree that a row's columns name into the path.
func (r *reader) walk(row sheet.Row) {
	title := r.t.Columns[r.title]
	var steps []Step
	for i, c := range r.t.Columns {
		cell := row.At(c.at)
		if depth(c.Field) == 0 || c.at == title.at || cell.Text == "" || saysNothing(cell.Text) {
			continue
		}
		s := stepOf(c.Field, cell)
		if i > 0 && r.t.Columns[i-1].Field == Number && r.t.Columns[i-1].of == c.Field && s.Number == "" {
			s.Number = trimNumber(row.At(r.t.Columns[i-1].at).Text)
		}
		steps = append(steps, s)
	}
	slices.SortStableFunc(steps, func(a, b Step) int { return depth(a.Level) - depth(b.Level) })
	for _, s := range steps {
		if i := slices.IndexFunc(r.path, func(p Step) bool { return p.Level == s.Level }); i >= 0 && same(r.path[i], s) {
			continue // repeated in every row
		}
		r.path = placed(r.path, s)
	}
}

func same(a, b Step) bool { return a.Number == b.Number && a.Title == b.Title }

// stepOf reads an entry of the tree from the cell of its column.
func stepOf(level Field, c sheet.Cell) Step {
	text := strings.Join(strings.Fields(c.Text), " ")
	s := Step{Level: level, Title: text, Cell: c.Ref}
	if said, number, title := entryOf(text); said != Unknown {
		s.Number, s.Title = number, title
		return s
	}
	s.Number, s.Title = splitNumber(text)
	if s.Number == "" {
		if m := lettered.FindStringSubmatch(text); m != nil {
			s.Number, s.Title = m[1], m[2]
		}
	}
	return s
}

// namedEntry takes a row into the path that begins with an entry of the tree
// under the word of its level. What else stands in the row is of the entry.
func (r *reader) namedEntry(row sheet.Row) bool {
	title := r.t.Columns[r.title]
	cells := row.Cells
	if len(cells) > 1 && isNumberCell(cells[0]) {
		cells = cells[1:]
	}
	text := strings.Join(strings.Fields(cells[0].Text), " ")
	level, number, rest := entryOf(text)
	if level == Unknown || depth(level) >= depth(title.Field) || cells[0].Column() > title.at {
		return false
	}
	if column := r.columnAt(cells[0].Column()); column != nil && column.at != title.at && depth(column.Field) > 0 {
		return false // walk reads it
	}
	if row.At(title.at).Text != "" && cells[0].Column() != title.at {
		return false
	}
	s := Step{Level: level, Number: number, Title: rest, Cell: cells[0].Ref}
	r.enter(row, s)
	r.entry(row, s)
	return true
}

// isHeading takes a row that is an entry of the tree into the path: one that
// names its level, or one text alone, with its number before it at most, that
// stands where no activity does.
func (r *reader) isHeading(row sheet.Row) bool {
	if r.namedEntry(row) {
		return true
	}
	cell, number, alone := r.headingCell(row)
	if cell.Text == "" || !alone {
		return false
	}
	text := strings.Join(strings.Fields(cell.Text), " ")
	title := r.t.Columns[r.title]
	if level, _, _ := entryOf(text); level != Unknown {
		return false
	}
	s := stepOf(Unknown, sheet.Cell{Text: text, Ref: cell.Ref})
	if s.Number == "" {
		s.Number = number
	}
	column := r.columnAt(cell.Column())
	switch {
	case column != nil && depth(column.Field) > 0 && column.at != title.at && number == "":
		return false // its column says its level
	case cell.Column() > title.at:
		return false
	case s.Number != "":
		if !r.shorter(s.Number) && !shouted(s.Title) {
			return false
		}
	case cell.Column() < title.at, shouted(text), r.looksLikeHeading(row, text):
	default:
		return false
	}
	s.Level = r.levelOf(s)
	if !r.saidLevel(s) {
		r.problem(cell, "matrix.problem.heading")
	}
	r.enter(row, s)
	return true
}

// enter takes a heading into the path and ends the row under way.
func (r *reader) enter(row sheet.Row, s Step) {
	r.ignore(row, "heading")
	r.path = placed(r.path, s)
	if len(parts(s.Number)) > 0 {
		r.number = s.Number
	}
}

// headingCell gives the text of a row that could be a heading, the number
// before it, and whether nothing stands behind it. It is empty when more does
// than the sums of a budget.
func (r *reader) headingCell(row sheet.Row) (c sheet.Cell, number string, alone bool) {
	cells := row.Cells
	if column := r.columnAt(cells[0].Column()); len(cells) > 1 && (isNumberCell(cells[0]) || column != nil && column.Field == Number && len(cells[0].Text) <= 4) {
		number, cells = trimNumber(cells[0].Text), cells[1:]
	}
	for _, x := range cells[1:] {
		column := r.columnAt(x.Column())
		if column == nil || column.Field != Budget && (column.Field != Unknown || isWords(x)) {
			return sheet.Cell{}, "", false
		}
	}
	if !isWords(cells[0]) {
		return sheet.Cell{}, "", false
	}
	return cells[0], number, len(cells) == 1
}

func isWords(c sheet.Cell) bool {
	return c.Kind == sheet.Words && !isNumberCell(c) && !allDigits(c.Text)
}

func (r *reader) columnAt(at int) *Column {
	for i := range r.t.Columns {
		if r.t.Columns[i].at == at {
			return &r.t.Columns[i]
		}
	}
	return nil
}

// shorter says whether a number is of a higher level than those of the rows, or a letter.
func (r *reader) shorter(number string) bool {
	n := len(parts(number))
	return n == 0 || r.t.deepest == 0 || n < r.t.deepest
}

// deepestOf is the number of parts that the rows' own numbers have, 0 when they have none.
func deepestOf(columns []Column, title int, body []sheet.Row) (deepest int) {
	for _, row := range body {
		if len(row.Cells) < 3 {
			continue
		}
		number, _ := splitNumber(row.At(columns[title].at).Text)
		for _, c := range columns {
			if c.Field == Number && c.of == columns[title].Field && row.At(c.at).Kind != sheet.Date {
				number = trimNumber(row.At(c.at).Text)
			}
		}
		deepest = max(deepest, len(parts(number)))
	}
	return deepest
}

// free are the levels that neither a column nor the rows themselves have, from the top.
func (r *reader) free() (list []Field) {
	title := r.t.Columns[r.title].Field
	for _, l := range []Field{Pillar, Objective, Output} {
		if depth(l) >= depth(title) || slices.ContainsFunc(r.t.Columns, func(c Column) bool { return c.Field == l }) {
			continue
		}
		if r.t.Pillar != nil && r.t.Pillar.Level == l {
			continue
		}
		list = append(list, l)
	}
	return list
}

// levelOf gives the level of a heading that does not name it: by the parts of
// its number, in capitals the highest, else below the heading just before it.
func (r *reader) levelOf(s Step) Field {
	free := r.free()
	if len(free) == 0 {
		return Pillar
	}
	last := -1
	for _, p := range r.path {
		if at := slices.Index(free, p.Level); at >= 0 {
			last = at
			if r.heading || shouted(p.Title) && !shouted(s.Title) {
				last++
			}
		}
	}
	n := max(last, 0)
	switch {
	case len(parts(s.Number)) > 0:
		n = len(parts(s.Number)) - 1
	case s.Number != "" || shouted(s.Title):
		n = 0
	}
	return free[min(n, len(free)-1)]
}

// looksLikeHeading says whether a text alone above a full row is no activity:
// few words, and none that go on with the row before.
func (r *reader) looksLikeHeading(row sheet.Row, text string) bool {
	if r.row != nil && goesOn(r.row.Title, text) {
		return false
	}
	return len(strings.Fields(text)) <= 10 && !strings.HasSuffix(text, ".") && len(r.next.Cells) >= 3 && !goesOn(text, r.next.Cells[0].Text)
}

// saidLevel says whether a heading of that level stood in the table under its own word.
func (r *reader) saidLevel(s Step) bool {
	return slices.ContainsFunc(r.path, func(p Step) bool { return p.Level == s.Level }) || s.Number != "" || shouted(s.Title)
}
