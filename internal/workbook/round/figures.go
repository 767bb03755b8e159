package round

import (
	"strings"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/i18n"
	"tracker/internal/indicators"
	"tracker/internal/progress"
)

// The columns of the sheet of indicators that the other has not. What is said
// of a whole indicator stands in any one of its rows.
const (
	indicator field = "indicator"
	category  field = "category"
	unit      field = "unit"
	lastValue field = "last_value"
	lastUpTo  field = "last_up_to"
	upTo      field = "up_to"
	figure    field = "figure"
	source    field = "source"
	notes     field = "notes"
	parts     field = "parts"
)

var ofIndicators = []column{
	{ref, 12, false}, {indicator, 34, false}, {category, 34, false}, {unit, 16, false}, {lastValue, 14, false}, {lastUpTo, 17, false},
	{upTo, 14, true}, {figure, 16, true}, {source, 30, true}, {notes, 34, true}, {parts, 30, true},
}

// figuresOf reads the rows of the indicators that an institution reports: one
// for each place of their tables.
func figuresOf(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, institutionID int64, y progress.Period) (list []Figure, err error) {
	own, err := indicators.OwnOf(tx, clock, actor, y.Country, institutionID, y.StartsOn, y.EndsOn)
	if err != nil {
		return nil, err
	}
	for _, i := range own {
		var of known
		for _, h := range i.Held {
			if !h.Superseded {
				of = of.with(h.ID, h.Version, sumOfFigures(h))
			}
		}
		for _, p := range i.Places() {
			f := Figure{Ref: i.Ref, Title: i.Title, Terms: i.Terms, Place: p, Known: of}
			for _, h := range i.Held { // the earliest first
				if cell, told := h.Cells[p]; told && !h.Superseded {
					f.Last, f.UpTo = i.Typed(cell), h.CoversTo
				}
			}
			list = append(list, f)
		}
	}
	return list, nil
}

// sumOfFigures is the sum of what a measurement says, as far as the workbook
// asks it.
func sumOfFigures(h indicators.Held) string {
	texts := []string{h.CoversTo.String(), h.Source, h.Note, h.PartsReason}
	return short(append(texts, cellsSaid(h.Cells)...)...)
}

// cellsSaid are cells in the order of their places.
func cellsSaid(cells map[indicators.Place]indicators.Cell) (list []string) {
	for _, p := range sortedPlaces(cells) {
		c := cells[p]
		text := string(p) + ": " + string(c.Answer)
		if c.Amount != nil {
			text += " " + c.Amount.String()
		}
		list = append(list, text)
	}
	return list
}

// placeWord is a place in words.
func placeWord(t *i18n.T, p indicators.Place) string {
	var list []string
	for _, one := range p.Parts() {
		word := one[1] // a country's own districts are names
		if one[0] != indicators.Districts {
			word = t.Msg("indicators.category." + one[0] + "." + one[1])
		}
		list = append(list, word)
	}
	if len(list) == 0 {
		return t.Msg("indicators.total")
	}
	return strings.Join(list, ", ")
}

// placeName is a place as rows are known by it: what is read of its words in any
// of the languages.
func (k *taking) placeName(p indicators.Place) string { return k.languages.place(placeWord(k.t, p)) }

// figureMark parts the reference of an indicator from the place in its table.
const figureMark = " / "

// figureName is what a row of the sheet of indicators is known by, with the
// place in English.
func figureName(ref, category string) string { return ref + figureMark + category }

// figureSum is the sum of what such a row tells in one of the languages.
func (l tongues) figureSum(name, value string, day calendar.Date) string {
	return short(named(name), l.answer("", value), day.String())
}

// indicators writes a row for each place of each table.
func (o *book) indicators() error {
	s, err := o.begin(o.figures, ofIndicators, 3, o.t.Msg("round.indicators.title", "institution", o.Name, "period", o.Period), o.t.Msg("round.indicators.lede"))
	if err != nil {
		return err
	}
	for _, f := range o.Figures {
		place := placeWord(o.t, f.Place)
		of := o.t.Msg("indicators.unit." + string(f.Terms.Unit))
		switch f.Terms.Unit {
		case indicators.Money:
			of = f.Terms.Currency
		case indicators.Scale:
			of = strings.Join(f.Terms.Scale, " / ")
		}
		name, last := figureName(f.Ref, o.languages.place(place)), answerWord(o.t, f.Terms.Unit, f.Last)
		o.sums = append(o.sums, sum{name, o.languages.figureSum(name, last, f.UpTo), f.Known})
		if err := s.add(true, f.Ref, f.Title, place, of, last, f.UpTo); err != nil {
			return err
		}
	}
	if err := s.days(upTo); err != nil {
		return err
	}
	return s.end(1)
}

// lockedFigure is the sum of what a row of an indicator tells; ok is false where
// a column of it is gone.
func (l line) lockedFigure() (sum string, ok bool) {
	for _, f := range []field{category, lastValue, lastUpTo} {
		if !l.in.has(f) {
			return "", false
		}
	}
	day, read := l.day(lastUpTo)
	if !read {
		return "altered", true
	}
	return l.in.languages.figureSum(figureName(l.text(ref), l.in.languages.place(l.text(category))), l.text(lastValue), day), true
}
