// Package classify suggests the theme and the indicium of a recommendation
// from its wording. It decides nothing: a person confirms or changes both.
package classify

import (
	"slices"

	"tracker/internal/recommendations/terms"
)

// A class is suggested when the words for it weigh at least least, and at
// least ahead times those for the class that comes second.
const (
	least = 1.0
	ahead = 1.25
)

// Theme suggests one of the four P (prosecution, protection, prevention,
// partnership) and gives the words that led to it, as they stand in the text
// and in its order. Both are empty when the words are too few or speak for two
// themes alike.
func Theme(text string) (theme string, words []string) { return suggest(text, themeOf) }

// Indicium suggests the number of the indicium of serious and sustained efforts
// that the text is about, and the words that led to it. It is 0 without words
// when the words are too few or speak for two alike, and for what is no
// indicium, such as a national plan. Indicia 8 (the share of victims who are not
// citizens) and 11 (progress on the year before) are states, which nobody
// recommends: they are never suggested.
//
// Source: 22 U.S.C. 7106(b).
func Indicium(text string) (number int, words []string) { return suggest(text, indiciumOf) }

// suggest weighs the classes; the zero value is the class of what belongs to
// none, and wins like the others.
func suggest[C comparable](text string, of func(idea string) map[C]float64) (C, []string) {
	read := terms.Read(text)
	weights, persons := map[C]float64{}, map[C]float64{}
	counted := map[string]bool{}
	for _, t := range read {
		if counted[t.Idea] {
			continue
		}
		counted[t.Idea] = true
		for class, w := range of(t.Idea) {
			if slices.Contains(whom, t.Idea) {
				persons[class] = max(persons[class], w*t.Place)
			} else {
				weights[class] += w * t.Place
			}
		}
	}
	for class, w := range persons {
		weights[class] += w
	}
	var none C
	best, first, second := none, 0.0, 0.0
	for class, w := range weights {
		switch {
		case w > first:
			best, first, second = class, w, first
		case w > second:
			second = w
		}
	}
	if best == none || first < least || first < ahead*second {
		return none, nil
	}
	var words []string
	for _, t := range read {
		if of(t.Idea)[best] > 0 && !slices.Contains(words, t.Shown) {
			words = append(words, t.Shown)
		}
	}
	return best, words
}
