package pdf

import (
	"slices"
	"strings"

	"tracker/internal/dialogues"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// item writes the page of an agenda item: what was asked, what is said and
// asked, where it stands, what shows it. In a record one follows the other.
func (o *briefing) item(i reports.BriefingItem) {
	if o.b.Pack == dialogues.OfRecord && o.f.PageCount() > 2 && o.room() > enough {
		o.y += 8
	} else {
		o.newPage()
	}
	o.f.SetLink(o.links[i.Number-1], o.y-6, -1)
	o.bookmark(o.t.Msg("briefing.item", "n", i.Number, "title", i.Title), 0)
	again := o.t.Msg("briefing.item.goes_on", "n", i.Number, "ref", i.Ref)
	o.again = func() {
		o.paragraphOn(metaStyle(), again)
		o.y += 2
	}
	defer func() { o.again = nil }()
	o.text(left, o.y, metaStyle(), o.msg("briefing.item.of", "n", i.Number, "of", len(o.b.Items), "ref", i.Ref))
	o.y += metaStyle().lineHeight() + .5
	o.heading(sectionStyle(), i.Title)
	o.y += 1
	if i.Kind == dialogues.OfRecommendation {
		o.asked(i)
	}
	for _, f := range dialogues.Record {
		o.written(i, f)
	}
	o.agreed(i)
	o.written(i, dialogues.Stance)
	if o.b.Has(dialogues.PartTalking) {
		o.say(i)
	} else {
		o.written(i, dialogues.Asks)
	}
	o.written(i, dialogues.Questions)
	o.cited(i)
	o.stands(i)
	o.rated(i)
	o.counted(i)
	o.evidence(i)
	o.written(i, dialogues.Notes)
}

// paragraphOn writes a line at the top of a page that was begun just now.
func (o *briefing) paragraphOn(s style, text string) {
	for _, l := range o.wrap([]run{{s, text}}, wide) {
		l.draw(left, o.y)
		o.y += l.height
	}
}

// asked is the exact wording, and where it comes from.
func (o *briefing) asked(i reports.BriefingItem) {
	wording := o.wrap([]run{{style{sans, 11.5, ink}, i.Text}}, wide-5)
	top, page := o.y, o.f.PageNo()
	for _, l := range wording {
		o.need(l.height)
		if o.f.PageNo() != page {
			top, page = o.y, o.f.PageNo()
		}
		l.draw(left+4, o.y)
		o.fill(petrol)
		o.f.Rect(left, top, 1, o.y+l.height-top, "F")
		o.y += l.height
	}
	o.y += 1.5
	var basis, other []string
	if i.Basis != recommendations.Official {
		basis = append(basis, o.t.Msg("report.basis."+string(i.Basis)))
	}
	if i.Cut {
		basis = append(basis, o.t.Msg("report.cut"))
	}
	if other = []string{o.t.Msg("report.basis." + string(i.Basis))}; len(basis) > 0 {
		other = nil
	}
	if i.Theme != "" {
		other = append(other, o.t.Msg("theme."+i.Theme))
	}
	edition := i.Edition
	if i.Tier != "" {
		edition += " · " + i.Tier
	}
	other = append(other, edition)
	o.put(o.tagsLine(basis, other))
	if i.Source != "" {
		o.y += .8
		o.paragraph(metaStyle(), o.t.Msg("briefing.source", "source", i.Source), wide)
	}
	for _, l := range o.years(i.RecommendationStatus, metaStyle(), wide) {
		o.put(l)
	}
	o.y += 3
}

// put draws a line where the next thing stands.
func (o *briefing) put(l line) {
	o.need(l.height)
	l.draw(left, o.y)
	o.y += l.height
}

// points are the lines of a text with one point a line.
func (o *briefing) points(s style, text string, width float64) (lines []line) {
	const indent = 3.2
	for _, point := range strings.Split(text, "\n") {
		if point = strings.TrimSpace(point); point == "" {
			continue
		}
		for n, l := range o.wrap([]run{{s, point}}, width-indent) {
			first := n == 0
			lines = append(lines, line{l.height, func(x, y float64) {
				if first {
					o.fill(petrol)
					o.f.Circle(x+.9, y+s.lineHeight()*.52, .55, "F")
				}
				l.draw(x+indent, y)
			}})
		}
		lines = append(lines, gap(.9))
	}
	if n := len(lines); n > 0 {
		lines = lines[:n-1]
	}
	return lines
}

// say is the panel of what to say and what to ask, side by side.
func (o *briefing) say(i reports.BriefingItem) {
	s, m := textStyle(), headStyle()
	if o.dense {
		s.size = 8.8
	}
	const pad, between = 3.5, 6.0
	talking, asking := (wide-2*pad-between)*.6, (wide-2*pad-between)*.4
	cells := [][]line{o.points(s, i.Texts.TalkingPoints, talking), o.points(s, i.Texts.Asks, asking)}
	for n, key := range []string{"agenda.talking_points", "agenda.asks"} {
		if len(cells[n]) == 0 {
			cells[n] = o.wrap([]run{{metaStyle(), o.t.Msg("agenda.none_yet")}}, []float64{talking, asking}[n])
		}
		cells[n] = append(append(o.wrap([]run{{m.in(petrol), o.t.Msg(key)}}, talking), gap(.8)), cells[n]...)
	}
	for {
		height := max(heightOf(cells[0]), heightOf(cells[1]))
		room := o.room() - 2*pad
		rest := [][]line(nil)
		if height > room {
			if room < tall/2 && o.y > top+15 {
				o.newPage()
				continue
			}
			cells, rest = cut(cells, room)
			height = max(heightOf(cells[0]), heightOf(cells[1]))
		}
		o.fill("#e4edf0")
		o.f.Rect(left, o.y, wide, height+2*pad, "F")
		o.fill(petrol)
		o.f.Rect(left, o.y, 1, height+2*pad, "F")
		for n, x := range []float64{left + pad, left + pad + talking + between} {
			y := o.y + pad
			for _, l := range cells[n] {
				l.draw(x, y)
				y += l.height
			}
		}
		o.y += height + 2*pad
		if rest == nil || len(rest[0])+len(rest[1]) == 0 || height == 0 {
			break
		}
		o.newPage()
		cells = rest
	}
	if o.y += 5; o.dense {
		o.y -= 2
	}
}

// said is the text of the tables, meta what is smaller beside it.
func (o *briefing) said() style {
	if o.dense {
		return style{sans, 7.8, ink}
	}
	return tableStyle()
}

func (o *briefing) meta() style {
	if o.dense {
		return style{sans, 7.4, ink2}
	}
	return metaStyle()
}

// stands is the table of what answers each item, then and now, with the last
// word of each commitment.
func (o *briefing) stands(i reports.BriefingItem) {
	if i.Unreleased {
		key := "briefing.unreleased"
		if i.Kind == dialogues.OfCommitment {
			key = "briefing.unmade"
		}
		o.paragraph(textStyle(), o.t.Msg(key, "date", o.b.D), wide)
		o.y += 4
		return
	}
	if len(i.Items) == 0 { // a point of its own
		return
	}
	o.block(o.t.Msg("briefing.stands"), "", 25, false)
	const what, was, is = 48.0, 23.0, 27.0
	t := &table{d: o.document, columns: []column{{width: what, title: o.t.Msg("report.col.commitment")}}}
	last := wide + gutter - what - is
	if o.b.Compared() {
		t.columns = append(t.columns, column{width: was, title: o.t.ShortDate(o.b.Since)})
		last -= was
	}
	t.columns = append(t.columns, column{width: is, title: o.t.ShortDate(o.b.D)}, column{width: last, title: o.t.Msg("report.col.last")})
	t.head()
	told := map[string]bool{}
	for _, item := range i.Items {
		rows := make([][][]line, len(item.Answers))
		for n, a := range item.Answers {
			at := slices.IndexFunc(i.Commitments, func(c reports.BriefedCommitment) bool { return c.Ref == a.Commitment })
			rows[n] = o.answer(t, i.Commitments[at], a, told[a.Commitment])
			told[a.Commitment] = true
		}
		o.itemRow(t, i, item, rows)
		for n, row := range rows {
			t.row(row, n+1 < len(rows))
		}
	}
	if o.y += 5; o.dense {
		o.y -= 3
	}
}

// rated tells how the three see the recommendation, and what the facts suggest.
func (o *briefing) rated(i reports.BriefingItem) {
	if i.Rated.Ref == "" {
		return
	}
	s, m := o.said(), o.meta()
	o.block(o.t.Msg("report.ratings"), o.b.Period, 12, false)
	var lines []line
	for _, g := range i.Rated.Given {
		who := o.t.Msg("ratings.rater."+string(g.Rater)) + ", " + g.Institution + ", " + o.t.ShortDate(g.RatedOn) + ": "
		lines = append(lines, o.wrap([]run{{m, who}, {s.bold(), wording.Of(o.t, "rating.", g.Value)}, {s, "  " + g.Reason}}, wide)...)
	}
	if len(lines) == 0 {
		lines = o.wrap([]run{{m, o.t.Msg("ratings.nobody")}}, wide)
	}
	if i.Rated.Apart > 0 {
		lines = append(lines, o.wrap([]run{{m, o.t.Msg("report.ratings.apart", "n", i.Rated.Apart)}}, wide)...)
	}
	lines = append(lines, o.wrap([]run{{m, o.t.Msg("ratings.suggested") + ": "}, {s.bold(), wording.Suggested(o.t, i.Rated)}, {m, "  " + wording.Rule(o.t, i.Rated)}}, wide)...)
	for _, l := range lines {
		o.put(l)
	}
	if o.y += 5; o.dense {
		o.y -= 3
	}
}

// itemRow is the line of an item, which stays with the first of its answers;
// one that nothing answers says so.
func (o *briefing) itemRow(t *table, i reports.BriefingItem, item reports.ItemStatus, answers [][][]line) {
	s := o.said()
	if len(i.Items) == 1 && len(answers) > 0 {
		return
	}
	if item.Text == "" { // a commitment on the agenda
		return
	}
	letter := item.Letter
	if letter != "" {
		letter += "  "
	}
	text := o.wrap([]run{{s.bold(), letter}, {s.bold(), item.Text}}, wide)
	if len(answers) > 0 {
		first := 0.0
		for _, cell := range answers[0] {
			first = max(first, heightOf(cell))
		}
		o.keep(t, heightOf(text)+first+2*rowPad)
		t.row([][]line{text}, true)
		o.y -= rowPad
		return
	}
	if i.Newest {
		text = append(text, o.sign(o.msg("flag.unanswered"), plum, "#f2e5ef", true))
	} else {
		text = append(text, o.wrap([]run{{o.meta(), o.t.Msg("report.no_answer")}}, wide)...)
	}
	t.row([][]line{text}, false)
}

// answer is the cells of a commitment that answers. What it said last is told
// where it stands first.
func (o *briefing) answer(t *table, c reports.BriefedCommitment, a reports.AnswerStatus, told bool) [][]line {
	s, m := o.said(), o.meta()
	cells := [][]line{o.wrap([]run{{s.bold(), c.Ref + "  "}, {s, c.Title + "  "}, {m, answers(c.Lead, o.extent(a.Extent))}}, t.columns[0].text())}
	if o.b.Compared() {
		was := []line{o.status(c.Was, s.in(statusColour(c.Was)))}
		if c.New {
			was = o.wrap([]run{{m, o.t.Msg("briefing.not_yet")}}, t.columns[1].text())
		}
		cells = append(cells, was)
	}
	now := []line{o.status(c.Status, s.bold().in(statusColour(c.Status)))}
	for _, f := range c.Flags {
		switch f {
		case reports.FlagOverdue:
			now = append(now, o.flag(f, c.OverdueDays))
		case reports.FlagNotReported, reports.FlagStale:
			now = append(now, o.flag(f, 0))
		}
	}
	if c.Verification != "" {
		now = append(now, o.wrap([]run{{m, o.t.Msg("proof." + string(c.Verification))}}, t.columns[len(t.columns)-2].text())...)
	}
	width := t.columns[len(t.columns)-1].text()
	if told {
		return append(cells, now, o.wrap([]run{{m, o.t.Msg("briefing.told_above")}}, width))
	}
	return append(cells, now, o.progress(c, width))
}

// progress is the last word of a commitment, and what else came since the
// since-date.
func (o *briefing) progress(c reports.BriefedCommitment, width float64) (lines []line) {
	s, m := o.said(), o.meta()
	if c.AsOf.IsZero() {
		return append(o.wrap([]run{{m, o.t.Msg("report.never_reported")}}, width), o.also(c, width)...)
	}
	say := func(before, lead, text string) {
		if text != "" {
			lines = append(lines, o.wrap([]run{{m, before}, {s.bold(), lead}, {s, text}}, width)...)
		}
	}
	on := o.t.ShortDate(c.AsOf)
	for _, u := range c.Updates {
		if o.lastWordOf(c, u) {
			on = strings.Join(append([]string{on}, wording.UpdateMarks(o.t, u)...), ", ")
		}
	}
	on += "  "
	say(on, "", c.Done)
	lead := o.t.Msg("report.no_progress")
	if key := "report.blocker." + c.Blocker; o.t.Has(key) {
		lead = o.t.Msg("report.no_progress.blocker", "blocker", o.t.Msg(key))
	}
	say(on, lead+" ", c.NoProgress)
	say("", o.t.Msg("report.obstacles")+" ", c.Obstacles)
	say("", o.t.Msg("report.next")+" ", c.NextStep)
	return append(lines, o.also(c, width)...)
}

// lastWordOf says whether an update is the one that a commitment's status comes from.
func (o *briefing) lastWordOf(c reports.BriefedCommitment, u reports.UpdateStatus) bool {
	return u.AsOf == c.AsOf && u.Institution == c.Lead
}

// also names the updates since the since-date but for the last word.
func (o *briefing) also(c reports.BriefedCommitment, width float64) []line {
	var list []string
	for _, u := range c.Updates {
		if o.lastWordOf(c, u) {
			continue
		}
		word := o.t.Msg("briefing.contribution", "institution", u.Institution)
		if u.Status != "" {
			word = o.t.Msg("status." + string(u.Status))
		}
		word = strings.Join(append([]string{word}, wording.UpdateMarks(o.t, u)...), ", ")
		list = append(list, o.t.Msg("briefing.update", "date", o.t.ShortDate(u.AsOf), "status", word))
	}
	if len(list) == 0 {
		return nil
	}
	return o.wrap([]run{{o.meta(), o.t.Msg("briefing.also_since", "list", strings.Join(list, "; "))}}, width)
}

// evidence lists the papers: in a table, or one after the other where the page
// is set closer.
func (o *briefing) evidence(i reports.BriefingItem) {
	if len(i.Evidence) == 0 {
		return
	}
	s, m := o.said(), o.meta()
	if o.dense {
		var runs []run
		for n, e := range i.Evidence {
			if n > 0 {
				runs = append(runs, run{s, " · "})
			}
			runs = append(runs, run{s.bold(), e.Commitment + " "}, run{s, e.Title}, run{m, " (" + o.t.Msg("evidence."+e.Kind) + ", " + o.dated(e) + ")"})
		}
		o.beside(o.t.Msg("report.col.evidence"), func(width float64) []line { return o.wrap(runs, width) })
		return
	}
	o.block(o.t.Msg("report.col.evidence"), o.t.Msg("briefing.evidence.note"), 14, false)
	o.papers(i.Evidence)
}

// dated is the day that a paper bears.
func (o *briefing) dated(e reports.EvidenceStatus) string {
	if e.DatedOn.IsZero() {
		return o.t.Msg("briefing.undated")
	}
	return o.t.ShortDate(e.DatedOn)
}

// papers is the table of papers.
func (o *briefing) papers(list []reports.EvidenceStatus) {
	s, m := o.said(), o.meta()
	t := &table{d: o.document, columns: []column{{width: 32, title: o.t.Msg("report.col.kind")}, {width: 92, title: o.t.Msg("report.col.title")},
		{width: 24, title: o.t.Msg("report.col.dated")}, {width: 28 + gutter, title: o.t.Msg("report.col.commitment")}}}
	t.head()
	for _, e := range list {
		t.row([][]line{o.wrap([]run{{m, o.t.Msg("evidence." + e.Kind)}}, t.columns[0].text()), o.wrap([]run{{s, e.Title}}, t.columns[1].text()),
			o.wrap([]run{{s, o.dated(e)}}, t.columns[2].text()), o.wrap([]run{{s.bold(), e.Commitment}}, t.columns[3].text())}, false)
	}
	o.y += 5
}

// written is a text of the item under its title. What was said and agreed
// stands before all, and the notes are marked as for those who speak alone.
func (o *briefing) written(i reports.BriefingItem, f dialogues.Field) {
	text := *i.Texts.At(f)
	if text == "" {
		return
	}
	title, note := o.t.Msg("agenda."+string(f)), ""
	if f == dialogues.Notes {
		note = o.t.Msg("briefing.internal")
	}
	if o.dense {
		o.beside(title, func(width float64) []line { return o.points(o.said(), text, width) })
		return
	}
	o.block(title, note, 10, false)
	for _, l := range o.points(o.said(), text, wide) {
		o.put(l)
	}
	if f != dialogues.Notes {
		o.y += 5
	}
}

// cited tells on what the texts rest.
func (o *briefing) cited(i reports.BriefingItem) {
	if len(i.Citations) == 0 {
		return
	}
	o.beside(o.t.Msg("agenda.cited"), func(width float64) []line {
		var runs []run
		for n, c := range i.Citations {
			if n > 0 {
				runs = append(runs, run{o.said(), "; "})
			}
			s := o.said()
			if c.Flagged() {
				s = s.bold().in(red)
			}
			runs = append(runs, run{s, wording.Cited(o.t, c)})
		}
		return o.wrap(runs, width)
	})
	o.y += 2
}

// answers is who leads what answers, and how far it does; the lead alone of a
// commitment that stands on the agenda itself.
func answers(lead, extent string) string {
	if extent == "" {
		return lead
	}
	return lead + ", " + extent
}

// beside writes a part with its title to the left of it, where the page is set
// closer.
func (o *briefing) beside(title string, text func(width float64) []line) {
	t := &table{d: o.document, plain: true, columns: []column{{width: 28}, {width: wide - 28 + gutter}}}
	if !t.fresh() {
		o.across(left, o.y, wide, ink, .3)
	}
	t.row([][]line{o.wrap([]run{{o.said().bold(), title}}, t.columns[0].text()), text(t.columns[1].text())}, true)
}
