package pdf

import (
	"tracker/internal/dialogues"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// agreed is what was agreed under an item: the government's actions as they
// stand, what the partner undertook, and what was recommended.
func (o *briefing) agreed(i reports.BriefingItem) {
	if len(i.Agreed)+len(i.Undertakings)+len(i.Recommended) == 0 {
		return
	}
	o.block(o.t.Msg("agreed.title"), "", 14, false)
	o.agreedRows(i.Agreed, i.Undertakings, i.Recommended)
}

// earlier is the annex of what was agreed in the dialogues before, and what
// became of it.
func (o *briefing) earlier() {
	if len(o.b.Earlier)+len(o.b.EarlierUndertakings) == 0 {
		return
	}
	o.annex(o.t.Msg("agreed.earlier"))
	o.y += 2
	o.agreedRows(o.b.Earlier, o.b.EarlierUndertakings, nil)
}

// agreedRows is the table of all that came of a dialogue.
func (o *briefing) agreedRows(actions []reports.AgreedStatus, undertaken []dialogues.UndertakingTold, recommended []reports.RecommendedStatus) {
	s, m := o.said(), o.meta()
	t := &table{d: o.document, columns: []column{{width: 78, title: o.t.Msg("agreed.title")}, {width: 26, title: o.t.Msg("agreed.who")},
		{width: 22, title: o.t.Msg("agreed.field.due_on")}, {width: 50 + gutter, title: o.t.Msg("dialogues.head.state")}}}
	t.head()
	for _, a := range actions {
		state := []line{o.status(a.Status, s.bold().in(statusColour(a.Status)))}
		if a.OverdueDays > 0 {
			state = append(state, o.flag(reports.FlagOverdue, a.OverdueDays))
		}
		t.row([][]line{append(o.wrap([]run{{s.bold(), a.Ref + "  "}, {s, a.Title}}, t.columns[0].text()), o.wrap([]run{{m, wording.AgreedIn(o.t, a.Dialogue, a.HeldOn)}}, t.columns[0].text())...),
			o.wrap([]run{{s, a.Lead}}, t.columns[1].text()), o.wrap([]run{{s, o.t.ShortDate(a.DueOn)}}, t.columns[2].text()), state}, false)
	}
	for _, u := range undertaken {
		t.row([][]line{append(o.wrap([]run{{s, u.Text}}, t.columns[0].text()), o.wrap([]run{{m, wording.AgreedIn(o.t, u.Dialogue, u.HeldOn)}}, t.columns[0].text())...),
			o.wrap([]run{{s, u.InstitutionName}}, t.columns[1].text()), o.wrap([]run{{s, o.t.ShortDate(u.DueOn)}}, t.columns[2].text()),
			o.wrap([]run{{s, wording.Undertaking(o.t, u)}}, t.columns[3].text())}, false)
	}
	for _, r := range recommended {
		state := ""
		if r.Answered != "" {
			state = o.t.Msg("asked.answered." + r.Answered)
		}
		t.row([][]line{append(o.wrap([]run{{s.bold(), r.Ref() + "  "}, {s, r.Title}}, t.columns[0].text()), o.wrap([]run{{m, o.t.Msg("agreed.kind.recommendation") + " · " + wording.AgreedIn(o.t, r.Dialogue, r.HeldOn)}}, t.columns[0].text())...),
			o.wrap([]run{{s, r.MechanismShort}}, t.columns[1].text()), nil, o.wrap([]run{{s, state}}, t.columns[3].text())}, false)
	}
	o.y += 5
}
