package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// disciplinePage is how institutions kept the deadlines of a period.
type disciplinePage struct {
	Page
	Period   progress.Period
	Kind     string
	Periods  []Option
	Kinds    []Option
	Heads    []disciplineHead
	Rows     []disciplineRow
	All      disciplineRow
	Legend   []reports.ReportStep
	Limited  bool // the actor sees the reviews of their own institution alone
	Missing  string
	Export   Export
	Filtered bool
}

// disciplineHead is the head of a deadline's column.
type disciplineHead struct {
	progress.Deadline
	Href, State, Away string
}

// disciplineRow is an institution against each deadline.
type disciplineRow struct {
	Code, Label, Href string
	Cells             []disciplineCell
	Rate, Days, Back  string // in words where there is no number
}

// disciplineCell counts the commitments of an institution against a deadline.
type disciplineCell []disciplineCount

// disciplineCount is how many stand so, with the list of them.
type disciplineCount struct {
	State reports.ReportStep
	N     int
	Href  string
}

// discipline computes the matrix that an address asks for.
func (s *Server) discipline(c echo.Context) (reports.Discipline, error) {
	return s.Reports.Discipline(c.Request().Context(), s.ledgerQuery(c), readable(c.QueryParam("period")), kindOf(c.QueryParam("kind")))
}

// kindOf reads a kind of institution; what is none is all.
func kindOf(text string) accounts.Kind {
	if k := accounts.Kind(text); k == accounts.Government || k == accounts.NonGovernment || k == accounts.PartnerOutside {
		return k
	}
	return ""
}

// disciplineValues is the address of a matrix's filter.
func disciplineValues(m reports.Discipline) url.Values {
	return url.Values{"period": {m.Period.Label}, "kind": {string(m.Kind)}}
}

// entriesPath is the list of what a cell counts.
func entriesPath(m reports.Discipline, f reports.EntryFilter) string {
	v := disciplineValues(m)
	if v.Set("institution", f.Institution); f.DeadlineID != 0 {
		v.Set("deadline", itoa(f.DeadlineID))
	}
	v.Set("state", string(f.State))
	return address("/discipline/commitments", v)
}

// disciplineShow answers GET /discipline.
func (s *Server) disciplineShow(c echo.Context) error {
	m, err := s.discipline(c)
	if err != nil {
		return err
	}
	actor := actorOf(c)
	p := disciplinePage{Page: s.page(c, s.t.Msg("discipline.title"), s.periodCrumbs(s.t.Msg("discipline.title"))...), Period: m.Period, Kind: string(m.Kind),
		Legend: reports.ReportSteps, Limited: !actor.CanReadInReview(), Filtered: m.Kind != ""}
	p.Wide = true
	p.Periods, p.Kinds = s.disciplineOptions(m)
	for _, d := range m.Deadlines {
		line := s.deadlineLine(actor, reports.DeadlineRow{Deadline: d})
		p.Heads = append(p.Heads, disciplineHead{Deadline: d, Href: line.Href, State: line.State, Away: line.Away})
	}
	for _, row := range m.Rows {
		p.Rows = append(p.Rows, s.disciplineRow(m, row))
	}
	p.All = s.disciplineRow(m, m.All)
	p.Missing = address("/discipline/not-reported", disciplineValues(m))
	p.Export = exportOf(p.Path, disciplineValues(m), len(m.Rows)*(len(m.Deadlines)+1))
	return s.show(c, "discipline/discipline_show", p)
}

// disciplineOptions are the periods and the kinds of institutions to choose from.
func (s *Server) disciplineOptions(m reports.Discipline) (periods, kinds []Option) {
	for _, p := range m.Periods {
		periods = append(periods, Option{Value: p.Label, Label: p.Label})
	}
	for _, k := range m.Kinds {
		kinds = append(kinds, Option{Value: string(k), Label: s.t.Msg("institutions.kind." + string(k))})
	}
	return periods, kinds
}

func (s *Server) disciplineRow(m reports.Discipline, row reports.DisciplineRow) disciplineRow {
	r := disciplineRow{Code: row.Code, Label: row.Short}
	if row.Code != "" {
		r.Href = institutionPath(row.Code)
	}
	for i, cell := range row.Cells {
		r.Cells = append(r.Cells, countsOf(cell, func(st reports.ReportStep) string {
			return entriesPath(m, reports.EntryFilter{DeadlineID: m.Deadlines[i].ID, Institution: row.Code, State: st})
		}))
	}
	r.Rate, r.Days, r.Back = s.t.Msg("discipline.nothing_due"), s.t.Msg("discipline.none_decided"), s.t.Msg("discipline.none_in")
	if n, ok := row.Whole.Rate(); ok {
		r.Rate = s.t.Msg("discipline.percent", "n", n)
	}
	if n, ok := row.Whole.MedianDays(); ok {
		r.Days = s.t.Days(n)
	}
	if n, ok := row.Whole.ReturnedShare(); ok {
		r.Back = s.t.Msg("discipline.percent_of", "n", n, "of", row.Whole.HandedIn)
	}
	return r
}

// countsOf are the counts of a tally that are not zero, the worst first.
func countsOf(t reports.Tally, href func(reports.ReportStep) string) (cell disciplineCell) {
	for i, n := range t.States {
		if n > 0 {
			cell = append(cell, disciplineCount{reports.ReportSteps[i], n, href(reports.ReportSteps[i])})
		}
	}
	return cell
}

// disciplineTable is the matrix as a file: a row for each institution and
// deadline, and one for all of an institution's deadlines.
func (s *Server) disciplineTable(c echo.Context) (reports.Table, error) {
	m, err := s.discipline(c)
	if err != nil {
		return reports.Table{}, err
	}
	t := reports.Table{Name: "discipline-" + m.Period.Label, Title: s.t.Msg("discipline.title"), Filter: s.disciplineWords(m, reports.EntryFilter{}), D: m.D, Columns: []reports.Column{
		{Key: "admin.institution.code", Width: 11}, {Key: "home.reporting.institution", Width: 40}, {Key: "periods.head.deadline", Width: 28}, {Key: "periods.head.due", Kind: reports.Days, Width: 13}}}
	for _, st := range reports.ReportSteps {
		t.Columns = append(t.Columns, numbers("discipline.state."+string(st)))
	}
	t.Columns = append(t.Columns, numbers("discipline.head.commitments"), numbers("discipline.head.rate_percent"), numbers("discipline.head.days"), numbers("discipline.head.back_percent"))
	var rows [][]any
	for _, row := range m.Rows {
		for i, d := range m.Deadlines {
			rows = append(rows, s.tallyCells([]any{row.Code, row.Short, d.Title, d.DueOn}, row.Cells[i]))
		}
		rows = append(rows, s.tallyCells([]any{row.Code, row.Short, s.t.Msg("discipline.all_deadlines"), s.t.Msg("discipline.all_deadlines")}, row.Whole))
	}
	t.Rows = reports.Listed(rows)
	return t, nil
}

// tallyCells adds the numbers of a tally to a row.
func (s *Server) tallyCells(row []any, t reports.Tally) []any {
	for _, n := range t.States {
		row = append(row, n)
	}
	row = append(row, t.Total())
	for _, of := range []struct {
		number func() (int, bool)
		none   string
	}{{t.Rate, "discipline.nothing_due"}, {t.MedianDays, "discipline.none_decided"}, {t.ReturnedShare, "discipline.none_in"}} {
		if n, ok := of.number(); ok {
			row = append(row, n)
		} else {
			row = append(row, s.t.Msg(of.none))
		}
	}
	return row
}

// disciplineWords is what chose the entries, in words.
func (s *Server) disciplineWords(m reports.Discipline, f reports.EntryFilter) (words []string) {
	if m.Period.Label != "" {
		words = append(words, s.t.Msg("discipline.chip.period", "label", m.Period.Label))
	}
	if m.Kind != "" {
		words = append(words, s.t.Msg("institutions.kind."+string(m.Kind)))
	}
	for _, d := range m.Deadlines {
		if d.ID == f.DeadlineID {
			words = append(words, d.Title)
		}
	}
	for _, row := range m.Rows {
		if row.Code == f.Institution {
			words = append(words, row.Short)
		}
	}
	if f.State != "" {
		words = append(words, s.t.Msg("discipline.state."+string(f.State)))
	}
	return words
}

// entryListPage is the list that a cell of the matrix counts.
type entryListPage struct {
	Page
	Chips  []string
	All    int // entries of all cells
	Rows   []entryLine
	Paging Paging
	Back   string
	Export Export
}

// entryLine is a commitment against a deadline.
type entryLine struct {
	reports.Entry
	Lead, Href string // Href leads to the update that decides
}

// entries finds what an address of the list asks for. What it names and is
// not there is missing.
func (s *Server) entries(c echo.Context) (m reports.Discipline, f reports.EntryFilter, err error) {
	if m, err = s.discipline(c); err != nil {
		return m, f, err
	}
	f = reports.EntryFilter{Institution: readable(c.QueryParam("institution")), State: reports.ReportStep(readable(c.QueryParam("state")))}
	f.DeadlineID, _ = strconv.ParseInt(c.QueryParam("deadline"), 10, 64)
	known := (f.State == "" || slices.Contains(reports.ReportSteps, f.State)) &&
		(f.Institution == "" || slices.ContainsFunc(m.Rows, func(r reports.DisciplineRow) bool { return r.Code == f.Institution })) &&
		(f.DeadlineID == 0 || slices.ContainsFunc(m.Deadlines, func(d progress.Deadline) bool { return d.ID == f.DeadlineID }))
	if !known {
		return m, f, problem.Missing()
	}
	return m, f, nil
}

// entryList answers GET /discipline/commitments.
func (s *Server) entryList(c echo.Context) error {
	m, f, err := s.entries(c)
	if err != nil {
		return err
	}
	list := m.Entries(f)
	back := address("/discipline", disciplineValues(m))
	p := entryListPage{Page: s.page(c, s.t.Msg("discipline.list.title"), Crumb{s.t.Msg("periods.title"), "/periods"}, Crumb{s.t.Msg("discipline.title"), back}, Crumb{Label: s.t.Msg("discipline.list.title")}),
		Chips: s.disciplineWords(m, f), All: m.All.Whole.Total(), Back: back}
	number, _ := strconv.Atoi(c.QueryParam("page"))
	p.Paging = NewPaging(number, commitmentsPerPage, len(list), p.Path, p.Query)
	for _, e := range list[p.Paging.Offset():p.Paging.Last] {
		line := entryLine{Entry: e, Lead: m.Institutions[e.LeadID].Short}
		if e.UpdateID != 0 {
			line.Href = "/updates/" + itoa(e.UpdateID)
		}
		p.Rows = append(p.Rows, line)
	}
	p.Export = exportOf(p.Path, p.Query, len(list))
	return s.show(c, "discipline/entry_list", p)
}

// entryTable is the list of a cell as a file.
func (s *Server) entryTable(c echo.Context) (reports.Table, error) {
	m, f, err := s.entries(c)
	if err != nil {
		return reports.Table{}, err
	}
	t := reports.Table{Name: "discipline-commitments", Title: s.t.Msg("discipline.list.title"), Filter: s.disciplineWords(m, f), D: m.D, Columns: []reports.Column{
		{Key: "commitments.field.ref", Width: 14}, {Key: "commitments.field.title", Width: 52}, {Key: "commitments.column.lead", Width: 24}, {Key: "periods.head.deadline", Width: 28},
		{Key: "periods.head.due", Kind: reports.Days, Width: 13}, {Key: "discipline.head.state", Width: 18}, numbers("discipline.head.late_days"), {Key: "export.marks", Width: 24}}}
	var rows [][]any
	for _, e := range m.Entries(f) {
		var late any = ""
		if e.LateDays > 0 {
			late = e.LateDays
		}
		rows = append(rows, []any{e.Ref, e.Title, m.Institutions[e.LeadID].Short, e.Deadline.Title, e.Deadline.DueOn, s.t.Msg("discipline.state." + string(e.State)), late, strings.Join(s.standing(e.Addendum, e.Correction, false), ", ")})
	}
	t.Rows = reports.Listed(rows)
	return t, nil
}
