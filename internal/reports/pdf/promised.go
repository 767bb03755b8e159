package pdf

import (
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// commitments tells what was promised and done, strand by strand.
func (d *document) commitments() {
	d.follow(d.t.Msg("report.commitments"), d.t.Msg("report.commitments.note", "date", d.s.D))
	for i, g := range d.s.Strands() {
		if i > 0 {
			d.y += 6
		}
		d.strand(g)
	}
	if len(d.s.Commitments) == 0 {
		d.paragraph(textStyle(), d.t.Msg("report.commitments.none"), wide)
	}
}

func (d *document) strand(g reports.StrandStatus) {
	d.block(d.strandTitle(g.Number, g.Title), d.t.Msg("count.commitments", "n", len(g.Commitments)), 45, true)
	t := &table{d: d, columns: []column{
		{width: 53, title: d.t.Msg("report.col.commitment")},
		{width: 20, title: d.t.Msg("report.col.lead")},
		{width: 27, title: d.t.Msg("report.col.delivery")},
		{width: 26, title: d.t.Msg("report.col.due")},
		{width: 50 + gutter, title: d.t.Msg("report.col.last")},
	}}
	t.head()
	for _, c := range g.Commitments {
		t.row(d.commitment(t, c), false)
	}
}

// commitment is the cells of one commitment.
func (d *document) commitment(t *table, c reports.CommitmentStatus) [][]line {
	s, m := tableStyle(), metaStyle().in(ink2)
	what := d.wrap([]run{{s.bold(), c.Ref + "  "}, {s, c.Title}}, t.columns[0].text())
	if c.Milestones > 0 {
		what = append(what, d.wrap([]run{{m, d.t.Msg("report.milestones", "done", c.MilestonesDone, "n", c.Milestones)}}, t.columns[0].text())...)
	}
	if len(c.Answers) > 0 {
		what = append(what, d.wrap([]run{{m, d.t.Msg("report.answers", "refs", join(c.Answers))}}, t.columns[0].text())...)
	}
	lead := d.wrap([]run{{s, c.Lead}}, t.columns[1].text())
	if len(c.Supporting) > 0 {
		lead = append(lead, d.wrap([]run{{m, d.t.Msg("report.with", "institutions", join(c.Supporting))}}, t.columns[1].text())...)
	}
	standing := []line{d.status(c.Status, s.bold().in(statusColour(c.Status)))}
	if c.AsOf.IsZero() {
		standing = append(standing, d.wrap([]run{{m, d.t.Msg("report.never_reported")}}, t.columns[2].text())...)
	} else {
		standing = append(standing, d.wrap([]run{{m, d.t.ShortDate(c.AsOf)}}, t.columns[2].text())...)
	}
	if c.Verification != "" {
		proof := d.t.Msg("proof." + string(c.Verification))
		if c.Evidence > 0 {
			proof = d.t.Msg("report.proof", "proof", proof, "n", c.Evidence)
		}
		standing = append(standing, d.wrap([]run{{m, proof}}, t.columns[2].text())...)
	}
	due := d.wrap([]run{{s, d.t.ShortDate(c.DueOn)}}, t.columns[3].text())
	if c.DueOn.IsZero() {
		due = d.wrap([]run{{m, d.t.Msg("report.no_due")}}, t.columns[3].text())
	}
	for _, f := range c.Flags {
		days := 0
		if f == reports.FlagOverdue {
			days = c.OverdueDays
		}
		due = append(due, d.flag(f, days))
	}
	return [][]line{what, lead, standing, due, d.lastWord(c, t.columns[4].text())}
}

// lastWord is what the deciding update says.
func (d *document) lastWord(c reports.CommitmentStatus, width float64) []line {
	s := tableStyle()
	var lines []line
	say := func(lead, text string) {
		if text == "" {
			return
		}
		if len(lines) > 0 {
			lines = append(lines, gap(.8))
		}
		var runs []run
		if lead != "" {
			runs = append(runs, run{s.bold(), lead + " "})
		}
		lines = append(lines, d.wrap(append(runs, run{s, text}), width)...)
	}
	say("", c.Done)
	if c.NoProgress != "" {
		lead := d.t.Msg("report.no_progress")
		if key := "report.blocker." + c.Blocker; d.t.Has(key) {
			lead = d.t.Msg("report.no_progress.blocker", "blocker", d.t.Msg(key))
		}
		say(lead, c.NoProgress)
	}
	say(d.t.Msg("report.obstacles"), c.Obstacles)
	say(d.t.Msg("report.next"), c.NextStep)
	if len(lines) == 0 {
		return d.wrap([]run{{metaStyle(), wording.Nothing(d.t, d.s, c)}}, width)
	}
	return lines
}

func join(list []string) string {
	text := ""
	for i, s := range list {
		if i > 0 {
			text += ", "
		}
		text += s
	}
	return text
}
