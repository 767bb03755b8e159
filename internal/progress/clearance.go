package progress

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// The steps of a clearance.
const (
	ClearanceAsked   = "asked"
	ClearanceGiven   = "cleared" // the update was sent with that
	ClearanceRefused = "refused"
)

// Clearance is a step between a draft and its sending, where an institution
// has a post that clears what it sends. It is no review state: the update
// stays a draft, or returned, until it is sent, and lateness counts from then.
type Clearance struct {
	ID       int64 `gorm:"primaryKey"`
	UpdateID int64
	Kind     string
	Version  int64 // of the update; what was asked for an earlier one waits no more
	Reason   string
	At       time.Time
	ByID     int64
}

// ClearanceTold is the last step of an update's clearance, with the post of who took
// it; the zero value is none.
type ClearanceTold struct {
	Kind    string
	Version int64
	Reason  string
	At      *time.Time
	Post    string
}

// Waits says whether the update waits for clearance.
func (t Told) Waits() bool { return t.Clearance.Waits(t.entry(), t.Version) }

// NotCleared says whether clearance was refused, and nothing has followed.
func (t Told) NotCleared() bool { return t.Clearance.Refused(t.entry()) }

// Waits says whether an entry of a version waits for clearance: it was asked
// for, and nobody has changed the entry since.
func (c ClearanceTold) Waits(e Entry, version int64) bool {
	return e.Editable() && c.Kind == ClearanceAsked && c.Version == version
}

// Refused says whether clearance of an entry was refused, and nothing has
// followed.
func (c ClearanceTold) Refused(e Entry) bool { return e.Editable() && c.Kind == ClearanceRefused }

// MustBeCleared says who has to clear an entry before the actor sends it; the
// zero value is nobody: the institution wants no clearance, nobody holds the
// post, the actor does, or the entry was written on the institution's behalf.
func MustBeCleared(tx *gorm.DB, actor accounts.Actor, e Entry) (accounts.Clearing, error) {
	if e.OnBehalf {
		return accounts.Clearing{}, nil
	}
	c, err := accounts.ClearingOf(tx, e.InstitutionID)
	if err != nil || !c.Wanted() || actor.PostID == c.PostID {
		return accounts.Clearing{}, err
	}
	return c, nil
}

// AskClearance asks for the clearance of a draft or a returned update that is
// ready to be sent.
func AskClearance(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64) error {
	u, c, err := editable(tx, actor, id)
	if err != nil {
		return err
	}
	if _, err := ready(tx, clock, actor, u, c, nil); err != nil {
		return err
	}
	if err := moveOn(tx, u, version); err != nil {
		return err
	}
	at := clock.Now()
	if err := tx.Create(&Clearance{UpdateID: u.ID, Kind: ClearanceAsked, Version: version + 1, At: at, ByID: actor.PersonID}).Error; err != nil {
		return err
	}
	return record(tx, at, actor, "clearance.ask", u, c)
}

// Clears says whether the actor holds the post that clears what their
// institution sends.
func Clears(tx *gorm.DB, actor accounts.Actor) (bool, error) {
	c, err := accounts.ClearingOf(tx, actor.InstitutionID)
	return err == nil && c.PostID != 0 && c.PostID == actor.PostID && actor.CanReadPlan(), err
}

// toClear reads an update that waits for the actor's clearance; every other is
// missing.
func toClear(tx *gorm.DB, actor accounts.Actor, id int64) (Told, commitment, error) {
	list, err := waitingFor(tx, actor, "", id)
	if err != nil {
		return Told{}, commitment{}, err
	}
	if len(list) == 0 {
		return Told{}, commitment{}, problem.Missing()
	}
	c, err := loadCommitment(tx, actor, list[0].CommitmentID)
	return list[0], c, err
}

// waitingFor reads what waits for the actor's clearance, the oldest request
// first: all, or the one of an id.
func waitingFor(tx *gorm.DB, actor accounts.Actor, country string, only ...int64) ([]Told, error) {
	if clears, err := Clears(tx, actor); err != nil || !clears {
		return nil, err
	}
	query, args := "WHERE u.institution_id = ? AND u.on_behalf = FALSE AND u.state IN ('draft', 'returned')", []any{actor.InstitutionID}
	if len(only) > 0 {
		query, args = query+" AND u.id = ?", append(args, only[0])
	}
	list, err := tell(tx, country, query+" AND cl.kind = 'asked' AND cl.version = u.version", args...)
	slices.SortStableFunc(list, func(a, b Told) int { return a.Clearance.At.Compare(*b.Clearance.At) })
	return list, err
}

// Clear clears an update that waits for the actor, and sends it. Who clears
// has a hand in it: they do not decide on it later.
func Clear(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64) error {
	t, c, err := toClear(tx, actor, id)
	if err != nil {
		return err
	}
	if t.Version != version {
		return problem.Stale()
	}
	if err := author(tx, id, actor.PersonID); err != nil {
		return err
	}
	if err := tx.Create(&Clearance{UpdateID: id, Kind: ClearanceGiven, Version: version, At: clock.Now(), ByID: actor.PersonID}).Error; err != nil {
		return err
	}
	_, err = submit(tx, clock, actor, t.Update, c, nil)
	return err
}

// RefusalOf holds the reason of a refusal to its rules.
func RefusalOf(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	var k problem.Check
	k.Require(reason != "", "reason", "clearance.error.reason")
	k.Require(utf8.RuneCountInString(reason) <= ReasonMax, "reason", "problem.too_long", "max", ReasonMax)
	k.Require(utf8.ValidString(reason) && !strings.ContainsRune(reason, 0), "reason", "problem.encoding")
	return reason, k.Err()
}

// RefuseClearance sends an update back to its writers, who read why.
func RefuseClearance(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64, reason string) error {
	t, c, err := toClear(tx, actor, id)
	if err != nil {
		return err
	}
	if reason, err = RefusalOf(reason); err != nil {
		return err
	}
	if err := moveOn(tx, t.Update, version); err != nil {
		return err
	}
	at := clock.Now()
	if err := tx.Create(&Clearance{UpdateID: id, Kind: ClearanceRefused, Version: version + 1, Reason: reason, At: at, ByID: actor.PersonID}).Error; err != nil {
		return err
	}
	return record(tx, at, actor, "clearance.refuse", t.Update, c, audit.Change{Field: "reason", New: reason, Free: true})
}

// CountClearance is the query of how many updates wait for the actor's
// clearance, for asking it together with others.
func CountClearance(actor accounts.Actor) (query string, args []any) {
	return `SELECT count(*) FROM updates u JOIN institutions i ON i.id = u.institution_id JOIN clearances k ON k.update_id = u.id AND k.version = u.version
		WHERE i.clearing_post_id = ? AND u.on_behalf = FALSE AND u.state IN ('draft', 'returned') AND k.kind = 'asked'`, []any{actor.PostID}
}

// ToClear reads what waits for the actor's clearance, the oldest request
// first; for whoever holds no such post the page is missing.
func (s *Store) ToClear(ctx context.Context, actor accounts.Actor, country string) (list []Told, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		clears, err := Clears(tx, actor)
		if err != nil {
			return err
		}
		if !clears {
			return problem.Missing()
		}
		list, err = waitingFor(tx, actor, country)
		return err
	})
	return list, err
}

// ClearedBy is the title of the post that has to clear what the actor sends
// for an institution, empty for none.
func (s *Store) ClearedBy(ctx context.Context, actor accounts.Actor, institutionID int64) (title string, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		c, err := MustBeCleared(tx, actor, Entry{InstitutionID: institutionID, OnBehalf: actor.InstitutionID != institutionID})
		title = c.Title
		return err
	})
	return title, err
}

// Clear clears an update and sends it.
func (s *Store) Clear(ctx context.Context, actor accounts.Actor, key string, id, version int64) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) { return id, Clear(tx, s.clock, actor, id, version) })
	return err
}

// RefuseClearance sends an update back to its writers.
func (s *Store) RefuseClearance(ctx context.Context, actor accounts.Actor, key string, id, version int64, reason string) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		return id, RefuseClearance(tx, s.clock, actor, id, version, reason)
	})
	return err
}
