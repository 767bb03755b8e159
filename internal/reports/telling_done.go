package reports

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/progress"
)

// doneRow is an approved update in force.
type doneRow struct {
	ID, CommitmentID, InstitutionID                int64
	Kind                                           progress.Kind
	AsOf, FirstSubmittedOn                         calendar.Date
	ApprovedAt                                     time.Time
	Status                                         progress.Status
	Done, NoProgress, Blocker, Obstacles, NextStep string
	Milestone                                      int
	Correction                                     bool
}

// paperRow is a piece of evidence of one.
type paperRow struct {
	ID         int64
	UpdateID   int64
	Title, URL string
	Kind       string
	DatedOn    calendar.Date
	Share      Audience

	QuarantinedAt *time.Time
}

// papersOf joins the evidence of updates.
const papersOf = "JOIN evidence e ON e.update_id = u.id LEFT JOIN evidence_files f ON f.id = e.file_id"

// barred says whether a paper in quarantine stays inside. It does in a report
// of an earlier instant too: what must not be known leaves no more.
func (t *telling) barred(quarantined *time.Time) bool { return !t.internal() && quarantined != nil }

// done lists the approved updates and their papers, where a section needs
// them. Outside government only an update whose summary was released is told
// of, and only papers shared so far.
func (t *telling) done() error {
	if !t.Has(SectionUpdates) && !t.Has(SectionEvidence) && !t.Has(SectionChanges) {
		return nil
	}
	only, err := t.begun()
	if err != nil {
		return err
	}
	rows, err := t.doneRows(only)
	if err != nil {
		return err
	}
	var papers []paperRow
	if err := progress.InForce(t.tx, "e.id, e.update_id, e.title, e.url, e.kind, e.dated_on, e.share, f.quarantined_at", t.told()+papersOf, t.D, t.K, only...).Scan(&papers).Error; err != nil {
		return err
	}
	slices.SortFunc(rows, func(a, b doneRow) int {
		return cmp.Or(t.chosen.byID[a.CommitmentID]-t.chosen.byID[b.CommitmentID], a.AsOf.Compare(b.AsOf), a.ApprovedAt.Compare(b.ApprovedAt), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(papers, func(a, b paperRow) int { return cmp.Compare(a.ID, b.ID) })
	byUpdate := map[int64][]paperRow{}
	for _, p := range papers {
		if t.leaves(p.Share) && !t.barred(p.QuarantinedAt) {
			byUpdate[p.UpdateID] = append(byUpdate[p.UpdateID], p)
		}
	}
	refs := map[string]int{}
	t.Updates = make([]UpdateStatus, 0, len(rows))
	for _, r := range rows {
		u := t.update(r, refs)
		u.Evidence = len(byUpdate[r.ID])
		t.Updates = append(t.Updates, u)
		for i, p := range byUpdate[r.ID] {
			t.Status.Evidence = append(t.Status.Evidence, EvidenceStatus{Ref: fmt.Sprintf("%s, %d", u.Ref, i+1), Commitment: u.Commitment, Institution: u.Institution,
				AsOf: u.AsOf, Kind: p.Kind, Title: p.Title, DatedOn: p.DatedOn, URL: p.URL, Share: string(p.Share)})
		}
	}
	t.Left.rest(SectionUpdates, len(t.Updates))
	t.Left.rest(SectionEvidence, len(t.Status.Evidence))
	return nil
}

// told joins to updates what they are told by outside government, where they
// are: few are.
func (t *telling) told() string {
	if t.internal() {
		return ""
	}
	return "JOIN (SELECT DISTINCT update_id FROM summary_releases) r ON r.update_id = u.id "
}

// doneRows reads the updates that the report tells of, row by row: there may
// be tens of thousands.
func (t *telling) doneRows(only []int64) (list []doneRow, err error) {
	rows, err := progress.InForce(t.tx, `u.id, u.commitment_id, u.institution_id, u.kind, u.as_of, u.first_submitted_on, u.approved_at, u.status,
		u.done, u.no_progress, u.blocker, u.obstacles, u.next_step, u.milestone, u.corrects_id IS NOT NULL`, t.told(), t.D, t.K, only...).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var r doneRow
		if err := rows.Scan(&r.ID, &r.CommitmentID, &r.InstitutionID, &r.Kind, &r.AsOf, &r.FirstSubmittedOn, &r.ApprovedAt, &r.Status,
			&r.Done, &r.NoProgress, &r.Blocker, &r.Obstacles, &r.NextStep, &r.Milestone, &r.Correction); err != nil {
			return nil, err
		}
		_, there := t.chosen.byID[r.CommitmentID]
		if there && t.tells(r.ID) {
			list = append(list, r)
		}
	}
	return list, rows.Err()
}

// update tells of one. Its reference names commitment, day and institution;
// the second of a day bears a number, in the order of their approval.
func (t *telling) update(r doneRow, refs map[string]int) UpdateStatus {
	line := t.chosen.Lines[t.chosen.byID[r.CommitmentID]]
	u := UpdateStatus{Commitment: line.Ref, Institution: t.chosen.Institutions[r.InstitutionID].Code, Kind: r.Kind, AsOf: r.AsOf, ApprovedAt: r.ApprovedAt.UTC(),
		Status: r.Status, Done: r.Done, NoProgress: r.NoProgress, Blocker: r.Blocker, Obstacles: r.Obstacles, NextStep: r.NextStep, Milestone: r.Milestone, Correction: r.Correction}
	if d, ok := t.chosen.Schedule.For(r.AsOf); ok {
		u.Late = r.Kind == progress.LeadUpdate && r.FirstSubmittedOn.After(d.DueOn)
		u.Addendum = d.Beside(r.ApprovedAt) && !d.CertifiedAt.After(t.K)
	}
	if !t.internal() {
		u.Done, u.NoProgress, u.Blocker, u.Obstacles, u.NextStep = t.released[r.ID], "", "", "", ""
		u.ApprovedAt, u.Correction, u.Addendum = time.Time{}, false, false
	}
	u.Ref = fmt.Sprintf("%s %s %s", u.Commitment, u.AsOf, u.Institution)
	if refs[u.Ref]++; refs[u.Ref] > 1 {
		u.Ref = fmt.Sprintf("%s (%d)", u.Ref, refs[u.Ref])
	}
	return u
}

// changes holds the commitments of now against those of the since-date, both
// as known at K.
func (t *telling) changes() error {
	if !t.Has(SectionChanges) {
		return nil
	}
	q := t.chosen.Query
	q.D = t.Since
	before, err := t.load(t.tx, q)
	if err != nil {
		return err
	}
	inside, err := t.inside(q)
	if err != nil {
		return err
	}
	came, err := t.came()
	if err != nil {
		return err
	}
	for _, is := range t.chosen.Lines {
		was, there := before.Line(is.ID)
		c := ChangeStatus{Ref: is.Ref, Title: is.Title, Lead: t.chosen.Institutions[is.LeadID].Code, New: !there, Was: was.Status, Is: is.Status,
			WasDue: was.DueOn, IsDue: is.DueOn, Updates: came[is.Ref].Updates, Evidence: came[is.Ref].Papers}
		c.Answers = t.chosen.lacks(before, *is, was)
		c.Inside = inside(*is, was)
		if c.New || c.Was != c.Is || c.WasDue != c.IsDue || c.Updates > 0 || len(c.Answers) > 0 || c.Inside.moved(c) {
			t.Changes = append(t.Changes, c)
		}
	}
	return nil
}

// came counts the updates told of as of days since, with their papers, by the
// commitment's reference.
func (t *telling) came() (map[string]progress.InForceCount, error) {
	came := map[string]progress.InForceCount{}
	if t.cutsUpdates() {
		of, err := progress.CountInForce(t.tx, t.Since, t.D, t.K)
		for _, line := range t.chosen.Lines {
			came[line.Ref] = of[line.ID]
		}
		return came, err
	}
	for _, u := range t.Updates {
		if t.since(u.AsOf) {
			n := came[u.Commitment]
			n.Updates, n.Papers = n.Updates+1, n.Papers+u.Evidence
			came[u.Commitment] = n
		}
	}
	return came, nil
}

// moved says whether what only government reads tells of a change by itself.
func (i ChangeInside) moved(c ChangeStatus) bool {
	return i != (ChangeInside{}) && !c.New && (i.WasLead != c.Lead || i.Then != c.Was || i.Reached != i.ReachedThen || i.Lost > 0)
}

// inside reads what only government reads of changes; for others, and for a briefing, it is nothing.
// earlier asks for the first day.
func (t *telling) inside(earlier Query) (func(is, was Line) ChangeInside, error) {
	if !t.internal() || !t.compares {
		return func(Line, Line) ChangeInside { return ChangeInside{} }, nil
	}
	earlier.K = knownOn(t.Since, t.Zone, t.K)
	then, err := t.load(t.tx, earlier)
	if err != nil {
		return nil, err
	}
	lost, err := progress.EvidenceLost(t.tx, t.Since, earlier.K, t.K)
	if err != nil {
		return nil, err
	}
	reached, err := progress.MilestonesDone(t.tx, t.D, t.K, t.only...)
	if err != nil {
		return nil, err
	}
	if t.Has(SectionIndicators) {
		if t.ChangedFigures, err = comparedFigures(t.tx, t.Country, t.Since, t.D, earlier.K, t.K); err != nil {
			return nil, err
		}
	}
	return func(is, was Line) ChangeInside {
		in := ChangeInside{WasLead: t.chosen.Institutions[was.LeadID].Code, Lost: lost[is.ID]}
		if line, known := then.Line(is.ID); known {
			in.Then = line.Status
		}
		for _, on := range reached[is.ID] {
			if in.Reached++; !t.since(on) {
				in.ReachedThen++
			}
		}
		return in
	}, nil
}

// attention lists what is late, stale, silent or unanswered.
func (t *telling) attention() error {
	of := func(kind AttentionKind, flag Flag) {
		for _, line := range t.chosen.Lines {
			if line.Has(flag) {
				t.Attention = append(t.Attention, AttentionStatus{Kind: kind, Ref: line.Ref, Title: line.Title,
					Lead: t.chosen.Institutions[line.LeadID].Code, Days: line.Overdue, AsOf: line.AsOf})
			}
		}
	}
	of(AttentionOverdue, FlagOverdue)
	of(AttentionStale, FlagStale)
	of(AttentionNotReported, FlagNotReported)
	for _, r := range t.Reporting {
		if r.Silent {
			t.Attention = append(t.Attention, AttentionStatus{Kind: AttentionSilent, Ref: r.Key, Title: r.Label, Lead: r.Key, Days: r.Due})
		}
	}
	for _, r := range t.Recommendations {
		for _, i := range r.Items {
			if t.Scope.OfPlan() && r.Newest && len(i.Answers) == 0 {
				t.Attention = append(t.Attention, AttentionStatus{Kind: AttentionUnanswered, Ref: i.Ref, Title: cmp.Or(i.Text, r.Title)})
			}
		}
	}
	return nil
}
