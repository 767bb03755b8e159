package pdf

import (
	"strings"

	"tracker/internal/calendar"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// trendWide is the width of a trend, beside which stands what is counted.
const trendWide = 92.0

// axis is what the numbers of its axis may take beyond its box.
const axis = 4.0

// counted tells on the page of an agenda item the indicators that are fixed for
// it, and what else counts something of it.
func (o *briefing) counted(i reports.BriefingItem) {
	for _, part := range []struct {
		title string
		list  []reports.IndicatorStatus
	}{{"agenda.fixed", i.Fixed}, {"report.indicators", i.Counted}} {
		if len(part.list) == 0 {
			continue
		}
		o.beside(o.t.Msg(part.title), func(width float64) (list []line) {
			for _, one := range part.list {
				list = append(list, o.wrap([]run{{o.said().bold(), one.Ref + "  "}, {o.said(), one.Title + "  "}, {o.meta(), wording.CourseOf(o.t, one, o.b.D)}}, width)...)
			}
			return list
		})
		o.y += 2
	}
}

// indicators is the annex of what is counted.
func (o *briefing) indicators() {
	if len(o.b.Indicators) == 0 {
		return
	}
	o.annex(o.t.Msg("report.indicators"))
	o.paragraph(metaStyle(), o.t.Msg("report.indicators.note", "date", o.b.D), wide)
	o.y += 3
	for _, one := range o.b.Indicators {
		o.indicator(one, o.b.D)
		o.y += 5
	}
}

// indicators tells what is counted, year by year.
func (d *document) indicators() {
	d.follow(d.t.Msg("report.indicators"), d.t.Msg("report.indicators.note", "date", d.s.D))
	if len(d.s.Indicators) == 0 {
		d.paragraph(textStyle(), d.t.Msg("report.indicators.none"), wide)
	}
	for i, one := range d.s.Indicators {
		if i > 0 {
			d.y += 5
		}
		d.indicator(one, d.s.D)
	}
}

// indicator is one of them: its trend with what is counted beside it, and the
// table of its years below.
func (d *document) indicator(one reports.IndicatorStatus, day calendar.Date) {
	drawn, charted := wording.Trend(d.t, one, day)
	height := drawn.Height * pixel
	d.block(one.Ref+"  "+one.Title, one.Institution, max(height, 30)+14, false)
	sheet, x := d.sheetOf(one, wide), left
	if charted {
		x = left + trendWide + 6
		sheet = d.sheetOf(one, right-x)
	}
	y := d.y + 1
	for _, l := range sheet {
		l.draw(x, y)
		y += l.height
	}
	if charted {
		d.chart(drawn, left+axis, d.y, trendWide-axis)
		y = max(y, d.y+height)
	}
	d.y = y + 2
	t := &table{d: d, columns: []column{
		{width: 18, title: d.t.Msg("indicators.column.year")},
		{width: 30, title: d.t.Msg("indicators.column.figure")},
		{width: 26, title: d.t.Msg("indicators.column.target")},
		{width: 32, title: d.t.Msg("indicators.column.told")},
		{width: wide - 106 + gutter, title: d.t.Msg("indicators.column.beside")},
	}}
	t.head()
	for _, y := range one.Years {
		t.row(d.countedYear(t, y), false)
	}
}

// sheetOf is what is counted, and by whom.
func (d *document) sheetOf(one reports.IndicatorStatus, width float64) (list []line) {
	s, m := tableStyle(), metaStyle().in(ink2)
	list = d.wrap([]run{{s, one.Text}}, width)
	add := func(label, text string) {
		if text != "" {
			list = append(list, d.wrap([]run{{m.bold(), label + "  "}, {m, text}}, width)...)
		}
	}
	if n := len(one.Years); n > 0 {
		last := one.Years[n-1]
		add(d.t.Msg("indicators.field.unit"), wording.UnitOf(d.t, last))
		if last.Place != "" {
			add(d.t.Msg("indicators.field.headline"), wording.Place(d.t, last.Place))
		}
		add(d.t.Msg("indicators.field.scale"), strings.Join(last.Scale, " < "))
	}
	add(d.t.Msg("indicators.field.source"), one.Source)
	add(d.t.Msg("indicators.field.sdg"), strings.Join(one.SDG, ", "))
	return list
}

func (d *document) countedYear(t *table, y reports.YearStatus) [][]line {
	s, m := tableStyle(), metaStyle().in(ink2)
	cell := func(i int, st style, text string) []line { return d.wrap([]run{{st, text}}, t.columns[i].text()) }
	figure := s.bold()
	if y.Number == "" {
		figure = m
	}
	var beside []line
	for _, text := range wording.Beside(d.t, y) {
		beside = append(beside, cell(4, m, text)...)
	}
	return [][]line{cell(0, s.bold(), y.Ref), cell(1, figure, wording.Counted(d.t, y)), cell(2, s, wording.TargetOf(d.t, y)), cell(3, s, wording.ToldBy(d.t, y.Value)), beside}
}
