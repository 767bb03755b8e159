package progress

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
)

// CanLift says whether the actor may take a file out of quarantine again, and
// if not, why: a coordinator may, who did not put it there, as long as its
// content is not deleted.
func CanLift(actor accounts.Actor, f File) error {
	switch {
	case !actor.Is(accounts.Coordinator):
		return problem.Denied("problem.coordinators_only")
	case f.QuarantinedAt == nil || f.PurgedAt != nil:
		return problem.New(problem.Conflict, "evidence.error.not_barred")
	case f.QuarantinedByID != nil && *f.QuarantinedByID == actor.PersonID:
		return problem.Denied("evidence.error.barred_it")
	}
	return nil
}

// lift takes a file out of quarantine. Who put it there, when and why stays in
// the trail.
func lift(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, updateID, evidenceID, version int64, reason string) error {
	u, e, err := fileOf(tx, actor, updateID, evidenceID)
	if err != nil {
		return err
	}
	if err := CanLift(actor, *e.File); err != nil {
		return err
	}
	var k problem.Check
	reason = strings.TrimSpace(reason)
	k.Require(reason != "", "reason", "evidence.error.lift_reason")
	checkText(&k, "reason", reason, MaxText)
	if err := k.Err(); err != nil {
		return err
	}
	if err := db.Changed(tx.Exec(`UPDATE evidence_files SET quarantined_at = NULL, quarantined_by_id = NULL, quarantine_reason = '', version = version + 1
		WHERE id = ? AND version = ? AND quarantined_at IS NOT NULL AND purged_at IS NULL`, e.File.ID, version)); err != nil {
		return err
	}
	return noteFile(tx, clock.Now(), actor, "evidence.lift", u, e, audit.Change{Field: "reason", New: reason, Free: true})
}

// Lift takes a file out of quarantine again.
func (s *Store) Lift(ctx context.Context, actor accounts.Actor, key string, updateID, evidenceID, version int64, reason string) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		return updateID, lift(tx, s.clock, actor, updateID, evidenceID, version, reason)
	})
	return err
}
