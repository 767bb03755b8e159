package accounts

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
)

// Institution is a ministry, an office, an organisation or a partner. It is
// in force from ValidFrom to ValidTo, both days included; no date means no
// bound.
type Institution struct {
	ID        int64 `gorm:"primaryKey"`
	Country   string
	Code      string
	Name      string
	ShortName string
	Kind      Kind
	ValidFrom calendar.Date
	ValidTo   calendar.Date
	Note      string
	Version   int64

	ClearingPostID *int64 // whose holder clears what the institution sends; nil for nobody
}

// TableName is the table of institutions.
func (Institution) TableName() string { return "institutions" }

// InForce says whether the institution exists on a day.
func (i Institution) InForce(on calendar.Date) bool {
	return (i.ValidFrom.IsZero() || !on.Before(i.ValidFrom)) && (i.ValidTo.IsZero() || !on.After(i.ValidTo))
}

// Institutions lists all institutions, past ones too, by code.
func Institutions(tx *gorm.DB) ([]Institution, error) {
	var list []Institution
	err := tx.Order("code").Find(&list).Error
	return list, err
}

// InstitutionsInForce lists the institutions that exist on a day, by code.
func InstitutionsInForce(tx *gorm.DB, on calendar.Date) ([]Institution, error) {
	all, err := Institutions(tx)
	var list []Institution
	for _, i := range all {
		if i.InForce(on) {
			list = append(list, i)
		}
	}
	return list, err
}

// InstitutionByCode is the institution of a code, or NotFound.
func InstitutionByCode(tx *gorm.DB, code string) (Institution, error) {
	var i Institution
	err := first(tx.Where("code = ?", code), &i)
	return i, err
}

// InstitutionByID is the institution of an id, or NotFound.
func InstitutionByID(tx *gorm.DB, id int64) (Institution, error) {
	var i Institution
	err := first(tx.Where("id = ?", id), &i)
	return i, err
}

// InstitutionChange is what an administrator may set. Code is set once, at
// the making: addresses and old reports name it.
type InstitutionChange struct {
	Code      string
	Name      string
	ShortName string
	Kind      Kind
	ValidFrom calendar.Date
	ValidTo   calendar.Date
	Note      string
}

var codeForm = regexp.MustCompile(`^[A-Z][A-Z0-9-]{1,11}$`)

func (c *InstitutionChange) tidy() {
	for _, f := range []*string{&c.Code, &c.Name, &c.ShortName, &c.Note} {
		*f = strings.TrimSpace(*f)
	}
}

func (c InstitutionChange) check() *problem.Check {
	var check problem.Check
	check.Require(c.Name != "", "name", "institution.name.missing")
	check.Require(len([]rune(c.Name)) <= 200, "name", "problem.too_long", "max", 200)
	check.Require(c.ShortName != "", "short_name", "institution.short_name.missing")
	check.Require(len([]rune(c.ShortName)) <= 60, "short_name", "problem.too_long", "max", 60)
	check.Require(c.Kind == Government || c.Kind == NonGovernment || c.Kind == PartnerOutside, "kind", "institution.kind.missing")
	check.Require(len([]rune(c.Note)) <= 1000, "note", "problem.too_long", "max", 1000)
	check.Require(c.ValidFrom.IsZero() || c.ValidTo.IsZero() || !c.ValidTo.Before(c.ValidFrom), "valid_to", "institution.valid_to.before")
	return &check
}

// CheckChange is Check for one that is there, whose code stays.
func (c InstitutionChange) CheckChange() error {
	c.tidy()
	return c.check().Err()
}

// Check holds a new institution to the rules that need no other: what is wrong
// stands by field.
func (c InstitutionChange) Check() error {
	c.tidy()
	check := c.check()
	check.Require(codeForm.MatchString(c.Code), "code", "institution.code.form")
	return check.Err()
}

// CreateInstitution adds an institution of the country served, in the
// caller's transaction: an administrator does, and a coordinator, whose plan
// names institutions that are not there yet. A code that is taken is Invalid.
func CreateInstitution(tx *gorm.DB, actor Actor, at time.Time, c InstitutionChange) (Institution, error) {
	if err := administer(actor); err != nil && !actor.CanChangePlan() {
		return Institution{}, err
	}
	c.tidy()
	if err := c.Check(); err != nil {
		return Institution{}, err
	}
	var check problem.Check
	switch _, err := InstitutionByCode(tx, c.Code); {
	case err == nil:
		check.Add("code", "institution.code.taken", "code", c.Code)
		return Institution{}, check.Err()
	case problem.KindOf(err) != problem.NotFound:
		return Institution{}, err
	}
	settings, err := LoadSettings(tx)
	if err != nil {
		return Institution{}, err
	}
	i := Institution{Country: settings.CountryCode, Code: c.Code, Name: c.Name, ShortName: c.ShortName, Kind: c.Kind,
		ValidFrom: c.ValidFrom, ValidTo: c.ValidTo, Note: c.Note, Version: 1}
	if err := tx.Create(&i).Error; err != nil {
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			check.Add("code", "institution.code.taken", "code", c.Code)
			return Institution{}, check.Err()
		}
		return Institution{}, fmt.Errorf("create institution: %w", err)
	}
	return i, audit.Append(tx, at, event(actor, "institution.create", i.object(), i.changesFrom(Institution{})...))
}

// ChangeInstitution sets everything but the code. version is that of the row
// when the form was opened; a later one is a Conflict.
func ChangeInstitution(tx *gorm.DB, actor Actor, at time.Time, code string, version int64, c InstitutionChange) error {
	if err := administer(actor); err != nil {
		return err
	}
	old, err := InstitutionByCode(tx, code)
	if err != nil {
		return err
	}
	c.tidy()
	if err := c.CheckChange(); err != nil {
		return err
	}
	now := old
	now.Name, now.ShortName, now.Kind, now.ValidFrom, now.ValidTo, now.Note = c.Name, c.ShortName, c.Kind, c.ValidFrom, c.ValidTo, c.Note
	if err := db.Changed(tx.Model(&Institution{}).Where("id = ? AND version = ?", old.ID, version).Updates(map[string]any{
		"name": now.Name, "short_name": now.ShortName, "kind": now.Kind, "valid_from": now.ValidFrom, "valid_to": now.ValidTo,
		"note": now.Note, "version": version + 1})); err != nil {
		return err
	}
	return audit.Append(tx, at, event(actor, "institution.change", old.object(), now.changesFrom(old)...))
}

func (i Institution) object() string { return "institution " + i.Code }

func (i Institution) changesFrom(old Institution) []audit.Change {
	return []audit.Change{
		{Field: "name", Old: old.Name, New: i.Name},
		{Field: "short_name", Old: old.ShortName, New: i.ShortName},
		{Field: "kind", Old: string(old.Kind), New: string(i.Kind)},
		{Field: "valid_from", Old: old.ValidFrom.String(), New: i.ValidFrom.String()},
		{Field: "valid_to", Old: old.ValidTo.String(), New: i.ValidTo.String()},
		{Field: "note", Old: old.Note, New: i.Note, Free: true},
	}
}

// Institutions lists all institutions, past ones too, by code.
func (s *Store) Institutions(ctx context.Context) ([]Institution, error) {
	var list []Institution
	err := s.db.Read(ctx, func(tx *gorm.DB) (err error) {
		list, err = Institutions(tx)
		return err
	})
	return list, err
}

// Institution is the institution of a code, or NotFound.
func (s *Store) Institution(ctx context.Context, code string) (Institution, error) {
	var i Institution
	err := s.db.Read(ctx, func(tx *gorm.DB) (err error) {
		i, err = InstitutionByCode(tx, code)
		return err
	})
	return i, err
}

// CreateInstitution adds an institution and returns its code. Administrators
// only; to others the page does not exist.
func (s *Store) CreateInstitution(ctx context.Context, actor Actor, key string, c InstitutionChange) (string, error) {
	return s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		if err := administer(actor); err != nil {
			return "", err
		}
		i, err := CreateInstitution(tx, actor, s.clock.Now(), c)
		return i.Code, err
	})
}

// ChangeInstitution sets everything but the code; see the function of this name.
func (s *Store) ChangeInstitution(ctx context.Context, actor Actor, key, code string, version int64, c InstitutionChange) error {
	_, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		return code, ChangeInstitution(tx, actor, s.clock.Now(), code, version, c)
	})
	return err
}
