package audit

import (
	"context"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/db"
)

// Nightly is what a verification of a day found, by the system's clock. Seq is
// the first broken entry.
type Nightly struct {
	Day     calendar.Date `gorm:"primaryKey"`
	BeganAt time.Time
	EndedAt *time.Time // nil: it goes on, or was broken off
	Entries int64
	Seq     int64
	Fault   string
}

// TableName is the table of nightly verifications.
func (Nightly) TableName() string { return "audit_checks" }

// Broken says whether the verification found something.
func (n Nightly) Broken() bool { return n.Fault != "" }

// brokenOff is after how long a verification is begun anew.
const brokenOff = 2 * time.Hour

// VerifyDue verifies the trail once a day, by the system's clock, on whichever
// server comes first, and keeps what it found for thirty days; ran says whether
// it was this one. What is broken gets no entry: it would be on a chain that
// nobody can trust.
func VerifyDue(ctx context.Context, d *db.DB, c Check, now time.Time) (r Report, ran bool, err error) {
	now = now.UTC().Truncate(time.Microsecond)
	day := calendar.From(now)
	err = d.Write(ctx, func(tx *gorm.DB) error {
		mine := tx.Exec(`INSERT INTO audit_checks (day, began_at) VALUES (?, ?) ON CONFLICT (day) DO UPDATE
			SET began_at = excluded.began_at WHERE audit_checks.ended_at IS NULL AND audit_checks.began_at < ?`, day, now, now.Add(-brokenOff))
		ran = mine.RowsAffected > 0
		return mine.Error
	})
	if err != nil || !ran {
		return r, false, err
	}
	if r, err = VerifyAgainst(ctx, d, c); err != nil {
		return r, true, err
	}
	ended := time.Now().UTC().Truncate(time.Microsecond)
	n := Nightly{Day: day, BeganAt: now, EndedAt: &ended, Entries: r.Entries, Seq: r.Seq, Fault: string(r.Fault)}
	return r, true, d.Write(ctx, func(tx *gorm.DB) error {
		if err := tx.Model(&Nightly{}).Where("day = ?", day).Select("ended_at", "entries", "seq", "fault").Updates(&n).Error; err != nil {
			return err
		}
		return tx.Exec("DELETE FROM audit_checks WHERE day < ?", day.AddDays(-30)).Error
	})
}

// LastNightly is the newest verification that came to its end; its day is zero
// when there was none.
func LastNightly(ctx context.Context, d *db.DB) (n Nightly, err error) {
	err = d.Read(ctx, func(tx *gorm.DB) error {
		return tx.Raw("SELECT * FROM audit_checks WHERE ended_at IS NOT NULL ORDER BY day DESC LIMIT 1").Scan(&n).Error
	})
	return n, err
}
