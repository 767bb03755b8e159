package publications

import (
	"context"
	"errors"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/db"
	"tracker/internal/problem"
)

// CanPurge says whether the actor may delete what a publication tells, for
// good, and if not, why. Two people do it: a coordinator recalls it, or takes
// back what was only prepared; an administrator purges it.
func CanPurge(actor accounts.Actor, p Publication) error {
	switch {
	case !actor.CanAdminister():
		return problem.Denied("publications.error.not_an_administrator")
	case p.PurgedAt != nil:
		return problem.New(problem.Conflict, "publications.error.purged")
	case p.State != Recalled && p.State != Withdrawn:
		return problem.New(problem.Conflict, "publications.error.recall_first")
	}
	return nil
}

// Purge deletes the frozen value and the contents of the files of a
// publication. Its number, title, fingerprints, signatures and reasons stay,
// so that a file of it is still known; the trail says what went, when and why.
func (s *Store) Purge(ctx context.Context, actor accounts.Actor, key string, country string, id, version int64, reason string) error {
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		p, err := checkPurge(tx, actor, country, id, reason)
		if err != nil {
			return "", err
		}
		return "", s.purge(tx, actor, p, version, strings.TrimSpace(reason))
	})
	return err
}

// CheckPurge says what stands against Purge, and changes nothing.
func (s *Store) CheckPurge(ctx context.Context, actor accounts.Actor, country string, id, version int64, reason string) error {
	return s.db.Read(ctx, func(tx *gorm.DB) error {
		p, err := checkPurge(tx, actor, country, id, reason)
		if err == nil && p.Version != version {
			err = problem.Stale()
		}
		return err
	})
}

func checkPurge(tx *gorm.DB, actor accounts.Actor, country string, id int64, reason string) (Publication, error) {
	p, err := anyState(tx, country, id)
	if err != nil {
		return p, err
	}
	if err := CanPurge(actor, p); err != nil {
		return p, err
	}
	var k problem.Check
	audit.CheckReason(&k, reason)
	return p, k.Err()
}

func (s *Store) purge(tx *gorm.DB, actor accounts.Actor, p Publication, version int64, reason string) error {
	now := s.clock.Now()
	done := tx.Exec("UPDATE publications SET value = '', purged_at = ?, purged_by_id = ?, purge_reason = ?, version = version + 1 WHERE id = ? AND version = ?",
		now, actor.PersonID, reason, p.ID, version)
	if err := db.Changed(done); err != nil {
		return err
	}
	if err := tx.Exec("UPDATE publication_files SET body = ? WHERE publication_id = ?", []byte{}, p.ID).Error; err != nil {
		return err
	}
	changes := []audit.Change{{Field: "number", New: p.Label}, {Field: "sha256", New: p.SHA256}, {Field: "reason", New: reason, Free: true}}
	return record(tx, now, actor, "publication.purge", p, changes...)
}

// anyState reads a publication whatever its state: who purges need not be one
// of those who read it.
func anyState(tx *gorm.DB, country string, id int64) (p Publication, err error) {
	err = tx.Where("country = ? AND id = ?", country, id).Omit("value").First(&p).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = problem.Missing()
	}
	return p, err
}

// Holding is a publication as whoever purges sees it: with the number and size
// of its files, and without what it tells.
type Holding struct {
	Publication
	Files int
	Size  int64 // in bytes
}

// ToPurge lists what was recalled, or taken back before it was published, and
// still has its content, newest first, and counts all of it; for
// administrators. Pages count from 1.
func (s *Store) ToPurge(ctx context.Context, actor accounts.Actor, country string, page, size int) (list []Publication, total int, err error) {
	if !actor.CanAdminister() {
		return nil, 0, problem.Missing()
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		q := tx.Model(&Publication{}).Where("country = ? AND state IN ? AND purged_at IS NULL", country, []State{Recalled, Withdrawn}).Session(&gorm.Session{})
		var n int64
		if err := q.Count(&n).Error; err != nil {
			return err
		}
		total = int(n)
		return q.Omit("value").Order("id DESC").Limit(size).Offset((max(page, 1) - 1) * size).Find(&list).Error
	})
	return list, total, err
}

// Held reads a publication for an administrator, whatever its state; to others
// it is Missing.
func (s *Store) Held(ctx context.Context, actor accounts.Actor, country string, id int64) (h Holding, err error) {
	if !actor.CanAdminister() {
		return h, problem.Missing()
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		if h.Publication, err = anyState(tx, country, id); err != nil {
			return err
		}
		return tx.Raw("SELECT count(*) AS files, COALESCE(sum(size), 0) AS size FROM publication_files WHERE publication_id = ?", id).Row().Scan(&h.Files, &h.Size)
	})
	return h, err
}

// Purgeable reads a publication for an administrator, by its number.
func (s *Store) Purgeable(ctx context.Context, actor accounts.Actor, country, label string) (p Publication, err error) {
	if !actor.CanAdminister() {
		return p, problem.Missing()
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		err := tx.Where("country = ? AND label = ? AND label <> ''", country, label).Omit("value").First(&p).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			err = problem.Missing()
		}
		return err
	})
	return p, err
}
