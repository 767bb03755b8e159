package matrix

import (
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"tracker/internal/sheet"
)

// How many rows are looked at to tell a column by its cells, how many cells
// tell at least, and how many of ten must agree.
const (
	mostLooked  = 300
	fewestCells = 2
	ofTen       = 7
)

// byContent tells columns by their cells where the headings do not: those
// without a known heading, and a heading of a level over the numbers of what stands beside it.
func byContent(columns []Column, body []sheet.Row) []Column {
	body = body[:min(len(body), mostLooked)]
	for i := range columns {
		c := &columns[i]
		if i+1 == len(columns) || depth(c.Field) == 0 || c.Why == ByPerson || !share(body, c.at, isNumberCell) || share(body, columns[i+1].at, isNumberCell) {
			continue
		}
		switch next := &columns[i+1]; {
		case next.Why == ByPerson:
		case next.Heading == "":
			next.Field, next.Why = c.Field, ByContent
			c.Field, c.Why = Number, ByContent
		case depth(next.Field) > depth(c.Field): // the headings of its level stand in it as rows
			c.Field, c.Why = Number, ByContent
		}
	}
	has := func(f Field) bool { return slices.ContainsFunc(columns, func(c Column) bool { return c.Field == f }) }
	for i := range columns {
		c := &columns[i]
		if c.Field == Budget && c.Currency == "" {
			if c.Currency = inBrackets(body, *c); c.Currency != "" {
				c.Unsure = false // the letter is a currency and no scale
			}
		}
		if c.Field != Unknown || c.isTold() {
			continue
		}
		switch {
		case i > 0 && sourceAlone.MatchString(fold(c.Heading)):
			c.Field = sourceOf(columns[i-1].Field)
		case c.Year != 0 && isPeriod(c.Heading) && marked(body, c.at):
			c.Field = Time
		case !has(Number) && share(body, c.at, isNumberCell) && i < 3:
			c.Field = Number
		case !has(Time) && !has(Start) && share(body, c.at, isWhenCell):
			c.Field = Time
		case !has(Budget) && share(body, c.at, isMoneyCell):
			c.Field = Budget
		case !has(Lead) && share(body, c.at, isPartyCell):
			c.Field = Lead
		}
		if c.Field != Unknown {
			c.Why = ByContent
		}
	}
	if titleOf(columns) < 0 {
		longest(columns, body)
	}
	return columns
}

// withBlank adds the columns that have cells and no heading.
func withBlank(columns []Column, body []sheet.Row) []Column {
	has := map[int]bool{}
	for _, c := range columns {
		has[c.at] = true
	}
	for _, r := range body {
		for _, c := range r.Cells {
			if at := c.Column(); !has[at] && len(r.Cells) > 1 {
				has[at] = true
				letters, _ := excelize.ColumnNumberToName(at) // a column that was read has one
				columns = append(columns, Column{Letters: letters, Why: None, at: at})
			}
		}
	}
	slices.SortFunc(columns, func(a, b Column) int { return a.at - b.at })
	return columns
}

// share says whether most cells of a column are of a kind.
func share(body []sheet.Row, at int, is func(sheet.Cell) bool) bool {
	all, are := 0, 0
	for _, r := range body {
		c := r.At(at)
		if c.Text == "" || len(r.Cells) < 3 { // headings and notes
			continue
		}
		all++
		if is(c) {
			are++
		}
	}
	return all >= fewestCells && are*10 >= all*ofTen
}

var (
	sourceAlone = regexp.MustCompile(`^(?:source|fonte)s?$`)
	signAlone   = regexp.MustCompile(`[(\[]([MR])[)\]]`)
)

// sourceOf says what a source is of, by the column before it: of money or of proof.
func sourceOf(before Field) Field {
	switch before {
	case Budget, Currency:
		return Funder
	case Indicator, Target, Baseline:
		return Means
	}
	return Unknown
}

// inBrackets reads a sign in the heading of amounts that could be a scale, as
// "Cost (M)": it is a currency when an amount below says so.
func inBrackets(body []sheet.Row, c Column) string {
	m := signAlone.FindStringSubmatch(c.Heading)
	if m == nil {
		return ""
	}
	code := map[string]string{"M": "LSL", "R": "ZAR"}[m[1]]
	for _, r := range body {
		if lines, ok := moneyOf(r.At(c.at), Column{}); ok && lines[0].Currency == code {
			return code
		}
	}
	return ""
}

// marked says whether a column has marks and nothing else.
func marked(body []sheet.Row, at int) bool {
	marks := 0
	for _, r := range body {
		switch text := r.At(at).Text; {
		case text == "" || len(r.Cells) < 3:
		case isMark(text):
			marks++
		default:
			return false
		}
	}
	return marks > 0
}

func isNumberCell(c sheet.Cell) bool {
	return c.Kind == sheet.Number && len(c.Text) <= 6 || c.Kind != sheet.Number && isNumbering(c.Text)
}

func isWhenCell(c sheet.Cell) bool {
	_, ok := whenOf(c, 0)
	return ok
}

func isMoneyCell(c sheet.Cell) bool {
	lines, ok := moneyOf(c, Column{})
	return ok && len(lines) > 0 && lines[0].Currency != ""
}

func isPartyCell(c sheet.Cell) bool {
	if c.Kind != sheet.Words || len(c.Text) > mostHeading {
		return false
	}
	for _, p := range parties(c.Text) {
		if !ownName(p.name) {
			return false
		}
	}
	return true
}

// longest takes the column with the longest texts for the activity, when nothing else could be one.
func longest(columns []Column, body []sheet.Row) {
	best, most := -1, 15 // letters a cell, at least
	for i, c := range columns {
		if c.Field != Unknown || c.isTold() {
			continue
		}
		letters, cells := 0, 0
		for _, r := range body {
			if text := r.At(c.at).Text; text != "" && len(r.Cells) > 2 {
				letters, cells = letters+utf8.RuneCountInString(text), cells+1
			}
		}
		if cells > 0 && letters/cells > most {
			best, most = i, letters/cells
		}
	}
	if best >= 0 {
		columns[best].Field, columns[best].Why = Activity, ByContent
	}
}

// titleOf is the index of the column that names what a row is: the deepest
// level below the pillar; -1 when there is none.
func titleOf(columns []Column) int {
	best := -1
	for i, c := range columns {
		if depth(c.Field) > 1 && (best < 0 || depth(c.Field) > depth(columns[best].Field)) {
			best = i
		}
	}
	return best
}

// bind says of each number column which level it numbers: the next one to the
// right, else what the rows are.
func bind(columns []Column, title int) {
	for i := range columns {
		if columns[i].Field != Number {
			continue
		}
		columns[i].of = columns[title].Field
		if i+1 < len(columns) && depth(columns[i+1].Field) > 0 && hasLaterNumber(columns, i, title) {
			columns[i].of = columns[i+1].Field
		}
	}
}

// hasLaterNumber says whether the rows' own number stands in a column further to the right.
func hasLaterNumber(columns []Column, i, title int) bool {
	for j := i + 1; j <= title; j++ {
		if columns[j].Field == Number {
			return true
		}
	}
	return false
}
