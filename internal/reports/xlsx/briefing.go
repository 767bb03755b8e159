package xlsx

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"tracker/internal/dialogues"
	"tracker/internal/i18n"
	"tracker/internal/progress"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// WriteBriefing writes the briefing of a dialogue as a workbook: summary,
// agenda, answers, updates, evidence, who answers, figures. The same value gives the same bytes: the
// dates of the document are the instant K of the briefing. Whatever the texts
// hold, it returns an error rather than panic.
func WriteBriefing(w io.Writer, t *i18n.T, b reports.Briefing) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("xlsx: %v", p)
		}
	}()
	sheets := []string{"report.sheet.summary", "agenda.title", "briefing.sheet.answers", "report.sheet.updates"}
	o := &briefing{b: b}
	steps := []func() error{o.summary, o.agenda, o.answers, o.updates}
	sheet := func(is bool, key string, step func() error) {
		if is {
			sheets, steps = append(sheets, key), append(steps, step)
		}
	}
	sheet(b.Has(dialogues.PartEvidence) || b.Has(dialogues.PartRegister), "report.sheet.evidence", o.evidence)
	sheet(b.Has(dialogues.PartCoverage), "report.sheet.coverage", func() error { return o.coverage() })
	sheet(b.Has(dialogues.PartStatistics), "report.sheet.indicators", func() error { return o.indicators() })
	sheet(len(b.Indicators) > 0, "report.sheet.trends", func() error { return o.trends() })
	sheet(len(b.Attention) > 0, "report.sheet.attention", func() error { return o.attention() })
	sheet(b.HasAgreed(), "agreed.title", o.agreed)
	o.book = newBook(t, head{about: b.About, k: b.K, audience: b.Audience, stamp: b.Publication, title: wording.BriefingTitle(t, b)}, sheets...)
	o.s.D, o.s.K, o.s.Coverage, o.s.Indicators, o.s.Attention = b.D, b.K, b.Coverage, b.Indicators, b.Attention // typed on the summary
	return o.write(w, steps...)
}

// briefing is the workbook of a briefing in the making.
type briefing struct {
	*book
	b reports.Briefing
}

// summary writes the facts, the figures, the agenda in numbers and what is
// asked.
func (o *briefing) summary() error {
	f := &front{b: o.book, sheet: o.names[0], row: 1}
	if err := o.fit(f.sheet); err != nil {
		return err
	}
	if err := o.f.SetColWidth(f.sheet, "A", "A", 54); err != nil {
		return err
	}
	if err := o.f.SetColWidth(f.sheet, "B", "G", 17); err != nil {
		return err
	}
	hide := false
	if err := o.f.SetSheetView(f.sheet, 0, &excelize.ViewOptions{ShowGridLines: &hide}); err != nil {
		return err
	}
	f.put(o.cell(lookTitle, o.title))
	f.height(26)
	f.put(o.cell(lookWarning, o.readers()))
	f.facts(wording.BriefingFacts(o.t, o.b))
	f.figures(wording.BriefingFigures(o.t, o.b))
	o.inNumbers(f)
	o.asks(f)
	if f.err != nil {
		return f.err
	}
	if err := o.f.SetPanes(f.sheet, &excelize.Panes{Freeze: true, YSplit: 2, TopLeftCell: "A3", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return o.print(f.sheet, fmt.Sprintf("$A$1:$G$%d", f.row), "")
}

// inNumbers is the agenda with its counts.
func (o *briefing) inNumbers(f *front) {
	f.row++
	f.block(o.t.Msg("agenda.title"))
	heads := []excelize.Cell{o.cell(lookHead, o.t.Msg("briefing.fig.recommendations"))}
	for _, key := range []string{"briefing.fig.answered", "briefing.fig.changed"} {
		heads = append(heads, o.cell(lookHead, o.t.Msg(key)))
	}
	for _, key := range []string{"report.sheet.commitments", "status.completed", "flag.overdue", "briefing.col.open"} {
		heads = append(heads, o.cell(lookHeadRight, o.t.Msg(key)))
	}
	f.put(heads...)
	for _, i := range o.b.Items {
		completed, overdue := 0, 0
		for _, c := range i.Commitments {
			overdue += min(1, c.OverdueDays)
			if c.Status == progress.Completed {
				completed++
			}
		}
		f.put(o.cell(lookText, fmt.Sprintf("%d. %s", i.Number, i.Name())), o.cell(lookText, o.word("asked.answered.", i.Answered())), o.yes(i.Changed),
			o.cell(lookNumber, len(i.Commitments)), o.cell(lookNumber, completed), o.cell(lookNumber, overdue), o.cell(lookNumber, i.Unanswered()))
	}
}

// asks lists what is asked of the partner.
func (o *briefing) asks(f *front) {
	if o.b.Figures.Asking == 0 {
		return
	}
	f.row++
	f.block(o.t.Msg("briefing.we_ask"))
	for _, i := range o.b.Items {
		if i.Texts.Asks == "" {
			continue
		}
		f.put(o.cell(lookText, i.Name()), o.cell(lookText, i.Texts.Asks))
		f.merge("B", "G")
		f.height(min(400, 14*float64(lines(i.Texts.Asks, 110))))
	}
}

// lines is about how many lines a text takes in so many characters.
func lines(text string, width int) (n int) {
	for _, line := range strings.Split(text, "\n") {
		n += 1 + len([]rune(line))/width
	}
	return n
}

// agenda writes one row for each item, with all its texts.
func (o *briefing) agenda() error {
	columns := []column{
		{"report.col.number", 7, true}, {"report.col.ref", 13, false}, {"report.col.title", 30, false}, {"briefing.col.kind", 16, false}, {"report.col.text", 52, false},
		{"agenda.position", 48, false}, {"agenda.talking_points", 60, false}, {"agenda.questions", 60, false}, {"agenda.asks", 48, false}, {"agenda.notes", 48, false},
		{"agenda.said", 48, false}, {"agenda.heard", 48, false}, {"agenda.agreed", 48, false}, {"agenda.fixed", 48, false}, {"agenda.cited", 36, false}, {"briefing.fig.answered", 16, false},
		{"briefing.fig.changed", 14, false}, {"report.col.wording", 12, false}, {"report.col.cut", 10, false}, {"report.col.theme", 14, false},
		{"report.col.edition", 12, false}, {"report.col.tier", 18, false}, {"report.col.source", 40, false}, {"briefing.col.written_by", 24, false},
		{"briefing.col.written_at", 18, false}, {"ratings.rater.focal_point", 40, false}, {"ratings.rater.coordinator", 40, false}, {"ratings.rater.partner", 40, false},
		{"ratings.suggested", 20, false}, {"ratings.column.apart", 8, true}, {"ratings.column.rule", 48, false},
		{"report.col.first_asked", 9, true}, {"report.col.years_asked", 9, true}, {"report.col.in_row", 9, true}, {"report.col.through_years", 40, false},
		{"report.col.indicium", 10, true}, {"report.col.not_done_years", 10, true}, {"report.col.not_done_source", 30, false},
		{"report.col.response", 24, false}, {"report.col.outcome", 24, false},
	}
	r, err := o.begin(1, 3, told(o, columns, columns))
	if err != nil {
		return err
	}
	for _, i := range o.b.Items {
		text := func(s string) excelize.Cell { return o.cell(lookText, s) }
		err := r.add(told(o, columns, join([]excelize.Cell{o.cell(lookNumber, i.Number), o.cell(lookStrong, i.Ref), text(i.Title), text(o.word("agenda.kind.", string(i.Kind))), text(i.Text),
			text(i.Texts.Stance), text(i.Texts.TalkingPoints), text(i.Texts.Questions), text(i.Texts.Asks), text(i.Texts.Notes),
			text(i.Texts.Said), text(i.Texts.Heard), text(i.Texts.Agreed), text(o.fixed(i)), text(o.cited(i)), text(o.word("asked.answered.", i.Answered())),
			o.yes(i.Changed), text(o.word("report.basis.", string(i.Basis))), o.yes(i.Cut), text(o.word("theme.", i.Theme)),
			text(i.Edition), text(i.Tier), text(i.Source), text(i.EditedBy), o.instant(i.EditedAt)}, o.rated(i.Rated), o.years(i.RecommendationStatus), o.found(i.RecommendationStatus)))...)
		if err != nil {
			return err
		}
	}
	return r.end()
}

// told leaves of the columns of the agenda, or of the cells of a row, those that
// the pack has.
func told[T any](o *briefing, columns []column, list []T) (out []T) {
	parts := map[string]dialogues.Part{"agenda.position": dialogues.PartStance, "agenda.talking_points": dialogues.PartTalking, "agenda.questions": dialogues.PartQuestions,
		"agenda.asks": dialogues.PartAsks, "agenda.notes": dialogues.PartNotes, "agenda.fixed": dialogues.PartIndicators}
	for n, c := range columns {
		part, chosen := parts[c.key]
		switch {
		case chosen && !o.b.Has(part):
		case strings.HasPrefix(c.key, "ratings.") && !o.b.Has(dialogues.PartRatings):
		case slices.Contains([]string{"agenda.cited", "briefing.col.written_by", "briefing.col.written_at"}, c.key) && o.b.Pack != dialogues.Internal:
		case slices.Contains([]string{"agenda.said", "agenda.heard", "agenda.agreed"}, c.key) && o.b.Pack == dialogues.ForPartner:
		default:
			out = append(out, list[n])
		}
	}
	return out
}

// fixed are the indicators of an item with their figures and targets, one a line.
func (o *briefing) fixed(i reports.BriefingItem) string {
	var list []string
	for _, one := range i.Fixed {
		list = append(list, one.Ref+" "+one.Title+": "+wording.CourseOf(o.t, one, o.b.D))
	}
	return strings.Join(list, "\n")
}

// cited are the updates on which the texts rest, one a line.
func (o *briefing) cited(i reports.BriefingItem) string {
	var list []string
	for _, c := range i.Citations {
		list = append(list, wording.Cited(o.t, c))
	}
	return strings.Join(list, "\n")
}

// rated are the cells of how the three see a recommendation.
func (o *briefing) rated(r reports.RatingStatus) (cells []excelize.Cell) {
	for _, rater := range progress.Raters {
		var list []string
		for _, g := range r.By(rater) {
			list = append(list, fmt.Sprintf("%s (%s, %s): %s", wording.Of(o.t, "rating.", g.Value), g.Institution, o.t.ShortDate(g.RatedOn), g.Reason))
		}
		cells = append(cells, o.cell(lookText, strings.Join(list, "\n")))
	}
	if r.Ref == "" {
		return append(cells, o.cell(lookText, ""), o.cell(lookNumber, nil), o.cell(lookText, ""))
	}
	return append(cells, o.cell(lookText, wording.Suggested(o.t, r)), o.cell(lookNumber, r.Apart), o.cell(lookText, wording.Rule(o.t, r)))
}

// answers writes one row for each answer, and one for each item that nothing
// answers.
func (o *briefing) answers() error {
	r, err := o.begin(2, 4, []column{
		{"report.col.number", 7, true}, {"report.col.item", 14, false}, {"report.col.item_text", 36, false}, {"report.col.answer", 14, false},
		{"report.col.commitment", 36, false}, {"report.col.lead", 10, false}, {"report.col.extent", 11, false}, {"report.col.status_was", 16, false},
		{"report.col.delivery", 14, false}, {"report.col.as_of", 13, false}, {"report.col.due_on", 13, false}, {"report.col.overdue", 10, true},
		{"report.col.flags", 22, false}, {"report.col.verification", 14, false}, {"report.col.done", 48, false}, {"report.col.no_progress", 36, false}, {"report.col.obstacles", 32, false},
		{"report.col.next", 36, false}, {"briefing.col.updates_since", 12, true}, {"report.col.reason", 36, false},
	})
	if err != nil {
		return err
	}
	for _, i := range o.b.Items {
		for _, item := range i.Items {
			asked := []excelize.Cell{o.cell(lookNumber, i.Number), o.cell(lookStrong, item.Ref), o.cell(lookText, item.Text)}
			if len(item.Answers) == 0 {
				if err := r.add(join(asked, o.unanswered(i))...); err != nil {
					return err
				}
			}
			for _, a := range item.Answers {
				if err := r.add(join(asked, o.answer(i, a))...); err != nil {
					return err
				}
			}
		}
	}
	return r.end()
}

// unanswered are the cells of an item that nothing answers.
func (o *briefing) unanswered(i reports.BriefingItem) []excelize.Cell {
	word := o.t.Msg("report.no_answer")
	if i.Newest {
		word = o.t.Msg("flag.unanswered")
	}
	cells := []excelize.Cell{o.cell(lookStrong, word)}
	for len(cells) < 17 {
		cells = append(cells, o.cell(lookText, ""))
	}
	return cells
}

// answer are the cells of a commitment that answers an item.
func (o *briefing) answer(i reports.BriefingItem, a reports.AnswerStatus) []excelize.Cell {
	var c reports.BriefedCommitment
	for _, one := range i.Commitments {
		if one.Ref == a.Commitment {
			c = one
		}
	}
	was := o.cell(lookText, "")
	switch {
	case c.New:
		was = o.cell(lookText, o.t.Msg("briefing.not_yet"))
	case o.b.Compared():
		was = o.status(c.Was)
	}
	flags := make([]string, len(c.Flags))
	for n, f := range c.Flags {
		flags[n] = o.word("flag.", string(f))
	}
	text := func(s string) excelize.Cell { return o.cell(lookText, s) }
	return []excelize.Cell{o.cell(lookStrong, c.Ref), text(c.Title), text(c.Lead), text(o.word("report.extent.", a.Extent)), was,
		o.status(c.Status), o.date(c.AsOf, o.t.Msg("report.never")), o.date(c.DueOn, o.t.Msg("report.no_due")), o.cell(lookNumber, c.OverdueDays),
		text(strings.Join(flags, ", ")), text(o.word("proof.", string(c.Verification))), text(c.Done), text(c.NoProgress), text(c.Obstacles), text(c.NextStep), o.cell(lookNumber, len(c.Updates)), text(a.Reason)}
}

// updates writes one row for each update since the since-date, newest first,
// commitment by commitment.
func (o *briefing) updates() error {
	r, err := o.begin(3, 2, []column{
		{"report.col.commitment", 14, false}, {"report.col.as_of", 13, false}, {"report.col.institution", 11, false}, {"report.col.update_kind", 13, false},
		{"report.col.delivery", 14, false}, {"report.col.done", 52, false}, {"report.col.no_progress", 40, false}, {"report.col.obstacles", 36, false},
		{"report.col.next", 40, false}, {"report.col.evidence", 10, true}, {"report.col.late", 8, false}, {"report.col.correction", 11, false}, {"report.col.addendum", 11, false},
	})
	if err != nil {
		return err
	}
	told := map[string]bool{}
	for _, i := range o.b.Items {
		for _, c := range i.Commitments {
			if told[c.Ref] {
				continue
			}
			told[c.Ref] = true
			for _, u := range c.Updates {
				text := func(s string) excelize.Cell { return o.cell(lookText, s) }
				delivery := text("")
				if u.Status != "" {
					delivery = o.status(u.Status)
				}
				err := r.add(o.cell(lookStrong, c.Ref), o.date(u.AsOf, ""), text(u.Institution), text(o.word("report.update.", string(u.Kind))),
					delivery, text(u.Done), text(u.NoProgress), text(u.Obstacles), text(u.NextStep), o.cell(lookNumber, u.Evidence),
					o.yes(u.Late), o.yes(u.Correction), o.yes(u.Addendum))
				if err != nil {
					return err
				}
			}
		}
	}
	return r.end()
}

// evidence writes one row for each paper of an agenda item, or of the register
// where the items tell none.
func (o *briefing) evidence() error {
	r, err := o.begin(o.sheet("report.sheet.evidence"), 3, []column{
		{"report.col.number", 7, true}, {"report.col.commitment", 14, false}, {"report.col.title", 52, false}, {"report.col.kind", 18, false},
		{"report.col.dated", 13, false}, {"report.col.institution", 11, false}, {"report.col.as_of", 13, false}, {"report.col.address", 52, false},
	})
	if err != nil {
		return err
	}
	papers := func(number any, list []reports.EvidenceStatus) error {
		for _, e := range list {
			err := r.add(o.cell(lookNumber, number), o.cell(lookStrong, e.Commitment), o.cell(lookText, e.Title), o.cell(lookText, o.word("evidence.", e.Kind)),
				o.date(e.DatedOn, o.t.Msg("briefing.undated")), o.cell(lookText, e.Institution), o.date(e.AsOf, ""), o.cell(lookText, e.URL))
			if err != nil {
				return err
			}
		}
		return nil
	}
	if !o.b.Has(dialogues.PartEvidence) {
		if err := papers(nil, o.b.Register); err != nil {
			return err
		}
	}
	for _, i := range o.b.Items {
		if err := papers(i.Number, i.Evidence); err != nil {
			return err
		}
	}
	return r.end()
}
