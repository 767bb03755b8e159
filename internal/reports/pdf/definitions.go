package pdf

import (
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// definitions says by which rules the report speaks.
func (d *document) definitions() {
	d.section(d.t.Msg("report.definitions"), "")
	s := tableStyle()
	d.paragraph(textStyle(), d.t.Msg("report.def.as_of", "date", d.s.D, "at", d.s.K), wide)
	d.y += 5

	t := d.definitionTable("report.def.delivery", "report.col.delivery", "report.col.rule", "report.col.count")
	for i, status := range progress.Statuses {
		t.define([]line{d.status(status, s.bold().in(statusColour(status)))}, "report.def.status."+string(status), d.s.ByStatus.Counts[i])
	}
	d.y += 6
	t = d.definitionTable("report.def.flags", "report.col.flag", "report.col.rule", "report.col.count")
	for _, f := range d.s.Flags {
		t.define([]line{d.flag(f.Flag, 0)}, "report.def.flag."+string(f.Flag), f.Count)
	}
	none, _, _ := d.s.Unanswered()
	t.define([]line{d.sign(d.msg("flag.unanswered"), plum, "#f2e5ef", true)}, "report.def.flag.unanswered", none)
	d.y += 6
	t = d.definitionTable("report.def.wording", "report.col.word", "report.col.rule", "")
	for _, b := range recommendations.Bases {
		t.define(d.wrap([]run{{s.bold(), d.t.Msg("report.basis." + string(b))}}, 30), "report.def.basis."+string(b), -1)
	}
	for _, c := range recommendations.Completenesses {
		t.define(d.wrap([]run{{s.bold(), d.t.Msg("report.held." + string(c))}}, 30), "report.completeness."+string(c), -1)
	}
}

// definitionTable begins a table of words, their rules and their counts.
func (d *document) definitionTable(title, first, second, third string) *table {
	d.block(d.t.Msg(title), "", 30, false)
	t := &table{d: d, columns: []column{{width: 36, title: d.t.Msg(first)}, {width: 122, title: d.t.Msg(second)}, {width: 18 + gutter, right: true}}}
	if third != "" {
		t.columns[2].title = d.t.Msg(third)
	}
	t.head()
	return t
}

// define adds a row; a negative count is none.
func (t *table) define(word []line, rule string, count int) {
	d, s := t.d, tableStyle()
	var number []line
	if count >= 0 {
		number = d.number(count, t.columns[2].text())
	}
	text := d.t.Msg(rule, "soon", d.s.Rules.DueSoonDays, "stale", d.s.Rules.StaleDays)
	t.row([][]line{word, d.wrap([]run{{s, text}}, t.columns[1].text()), number}, false)
}
