package progress

import (
	"context"
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/plan"
	"tracker/internal/problem"
)

// Submit hands a draft or a returned update over for review. From now on
// coordinators and auditors see it. An institution cannot submit into a
// deadline that is closed; a coordinator can on its behalf. Where the
// institution has a post that clears what it sends, only that post submits.
func Submit(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64) (Update, error) {
	u, c, err := editable(tx, actor, id)
	if err != nil {
		return u, err
	}
	if u.Version != version {
		return u, problem.Stale()
	}
	clearing, err := MustBeCleared(tx, actor, u.entry())
	if err != nil {
		return u, err
	}
	if clearing.Wanted() {
		return u, problem.New(problem.Conflict, "clearance.error.needed", "post", clearing.Title)
	}
	return submit(tx, clock, actor, u, c, nil)
}

// ready says what stands against sending an update, and gives the instant at
// which it would be sent.
func ready(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, u Update, c commitment, row *Instants) (at time.Time, err error) {
	if err := whole(tx, clock, actor, u, c, nil); err != nil {
		return at, err
	}
	if at, err = row.next(tx, clock); err != nil {
		return at, err
	}
	return at, stillTheirs(tx, u, c, at)
}

// whole holds an update to the rules of what is sent, and to the deadline that
// its day belongs to.
func whole(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, u Update, c commitment, links []Evidence) error {
	if err := u.check(clock.Today(), c, links, true); err != nil {
		return err
	}
	return deadlineOpen(tx, actor, u)
}

// submit hands over what may be sent.
func submit(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, u Update, c commitment, row *Instants) (Update, error) {
	at, err := ready(tx, clock, actor, u, c, row)
	if err != nil {
		return u, err
	}
	if u.FirstSubmittedOn.IsZero() {
		u.FirstSubmittedOn = clock.Today()
	}
	was, version := u.State, u.Version
	u.State, u.SubmittedAt, u.Version = Submitted, &at, u.Version+1
	done := tx.Model(&Update{}).Where("id = ? AND version = ?", u.ID, version).
		Select("state", "first_submitted_on", "submitted_at", "version").Updates(u)
	if err := db.Changed(done); err != nil {
		return u, err
	}
	if err := decide(tx, u, actor, at, "", ""); err != nil {
		return u, err
	}
	papers, err := filesSaid(tx, u)
	if err != nil {
		return u, err
	}
	return u, record(tx, at, actor, "update.submit", u, c,
		append([]audit.Change{{Field: "state", Old: string(was), New: string(u.State)}, papers}, u.said()...)...)
}

// deadlineOpen refuses an institution's update for a deadline that is closed.
// What was handed in for that very deadline before it was closed, and came
// back, may be handed in again.
func deadlineOpen(tx *gorm.DB, actor accounts.Actor, u Update) error {
	if actor.Is(accounts.Coordinator) {
		return nil
	}
	var closed int64
	err := tx.Raw(`SELECT count(*) FROM deadlines d JOIN periods p ON p.id = d.period_id JOIN commitments c ON c.country = p.country
		WHERE c.id = ? AND d.purpose = 'reporting' AND d.closed_at IS NOT NULL AND ? BETWEEN d.covers_from AND d.covers_to
		AND NOT EXISTS (SELECT 1 FROM decisions s WHERE s.update_id = ? AND s.kind = 'submitted' AND s.as_of BETWEEN d.covers_from AND d.covers_to)`,
		u.CommitmentID, u.AsOf, u.ID).Scan(&closed).Error
	if err == nil && closed > 0 {
		return &problem.Error{Kind: problem.Invalid, Key: "problem.invalid", Fields: map[string]problem.Message{"as_of": {Key: "update.error.closed"}}}
	}
	return err
}

// stillTheirs refuses the status of an institution that led once and did not
// lead any more on the day that the update is true on: a draft outlives the
// transfer of its commitment.
func stillTheirs(tx *gorm.DB, u Update, c commitment, k time.Time) error {
	if u.Kind == Contribution || u.InstitutionID == c.LeadID {
		return nil
	}
	r, err := plan.RevisionInForce(tx, c.ID, u.AsOf, k)
	if problem.KindOf(err) == problem.NotFound || err == nil && r.LeadID != u.InstitutionID {
		var k problem.Check
		k.Add("as_of", "update.error.led_by_another")
		return k.Err()
	}
	return err
}

// decide keeps the step that an update has just taken.
func decide(tx *gorm.DB, u Update, actor accounts.Actor, at time.Time, reason, wording string) error {
	return tx.Create(&Decision{UpdateID: u.ID, Kind: u.State, AsOf: u.AsOf, At: at, ByID: actor.PersonID, Reason: reason, Wording: wording}).Error
}

// CanDecide says whether the actor may approve or return an update, and if
// not, why.
func CanDecide(actor accounts.Actor, u Update, authors []int64) error {
	return u.entry().MayDecide(actor, authors)
}

func decidable(tx *gorm.DB, actor accounts.Actor, id, version int64) (Update, commitment, error) {
	u, err := visible(tx, actor, id)
	if err != nil {
		return u, commitment{}, err
	}
	authors, err := Authors(tx, id)
	if err != nil {
		return u, commitment{}, err
	}
	if err := CanDecide(actor, u, authors); err != nil {
		return u, commitment{}, err
	}
	if u.Version != version {
		return u, commitment{}, problem.Stale()
	}
	c, err := loadCommitment(tx, actor, u.CommitmentID)
	return u, c, err
}

// Return sends an update back to its institution with a reason, and with the
// words that it could use instead, or none.
func Return(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64, reason, wording string) (Update, error) {
	u, c, err := decidable(tx, actor, id, version)
	if err != nil {
		return u, err
	}
	reason, wording = strings.TrimSpace(reason), strings.TrimSpace(wording)
	var k problem.Check
	k.Require(reason != "", "reason", "review.error.reason")
	checkText(&k, "reason", reason, MaxText)
	checkText(&k, "wording", wording, MaxText)
	if err := k.Err(); err != nil {
		return u, err
	}
	at := clock.Now()
	u.State, u.Version = Returned, u.Version+1
	done := tx.Model(&Update{}).Where("id = ? AND version = ?", id, version).Select("state", "version").Updates(u)
	if err := db.Changed(done); err != nil {
		return u, err
	}
	if err := decide(tx, u, actor, at, reason, wording); err != nil {
		return u, err
	}
	changes := []audit.Change{{Field: "state", Old: string(Submitted), New: string(Returned)}, {Field: "reason", New: reason, Free: true}}
	if wording != "" {
		changes = append(changes, audit.Change{Field: "wording", New: wording, Free: true})
	}
	return u, record(tx, at, actor, "update.return", u, c, changes...)
}

// Approve makes an update count: the commitment's status, every list and
// report hold it from this instant on. The status is worked out last, when
// the lock of the trail's head keeps other approvals out.
func Approve(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64) (Update, error) {
	u, c, err := decidable(tx, actor, id, version)
	if err != nil {
		return u, err
	}
	if err := notCorrected(tx, u.CorrectsID); err != nil {
		return u, err
	}
	at, err := NextInstant(tx, clock)
	if err != nil {
		return u, err
	}
	u.State, u.Version, u.ApprovedAt, u.ApprovedByID = Approved, u.Version+1, &at, &actor.PersonID
	u.OwnInstitution = !u.OnBehalf && actor.InstitutionID == u.InstitutionID
	done := tx.Model(&Update{}).Where("id = ? AND version = ?", id, version).
		Select("state", "version", "approved_at", "approved_by_id", "own_institution").Updates(u)
	if errors.Is(done.Error, gorm.ErrDuplicatedKey) { // another correction was approved in this very moment
		return u, errCorrected
	}
	if err := db.Changed(done); err != nil {
		return u, err
	}
	if err := decide(tx, u, actor, at, "", ""); err != nil {
		return u, err
	}
	err = record(tx, at, actor, "update.approve", u, c, audit.Change{Field: "state", Old: string(Submitted), New: string(Approved)},
		audit.Change{Field: "status", New: string(u.Status)}, audit.Change{Field: "as_of", New: u.AsOf.String()})
	if err != nil || u.Kind != LeadUpdate {
		return u, err
	}
	return u, refreshCurrent(tx, u.CommitmentID)
}

// Log starts an update, or saves the one of id and version, and submits it when
// submitted is true, or asks for the clearance that it needs first. Where
// several are logged in one transaction, row gives them their instants.
func Log(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, n NewUpdate, id, version int64, submitted bool, row *Instants) (u Update, err error) {
	var c commitment
	switch {
	case id == 0:
		u, c, err = start(tx, clock, actor, n)
	case submitted: // the submission's entry tells the change
		u, c, err = save(tx, clock, actor, id, version, n.Text)
	default:
		u, err = Save(tx, clock, actor, id, version, n.Text)
	}
	if err != nil || !submitted {
		return u, err
	}
	clearing, err := MustBeCleared(tx, actor, u.entry())
	switch {
	case err != nil:
		return u, err
	case clearing.Wanted():
		return u, AskClearance(tx, clock, actor, u.ID, u.Version)
	}
	return submit(tx, clock, actor, u, c, row)
}

// MayLog says what stands against logging and submitting, and keeps nothing: it
// holds what was written to all the rules of what is sent.
func MayLog(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, n NewUpdate, id, version int64) error {
	var u Update
	var c commitment
	var err error
	if id == 0 {
		u, c, err = begun(tx, clock, actor, n)
	} else if u, c, err = editable(tx, actor, id); err == nil {
		if u.Version != version {
			return problem.Stale()
		}
		u.take(n.Text)
	}
	if err != nil {
		return err
	}
	if err := whole(tx, clock, actor, u, c, n.Evidence); err != nil || u.Kind == Contribution || u.InstitutionID == c.LeadID {
		return err
	}
	_, err = ready(tx, clock, actor, u, c, nil)
	return err
}

// Log is the form's one call: Log with a key that gives a repeated post one
// effect. It returns the update's id.
func (s *Store) Log(ctx context.Context, actor accounts.Actor, key string, n NewUpdate, id, version int64, submit bool) (int64, error) {
	return s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		u, err := Log(tx, s.clock, actor, n, id, version, submit, nil)
		return u.ID, err
	})
}

// Discard deletes a draft that was never submitted, and names the commitment
// that it was about: a repeated post finds no draft any more.
func (s *Store) Discard(ctx context.Context, actor accounts.Actor, key string, id, version int64) (ref string, err error) {
	return s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (ref string, err error) {
		err = tx.Raw("SELECT c.ref FROM commitments c JOIN updates u ON u.commitment_id = c.id WHERE u.id = ?", id).Scan(&ref).Error
		if err == nil {
			err = Discard(tx, actor, id, version)
		}
		return ref, err
	})
}

// Return is Return in a transaction of its own.
func (s *Store) Return(ctx context.Context, actor accounts.Actor, key string, id, version int64, reason, wording string) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		u, err := Return(tx, s.clock, actor, id, version, reason, wording)
		return u.ID, err
	})
	return err
}

// Approve makes an update count.
func (s *Store) Approve(ctx context.Context, actor accounts.Actor, key string, id, version int64) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		u, err := Approve(tx, s.clock, actor, id, version)
		return u.ID, err
	})
	return err
}
