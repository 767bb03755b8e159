package web

import (
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
	telling "tracker/internal/reports/wording"
)

// commitmentTable is the list of commitments as a file.
func (s *Server) commitmentTable(c echo.Context) (reports.Table, error) {
	q, f, _ := s.commitmentQuery(c)
	l, chosen, err := s.Reports.Commitments(c.Request().Context(), q, f)
	if err != nil {
		return reports.Table{}, err
	}
	f = chosen.Filter
	t := reports.Table{Name: "commitments", Title: s.t.Msg("commitments.title"), Filter: linkWords(s.chips(filterValues(f, q), l, f, q)), D: q.D, Columns: []reports.Column{
		{Key: "commitments.field.ref", Width: 14}, {Key: "commitments.field.title", Width: 52}, {Key: "commitments.field.origin", Width: 13},
		{Key: "commitments.answers_title", Width: 24}, {Key: "export.flags", Width: 28}, {Key: "commitments.column.lead", Width: 24},
		{Key: "commitments.column.delivery", Width: 14}, {Key: "commitments.column.due", Kind: reports.Days, Width: 13},
		{Key: "commitments.column.last", Kind: reports.Days, Width: 13}}}
	var rows [][]any
	for _, line := range chosen.Lines {
		var flags []string
		for _, flag := range shownFlags(*line, q.D, l.LastDue) {
			flags = append(flags, flagWords(s.t, string(flag.Flag), flag.Days))
		}
		rows = append(rows, []any{line.Ref, line.Title, s.t.Msg("origin." + line.Origin), line.AnswersText, strings.Join(flags, ", "),
			l.Institutions[line.LeadID].Short, line.Status, dayOr(line.DueOn, s.t.Msg("commitments.no_due")), dayOr(line.AsOf, s.t.Msg("commitments.never"))})
	}
	t.Rows = reports.Listed(rows)
	return t, nil
}

// recommendationTable is a list of recommendations as a file, of one edition
// or of all.
func (s *Server) recommendationTable(c echo.Context) (reports.Table, error) {
	q := s.ledgerQuery(c)
	e, err := s.Reports.Editions(c.Request().Context(), q)
	if err != nil {
		return reports.Table{}, err
	}
	f := askedFilter(c)
	t := reports.Table{Name: "recommendations", Title: s.t.Msg("asked.title"), Filter: s.askedWords(f), D: q.D, Columns: []reports.Column{
		{Key: "commitments.field.ref", Width: 13}, {Key: "commitments.field.title", Width: 44}, {Key: "export.wording", Width: 20}, {Key: "asked.head.theme", Width: 14},
		{Key: "export.items", Width: 60}, {Key: "export.answers", Width: 48}, {Key: "export.items_count", Kind: reports.Numbers, Width: 9},
		{Key: "export.items_answered", Kind: reports.Numbers, Width: 10}, {Key: "report.col.first_asked", Kind: reports.Numbers, Width: 9},
		{Key: "report.col.years_asked", Kind: reports.Numbers, Width: 9}, {Key: "report.col.through_years", Width: 36},
		{Key: "asked.field.indicium", Width: 30}, {Key: "asked.field.not_done_years", Kind: reports.Numbers, Width: 10},
		{Key: "remark.field.response", Width: 26}, {Key: "remark.field.outcome", Width: 26}}}
	var rows [][]any
	for _, a := range e.SelectAsked(f).List {
		rows = append(rows, s.askedRow(e.Ledger, a))
	}
	t.Rows = reports.Listed(rows)
	return t, nil
}

func (s *Server) askedRow(l *reports.Ledger, a reports.Asked) []any {
	wording := s.t.Msg("basis." + string(a.Basis))
	if a.Cut {
		wording += ", " + s.t.Msg("asked.cut")
	}
	theme := ""
	if a.Theme != "" {
		theme = s.t.Msg("theme." + a.Theme)
	}
	var items, answers []string
	for _, item := range a.Items {
		items = append(items, item.Letter+". "+item.Text)
		for _, an := range item.Answers {
			words := []string{item.Letter + ". " + an.Line.Ref, l.Institutions[an.Line.LeadID].Code, s.t.Msg("status." + string(an.Line.Status))}
			if an.Line.Overdue > 0 {
				words = append(words, flagWords(s.t, string(reports.FlagOverdue), an.Line.Overdue))
			}
			answers = append(answers, strings.Join(words, ", "))
		}
		if len(item.Answers) == 0 {
			none := s.t.Msg("asked.not_linked")
			if a.Newest {
				none = s.t.Msg("asked.no_commitment")
			}
			answers = append(answers, item.Letter+". "+none)
		}
	}
	return []any{a.RecommendationRef(), a.Title, wording, theme, strings.Join(items, "\n"), strings.Join(answers, "\n"), len(a.Items), len(a.Items) - a.Unanswered,
		a.Years.First, a.Years.Years, telling.YearsAsked(s.t, a.Years), s.indicium(a.Indicium), numberOrNone(a.NotDoneYears),
		telling.RemarkOn(s.t, recommendations.Response, a.Response.Word, a.Response.GivenOn), telling.RemarkOn(s.t, recommendations.Outcome, a.Outcome.Word, a.Outcome.GivenOn)}
}

// numberOrNone is a number for a cell that is empty where there is none.
func numberOrNone(n int) any {
	if n == 0 {
		return ""
	}
	return n
}

// askedWords is a filter of recommendations in words.
func (s *Server) askedWords(f reports.AskedFilter) []string {
	var list []string
	if f.Words != "" {
		list = append(list, s.t.Msg("commitments.chip.words", "words", f.Words))
	}
	switch f.Edition {
	case "":
	case "newest":
		list = append(list, s.t.Msg("asked.edition.newest"))
	default:
		list = append(list, f.Edition)
	}
	if f.Answered != "" {
		list = append(list, s.t.Msg("asked.answered."+f.Answered))
	}
	if f.Theme != "" {
		list = append(list, s.t.Msg("theme."+f.Theme))
	}
	return list
}

// editionTable is the list of editions as a file.
func (s *Server) editionTable(c echo.Context) (reports.Table, error) {
	q := s.ledgerQuery(c)
	e, err := s.Reports.Editions(c.Request().Context(), q)
	if err != nil {
		return reports.Table{}, err
	}
	t := reports.Table{Name: "editions", Title: s.t.Msg("export.editions"), D: q.D, Columns: []reports.Column{
		{Key: "asked.head.edition", Width: 24}, {Key: "asked.head.tier", Width: 22}, {Key: "asked.head.released", Kind: reports.Days, Width: 13}, {Key: "asked.head.held", Width: 13},
		{Key: "asked.head.recommendations", Kind: reports.Numbers, Width: 17}, {Key: "asked.answered.whole", Kind: reports.Numbers, Width: 13},
		{Key: "asked.answered.part", Kind: reports.Numbers, Width: 13}, {Key: "asked.answered.none", Kind: reports.Numbers, Width: 13}}}
	var rows [][]any
	for _, row := range e.Editions {
		line := editionLineOf(e.Ledger, row)
		held := s.t.Msg("completeness." + string(row.Completeness))
		counts := []any{row.Recommendations, line.Whole, line.Part, line.None}
		if row.Recommendations == 0 {
			counts = []any{held, held, held, held}
			if row.Completeness != "not_held" {
				counts = []any{0, 0, 0, 0}
			}
		}
		rows = append(rows, append([]any{s.editionName(row), row.Tier, row.ReleasedOn, held}, counts...))
	}
	t.Rows = reports.Listed(rows)
	return t, nil
}

// institutionTable is the list of institutions as a file.
func (s *Server) institutionTable(c echo.Context) (reports.Table, error) {
	q := s.ledgerQuery(c)
	list, err := s.Reports.InstitutionList(c.Request().Context(), q)
	if err != nil {
		return reports.Table{}, err
	}
	t := reports.Table{Name: "institutions", Title: s.t.Msg("institutions.title"), D: q.D, Columns: []reports.Column{
		{Key: "admin.institution.code", Width: 11}, {Key: "institutions.head.institution", Width: 46}, {Key: "admin.institution.kind", Width: 20}, numbers("institutions.head.leads")}}
	for _, st := range progress.Statuses {
		t.Columns = append(t.Columns, numbers("status."+string(st)))
	}
	t.Columns = append(t.Columns, numbers("institutions.head.supports"), numbers("periods.head.expected"), numbers("periods.fig.on_time"), numbers("periods.fig.late"), numbers("periods.head.missing"))
	var rows [][]any
	for _, group := range institutionGroups(list) {
		for _, i := range group.Rows {
			row := []any{i.Code, i.Name, s.t.Msg("institutions.one." + string(i.Kind)), i.ByStatus.Total}
			for _, n := range i.ByStatus.Counts {
				row = append(row, n)
			}
			row = append(row, i.Supports)
			rows = append(rows, append(row, s.reportingCells(i.Reporting, s.t.Msg("institutions.not_due"))...))
		}
	}
	t.Rows = reports.Listed(rows)
	return t, nil
}

func numbers(key string) reports.Column {
	return reports.Column{Key: key, Kind: reports.Numbers, Width: 13}
}

// reportingCells say how a deadline was kept; none stands where nothing was due.
func (s *Server) reportingCells(r reports.ReportingRow, none string) []any {
	if r.Due == 0 {
		return []any{none, none, none, none}
	}
	return []any{r.Due, r.OnTime, r.Late, r.NotReported}
}

// periodTable is all deadlines of all periods as a file.
func (s *Server) periodTable(c echo.Context) (reports.Table, error) {
	q := s.ledgerQuery(c)
	list, err := s.Reports.PeriodList(c.Request().Context(), q)
	if err != nil {
		return reports.Table{}, err
	}
	t := reports.Table{Name: "deadlines", Title: s.t.Msg("periods.title"), D: q.D, Columns: []reports.Column{
		{Key: "export.period", Width: 11}, {Key: "periods.head.deadline", Width: 36}, {Key: "periods.field.purpose", Width: 26}, {Key: "periods.field.covers_from", Kind: reports.Days, Width: 13},
		{Key: "periods.field.covers_to", Kind: reports.Days, Width: 13}, {Key: "periods.head.due", Kind: reports.Days, Width: 13}, {Key: "periods.head.state", Width: 16},
		numbers("periods.head.expected"), numbers("periods.fig.on_time"), numbers("periods.fig.late"), numbers("periods.head.missing")}}
	if q.Actor.CanReadWholePlan() {
		t.Columns = append(t.Columns, reports.Column{Key: "periods.head.silent", Width: 34}, reports.Column{Key: "periods.field.note", Width: 40})
	}
	var rows [][]any
	for _, p := range list.Periods {
		for _, d := range p.Deadlines {
			row := []any{p.Label, d.Title, s.t.Msg("periods.purpose." + string(d.Purpose)), dayOr(d.CoversFrom, ""), dayOr(d.CoversTo, ""), d.DueOn,
				s.t.Msg("periods.state." + deadlineState(d.Deadline, q.D))}
			counts, silent := s.deadlineCells(d)
			row = append(row, counts...)
			if q.Actor.CanReadWholePlan() {
				row = append(row, silent, d.Note)
			}
			rows = append(rows, row)
		}
	}
	t.Rows = reports.Listed(rows)
	return t, nil
}

// deadlineCells say what came in for a deadline; of one that is not counted
// they say why.
func (s *Server) deadlineCells(d reports.DeadlineRow) (counts []any, silent string) {
	if d.Counted {
		var names []string
		for _, r := range d.Silent() {
			names = append(names, r.Label)
		}
		if len(names) == 0 {
			names = []string{s.t.Msg("common.none")}
		}
		return []any{d.Reporting.Due, d.Reporting.OnTime, d.Reporting.Late, d.Reporting.NotReported}, strings.Join(names, ", ")
	}
	why := s.t.Msg("export.not_counted")
	if d.Purpose == progress.Reporting {
		why = s.t.Msg("periods.not_due")
	}
	return slices.Repeat([]any{why}, 4), why
}

// deadlineTable is what each institution reported for a deadline, as a file.
func (s *Server) deadlineTable(c echo.Context) (reports.Table, error) {
	d, err := s.deadline(c)
	if err != nil {
		return reports.Table{}, err
	}
	q := s.ledgerQuery(c)
	if !q.Actor.CanReadWholePlan() { // their page has no such list
		return reports.Table{}, problem.Missing()
	}
	t := reports.Table{Name: "reporting-" + d.DueOn.String(), Title: d.Title, D: q.D, Columns: []reports.Column{
		{Key: "admin.institution.code", Width: 11}, {Key: "home.reporting.institution", Width: 46}, numbers("periods.head.expected"), numbers("periods.fig.on_time"), numbers("periods.fig.late"),
		numbers("periods.head.missing"), {Key: "periods.head.silent", Width: 10}}}
	var rows [][]any
	for _, r := range d.ByInstitution {
		silent := ""
		if r.Silent {
			silent = s.t.Msg("institutions.silent")
		}
		rows = append(rows, []any{r.Key, r.Label, r.Due, r.OnTime, r.Late, r.NotReported, silent})
	}
	t.Rows = reports.Listed(rows)
	return t, nil
}
