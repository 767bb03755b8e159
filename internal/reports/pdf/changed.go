package pdf

import (
	"tracker/internal/calendar"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// changes tells what changed since the report's other day.
func (d *document) changes() {
	d.follow(d.t.Msg("report.changes"), d.t.Msg("report.changes.note", "date", d.s.Since))
	if len(d.s.Changes) == 0 {
		d.paragraph(textStyle(), d.t.Msg("report.changes.none", "date", d.s.Since), wide)
		return
	}
	t := &table{d: d, columns: []column{
		{width: 70, title: d.t.Msg("report.col.commitment")},
		{width: 20, title: d.t.Msg("report.col.lead")},
		{width: 44, title: d.t.Msg("report.col.delivery")},
		{width: 26, title: d.t.Msg("report.col.due_on")},
		{width: 16 + gutter, title: d.t.Msg("report.col.updates"), right: true},
	}}
	t.head()
	for _, c := range d.s.Changes {
		t.row(d.change(t, c), false)
	}
	d.changedFigures()
}

// changedFigures tells which years of what is counted are told otherwise.
func (d *document) changedFigures() {
	if len(d.s.ChangedFigures) == 0 {
		return
	}
	d.y += 5
	d.block(d.t.Msg("compare.figures"), "", 25, false)
	since := d.t.ShortDate(d.s.Since)
	t := &table{d: d, columns: []column{{width: 61, title: d.t.Msg("indicators.column.indicator")}, {width: 19, title: d.t.Msg("indicators.column.year")},
		{width: 32, title: d.t.Msg("compare.known_then", "date", since)}, {width: 32, title: d.t.Msg("compare.known_now", "date", since)}, {width: 32 + gutter, title: d.t.ShortDate(d.s.D)}}}
	t.head()
	s, m := tableStyle(), metaStyle().in(ink2)
	told := func(i int, y reports.YearStatus) []line {
		if y.Ref == "" {
			return d.wrap([]run{{m, "–"}}, t.columns[i].text())
		}
		look := s.bold()
		if y.Number == "" {
			look = m
		}
		runs := []run{{look, wording.Counted(d.t, y)}}
		if y.Value.SoFar {
			runs = append(runs, run{m, "  " + d.t.Msg("indicators.mark.so_far", "date", y.Value.CoversTo)})
		}
		return d.wrap(runs, t.columns[i].text())
	}
	for _, f := range d.s.ChangedFigures {
		t.row([][]line{d.wrap([]run{{s.bold(), f.Ref + "  "}, {s, f.Title}}, t.columns[0].text()), d.wrap([]run{{s, f.Is.Ref}}, t.columns[1].text()), told(2, f.Then), told(3, f.Was), told(4, f.Is)}, false)
	}
}

func (d *document) change(t *table, c reports.ChangeStatus) [][]line {
	s, m := tableStyle(), metaStyle()
	what := d.wrap([]run{{s.bold(), c.Ref + "  "}, {s, c.Title}}, t.columns[0].text())
	if len(c.Answers) > 0 {
		what = append(what, d.wrap([]run{{m, d.t.Msg("report.changes.answers", "refs", join(c.Answers))}}, t.columns[0].text())...)
	}
	delivery := []line{d.status(c.Is, s.bold().in(statusColour(c.Is)))}
	switch {
	case c.New:
		delivery = append(delivery, d.wrap([]run{{m, d.t.Msg("report.changes.new")}}, t.columns[2].text())...)
	case c.Was != c.Is:
		delivery = append(delivery, d.wrap([]run{{m, d.t.Msg("report.changes.was", "what", d.t.Msg("status."+string(c.Was)))}}, t.columns[2].text())...)
	default:
		delivery = append(delivery, d.wrap([]run{{m, d.t.Msg("report.changes.same")}}, t.columns[2].text())...)
	}
	lead := d.wrap([]run{{s, c.Lead}}, t.columns[1].text())
	if in := c.Inside; in != (reports.ChangeInside{}) && !c.New {
		for _, text := range wording.ChangedInside(d.t, c) {
			what = append(what, d.wrap([]run{{m, text}}, t.columns[0].text())...)
		}
		if in.WasLead != c.Lead {
			lead = append(lead, d.wrap([]run{{m, d.t.Msg("report.changes.was", "what", in.WasLead)}}, t.columns[1].text())...)
		}
		if then := wording.KnownThen(d.t, c); then != "" {
			delivery = append(delivery, d.wrap([]run{{m, then}}, t.columns[2].text())...)
		}
	}
	due := d.wrap([]run{{s, d.day(c.IsDue)}}, t.columns[3].text())
	if !c.New && c.WasDue != c.IsDue {
		due = append(due, d.wrap([]run{{m, d.t.Msg("report.changes.was", "what", d.day(c.WasDue))}}, t.columns[3].text())...)
	}
	return [][]line{what, lead, delivery, due, d.number(c.Updates, t.columns[4].text())}
}

// day is a due date in a table.
func (d *document) day(on calendar.Date) string {
	if on.IsZero() {
		return d.t.Msg("report.no_due")
	}
	return d.t.ShortDate(on)
}

// attention lists what is late, stale, silent or unanswered. A list that holds
// nothing says so.
func (d *document) attention() {
	d.follow(d.t.Msg("report.attention"), "")
	for i, list := range wording.ByKind(d.s) {
		if i > 0 {
			d.y += 5
		}
		d.attentionList(list)
	}
}

// attentionList is one of the lists under its title.
func (d *document) attentionList(list wording.Attention) {
	d.block(d.t.Msg("report.attention."+string(list.Kind)), d.t.Int(len(list.Rows)), 22, false)
	if len(list.Rows) == 0 {
		d.paragraph(metaStyle(), d.t.Msg("report.attention.none"), wide)
		return
	}
	t := &table{d: d, plain: true, columns: []column{{width: 30}, {width: 84}, {width: 20}, {width: 42 + gutter}}}
	for _, a := range list.Rows {
		t.row(d.attends(t, a), false)
	}
}

func (d *document) attends(t *table, a reports.AttentionStatus) [][]line {
	s, m := tableStyle(), metaStyle()
	cell := func(i int, st style, text string) []line { return d.wrap([]run{{st, text}}, t.columns[i].text()) }
	return [][]line{cell(0, s.bold(), a.Ref), cell(1, s, a.Title), cell(2, s, a.Lead), cell(3, m, wording.Attends(d.t, a))}
}
