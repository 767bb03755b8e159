package accounts

import (
	"context"
	"time"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/problem"
)

// Way says by which first factor somebody comes in. A one-time link comes in
// by its purpose.
type Way string

// WayPassword is the way of e-mail and password.
const WayPassword Way = "password"

// Second says by which second factor a session was opened; empty is by none.
type Second string

// The second factors. What a provider asked for itself counts as one.
const (
	SecondApp      Second = "app"
	SecondRecovery Second = "recovery"
	SecondProvider Second = "provider"
)

// A sign-in waits StepLimit for its second factor, and ends with StepTries
// wrong codes.
const (
	StepLimit = 5 * time.Minute
	StepTries = 5
)

// KeyStepOver is the message key of the problem for a sign-in that waits no
// more, whatever the reason.
const KeyStepOver = "signin.code.over"

// step is a sign-in whose first factor was right.
type step struct {
	TokenHash string `gorm:"primaryKey"`
	PersonID  int64
	Way       Way
	Tries     int
	CreatedAt time.Time
	// IdentityID is the identity that was the first factor, if one was.
	IdentityID *int64
}

// TableName is the table of sign-ins that wait for their second factor.
func (step) TableName() string { return "sign_in_steps" }

// arrival is somebody whose first factor was right, with what is known of
// their browser.
type arrival struct {
	PersonID int64
	Way      Way
	Proved   bool   // the way asked for a second factor itself, as a provider may
	Identity *int64 // by which somebody came who signed in elsewhere
	Browser  string // secret of the browser's own cookie
	Session  string // secret of a session that the browser still shows; it is ended
	Device   string
	Request  string
}

// admit is the one door: every way of signing in comes through it, in the
// transaction in which its first factor was found right. Who has a second
// factor that the way did not ask for gets no session but a step, which
// SecondFactor takes further; everybody else gets a session.
func (s *Store) admit(tx *gorm.DB, a arrival) (SignedIn, error) {
	if err := holdPerson(tx, a.PersonID); err != nil {
		return SignedIn{}, err
	}
	second := Second("")
	if a.Proved {
		second = SecondProvider
	} else if has, err := hasSecond(tx, a.PersonID); err != nil {
		return SignedIn{}, err
	} else if has {
		return s.await(tx, a)
	}
	in, err := s.open(tx, a, second)
	if err != nil {
		return SignedIn{}, err
	}
	if a.Way.link() {
		return in, audit.Append(tx, s.clock.Now(), event(in.Actor, "link.use", personObject(a.PersonID)))
	}
	return in, audit.Append(tx, s.clock.Now(), event(in.Actor, "sign_in", personObject(a.PersonID)))
}

// holdPerson keeps a person's row until the transaction ends: no second factor
// is added or removed meanwhile, and nobody is disabled. Who is already is
// NotFound.
func holdPerson(tx *gorm.DB, personID int64) error {
	held := tx.Exec("UPDATE people SET version = version WHERE id = ? AND disabled_at IS NULL", personID)
	if held.Error == nil && held.RowsAffected == 0 {
		return problem.Missing()
	}
	return held.Error
}

// link says whether the way is a one-time link.
func (w Way) link() bool {
	return w == Way(Invite) || w == Way(Reset) || w == Way(SignInLink)
}

// await makes the step of a sign-in that lacks its second factor.
func (s *Store) await(tx *gorm.DB, a arrival) (SignedIn, error) {
	in := SignedIn{Step: newToken(), Way: a.Way}
	row := step{TokenHash: hashToken(in.Step), PersonID: a.PersonID, Way: a.Way, CreatedAt: s.now(), IdentityID: a.Identity}
	if err := tx.Create(&row).Error; err != nil {
		return SignedIn{}, err
	}
	actor, err := actorByID(tx, a.PersonID, a.Request)
	if err != nil {
		return SignedIn{}, err
	}
	if a.Way.link() {
		return in, audit.Append(tx, s.clock.Now(), event(actor, "link.use", personObject(a.PersonID)))
	}
	return in, audit.Append(tx, s.clock.Now(), event(actor, "sign_in.first", personObject(a.PersonID)))
}

func actorByID(tx *gorm.DB, personID int64, request string) (Actor, error) {
	var row actorRow
	err := tx.Raw("SELECT "+actorColumns+" FROM "+actorTables+" WHERE p.id = ?", personID).Scan(&row).Error
	return row.actor(request), err
}

// CodeForm brings the second factor of a sign-in that waits for it.
type CodeForm struct {
	Step    string // secret of the step
	Code    string // of the authenticator app, or a recovery code
	Address string
	Browser string
	Session string
	Device  string
	Request string
}

func stepOver() error { return problem.New(problem.NotFound, KeyStepOver) }

// Awaited says by which way somebody came whose second factor is awaited; a
// step that is over is NotFound.
func (s *Store) Awaited(ctx context.Context, secret string) (Way, error) {
	found, _, err := s.stepOf(ctx, secret)
	return found.Way, err
}

func (s *Store) stepOf(ctx context.Context, secret string) (step, Person, error) {
	if !isToken(secret) {
		return step{}, Person{}, stepOver()
	}
	var steps []step
	var people []Person
	err := s.db.Read(ctx, func(tx *gorm.DB) error {
		err := tx.Where("token_hash = ? AND created_at > ? AND tries < ?", hashToken(secret), s.now().Add(-StepLimit), StepTries).Find(&steps).Error
		if err != nil || len(steps) == 0 {
			return err
		}
		return tx.Where("id = ? AND disabled_at IS NULL", steps[0].PersonID).Find(&people).Error
	})
	if err == nil && len(people) == 0 {
		err = stepOver()
	}
	if err != nil {
		return step{}, Person{}, err
	}
	return steps[0], people[0], nil
}

// SecondFactor opens the session of a sign-in whose first factor was right.
// Every code that does not fit, whether it is wrong, was used, is too old or
// cannot be checked, is Invalid with the key "signin.code.wrong"; it counts as
// a failed sign-in of the account. A step that is over is NotFound.
func (s *Store) SecondFactor(ctx context.Context, f CodeForm) (SignedIn, error) {
	waiting, person, err := s.stepOf(ctx, f.Step)
	if err != nil {
		return SignedIn{}, err
	}
	try, err := s.beginCode(ctx, waiting, person, f)
	if problem.KindOf(err) == problem.Unavailable {
		return SignedIn{}, s.refusedSignIn(ctx, person, f.Request, "sign_in.throttle", err)
	}
	if err != nil {
		return SignedIn{}, err
	}
	var in SignedIn
	err = s.db.Write(ctx, func(tx *gorm.DB) error {
		over := tx.Exec(`DELETE FROM sign_in_steps WHERE token_hash = ? AND created_at > ?
			AND person_id IN (SELECT id FROM people WHERE disabled_at IS NULL)`, waiting.TokenHash, s.now().Add(-StepLimit))
		if over.Error != nil {
			return over.Error
		}
		if over.RowsAffected == 0 {
			return stepOver()
		}
		if err := holdPerson(tx, person.ID); problem.KindOf(err) == problem.NotFound {
			return stepOver()
		} else if err != nil {
			return err
		}
		second, err := s.takeCode(tx, person.ID, f.Code)
		if err != nil {
			return err
		}
		if second == SecondRecovery {
			if err := s.toldRecovery(tx, person.ID, person.Email); err != nil {
				return err
			}
		}
		if err := try.forget(tx); err != nil {
			return err
		}
		in, err = s.open(tx, arrival{PersonID: person.ID, Way: waiting.Way, Identity: waiting.IdentityID, Browser: f.Browser, Session: f.Session, Device: f.Device, Request: f.Request}, second)
		if err != nil {
			return err
		}
		return audit.Append(tx, s.clock.Now(), event(in.Actor, "sign_in", personObject(person.ID)))
	})
	if problem.KindOf(err) == problem.Invalid {
		return SignedIn{}, s.refusedSignIn(ctx, person, f.Request, "sign_in.code", err)
	}
	if err != nil {
		return SignedIn{}, err
	}
	return in, nil
}

// beginCode counts a code as wrong before it is looked at, for its step and
// for the account; see begin.
func (s *Store) beginCode(ctx context.Context, waiting step, person Person, f CodeForm) (failure, error) {
	try := failure{Account: accountKey(person.Email), Address: addressKey(f.Address), At: s.now()}
	err := s.db.Write(ctx, func(tx *gorm.DB) error {
		if err := s.count(tx, &try, s.knownBrowser(person, f.Browser)); err != nil {
			return err
		}
		counted := tx.Exec("UPDATE sign_in_steps SET tries = tries + 1 WHERE token_hash = ? AND tries < ?", waiting.TokenHash, StepTries)
		if counted.Error == nil && counted.RowsAffected == 0 {
			return stepOver()
		}
		return counted.Error
	})
	return try, err
}

// endSteps ends the sign-ins of a person that wait for their second factor.
func endSteps(tx *gorm.DB, personID int64) error {
	return tx.Where("person_id = ?", personID).Delete(&step{}).Error
}
