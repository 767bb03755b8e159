package progress

import (
	"slices"

	"tracker/internal/accounts"
)

// withhold takes out of an update what stays inside government, for a focal
// point outside it who reads what another institution wrote: the internal
// note, the obstacles, the reasons of decisions with the words they suggest, those of verdicts and of
// quarantine, and the papers kept internal.
func withhold(actor accounts.Actor, t *Told) {
	if !outside(actor, t.Update) {
		return
	}
	t.InternalNote, t.Obstacles = "", ""
	for i := range t.Decisions {
		t.Decisions[i].Reason, t.Decisions[i].Wording = "", ""
	}
	for i := range t.Verifications {
		t.Verifications[i].Reason = ""
	}
	t.Evidence = slices.DeleteFunc(t.Evidence, func(e Evidence) bool { return e.Share == "internal" })
	for _, e := range t.Evidence {
		if e.File != nil {
			e.File.QuarantineReason = ""
		}
	}
}

// outside says whether what the actor reads of an update leaves the government.
func outside(actor accounts.Actor, u Update) bool {
	return !actor.CanReadWholePlan() && actor.InstitutionID != u.InstitutionID
}

// MaySee says whether an actor who may read the commitment may see a piece of
// evidence of an update.
func MaySee(actor accounts.Actor, u Update, e Evidence) bool {
	return Visible(actor, u) && (e.Share != "internal" || !outside(actor, u))
}

// shown keeps of a list what the actor may see.
func shown(actor accounts.Actor, list []Told) []Told {
	list = slices.DeleteFunc(list, func(t Told) bool { return !Visible(actor, t.Update) })
	for i := range list {
		withhold(actor, &list[i])
		if actor.InstitutionID != list[i].InstitutionID { // between its writers and their own post
			list[i].Clearance = ClearanceTold{}
		}
	}
	return list
}
