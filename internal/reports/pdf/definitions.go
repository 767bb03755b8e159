package pdf

import (
	"slices"

	"tracker/internal/progress"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// definitions says by which rules the report speaks.
func (d *document) definitions() {
	d.follow(d.t.Msg("report.definitions"), "")
	d.paragraph(textStyle(), wording.Basis(d.t, d.s), wide)
	d.y -= 1
	var t *table
	kind := ""
	for _, one := range wording.Definitions(d.t, d.s) {
		if one.Kind != kind {
			d.y += 6
			t, kind = d.definitionTable(one), one.Kind
		}
		t.define(d.defined(one), one)
	}
}

// defined is the word as the report shows it elsewhere.
func (d *document) defined(one wording.Definition) []line {
	s := tableStyle().bold()
	switch {
	case one.State == "unanswered":
		return []line{d.sign(d.msg("flag.unanswered"), plum, "#f2e5ef", true)}
	case slices.Contains(progress.Statuses, progress.Status(one.State)):
		return []line{d.status(progress.Status(one.State), s.in(statusColour(progress.Status(one.State))))}
	case slices.Contains(reports.Flags, reports.Flag(one.State)):
		return []line{d.flag(reports.Flag(one.State), 0)}
	}
	return d.wrap([]run{{s, one.Word}}, 30)
}

// definitionTable begins a table of words, their rules and their counts.
func (d *document) definitionTable(first wording.Definition) *table {
	d.block(first.Kind, "", 30, false)
	t := &table{d: d, columns: []column{{width: 36, title: d.t.Msg("report.col.word")}, {width: 122, title: d.t.Msg("report.col.rule")}, {width: 18 + gutter, right: true}}}
	if first.Counted {
		t.columns[2].title = d.t.Msg("report.col.count")
	}
	t.head()
	return t
}

// define adds a row.
func (t *table) define(word []line, one wording.Definition) {
	var number []line
	if one.Counted {
		number = t.d.number(one.Count, t.columns[2].text())
	}
	t.row([][]line{word, t.d.wrap([]run{{tableStyle(), one.Rule}}, t.columns[1].text()), number}, false)
}
