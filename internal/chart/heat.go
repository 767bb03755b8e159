package chart

import "strings"

// HeatMap is the delivery of commitments month by month: a row of cells for
// each, with the mark of its status in every cell, and the month that is not
// over outlined. Head stands over the cells and names the months.
type HeatMap struct {
	Title  string
	Head   Chart
	Rows   []HeatRow
	States []string // that occur, in the order of DeliveryStates: what a legend has to name
	Table  Table
}

// HeatRow is one commitment of a heat map.
type HeatRow struct {
	Ref, Title, Href string
	Chart            Chart
}

// HeatHeight is the height of a row of a heat map, in pixels.
const HeatHeight = 24.0

// HeatMap draws the months. words are those of the statuses in the order of
// DeliveryStates; before is said of a month in which a commitment had not begun.
func (m Months) HeatMap(words []string, before string) HeatMap {
	h := HeatMap{Title: m.Title, Head: m.head(), Table: Table{Caption: m.Title, Columns: m.Columns}}
	seen := map[string]bool{}
	for _, row := range m.Rows {
		drawn, cells := m.row(row, words, before)
		h.Rows = append(h.Rows, HeatRow{Ref: row.Ref, Title: row.Title, Href: row.Href, Chart: drawn})
		h.Table.Rows = append(h.Table.Rows, TableRow{Label: strings.TrimSpace(row.Ref + " " + row.Title), Href: row.Href, Cells: cells})
		for _, state := range row.States {
			seen[state] = true
		}
	}
	for _, state := range DeliveryStates {
		if seen[state] {
			h.States = append(h.States, state)
		}
	}
	return h
}

// cell is the place of a month, in per cent.
func (m Months) cell(i int) (x, w float64) {
	w = 100 / float64(max(1, len(m.Columns)))
	return float64(i) * w, w
}

func (m Months) head() Chart {
	c := Chart{Title: m.Title, Description: strings.Join(m.Columns, ", "), Width: nominalWidth / 2, Height: 18}
	for i, name := range m.Columns {
		x, w := m.cell(i)
		style := "t-2"
		if i == m.Now {
			style = "t-2 t-b"
		}
		c.Shapes = append(c.Shapes, Shape{Kind: Text, Style: style, X: x + w/2, Y: 13, Text: name, Anchor: Middle})
	}
	return c
}

func (m Months) row(row MonthRow, words []string, before string) (Chart, []Cell) {
	c := Chart{Title: row.Ref, Width: nominalWidth / 2, Height: HeatHeight}
	var cells []Cell
	var said []string
	for i := range m.Columns {
		state := ""
		if i < len(row.States) {
			state = row.States[i]
		}
		word := wordOf(state, words)
		if word == "" {
			word = before
		}
		cells, said = append(cells, Cell{Text: word}), append(said, m.Columns[i]+" "+strings.ToLower(word))
		x, w := m.cell(i)
		ground, gap := groundOf(state), w*.02
		if i == m.Now {
			ground += " td"
		}
		c.Shapes = append(c.Shapes, Shape{Kind: Rect, Style: ground, X: x + gap, Y: 1, W: w - 2*gap, H: HeatHeight - 2})
		if state == "" {
			c.Shapes = append(c.Shapes, Shape{Kind: Text, Style: "t-2", X: x + w/2, Y: HeatHeight/2 + 4, Text: "–", Anchor: Middle})
		}
		c.Shapes = append(c.Shapes, mark(state, x+w/2, HeatHeight/2)...)
	}
	c.Description = row.Ref + ": " + strings.Join(said, ", ")
	return c, cells
}

// groundOf is the paint behind the mark of a state.
func groundOf(state string) string {
	switch state {
	case "completed":
		return "g-done"
	case "in_progress":
		return "g-go"
	case "stalled":
		return "g-stalled"
	case "cancelled":
		return "g-idle"
	}
	return "f-idle"
}
