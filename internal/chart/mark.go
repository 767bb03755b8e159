package chart

import "math"

// DeliveryStates names the delivery statuses whose marks charts know, in the
// order of StackedBars.
var DeliveryStates = []string{"completed", "in_progress", "not_started", "stalled", "cancelled"}

// markRadius is that of a delivery mark, in pixels.
const markRadius = 7.0

// mark is a delivery status as a circle around (x, y): empty not started, half
// in progress, tick completed, pause stalled, slash cancelled. A state that is
// none has no mark.
func mark(state string, x, y float64) []Shape {
	disc := func(style string) Shape { return Shape{Kind: Circle, Style: style, X: x, Y: y, R: markRadius} }
	ring := Shape{Kind: Circle, Style: "k-idle", X: x, Y: y, R: markRadius - 1}
	sign := func(style string, points ...Point) Shape {
		return Shape{Kind: Polygon, Style: style, X: x, Y: y, Points: points}
	}
	switch state {
	case "completed":
		return []Shape{disc("f-done"), sign("f-idle", Point{-3.6, .2}, Point{-2.4, -1}, Point{-.9, .6}, Point{2.6, -3.2}, Point{3.8, -2}, Point{-.9, 3.1})}
	case "in_progress":
		ring.Style = "k-go"
		half := []Point{}
		for i := range 13 {
			sin, cos := math.Sincos(math.Pi * (float64(i)/12 - .5))
			half = append(half, Point{cos * (markRadius - 1), sin * (markRadius - 1)})
		}
		return []Shape{ring, sign("f-blue", half...)}
	case "not_started":
		return []Shape{ring}
	case "stalled":
		bar := func(at float64) Shape {
			return sign("f-idle", Point{at - 1, -3}, Point{at + 1, -3}, Point{at + 1, 3}, Point{at - 1, 3})
		}
		return []Shape{disc("f-off"), bar(-2.1), bar(2.1)}
	case "cancelled":
		return []Shape{ring, sign("f-grey", Point{-4.8, 3.6}, Point{3.6, -4.8}, Point{4.8, -3.6}, Point{-3.6, 4.8})}
	}
	return nil
}

// Mark draws the mark of a delivery status by itself, for a legend.
func Mark(state, word string) Chart {
	return Chart{Title: word, Description: word, Width: 16, Height: 16, Shapes: mark(state, 50, 8)}
}

// wordOf is the word of a state, empty where it is none. words are in the
// order of DeliveryStates.
func wordOf(state string, words []string) string {
	for i, one := range DeliveryStates {
		if one == state && i < len(words) {
			return words[i]
		}
	}
	return ""
}
