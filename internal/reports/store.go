package reports

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/dialogues"
	"tracker/internal/recommendations"
)

// Store is what package web calls to read across the slices.
type Store struct {
	db   *db.DB
	kept kept
}

// New makes the store.
func New(d *db.DB) *Store { return &Store{db: d} }

// Ledger computes where everything stands, for pages that show several views
// of it.
func (s *Store) Ledger(ctx context.Context, q Query) (l *Ledger, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		l, err = s.kept.load(tx, q)
		return err
	})
	return l, err
}

// Commitments computes the ledger and what a filter chooses from it.
func (s *Store) Commitments(ctx context.Context, q Query, f Filter) (l *Ledger, chosen Selection, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		if l, err = s.kept.load(tx, q); err != nil {
			return err
		}
		found, err := Search(tx, f.Words)
		chosen = l.Select(f, found)
		return err
	})
	return l, chosen, err
}

// Status builds the status report.
func (s *Store) Status(ctx context.Context, about About, q StatusQuery) (Status, error) {
	return build(ctx, s.db, about, q, s.kept.load)
}

// Size is how many commitments a status report tells at the most: those of
// its scope. Its audience may be shown fewer.
func (s *Store) Size(ctx context.Context, q StatusQuery) (n int, err error) {
	l, err := s.Ledger(ctx, q.Query)
	if err != nil {
		return 0, err
	}
	for _, line := range l.Lines {
		if l.inScope(line, q.Scope) {
			n++
		}
	}
	return n, l.knows(q.Scope)
}

// Scopes is what a report can be narrowed to: institutions, nodes and
// mechanisms, and the last dialogue, from which changes can be told.
type Scopes struct {
	*Ledger    // its institutions and nodes alone
	Mechanisms []recommendations.Mechanism
	Last       dialogues.Dialogue
	HasLast    bool
}

// Scopes reads what a report can be narrowed to, for readers of the whole
// plan.
func (s *Store) Scopes(ctx context.Context, q Query) (o Scopes, err error) {
	o.Ledger = &Ledger{Query: q}
	err = s.wholePlan(ctx, q, func(tx *gorm.DB) (err error) {
		if err = errors.Join(o.loadInstitutions(tx), o.loadNodes(tx)); err != nil {
			return err
		}
		if o.Mechanisms, err = recommendations.Mechanisms(tx); err != nil {
			return err
		}
		o.Last, o.HasLast, err = dialogues.LastBefore(tx, q.Country, q.D)
		return err
	})
	return o, err
}
