package chart

import (
	"fmt"
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
	fmt.Fprintf(&b, `<svg class="bar" width="100%%" height="%s" role="%s" aria-label="%s">`, px(c.Height), role, esc(c.Description))
	for i, s := range c.Shapes {
		if s.Href != "" && (i == 0 || c.Shapes[i-1].Href != s.Href) {
			fmt.Fprintf(&b, `<a href="%s" aria-label="%s">`, esc(safeHref(s.Href)), esc(s.Label))
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
		fmt.Fprintf(b, `<svg x="%s" overflow="visible"><rect%s x="%s" y="%s" width="%s" height="%s"/></svg>`,
			pct(s.X), s.class(), px(-s.W/2), px(s.Y), px(s.W), px(s.H))
	case s.Kind == Rect:
		fmt.Fprintf(b, `<rect%s x="%s" y="%s" width="%s" height="%s"/>`, s.class(), pct(s.X), px(s.Y), pct(s.W), px(s.H))
	case s.Kind == Line:
		fmt.Fprintf(b, `<line%s x1="%s" y1="%s" x2="%s" y2="%s"/>`, s.class(), pct(s.X), px(s.Y), pct(s.X2), px(s.Y2))
	case s.Kind == Circle:
		fmt.Fprintf(b, `<circle%s cx="%s" cy="%s" r="%s"/>`, s.class(), pct(s.X), px(s.Y), px(s.R))
	case s.Kind == Polygon:
		points := make([]string, len(s.Points))
		for i, p := range s.Points {
			points[i] = px(p.DX) + "," + px(s.Y+p.DY)
		}
		fmt.Fprintf(b, `<svg x="%s" overflow="visible"><polygon%s points="%s"/></svg>`, pct(s.X), s.class(), strings.Join(points, " "))
	case s.Kind == Text:
		fmt.Fprintf(b, `<text%s x="%s" y="%s" text-anchor="%s">%s</text>`, s.class(), pct(s.X), px(s.Y), esc(string(s.Anchor)), esc(s.Text))
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
