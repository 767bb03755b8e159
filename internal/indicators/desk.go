package indicators

import (
	"context"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/progress"
)

// Owed is an indicator of which an institution owes a value.
type Owed struct {
	Ref, Title string
	UpTo       calendar.Date // the day that nothing covers yet
}

// Desk is what an institution has to do about figures.
type Desk struct {
	Owed    []Owed
	Waiting []Waiting // its drafts, and what came back
}

// Desk reads what the actor's institution has to do about figures. It asks one
// query where the institution reports none.
func (s *Store) Desk(ctx context.Context, actor accounts.Actor, country string) (d Desk, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		day, own := s.clock.Today(), []int64(nil)
		definitions, err := definitionsAt(tx, country, day, s.clock.Now())
		for i, f := range definitions {
			if newest := i+1 == len(definitions) || definitions[i+1].IndicatorID != f.IndicatorID; newest && f.InstitutionID == actor.InstitutionID {
				own = append(own, f.IndicatorID)
			}
		}
		if err != nil || len(own) == 0 {
			return err
		}
		k, err := progress.Known(tx)
		if err != nil {
			return err
		}
		list, err := SeriesAt(tx, country, day, k, CurrentCells, own...)
		if err != nil {
			return err
		}
		for _, one := range list {
			for i := len(one.Years) - 1; i >= 0; i-- {
				if y := one.Years[i]; !y.Missing.IsZero() {
					d.Owed = append(d.Owed, Owed{one.Ref, one.Title, y.Missing})
					break
				}
			}
		}
		return s.deskWaiting(tx, actor, country, &d)
	})
	return d, err
}

// deskWaiting adds what the institution has in hand.
func (s *Store) deskWaiting(tx *gorm.DB, actor accounts.Actor, country string, d *Desk) error {
	periods, err := progress.Begun(tx, country, s.clock.Today())
	if err != nil {
		return err
	}
	list, err := waiting(tx, actor, country)
	for _, w := range list {
		if w.State != progress.Submitted && w.Entry().WrittenBy(actor) && w.Entry().VisibleTo(actor) {
			w.Label = progress.YearOn(periods, w.CoversTo).Label
			d.Waiting = append(d.Waiting, w)
		}
	}
	return err
}
