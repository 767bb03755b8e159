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

// SucceedDeciding is Succeed for an administrator's form: a split names each
// commitment in which the old institution has a part, either among those that
// move or among those that stay; a rename and a merge move all and name none.
func (s *Store) SucceedDeciding(ctx context.Context, actor accounts.Actor, key string, in accounts.SuccessionChange, moves, stays []string) (int, error) {
	return count(s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		n, err := succeedDeciding(tx, s.clock, actor, in, moves, stays)
		return strconv.Itoa(n), err
	}))
}

func succeedDeciding(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in accounts.SuccessionChange, moves, stays []string) (int, error) {
	succession, err := accounts.Succeed(tx, actor, clock.Now(), in)
	if err != nil {
		return 0, err
	}
	if in.Kind == accounts.Split {
		if err := decided(tx, succession, moves, stays); err != nil {
			return 0, err
		}
	}
	return Succeed(tx, clock, actor, succession, moves)
}

// decided refuses a split that leaves a commitment undecided.
func decided(tx *gorm.DB, s accounts.Succession, moving, staying []string) error {
	parts, err := Parts(tx, s.FromID, s.EffectiveOn)
	if err != nil {
		return err
	}
	var check problem.Check
	for _, p := range parts {
		moves, stays := slices.Contains(moving, p.Ref), slices.Contains(staying, p.Ref)
		check.Require(moves != stays, "commitments", "plan.error.split_each", "commitment", p.Ref)
	}
	return check.Err()
}
