package pdf

import (
	"strings"

	"tracker/internal/recommendations"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// recommendations tells what was asked, edition by edition, newest first.
func (d *document) recommendations() {
	d.follow(d.t.Msg("report.recommendations"), d.t.Msg("report.recommendations.note"))
	for i, e := range d.s.Editions() {
		if i > 0 {
			d.y += 6
		}
		d.edition(e)
	}
	if len(d.s.Recommendations) == 0 {
		d.paragraph(textStyle(), d.t.Msg("report.recommendations.none"), wide)
	}
	if len(d.s.Coverage) > 0 {
		d.y += 6
		d.block(d.t.Msg("report.coverage"), "", 40, true)
		d.coverage(d.t.Msg("report.coverage.note"), d.s.Coverage)
	}
}

// coverage tells which institutions answer what is asked.
func (d *document) coverage(note string, list []reports.CoverageStatus) {
	d.paragraph(metaStyle(), note, wide)
	d.y += 2
	t := &table{d: d, columns: []column{
		{width: 56, title: d.t.Msg("report.col.institution")},
		{width: 60, title: d.t.Msg("report.col.leads_answers")},
		{width: 60 + gutter, title: d.t.Msg("report.col.supports_answers")},
	}}
	t.head()
	s := tableStyle()
	for _, c := range list {
		leads := d.wrap([]run{{s, strings.Join(c.Leads, ", ")}}, t.columns[1].text())
		if c.Nothing() {
			leads = d.wrap([]run{{metaStyle(), d.t.Msg("report.coverage.nothing")}}, t.columns[1].text())
		}
		t.row([][]line{d.wrap([]run{{s.bold(), c.Institution + "  "}, {s, c.Name}}, t.columns[0].text()), leads,
			d.wrap([]run{{s, strings.Join(c.Supports, ", ")}}, t.columns[2].text())}, false)
	}
}

func (d *document) edition(e reports.EditionStatus) {
	d.block(d.editionTitle(e.Ref, e.Tier), d.t.Msg("report.released", "date", e.ReleasedOn), 40, true)
	open := 0
	for _, r := range e.Recommendations {
		if r.Unanswered() > 0 {
			open++
		}
	}
	text := d.t.Msg("count.recommendations", "n", len(e.Recommendations))
	if e.Newest {
		text += ", " + d.t.Msg("report.unanswered", "n", open)
	}
	d.paragraph(metaStyle(), text+". "+d.t.Msg("report.completeness."+string(e.Completeness)), wide)
	d.y += 2
	t := &table{d: d, columns: []column{
		{width: 9, title: d.t.Msg("report.col.number"), right: true},
		{width: 66, title: d.t.Msg("report.col.asked")},
		{width: 33, title: d.t.Msg("report.col.answer")},
		{width: 26, title: d.t.Msg("report.col.delivery")},
		{width: 23, title: d.t.Msg("report.col.as_of")},
		{width: 19 + gutter, title: d.t.Msg("report.col.extent")},
	}}
	t.head()
	for _, r := range e.Recommendations {
		d.recommendation(t, r)
	}
}

// recommendation writes one in a row; where it has several items, the items
// and their answers follow in a row each.
func (d *document) recommendation(t *table, r reports.RecommendationStatus) {
	s := tableStyle()
	width := t.columns[1].text()
	if len(r.Items) != 1 {
		width = wide - t.columns[0].width
	}
	asked := d.wrap([]run{{s.bold(), r.Title}}, width)
	asked = append(asked, d.wrap([]run{{s, r.Text}}, width)...)
	if len(r.Items) == 1 && r.Items[0].Text != r.Text && r.Items[0].Text != r.Title {
		asked = append(asked, d.wrap([]run{{s, r.Items[0].Text}}, width)...)
	}
	asked = append(asked, d.years(r, metaStyle(), width)...)
	asked = append(asked, d.basis(r))
	first := [][]line{d.number(r.Number, t.columns[0].text()), asked}
	if len(r.Items) == 1 {
		item := r.Items[0]
		t.row(append(first, d.answers(t, item, r.Newest)...), false)
		return
	}
	height := 0.0
	if len(r.Items) > 0 {
		height = 12
	}
	d.keep(t, heightOf(asked)+height)
	t.row(first, len(r.Items) > 0)
	for i, item := range r.Items {
		letter := item.Letter
		if letter != "" {
			letter += "  "
		}
		text := d.wrap([]run{{s.bold(), letter}, {s, item.Text}}, t.columns[1].text())
		t.row(append([][]line{nil, text}, d.answers(t, item, r.Newest)...), i+1 < len(r.Items))
	}
}

// years are the lines that say in which years something was asked.
func (d *document) years(r reports.RecommendationStatus, s style, width float64) []line {
	said := wording.Asked(d.t, r)
	if said == "" {
		return nil
	}
	return d.wrap([]run{{s, said + "."}}, width)
}

// keep begins a new page unless so much of a table fits on this one.
func (d *document) keep(t *table, height float64) {
	if d.room() < height+2*rowPad && height < t.pageRoom() && !t.fresh() {
		t.next()
	}
}

// basis is the line of tags that says where the wording comes from.
func (d *document) basis(r reports.RecommendationStatus) line {
	var basis, other []string
	if r.Basis != recommendations.Official {
		basis = append(basis, d.t.Msg("report.basis."+string(r.Basis)))
	}
	if r.Cut {
		basis = append(basis, d.t.Msg("report.cut"))
	}
	if r.Theme != "" {
		other = append(other, d.t.Msg("theme."+r.Theme))
	}
	if len(basis)+len(other) == 0 {
		return gap(0)
	}
	return d.tagsLine(basis, other)
}

// answers are the four cells of what answers an item. Each answer takes the
// same number of lines in every cell, so that they stand side by side.
func (d *document) answers(t *table, item reports.ItemStatus, newest bool) [][]line {
	cells := make([][]line, 4)
	s := tableStyle()
	if len(item.Answers) == 0 {
		if newest {
			cells[0] = []line{d.sign(d.msg("flag.unanswered"), plum, "#f2e5ef", true)}
		} else {
			cells[0] = d.wrap([]run{{metaStyle(), d.t.Msg("report.no_answer")}}, t.columns[2].text())
		}
		return cells
	}
	for _, a := range item.Answers {
		asOf := d.t.ShortDate(a.AsOf)
		if asOf == "" {
			asOf = d.t.Msg("report.never")
		}
		parts := [][]line{
			d.wrap([]run{{s.bold(), a.Commitment}, {metaStyle(), "  " + a.Lead}}, t.columns[2].text()),
			{d.status(a.Status, s)},
			d.wrap([]run{{s, asOf}}, t.columns[4].text()),
			d.wrap([]run{{s, d.extent(a.Extent)}}, t.columns[5].text()),
		}
		height := 0.0
		for _, p := range parts {
			height = max(height, heightOf(p))
		}
		for i, p := range parts {
			if rest := height - heightOf(p); rest > 0 {
				p = append(p, gap(rest))
			}
			cells[i] = append(cells[i], p...)
		}
	}
	return cells
}

func (d *document) extent(extent string) string {
	if key := "report.extent." + extent; d.t.Has(key) {
		return d.t.Msg(key)
	}
	return extent
}
