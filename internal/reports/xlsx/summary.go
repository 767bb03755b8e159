package xlsx

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"tracker/internal/progress"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// front writes the summary sheet from top to bottom.
type front struct {
	b     *book
	sheet string
	row   int
	err   error
}

// put writes cells from column A on and goes to the next row.
func (f *front) put(cells ...excelize.Cell) {
	for i, c := range cells {
		if f.err != nil {
			return
		}
		var name string
		if name, f.err = excelize.CoordinatesToCellName(i+1, f.row); f.err != nil {
			return
		}
		if f.err = f.b.f.SetCellValue(f.sheet, name, c.Value); f.err == nil {
			f.err = f.b.f.SetCellStyle(f.sheet, name, name, c.StyleID)
		}
	}
	f.row++
}

// The columns of the summary: a label, up to six counts, and then the charts.
const (
	labelColumns = 34.0
	countColumns = 13.0
	chartColumn  = "I"
	lastColumn   = "R"
)

// summary writes the counts, with a chart beside each table.
func (b *book) summary() error {
	f := &front{b: b, sheet: b.names[0], row: 1}
	if err := b.fit(f.sheet); err != nil {
		return err
	}
	if err := b.f.SetColWidth(f.sheet, "A", "A", labelColumns); err != nil {
		return err
	}
	if err := b.f.SetColWidth(f.sheet, "B", "G", countColumns); err != nil {
		return err
	}
	hide := false
	if err := b.f.SetSheetView(f.sheet, 0, &excelize.ViewOptions{ShowGridLines: &hide}); err != nil {
		return err
	}
	f.put(b.cell(lookTitle, wording.Heading(b.t, b.s)))
	f.height(26)
	f.put(b.cell(lookWarning, b.readers()))
	f.facts(wording.Facts(b.t, b.s))
	f.figures(wording.Figures(b.t, b.s))
	f.delivery("report.by_strand", b.s.ByNode)
	f.delivery("report.by_institution", b.s.ByInstitution)
	f.reporting()
	if f.err != nil {
		return f.err
	}
	if err := b.f.SetPanes(f.sheet, &excelize.Panes{Freeze: true, YSplit: 2, TopLeftCell: "A3", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return b.print(f.sheet, fmt.Sprintf("$A$1:$%s$%d", lastColumn, f.row), "")
}

func (f *front) facts(facts []wording.Fact) {
	b := f.b
	if b.about.Demonstration {
		f.put(b.cell(lookMeta, b.t.Msg("demo.sentence")))
	}
	f.row++
	f.put(b.cell(lookText, b.t.Msg("report.fact.owner")), b.cell(lookText, b.about.Owner))
	f.merge("B", "G")
	for _, one := range facts {
		f.put(b.cell(lookText, one.Name), b.fact(one))
		f.merge("B", "G")
		if n := lines(one.Value, 100); n > 1 { // merged cells do not grow by themselves
			f.height(min(400, 14*float64(n)))
		}
	}
	f.row++
}

// merge joins cells of the row written last.
func (f *front) merge(from, to string) {
	if f.err == nil {
		f.err = f.b.f.MergeCell(f.sheet, fmt.Sprintf("%s%d", from, f.row-1), fmt.Sprintf("%s%d", to, f.row-1))
	}
}

// block is the head of a part.
func (f *front) block(title string) {
	cells := []excelize.Cell{f.b.cell(lookBlock, title)}
	for range 6 {
		cells = append(cells, f.b.cell(lookBlock, nil))
	}
	f.put(cells...)
	f.height(21)
}

// height makes the row written last so many points high.
func (f *front) height(points float64) {
	if f.err == nil {
		f.err = f.b.f.SetRowHeight(f.sheet, f.row-1, points)
	}
}

// figures are the four of the printed report.
func (f *front) figures(figures [4]wording.Figure) {
	b := f.b
	f.block(b.t.Msg("report.summary"))
	for _, one := range figures {
		var number any = "–"
		if one.Counted {
			number = one.Number
		}
		f.put(b.cell(lookStrong, one.Name), b.cell(lookFigure, number), b.cell(lookText, one.Of))
		f.merge("C", "G")
		f.height(26)
	}
	f.row++
}

// fact is the value of a line of the cover: days and instants are typed.
func (b *book) fact(one wording.Fact) excelize.Cell {
	switch one.Name {
	case b.t.Msg("report.fact.as_of"):
		return b.date(b.s.D, "")
	case b.t.Msg("report.fact.since"):
		return b.date(b.s.Since, "")
	case b.t.Msg("report.fact.known_at"):
		return b.instant(b.s.K)
	}
	return b.cell(lookText, one.Value)
}

// delivery is a table of counts by status, with its chart.
func (f *front) delivery(key string, rows []reports.StatusRow) {
	b, start := f.b, f.row
	f.block(b.t.Msg(key))
	heads := []excelize.Cell{b.cell(lookHead, b.t.Msg("report.number_of_commitments"))}
	for _, s := range progress.Statuses {
		heads = append(heads, b.cell(lookHeadRight, b.t.Msg("status."+string(s))))
	}
	f.put(append(heads, b.cell(lookHeadRight, b.t.Msg("chart.total")))...)
	first := f.row
	for _, r := range rows {
		label := r.Label
		if label == "" {
			label = b.t.Msg("report.no_node")
		}
		f.counts(label, append(append([]int(nil), r.Counts...), r.Total))
	}
	f.counts(b.t.Msg("chart.total"), append(append([]int(nil), b.s.ByStatus.Counts...), b.s.ByStatus.Total))
	f.chart(b.t.Msg(key), start, first, first+len(rows)-1, []string{done, going, white, stalled, ended})
}

// reporting is the table of the deadline that passed last, with its chart.
func (f *front) reporting() {
	b, start := f.b, f.row
	if !b.s.HasDeadline {
		return
	}
	title := b.t.Msg("report.reporting") + ": " + b.t.Msg("report.deadline", "deadline", b.s.Deadline.Title, "date", b.s.Deadline.DueOn)
	f.block(title)
	heads := []excelize.Cell{b.cell(lookHead, b.t.Msg("report.number_of_commitments"))}
	for _, key := range []string{"reporting.on_time", "reporting.late", "reporting.not_reported", "report.col.was_due", "report.col.not_due"} {
		heads = append(heads, b.cell(lookHeadRight, b.t.Msg(key)))
	}
	f.put(heads...)
	first, sums := f.row, make([]int, 5)
	for _, r := range b.s.Reporting {
		counts := []int{r.OnTime, r.Late, r.NotReported, r.Due, r.NotDue}
		for i, n := range counts {
			sums[i] += n
		}
		f.counts(r.Label, counts)
	}
	f.counts(b.t.Msg("chart.total"), sums)
	f.chart(title, start, first, first+len(b.s.Reporting)-1, []string{petrol, late, white})
}

// counts is a row of numbers under a label.
func (f *front) counts(label string, counts []int) {
	cells := []excelize.Cell{f.b.cell(lookText, label)}
	for _, n := range counts {
		cells = append(cells, f.b.cell(lookNumber, n))
	}
	f.put(cells...)
}

// chart draws stacked bars of the rows first to last, one series a column from
// B on, beside their table, and leaves as much room below as it takes.
func (f *front) chart(title string, start, first, last int, colours []string) {
	const rowPixels, least = 20, 220
	height := max(least, 110+26*(last-first+1))
	if last >= first && f.err == nil {
		f.err = f.b.f.AddChart(f.sheet, fmt.Sprintf("%s%d", chartColumn, start), f.stacked(title, first, last, height, colours))
	}
	f.row = max(f.row+1, start+height/rowPixels+2)
}

func (f *front) stacked(title string, first, last, height int, colours []string) *excelize.Chart {
	quoted := "'" + strings.ReplaceAll(f.sheet, "'", "''") + "'!"
	font := excelize.Font{Family: "Arial", Size: 9, Color: ink}
	gap, overlap, vary := uint(45), 100, false
	c := &excelize.Chart{Type: excelize.BarStacked, Dimension: excelize.ChartDimension{Width: 640, Height: uint(height)},
		Title:  excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: clean(title), Font: &excelize.Font{Family: "Georgia", Size: 12, Bold: true, Color: ink}}}},
		Legend: excelize.ChartLegend{Position: "bottom", Font: &font}, GapWidth: &gap, Overlap: &overlap, VaryColors: &vary,
		XAxis:    excelize.ChartAxis{ReverseOrder: true, Font: font},
		YAxis:    excelize.ChartAxis{Font: font, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "0"}, MajorGridLines: true},
		PlotArea: excelize.ChartPlotArea{ShowVal: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "0;;"}},
		Format:   excelize.GraphicOptions{AltText: clean(title)}}
	for i, colour := range colours {
		column := string(rune('B' + i))
		label := excelize.Font{Family: "Arial", Size: 9, Color: ink}
		ground := excelize.Fill{}
		switch colour {
		case done, petrol:
			label.Color, label.Bold = white, true
		case stalled:
			ground, label.Bold = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{white}}, true
		}
		c.Series = append(c.Series, excelize.ChartSeries{
			Name:       fmt.Sprintf("%s$%s$%d", quoted, column, first-1),
			Categories: fmt.Sprintf("%s$A$%d:$A$%d", quoted, first, last),
			Values:     fmt.Sprintf("%s$%s$%d:$%s$%d", quoted, column, first, column, last),
			Fill:       excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}},
			DataLabel:  excelize.ChartDataLabel{Font: label, Fill: ground},
		})
	}
	return c
}
