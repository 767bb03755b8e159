package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tracker/internal/audit"
	"tracker/internal/backup"
	"tracker/internal/db"
	"tracker/internal/progress"
)

// mostApart is how far two clocks may be apart, or the trail be ahead.
const mostApart = time.Minute

func lookAtEngine(_ context.Context, p *patient) (list []finding) {
	if p.closed != nil {
		return is(false, "the database cannot be opened ("+p.closed.Error()+")", "see that it runs, and that TRACKER_DATA or TRACKER_DATABASE_URL names it")
	}
	f := p.facts
	if list = is(true, f.Engine, ""); f.Old {
		list = is(false, f.Engine+" is too old", fmt.Sprintf("install PostgreSQL %d or newer", db.MinPostgres))
	}
	for _, d := range f.Differ {
		list = append(list, is(false, "the database does not keep a setting that the tracker needs ("+d+")", "take away what overrides it, such as ALTER ROLE ... SET or a pool before the server")...)
	}
	if f.Superuser {
		list = append(list, is(false, "the tracker's role on PostgreSQL is a superuser and could alter the audit trail unseen", "make a role without rights of its own: CREATE ROLE tracker LOGIN; ALTER DATABASE ... OWNER TO tracker")...)
	}
	return list
}

// lookAtWay wants the way to a database on another machine encrypted, and the
// other end checked. A name without a dot is one of this machine's containers.
func lookAtWay(_ context.Context, p *patient) []finding {
	if p.cfg.DatabaseURL == "" {
		return nil
	}
	u, err := url.Parse(p.cfg.DatabaseURL)
	if err != nil {
		return is(false, "the address of the database", "it cannot be read")
	}
	host, mode := u.Hostname(), u.Query().Get("sslmode")
	if host == "" || isOwn(host) {
		return is(true, "way to the database on this machine", "")
	}
	const advice = "put sslmode=verify-full into TRACKER_DATABASE_URL"
	switch {
	case !p.facts.Encrypted && !strings.Contains(host, "."):
		return []finding{{State: note, Found: "the way to the database on " + host + " is not encrypted", Advice: "right only inside one machine; else " + advice}}
	case !p.facts.Encrypted:
		return is(false, "everything travels to the database on "+host+" in the open", advice)
	case mode != "verify-full" && mode != "verify-ca":
		return is(false, "the way to the database on "+host+" is encrypted, but nobody checks who is at its other end", advice)
	}
	return is(true, "way to the database on "+host+", encrypted and checked", "")
}

func lookAtSchema(_ context.Context, p *patient) []finding {
	advice := "run 'tracker migrate'"
	switch {
	case errors.Is(p.schema, db.ErrNewerSchema):
		advice = "install the release that migrated it, or restore a backup"
	case errors.Is(p.schema, db.ErrAlteredSchema):
		advice = "ask who changed the table schema_checksums; restore a backup if nobody knows"
	}
	if p.schema != nil {
		return is(false, "schema ("+p.schema.Error()+")", advice)
	}
	return is(true, "schema", "")
}

func lookAtFile(ctx context.Context, p *patient) []finding {
	whole, err := p.db.Integrity(ctx)
	return is(err == nil && whole, "database file", "restore a backup; the file is damaged")
}

// lookAtClock holds this machine's clock against the database server's and
// against what was recorded, and sees that the zone of the settings is known.
func lookAtClock(ctx context.Context, p *patient) (list []finding) {
	if apart := p.facts.Now.Sub(p.now()); apart.Abs() > mostApart {
		list = append(list, is(false, fmt.Sprintf("the database's clock is %s from this machine's", apart.Round(time.Second)), "let both take their time from the network (NTP)")...)
	}
	if p.app == nil {
		return append(list, is(false, "the settings in the database cannot be read ("+p.unread.Error()+")", "set the one that it names in the table of settings, such as zone to Africa/Maseru, or restore a backup")...)
	}
	newest, err := audit.LastAt(ctx, p.db)
	if ahead := newest.Sub(p.app.clock.Now()); err != nil || ahead > mostApart {
		return append(list, is(false, fmt.Sprintf("the newest entry of the audit trail is %s ahead of the clock", ahead.Round(time.Second)), "the clock was set back: set it right, and let it take its time from the network (NTP)")...)
	}
	if list == nil {
		list = is(true, "clock, in "+p.app.clock.Zone().String(), "")
	}
	return list
}

func lookAtTrail(ctx context.Context, p *patient) []finding {
	ring, err := p.cfg.keyring(false)
	if err != nil {
		return is(false, "audit trail", err.Error())
	}
	r, err := audit.VerifyAgainst(ctx, p.db, audit.Check{Key: audit.SignerOf(ring).PublicKey()})
	list := is(err == nil && r.OK(), "audit trail", trailWords(r))
	if last, err := audit.LastNightly(ctx, p.db); err == nil && !last.Day.IsZero() {
		list = append(list, finding{State: note, Found: fmt.Sprintf("the server last verified the trail on %s: %d entries", last.Day, last.Entries)})
	}
	return list
}

// mostUnsigned is how long an entry may wait for a checkpoint, which the server
// signs each hour.
const mostUnsigned = 3 * audit.Every

// lookAtCheckpoint sees that the trail's head is signed: what was written since
// the newest checkpoint can be cut off unseen. A demonstration is served when
// somebody looks at it.
func lookAtCheckpoint(ctx context.Context, p *patient) []finding {
	newest, since, err := audit.Unsigned(ctx, p.db)
	if err != nil {
		return is(false, "the newest checkpoint of the audit trail cannot be read", err.Error())
	}
	said := "no checkpoint of the audit trail was signed yet"
	if newest.Seq > 0 {
		said = fmt.Sprintf("the newest checkpoint of the audit trail is of entry %d, %s", newest.Seq, newest.At.UTC().Format("2006-01-02 15:04 UTC"))
	}
	age := p.app.clock.Now().Sub(since)
	if since.IsZero() || age <= mostUnsigned {
		return is(true, said, "")
	}
	list := is(false, fmt.Sprintf("%s, and entries wait for one since %s, %d hours", said, since.UTC().Format("2006-01-02 15:04 UTC"), int(age.Hours())),
		"start 'tracker serve', which signs one each hour; if it runs, its log says why it does not; 'tracker audit checkpoint' signs one now")
	if p.app.settings.Demonstration {
		list[0].State = note
	}
	return list
}

func lookAtEvidence(ctx context.Context, p *patient) []finding {
	papers, err := progress.CheckFiles(ctx, p.db)
	list := is(err == nil && papers.Whole(), fmt.Sprintf("files of evidence, %d", papers.Files), "not what came in, restore them from a backup: "+strings.ReplaceAll(papers.Faults, "\n", "; "))
	if last, err := progress.LastCheck(ctx, p.db); err == nil && !last.Day.IsZero() {
		list = append(list, finding{State: note, Found: fmt.Sprintf("the server last read all files on %s: %d files", p.app.words.Date(last.Day), last.Files)})
	}
	return list
}

// lookAtBackup asks the trail when the last backup was made. A demonstration
// needs none.
func lookAtBackup(ctx context.Context, p *patient) []finding {
	most, err := strconv.Atoi(p.cfg.BackupHours)
	if err == nil && most == 0 {
		return []finding{{State: note, Found: "backups are made by other means (TRACKER_BACKUP_HOURS is 0)"}}
	}
	made, err := backup.LastMade(ctx, p.db)
	if err != nil {
		return is(false, "backup", err.Error())
	}
	const advice = "run 'tracker backup FILE' every night; docs/systemd has a timer"
	age := p.now().Sub(made)
	var list []finding
	switch {
	case made.IsZero():
		list = is(false, "no backup was ever made of this database", advice)
	case age > time.Duration(most)*time.Hour:
		list = is(false, fmt.Sprintf("the last backup was made on %s, %d hours ago", made.UTC().Format("2006-01-02 15:04 UTC"), int(age.Hours())), advice)
	default:
		return is(true, "backup of "+made.UTC().Format("2006-01-02 15:04 UTC"), "")
	}
	if p.app.settings.Demonstration {
		list[0].State = note
	}
	return list
}
