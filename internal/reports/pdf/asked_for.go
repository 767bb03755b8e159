package pdf

import (
	"strconv"

	"tracker/internal/progress"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// requests tells what the data requests of the period ask and what was
// answered.
func (d *document) requests() {
	d.follow(d.t.Msg("report.requests"), d.t.Msg("report.requests.note", "period", d.s.Period))
	if len(d.s.Requests) == 0 {
		d.paragraph(textStyle(), d.t.Msg("report.requests.none"), wide)
		return
	}
	for _, r := range d.s.Requests {
		d.paragraph(textStyle(), r.Title+": "+wording.Handed(d.t, r), wide)
		t := &table{d: d, columns: []column{
			{width: 11, title: d.t.Msg("request.column.number")},
			{width: 62, title: d.t.Msg("request.column.question")},
			{width: 28, title: d.t.Msg("request.column.asked_of")},
			{width: 75 + gutter, title: d.t.Msg("request.column.answer")},
		}}
		t.head()
		for _, q := range r.Questions {
			t.row(d.questioned(t, q), false)
		}
	}
}

func (d *document) questioned(t *table, q reports.QuestionStatus) [][]line {
	s, m := tableStyle(), metaStyle().in(ink2)
	answer := d.wrap([]run{{s.bold(), wording.Of(d.t, "request.state.", string(q.State))}}, t.columns[3].text())
	if q.State == progress.QuestionAnswered {
		about := d.t.ShortDate(q.AnsweredOn)
		if q.Late {
			about += ", " + d.t.Msg("request.fig.late")
		}
		answer = append(d.wrap([]run{{s, q.Answer}}, t.columns[3].text()), d.wrap([]run{{m, about}}, t.columns[3].text())...)
	}
	return [][]line{d.wrap([]run{{s, strconv.Itoa(q.Number)}}, t.columns[0].text()), d.wrap([]run{{s, q.Text}}, t.columns[1].text()),
		d.wrap([]run{{s, wording.AskedOf(d.t, q)}}, t.columns[2].text()), answer}
}
