package pdf

import (
	"tracker/internal/chart"
	"tracker/internal/progress"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// summary is the page that says it all in numbers.
func (d *document) summary() {
	d.section(d.t.Msg("report.summary"), "")
	d.figures()
	d.byStrand()
	d.byMonth()
	d.byInstitution()
}

func (d *document) figures() { d.draw4(wording.Figures(d.t, d.s)) }

// draw4 sets four figures side by side between two rules.
func (d *document) draw4(figures [4]wording.Figure) {
	const each = wide / 4
	name, number, meta := tableStyle().bold(), style{bold, 22, ink}, metaStyle()
	d.across(left, d.y, wide, ink, .5)
	start, low := d.y, d.y
	for i, f := range figures {
		x, y := left+float64(i)*each, start+3
		if i > 0 {
			x += 4
		}
		d.text(x, y, name, d.clean(bold, f.Name))
		y += name.lineHeight() - 1
		d.text(x, y, number, d.clean(bold, f.Text(d.t)))
		y += number.lineHeight() - 1
		for _, l := range d.wrap([]run{{meta, f.Of}}, each-7) {
			l.draw(x, y)
			y += l.height
		}
		low = max(low, y+3)
	}
	for i := 1; i < 4; i++ {
		d.pen(rule, .2)
		d.f.Line(left+float64(i)*each, start, left+float64(i)*each, low)
	}
	d.y = low
	d.across(left, d.y, wide, rule, .2)
	d.y += 6
}

// deliveryWords are the words of the delivery statuses, in chart order.
func (d *document) deliveryWords() chart.Words {
	w := chart.Words{Total: d.t.Msg("chart.total")}
	for _, s := range progress.Statuses {
		w.Series = append(w.Series, d.t.Msg("status."+string(s)))
	}
	return w
}

func (d *document) reportingWords() chart.Words {
	return chart.Words{Total: d.t.Msg("chart.total"),
		Series: []string{d.t.Msg("reporting.on_time"), d.t.Msg("reporting.late"), d.t.Msg("reporting.not_reported")}}
}

func (d *document) barRows(rows []reports.StatusRow) []chart.BarRow {
	list := make([]chart.BarRow, len(rows))
	for i, r := range rows {
		label := r.Label
		if label == "" {
			label = d.t.Msg("report.no_node")
		}
		list[i] = chart.BarRow{Label: label, Counts: r.Counts}
	}
	return list
}

// legend names the fills of a chart and returns where it ends.
func (d *document) legend(series []chart.Series, x float64) float64 {
	s := metaStyle().in(ink)
	for _, one := range series {
		style := one.Fill + " sg"
		if one.Dash {
			style += " dash"
		}
		d.box(chart.PaintOf(chart.Shape{Style: style}), x, d.y+.5, 4.4, 2.9)
		word := d.clean(sans, one.Label)
		d.text(x+5.4, d.y, s, word)
		x += 5.4 + d.fonts.width(s, word) + 4
	}
	return x
}

func (d *document) byStrand() {
	if len(d.s.ByNode) == 0 {
		return
	}
	bars := chart.StackedBars("", d.deliveryWords(), d.barRows(d.s.ByNode), chart.Short)
	d.block(d.t.Msg("report.by_strand"), d.t.Msg("report.number_of_commitments"), 30, false)
	d.legend(bars.Series, left)
	d.y += 6.5
	const label, number = 48.0, 10.0
	for _, b := range bars.Bars {
		lines := d.wrap([]run{{tableStyle(), b.Label}}, label-3)
		height := b.Chart.Height * pixel
		d.need(max(height, heightOf(lines)) + 1)
		y := d.y + (height-tableStyle().lineHeight())/2
		d.textEnd(right, y, tableStyle().bold(), d.clean(bold, d.t.Int(b.Total)))
		d.chart(b.Chart, left+label, d.y, wide-label-number)
		for _, l := range lines {
			l.draw(left, y)
			y += l.height
		}
		d.y = max(d.y+height, y) + 1.4
	}
	d.y += 5
}

// byInstitution shows for each lead institution its delivery and, beside it,
// how it reported to the deadline that passed last.
func (d *document) byInstitution() {
	if len(d.s.ByInstitution) == 0 {
		return
	}
	note := ""
	reporting := map[string]reports.ReportingRow{}
	if d.s.HasDeadline {
		note = d.t.Msg("report.deadline", "deadline", d.s.Deadline.Title, "date", d.s.Deadline.DueOn)
		for _, r := range d.s.Reporting {
			reporting[r.Key] = r
		}
	}
	d.block(d.t.Msg("report.by_institution"), note, 30, false)
	var said []chart.BarRow
	for _, r := range d.s.ByInstitution {
		o := reporting[r.Key]
		said = append(said, chart.BarRow{Label: r.Label, Counts: []int{o.OnTime, o.Late, o.NotReported}})
	}
	delivery := chart.StackedBars("", d.deliveryWords(), d.barRows(d.s.ByInstitution), chart.Row)
	reported := chart.ReportingBars("", d.reportingWords(), said)
	d.institutionHead(reported)
	for i, b := range delivery.Bars {
		d.institutionRow(b, reported.Bars[i])
	}
	d.y += 3
}

// The places of the columns of the block by institution.
const (
	labelWidth  = 36.0
	deliverX    = left + labelWidth
	deliverWide = 64.0
	reportX     = deliverX + deliverWide + 14
	reportWide  = right - 10 - reportX
)

func (d *document) institutionHead(reported chart.BarChart) {
	s := headStyle()
	d.text(deliverX, d.y, s, d.clean(bold, d.t.Msg("report.delivery")))
	if d.s.HasDeadline {
		d.text(reportX, d.y, s, d.clean(bold, d.t.Msg("report.reporting")))
		d.y += s.lineHeight() + .6
		d.legend(reported.Series, reportX)
	} else {
		d.y += s.lineHeight() + .6
	}
	d.y += 5.6
}

func (d *document) institutionRow(b, r chart.Bar) {
	lines := d.wrap([]run{{tableStyle(), b.Label}}, labelWidth-3)
	height := b.Chart.Height * pixel
	d.need(max(height, heightOf(lines)) + 1)
	s := tableStyle()
	y := d.y + (height-s.lineHeight())/2
	d.chart(b.Chart, deliverX, d.y, deliverWide)
	d.textEnd(deliverX+deliverWide+8, y, s.bold(), d.clean(bold, d.t.Int(b.Total)))
	switch {
	case r.Total > 0:
		d.chart(r.Chart, reportX, d.y, reportWide)
		d.textEnd(right, y, s.bold(), d.clean(bold, d.t.Int(r.Total)))
	case d.s.HasDeadline:
		d.text(reportX, y, metaStyle(), d.msg("report.not_due"))
	}
	for _, l := range lines {
		l.draw(left, y)
		y += l.height
	}
	d.y = max(d.y+height, y) + 1.2
}
