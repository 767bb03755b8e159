package indicators

import (
	"context"
	"time"

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
		d = Desk{}
		day := s.clock.Today()
		own, err := reportedBy(tx, country, day, s.clock.Now(), actor.InstitutionID)
		if err != nil || len(own) == 0 {
			return err
		}
		k, err := progress.Known(tx)
		if err != nil {
			return err
		}
		var l loaded
		list, err := l.series(tx, country, day, k, own)
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
		return d.readWaiting(tx, actor, country, l.periods)
	})
	return d, err
}

// reportedBy lists the indicators that an institution is to report by their
// newest definitions at (D, K).
func reportedBy(tx *gorm.DB, country string, d calendar.Date, k time.Time, institutionID int64) (ids []int64, err error) {
	return ids, tx.Raw(`SELECT i.id FROM indicators i WHERE i.country = ? AND ? = (SELECT f.institution_id FROM indicator_definitions f WHERE f.indicator_id = i.id AND f.effective_on <= ? AND f.recorded_at <= ?
		ORDER BY f.effective_on DESC, f.recorded_at DESC, f.id DESC LIMIT 1) ORDER BY i.id`, country, institutionID, d, k).Scan(&ids).Error
}

// readWaiting adds what the institution has in hand.
func (d *Desk) readWaiting(tx *gorm.DB, actor accounts.Actor, country string, periods []progress.Period) error {
	var only []int64
	if !actor.Is(accounts.Coordinator) { // who also writes in the place of others
		only = []int64{actor.InstitutionID}
	}
	list, err := waiting(tx, actor, country, only...)
	for _, w := range list {
		if w.State != progress.Submitted && w.Entry().WrittenBy(actor) && w.Entry().VisibleTo(actor) {
			w.Label = progress.YearOn(periods, w.CoversTo).Label
			d.Waiting = append(d.Waiting, w)
		}
	}
	return err
}
