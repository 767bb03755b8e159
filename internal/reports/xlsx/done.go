package xlsx

import (
	"strings"

	"github.com/xuri/excelize/v2"

	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// yes is a word where something is so, and nothing where it is not.
func (b *book) yes(is bool) excelize.Cell {
	if is {
		return b.cell(lookText, b.t.Msg("report.yes"))
	}
	return b.cell(lookText, "")
}

// changes writes one row for each commitment that changed since the report's
// other day.
func (b *book) changes() error {
	r, err := b.begin(b.sheet("report.sheet.changes"), 2, []column{
		{"report.col.ref", 14, false}, {"report.col.title", 40, false}, {"report.col.lead", 10, false}, {"report.col.new_in_plan", 12, false},
		{"report.col.status_was", 16, false}, {"report.col.delivery", 14, false}, {"report.col.due_before", 13, false}, {"report.col.due_on", 13, false},
		{"report.col.updates", 10, true}, {"report.col.evidence", 10, true}, {"report.col.new_answers", 24, false},
		{"compare.head.lead_then", 11, false}, {"compare.head.known_then", 18, false}, {"compare.head.reached_then", 11, true}, {"compare.head.reached", 11, true}, {"compare.head.lost", 9, true},
	})
	if err != nil {
		return err
	}
	for _, c := range b.s.Changes {
		inside := []excelize.Cell{b.cell(lookText, c.Inside.WasLead), b.cell(lookText, ""), b.cell(lookNumber, nil), b.cell(lookNumber, nil), b.cell(lookNumber, nil)}
		if in := c.Inside; in != (reports.ChangeInside{}) {
			if inside[1] = b.cell(lookText, b.t.Msg("compare.unknown")); in.Then != "" {
				inside[1] = b.status(in.Then)
			}
			inside[2], inside[3], inside[4] = b.cell(lookNumber, in.ReachedThen), b.cell(lookNumber, in.Reached), b.cell(lookNumber, in.Lost)
		}
		before, due := b.cell(lookText, ""), b.cell(lookText, "")
		if !c.New {
			before, due = b.status(c.Was), b.date(c.WasDue, b.t.Msg("report.no_due"))
		}
		err := r.add(append([]excelize.Cell{b.cell(lookStrong, c.Ref), b.cell(lookText, c.Title), b.cell(lookText, c.Lead), b.yes(c.New), before, b.status(c.Is),
			due, b.date(c.IsDue, b.t.Msg("report.no_due")), b.cell(lookNumber, c.Updates), b.cell(lookNumber, c.Evidence), b.cell(lookText, strings.Join(c.Answers, ", "))}, inside...)...)
		if err != nil {
			return err
		}
	}
	return r.end()
}

// changedFigures writes which years of what is counted are told otherwise.
func (b *book) changedFigures() error {
	r, err := b.begin(b.sheet("report.sheet.changed_figures"), 2, []column{
		{"report.col.ref", 12, false}, {"report.col.title", 40, false}, {"indicators.column.year", 11, false}, {"compare.head.figure_known_then", 26, false}, {"compare.head.figure_then", 26, false}, {"indicators.column.figure", 26, false},
	})
	if err != nil {
		return err
	}
	told := func(y reports.YearStatus) excelize.Cell {
		text := "–"
		if y.Ref != "" {
			text = wording.Counted(b.t, y)
		}
		if y.Value.SoFar {
			text += ", " + b.t.Msg("indicators.mark.so_far", "date", y.Value.CoversTo)
		}
		return b.cell(lookText, text)
	}
	for _, f := range b.s.ChangedFigures {
		if err := r.add(b.cell(lookStrong, f.Ref), b.cell(lookText, f.Title), b.cell(lookText, f.Is.Ref), told(f.Then), told(f.Was), told(f.Is)); err != nil {
			return err
		}
	}
	return r.end()
}

// attention writes the lists of what is late, stale, silent or unanswered.
func (b *book) attention() error {
	r, err := b.begin(b.sheet("report.sheet.attention"), 2, []column{
		{"report.col.kind", 22, false}, {"report.col.ref", 14, false}, {"report.col.title", 60, false}, {"report.col.lead", 10, false},
		{"report.col.days", 8, true}, {"report.col.as_of", 13, false}, {"report.col.why", 44, false},
	})
	if err != nil {
		return err
	}
	for _, list := range wording.ByKind(b.s) {
		for _, a := range list.Rows {
			err := r.add(b.cell(lookText, b.t.Msg("report.attention."+string(a.Kind))), b.cell(lookStrong, a.Ref), b.cell(lookText, a.Title), b.cell(lookText, a.Lead),
				b.cell(lookNumber, a.Days), b.date(a.AsOf, ""), b.cell(lookText, wording.Attends(b.t, a)))
			if err != nil {
				return err
			}
		}
	}
	return r.end()
}

// ratings writes one row for each rating in force, with what the facts suggest
// of what it rates.
func (b *book) ratings() error {
	r, err := b.begin(b.sheet("report.sheet.ratings"), 2, []column{
		{"report.col.ref", 14, false}, {"report.col.title", 44, false}, {"ratings.column.who", 14, false}, {"report.col.institution", 11, false},
		{"ratings.column.rating", 18, false}, {"ratings.field.reason", 48, false}, {"ratings.column.on", 13, false}, {"ratings.suggested", 18, false},
		{"ratings.column.rule", 48, false}, {"ratings.column.apart", 9, true}, {"ratings.column.subject", 16, false},
	})
	if err != nil {
		return err
	}
	for _, one := range b.s.Ratings {
		for _, g := range one.Given {
			err := r.add(b.cell(lookStrong, one.Ref), b.cell(lookText, one.Title), b.cell(lookText, b.word("ratings.rater.", string(g.Rater))), b.cell(lookText, g.Institution),
				b.cell(lookText, b.word("rating.", g.Value)), b.cell(lookText, g.Reason), b.date(g.RatedOn, ""), b.cell(lookText, wording.Suggested(b.t, one)),
				b.cell(lookText, wording.Rule(b.t, one)), b.cell(lookNumber, one.Apart), b.cell(lookText, b.word("ratings.subject.", one.Subject)))
			if err != nil {
				return err
			}
		}
	}
	return r.end()
}

// requests writes one row for each question of a data request.
func (b *book) requests() error {
	r, err := b.begin(b.sheet("report.sheet.requests"), 2, []column{
		{"report.col.request", 36, false}, {"report.col.due_on", 13, false}, {"report.col.handed_on", 13, false}, {"report.col.handed_late", 12, false},
		{"request.column.number", 9, true}, {"request.column.question", 60, false}, {"request.column.asked_of", 14, false}, {"request.column.answer", 60, false},
		{"request.column.on", 13, false}, {"request.column.state", 12, false}, {"request.fig.late", 14, false},
	})
	if err != nil {
		return err
	}
	for _, one := range b.s.Requests {
		for _, q := range one.Questions {
			err := r.add(b.cell(lookStrong, one.Title), b.date(one.DueOn, ""), b.date(one.HandedOn, b.t.Msg("report.requests.never")), b.yes(one.Late),
				b.cell(lookNumber, q.Number), b.cell(lookText, q.Text), b.cell(lookText, wording.AskedOf(b.t, q)), b.cell(lookText, q.Answer),
				b.date(q.AnsweredOn, ""), b.cell(lookText, b.word("request.state.", string(q.State))), b.yes(q.Late))
			if err != nil {
				return err
			}
		}
	}
	return r.end()
}

// updates writes one row for each approved update and contribution in force.
func (b *book) updates() error {
	r, err := b.begin(b.sheet("report.sheet.updates"), 2, []column{
		{"report.col.update", 30, false}, {"report.col.commitment", 14, false}, {"report.col.institution", 11, false}, {"report.col.update_kind", 13, false},
		{"report.col.as_of", 13, false}, {"report.col.delivery", 14, false}, {"report.col.done", 48, false}, {"report.col.no_progress", 36, false},
		{"report.col.blocker", 16, false}, {"report.col.obstacles", 32, false}, {"report.col.next", 36, false}, {"report.col.milestone", 10, true},
		{"report.col.evidence", 10, true}, {"report.col.late", 8, false}, {"report.col.correction", 11, false}, {"report.col.addendum", 11, false}, {"report.col.approved_at", 18, false},
	})
	if err != nil {
		return err
	}
	for _, u := range b.s.Updates {
		text := func(s string) excelize.Cell { return b.cell(lookText, s) }
		milestone := b.cell(lookNumber, nil)
		if u.Milestone > 0 {
			milestone = b.cell(lookNumber, u.Milestone)
		}
		delivery := text("")
		if u.Status != "" {
			delivery = b.status(u.Status)
		}
		err := r.add(b.cell(lookStrong, u.Ref), text(u.Commitment), text(u.Institution), text(b.word("report.update.", string(u.Kind))),
			b.date(u.AsOf, ""), delivery, text(u.Done), text(u.NoProgress),
			text(b.word("report.blocker.", u.Blocker)), text(u.Obstacles), text(u.NextStep), milestone,
			b.cell(lookNumber, u.Evidence), b.yes(u.Late), b.yes(u.Correction), b.yes(u.Addendum), b.instant(u.ApprovedAt))
		if err != nil {
			return err
		}
	}
	return r.end()
}

// evidence writes one row for each paper behind them.
func (b *book) evidence() error {
	r, err := b.begin(b.sheet("report.sheet.evidence"), 2, []column{
		{"report.col.update", 32, false}, {"report.col.commitment", 14, false}, {"report.col.institution", 11, false}, {"report.col.as_of", 13, false},
		{"report.col.kind", 18, false}, {"report.col.title", 48, false}, {"report.col.dated", 13, false}, {"report.col.address", 48, false}, {"report.col.shared", 12, false},
	})
	if err != nil {
		return err
	}
	for _, e := range b.s.Evidence {
		text := func(s string) excelize.Cell { return b.cell(lookText, s) }
		err := r.add(b.cell(lookStrong, e.Ref), text(e.Commitment), text(e.Institution), b.date(e.AsOf, ""), text(b.word("evidence.", e.Kind)),
			text(e.Title), b.date(e.DatedOn, ""), text(e.URL), text(b.word("audience.", e.Share)))
		if err != nil {
			return err
		}
	}
	return r.end()
}
