package pdf

import (
	"tracker/internal/chart"
	"tracker/internal/progress"
	"tracker/internal/reports/wording"
)

// The place of the cells of the heat map.
const (
	heatLabel = 92.0
	heatX     = left + heatLabel
	heatWide  = right - heatX
)

// byMonth shows month by month how what answers the newest editions went.
func (d *document) byMonth() {
	m := wording.HeatMap(d.t, d.s)
	if len(m.Rows) == 0 {
		return
	}
	title := d.wrap([]run{{tableStyle().bold(), m.Title}}, wide)
	d.block(d.t.Msg("report.months"), "", heightOf(title)+3*chart.HeatHeight*pixel+10, false)
	d.y += .8
	d.lines(title)
	d.heatHead(m)
	for _, r := range m.Rows {
		d.heatRow(m, r)
	}
	d.y += 1.5
	d.heatLegend(m)
	d.y += 5
}

func (d *document) heatHead(m chart.HeatMap) {
	s := headStyle()
	height := m.Head.Height * pixel
	d.y += 1
	d.text(left, d.y+height-s.lineHeight(), s, d.clean(s.face, d.t.Msg("heat.commitment")))
	d.chart(m.Head, heatX, d.y, heatWide)
	d.y += height + .6
	d.across(left, d.y, wide, ink, .5)
	d.y += .6
}

// heatRow is one commitment; a page that it begins has the months over it.
func (d *document) heatRow(m chart.HeatMap, r chart.HeatRow) {
	s := tableStyle()
	lines := d.wrap([]run{{s.bold(), r.Ref + " "}, {s, r.Title}}, heatLabel-3)
	height := max(r.Chart.Height*pixel, heightOf(lines)+1.6)
	if d.room() < height+1 {
		d.newPage()
		d.heatHead(m)
	}
	y := d.y + (height-heightOf(lines))/2
	for _, l := range lines {
		l.draw(left, y)
		y += l.height
	}
	d.chart(r.Chart, heatX, d.y+(height-r.Chart.Height*pixel)/2, heatWide)
	d.y += height
	d.across(left, d.y, heatLabel-3, rule, .2)
	d.y += .4
}

// heatLegend names the marks that occur.
func (d *document) heatLegend(m chart.HeatMap) {
	s := metaStyle()
	d.need(s.lineHeight())
	x := left
	for _, state := range m.States {
		word := d.msg("status." + state)
		st := s.bold().in(statusColour(progress.Status(state)))
		d.mark(progress.Status(state), x, d.y+(s.lineHeight()-3.2)/2, 3.2)
		d.text(x+4.4, d.y, st, word)
		x += 4.4 + d.fonts.width(st, word) + 5
	}
	before := "– " + d.msg("heat.before")
	d.text(x, d.y, s, before)
	d.y += s.lineHeight()
}
