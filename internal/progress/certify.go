package progress

import (
	"context"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
)

// Certified says whether a second person stands for what came in.
func (d Deadline) Certified() bool { return d.CertifiedAt != nil }

// Beside says whether what was approved at an instant stands beside what was
// certified for the deadline, not in it; zero is for what is not approved yet.
func (d Deadline) Beside(approved time.Time) bool {
	return d.Certified() && (approved.IsZero() || approved.After(*d.CertifiedAt))
}

// Addendum says whether the update stands beside what was certified for its
// deadline, not in it: it was approved later, or is not approved yet.
func (t Told) Addendum() bool { return t.Deadline.besides(t.ApprovedAt) }

// besides is Beside of an instant that may be none.
func (d Deadline) besides(approved *time.Time) bool {
	if approved == nil {
		return d.Beside(time.Time{})
	}
	return d.Beside(*approved)
}

// CanCertify says whether the actor may stand for what came in for a deadline,
// and if not, why: it is closed, by another person, and not certified yet.
func CanCertify(actor accounts.Actor, d Deadline) error {
	switch {
	case !actor.CanSign():
		return problem.Denied("deadline.error.signers_only")
	case d.Certified():
		return problem.New(problem.Conflict, "deadline.error.certified")
	case d.Open():
		return problem.New(problem.Conflict, "deadline.error.open")
	case d.ClosedByID != nil && *d.ClosedByID == actor.PersonID:
		return problem.Denied("deadline.error.closed_it")
	}
	return nil
}

// CertifyDeadline has a second person stand for what came in for a closed
// reporting deadline. The instant is kept and never moves: what is approved
// later is an addendum, and the deadline is not opened again.
func CertifyDeadline(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64) error {
	d, _, err := lockDeadline(tx, id)
	if err != nil {
		return err
	}
	if d.Purpose != Reporting {
		return problem.Missing()
	}
	if err := CanCertify(actor, d); err != nil {
		return err
	}
	if d.Version != version {
		return problem.Stale()
	}
	at, err := NextInstant(tx, clock)
	if err != nil {
		return err
	}
	done := tx.Model(&Deadline{}).Where("id = ? AND version = ?", id, version).Updates(map[string]any{"certified_at": at, "certified_by_id": actor.PersonID, "version": version + 1})
	if err := db.Changed(done); err != nil {
		return err
	}
	return audit.Append(tx, at, audit.Event{Who: actor.Who(), Action: "deadline.certified", Object: d.object(),
		Changes: []audit.Change{{Field: "title", New: d.Title}, {Field: "state", Old: "closed", New: "certified"}}})
}

// CertifyDeadline is CertifyDeadline in a transaction of its own.
func (s *Store) CertifyDeadline(ctx context.Context, actor accounts.Actor, key string, id, version int64) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		return id, CertifyDeadline(tx, s.clock, actor, id, version)
	})
	return err
}

// Undecided counts the updates for a deadline's days that wait for review, and
// those that came back and were not sent again. For who may sign.
func (s *Store) Undecided(ctx context.Context, actor accounts.Actor, d Deadline) (waiting, back int, err error) {
	if !actor.CanSign() {
		return 0, 0, problem.Missing()
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		return tx.Raw(`SELECT count(CASE WHEN u.state = 'submitted' THEN 1 END), count(CASE WHEN u.state = 'returned' THEN 1 END)
			FROM updates u JOIN commitments c ON c.id = u.commitment_id JOIN periods p ON p.country = c.country
			WHERE u.state <> 'approved' AND u.as_of BETWEEN ? AND ? AND p.id = ?`, d.CoversFrom, d.CoversTo, d.PeriodID).Row().Scan(&waiting, &back)
	})
	return waiting, back, err
}
