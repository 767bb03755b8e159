package xlsx

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"tracker/internal/indicators"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// indicators writes a row for each answer of each year: of the value that
// counts those of all its categories, of the others the one that stands for the
// year. A year without a value has one row, which says why.
func (b *book) indicators() error {
	r, err := b.begin(b.sheet("report.sheet.indicators"), 2, []column{
		{"report.col.ref", 10, false}, {"report.col.title", 34, false}, {"indicators.column.year", 10, false}, {"indicators.column.place", 24, false},
		{"indicators.column.answer", 20, false}, {"indicators.column.number", 14, true}, {"indicators.field.unit", 18, false}, {"indicators.column.target", 14, true},
		{"indicators.field.qualifier", 12, false}, {"indicators.column.told", 22, false}, {"indicators.field.attribution", 16, false},
		{"indicators.field.covers_from", 13, false}, {"indicators.field.covers_to", 13, false}, {"indicators.column.counts", 9, false}, {"indicators.column.marks", 30, false}, {"indicators.field.note", 36, false},
	})
	if err != nil {
		return err
	}
	for _, one := range b.s.Indicators {
		for _, y := range one.Years {
			for _, cells := range b.countedRows(one, y) {
				if err := r.add(cells...); err != nil {
					return err
				}
			}
		}
	}
	return r.end()
}

// countedRows are the rows of a year.
func (b *book) countedRows(one reports.IndicatorStatus, y reports.YearStatus) (rows [][]excelize.Cell) {
	text := func(s string) excelize.Cell { return b.cell(lookText, s) }
	row := func(place indicators.Place, answer string, number json.Number, v reports.ValueStatus, counts bool) {
		target, marks, said, exact, whose := b.cell(lookNumber, nil), "", "", "", ""
		if place == y.Place && counts {
			target, marks = b.decimal(y, y.Target), strings.Join(wording.YearMarks(b.t, y), ", ")
		}
		if v.Basis != "" {
			said, exact, whose = wording.ToldBy(b.t, v), b.word("indicators.qualifier.", v.Qualifier), b.word("indicators.attribution.", v.Attribution)
		}
		rows = append(rows, []excelize.Cell{b.cell(lookStrong, one.Ref), text(one.Title), text(y.Ref), text(wording.Place(b.t, place)), text(answer), b.decimal(y, number),
			text(wording.UnitOf(b.t, y)), target, text(exact), text(said), text(whose), b.date(v.CoversFrom, ""), b.date(v.CoversTo, ""), b.yes(counts && y.Told()), text(marks), text(v.Note)})
	}
	if len(y.Cells) == 0 {
		row(y.Place, wording.Counted(b.t, y), y.Number, y.Value, true)
	}
	for _, c := range y.Cells {
		row(c.Place, wording.CountedAt(b.t, y, c.Place), c.Number, y.Value, true)
	}
	for _, v := range y.Others {
		row(y.Place, wording.OtherFigure(b.t, y, v), v.Number, v, false)
	}
	return rows
}

// decimal is a typed number, money with its cents; an empty cell for none,
// which no sum takes for a zero.
func (b *book) decimal(y reports.YearStatus, n json.Number) excelize.Cell {
	f, err := n.Float64()
	switch {
	case err != nil:
		return b.cell(lookNumber, nil)
	case y.Unit == indicators.Money:
		return b.cell(lookMoney, f)
	}
	return b.cell(lookNumber, int(f))
}

// trends draws each indicator that columns can show, with its table.
func (b *book) trends() error {
	f := &front{b: b, sheet: b.t.Msg("report.sheet.trends"), row: 1}
	if err := b.fit(f.sheet); err != nil {
		return err
	}
	for column, width := range map[string]float64{"A": 14, "B": 16, "C": 16, "D": 3, "E": 44} {
		if err := b.f.SetColWidth(f.sheet, column, column, width); err != nil {
			return err
		}
	}
	hide := false
	if err := b.f.SetSheetView(f.sheet, 0, &excelize.ViewOptions{ShowGridLines: &hide}); err != nil {
		return err
	}
	f.put(b.cell(lookTitle, f.sheet+" · "+b.title))
	f.height(26)
	f.put(b.cell(lookWarning, b.readers()))
	f.row++
	const onPage = 3
	drawn := 0
	for _, one := range b.s.Indicators {
		c, ok := wording.Trend(b.t, one, b.s.D)
		if !ok {
			continue
		}
		if drawn > 0 && drawn%onPage == 0 {
			if err := b.f.InsertPageBreak(f.sheet, fmt.Sprintf("A%d", f.row)); err != nil {
				return err
			}
		}
		f.trend(one, c.Title)
		drawn++
	}
	if f.err != nil {
		return f.err
	}
	if err := b.f.SetPanes(f.sheet, &excelize.Panes{Freeze: true, YSplit: 2, TopLeftCell: "A3", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return b.print(f.sheet, fmt.Sprintf("$A$1:$Q$%d", f.row), "")
}

// trend is the table of an indicator with its chart beside it: figures as
// columns, targets as a line. A year without a number has an empty cell, and
// its word beside it.
func (f *front) trend(one reports.IndicatorStatus, title string) {
	b, start := f.b, f.row
	f.block(title)
	heads := []excelize.Cell{b.cell(lookHead, b.t.Msg("indicators.column.year")), b.cell(lookHeadRight, b.t.Msg("indicators.column.figure")),
		b.cell(lookHeadRight, b.t.Msg("indicators.column.target")), b.cell(lookHead, nil), b.cell(lookHead, b.t.Msg("indicators.column.told"))}
	f.put(heads...)
	first, wanted := f.row, false
	for _, y := range one.Years {
		var said []string
		if y.Number == "" {
			said = append(said, wording.Counted(b.t, y))
		}
		if by := wording.ToldBy(b.t, y.Value); by != "" {
			said = append(said, by)
		}
		f.put(b.cell(lookText, y.Ref), b.decimal(y, y.Number), b.decimal(y, y.Target), b.cell(lookText, nil), b.cell(lookText, strings.Join(append(said, wording.YearMarks(b.t, y)...), ", ")))
		wanted = wanted || y.Target != ""
	}
	const rowPixels, height = 20, 250
	if f.err == nil {
		bars, line := f.course(title, first, f.row-1, height)
		if wanted {
			f.err = b.f.AddChart(f.sheet, fmt.Sprintf("G%d", start), bars, line)
		} else {
			f.err = b.f.AddChart(f.sheet, fmt.Sprintf("G%d", start), bars)
		}
	}
	f.row = max(f.row+1, start+height/rowPixels+2)
}

// course is the chart of the rows first to last, and the line of their targets.
func (f *front) course(title string, first, last int, height uint) (bars, targets *excelize.Chart) {
	quoted := "'" + strings.ReplaceAll(f.sheet, "'", "''") + "'!"
	font := excelize.Font{Family: "Arial", Size: 9, Color: ink}
	gap, vary := uint(60), false
	series := func(column string) excelize.ChartSeries {
		return excelize.ChartSeries{Name: fmt.Sprintf("%s$%s$%d", quoted, column, first-1), Categories: fmt.Sprintf("%s$A$%d:$A$%d", quoted, first, last),
			Values: fmt.Sprintf("%s$%s$%d:$%s$%d", quoted, column, first, column, last)}
	}
	numbers, wanted := series("B"), series("C")
	numbers.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{petrol}}
	numbers.DataLabel = excelize.ChartDataLabel{Font: font}
	wanted.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{stalled}} // a line takes its colour
	wanted.Line = excelize.LineOptions{Type: excelize.LineSolid, Width: 1.5, Dash: excelize.LineDashDash}
	wanted.Marker = excelize.ChartMarker{Symbol: "diamond", Size: 7, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{stalled}}}
	x, y := excelize.ChartAxis{Font: font}, excelize.ChartAxis{Font: font, MajorGridLines: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}}
	bars = &excelize.Chart{Type: excelize.Col, Dimension: excelize.ChartDimension{Width: 620, Height: height}, GapWidth: &gap, VaryColors: &vary, Series: []excelize.ChartSeries{numbers},
		Title:  excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: clean(title), Font: &excelize.Font{Family: "Georgia", Size: 12, Bold: true, Color: ink}}}},
		Legend: excelize.ChartLegend{Position: "bottom", Font: &font}, XAxis: x, YAxis: y,
		PlotArea: excelize.ChartPlotArea{ShowVal: true}, Format: excelize.GraphicOptions{AltText: clean(title)}}
	return bars, &excelize.Chart{Type: excelize.Line, Series: []excelize.ChartSeries{wanted}, XAxis: x, YAxis: y}
}
