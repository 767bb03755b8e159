package progress

import (
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
)

// Came is how much was approved of a commitment of days in a range.
type Came struct {
	CommitmentID int64
	Updates      int // and contributions, as reports list them
	Evidence     int // papers of those updates
}

// CameSince counts, with one query, what is in force at (D, K) of days after
// one day, and its papers: of all commitments, or only of those named.
func CameSince(tx *gorm.DB, after, d calendar.Date, k time.Time, only ...int64) (map[int64]Came, error) {
	var rows []Came
	papers := "(SELECT count(*) FROM evidence v WHERE v.update_id = u.id) AS evidence"
	err := tx.Raw("SELECT commitment_id, count(*) AS updates, sum(evidence) AS evidence FROM (?) x WHERE as_of > ? GROUP BY commitment_id",
		InForce(tx, "u.commitment_id, u.as_of, "+papers, "", d, k.UTC(), only...), after).Scan(&rows).Error
	of := make(map[int64]Came, len(rows))
	for _, r := range rows {
		of[r.CommitmentID] = r
	}
	return of, err
}
