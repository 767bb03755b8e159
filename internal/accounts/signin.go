package accounts

import (
	"context"
	"strings"
	"time"

	"github.com/alexedwards/argon2id"
	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/problem"
)

// SignInForm is an attempt to sign in, with what is known of its browser.
type SignInForm struct {
	Email    string
	Password string
	Address  string // of the peer, as the trusted proxy or the socket tells it
	Browser  string // secret of the browser's own cookie, empty at first
	Session  string // secret of a session the browser still shows; it is ended
	Device   string // the browser's name for itself, shown in the list of sessions
	Request  string // id of the web request
}

// SignedIn is what a browser gets: two secrets for cookies, and who it is. When
// a second factor is still to come it gets the secret of a step, and nothing else.
type SignedIn struct {
	Step    string // for SecondFactor; then there is no session yet
	Way     Way
	Session string // new with every sign-in
	Browser string // keep it for 180 days: strangers cannot lock this browser out
	Actor   Actor
}

type browser struct {
	TokenHash string `gorm:"primaryKey"`
	PersonID  int64  `gorm:"primaryKey"`
	SeenAt    time.Time
	Device    string     // its name for itself
	FirstAt   *time.Time // when it signed in for the first time
	Told      bool       // the person was told of it
}

// TableName is the table of browsers that signed in before.
func (browser) TableName() string { return "known_browsers" }

// signInWait is how long an attempt waits for its turn.
const signInWait = 20 * time.Second

// SignIn checks e-mail and password and opens a session. Every wrong attempt
// gets the same answer, Invalid with the key "signin.wrong", whether the
// account is unknown, disabled, without a password or another's, and takes
// the same time. Too many failures are Unavailable with KeyThrottled.
func (s *Store) SignIn(ctx context.Context, f SignInForm) (SignedIn, error) {
	wait, cancel := context.WithTimeout(ctx, signInWait)
	defer cancel()
	free, err := s.slot(wait)
	if err != nil {
		return SignedIn{}, err
	}
	defer free()
	email := tidyEmail(f.Email)
	person, err := s.account(ctx, email)
	if err != nil {
		return SignedIn{}, err
	}
	try, err := s.begin(ctx, accountKey(email), f.Address, s.knownBrowser(person, f.Browser))
	if err != nil {
		return SignedIn{}, s.refusedSignIn(ctx, person, f.Request, "sign_in.throttle", err)
	}
	ok, rehash, err := s.matches(f.Password, person.PasswordHash)
	if err != nil {
		return SignedIn{}, err
	}
	wrong := problem.New(problem.Invalid, "signin.wrong")
	if !ok || person.DisabledAt != nil {
		return SignedIn{}, s.refusedSignIn(ctx, person, f.Request, "sign_in", wrong)
	}
	newHash := person.PasswordHash
	if rehash {
		if newHash, err = argon2id.CreateHash(f.Password, &s.params); err != nil {
			return SignedIn{}, err
		}
	}
	var in SignedIn
	err = s.db.Write(ctx, func(tx *gorm.DB) error {
		// Whoever was disabled or got another password meanwhile stays out.
		same := tx.Exec("UPDATE people SET password_hash = ? WHERE id = ? AND password_hash = ? AND disabled_at IS NULL",
			newHash, person.ID, person.PasswordHash)
		if same.Error != nil {
			return same.Error
		}
		if same.RowsAffected == 0 {
			return wrong
		}
		if err := try.forget(tx); err != nil {
			return err
		}
		in, err = s.admit(tx, arrival{PersonID: person.ID, Way: WayPassword, Browser: f.Browser, Session: f.Session, Device: f.Device, Request: f.Request})
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	return in, nil
}

// account reads the person of an address; an unknown one is the zero Person.
func (s *Store) account(ctx context.Context, email string) (Person, error) {
	if !validEmail(email) {
		return Person{}, nil
	}
	var list []Person
	err := s.db.Read(ctx, func(tx *gorm.DB) error {
		return tx.Where("email = ?", email).Find(&list).Error
	})
	if err != nil || len(list) == 0 {
		return Person{}, err
	}
	return list[0], nil
}

// knownBrowser is the hash of a browser's secret as a lookup wants it, empty
// when there is none or no account it could be known for.
func (s *Store) knownBrowser(p Person, token string) browser {
	if p.ID == 0 || !isToken(token) {
		return browser{}
	}
	return browser{TokenHash: hashToken(token), PersonID: p.ID}
}

// refusedSignIn notes a refused attempt in the trail and returns the problem.
// What was typed is not noted: people type passwords into the wrong field.
func (s *Store) refusedSignIn(ctx context.Context, p Person, request, action string, refused error) error {
	if problem.KindOf(refused) == problem.Internal {
		return refused
	}
	object := "person unknown"
	if p.ID != 0 {
		object = personObject(p.ID)
	}
	ev := audit.Event{Who: audit.Who{Post: "signed out", Request: request}, Action: action, Object: object}
	if err := audit.Refuse(ctx, s.db, s.clock.Now(), ev); err != nil {
		return err
	}
	return refused
}

// open makes a session for a person and remembers the browser, in the
// transaction of admit or SecondFactor and of nothing else.
func (s *Store) open(tx *gorm.DB, a arrival, second Second) (SignedIn, error) {
	now := s.now()
	actor, err := actorByID(tx, a.PersonID, a.Request)
	if err != nil {
		return SignedIn{}, err
	}
	in := SignedIn{Way: a.Way, Session: newToken(), Actor: actor}
	fresh := session{TokenHash: hashToken(in.Session), PublicID: newToken()[:16], PersonID: a.PersonID, CreatedAt: now, SeenAt: now,
		Device: shorten(a.Device, 200), ByLink: a.Way == Way(SignInLink), Way: a.Way, Second: second, IdentityID: a.Identity}
	if err := openSession(tx, fresh, a.Session); err != nil {
		return SignedIn{}, err
	}
	if in.Browser, err = rememberBrowser(tx, a.PersonID, a.Browser, now); err != nil {
		return SignedIn{}, err
	}
	if err := s.tellOfBrowser(tx, a, in); err != nil {
		return SignedIn{}, err
	}
	return in, tx.Exec("UPDATE people SET last_sign_in = ? WHERE id = ?", s.clock.Now(), a.PersonID).Error
}

// rememberBrowser keeps a browser's secret that is ours already, else gives
// it a new one: a secret planted by somebody else is never adopted.
func rememberBrowser(tx *gorm.DB, personID int64, token string, now time.Time) (string, error) {
	var ours int64
	if isToken(token) {
		if err := tx.Model(&browser{}).Where("token_hash = ?", hashToken(token)).Count(&ours).Error; err != nil {
			return "", err
		}
	}
	if ours == 0 {
		token = newToken()
	}
	if err := tx.Exec(`INSERT INTO known_browsers (token_hash, person_id, seen_at) VALUES (?, ?, ?)
		ON CONFLICT (token_hash, person_id) DO UPDATE SET seen_at = excluded.seen_at`, hashToken(token), personID, now).Error; err != nil {
		return "", err
	}
	return token, tx.Exec(`DELETE FROM known_browsers WHERE person_id = ? AND token_hash NOT IN
		(SELECT token_hash FROM known_browsers WHERE person_id = ? ORDER BY seen_at DESC, token_hash LIMIT ?)`,
		personID, personID, browsersKept).Error
}

// shorten cuts a text to n bytes without splitting a letter, and drops what
// PostgreSQL would not store.
func shorten(s string, n int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}
