package pdf

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"tracker/internal/dialogues"
	"tracker/internal/i18n"
	"tracker/internal/progress"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// WriteBriefing writes a pack of a dialogue as PDF: a cover, a summary,
// and a page for each agenda item, which goes on to another only where its
// texts ask for it. The same value gives the same bytes: the dates of the
// document are the instant K of the briefing. Whatever the texts hold, it
// returns an error rather than panic.
func WriteBriefing(w io.Writer, t *i18n.T, b reports.Briefing) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("pdf: %v", p)
		}
	}()
	o, err := newBriefing(t, b)
	if err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	trial, err := newBriefing(t, b)
	if err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	o.coverPage()
	o.summary()
	for _, i := range b.Items {
		o.dense = trial.pages(i) > 1
		o.item(i)
	}
	o.indicators()
	o.register()
	o.answering()
	o.attending()
	o.earlier()
	o.finish()
	if err := o.f.Output(w); err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	return nil
}

// briefing is a briefing in the making.
type briefing struct {
	*document
	b       reports.Briefing
	links   []int // to the items' pages
	dense   bool  // set closer, to keep an item on one page
	annexed bool  // the annexes have begun
}

func newBriefing(t *i18n.T, b reports.Briefing) (*briefing, error) {
	title := wording.BriefingTitle(t, b)
	d, err := newDocument(t, head{about: b.About, k: b.K, audience: b.Audience, stamp: b.Publication, title: title, runner: title})
	if err != nil {
		return nil, err
	}
	o := &briefing{document: d, b: b, links: make([]int, len(b.Items))}
	for i := range o.links {
		o.links[i] = d.f.AddLink()
	}
	return o, nil
}

// pages is how many an item takes: it is written on trial.
func (o *briefing) pages(i reports.BriefingItem) int {
	before := o.f.PageCount()
	o.item(i)
	return o.f.PageCount() - before
}

// coverPage writes the first page: which dialogue, when, for whom.
func (o *briefing) coverPage() {
	o.band()
	o.y = 86
	width := pageWidth - 2*left
	o.lines(o.wrap([]run{{style{sans, 13, ink2}, wording.PackName(o.t, o.b.Pack)}}, width))
	o.y += 2
	o.lines(o.wrap([]run{{style{serif, 27, ink}, o.b.Dialogue.Title}}, 160))
	o.y += 4
	o.lines(o.wrap([]run{{style{sans, 13, ink}, o.t.Date(o.b.Dialogue.HeldOn)}}, width))
	o.facts(width, wording.BriefingFacts(o.t, o.b))
	if o.about.Demonstration {
		o.demonstration(width)
	}
}

// summary is the page that says it all: the figures, the agenda with the
// status then and now, and what is asked.
func (o *briefing) summary() {
	o.newPage()
	o.bookmark(o.t.Msg("report.summary"), 0)
	o.heading(sectionStyle(), o.t.Msg("report.summary"))
	o.y += 2.5
	o.draw4(wording.BriefingFigures(o.t, o.b))
	if tiers := wording.TierCourse(o.t, o.b.Tiers); tiers != "" {
		o.y -= 3 // nearer to the figures than to what follows
		o.paragraph(metaStyle(), o.t.Msg("briefing.fact.tiers")+": "+tiers, wide)
		o.y += 5
	}
	note := ""
	if o.b.Compared() {
		note = o.t.Msg("briefing.marks")
	}
	o.block(o.t.Msg("agenda.title"), note, 30, false)
	if len(o.b.Items) == 0 {
		o.paragraph(textStyle(), o.t.Msg("agenda.empty"), wide)
		return
	}
	o.agenda()
	o.asks()
}

// agenda is the table of the summary: a mark for each commitment that
// answers, then and now.
func (o *briefing) agenda() {
	s, m := tableStyle(), metaStyle()
	columns := []column{{width: 9, title: o.t.Msg("report.col.number"), right: true}, {width: 24, title: o.t.Msg("report.col.ref")},
		{width: 75, title: o.t.Msg("agenda.item")}}
	if o.b.Compared() {
		columns = append(columns, column{width: 34, title: o.t.ShortDate(o.b.Since)})
	} else {
		columns[2].width += 34
	}
	t := &table{d: o.document, columns: append(columns, column{width: 34 + gutter, title: o.t.ShortDate(o.b.D)})}
	t.head()
	for n, i := range o.b.Items {
		title := o.wrap([]run{{s.bold(), i.Title}}, t.columns[2].text())
		if flag := o.standing(i); flag != "" {
			title = append(title, o.wrap([]run{{m, flag}}, t.columns[2].text())...)
		}
		cells := [][]line{o.number(i.Number, t.columns[0].text()), o.wrap([]run{{s, i.Ref}}, t.columns[1].text()), title}
		if o.b.Compared() {
			cells = append(cells, o.marks(i, t.columns[3].text(), func(c reports.BriefedCommitment) (progress.Status, bool) { return c.Was, !c.New }))
		}
		now := o.marks(i, t.columns[len(t.columns)-1].text(), func(c reports.BriefedCommitment) (progress.Status, bool) { return c.Status, true })
		if len(i.Commitments) == 0 && i.Kind == dialogues.OfRecommendation {
			now = []line{o.sign(o.msg("flag.unanswered"), plum, "#f2e5ef", true)}
		}
		top := o.y
		t.row(append(cells, now), false)
		if o.y > top {
			o.f.Link(left, top, wide, o.y-top, o.links[n])
		}
	}
	o.y += 2.5
	var key []line
	for _, one := range progress.Statuses {
		key = append(key, o.status(one, m.in(statusColour(one))))
	}
	o.lines([]line{beside(key, 27)})
	o.y += 5
}

// answering is the page of the institutions that answer what is spoken of.
func (o *briefing) answering() {
	if len(o.b.Coverage) == 0 {
		return
	}
	o.annex(o.t.Msg("report.coverage"))
	o.coverage(o.t.Msg("briefing.coverage.note"), o.b.Coverage)
}

// annex begins an annex: the first one on a page of its own, the others below
// the one before where there is room.
func (o *briefing) annex(title string) {
	if o.annexed && o.room() > enough {
		o.y += 8
	} else {
		o.newPage()
	}
	o.annexed, o.dense = true, false
	o.bookmark(title, 0)
	o.heading(sectionStyle(), title)
}

// register is the annex of every paper behind the agenda.
func (o *briefing) register() {
	if len(o.b.Register) == 0 {
		return
	}
	o.annex(o.t.Msg("packs.part.register"))
	o.y += 2
	o.papers(o.b.Register)
}

// attending is the annex of what is overdue, stale or not reported behind the
// agenda.
func (o *briefing) attending() {
	if len(o.b.Attention) == 0 {
		return
	}
	o.annex(o.t.Msg("report.attention"))
	o.y += 2
	for _, list := range wording.ByKind(reports.Status{Attention: o.b.Attention}) {
		if len(list.Rows) > 0 {
			o.attentionList(list)
			o.y += 5
		}
	}
}

// standing says in a few words how a recommendation stands: what changed, what
// is overdue, what is open.
func (o *briefing) standing(i reports.BriefingItem) string {
	var words []string
	if i.Changed && o.b.Compared() {
		words = append(words, o.t.Msg("briefing.changed"))
	}
	overdue := 0
	for _, c := range i.Commitments {
		overdue += min(1, c.OverdueDays)
	}
	if overdue > 0 {
		words = append(words, o.t.Msg("briefing.overdue.n", "n", overdue))
	}
	if n := i.Unanswered(); n > 0 && n < len(i.Items) {
		words = append(words, o.t.Msg("briefing.open.n", "n", n))
	}
	return strings.Join(words, " · ")
}

// marks is a row of marks, one for each commitment; those of which there is
// nothing to say are a dash.
func (o *briefing) marks(i reports.BriefingItem, width float64, of func(reports.BriefedCommitment) (progress.Status, bool)) (lines []line) {
	const size, step = 3.4, 4.6
	each := max(1, int(width/step))
	for part := range slices.Chunk(i.Commitments, each) {
		lines = append(lines, line{tableStyle().lineHeight() + .3, func(x, y float64) {
			for n, c := range part {
				at := x + float64(n)*step
				if status, there := of(c); there {
					o.mark(status, at, y+.4, size)
				} else {
					o.across(at+.6, y+.4+size/2, size-1.2, rule2, .4)
				}
			}
		}})
	}
	return lines
}

// asks lists what is asked of the partner. The summary is one page: where it
// is too much, each is shortened to as many lines as fit, and stands in full on
// its own page.
func (o *briefing) asks() {
	if o.b.Figures.Asking == 0 {
		return
	}
	o.block(o.t.Msg("briefing.we_ask"), "", 20, false)
	t := &table{d: o.document, plain: true, columns: []column{{width: 24}, {width: wide - 24 + gutter}}}
	s := tableStyle()
	var refs, texts [][]line
	for _, i := range o.b.Items {
		if i.Texts.Asks != "" {
			refs, texts = append(refs, o.wrap([]run{{s.bold(), i.Ref}}, t.columns[0].text())), append(texts, o.points(s, i.Texts.Asks, t.columns[1].text()))
		}
	}
	most := 40
	for ; most > 1; most-- {
		height := 0.0
		for n, text := range texts {
			height += max(heightOf(refs[n]), heightOf(text[:min(len(text), most)])) + 2*rowPad
		}
		if height <= o.room() {
			break
		}
	}
	for n, text := range texts {
		if len(text) > most {
			text = append(text[:most-1:most-1], o.wrap([]run{{metaStyle(), o.t.Msg("briefing.in_full")}}, t.columns[1].text())...)
		}
		t.row([][]line{refs[n], text}, false)
	}
}
