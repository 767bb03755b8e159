package recommendations

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
)

// MechanismNew is a mechanism to add.
type MechanismNew struct {
	Code, Name, ShortName, URL, Note string
	Scale                            []string
	CycleMonths                      int
	Responses                        []string
}

// MechanismChange is a change of the mechanism that had Version when the form
// was opened. Its code stays: references begin with it.
type MechanismChange struct {
	Code                       string
	Version                    int64
	Name, ShortName, URL, Note string
	Scale                      []string
	CycleMonths                int
	Responses                  []string
}

func (in MechanismChange) check(c *problem.Check) {
	checkText(c, "name", in.Name, 1, 200)
	checkText(c, "short_name", in.ShortName, 1, 60)
	checkText(c, "url", in.URL, 0, 500)
	u, err := url.Parse(in.URL)
	c.Require(in.URL == "" || err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "", "url", "asked.error.url")
	checkText(c, "note", in.Note, 0, 2000)
	c.Require(len(in.Scale) > 0 && len(in.Scale) <= 20, "scale", "asked.error.scale")
	for i, word := range in.Scale {
		c.Require(strings.TrimSpace(word) != "" && !slices.Contains(in.Scale[:i], word), "scale", "asked.error.scale")
		checkText(c, "scale", word, 0, 60)
	}
	c.Require(in.CycleMonths >= 0 && in.CycleMonths <= mostMonths, "cycle_months", "asked.error.cycle", "max", mostMonths)
	c.Require(len(in.Responses) <= 20, "responses", "asked.error.responses")
	for i, word := range in.Responses {
		c.Require(strings.TrimSpace(word) != "" && !slices.Contains(in.Responses[:i], word), "responses", "asked.error.responses")
		checkText(c, "responses", word, 0, 60)
	}
}

// mostMonths is the longest cycle of a mechanism.
const mostMonths = 240

func (in MechanismChange) changes(old MechanismChange) []audit.Change {
	return []audit.Change{
		{Field: "name", Old: old.Name, New: in.Name},
		{Field: "short_name", Old: old.ShortName, New: in.ShortName},
		{Field: "url", Old: old.URL, New: in.URL},
		{Field: "scale", Old: strings.Join(old.Scale, ", "), New: strings.Join(in.Scale, ", ")},
		{Field: "note", Old: old.Note, New: in.Note, Free: true},
		{Field: "cycle_months", Old: numberOf(old.CycleMonths), New: numberOf(in.CycleMonths)},
		{Field: "responses", Old: strings.Join(old.Responses, ", "), New: strings.Join(in.Responses, ", ")},
	}
}

// AddMechanism adds a mechanism. Its code is capital letters, digits and hyphens.
func AddMechanism(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in MechanismNew) (Mechanism, error) {
	if err := mayChange(actor); err != nil {
		return Mechanism{}, err
	}
	var c problem.Check
	ref, err := ParseRef(in.Code + " 2000")
	c.Require(err == nil && ref.Mechanism == in.Code, "code", "asked.error.code")
	fields := MechanismChange{Name: in.Name, ShortName: in.ShortName, URL: in.URL, Note: in.Note, Scale: in.Scale, CycleMonths: in.CycleMonths, Responses: in.Responses}
	fields.check(&c)
	if err := c.Err(); err != nil {
		return Mechanism{}, err
	}
	m := Mechanism{Code: in.Code, Name: in.Name, ShortName: in.ShortName, URL: in.URL, Note: in.Note, Scale: in.Scale, CycleMonths: in.CycleMonths, Responses: noNil(in.Responses), Version: 1}
	if err := tx.Create(&m).Error; err != nil {
		return m, db.Taken(err, "code", "asked.error.mechanism_there")
	}
	return m, note(tx, clock, actor, "mechanism.add", "mechanism "+m.Code, fields.changes(MechanismChange{})...)
}

// ChangeMechanism changes a mechanism's names, address, scale or note.
func ChangeMechanism(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in MechanismChange) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	m, err := mechanism(tx, in.Code)
	if err != nil {
		return err
	}
	var c problem.Check
	in.check(&c)
	if err := c.Err(); err != nil {
		return err
	}
	changed := Mechanism{Name: in.Name, ShortName: in.ShortName, URL: in.URL, Note: in.Note, Scale: in.Scale, CycleMonths: in.CycleMonths, Responses: noNil(in.Responses), Version: in.Version + 1}
	done := tx.Model(&Mechanism{}).Where("id = ? AND version = ?", m.ID, in.Version).Select("name", "short_name", "url", "note", "scale", "cycle_months", "responses", "version").Updates(&changed)
	if done.Error == nil && done.RowsAffected == 0 {
		return problem.Stale()
	}
	if done.Error != nil {
		return done.Error
	}
	old := MechanismChange{Name: m.Name, ShortName: m.ShortName, URL: m.URL, Note: m.Note, Scale: m.Scale, CycleMonths: m.CycleMonths, Responses: m.Responses}
	return note(tx, clock, actor, "mechanism.change", "mechanism "+m.Code, in.changes(old)...)
}

// noNil writes an empty list as one.
func noNil(list []string) []string { return append([]string{}, list...) }

func mechanism(tx *gorm.DB, code string) (m Mechanism, err error) {
	if err = tx.Where("code = ?", code).Limit(1).Find(&m).Error; err == nil && m.ID == 0 {
		err = problem.Missing()
	}
	return m, err
}

// Mechanism reads a mechanism by its code.
func (s *Store) Mechanism(ctx context.Context, actor accounts.Actor, code string) (m Mechanism, err error) {
	err = s.read(ctx, actor, func(tx *gorm.DB) error { m, err = mechanism(tx, code); return err })
	return m, err
}

// AddMechanism adds a mechanism once for a form's key and returns its code.
func (s *Store) AddMechanism(ctx context.Context, actor accounts.Actor, key string, in MechanismNew) (string, error) {
	return s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		m, err := AddMechanism(tx, s.clock, actor, in)
		return m.Code, err
	})
}

// ChangeMechanism changes a mechanism once for a form's key.
func (s *Store) ChangeMechanism(ctx context.Context, actor accounts.Actor, key string, in MechanismChange) error {
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		return in.Code, ChangeMechanism(tx, s.clock, actor, in)
	})
	return err
}
