package accounts

import (
	"context"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// Trail is a page of the audit trail, newest first, and the number of all
// entries that match; for auditors. To others it does not exist.
func (s *Store) Trail(ctx context.Context, actor Actor, f audit.Filter) ([]audit.Line, int, error) {
	if !actor.CanReadAudit() {
		return nil, 0, problem.Missing()
	}
	var list []audit.Line
	var total int
	err := s.db.Read(ctx, func(tx *gorm.DB) (err error) {
		list, total, err = audit.Entries(tx, f)
		return err
	})
	return list, total, err
}

// EachEntry gives all entries of a filter to a function, newest first; for
// auditors. More than audit.MostInFile are Invalid.
func (s *Store) EachEntry(ctx context.Context, actor Actor, f audit.Filter, give func(audit.Line) error) error {
	if !actor.CanReadAudit() {
		return problem.Missing()
	}
	return s.db.Read(ctx, func(tx *gorm.DB) error { return audit.Each(tx, f, give) })
}

// History is everything that was done to an object, oldest first; for auditors.
func (s *Store) History(ctx context.Context, actor Actor, object string) ([]audit.Line, error) {
	if !actor.CanReadAudit() {
		return nil, problem.Missing()
	}
	var list []audit.Line
	err := s.db.Read(ctx, func(tx *gorm.DB) (err error) {
		list, err = audit.History(tx, object)
		return err
	})
	return list, err
}

// TrailHead is the number and hash of the trail's newest entry; for auditors.
func (s *Store) TrailHead(ctx context.Context, actor Actor) (seq int64, hash string, err error) {
	if !actor.CanReadAudit() {
		return 0, "", problem.Missing()
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) (err error) {
		seq, hash, err = audit.Head(tx)
		return err
	})
	return seq, hash, err
}

// TrailAnchors is TrailHead with the newest checkpoint as text, empty where
// there is none; for auditors.
func (s *Store) TrailAnchors(ctx context.Context, actor Actor) (seq int64, hash, checkpoint string, err error) {
	if !actor.CanReadAudit() {
		return 0, "", "", problem.Missing()
	}
	var c audit.Checkpoint
	err = s.db.Read(ctx, func(tx *gorm.DB) (err error) {
		seq, hash, c, err = audit.HeadAndNewest(tx)
		return err
	})
	if err == nil && c.Seq > 0 {
		if checkpoint, err = c.Text(); err != nil {
			checkpoint, err = "", nil // altered: verifying names it
		}
	}
	return seq, hash, checkpoint, err
}

// VerifyTrail computes the chain again, and tells now and then how many entries
// of all it has read; for auditors.
func (s *Store) VerifyTrail(ctx context.Context, actor Actor, tell func(done, total int64) error) (audit.Report, error) {
	if !actor.CanReadAudit() {
		return audit.Report{}, problem.Missing()
	}
	return audit.VerifyAgainst(ctx, s.db, audit.Check{Tell: tell, Key: s.cfg.TrailKey})
}

// Watch is what home pages warn of: too few people who can sign, and a trail
// that the newest nightly verification found broken, at which entry and when.
type Watch struct {
	Seconds
	BrokenAt int64
	BrokenOn calendar.Date // zero while the trail is whole
}

// WatchOf reads both in one query. It is for pages that say the second to
// those alone who answer for it.
func WatchOf(tx *gorm.DB) (w Watch, err error) {
	err = tx.Raw(`SELECT s.coordinators, s.countersigners, COALESCE(c.seq, 0) AS broken_at, CASE WHEN c.fault <> '' THEN c.day END AS broken_on
		FROM (` + secondsQuery + `) s LEFT JOIN audit_checks c ON c.day = (SELECT max(day) FROM audit_checks WHERE ended_at IS NOT NULL)`).Scan(&w).Error
	return w, err
}

// Refuse notes that a signed-in person was refused, in a transaction of its
// own. action and object are as in the trail; object may be the address asked
// for.
func (s *Store) Refuse(ctx context.Context, actor Actor, action, object string) error {
	return audit.Refuse(ctx, s.db, s.clock.Now(), event(actor, action, shorten(object, 200)))
}
