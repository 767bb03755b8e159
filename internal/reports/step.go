package reports

import (
	"cmp"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/progress"
)

// ReportStep is how a commitment stands to a reporting deadline, whether it has
// passed or not, with the review of what was handed in for it.
type ReportStep string

// The reportSteps.
const (
	StepNotReported ReportStep = "not_reported" // the due day has passed and nothing was handed in
	StepLate        ReportStep = "late"         // the first update was handed in after the due day, whatever came of it
	StepReturned    ReportStep = "returned"     // in time; one came back and was not handed in again
	StepSubmitted   ReportStep = "submitted"    // in time; one waits for a decision
	StepNoProgress  ReportStep = "no_progress"  // in time; what was approved last says why nothing was done
	StepApproved    ReportStep = "approved"     // in time, and approved
	StepDraft       ReportStep = "draft"        // the due day has not passed; a draft is there that the actor may know of
	StepDue         ReportStep = "due"          // its range has begun, the due day has not passed, and nothing is there
	StepNotDue      ReportStep = "not_due"      // nothing is expected, or its range has not begun
)

const reportSteps = 9

// ReportSteps lists them in the order in which one goes before another where a
// place has room for one: what asks for most comes first.
var ReportSteps = []ReportStep{StepNotReported, StepLate, StepReturned, StepSubmitted, StepDue, StepDraft, StepNoProgress, StepApproved, StepNotDue}

// reportStep is the rule: on time and late are the ledger's, so that the numbers
// of the matrix are those of every other page; of several updates the one
// furthest from its approval decides, and among approved ones the newest. What
// the actor may not see does not count: a commitment is due to them until the
// due day has passed, and then submitted, since every page says that it came.
func reportStep(actor accounts.Actor, d progress.Deadline, day calendar.Date, state ReportState, updates []progress.Handed) (ReportStep, int64) {
	decides, as := deciding(actor, updates)
	if state == Late || state == OnTime && (as != "" || d.Passed(day)) {
		as = cmp.Or(as, StepSubmitted)
		if state == Late {
			as = StepLate
		}
		return as, decides
	}
	if state == NotDue || d.CoversFrom.After(day) {
		return StepNotDue, 0
	}
	if d.Passed(day) {
		return StepNotReported, 0
	}
	for _, u := range updates {
		if u.State == progress.Draft && seen(actor, u) {
			return StepDraft, u.Update
		}
	}
	return StepDue, 0
}

// deciding picks the update that decides how far a report has come, of those
// that the actor may see; none is the empty step.
func deciding(actor accounts.Actor, updates []progress.Handed) (id int64, as ReportStep) {
	var last progress.Handed
	for _, u := range updates {
		if u.State == progress.Draft || !seen(actor, u) {
			continue
		}
		stands := StepApproved
		switch u.State {
		case progress.Returned:
			stands = StepReturned
		case progress.Submitted:
			stands = StepSubmitted
		default:
			if u.NoProgress {
				stands = StepNoProgress
			}
		}
		before, now := rank(as), rank(stands)
		newer := cmp.Or(u.AsOf.Sub(last.AsOf), u.ApprovedAt.Compare(last.ApprovedAt), cmp.Compare(u.Update, last.Update)) > 0
		if as == "" || now < before || now == before && newer {
			id, as, last = u.Update, stands, u
		}
	}
	return id, as
}

// rank puts what is furthest from its approval first; approved ones are alike.
func rank(s ReportStep) int {
	switch s {
	case StepReturned:
		return 0
	case StepSubmitted:
		return 1
	}
	return 2
}

func seen(actor accounts.Actor, u progress.Handed) bool {
	return progress.Visible(actor, progress.Update{State: u.State, InstitutionID: u.InstitutionID, OnBehalf: u.OnBehalf})
}

// judge settles how an entry stands, and what of its reviews the actor may count.
func (e *Entry) judge(actor accounts.Actor, day calendar.Date, state ReportState, updates []progress.Handed, first calendar.Date) {
	e.State, e.UpdateID = reportStep(actor, e.Deadline, day, state, updates)
	if e.State == StepLate {
		e.LateDays = first.Sub(e.Deadline.DueOn)
	}
	for _, u := range updates {
		if u.State == progress.Draft || !seen(actor, u) {
			continue
		}
		if u.Update == e.UpdateID {
			e.Addendum, e.Correction = e.Deadline.Beside(u.ApprovedAt), u.Correction
		}
		e.handedIn++
		if u.Returned() {
			e.returned++
		}
		for _, r := range u.InReview() {
			e.rounds = append(e.rounds, r.Days())
		}
	}
}
