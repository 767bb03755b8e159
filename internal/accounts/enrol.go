package accounts

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/problem"
)

// NeedsSecond says whether a role may do nothing without a second factor. In a
// demonstration no role needs one.
func NeedsSecond(role Role) bool {
	return slices.Contains([]Role{Coordinator, Countersigner, Administrator}, role)
}

// The times of setting a second factor up. Whoever just came in by a link or
// through a provider is not asked for a password; what was offered can be
// confirmed for a quarter of an hour.
const (
	FreshLimit = 10 * time.Minute
	offerLimit = 15 * time.Minute
)

const secretBytes = 20 // as long as SHA-1's sum, which RFC 4226 recommends

// OwnSecond is what a person sees of their own second factor.
type OwnSecond struct {
	There    bool
	Since    time.Time
	Left     int  // recovery codes that were not used
	Needed   bool // by the role: it can be replaced, not removed
	Fresh    bool // the session was opened just now and not by a password: none is asked for
	Password bool // the person has a password
	Possible bool // the server has a key to seal secrets with
}

// OwnSecond tells of the actor's own second factor.
func (s *Store) OwnSecond(ctx context.Context, actor Actor, token string) (OwnSecond, error) {
	person, own, err := s.ownAccount(ctx, actor, token)
	if err != nil {
		return OwnSecond{}, err
	}
	out := OwnSecond{Fresh: s.fresh(own), Password: person.PasswordHash != "", Possible: s.cfg.Keys.Given()}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		set, err := LoadSettings(tx)
		if err != nil {
			return err
		}
		out.Needed = NeedsSecond(actor.Role) && !set.Demonstration
		var rows []secondFactor
		if err := tx.Where("person_id = ?", actor.PersonID).Find(&rows).Error; err != nil || len(rows) == 0 {
			return err
		}
		out.There, out.Since = true, rows[0].MadeAt
		return tx.Raw("SELECT count(*) FROM recovery_codes WHERE person_id = ? AND used_at IS NULL", actor.PersonID).Scan(&out.Left).Error
	})
	return out, err
}

// fresh says whether a session that no password opened was opened just now.
func (s *Store) fresh(own session) bool {
	return own.Way != WayPassword && own.Way != "" && s.now().Sub(own.CreatedAt) < FreshLimit
}

// ProofForm is what a person gives once more before their second factor
// changes.
type ProofForm struct {
	Key     string // of the form: a repeated post has one effect
	Current string // the present password
	Code    string // of the present second factor, if there is one
	Session string // secret of the session that asks
}

// Offer is a second factor to be set up: it is shown once and kept nowhere.
type Offer struct {
	Sealed  string // goes through the form that confirms it
	Secret  string // as people type it into an app
	Address string // as an app reads it from a picture
}

// offered is what a sealed offer holds. It replaces the factor that was made
// at an instant, or none.
type offered struct {
	Secret   []byte
	At       time.Time
	Replaces time.Time
}

const offerPurpose = "second factor offered"

func offerBound(personID int64, token string) string {
	return personObject(personID) + " " + hashToken(token)
}

// OfferSecond makes a new secret for the actor's authenticator app, after the
// present password and, where there is a second factor already, a code of it.
// Wrong ones are Invalid in "current" and "code". Nothing is changed yet.
// issuer names the tracker in the app.
func (s *Store) OfferSecond(ctx context.Context, actor Actor, issuer string, f ProofForm) (Offer, error) {
	if !s.cfg.Keys.Given() {
		return Offer{}, problem.New(problem.Conflict, "second.no_key")
	}
	if err := s.provePassword(ctx, actor, f, event(actor, "second.set", personObject(actor.PersonID))); err != nil {
		return Offer{}, err
	}
	o := offered{Secret: make([]byte, secretBytes), At: s.now()}
	rand.Read(o.Secret) //nolint:errcheck // never fails
	var rows []secondFactor
	err := s.db.Read(ctx, func(tx *gorm.DB) error { return tx.Where("person_id = ?", actor.PersonID).Find(&rows).Error })
	if err != nil {
		return Offer{}, err
	}
	if len(rows) > 0 {
		o.Replaces = rows[0].MadeAt.UTC()
		err := s.withCode(ctx, actor, "", f, event(actor, "second.set", personObject(actor.PersonID)), func(*gorm.DB) error { return nil })
		if err != nil {
			return Offer{}, err
		}
	}
	text, err := json.Marshal(o)
	if err != nil {
		return Offer{}, err
	}
	sealed := base64.RawURLEncoding.EncodeToString(s.cfg.Keys.Seal(offerPurpose, offerBound(actor.PersonID, f.Session), text))
	return s.showOffer(o, sealed, actor.Email, issuer), nil
}

// showOffer writes the secret in the ways in which an app takes it.
func (s *Store) showOffer(o offered, sealed, email, issuer string) Offer {
	secret := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(o.Secret)
	issuer = strings.ReplaceAll(issuer, ":", " ")
	address := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + email,
		RawQuery: "secret=" + secret + "&issuer=" + url.PathEscape(issuer)}
	return Offer{Sealed: sealed, Secret: grouped(secret), Address: address.String()}
}

// grouped writes a code in groups of four, as people read it.
func grouped(code string) string {
	var groups []string
	for part := range slices.Chunk([]byte(code), 4) {
		groups = append(groups, string(part))
	}
	return strings.Join(groups, " ")
}

// Offered opens an offer once more, to show it again after a wrong code. One
// that is too old, or another session's, is NotFound.
func (s *Store) Offered(actor Actor, issuer, sealed, token string) (Offer, error) {
	o, err := s.openOffer(actor, sealed, token)
	if err != nil {
		return Offer{}, err
	}
	return s.showOffer(o, sealed, actor.Email, issuer), nil
}

func (s *Store) openOffer(actor Actor, sealed, token string) (o offered, err error) {
	over := problem.New(problem.NotFound, "second.offer_over")
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || !s.cfg.Keys.Given() {
		return o, over
	}
	text, err := s.cfg.Keys.Open(offerPurpose, offerBound(actor.PersonID, token), raw)
	if err != nil || json.Unmarshal(text, &o) != nil || s.now().Sub(o.At) >= offerLimit {
		return o, over
	}
	return o, nil
}

// ConfirmForm brings the first code of an app that was given the secret.
type ConfirmForm struct {
	Key     string
	Sealed  string // of the offer
	Code    string
	Session string
}

// ConfirmSecond sets an offered second factor after its first code, ends every
// other session, and gives recovery codes: the only time that they are known.
// A form that was posted before gives none. A wrong code is Invalid in "code".
func (s *Store) ConfirmSecond(ctx context.Context, actor Actor, f ConfirmForm) (codes []string, err error) {
	if posted, err := s.db.Posted(ctx, actor.PersonID, f.Key); posted || err != nil {
		return nil, err
	}
	o, err := s.openOffer(actor, f.Sealed, f.Session)
	if err != nil {
		return nil, err
	}
	at, ok := s.codeFits(o.Secret, tidyCode(f.Code))
	if !ok {
		return nil, invalid("code", "second.code.wrong")
	}
	_, err = s.write(ctx, actor, f.Key, func(tx *gorm.DB) (string, error) {
		codes, err = s.setSecond(tx, actor, o, at, f.Session)
		return "", err
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

func (s *Store) setSecond(tx *gorm.DB, actor Actor, o offered, at int64, token string) ([]string, error) {
	if err := holdPerson(tx, actor.PersonID); err != nil {
		return nil, err
	}
	var rows []secondFactor
	if err := tx.Where("person_id = ?", actor.PersonID).Find(&rows).Error; err != nil {
		return nil, err
	}
	if o.Replaces.IsZero() != (len(rows) == 0) || len(rows) > 0 && !rows[0].MadeAt.Equal(o.Replaces) {
		return nil, problem.Stale() // another one was set meanwhile
	}
	sealed := s.cfg.Keys.Seal(secondPurpose, personObject(actor.PersonID), o.Secret)
	if err := tx.Where("person_id = ?", actor.PersonID).Delete(&secondFactor{}).Error; err != nil {
		return nil, err
	}
	if err := tx.Create(&secondFactor{PersonID: actor.PersonID, Sealed: sealed, MadeAt: s.now(), LastStep: at}).Error; err != nil {
		return nil, err
	}
	if err := tx.Model(&session{}).Where("token_hash = ? AND person_id = ?", hashToken(token), actor.PersonID).Update("second", SecondApp).Error; err != nil {
		return nil, err
	}
	if err := s.endOthers(tx, actor.PersonID, token); err != nil {
		return nil, err
	}
	codes, err := s.newCodes(tx, actor.PersonID)
	if err != nil {
		return nil, err
	}
	if err := s.notify(tx, actor.Email, "second_set"); err != nil {
		return nil, err
	}
	return codes, audit.Append(tx, s.clock.Now(), event(actor, "second.set", personObject(actor.PersonID)))
}

// endOthers ends what stands open for a person beside one session.
func (s *Store) endOthers(tx *gorm.DB, personID int64, token string) error {
	if err := endSessions(tx, personID, token); err != nil {
		return err
	}
	return endSteps(tx, personID)
}

// newCodes replaces a person's recovery codes.
func (s *Store) newCodes(tx *gorm.DB, personID int64) ([]string, error) {
	if err := tx.Where("person_id = ?", personID).Delete(&recoveryCode{}).Error; err != nil {
		return nil, err
	}
	codes, now := make([]string, RecoveryCodes), s.now()
	for i := range codes {
		b := make([]byte, recoveryBytes)
		rand.Read(b) //nolint:errcheck // never fails
		code := base32.StdEncoding.EncodeToString(b)
		if err := tx.Create(&recoveryCode{PersonID: personID, CodeHash: hashRecovery(personID, code), MadeAt: now}).Error; err != nil {
			return nil, err
		}
		codes[i] = grouped(code)
	}
	return codes, nil
}

// NewCodes replaces the actor's recovery codes after a code of their second
// factor; all older ones work no more. A form that was posted before gives
// none. A wrong code is Invalid in "code".
func (s *Store) NewCodes(ctx context.Context, actor Actor, f ProofForm) (codes []string, err error) {
	if posted, err := s.db.Posted(ctx, actor.PersonID, f.Key); posted || err != nil {
		return nil, err
	}
	err = s.withCode(ctx, actor, f.Key, f, event(actor, "second.codes", personObject(actor.PersonID)), func(tx *gorm.DB) (err error) {
		if codes, err = s.newCodes(tx, actor.PersonID); err != nil {
			return err
		}
		if err := s.notify(tx, actor.Email, "codes"); err != nil {
			return err
		}
		return audit.Append(tx, s.clock.Now(), event(actor, "second.codes", personObject(actor.PersonID)))
	})
	return codes, err
}

// RemoveSecond removes the actor's own second factor after password and code,
// and ends every other session. Whose role needs one keeps it: that is
// Conflict.
func (s *Store) RemoveSecond(ctx context.Context, actor Actor, f ProofForm) error {
	if posted, err := s.db.Posted(ctx, actor.PersonID, f.Key); posted || err != nil {
		return err
	}
	set, err := s.Settings(ctx)
	if err != nil {
		return err
	}
	if NeedsSecond(actor.Role) && !set.Demonstration {
		return problem.New(problem.Conflict, "second.needed")
	}
	refused := event(actor, "second.remove", personObject(actor.PersonID))
	if err := s.provePassword(ctx, actor, f, refused); err != nil {
		return err
	}
	return s.withCode(ctx, actor, f.Key, f, refused, func(tx *gorm.DB) error {
		if err := dropSecond(tx, actor.PersonID); err != nil {
			return err
		}
		if err := s.endOthers(tx, actor.PersonID, f.Session); err != nil {
			return err
		}
		if err := s.notify(tx, actor.Email, "second_removed"); err != nil {
			return err
		}
		return audit.Append(tx, s.clock.Now(), event(actor, "second.remove", personObject(actor.PersonID)))
	})
}

// dropSecond deletes a person's second factor with its recovery codes.
func dropSecond(tx *gorm.DB, personID int64) error {
	if err := tx.Where("person_id = ?", personID).Delete(&secondFactor{}).Error; err != nil {
		return err
	}
	return tx.Where("person_id = ?", personID).Delete(&recoveryCode{}).Error
}

// provePassword asks for the present password, except of a session that was
// opened just now and not by one.
func (s *Store) provePassword(ctx context.Context, actor Actor, f ProofForm, refused audit.Event) error {
	person, own, err := s.ownAccount(ctx, actor, f.Session)
	if err != nil || s.fresh(own) {
		return err
	}
	return s.checkCurrent(ctx, person, f.Current, f.Session, refused)
}

// withCode runs a change together with using up a code of the actor's second
// factor. A wrong code counts as a failure of the session and is noted as the
// refused event.
func (s *Store) withCode(ctx context.Context, actor Actor, key string, f ProofForm, refused audit.Event, run func(tx *gorm.DB) error) error {
	try, err := s.begin(ctx, accountKey("session "+hashToken(f.Session)), "", browser{})
	if err != nil {
		return err
	}
	change := func(tx *gorm.DB) (string, error) {
		if err := holdPerson(tx, actor.PersonID); err != nil {
			return "", err
		}
		if err := s.useCode(tx, actor.PersonID, actor.Email, f.Code); err != nil {
			return "", err
		}
		if err := try.forget(tx); err != nil {
			return "", err
		}
		return "", run(tx)
	}
	if key == "" { // nothing is changed: a repetition needs another code
		err = s.db.Write(ctx, func(tx *gorm.DB) error { _, err := change(tx); return err })
	} else {
		_, err = s.write(ctx, actor, key, change)
	}
	if problem.KindOf(err) != problem.Invalid {
		return err
	}
	if err := audit.Refuse(ctx, s.db, s.clock.Now(), refused); err != nil {
		return err
	}
	return invalid("code", "signin.code.wrong")
}
