package web

import (
	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/chart"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// periodListPage is all periods with their deadlines, as of today.
type periodListPage struct {
	Page
	Periods   []periodPart
	Legend    []chart.Series
	CanChange bool
	Whole     bool // the actor reads the whole plan, else only what their own institution owed
	Export    Export
}

// periodPart is one period of the list.
type periodPart struct {
	reports.PeriodRow
	Answers, JudgedBy Link         // Href is empty where the edition is not released
	Strip             *chart.Chart // of the period that holds today
	Deadlines         []deadlineLine
}

// deadlineLine is a deadline with the lists behind its numbers: empty where
// no list counts the same.
type deadlineLine struct {
	reports.DeadlineRow
	Href, Away, State                 string
	OnTimeHref, LateHref, MissingHref string
	Bar                               chart.Chart
	ClosedOn, CertifiedOn             calendar.Date
}

// deadlinePath is the address of a deadline's page, or of a page below it.
func deadlinePath(id int64, below ...string) string {
	path := "/periods/deadlines/" + itoa(id)
	for _, b := range below {
		path += "/" + b
	}
	return path
}

// deadlineState is the state of a deadline on a day, as the partial
// "deadline-state" shows it. Only reporting deadlines wait for entries.
func deadlineState(d progress.Deadline, today calendar.Date) string {
	switch {
	case d.Certified():
		return "certified"
	case !d.Open():
		return "closed"
	case d.Purpose != progress.Reporting && d.Passed(today):
		return "over"
	case d.Purpose != progress.Reporting:
		return "to_come"
	case d.Passed(today):
		return "due_passed"
	}
	return "open"
}

// deadlineLine adds to a deadline what its row shows.
func (s *Server) deadlineLine(actor accounts.Actor, d reports.DeadlineRow) deadlineLine {
	today := s.Clock.Today()
	line := deadlineLine{DeadlineRow: d, Href: deadlinePath(d.ID), Away: away(s.t, today, d.DueOn), State: deadlineState(d.Deadline, today)}
	if n := d.DueOn.Sub(today); n > 0 {
		line.Away = s.t.Msg("periods.in_days", "n", n)
	}
	if d.ClosedAt != nil {
		line.ClosedOn = s.t.Day(*d.ClosedAt)
	}
	if d.Certified() {
		line.CertifiedOn = s.t.Day(*d.CertifiedAt)
	}
	if d.LastDue {
		var f reports.Filter
		if !actor.CanReadWholePlan() {
			f = byLead(actor.Institution)
		}
		line.OnTimeHref, line.LateHref, line.MissingHref = reportingHrefs(f)
	}
	return line
}

// reportingHrefs are the lists of what a filter chooses, by how it stands to
// the deadline that passed last.
func reportingHrefs(f reports.Filter) (onTime, late, missing string) {
	list := func(state reports.ReportState) string {
		f.Report = state
		return commitmentsPath(f)
	}
	return list(reports.OnTime), list(reports.Late), list(reports.NotReported)
}

// reportingBar is the row of a chart that shows how a deadline was kept.
func reportingBar(r reports.ReportingRow, hrefs ...string) chart.BarRow {
	return chart.BarRow{Label: r.Label, Counts: []int{r.OnTime, r.Late, r.NotReported}, Hrefs: hrefs}
}

// periodList answers GET /periods.
func (s *Server) periodList(c echo.Context) error {
	actor := actorOf(c)
	list, err := s.Reports.PeriodList(c.Request().Context(), s.ledgerQuery(c))
	if err != nil {
		return err
	}
	p := periodListPage{Page: s.page(c, s.t.Msg("periods.title")), CanChange: actor.CanChangePlan(), Whole: actor.CanReadWholePlan()}
	p.Wide = true
	var lines []*deadlineLine
	for _, row := range list.Periods {
		part := periodPart{PeriodRow: row, Answers: editionLink(list, row.Answers), JudgedBy: editionLink(list, row.JudgedBy)}
		var marks []chart.Deadline
		for _, d := range row.Deadlines {
			part.Deadlines = append(part.Deadlines, s.deadlineLine(actor, d))
			marks = append(marks, chart.Deadline{On: d.DueOn, Label: s.t.Msg("home.strip." + string(d.Purpose))})
		}
		if row.Holds(list.D) {
			strip := periodStrip(s.t, row.StartsOn, row.EndsOn, list.D, marks)
			part.Strip = &strip
		}
		for i := range part.Deadlines {
			lines = append(lines, &part.Deadlines[i])
		}
		p.Periods = append(p.Periods, part)
	}
	var rows []chart.BarRow
	for _, l := range lines {
		rows = append(rows, reportingBar(l.Reporting, l.OnTimeHref, l.LateHref, l.MissingHref))
	}
	bars := chart.ReportingBars("", reportingWords(s.t), rows)
	for i, bar := range bars.Bars {
		lines[i].Bar = bar.Chart
	}
	p.Legend, p.Export = bars.Series, exportOf(p.Path, nil, len(lines))
	return s.show(c, "periods/period_list", p)
}

// editionLink leads to an edition's page once it is released.
func editionLink(list reports.PeriodList, ref string) Link {
	l := Link{Label: ref}
	if e, ok := list.Edition(ref); ok {
		l.Href = editionPath(e.Mechanism, e.Year)
	}
	return l
}

// deadlineShowPage is one deadline: what came in for it, by institution.
type deadlineShowPage struct {
	Page
	Line      deadlineLine
	Figs      []Fig
	Rows      []reportingLine
	Legend    []chart.Series
	CanChange bool
	CanClose  bool // its due date has passed
	Certify   bool // the reader may be the second person
	Whole     bool
	Export    Export
}

// deadline finds the deadline that an address names, among those that the
// actor may see.
func (s *Server) deadline(c echo.Context) (reports.DeadlineRow, error) {
	id, err := pathID(c)
	if err != nil {
		return reports.DeadlineRow{}, err
	}
	list, err := s.Reports.PeriodList(c.Request().Context(), s.ledgerQuery(c))
	if err != nil {
		return reports.DeadlineRow{}, err
	}
	d, ok := list.Deadline(id)
	if !ok {
		return d, problem.Missing()
	}
	return d, nil
}

// deadlineShow answers GET /periods/deadlines/:id.
func (s *Server) deadlineShow(c echo.Context) error {
	d, err := s.deadline(c)
	if err != nil {
		return err
	}
	actor := actorOf(c)
	p := deadlineShowPage{Page: s.page(c, d.Title, s.periodCrumbs(d.Title)...), Line: s.deadlineLine(actor, d), Whole: actor.CanReadWholePlan(),
		CanChange: actor.CanChangePlan(), CanClose: s.closes(d) && d.Open(), Certify: d.Purpose == progress.Reporting && progress.CanCertify(actor, d.Deadline) == nil}
	if d.Counted {
		p.Figs = []Fig{
			{Label: s.t.Msg("periods.head.expected"), Number: s.t.Int(d.Reporting.Due), Note: s.t.Msg("periods.fig.expected")},
			{Label: s.t.Msg("periods.fig.on_time"), Href: p.Line.OnTimeHref, Number: s.t.Int(d.Reporting.OnTime)},
			{Label: s.t.Msg("periods.fig.late"), Href: p.Line.LateHref, Number: s.t.Int(d.Reporting.Late), Note: s.t.Msg("periods.fig.late.note", "date", d.DueOn)},
			{Label: s.t.Msg("periods.head.missing"), Href: p.Line.MissingHref, Number: s.t.Int(d.Reporting.NotReported)}}
	}
	var rows []chart.BarRow
	for _, r := range d.ByInstitution {
		line := reportingLine{ReportingRow: r, Href: institutionPath(r.Key)}
		var onTime, late string
		if d.LastDue {
			onTime, late, line.MissingHref = reportingHrefs(byLead(r.Key))
		}
		p.Rows, rows = append(p.Rows, line), append(rows, reportingBar(r, onTime, late, line.MissingHref))
	}
	bars := chart.ReportingBars("", reportingWords(s.t), rows)
	for i, bar := range bars.Bars {
		p.Rows[i].Bar = bar.Chart
	}
	p.Legend, p.Export = bars.Series, exportOf(p.Line.Href+"/institutions", nil, len(p.Rows))
	return s.show(c, "periods/deadline_show", p)
}

// periodCrumbs lead from the periods to a page below them.
func (s *Server) periodCrumbs(below ...string) []Crumb {
	crumbs := []Crumb{{s.t.Msg("periods.title"), "/periods"}}
	for _, label := range below {
		crumbs = append(crumbs, Crumb{Label: label})
	}
	return crumbs
}
