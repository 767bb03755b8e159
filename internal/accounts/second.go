package accounts

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/problem"
)

// The codes of an authenticator app are those of RFC 6238 as all apps know
// them: six digits, a new one every 30 seconds. A clock that is one step off
// is good enough.
const (
	codeStep   = 30 * time.Second
	codeDigits = otp.DigitsSix
	codeSkew   = 1
)

// RecoveryCodes is how many codes a person gets for when the app is not at
// hand. Each is worth 80 random bits.
const (
	RecoveryCodes = 10
	recoveryBytes = 10
)

// secondPurpose is what the key of the secrets is derived for.
const secondPurpose = "second factor"

// secondFactor is the authenticator app of a person. Its row is made when a
// first code showed that the app has the secret.
type secondFactor struct {
	PersonID int64 `gorm:"primaryKey"`
	Sealed   []byte
	MadeAt   time.Time
	LastStep int64 // of the newest code that was used: it and older ones work no more
}

// TableName is the table of second factors.
func (secondFactor) TableName() string { return "second_factors" }

type recoveryCode struct {
	PersonID int64  `gorm:"primaryKey"`
	CodeHash string `gorm:"primaryKey"`
	MadeAt   time.Time
	UsedAt   *time.Time
}

// TableName is the table of recovery codes.
func (recoveryCode) TableName() string { return "recovery_codes" }

// hasSecond says whether a person has a second factor, also when its
// secret cannot be opened.
func hasSecond(tx *gorm.DB, personID int64) (bool, error) {
	var n int64
	err := tx.Model(&secondFactor{}).Where("person_id = ?", personID).Count(&n).Error
	return n > 0, err
}

// wrongCode is the one answer for a code that does not fit.
func wrongCode() error { return problem.New(problem.Invalid, "signin.code.wrong") }

// takeCode uses a code up: one of the app, or a recovery code. It works once,
// also when it is sent several times at the same moment.
func (s *Store) takeCode(tx *gorm.DB, personID int64, typed string) (Second, error) {
	code := tidyCode(typed)
	if len(code) != codeDigits.Length() {
		used := tx.Exec("UPDATE recovery_codes SET used_at = ? WHERE person_id = ? AND code_hash = ? AND used_at IS NULL", s.now(), personID, hashRecovery(personID, code))
		if used.Error == nil && used.RowsAffected == 0 {
			return "", wrongCode()
		}
		return SecondRecovery, used.Error
	}
	var own []secondFactor
	if err := tx.Where("person_id = ?", personID).Find(&own).Error; err != nil {
		return "", err
	}
	if len(own) == 0 {
		return "", wrongCode()
	}
	secret, err := s.openSecret(own[0])
	if err != nil {
		return "", wrongCode()
	}
	at, ok := s.codeFits(secret, code)
	if !ok {
		return "", wrongCode()
	}
	used := tx.Exec("UPDATE second_factors SET last_step = ? WHERE person_id = ? AND last_step < ?", at, personID, at)
	if used.Error == nil && used.RowsAffected == 0 {
		return "", wrongCode()
	}
	return SecondApp, used.Error
}

// codeFits says for which time step a code is right.
func (s *Store) codeFits(secret []byte, code string) (int64, bool) {
	now := s.now().Unix() / int64(codeStep.Seconds())
	for _, at := range []int64{now, now - codeSkew, now + codeSkew} {
		if subtle.ConstantTimeCompare([]byte(codeAt(secret, at)), []byte(code)) == 1 {
			return at, true
		}
	}
	return 0, false
}

// codeAt is the code of a secret in a time step.
func codeAt(secret []byte, at int64) string {
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	code, err := hotp.GenerateCodeCustom(text, uint64(at), hotp.ValidateOpts{Digits: codeDigits, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		return "" // which is no code
	}
	return code
}

// openSecret opens the sealed secret. One that was sealed with another key is
// told in the log: the person sees only that their code is wrong.
func (s *Store) openSecret(own secondFactor) ([]byte, error) {
	if !s.cfg.Keys.Given() {
		return nil, problem.New(problem.Unavailable, "second.no_key")
	}
	secret, err := s.cfg.Keys.Open(secondPurpose, personObject(own.PersonID), own.Sealed)
	if err != nil && s.cfg.Log != nil {
		s.cfg.Log.Error("a second factor was sealed with another key", "actor", own.PersonID)
	}
	return secret, err
}

// tidyCode is a code as it is looked up: in capitals, without the spaces and
// dashes with which people type it.
func tidyCode(typed string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\t' || r == '\u00a0' || r == '\u2011' {
			return -1
		}
		return r
	}, strings.TrimSpace(typed)))
}

// hashRecovery is what the database holds of a recovery code. Nobody guesses
// 80 bits, so a fast hash does; the person's number keeps one code from being
// looked for in all rows at once.
func hashRecovery(personID int64, code string) string {
	mac := hmac.New(sha256.New, []byte(personObject(personID)))
	mac.Write([]byte(code))
	return hex.EncodeToString(mac.Sum(nil))
}

// useCode uses a code up for something else than a sign-in.
func (s *Store) useCode(tx *gorm.DB, personID int64, email, typed string) error {
	second, err := s.takeCode(tx, personID, typed)
	if err == nil && second == SecondRecovery {
		return s.toldRecovery(tx, personID, email)
	}
	return err
}

// toldRecovery mails the person that one of their recovery codes was used, and
// how many are left.
func (s *Store) toldRecovery(tx *gorm.DB, personID int64, email string) error {
	var left int64
	if err := tx.Model(&recoveryCode{}).Where("person_id = ? AND used_at IS NULL", personID).Count(&left).Error; err != nil {
		return err
	}
	return s.notify(tx, email, "recovery", "left", left)
}

// LossForm removes the second factor of a person who lost it.
type LossForm struct {
	Key      string
	PersonID int64
	Reason   string // how the administrator made sure of the person
}

// RemoveSecondOf removes the second factor of another person, with the reason,
// and ends all that their sign-ins opened; for administrators and the command
// line. Nobody removes their own so.
func (s *Store) RemoveSecondOf(ctx context.Context, actor Actor, f LossForm) error {
	return s.writePerson(ctx, actor, f.Key, f.PersonID, func(tx *gorm.DB) error {
		p, err := personToChange(tx, actor, f.PersonID)
		if err != nil {
			return err
		}
		reason := strings.TrimSpace(f.Reason)
		var check problem.Check
		check.Require(reason != "", "reason", "second.reason")
		check.Require(len([]rune(reason)) <= 500, "reason", "problem.too_long", "max", 500)
		switch {
		case actor.PersonID == f.PersonID:
			return problem.New(problem.Conflict, "second.own")
		case !p.HasSecond:
			return problem.New(problem.Conflict, "second.none")
		case check.Err() != nil:
			return check.Err()
		}
		if err := dropSecond(tx, p.ID); err != nil {
			return err
		}
		if err := s.endOthers(tx, p.ID, ""); err != nil {
			return err
		}
		if err := s.notify(tx, p.Email, "second_lost"); err != nil {
			return err
		}
		return audit.Append(tx, s.clock.Now(), event(actor, "person.remove_second", personObject(p.ID), audit.Change{Field: "reason", New: reason, Free: true}))
	})
}

// Unopened counts the second factors that were sealed with another key than
// the one in use: their people cannot sign in.
func (s *Store) Unopened(ctx context.Context) (n int, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		var all []secondFactor
		if err := tx.Find(&all).Error; err != nil {
			return err
		}
		for _, own := range all {
			if !s.cfg.Keys.Given() {
				n++
			} else if _, err := s.cfg.Keys.Open(secondPurpose, personObject(own.PersonID), own.Sealed); err != nil {
				n++
			}
		}
		return nil
	})
	return n, err
}
