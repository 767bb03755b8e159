package pdf

import (
	"tracker/internal/progress"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// ratings tells how the three who rate see the period, and what the facts
// suggest.
func (d *document) ratings() {
	d.follow(d.t.Msg("report.ratings"), d.t.Msg("report.ratings.note", "period", d.s.Period))
	if len(d.s.Ratings) == 0 {
		d.paragraph(textStyle(), d.t.Msg("report.ratings.none"), wide)
		return
	}
	t := &table{d: d, columns: []column{
		{width: 45, title: d.t.Msg("ratings.column.what")},
		{width: 33, title: d.t.Msg("ratings.rater.focal_point")},
		{width: 33, title: d.t.Msg("ratings.rater.coordinator")},
		{width: 33, title: d.t.Msg("ratings.rater.partner")},
		{width: 32 + gutter, title: d.t.Msg("ratings.suggested")},
	}}
	t.head()
	for _, r := range d.s.Ratings {
		t.row(d.rated(t, r), false)
	}
}

func (d *document) rated(t *table, r reports.RatingStatus) [][]line {
	s, m := tableStyle(), metaStyle().in(ink2)
	what := d.wrap([]run{{s.bold(), r.Ref + "  "}, {s, r.Title}}, t.columns[0].text())
	if r.Apart > 0 {
		what = append(what, d.wrap([]run{{m, d.t.Msg("report.ratings.apart", "n", r.Apart)}}, t.columns[0].text())...)
	}
	cells := [][]line{what}
	for i, rater := range progress.Raters {
		var cell []line
		for _, g := range r.By(rater) {
			cell = append(cell, d.wrap([]run{{s.bold(), wording.Of(d.t, "rating.", g.Value)}, {m, "  " + g.Institution + ", " + d.t.ShortDate(g.RatedOn)}}, t.columns[i+1].text())...)
			cell = append(cell, d.wrap([]run{{m, g.Reason}}, t.columns[i+1].text())...)
		}
		if len(cell) == 0 {
			cell = d.wrap([]run{{m, d.t.Msg("ratings.not_rated")}}, t.columns[i+1].text())
		}
		cells = append(cells, cell)
	}
	suggested := d.wrap([]run{{s.bold(), wording.Suggested(d.t, r)}}, t.columns[4].text())
	return append(cells, append(suggested, d.wrap([]run{{m, wording.Rule(d.t, r)}}, t.columns[4].text())...))
}
