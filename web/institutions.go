package web

import (
	"github.com/labstack/echo/v4"
	"net/url"

	"tracker/internal/accounts"
	"tracker/internal/chart"
	"tracker/internal/progress"
	"tracker/internal/reports"
	"tracker/internal/workbook/round"
)

// institutionListPage is all institutions: their part in the plan and how
// they reported to the deadline that passed last.
type institutionListPage struct {
	Page
	Groups     []institutionGroup
	LastDue    progress.Deadline
	HasLastDue bool
	Legend     []chart.Series
	Export     Export
}

// institutionGroup is the institutions of one kind.
type institutionGroup struct {
	Kind accounts.Kind
	Rows []institutionLine
}

// institutionLine is an institution with the lists behind its numbers.
type institutionLine struct {
	reports.InstitutionRow
	LeadsHref, SupportsHref, AllHref, MissingHref string
	Bar                                           chart.Chart
	Ended                                         bool
}

// institutionList answers GET /institutions.
func (s *Server) institutionList(c echo.Context) error {
	list, err := s.Reports.InstitutionList(c.Request().Context(), s.ledgerQuery(c))
	if err != nil {
		return err
	}
	p := institutionListPage{Page: s.page(c, s.t.Msg("institutions.title")), LastDue: list.LastDue, HasLastDue: list.HasLastDue}
	p.Groups, p.Export = institutionGroups(list), exportOf(p.Path, nil, len(list.Rows))
	var led []reports.StatusRow
	for _, g := range p.Groups {
		for _, line := range g.Rows {
			led = append(led, line.ByStatus)
		}
	}
	drawn := chart.StackedBars("", deliveryWords(s.t), statusBars(led, byLead, commitmentsPath), chart.Row)
	p.Legend = drawn.Series
	at := 0
	for _, g := range p.Groups {
		for i := range g.Rows {
			g.Rows[i].Bar = drawn.Bars[at].Chart
			at++
		}
	}
	return s.show(c, "institutions/institution_list", p)
}

// institutionGroups sorts the institutions by their kind.
func institutionGroups(list reports.InstitutionList) (groups []institutionGroup) {
	for _, kind := range []accounts.Kind{accounts.Government, accounts.NonGovernment, accounts.PartnerOutside} {
		g := institutionGroup{Kind: kind}
		for _, row := range list.Rows {
			if row.Kind == kind {
				g.Rows = append(g.Rows, institutionLineOf(row, list.D.After(row.ValidTo) && !row.ValidTo.IsZero()))
			}
		}
		if len(g.Rows) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

func institutionLineOf(row reports.InstitutionRow, ended bool) institutionLine {
	return institutionLine{InstitutionRow: row, Ended: ended, LeadsHref: commitmentsPath(byLead(row.Code)), SupportsHref: commitmentsPath(bySupport(row.Code)),
		AllHref:     commitmentsPath(reports.Filter{Institution: row.Code}),
		MissingHref: commitmentsPath(reports.Filter{Institution: row.Code, LeadOnly: true, Report: reports.NotReported})}
}

// institutionShowPage is one institution, as of today.
type institutionShowPage struct {
	Page
	Money     []moneyRow // of what it leads, or tells of; a year and currency each
	MoneyHref string
	institutionLine
	Plan      reports.InstitutionPage
	Figs      []Fig
	Chart     chart.BarChart
	Spans     chart.Timeline // of what it leads, the first of the plan
	SpansMore bool           // it leads more than is drawn
	LinkAll   bool           // whether the actor reads the pages of other institutions
	Workbook  string         // address of the workbook to fill in; empty for whom it is not given
}

// institutionShow answers GET /institutions/:code.
func (s *Server) institutionShow(c echo.Context) error {
	i, err := s.Reports.Institution(c.Request().Context(), s.ledgerQuery(c), c.Param("code"))
	if err != nil {
		return err
	}
	p := institutionShowPage{Page: s.page(c, i.Name, Crumb{s.t.Msg("institutions.title"), "/institutions"}, Crumb{i.Code, ""}), Plan: i,
		institutionLine: institutionLineOf(i.InstitutionRow, !i.ValidTo.IsZero() && i.D.After(i.ValidTo)), LinkAll: actorOf(c).CanReadWholePlan()}
	if !p.LinkAll {
		p.Crumbs = nil
	}
	if i.Kind != accounts.PartnerOutside {
		p.Figs = s.institutionFigs(i, p.institutionLine)
	}
	if i.InstitutionRow.ByStatus.Total > 0 {
		p.Chart = chart.StackedBars(s.t.Msg("institutions.chart"), deliveryWords(s.t), statusBars([]reports.StatusRow{i.InstitutionRow.ByStatus}, byLead, commitmentsPath), chart.Tall)
	}
	if p.LinkAll && i.Kind != accounts.PartnerOutside {
		p.Money, p.MoneyHref = moneyRows(i.Money, ""), address(moneyPath, url.Values{"institution": {i.Code}, "year": {"all"}, "by": {reports.MoneyByCommitment}})
	}
	if len(i.Schedule) > 0 && round.Gives(actorOf(c), i.ID, i.Kind) {
		p.Workbook = institutionPath(i.Code) + "/workbook"
	}
	p.Spans = s.spans(i.Ledger, i.Leads[:min(len(i.Leads), spanRows)])
	p.SpansMore = len(i.Leads) > spanRows
	return s.show(c, "institutions/institution_show", p)
}

func (s *Server) institutionFigs(i reports.InstitutionPage, line institutionLine) []Fig {
	overdue := 0
	for _, l := range i.Leads {
		if l.Has(reports.FlagOverdue) {
			overdue++
		}
	}
	r := i.InstitutionRow.Reporting
	missing := Fig{Label: s.t.Msg("home.fig.not_reported"), Href: line.MissingHref, Number: s.t.Int(r.NotReported), Note: s.t.Msg("home.fig.no_deadline")}
	if i.HasLastDue {
		missing.Note = s.t.Msg("home.fig.of_due", "due", r.Due, "date", s.t.Date(i.LastDue.DueOn), "late", r.Late)
	}
	return []Fig{
		{Label: s.t.Msg("institutions.fig.leads"), Href: line.LeadsHref, Number: s.t.Int(len(i.Leads)), Note: s.t.Msg("institutions.fig.leads.note")},
		{Label: s.t.Msg("institutions.fig.supports"), Number: s.t.Int(len(i.Supports)), Note: s.t.Msg("institutions.fig.supports.note")},
		missing,
		{Label: s.t.Msg("home.fig.overdue"), Href: commitmentsPath(reports.Filter{Institution: i.Code, LeadOnly: true, Flags: []reports.Flag{reports.FlagOverdue}}),
			Number: s.t.Int(overdue), Note: s.t.Msg("institutions.fig.of_led", "n", len(i.Leads))},
	}
}
