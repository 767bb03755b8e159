package plan

import (
	"slices"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
)

// AnswerNew links a commitment to an item from a day on, today when it is not given.
type AnswerNew struct {
	Ref      string
	ItemID   int64
	Extent   Extent
	Reason   string
	LinkedOn calendar.Date
}

// Link records that a commitment answers an item. The item must be asked on
// that day: released and not retired. A commitment answers an item once at a
// time.
func Link(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in AnswerNew) (Answer, error) {
	if err := mayChange(actor); err != nil {
		return Answer{}, err
	}
	com, err := CommitmentByRef(tx, in.Ref)
	if err != nil {
		return Answer{}, err
	}
	item, err := recommendations.ItemByID(tx, com.Country, in.ItemID, clock.Today())
	if err != nil {
		return Answer{}, err
	}
	if in.LinkedOn.IsZero() {
		in.LinkedOn = clock.Today()
	}
	var c problem.Check
	c.Require(slices.Contains(Extents, in.Extent), "extent", "plan.error.extent")
	checkText(&c, "reason", in.Reason, 1, 1000)
	c.Require(!in.LinkedOn.After(clock.Today()), "linked_on", "plan.error.linked_later")
	c.Require(!in.LinkedOn.Before(item.ReleasedOn), "linked_on", "plan.error.linked_before_release", "date", item.ReleasedOn)
	c.Require(item.RetiredOn.IsZero() || in.LinkedOn.Before(item.RetiredOn), "item", "plan.error.item_retired", "date", item.RetiredOn)
	if _, err := RevisionInForce(tx, com.ID, in.LinkedOn, clock.Now()); problem.KindOf(err) == problem.NotFound {
		c.Add("linked_on", "plan.error.linked_before_commitment")
	} else if err != nil {
		return Answer{}, err
	}
	if err := alone(tx, &c, com.ID, item.ID, in.LinkedOn); err != nil {
		return Answer{}, err
	}
	if err := c.Err(); err != nil {
		return Answer{}, err
	}
	a := Answer{CommitmentID: com.ID, ItemID: item.ID, Extent: in.Extent, Reason: in.Reason, LinkedOn: in.LinkedOn,
		LinkedAt: clock.Now(), LinkedByID: by(actor.PersonID)}
	if err := tx.Create(&a).Error; err != nil {
		return a, db.Taken(err, "item", "plan.error.answer_there")
	}
	return a, note(tx, clock, actor, "answer.link", "commitment "+com.Ref, audit.Change{Field: "item", New: item.Ref()},
		audit.Change{Field: "extent", New: string(in.Extent)}, audit.Change{Field: "linked_on", New: in.LinkedOn.String()},
		audit.Change{Field: "reason", New: in.Reason, Free: true})
}

// alone holds that a commitment answers an item once on every day: no answer
// goes on, and an earlier one ended by the day of the link.
func alone(tx *gorm.DB, c *problem.Check, commitmentID, itemID int64, linkedOn calendar.Date) error {
	var earlier []Answer
	if err := tx.Where("commitment_id = ? AND item_id = ?", commitmentID, itemID).Find(&earlier).Error; err != nil {
		return err
	}
	for _, a := range earlier {
		c.Require(a.EndedAt != nil, "item", "plan.error.answer_there")
		c.Require(!linkedOn.Before(a.EndedOn), "linked_on", "plan.error.answer_overlaps", "date", a.EndedOn)
	}
	return nil
}

// AnswerEnd ends an answer from a day on, today when it is not given.
type AnswerEnd struct {
	ID      int64
	Reason  string
	EndedOn calendar.Date
}

// End ends an answer. It stays in every report of a day before; an answer
// already ended is a conflict.
func End(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in AnswerEnd) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	var a Answer
	if err := tx.Where("id = ?", in.ID).Limit(1).Find(&a).Error; err != nil {
		return err
	}
	if a.ID == 0 {
		return problem.Missing()
	}
	com, err := CommitmentByID(tx, a.CommitmentID)
	if err != nil {
		return err
	}
	item, err := recommendations.ItemByID(tx, com.Country, a.ItemID, clock.Today())
	if err != nil {
		return err
	}
	if in.EndedOn.IsZero() {
		in.EndedOn = clock.Today()
	}
	var c problem.Check
	checkText(&c, "reason", in.Reason, 1, 1000)
	c.Require(!in.EndedOn.After(clock.Today()), "ended_on", "plan.error.ended_later")
	c.Require(!in.EndedOn.Before(a.LinkedOn), "ended_on", "plan.error.ended_before_link", "date", a.LinkedOn)
	if err := c.Err(); err != nil {
		return err
	}
	done := tx.Table("answers").Where("id = ? AND ended_at IS NULL", a.ID).Updates(map[string]any{"ended_on": in.EndedOn,
		"ended_at": clock.Now(), "ended_by_id": by(actor.PersonID), "ended_reason": in.Reason})
	if done.Error != nil {
		return done.Error
	}
	if done.RowsAffected == 0 {
		return problem.Stale()
	}
	return note(tx, clock, actor, "answer.end", "commitment "+com.Ref, audit.Change{Field: "item", Old: item.Ref()},
		audit.Change{Field: "ended_on", New: in.EndedOn.String()}, audit.Change{Field: "reason", New: in.Reason, Free: true})
}
