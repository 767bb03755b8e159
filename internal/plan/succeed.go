package plan

import (
	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// Succeed makes the transfers that follow from a succession of institutions
// and returns how many there were: all of them for a rename or a merge; for a
// split those of the commitments named. An administrator may call it, since it
// moves responsibility and no content.
func Succeed(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, s accounts.Succession, refs []string) (int, error) {
	if !actor.CanAdminister() {
		if err := mayChange(actor); err != nil {
			return 0, err
		}
	}
	in := TransferNew{FromID: s.FromID, ToID: s.ToID, EffectiveOn: s.EffectiveOn, Reason: s.Reason, Refs: refs, All: s.Kind != accounts.Split}
	if in.All && len(refs) > 0 {
		var c problem.Check
		c.Add("commitments", "plan.error.transfer_all")
		return 0, c.Err()
	}
	return makeTransfers(tx, clock, actor, in)
}
