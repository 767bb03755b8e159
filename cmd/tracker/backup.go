package main

import (
	"context"
	"errors"
	"fmt"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/backup"
	"tracker/internal/db"
)

// backUp writes the whole database to a file, also while a server uses it.
func backUp(ctx context.Context, c *call) error {
	if len(c.args) != 1 {
		return misused("backup takes the file to write")
	}
	if err := fileName(c.args[0]); err != nil {
		return err
	}
	a, err := c.open(ctx, false)
	if err != nil {
		return err
	}
	defer a.db.Close() //nolint:errcheck // nothing is under way
	m, err := backup.Write(ctx, a.db, version, c.args[0])
	if err == nil {
		err = backup.NoteMade(ctx, a.db, a.clock.Now(), accounts.CommandLine().Who(), m)
	}
	if err != nil {
		return err
	}
	return c.sayBackup("written to "+c.args[0]+" and read back", m)
}

// restore fills a new database from a backup. It runs alone.
func restore(ctx context.Context, c *call) error {
	if len(c.args) != 1 {
		return misused("restore takes the file of a backup")
	}
	if _, err := backup.Verify(c.args[0]); err != nil {
		return fmt.Errorf("%s: %w", c.args[0], err)
	}
	release, err := c.claim(ctx)
	if err != nil {
		return err
	}
	defer release()
	where, err := c.cfg.database()
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, where)
	if err != nil {
		return err
	}
	return errors.Join(restoreInto(ctx, c, d), d.Close())
}

func restoreInto(ctx context.Context, c *call, d *db.DB) error {
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	m, err := backup.Restore(ctx, d, c.args[0])
	if err != nil {
		return err
	}
	a := &app{cfg: c.cfg, db: d}
	if err := a.read(ctx); err != nil {
		return err
	}
	if err := a.holds(ctx, c.options("anchor")); err != nil {
		return err
	}
	if err := backup.NoteRestored(ctx, d, a.clock.Now(), accounts.CommandLine().Who(), m); err != nil {
		return err
	}
	return c.sayBackup("restored; everybody signs in anew", m)
}

// holds refuses a trail that does not hold what files tell of it: the backup is
// then an older one, or of a trail that was written anew.
func (a *app) holds(ctx context.Context, anchors []string) error {
	if len(anchors) == 0 {
		return nil
	}
	check, err := a.check(ctx, anchors)
	if err != nil {
		return err
	}
	check.Key = "" // the secret may come later
	r, err := audit.VerifyAgainst(ctx, a.db, check)
	if err == nil && !r.OK() {
		err = errors.New("the backup is in the database, but " + trailWords(r))
	}
	return err
}

func (c *call) sayBackup(done string, m backup.Manifest) error {
	_, err := fmt.Fprintf(c.out, "%d rows %s.\nMade %s on %s; the audit trail is whole up to entry %d, %s.\n", m.Rows, done,
		m.MadeAt.Format("2006-01-02 15:04 UTC"), m.Engine, m.AuditSeq, m.AuditHash)
	return err
}
