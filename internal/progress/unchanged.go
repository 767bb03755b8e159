package progress

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// change is what an update would change.
type change struct {
	kind       Kind
	noProgress bool
	status     Status
	now        Status // of the commitment; none: nothing was approved yet
	milestone  int
	evidence   int
	money      bool
	correction bool
}

// none is the rule of what may be approved together with others: an update
// that says "no progress, because", with the status that stands, without a
// milestone and without evidence or money, and that replaces nothing.
func (c change) none() bool {
	return c.noProgress && c.milestone == 0 && c.evidence == 0 && !c.money && !c.correction && (c.kind == Contribution || c.status == cmp.Or(c.now, NotStarted))
}

// unchanged is the rule of change.none as a condition of updates u that are in
// review. unchangedInReview says that they are by what they are not: so the one
// index is asked that holds all of it.
const (
	unchangedInReview = "u.state <> 'approved' AND u.state <> 'draft' AND u.state <> 'returned'"

	unchanged = `u.no_progress <> '' AND u.milestone = 0 AND u.money = '[]' AND u.corrects_id IS NULL AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.update_id = u.id)
		AND (u.kind = 'contribution' OR u.status = COALESCE((SELECT s.status FROM current_status s WHERE s.commitment_id = u.commitment_id), 'not_started'))`
)

// changeOf reads what an update would change now.
func changeOf(tx *gorm.DB, u Update) (c change, err error) {
	c = change{kind: u.Kind, noProgress: u.NoProgress != "", status: u.Status, milestone: u.Milestone, money: len(u.Money) > 0, correction: u.CorrectsID != nil}
	if err = tx.Raw("SELECT count(*) FROM evidence WHERE update_id = ?", u.ID).Scan(&c.evidence).Error; err != nil {
		return c, err
	}
	return c, tx.Raw("SELECT status FROM current_status WHERE commitment_id = ?", u.CommitmentID).Scan(&c.now).Error
}

// Chosen is an update as somebody saw it.
type Chosen struct{ ID, Version int64 }

// Outcome is what came of an update that was to be approved with others.
type Outcome struct {
	ID      int64
	Skipped string // key of the reason, empty when it was approved
}

// MaxTogether is how many updates are approved at once at most.
const MaxTogether = 100

// ApproveUnchanged approves updates that change nothing, each by the rules of
// Approve and with its own entry in the trail. What may not be approved so is
// left as it is, with the reason. A repeated post gets the same answer.
func (s *Store) ApproveUnchanged(ctx context.Context, actor accounts.Actor, key string, chosen []Chosen) ([]Outcome, error) {
	if !actor.CanReview() {
		return nil, problem.Denied("problem.coordinators_only")
	}
	if len(chosen) > MaxTogether {
		return nil, problem.New(problem.Invalid, "review.error.many")
	}
	told, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		outcomes := []Outcome{}
		for _, c := range chosen {
			why, err := approveUnchanged(tx, s.clock, actor, c)
			if err != nil {
				return "", err
			}
			outcomes = append(outcomes, Outcome{c.ID, why})
		}
		text, err := json.Marshal(outcomes)
		return string(text), err
	})
	if err != nil {
		return nil, err
	}
	var outcomes []Outcome
	return outcomes, json.Unmarshal([]byte(told), &outcomes)
}

// approveUnchanged approves one, or says why not. Whatever refuses it has
// changed nothing.
func approveUnchanged(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, c Chosen) (skipped string, err error) {
	u, _, err := decidable(tx, actor, c.ID, c.Version)
	if err == nil {
		var would change
		if would, err = changeOf(tx, u); err == nil && !would.none() {
			return "review.unchanged.changes", nil
		}
	}
	if err == nil {
		_, err = Approve(tx, clock, actor, c.ID, c.Version)
	}
	var refused *problem.Error
	if errors.As(err, &refused) && refused.Kind != problem.Internal && refused.Kind != problem.Unavailable {
		return refused.Key, nil
	}
	return "", err
}
