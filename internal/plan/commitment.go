package plan

import (
	"errors"
	"regexp"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
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
	terms, today := in.normal(), clock.Today()
	if in.EffectiveOn.IsZero() {
		in.EffectiveOn = today
		if !terms.StartsOn.IsZero() && terms.StartsOn.Before(today) {
			in.EffectiveOn = terms.StartsOn
		}
	}
	var c problem.Check
	c.Require(len(in.Ref) <= 40 && refPattern.MatchString(in.Ref), "ref", "plan.error.ref")
	c.Require(in.Origin == FromFramework || in.Origin == FromMinistry || in.Origin == FromActionPlan || in.Origin == FromDialogue, "origin", "plan.error.origin")
	c.Require(in.Origin != FromFramework || terms.NodeID != nil, "node", "plan.error.node_needed")
	c.Require(!in.EffectiveOn.After(today), "effective_on", "plan.error.effective_later")
	checkText(&c, "reason", in.Reason, 0, 1000)
	terms.check(&c, l, in.EffectiveOn)
	if err := c.Err(); err != nil {
		return Commitment{}, err
	}
	com := Commitment{Country: in.Country, Ref: in.Ref, Origin: in.Origin, NodeID: terms.NodeID, Title: terms.Title, LeadID: terms.LeadID,
		StartsOn: terms.StartsOn, DueOn: terms.DueOn, SortKey: SortKey(in.Ref), Search: search(in.Ref, terms), CreatedAt: clock.Now(), Version: 1}
	if err := tx.Create(&com).Error; err != nil {
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			c.Add("ref", "plan.error.ref_there")
			err = c.Err()
		}
		return com, err
	}
	r := Revision{CommitmentID: com.ID, EffectiveOn: in.EffectiveOn, Reason: in.Reason, Terms: terms}
	if err := record(tx, clock, actor, r); err != nil {
		return com, err
	}
	changes := append(audited(differences(Terms{}, terms, l), in.Reason),
		audit.Change{Field: "effective_on", New: in.EffectiveOn.String()}, audit.Change{Field: "origin", New: string(in.Origin)})
	return com, note(tx, clock, actor, "commitment.add", "commitment "+com.Ref, changes...)
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
	terms := in.normal()
	begun := base.StartsOn.IsZero() || !base.StartsOn.After(clock.Today())
	c.Require(!in.EffectiveOn.After(clock.Today()), "effective_on", "plan.error.effective_later")
	if begun {
		checkText(&c, "reason", in.Reason, 1, 1000)
	} else {
		checkText(&c, "reason", in.Reason, 0, 1000)
	}
	c.Require(com.Origin != FromFramework || terms.NodeID != nil, "node", "plan.error.node_needed")
	terms.check(&c, l, in.EffectiveOn)
	if err := c.Err(); err != nil {
		return err
	}
	changed := differences(base.Terms, terms, l)
	if len(changed) == 0 {
		return problem.New(problem.Invalid, "plan.error.unchanged")
	}
	if err := moveVersion(tx, com.ID, in.Version); err != nil {
		return err
	}
	if err := record(tx, clock, actor, Revision{CommitmentID: com.ID, EffectiveOn: in.EffectiveOn, Reason: in.Reason, Terms: terms}); err != nil {
		return err
	}
	if base.LeadID != terms.LeadID {
		t := Transfer{CommitmentID: com.ID, Part: Lead, FromID: base.LeadID, ToID: terms.LeadID, EffectiveOn: in.EffectiveOn,
			Reason: in.Reason, RecordedAt: clock.Now(), RecordedByID: by(actor.PersonID)}
		if err := tx.Create(&t).Error; err != nil {
			return err
		}
	}
	changes := append(audited(changed, in.Reason), audit.Change{Field: "effective_on", New: in.EffectiveOn.String()})
	return note(tx, clock, actor, "commitment.revise", "commitment "+com.Ref, changes...)
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
	err = tx.Table("commitments").Where("id = ?", commitmentID).Updates(map[string]any{"node_id": r.NodeID, "title": r.Title, "lead_id": r.LeadID,
		"starts_on": r.StartsOn, "due_on": r.DueOn, "search": search(com.Ref, r.Terms)}).Error
	if err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM supports WHERE commitment_id = ?", commitmentID).Error; err != nil {
		return err
	}
	for _, id := range r.Supporting {
		if err := tx.Exec("INSERT INTO supports (commitment_id, institution_id) VALUES (?, ?)", commitmentID, id).Error; err != nil {
			return err
		}
	}
	return nil
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
