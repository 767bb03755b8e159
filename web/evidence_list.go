package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/calendar"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// evidencePageSize is how many papers a page of the register shows.
const evidencePageSize = 50

// evidenceListPage is the register of evidence.
type evidenceListPage struct {
	Page
	Filter       reports.EvidenceFilter
	From, To     string // as typed
	Rows         []reports.EvidenceRow
	All          int
	Paging       Paging
	Institutions []Option
	Kinds        []Option
	Shares       []Option
	Forms        []Option
	Chips        []Link
	Export       Export
}

// evidenceFilter reads the filter of the register from the address.
func evidenceFilter(c echo.Context, check *problem.Check) reports.EvidenceFilter {
	value := func(name string) string { return strings.Join(strings.Fields(readable(c.QueryParam(name))), " ") }
	f := reports.EvidenceFilter{Words: value("q"), Institution: value("institution"), Commitment: value("commitment"), Kind: value("kind"), Share: value("share"),
		Form: value("form"), From: dayOf(check, "from", value("from")), To: dayOf(check, "to", value("to")), Sort: value("sort")}
	if f.Sort == "" {
		f.Sort = "-received"
	}
	return f
}

// evidenceList answers GET /evidence.
func (s *Server) evidenceList(c echo.Context) error {
	var check problem.Check
	f := evidenceFilter(c, &check)
	list, err := s.Reports.Evidence(c.Request().Context(), s.ledgerQuery(c), f)
	if err != nil {
		return err
	}
	p := evidenceListPage{Page: s.page(c, s.t.Msg("evidence.title")), Filter: f, From: c.QueryParam("from"), To: c.QueryParam("to"), All: list.All}
	status := http.StatusOK
	if wrong, bad := invalid(check.Err()); bad {
		status, p.Errors = http.StatusUnprocessableEntity, Problems(s.t, wrong, "from", "to")
	}
	p.Paging = NewPaging(pageNumber(c), evidencePageSize, len(list.Rows), "/evidence", c.QueryParams())
	p.Rows = list.Rows[p.Paging.Offset():p.Paging.Last]
	for _, o := range list.Institutions {
		p.Institutions = append(p.Institutions, Option{Value: o.Code, Label: o.Name})
	}
	p.Kinds, p.Shares, p.Forms = s.options("evidence.", progress.EvidenceKinds), s.options("audience.", progress.Audiences), s.options("evidence.form.", reports.EvidenceForms)
	p.Chips = s.evidenceChips(c.QueryParams(), f, p.Institutions)
	if status == http.StatusOK {
		p.Export = exportOf("/evidence", c.QueryParams(), len(list.Rows))
	}
	return s.showAs(c, status, "updates/evidence_list", p)
}

// evidenceChips are the filters in force.
func (s *Server) evidenceChips(query url.Values, f reports.EvidenceFilter, institutions []Option) (list []Link) {
	add := func(name, value, label string) {
		if value != "" {
			list = append(list, Link{label, hrefWithout("/evidence", query, name, query.Get(name))})
		}
	}
	day := func(name, key string, d calendar.Date) {
		if !d.IsZero() {
			add(name, name, s.t.Msg(key, "date", d))
		}
	}
	add("q", f.Words, s.t.Msg("commitments.chip.words", "words", f.Words))
	add("institution", f.Institution, labelOf(institutions, f.Institution))
	add("commitment", f.Commitment, f.Commitment)
	add("kind", f.Kind, labelOf(s.options("evidence.", progress.EvidenceKinds), f.Kind))
	add("share", f.Share, labelOf(s.options("audience.", progress.Audiences), f.Share))
	add("form", f.Form, labelOf(s.options("evidence.form.", reports.EvidenceForms), f.Form))
	day("from", "evidence.chip.from", f.From)
	day("to", "evidence.chip.to", f.To)
	return list
}

// evidenceTable is the register as a file.
func (s *Server) evidenceTable(c echo.Context) (reports.Table, error) {
	var check problem.Check
	f := evidenceFilter(c, &check)
	if err := check.Err(); err != nil {
		return reports.Table{}, err
	}
	q := s.ledgerQuery(c)
	list, err := s.Reports.Evidence(c.Request().Context(), q, f)
	if err != nil {
		return reports.Table{}, err
	}
	var institutions []Option
	for _, o := range list.Institutions {
		institutions = append(institutions, Option{Value: o.Code, Label: o.Name})
	}
	t := reports.Table{Name: "evidence", Title: s.t.Msg("evidence.title"), Filter: linkWords(s.evidenceChips(c.QueryParams(), f, institutions)), D: q.D, Columns: []reports.Column{
		{Key: "evidence.column.title", Width: 44}, {Key: "updates.form.evidence_kind", Width: 18}, {Key: "commitments.field.ref", Width: 13}, {Key: "evidence.column.institution", Width: 22},
		{Key: "updates.form.as_of", Kind: reports.Days, Width: 13}, {Key: "evidence.column.state", Width: 12}, {Key: "evidence.column.dated", Kind: reports.Days, Width: 13},
		{Key: "evidence.column.received", Kind: reports.Days, Width: 13}, {Key: "evidence.field.source", Width: 24}, {Key: "updates.form.evidence_share", Width: 12},
		{Key: "evidence.column.form", Width: 14}, {Key: "evidence.column.where", Width: 48}, {Key: "export.marks", Width: 30}}}
	var rows [][]any
	for _, r := range list.Rows {
		where := r.URL
		if r.File != nil {
			where = r.File.Name
		}
		marks := s.standing(r.Addendum, r.Correction, r.Replaced)
		if r.Late {
			marks = append([]string{flagWords(s.t, "late", 0)}, marks...)
		}
		rows = append(rows, []any{r.Title, s.t.Msg("evidence." + r.Kind), r.Ref, r.InstitutionName, r.AsOf, s.t.Msg("review." + string(r.State)), dayOr(r.DatedOn, ""), dayOr(r.ReceivedOn, ""),
			r.Source, s.t.Msg("audience." + r.Share), s.t.Msg("evidence.form." + r.Form()), where, strings.Join(marks, ", ")})
	}
	t.Rows = reports.Listed(rows)
	return t, nil
}
