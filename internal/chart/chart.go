// Package chart makes charts as one list of simple shapes, which is drawn as
// SVG on a page and can be drawn as vectors in a PDF. Across, a shape is
// placed in per cent of the chart's width, so that a chart stretches; down,
// and for text, in pixels, so that its text does not.
package chart

// Kind is the form of a shape.
type Kind int

// The kinds of shape; a PDF library can draw each of them.
const (
	Rect Kind = iota
	Line
	Circle
	Polygon
	Text
)

// Anchor says which end of a text stands at its position.
type Anchor string

// The three anchors, named as in SVG.
const (
	Start  Anchor = "start"
	Middle Anchor = "middle"
	End    Anchor = "end"
)

// Point is an offset in pixels from a polygon's position.
type Point struct{ DX, DY float64 }

// Shape is one form of a chart. X, X2 and W are in per cent of the chart's
// width, Y, Y2, H and R in pixels. Shapes are drawn in their order.
type Shape struct {
	Kind   Kind
	Style  string // names of Paints, divided by spaces
	X, Y   float64
	X2, Y2 float64 // Line: its other end
	W, H   float64 // Rect
	Plate  bool    // Rect: W is in pixels and X is the middle: the ground of a number
	R      float64 // Circle
	Points []Point // Polygon
	Text   string
	Anchor Anchor
	Href   string // where a click leads; empty is nowhere
	Label  string // of the link, for those who do not see the chart
}

// Chart is a drawing with the same numbers as a table. Description tells the
// numbers in a sentence.
type Chart struct {
	Title, Description string
	Width              float64 // pixels that texts are placed for; a page may stretch it
	Height             float64 // pixels
	Shapes             []Shape
	Table              Table
}

// Table holds the numbers of a chart, cell by cell.
type Table struct {
	Caption string
	Columns []string // of the cells; the label's column has no name
	Rows    []TableRow
	Foot    TableRow // sums; no Cells: there is none
}

// TableRow is one row of a table.
type TableRow struct {
	Label, Href string
	Cells       []Cell
}

// Cell is a number in words, with the address of the list that it counts.
type Cell struct{ Text, Href string }

// nominalWidth is the width that texts are placed for.
const nominalWidth = 1150
