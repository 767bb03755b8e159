package chart

import (
	"math"
	"strconv"
	"strings"
)

// Reading is one value of a trend. Where there is none, Gap says why in words,
// such as "not reported": a gap is never a zero.
type Reading struct {
	Label string // of the period
	Note  string // below it, such as "claimed"
	Value int
	Gap   string
	Open  bool // the period is not over, or the value not final
	Break bool // before it something changed in what is counted
}

// Course is what a trend shows. The target is the value wanted; its word
// stands at its line.
type Course struct {
	Title      string
	Readings   []Reading
	HasTarget  bool
	Target     int
	TargetWord string
	BreakWord  string // what a break is called, such as "counted otherwise"
	ValueWord  string // of the table's column
	Number     func(int) string
}

// The box of a trend's columns, in pixels.
const (
	trendBreak  = 12.0 // the words of breaks, over all else
	trendTop    = 46.0
	trendBottom = 146.0
	trendHeight = 180.0
	trendLeft   = 7.0 // per cent, for the numbers of the axis
)

// Trend draws a course: a column for each value with its number over it, 0
// as "0" on the axis, a gap in words, a dashed line with its word for the
// target, and a dotted line with its word where a break is.
func Trend(c Course) Chart {
	top := c.top()
	at := func(n int) float64 { return trendBottom - (trendBottom-trendTop)*float64(n)/float64(top) }
	d := Chart{Title: c.Title, Width: nominalWidth / 2, Height: trendHeight}
	for _, n := range []int{0, top / 2, top} {
		if n == top/2 && top%2 != 0 {
			continue
		}
		style := "gr"
		if n == 0 {
			style = "ax"
		}
		d.Shapes = append(d.Shapes, Shape{Kind: Line, Style: style, X: trendLeft, X2: 100, Y: at(n), Y2: at(n)},
			Shape{Kind: Text, Style: "t-2", X: trendLeft - 1, Y: at(n) + 4, Text: c.Number(n), Anchor: End})
	}
	step := (100 - trendLeft) / float64(max(1, len(c.Readings)))
	for i, r := range c.Readings {
		d.Shapes = append(d.Shapes, c.column(r, trendLeft+step*float64(i), step, at)...)
	}
	if c.HasTarget {
		y := at(c.Target)
		d.Shapes = append(d.Shapes, Shape{Kind: Line, Style: "tg", X: trendLeft, X2: 100, Y: y, Y2: y}, c.targetWord(y, at))
	}
	d.Table, d.Description = c.table()
	return d
}

// targetWord stands over the target's line at the end where no number is in
// its way, and at the top where there is one at both.
func (c Course) targetWord(y float64, at func(int) float64) Shape {
	free := func(r Reading) bool { return r.Gap != "" || math.Abs(at(r.Value)-y) > 18 }
	word := Shape{Kind: Text, Style: "t-b", X: 100, Y: y - 5, Text: c.TargetWord, Anchor: End}
	switch n := len(c.Readings); {
	case n == 0 || free(c.Readings[n-1]):
	case free(c.Readings[0]) && !c.Readings[0].Break:
		word.X, word.Anchor = trendLeft+.6, Start
	default:
		word.Y = trendTop - 20
	}
	return word
}

// column draws a reading between x and x+step.
func (c Course) column(r Reading, x, step float64, at func(int) float64) []Shape {
	mid := x + step/2
	shapes := []Shape{{Kind: Text, X: mid, Y: trendBottom + 16, Text: r.Label, Anchor: Middle}}
	if r.Note != "" {
		shapes = append(shapes, Shape{Kind: Text, Style: "t-2", X: mid, Y: trendBottom + 31, Text: r.Note, Anchor: Middle})
	}
	if r.Break {
		word := Shape{Kind: Text, Style: "t-2", X: x + .6, Y: trendBreak, Text: c.BreakWord, Anchor: Start}
		if x > 60 { // it would leave the chart
			word.X, word.Anchor = x-.6, End
		}
		shapes = append(shapes, Shape{Kind: Line, Style: "ax dash", X: x, X2: x, Y: trendBreak - 8, Y2: trendBottom}, word)
	}
	if r.Gap != "" {
		words := strings.Fields(r.Gap)
		for i, word := range words {
			shapes = append(shapes, Shape{Kind: Text, Style: "t-2", X: mid, Y: trendBottom - 8 - 14*float64(len(words)-1-i), Text: word, Anchor: Middle})
		}
		return shapes
	}
	if r.Value > 0 {
		style := "f-petrol sg"
		if r.Open {
			style = "f-go sg dash"
		}
		shapes = append(shapes, Shape{Kind: Rect, Style: style, X: x + step*.22, Y: at(r.Value), W: step * .56, H: trendBottom - at(r.Value)})
	}
	return append(shapes, Shape{Kind: Text, Style: "t-b", X: mid, Y: at(r.Value) - 5, Text: c.Number(r.Value), Anchor: Middle})
}

// table holds the same values, and description says them in a sentence.
func (c Course) table() (Table, string) {
	t := Table{Caption: c.Title, Columns: []string{c.ValueWord}}
	var said []string
	for _, r := range c.Readings {
		label, text := r.Label, r.Gap
		if r.Note != "" {
			label += " (" + r.Note + ")"
		}
		if r.Break {
			label += ", " + c.BreakWord
		}
		if text == "" {
			text = c.Number(r.Value)
		}
		t.Rows = append(t.Rows, TableRow{Label: label, Cells: []Cell{{Text: text}}})
		said = append(said, label+": "+text)
	}
	if c.HasTarget {
		t.Foot = TableRow{Label: c.TargetWord, Cells: []Cell{{Text: c.Number(c.Target)}}}
		said = append(said, c.TargetWord)
	}
	return t, c.Title + ". " + strings.Join(said, "; ")
}

// top is the end of the axis: a round number that no value goes beyond.
func (c Course) top() int {
	most := 1
	for _, r := range c.Readings {
		if r.Gap == "" {
			most = max(most, r.Value)
		}
	}
	if c.HasTarget {
		most = max(most, c.Target)
	}
	power := int(math.Pow10(len(strconv.Itoa(most)) - 1))
	for _, n := range []int{1, 2, 4, 5, 6, 8, 10} {
		if n*power >= most {
			return n * power
		}
	}
	return 10 * power
}
