package progress

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
)

// Release is a stretch of time in which the shared summary of an approved
// update may leave the government. It is over when it was withdrawn.
type Release struct {
	ID            int64 `gorm:"primaryKey"`
	UpdateID      int64
	ReleasedAt    time.Time
	ReleasedByID  int64
	WithdrawnAt   *time.Time
	WithdrawnByID *int64
}

// TableName is the table of releases.
func (Release) TableName() string { return "summary_releases" }

// CanRelease says whether the actor may let the shared summary of an approved
// update leave, and if not, why: as with approving, nobody releases what they
// had a hand in.
func CanRelease(actor accounts.Actor, u Update, authors []int64) error {
	switch {
	case !actor.CanReview():
		return problem.Denied("problem.coordinators_only")
	case slices.Contains(authors, actor.PersonID):
		return problem.Denied("release.error.four_eyes")
	case u.State != Approved:
		return problem.New(problem.Conflict, "release.error.not_approved")
	case u.SharedSummary == "":
		return problem.New(problem.Conflict, "release.error.no_summary")
	}
	return nil
}

// ReleaseSummary lets the shared summary of an approved update leave from now
// on, wherever its commitment is shared.
func ReleaseSummary(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64) error {
	u, err := visible(tx, actor, id)
	if err != nil {
		return err
	}
	authors, err := Authors(tx, id)
	if err != nil {
		return err
	}
	if err := CanRelease(actor, u, authors); err != nil {
		return err
	}
	if err := notCorrected(tx, &id); err != nil {
		return err
	}
	at, err := NextInstant(tx, clock)
	if err != nil {
		return err
	}
	if err := moveOn(tx, u, version); err != nil {
		return err
	}
	return release(tx, actor, u, at)
}

// release writes the release of a summary with its entry in the trail.
func release(tx *gorm.DB, actor accounts.Actor, u Update, at time.Time) error {
	made := tx.Exec("INSERT INTO summary_releases (update_id, released_at, released_by_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", u.ID, at, actor.PersonID)
	if made.Error != nil {
		return made.Error
	}
	if made.RowsAffected == 0 {
		return problem.New(problem.Conflict, "release.error.released")
	}
	return recordRelease(tx, at, actor, "summary.release", u)
}

// WithdrawSummary keeps the shared summary of an update from leaving again.
// Any coordinator may: it gives nothing away. What was published with it stays.
func WithdrawSummary(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64) error {
	u, err := visible(tx, actor, id)
	if err != nil {
		return err
	}
	if !actor.CanReview() {
		return problem.Denied("problem.coordinators_only")
	}
	at, err := NextInstant(tx, clock)
	if err != nil {
		return err
	}
	gone := tx.Exec("UPDATE summary_releases SET withdrawn_at = ?, withdrawn_by_id = ? WHERE update_id = ? AND withdrawn_at IS NULL", at, actor.PersonID, id)
	if gone.Error != nil {
		return gone.Error
	}
	if gone.RowsAffected == 0 {
		return problem.New(problem.Conflict, "release.error.not_released")
	}
	if err := moveOn(tx, u, version); err != nil {
		return err
	}
	return recordRelease(tx, at, actor, "summary.withdraw", u)
}

// moveOn counts an approved update's version up: whoever read it before
// decides on what they did not see.
func moveOn(tx *gorm.DB, u Update, version int64) error {
	return db.Changed(tx.Exec("UPDATE updates SET version = version + 1 WHERE id = ? AND version = ?", u.ID, version))
}

func recordRelease(tx *gorm.DB, at time.Time, actor accounts.Actor, action string, u Update) error {
	c, err := loadCommitment(tx, actor, u.CommitmentID)
	if err != nil {
		return err
	}
	return record(tx, at, actor, action, u, c, audit.Change{Field: "shared_summary", New: u.SharedSummary, Free: true})
}

// ApproveAndRelease approves an update, and lets its shared summary leave from
// that very instant on.
func ApproveAndRelease(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64) (Update, error) {
	u, err := Approve(tx, clock, actor, id, version)
	if err != nil {
		return u, err
	}
	var k problem.Check
	k.Require(u.SharedSummary != "", "release", "release.error.no_summary")
	if err := k.Err(); err != nil {
		return u, err
	}
	return u, release(tx, actor, u, *u.ApprovedAt)
}

// ReleasedSummaries reads the shared summaries that may leave in a report of
// day d as it was known at instant k, by their updates' ids: of updates that
// count there, released by then and not withdrawn. Whether a commitment is
// shared with an audience is for the caller to ask.
func ReleasedSummaries(tx *gorm.DB, d calendar.Date, k time.Time) (map[int64]string, error) {
	rows, err := tx.Raw(`SELECT u.id, u.shared_summary FROM summary_releases r JOIN updates u ON u.id = r.update_id
		WHERE r.released_at <= ? AND (r.withdrawn_at IS NULL OR r.withdrawn_at > ?)
			AND u.state = 'approved' AND u.as_of <= ? AND u.approved_at <= ?
			AND 0 = (SELECT count(*) FROM updates c WHERE c.corrects_id = u.id AND c.state = 'approved' AND c.approved_at <= ?)`, k, k, d, k, k).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	out := map[int64]string{}
	for rows.Next() {
		var id int64
		var text string
		if err := rows.Scan(&id, &text); err != nil {
			return nil, err
		}
		out[id] = text
	}
	return out, rows.Err()
}

// ApproveAndRelease approves an update together with its shared summary.
func (s *Store) ApproveAndRelease(ctx context.Context, actor accounts.Actor, key string, id, version int64) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		u, err := ApproveAndRelease(tx, s.clock, actor, id, version)
		return u.ID, err
	})
	return err
}

// ReleaseSummary lets the shared summary of an approved update leave.
func (s *Store) ReleaseSummary(ctx context.Context, actor accounts.Actor, key string, id, version int64) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		return id, ReleaseSummary(tx, s.clock, actor, id, version)
	})
	return err
}

// WithdrawSummary keeps the shared summary of an update from leaving again.
func (s *Store) WithdrawSummary(ctx context.Context, actor accounts.Actor, key string, id, version int64) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		return id, WithdrawSummary(tx, s.clock, actor, id, version)
	})
	return err
}

// WithdrawnSince reads the shared summaries that could leave at instant k and
// may not any more, by their updates' ids: what was prepared with them then
// must not leave now.
func WithdrawnSince(tx *gorm.DB, k time.Time) (map[int64]string, error) {
	var rows []Update
	err := tx.Raw(`SELECT u.id, u.shared_summary FROM summary_releases r JOIN updates u ON u.id = r.update_id
		WHERE r.released_at <= ? AND r.withdrawn_at > ?
			AND NOT EXISTS (SELECT 1 FROM summary_releases n WHERE n.update_id = r.update_id AND n.withdrawn_at IS NULL)`, k, k).Scan(&rows).Error
	out := map[int64]string{}
	for _, u := range rows {
		out[u.ID] = u.SharedSummary
	}
	return out, err
}
