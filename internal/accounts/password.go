package accounts

import (
	"context"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/problem"
)

// PasswordForm changes the actor's own password. Current is not needed in a
// session that a one-time link opened.
type PasswordForm struct {
	Key     string // of the form: a repeated post has one effect
	Current string
	New     string
	Session string // secret of the session that asks; it goes on, all others end
}

// ChangePassword sets a new password after the present one was given. A wrong
// one is Invalid in the field "current" and counts as a failed sign-in of
// this session; a new one that is refused is Invalid in "password".
func (s *Store) ChangePassword(ctx context.Context, actor Actor, f PasswordForm) error {
	// A repetition would find the password changed and call the present one
	// wrong.
	if posted, err := s.db.Posted(ctx, actor.PersonID, f.Key); posted || err != nil {
		return err
	}
	person, own, err := s.ownAccount(ctx, actor, f.Session)
	if err != nil {
		return err
	}
	if !own.ByLink {
		if err := s.checkCurrent(ctx, person, f.Current, f.Session, event(actor, "password.change", personObject(person.ID))); err != nil {
			return err
		}
	}
	if err := s.checkPassword(ctx, f.New, person.Email); err != nil {
		return err
	}
	if f.New == f.Current {
		return invalid("password", "password.same")
	}
	newHash, err := s.hash(ctx, f.New)
	if err != nil {
		return err
	}
	_, err = s.write(ctx, actor, f.Key, func(tx *gorm.DB) (string, error) {
		return "", s.replacePassword(tx, actor, person, newHash, f.Session)
	})
	return err
}

// replacePassword sets the new password unless one was set meanwhile, by a
// reset for one: that wins.
func (s *Store) replacePassword(tx *gorm.DB, actor Actor, person Person, newHash, token string) error {
	var same int64
	if err := tx.Model(&Person{}).Where("id = ? AND password_hash = ?", person.ID, person.PasswordHash).Count(&same).Error; err != nil {
		return err
	}
	if same == 0 {
		return problem.Stale()
	}
	if err := setPassword(tx, person.ID, person.Email, newHash, token); err != nil {
		return err
	}
	if err := tx.Model(&session{}).Where("token_hash = ?", hashToken(token)).Update("by_link", false).Error; err != nil {
		return err
	}
	if err := s.notify(tx, person.Email, "password"); err != nil {
		return err
	}
	return audit.Append(tx, s.clock.Now(), event(actor, "password.change", personObject(person.ID)))
}

// ownAccount reads the actor's account and the session that asks.
func (s *Store) ownAccount(ctx context.Context, actor Actor, token string) (Person, session, error) {
	var person Person
	var own session
	err := s.db.Read(ctx, func(tx *gorm.DB) error {
		if err := first(tx.Where("token_hash = ? AND person_id = ?", hashToken(token), actor.PersonID), &own); err != nil {
			return err
		}
		return first(tx.Where("id = ? AND disabled_at IS NULL", actor.PersonID), &person)
	})
	return person, own, err
}

// checkCurrent wants the present password in a form that asks for it. A wrong
// one is noted as the refused event.
func (s *Store) checkCurrent(ctx context.Context, person Person, current, token string, refused audit.Event) error {
	right, err := s.rightPassword(ctx, person, current, token)
	if err != nil || right {
		return err
	}
	if err := audit.Refuse(ctx, s.db, s.clock.Now(), refused); err != nil {
		return err
	}
	return invalid("current", "password.current.wrong")
}

// rightPassword holds the present password against the account, with a count
// of failures of its own for the session, so that a session left open is no
// place to guess in.
func (s *Store) rightPassword(ctx context.Context, person Person, current, token string) (bool, error) {
	free, err := s.slot(ctx)
	if err != nil {
		return false, err
	}
	defer free()
	try, err := s.begin(ctx, accountKey("session "+hashToken(token)), "", browser{})
	if err != nil {
		return false, err
	}
	ok, _, err := s.matches(current, person.PasswordHash)
	if err != nil || !ok {
		return false, err
	}
	return true, s.db.Write(ctx, func(tx *gorm.DB) error { return try.forget(tx) })
}

// checkPassword holds a new password against the rules, with the words that
// lie close at hand here: the product, the country, the institutions, the
// person's address.
func (s *Store) checkPassword(ctx context.Context, password, email string) error {
	var words []string
	err := s.db.Read(ctx, func(tx *gorm.DB) error {
		settings, err := LoadSettings(tx)
		if err != nil {
			return err
		}
		words = append(words, settings.CountryName, settings.Owner)
		list, err := Institutions(tx)
		for _, i := range list {
			words = append(words, i.Code, i.Name, i.ShortName)
		}
		return err
	})
	if err != nil {
		return err
	}
	return CheckPassword(password, append(words, email))
}
