package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/reports/publications"
)

// auditTasks are the tasks of the command audit.
var auditTasks = map[string]func(context.Context, *call, *app) error{
	"verify": auditVerify, "checkpoint": auditCheckpoint, "key": auditKey, "new-key": auditNewKey, "purge": auditPurge,
}

// auditing does one of the tasks around the audit trail.
func auditing(ctx context.Context, c *call) error {
	if len(c.args) != 1 || auditTasks[c.args[0]] == nil {
		return misused("audit takes one of its tasks: verify, checkpoint, key, new-key or purge")
	}
	a, err := c.open(ctx, false)
	if err != nil {
		return err
	}
	return errors.Join(auditTasks[c.args[0]](ctx, c, a), a.db.Close())
}

// auditVerify checks the whole trail, against checkpoints and anchors.
func auditVerify(ctx context.Context, c *call, a *app) error {
	check, err := a.check(ctx, c.options("anchor"))
	if err != nil {
		return err
	}
	if key := c.option("key"); key != "" {
		check.Key = key
	}
	r, err := audit.VerifyAgainst(ctx, a.db, check)
	if err != nil {
		return err
	}
	if c.option("json") == "true" {
		out := json.NewEncoder(c.out)
		out.SetIndent("", "  ")
		err = out.Encode(r)
	} else if r.OK() {
		_, err = fmt.Fprintln(c.out, trailWords(r))
		for _, p := range r.Purges {
			fmt.Fprintf(c.out, "Entry %d: the text of %q was purged %s, as entry %d says.\n", p.Seq, p.Field, p.At.UTC().Format("2006-01-02 15:04 UTC"), p.By)
		}
	}
	if !r.OK() {
		return errors.New(trailWords(r))
	}
	return err
}

// check is what the trail is verified against: the key in use and the heads
// that files hold.
func (a *app) check(ctx context.Context, files []string) (audit.Check, error) {
	check := audit.Check{Key: audit.SignerOf(a.keys).PublicKey()}
	origin, known, err := audit.Keys(ctx, a.db)
	if err != nil {
		return check, err
	}
	check.Anchors, err = anchorsOf(files, origin, known)
	return check, err
}

// anchorsOf reads the anchors of files; one that holds none is refused.
func anchorsOf(files []string, origin string, known []string) (all []audit.Anchor, err error) {
	for _, path := range files {
		file, err := readAtMost(path, publications.FileMax)
		if err != nil {
			return nil, err
		}
		some, err := publications.Anchors(filepath.Base(path), file, origin, known)
		if err != nil {
			return nil, err
		}
		if len(some) == 0 {
			return nil, misused("%s holds no head of an audit trail: an anchor is a checkpoint, a published file, or a line such as 'entry 12, ' with the 64 digits of its hash", path)
		}
		all = append(all, some...)
	}
	return all, nil
}

// trailWords says what a verification of the audit trail found.
func trailWords(r audit.Report) string {
	if !r.OK() {
		return fmt.Sprintf("the audit trail was altered: entry %d is the first broken one: %s", r.Seq, r.Why)
	}
	return fmt.Sprintf("The audit trail is whole: %d entries, %d texts purged, %d checkpoints and %d anchors hold, entry %d, %s.", r.Entries, r.Purged, r.Checkpoints, r.Anchors, r.Entries, r.Head)
}

// auditCheckpoint prints the newest checkpoint. With the key at hand the head
// is signed first, where it was not yet.
func auditCheckpoint(ctx context.Context, c *call, a *app) error {
	newest, err := audit.SignerOf(a.keys).MarkNow(ctx, a.db, a.clock.Now())
	if err != nil {
		return keyWords(err)
	}
	if newest.Seq == 0 {
		return errors.New("there is no checkpoint yet: the server signs one within an hour, with the key that it alone has")
	}
	text, err := newest.Text()
	if err != nil {
		return err
	}
	if path := c.option("o"); path != "" {
		if err := fileName(path); err != nil {
			return err
		}
		return os.WriteFile(path, []byte(text), 0o644)
	}
	_, err = fmt.Fprint(c.out, text)
	return err
}

// auditKey prints the public key that others check checkpoints with.
func auditKey(ctx context.Context, c *call, a *app) error {
	own := audit.SignerOf(a.keys).PublicKey()
	if own == "" {
		return errors.New("there is no secret here: it is tracker.key in the data folder, or TRACKER_KEY")
	}
	if _, err := fmt.Fprintln(c.out, own); err != nil {
		return err
	}
	origin, _, err := audit.Keys(ctx, a.db)
	if err != nil || origin == "" {
		return err
	}
	vkey, err := audit.VerifierKey(origin, own)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.out, vkey)
	return err
}

// auditNewKey goes on with another key than the one that signed last.
func auditNewKey(ctx context.Context, c *call, a *app) error {
	signer := audit.SignerOf(a.keys)
	if !signer.Given() {
		return errors.New("there is no secret here: it is tracker.key in the data folder, or TRACKER_KEY")
	}
	if err := signer.NewKey(ctx, a.db, a.clock.Now(), accounts.CommandLine().Who()); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.out, "From now on checkpoints are signed with another key; the trail names both. Tell those who check them its public key:\n%s\n", signer.PublicKey())
	return err
}

// auditPurge deletes a free text of an entry, or what a publication tells, for
// good.
func auditPurge(ctx context.Context, c *call, a *app) error {
	actor, err := a.actor(ctx, c.option("as"))
	if err != nil {
		return err
	}
	if number := c.option("publication"); number != "" {
		store := publications.New(a.db, a.clock, a.words)
		p, err := store.Purgeable(ctx, actor, a.settings.CountryCode, number)
		if err != nil {
			return err
		}
		if err := store.Purge(ctx, actor, rand.Text(), a.settings.CountryCode, p.ID, p.Version, c.option("reason")); err != nil {
			return err
		}
		_, err = fmt.Fprintf(c.out, "What %s told is deleted for good. Older backups still hold it, and whoever took a file.\n", number)
		return err
	}
	seq, err := strconv.ParseInt(c.option("entry"), 10, 64)
	if err != nil {
		return misused("audit purge takes --entry N and --field F, or --publication NUMBER, and --reason TEXT")
	}
	if err := a.accounts.PurgeText(ctx, actor, rand.Text(), seq, c.option("field"), c.option("reason")); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "The text of %q in entry %d is deleted for good; the trail stays whole. Older backups still hold it, and so may the record that the entry is about.\n", c.option("field"), seq)
	return err
}

// actor is the person of an address, or the command line.
func (a *app) actor(ctx context.Context, email string) (accounts.Actor, error) {
	if email == "" {
		return accounts.CommandLine(), nil
	}
	actor, err := a.accounts.ActorOf(ctx, email)
	if err != nil {
		err = fmt.Errorf("nobody who may sign in has the address %s", email)
	}
	return actor, err
}

// keyWords says what to do about another key.
func keyWords(err error) error {
	if !errors.Is(err, audit.ErrOtherKey) {
		return err
	}
	return errors.New("the secret is another one than signed the newest checkpoint of the audit trail: bring the old tracker.key (or TRACKER_KEY) back; " +
		"if it is lost, 'tracker audit new-key' goes on with the new one and says so in the trail")
}

// checkKey refuses to serve with another key than signed last.
func (a *app) checkKey(ctx context.Context) error {
	return keyWords(audit.SignerOf(a.keys).Agrees(ctx, a.db))
}

// checkpoint signs the trail's head when that is due.
func (a *app) checkpoint(ctx context.Context) error {
	_, err := audit.SignerOf(a.keys).MarkDue(ctx, a.db, a.clock.Now())
	return err
}

// mailCheckpoint queues the mail with the newest checkpoint when that is due.
func (a *app) mailCheckpoint(ctx context.Context) error {
	_, err := a.accounts.MailCheckpointDue(ctx)
	return err
}

// verifyDue verifies the trail once a day and says loudly what is broken.
func (a *app) verifyDue(ctx context.Context, log *slog.Logger) {
	check := audit.Check{Key: audit.SignerOf(a.keys).PublicKey()}
	switch r, ran, err := audit.VerifyDue(ctx, a.db, check, time.Now()); {
	case err != nil && ctx.Err() == nil:
		log.Error("the audit trail was not verified", "error", err)
	case ran && !r.OK():
		log.Error("THE AUDIT TRAIL IS BROKEN", "entry", r.Seq, "fault", string(r.Fault), "why", r.Why)
	}
}
