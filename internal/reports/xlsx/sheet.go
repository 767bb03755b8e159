package xlsx

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// column is one of a sheet of rows: the key of its head and its width in
// characters.
type column struct {
	key   string
	width float64
	right bool
}

// The rows over the data of a sheet: title, audience, heads.
const headRow = 3

// rows is a sheet of rows under one head.
type rows struct {
	b       *book
	sheet   string
	columns []column
	out     *excelize.StreamWriter
	at      int
}

// begin writes the title and the heads of a sheet; frozen columns stay in view.
func (b *book) begin(sheet int, frozen int, columns []column) (*rows, error) {
	out, err := b.f.NewStreamWriter(b.names[sheet])
	if err != nil {
		return nil, err
	}
	r := &rows{b: b, sheet: b.names[sheet], columns: columns, out: out, at: headRow}
	for i, c := range columns {
		if err := out.SetColWidth(i+1, i+1, c.width); err != nil {
			return nil, err
		}
	}
	corner, err := excelize.CoordinatesToCellName(frozen+1, headRow+1)
	if err != nil {
		return nil, err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, XSplit: frozen, YSplit: headRow, TopLeftCell: corner, ActivePane: "bottomRight"}); err != nil {
		return nil, err
	}
	if err := out.SetRow("A1", []any{b.cell(lookTitle, b.names[sheet]+" · "+b.title)}); err != nil {
		return nil, err
	}
	if err := out.SetRow("A2", []any{b.cell(lookWarning, b.readers()+" · "+b.t.Msg("report.known_at", "at", b.k))}); err != nil {
		return nil, err
	}
	heads := make([]any, len(columns))
	for i, c := range columns {
		l := lookHead
		if c.right {
			l = lookHeadRight
		}
		heads[i] = b.cell(l, b.t.Msg(c.key))
	}
	return r, out.SetRow(fmt.Sprintf("A%d", headRow), heads)
}

// add writes the next row, one cell a column.
func (r *rows) add(cells ...excelize.Cell) error {
	if len(cells) != len(r.columns) {
		return fmt.Errorf("%s: %d cells for %d columns", r.sheet, len(cells), len(r.columns))
	}
	r.at++
	values := make([]any, len(cells))
	for i, c := range cells {
		values[i] = c
	}
	return r.out.SetRow(fmt.Sprintf("A%d", r.at), values)
}

// end sets filter and print, and closes the sheet.
func (r *rows) end() error {
	last, err := excelize.ColumnNumberToName(len(r.columns))
	if err != nil {
		return err
	}
	if err := r.b.f.AutoFilter(r.sheet, fmt.Sprintf("A%d:%s%d", headRow, last, max(r.at, headRow)), nil); err != nil {
		return err
	}
	if err := r.b.print(r.sheet, fmt.Sprintf("$A$1:$%s$%d", last, r.at), fmt.Sprintf("$1:$%d", headRow)); err != nil {
		return err
	}
	return r.out.Flush()
}

// print sets up the printed pages: A4 landscape, all columns on one page, the
// heads on each, the audience in every foot.
func (b *book) print(sheet, area, titles string) error {
	const a4 = 9
	size, orientation, width, height := a4, "landscape", 1, 0
	if err := b.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, FitToWidth: &width, FitToHeight: &height}); err != nil {
		return err
	}
	fit := true
	if err := b.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
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
