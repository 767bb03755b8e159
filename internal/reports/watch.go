package reports

import (
	"context"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/jobs"
	"tracker/internal/mail"
)

// Watch is what an operator watches: numbers only.
type Watch struct {
	Jobs   map[jobs.State]int // of every state, those of the last day
	Outbox mail.State
	Head   int64 // number of the newest entry of the trail
}

// Watch counts what waits and what failed.
func (s *Store) Watch(ctx context.Context) (w Watch, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		if w.Jobs, err = jobs.Count(tx); err != nil {
			return err
		}
		if w.Outbox, err = mail.Count(tx); err != nil {
			return err
		}
		w.Head, _, err = audit.Head(tx)
		return err
	})
	return w, err
}
