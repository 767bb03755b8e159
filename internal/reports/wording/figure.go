package wording

import (
	"strings"

	"tracker/internal/i18n"
	"tracker/internal/indicators"
)

// Amount is a number of an indicator in words: money with its currency, a
// step of a scale by its word.
func Amount(t *i18n.T, terms indicators.Terms, n indicators.Amount) string {
	switch terms.Unit {
	case indicators.Money:
		return t.Money(int64(n), terms.Currency)
	case indicators.YesNo:
		if n == 0 {
			return t.Msg("indicators.no")
		}
		return t.Msg("indicators.yes")
	case indicators.Scale:
		if i := n.Whole(); i >= 1 && int(i) <= len(terms.Scale) {
			return terms.Scale[i-1]
		}
	}
	return t.Int(int(n.Whole()))
}

// Answered is an answer in words. Zero, not reported and not collected are told
// apart, and none of them is empty.
func Answered(t *i18n.T, terms indicators.Terms, c indicators.Cell) string {
	if c.Amount == nil {
		return t.Msg("indicators.answer." + string(c.Answer))
	}
	return Amount(t, terms, *c.Amount)
}

// Qualified is an answer with how exact it is.
func Qualified(t *i18n.T, terms indicators.Terms, c indicators.Cell, qualifier string) string {
	text := Answered(t, terms, c)
	if c.Amount == nil || qualifier == "exact" {
		return text
	}
	return t.Msg("indicators.qualified."+qualifier, "figure", text)
}

// Place is where a figure stands, in words: "New", "New, forced labour", or
// "Total".
func Place(t *i18n.T, p indicators.Place) string {
	var parts []string
	for _, part := range p.Parts() {
		parts = append(parts, Category(t, part[0], part[1]))
	}
	if len(parts) == 0 {
		return t.Msg("indicators.total")
	}
	return strings.Join(parts, ", ")
}

// Category is a category of a dimension; a country's own are names.
func Category(t *i18n.T, dimension, category string) string {
	if dimension == indicators.Districts {
		return category
	}
	return t.Msg("indicators.category." + dimension + "." + category)
}
