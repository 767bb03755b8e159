package progress

import (
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
)

// Came is how much a commitment's lead had approved of days in a range.
type Came struct {
	CommitmentID int64
	Updates      int
	Evidence     int // papers of those updates
}

// CameBetween is CameSince for every commitment, of what was approved by
// instant K.
func CameBetween(tx *gorm.DB, after, to calendar.Date, k time.Time) (map[int64]Came, error) {
	return came(tx, "u.approved_at <= ?", []any{k.UTC()}, after, to)
}

// CameSince counts, with one query, the approved updates of commitments of days
// after one day and up to another, and their papers; what a correction
// superseded is not counted.
func CameSince(tx *gorm.DB, after, to calendar.Date, commitments []int64) (map[int64]Came, error) {
	if len(commitments) == 0 {
		return map[int64]Came{}, nil
	}
	return came(tx, "u.commitment_id IN ?", []any{commitments}, after, to)
}

func came(tx *gorm.DB, where string, args []any, after, to calendar.Date) (map[int64]Came, error) {
	var rows []Came
	err := tx.Raw(`SELECT u.commitment_id, count(*) AS updates, sum((SELECT count(*) FROM evidence v WHERE v.update_id = u.id)) AS evidence FROM updates u
		WHERE `+where+` AND u.state = 'approved' AND u.kind = 'update' AND u.as_of > ? AND u.as_of <= ?
			AND NOT EXISTS (SELECT 1 FROM updates c WHERE c.corrects_id = u.id AND c.state = 'approved') GROUP BY u.commitment_id`,
		append(args, after, to)...).Scan(&rows).Error
	of := make(map[int64]Came, len(rows))
	for _, r := range rows {
		of[r.CommitmentID] = r
	}
	return of, err
}
