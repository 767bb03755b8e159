package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
)

// commitmentsPerPage is how many commitments a page of the list shows.
const commitmentsPerPage = 25

// commitmentListPage is the list of commitments with its filter.
type commitmentListPage struct {
	Page
	D            calendar.Date // the day of the list
	Notes        []string      // what was not understood in the address, and what another day means
	Q, Typed     string        // words searched for; the day as it stands in the form
	Filter       reports.Filter
	Sort         string
	Statuses     []Option
	StatusesOn   []string
	Flags        []Option
	FlagsOn      []string
	Institutions []Option
	Answers      []Option
	Themes       []Option
	Origins      []Option
	Nodes        []Option
	Reports      []Option
	MoreOpen     bool // whether a filter of the folded part is in force
	Chips        []Link
	Rows         []commitmentRow
	Paging       Paging
	All          int // commitments without any filter
	MayAdd       bool
	Export       Export
}

// commitmentRow is one commitment of a list.
type commitmentRow struct {
	reports.Line
	Lead, LeadCode string
	Flags          []shownFlag
}

// shownFlag is a computed flag with its number of days, 0 for none.
type shownFlag struct {
	Flag reports.Flag
	Days int
}

// shownFlags are the flags of a commitment as lists show them.
func shownFlags(line reports.Line, d calendar.Date, lastDue progress.Deadline) []shownFlag {
	var flags []shownFlag
	for _, f := range reports.Flags {
		if !line.Has(f) {
			continue
		}
		days := 0
		switch f {
		case reports.FlagOverdue:
			days = line.Overdue
		case reports.FlagDueSoon:
			days = line.DueIn
		case reports.FlagNotReported:
			days = d.Sub(lastDue.DueOn)
		case reports.FlagStale:
			if !line.AsOf.IsZero() {
				days = d.Sub(line.AsOf)
			}
		}
		flags = append(flags, shownFlag{f, days})
	}
	return flags
}

// commitmentPath is the address of a commitment, or of a page below it.
func commitmentPath(ref string, below ...string) string {
	return "/commitments/" + url.PathEscape(ref) + strings.Join(append([]string{""}, below...), "/")
}

// refOf is the reference that a commitment's address names; the router hands
// it over as it stands in the address when that is written in an unusual way.
func refOf(c echo.Context) string {
	ref, err := url.PathUnescape(c.Param("ref"))
	if err != nil {
		return c.Param("ref")
	}
	return readable(ref)
}

// commitmentQuery reads the list's filter from the address. What it does not
// know it leaves out; notes say what was not understood.
func (s *Server) commitmentQuery(c echo.Context) (q reports.Query, f reports.Filter, notes []string) {
	q = s.ledgerQuery(c)
	read := func(name string) string { return strings.TrimSpace(readable(c.QueryParam(name))) }
	f = reports.Filter{Words: read("q"), Institution: read("institution"), LeadOnly: read("lead") == "1", SupportOnly: read("supports") == "1", Node: read("node"),
		Answers: read("answers"), Theme: read("theme"), Origin: read("origin"), Report: reports.ReportState(read("report")), Sort: read("sort")}
	if words := []rune(f.Words); len(words) > 200 {
		f.Words = string(words[:200])
	}
	for _, st := range progress.Statuses {
		if slices.Contains(c.QueryParams()["status"], string(st)) {
			f.Statuses = append(f.Statuses, st)
		}
	}
	for _, fl := range reports.Flags {
		if slices.Contains(c.QueryParams()["flag"], string(fl)) {
			f.Flags = append(f.Flags, fl)
		}
	}
	if !slices.Contains(plan.Origins, plan.Origin(f.Origin)) {
		f.Origin = ""
	}
	if !slices.Contains([]reports.ReportState{reports.NotDue, reports.OnTime, reports.Late, reports.NotReported}, f.Report) {
		f.Report = ""
	}
	if !slices.Contains(reports.Sorts, strings.TrimPrefix(f.Sort, "-")) {
		f.Sort = ""
	}
	if !q.Actor.CanReadWholePlan() {
		f.Node = ""
	}
	return s.asOf(q, read("as_of"), f)
}

// asOf sets the day of the list: today, or an earlier day as it is known now.
func (s *Server) asOf(q reports.Query, typed string, f reports.Filter) (reports.Query, reports.Filter, []string) {
	d, err := calendar.ParseHuman(typed)
	switch {
	case err != nil:
		return q, f, []string{s.t.Msg("commitments.as_of.unread", "typed", typed, "date", q.D)}
	case d.After(q.D):
		return q, f, []string{s.t.Msg("commitments.as_of.future", "date", q.D)}
	case d.IsZero() || d == q.D:
		return q, f, nil
	}
	q.D, q.Now = d, false
	return q, f, []string{s.t.Msg("commitments.as_of.past", "date", d)}
}

// filterValues is the address of a filter, without what is as usual.
func filterValues(f reports.Filter, q reports.Query) url.Values {
	v := url.Values{}
	add := func(name, value string) {
		if value != "" {
			v.Add(name, value)
		}
	}
	add("q", f.Words)
	for _, st := range f.Statuses {
		add("status", string(st))
	}
	for _, fl := range f.Flags {
		add("flag", string(fl))
	}
	add("institution", f.Institution)
	if f.LeadOnly {
		add("lead", "1")
	}
	if f.SupportOnly {
		add("supports", "1")
	}
	add("node", f.Node)
	add("answers", f.Answers)
	add("theme", f.Theme)
	add("origin", f.Origin)
	add("report", string(f.Report))
	if f.Sort != "plan" {
		add("sort", f.Sort)
	}
	if !q.Now {
		add("as_of", q.D.String())
	}
	return v
}

// commitmentList answers GET /commitments.
func (s *Server) commitmentList(c echo.Context) error {
	q, f, notes := s.commitmentQuery(c)
	l, chosen, err := s.Reports.Commitments(c.Request().Context(), q, f)
	if err != nil {
		return err
	}
	f = chosen.Filter
	p := commitmentListPage{Page: s.page(c, s.t.Msg("commitments.title")), D: q.D, Notes: notes, Filter: f, Sort: f.Sort,
		Q: f.Words, Typed: s.t.Date(q.D), All: len(l.Lines), MayAdd: q.Actor.CanChangePlan()}
	if p.Sort == "" {
		p.Sort = "plan"
	}
	p.Query = filterValues(f, q)
	s.fillOptions(&p, l, chosen)
	p.Chips = s.chips(p.Query, l, f, q)
	p.Export = exportOf(p.Path, p.Query, len(chosen.Lines))
	number, _ := strconv.Atoi(c.QueryParam("page"))
	p.Paging = NewPaging(number, commitmentsPerPage, len(chosen.Lines), p.Path, p.Query)
	for _, line := range chosen.Lines[p.Paging.Offset():p.Paging.Last] {
		lead := l.Institutions[line.LeadID]
		p.Rows = append(p.Rows, commitmentRow{Line: *line, Lead: lead.Short, LeadCode: lead.Code, Flags: shownFlags(*line, q.D, l.LastDue)})
	}
	return s.show(c, "commitments/commitment_list", p)
}

// fillOptions makes the choices of the filter's form, each with the number
// behind it within the other filters in force.
func (s *Server) fillOptions(p *commitmentListPage, l *reports.Ledger, chosen reports.Selection) {
	counted := func(list []reports.Option, key string) (options []Option, on []string) {
		for _, o := range list {
			label := o.Label
			if key != "" {
				label = s.t.Msg(key + o.Value)
			}
			options = append(options, Option{Value: o.Value, Label: label, Count: o.Count, Counted: true})
			if o.On {
				on = append(on, o.Value)
			}
		}
		return options, on
	}
	p.Statuses, p.StatusesOn = counted(chosen.Statuses, "status.")
	p.Flags, p.FlagsOn = counted(chosen.Flags, "flag.")
	p.Institutions, _ = counted(chosen.Institutions, "")
	p.Answers, _ = counted(chosen.Editions, "")
	p.Answers = append(p.Answers, Option{Value: reports.AnswersSeveral, Label: s.t.Msg("commitments.answers.several")})
	if a := p.Filter.Answers; a != "" && a != "none" && !slices.ContainsFunc(p.Answers, func(o Option) bool { return o.Value == a }) {
		p.Answers = append(p.Answers, Option{Value: a, Label: s.answersWords(a)})
	}
	p.Answers = append(p.Answers, Option{Value: "none", Label: s.t.Msg("flag.orphan")})
	p.Origins, p.Reports = s.options("origin.", words(plan.Origins)), s.options("commitments.report.", []string{"on_time", "late", "not_reported", "not_due"})
	if l.Actor.CanReadWholePlan() {
		for _, id := range l.NodeOrder {
			n := l.Nodes[id]
			p.Nodes = append(p.Nodes, Option{Value: n.Key, Label: n.Key + " " + n.Title})
		}
		p.Nodes = append(p.Nodes, Option{Value: "none", Label: s.t.Msg("commitments.node.none")})
	}
	p.Themes = s.options("theme.", append(slices.Clone(recommendations.Themes), reports.WithoutTheme))
	p.MoreOpen = p.Filter.Theme != "" || p.Filter.Origin != "" || p.Filter.Node != "" || p.Filter.Report != ""
}

// words writes values of a string type as strings.
func words[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// options are the choices of a list of values, whose words stand under prefix.
func (s *Server) options(prefix string, values []string) []Option {
	list := make([]Option, len(values))
	for i, v := range values {
		list[i] = Option{Value: v, Label: s.t.Msg(prefix + v)}
	}
	return list
}

// answersWords is what a filter asks of the answers of commitments: a
// reference, or words.
func (s *Server) answersWords(answers string) string {
	for prefix, key := range map[string]string{reports.AnswersNoneOf: "commitments.answers.none_of", reports.AnswersOther: "commitments.answers.other"} {
		if ref, ok := strings.CutPrefix(answers, prefix); ok {
			return s.t.Msg(key, "ref", ref)
		}
	}
	switch answers {
	case reports.AnswersNothing:
		return s.t.Msg("flag.orphan")
	case reports.AnswersSeveral:
		return s.t.Msg("commitments.answers.several")
	}
	return answers
}

// answersChip is the same where nothing beside it says that it is of answers.
func (s *Server) answersChip(answers string) string {
	if words := s.answersWords(answers); words != answers {
		return words
	}
	return s.t.Msg("commitments.chip.answers", "ref", answers)
}

// chips are the filters in force, each leading to the list without it.
func (s *Server) chips(query url.Values, l *reports.Ledger, f reports.Filter, q reports.Query) []Link {
	var chips []Link
	add := func(name, value, label string) {
		chips = append(chips, Link{Label: label, Href: hrefWithout("/commitments", query, name, value)})
	}
	if f.Words != "" {
		add("q", f.Words, s.t.Msg("commitments.chip.words", "words", f.Words))
	}
	for _, st := range f.Statuses {
		add("status", string(st), s.t.Msg("status."+string(st)))
	}
	if f.Answers != "" {
		add("answers", f.Answers, s.answersChip(f.Answers))
	}
	if f.Theme != "" {
		add("theme", f.Theme, s.t.Msg("commitments.chip.theme", "theme", s.t.Msg("theme."+f.Theme)))
	}
	if f.Institution != "" {
		for _, i := range l.Institutions {
			if i.Code == f.Institution {
				add("institution", f.Institution, i.Short)
			}
		}
	}
	if f.LeadOnly {
		add("lead", "1", s.t.Msg("commitments.chip.lead"))
	}
	if f.SupportOnly {
		add("supports", "1", s.t.Msg("commitments.chip.supports"))
	}
	for _, fl := range f.Flags {
		add("flag", string(fl), s.t.Msg("flag."+string(fl)))
	}
	switch {
	case f.Node == "none":
		add("node", f.Node, s.t.Msg("commitments.node.none"))
	case f.Node != "":
		add("node", f.Node, s.t.Msg("commitments.chip.node", "number", f.Node))
	}
	if f.Origin != "" {
		add("origin", f.Origin, s.t.Msg("commitments.chip.origin", "origin", s.t.Msg("origin."+f.Origin)))
	}
	if f.Report != "" {
		add("report", string(f.Report), s.t.Msg("commitments.report."+string(f.Report)))
	}
	if !q.Now {
		add("as_of", q.D.String(), s.t.Msg("commitments.chip.as_of", "date", q.D))
	}
	return chips
}
