package progress

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/files"
	"tracker/internal/problem"
)

// ErrDamaged is returned for a file whose content is not what came in.
var ErrDamaged = errors.New("progress: a file is not what came in")

// chunks reads a file's content row by row.
type chunks struct {
	rows *sql.Rows
	rest []byte
}

func contentOf(tx *gorm.DB, fileID int64) (*chunks, error) {
	rows, err := tx.Raw("SELECT content FROM evidence_chunks WHERE file_id = ? ORDER BY n", fileID).Rows()
	return &chunks{rows: rows}, err
}

func (c *chunks) Read(b []byte) (int, error) {
	for len(c.rest) == 0 {
		if !c.rows.Next() {
			if err := c.rows.Err(); err != nil {
				return 0, err
			}
			return 0, io.EOF
		}
		if err := c.rows.Scan(&c.rest); err != nil {
			return 0, err
		}
	}
	n := copy(b, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

// Opened is a file as it is given out. Close it.
type Opened struct {
	io.ReadCloser
	Name      string
	MediaType string
	Size      int64
}

// Open gives out a file of an update. It is read whole and held against its
// SHA-256 before its first byte leaves, and one that is not what came in is
// refused and noted. Who stands outside government gets a copy that tells
// nothing of its maker.
func (s *Store) Open(ctx context.Context, actor accounts.Actor, updateID, evidenceID int64) (Opened, error) {
	var u Update
	var e Evidence
	var spooled *files.Spooled
	err := s.db.Read(ctx, func(tx *gorm.DB) (err error) {
		if u, e, err = fileOf(tx, actor, updateID, evidenceID); err != nil {
			return err
		}
		if e.File.QuarantinedAt != nil {
			return problem.New(problem.Conflict, "evidence.error.quarantined")
		}
		spooled, err = spoolFile(tx, *e.File)
		return err
	})
	if errors.Is(err, ErrDamaged) {
		noted := audit.Refuse(ctx, s.db, s.clock.Now(), audit.Event{Who: actor.Who(), Action: "evidence.damaged", Object: object(u)})
		return Opened{}, errors.Join(fmt.Errorf("%w: %s: %w", problem.New(problem.Unavailable, "evidence.error.damaged"), e.damage(), err), noted)
	}
	if err != nil {
		return Opened{}, err
	}
	out := Opened{ReadCloser: spooled, Name: e.File.Name, MediaType: e.File.MediaType, Size: e.File.Size}
	if !outside(actor, u) {
		return out, nil
	}
	b, err := io.ReadAll(io.NewSectionReader(spooled, 0, spooled.Size))
	if err = errors.Join(err, spooled.Close()); err != nil {
		return out, err
	}
	b, err = files.Clean(b, e.File.Name)
	if no := (files.Refused{}); errors.As(err, &no) {
		err = problem.New(problem.Conflict, no.Key, no.Args...)
	}
	out.ReadCloser, out.Size = io.NopCloser(bytes.NewReader(b)), int64(len(b))
	return out, err
}

// spoolFile reads a file out of the database and holds it against its SHA-256.
func spoolFile(tx *gorm.DB, f File) (*files.Spooled, error) {
	in, err := contentOf(tx, f.ID)
	if err != nil {
		return nil, err
	}
	defer in.rows.Close() //nolint:errcheck // read to its end
	spooled, err := files.Spool(in, f.Size)
	switch {
	case errors.Is(err, files.ErrTooLarge), errors.Is(err, files.ErrEmpty):
		return nil, ErrDamaged
	case err != nil:
		return nil, err
	case spooled.SHA256 != f.SHA256 || spooled.Size != f.Size:
		return nil, errors.Join(ErrDamaged, spooled.Close())
	}
	return spooled, nil
}

// Check is what a reading of all files found. Faults names those that are not
// what came in, one a line.
type Check struct {
	Day     calendar.Date `gorm:"primaryKey"`
	BeganAt time.Time
	EndedAt *time.Time // nil: it goes on, or was broken off
	Files   int
	Faults  string
}

// TableName is the table of checks.
func (Check) TableName() string { return "evidence_checks" }

// Whole says whether every file was what came in.
func (c Check) Whole() bool { return c.Faults == "" }

// CheckFiles reads every file that has a content and holds it against its
// SHA-256. Each is read in a moment of its own: nobody waits for it.
func CheckFiles(ctx context.Context, d *db.DB) (Check, error) {
	var list []Evidence
	err := d.Read(ctx, func(tx *gorm.DB) error {
		return tx.Raw("SELECT min(e.id) AS id, min(e.update_id) AS update_id, e.file_id FROM evidence e WHERE e.file_id IS NOT NULL GROUP BY e.file_id ORDER BY e.file_id").Scan(&list).Error
	})
	var c Check
	var faults []string
	for _, e := range list {
		if err != nil {
			break
		}
		err = d.Read(ctx, func(tx *gorm.DB) error {
			one := []Evidence{e}
			if err := nameFiles(tx, one); err != nil || one[0].File == nil || one[0].File.PurgedAt != nil {
				return err // taken away or purged meanwhile
			}
			c.Files++
			whole, err := isWhole(tx, *one[0].File)
			if err == nil && !whole {
				faults = append(faults, one[0].damage())
			}
			return err
		})
	}
	c.Faults = strings.Join(faults, "\n")
	return c, err
}

func isWhole(tx *gorm.DB, f File) (bool, error) {
	in, err := contentOf(tx, f.ID)
	if err != nil {
		return false, err
	}
	defer in.rows.Close() //nolint:errcheck // read to its end
	sum := sha256.New()
	n, err := io.Copy(sum, in)
	return n == f.Size && hex.EncodeToString(sum.Sum(nil)) == f.SHA256, err
}

// brokenOff is after how long a reading of all files is begun anew.
const brokenOff = 2 * time.Hour

// CheckDue reads all files once a day, by the system's clock, on whichever
// server comes first, and keeps what it found; ran says whether it was this
// one. What is not whole is in the trail besides.
func CheckDue(ctx context.Context, d *db.DB, clock calendar.Clock, now time.Time) (c Check, ran bool, err error) {
	now = now.UTC().Truncate(time.Microsecond)
	day := calendar.From(now)
	err = d.Write(ctx, func(tx *gorm.DB) error {
		mine := tx.Exec(`INSERT INTO evidence_checks (day, began_at) VALUES (?, ?) ON CONFLICT (day) DO UPDATE
			SET began_at = excluded.began_at WHERE evidence_checks.ended_at IS NULL AND evidence_checks.began_at < ?`, day, now, now.Add(-brokenOff))
		ran = mine.RowsAffected > 0
		return mine.Error
	})
	if err != nil || !ran {
		return c, false, err
	}
	found, err := CheckFiles(ctx, d)
	if err != nil {
		return c, true, err
	}
	ended := time.Now().UTC().Truncate(time.Microsecond)
	c = Check{Day: day, BeganAt: now, EndedAt: &ended, Files: found.Files, Faults: found.Faults}
	return c, true, d.Write(ctx, func(tx *gorm.DB) error {
		if err := tx.Model(&Check{}).Where("day = ?", day).Select("ended_at", "files", "faults").Updates(&c).Error; err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM evidence_checks WHERE day < ?", day.AddDays(-30)).Error; err != nil || c.Whole() {
			return err
		}
		return audit.Append(tx, clock.Now(), audit.Event{Who: accounts.CommandLine().Who(), Action: "evidence.damaged", Object: "evidence", Outcome: audit.Refused,
			Changes: []audit.Change{{Field: "files", New: c.Faults, Free: true}}})
	})
}

// LastCheck is the newest reading of all files that came to its end; its day
// is zero when there was none.
func LastCheck(ctx context.Context, d *db.DB) (c Check, err error) {
	err = d.Read(ctx, func(tx *gorm.DB) error {
		return tx.Raw("SELECT * FROM evidence_checks WHERE ended_at IS NOT NULL ORDER BY day DESC LIMIT 1").Scan(&c).Error
	})
	return c, err
}
