package round

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"tracker/internal/calendar"
)

// look is how a cell looks.
type look int

const (
	lookTitle look = iota
	lookWarning
	lookMeta
	lookHead
	lookHeadInput
	lookText
	lookStrong
	lookDate
	lookInput
	lookInputDate
	lookInputNumber
	lookNotAsked // an input of the others that this row is not asked
	lookName
	lookFact
	lookCode
	looks
)

// The colours of the house, as in reports.
const (
	ink     = "1B1E23"
	ink2    = "4E545C"
	rule    = "D8D2C4"
	paper   = "F6F3EC"
	stalled = "97271D"
	toFill  = "FFFBE8" // of cells to fill in
)

func (o *book) styles() error {
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	left := &excelize.Alignment{Vertical: "top", Horizontal: "left"}
	line := []excelize.Border{{Type: "bottom", Color: rule, Style: 1}}
	box := []excelize.Border{{Type: "bottom", Color: rule, Style: 1}, {Type: "left", Color: rule, Style: 1}, {Type: "right", Color: rule, Style: 1}}
	head := []excelize.Border{{Type: "bottom", Color: ink, Style: 2}}
	day, texts, number := o.t.Msg("date.cell"), "@", "General"
	text := &excelize.Font{Family: "Arial", Size: 10, Color: ink}
	strong := &excelize.Font{Family: "Arial", Size: 10, Color: ink, Bold: true}
	fill := func(color string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
	}
	bottom := &excelize.Alignment{Vertical: "bottom", WrapText: true}
	open := &excelize.Protection{Locked: false}
	all := map[look]*excelize.Style{
		lookTitle:       {Font: &excelize.Font{Family: "Georgia", Size: 16, Bold: true, Color: ink}},
		lookWarning:     {Font: &excelize.Font{Family: "Arial", Size: 10, Bold: true, Color: stalled}},
		lookMeta:        {Font: &excelize.Font{Family: "Arial", Size: 10, Color: ink2}},
		lookHead:        {Font: strong, Fill: fill(paper), Border: head, Alignment: bottom},
		lookHeadInput:   {Font: strong, Fill: fill("F3E3A8"), Border: head, Alignment: bottom},
		lookText:        {Font: text, Alignment: top, Border: line},
		lookStrong:      {Font: strong, Alignment: top, Border: line},
		lookDate:        {Font: text, Alignment: left, Border: line, CustomNumFmt: &day},
		lookInput:       {Font: text, Alignment: top, Border: box, Fill: fill(toFill), Protection: open, CustomNumFmt: &texts},
		lookInputDate:   {Font: text, Alignment: left, Border: box, Fill: fill(toFill), Protection: open, CustomNumFmt: &day},
		lookInputNumber: {Font: text, Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "right"}, Border: box, Fill: fill(toFill), Protection: open, CustomNumFmt: &number},
		lookNotAsked:    {Font: text, Alignment: top, Border: line, Fill: fill("ECE7DB")},
		lookName:        {Font: strong, Alignment: top},
		lookFact:        {Font: text, Alignment: top},
		lookCode:        {Font: &excelize.Font{Family: "Consolas", Size: 9, Color: ink2}, Alignment: top, CustomNumFmt: &texts},
	}
	for i := range looks {
		id, err := o.f.NewStyle(all[i])
		if err != nil {
			return err
		}
		o.looks[i] = id
	}
	return nil
}

// table is a sheet of rows under one head.
type table struct {
	o       *book
	sheet   string
	columns []column
	head    int // row of the headings
	at      int
	least   int // lines of a row, room to write in
}

// begin writes what stands over the rows of a sheet and its headings. So many
// columns stay in view.
func (o *book) begin(sheet string, columns []column, frozen int, over ...string) (*table, error) {
	if o.Demonstration {
		over = append(over, o.t.Msg("demo.banner"))
	}
	s := &table{o: o, sheet: sheet, columns: columns, head: len(over) + 1, at: len(over) + 1, least: 1}
	for i, text := range over {
		l := lookMeta
		switch {
		case i == 0:
			l = lookTitle
		case o.Demonstration && i == len(over)-1:
			l = lookWarning
		}
		if err := o.put(sheet, 2, i+1, l, text); err != nil { // the first column stands on every printed page
			return nil, err
		}
	}
	for i, c := range columns {
		l := lookHead
		if c.input {
			l = lookHeadInput
		}
		if err := o.put(sheet, i+1, s.head, l, c.field.heading(o.t)); err != nil {
			return nil, err
		}
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return nil, err
		}
		if err := o.f.SetColWidth(sheet, name, name, c.width); err != nil {
			return nil, err
		}
	}
	if err := o.f.SetRowHeight(sheet, s.head, 30); err != nil {
		return nil, err
	}
	corner, err := excelize.CoordinatesToCellName(frozen+1, s.head+1)
	if err != nil {
		return nil, err
	}
	return s, o.f.SetPanes(sheet, &excelize.Panes{Freeze: true, XSplit: frozen, YSplit: s.head, TopLeftCell: corner, ActivePane: "bottomRight"})
}

// put writes a cell in its look; what is empty is only dressed.
func (o *book) put(sheet string, col, row int, l look, value any) error {
	cell, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		return err
	}
	switch v := value.(type) {
	case string:
		if v != "" {
			err = o.f.SetCellStr(sheet, cell, clean(v))
		}
	case calendar.Date:
		if !v.IsZero() {
			err = o.f.SetCellValue(sheet, cell, v.Time())
		}
	}
	if err != nil {
		return err
	}
	return o.f.SetCellStyle(sheet, cell, cell, o.looks[l])
}

// add writes the next row: what it tells, and its cells to fill in. Where the
// institution does not give the status, that cell is none of them.
func (s *table) add(leads bool, told ...any) error {
	s.at++
	lines := s.least
	for i, c := range s.columns {
		l, value := lookText, any("")
		if i < len(told) {
			value = told[i]
			if text, ok := value.(string); ok {
				lines = max(lines, linesOf(text, c.width))
			}
		}
		_, day := value.(calendar.Date)
		switch {
		case c.field == ref:
			l = lookStrong
		case c.field == status && !leads:
			l = lookNotAsked
		case c.field == asOf:
			l = lookInputDate
		case c.field == figure:
			l = lookInputNumber
		case c.input:
			l = lookInput
		case day:
			l = lookDate
		}
		if err := s.o.put(s.sheet, i+1, s.at, l, value); err != nil {
			return err
		}
	}
	return s.o.f.SetRowHeight(s.sheet, s.at, min(13*float64(lines)+3, 409))
}

// linesOf estimates over how many lines a text wraps in a column.
func linesOf(text string, width float64) (lines int) {
	for line := range strings.SplitSeq(text, "\n") {
		lines += max(1, int(math.Ceil(float64(utf8.RuneCountInString(line))*1.05/width)))
	}
	return lines
}

// cells is the range of a column below the headings.
func (s *table) cells(f field) (string, error) {
	for i, c := range s.columns {
		if c.field == f {
			name, err := excelize.ColumnNumberToName(i + 1)
			return fmt.Sprintf("%s%d:%s%d", name, s.head+1, name, max(s.at, s.head+1)), err
		}
	}
	return "", fmt.Errorf("no column %s", f)
}

// choose lets a column be chosen from so many words of a column of the hidden
// sheet.
func (s *table) choose(f field, n int, column string) error {
	cells, err := s.cells(f)
	if err != nil {
		return err
	}
	v := excelize.NewDataValidation(true)
	v.SetSqref(cells)
	v.SetSqrefDropList(fmt.Sprintf("'%s'!$%s$2:$%s$%d", strings.ReplaceAll(s.o.hidden, "'", "''"), column, column, n+1))
	v.SetError(excelize.DataValidationErrorStyleStop, s.o.t.Msg("round.choose.title"), s.o.t.Msg("round.choose.text"))
	return s.o.f.AddDataValidation(s.sheet, v)
}

// days warns of a day outside the period. It may stand all the same: a day
// typed as a text is read too.
func (s *table) days(f field) error {
	cells, err := s.cells(f)
	if err != nil {
		return err
	}
	v := excelize.NewDataValidation(true)
	v.SetSqref(cells)
	y := s.o.Year
	from := fmt.Sprintf("DATE(%d,%d,%d)", y.StartsOn.Year(), y.StartsOn.Month(), y.StartsOn.Day())
	to := fmt.Sprintf("DATE(%d,%d,%d)", y.EndsOn.Year(), y.EndsOn.Month(), y.EndsOn.Day())
	if err := v.SetRange(from, to, excelize.DataValidationTypeDate, excelize.DataValidationOperatorBetween); err != nil {
		return err
	}
	v.SetError(excelize.DataValidationErrorStyleWarning, s.o.t.Msg("round.day.title"), s.o.t.Msg("round.day.text", "from", y.StartsOn, "to", y.EndsOn))
	v.SetInput(s.o.t.Msg("round.day.title"), s.o.t.Msg("round.day.text", "from", y.StartsOn, "to", y.EndsOn))
	return s.o.f.AddDataValidation(s.sheet, v)
}

// end makes the sheet fit for printing, so many pages wide, and locks what is
// not to be filled in.
func (s *table) end(pages int) error {
	last, err := excelize.ColumnNumberToName(len(s.columns))
	if err != nil {
		return err
	}
	sheet := "'" + strings.ReplaceAll(s.sheet, "'", "''") + "'!"
	if err := s.o.print(s.sheet, pages, fmt.Sprintf("$A$1:$%s$%d", last, s.at), fmt.Sprintf("%s$A:$A,%s$%d:$%d", sheet, sheet, s.head, s.head)); err != nil {
		return err
	}
	return s.o.protect(s.sheet)
}

// print sets up the printed pages: A4 landscape, all columns on so many pages,
// references and headings on each.
func (o *book) print(sheet string, width int, area, titles string) error {
	const a4 = 9
	size, orientation, height, fit := a4, "landscape", 0, true
	if err := o.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	if err := o.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, FitToWidth: &width, FitToHeight: &height}); err != nil {
		return err
	}
	side, end := .4, .6
	if err := o.f.SetPageMargins(sheet, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &end, Bottom: &end}); err != nil {
		return err
	}
	foot := strings.ReplaceAll(clean(o.note()), "&", "&&")
	if err := o.f.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&L&8" + foot + "&R&8&P / &N"}); err != nil {
		return err
	}
	quoted := "'" + strings.ReplaceAll(sheet, "'", "''") + "'!"
	if err := o.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: quoted + area, Scope: sheet}); err != nil || titles == "" {
		return err
	}
	return o.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: titles, Scope: sheet})
}
