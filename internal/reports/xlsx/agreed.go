package xlsx

import (
	"github.com/xuri/excelize/v2"

	"tracker/internal/dialogues"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// agreed writes a row for each action and undertaking, of this dialogue and of
// those before, with what became of it, and for each recommendation of this one.
func (o *briefing) agreed() error {
	r, err := o.begin(o.sheet("agreed.title"), 2, []column{
		{"agreed.kind", 16, false}, {"report.col.ref", 12, false}, {"agreed.field.title", 60, false}, {"agreed.who", 24, false}, {"agreed.field.due_on", 13, false},
		{"dialogues.head.state", 16, false}, {"report.col.overdue", 10, true}, {"dialogues.head.dialogue", 36, false}, {"dialogues.head.day", 13, false}, {"undertakings.head.said", 60, false},
	})
	if err != nil {
		return err
	}
	text := func(s string) excelize.Cell { return o.cell(lookText, s) }
	none := o.t.Msg("report.no_due")
	rows := func(actions []reports.AgreedStatus, undertaken []dialogues.UndertakingTold) error {
		for _, a := range actions {
			if err := r.add(text(o.t.Msg("agreed.kind.action")), o.cell(lookStrong, a.Ref), text(a.Title), text(a.Lead), o.date(a.DueOn, none), o.status(a.Status), o.cell(lookNumber, a.OverdueDays),
				text(a.Dialogue), o.date(a.HeldOn, ""), text("")); err != nil {
				return err
			}
		}
		for _, u := range undertaken {
			late := 0
			if u.Overdue(o.b.D) {
				late = o.b.D.Sub(u.DueOn)
			}
			if err := r.add(text(o.t.Msg("agreed.kind.undertaking")), text(""), text(u.Text), text(u.InstitutionName), o.date(u.DueOn, none), text(o.t.Msg("undertakings.state."+u.State)), o.cell(lookNumber, late),
				text(u.Dialogue), o.date(u.HeldOn, ""), text(wording.UndertakingSaid(o.t, u))); err != nil {
				return err
			}
		}
		return nil
	}
	for _, i := range o.b.Items {
		if err := rows(i.Agreed, i.Undertakings); err != nil {
			return err
		}
	}
	for _, one := range o.b.Recommended {
		if err := r.add(text(o.t.Msg("agreed.kind.recommendation")), o.cell(lookStrong, one.Ref()), text(one.Title), text(one.MechanismShort), text(""), text(o.word("asked.answered.", one.Answered)), o.cell(lookNumber, nil),
			text(one.Dialogue), o.date(one.HeldOn, ""), text("")); err != nil {
			return err
		}
	}
	if err := rows(o.b.Earlier, o.b.EarlierUndertakings); err != nil {
		return err
	}
	return r.end()
}
