package lists

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/xuri/excelize/v2"
	"gorm.io/gorm"

	"tracker/internal/problem"
	"tracker/internal/sheet"
	"tracker/internal/workbook"
)

// row is a row of a sheet that is taken in.
type row struct {
	workbook.Row
	list  *list
	place map[string]int // columns that the sheet has, by their keys
	cells map[string]string
	was   *record // nil: it is new
	now   record
	wrong []workbook.Problem
}

// says says whether the sheet has a column and, in a row that is there, another
// text in it than the list.
func (r *row) says(key string) bool {
	if _, there := r.place[key]; !there {
		return false
	}
	return r.was == nil || !sameText(r.was.cells[r.list.at(key)], r.cells[key])
}

// text is what stands in a column, nothing where the sheet has none.
func (r *row) text(key string) string { return r.cells[key] }

// bad marks the cell of a column, or that of the reference where the sheet has
// no such column.
func (r *row) bad(key, message string, args ...any) {
	text := r.cells[key]
	if _, there := r.place[key]; !there {
		key, text = r.list.columns[0].Key, r.cells[r.list.columns[0].Key]
	}
	cell, _ := excelize.CoordinatesToCellName(r.place[key], r.Number) // both are of a sheet that was read
	r.wrong = append(r.wrong, workbook.Problem{Sheet: r.Sheet, Cell: cell, Key: message, Args: args, Text: text, Blocks: true})
}

// badAll marks what a package found wrong, by its fields: "milestones.1.title"
// stands in the column "milestones". Other names of fields are given.
func (r *row) badAll(wrong map[string]problem.Message, named map[string]string) {
	e := problem.Error{Fields: wrong}
	for _, field := range e.FieldNames() {
		key, _, _ := strings.Cut(field, ".")
		if other, ok := named[key]; ok {
			key = other
		}
		r.bad(key, wrong[field].Key, wrong[field].Args...)
	}
}

// refused marks what a package refuses a row for, beside its fields or, where
// it names none, beside the reference. Any other error it gives back.
func (r *row) refused(err error, named map[string]string) error {
	var e *problem.Error
	switch {
	case !errors.As(err, &e) || e.Kind == problem.Internal || e.Kind == problem.Unavailable:
		return err
	case len(e.Fields) > 0:
		r.badAll(e.Fields, named)
	default:
		r.bad(r.list.columns[0].Key, e.Key, e.Args...)
	}
	return nil
}

// at is the place of a column among those of the list.
func (l *list) at(key string) int { return at(l.columns, key) }

func at(columns []Column, key string) int {
	return slices.IndexFunc(columns, func(c Column) bool { return c.Key == key })
}

// Take is workbook.Take for the list that in is about.
func Take(tx *gorm.DB, in workbook.In) (workbook.Outcome, error) {
	var out workbook.Outcome
	l, err := find(in.Actor, in.About)
	if err != nil {
		return out, err
	}
	s, head, err := l.sheetOf(in.File.Book)
	if err != nil {
		return out, err
	}
	place, told := l.headings(s, head)
	out.Problems = append(out.Problems, told...)
	run, err := l.open(tx, in)
	if err != nil {
		return out, err
	}
	rows := l.rows(s, head, place, run)
	var moving []*row
	for i, r := range rows {
		if in.Tell != nil {
			in.Tell(i, len(rows))
		}
		if r.settle(run) {
			moving = append(moving, r)
		}
	}
	if err := run.weigh(moving); err != nil {
		return out, err
	}
	for _, r := range rows {
		if slices.ContainsFunc(r.wrong, func(p workbook.Problem) bool { return p.Blocks }) {
			r.Fate, r.Changes = workbook.Wrong, nil
		}
		out.Rows, out.Problems = append(out.Rows, r.Row), append(out.Problems, r.wrong...)
	}
	if !in.Keep || out.Blocked() || len(moving) == 0 {
		return out, nil
	}
	return out, run.write(moving)
}

// settle reads a row and says whether it is new or changed and nothing of it
// wrong so far.
func (r *row) settle(run run) bool {
	if r.Fate == workbook.Passed || len(r.wrong) > 0 {
		return false
	}
	r.now = run.read(r)
	r.Kind, r.Ref, r.Title, r.Fate = r.now.kind, r.now.ref, r.now.title, workbook.Same
	for i, c := range r.list.columns {
		was := ""
		if r.was != nil {
			was = r.was.cells[i]
		}
		if now := r.now.cells[i]; now != was && !c.told {
			r.Changes = append(r.Changes, workbook.Change{Field: "list." + c.Key, Old: was, New: now})
		}
		if c.told && r.says(c.Key) && r.text(c.Key) != "" {
			r.bad(c.Key, "lists.told_only", "column", c.Key)
			r.wrong[len(r.wrong)-1].Blocks = false
		}
	}
	blocked := slices.ContainsFunc(r.wrong, func(p workbook.Problem) bool { return p.Blocks })
	switch {
	case r.was == nil:
		r.Fate = workbook.New
	case len(r.Changes) > 0:
		r.Fate = workbook.Changed
	default:
		return false
	}
	return !blocked
}

// sheetOf finds the sheet of a file, a hidden one aside, that has the headings by which rows are
// known, within its first rows; a file without one is refused.
func (l *list) sheetOf(b sheet.Book) (sheet.Sheet, int, error) {
	const within = 20
	for _, s := range b.Sheets {
		if s.Hidden {
			continue
		}
		for at := range min(within, len(s.Rows)) {
			missing := l.needs
			for _, c := range s.Rows[at].Cells {
				if i := l.at(heading(c.Text)); i >= 0 && i < l.needs {
					missing--
				}
			}
			if missing <= 0 {
				return s, at, nil
			}
		}
	}
	var needed []string
	for _, c := range l.columns[:l.needs] {
		needed = append(needed, c.Key)
	}
	return sheet.Sheet{}, 0, problem.New(problem.Invalid, "lists.error.no_heading", "columns", strings.Join(needed, ", "), "n", len(needed))
}

// heading reads the heading of a column in any case, with spaces or hyphens in
// the place of underscores.
func heading(text string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return '_'
		}
		return r
	}, strings.TrimSpace(text)))
}

// headings tells which column stands where, what is no column of the list, and
// what stands there twice.
func (l *list) headings(s sheet.Sheet, head int) (place map[string]int, told []workbook.Problem) {
	place = map[string]int{}
	for _, c := range s.Rows[head].Cells {
		key := heading(c.Text)
		p := workbook.Problem{Sheet: s.Name, Cell: c.Ref, Text: c.Text}
		_, twice := place[key]
		switch {
		case l.at(key) < 0:
			p.Key, p.Args = "lists.unknown_heading", []any{"heading", c.Text}
		case twice:
			p.Key, p.Args, p.Blocks = "lists.error.heading_twice", []any{"heading", key}, true
		default:
			place[key] = c.Column()
			continue
		}
		told = append(told, p)
	}
	return place, told
}

// rows reads what stands below the headings, and finds what is there by it.
func (l *list) rows(s sheet.Sheet, head int, place map[string]int, run run) []*row {
	there := run.records()
	known := make(map[string]*record, len(there))
	for i := range there {
		known[run.id(func(key string) string { return there[i].cells[l.at(key)] })] = &there[i]
	}
	seen := map[string]bool{}
	var rows []*row
	for _, line := range s.Rows[head+1:] {
		r := &row{Row: workbook.Row{Sheet: s.Name, Number: line.Number}, list: l, place: place, cells: map[string]string{}}
		rows = append(rows, r)
		filled := r.fill(line)
		if r.Title = r.cells["title"]; !filled {
			r.Fate = workbook.Passed
			continue
		}
		id := run.id(r.text)
		r.Ref = r.cells[l.columns[0].Key]
		switch {
		case r.Ref == "":
			r.bad(l.columns[0].Key, "lists.error.no_ref", "column", l.columns[0].Key)
		case seen[id]:
			r.bad(l.columns[0].Key, "lists.error.twice", "ref", r.Ref)
		}
		seen[id], r.was = true, known[id]
		if r.was != nil {
			r.Kind = r.was.kind
		}
	}
	return rows
}

// fill reads the cells of a row, and says whether there is one. What a program
// calculated, failed to or never did, is nothing that a person wrote; in a
// column that only tells it does no harm.
func (r *row) fill(line sheet.Row) (filled bool) {
	for key, at := range r.place {
		c := line.At(at)
		text := c.Text
		if c.Kind == sheet.Number || c.Kind == sheet.Date {
			text = c.Raw
		}
		r.cells[key] = plain(unquoted(text))
		filled = filled || r.cells[key] != ""
	}
	for _, col := range r.list.columns { // in their order
		switch at, there := r.place[col.Key]; {
		case !there, col.told:
		case line.At(at).Kind == sheet.Formula:
			r.bad(col.Key, "lists.error.formula")
		case line.At(at).Kind == sheet.Failed:
			r.bad(col.Key, "lists.error.failed")
		}
	}
	return filled
}

// plain is a text as a cell can hold it: files have no returns, no tabs and no
// other signs that are not letters, and readers leave out the room around.
func plain(text string) string { return strings.TrimSpace(strings.Map(sheet.Letter, text)) }

// unquoted takes off the apostrophe that a CSV has before a text that begins
// as a formula does.
func unquoted(text string) string {
	rest, quoted := strings.CutPrefix(text, "'")
	first := []rune(strings.TrimSpace(rest))
	if quoted && len(first) > 0 && strings.ContainsRune("=+-@＝＋－＠", first[0]) {
		return rest
	}
	return text
}

// sameText says whether a cell holds what the list has: a text that begins
// with an apostrophe by itself is one too.
func sameText(there, typed string) bool {
	there = plain(there)
	return typed == there || typed == plain(unquoted(there))
}
