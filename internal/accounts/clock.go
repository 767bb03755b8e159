package accounts

import (
	"context"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/problem"
)

// ReadSettings reads the settings before there is a Store: its clock comes
// from them.
func ReadSettings(ctx context.Context, d *db.DB) (s Settings, err error) {
	err = d.Read(ctx, func(tx *gorm.DB) error {
		s, err = LoadSettings(tx)
		return err
	})
	return s, err
}

// MoveClock moves the domain's clock of a demonstration forward to an
// instant. It never goes back, since what was done would lie in the future;
// a database that is no demonstration keeps the system's time.
func (s *Store) MoveClock(ctx context.Context, to time.Time) error {
	return s.db.Write(ctx, func(tx *gorm.DB) error {
		set, err := LoadSettings(tx)
		if err != nil {
			return err
		}
		if !set.Demonstration || to.Before(s.clock.Now()) {
			return problem.New(problem.Conflict, "clock.only_forward")
		}
		offset := to.Sub(s.system()).Round(time.Second).String()
		return ChangeSettings(tx, CommandLine(), s.clock.Now(), set.Version, map[string]string{"clock_offset": offset})
	})
}
