package indicators

import (
	"cmp"
	"maps"
	"slices"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/progress"
)

// Held is an institution's own measurement with its cells, for whoever compares
// what is here with what comes in.
type Held struct {
	Measurement
	Superseded bool           // an approved correction replaced it
	Cells      map[Place]Cell `gorm:"-"`
}

// Own is an indicator that an institution is to report, with the terms by which
// a year is counted and what the institution logged of the year, the earliest
// first.
type Own struct {
	Indicator
	Terms
	Held []Held
}

// OwnOf reads the indicators that an institution is to report today, in the
// order of their references, with what it logged of the days of a range as far
// as the actor may see it.
func OwnOf(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, country string, institutionID int64, from, to calendar.Date) ([]Own, error) {
	all, err := definitionsAt(tx, country, clock.Today(), clock.Now())
	if err != nil {
		return nil, err
	}
	of := map[int64][]Definition{}
	for _, d := range all {
		of[d.IndicatorID] = append(of[d.IndicatorID], d)
	}
	for id, list := range of {
		if now := list[len(list)-1]; now.InstitutionID != institutionID || !VisibleTo(actor, now.Terms) {
			delete(of, id)
		}
	}
	if len(of) == 0 {
		return nil, nil
	}
	var list []Indicator
	if err := tx.Where("id IN ?", slices.Collect(maps.Keys(of))).Find(&list).Error; err != nil {
		return nil, err
	}
	held, err := heldBy(tx, actor, institutionID, from, to)
	if err != nil {
		return nil, err
	}
	day := to
	if today := clock.Today(); day.After(today) {
		day = today
	}
	out := make([]Own, len(list))
	for i, one := range list {
		out[i] = Own{Indicator: one, Terms: definitionOn(of[one.ID], day).Terms, Held: held[one.ID]}
	}
	slices.SortFunc(out, func(a, b Own) int { return cmp.Compare(a.Ref, b.Ref) })
	return out, nil
}

// heldBy reads what an institution logged, by indicator.
func heldBy(tx *gorm.DB, actor accounts.Actor, institutionID int64, from, to calendar.Date) (map[int64][]Held, error) {
	var list []Held
	if err := tx.Raw(`SELECT m.*, EXISTS (SELECT 1 FROM measurements k WHERE k.corrects_id = m.id AND k.state = ?) AS superseded
		FROM measurements m WHERE m.institution_id = ? AND m.basis = ? AND m.covers_to BETWEEN ? AND ? ORDER BY m.covers_to, m.id`,
		string(progress.Approved), institutionID, string(Logged), from, to).Scan(&list).Error; err != nil {
		return nil, err
	}
	var ids []int64
	for _, h := range list {
		ids = append(ids, h.ID)
	}
	cells, err := readCells(tx, ids)
	out := map[int64][]Held{}
	for _, h := range list {
		if h.Entry().VisibleTo(actor) {
			h.Cells = cells[h.ID]
			out[h.IndicatorID] = append(out[h.IndicatorID], h)
		}
	}
	return out, err
}
