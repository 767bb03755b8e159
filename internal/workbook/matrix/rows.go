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

// piece is a cell of a row under way, with its column. again says that it was
// taken before, with the row or column where a merged cell begins; wide that it
// is merged over columns of several years.
type piece struct {
	row   int
	col   *Column
	cell  sheet.Cell
	again bool
	wide  bool
}

// draft is a row under way: later rows of the sheet may go on with it.
type draft struct {
	Row
	pieces []piece
}

// reader reads the body of a sheet's tables.
type reader struct {
	p       *Plan
	t       *Table
	sheet   sheet.Sheet
	merged  map[string]bool // the merged cells that were told as problems
	title   int             // the index of the column that names what a row is
	path    []Step
	row     *draft
	notes   bool   // a legend has begun
	number  string // of the last row
	heading bool   // the row before was a heading
	entered bool   // this row is one
	next    sheet.Row
}

// readSheet reads the tables of a sheet from its first header on.
func (p *Plan) readSheet(s sheet.Sheet, h head, tables int, told Told) {
	r := reader{p: p, sheet: s, merged: map[string]bool{}}
	r.path = aboveOf(s.Rows[:h.first])
	if named := pillarNamed(s.Name); tables > 1 && len(named) > 0 && !slices.ContainsFunc(r.path, func(p Step) bool { return p.Level == named[0].Level }) {
		r.path = append(named, r.path...)
	}
	said := r.path
	for n := 1; ; n++ {
		next, more := head{}, false
		if n < mostTables {
			next, more = lexicon(told.Words).nextHead(s.Rows, h)
		}
		end := len(s.Rows)
		if more {
			end = next.first
		}
		body := s.Rows[h.last+1 : end]
		columns := told.columnsOf(s, h, body)
		if r.title = titleOf(columns); r.title < 0 {
			p.skip(s.Name, "matrix.skipped.title")
			return
		}
		bind(columns, r.title)
		if r.t != nil && slices.EqualFunc(r.t.Columns, columns, sameColumn) {
			for _, again := range s.Rows[h.first : h.last+1] {
				r.ignore(again, "header")
			}
		} else {
			r.begin(Table{Sheet: s.Name, Header: s.Rows[h.first].Number, HeaderEnd: s.Rows[h.last].Number, Columns: columns, Rows: []Row{}, Entries: []Row{}, Ignored: []Ignored{},
				deepest: deepestOf(columns, r.title, body)}, said)
		}
		for i, row := range body {
			r.next = sheet.Row{}
			if i+1 < len(body) {
				r.next = body[i+1]
			}
			r.take(row)
		}
		r.finish()
		if !more {
			p.Tables = append(p.Tables, *r.t)
			return
		}
		h = next
	}
}

func sameColumn(a, b Column) bool { return a == b }

// begin begins a table; what the one before was stays.
func (r *reader) begin(t Table, said []Step) {
	if r.t != nil {
		r.p.Tables = append(r.p.Tables, *r.t)
	}
	columnsHave := func(f Field) bool {
		return slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Field == f })
	}
	r.path = slices.DeleteFunc(slices.Clone(r.path), func(s Step) bool { return columnsHave(s.Level) })
	said = slices.DeleteFunc(slices.Clone(said), func(s Step) bool { return columnsHave(s.Level) })
	if len(said) > 0 {
		t.Pillar = &said[0]
	}
	r.t, r.notes, r.row = &t, false, nil
	for _, c := range t.Columns {
		if c.Why == ByPerson && c.shut {
			r.problem(sheet.Cell{Ref: c.Letters + strconv.Itoa(t.Header), Text: c.Heading}, "matrix.problem.twice")
		}
	}
}

// nextHead finds a further header in a sheet: rows whose cells are all short
// words are looked at.
func (w lexicon) nextHead(rows []sheet.Row, h head) (head, bool) {
	fewest := max(3, len(rows[h.last].Cells)/2)
	for i := h.last + 1; i < len(rows); i++ {
		if len(rows[i].Cells) < fewest || slices.ContainsFunc(rows[i].Cells, func(c sheet.Cell) bool { return len(c.Text) > 60 || c.Kind != sheet.Words }) {
			continue
		}
		if next, ok := w.findHead(rows, i, 1); ok {
			next.first = max(next.first, h.last+1)
			return next, true
		}
	}
	return head{}, false
}

// take reads one row of the body.
func (r *reader) take(row sheet.Row) {
	r.entered = false
	defer func() { r.heading = r.entered }()
	switch {
	case r.isTotal(row):
		r.ignore(row, "total")
	case r.isNote(row):
		r.ignore(row, "note")
	case r.isHeading(row):
		r.entered = true
	case row.At(r.t.Columns[r.title].at).Text != "" && !r.goesOnWith(row), r.upperTitle(row):
		r.start(row)
	case r.isEntry(row):
		r.entered = true
	case r.onlyPath(row) && r.joinsPlace(row):
		r.entered = true
	case r.onlyPath(row):
		r.finish()
		r.walk(row)
		r.ignore(row, "heading")
		r.entered = true
	case r.row != nil:
		r.row.Last = row.Number
		r.gather(row)
	default:
		r.ignore(row, "unclear")
		r.problem(row.Cells[0], "matrix.problem.row")
	}
}

func (r *reader) ignore(row sheet.Row, what string) {
	if what != "header" {
		r.finish()
	}
	var texts []string
	for _, c := range row.Cells {
		texts = append(texts, strings.Join(strings.Fields(c.Text), " "))
	}
	r.t.Ignored = append(r.t.Ignored, Ignored{Row: row.Number, What: what, Text: strings.Join(texts, " | ")})
}

func (r *reader) problem(c sheet.Cell, key string, args ...any) {
	r.p.Problems = append(r.p.Problems, Problem{Sheet: r.t.Sheet, Cell: c.Ref, Key: key, Args: args, Text: c.Text})
}

var (
	totals = regexp.MustCompile(`^(?:grand |sub ?-? ?|sous ?-? ?|cumulative |overall )?totals?\b|^total (?:general|geral)|^montant total|^somme\b|^soma\b|^valor total|^sub-?total`)
	notes  = regexp.MustCompile(`^(?:notes?|n\.?b\.?|legende?|legenda|key|source|sources|fonte|fontes|abbreviations?|abreviations?|abreviaturas?|acronyms?|acronymes?|siglas?|sigles|observac(?:ao|oes)|remarque|nota|prepared by|approved by|signature|signed|elaborado por|aprovado por|prepare par|approuve par|page \d+.*|\*+.*)(?:$| ?[:.–—-]| )`)
	legend = regexp.MustCompile(`^(?:legende?|legenda|key|abbreviations?|abreviations?|abreviaturas?|acronyms?|acronymes?|siglas?|sigles) ?:?`)
)

// isTotal says whether a row adds up others: it begins so, and names nobody and no time.
func (r *reader) isTotal(row sheet.Row) bool {
	first := row.Cells[0]
	if len(first.Text) > 100 || !totals.MatchString(fold(first.Text)) {
		return false
	}
	for _, c := range r.t.Columns {
		switch c.Field {
		case Lead, Supporting, Indicator, Time, Start, End:
			if row.At(c.at).Text != "" && c.Year == 0 && c.at != first.Column() {
				return false
			}
		}
	}
	return true
}

// isNote says whether a row explains the table. What follows a legend belongs
// to it until a row fills three columns.
func (r *reader) isNote(row sheet.Row) bool {
	if r.notes {
		r.notes = len(row.Cells) < 3
		return r.notes
	}
	first := fold(row.Cells[0].Text[:min(len(row.Cells[0].Text), 60)])
	if len(row.Cells) > 2 || !notes.MatchString(first) || row.Cells[0].Column() > r.t.Columns[r.title].at {
		return false
	}
	r.notes = legend.MatchString(first)
	return true
}

// upperTitle says whether a row is an activity of a table with sub-activities.
func (r *reader) upperTitle(row sheet.Row) bool {
	title := r.t.Columns[r.title]
	if title.Field != SubActivity || row.At(title.at).Text != "" {
		return false
	}
	i := slices.IndexFunc(r.t.Columns, func(c Column) bool { return c.Field == Activity })
	return i >= 0 && row.At(r.t.Columns[i].at).Text != "" && r.filled(row) > 0
}

// filled counts the cells of a row in columns that belong to an activity.
func (r *reader) filled(row sheet.Row) int {
	n := 0
	for _, c := range r.t.Columns {
		if depth(c.Field) == 0 && c.Field != Number && row.At(c.at).Text != "" {
			n++
		}
	}
	return n
}

// onlyPath says whether a row names places in the tree and nothing else.
func (r *reader) onlyPath(row sheet.Row) bool {
	levels := 0
	for _, c := range r.t.Columns {
		if depth(c.Field) > 0 && row.At(c.at).Text != "" {
			levels++
		}
	}
	return levels > 0 && r.filled(row) == 0
}

// mostJoined is how long, in bytes, a text may be for another row to go on with it.
const mostJoined = 4000

// goesOnWith says whether a row's title goes on with that of the row before:
// neither has it a number of its own nor a new place in the tree, and its words go on.
func (r *reader) goesOnWith(row sheet.Row) bool {
	if r.row == nil || len(r.row.Title) > mostJoined {
		return false
	}
	title := r.t.Columns[r.title]
	text := row.At(title.at).Text
	if number, _ := splitNumber(text); number != "" || row.Number != r.row.Last+1 {
		return false
	}
	for _, c := range r.t.Columns {
		if c.Field == Number && row.At(c.at).Text != "" || depth(c.Field) > 0 && c.at != title.at && row.At(c.at).Text != "" {
			return false
		}
	}
	if first, _ := utf8.DecodeRuneInString(r.row.Title); unicode.IsLower(first) || r.filled(row) > 2 {
		return joiner.MatchString(strings.ToLower(r.row.Title[max(0, len(r.row.Title)-12):])) // titles begin so here, or the row is full
	}
	return goesOn(r.row.Title, text)
}

var joiner = regexp.MustCompile(`(?:[,&(/–-]|\b(?:of|the|and|or|for|to|in|with|by|a|an|on|de|du|des|la|le|les|et|ou|pour|au|aux|en|do|da|dos|das|e|para|com|no|na|os|as))$`)

// goesOn says whether a text goes on with the one before it: it begins with a
// small letter, or the other ends as no text does.
func goesOn(before, text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	if before == "" {
		return false
	}
	before = strings.TrimSpace(before)
	return unicode.IsLower(first) && !strings.HasSuffix(before, ".") || joiner.MatchString(strings.ToLower(before[max(0, len(before)-12):]))
}
