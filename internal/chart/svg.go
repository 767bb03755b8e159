package chart

import (
	"html/template"
	"strconv"
	"strings"
)

// SVG draws the chart. Looks come from classes only, so that it is drawn under
// a policy that forbids inline styles; every text is escaped. A chart without
// links is one image with its description; one with links is a group, since
// what is inside an image cannot be reached.
func (c Chart) SVG() template.HTML {
	role := "img"
	for _, s := range c.Shapes {
		if s.Href != "" {
			role = "group"
		}
	}
	var b strings.Builder
	b.Grow(512 + 160*len(c.Shapes))
	put(&b, `<svg class="bar" width="100%" height="`, px(c.Height), `" role="`, role, `" aria-label="`, esc(c.Description), `">`)
	for i, s := range c.Shapes {
		if s.Href != "" && (i == 0 || c.Shapes[i-1].Href != s.Href) {
			put(&b, `<a href="`, esc(safeHref(s.Href)), `" aria-label="`, esc(s.Label), `">`)
		}
		s.draw(&b)
		if s.Href != "" && (i == len(c.Shapes)-1 || c.Shapes[i+1].Href != s.Href) {
			b.WriteString(`</a>`)
		}
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// Swatch is the sample of a series in a legend.
func Swatch(s Series) template.HTML {
	class := s.Fill + " sg"
	if s.Dash {
		class += " dash"
	}
	return template.HTML(`<svg viewBox="0 0 18 12" aria-hidden="true" focusable="false"><rect class="` + esc(class) +
		`" x=".5" y=".5" width="17" height="11"/></svg>`)
}

func (s Shape) draw(b *strings.Builder) {
	switch {
	case s.Kind == Rect && s.Plate:
		put(b, `<svg x="`, pct(s.X), `" overflow="visible"><rect`, s.class(), ` x="`, px(-s.W/2), `" y="`, px(s.Y), `" width="`, px(s.W), `" height="`, px(s.H), `"/></svg>`)
	case s.Kind == Rect:
		put(b, `<rect`, s.class(), ` x="`, pct(s.X), `" y="`, px(s.Y), `" width="`, pct(s.W), `" height="`, px(s.H), `"/>`)
	case s.Kind == Line:
		put(b, `<line`, s.class(), ` x1="`, pct(s.X), `" y1="`, px(s.Y), `" x2="`, pct(s.X2), `" y2="`, px(s.Y2), `"/>`)
	case s.Kind == Circle:
		put(b, `<circle`, s.class(), ` cx="`, pct(s.X), `" cy="`, px(s.Y), `" r="`, px(s.R), `"/>`)
	case s.Kind == Polygon:
		points := make([]string, len(s.Points))
		for i, p := range s.Points {
			points[i] = px(p.DX) + "," + px(s.Y+p.DY)
		}
		put(b, `<svg x="`, pct(s.X), `" overflow="visible"><polygon`, s.class(), ` points="`, strings.Join(points, " "), `"/></svg>`)
	case s.Kind == Text:
		put(b, `<text`, s.class(), ` x="`, pct(s.X), `" y="`, px(s.Y), `" text-anchor="`, esc(string(s.Anchor)), `">`, esc(s.Text), `</text>`)
	}
}

// put writes one part after the other: a page has hundreds of shapes.
func put(b *strings.Builder, parts ...string) {
	for _, part := range parts {
		b.WriteString(part)
	}
}

func (s Shape) class() string {
	if s.Style == "" {
		return ""
	}
	return ` class="` + esc(strings.TrimSpace(s.Style)) + `"`
}

// safeHref lets a chart link to pages of this site only.
func safeHref(href string) string {
	if (strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "//") && !strings.Contains(href, `\`)) || strings.HasPrefix(href, "#") {
		return href
	}
	return "#"
}

func esc(text string) string { return template.HTMLEscapeString(text) }

func pct(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) + "%" }

func px(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
