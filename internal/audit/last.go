package audit

import (
	"context"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
)

// LastAt is the instant of the newest entry, the zero time of an empty trail.
// A clock that stands before it was set back.
func LastAt(ctx context.Context, d *db.DB) (time.Time, error) {
	var list []Entry
	err := d.Read(ctx, func(tx *gorm.DB) error { return tx.Order("seq DESC").Limit(1).Find(&list).Error })
	if err != nil || len(list) == 0 {
		return time.Time{}, err
	}
	return list[0].At, nil
}

// Unsigned is the newest checkpoint, the empty one where there is none, and the
// instant of the first entry that it does not hold: the zero time where it
// holds all.
func Unsigned(ctx context.Context, d *db.DB) (newest Checkpoint, since time.Time, err error) {
	var list []Entry
	err = d.Read(ctx, func(tx *gorm.DB) (err error) {
		if newest, err = Newest(tx); err != nil {
			return err
		}
		return tx.Where("seq > ?", newest.Seq).Order("seq").Limit(1).Find(&list).Error
	})
	if err == nil && len(list) > 0 {
		since = list[0].At
	}
	return newest, since, err
}
