package publications

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"slices"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/db"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// errTaken says that another publication took the number meanwhile.
var errTaken = errors.New("publications: the number was taken")

// Publish signs what another person prepared: it gets the next number, its
// files, its entry in the trail and a checkpoint of that, all in one
// transaction, and returns the label. The files are rendered before, with the number that is next and the
// trail's head at that moment; when somebody else takes the number meanwhile
// they are rendered anew (docs/adr/0011).
func (s *Store) Publish(ctx context.Context, actor accounts.Actor, key string, id, version int64) (label string, err error) {
	for range 5 {
		if posted, err := s.db.Posted(ctx, actor.PersonID, key); posted || err != nil {
			return s.repeated(ctx, actor, key, err)
		}
		signed, err := s.sign(ctx, actor, id, version)
		if err != nil {
			return "", err
		}
		label, err = s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) { return signed.Label, s.publish(tx, actor, signed) })
		if !errors.Is(err, errTaken) {
			return label, err
		}
	}
	return "", problem.New(problem.Unavailable, "problem.unavailable")
}

// repeated is where the first post of a form led.
func (s *Store) repeated(ctx context.Context, actor accounts.Actor, key string, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return s.db.WriteOnce(ctx, actor.PersonID, key, func(*gorm.DB) (string, error) { return "", problem.Stale() })
}

// signed is a publication as it will be, with its files.
type signed struct {
	Publication
	files []File
}

// sign gives a prepared publication its number and head, and renders it.
func (s *Store) sign(ctx context.Context, actor accounts.Actor, id, version int64) (out signed, err error) {
	now := s.clock.Now()
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		p, err := load(tx, actor, "p.id = ?", id)
		if err != nil {
			return err
		}
		if err := CanPublish(actor, p.Publication); err != nil {
			return err
		}
		if p.Version != version {
			return problem.Stale()
		}
		out.Publication = p.Publication
		if err := tx.Raw("SELECT value FROM publications WHERE id = ?", id).Scan(&out.Value).Error; err != nil {
			return err
		}
		number, err := nextNumber(tx, p.Country)
		out.Number = &number
		if err != nil {
			return err
		}
		var head struct {
			Seq  int64
			Hash string
		}
		err = tx.Raw("SELECT seq, hash FROM audit_head WHERE id = 1").Scan(&head).Error
		out.AuditSeq, out.AuditHead = head.Seq, head.Hash
		return err
	})
	if err != nil {
		return out, err
	}
	out.State, out.PublishedByID, out.PublishedAt, out.SignedAs = Published, &actor.PersonID, &now, actor.Post
	out.Label = label(out.Country, s.clock.DayOf(now), *out.Number)
	v, err := s.restoreValue(out.Publication)
	if err != nil {
		return out, err
	}
	v.bear(s.stamp(out.Publication))
	for _, f := range v.Forms() {
		file, err := s.render(f)
		if err != nil {
			return out, err
		}
		file.PublicationID = out.ID
		out.files = append(out.files, file)
	}
	return out, nil
}

// stamp is what the files of a publication print.
func (s *Store) stamp(p Publication) *reports.Stamp {
	return &reports.Stamp{Number: p.Label, Title: p.Title, PublishedOn: s.clock.DayOf(*p.PublishedAt), PublishedBy: p.SignedAs, SHA256: p.SHA256,
		AuditSeq: p.AuditSeq, AuditHead: p.AuditHead}
}

// pages finds the pages of a document.
var pages = regexp.MustCompile(`/Type /Page\b[^s]`)

func nextNumber(tx *gorm.DB, country string) (n int64, err error) {
	err = tx.Raw("SELECT coalesce(max(number), 0) + 1 FROM publications WHERE country = ?", country).Scan(&n).Error
	return n, err
}

// publish stores what was signed, unless the world moved on meanwhile.
func (s *Store) publish(tx *gorm.DB, actor accounts.Actor, p signed) error {
	now, err := load(tx, actor, "p.id = ?", p.ID)
	if err != nil {
		return err
	}
	if err := CanPublish(actor, now.Publication); err != nil {
		return err
	}
	if err := s.mayLeave(tx, p.Publication); err != nil {
		return err
	}
	if next, err := nextNumber(tx, p.Country); err != nil || next != *p.Number {
		return cmp.Or(err, errTaken)
	}
	done := tx.Exec(`UPDATE publications SET state = 'published', number = ?, label = ?, published_by_id = ?, published_at = ?, signed_as = ?, audit_seq = ?, audit_head = ?,
		version = version + 1 WHERE id = ? AND version = ?`, *p.Number, p.Label, actor.PersonID, *p.PublishedAt, p.SignedAs, p.AuditSeq, p.AuditHead, p.ID, p.Version)
	if errors.Is(done.Error, gorm.ErrDuplicatedKey) {
		return errTaken
	}
	if err := db.Changed(done); err != nil {
		return err
	}
	if err := tx.Create(&p.files).Error; err != nil {
		return err
	}
	changes := []audit.Change{{Field: "state", Old: string(Prepared), New: string(Published)}, {Field: "number", New: p.Label}, {Field: "sha256", New: p.SHA256}}
	for _, f := range p.files {
		changes = append(changes, audit.Change{Field: "file " + f.Format, New: f.SHA256})
	}
	if err := record(tx, *p.PublishedAt, actor, "publication.publish", p.Publication, changes...); err != nil {
		return err
	}
	if err := s.replaceRecords(tx, actor, p.Publication); err != nil {
		return err
	}
	return s.trail.Mark(tx, *p.PublishedAt)
}

// mayLeave refuses what was prepared for outside and may not leave any more:
// a summary was withdrawn, or a commitment is shared with fewer.
func (s *Store) mayLeave(tx *gorm.DB, p Publication) error {
	if p.Audience == plan.Internal {
		return nil
	}
	v, err := s.restoreValue(p)
	if err != nil {
		return err
	}
	withdrawn, err := progress.WithdrawnSince(tx, p.KnownAt)
	if err != nil {
		return err
	}
	told := v.summaries()
	for _, summary := range withdrawn {
		if slices.Contains(told, summary) {
			return problem.New(problem.Conflict, "publications.error.withdrawn")
		}
	}
	return stillShared(tx, v)
}

// stillShared refuses a report of a commitment that was closed to its
// audience since.
func stillShared(tx *gorm.DB, v Value) error {
	day, audience := v.day()
	revisions, err := plan.RevisionsInForce(tx, day, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		return err
	}
	var rows []struct {
		ID  int64
		Ref string
	}
	if err := tx.Raw("SELECT id, ref FROM commitments").Scan(&rows).Error; err != nil {
		return err
	}
	closed := map[string]bool{}
	for _, r := range rows {
		closed[r.Ref] = slices.Index(plan.Audiences, revisions[r.ID].Share) < slices.Index(plan.Audiences, audience)
	}
	for _, ref := range v.refs() {
		if closed[ref] {
			return problem.New(problem.Conflict, "publications.error.closed", "ref", ref)
		}
	}
	return nil
}
