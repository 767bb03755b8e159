package chart

import (
	"strconv"
	"strings"
	"time"

	"tracker/internal/calendar"
)

// Work is one commitment of a timeline. An end that is not known is drawn
// open, over the edge of the days shown.
type Work struct {
	Ref, Title, Href string
	Start, Due       calendar.Date // zero: not known
	State            string
	Overdue          int // days, 0 for none
}

// Schedule is what a timeline shows: work between two days, seen from today.
type Schedule struct {
	Title           string
	From, To, Today calendar.Date
	Works           []Work
	Month           func(calendar.Date) string // in short
	Date            func(calendar.Date) string // for the table
	Words           ScheduleWords
}

// ScheduleWords are the texts of a timeline. Overdue writes a number of days.
type ScheduleWords struct {
	States                                 []string // in the order of DeliveryStates
	Today, Start, Due, Status, None, Never string   // None: no start; Never: no due date
	Overdue                                func(days int) string
}

// Timeline is a schedule drawn: an axis of months, and a row for each work.
// Word says how a work stands; a page shows it beside the bar.
type Timeline struct {
	Title  string
	Head   Chart
	Rows   []TimelineRow
	Series []Series // that occur, for a legend
	Table  Table
}

// TimelineRow is one work of a timeline.
type TimelineRow struct {
	Ref, Title, Href string
	State, Word      string
	Overdue          int
	Chart            Chart
}

// TimelineHeight is the height of a row of a timeline, in pixels.
const TimelineHeight = 24.0

// Around are the days that a schedule of works shows: whole months around
// all that is known of them and today.
func Around(works []Work, today calendar.Date) (from, to calendar.Date) {
	from, to = today, today
	for _, w := range works {
		for _, d := range []calendar.Date{w.Start, w.Due} {
			if !d.IsZero() && d.Before(from) {
				from = d
			}
			if d.After(to) {
				to = d
			}
		}
	}
	return calendar.Of(from.Year(), from.Month(), 1), calendar.Of(to.Year(), to.Month()+1, 1).AddDays(-1)
}

// Timeline draws the schedule: each bar goes from start to due in the fill of
// its delivery status, what is overdue goes on, dashed, to today and has a
// pennant at its due date, what is done has its tick. A line stands at today.
func (s Schedule) Timeline() Timeline {
	t := Timeline{Title: s.Title, Head: s.axis(), Table: Table{Caption: s.Title,
		Columns: []string{s.Words.Start, s.Words.Due, s.Words.Status}}}
	seen := map[string]bool{}
	for _, w := range s.Works {
		word := wordOf(w.State, s.Words.States)
		if w.Overdue > 0 {
			word += ", " + s.Words.Overdue(w.Overdue)
		}
		start, due := s.Words.None, s.Words.Never
		if !w.Start.IsZero() {
			start = s.Date(w.Start)
		}
		if !w.Due.IsZero() {
			due = s.Date(w.Due)
		}
		t.Rows = append(t.Rows, TimelineRow{Ref: w.Ref, Title: w.Title, Href: w.Href, State: w.State, Word: word, Overdue: w.Overdue,
			Chart: Chart{Title: w.Ref, Width: nominalWidth / 2, Height: TimelineHeight, Shapes: s.bar(w),
				Description: strings.Join([]string{w.Ref + ": " + word, s.Words.Start + " " + start, s.Words.Due + " " + due}, ", ")}})
		t.Table.Rows = append(t.Table.Rows, TableRow{Label: strings.TrimSpace(w.Ref + " " + w.Title), Href: w.Href,
			Cells: []Cell{{Text: start}, {Text: due}, {Text: word}}})
		seen[w.State] = true
	}
	for i, series := range delivery() {
		if seen[DeliveryStates[i]] {
			series.Label = wordOf(DeliveryStates[i], s.Words.States)
			t.Series = append(t.Series, series)
		}
	}
	return t
}

// at is the place of a day, in per cent; days outside stand at the edge.
func (s Schedule) at(d calendar.Date) float64 {
	return min(max(100*float64(d.Sub(s.From))/float64(max(1, s.To.Sub(s.From)+1)), 0), 100)
}

// bar draws one work.
func (s Schedule) bar(w Work) []Shape {
	const y, h = 5.0, TimelineHeight - 10
	from, to := 0.0, 100.0
	if !w.Start.IsZero() {
		from = s.at(w.Start)
	}
	if !w.Due.IsZero() {
		to = s.at(w.Due.AddDays(1))
	}
	now := s.at(s.Today)
	shapes := []Shape{{Kind: Line, Style: "gr", X: 0, X2: 100, Y: TimelineHeight - 1, Y2: TimelineHeight - 1}}
	if w.Overdue > 0 && now > to {
		shapes = append(shapes, Shape{Kind: Rect, Style: "f-idle sg dash", X: to, Y: y, W: now - to, H: h})
	}
	if to <= from { // begun after it was due, or on one day
		to = min(from+.5, 100)
		from = to - .5
	}
	shapes = append(shapes, Shape{Kind: Rect, Style: fillOf(w.State) + " sg", X: from, Y: y, W: to - from, H: h})
	shapes = append(shapes, Shape{Kind: Line, Style: "td", X: now, X2: now, Y: 0, Y2: TimelineHeight})
	if w.Overdue > 0 {
		shapes = append(shapes, Shape{Kind: Polygon, Style: "f-off", X: s.at(w.Due.AddDays(1)), Y: 1, Points: []Point{{0, 0}, {9, 3.5}, {0, 7}}})
	}
	if w.State == "completed" || w.State == "cancelled" {
		shapes = append(shapes, mark(w.State, (from+to)/2, y+h/2)...)
	}
	return shapes
}

// fillOf is the paint of a bar in a delivery status.
func fillOf(state string) string {
	for i, series := range delivery() {
		if DeliveryStates[i] == state {
			return series.Fill
		}
	}
	return "f-idle"
}

// axis names the months, as many as there is room for on a phone, and today.
func (s Schedule) axis() Chart {
	c := Chart{Title: s.Title, Width: nominalWidth / 2, Height: 34, Description: s.Date(s.From) + " – " + s.Date(s.To) + "; " + s.Words.Today + " " + s.Date(s.Today)}
	const most = 6
	months := (s.To.Year()-s.From.Year())*12 + int(s.To.Month()-s.From.Month()) + 1
	step := 1
	for _, step = range []int{1, 2, 3, 6, 12, 24, 60, 120} {
		if (months+step-1)/step <= most {
			break
		}
	}
	for i := 0; i < months; i++ {
		day := calendar.Of(s.From.Year(), s.From.Month()+time.Month(i), 1)
		x := s.at(day)
		if i%step != 0 {
			if months <= 60 {
				c.Shapes = append(c.Shapes, Shape{Kind: Line, Style: "ax", X: x, X2: x, Y: 30, Y2: 34})
			}
			continue
		}
		name := s.Month(day)
		if i == 0 || step >= 12 || int(day.Month()) <= step { // the first that is named of its year
			name += " " + strconv.Itoa(day.Year())
		}
		c.Shapes = append(c.Shapes, Shape{Kind: Line, Style: "ax", X: x, X2: x, Y: 27, Y2: 34},
			Shape{Kind: Text, Style: "t-2", X: x + .4, Y: 24, Text: name, Anchor: Start})
	}
	c.Shapes = append(c.Shapes, Shape{Kind: Line, Style: "ax", X: 0, X2: 100, Y: 33.5, Y2: 33.5})
	now, anchor := s.at(s.Today), Middle
	switch {
	case now < 8:
		anchor = Start
	case now > 92:
		anchor = End
	}
	return Chart{Title: c.Title, Description: c.Description, Width: c.Width, Height: c.Height, Shapes: append(c.Shapes,
		Shape{Kind: Text, Style: "t-b", X: now, Y: 11, Text: s.Words.Today, Anchor: anchor},
		Shape{Kind: Line, Style: "td", X: now, X2: now, Y: 14, Y2: 34})}
}
