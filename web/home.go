package web

import (
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/chart"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// home is the first page of every role.
func (s *Server) home(c echo.Context) error {
	switch actor := actorOf(c); actor.Role {
	case accounts.FocalPoint:
		return s.focalHome(c, actor)
	case accounts.Partner:
		return s.publicationList(c)
	default:
		return s.overviewHome(c, actor)
	}
}

func (s *Server) homePage(c echo.Context, key string) Page { return s.page(c, s.t.Msg(key)) }

// overviewPage shows where the plan stands to those who read all of it.
type overviewPage struct {
	Page
	Plan         reports.Overview
	Empty        bool // nothing is planned yet
	First        []firstStep
	CanChange    bool
	Audits       bool
	Admin        *accountsOverview // administrators only
	TooFew       bool              // fewer than two people can approve
	BrokenAt     int64             // the entry at which the trail was found broken, for those who answer for it
	BrokenOn     calendar.Date     // and when; zero while it is whole
	Dialogue     *dialogueLine     // the next one
	Figs         []Fig
	Strip        *chart.Chart
	Days         []DayItem
	Review       *reviewPart // coordinators only
	Open         []reports.Asked
	OpenMore     int
	Reporting    []reportingLine
	ReportingAll reportingTotal
	Silent       []reports.ReportingRow
	Nodes        chart.BarChart
	Institutions chart.BarChart
	Months       chart.Months
	MonthsAll    string // the list of all that answer the newest edition
}

// homeRows is how many rows a home page shows of a longer list.
const homeRows = 7

func (s *Server) overviewHome(c echo.Context, actor accounts.Actor) error {
	o, err := s.Reports.Overview(c.Request().Context(), s.ledgerQuery(c))
	if err != nil {
		return err
	}
	p := overviewPage{Page: s.homePage(c, "home.overview.title"), Plan: o, First: firstSteps(o, actor), CanChange: actor.CanChangePlan(), Audits: actor.CanReadAudit()}
	p.Empty = len(o.Lines) == 0
	p.TooFew = !o.Seconds.Enough()
	if actor.CanReview() {
		if p.Review, err = s.reviewPart(c, actor); err != nil {
			return err
		}
	}
	if actor.CanAdminister() {
		if p.Admin, err = s.accountsOverview(c, actor); err != nil {
			return err
		}
	}
	if p.Audits || actor.CanAdminister() {
		p.BrokenAt, p.BrokenOn = o.BrokenAt, o.BrokenOn
	}
	if p.Dialogue, err = s.nextDialogue(c, actor); err != nil {
		return err
	}
	reporting := o.Reporting()
	p.Figs = s.overviewFigs(o, reporting, p.Review)
	if o.HasPeriod {
		if p.Strip, p.Days, err = s.deadlines(c, o); err != nil {
			return err
		}
	}
	p.Open = o.Unanswered()
	p.OpenMore = max(0, len(p.Open)-homeRows)
	p.Open = p.Open[:min(len(p.Open), homeRows)]
	p.Reporting, p.ReportingAll, p.Silent = s.reportingLines(o.Ledger, reporting)
	p.Nodes = chart.StackedBars(s.t.Msg("home.by_node"), deliveryWords(s.t), statusBars(s.named(o.ByNode()), byNode, commitmentsPath), chart.Tall)
	p.Institutions = chart.StackedBars(s.t.Msg("home.by_institution"), deliveryWords(s.t), statusBars(o.ByInstitution(), byLead, commitmentsPath), chart.Short)
	p.Months, p.MonthsAll = s.months(o), commitmentsPath(reports.Filter{Answers: onlyNewest(o.Ledger)})
	return s.show(c, "home/overview", p)
}

// overviewFigs are the four figures, each leading to the list that it counts.
func (s *Server) overviewFigs(o reports.Overview, reporting []reports.ReportingRow, review *reviewPart) []Fig {
	first := Fig{Label: s.t.Msg("home.fig.commitments"), Href: "/commitments", Number: s.t.Int(len(o.Lines))}
	if review != nil {
		first = Fig{Label: s.t.Msg("home.fig.to_review"), Href: "/review", Number: s.t.Int(review.Count), Note: s.t.Msg("home.fig.nothing_waits")}
		if review.Count > 0 {
			first.Note = s.t.Msg("home.fig.oldest", "days", s.t.Days(review.Oldest))
		}
	}
	due, late, missing := 0, 0, o.Count(reports.FlagNotReported)
	for _, r := range reporting {
		due, late = due+r.Due, late+r.Late
	}
	notReported := Fig{Label: s.t.Msg("home.fig.not_reported"), Href: commitmentsPath(reports.Filter{Report: reports.NotReported}),
		Number: s.t.Int(missing), Note: s.t.Msg("home.fig.no_deadline")}
	if o.HasLastDue {
		notReported.Note = s.t.Msg("home.fig.of_due", "due", due, "date", s.t.Date(o.LastDue.DueOn), "late", late)
	}
	asked := o.SelectAsked(reports.AskedFilter{Edition: "newest"})
	answered := map[string]int{}
	for _, kind := range asked.Answered {
		answered[kind.Value] = kind.Count
	}
	unanswered := Fig{Label: s.t.Msg("home.fig.unanswered"), Href: "/recommendations?answered=none&edition=newest",
		Number: s.t.Int(answered[reports.AnsweredNone]), Note: s.t.Msg("home.fig.of_recommendations", "n", asked.Total, "part", answered[reports.AnsweredPart])}
	overdue, answering := 0, 0
	for _, line := range o.Lines {
		if line.Has(reports.FlagOverdue) {
			overdue++
			if !line.Orphan() {
				answering++
			}
		}
	}
	return []Fig{first, notReported, unanswered, {Label: s.t.Msg("home.fig.overdue"), Href: commitmentsPath(reports.Filter{Flags: []reports.Flag{reports.FlagOverdue}}),
		Number: s.t.Int(overdue), Note: s.t.Msg("home.fig.of_commitments", "n", len(o.Lines), "answering", answering)}}
}

// deadlines draws the period and says how far each of its deadlines is away:
// the reporting deadline that passed last, all those to come, and the data
// requests that wait for an answer.
func (s *Server) deadlines(c echo.Context, o reports.Overview) (*chart.Chart, []DayItem, error) {
	asked, err := s.Progress.OpenRequests(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode)
	if err != nil {
		return nil, nil, err
	}
	var marks []chart.Deadline
	var days []DayItem
	next := false
	for _, d := range o.Period.Deadlines {
		marks = append(marks, chart.Deadline{On: d.DueOn, Label: s.t.Msg("home.strip." + string(d.Purpose))})
		item := DayItem{Lead: away(s.t, o.D, d.DueOn), Text: s.t.Msg("home.day", "title", d.Title, "date", s.t.Date(d.DueOn))}
		at := slices.IndexFunc(asked, func(r progress.OpenRequest) bool { return r.DeadlineID == d.ID })
		if at >= 0 {
			item.Text += " " + s.t.Msg("request.home.overview", "n", asked[at].N)
		}
		switch {
		case !d.DueOn.Before(o.D):
			if !next {
				item.When, next = "next", true
			}
			days = append(days, item)
		case at >= 0:
			item.When = "past"
			days = append(days, item)
		case o.HasLastDue && d.ID == o.LastDue.ID:
			item.When = "past"
			if n := o.Count(reports.FlagNotReported); n > 0 {
				item.Text += " " + s.t.Msg("home.day.missing", "n", n)
			}
			days = append(days, item)
		}
	}
	strip := periodStrip(s.t, o.Period.StartsOn, o.Period.EndsOn, o.D, marks)
	return &strip, days, nil
}

// reviewPart is what waits for the coordinator's decision.
type reviewPart struct {
	Rows   []reviewLine // the first of them, oldest first
	Count  int
	Oldest int // days that the oldest waits
	Others int // waiting, but not for this person
	Back   int // returned and not yet corrected
}

// reviewLine is an update in review.
type reviewLine struct {
	progress.Brief
	Text    string
	Waiting int // days
}

func (s *Server) reviewPart(c echo.Context, actor accounts.Actor) (*reviewPart, error) {
	q, err := s.Progress.Ahead(c.Request().Context(), actor, settingsOf(c).CountryCode, homeRows)
	p := &reviewPart{Count: q.Mine, Others: q.Others, Back: q.Back}
	for _, b := range q.First {
		p.Rows = append(p.Rows, s.reviewLine(b))
	}
	if len(p.Rows) > 0 {
		p.Oldest = p.Rows[0].Waiting
	}
	return p, err
}

func (s *Server) reviewLine(t progress.Brief) reviewLine {
	line := reviewLine{Brief: t, Text: beginning(cmpOr(t.Done, t.NoProgress))}
	if t.SubmittedAt != nil {
		line.Waiting = s.Clock.Today().Sub(s.t.Day(*t.SubmittedAt))
	}
	return line
}

// cmpOr is the first text that is not empty.
func cmpOr(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// beginning shortens a text to what a list can hold, at the end of a word.
func beginning(text string) string {
	const most = 110
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	cut := most
	for cut > most/2 && runes[cut] != ' ' {
		cut--
	}
	return string(runes[:cut]) + "…"
}

// reportingLine is one lead institution against the deadline that passed last.
type reportingLine struct {
	reports.ReportingRow
	Href, DueHref, MissingHref string
	Bar                        chart.Chart
	Silence                    reports.Line
	HasSilence                 bool
	Days                       int // since Silence was last reported; -1: never
}

// reportingTotal sums the reporting of all, with the lists behind the sums.
type reportingTotal struct {
	reports.ReportingRow
	OnTimeHref, LateHref, MissingHref string
}

func (s *Server) reportingLines(l *reports.Ledger, reporting []reports.ReportingRow) (lines []reportingLine, all reportingTotal, silent []reports.ReportingRow) {
	var rows []chart.BarRow
	silences := l.Silences()
	for _, r := range reporting {
		if r.Due == 0 {
			continue
		}
		list := func(state reports.ReportState) string {
			return commitmentsPath(reports.Filter{Report: state, Institution: r.Key, LeadOnly: true})
		}
		line := reportingLine{ReportingRow: r, Href: institutionPath(r.Key), MissingHref: list(reports.NotReported), Days: -1}
		if line.Silence, line.HasSilence = silences[r.Key]; line.HasSilence && !line.Silence.AsOf.IsZero() {
			line.Days = l.D.Sub(line.Silence.AsOf)
		}
		lines = append(lines, line)
		rows = append(rows, chart.BarRow{Label: r.Label, Counts: []int{r.OnTime, r.Late, r.NotReported},
			Hrefs: []string{list(reports.OnTime), list(reports.Late), list(reports.NotReported)}})
		all.Due, all.OnTime, all.Late, all.NotReported = all.Due+r.Due, all.OnTime+r.OnTime, all.Late+r.Late, all.NotReported+r.NotReported
		if r.Silent {
			silent = append(silent, r)
		}
	}
	for i, bar := range chart.ReportingBars("", reportingWords(s.t), rows).Bars {
		lines[i].Bar = bar.Chart
	}
	all.OnTimeHref = commitmentsPath(reports.Filter{Report: reports.OnTime})
	all.LateHref = commitmentsPath(reports.Filter{Report: reports.Late})
	all.MissingHref = commitmentsPath(reports.Filter{Report: reports.NotReported})
	return lines, all, silent
}

// named gives the row of commitments that hang on no node its words.
func (s *Server) named(rows []reports.StatusRow) []reports.StatusRow {
	for i := range rows {
		if rows[i].Key == "none" {
			rows[i].Label = s.t.Msg("home.by_node.none")
		}
	}
	return rows
}

func byNode(key string) reports.Filter { return reports.Filter{Node: key} }

func byLead(key string) reports.Filter { return reports.Filter{Institution: key, LeadOnly: true} }

// bySupport chooses what an institution supports.
func bySupport(code string) reports.Filter {
	return reports.Filter{Institution: code, SupportOnly: true}
}

// statusBars turns counts by status into bars whose parts lead to the lists
// that they count.
func statusBars(rows []reports.StatusRow, filter func(key string) reports.Filter, list func(reports.Filter) string) []chart.BarRow {
	var bars []chart.BarRow
	for _, r := range rows {
		f := filter(r.Key)
		if list == nil {
			bars = append(bars, chart.BarRow{Label: r.Label, Counts: r.Counts})
			continue
		}
		bar := chart.BarRow{Label: r.Label, Href: list(f), Counts: r.Counts}
		for _, status := range progress.Statuses {
			f.Statuses = []progress.Status{status}
			bar.Hrefs = append(bar.Hrefs, list(f))
		}
		bars = append(bars, bar)
	}
	return bars
}

// onlyNewest is the reference of the newest edition when one mechanism asks,
// else empty.
func onlyNewest(l *reports.Ledger) string {
	var refs []string
	for _, a := range l.Asked() {
		if a.Newest && !slices.Contains(refs, a.EditionRef()) {
			refs = append(refs, a.EditionRef())
		}
	}
	if len(refs) != 1 {
		return ""
	}
	return refs[0]
}

// months is the heat map of the commitments that answer the newest edition.
func (s *Server) months(o reports.Overview) chart.Months {
	m := chart.Months{Now: -1}
	for i, end := range o.Ends {
		m.Columns = append(m.Columns, s.t.Month(end))
		if i == len(o.Ends)-1 && end != monthEnd(end) {
			m.Now = i
		}
	}
	if n := len(o.Ends); n > 0 {
		key := "home.months.caption"
		if m.Now >= 0 {
			key = "home.months.caption.now"
		}
		m.Title = s.t.Msg(key, "from", s.t.MonthYear(o.Ends[0]), "to", s.t.MonthYear(o.Ends[n-1]))
	}
	for _, row := range o.Months {
		r := chart.MonthRow{Ref: row.Ref, Title: row.Title, Href: commitmentPath(row.Ref)}
		for _, state := range row.States {
			r.States = append(r.States, string(state))
		}
		m.Rows = append(m.Rows, r)
	}
	return m
}

// monthEnd is the last day of the month that holds a day.
func monthEnd(d calendar.Date) calendar.Date {
	return calendar.Of(d.Year(), d.Month()+1, 1).AddDays(-1)
}

// accountsOverview counts accounts, for administrators.
type accountsOverview struct {
	Active, Waiting, Disabled int
	Without                   []Link // institutions in the plan with nobody who can sign in
}

func (s *Server) accountsOverview(c echo.Context, actor accounts.Actor) (*accountsOverview, error) {
	people, err := s.Accounts.People(c.Request().Context(), actor)
	if err != nil {
		return nil, err
	}
	institutions, err := s.Accounts.Institutions(c.Request().Context())
	if err != nil {
		return nil, err
	}
	o, staffed := &accountsOverview{}, map[string]bool{}
	for _, p := range people {
		switch {
		case p.Disabled():
			o.Disabled++
		case !p.HasPassword:
			o.Waiting++
		default:
			o.Active++
		}
		staffed[p.Institution] = staffed[p.Institution] || !p.Disabled()
	}
	for _, i := range institutions {
		if i.InForce(s.Clock.Today()) && i.Kind != accounts.PartnerOutside && !staffed[i.Code] {
			o.Without = append(o.Without, Link{Label: i.ShortName, Href: "/institutions/" + url.PathEscape(i.Code)})
		}
	}
	return o, nil
}
