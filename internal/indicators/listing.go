package indicators

import (
	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// Listed is a measurement that an actor may see, with what its row in a list
// says. One that an approved correction replaced is in no list.
type Listed struct {
	Measurement
	Ref         string // of its indicator
	Institution string // code
	Edition     string // reference of the edition that tells it, empty for none
	Cells       map[Place]Cell
}

// Listing is all measurements of a country that an actor may see, with the
// definitions by which they are counted.
type Listing struct {
	Periods     []progress.Period
	Measured    []Listed // by indicator, year, days and id
	definitions map[string][]Definition
}

// TermsOn are the terms by which a day of an indicator is counted; false where
// the actor sees no such indicator.
func (l Listing) TermsOn(ref string, day calendar.Date) (Terms, bool) {
	list, there := l.definitions[ref]
	if !there {
		return Terms{}, false
	}
	return definitionOn(list, day).Terms, true
}

// List reads all measurements of a country that an actor may see.
func List(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, country string) (l Listing, err error) {
	if l.Periods, err = progress.Begun(tx, country, clock.Today()); err != nil {
		return l, err
	}
	definitions, err := definitionsAt(tx, country, clock.Today(), clock.Now())
	if err != nil {
		return l, err
	}
	var rows []struct {
		Measurement
		Ref, Institution, Mechanism string
		Year                        int
	}
	err = tx.Raw(`SELECT m.*, i.ref, n.code AS institution, COALESCE(h.code, '') AS mechanism, COALESCE(e.year, 0) AS year FROM measurements m
		JOIN indicators i ON i.id = m.indicator_id JOIN institutions n ON n.id = m.institution_id
		LEFT JOIN editions e ON e.id = m.edition_id LEFT JOIN mechanisms h ON h.id = e.mechanism_id
		WHERE i.country = ? AND m.as_of <= ? AND NOT EXISTS (SELECT 1 FROM measurements c WHERE c.corrects_id = m.id AND c.state = 'approved')
		ORDER BY i.ref, m.year_from, m.covers_from, m.covers_to, m.id`, country, clock.Today()).Scan(&rows).Error
	if err != nil {
		return l, err
	}
	var all []Indicator
	if err := tx.Where("country = ?", country).Find(&all).Error; err != nil {
		return l, err
	}
	l.readDefinitions(actor, all, definitions)
	var ids []int64
	for _, r := range rows {
		if _, seen := l.definitions[r.Ref]; !seen || !r.Entry().VisibleTo(actor) {
			continue
		}
		one := Listed{Measurement: r.Measurement, Ref: r.Ref, Institution: r.Institution}
		if r.Mechanism != "" {
			one.Edition = recommendations.EditionRef(r.Mechanism, r.Year)
		}
		ids, l.Measured = append(ids, r.ID), append(l.Measured, one)
	}
	of, err := readCells(tx, ids)
	for i := range l.Measured {
		l.Measured[i].Cells = of[l.Measured[i].ID]
	}
	return l, err
}

// readDefinitions keeps those of the indicators that the actor sees.
func (l *Listing) readDefinitions(actor accounts.Actor, all []Indicator, definitions []Definition) {
	l.definitions = map[string][]Definition{}
	of := map[int64][]Definition{}
	for _, d := range definitions {
		of[d.IndicatorID] = append(of[d.IndicatorID], d)
	}
	for _, i := range all {
		if list := of[i.ID]; len(list) > 0 && VisibleTo(actor, list[len(list)-1].Terms) {
			l.definitions[i.Ref] = list
		}
	}
}

// Filled are answers with each total that was left empty while all its parts
// are told, in the order of the table.
func (t Terms) Filled(list []Cell) (filled []Cell) {
	cells := map[Place]Cell{}
	for _, c := range list {
		cells[c.Place] = c
	}
	t.fill(cells)
	for _, place := range t.Places() {
		if c, told := cells[place]; told {
			filled = append(filled, c)
		}
	}
	return filled
}

// CheckListed tells what PutListed would refuse, and writes nothing.
func CheckListed(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, was *Listed, in MeasurementNew) error {
	in, id, version := in.over(was)
	return MayLog(tx, clock, actor, in, id, version)
}

// PutListed keeps a measurement of a list: a new one, a correction of one that
// is approved, or another writing of one that is with its writers. It is handed
// over for review, or where its institution's own post clears what is sent,
// to that post first. On the command line, which stands for no person, it is
// approved at once.
func PutListed(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, was *Listed, in MeasurementNew) (err error) {
	in, id, version := in.over(was)
	if id == 0 && actor.Is(accounts.System) {
		_, err = Tell(tx, clock, actor, in)
		return err
	}
	_, err = Log(tx, clock, actor, in, id, version, true)
	return err
}

// over is what is to be logged in the place of what a list has: of what is
// approved a correction, of anything else the same measurement.
func (in MeasurementNew) over(was *Listed) (_ MeasurementNew, id, version int64) {
	switch {
	case was == nil:
		return in, 0, 0
	case was.State == progress.Approved:
		in.CorrectsID = was.ID
		return in, 0, 0
	}
	return in, was.ID, was.Version
}
