package progress

import (
	"database/sql"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/plan"
)

// Handed is a lead institution's update as a deadline sees it: a draft, or one
// that was handed in.
type Handed struct {
	Update           int64
	CommitmentID     int64
	InstitutionID    int64
	State            State
	OnBehalf         bool
	NoProgress       bool
	Correction       bool          // it replaces an approved update once it is approved
	AsOf             calendar.Date // when it was last handed in
	FirstSubmittedOn calendar.Date // zero for a draft
	SubmittedAt      time.Time     // last
	ApprovedAt       time.Time
	Rounds           []Round // of those that came back: every one of them; of the others none
}

// Round is one time that an update was in review and came out of it.
type Round struct{ From, To time.Time }

// Days is how many whole days a round took.
func (r Round) Days() int { return int(r.To.Sub(r.From).Hours() / 24) }

// Returned says whether the update came back at least once.
func (h Handed) Returned() bool { return h.State == Returned || len(h.Rounds) > 0 }

// InReview lists the rounds that are over.
func (h Handed) InReview() []Round {
	if len(h.Rounds) > 0 || h.State != Approved || h.SubmittedAt.IsZero() {
		return h.Rounds
	}
	return []Round{{h.SubmittedAt, h.ApprovedAt}}
}

const handedColumns = `SELECT u.id, u.commitment_id, u.institution_id, u.state, u.on_behalf, u.no_progress <> '', u.corrects_id IS NOT NULL, u.as_of, u.first_submitted_on, u.submitted_at, u.approved_at`

// HandedIn reads what lead institutions handed in by day d for days from one
// to another, on all commitments or on those named, as it is now, with three
// queries.
func HandedIn(tx *gorm.DB, from, to, d calendar.Date, only ...int64) ([]Handed, error) {
	some, ids := plan.Only("u.commitment_id", only)
	list, err := handedRows(nil, tx.Raw(handedColumns+` FROM updates u WHERE u.kind = 'update' AND u.state <> 'returned'
		AND u.first_submitted_on <= ? AND u.as_of BETWEEN ? AND ?`+some, append([]any{d, from, to}, ids...)...))
	if err != nil {
		return nil, err
	}
	list, err = handedRows(list, tx.Raw(strings.Replace(handedColumns, "u.as_of", "s.as_of", 1)+` FROM updates u CROSS JOIN decisions s
		WHERE u.state = 'returned' AND `+handed+` AND s.as_of BETWEEN ? AND ?`+some, append([]any{d, farthest, farthest, from, to}, ids...)...))
	if err != nil {
		return nil, err
	}
	return list, addRounds(tx, list, from, to, only)
}

// Drafted reads the drafts of lead institutions for days from one to another.
func Drafted(tx *gorm.DB, from, to calendar.Date) ([]Handed, error) {
	return handedRows(nil, tx.Raw(handedColumns+` FROM updates u WHERE u.state <> 'approved' AND u.state = 'draft' AND u.kind = 'update' AND u.as_of BETWEEN ? AND ?`, from, to))
}

func handedRows(list []Handed, query *gorm.DB) ([]Handed, error) {
	rows, err := query.Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var h Handed
		var submitted, approved sql.NullTime
		if err := rows.Scan(&h.Update, &h.CommitmentID, &h.InstitutionID, &h.State, &h.OnBehalf, &h.NoProgress, &h.Correction, &h.AsOf, &h.FirstSubmittedOn, &submitted, &approved); err != nil {
			return nil, err
		}
		h.SubmittedAt, h.ApprovedAt = submitted.Time, approved.Time
		list = append(list, h)
	}
	return list, rows.Err()
}

// farthest is an instant after all others: all that is known.
var farthest = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// addRounds reads the decisions on what came back at least once for a day
// between two.
func addRounds(tx *gorm.DB, list []Handed, from, to calendar.Date, only []int64) error {
	place := make(map[int64]int, len(list))
	for i, h := range list {
		place[h.Update] = i
	}
	some, ids := plan.Only("u.commitment_id", only)
	rows, err := tx.Raw(`SELECT d.update_id, d.kind, d.at FROM decisions d
		WHERE d.update_id IN (SELECT r.update_id FROM decisions r JOIN updates u ON u.id = r.update_id WHERE r.kind = 'returned' AND r.as_of BETWEEN ? AND ?`+some+`)
		ORDER BY d.update_id, d.at, d.id`, append([]any{from, to}, ids...)...).Rows()
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	since := map[int64]time.Time{}
	for rows.Next() {
		var d Decision
		if err := rows.Scan(&d.UpdateID, &d.Kind, &d.At); err != nil {
			return err
		}
		at, ok := place[d.UpdateID]
		switch {
		case !ok:
		case d.Kind == Submitted:
			since[d.UpdateID] = d.At
		case !since[d.UpdateID].IsZero():
			list[at].Rounds = append(list[at].Rounds, Round{since[d.UpdateID], d.At})
		}
	}
	return rows.Err()
}
