package web

import (
	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/indicators"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// focalHomePage shows a focal point what is due from them and what came back.
type focalHomePage struct {
	Page
	Heading  string // the institution
	Plan     reports.Desk
	Empty    bool
	LastDue  string // title and date of the deadline that passed last
	Due      []dueLine
	Confirm  []reviewLine // written on the institution's behalf by a coordinator
	Returned []returnedLine
	Drafts   []reviewLine
	Waiting  []reviewLine // those that wait longest

	WaitingMore int // not shown
	NextDays    int
	Asked       []progress.OpenRequest // questions that wait for the institution's answer
	Owed        []owedLine             // figures
	Figures     []waitingView          // that the institution has in hand
	Workbook    string                 // address of the workbook to fill in; empty while there is no deadline

	LeadsHref, SupportsHref string // lists of all that it leads and supports
}

// dueLine is a commitment not reported to the deadline that passed last.
type dueLine struct {
	reports.Line
	Days int // since the deadline
	Said reports.Said
}

// owedLine is an indicator of which a value is owed.
type owedLine struct {
	indicators.Owed
	Href string // where it is logged
}

// returnedLine is an update that came back, with the reason.
type returnedLine struct {
	reviewLine
	On string
}

func (s *Server) focalHome(c echo.Context, actor accounts.Actor) error {
	ctx, country := c.Request().Context(), settingsOf(c).CountryCode
	desk, err := s.Reports.Desk(ctx, s.ledgerQuery(c))
	if err != nil {
		return err
	}
	p := focalHomePage{Page: s.homePage(c, "home.focal.title"), Heading: desk.Institutions[actor.InstitutionID].Short, Plan: desk}
	p.LeadsHref, p.SupportsHref = commitmentsPath(byLead(actor.Institution)), commitmentsPath(bySupport(actor.Institution))
	p.Narrow = true
	p.Empty = len(desk.Leads)+len(desk.Supports) == 0
	for _, line := range desk.Due {
		p.Due = append(p.Due, dueLine{Line: *line, Days: desk.D.Sub(desk.LastDue.DueOn), Said: desk.Said[line.UpdateID]})
	}
	if desk.HasLastDue {
		p.LastDue = s.t.Msg("home.focal.was_due", "title", desk.LastDue.Title, "date", s.t.Date(desk.LastDue.DueOn))
	}
	if desk.HasNext {
		p.NextDays = desk.Next.DueOn.Sub(desk.D)
	}
	if p.Asked, err = s.Progress.OpenRequests(ctx, actor, country); err != nil {
		return err
	}
	figures, err := s.Indicators.Desk(ctx, actor, country)
	if err != nil {
		return err
	}
	for _, one := range figures.Owed {
		p.Owed = append(p.Owed, owedLine{one, indicatorPath(one.Ref, "measurements", "new")})
	}
	p.Figures = waitingViews(figures.Waiting)
	p.Empty = p.Empty && len(p.Asked)+len(p.Owed)+len(p.Figures) == 0
	if len(desk.Schedule) > 0 {
		p.Workbook = institutionPath(actor.Institution) + "/workbook"
	}
	hand, err := s.Progress.InHand(ctx, actor, country, homeRows)
	if err != nil {
		return err
	}
	p.sort(s, hand)
	return s.show(c, "home/focal", p)
}

// sort puts what is not approved yet into the page's parts. What they returned
// to a coordinator is no longer theirs.
func (p *focalHomePage) sort(s *Server, hand progress.Hand) {
	lines := func(list []progress.Brief) (out []reviewLine) {
		for _, t := range list {
			out = append(out, s.reviewLine(t))
		}
		return out
	}
	p.Confirm, p.Waiting, p.WaitingMore, p.Drafts = lines(hand.Confirm), lines(hand.Waiting), hand.WaitingMore, lines(hand.Drafts)
	for _, t := range hand.Back {
		if !t.OnBehalf {
			line := returnedLine{reviewLine: s.reviewLine(t)}
			if t.ReturnedAt != nil {
				line.On = s.t.Date(s.t.Day(*t.ReturnedAt))
			}
			p.Returned = append(p.Returned, line)
		}
	}
}
