package pdf

import (
	"strconv"
	"strings"

	"github.com/go-pdf/fpdf"

	"tracker/internal/chart"
	"tracker/internal/reports/wording"
)

// The page, in millimetres: A4 with the text between these edges.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
	left       = 18.0
	right      = pageWidth - 16
	top        = 18.0
	bottom     = pageHeight - 18
	wide       = right - left
)

// The colours of the house; each meets 4.5:1 on its ground.
const (
	ink    = "#1b1e23"
	ink2   = "#4e545c"
	rule   = "#d8d2c4"
	rule2  = "#857f71"
	petrol = "#12485a"
	white  = "#ffffff"
	red    = "#97271d"
	plum   = "#64285a"
	ochre  = "#7d4e00"
	idle   = "#565b62"
	green  = "#1d5e3b"
	blue   = "#1f5d80"
)

// The sizes of text.
func textStyle() style    { return style{sans, 9.5, ink} }
func tableStyle() style   { return style{sans, 8.5, ink} }
func metaStyle() style    { return style{sans, 8, ink2} }
func smallStyle() style   { return style{sans, 7.5, ink2} }
func headStyle() style    { return style{bold, 7.5, ink2} }
func sectionStyle() style { return style{serif, 17, ink} }
func blockStyle() style   { return style{serif, 13, ink} }

// rgb reads "#rrggbb"; anything else is black.
func rgb(colour string) (r, g, b int) {
	n, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 24)
	if err != nil || len(colour) != 7 {
		return 0, 0, 0
	}
	return int(n >> 16), int(n >> 8 & 0xff), int(n & 0xff)
}

func (d *document) fill(colour string) { d.f.SetFillColor(rgb(colour)) }

func (d *document) pen(colour string, width float64) {
	d.f.SetDrawColor(rgb(colour))
	d.f.SetLineWidth(width)
}

// text writes a clean line whose box begins at (x, y).
func (d *document) text(x, y float64, s style, text string) {
	if text == "" {
		return
	}
	d.fonts.use(s)
	d.f.Text(x, y+s.baseline(), text)
}

// textEnd writes a clean line that ends at x.
func (d *document) textEnd(x, y float64, s style, text string) {
	d.text(x-d.fonts.width(s, text), y, s, text)
}

// across draws a line over a part of the page.
func (d *document) across(x, y, width float64, colour string, weight float64) {
	d.pen(colour, weight)
	d.f.Line(x, y, x+width, y)
}

// newPage begins a page of text; its head and foot are written at the end,
// when the number of pages is known.
func (d *document) newPage() {
	d.f.AddPage()
	d.y = top
	if d.again != nil {
		d.again()
	}
}

// bookmark says in the outline that something stands here.
func (d *document) bookmark(title string, level int) {
	d.fonts.use(textStyle())
	d.f.Bookmark(d.clean(sans, title), level, d.y)
}

// room is what is left on the page.
func (d *document) room() float64 { return bottom - d.y }

// need begins a new page unless so much is left on this one.
func (d *document) need(height float64) {
	if d.room() < height {
		d.newPage()
	}
}

// finish writes what needs the number of pages: heads, feet, contents.
func (d *document) finish() {
	pages := d.f.PageCount()
	title := d.clean(sans, d.runner)
	known := d.clean(sans, d.footer())
	s := smallStyle()
	for page := 2; page <= pages; page++ {
		d.f.SetPage(page)
		audience := d.clean(sans, d.readers())
		const head, foot = 9.0, pageHeight - 9
		d.text(left, head, s, d.fit(s, title, wide-d.fonts.width(s, audience)-4))
		d.textEnd(right, head, s, audience)
		d.across(left, head+s.lineHeight()+1.2, wide, rule2, .3)
		d.across(left, foot-s.lineHeight()-1.2, wide, rule2, .3)
		number := d.msg("report.page", "page", page, "pages", pages)
		d.text(left, foot-s.lineHeight(), s, d.fit(s, known, wide-d.fonts.width(s, number)-4))
		d.textEnd(right, foot-s.lineHeight(), s, number)
	}
	d.numberContents()
	d.f.SetPage(pages)
}

// footer is what stands below every page: of a publication, how to know it
// again.
func (d *document) footer() string {
	known := d.t.Msg("report.known_at", "at", d.k)
	if d.stamp == nil {
		return known
	}
	return d.t.Msg("report.footer", "number", d.stamp.Number, "date", d.stamp.PublishedOn, "hash", wording.ShortHash(d.stamp.SHA256)) + " · " + known
}

// fit cuts a line that is too long for a width.
func (d *document) fit(s style, text string, width float64) string {
	if d.fonts.width(s, text) <= width {
		return text
	}
	short, room := []rune(nil), width-d.fonts.width(s, "…")
	for _, r := range text {
		if room -= d.fonts.width(s, string(r)); room < 0 {
			break
		}
		short = append(short, r)
	}
	return string(short) + "…"
}

// enough is the height that a chapter needs to begin on a page that others
// began, in millimetres.
const enough = 95.0

// follow begins a chapter below what stands on the page where enough is left
// of it, else on a new page.
func (d *document) follow(title, note string) {
	if d.room() < enough {
		d.section(title, note)
		return
	}
	d.y += 11
	d.chapter(title, note)
}

// section begins a chapter on a new page.
func (d *document) section(title, note string) {
	d.newPage()
	d.chapter(title, note)
}

func (d *document) chapter(title, note string) {
	d.reach()
	d.heading(sectionStyle(), title)
	d.y += 2.5
	if note != "" {
		d.paragraph(metaStyle(), note, wide)
		d.y += 4
	}
}

// heading writes a title over as many lines as it takes.
func (d *document) heading(s style, title string) {
	for _, l := range d.wrap([]run{{s, title}}, wide) {
		l.draw(left, d.y)
		d.y += l.height
	}
}

// block begins a part: a rule, its title left, a note right. It stays on one
// page with what follows, of which after is the height. A listed one stands in
// the contents.
func (d *document) block(title, note string, after float64, listed bool) {
	s, m := blockStyle(), metaStyle()
	note = d.clean(sans, note)
	width := wide
	if note != "" {
		width -= d.fonts.width(m, note) + 6
	}
	lines := d.wrap([]run{{s, title}}, width)
	d.need(heightOf(lines) + 6 + after)
	if listed {
		d.reach()
	}
	d.across(left, d.y, wide, ink, .5)
	d.y += 1.8
	beside := d.y + s.baseline() - m.baseline()
	for _, l := range lines {
		l.draw(left, d.y)
		d.y += l.height
	}
	d.textEnd(right, beside, m, note)
	d.y += 1.2
}

// paragraph writes running text, over pages where it must.
func (d *document) paragraph(s style, text string, width float64) {
	for _, l := range d.wrap([]run{{s, text}}, width) {
		d.need(l.height)
		l.draw(left, d.y)
		d.y += l.height
	}
}

// pixel is one pixel of a chart in millimetres: its text is 8.3 pt.
const pixel = .225

// chart draws a chart's shapes, its width stretched to w millimetres.
func (d *document) chart(c chart.Chart, x, y, w float64) {
	for _, s := range c.Shapes {
		p := chart.PaintOf(s)
		px, py := x+s.X/100*w, y+s.Y*pixel
		switch s.Kind {
		case chart.Rect:
			width := s.W / 100 * w
			if s.Plate {
				width = s.W * pixel
				px -= width / 2
			}
			d.box(p, px, py, width, s.H*pixel)
		case chart.Line:
			d.pen(p.Stroke, p.Width*pixel)
			d.dashed(p.Dashed, func() { d.f.Line(px, py, x+s.X2/100*w, y+s.Y2*pixel) })
		case chart.Circle:
			d.fill(p.Fill)
			d.pen(p.Stroke, p.Width*pixel)
			d.f.Circle(px, py, s.R*pixel, painted(p))
		case chart.Polygon:
			points := make([]fpdf.PointType, len(s.Points))
			for i, at := range s.Points {
				points[i] = fpdf.PointType{X: px + at.DX*pixel, Y: py + at.DY*pixel}
			}
			d.fill(p.Fill)
			d.f.Polygon(points, "F")
		case chart.Text:
			d.label(p, s, px, py)
		}
	}
}

// box draws a rectangle in its paint.
func (d *document) box(p chart.Paint, x, y, w, h float64) {
	switch {
	case p.Hatched:
		d.hatch(p, x, y, w, h)
	case p.Fill != "":
		d.fill(p.Fill)
		d.f.Rect(x, y, w, h, "F")
	}
	if p.Stroke == "" {
		return
	}
	d.pen(p.Stroke, max(p.Width*pixel, .2))
	d.dashed(p.Dashed, func() { d.f.Rect(x, y, w, h, "D") })
}

// dashed draws with a dashed line where it is to be one.
func (d *document) dashed(is bool, draw func()) {
	if is {
		d.f.SetDashPattern([]float64{.9, .6}, 0)
	}
	draw()
	d.f.SetDashPattern([]float64{}, 0)
}

// painted says whether a shape of a paint is filled, drawn or both.
func painted(p chart.Paint) string {
	switch {
	case p.Stroke == "":
		return "F"
	case p.Fill == "":
		return "D"
	}
	return "FD"
}

func (d *document) hatch(p chart.Paint, x, y, w, h float64) {
	d.f.ClipRect(x, y, w, h, false)
	d.fill(white)
	d.f.Rect(x, y, w, h, "F")
	d.pen(p.Fill, .54)
	for _, l := range chart.HatchLines(x, y, w, h, 1.9) {
		d.f.Line(l[0], l[1], l[2], l[3])
	}
	d.f.ClipEnd()
}

// label writes a chart's text, whose y is its baseline.
func (d *document) label(p chart.Paint, s chart.Shape, x, y float64) {
	st := style{sans, p.Size * pixel / point, p.Fill}
	if p.Bold {
		st = st.bold()
	}
	text := d.clean(st.face, s.Text)
	switch s.Anchor {
	case chart.Middle:
		x -= d.fonts.width(st, text) / 2
	case chart.End:
		x -= d.fonts.width(st, text)
	}
	d.fonts.use(st)
	d.f.Text(x, y, text)
}
