package pdf

import (
	"github.com/go-pdf/fpdf"

	"tracker/internal/chart"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// statusColour is that of a delivery status's mark and word.
func statusColour(s progress.Status) string {
	switch s {
	case progress.InProgress:
		return blue
	case progress.Completed:
		return green
	case progress.Stalled:
		return red
	}
	return idle
}

// mark draws a delivery status as a circle in a box of a size: empty not
// started, half in progress, tick completed, pause stalled, slash cancelled.
func (d *document) mark(s progress.Status, x, y, size float64) {
	f, u := d.f, size/16
	cx, cy, colour := x+8*u, y+8*u, statusColour(s)
	at := func(px, py float64) fpdf.PointType { return fpdf.PointType{X: x + px*u, Y: y + py*u} }
	stroke := func(points ...fpdf.PointType) {
		for i := 1; i < len(points); i++ {
			f.Line(points[i-1].X, points[i-1].Y, points[i].X, points[i].Y)
		}
	}
	d.fill(colour)
	switch s {
	case progress.Completed, progress.Stalled:
		f.Circle(cx, cy, 7.1*u, "F")
		d.pen(white, 1.9*u)
		if s == progress.Completed {
			f.SetLineCapStyle("round")
			stroke(at(4.6, 8.3), at(7, 10.7), at(11.5, 5.7))
			f.SetLineCapStyle("butt")
			return
		}
		stroke(at(6, 5), at(6, 11))
		stroke(at(10, 5), at(10, 11))
		return
	}
	d.pen(colour, 1.8*u)
	f.Circle(cx, cy, 6.2*u, "D")
	switch s {
	case progress.InProgress:
		f.ClipRect(cx, y, 8*u, 16*u, false)
		f.Circle(cx, cy, 6.2*u, "F")
		f.ClipEnd()
	case progress.Cancelled:
		stroke(at(3.8, 12.2), at(12.2, 3.8))
	}
}

// status is a line of a delivery status: its mark and its word.
func (d *document) status(s progress.Status, st style) line {
	word := d.msg("status." + string(s))
	height := st.lineHeight()
	return line{height, func(x, y float64) {
		size := st.size * point
		d.mark(s, x, y+(height-size)/2, size)
		d.text(x+size+1, y, st, word)
	}}
}

// flagColours are the edge and the ground of a computed flag.
func flagColours(f reports.Flag) (edge, ground string) {
	switch f {
	case reports.FlagDueSoon:
		return ochre, "#fbefd3"
	case reports.FlagStale, reports.FlagOrphan:
		return idle, "#efede8"
	}
	return red, "#f8e4df"
}

// flag is a line of a computed flag with its number of days where it has one.
func (d *document) flag(f reports.Flag, days int) line {
	key, args := "flag."+string(f), []any(nil)
	if days > 0 && d.t.Has(key+".days") {
		key, args = key+".days", []any{"n", days}
	}
	edge, ground := flagColours(f)
	return d.sign(d.msg(key, args...), edge, ground, true)
}

// sign is a small box with a word: flags have a thick left edge, tags none.
func (d *document) sign(word, edge, ground string, thick bool) line {
	s := style{bold, 7, edge}
	word = d.clean(s.face, word)
	height := s.lineHeight() + 1
	return line{height + .8, func(x, y float64) {
		width := d.fonts.width(s, word) + 3.2
		d.fill(ground)
		d.pen(edge, .2)
		d.f.Rect(x, y+.4, width, height-.2, "FD")
		if thick {
			d.fill(edge)
			d.f.Rect(x-.1, y+.3, 1, height, "F")
		}
		d.text(x+1.8, y+.8, s, word)
	}}
}

// tag names an origin; the wording's basis has a dashed edge.
func (d *document) tag(x, y float64, word string, dashed bool) float64 {
	s := style{sans, 7, ink2}
	width := d.fonts.width(s, word) + 2.4
	d.box(chart.Paint{Stroke: rule2, Dashed: dashed}, x, y+.3, width, s.lineHeight()+.4)
	d.text(x+1.2, y+.5, s, word)
	return width
}

// tagsLine is a line of tags; those dashed come first.
func (d *document) tagsLine(dashed, plain []string) line {
	s := style{sans, 7, ink2}
	return line{s.lineHeight() + 1.4, func(x, y float64) {
		for i, word := range append(dashed[:len(dashed):len(dashed)], plain...) {
			if word != "" {
				x += d.tag(x, y+.4, d.clean(s.face, word), i < len(dashed)) + 1.4
			}
		}
	}}
}

// brand draws the mark of four squares: asked, promised, done, told.
func (d *document) brand(x, y, size float64, colour, ground string) {
	u := size / 38
	d.fill(colour)
	square := func(px, py, side float64) { d.f.Rect(x+px*u, y+py*u, side*u, side*u, "F") }
	square(0, 0, 18)
	square(20, 0, 18)
	square(0, 20, 18)
	for i := range 4 {
		d.f.Rect(x+20*u, y+(20+5*float64(i))*u, 18*u, 3*u, "F")
	}
	d.fill(ground)
	square(3, 3, 12)
	corner := func(px, py float64) fpdf.PointType { return fpdf.PointType{X: x + px*u, Y: y + py*u} }
	d.f.Polygon([]fpdf.PointType{corner(23, 3), corner(35, 3), corner(35, 15)}, "F")
}
