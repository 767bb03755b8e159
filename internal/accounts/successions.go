package accounts

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
)

// SuccessionKind says how one institution came from another.
type SuccessionKind string

// The kinds of successions. A rename or merge moves every commitment, a split
// asks for each; the moves themselves are transfers.
const (
	Rename SuccessionKind = "rename"
	Merge  SuccessionKind = "merge"
	Split  SuccessionKind = "split"
)

// Succession says that from EffectiveOn the institution ToID takes over from
// FromID.
type Succession struct {
	ID           int64 `gorm:"primaryKey"`
	FromID       int64
	ToID         int64
	Kind         SuccessionKind
	EffectiveOn  calendar.Date
	Reason       string
	RecordedAt   time.Time
	RecordedByID *int64 // nil for the command line
}

// TableName is the table of successions.
func (Succession) TableName() string { return "successions" }

// SuccessionRow is a succession with the codes of its institutions.
type SuccessionRow struct {
	Succession
	FromCode string
	ToCode   string
}

// Successions lists all successions, oldest first.
func Successions(tx *gorm.DB) ([]SuccessionRow, error) {
	var list []SuccessionRow
	err := tx.Raw(`SELECT s.*, f.code AS from_code, t.code AS to_code FROM successions s
		JOIN institutions f ON f.id = s.from_id JOIN institutions t ON t.id = s.to_id
		ORDER BY s.effective_on, f.code, t.code`).Scan(&list).Error
	return list, err
}

// Successors lists the institutions that took over from one by a day, by
// code. Each step follows dated successions; one that was itself succeeded by
// then is not listed, those after it are.
func Successors(tx *gorm.DB, id int64, on calendar.Date) ([]Institution, error) {
	all, err := Successions(tx)
	if err != nil {
		return nil, err
	}
	var ends []int64
	for after, last := range following(all, id, on) {
		if last {
			ends = append(ends, after)
		}
	}
	if len(ends) == 0 {
		return nil, nil
	}
	var list []Institution
	err = tx.Where("id IN ?", ends).Order("code").Find(&list).Error
	return list, err
}

// following gives every institution that comes after one, and whether it is
// the last of its line on that day. A zero day means ever.
func following(all []SuccessionRow, id int64, on calendar.Date) map[int64]bool {
	next := map[int64][]int64{}
	for _, s := range all {
		if on.IsZero() || !s.EffectiveOn.After(on) {
			next[s.FromID] = append(next[s.FromID], s.ToID)
		}
	}
	out := map[int64]bool{}
	for queue := next[id]; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if _, seen := out[at]; !seen {
			out[at] = len(next[at]) == 0
			queue = append(queue, next[at]...)
		}
	}
	return out
}

// SuccessionChange is a succession as an administrator records it.
type SuccessionChange struct {
	From, To    string // codes
	Kind        SuccessionKind
	EffectiveOn calendar.Date
	Reason      string
}

// Succeed records that one institution takes over from another, and, unless
// it is a split, ends the old one on the day before. Recording the same again
// is a Conflict; a circle is Invalid.
func Succeed(tx *gorm.DB, actor Actor, at time.Time, c SuccessionChange) (Succession, error) {
	if err := administer(actor); err != nil {
		return Succession{}, err
	}
	from, to, err := c.ends(tx)
	if err != nil {
		return Succession{}, err
	}
	all, err := Successions(tx)
	if err != nil {
		return Succession{}, err
	}
	if _, circle := following(all, to.ID, calendar.Date{})[from.ID]; circle {
		return Succession{}, invalid("to", "succession.circle")
	}
	s := Succession{FromID: from.ID, ToID: to.ID, Kind: c.Kind, EffectiveOn: c.EffectiveOn,
		Reason: strings.TrimSpace(c.Reason), RecordedAt: at}
	if actor.PersonID != 0 {
		s.RecordedByID = &actor.PersonID
	}
	var known int64
	if err := tx.Model(&Succession{}).Where("from_id = ? AND to_id = ? AND effective_on = ?", from.ID, to.ID, c.EffectiveOn).Count(&known).Error; err != nil {
		return Succession{}, err
	}
	if known > 0 {
		return Succession{}, problem.New(problem.Conflict, "succession.known")
	}
	if err := tx.Create(&s).Error; err != nil {
		return Succession{}, err
	}
	changes := []audit.Change{{Field: "kind", New: string(c.Kind)}, {Field: "to", New: to.Code},
		{Field: "effective_on", New: c.EffectiveOn.String()}, {Field: "reason", New: s.Reason, Free: true}}
	if last := c.EffectiveOn.AddDays(-1); c.Kind != Split && from.ValidTo.IsZero() {
		if err := db.Changed(tx.Model(&Institution{}).Where("id = ? AND version = ?", from.ID, from.Version).
			Updates(map[string]any{"valid_to": last, "version": from.Version + 1})); err != nil {
			return Succession{}, err
		}
		changes = append(changes, audit.Change{Field: "valid_to", New: last.String()})
	}
	return s, audit.Append(tx, at, event(actor, "institution.succeed", from.object(), changes...))
}

// Check says what the form lacks by itself, as Invalid.
func (c SuccessionChange) Check() error {
	var check problem.Check
	check.Require(c.Kind == Rename || c.Kind == Merge || c.Kind == Split, "kind", "succession.kind.missing")
	check.Require(!c.EffectiveOn.IsZero(), "effective_on", "succession.date.missing")
	check.Require(strings.TrimSpace(c.Reason) != "", "reason", "succession.reason.missing")
	check.Require(len([]rune(c.Reason)) <= 1000, "reason", "problem.too_long", "max", 1000)
	check.Require(c.From != c.To, "to", "succession.same")
	return check.Err()
}

// ends checks the form and reads the two institutions.
func (c SuccessionChange) ends(tx *gorm.DB) (from, to Institution, err error) {
	if err := c.Check(); err != nil {
		return from, to, err
	}
	if from, err = InstitutionByCode(tx, c.From); err != nil {
		return from, to, unknownIs("from", "institution.unknown", err)
	}
	to, err = InstitutionByCode(tx, c.To)
	return from, to, unknownIs("to", "institution.unknown", err)
}

// invalid is an Invalid problem with one field.
func invalid(field, key string, args ...any) error {
	var check problem.Check
	check.Add(field, key, args...)
	return check.Err()
}

// unknownIs turns a NotFound of something that a form names into Invalid.
func unknownIs(field, key string, err error) error {
	if problem.KindOf(err) == problem.NotFound {
		return invalid(field, key)
	}
	return err
}

// Successions lists all successions, oldest first.
func (s *Store) Successions(ctx context.Context) ([]SuccessionRow, error) {
	var list []SuccessionRow
	err := s.db.Read(ctx, func(tx *gorm.DB) (err error) {
		list, err = Successions(tx)
		return err
	})
	return list, err
}

// Succeed records a succession; see the function of this name.
func (s *Store) Succeed(ctx context.Context, actor Actor, key string, c SuccessionChange) error {
	_, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		_, err := Succeed(tx, actor, s.clock.Now(), c)
		return c.From, err
	})
	return err
}
