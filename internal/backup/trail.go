package backup

import (
	"context"
	"time"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/db"
)

// The trail says of a backup when it was made and what the trail's head was.
const (
	backedUp  = "database.back_up"
	madeField = "made_at"
)

// NoteMade puts into the audit trail that the database was backed up: whoever
// holds the file holds everything.
func NoteMade(ctx context.Context, d *db.DB, at time.Time, who audit.Who, m Manifest) error {
	return note(ctx, d, at, audit.Event{Who: who, Action: "database.back_up"}, m)
}

// NoteRestored puts into the audit trail that the database was restored, and
// from which backup.
func NoteRestored(ctx context.Context, d *db.DB, at time.Time, who audit.Who, m Manifest) error {
	return note(ctx, d, at, audit.Event{Who: who, Action: "database.restore"}, m)
}

func note(ctx context.Context, d *db.DB, at time.Time, ev audit.Event, m Manifest) error {
	ev.Object = "database"
	ev.Changes = []audit.Change{{Field: madeField, New: m.MadeAt.Format(time.RFC3339)}, {Field: "audit_head", New: m.AuditHash}, {Field: "release", New: m.Release}}
	return d.Write(ctx, func(tx *gorm.DB) error { return audit.Append(tx, at, ev) })
}

// LastMade is when the newest backup that the trail knows of was made, by the
// system's clock; the zero time when it knows of none. A restored database
// knows of none that was made since the one it came from.
func LastMade(ctx context.Context, d *db.DB) (made time.Time, err error) {
	err = d.Read(ctx, func(tx *gorm.DB) error {
		lines, _, err := audit.Entries(tx, audit.Filter{Action: backedUp, Outcome: audit.Done})
		if err != nil || len(lines) == 0 {
			return err
		}
		for _, c := range lines[0].Changes {
			if c.Field == madeField {
				made, err = time.Parse(time.RFC3339, c.New)
			}
		}
		return err
	})
	return made, err
}
