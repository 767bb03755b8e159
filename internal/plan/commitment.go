package plan

import (
	"regexp"
	"slices"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
)

// CommitmentNew is a commitment to add. EffectiveOn is the day from which the
// lead is responsible; without one it is the start day when that is past, else
// today.
type CommitmentNew struct {
	Country     string
	Ref         string
	Origin      Origin
	EffectiveOn calendar.Date
	Reason      string
	Terms
}

// CommitmentChange is a change of the terms of the commitment that had
// Version when the form was opened. The terms hold from EffectiveOn, today
// when it is not given, until the next revision.
type CommitmentChange struct {
	Ref         string
	Version     int64
	EffectiveOn calendar.Date
	Reason      string
	Terms
}

var refPattern = regexp.MustCompile(`^[A-Z0-9]+([ .-][A-Z0-9]+)*$`)

// Add makes a commitment with its first revision. Its reference is capital
// letters and digits in groups that a space, dot or hyphen divides, and is
// never used twice. A commitment of the framework hangs on a node.
func Add(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in CommitmentNew) (Commitment, error) {
	if err := mayChange(actor); err != nil {
		return Commitment{}, err
	}
	l, err := loadLabels(tx)
	if err != nil {
		return Commitment{}, err
	}
	in = in.settled(clock.Today())
	var c problem.Check
	in.check(&c, l, clock.Today())
	if err := c.Err(); err != nil {
		return Commitment{}, err
	}
	made, events, err := addAll(tx, clock, actor, l, []CommitmentNew{in})
	if err != nil {
		return Commitment{}, db.Taken(err, "ref", "plan.error.ref_there")
	}
	return made[0], audit.AppendAll(tx, clock.Now(), events)
}

// settled gives the terms their one form, and the day from which they hold.
func (in CommitmentNew) settled(today calendar.Date) CommitmentNew {
	in.Terms = in.normal()
	if in.EffectiveOn.IsZero() {
		in.EffectiveOn = today
		if !in.StartsOn.IsZero() && in.StartsOn.Before(today) {
			in.EffectiveOn = in.StartsOn
		}
	}
	return in
}

// check holds a settled commitment against the rules for new ones.
func (in CommitmentNew) check(c *problem.Check, l labels, today calendar.Date) {
	c.Require(len(in.Ref) <= 40 && refPattern.MatchString(in.Ref), "ref", "plan.error.ref")
	c.Require(slices.Contains(Origins, in.Origin), "origin", "plan.error.origin")
	c.Require(!in.EffectiveOn.After(today), "effective_on", "plan.error.effective_later")
	checkText(c, "reason", in.Reason, 0, 1000)
	in.Terms.checkOf(c, in.Origin, l, in.EffectiveOn)
}

// Revise records new terms of a commitment from a day on, not later than
// today. Once a commitment has begun, a change needs a reason. A revision
// dated before the newest one stands in the history and leaves the newest in
// force; none is dated before the first. A change of lead is a transfer and
// is recorded as one too.
func Revise(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in CommitmentChange) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	com, err := CommitmentByRef(tx, in.Ref)
	if err != nil {
		return err
	}
	if com.Version != in.Version {
		return problem.Stale()
	}
	l, err := loadLabels(tx)
	if err != nil {
		return err
	}
	if in.EffectiveOn.IsZero() {
		in.EffectiveOn = clock.Today()
	}
	var c problem.Check
	base, err := RevisionInForce(tx, com.ID, in.EffectiveOn, clock.Now())
	if problem.KindOf(err) == problem.NotFound {
		c.Add("effective_on", "plan.error.effective_earlier")
	} else if err != nil {
		return err
	}
	ch := change{Commitment: com, base: base, effectiveOn: in.EffectiveOn, reason: in.Reason, terms: in.normal()}
	ch.check(&c, l, clock.Today())
	if err := c.Err(); err != nil {
		return err
	}
	if len(differences(base.Terms, ch.terms, l)) == 0 {
		return problem.New(problem.Invalid, "plan.error.unchanged")
	}
	events, err := reviseAll(tx, clock, actor, l, []change{ch})
	if err != nil {
		return err
	}
	return audit.AppendAll(tx, clock.Now(), events)
}

// change is new terms of a commitment, in their one form, with those that
// they replace.
type change struct {
	Commitment
	base        Revision
	effectiveOn calendar.Date
	reason      string
	terms       Terms
}

// check holds a change against the rules for revisions.
func (ch change) check(c *problem.Check, l labels, today calendar.Date) {
	begun, least := ch.base.StartsOn.IsZero() || !ch.base.StartsOn.After(today), 0
	if begun {
		least = 1
	}
	c.Require(!ch.effectiveOn.After(today), "effective_on", "plan.error.effective_later")
	checkText(c, "reason", ch.reason, least, 1000)
	ch.terms.checkOf(c, ch.Origin, l, ch.effectiveOn)
}

// record writes a revision and lets the commitment repeat its newest one.
func record(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, r Revision) error {
	r.RecordedAt, r.RecordedByID = clock.Now(), by(actor.PersonID)
	if err := tx.Create(&r).Error; err != nil {
		return err
	}
	return repeatNewest(tx, r.CommitmentID)
}

// repeatNewest copies the newest revision into the commitment's own columns
// and its supporting institutions.
func repeatNewest(tx *gorm.DB, commitmentID int64) error {
	com, err := CommitmentByID(tx, commitmentID)
	if err != nil {
		return err
	}
	r, err := CurrentRevision(tx, commitmentID)
	if err != nil {
		return err
	}
	return repeat(tx, com.Ref, r)
}

// repeat copies a revision into its commitment's own columns and its
// supporting institutions.
func repeat(tx *gorm.DB, ref string, r Revision) error {
	err := tx.Table("commitments").Where("id = ?", r.CommitmentID).Updates(map[string]any{"node_id": r.NodeID, "title": r.Title, "lead_id": r.LeadID,
		"starts_on": r.StartsOn, "due_on": r.DueOn, "search": search(ref, r.Terms)}).Error
	if err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM supports WHERE commitment_id = ?", r.CommitmentID).Error; err != nil {
		return err
	}
	return support(tx, []Revision{r})
}

// moveVersion counts the commitment's version up if it is still the given one.
func moveVersion(tx *gorm.DB, id, version int64) error {
	done := tx.Exec("UPDATE commitments SET version = version + 1 WHERE id = ? AND version = ?", id, version)
	if done.Error == nil && done.RowsAffected == 0 {
		return problem.Stale()
	}
	return done.Error
}

func search(ref string, t Terms) string { return Fold(ref + " " + t.Title + " " + t.Text) }

// RevisionStep is a revision with what it changed: against the terms that were
// in force on its day as known when it was recorded. The first has none.
type RevisionStep struct {
	Revision
	Changed []Difference
}

// History lists the revisions of a commitment in the order of recording, each
// with what it changed.
func History(tx *gorm.DB, commitmentID int64) ([]RevisionStep, error) {
	list, err := Revisions(tx, commitmentID)
	if err != nil {
		return nil, err
	}
	l, err := loadLabels(tx)
	if err != nil {
		return nil, err
	}
	steps := make([]RevisionStep, len(list))
	for i, r := range list {
		steps[i].Revision = r
		var base *Revision
		for j := range list[:i] {
			if e := &list[j]; !e.EffectiveOn.After(r.EffectiveOn) && (base == nil || !e.EffectiveOn.Before(base.EffectiveOn)) {
				base = e
			}
		}
		if base != nil {
			steps[i].Changed = differences(base.Terms, r.Terms, l)
		}
	}
	return steps, nil
}

// mayChange refuses everyone but coordinators: as a missing page to those who
// do not read the plan.
func mayChange(actor accounts.Actor) error {
	switch {
	case actor.CanChangePlan():
		return nil
	case actor.CanReadPlan():
		return problem.Denied("problem.coordinators_only")
	}
	return problem.Missing()
}

func note(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, action, object string, changes ...audit.Change) error {
	return audit.Append(tx, clock.Now(), audit.Event{Who: actor.Who(), Action: action, Object: object, Changes: changes})
}
