package progress

import (
	"slices"

	"tracker/internal/accounts"
	"tracker/internal/problem"
)

// Entry is what the rules of review need to know of an update or a
// measurement: whose it is, whether a coordinator wrote it in the
// institution's place, and where it stands.
type Entry struct {
	InstitutionID int64
	OnBehalf      bool
	State         State
}

func (u Update) entry() Entry { return Entry{u.InstitutionID, u.OnBehalf, u.State} }

// VisibleTo says whether an actor who may read what the entry is about may
// read it: a draft is its institution's alone (one made on behalf is the
// coordinators'), submitted and returned are also for coordinators and
// auditors, approved is for everyone who reads the plan.
func (e Entry) VisibleTo(actor accounts.Actor) bool {
	own := actor.Is(accounts.FocalPoint, accounts.Coordinator) && actor.InstitutionID == e.InstitutionID
	switch e.State {
	case Approved:
		return actor.CanReadPlan()
	case Submitted, Returned:
		return own || actor.CanReadInReview()
	}
	if e.OnBehalf {
		return actor.Is(accounts.Coordinator)
	}
	return own
}

// WrittenBy says whether the actor is on the writing side.
func (e Entry) WrittenBy(actor accounts.Actor) bool {
	if e.OnBehalf {
		return actor.Is(accounts.Coordinator)
	}
	return actor.Is(accounts.FocalPoint, accounts.Coordinator) && actor.InstitutionID == e.InstitutionID
}

// Editable says whether its writers may change it.
func (e Entry) Editable() bool { return e.State == Draft || e.State == Returned }

// MayDecide says whether the actor may approve or return it, and if not, why:
// nobody decides on what they had a hand in. An entry made on an institution's
// behalf is confirmed by its focal point; every other by a coordinator.
func (e Entry) MayDecide(actor accounts.Actor, authors []int64) error {
	switch {
	case e.State != Submitted:
		return problem.New(problem.Conflict, "update.error.not_in_review")
	case slices.Contains(authors, actor.PersonID):
		return problem.Denied("update.error.four_eyes")
	case e.OnBehalf && !(actor.Is(accounts.FocalPoint) && actor.InstitutionID == e.InstitutionID):
		return problem.Denied("update.error.confirmed_by_institution")
	case !e.OnBehalf && !actor.CanReview():
		return problem.Denied("problem.coordinators_only")
	}
	return nil
}
