package plan

import (
	"slices"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// TransferNew moves what one institution leads and supports to another from a
// day on: the commitments of Refs, or with All every one it has a part in.
type TransferNew struct {
	FromID, ToID int64
	EffectiveOn  calendar.Date
	Reason       string
	Refs         []string
	All          bool
}

// MakeTransfers makes the transfers and returns how many there were. Each is a
// row of its own and a revision of its commitment from that day on; revisions
// dated later are repeated with the new institution, so that a transfer dated
// back is not undone by what was recorded since. Updates keep their writer.
func MakeTransfers(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in TransferNew) (int, error) {
	if err := mayChange(actor); err != nil {
		return 0, err
	}
	return makeTransfers(tx, clock, actor, in)
}

func makeTransfers(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in TransferNew) (int, error) {
	l, err := loadLabels(tx)
	if err != nil {
		return 0, err
	}
	var c problem.Check
	in.check(&c, l, clock)
	commitments, err := in.commitments(tx, &c)
	if err != nil {
		return 0, err
	}
	if err := c.Err(); err != nil {
		return 0, err
	}
	made := 0
	for _, com := range commitments {
		moved, err := transferOne(tx, clock, actor, l, com, in)
		if err != nil {
			return made, err
		}
		if moved {
			made++
		} else if !in.All {
			c.Add("commitments", "plan.error.not_theirs", "commitment", com.Ref, "institution", l.institutions[in.FromID].Code)
			return made, c.Err()
		}
	}
	return made, nil
}

func (in TransferNew) check(c *problem.Check, l labels, clock calendar.Clock) {
	_, known := l.institutions[in.FromID]
	c.Require(known, "from", "plan.error.institution")
	c.Require(in.FromID != in.ToID, "to", "plan.error.same_institution")
	c.Require(!in.EffectiveOn.IsZero(), "effective_on", "plan.error.effective_on")
	c.Require(!in.EffectiveOn.After(clock.Today()), "effective_on", "plan.error.effective_later")
	checkText(c, "reason", in.Reason, 1, 1000)
	l.checkActs(c, "to", in.ToID, in.EffectiveOn)
}

// commitments finds the ones to look at, in the order of their references.
func (in TransferNew) commitments(tx *gorm.DB, c *problem.Check) ([]Commitment, error) {
	var list []Commitment
	if in.All {
		return list, tx.Raw(`SELECT * FROM commitments WHERE id IN (SELECT commitment_id FROM commitment_revisions) ORDER BY sort_key`).Scan(&list).Error
	}
	for _, ref := range in.Refs {
		com, err := CommitmentByRef(tx, ref)
		if problem.KindOf(err) == problem.NotFound {
			c.Add("commitments", "plan.error.commitment", "commitment", ref)
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, com)
	}
	return list, nil
}

// transferOne moves one commitment, and says whether there was anything to move.
func transferOne(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, l labels, com Commitment, in TransferNew) (bool, error) {
	all, err := Revisions(tx, com.ID)
	if err != nil {
		return false, err
	}
	var changes []audit.Change
	for _, r := range fromDay(all, in.EffectiveOn) {
		if !r.Involves(in.FromID) {
			continue
		}
		terms, on := r.Terms.moved(in.FromID, in.ToID), r.EffectiveOn
		if on.Before(in.EffectiveOn) {
			on = in.EffectiveOn
		}
		if changes == nil { // later revisions are repeated; it is one transfer all the same
			if err := recordTransfer(tx, clock, actor, r, on, in); err != nil {
				return false, err
			}
			changes = append(audited(differences(r.Terms, terms, l), in.Reason), audit.Change{Field: "effective_on", New: on.String()})
		}
		if err := record(tx, clock, actor, Revision{CommitmentID: com.ID, EffectiveOn: on, Reason: in.Reason, Terms: terms}); err != nil {
			return false, err
		}
	}
	if changes == nil {
		return false, nil
	}
	return true, note(tx, clock, actor, "commitment.transfer", "commitment "+com.Ref, changes...)
}

// recordTransfer writes the transfer's row and counts the commitment's version
// up, which also holds off other changes of it until the transaction ends.
func recordTransfer(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, r Revision, on calendar.Date, in TransferNew) error {
	if err := tx.Exec("UPDATE commitments SET version = version + 1 WHERE id = ?", r.CommitmentID).Error; err != nil {
		return err
	}
	part := Supporting
	if r.LeadID == in.FromID {
		part = Lead
	}
	return tx.Create(&Transfer{CommitmentID: r.CommitmentID, Part: part, FromID: in.FromID, ToID: in.ToID, EffectiveOn: on,
		Reason: in.Reason, RecordedAt: clock.Now(), RecordedByID: by(actor.PersonID)}).Error
}

// fromDay gives, from all revisions in the order of recording, the one in
// force on a day and the last recorded for each later day, in the order of days.
func fromDay(all []Revision, day calendar.Date) []Revision {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b Revision) int { return a.EffectiveOn.Compare(b.EffectiveOn) })
	var out []Revision
	for _, r := range all {
		last := len(out) - 1
		if last >= 0 && (!r.EffectiveOn.After(day) || r.EffectiveOn == out[last].EffectiveOn) {
			out[last] = r
			continue
		}
		out = append(out, r)
	}
	return out
}

// moved gives the terms with one institution's part taken by another. Whoever
// leads does not support.
func (t Terms) moved(from, to int64) Terms {
	if t.LeadID == from {
		t.LeadID = to
	}
	supporting := []int64{}
	for _, id := range t.Supporting {
		if id == from {
			id = to
		}
		if id != t.LeadID {
			supporting = append(supporting, id)
		}
	}
	t.Supporting = supporting
	return t.normal()
}
