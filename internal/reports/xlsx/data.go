package xlsx

import (
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"tracker/internal/plan"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// recommendations writes one row for each answer, and one for each item that
// nothing answers.
func (b *book) recommendations() error {
	r, err := b.begin(b.sheet("report.sheet.recommendations"), 2, []column{
		{"report.col.item", 14, false}, {"report.col.title", 28, false}, {"report.col.text", 52, false}, {"report.col.item_text", 40, false},
		{"report.col.answer", 14, false}, {"report.col.commitment", 36, false}, {"report.col.lead", 10, false}, {"report.col.delivery", 14, false},
		{"report.col.as_of", 13, false}, {"report.col.extent", 11, false}, {"report.col.reason", 36, false}, {"report.col.edition", 12, false},
		{"report.col.tier", 18, false}, {"report.col.released", 13, false}, {"report.col.held", 12, false}, {"report.col.number", 7, true},
		{"report.col.wording", 12, false}, {"report.col.cut", 10, false}, {"report.col.theme", 14, false}, {"report.col.source", 36, false},
		{"report.col.first_asked", 9, true}, {"report.col.years_asked", 9, true}, {"report.col.in_row", 9, true}, {"report.col.through_years", 40, false},
		{"report.col.indicium", 10, true}, {"report.col.not_done_years", 10, true}, {"report.col.not_done_source", 30, false},
		{"report.col.response", 24, false}, {"report.col.outcome", 24, false},
	})
	if err != nil {
		return err
	}
	for _, one := range b.s.Recommendations {
		items := one.Items
		if len(items) == 0 {
			items = []reports.ItemStatus{{Ref: one.Ref}}
		}
		for _, item := range items {
			if err := b.item(r, one, item); err != nil {
				return err
			}
		}
	}
	return r.end()
}

// coverage writes one row for each institution.
func (b *book) coverage() error {
	r, err := b.begin(b.sheet("report.sheet.coverage"), 2, []column{
		{"report.col.institution", 12, false}, {"report.col.name", 32, false}, {"report.col.leads_answers", 48, false}, {"report.col.supports_answers", 48, false},
		{"report.col.leads_count", 12, true}, {"report.col.supports_count", 12, true},
	})
	if err != nil {
		return err
	}
	for _, c := range b.s.Coverage {
		leads := strings.Join(c.Leads, ", ")
		if c.Nothing() {
			leads = b.t.Msg("report.coverage.nothing")
		}
		err := r.add(b.cell(lookStrong, c.Institution), b.cell(lookText, c.Name), b.cell(lookText, leads), b.cell(lookText, strings.Join(c.Supports, ", ")),
			b.cell(lookNumber, len(c.Leads)), b.cell(lookNumber, len(c.Supports)))
		if err != nil {
			return err
		}
	}
	return r.end()
}

func (b *book) item(r *rows, one reports.RecommendationStatus, item reports.ItemStatus) error {
	asked := []excelize.Cell{b.cell(lookStrong, item.Ref), b.cell(lookText, one.Title), b.cell(lookText, one.Text), b.cell(lookText, item.Text)}
	cut := ""
	if one.Cut {
		cut = b.t.Msg("report.yes")
	}
	from := []excelize.Cell{b.cell(lookText, one.Edition), b.cell(lookText, one.Tier), b.date(one.ReleasedOn, ""),
		b.cell(lookText, b.word("report.held.", string(one.Completeness))), b.cell(lookNumber, one.Number),
		b.cell(lookText, b.word("report.basis.", string(one.Basis))), b.cell(lookText, cut), b.cell(lookText, b.word("theme.", one.Theme)), b.cell(lookText, one.Source)}
	from = append(append(from, b.years(one)...), b.found(one)...)
	if len(item.Answers) == 0 {
		word := b.t.Msg("report.no_answer")
		if one.Newest {
			word = b.t.Msg("flag.unanswered")
		}
		none := []excelize.Cell{b.cell(lookStrong, word)}
		for range 6 {
			none = append(none, b.cell(lookText, ""))
		}
		return r.add(join(asked, none, from)...)
	}
	for _, a := range item.Answers {
		answer := []excelize.Cell{b.cell(lookStrong, a.Commitment), b.cell(lookText, a.Title), b.cell(lookText, a.Lead), b.status(a.Status),
			b.date(a.AsOf, b.t.Msg("report.never")), b.cell(lookText, b.word("report.extent.", a.Extent)), b.cell(lookText, a.Reason)}
		if err := r.add(join(asked, answer, from)...); err != nil {
			return err
		}
	}
	return nil
}

// years are the cells of the years in which something was asked, empty where
// the report does not tell them.
func (b *book) years(r reports.RecommendationStatus) []excelize.Cell {
	return []excelize.Cell{b.count(r.Asked.FirstYear), b.count(r.Asked.Years), b.count(r.Asked.InRow), b.cell(lookText, wording.Asked(b.t, r))}
}

// found are the cells of what a source, a classification or a person says of
// the recommendation as a whole.
func (b *book) found(r reports.RecommendationStatus) []excelize.Cell {
	cells := []excelize.Cell{b.count(r.Indicium), b.count(r.NotDone.Years), b.cell(lookText, r.NotDone.Source)}
	for _, kind := range recommendations.RemarkKinds {
		said := r.Remark(kind)
		text := wording.RemarkOn(b.t, kind, said.Word, said.GivenOn)
		if said.Statement != "" {
			text += ": " + said.Statement
		}
		cells = append(cells, b.cell(lookText, text))
	}
	return cells
}

// count is a number, or an empty cell for none.
func (b *book) count(n int) excelize.Cell {
	if n == 0 {
		return b.cell(lookNumber, nil)
	}
	return b.cell(lookNumber, n)
}

func join(parts ...[]excelize.Cell) []excelize.Cell {
	var all []excelize.Cell
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// word is a word of the catalogue, or the value itself where it has none.
func (b *book) word(prefix, value string) string { return wording.Of(b.t, prefix, value) }

// commitments writes one row for each commitment.
func (b *book) commitments() error {
	r, err := b.begin(b.sheet("report.sheet.commitments"), 2, []column{
		{"report.col.ref", 14, false}, {"report.col.title", 40, false}, {"report.col.lead", 10, false}, {"report.col.delivery", 14, false},
		{"report.col.as_of", 13, false}, {"report.col.due_on", 13, false}, {"report.col.overdue", 10, true}, {"report.col.flags", 22, false},
		{"report.col.done", 48, false}, {"report.col.no_progress", 36, false}, {"report.col.blocker", 16, false}, {"report.col.obstacles", 32, false},
		{"report.col.next", 36, false}, {"report.col.evidence", 10, true}, {"report.col.verification", 13, false}, {"report.col.milestones_done", 11, true}, {"report.col.milestones", 11, true},
		{"report.col.answers", 20, false}, {"report.col.strand", 22, false}, {"report.col.node", 9, false}, {"report.col.node_title", 30, false},
		{"report.col.origin", 12, false}, {"report.col.lead_name", 24, false}, {"report.col.supporting", 16, false}, {"report.col.starts_on", 13, false},
		{"report.col.approved_at", 18, false}, {"report.col.budget", 14, true}, {"report.col.currency", 9, false}, {"report.col.budget_lines", 36, false},
		{"report.col.means", 30, false}, {"report.col.text", 52, false},
	})
	if err != nil {
		return err
	}
	for _, c := range b.s.Commitments {
		if err := r.add(b.commitment(c)...); err != nil {
			return err
		}
	}
	return r.end()
}

func (b *book) commitment(c reports.CommitmentStatus) []excelize.Cell {
	flags := make([]string, len(c.Flags))
	for i, f := range c.Flags {
		flags[i] = b.word("flag.", string(f))
	}
	strand := c.Strand
	if strand == "" {
		strand = b.t.Msg("report.no_node")
	}
	money, currency, lines := b.budget(c.Budget)
	text := func(s string) excelize.Cell { return b.cell(lookText, s) }
	return []excelize.Cell{
		b.cell(lookStrong, c.Ref), text(c.Title), text(c.Lead), b.status(c.Status),
		b.date(c.AsOf, b.t.Msg("report.never")), b.date(c.DueOn, b.t.Msg("report.no_due")), b.cell(lookNumber, c.OverdueDays), text(strings.Join(flags, ", ")),
		text(c.Done), text(c.NoProgress), text(b.word("report.blocker.", c.Blocker)), text(c.Obstacles),
		text(c.NextStep), b.cell(lookNumber, c.Evidence), text(b.word("proof.", string(c.Verification))), b.cell(lookNumber, c.MilestonesDone), b.cell(lookNumber, c.Milestones),
		text(strings.Join(c.Answers, ", ")), text(strand), text(c.Node), text(c.NodeTitle),
		text(b.word("origin.", c.Origin)), text(c.LeadName), text(strings.Join(c.Supporting, ", ")), b.date(c.StartsOn, ""),
		b.instant(c.ApprovedAt), money, text(currency), text(lines),
		text(c.MeansOfVerification), text(c.Text),
	}
}

// instant is a typed date and time in the country's zone.
func (b *book) instant(at time.Time) excelize.Cell {
	if at.IsZero() {
		return b.cell(lookText, "")
	}
	if b.about.Zone != nil {
		at = at.In(b.about.Zone)
	}
	y, m, d := at.Date()
	return b.cell(lookInstant, time.Date(y, m, d, at.Hour(), at.Minute(), at.Second(), 0, time.UTC))
}

// budget is the sum where all lines are of one currency, and the lines in words.
func (b *book) budget(list []plan.BudgetLine) (sum excelize.Cell, currency, lines string) {
	var cents int64
	var words []string
	for i, l := range list {
		cents += l.AmountCents
		if i == 0 {
			currency = l.Currency
		} else if currency != l.Currency {
			currency = ""
		}
		words = append(words, b.t.Msg("report.budget_line", "year", wording.FinancialYear(l.Year), "amount", b.t.Money(l.AmountCents, l.Currency), "funder", l.Funder))
	}
	if currency == "" {
		return b.cell(lookText, ""), "", strings.Join(words, "\n")
	}
	return b.cell(lookMoney, float64(cents)/100), currency, strings.Join(words, "\n")
}

// definitions writes the rules by which the report counts.
func (b *book) definitions() error {
	r, err := b.begin(b.sheet("report.sheet.definitions"), 2, []column{{"report.col.kind", 26, false}, {"report.col.word", 20, false}, {"report.col.rule", 100, false}, {"report.col.count", 10, true}})
	if err != nil {
		return err
	}
	if err := r.add(b.cell(lookText, b.t.Msg("report.def.report")), b.cell(lookStrong, b.t.Msg("report.fact.as_of")), b.cell(lookText, wording.Basis(b.t, b.s)), b.cell(lookNumber, nil)); err != nil {
		return err
	}
	for _, one := range wording.Definitions(b.t, b.s) {
		var count any
		if one.Counted {
			count = one.Count
		}
		if err := r.add(b.cell(lookText, one.Kind), b.cell(lookStrong, one.Word), b.cell(lookText, one.Rule), b.cell(lookNumber, count)); err != nil {
			return err
		}
	}
	return r.end()
}
