package reports

import (
	"slices"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// telling is a status report in the making. What leaves the government is cut
// here and nowhere else: commitments by what they may be shared with, words by
// what was released, papers by theirs (docs/adr/0012).
type telling struct {
	*Status
	tx        *gorm.DB
	load      loader
	period    progress.Period // that holds D; zero where none does
	all       *Ledger         // what the audience may read of
	chosen    *Ledger         // what the scope leaves of that
	revisions map[int64]plan.Revision
	compares  bool             // tells of changes also what was known then, and figures
	only      []int64          // reads rows of these commitments alone; none: of all
	released  map[int64]string // shared summaries by update, for audiences outside government
	preview   Preview
}

// leaves says whether what is shared so far reaches the report's audience.
func (s *Status) leaves(share Audience) bool {
	return slices.Index(plan.Audiences, share) >= slices.Index(plan.Audiences, s.Audience)
}

// internal says whether the report stays in government.
func (s *Status) internal() bool { return s.Audience == plan.Internal }

// tell fills the report, and drops at the end the sections that nobody asked
// for: counts are of everything in scope whatever is shown of it.
func (t *telling) tell() error {
	steps := []func() error{t.summarise, t.recommend, t.cover, t.monthly, t.release, t.commitments, t.count, t.spend, t.rate, t.request, t.done, t.changes, t.attention, t.drop}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (t *telling) summarise() error {
	l := t.chosen
	t.ByStatus, t.ByNode, t.ByInstitution, t.Reporting = l.ByStatus(), l.ByNode(), l.ByInstitution(), l.Reporting()
	t.HasDeadline = l.HasLastDue
	// Whether it is closed has no history: a report of a past moment would change with it.
	t.Deadline = DeadlineStatus{Title: l.LastDue.Title, CoversFrom: l.LastDue.CoversFrom, CoversTo: l.LastDue.CoversTo, DueOn: l.LastDue.DueOn}
	for _, f := range Flags {
		if f != FlagInReview {
			t.Flags = append(t.Flags, FlagCount{f, l.Count(f)})
		}
	}
	return nil
}

// recommend lists what was asked with all its answers; of a narrower scope
// only what its commitments answer.
func (t *telling) recommend() error {
	var edition []RecommendationStatus
	for _, a := range t.all.Asked() {
		if len(t.Scope.Mechanisms) > 0 && !slices.Contains(t.Scope.Mechanisms, a.Mechanism) {
			continue
		}
		if r := t.recommendation(a); t.Scope.OfPlan() || t.answered(a) {
			if len(edition) > 0 && edition[0].Edition != r.Edition {
				t.Recommendations, edition = append(edition, t.Recommendations...), nil
			}
			edition = append(edition, r)
		}
	}
	t.Recommendations = append(edition, t.Recommendations...)
	return nil
}

// answered says whether a commitment of the scope answers the recommendation.
func (t *telling) answered(a Asked) bool {
	return slices.ContainsFunc(a.Lines(), func(l *Line) bool { _, there := t.chosen.byID[l.ID]; return there })
}

func (t *telling) recommendation(a Asked) RecommendationStatus {
	r := RecommendationStatus{Ref: a.RecommendationRef(), Edition: a.EditionRef(), Tier: a.Tier, ReleasedOn: a.ReleasedOn, Completeness: a.Completeness,
		Number: a.Number, Title: a.Title, Text: a.RecommendedText, Basis: a.Basis, Cut: a.Cut, Source: a.Source, Theme: a.Theme, Newest: a.Newest,
		New: t.since(a.ReleasedOn), Continues: a.Continues, Indicium: a.Indicium, NotDone: NotDoneStatus{a.NotDoneYears, a.NotDoneSource},
		Response: t.remark(a.Response), Outcome: t.remark(a.Outcome),
		Asked: AskedStatus{FirstYear: a.Years.First, Years: a.Years.Years, InRow: a.Years.Consecutive, AtLeast: a.Years.AtLeast, New: a.Since.New, NoLonger: a.Since.NoLonger}}
	for _, i := range a.Items {
		item := ItemStatus{Ref: i.Ref(), Letter: i.Letter, Text: i.Text}
		for _, an := range i.Answers {
			answer := AnswerStatus{Commitment: an.Line.Ref, Title: an.Line.Title, Lead: t.all.Institutions[an.Line.LeadID].Code,
				Status: an.Line.Status, AsOf: an.Line.AsOf, Extent: an.Extent, LinkedOn: an.LinkedOn, New: t.since(an.LinkedOn)}
			if t.internal() {
				answer.Reason = an.Reason
			}
			item.Answers = append(item.Answers, answer)
		}
		r.Items = append(r.Items, item)
	}
	return r
}

// remark is what was said of a recommendation, as far as the audience reads it.
func (t *telling) remark(said recommendations.Remark) RemarkStatus {
	r := RemarkStatus{Word: said.Word, GivenOn: said.GivenOn}
	if t.internal() {
		r.Statement = said.Statement
	}
	return r
}

// since says whether a day lies after the report's since-date.
func (s *Status) since(d calendar.Date) bool { return !s.Since.IsZero() && d.After(s.Since) }

// release reads the summaries that may leave.
func (t *telling) release() (err error) {
	if !t.internal() {
		t.released, err = progress.ReleasedSummaries(t.tx, t.D, t.K)
	}
	return err
}

// outside is the verification that leaves government: what was judged, and
// else only whether papers leave with the claim.
func outside(c CommitmentStatus) progress.Proof {
	switch {
	case c.Verification != progress.Claimed && c.Verification != progress.Evidenced:
		return c.Verification
	case c.Evidence > 0:
		return progress.Evidenced
	}
	return progress.Claimed
}

// tells says whether an update is told of: outside government only one whose
// summary was released.
func (t *telling) tells(update int64) bool {
	_, released := t.released[update]
	return t.internal() || released
}

// saidRow is what the deciding update of a commitment says.
type saidRow struct {
	ID                                             int64
	ApprovedAt                                     time.Time
	Done, NoProgress, Blocker, Obstacles, NextStep string
}

func (t *telling) commitments() error {
	lines, only := t.shown()
	done, err := t.milestonesDone(only)
	if err != nil {
		return err
	}
	said, papers := map[int64]saidRow{}, map[int64]int{}
	var rows []saidRow
	if err := progress.Deciding(t.tx, "u.id, u.approved_at, u.done, u.no_progress, u.blocker, u.obstacles, u.next_step", "", t.D, t.K, only...).Scan(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		said[r.ID] = r
	}
	var shares []struct {
		ID            int64
		Share         Audience
		QuarantinedAt *time.Time
	}
	if err := progress.Deciding(t.tx, "u.id, e.share, f.quarantined_at", papersOf, t.D, t.K, only...).Scan(&shares).Error; err != nil {
		return err
	}
	for _, e := range shares {
		if t.leaves(e.Share) && t.tells(e.ID) && !t.barred(e.QuarantinedAt) {
			papers[e.ID]++
		}
	}
	for _, line := range lines {
		c := t.chosen.told(line, t.revisions[line.ID], said[line.UpdateID], done[line.ID])
		c.Evidence, c.Verification = papers[line.UpdateID], line.Proof
		if !t.internal() {
			c.Done, c.NoProgress, c.Blocker, c.Obstacles, c.NextStep = t.released[line.UpdateID], "", "", "", ""
			c.ApprovedAt, c.Budget = time.Time{}, nil
			c.Verification = outside(c)
		}
		t.Commitments = append(t.Commitments, c)
	}
	t.Figures = t.figures()
	return nil
}

func (t *telling) milestonesDone(only []int64) (map[int64]map[int]calendar.Date, error) {
	if t.preview.cuts() {
		return nil, nil
	}
	return progress.MilestonesDone(t.tx, t.D, t.K, only...)
}

func (l *Ledger) told(line *Line, r plan.Revision, u saidRow, done map[int]calendar.Date) CommitmentStatus {
	lead, node := l.Institutions[line.LeadID], l.Nodes[line.NodeID]
	c := CommitmentStatus{ID: line.ID, Ref: line.Ref, Title: line.Title, Text: r.Text, Node: node.Number, NodeTitle: node.Title, Strand: l.strand(line),
		Origin: line.Origin, Lead: lead.Code, LeadName: lead.Short, StartsOn: line.StartsOn, DueOn: line.DueOn, Status: line.Status, AsOf: line.AsOf,
		ApprovedAt: u.ApprovedAt.UTC(), Done: u.Done, NoProgress: u.NoProgress, Blocker: u.Blocker, Obstacles: u.Obstacles, NextStep: u.NextStep,
		OverdueDays: line.Overdue, Milestones: len(r.Milestones), Budget: r.Budget, MeansOfVerification: r.MeansOfVerification}
	for _, id := range line.Supporting {
		c.Supporting = append(c.Supporting, l.Institutions[id].Code)
	}
	for n := range done {
		if n <= len(r.Milestones) {
			c.MilestonesDone++
		}
	}
	for _, f := range Flags {
		if f != FlagInReview && line.Has(f) {
			c.Flags = append(c.Flags, f)
		}
	}
	c.Answers = l.recommendationRefs(line.Answers)
	return c
}

// strand is the label of the node of the first level that a commitment hangs
// below.
func (l *Ledger) strand(line *Line) string { return l.Nodes[l.Nodes[line.NodeID].TopID].Label }

// recommendationRefs names the recommendations of items, each once.
func (l *Ledger) recommendationRefs(items []int64) []string {
	var refs []string
	for _, id := range items {
		item, _ := l.Item(id)
		if ref := item.RecommendationRef(); !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	return refs
}

// drop leaves the sections that were asked for.
func (t *telling) drop() error {
	for section, clear := range map[Section]func(){
		SectionChanges:         func() { t.Changes = nil },
		SectionAttention:       func() { t.Attention = nil },
		SectionRecommendations: func() { t.Recommendations, t.Coverage = nil, nil },
		SectionCommitments:     func() { t.Commitments = nil },
		SectionRatings:         func() { t.Ratings = nil },
		SectionRequests:        func() { t.Requests = nil },
		SectionUpdates:         func() { t.Updates = nil },
		SectionEvidence:        func() { t.Status.Evidence = nil },
	} {
		if !t.Has(section) {
			clear()
			t.Left.drop(section)
		}
	}
	return nil
}
