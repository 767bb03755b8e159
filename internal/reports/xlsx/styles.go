package xlsx

import (
	"github.com/xuri/excelize/v2"

	"tracker/internal/calendar"
	"tracker/internal/progress"
)

// look is how a cell looks.
type look int

const (
	lookTitle look = iota
	lookWarning
	lookMeta
	lookBlock
	lookHead
	lookHeadRight
	lookText
	lookStrong
	lookDate
	lookInstant
	lookNumber
	lookMoney
	lookTotal
	lookFigure
	lookStatus // the first of one look for each delivery status
	looks      = lookStatus + 5
)

// The colours of the house.
const (
	ink     = "1B1E23"
	ink2    = "4E545C"
	white   = "FFFFFF"
	rule    = "D8D2C4"
	paper   = "F6F3EC"
	petrol  = "12485A"
	late    = "E2B354"
	done    = "1D5E3B"
	going   = "93BCCB"
	stalled = "97271D"
	ended   = "ECE7DB"
)

// styles makes the looks.
func (b *book) styles() error {
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	topRight := &excelize.Alignment{Vertical: "top", Horizontal: "right", Indent: 1} // apart from what the next column begins with
	left := &excelize.Alignment{Vertical: "top", Horizontal: "left"}
	line := []excelize.Border{{Type: "bottom", Color: rule, Style: 1}}
	over := []excelize.Border{{Type: "top", Color: ink, Style: 2}}
	head := []excelize.Border{{Type: "bottom", Color: ink, Style: 2}}
	day, instant, number, money := `d mmm yyyy`, `d mmm yyyy hh:mm`, `#,##0`, `#,##0.00`
	text := &excelize.Font{Family: "Arial", Size: 10, Color: ink}
	strong := &excelize.Font{Family: "Arial", Size: 10, Color: ink, Bold: true}
	headFill := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{paper}}
	all := map[look]*excelize.Style{
		lookTitle:     {Font: &excelize.Font{Family: "Georgia", Size: 16, Bold: true, Color: ink}},
		lookWarning:   {Font: &excelize.Font{Family: "Arial", Size: 10, Bold: true, Color: stalled}},
		lookMeta:      {Font: &excelize.Font{Family: "Arial", Size: 10, Color: ink2}},
		lookBlock:     {Font: &excelize.Font{Family: "Georgia", Size: 13, Bold: true, Color: ink}, Border: over},
		lookHead:      {Font: strong, Fill: headFill, Border: head, Alignment: &excelize.Alignment{Vertical: "bottom", WrapText: true}},
		lookHeadRight: {Font: strong, Fill: headFill, Border: head, Alignment: &excelize.Alignment{Vertical: "bottom", Horizontal: "right", Indent: 1, WrapText: true}},
		lookText:      {Font: text, Alignment: top, Border: line},
		lookStrong:    {Font: strong, Alignment: top, Border: line},
		lookDate:      {Font: text, Alignment: left, Border: line, CustomNumFmt: &day},
		lookInstant:   {Font: text, Alignment: left, Border: line, CustomNumFmt: &instant},
		lookNumber:    {Font: text, Alignment: topRight, Border: line, CustomNumFmt: &number},
		lookMoney:     {Font: text, Alignment: topRight, Border: line, CustomNumFmt: &money},
		lookTotal:     {Font: strong, Alignment: topRight, Border: line, CustomNumFmt: &number},
		lookFigure:    {Font: &excelize.Font{Family: "Arial", Size: 18, Bold: true, Color: ink}, Alignment: left, Border: line, CustomNumFmt: &number},
	}
	for i, fill := range []struct{ ground, text string }{{"E2EEE5", "1D5E3B"}, {"E3EEF3", "1F5D80"}, {"FFFFFF", "565B62"}, {"F8E4DF", "97271D"}, {"ECE7DB", "565B62"}} {
		all[lookStatus+look(i)] = &excelize.Style{Font: &excelize.Font{Family: "Arial", Size: 10, Bold: true, Color: fill.text}, Alignment: top, Border: line,
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill.ground}}}
	}
	for i := range looks {
		id, err := b.f.NewStyle(all[i])
		if err != nil {
			return err
		}
		b.looks[i] = id
	}
	return nil
}

// cell is a value in its look.
func (b *book) cell(l look, value any) excelize.Cell {
	if text, ok := value.(string); ok {
		value = clean(text)
	}
	return excelize.Cell{StyleID: b.looks[l], Value: value}
}

// date is a typed day, or words where there is none.
func (b *book) date(d calendar.Date, otherwise string) excelize.Cell {
	if d.IsZero() {
		return b.cell(lookText, otherwise)
	}
	return b.cell(lookDate, d.Time())
}

// status is a delivery status in its colours.
func (b *book) status(s progress.Status) excelize.Cell {
	for i, one := range progress.Statuses {
		if one == s {
			return b.cell(lookStatus+look(i), b.t.Msg("status."+string(s)))
		}
	}
	return b.cell(lookText, string(s))
}
