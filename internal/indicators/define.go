package indicators

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
)

// Store is the way in for pages and commands.
type Store struct {
	db    *db.DB
	clock calendar.Clock
}

// New makes the store of a database whose domain time the clock tells.
func New(d *db.DB, clock calendar.Clock) *Store { return &Store{db: d, clock: clock} }

// IndicatorNew is an indicator to add. EffectiveOn is the day from which its
// first definition holds, today when it is not given.
type IndicatorNew struct {
	Country     string
	Ref         string
	EffectiveOn calendar.Date
	Terms
}

// Add makes an indicator with its first definition. Coordinators only. Its
// reference is never used twice.
func Add(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in IndicatorNew) (Indicator, error) {
	i := Indicator{Country: in.Country, Ref: in.Ref, CreatedAt: clock.Now(), CreatedByID: by(actor.PersonID), Version: 1}
	if err := mayChange(actor); err != nil {
		return i, err
	}
	in, err := in.checked(tx, clock)
	if err != nil {
		return i, err
	}
	if err := tx.Create(&i).Error; err != nil {
		return i, db.Taken(err, "ref", "indicator.error.ref_there")
	}
	d := Definition{IndicatorID: i.ID, EffectiveOn: in.EffectiveOn, RecordedAt: clock.Now(), RecordedByID: by(actor.PersonID), Terms: in.Terms}
	if err := tx.Create(&d).Error; err != nil {
		return i, err
	}
	codes, err := institutionCodes(tx)
	if err != nil {
		return i, err
	}
	changes := append(audited(differences(Terms{}, in.Terms, codes)), audit.Change{Field: "effective_on", New: in.EffectiveOn.String()})
	return i, note(tx, clock, actor, "indicator.add", object(i), changes...)
}

// checked is an indicator to add in its one form, held against the rules.
func (in IndicatorNew) checked(tx *gorm.DB, clock calendar.Clock) (IndicatorNew, error) {
	in.Terms = in.normal()
	if in.EffectiveOn.IsZero() {
		in.EffectiveOn = clock.Today()
	}
	var c problem.Check
	c.Require(len(in.Ref) <= 20 && refPattern.MatchString(in.Ref), "ref", "indicator.error.ref")
	c.Require(!in.EffectiveOn.After(clock.Today()), "effective_on", "indicator.error.later")
	if err := in.Terms.check(tx, &c); err != nil {
		return in, err
	}
	return in, c.Err()
}

// Check tells what Add would refuse, but for a reference that is there.
func (in IndicatorNew) Check(tx *gorm.DB, clock calendar.Clock) error {
	_, err := in.checked(tx, clock)
	return err
}

// IndicatorChange is a new definition of the indicator that had Version when
// the form was opened. It holds from EffectiveOn, today when it is not given.
// Breaks says that values from then on are not comparable with earlier ones.
type IndicatorChange struct {
	Country     string
	Ref         string
	Version     int64
	EffectiveOn calendar.Date
	Reason      string
	Breaks      bool
	Terms
}

// Change records a new definition, with its reason. Coordinators only. A new
// unit, currency or scale always breaks the series, since its numbers mean
// something else. A definition is not dated before the newest one.
func Change(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in IndicatorChange) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	i, err := byRef(tx, in.Country, in.Ref)
	if err != nil {
		return err
	}
	if i.Version != in.Version {
		return problem.Stale()
	}
	in, changed, err := in.checked(tx, clock, i)
	if err != nil {
		return err
	}
	breaks := in.Breaks || otherNumbers(changed)
	if err := db.Changed(tx.Model(&Indicator{}).Where("id = ? AND version = ?", i.ID, in.Version).Update("version", in.Version+1)); err != nil {
		return err
	}
	d := Definition{IndicatorID: i.ID, EffectiveOn: in.EffectiveOn, RecordedAt: clock.Now(), RecordedByID: by(actor.PersonID), Reason: in.Reason, Breaks: breaks, Terms: in.Terms}
	if err := tx.Create(&d).Error; err != nil {
		return err
	}
	changes := append(audited(changed), audit.Change{Field: "effective_on", New: in.EffectiveOn.String()}, audit.Change{Field: "reason", New: in.Reason, Free: true})
	if breaks {
		changes = append(changes, audit.Change{Field: "breaks", New: "true"})
	}
	return note(tx, clock, actor, "indicator.change", object(i), changes...)
}

// checked is a change of an indicator in its one form, held against the rules,
// with what it changes of the newest definition, which it is to replace.
func (in IndicatorChange) checked(tx *gorm.DB, clock calendar.Clock, i Indicator) (_ IndicatorChange, changed []Difference, err error) {
	var was Definition
	if err := tx.Where("indicator_id = ?", i.ID).Order("effective_on DESC, recorded_at DESC, id DESC").Take(&was).Error; err != nil {
		return in, nil, err
	}
	in.Terms = in.normal()
	if in.EffectiveOn.IsZero() {
		in.EffectiveOn = clock.Today()
	}
	var c problem.Check
	c.Require(!in.EffectiveOn.After(clock.Today()), "effective_on", "indicator.error.later")
	c.Require(!in.EffectiveOn.Before(was.EffectiveOn), "effective_on", "indicator.error.earlier", "date", was.EffectiveOn)
	checkText(&c, "reason", in.Reason, 1, 1000)
	if err := in.Terms.check(tx, &c); err != nil {
		return in, nil, err
	}
	if err := c.Err(); err != nil {
		return in, nil, err
	}
	codes, err := institutionCodes(tx)
	if changed = differences(was.Terms, in.Terms, codes); err == nil && len(changed) == 0 && !in.Breaks {
		err = ErrUnchanged
	}
	return in, changed, err
}

// ErrUnchanged refuses a change that changes nothing.
var ErrUnchanged = problem.New(problem.Invalid, "indicator.error.unchanged")

// Check tells what Change would refuse, but for what was changed meanwhile.
func (in IndicatorChange) Check(tx *gorm.DB, clock calendar.Clock) error {
	i, err := byRef(tx, in.Country, in.Ref)
	if err == nil {
		_, _, err = in.checked(tx, clock, i)
	}
	return err
}

// otherNumbers says whether a change makes the same number mean another thing.
func otherNumbers(changed []Difference) bool {
	for _, d := range changed {
		if d.Field == "unit" || d.Field == "currency" || d.Field == "scale" {
			return true
		}
	}
	return false
}

// byRef finds an indicator.
func byRef(tx *gorm.DB, country, ref string) (i Indicator, err error) {
	err = tx.Where("country = ? AND ref = ?", country, ref).Take(&i).Error
	return i, missing(err)
}

// missing turns "no such row" into the problem that says so.
func missing(err error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return problem.Missing()
	}
	return err
}

// object names an indicator in the audit trail.
func object(i Indicator) string { return "indicator " + i.Ref }

func institutionCodes(tx *gorm.DB) (map[int64]string, error) {
	var list []struct {
		ID   int64
		Code string
	}
	err := tx.Raw("SELECT id, code FROM institutions").Scan(&list).Error
	codes := map[int64]string{}
	for _, i := range list {
		codes[i.ID] = i.Code
	}
	return codes, err
}

// mayChange refuses everyone but coordinators: as a missing page to those who
// do not read the plan.
func mayChange(actor accounts.Actor) error {
	switch {
	case actor.CanChangePlan():
		return nil
	case actor.CanReadPlan():
		return problem.Denied("problem.coordinators_only")
	}
	return problem.Missing()
}

// Add makes an indicator, once for a form's key, and gives its reference.
func (s *Store) Add(ctx context.Context, actor accounts.Actor, key string, in IndicatorNew) (string, error) {
	return s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		i, err := Add(tx, s.clock, actor, in)
		return i.Ref, err
	})
}

// Change records a new definition, once for a form's key.
func (s *Store) Change(ctx context.Context, actor accounts.Actor, key string, in IndicatorChange) error {
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		return "", Change(tx, s.clock, actor, in)
	})
	return err
}
