package publications

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

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
		p, err := anyState(tx, country, id)
		if err != nil {
			return "", err
		}
		if err := CanPurge(actor, p); err != nil {
			return "", err
		}
		reason = strings.TrimSpace(reason)
		var k problem.Check
		k.Require(reason != "", "reason", "audit.purge.error.reason")
		k.Require(utf8.RuneCountInString(reason) <= audit.ReasonMost, "reason", "problem.too_long", "max", audit.ReasonMost)
		k.Require(utf8.ValidString(reason) && !strings.ContainsRune(reason, 0), "reason", "problem.encoding")
		if err := k.Err(); err != nil {
			return "", err
		}
		return "", s.purge(tx, actor, p, version, reason)
	})
	return err
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
