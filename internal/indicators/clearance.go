package indicators

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
	"tracker/internal/progress"
)

// The last step of a measurement's clearance, of measurements m.
const (
	clearanceColumns = `COALESCE(cl.kind, '') AS clearance_kind, COALESCE(cl.version, 0) AS clearance_version, COALESCE(cl.reason, '') AS clearance_reason, cl.at AS clearance_at,
		COALESCE(pc.title, '') AS clearance_post`
	clearanceJoins = ` LEFT JOIN measurement_clearances cl ON cl.id = (SELECT max(x.id) FROM measurement_clearances x WHERE x.measurement_id = m.id)
		LEFT JOIN people cw ON cw.id = cl.by_id LEFT JOIN posts pc ON pc.id = cw.post_id`
)

// Waits says whether the measurement waits for clearance.
func (w Waiting) Waits() bool { return w.Clearance.Waits(w.Entry(), w.Version) }

// NotCleared says whether clearance was refused, and nothing has followed.
func (w Waiting) NotCleared() bool { return w.Clearance.Refused(w.Entry()) }

// Waits says whether the measurement waits for clearance.
func (t Told) Waits() bool { return t.Clearance.Waits(t.Entry(), t.Version) }

// NotCleared says whether clearance was refused, and nothing has followed.
func (t Told) NotCleared() bool { return t.Clearance.Refused(t.Entry()) }

// mustBeCleared says who has to clear a measurement before the actor sends it,
// by the rule of updates; what an edition said is nobody's to clear.
func mustBeCleared(tx *gorm.DB, actor accounts.Actor, m Measurement) (accounts.Clearing, error) {
	if m.Basis != Logged {
		return accounts.Clearing{}, nil
	}
	return progress.MustBeCleared(tx, actor, m.Entry())
}

// AskClearance asks for the clearance of a draft or a returned measurement that
// is ready to be sent.
func AskClearance(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64) error {
	m, s, err := editable(tx, clock, actor, id)
	if err != nil {
		return err
	}
	if _, err := m.whole(tx, clock, actor, s); err != nil {
		return err
	}
	if err := clearanceStep(tx, clock, actor, m, version, progress.ClearanceAsked, ""); err != nil {
		return err
	}
	return record(tx, clock, actor, "clearance.ask_figures", m, s)
}

// clearanceStep takes a step that leaves the measurement with its writers.
func clearanceStep(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, m Measurement, version int64, kind, reason string) error {
	if err := db.Changed(tx.Exec("UPDATE measurements SET version = version + 1 WHERE id = ? AND version = ?", m.ID, version)); err != nil {
		return err
	}
	return tx.Create(&Clearance{MeasurementID: m.ID, Kind: kind, Version: version + 1, Reason: reason, At: clock.Now(), ByID: actor.PersonID}).Error
}

// waitingForClearance reads what waits for the actor's clearance, the oldest
// request first.
func waitingForClearance(tx *gorm.DB, actor accounts.Actor, country string) ([]Waiting, error) {
	if clears, err := progress.Clears(tx, actor); err != nil || !clears {
		return nil, err
	}
	list, err := waiting(tx, actor, country, actor.InstitutionID)
	list = slices.DeleteFunc(list, func(w Waiting) bool { return w.InstitutionID != actor.InstitutionID || w.OnBehalf || !w.Waits() })
	slices.SortStableFunc(list, func(a, b Waiting) int { return a.Clearance.At.Compare(*b.Clearance.At) })
	return list, err
}

// toClear reads a measurement that waits for the actor's clearance; every other
// is missing.
func toClear(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, country string, id int64) (Measurement, subject, error) {
	list, err := waitingForClearance(tx, actor, country)
	if err != nil {
		return Measurement{}, subject{}, err
	}
	i := slices.IndexFunc(list, func(w Waiting) bool { return w.ID == id })
	if i < 0 {
		return Measurement{}, subject{}, problem.Missing()
	}
	m := list[i].Measurement
	s, err := loadSubject(tx, clock, actor, Indicator{ID: m.IndicatorID, Country: country, Ref: list[i].Ref})
	return m, s, err
}

// Clear clears a measurement that waits for the actor, and sends it. Who clears
// has a hand in it: they do not decide on it later.
func Clear(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, country string, id, version int64) (Measurement, error) {
	m, s, err := toClear(tx, clock, actor, country, id)
	if err != nil {
		return m, err
	}
	if m.Version != version {
		return m, problem.Stale()
	}
	if err := author(tx, id, actor.PersonID); err != nil {
		return m, err
	}
	if err := tx.Create(&Clearance{MeasurementID: id, Kind: progress.ClearanceGiven, Version: version, At: clock.Now(), ByID: actor.PersonID}).Error; err != nil {
		return m, err
	}
	return submit(tx, clock, actor, m, s)
}

// RefuseClearance sends a measurement back to its writers, who read why.
func RefuseClearance(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, country string, id, version int64, reason string) (Measurement, error) {
	m, s, err := toClear(tx, clock, actor, country, id)
	if err != nil {
		return m, err
	}
	if reason, err = progress.RefusalOf(reason); err != nil {
		return m, err
	}
	if err := clearanceStep(tx, clock, actor, m, version, progress.ClearanceRefused, reason); err != nil {
		return m, err
	}
	return m, record(tx, clock, actor, "clearance.refuse_figures", m, s, audit.Change{Field: "reason", New: reason, Free: true})
}

// CountClearance is the query of how many measurements wait for the actor's
// clearance, for asking it together with others.
func CountClearance(actor accounts.Actor) (query string, args []any) {
	return `SELECT count(*) FROM measurements m JOIN institutions i ON i.id = m.institution_id JOIN measurement_clearances k ON k.measurement_id = m.id AND k.version = m.version
		WHERE i.clearing_post_id = ? AND m.on_behalf = FALSE AND m.state IN ('draft', 'returned') AND k.kind = 'asked'`, []any{actor.PostID}
}

// ToClear reads what waits for the actor's clearance, the oldest request first:
// nothing for whoever holds no such post.
func (s *Store) ToClear(ctx context.Context, actor accounts.Actor, country string) (list []Waiting, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		if list, err = waitingForClearance(tx, actor, country); err != nil || len(list) == 0 {
			return err
		}
		periods, err := progress.Begun(tx, country, s.clock.Today())
		for i := range list {
			list[i].Label = progress.YearOn(periods, list[i].CoversTo).Label
		}
		return err
	})
	return list, err
}

// OneToClear reads a measurement that waits for the actor's clearance whole.
func (s *Store) OneToClear(ctx context.Context, actor accounts.Actor, country string, id int64) (t Told, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		m, about, err := toClear(tx, s.clock, actor, country, id)
		if err == nil {
			t, err = s.tell(tx, actor, m, about)
		}
		return err
	})
	return t, err
}

// Clear clears a measurement and sends it, once for a form's key.
func (s *Store) Clear(ctx context.Context, actor accounts.Actor, key, country string, id, version int64) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (Measurement, error) { return Clear(tx, s.clock, actor, country, id, version) })
	return err
}

// RefuseClearance sends a measurement back to its writers, once for a form's
// key.
func (s *Store) RefuseClearance(ctx context.Context, actor accounts.Actor, key, country string, id, version int64, reason string) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (Measurement, error) {
		return RefuseClearance(tx, s.clock, actor, country, id, version, reason)
	})
	return err
}
