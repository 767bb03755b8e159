package round

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"tracker/internal/calendar"
	"tracker/internal/sheet"
	"tracker/internal/workbook"
)

// mostOver is how many rows may stand over the headings of a sheet.
const mostOver = 60

// back is a sheet that came back: where its headings stand, and in which column
// each field.
type back struct {
	sheet.Sheet
	head int // row of the headings
	col  map[field]int

	languages tongues
}

// find looks for the sheet whose headings are those of the columns: a row with
// the reference and one input at least. Where it stands, how it is called and
// which of its columns are left does not matter.
func find(b sheet.Book, l tongues, columns []column) (s back, found bool) {
	headings := map[string]field{}
	inputs := map[field]bool{}
	for _, c := range columns {
		inputs[c.field] = c.input
		for _, t := range l.all {
			headings[plainly(c.field.heading(t))] = c.field
		}
	}
	best := 1
	for _, one := range b.Sheets {
		for _, r := range one.Rows {
			if r.Number > mostOver {
				break
			}
			col, filled := map[field]int{}, 0
			for _, c := range r.Cells {
				f, known := headings[plainly(c.Text)]
				if _, twice := col[f]; !known || twice {
					continue
				}
				col[f] = c.Column()
				if inputs[f] {
					filled++
				}
			}
			if _, named := col[ref]; named && filled > 0 && len(col) > best {
				s, found, best = back{one, r.Number, col, l}, true, len(col)
			}
		}
	}
	return s, found
}

// line is a row of such a sheet.
type line struct {
	in  *back
	row sheet.Row
}

// lines are the rows below the headings. A row of headings again, as printed
// pages have them, is none.
func (s *back) lines() (list []line) {
	for _, r := range s.Rows {
		if r.Number > s.head && !s.languages.are(plainly(r.At(s.col[ref]).Text), "round.col.ref") {
			list = append(list, line{s, r})
		}
	}
	return list
}

// has says whether the sheet still has a column.
func (s *back) has(f field) bool { return s.col[f] > 0 }

// cell is the cell of a field; the zero value where it is empty or its column
// is gone.
func (l line) cell(f field) sheet.Cell {
	if !l.in.has(f) {
		return sheet.Cell{}
	}
	return l.row.At(l.in.col[f])
}

// text is what a cell says. A date or a number in a column of texts is as it
// is shown.
func (l line) text(f field) string {
	return strings.TrimSpace(strings.ReplaceAll(l.cell(f).Text, "\r\n", "\n"))
}

// address is where a field stands: where its column is gone, the row's
// reference.
func (l line) address(f field) string {
	col := cmp.Or(l.in.col[f], l.in.col[ref])
	name, err := excelize.CoordinatesToCellName(col, l.row.Number)
	if err != nil {
		return strconv.Itoa(l.row.Number)
	}
	return name
}

// problem is something to look at in the cell of a field.
func (l line) problem(f field, blocks bool, key string, args ...any) workbook.Problem {
	return workbook.Problem{Sheet: l.in.Name, Cell: l.address(f), Key: key, Args: args, Text: l.text(f), Blocks: blocks}
}

// blank says whether none of the fields says anything. A formula that shows
// nothing does: the program that wrote it may never have calculated it.
func (l line) blank(columns []column) bool {
	for _, c := range columns {
		if one := l.cell(c.field); c.input && (one.Text != "" || one.Kind == sheet.Formula) {
			return false
		}
	}
	return true
}

// calculated are the problems of inputs that hold a formula or an error, and of
// what says where they go: what they show was typed by nobody.
func (l line) calculated(columns []column) (list []workbook.Problem) {
	for _, c := range columns {
		if k := l.cell(c.field).Kind; (c.input || c.field == ref || c.field == category) && (k == sheet.Formula || k == sheet.Failed) {
			list = append(list, l.problem(c.field, true, "round.error.formula"))
		}
	}
	return list
}

// clockTime is a time behind a day, which says nothing here.
var clockTime = regexp.MustCompile(`[ T]\d{1,2}:\d{2}(:\d{2})?$`)

// day reads a day: a date, a text such as 31 March 2022 or 31/03/2022, or the
// number that is left of a date where only values were pasted. ok is false for
// anything else; an empty cell is no day and ok.
func (l line) day(f field) (d calendar.Date, ok bool) {
	c := l.cell(f)
	text := clockTime.ReplaceAllString(c.Raw, "")
	if c.Kind == sheet.Number {
		n, err := strconv.ParseFloat(c.Raw, 64)
		if err != nil || n < 36526 || n > 109575 { // 2000 to 2199
			return d, false
		}
		at, err := excelize.ExcelDateToTime(n, false)
		return calendar.From(at), err == nil
	}
	d, err := l.in.languages.day(text)
	return d, err == nil
}

// locked is the sum of what a row tells; ok is false where a column of it is
// gone.
func (l line) locked() (sum string, ok bool) {
	for _, f := range []field{lastStatus, lastText, lastAsOf} {
		if !l.in.has(f) {
			return "", false
		}
	}
	day, read := l.day(lastAsOf)
	if !read {
		return "altered", true
	}
	return l.in.languages.lockedSum(l.text(ref), l.text(lastStatus), l.text(lastText), day), true
}

// kept is what the hidden sheet still knows: of each reference the sum of its
// row and the entries at the export.
type kept struct {
	there bool
	rows  []sum
	of    map[string]sum // by plain reference
}

// readKept finds the hidden sheet, hidden or not, by its headings.
func readKept(b sheet.Book) (k kept) {
	k.of = map[string]sum{}
	for _, s := range b.Sheets {
		if len(s.Rows) == 0 {
			continue
		}
		col := map[string]int{}
		for _, c := range s.Rows[0].Cells {
			col[c.Text] = c.Column()
		}
		if col[hiddenRef] == 0 || col[hiddenSum] == 0 || col[hiddenKnown] == 0 {
			continue
		}
		k.there = true
		for _, r := range s.Rows[1:] {
			one := sum{r.At(col[hiddenRef]).Text, r.At(col[hiddenSum]).Text, known(r.At(col[hiddenKnown]).Text)}
			if one.ref != "" {
				k.rows, k.of[named(one.ref)] = append(k.rows, one), one
			}
		}
	}
	return k
}

// signed is the stamp of a workbook, with where it stands.
type signed struct {
	Stamp
	text     string
	whole    bool
	checksum string
	problem  workbook.Problem // with the address of the checksum
}

// readStampOf looks for the stamp in all sheets, those that are shown first,
// and for the checksum below it.
func readStampOf(b sheet.Book) (s signed, found bool) {
	for _, hidden := range []bool{false, true} {
		for _, one := range b.Sheets {
			if one.Hidden != hidden {
				continue
			}
			for i, r := range one.Rows {
				for _, c := range r.Cells {
					stamp, is, whole := readStamp(c.Text)
					if !is {
						continue
					}
					s = signed{Stamp: stamp, text: squash(c.Text), whole: whole}
					for _, below := range one.Rows[i+1 : min(i+4, len(one.Rows))] {
						if sum := below.At(c.Column()); len(sum.Text) == 64 && s.checksum == "" {
							s.checksum, s.problem = sum.Text, workbook.Problem{Sheet: one.Name, Cell: sum.Ref, Text: sum.Text}
						}
					}
					return s, true
				}
			}
		}
	}
	return s, false
}

// fits says whether the checksum is that of the rows of the hidden sheet.
func (s signed) fits(rows []sum) bool { return s.checksum == checksum(s.text, rows) }
