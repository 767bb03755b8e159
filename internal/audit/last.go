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
