package web

import (
	"bytes"
	"context"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/chart"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
	"tracker/internal/reports/data"
	"tracker/internal/reports/forms"
	reporthtml "tracker/internal/reports/html"
	"tracker/internal/reports/publications"
	"tracker/internal/reports/wording"
)

// reportRows is how many rows of a list the page of a report shows; its files
// hold them all.
const (
	reportRows = 5
	reportFew  = 1 // of updates, papers and ratings
)

// reportShowPage is the status report as a page, with what it was asked for.
type reportShowPage struct {
	Page
	Typed        url.Values // as it was asked
	Choice       reportOptions
	Status       *reports.Status
	Figs         []Fig
	Nodes        chart.BarChart
	Institutions chart.BarChart
	Months       chart.Months
	Earlier      bool // an instant was named: it tells what was known then
	Body         template.HTML
	Files        []fileChoice
	ByJob        bool   // too much to write while its reader waits
	Publish      string // where the report is prepared for publication, for who may
	Saved        []savedChoice
	Key          string
	Asked        string // the query to be kept under a name
	Name         string
}

// fileChoice is a form in which a report can be had: at once under its address,
// or from a job that is asked for with a key.
type fileChoice struct{ Label, Href, Form, Key string }

// reportOptions are the choices of the form.
type reportOptions struct {
	Since, Audiences, Sections, Institutions, Nodes, Mechanisms []Option
	SectionsOn                                                  []string
	Narrowed                                                    bool
}

// savedChoice is a choice kept under a name.
type savedChoice struct {
	ID         int64
	Name, Href string
	Key        string
}

// reportFields are what the address of a report may hold, in the order of the
// form.
var reportFields = []string{"as_of", "known", "known_time", "since", "since_day", "audience", "institution", "node", "mechanism", "section"}

// reportValues are the fields of an address that a report knows, without
// empty ones.
func reportValues(given url.Values) url.Values {
	v := url.Values{}
	for _, name := range reportFields {
		for _, one := range given[name] {
			if one != "" {
				v.Add(name, strings.ToValidUTF8(strings.ReplaceAll(one, "\x00", "\uFFFD"), "\uFFFD"))
			}
		}
	}
	return v
}

// askedReport reads from an address what report is asked for. What cannot be
// read is Invalid, beside its field.
func (s *Server) askedReport(ctx context.Context, actor accounts.Actor, set accounts.Settings, v url.Values) (reports.StatusQuery, error) {
	today := s.Clock.Today()
	q := reports.StatusQuery{Query: reports.Query{Actor: actor, Country: set.CountryCode, D: today,
		Rules: reports.Rules{DueSoonDays: set.DueSoonDays, StaleDays: set.StaleDays}},
		Audience: plan.Internal, Scope: reports.Scope{Institutions: v["institution"], Nodes: v["node"], Mechanisms: v["mechanism"]}}
	var check problem.Check
	q.D = asOf(&check, v, today)
	q.K = s.knownOf(&check, v)
	if a := reports.Audience(v.Get("audience")); slices.Contains(plan.Audiences, a) {
		q.Audience = a
	}
	for _, one := range reports.Sections {
		if slices.Contains(v["section"], string(one)) {
			q.Sections = append(q.Sections, one)
		}
	}
	if err := s.sinceOf(ctx, &q, &check, v); err != nil {
		return q, err
	}
	return q, check.Err()
}

// asOf is the day that is asked for: today where none is, or none that can be.
func asOf(check *problem.Check, v url.Values, today calendar.Date) calendar.Date {
	typed := v.Get("as_of")
	if typed == "" {
		return today
	}
	d, err := calendar.ParseHuman(typed)
	check.Require(err == nil, "as_of", "reports.error.day")
	check.Require(!d.After(today), "as_of", "reports.error.future", "today", today)
	if err != nil || d.After(today) {
		return today
	}
	return d
}

// knownOf is the earlier instant that a report is asked for: of a day alone its
// end. Zero is what is known now, which is all that today alone can mean.
func (s *Server) knownOf(check *problem.Check, v url.Values) (k time.Time) {
	day, hour := v.Get("known"), strings.TrimSpace(v.Get("known_time"))
	if day == "" {
		check.Require(hour == "", "known", "reports.error.known_day")
		return k
	}
	d, err := calendar.ParseHuman(day)
	check.Require(err == nil && !d.IsZero(), "known", "reports.error.day")
	if err != nil || d.IsZero() {
		return k
	}
	today := s.Clock.Today()
	check.Require(!d.After(today), "known", "reports.error.future", "today", today)
	at, err := time.Parse("15:04", cmpOr(hour, "00:00"))
	check.Require(err == nil, "known_time", "reports.error.known_time")
	switch {
	case err != nil || d.After(today):
	case hour != "":
		k = time.Date(d.Year(), d.Month(), d.Day(), at.Hour(), at.Minute(), 0, 0, s.Clock.Zone())
		check.Require(!k.After(s.Clock.Now()), "known_time", "reports.error.known_future", "now", s.Clock.Now())
	case d.Before(today):
		next := d.AddDays(1)
		k = time.Date(next.Year(), next.Month(), next.Day(), 0, 0, 0, 0, s.Clock.Zone()).Add(-time.Microsecond)
	}
	if k.IsZero() {
		return k
	}
	return k.UTC()
}

// sinceOf settles from which day changes are told.
func (s *Server) sinceOf(ctx context.Context, q *reports.StatusQuery, check *problem.Check, v url.Values) error {
	switch v.Get("since") {
	case "period":
		list, err := s.Progress.Periods(ctx, q.Country)
		if p, there := progress.PeriodOn(list, q.D); there {
			q.Since = p.StartsOn
		}
		check.Require(err != nil || !q.Since.IsZero(), "since", "reports.error.no_period", "date", q.D)
		return err
	case "dialogue":
		last, found, err := s.Dialogues.LastBefore(ctx, q.Actor, q.Country, q.D)
		check.Require(err != nil || found, "since", "reports.error.no_dialogue", "date", q.D)
		q.Since = last.HeldOn
		return err
	case "interim":
		list, err := s.Progress.Periods(ctx, q.Country)
		for _, p := range list {
			for _, d := range p.Deadlines {
				if d.Purpose == progress.Interim && d.DueOn.Before(q.D) && d.DueOn.After(q.Since) {
					q.Since = d.DueOn
				}
			}
		}
		check.Require(err != nil || !q.Since.IsZero(), "since", "reports.error.no_interim", "date", q.D)
		return err
	case "year":
		q.Since = calendar.From(q.D.Time().AddDate(-1, 0, 0))
	case "day":
		d, err := calendar.ParseHuman(v.Get("since_day"))
		check.Require(err == nil && !d.IsZero(), "since_day", "reports.error.day")
		if err == nil {
			check.Require(d.Before(q.D), "since_day", "reports.error.since", "date", q.D)
			q.Since = d
		}
	}
	return nil
}

// about names the instance in a report.
func (s *Server) about(set accounts.Settings) reports.About {
	return reports.About{Country: set.CountryCode, CountryName: set.CountryName, Owner: set.Owner, Product: s.t.Msg("product"),
		Demonstration: set.Demonstration, Zone: s.Clock.Zone()}
}

// buildReport builds the report that an address asks for, or a preview of it.
func (s *Server) buildReport(ctx context.Context, actor accounts.Actor, set accounts.Settings, v url.Values, preview reports.Preview) (reports.Status, error) {
	q, err := s.askedReport(ctx, actor, set, v)
	if err != nil {
		return reports.Status{}, err
	}
	q.Preview, q.Now = preview, q.D == s.Clock.Today()
	return s.Reports.Status(ctx, s.about(set), q)
}

// reportShow shows the status report that the address asks for and offers it
// as files.
func (s *Server) reportShow(c echo.Context) error {
	v := reportValues(c.QueryParams())
	status, err := s.buildReport(c.Request().Context(), actorOf(c), settingsOf(c), v, reports.Preview{Rows: reportRows, Few: reportFew})
	wrong, ok := invalid(err)
	if err != nil && !ok {
		return err
	}
	p, err := s.reportPage(c, v)
	if err != nil {
		return err
	}
	if wrong != nil {
		p.Errors = Problems(s.t, wrong, reportFields...)
		return s.showAs(c, http.StatusUnprocessableEntity, "reports/report_show", p)
	}
	if err := s.fillReport(c, &p, status, v); err != nil {
		return err
	}
	return s.show(c, "reports/report_show", p)
}

// reportPage is the page with its form and the choices kept.
func (s *Server) reportPage(c echo.Context, v url.Values) (reportShowPage, error) {
	p := reportShowPage{Page: s.page(c, s.t.Msg("reports.title")), Typed: v, Key: newKey(), Asked: v.Encode(), Earlier: v.Has("known")}
	var err error
	if p.Choice, err = s.reportOptions(c, v); err != nil {
		return p, err
	}
	kept, err := s.Reports.Choices(c.Request().Context(), actorOf(c))
	for _, one := range kept {
		p.Saved = append(p.Saved, savedChoice{ID: one.ID, Name: one.Name, Href: "/reports?" + one.Query, Key: newKey()})
	}
	return p, err
}

// reportOptions are what the form offers.
func (s *Server) reportOptions(c echo.Context, v url.Values) (o reportOptions, err error) {
	l, err := s.Reports.Scopes(c.Request().Context(), s.ledgerQuery(c))
	if err != nil {
		return o, err
	}
	o.Audiences, o.Sections = s.options("report.audience.", words(plan.Audiences)), s.options("reports.section.", words(reports.Sections))
	o.SectionsOn = v["section"]
	if len(o.SectionsOn) == 0 {
		o.SectionsOn = words(reports.Sections)
	}
	o.Since = s.options("reports.since.", []string{"period", "dialogue", "day"})
	if l.HasLast {
		o.Since[1].Label = s.t.Msg("reports.since.dialogue_of", "title", l.Last.Title, "date", l.Last.HeldOn)
	}
	for _, i := range l.Institutions {
		o.Institutions = append(o.Institutions, Option{Value: i.Code, Label: i.Short + " (" + i.Code + ")"})
	}
	slices.SortFunc(o.Institutions, func(a, b Option) int { return strings.Compare(a.Label, b.Label) })
	for _, id := range l.NodeOrder {
		o.Nodes = append(o.Nodes, Option{Value: l.Nodes[id].Key, Label: l.Nodes[id].Key + " " + l.Nodes[id].Title})
	}
	for _, m := range l.Mechanisms {
		o.Mechanisms = append(o.Mechanisms, Option{Value: m.Code, Label: m.Name})
	}
	o.Narrowed = v.Has("institution") || v.Has("node") || v.Has("mechanism")
	return o, nil
}

// fillReport draws the report; the numbers of the internal one of the whole
// plan lead to the list of that day which they count.
func (s *Server) fillReport(c echo.Context, p *reportShowPage, status reports.Status, v url.Values) error {
	var list func(reports.Filter) string
	if status.Audience == plan.Internal && status.Scope.OfPlan() && !p.Earlier { // lists tell what is known now
		list = commitmentsPath
		if status.D != s.Clock.Today() {
			list = commitmentsOn(status.D)
		}
	}
	p.Status = &status
	p.Figs = s.reportFigs(status, list)
	p.Nodes = chart.StackedBars(s.t.Msg("report.by_strand"), deliveryWords(s.t), statusBars(s.named(status.ByNode), byNode, list), chart.Tall)
	p.Institutions = chart.StackedBars(s.t.Msg("report.by_institution"), deliveryWords(s.t), statusBars(status.ByInstitution, byLead, list), chart.Short)
	p.Months = wording.Months(s.t, status)
	p.Months.Rows = p.Months.Rows[:min(len(p.Months.Rows), reportRows)]
	for i, row := range p.Months.Rows {
		p.Months.Rows[i].Href = commitmentPath(row.Ref)
	}
	if actorOf(c).CanPrepare() && !p.Earlier {
		p.Publish = "/publications/prepare?" + v.Encode()
	}
	asked := pinned(v, status.D)
	p.ByJob = s.byJob(status)
	for _, f := range forms.All() {
		p.Files = append(p.Files, fileChoice{s.t.Msg("reports.file." + f.Name), "/reports/status." + f.Name + "?" + asked, f.Name, newKey()})
	}
	m := marker{t: s.t}
	marks := reporthtml.Marks{Site: true, Status: m.state(statusLooks()), Flag: m.flag, Most: reportRows, Few: reportFew, More: s.t.Msg("reports.more"),
		Commitment: func(ref string) string { return commitmentPath(ref) }}
	var err error
	p.Body, err = reporthtml.Body(s.t, status, marks)
	return err
}

// byJob says whether the files of a report take longer to write than a reader
// may wait.
func (s *Server) byJob(status reports.Status) bool { return status.ByStatus.Total > s.direct }

// longValue says the same of a publication; what is told of a dialogue is
// written at once.
func (s *Server) longValue(v publications.Value) bool { return v.Status != nil && s.byJob(*v.Status) }

// pinned is what was asked with its day: a job begins when today may be over.
func pinned(v url.Values, d calendar.Date) string {
	v = maps.Clone(v)
	v.Set("as_of", d.String())
	return v.Encode()
}

// reportFigs are the four figures of the printed report, each with the list
// that it counts where there is one.
func (s *Server) reportFigs(status reports.Status, list func(reports.Filter) string) []Fig {
	filters := [4]*reports.Filter{{Statuses: []progress.Status{progress.Completed}}, {Report: reports.NotReported}, nil, {Flags: []reports.Flag{reports.FlagOverdue}}}
	figs := make([]Fig, 0, len(filters))
	for i, f := range wording.Figures(s.t, status) {
		fig := Fig{Label: f.Name, Number: f.Text(s.t), Note: f.Of}
		if list != nil && filters[i] != nil && f.Counted {
			fig.Href = list(*filters[i])
		}
		figs = append(figs, fig)
	}
	return figs
}

// reportFile sends the report that the address asks for as a file. One that
// takes too long to write leads to its page, where a job is asked for.
func (s *Server) reportFile(name string) echo.HandlerFunc {
	form, _ := forms.Of(name)
	return func(c echo.Context) error {
		v := reportValues(c.QueryParams())
		status, err := s.buildReport(c.Request().Context(), actorOf(c), settingsOf(c), v, reports.Preview{})
		if _, ok := invalid(err); ok || err == nil && s.byJob(status) {
			return c.Redirect(http.StatusSeeOther, "/reports?"+v.Encode())
		}
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := form.Write(&b, s.t, status); err != nil {
			return err
		}
		return s.attach(c, status.FileName(form.Name), form.MIME, b.Bytes())
	}
}

// reportSchema sends the schema of the JSON form.
func (s *Server) reportSchema(c echo.Context) error {
	return c.Blob(http.StatusOK, "application/schema+json", data.Schema)
}

// choiceSave keeps what was asked under a name.
func (s *Server) choiceSave(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	given, err := url.ParseQuery(t.text("query"))
	if err != nil {
		given = url.Values{}
	}
	v := reportValues(given)
	err = s.Reports.SaveChoice(c.Request().Context(), s.Clock, actorOf(c), t.text("key"), t.line("name"), v.Encode())
	wrong, ok := invalid(err)
	switch {
	case err == nil:
		return s.done(c, "/reports?"+v.Encode(), s.t.Msg("reports.choice.saved", "name", t.line("name")))
	case !ok:
		return err
	}
	p, err := s.reportPage(c, v)
	if err != nil {
		return err
	}
	p.Name, p.Errors = t.line("name"), Problems(s.t, wrong, "name")
	return s.showAs(c, http.StatusUnprocessableEntity, "reports/report_show", p)
}

// choiceRemove forgets a choice.
func (s *Server) choiceRemove(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return problem.Missing()
	}
	if err := s.Reports.RemoveChoice(c.Request().Context(), s.Clock, actorOf(c), c.Request().PostFormValue("key"), id); err != nil {
		return err
	}
	return s.done(c, "/reports", s.t.Msg("reports.choice.removed"))
}
