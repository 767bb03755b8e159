package dialogues

import (
	"context"
	"strconv"

	"gorm.io/gorm"

	"tracker/internal/accounts"
)

// write runs f once for a form's key.
func (s *Store) write(ctx context.Context, actor accounts.Actor, key string, f func(tx *gorm.DB) error) error {
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) { return "", f(tx) })
	return err
}

// Add plans a dialogue once for a form's key and returns its id.
func (s *Store) Add(ctx context.Context, actor accounts.Actor, key string, in DialogueNew) (int64, error) {
	result, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		d, err := Add(tx, s.clock, actor, in)
		return strconv.FormatInt(d.ID, 10), err
	})
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(result, 10, 64)
}

// Change changes a dialogue once for a form's key.
func (s *Store) Change(ctx context.Context, actor accounts.Actor, key string, in DialogueChange) error {
	return s.write(ctx, actor, key, func(tx *gorm.DB) error { return Change(tx, s.clock, actor, in) })
}

// Step takes a dialogue to another state once for a form's key.
func (s *Store) Step(ctx context.Context, actor accounts.Actor, key string, in Mark) error {
	return s.write(ctx, actor, key, func(tx *gorm.DB) error { return Step(tx, s.clock, actor, in) })
}

// Choose puts items on an agenda once for a form's key and returns
// how many.
func (s *Store) Choose(ctx context.Context, actor accounts.Actor, key string, in Choice) (int, error) {
	result, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		added, err := Choose(tx, s.clock, actor, in)
		return strconv.Itoa(len(added)), err
	})
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(result)
}

// Write writes the texts of an agenda item once for a form's key.
func (s *Store) Write(ctx context.Context, actor accounts.Actor, key string, in Writing) error {
	return s.write(ctx, actor, key, func(tx *gorm.DB) error { return Write(tx, s.clock, actor, in) })
}

// MoveItem moves an agenda item once for a form's key.
func (s *Store) MoveItem(ctx context.Context, actor accounts.Actor, key string, in Move) error {
	return s.write(ctx, actor, key, func(tx *gorm.DB) error { return MoveItem(tx, s.clock, actor, in) })
}

// RemoveItem takes a recommendation off an agenda once for a form's key.
func (s *Store) RemoveItem(ctx context.Context, actor accounts.Actor, key string, in Removal) error {
	return s.write(ctx, actor, key, func(tx *gorm.DB) error { return RemoveItem(tx, s.clock, actor, in) })
}
