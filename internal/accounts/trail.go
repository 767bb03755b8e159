package accounts

import (
	"context"

	"gorm.io/gorm"

	"tracker/internal/audit"
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

// VerifyTrail computes the chain again, and tells now and then how many entries
// of all it has read; for auditors.
func (s *Store) VerifyTrail(ctx context.Context, actor Actor, tell func(done, total int64) error) (audit.Report, error) {
	if !actor.CanReadAudit() {
		return audit.Report{}, problem.Missing()
	}
	return audit.VerifyAgainst(ctx, s.db, audit.Check{Tell: tell, Key: s.cfg.TrailKey})
}

// TrailCheck is what the newest nightly verification of the trail found; for
// auditors, and for administrators, who have to do something about it.
func (s *Store) TrailCheck(ctx context.Context, actor Actor) (n audit.Nightly, err error) {
	if !actor.CanReadAudit() && !actor.CanAdminister() {
		return n, problem.Missing()
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) (err error) { n, err = audit.LastNightly(tx); return err })
	return n, err
}

// Refuse notes that a signed-in person was refused, in a transaction of its
// own. action and object are as in the trail; object may be the address asked
// for.
func (s *Store) Refuse(ctx context.Context, actor Actor, action, object string) error {
	return audit.Refuse(ctx, s.db, s.clock.Now(), event(actor, action, shorten(object, 200)))
}

// PurgeText deletes a free text of an entry of the trail for good; for
// administrators.
func (s *Store) PurgeText(ctx context.Context, actor Actor, key string, seq int64, field, reason string) error {
	if !actor.CanAdminister() {
		return problem.Denied("audit.purge.error.administrator")
	}
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		return "", audit.Purge(tx, s.clock.Now(), actor.Who(), seq, field, reason)
	})
	return err
}
