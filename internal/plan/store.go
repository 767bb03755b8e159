package plan

import (
	"context"
	"strconv"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
)

// Store is the way in for pages and commands.
type Store struct {
	db    *db.DB
	clock calendar.Clock
}

// New makes the store of a database whose domain time the clock tells.
func New(d *db.DB, clock calendar.Clock) *Store { return &Store{db: d, clock: clock} }

// read runs f on a snapshot for an actor who reads plan pages; to others
// nothing of this package exists.
func (s *Store) read(ctx context.Context, actor accounts.Actor, f func(tx *gorm.DB) error) error {
	if !actor.CanReadPlan() {
		return problem.Missing()
	}
	return s.db.Read(ctx, f)
}

// write runs f once for a form's key.
func (s *Store) write(ctx context.Context, actor accounts.Actor, key string, f func(tx *gorm.DB) (string, error)) (string, error) {
	return s.db.WriteOnce(ctx, actor.PersonID, key, f)
}

// Tree is a framework with its nodes in the order of the tree.
type Tree struct {
	Framework
	Nodes []Node
}

// Frameworks reads a country's frameworks with their nodes, the newest first.
// A focal point outside government sees no framework.
func (s *Store) Frameworks(ctx context.Context, actor accounts.Actor, country string) ([]Tree, error) {
	if !actor.CanReadWholePlan() {
		return nil, problem.Missing()
	}
	var trees []Tree
	err := s.read(ctx, actor, func(tx *gorm.DB) error {
		list, err := Frameworks(tx, country)
		if err != nil {
			return err
		}
		nodes, err := Nodes(tx, country)
		for _, f := range list {
			t := Tree{Framework: f}
			for _, n := range nodes {
				if n.FrameworkID == f.ID {
					t.Nodes = append(t.Nodes, n)
				}
			}
			trees = append(trees, t)
		}
		return err
	})
	return trees, err
}

// CommitmentPage is a commitment with its newest terms, its place in the
// framework from the root down, and all that happened to it in the plan.
type CommitmentPage struct {
	Commitment
	Current   Revision
	Path      []Node
	History   []RevisionStep
	Transfers []Transfer
	Answers   []Answer // ended ones too
}

// Commitment reads a commitment that the actor may see; any other is missing.
func (s *Store) Commitment(ctx context.Context, actor accounts.Actor, ref string) (p CommitmentPage, err error) {
	err = s.read(ctx, actor, func(tx *gorm.DB) error { p, err = Page(tx, actor, ref); return err })
	return p, err
}

// Page reads a commitment that the actor may see; any other is missing.
func Page(tx *gorm.DB, actor accounts.Actor, ref string) (CommitmentPage, error) {
	var p CommitmentPage
	var err error
	if p.Commitment, err = CommitmentForActor(tx, actor, ref); err != nil {
		return p, err
	}
	if p.History, err = History(tx, p.ID); err != nil {
		return p, err
	}
	if p.Current, err = CurrentRevision(tx, p.ID); err != nil {
		return p, err
	}
	if p.Path, err = Path(tx, p.Current.Node()); err != nil {
		return p, err
	}
	if p.Transfers, err = Transfers(tx, p.ID); err != nil {
		return p, err
	}
	p.Answers, err = Answers(tx, p.ID)
	return p, err
}

// Commitments lists the commitments that the actor may see, in the order of
// their references.
func (s *Store) Commitments(ctx context.Context, actor accounts.Actor) (list []Commitment, err error) {
	err = s.read(ctx, actor, func(tx *gorm.DB) error { list, err = CommitmentsForActor(tx, actor); return err })
	return list, err
}

// Add adds a commitment once for a form's key and returns its reference.
func (s *Store) Add(ctx context.Context, actor accounts.Actor, key string, in CommitmentNew) (string, error) {
	return s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		c, err := Add(tx, s.clock, actor, in)
		return c.Ref, err
	})
}

// Revise changes a commitment's terms once for a form's key.
func (s *Store) Revise(ctx context.Context, actor accounts.Actor, key string, in CommitmentChange) error {
	_, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) { return in.Ref, Revise(tx, s.clock, actor, in) })
	return err
}

// MakeTransfers makes transfers once for a form's key and returns how many.
func (s *Store) MakeTransfers(ctx context.Context, actor accounts.Actor, key string, in TransferNew) (int, error) {
	return count(s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		n, err := MakeTransfers(tx, s.clock, actor, in)
		return strconv.Itoa(n), err
	}))
}

func count(result string, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(result)
}

// Link records an answer once for a form's key.
func (s *Store) Link(ctx context.Context, actor accounts.Actor, key string, in AnswerNew) error {
	_, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		a, err := Link(tx, s.clock, actor, in)
		return itoa(a.ID), err
	})
	return err
}

// Relink moves answers to the items that theirs became, once for a form's key.
func (s *Store) Relink(ctx context.Context, actor accounts.Actor, key string, recommendationID int64, reason string, list []Relinking) (moved int, err error) {
	result, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		moved, err := Relink(tx, s.clock, actor, recommendationID, reason, list)
		return itoa(int64(moved)), err
	})
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(result)
}

// End ends an answer once for a form's key.
func (s *Store) End(ctx context.Context, actor accounts.Actor, key string, in AnswerEnd) error {
	_, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) { return itoa(in.ID), End(tx, s.clock, actor, in) })
	return err
}

// AddFramework adds a framework once for a form's key and returns its code.
func (s *Store) AddFramework(ctx context.Context, actor accounts.Actor, key string, f Framework) (string, error) {
	return s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		f, err := AddFramework(tx, s.clock, actor, f)
		return f.Code, err
	})
}

// ChangeFramework changes a framework once for a form's key.
func (s *Store) ChangeFramework(ctx context.Context, actor accounts.Actor, key string, in FrameworkChange) error {
	_, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) { return itoa(in.ID), ChangeFramework(tx, s.clock, actor, in) })
	return err
}

// AddNode adds a node once for a form's key.
func (s *Store) AddNode(ctx context.Context, actor accounts.Actor, key string, in NodeNew) error {
	_, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		n, err := AddNode(tx, s.clock, actor, in)
		return n.Number, err
	})
	return err
}

// ChangeNode changes a node once for a form's key.
func (s *Store) ChangeNode(ctx context.Context, actor accounts.Actor, key string, in NodeChange) error {
	_, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) { return itoa(in.ID), ChangeNode(tx, s.clock, actor, in) })
	return err
}

// RemoveNode removes a node once for a form's key.
func (s *Store) RemoveNode(ctx context.Context, actor accounts.Actor, key string, in NodeRemoval) error {
	_, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) { return itoa(in.ID), RemoveNode(tx, s.clock, actor, in) })
	return err
}
