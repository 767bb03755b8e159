package publications

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"gorm.io/gorm"

	"tracker/internal/calendar"
)

// Outcome says what a file is.
type Outcome string

// The outcomes. Only a genuine file is as it was published and stands.
const (
	Genuine  Outcome = "genuine"
	WasTaken Outcome = "recalled" // genuine, but recalled since
	Altered  Outcome = "altered"  // bears the number of a publication and is none of its files
	Unknown  Outcome = "unknown"
	Gone     Outcome = "purged" // genuine, but what it told was purged here since
)

// Verdict is what can be said of a file to whoever holds it. Of an altered
// file nothing is said but the number that it bears.
type Verdict struct {
	Outcome     Outcome
	Number      string
	PublishedOn calendar.Date
	RecalledOn  calendar.Date
	PurgedOn    calendar.Date
	Replacement string // number of the publication that replaced a recalled one
	SHA256      string // of the file
}

// FileMax is the largest file that is verified, in bytes.
const FileMax = 20 << 20

// Verify says whether a file is one that was published here. It asks nothing
// of who holds it and keeps nothing of it.
func (s *Store) Verify(ctx context.Context, file []byte) (v Verdict, err error) {
	sum := sha256.Sum256(file)
	v = Verdict{Outcome: Unknown, SHA256: hex.EncodeToString(sum[:])}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		found, err := s.published(tx, &v)
		if err != nil || found {
			return err
		}
		return bears(tx, &v, file)
	})
	return v, err
}

// published looks a file up by its fingerprint.
func (s *Store) published(tx *gorm.DB, v *Verdict) (bool, error) {
	var rows []struct {
		Publication
		Replacement string
	}
	err := tx.Raw(`SELECT p.label, p.state, p.published_at, p.recalled_at, p.purged_at, COALESCE(n.label, '') AS replacement
		FROM publication_files f JOIN publications p ON p.id = f.publication_id LEFT JOIN publications n ON n.id = p.replaced_by_id
		WHERE f.sha256 = ? ORDER BY p.id DESC LIMIT 1`, v.SHA256).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return false, err
	}
	p := rows[0]
	v.Outcome, v.Number, v.PublishedOn = Genuine, p.Label, s.clock.DayOf(*p.PublishedAt)
	if p.State == Recalled {
		v.Outcome, v.RecalledOn, v.Replacement = WasTaken, s.clock.DayOf(*p.RecalledAt), p.Replacement
	}
	if p.PurgedAt != nil {
		v.Outcome, v.PurgedOn = Gone, s.clock.DayOf(*p.PurgedAt)
	}
	return true, nil
}

// bears looks for the number of a publication in a file.
func bears(tx *gorm.DB, v *Verdict, file []byte) error {
	for _, number := range numbers(file) {
		var n int64
		if err := tx.Raw("SELECT count(*) FROM publications WHERE label = ?", number).Scan(&n).Error; err != nil {
			return err
		}
		if n > 0 {
			v.Outcome, v.Number = Altered, number
			return nil
		}
	}
	return nil
}
