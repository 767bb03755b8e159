package reports

import (
	"cmp"
	"context"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// Build computes the status report for (D, K). A zero K stands for the newest
// instant of an approval or revision in the data, for the beginning of D where
// there is none. Only internal readers of
// the whole plan get it: what leaves the government comes as publications.
func Build(ctx context.Context, d *db.DB, about About, q Query) (Status, error) {
	return build(ctx, d, about, q, Load)
}

// build computes the report from the ledger that load gives.
func build(ctx context.Context, d *db.DB, about About, q Query, load func(*gorm.DB, Query) (*Ledger, error)) (Status, error) {
	s := Status{About: about, D: q.D, Rules: q.Rules}
	if !q.Actor.CanReadWholePlan() {
		return s, problem.Missing()
	}
	q.Now = false
	err := d.Read(ctx, func(tx *gorm.DB) error {
		if q.K.IsZero() {
			known, err := progress.Known(tx)
			if err != nil {
				return err
			}
			q.K = cmp.Or(known, firstInstant(q.D, about.Zone))
		}
		s.K = q.K
		ledger, err := load(tx, q)
		if err != nil {
			return err
		}
		s.summarise(ledger)
		s.recommend(ledger)
		return s.commitments(tx, ledger)
	})
	return s, err
}

// firstInstant is the beginning of a day: the instant that a report names as
// long as nothing was approved or planned.
func firstInstant(d calendar.Date, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, zone).UTC()
}

func (s *Status) summarise(l *Ledger) {
	s.ByStatus, s.ByNode, s.ByInstitution, s.Reporting = l.ByStatus(), l.ByNode(), l.ByInstitution(), l.Reporting()
	s.Deadline, s.HasDeadline = l.LastDue, l.HasLastDue
	// Whether it is closed has no history: a report of a past moment would change with it.
	s.Deadline.ClosedAt, s.Deadline.ClosedByID, s.Deadline.Version = nil, nil, 0
	for _, f := range Flags {
		if f != FlagInReview {
			s.Flags = append(s.Flags, FlagCount{f, l.Count(f)})
		}
	}
}

func (s *Status) recommend(l *Ledger) {
	var edition []RecommendationStatus
	for _, a := range l.Asked() {
		r := RecommendationStatus{Ref: a.RecommendationRef(), Edition: a.EditionRef(), Tier: a.Tier, ReleasedOn: a.ReleasedOn, Completeness: a.Completeness,
			Number: a.Number, Title: a.Title, Text: a.RecommendedText, Basis: a.Basis, Cut: a.Cut, Source: a.Source, Theme: a.Theme, Newest: a.Newest}
		for _, i := range a.Items {
			item := ItemStatus{Ref: i.Ref(), Letter: i.Letter, Text: i.Text}
			for _, an := range i.Answers {
				item.Answers = append(item.Answers, AnswerStatus{Commitment: an.Line.Ref, Title: an.Line.Title, Lead: l.Institutions[an.Line.LeadID].Code,
					Status: an.Line.Status, AsOf: an.Line.AsOf, Extent: an.Extent, Reason: an.Reason})
			}
			r.Items = append(r.Items, item)
		}
		if len(edition) > 0 && edition[0].Edition != r.Edition {
			s.Recommendations, edition = append(edition, s.Recommendations...), nil
		}
		edition = append(edition, r)
	}
	s.Recommendations = append(edition, s.Recommendations...)
}

// saidRow is what the deciding update of a commitment says.
type saidRow struct {
	ID                                             int64
	ApprovedAt                                     time.Time
	Done, NoProgress, Blocker, Obstacles, NextStep string
	Evidence                                       int
}

func (s *Status) commitments(tx *gorm.DB, l *Ledger) error {
	revisions, err := plan.RevisionsInForce(tx, l.D, l.K)
	if err != nil {
		return err
	}
	done, err := progress.MilestonesDone(tx, l.D, l.K)
	if err != nil {
		return err
	}
	var rows []saidRow
	err = progress.Deciding(tx, `u.id, u.approved_at, u.done, u.no_progress, u.blocker, u.obstacles, u.next_step,
		(SELECT count(*) FROM evidence e WHERE e.update_id = u.id) AS evidence`, l.D, l.K).Scan(&rows).Error
	if err != nil {
		return err
	}
	said := make(map[int64]saidRow, len(rows))
	for _, r := range rows {
		said[r.ID] = r
	}
	periods, err := progress.Periods(tx, l.Country)
	if p, ok := progress.PeriodOn(periods, l.D); ok {
		s.Period = p.Label
	}
	for _, line := range l.Lines {
		s.Commitments = append(s.Commitments, l.told(line, revisions[line.ID], said[line.UpdateID], done[line.ID]))
	}
	return err
}

func (l *Ledger) told(line Line, r plan.Revision, u saidRow, done map[int]calendar.Date) CommitmentStatus {
	lead, node := l.Institutions[line.LeadID], l.Nodes[line.NodeID]
	c := CommitmentStatus{ID: line.ID, Ref: line.Ref, Title: line.Title, Text: r.Text, Node: node.Number, NodeTitle: node.Title, Strand: l.Nodes[node.TopID].Label,
		Origin: line.Origin, Lead: lead.Code, LeadName: lead.Short, StartsOn: line.StartsOn, DueOn: line.DueOn, Status: line.Status, AsOf: line.AsOf,
		ApprovedAt: u.ApprovedAt.UTC(), Done: u.Done, NoProgress: u.NoProgress, Blocker: u.Blocker, Obstacles: u.Obstacles, NextStep: u.NextStep, Evidence: u.Evidence,
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
	seen := map[string]bool{}
	for _, id := range line.Answers {
		item, _ := l.Item(id)
		if ref := item.RecommendationRef(); !seen[ref] {
			seen[ref] = true
			c.Answers = append(c.Answers, ref)
		}
	}
	return c
}
