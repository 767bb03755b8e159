package chart

import (
	"strconv"
	"time"

	"tracker/internal/calendar"
)

// Deadline is a day marked on a period's strip.
type Deadline struct {
	On    calendar.Date
	Label string
}

// Strip is what PeriodStrip draws: a reporting period, its deadlines and
// today. Month writes the name of a date's month in short.
type Strip struct {
	From, To, Today calendar.Date
	Deadlines       []Deadline
	TodayWord       string
	Description     string
	Month           func(calendar.Date) string
}

// PeriodStrip draws a period as one band, filled up to today, with a tick for
// every month and a line for every deadline inside it. A label that would run
// into another one is left out; the list beside the strip names them all.
func PeriodStrip(s Strip) Chart {
	c := Chart{Description: s.Description, Width: nominalWidth, Height: 66}
	c.Shapes = append(c.Shapes, Shape{Kind: Rect, Style: "f-tint", X: 0, Y: 24, W: 100, H: 14})
	if done := min(max(s.at(s.Today), 0), 100); done > 0 {
		c.Shapes = append(c.Shapes, Shape{Kind: Rect, Style: "f-petrol", X: 0, Y: 24, W: done, H: 14})
	}
	c.Shapes = append(c.Shapes, s.months()...)
	var taken []span
	var today []Shape
	if s.inside(s.Today) {
		x := s.at(s.Today)
		today = append(today, Shape{Kind: Line, Style: "td", X: x, X2: x, Y: 20, Y2: 44})
		if text, room, ok := place(s.TodayWord, x, taken, End, Start); ok {
			text.Style = "t-b"
			today, taken = append(today, text), append(taken, room)
		}
	}
	var inside []Deadline
	for _, d := range s.Deadlines {
		if s.inside(d.On) {
			inside = append(inside, d)
			c.Shapes = append(c.Shapes, Shape{Kind: Line, Style: "td", X: s.at(d.On), X2: s.at(d.On), Y: 17, Y2: 38})
		}
	}
	c.Shapes = append(c.Shapes, s.labels(inside, taken)...)
	c.Shapes = append(c.Shapes, today...)
	return c
}

// labels names as many deadlines as there is room for beside what is taken.
func (s Strip) labels(deadlines []Deadline, taken []span) []Shape {
	const most = 8 // deadlines tried both with and without their label
	if len(deadlines) == 0 {
		return nil
	}
	d, rest := deadlines[0], deadlines[1:]
	var best []Shape
	for _, anchor := range []Anchor{Start, End, Middle} {
		text, room, ok := place(d.Label, s.at(d.On), taken, anchor)
		if !ok {
			continue
		}
		text.Style = "t-b"
		if d.On.Before(s.Today) {
			text.Style = "t-2"
		}
		found := append([]Shape{text}, s.labels(rest, append(taken[:len(taken):len(taken)], room))...)
		if len(found) > len(best) {
			best = found
		}
		if len(best) == len(deadlines) || len(deadlines) > most {
			return best
		}
	}
	if without := s.labels(rest, taken); len(without) > len(best) {
		return without
	}
	return best
}

// at is a day's place on the strip, in per cent.
func (s Strip) at(d calendar.Date) float64 {
	return 100 * float64(d.Sub(s.From)) / float64(max(1, s.To.Sub(s.From)+1))
}

func (s Strip) inside(d calendar.Date) bool {
	return !d.IsZero() && !d.Before(s.From) && !d.After(s.To)
}

func (s Strip) months() []Shape {
	var shapes []Shape
	day, first := calendar.Of(s.From.Year(), s.From.Month(), 1), true
	for ; !day.After(s.To); day = calendar.Of(day.Year(), day.Month()+1, 1) {
		if day.Before(s.From) {
			continue
		}
		x, name := s.at(day), s.Month(day)
		if first || day.Month() == time.January {
			name += " " + strconv.Itoa(day.Year())
		}
		first = false
		shapes = append(shapes, Shape{Kind: Line, Style: "ax", X: x, X2: x, Y: 38, Y2: 44},
			Shape{Kind: Text, Style: "t-2", X: x + .4, Y: 56, Text: name, Anchor: Start})
	}
	return shapes
}

// span is a stretch of the strip, in per cent.
type span struct{ from, to float64 }

// place finds the first anchor at which a text above x is free of the others.
func place(text string, x float64, taken []span, anchors ...Anchor) (Shape, span, bool) {
	const character = 7.4 * 100 / nominalWidth
	width := character * float64(len([]rune(text)))
	for _, a := range anchors {
		at, room := x, span{x - width/2, x + width/2}
		switch a {
		case Start:
			at, room = x+.4, span{x + .4, x + width + .4}
		case End:
			at, room = x-.4, span{x - width - .4, x - .4}
		}
		if free(room, taken) {
			return Shape{Kind: Text, X: at, Y: 13, Text: text, Anchor: a}, room, true
		}
	}
	return Shape{}, span{}, false
}

func free(room span, taken []span) bool {
	if room.from < 0 || room.to > 100 {
		return false
	}
	for _, other := range taken {
		if room.from < other.to+.3 && other.from-.3 < room.to {
			return false
		}
	}
	return true
}

// Months is a heat map: the delivery status of commitments at the end of each
// month. It is drawn as a table, so it needs no other one.
type Months struct {
	Title   string
	Columns []string
	Now     int // the column of the month that is not over; -1 for none
	Rows    []MonthRow
}

// MonthRow is one commitment: a delivery status for each column; an empty one
// is a month before the commitment began.
type MonthRow struct {
	Ref, Title, Href string
	States           []string
}

// Years is a line of dots: in which editions a demand was made.
type Years struct {
	Label string
	Held  []YearMark
}

// YearMark says what is held of one edition.
type YearMark struct {
	Year int
	Mark YearKind
}

// YearKind is what an edition says of a demand.
type YearKind int

// An edition lists the demand, names it as undone in its narrative only, or
// holds nothing of it, which does not prove that nothing was asked.
const (
	NothingHeld YearKind = iota
	InTheList
	InTheNarrative
)

// YearDots draws the editions of a demand as dots on a line. Words say each
// kind in the order nothing held, in the list, in the narrative.
func YearDots(y Years, words [3]string) Chart {
	c := Chart{Title: y.Label, Width: 150, Height: 18}
	if len(y.Held) == 0 {
		return c
	}
	step := 84.0 / float64(max(1, len(y.Held)-1))
	c.Shapes = append(c.Shapes, Shape{Kind: Line, Style: "ax", X: 8, X2: 92, Y: 9, Y2: 9})
	for i, held := range y.Held {
		x := 8 + step*float64(i)
		switch held.Mark {
		case InTheList:
			c.Shapes = append(c.Shapes, Shape{Kind: Circle, Style: "f-petrol", X: x, Y: 9, R: 6})
		case InTheNarrative:
			c.Shapes = append(c.Shapes, Shape{Kind: Circle, Style: "ring", X: x, Y: 9, R: 5.2},
				Shape{Kind: Circle, Style: "f-petrol", X: x, Y: 9, R: 2})
		}
		if i > 0 {
			c.Description += ", "
		}
		c.Description += strconv.Itoa(held.Year) + " " + words[held.Mark]
	}
	return c
}
