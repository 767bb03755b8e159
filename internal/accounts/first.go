package accounts

import (
	"context"

	"gorm.io/gorm"

	"tracker/internal/problem"
)

// The first administrator, made when there is none: an account in the
// secretariat where the settings name one, else in an institution of its own.
const (
	FirstAdministrator = "administrator@localhost"
	firstTitle         = "Administrator"
	firstInstitution   = "ADMIN"
)

// EnsureFirstLink makes, as long as no administrator can sign in, a one-time
// link with which the first one sets a password. It replaces the link of an
// earlier start. Once an administrator can sign in it does nothing, and
// made is false.
func (s *Store) EnsureFirstLink(ctx context.Context) (m MadeLink, made bool, err error) {
	system := CommandLine()
	err = s.db.Write(ctx, func(tx *gorm.DB) error {
		people, err := People(tx)
		if err != nil {
			return err
		}
		var waiting *PersonRow
		for i, p := range people {
			switch {
			case p.Role != Administrator || p.Disabled():
			case p.SignsIn:
				return nil
			case waiting == nil || p.ID < waiting.ID:
				waiting = &people[i]
			}
		}
		id := int64(0)
		if waiting != nil {
			id = waiting.ID
		} else if id, err = s.firstAdministrator(tx, system); err != nil {
			return err
		}
		m, err = s.makeLink(tx, system, id, Invite)
		made = err == nil
		return err
	})
	return m, made, err
}

// firstAdministrator makes the account, and the institution where need be. A
// disabled account of that address is enabled again.
func (s *Store) firstAdministrator(tx *gorm.DB, system Actor) (int64, error) {
	settings, err := LoadSettings(tx)
	if err != nil {
		return 0, err
	}
	old, err := PersonByEmail(tx, FirstAdministrator)
	if err == nil {
		return old.ID, EnablePerson(tx, system, s.clock.Now(), old.ID, old.Version)
	}
	if problem.KindOf(err) != problem.NotFound {
		return 0, err
	}
	code := settings.Secretariat
	if code == "" {
		code = firstInstitution
		_, err := InstitutionByCode(tx, code)
		if problem.KindOf(err) == problem.NotFound {
			_, err = CreateInstitution(tx, system, s.clock.Now(), InstitutionChange{Code: code, Name: "Administration", ShortName: "Administration", Kind: Government})
		}
		if err != nil {
			return 0, err
		}
	}
	p, err := CreatePerson(tx, system, s.clock.Now(), s.clock.Today(), NewPerson{
		Email: FirstAdministrator, Institution: code, Role: Administrator, Title: firstTitle})
	return p.ID, err
}
