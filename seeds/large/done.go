package large

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/progress"
)

// told is an update with its parts, before it has an id.
type told struct {
	progress.Update
	ref       string
	writer    accounts.Actor
	corrects  *told // the update that it replaces
	authors   []int64
	decisions []progress.Decision
	evidence  []progress.Evidence
	by        []accounts.Actor // who decided
}

// report writes all updates: those that replace nothing first, since a correction names another's id.
func (c *country) report() error {
	var first, corrections []*told
	for _, p := range c.promises {
		var before *told
		for j := range p.days {
			t := c.tell(p, j, before)
			if t.corrects != nil {
				corrections = append(corrections, t)
			} else {
				first = append(first, t)
			}
			if before = nil; t.State == progress.Approved && t.Kind == progress.LeadUpdate {
				before = t
			}
		}
	}
	for _, list := range [][]*told{first, corrections} {
		if err := c.insertTold(list); err != nil {
			return err
		}
	}
	if err := c.parts(append(first, corrections...)); err != nil {
		return err
	}
	return c.current(append(first, corrections...))
}

// tell makes the update of a commitment's day; before is the one before it, when it counts and can be corrected.
func (c *country) tell(p *promise, j int, before *told) *told {
	t := &told{ref: p.ref, writer: p.leadOn(p.days[j])}
	t.CommitmentID, t.Kind, t.AsOf, t.Version, t.Status = p.id, progress.LeadUpdate, p.days[j], 1, c.statusOf(p, j)
	supporters := c.supporters(p)
	switch {
	case before != nil && before.corrects == nil && c.chance(3):
		t.corrects, t.AsOf, t.writer, t.Status = before, before.AsOf, before.writer, before.Status
	case len(supporters) > 0 && j < len(p.days)-1 && c.chance(15):
		t.Kind, t.Status, t.writer = progress.Contribution, "", one(c, supporters)
		if t.writer.InstitutionID == p.leadOn(t.AsOf).InstitutionID {
			t.Kind, t.Status = progress.LeadUpdate, progress.InProgress
		}
	}
	t.InstitutionID, t.DraftedByID = t.writer.InstitutionID, t.writer.PersonID
	t.OnBehalf = t.corrects == nil && c.chance(2)
	c.words(t)
	if t.Kind == progress.LeadUpdate && j > 0 && j <= len(p.terms.Milestones) && c.chance(50) {
		t.Milestone = j
	}
	c.review(t, before)
	return t
}

// statusOf lets a commitment begin, go on, now and then stall, seldom be completed too early, and end as it is to.
func (c *country) statusOf(p *promise, j int) progress.Status {
	switch {
	case j == len(p.days)-1:
		return p.end
	case p.end == progress.NotStarted || j == 0 && c.chance(40):
		return progress.NotStarted
	case c.chance(8):
		return progress.Stalled
	case c.chance(3):
		return progress.Completed
	}
	return progress.InProgress
}

func (c *country) words(t *told) {
	if t.Status == progress.NotStarted || t.Status == progress.Stalled || c.chance(8) {
		t.NoProgress, t.Blocker = one(c, excuses), one(c, progress.Blockers)
	} else {
		t.Done = c.sentences(1, 4)
	}
	if c.chance(60) {
		t.NextStep = one(c, steps)
	}
	if c.chance(20) {
		t.Obstacles = one(c, excuses)
	}
	if c.chance(50) {
		t.SharedSummary = one(c, doings)
	}
	if c.chance(10) {
		t.InternalNote = one(c, excuses)
	}
	if len(t.Done)%5 == 0 { // a fifth of them, without another throw of the dice
		released, spent := int64(len(t.Done))*100_000, int64(len(t.Done))*80_000
		t.Money = []progress.Money{{Year: progress.YearOn(nil, t.AsOf).From.Year(), Currency: "LSL", Funder: "Government", ReleasedCents: &released, SpentCents: &spent}}
	}
	for c.chance(35) && len(t.evidence) < 3 {
		t.evidence = append(t.evidence, progress.Evidence{Title: "Minutes: " + one(c, works), URL: fmt.Sprintf("https://papers.example/%d", c.rnd.IntN(1_000_000)),
			Kind: one(c, progress.EvidenceKinds), DatedOn: t.AsOf, Share: one(c, progress.Audiences)})
	}
}

// review takes an update through its states: approved when it is old, in any state when it is of these weeks.
func (c *country) review(t *told, before *told) {
	t.DraftedAt, t.State = c.after(t.AsOf.Time(), 0, 4), progress.Draft
	t.authors = []int64{t.DraftedByID}
	if t.OnBehalf {
		t.DraftedByID = c.coordinators[0].PersonID
		t.authors = []int64{t.DraftedByID}
	}
	fresh := c.today.Sub(t.AsOf) < 110
	if fresh && c.chance(14) {
		return
	}
	sent := c.after(t.DraftedAt, 0, 6)
	if c.chance(9) && dueOn(t.AsOf).AddDays(30).Before(c.today) {
		sent = c.at(dueOn(t.AsOf).AddDays(1 + c.rnd.IntN(25)))
	}
	if t.corrects != nil && !sent.After(*t.corrects.ApprovedAt) {
		sent = c.after(*t.corrects.ApprovedAt, 1, 20)
	}
	t.step(progress.Submitted, sent, c.sender(t), "")
	if fresh && c.chance(40) {
		return
	}
	reviewer := c.reviewer(t)
	if c.chance(10) {
		t.step(progress.Returned, c.after(sent, 1, 8), reviewer, one(c, excuses))
		if fresh {
			return
		}
		sent = c.after(sent, 9, 14)
		t.step(progress.Submitted, sent, c.sender(t), "")
	}
	t.step(progress.Approved, c.after(sent, 1, 12), reviewer, "")
}

func (c *country) sender(t *told) accounts.Actor {
	if t.OnBehalf {
		return c.coordinators[0]
	}
	return t.writer
}

func (c *country) reviewer(t *told) accounts.Actor {
	if t.OnBehalf {
		return t.writer
	}
	return one(c, c.coordinators)
}

// step takes a decision on an update.
func (t *told) step(state progress.State, at time.Time, by accounts.Actor, reason string) {
	t.State, t.Version = state, t.Version+1
	t.by = append(t.by, by)
	t.decisions = append(t.decisions, progress.Decision{Kind: state, AsOf: t.AsOf, At: at, ByID: by.PersonID, Reason: reason})
	switch state {
	case progress.Submitted:
		t.SubmittedAt = &at
		if t.FirstSubmittedOn.IsZero() {
			t.FirstSubmittedOn = calendar.From(at.In(Now.Location()))
		}
	case progress.Approved:
		t.ApprovedAt, t.ApprovedByID = &at, &by.PersonID
	}
}

func (c *country) insertTold(list []*told) error {
	rows := make([]progress.Update, len(list))
	for i, t := range list {
		if t.corrects != nil {
			t.CorrectsID = &t.corrects.ID
		}
		rows[i] = t.Update
	}
	err := insert(c.tx, rows)
	for i := range list {
		list[i].ID = rows[i].ID
	}
	return err
}

// parts adds authors, decisions and evidence, and the entries of the trail.
func (c *country) parts(list []*told) error {
	var authors []progress.Author
	var decisions []progress.Decision
	var evidence []progress.Evidence
	for _, t := range list {
		for _, id := range t.authors {
			authors = append(authors, progress.Author{UpdateID: t.ID, PersonID: id})
		}
		for i, d := range t.decisions {
			d.UpdateID = t.ID
			decisions = append(decisions, d)
			c.entry(t, d, t.by[i])
		}
		for _, e := range t.evidence {
			e.UpdateID = t.ID
			evidence = append(evidence, e)
		}
	}
	if err := insert(c.tx, authors); err != nil {
		return err
	}
	if err := insert(c.tx, decisions); err != nil {
		return err
	}
	return insert(c.tx, evidence)
}

func (c *country) entry(t *told, d progress.Decision, by accounts.Actor) {
	action := map[progress.State]string{progress.Submitted: "update.submit", progress.Returned: "update.return", progress.Approved: "update.approve"}[d.Kind]
	changes := []audit.Change{{Field: "state", New: string(d.Kind)}, {Field: "as_of", New: t.AsOf.String()}, {Field: "commitment", New: t.ref}}
	if d.Kind == progress.Submitted {
		changes = append(changes, audit.Change{Field: "done", New: t.Done, Free: true})
	}
	c.note(d.At, audit.Event{Who: by.Who(), Action: action, Object: fmt.Sprintf("update %d", t.ID), Changes: changes})
}

// current writes the row of each commitment that approvals keep.
func (c *country) current(list []*told) error {
	replaced := map[int64]bool{}
	for _, t := range list {
		if t.State == progress.Approved && t.corrects != nil {
			replaced[t.corrects.ID] = true
		}
	}
	best := map[int64]*told{}
	for _, t := range list {
		if t.State != progress.Approved || t.Kind != progress.LeadUpdate || replaced[t.ID] {
			continue
		}
		if b := best[t.CommitmentID]; b == nil || cmp.Or(t.AsOf.Compare(b.AsOf), t.ApprovedAt.Compare(*b.ApprovedAt), cmp.Compare(t.ID, b.ID)) > 0 {
			best[t.CommitmentID] = t
		}
	}
	rows := make([]progress.Current, 0, len(best))
	for _, t := range best {
		rows = append(rows, progress.Current{CommitmentID: t.CommitmentID, UpdateID: t.ID, Status: t.Status, AsOf: t.AsOf, ApprovedAt: *t.ApprovedAt})
	}
	slices.SortFunc(rows, func(a, b progress.Current) int { return cmp.Compare(a.CommitmentID, b.CommitmentID) })
	if err := insert(c.tx, rows); err != nil {
		return err
	}
	return c.rate(rows)
}
