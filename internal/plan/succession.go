package plan

import (
	"context"
	"slices"
	"strconv"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// SuccessionNew is a succession of institutions together with the commitments
// that it moves. A rename and a merge move all of them and name none; a split
// names each commitment, either among those that move or among those that stay.
type SuccessionNew struct {
	accounts.SuccessionChange
	Moves []string // references, of a split only
	Stays []string
}

// Part is a commitment in which an institution leads or supports.
type Part struct {
	Commitment
	Leads bool
}

// Parts lists the commitments in which an institution has a part on a day or
// later, in the order of their references.
func Parts(tx *gorm.DB, institutionID int64, on calendar.Date) ([]Part, error) {
	var all []Commitment
	if err := tx.Raw(`SELECT * FROM commitments WHERE id IN (SELECT commitment_id FROM commitment_revisions) ORDER BY sort_key`).Scan(&all).Error; err != nil {
		return nil, err
	}
	var revisions []Revision
	if err := tx.Order("commitment_id, recorded_at, id").Find(&revisions).Error; err != nil {
		return nil, err
	}
	of := map[int64][]Revision{}
	for _, r := range revisions {
		of[r.CommitmentID] = append(of[r.CommitmentID], r)
	}
	var parts []Part
	for _, c := range all {
		for _, r := range fromDay(of[c.ID], on) {
			if r.Involves(institutionID) {
				parts = append(parts, Part{Commitment: c, Leads: r.LeadID == institutionID})
				break
			}
		}
	}
	return parts, nil
}

// Parts lists the commitments in which an institution has a part on a day or
// later; to administrators, before they record a succession.
func (s *Store) Parts(ctx context.Context, actor accounts.Actor, institutionID int64, on calendar.Date) (parts []Part, err error) {
	if !actor.CanAdminister() {
		return nil, problem.Missing()
	}
	err = s.read(ctx, actor, func(tx *gorm.DB) error { parts, err = Parts(tx, institutionID, on); return err })
	return parts, err
}

// Succeed records that one institution takes over from another and makes the
// transfers in the same transaction; it returns how many. Administrators only:
// who is responsible follows from the institutions, and no wording changes.
func Succeed(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in SuccessionNew) (int, error) {
	s, err := accounts.Succeed(tx, actor, clock.Now(), in.SuccessionChange)
	if err != nil {
		return 0, err
	}
	t := TransferNew{FromID: s.FromID, ToID: s.ToID, EffectiveOn: s.EffectiveOn, Reason: s.Reason, All: true}
	if in.Kind == accounts.Split {
		if err := in.decided(tx, s.FromID); err != nil {
			return 0, err
		}
		t.All, t.Refs = false, in.Moves
	}
	return makeTransfers(tx, clock, actor, t)
}

// decided refuses a split that leaves a commitment undecided.
func (in SuccessionNew) decided(tx *gorm.DB, fromID int64) error {
	parts, err := Parts(tx, fromID, in.EffectiveOn)
	if err != nil {
		return err
	}
	var check problem.Check
	for _, p := range parts {
		moves, stays := slices.Contains(in.Moves, p.Ref), slices.Contains(in.Stays, p.Ref)
		check.Require(moves != stays, "commitments", "plan.error.split_each", "commitment", p.Ref)
	}
	return check.Err()
}

// Succeed records a succession with its transfers once for a form's key and
// returns how many there were; see the function of this name.
func (s *Store) Succeed(ctx context.Context, actor accounts.Actor, key string, in SuccessionNew) (int, error) {
	return count(s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		n, err := Succeed(tx, s.clock, actor, in)
		return strconv.Itoa(n), err
	}))
}
