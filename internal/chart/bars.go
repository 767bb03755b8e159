package chart

import (
	"strconv"
	"strings"
)

// Series is one kind of segment in a bar: its word and how it looks.
type Series struct {
	Label string
	Fill  string // name of a Paint
	Text  string // names of the Paints of its number
	Plate bool   // the number stands on white, since the fill is hatched
	Dash  bool
}

// Words are the texts of a bar chart: one word a series, and the word for all.
type Words struct {
	Series []string
	Total  string
}

// BarRow is what one bar shows: a count for each series, and the addresses of
// the lists counted (Hrefs may be shorter than Counts, or nil).
type BarRow struct {
	Label, Href string
	Counts      []int
	Hrefs       []string
}

// Bar is one bar of a chart, drawn by itself beside its label.
type Bar struct {
	Label, Href string
	Total       int
	Chart       Chart
}

// BarChart is a set of bars on one scale. Its table holds the same numbers.
type BarChart struct {
	Title  string
	Series []Series
	Bars   []Bar
	Table  Table
}

// The heights of bars in pixels: few bars, many bars, bars in a table's cells.
const (
	Tall  = 28.0
	Short = 22.0
	Row   = 20.0
)

// StackedBars shows delivery by status. Counts are in the order completed, in
// progress, not started, stalled, cancelled; so are the words.
func StackedBars(title string, words Words, rows []BarRow, height float64) BarChart {
	return bars(title, words, delivery(), rows, height, false)
}

// ReportingBars shows how many updates came on time, late, and not at all. The
// last means "not reported", which is neither zero nor "no progress".
func ReportingBars(title string, words Words, rows []BarRow) BarChart {
	return bars(title, words, reporting(), rows, Row, true)
}

func delivery() []Series {
	return []Series{
		{Fill: "f-done", Text: "t-inv t-b"},
		{Fill: "f-go"},
		{Fill: "f-idle"},
		{Fill: "f-stalled", Text: "t-b", Plate: true},
		{Fill: "f-cancel"},
	}
}

func reporting() []Series {
	return []Series{
		{Fill: "f-petrol", Text: "t-inv t-b"},
		{Fill: "f-risk", Text: "t-b"},
		{Fill: "f-idle", Text: "t-b", Dash: true},
	}
}

func bars(title string, words Words, series []Series, rows []BarRow, height float64, sayZero bool) BarChart {
	c := BarChart{Title: title, Series: series, Table: Table{Caption: title}}
	for i := range c.Series {
		if i < len(words.Series) {
			c.Series[i].Label = words.Series[i]
		}
		c.Table.Columns = append(c.Table.Columns, c.Series[i].Label)
	}
	c.Table.Columns = append(c.Table.Columns, words.Total)
	most, sums := 0, make([]int, len(series))
	for _, row := range rows {
		most = max(most, total(row.Counts))
		for i := range series {
			sums[i] += row.count(i)
		}
	}
	for _, row := range rows {
		c.Bars = append(c.Bars, c.bar(row, most, height, sayZero))
		c.Table.Rows = append(c.Table.Rows, row.cells(len(series)))
	}
	c.Table.Foot = BarRow{Label: words.Total, Counts: sums}.cells(len(series))
	return c
}

func (c BarChart) bar(row BarRow, most int, height float64, sayZero bool) Bar {
	drawing := Chart{Title: row.Label, Width: nominalWidth / 2, Height: height}
	drawing.Shapes = make([]Shape, 0, 3*len(c.Series))
	said := make([]string, 0, len(c.Series))
	x := 0.0
	widths := segmentWidths(row.Counts, most)
	for i, s := range c.Series {
		n := row.count(i)
		if n > 0 || sayZero {
			said = append(said, strconv.Itoa(n)+" "+strings.ToLower(s.Label))
		}
		if n == 0 {
			continue
		}
		drawing.Shapes = s.segment(drawing.Shapes, row, i, x, widths[i], height)
		x += widths[i]
	}
	drawing.Description = strings.Join(said, ", ")
	if row.Label != "" {
		drawing.Description = row.Label + ": " + drawing.Description
	}
	return Bar{Label: row.Label, Href: row.Href, Total: total(row.Counts), Chart: drawing}
}

// segment adds one series of one bar to its shapes: its box and its number.
func (s Series) segment(shapes []Shape, row BarRow, i int, x, width, height float64) []Shape {
	n, href := row.count(i), ""
	if i < len(row.Hrefs) {
		href = row.Hrefs[i]
	}
	label, number, before := row.Label+", "+strings.ToLower(s.Label)+": "+strconv.Itoa(n), strconv.Itoa(n), len(shapes)
	box := "sg"
	if s.Dash {
		box = "sg dash"
	}
	shapes = append(shapes, Shape{Kind: Rect, Style: s.Fill + " " + box, X: x, Y: .5, W: width, H: height - 1})
	if s.Plate {
		digits := float64(len(number))
		shapes = append(shapes, Shape{Kind: Rect, Style: "f-idle", Plate: true, X: x + width/2, Y: 4, W: 8 + 8*digits, H: height - 8})
	}
	shapes = append(shapes, Shape{
		Kind: Text, Style: s.Text, X: x + width/2, Y: height/2 + 4.5, Text: number, Anchor: Middle,
	})
	for j := before; j < len(shapes); j++ {
		shapes[j].Href, shapes[j].Label = href, label
	}
	return shapes
}

// segmentWidths shares out a bar's width, the longest bar taking all of it. A
// segment too thin for its number is widened, at the cost of the others of its
// bar: the number can be read, and it is the number that counts.
func segmentWidths(counts []int, most int) []float64 {
	widths := make([]float64, len(counts))
	sum, thin := 0.0, 0.0
	for i, n := range counts {
		if n <= 0 || most <= 0 {
			continue
		}
		widths[i] = 100 * float64(n) / float64(most)
		if least := leastWidth(n); widths[i] < least {
			widths[i] = least
			thin += least
		}
		sum += widths[i]
	}
	if sum <= 100 || sum <= thin {
		return widths
	}
	for i, n := range counts {
		if n > 0 && widths[i] > leastWidth(n) {
			widths[i] = max(leastWidth(n), widths[i]*(100-thin)/(sum-thin))
		}
	}
	return widths
}

func leastWidth(n int) float64 { return 1.2 + 2.2*float64(len(strconv.Itoa(n))) }

func (r BarRow) count(i int) int {
	if i < len(r.Counts) {
		return r.Counts[i]
	}
	return 0
}

func (r BarRow) cells(series int) TableRow {
	row := TableRow{Label: r.Label, Href: r.Href}
	for i := range series {
		cell := Cell{Text: strconv.Itoa(r.count(i))}
		if i < len(r.Hrefs) {
			cell.Href = r.Hrefs[i]
		}
		row.Cells = append(row.Cells, cell)
	}
	row.Cells = append(row.Cells, Cell{Text: strconv.Itoa(total(r.Counts)), Href: r.Href})
	return row
}

func total(counts []int) int {
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return sum
}
