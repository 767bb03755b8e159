package accounts

import (
	"context"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/problem"
)

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

// CheckPurgeText says what stands against PurgeText, and changes nothing.
func (s *Store) CheckPurgeText(ctx context.Context, actor Actor, seq int64, field, reason string) error {
	if !actor.CanAdminister() {
		return problem.Denied("audit.purge.error.administrator")
	}
	return s.db.Read(ctx, func(tx *gorm.DB) error { return audit.CheckPurge(tx, seq, field, reason) })
}

// HeldTexts says when an entry was written, what it is about and which texts it
// has, and none of what it says: who purges does not read the trail. It is for administrators; to others it is Missing.
func (s *Store) HeldTexts(ctx context.Context, actor Actor, seq int64) (h audit.Holding, err error) {
	if !actor.CanAdminister() {
		return h, problem.Missing()
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error { h, err = audit.Held(tx, seq); return err })
	return h, err
}

// Purges are the newest entries that say what was purged, when, why and by
// which post; for administrators.
func (s *Store) Purges(ctx context.Context, actor Actor) (list []audit.Line, err error) {
	if !actor.CanAdminister() {
		return nil, problem.Missing()
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error { list, err = audit.Purges(tx); return err })
	return list, err
}
