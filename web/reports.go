package web

import (
	"bytes"
	"io"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"tracker/internal/calendar"
	"tracker/internal/chart"
	"tracker/internal/i18n"
	"tracker/internal/progress"
	"tracker/internal/reports"
	"tracker/internal/reports/pdf"
	"tracker/internal/reports/xlsx"
)

// reportShowPage is the status report as a page, with what it was asked for.
type reportShowPage struct {
	Page
	Typed        string // the day as it was typed
	Status       *reports.Status
	Figs         []Fig
	Nodes        chart.BarChart
	Institutions chart.BarChart
	PDF          string // addresses of the same report as files
	Workbook     string
}

// reportDay reads the day that a report is asked for; today when none is.
func (s *Server) reportDay(c echo.Context) (d calendar.Date, message string) {
	today := s.Clock.Today()
	typed := c.QueryParam("as_of")
	if typed == "" {
		return today, ""
	}
	d, err := calendar.ParseHuman(typed)
	switch {
	case err != nil:
		return today, s.t.Msg("reports.error.day")
	case d.After(today):
		return today, s.t.Msg("reports.error.future", "today", today)
	}
	return d, ""
}

// status builds the status report of a day, as the actor may see it.
func (s *Server) status(c echo.Context, d calendar.Date) (reports.Status, error) {
	set := settingsOf(c)
	about := reports.About{Country: set.CountryCode, CountryName: set.CountryName, Owner: set.Owner, Product: s.t.Msg("product"),
		Demonstration: set.Demonstration, Zone: s.Clock.Zone()}
	q := s.ledgerQuery(c)
	q.D, q.Now = d, false
	return s.Reports.Status(c.Request().Context(), about, reports.StatusQuery{Query: q})
}

// reportShow shows the status report of a day and offers it as files.
func (s *Server) reportShow(c echo.Context) error {
	d, message := s.reportDay(c)
	p := reportShowPage{Page: s.page(c, s.t.Msg("reports.title")), Typed: c.QueryParam("as_of")}
	if message != "" {
		p.Errors = FieldErrors{{Field: "as_of", Message: message}}
		return s.showAs(c, http.StatusUnprocessableEntity, "reports/report_show", p)
	}
	status, err := s.status(c, d)
	if err != nil {
		return err
	}
	s.fillReport(&p, status)
	query := "?" + url.Values{"as_of": {d.String()}}.Encode()
	p.Status, p.PDF, p.Workbook = &status, "/reports/status.pdf"+query, "/reports/status.xlsx"+query
	if p.Typed == "" {
		p.Typed = s.t.Date(d)
	}
	return s.show(c, "reports/report_show", p)
}

// fillReport draws the figures and charts of a report; each of their numbers
// leads to the list of that day which it counts.
func (s *Server) fillReport(p *reportShowPage, status reports.Status) {
	list := commitmentsPath
	if status.D != s.Clock.Today() {
		list = commitmentsOn(status.D)
	}
	p.Figs = s.reportFigs(status, list)
	p.Nodes = chart.StackedBars(s.t.Msg("report.by_strand"), deliveryWords(s.t), statusBars(s.named(status.ByNode), byNode, list), chart.Tall)
	p.Institutions = chart.StackedBars(s.t.Msg("report.by_institution"), deliveryWords(s.t), statusBars(status.ByInstitution, byLead, list), chart.Short)
}

// reportFigs are the four figures of the printed report.
func (s *Server) reportFigs(status reports.Status, list func(reports.Filter) string) []Fig {
	f := status.Figures
	of := s.t.Msg("report.of.commitments", "n", f.Commitments)
	late := of
	if f.LongestDays > 0 {
		late = s.t.Msg("report.of.overdue", "of", of, "n", f.LongestDays)
	}
	missing := Fig{Label: s.t.Msg("flag.not_reported"), Number: "–", Note: s.t.Msg("report.of.no_deadline")}
	if status.HasDeadline {
		missing = Fig{Label: missing.Label, Number: s.t.Int(f.NotReported), Href: list(reports.Filter{Report: reports.NotReported}),
			Note: s.t.Msg("report.of.due", "n", f.Due, "deadline", status.Deadline.Title, "date", status.Deadline.DueOn)}
	}
	return []Fig{
		{Label: s.t.Msg("status.completed"), Number: s.t.Int(f.Completed), Note: of, Href: list(reports.Filter{Statuses: []progress.Status{progress.Completed}})},
		missing,
		{Label: s.t.Msg("flag.unanswered"), Number: s.t.Int(f.Unanswered), Note: s.t.Msg("report.of.recommendations", "n", f.Asked, "part", f.AskedPart)},
		{Label: s.t.Msg("flag.overdue"), Number: s.t.Int(f.Overdue), Note: late, Href: list(reports.Filter{Flags: []reports.Flag{reports.FlagOverdue}})},
	}
}

// reportPDF and reportWorkbook send the report of a day as a file.
func (s *Server) reportPDF(c echo.Context) error {
	return s.reportFile(c, "pdf", "application/pdf", pdf.Write)
}

func (s *Server) reportWorkbook(c echo.Context) error {
	return s.reportFile(c, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx.Write)
}

func (s *Server) reportFile(c echo.Context, ext, kind string, write func(io.Writer, *i18n.T, reports.Status) error) error {
	d, message := s.reportDay(c)
	if message != "" {
		return c.Redirect(http.StatusSeeOther, "/reports?"+c.QueryParams().Encode())
	}
	status, err := s.status(c, d)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := write(&b, s.t, status); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+reports.FileName(status, ext)+`"`)
	return c.Blob(http.StatusOK, kind, b.Bytes())
}
