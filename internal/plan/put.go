package plan

import (
	"maps"
	"slices"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// Put is a commitment as a sheet gives it. By its reference it is new, or a
// change of the one that is there. Says names the fields, as Difference names
// them, that the sheet speaks of: of one that is there all others keep what
// they are; a new one has its Terms as they are given. EffectiveOn is of a new
// one, as for Add; a change holds from today on. The origin of one that is
// there stays what it is: Says may name it to have that checked.
type Put struct {
	CommitmentNew
	Says []string
}

// Weighed is what would come of a Put: a new commitment, or what changes in
// the one that is there, of a new one everything that it says. Wrong has what
// is wrong with it, by the fields of a form; nothing comes of it then. Neither
// New nor Changed nor Wrong, it is the same.
type Weighed struct {
	Ref     string
	New     bool
	Changed []Difference
	Wrong   map[string]problem.Message
}

// Same says whether nothing comes of it because all is as it says.
func (w Weighed) Same() bool { return !w.New && len(w.Changed) == 0 && len(w.Wrong) == 0 }

// Coming is what a list hangs on and what is not there yet: nodes by their
// numbers and institutions, by ids that no row has.
type Coming struct {
	Nodes        map[int64]string
	Institutions map[int64]ComingInstitution
}

// ComingInstitution is an institution that is to be made.
type ComingInstitution struct {
	Code string
	Kind accounts.Kind
}

// Weigh tells what would come of each of a list, and writes nothing. It holds
// them to the rules of Add and Revise, and to one reference being in the list
// once. What is there counts as it is in force today. However long the list,
// it asks the same number of queries. What is coming counts as if it was there.
// Coordinators only.
func Weigh(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, list []Put, coming Coming) ([]Weighed, error) {
	w, err := weigh(tx, clock, actor, list, coming)
	return w.told, err
}

// PutAll weighs a list and writes what comes of it: what is new is added and
// what changed is revised, each as Add and Revise do. When anything is wrong
// it writes nothing and is Invalid.
func PutAll(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, list []Put) ([]Weighed, error) {
	w, err := weigh(tx, clock, actor, list, Coming{})
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(w.told, func(x Weighed) bool { return len(x.Wrong) > 0 }) {
		return w.told, problem.New(problem.Invalid, "problem.invalid")
	}
	_, added, err := addAll(tx, clock, actor, w.labels, w.add)
	if err != nil {
		return nil, err
	}
	revised, err := reviseAll(tx, clock, actor, w.labels, w.change)
	if err != nil {
		return nil, err
	}
	return w.told, audit.AppendAll(tx, clock.Now(), append(added, revised...))
}

// weighing is a list with what comes of it.
type weighing struct {
	labels labels
	told   []Weighed
	add    []CommitmentNew
	change []change
}

func weigh(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, list []Put, coming Coming) (weighing, error) {
	var w weighing
	if err := mayChange(actor); err != nil {
		return w, err
	}
	var err error
	if w.labels, err = loadLabels(tx); err != nil {
		return w, err
	}
	maps.Copy(w.labels.nodes, coming.Nodes)
	for id, i := range coming.Institutions {
		w.labels.institutions[id] = institution{ID: id, Code: i.Code, Kind: i.Kind}
	}
	var all []Commitment
	if err := tx.Find(&all).Error; err != nil {
		return w, err
	}
	there := make(map[string]Commitment, len(all))
	for _, com := range all {
		there[com.Ref] = com
	}
	terms, err := RevisionsInForce(tx, clock.Today(), clock.Now())
	if err != nil {
		return w, err
	}
	seen := make(map[string]bool, len(list))
	for _, put := range list {
		var c problem.Check
		c.Require(!seen[put.Ref], "ref", "plan.error.ref_twice")
		seen[put.Ref] = true
		if com, found := there[put.Ref]; found {
			w.weighChange(&c, clock.Today(), put, com, terms[com.ID])
		} else {
			w.weighNew(&c, clock.Today(), put)
		}
	}
	return w, nil
}

func (w *weighing) weighNew(c *problem.Check, today calendar.Date, put Put) {
	in := put.settled(today)
	in.check(c, w.labels, today)
	if wrong := c.Fields(); len(wrong) > 0 {
		w.told = append(w.told, Weighed{Ref: put.Ref, Wrong: wrong})
		return
	}
	w.add = append(w.add, in)
	w.told = append(w.told, Weighed{Ref: put.Ref, New: true, Changed: differences(Terms{}, in.Terms, w.labels)})
}

func (w *weighing) weighChange(c *problem.Check, today calendar.Date, put Put, com Commitment, base Revision) {
	c.Require(com.Country == put.Country, "ref", "plan.error.ref_there")
	c.Require(base.ID != 0, "ref", "plan.error.effective_earlier")
	c.Require(put.Origin == com.Origin || !slices.Contains(put.Says, "origin"), "origin", "plan.error.origin_stays")
	ch := change{Commitment: com, base: base, effectiveOn: today, reason: put.Reason, terms: base.with(put.Terms, put.Says).normal()}
	changed := differences(base.Terms, ch.terms, w.labels)
	if len(changed) > 0 {
		ch.check(c, w.labels, today)
	}
	if wrong := c.Fields(); len(wrong) > 0 {
		w.told = append(w.told, Weighed{Ref: put.Ref, Wrong: wrong})
		return
	}
	if len(changed) > 0 {
		w.change = append(w.change, ch)
	}
	w.told = append(w.told, Weighed{Ref: put.Ref, Changed: changed})
}

// with gives the terms with the named fields taken from others.
func (t Terms) with(given Terms, says []string) Terms {
	for field, take := range map[string]func(){
		"title":                 func() { t.Title = given.Title },
		"text":                  func() { t.Text = given.Text },
		"node":                  func() { t.NodeID = given.NodeID },
		"lead":                  func() { t.LeadID = given.LeadID },
		"supporting":            func() { t.Supporting = given.Supporting },
		"starts_on":             func() { t.StartsOn = given.StartsOn },
		"due_on":                func() { t.DueOn = given.DueOn },
		"milestones":            func() { t.Milestones = given.Milestones },
		"budget":                func() { t.Budget = given.Budget },
		"means_of_verification": func() { t.MeansOfVerification = given.MeansOfVerification },
		"assumptions":           func() { t.Assumptions = given.Assumptions },
		"share":                 func() { t.Share = given.Share },
		"themes":                func() { t.Themes = given.Themes },
		"indicia":               func() { t.Indicia = given.Indicia },
		"sdg":                   func() { t.SDG = given.SDG },
	} {
		if slices.Contains(says, field) {
			take()
		}
	}
	return t
}

// batch is how many rows one statement writes.
const batch = 200

// addAll writes new commitments that were checked, each with its first
// revision, and gives the entries that the trail is to have of them.
func addAll(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, l labels, list []CommitmentNew) ([]Commitment, []audit.Event, error) {
	now := clock.Now()
	made := make([]Commitment, len(list))
	for i, in := range list {
		made[i] = Commitment{Country: in.Country, Ref: in.Ref, Origin: in.Origin, NodeID: in.NodeID, Title: in.Title, LeadID: in.LeadID,
			StartsOn: in.StartsOn, DueOn: in.DueOn, SortKey: SortKey(in.Ref), Search: search(in.Ref, in.Terms), CreatedAt: now, Version: 1}
	}
	if err := createAll(tx, made); err != nil {
		return nil, nil, err
	}
	revisions, events := make([]Revision, len(list)), make([]audit.Event, len(list))
	for i, in := range list {
		revisions[i] = Revision{CommitmentID: made[i].ID, EffectiveOn: in.EffectiveOn, Reason: in.Reason, RecordedAt: now, RecordedByID: by(actor.PersonID), Terms: in.Terms}
		changes := append(audited(differences(Terms{}, in.Terms, l), in.Reason),
			audit.Change{Field: "effective_on", New: in.EffectiveOn.String()}, audit.Change{Field: "origin", New: string(in.Origin)})
		events[i] = audit.Event{Who: actor.Who(), Action: "commitment.add", Object: "commitment " + in.Ref, Changes: changes}
	}
	if err := createAll(tx, revisions); err != nil {
		return nil, nil, err
	}
	return made, events, support(tx, revisions)
}

// reviseAll writes changes that were checked, each with the transfer that a
// change of lead is, and gives the entries that the trail is to have of them.
// A revision from today on is the newest, which the commitment repeats.
func reviseAll(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, l labels, list []change) ([]audit.Event, error) {
	now := clock.Now()
	var revisions []Revision
	var transfers []Transfer
	var events []audit.Event
	for _, ch := range list {
		if err := moveVersion(tx, ch.ID, ch.Version); err != nil {
			return nil, err
		}
		revisions = append(revisions, Revision{CommitmentID: ch.ID, EffectiveOn: ch.effectiveOn, Reason: ch.reason, RecordedAt: now, RecordedByID: by(actor.PersonID), Terms: ch.terms})
		if ch.base.LeadID != ch.terms.LeadID {
			transfers = append(transfers, Transfer{CommitmentID: ch.ID, Part: Lead, FromID: ch.base.LeadID, ToID: ch.terms.LeadID, EffectiveOn: ch.effectiveOn,
				Reason: ch.reason, RecordedAt: now, RecordedByID: by(actor.PersonID)})
		}
		changes := append(audited(differences(ch.base.Terms, ch.terms, l), ch.reason), audit.Change{Field: "effective_on", New: ch.effectiveOn.String()})
		events = append(events, audit.Event{Who: actor.Who(), Action: "commitment.revise", Object: "commitment " + ch.Ref, Changes: changes})
	}
	if err := createAll(tx, revisions); err != nil {
		return nil, err
	}
	if err := createAll(tx, transfers); err != nil {
		return nil, err
	}
	for i, ch := range list {
		again := func() error { return repeatNewest(tx, ch.ID) }
		if ch.effectiveOn == clock.Today() {
			again = func() error { return repeat(tx, ch.Ref, revisions[i]) }
		}
		if err := again(); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// support writes the supporting institutions of revisions that commitments
// repeat.
func support(tx *gorm.DB, list []Revision) error {
	type row struct{ CommitmentID, InstitutionID int64 }
	var rows []row
	for _, r := range list {
		for _, id := range r.Supporting {
			rows = append(rows, row{r.CommitmentID, id})
		}
	}
	return createAll(tx.Table("supports"), rows)
}

// createAll writes rows, many with one statement, and gives them their ids.
func createAll[R any](tx *gorm.DB, rows []R) error {
	for some := range slices.Chunk(rows, batch) {
		if err := tx.Session(&gorm.Session{}).Create(&some).Error; err != nil {
			return err
		}
	}
	return nil
}
