package reports

import (
	"slices"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/progress"
)

// MonthEnds lists the days that a table of months shows: the last day of
// every month from the one that holds from, and last the day to itself.
func MonthEnds(from, to calendar.Date) []calendar.Date {
	var ends []calendar.Date
	for end := monthEnd(from); !to.Before(from); end = monthEnd(end.AddDays(1)) {
		if !end.Before(to) {
			return append(ends, to)
		}
		ends = append(ends, end)
	}
	return ends
}

func monthEnd(d calendar.Date) calendar.Date {
	return calendar.Of(d.Year(), d.Month()+1, 1).AddDays(-1)
}

// approvedRow is an approved update of a lead institution that no correction
// replaced.
type approvedRow struct {
	CommitmentID int64
	Status       progress.Status
	AsOf         calendar.Date
}

// Months reads the delivery status of commitments on each of the days that
// MonthEnds lists, as known at instant k: one query, whatever there is.
// A commitment of which nothing was approved by a day is not started then.
func Months(tx *gorm.DB, ids []int64, k time.Time, from, to calendar.Date) (map[int64][]progress.Status, error) {
	ends := MonthEnds(from, to)
	out := make(map[int64][]progress.Status, len(ids))
	for _, id := range ids {
		out[id] = slices.Repeat([]progress.Status{progress.NotStarted}, len(ends))
	}
	if len(ids) == 0 || len(ends) == 0 {
		return out, nil
	}
	rows, err := tx.Raw(`SELECT u.commitment_id, u.status, u.as_of FROM updates u
		WHERE u.state = 'approved' AND u.kind = 'update' AND u.as_of <= ? AND u.approved_at <= ? AND u.commitment_id IN ?
			AND NOT EXISTS (SELECT 1 FROM updates c WHERE c.corrects_id = u.id AND c.state = 'approved' AND c.approved_at <= ?)
		ORDER BY u.as_of, u.approved_at, u.id`, to, k, plan.Padded(ids), k).Rows()
	if err != nil {
		return out, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var r approvedRow
		if err := rows.Scan(&r.CommitmentID, &r.Status, &r.AsOf); err != nil {
			return out, err
		}
		for i, end := range ends {
			if !r.AsOf.After(end) {
				out[r.CommitmentID][i] = r.Status
			}
		}
	}
	return out, rows.Err()
}

// Said is what the update that decides a commitment's status says.
type Said struct {
	ID         int64
	AsOf       calendar.Date
	Done       string
	NoProgress string
	NextStep   string
	Evidence   int
}

// Words are what was done, or why nothing was.
func (s Said) Words() string {
	if s.Done != "" {
		return s.Done
	}
	return s.NoProgress
}

// saidOf reads the words of approved updates, by their ids.
func saidOf(tx *gorm.DB, lines []*Line) (map[int64]Said, error) {
	var ids []int64
	for _, l := range lines {
		if l.UpdateID != 0 {
			ids = append(ids, l.UpdateID)
		}
	}
	out := make(map[int64]Said, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	rows, err := tx.Raw(`SELECT u.id, u.as_of, u.done, u.no_progress, u.next_step,
		(SELECT count(*) FROM evidence e WHERE e.update_id = u.id) AS evidence
		FROM updates u WHERE u.state = 'approved' AND u.id IN ?`, plan.Padded(ids)).Rows()
	if err != nil {
		return out, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var said Said
		if err := rows.Scan(&said.ID, &said.AsOf, &said.Done, &said.NoProgress, &said.NextStep, &said.Evidence); err != nil {
			return out, err
		}
		out[said.ID] = said
	}
	return out, rows.Err()
}
