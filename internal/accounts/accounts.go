package accounts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/alexedwards/argon2id"
	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/i18n"
	"tracker/internal/issuer"
	"tracker/internal/keys"
	"tracker/internal/problem"
)

// Config is what a Store is told about the outside.
type Config struct {
	// Address is the site's own, such as "https://tracker.example", without a
	// slash at its end: links in mails begin with it, whatever host a request
	// claims.
	Address string
	// Mail says that a mail server is set: links are then sent to the person too.
	Mail bool
	// Texts writes the mails. It may be nil when Mail is false.
	Texts *i18n.T
	// Issuer says who somebody is who signs in there; nil where none is set.
	Issuer *issuer.Issuer
	// Keys seals the secrets of second factors. Without it nobody gets one, and
	// no code of an app is right.
	Keys keys.Ring
	// Log is told of what no page says; it may be nil.
	Log *slog.Logger
	// TrailKey is the public key that checkpoints of the trail are signed with;
	// empty where there is none.
	TrailKey string
}

// Store gives handlers and commands the institutions, posts, people and
// sessions. It is safe for use by several goroutines.
type Store struct {
	db     *db.DB
	clock  calendar.Clock
	system func() time.Time
	cfg    Config
	params argon2id.Params
	dummy  string        // the hash that unknown accounts are checked against
	slots  chan struct{} // a place for each hash computed at the same time
}

// hashSlots is how many passwords are hashed at the same time: a flood of
// sign-ins cannot take more than this many times 19 MiB.
const hashSlots = 2

// New makes a Store. clock tells the domain's time, for dates and the audit
// trail; system tells the machine's, for sessions, links and throttling.
func New(d *db.DB, clock calendar.Clock, system func() time.Time, cfg Config) (*Store, error) {
	dummy, err := nobodys()
	return &Store{db: d, clock: clock, system: system, cfg: cfg, slots: make(chan struct{}, hashSlots), params: hashing, dummy: dummy}, err
}

// hashing is how passwords are hashed, and nobodys the hash of none that there is: made by the first Store of a process,
// before anybody signs in.
var (
	hashing = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	nobodys = sync.OnceValues(func() (string, error) { return argon2id.CreateHash(newToken(), &hashing) })
)

// now is the system's instant, in UTC and to the microsecond that both
// engines keep.
func (s *Store) now() time.Time { return s.system().UTC().Truncate(time.Microsecond) }

// write runs one change of an actor. The form's key gives a repeated post one
// effect and the first one's result; only commands of the program itself come
// without one.
func (s *Store) write(ctx context.Context, actor Actor, key string, run func(tx *gorm.DB) (string, error)) (string, error) {
	if key != "" || actor.Role != System {
		return s.db.WriteOnce(ctx, actor.PersonID, key, run)
	}
	var result string
	err := s.db.Write(ctx, func(tx *gorm.DB) (err error) {
		result, err = run(tx)
		return err
	})
	return result, err
}

// administer refuses everyone but administrators. To others these pages do
// not exist.
func administer(actor Actor) error {
	if !actor.CanAdminister() {
		return problem.Missing()
	}
	return nil
}

// first reads one row into out; no row is NotFound.
func first(q *gorm.DB, out any) error {
	err := q.Take(out).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return problem.Missing()
	}
	return err
}

// event is an entry of an actor's doing.
func event(actor Actor, action, object string, changes ...audit.Change) audit.Event {
	return audit.Event{Who: actor.Who(), Action: action, Object: object, Changes: changes}
}

func personObject(id int64) string { return fmt.Sprintf("person %d", id) }
