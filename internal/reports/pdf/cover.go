package pdf

import (
	"slices"
	"strings"

	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// coverPage writes the first page: who tells, what, as of which day.
func (d *document) coverPage() {
	d.band()
	width := pageWidth - 2*left

	d.y = 86
	d.lines(d.wrap([]run{{style{serif, 27, ink}, wording.Heading(d.t, d.s)}}, 150))
	d.y += 4
	d.lines(d.wrap([]run{{style{sans, 13, ink}, d.t.Msg("report.as_of", "date", d.s.D)}}, width))
	d.y += 3
	if d.s.Period != "" {
		d.lines(d.wrap([]run{{style{sans, 13, ink}, d.t.Msg("report.period", "period", d.s.Period)}}, width))
	}
	d.facts(width, wording.Facts(d.t, d.s))
	if d.s.Demonstration {
		d.demonstration(width)
	}
}

// band begins a cover: who publishes, over the mark of the house.
func (d *document) band() {
	d.f.AddPage()
	d.fill(petrol)
	d.f.Rect(0, 0, pageWidth, 62, "F")
	d.f.Rect(0, 63, pageWidth, 1, "F")
	d.y = 20
	owner := d.wrap([]run{{style{sans, 11, white}, strings.ReplaceAll(d.about.Owner, " · ", "\n")}}, pageWidth-2*left)
	for _, l := range owner[:min(len(owner), 3)] {
		l.draw(left, d.y)
		d.y += l.height
	}
	d.brand(left, 40, 14, white, petrol)
}

// lines draws lines one below the other.
func (d *document) lines(lines []line) {
	for _, l := range lines {
		l.draw(left, d.y)
		d.y += l.height
	}
}

// facts is the table of the cover. What would leave the page ends there.
func (d *document) facts(width float64, facts []wording.Fact) {
	const first, lowest = 44.0, 262.0
	pad, height := 2.1, 0.0
	for _, r := range facts {
		height += heightOf(d.wrap([]run{{factStyle(r), r.Value}}, width-first))
	}
	// Many stand closer.
	if room := lowest - d.y - 6 - height; 2*pad*float64(len(facts)) > room {
		pad = max(.6, room/2/float64(len(facts)))
	}
	height += 2 * pad * float64(len(facts))
	// Where they are many, as on a publication, they begin higher: the last of
	// them is the head of the trail.
	d.y = max(d.y+6, min(max(150, d.y+12), lowest-height))
	for _, r := range facts {
		st := factStyle(r)
		d.across(left, d.y, width, rule2, .2)
		d.y += pad
		d.text(left, d.y, style{sans, 10.5, ink2}, d.clean(sans, r.Name))
		for _, l := range d.wrap([]run{{st, r.Value}}, width-first) {
			if d.y+l.height > lowest {
				break
			}
			l.draw(left+first, d.y)
			d.y += l.height
		}
		d.y += pad
	}
	d.across(left, d.y, width, rule2, .2)
}

// factStyle is how a fact is written: a fingerprint so that it stands on one
// line.
func factStyle(f wording.Fact) style {
	st := style{sans, 10.5, ink}
	if f.Strong {
		return st.bold()
	}
	if slices.ContainsFunc(strings.Fields(f.Value), func(word string) bool { return len(word) == 64 }) {
		st.size = 9
	}
	return st
}

// demonstration is the box that says what is invented.
func (d *document) demonstration(width float64) {
	s := style{sans, 9, ink}
	text := d.wrap([]run{{s.bold(), d.t.Msg("demo.banner") + ". "}, {s, d.t.Msg("demo.sentence")}}, width-8)
	height := heightOf(text) + 6
	y := max(d.y+8, 272-height)
	d.pen(ink, .5)
	d.f.Rect(left+.25, y, width-.5, height, "D")
	y += 3
	for _, l := range text {
		l.draw(left+4, y)
		y += l.height
	}
}

// entry is a line of the contents.
type entry struct {
	title string
	level int
	page  int // where it stands, once reached
	link  int
	on    int     // the page of the contents that names it
	y     float64 // its place there
}

// plan lists what the report will hold, in order: contents and bookmarks.
func (d *document) plan() {
	add := func(level int, title string) {
		d.entries = append(d.entries, entry{title: d.clean(sans, title), level: level, link: d.f.AddLink()})
	}
	add(0, d.t.Msg("report.summary"))
	for _, one := range d.sections() {
		add(0, one.title)
		for _, part := range one.parts {
			add(1, part)
		}
	}
	add(0, d.t.Msg("report.definitions"))
}

// part is a section of a status report, with the titles of what stands in it.
type part struct {
	title string
	parts []string
	write func()
}

// sections are those that the report holds, in order. All updates and all
// papers are in the workbook: a document stays one.
func (d *document) sections() []part {
	var list []part
	if d.s.Has(reports.SectionChanges) {
		list = append(list, part{d.t.Msg("report.changes"), nil, d.changes})
	}
	if d.s.Has(reports.SectionAttention) {
		list = append(list, part{d.t.Msg("report.attention"), nil, d.attention})
	}
	if d.s.Has(reports.SectionRecommendations) {
		p := part{title: d.t.Msg("report.recommendations"), write: d.recommendations}
		for _, e := range d.s.Editions() {
			p.parts = append(p.parts, d.editionTitle(e.Ref, e.Tier))
		}
		if len(d.s.Coverage) > 0 {
			p.parts = append(p.parts, d.t.Msg("report.coverage"))
		}
		list = append(list, p)
	}
	if d.s.Has(reports.SectionCommitments) {
		p := part{title: d.t.Msg("report.commitments"), write: d.commitments}
		for _, g := range d.s.Strands() {
			p.parts = append(p.parts, d.strandTitle(g.Number, g.Title))
		}
		list = append(list, p)
	}
	if d.s.Has(reports.SectionIndicators) {
		list = append(list, part{d.t.Msg("report.indicators"), nil, d.indicators})
	}
	if d.s.Has(reports.SectionMoney) {
		list = append(list, part{d.t.Msg("report.money"), nil, d.money})
	}
	if d.s.Has(reports.SectionRatings) {
		list = append(list, part{d.t.Msg("report.ratings"), nil, d.ratings})
	}
	if d.s.Has(reports.SectionRequests) {
		list = append(list, part{d.t.Msg("report.requests"), nil, d.requests})
	}
	return list
}

func (d *document) editionTitle(ref, tier string) string {
	if tier == "" {
		return ref
	}
	return ref + " · " + tier
}

func (d *document) strandTitle(number, title string) string {
	if title == "" {
		return d.t.Msg("report.no_node")
	}
	return strings.TrimSpace(number + " " + title)
}

// reach says that the next planned entry stands here.
func (d *document) reach() {
	e := &d.entries[d.reached]
	d.reached++
	e.page = d.f.PageNo()
	d.f.SetLink(e.link, d.y, -1)
	d.fonts.use(textStyle())
	d.f.Bookmark(e.title, e.level, d.y)
}

// contentsPages lists the entries; numberContents adds their pages.
func (d *document) contentsPages() {
	d.newPage()
	d.lines(d.wrap([]run{{sectionStyle(), d.t.Msg("report.contents")}}, wide))
	d.y += 4
	d.across(left, d.y, wide, ink, .5)
	for i := range d.entries {
		e := &d.entries[i]
		s, indent, before := textStyle(), 6.0, .8
		if e.level == 0 {
			s, indent, before = textStyle().bold(), 0, 2.6
		}
		lines := d.wrap([]run{{s, e.title}}, wide-indent-20)
		d.need(heightOf(lines) + before + 1)
		d.y += before
		for _, l := range lines {
			l.draw(left+indent, d.y)
			d.y += l.height
		}
		e.on, e.y = d.f.PageNo(), d.y-s.lineHeight()
		d.y += before / 2
	}
	d.y += 3
	d.across(left, d.y, wide, ink, .5)
	d.signs()
}

// signs is the key to the marks, below the contents.
func (d *document) signs() {
	d.y += 14
	d.block(d.t.Msg("report.signs"), "", 40, false)
	t := &table{d: d, plain: true, columns: []column{{width: 36}, {width: wide - 36 + gutter}}}
	s := tableStyle()
	row := func(key string, lines ...line) {
		t.row([][]line{d.wrap([]run{{metaStyle(), d.t.Msg(key)}}, t.columns[0].text()), lines}, false)
	}
	var statuses, flags []line
	for _, one := range progress.Statuses {
		statuses = append(statuses, d.status(one, s.bold().in(statusColour(one))))
	}
	for _, f := range d.s.Flags {
		flags = append(flags, d.flag(f.Flag, 0))
	}
	flags = append(flags, d.sign(d.msg("flag.unanswered"), plum, "#f2e5ef", true))
	var tags []string
	for _, b := range []recommendations.Basis{recommendations.Restated, recommendations.Inferred} {
		tags = append(tags, d.t.Msg("report.basis."+string(b)))
	}
	row("report.signs.delivery", beside(statuses, 27))
	row("report.signs.flags", beside(flags[:(len(flags)+1)/2], 27), beside(flags[(len(flags)+1)/2:], 27))
	row("report.signs.wording", d.tagsLine(tags, nil))
}

// beside is one line of several, each as wide as the step.
func beside(lines []line, step float64) line {
	height := 0.0
	for _, l := range lines {
		height = max(height, l.height)
	}
	return line{height, func(x, y float64) {
		for i, l := range lines {
			l.draw(x+float64(i)*step, y)
		}
	}}
}

func (d *document) numberContents() {
	for _, e := range d.entries {
		s := textStyle()
		if e.level == 0 {
			s = s.bold()
		}
		d.f.SetPage(e.on)
		d.textEnd(right, e.y, s, d.clean(s.face, d.t.Int(e.page)))
		d.f.Link(left, e.y, wide, s.lineHeight(), e.link)
	}
}
