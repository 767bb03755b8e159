package chart

import "strings"

// Paint is how a style looks: colours as "#rrggbb", empty for none, widths and
// text sizes in pixels. Each style is a class of the style sheet too, which
// must give the same colours.
type Paint struct {
	Fill, Stroke string
	Width        float64
	Dashed       bool
	Hatched      bool // diagonal lines in Fill on white: HatchLines draws them
	Bold         bool
	Size         float64
}

// Paints holds every style that the shapes of this package name.
func Paints() map[string]Paint {
	return map[string]Paint{
		"f-done":    {Fill: "#1d5e3b"},
		"f-go":      {Fill: "#93bccb"},
		"f-idle":    {Fill: "#ffffff"},
		"f-stalled": {Fill: "#97271d", Hatched: true},
		"f-cancel":  {Fill: "#ece7db"},
		"f-petrol":  {Fill: "#12485a"},
		"f-risk":    {Fill: "#e2b354"},
		"f-tint":    {Fill: "#e4edf0"},
		"f-off":     {Fill: "#97271d"},
		"f-blue":    {Fill: "#1f5d80"},
		"f-grey":    {Fill: "#565b62"},
		"g-done":    {Fill: "#bcd8c4"},
		"g-go":      {Fill: "#e3eef3"},
		"g-idle":    {Fill: "#efede8"},
		"g-stalled": {Fill: "#f8e4df"},
		"k-idle":    {Fill: "#ffffff", Stroke: "#565b62", Width: 1.8},
		"k-go":      {Fill: "#ffffff", Stroke: "#1f5d80", Width: 1.8},
		"gr":        {Stroke: "#d8d2c4", Width: 1},
		"tg":        {Stroke: "#97271d", Width: 2, Dashed: true},
		"sg":        {Stroke: "#1b1e23", Width: 1},
		"ax":        {Stroke: "#857f71", Width: 1},
		"td":        {Stroke: "#1b1e23", Width: 2},
		"dash":      {Dashed: true},
		"ring":      {Fill: "#ffffff", Stroke: "#12485a", Width: 2.2},
		"t-inv":     {Fill: "#ffffff"},
		"t-2":       {Fill: "#4e545c", Size: 12},
		"t-b":       {Bold: true},
	}
}

// PaintOf puts the styles of a shape together, later ones over earlier ones.
// Text is ink at 13 px where no style says otherwise.
func PaintOf(s Shape) Paint {
	var p Paint
	if s.Kind == Text {
		p = Paint{Fill: "#1b1e23", Size: 13}
	}
	paints := Paints()
	for name := range strings.FieldsSeq(s.Style) {
		q := paints[name]
		if q.Fill != "" {
			p.Fill = q.Fill
		}
		if q.Stroke != "" {
			p.Stroke, p.Width = q.Stroke, q.Width
		}
		if q.Size != 0 {
			p.Size = q.Size
		}
		p.Dashed = p.Dashed || q.Dashed
		p.Hatched = p.Hatched || q.Hatched
		p.Bold = p.Bold || q.Bold
	}
	return p
}

// HatchLines are the diagonals, each x1, y1, x2, y2, that fill a box, clipped
// to it and step apart across; all in the units of the caller.
func HatchLines(x, y, w, h, step float64) [][4]float64 {
	var lines [][4]float64
	if step <= 0 || w <= 0 || h <= 0 {
		return nil
	}
	for d := step; d < w+h; d += step { // from (x+d, y) down to (x+d-h, y+h)
		right, left := min(d, w), max(d-h, 0)
		lines = append(lines, [4]float64{x + right, y + d - right, x + left, y + d - left})
	}
	return lines
}
