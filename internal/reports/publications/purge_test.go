package publications

import (
	"errors"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/keys"
	"tracker/internal/plan"
	"tracker/internal/plan/plantest"
	"tracker/internal/problem"
)

var administrator = accounts.Actor{PersonID: 990, Post: "Administrator", Role: accounts.Administrator, InstitutionKind: accounts.Government}

func (p *press) purgeable(label string) Publication {
	p.t.Helper()
	q, err := p.Purgeable(p.t.Context(), administrator, plantest.Country, label)
	p.must(err)
	return q
}

// What a publication told goes for good: the value and every file. What it was,
// who signed it and why it went stays, and a file of it is still known.
func TestWhatAPublicationToldIsPurgedAndWhatItWasStays(t *testing.T) {
	eachPress(t, func(p *press) {
		p.did("NSF 1.1.1", "ZQ-SECRET was met.")
		label := p.out(plan.Public)
		files := p.forms(label)
		before := p.purgeable(label)
		purge := func(actor accounts.Actor, version int64, reason string) error {
			return p.Purge(p.t.Context(), actor, p.key(), plantest.Country, before.ID, version, reason)
		}
		if err := purge(administrator, before.Version, "names a person"); said(err) != "publications.error.recall_first" {
			t.Errorf("not recalled: %v", err)
		}
		p.must(p.Recall(t.Context(), p.Actors["one"], p.key(), label, before.Version, "A wrong figure", ""))
		if list, n, err := p.ToPurge(t.Context(), administrator, plantest.Country, 1, 10); err != nil || n != 1 || len(list) != 1 || list[0].Label != label {
			t.Errorf("to purge: %+v, %d, %v", list, n, err)
		}
		if h, err := p.Held(t.Context(), administrator, plantest.Country, before.ID); err != nil || h.Files != len(files) || h.Size == 0 || h.Value != "" {
			t.Errorf("held: %+v, %v", h, err)
		}
		for name, who := range p.Actors {
			if who.CanAdminister() {
				continue
			}
			if _, _, err := p.ToPurge(t.Context(), who, plantest.Country, 1, 10); problem.KindOf(err) != problem.NotFound {
				t.Errorf("%s sees what can be purged: %v", name, err)
			}
			if _, err := p.Held(t.Context(), who, plantest.Country, before.ID); problem.KindOf(err) != problem.NotFound {
				t.Errorf("%s sees what is held: %v", name, err)
			}
			if err := p.CheckPurge(t.Context(), who, plantest.Country, before.ID, before.Version+1, "why"); problem.KindOf(err) != problem.Forbidden {
				t.Errorf("%s asks: %v", name, err)
			}
			if err := purge(who, before.Version+1, "why"); problem.KindOf(err) != problem.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := purge(administrator, before.Version+1, " "); !strings.Contains(said(err), "reason") {
			t.Errorf("no reason: %v", err)
		}
		if err := purge(administrator, before.Version, "why"); problem.KindOf(err) != problem.Conflict {
			t.Errorf("an old page: %v", err)
		}
		if err := p.CheckPurge(t.Context(), administrator, plantest.Country, before.ID, before.Version, "why"); problem.KindOf(err) != problem.Conflict {
			t.Errorf("an old page asks: %v", err)
		}
		p.must(p.CheckPurge(t.Context(), administrator, plantest.Country, before.ID, before.Version+1, "why"))
		p.must(purge(administrator, before.Version+1, "It named a person."))
		if _, n, err := p.ToPurge(t.Context(), administrator, plantest.Country, 1, 10); err != nil || n != 0 {
			t.Errorf("%d are still to purge, %v", n, err)
		}
		if err := purge(administrator, before.Version+2, "why"); said(err) != "publications.error.purged" {
			t.Errorf("again: %v", err)
		}
		after := p.purgeable(label)
		if after.SHA256 != before.SHA256 || after.SignedAs != before.SignedAs || after.AuditHead != before.AuditHead || after.PurgeReason != "It named a person." || after.PurgedAt == nil {
			t.Errorf("what stays is %+v", after)
		}
		if n := p.Count(t, "SELECT (SELECT count(*) FROM publications WHERE value <> '') + (SELECT count(*) FROM publication_files WHERE length(body) > 0)"); n != 0 {
			t.Error("content is there still")
		}
		told, err := p.read("one", label)
		p.must(err)
		if _, err := p.Value(t.Context(), p.Actors["one"], told); said(err) != "publications.error.purged" {
			t.Errorf("it is read: %v", err)
		}
		for format, file := range files {
			if got := p.verdict(file); got != "purged "+label {
				t.Errorf("%s is %s", format, got)
			}
			if _, err := p.Take(t.Context(), p.Actors["one"], plantest.Country, label, format); err == nil {
				t.Errorf("%s is given out", format)
			}
		}
		if r, err := audit.Verify(t.Context(), p.db); err != nil || !r.OK() {
			t.Errorf("%+v, %v", r, err)
		}
		if n := p.Count(t, "SELECT count(*) FROM audit_entries WHERE action = 'publication.purge'"); n != 1 {
			t.Errorf("%d entries", n)
		}
	})
}

// A publication is followed by a checkpoint of the trail that holds its entry,
// in its transaction.
func TestAPublicationIsFollowedByACheckpoint(t *testing.T) {
	eachPress(t, func(p *press) {
		ring, err := keys.Parse(strings.Repeat("a", 2*keys.Size))
		p.must(err)
		p.Signing(audit.SignerOf(ring))
		label := p.out(plan.Public)
		if n := p.Count(t, "SELECT count(*) FROM audit_checkpoints c JOIN audit_entries e ON e.seq = c.seq AND e.hash = c.hash WHERE e.action = 'publication.publish'"); n != 1 {
			t.Errorf("%d checkpoints of the entry of %s", n, label)
		}
		other, err := keys.Parse(strings.Repeat("b", 2*keys.Size))
		p.must(err)
		p.Signing(audit.SignerOf(other))
		id := p.prepare("one", plan.Public)
		if _, err := p.Publish(t.Context(), p.Actors["sign"], p.key(), id, 1); !errors.Is(err, audit.ErrOtherKey) {
			t.Errorf("with another key: %v", err)
		}
		if n := p.Count(t, "SELECT count(*) FROM publications WHERE state = 'published'"); n != 1 {
			t.Errorf("%d are published", n)
		}
	})
}

// Every file of a publication is an anchor: whoever kept one can find that the
// trail was written anew or that an older backup was restored.
func TestEveryFileOfAPublicationIsAnAnchorOfTheTrail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPress(t, d)
		p.did("NSF 1.1.1", "The committee met.")
		label := p.out(plan.Public)
		var anchors []audit.Anchor
		for format, file := range p.forms(label) {
			list, err := Anchors(format, file, "", nil)
			if err != nil || len(list) != 1 || list[0].Seq != p.purgeable(label).AuditSeq || list[0].Hash != p.purgeable(label).AuditHead {
				t.Errorf("%s: %+v, %v", format, list, err)
			}
			anchors = append(anchors, list...)
		}
		if len(anchors) < 4 {
			t.Fatalf("%d files", len(anchors))
		}
		check := func() audit.Report {
			r, err := audit.VerifyAgainst(t.Context(), d, audit.Check{Anchors: anchors})
			p.must(err)
			return r
		}
		if r := check(); !r.OK() || r.Anchors != len(anchors) {
			t.Errorf("whole: %+v", r)
		}
		dbtest.Unguard(t, d)
		p.Do(t, func(tx *gorm.DB) error {
			for _, s := range []string{"DELETE FROM audit_texts", "DELETE FROM audit_entries", "UPDATE audit_head SET seq = 0, hash = ''"} {
				if err := tx.Exec(s).Error; err != nil {
					return err
				}
			}
			return audit.Append(tx, p.clock.Now(), audit.Event{Action: "database.restore", Object: "database"})
		})
		if r := check(); r.Fault != audit.FaultAnchor || r.Seq != 2 {
			t.Errorf("an older backup restored: %+v", r)
		}
	})
}
