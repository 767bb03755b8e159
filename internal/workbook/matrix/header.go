package matrix

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"tracker/internal/sheet"
)

// How far a header may reach: rows below its first, and rows of a sheet in
// which the first header is looked for.
const (
	mostBelow  = 2
	mostAbove  = 100
	mostTables = 100 // of a sheet; a header beyond is a row
)

// head is a header that was found: the indexes of its first and last row.
type head struct{ first, last int }

var (
	yearWord    = regexp.MustCompile(`(?:^|[^\d])((?:19|20)\d\d)(?:$|[^\d])`)
	fiscalWord  = regexp.MustCompile(`(?:^|[^\d])((?:19|20)\d\d) ?[/-] ?(?:(?:19|20)?\d\d)(?:$|[^\d])`)
	quarterWord = regexp.MustCompile(`(?i)(?:^|\W)[QT] ?([1-4])(?:$|\W)`)
	digit       = regexp.MustCompile(`\d`)
)

// findHead gives the first header from a row on, within so many rows.
func (w lexicon) findHead(rows []sheet.Row, from, within int) (head, bool) {
	for i := from; i < len(rows) && i < from+within; i++ {
		if fields, told := w.headingsIn(rows[i]); fields < 2 || fields*2 < told || !w.headed(rows, i) {
			continue
		}
		return w.reach(rows, i, from), true
	}
	return head{}, false
}

// reach takes the rows into a header that go on with its row, and one from the
// row on that groups its columns.
func (w lexicon) reach(rows []sheet.Row, i, from int) head {
	h := head{i, i}
	for h.last-i < mostBelow && h.last+1 < len(rows) && rows[h.last+1].Number == rows[h.last].Number+1 && w.isBelow(rows[h.last], rows[h.last+1]) {
		h.last++
	}
	if i > from && rows[i-1].Number == rows[i].Number-1 && w.isGroup(rows[i-1], rows[i]) {
		h.first--
	}
	return h
}

// headed says whether a row is the first of a header: three fields at least, or
// two of a narrow table, and a level among them or many beside.
func (w lexicon) headed(rows []sheet.Row, i int) bool {
	seen := map[Field]bool{}
	level := false
	for _, c := range rows[i].Cells {
		if m := w.meaningOf(c.Text); m.known && m.field != Unknown && isHeading(c, m) {
			seen[m.field] = true
			level = level || depth(m.field) > 0
		}
	}
	if len(seen) >= 3 {
		return level || len(seen) >= 4
	}
	return len(seen) == 2 && level && len(rows[i].Cells) <= 3 && i+1 < len(rows)
}

// isHeading is false for a text that has a heading's word and is an entry of
// the tree, such as "Objective 1".
func isHeading(c sheet.Cell, m meaning) bool {
	return c.Kind == sheet.Words && (depth(m.field) == 0 || !digit.MatchString(c.Text)) && !strings.HasSuffix(c.Text, ".")
}

// headingsIn counts the fields that a row names and the cells that could name one.
func (w lexicon) headingsIn(r sheet.Row) (fields, told int) {
	for _, c := range r.Cells {
		if isPeriod(c.Text) {
			continue
		}
		told++
		if m := w.meaningOf(c.Text); m.known && isHeading(c, m) || isMark(c.Text) && c.Text == "#" {
			fields++
		}
	}
	return fields, told
}

// isPeriod is true for a year, a financial year or a quarter, and nothing else.
func isPeriod(text string) bool {
	if len(text) > 20 {
		return false
	}
	rest := fiscalWord.ReplaceAllString(text, " ")
	rest = yearWord.ReplaceAllString(rest, " ")
	rest = quarterWord.ReplaceAllString(rest, " ")
	return rest != text && strings.Trim(rest, " ()/-.") == ""
}

// isBelow says whether a row goes on with the header: everything in it is a
// year, a quarter, a currency or a heading, and some of it stands under a group.
func (w lexicon) isBelow(above, r sheet.Row) bool {
	under := false
	for _, c := range r.Cells {
		m := w.meaningOf(c.Text)
		period, money := isPeriod(c.Text), isCurrency(c.Text)
		relative := relativeYear(c.Text) || isTotalWord(c.Text)
		if !period && !money && !relative && !(m.known && isHeading(c, m)) {
			return false
		}
		under = under || above.At(c.Column()).Text == "" || period || money || w.meaningOf(above.At(c.Column()).Text).known
	}
	return under
}

// isGroup says whether a row stands above the header and groups some of its columns.
func (w lexicon) isGroup(r, below sheet.Row) bool {
	groups := 0
	for _, c := range r.Cells {
		if c.Kind != sheet.Words || !w.meaningOf(c.Text).known || c.Column() == below.Cells[0].Column() {
			continue
		}
		under := below.At(c.Column()).Text
		if m := w.meaningOf(under); isPeriod(under) || isCurrency(under) || relativeYear(under) || m.known {
			groups++
		}
	}
	return groups > 0 && len(r.Cells) <= len(below.Cells)
}

// columnsOf reads the columns of a header by its words.
func (w lexicon) columnsOf(rows []sheet.Row, h head) []Column {
	last := 0
	for _, r := range rows[h.first : h.last+1] {
		last = max(last, r.Cells[len(r.Cells)-1].Column())
	}
	var list []Column
	group := make([]string, h.last-h.first+1) // the text that goes on to the right, by row
	for at := 1; at <= last; at++ {
		var parts []string
		for i := range group {
			text := rows[h.first+i].At(at).Text
			switch below := textBelow(rows[h.first+i+1:h.last+1], at); {
			case text != "":
				group[i] = text
			case below && group[i] != "":
				text = group[i]
			default:
				group[i] = ""
			}
			if text != "" {
				parts = append(parts, text)
			}
		}
		if len(parts) > 0 {
			list = append(list, w.columnOf(at, parts))
		}
	}
	return list
}

func textBelow(rows []sheet.Row, at int) bool {
	for _, r := range rows {
		if r.At(at).Text != "" {
			return true
		}
	}
	return false
}

// columnOf reads a column from its headings, the widest first.
func (w lexicon) columnOf(at int, parts []string) Column {
	heading := strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
	letters, _ := excelize.ColumnNumberToName(at) // a column that was read has one
	c := Column{Letters: letters, Heading: heading, Why: None, at: at}
	m := meaning{}
	for i := len(parts) - 1; i >= 0; i-- {
		one := w.meaningOf(parts[i])
		bare := isPeriod(parts[i]) || relativeYear(parts[i]) || isCurrency(parts[i]) || isTotalWord(parts[i]) ||
			one.field == Time && yearWord.MatchString(parts[i])
		switch {
		case strings.TrimSpace(parts[i]) == "#":
			m = meaning{field: Number, known: true}
		case bare && i > 0:
			continue // the group says what it is
		case one.known:
			m = one
		}
		break
	}
	if m.known {
		c.Field, c.Why = m.field, m.why()
	}
	if field, ok := w.learnt(heading); ok {
		c.Field, c.Why = field, ByLearnt
	}
	c.Year, c.Quarter = periodIn(parts)
	return c
}

// moneySaid reads what the heading of a column says of its amounts.
func moneySaid(c *Column) {
	if c.Field == Budget || c.Field == Unknown {
		c.Currency, c.Times = currencyIn(c.Heading), timesIn(c.Heading)
		c.Unsure = unsureIn(c.Heading)
	}
	if c.Field == Number {
		c.Year = 0
	}
}

// periodIn gives the year and quarter that the headings name. Two years are a
// financial year, named by the one in which it begins, unless they are further apart.
func periodIn(parts []string) (year, quarter int) {
	for _, text := range parts {
		years := yearWord.FindAllStringSubmatch(strings.ReplaceAll(text, "-", " - "), -1)
		if f := fiscalWord.FindStringSubmatch(text); f != nil && isFiscal(text) {
			year, _ = strconv.Atoi(f[1])
		} else if len(years) == 1 {
			year, _ = strconv.Atoi(years[0][1])
		}
		if q := quarterWord.FindStringSubmatch(text); q != nil {
			quarter, _ = strconv.Atoi(q[1])
		}
	}
	return year, quarter
}

var fiscalPair = regexp.MustCompile(`((?:19|20)\d\d) ?[/-] ?((?:19|20)?\d\d)(?:$|[^\d])`)

// isFiscal says whether a text names two years one after the other.
func isFiscal(text string) bool {
	m := fiscalPair.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	a, _ := strconv.Atoi(m[1])
	b, _ := strconv.Atoi(m[2])
	return b%100 == (a+1)%100
}

var relative = regexp.MustCompile(`(?i)^(?:year|yr|y|annee|année|an|ano) ?\d$`)

// relativeYear is true for a year that counts from a beginning nobody tells, such as "Year 1".
func relativeYear(text string) bool { return relative.MatchString(strings.TrimSpace(text)) }

var totalWord = regexp.MustCompile(`(?i)^(?:(?:grand|sub|sous|sub-|sous-)[ -]?)?totals?(?: (?:g[eé]n[eé]ral|geral))?$|^totaux$|^totais$`)

// isTotalWord is true for a heading that says total and nothing else.
func isTotalWord(text string) bool { return totalWord.MatchString(strings.TrimSpace(text)) }

// isMark is true for what people put into a cell to say yes.
func isMark(text string) bool {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "x", "xx", "xxx", "✓", "✔", "√", "●", "•", "■", "█", "*", "yes", "oui", "sim", "#":
		return true
	}
	return false
}

// settle leaves each field that a table can have once to its first column, and
// takes an amount beside those of the years for their total.
func settle(columns []Column) {
	first := map[Field]bool{}
	byYear := false
	for _, c := range columns {
		byYear = byYear || c.Field == Budget && (c.Year != 0 || relativeYearIn(c.Heading))
		first[c.Field] = first[c.Field] || c.Why == ByPerson
	}
	for i := range columns {
		c := &columns[i]
		switch {
		case c.Why == ByPerson:
		case c.Field == Budget && byYear && c.Year == 0 && !relativeYearIn(c.Heading):
			c.Field, c.Why, c.shut = Unknown, None, true
		case once(*c):
			if first[c.Field] {
				c.Field, c.Why, c.shut = Unknown, None, true
			}
		}
		first[c.Field] = true
	}
}

// once says whether a table has the field of a column once.
func once(c Column) bool {
	return depth(c.Field) > 0 || c.Field == Start || c.Field == End || c.Field == Currency || c.Field == Time && !ofPart(c)
}

// ofPart says whether a column of the timeframe is one year or quarter of several.
func ofPart(c Column) bool { return c.Year != 0 || c.Quarter != 0 || relativeYearIn(c.Heading) }

func relativeYearIn(heading string) bool {
	words := strings.Fields(heading)
	for i := range words {
		if relativeYear(strings.Join(words[max(0, i-1):i+1], " ")) {
			return true
		}
	}
	return false
}
