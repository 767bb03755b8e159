package web

import (
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/dialogues"
	"tracker/internal/indicators"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// commitmentShowPage is one commitment with its whole story.
type commitmentShowPage struct {
	Page
	Figures     []Link // the indicators that count it
	Money       []moneyLine
	Ref         string
	Origin      string
	NodeTitle   string // of the node it hangs on, empty outside the framework
	NodeLevel   string
	NodeNumber  string
	Terms       plan.Terms
	Line        reports.Line
	Flags       []shownFlag
	StatusSince calendar.Date
	DueFirst    calendar.Date
	DueMoved    int
	Proof       progress.Proof // empty when nothing was ever reported
	Verdicts    []verdictRow   // on the update that decides, the newest first
	Papers      []progress.Evidence
	Deciding    *progress.Told // the update that its status comes from, nil for none
	AgreedIn    dialogues.AgreedTold
	Agreed      bool // in a dialogue that is recorded
	Waiting     int  // updates that wait for review, as far as the actor may know
	Milestones  []milestoneRow
	MilestonesN int // done
	Story       []TimelineEntry
	Lead        Link
	Supporting  []Link
	Answers     []answerRow
	Tags        []string              // themes, indicia, goals
	Rated       []progress.RatingTold // of the current period
	Suggested   suggestedView
	Actions     commitmentActions
}

// milestoneRow is a milestone with what is known of it.
type milestoneRow struct {
	plan.Milestone
	Number  int
	Done    calendar.Date // the day it was completed, zero when it is not
	Claimed calendar.Date // the day that an update in review names, zero for none
	Overdue int
}

// answerRow is an answer in force with the item that it answers.
type answerRow struct {
	Ref, Title, Text, Letter, Extent, Reason string
	Href                                     string        // empty for who reads no recommendations
	Retired                                  calendar.Date // when its item came to be asked no longer; zero: it is asked
}

// commitmentActions are what the actor may do here; an empty address is
// something they may not.
type commitmentActions struct {
	Log      string
	OnBehalf bool // of the institution named in For
	For      string
	Edits    []Link // drafts and what came back
	Review   []Link
	Revise   string
	Transfer string
	Answers  string
}

// Any says whether there is anything to do.
func (a commitmentActions) Any() bool { return a.Log != "" || len(a.Edits)+len(a.Review) > 0 }

// commitmentShow answers GET /commitments/:ref.
func (s *Server) commitmentShow(c echo.Context) error {
	q := s.ledgerQuery(c)
	f, rated, err := s.Reports.RatedCommitment(c.Request().Context(), q, refOf(c))
	if err != nil {
		return err
	}
	p := commitmentShowPage{Page: s.page(c, f.Ref+" "+f.Current.Title, s.commitmentCrumbs(q.Actor, f.Path, f.Ref)...), Ref: f.Ref, Origin: string(f.Origin),
		Terms: f.Current.Terms, Line: f.Line, Flags: shownFlags(f.Line, q.D, f.LastDue), StatusSince: f.StatusSince()}
	p.History = historyFor(q.Actor, "commitment "+f.Ref)
	if n := len(f.CommitmentPage.Path); n > 0 {
		node := f.CommitmentPage.Path[n-1]
		p.NodeTitle, p.NodeLevel, p.NodeNumber = node.Title, node.Level, node.Number
	}
	p.DueFirst, p.DueMoved = f.DueMoves()
	p.Deciding = find(f.Updates, f.Line.UpdateID)
	p.Money = s.moneyOf(f.Money)
	p.fillProof(f)
	p.fillMilestones(f, q.D)
	p.Lead, p.Supporting = s.involved(q.Actor, f)
	p.Answers = answersInForce(q.Actor, f)
	p.Tags = s.termTags(f.Current.Terms)
	p.Story = s.story(q.D, f, rated)
	p.Rated, p.Suggested = rated.Now(), s.suggestedView(rated.Suggested)
	p.Actions = s.commitmentActions(q.Actor, f)
	if p.Figures, err = s.countedBy(c, func(t indicators.Terms) bool { return slices.Contains(t.Commitments, f.ID) }); err != nil {
		return err
	}
	if f.Line.Origin == string(plan.FromDialogue) {
		if p.AgreedIn, p.Agreed, err = s.Dialogues.OriginOf(c.Request().Context(), q.Actor, f.ID); err != nil {
			return err
		}
	}
	return s.show(c, "commitments/commitment_show", p)
}

// commitmentCrumbs lead from the list through the framework to a commitment.
// Pages below it add their own name.
func (s *Server) commitmentCrumbs(actor accounts.Actor, path []plan.Node, ref string, below ...string) []Crumb {
	crumbs := []Crumb{{Label: s.t.Msg("commitments.title"), Href: "/commitments"}}
	if len(path) > 0 && actor.CanReadWholePlan() {
		crumbs = append(crumbs, Crumb{Label: path[0].Title, Href: "/framework#" + nodeAnchor(path[0].ID)})
	}
	here := Crumb{Label: ref}
	if len(below) > 0 {
		here.Href = commitmentPath(ref)
	}
	crumbs = append(crumbs, here)
	for _, label := range below {
		crumbs = append(crumbs, Crumb{Label: label})
	}
	return crumbs
}

// fillProof lists the papers of the updates that count, newest first.
func (p *commitmentShowPage) fillProof(f reports.CommitmentFile) {
	if p.Deciding != nil {
		p.Proof, p.Verdicts = p.Deciding.Proof(), verdictRows(*p.Deciding)
	}
	for _, u := range f.Updates {
		if u.State == progress.Submitted {
			p.Waiting++
		}
		if !u.Counts() {
			continue
		}
		p.Papers = append(p.Papers, u.Evidence...)
	}
}

// fillMilestones says of each milestone whether it is done, claimed or late.
func (p *commitmentShowPage) fillMilestones(f reports.CommitmentFile, today calendar.Date) {
	for i, m := range f.Current.Milestones {
		row := milestoneRow{Milestone: m, Number: i + 1, Done: f.MilestonesDone[i+1]}
		for _, u := range f.Updates {
			if u.State == progress.Submitted && u.Milestone == i+1 {
				row.Claimed = u.AsOf
			}
		}
		if row.Done.IsZero() && !f.Line.Status.Closed() && m.DueOn.Before(today) {
			row.Overdue = today.Sub(m.DueOn)
		}
		if !row.Done.IsZero() {
			p.MilestonesN++
		}
		p.Milestones = append(p.Milestones, row)
	}
}

// involved are the institutions of a commitment, with their pages for those
// who read them.
func (s *Server) involved(actor accounts.Actor, f reports.CommitmentFile) (lead Link, supporting []Link) {
	link := func(id int64) Link {
		i := f.Institutions[id]
		if !actor.CanReadWholePlan() {
			return Link{Label: i.Short}
		}
		return Link{Label: i.Short, Href: "/institutions/" + i.Code}
	}
	for _, id := range f.Current.Supporting {
		supporting = append(supporting, link(id))
	}
	slices.SortFunc(supporting, func(a, b Link) int { return strings.Compare(a.Label, b.Label) })
	return link(f.Current.LeadID), supporting
}

// answersInForce are the answers not ended, with the items that they answer.
func answersInForce(actor accounts.Actor, f reports.CommitmentFile) []answerRow {
	var rows []answerRow
	for _, a := range f.CommitmentPage.Answers {
		item, known := f.Items[a.ItemID]
		if !known || a.EndedAt != nil {
			continue
		}
		row := answerRow{Ref: item.RecommendationRef(), Title: item.Title, Text: item.Text, Letter: item.Letter, Extent: string(a.Extent), Reason: a.Reason, Retired: item.RetiredOn}
		if actor.CanReadWholePlan() {
			row.Href = "/recommendations/" + itoa(item.RecommendationID)
		}
		rows = append(rows, row)
	}
	return rows
}

// termTags are the small words of a commitment: themes, indicia and goals.
func (s *Server) termTags(t plan.Terms) []string {
	var tags []string
	for _, theme := range t.Themes {
		tags = append(tags, s.t.Msg("theme."+theme))
	}
	for _, n := range t.Indicia {
		tags = append(tags, s.t.Msg("commitments.indicium", "n", n))
	}
	for _, goal := range t.SDG {
		tags = append(tags, s.t.Msg("commitments.sdg", "n", goal))
	}
	return tags
}

// commitmentActions says what the actor may do with a commitment.
func (s *Server) commitmentActions(actor accounts.Actor, f reports.CommitmentFile) commitmentActions {
	var a commitmentActions
	path := commitmentPath(f.Ref)
	involved := f.Current.Involves(actor.InstitutionID)
	switch {
	case actor.Is(accounts.FocalPoint) && involved:
		a.Log = path + "/updates/new"
	case actor.Is(accounts.Coordinator):
		a.Log, a.OnBehalf, a.For = path+"/updates/new", !involved, f.Institutions[f.Current.LeadID].Short
	}
	for _, u := range f.Updates {
		href := "/updates/" + itoa(u.ID)
		switch {
		case (u.State == progress.Draft || u.State == progress.Returned) && progress.Writes(actor, u.Update):
			a.Edits = append(a.Edits, Link{Label: s.t.Msg("commitments.edit."+string(u.State), "date", u.AsOf), Href: href + "/edit"})
		case u.State == progress.Submitted && progress.CanDecide(actor, u.Update, u.Authors) == nil:
			a.Review = append(a.Review, Link{Label: s.t.Msg("commitments.review_from", "institution", u.InstitutionName, "date", u.AsOf), Href: href})
		}
	}
	if actor.CanChangePlan() {
		a.Revise, a.Transfer, a.Answers = path+"/revise", path+"/transfer", path+"/answers"
	}
	return a
}
