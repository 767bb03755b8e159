package indicators

import (
	"context"
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
	"tracker/internal/progress"
)

// Submit hands a measurement over for review. An institution cannot submit
// into a deadline that is closed, or what its own post has to clear first; a
// coordinator can on its behalf.
func Submit(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64) (Measurement, error) {
	m, s, err := editable(tx, clock, actor, id)
	if err != nil {
		return m, err
	}
	if m.Version != version {
		return m, problem.Stale()
	}
	clearing, err := mustBeCleared(tx, actor, m)
	if err != nil {
		return m, err
	}
	if clearing.Wanted() {
		return m, problem.New(problem.Conflict, "clearance.error.needed", "post", clearing.Title)
	}
	return submit(tx, clock, actor, m, s)
}

// submit hands over what may be sent.
func submit(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, m Measurement, s subject) (Measurement, error) {
	cells, err := m.whole(tx, clock, actor, s)
	if err != nil {
		return m, err
	}
	at, err := progress.NextInstant(tx, clock)
	if err != nil {
		return m, err
	}
	was, id, version := m.State, m.ID, m.Version
	if m.FirstSubmittedOn.IsZero() {
		m.FirstSubmittedOn = clock.Today()
	}
	m.State, m.Version = progress.Submitted, m.Version+1
	done := tx.Model(&Measurement{}).Where("id = ? AND version = ?", id, version).Select("state", "first_submitted_on", "version").Updates(m)
	if err := db.Changed(done); err != nil {
		return m, err
	}
	if err := decide(tx, m, actor, at, ""); err != nil {
		return m, err
	}
	return m, record(tx, clock, actor, "measurement.submit", m, s, append([]audit.Change{{Field: "state", Old: string(was), New: string(m.State)}}, saidOf(m, cells)...)...)
}

// whole holds a stored measurement to all rules of what is sent.
func (m *Measurement) whole(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, s subject) ([]Cell, error) {
	var stored []Cell
	if err := tx.Where("measurement_id = ?", m.ID).Find(&stored).Error; err != nil {
		return nil, err
	}
	in := Said{CoversFrom: m.CoversFrom, CoversTo: m.CoversTo, Basis: m.Basis, Attribution: m.Attribution, Qualifier: m.Qualifier,
		Source: m.Source, Note: m.Note, PartsReason: m.PartsReason, Cells: stored}
	if m.EditionID != nil {
		in.EditionID = *m.EditionID
	}
	cells, err := m.take(tx, clock, actor, s, in, true)
	if err != nil {
		return cells, err
	}
	return cells, m.deadlineOpen(actor, s)
}

// deadlineOpen refuses an institution's own word for a deadline that is closed,
// unless it was sent once before that.
func (m Measurement) deadlineOpen(actor accounts.Actor, s subject) error {
	var c problem.Check
	if d, ok := s.schedule.For(m.CoversTo); ok && !d.Open() && m.FirstSubmittedOn.IsZero() && m.Basis == Logged && !actor.Is(accounts.Coordinator) {
		c.Add("covers_to", "measurement.error.closed")
	}
	return c.Err()
}

// MayLog says what stands against logging and submitting, and keeps nothing: it
// holds what was written to all the rules of what is sent.
func MayLog(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in MeasurementNew, id, version int64) error {
	var m Measurement
	var s subject
	var err error
	if id == 0 {
		m, s, err = begun(tx, clock, actor, &in)
	} else if m, s, err = editable(tx, clock, actor, id); err == nil && m.Version != version {
		return problem.Stale()
	}
	if err != nil {
		return err
	}
	if _, err := m.take(tx, clock, actor, s, in.Said, true); err != nil {
		return err
	}
	return m.deadlineOpen(actor, s)
}

func decide(tx *gorm.DB, m Measurement, actor accounts.Actor, at time.Time, reason string) error {
	return tx.Create(&Decision{MeasurementID: m.ID, Kind: m.State, CoversTo: m.CoversTo, At: at, ByID: by(actor.PersonID), Reason: reason}).Error
}

func authors(tx *gorm.DB, id int64) (ids []int64, err error) {
	err = tx.Raw("SELECT person_id FROM measurement_authors WHERE measurement_id = ? ORDER BY person_id", id).Scan(&ids).Error
	return ids, err
}

// decidable loads a measurement on which the actor may decide.
func decidable(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64) (Measurement, subject, error) {
	m, s, err := visible(tx, clock, actor, id)
	if err != nil {
		return m, s, err
	}
	wrote, err := authors(tx, id)
	if err != nil {
		return m, s, err
	}
	if err := m.Entry().MayDecide(actor, wrote); err != nil {
		return m, s, err
	}
	if m.Version != version {
		return m, s, problem.Stale()
	}
	return m, s, nil
}

// Return sends a measurement back to its institution with a reason.
func Return(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64, reason string) (Measurement, error) {
	m, s, err := decidable(tx, clock, actor, id, version)
	if err != nil {
		return m, err
	}
	reason = strings.TrimSpace(reason)
	var c problem.Check
	checkText(&c, "reason", reason, 1, 1000)
	if err := c.Err(); err != nil {
		return m, err
	}
	m.State, m.Version = progress.Returned, m.Version+1
	if err := db.Changed(tx.Model(&Measurement{}).Where("id = ? AND version = ?", id, version).Select("state", "version").Updates(m)); err != nil {
		return m, err
	}
	if err := decide(tx, m, actor, clock.Now(), reason); err != nil {
		return m, err
	}
	return m, record(tx, clock, actor, "measurement.return", m, s, audit.Change{Field: "state", Old: string(progress.Submitted), New: string(m.State)},
		audit.Change{Field: "reason", New: reason, Free: true})
}

// Approve makes a measurement count from this instant on.
func Approve(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64) (Measurement, error) {
	m, s, err := decidable(tx, clock, actor, id, version)
	if err != nil {
		return m, err
	}
	m.OwnInstitution = !m.OnBehalf && actor.InstitutionID == m.InstitutionID
	return approve(tx, clock, actor, m, s)
}

func approve(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, m Measurement, s subject) (Measurement, error) {
	if m.CorrectsID != nil {
		if err := notCorrected(tx, m.CorrectsID); err != nil {
			return m, err
		}
	}
	at, err := progress.NextInstant(tx, clock)
	if err != nil {
		return m, err
	}
	was, version := m.State, m.Version
	m.State, m.Version, m.ApprovedAt, m.ApprovedByID = progress.Approved, version+1, &at, by(actor.PersonID)
	done := tx.Model(&Measurement{}).Where("id = ? AND version = ?", m.ID, version).
		Select("state", "version", "approved_at", "approved_by_id", "own_institution").Updates(m)
	if errors.Is(done.Error, gorm.ErrDuplicatedKey) { // another correction was approved in this very moment
		return m, errCorrected
	}
	if err := db.Changed(done); err != nil {
		return m, err
	}
	if err := decide(tx, m, actor, at, ""); err != nil {
		return m, err
	}
	if err := followChoice(tx, actor, m, at); err != nil {
		return m, err
	}
	return m, record(tx, clock, actor, "measurement.approve", m, s, audit.Change{Field: "state", Old: string(was), New: string(m.State)})
}

// followChoice has a correction count where what it replaces was chosen, for
// the same reason.
func followChoice(tx *gorm.DB, actor accounts.Actor, m Measurement, at time.Time) error {
	if m.CorrectsID == nil {
		return nil
	}
	var now Choice
	if err := tx.Where("measurement_id = ? AND ended_at IS NULL", *m.CorrectsID).Limit(1).Find(&now).Error; err != nil || now.ID == 0 {
		return err
	}
	if err := tx.Exec("UPDATE measurement_choices SET ended_at = ? WHERE id = ?", at, now.ID).Error; err != nil || now.YearFrom != m.YearFrom {
		return err
	}
	return tx.Create(&Choice{IndicatorID: m.IndicatorID, YearFrom: m.YearFrom, MeasurementID: m.ID, Reason: now.Reason, ChosenAt: at, ChosenByID: by(actor.PersonID)}).Error
}

// Tell enters what an edition said of a year as it stands in a country's seed
// files, approved at once. It is for the command line alone: people's entries
// are reviewed.
func Tell(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in MeasurementNew) (Measurement, error) {
	if !actor.Is(accounts.System) {
		return Measurement{}, problem.Denied("measurement.error.reported")
	}
	m, err := Start(tx, clock, actor, in)
	if err != nil {
		return m, err
	}
	s, err := loadSubject(tx, clock, actor, Indicator{ID: m.IndicatorID, Country: in.Country, Ref: in.Ref})
	if err != nil {
		return m, err
	}
	if _, err := m.whole(tx, clock, actor, s); err != nil {
		return m, err
	}
	return approve(tx, clock, actor, m, s)
}

// ChoiceNew says which approved value of a year counts. Was is the measurement
// that the form showed as chosen, 0 for none.
type ChoiceNew struct {
	MeasurementID int64
	Was           int64
	Reason        string
}

// Choose has one of several values for a year count, for a reason, in place of
// what was chosen before. Coordinators only.
func Choose(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in ChoiceNew) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	m, s, err := visible(tx, clock, actor, in.MeasurementID)
	if err != nil {
		return err
	}
	reason := strings.TrimSpace(in.Reason)
	var c problem.Check
	checkText(&c, "reason", reason, 1, 1000)
	c.Require(m.State == progress.Approved, "measurement", "measurement.error.choose")
	if err := notCorrected(tx, &m.ID); problem.KindOf(err) == problem.Conflict {
		c.Add("measurement", "measurement.error.choose")
	} else if err != nil {
		return err
	}
	if err := c.Err(); err != nil {
		return err
	}
	var now Choice
	if err := tx.Where("indicator_id = ? AND year_from = ? AND ended_at IS NULL", m.IndicatorID, m.YearFrom).Limit(1).Find(&now).Error; err != nil {
		return err
	}
	if now.MeasurementID != in.Was {
		return problem.Stale()
	}
	at, err := progress.NextInstant(tx, clock)
	if err != nil {
		return err
	}
	if now.ID != 0 {
		if err := db.Changed(tx.Exec("UPDATE measurement_choices SET ended_at = ? WHERE id = ? AND ended_at IS NULL", at, now.ID)); err != nil {
			return err
		}
	}
	err = tx.Create(&Choice{IndicatorID: m.IndicatorID, YearFrom: m.YearFrom, MeasurementID: m.ID, Reason: reason, ChosenAt: at, ChosenByID: by(actor.PersonID)}).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) { // another was chosen in this very moment
		return problem.Stale()
	}
	if err != nil {
		return err
	}
	return record(tx, clock, actor, "measurement.choose", m, s, audit.Change{Field: "reason", New: reason, Free: true})
}

// Approve makes a measurement count, once for a form's key.
func (s *Store) Approve(ctx context.Context, actor accounts.Actor, key string, id, version int64) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (Measurement, error) { return Approve(tx, s.clock, actor, id, version) })
	return err
}

// Return sends a measurement back, once for a form's key.
func (s *Store) Return(ctx context.Context, actor accounts.Actor, key string, id, version int64, reason string) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (Measurement, error) { return Return(tx, s.clock, actor, id, version, reason) })
	return err
}

// Choose has one value count, once for a form's key.
func (s *Store) Choose(ctx context.Context, actor accounts.Actor, key string, in ChoiceNew) error {
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) { return "", Choose(tx, s.clock, actor, in) })
	return err
}
