package matrix

import (
	"slices"
	"strings"

	"tracker/internal/sheet"
)

// Told is what a person says of a file, and what was learnt from earlier ones.
// It wins over what the package finds by itself. Years, quarters and money of a
// column are read from its heading whatever it holds.
type Told struct {
	// Columns says what a column holds, in all tables of its sheet: by the name
	// of the sheet, "!" and the letters, as "Plan!C", by the letters alone in a
	// CSV. One that is told as Unknown is left out: its texts stand under Other.
	// So is a second one of a field that a table has once, which is a problem.
	Columns map[string]Field
	// Words says what a heading means, as FoldHeading writes it.
	Words map[string]Field
	// Times says how many times the amounts of a column count, by the same names:
	// 1 where they are as they stand.
	Times map[string]int64
	// Header says in which row of a sheet, by its name, the first header is.
	// Such a sheet is read although it is hidden or named as an example.
	Header map[string]int
}

// FoldHeading writes a heading as Told.Words has it: its words without accents,
// capitals and plain marks, and without years, quarters, numbers and what
// stands in brackets, so that "Budget 2022 (USD)" and "BUDGET 2023" are one. It
// is empty for a heading that says nothing else: such a one cannot be learnt.
func FoldHeading(heading string) string {
	if len(heading) > mostHeading {
		return ""
	}
	var said []string
	for _, w := range tokens(withoutBrackets(heading)) {
		if w[0] >= '0' && w[0] <= '9' || small[w] || len(w) == 2 && quarterWord.MatchString(w) {
			continue
		}
		said = append(said, w)
	}
	return strings.Join(said, " ")
}

// lexicon are headings that were learnt, as FoldHeading writes them.
type lexicon map[string]Field

// learnt is the field of a heading that was learnt.
func (w lexicon) learnt(heading string) (Field, bool) {
	if len(w) == 0 {
		return Unknown, false
	}
	folded := FoldHeading(heading)
	field, ok := w[folded]
	return field, ok && folded != ""
}

// meaningOf reads a heading by what was learnt, else by its words.
func (w lexicon) meaningOf(heading string) meaning {
	if field, ok := w.learnt(heading); ok {
		return meaning{field: field, letters: len(heading), known: true, learnt: true}
	}
	return meaningOf(heading)
}

// head gives the first header of a sheet.
func (t Told) head(s sheet.Sheet) (head, bool) {
	w := lexicon(t.Words)
	if number, ok := t.Header[s.Name]; ok {
		i := slices.IndexFunc(s.Rows, func(r sheet.Row) bool { return r.Number == number })
		if i < 0 {
			return head{}, false
		}
		return w.reach(s.Rows, i, 0), true
	}
	h, ok := w.findHead(s.Rows, 0, mostAbove)
	return h, ok && !s.Hidden && !isExample(s.Name)
}

// isExample is true for the name of a sheet that shows how another is filled,
// as the template has one. A person can tell that it is read none the less.
func isExample(name string) bool {
	switch fold(name) {
	case "example", "exemple", "exemplo":
		return true
	}
	return false
}

// columnsOf reads the columns of a table: as told, by the words of the header, by their cells.
func (t Told) columnsOf(s sheet.Sheet, h head, body []sheet.Row) []Column {
	columns := withBlank(lexicon(t.Words).columnsOf(s.Rows, h), body[:min(len(body), mostLooked)])
	given := map[Field]bool{}
	for i := range columns {
		c := &columns[i]
		if field, ok := t.Columns[address(s.Name, c.Letters)]; ok {
			c.Field, c.Why = field, ByPerson
			if c.shut = once(*c) && given[field]; c.shut {
				c.Field = Unknown
			}
			given[field] = true
		}
		moneySaid(c)
		if times := t.Times[address(s.Name, c.Letters)]; times > 0 && c.Field == Budget {
			c.Times = times
		}
	}
	settle(columns)
	return byContent(columns, body)
}

// address is a cell or column of a sheet as people write it; a CSV has no name.
func address(name, at string) string {
	if name == "" {
		return at
	}
	return name + "!" + at
}

// isTold is false for a column that its cells may tell.
func (c Column) isTold() bool { return c.Why != None || c.shut }
