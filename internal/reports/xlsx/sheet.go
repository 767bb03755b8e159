package xlsx

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// column is one of a sheet of rows: the key of its head and its width in
// characters.
type column struct {
	key   string
	width float64
	right bool
}

// title is the head of a column in words.
func (c column) title(b *book) string {
	if b.t.Has(c.key) {
		return b.t.Msg(c.key)
	}
	return c.key // a month, or a name of the data
}

// rows is a sheet of rows under one head.
type rows struct {
	b       *book
	sheet   string
	columns []column
	out     *excelize.StreamWriter
	head    int // row of the heads
	at      int
	values  []any // of the row being written
}

// begin writes the title and the heads of a sheet of a report; frozen columns
// stay in view.
func (b *book) begin(sheet int, frozen int, columns []column) (*rows, error) {
	return b.open(sheet, frozen, columns, b.cell(lookTitle, b.names[sheet]+" · "+b.title),
		b.cell(lookWarning, b.readers()+" · "+b.t.Msg("report.known_at", "at", b.k)))
}

// open writes what stands over the data of a sheet, a cell a row, and its
// heads; frozen columns stay in view.
func (b *book) open(sheet int, frozen int, columns []column, above ...excelize.Cell) (*rows, error) {
	if err := b.fit(b.names[sheet]); err != nil { // what comes after the first row is too late for it
		return nil, err
	}
	out, err := b.f.NewStreamWriter(b.names[sheet])
	if err != nil {
		return nil, err
	}
	head := len(above) + 1
	r := &rows{b: b, sheet: b.names[sheet], columns: columns, out: out, head: head, at: head, values: make([]any, len(columns))}
	for i, c := range columns {
		if err := out.SetColWidth(i+1, i+1, c.width); err != nil {
			return nil, err
		}
	}
	corner, err := excelize.CoordinatesToCellName(frozen+1, head+1)
	if err != nil {
		return nil, err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, XSplit: frozen, YSplit: head, TopLeftCell: corner, ActivePane: "bottomRight"}); err != nil {
		return nil, err
	}
	for i, cell := range above {
		height := heightOf(1)
		if i == 0 {
			height = titlePoints
		}
		if err := out.SetRow("A"+strconv.Itoa(i+1), []any{cell}, height); err != nil {
			return nil, err
		}
	}
	heads, lines := make([]any, len(columns)), 1
	for i, c := range columns {
		l := lookHead
		if c.right {
			l = lookHeadRight
		}
		heads[i] = b.cell(l, c.title(b))
		lines = max(lines, linesOf(c.title(b), c.width*.9)) // they are bold
	}
	return r, out.SetRow("A"+strconv.Itoa(head), heads, heightOf(lines))
}

// add writes the next row, one cell a column.
func (r *rows) add(cells ...excelize.Cell) error {
	if len(cells) != len(r.columns) {
		return fmt.Errorf("%s: %d cells for %d columns", r.sheet, len(cells), len(r.columns))
	}
	r.at++
	lines := 1
	for i := range cells {
		c := &cells[i]
		r.values[i] = c
		if text, ok := c.Value.(string); ok {
			lines = max(lines, linesOf(text, r.columns[i].width))
		}
	}
	if lines == 1 { // as high as every row
		return r.out.SetRow("A"+strconv.Itoa(r.at), r.values)
	}
	return r.out.SetRow("A"+strconv.Itoa(r.at), r.values, heightOf(lines))
}

// titlePoints is the height of the row with the title.
var titlePoints = excelize.RowOpts{Height: 24}

// heightOf is the height of a row of so many lines of text.
func heightOf(lines int) excelize.RowOpts {
	const line, around, most = 12.75, 2.25, 409 // points
	return excelize.RowOpts{Height: min(line*float64(lines)+around, most)}
}

// linesOf estimates over how many lines a text wraps in a column. Excel fits
// rows by itself; LibreOffice keeps to what it finds.
func linesOf(text string, width float64) int {
	lines := 0
	for line := range strings.SplitSeq(text, "\n") {
		lines += max(1, int(math.Ceil(float64(utf8.RuneCountInString(line))*1.02/width)))
	}
	return lines
}

// end sets filter and print, and closes the sheet.
func (r *rows) end() error {
	last, err := excelize.ColumnNumberToName(len(r.columns))
	if err != nil {
		return err
	}
	if err := r.b.f.AutoFilter(r.sheet, fmt.Sprintf("A%d:%s%d", r.head, last, r.at), nil); err != nil {
		return err
	}
	if err := r.b.print(r.sheet, fmt.Sprintf("$A$1:$%s$%d", last, r.at), fmt.Sprintf("$1:$%d", r.head)); err != nil {
		return err
	}
	return r.out.Flush()
}

// fit makes the columns of a sheet fit on one printed page.
func (b *book) fit(sheet string) error {
	fit := true
	return b.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit})
}

// print sets up the printed pages: A4 landscape, all columns on one page, the
// heads on each, the audience in every foot.
func (b *book) print(sheet, area, titles string) error {
	const a4 = 9
	size, orientation, width, height := a4, "landscape", 1, 0
	if err := b.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, FitToWidth: &width, FitToHeight: &height}); err != nil {
		return err
	}
	side, end := .4, .6
	if err := b.f.SetPageMargins(sheet, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &end, Bottom: &end}); err != nil {
		return err
	}
	foot := strings.ReplaceAll(clean(b.readers()), "&", "&&")
	if err := b.f.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&L&8" + foot + "&R&8&P / &N"}); err != nil {
		return err
	}
	quoted := "'" + strings.ReplaceAll(sheet, "'", "''") + "'!"
	if err := b.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: quoted + area, Scope: sheet}); err != nil {
		return err
	}
	if titles == "" {
		return nil
	}
	return b.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: quoted + titles, Scope: sheet})
}
