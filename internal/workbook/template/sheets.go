package template

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"tracker/internal/workbook/matrix"
)

// look is how a cell looks.
type look int

const (
	lookText look = iota
	lookStrong
	lookMoney
	lookTitle
	lookMeta
	lookWarning
	lookHead
	lookGuide
	lookGuideHead
	looks
)

// The colours of the house, as in reports.
const (
	ink     = "1B1E23"
	ink2    = "4E545C"
	rule    = "D8D2C4"
	paper   = "F6F3EC"
	stalled = "97271D"
)

func (o *book) styles() error {
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	box := []excelize.Border{{Type: "bottom", Color: rule, Style: 1}, {Type: "left", Color: rule, Style: 1}, {Type: "right", Color: rule, Style: 1}}
	head := []excelize.Border{{Type: "bottom", Color: ink, Style: 2}, {Type: "left", Color: rule, Style: 1}, {Type: "right", Color: rule, Style: 1}}
	ground := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{paper}}
	text := &excelize.Font{Family: "Arial", Size: 10, Color: ink}
	strong := &excelize.Font{Family: "Arial", Size: 10, Color: ink, Bold: true}
	words, money := "@", `#,##0.00` // a number such as 1.2 would become a day
	for i, s := range [looks]*excelize.Style{
		lookText:      {Font: text, Alignment: top, Border: box, CustomNumFmt: &words},
		lookStrong:    {Font: strong, Alignment: top, Border: box, CustomNumFmt: &words},
		lookMoney:     {Font: text, Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "right"}, Border: box, CustomNumFmt: &money},
		lookTitle:     {Font: &excelize.Font{Family: "Georgia", Size: 16, Bold: true, Color: ink}},
		lookMeta:      {Font: &excelize.Font{Family: "Arial", Size: 10, Color: ink2}},
		lookWarning:   {Font: &excelize.Font{Family: "Arial", Size: 10, Bold: true, Color: stalled}},
		lookHead:      {Font: strong, Fill: ground, Border: head, Alignment: &excelize.Alignment{Vertical: "bottom", WrapText: true}},
		lookGuide:     {Font: text, Alignment: top, Border: box[:1]},
		lookGuideHead: {Font: strong, Alignment: top, Border: box[:1]},
	} {
		id, err := o.f.NewStyle(s)
		if err != nil {
			return err
		}
		o.looks[i] = id
	}
	for i, s := range []*excelize.Style{{Font: text, Alignment: top, CustomNumFmt: &words}, {Font: text, Alignment: top, CustomNumFmt: &money}} {
		id, err := o.f.NewStyle(s)
		if err != nil {
			return err
		}
		o.bare[i] = id
	}
	return nil
}

// put writes a text in its look; an empty one is only dressed.
func (o *book) put(sheet string, col, row int, l look, text string) error {
	cell, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		return err
	}
	if text != "" {
		if err := o.f.SetCellStr(sheet, cell, clean(text)); err != nil {
			return err
		}
	}
	return o.f.SetCellStyle(sheet, cell, cell, o.looks[l])
}

// over writes what stands over a sheet's table and gives the row below it.
func (o *book) over(sheet string, title string, lines ...string) (int, error) {
	if err := o.put(sheet, 1, 1, lookTitle, title); err != nil {
		return 0, err
	}
	at := 2
	for i, line := range lines {
		l := lookMeta
		if i > 0 {
			l = lookWarning
		}
		if err := o.put(sheet, 1, at, l, line); err != nil {
			return 0, err
		}
		at++
	}
	if o.Demonstration {
		if err := o.put(sheet, 1, at, lookWarning, o.t.Msg("demo.banner")); err != nil {
			return 0, err
		}
		at++
	}
	return at, nil
}

// matrix writes the empty matrix.
func (o *book) matrix() error {
	sheet := o.t.Msg("template.sheet.plan")
	if err := o.dress(sheet); err != nil {
		return err
	}
	head, err := o.over(sheet, o.t.Msg("template.plan.title", "from", strconv.Itoa(o.FirstYear), "to", strconv.Itoa(o.LastYear)), o.t.Msg("template.plan.lede"))
	if err != nil {
		return err
	}
	if err := o.head(sheet, head); err != nil {
		return err
	}
	for row := head + 1; row <= head+ready; row++ {
		for i, c := range o.list {
			if err := o.put(sheet, i+1, row, c.look, ""); err != nil {
				return err
			}
		}
		if err := o.f.SetRowHeight(sheet, row, 30); err != nil {
			return err
		}
	}
	return o.choices(sheet, head)
}

// head writes the headings, and sets a sheet up for the screen and for paper.
func (o *book) head(sheet string, row int) error {
	for i, c := range o.list {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := o.put(sheet, i+1, row, lookHead, c.heading(o.t)); err != nil {
			return err
		}
		if err := o.f.SetColWidth(sheet, name, name, c.width); err != nil {
			return err
		}
	}
	if err := o.f.SetRowHeight(sheet, row, 30); err != nil {
		return err
	}
	if err := o.f.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: row, TopLeftCell: "A" + strconv.Itoa(row+1), ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	// A plan is wide: it is printed over two pages, and number and activity stand on both.
	line := strconv.Itoa(row)
	number, _ := excelize.ColumnNumberToName(o.numberAt())       //nolint:errcheck // one of the columns
	activity, _ := excelize.ColumnNumberToName(o.numberAt() + 1) //nolint:errcheck // the next one
	titles := "'" + sheet + "'!$" + number + ":$" + activity + ",'" + sheet + "'!$" + line + ":$" + line
	if err := o.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: titles, Scope: sheet}); err != nil {
		return err
	}
	return o.paper(sheet, "landscape", 2)
}

// numberAt is the column of the activities' numbers, before that of the activities.
func (o *book) numberAt() int {
	return 1 + slices.IndexFunc(o.list, func(c column) bool { return c.field == matrix.Number })
}

// dress gives the columns of a sheet their looks, before anything stands there.
func (o *book) dress(sheet string) error {
	for i, c := range o.list {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := o.f.SetColStyle(sheet, name, o.plain(c)); err != nil {
			return err
		}
	}
	return nil
}

// plain is the style of a column below the rows that are ready: the same
// without lines, so that no empty page is printed.
func (o *book) plain(c column) int {
	if c.look == lookMoney {
		return o.bare[1]
	}
	return o.bare[0]
}

// paper sets a sheet up to be printed over so many pages of A4 beside each other.
func (o *book) paper(sheet, way string, wide int) error {
	a4, zero, yes := 9, 0, true
	if err := o.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &a4, Orientation: &way, FitToWidth: &wide, FitToHeight: &zero}); err != nil {
		return err
	}
	if err := o.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &yes}); err != nil {
		return err
	}
	side, edge, foot := 0.5, 0.75, 0.35
	if err := o.f.SetPageMargins(sheet, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &edge, Bottom: &edge, Header: &foot, Footer: &foot}); err != nil {
		return err
	}
	return o.f.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&L&A&R&P / &N"})
}

// choices gives the columns what can be chosen. Anything else may be typed: a
// day, several institutions, one that is not known yet.
func (o *book) choices(sheet string, head int) error {
	for i, c := range o.list {
		if c.list == "" || o.lengths[c.list] == 0 {
			continue
		}
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		v := excelize.NewDataValidation(true)
		v.SetSqref(name + strconv.Itoa(head+1) + ":" + name + strconv.Itoa(head+rows))
		v.SetSqrefDropList("'" + o.t.Msg("template.sheet.lists") + "'!$" + c.list + "$2:$" + c.list + "$" + strconv.Itoa(o.lengths[c.list]+1))
		v.SetInput(c.heading(o.t), o.t.Msg("template.help."+string(c.field)))
		v.ShowErrorMessage = false
		if err := o.f.AddDataValidation(sheet, v); err != nil {
			return err
		}
	}
	return nil
}

// guide writes how the matrix is filled and sent back, and what each column takes.
func (o *book) guide() error {
	sheet := o.t.Msg("template.sheet.guide")
	at, err := o.over(sheet, o.t.Msg("template.title", "from", strconv.Itoa(o.FirstYear), "to", strconv.Itoa(o.LastYear)), o.t.Msg("template.guide.lede"))
	if err != nil {
		return err
	}
	if err := errors.Join(o.f.SetColWidth(sheet, "A", "A", 26), o.f.SetColWidth(sheet, "B", "B", 90)); err != nil {
		return err
	}
	line := func(a, b string, left look) error {
		if err := o.put(sheet, 1, at, left, a); err != nil {
			return err
		}
		if err := o.put(sheet, 2, at, lookGuide, b); err != nil {
			return err
		}
		lines := math.Ceil(float64(utf8.RuneCountInString(b)) / 95)
		at++
		return o.f.SetRowHeight(sheet, at-1, 4+13*max(1, lines))
	}
	at++
	for _, step := range []string{"rows", "tree", "more", "lists", "columns", "send"} {
		if err := line(o.t.Msg("template.step."+step), o.t.Msg("template.step."+step+".text"), lookGuideHead); err != nil {
			return err
		}
	}
	at++
	if err := o.put(sheet, 1, at, lookHead, o.t.Msg("template.guide.column")); err != nil {
		return err
	}
	if err := o.put(sheet, 2, at, lookHead, o.t.Msg("template.guide.what")); err != nil {
		return err
	}
	at++
	for i, c := range o.list {
		if i > 0 && o.list[i-1].field == c.field {
			continue
		}
		if err := line(o.t.Msg("template.head."+string(c.field)), o.t.Msg("template.help."+string(c.field)), lookGuideHead); err != nil {
			return err
		}
	}
	return o.paper(sheet, "portrait", 1)
}

// clean makes a text one that a cell may hold.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, text)
}
