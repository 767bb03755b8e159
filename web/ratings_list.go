package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/progress"
	"tracker/internal/reports"
)

// ratingPageSize is how many rows a page of differences shows.
const ratingPageSize = 50

// ratingListPage is how the three who rate see a period.
type ratingListPage struct {
	Page
	Filter       reports.RatingFilter
	Differ       int // in all
	Given        int
	All          int
	Rows         []ratingRow
	Paging       Paging
	Periods      []Option
	Subjects     []Option
	Shows        []Option
	Institutions []Option
	Chips        []Link
	Export       Export
}

// ratingRow is a row of it, with what was said in full.
type ratingRow struct {
	reports.RatingRow
	Href      string
	Lead      string
	Cells     [3][]progress.RatingTold // in the order of progress.Raters
	Suggested suggestedView
}

func ratingFilter(c echo.Context) reports.RatingFilter {
	value := func(name string) string { return strings.Join(strings.Fields(readable(c.QueryParam(name))), " ") }
	return reports.RatingFilter{Period: value("period"), Subject: value("subject"), Show: value("show"), Institution: value("institution"), Words: value("q"), Sort: value("sort")}
}

// ratingList answers GET /ratings.
func (s *Server) ratingList(c echo.Context) error {
	q := s.ledgerQuery(c)
	d, err := s.Reports.Differences(c.Request().Context(), q, ratingFilter(c))
	if err != nil {
		return err
	}
	p := ratingListPage{Page: s.page(c, s.t.Msg("ratings.list"), Crumb{s.t.Msg("dialogues.title"), "/dialogues"}, Crumb{Label: s.t.Msg("ratings.list")}),
		Filter: d.Filter, Differ: d.Differ, Given: d.Given, All: d.All}
	p.Paging = NewPaging(pageNumber(c), ratingPageSize, len(d.Rows), "/ratings", c.QueryParams())
	shown := d.Rows[p.Paging.Offset():p.Paging.Last]
	told, err := s.Reports.RatingsTold(c.Request().Context(), q, shown)
	if err != nil {
		return err
	}
	for _, r := range shown {
		p.Rows = append(p.Rows, s.ratingRow(d, r, told))
	}
	s.ratingChoices(&p, d)
	p.Chips = s.ratingChips(c.QueryParams(), d, p.Institutions)
	p.Export = exportOf("/ratings", c.QueryParams(), len(d.Rows))
	return s.show(c, "ratings/rating_list", p)
}

func (s *Server) ratingRow(d reports.Differences, r reports.RatingRow, told map[int64]progress.RatingTold) ratingRow {
	row := ratingRow{RatingRow: r, Href: recommendationPath(r.ID) + "/ratings", Suggested: s.suggestedView(r.Suggested)}
	if r.Subject == reports.RatedCommitment {
		row.Href = commitmentPath(r.Ref) + "/ratings"
	}
	var leads []string
	for _, id := range r.Leads {
		leads = append(leads, d.Institutions[id].Code)
	}
	row.Lead = strings.Join(leads, ", ")
	for i, rater := range progress.Raters {
		for _, m := range r.By(rater) {
			row.Cells[i] = append(row.Cells[i], told[m.ID])
		}
	}
	return row
}

// ratingChoices are what can be filtered by.
func (s *Server) ratingChoices(p *ratingListPage, d reports.Differences) {
	for _, one := range d.Periods {
		p.Periods = append(p.Periods, Option{Value: one.Label, Label: one.Label})
	}
	p.Subjects, p.Shows = s.options("ratings.subject.", reports.RatingSubjects), s.options("ratings.show.", reports.RatingShows)
	p.Institutions = leadOptions(d.Ledger)
}

// leadOptions are the institutions that lead a commitment, by name.
func leadOptions(l *reports.Ledger) (list []Option) {
	led := map[int64]bool{}
	for _, line := range l.Lines {
		led[line.LeadID] = true
	}
	for id := range led {
		list = append(list, Option{Value: l.Institutions[id].Code, Label: l.Institutions[id].Short})
	}
	slices.SortFunc(list, func(a, b Option) int {
		return cmp.Or(strings.Compare(a.Label, b.Label), strings.Compare(a.Value, b.Value))
	})
	return list
}

// ratingChips are the filters in force.
func (s *Server) ratingChips(query url.Values, d reports.Differences, institutions []Option) (list []Link) {
	add := func(name, value, label string) {
		if value != "" {
			list = append(list, Link{label, hrefWithout("/ratings", query, name, query.Get(name))})
		}
	}
	f := d.Filter
	if query.Get("period") != "" {
		add("period", f.Period, s.t.Msg("discipline.chip.period", "label", f.Period))
	}
	if f.Show != reports.RatingsDiffer {
		add("show", f.Show, s.t.Msg("ratings.show."+f.Show))
	}
	if f.Subject != "" {
		add("subject", f.Subject, s.t.Msg("ratings.subject."+f.Subject))
	}
	add("institution", f.Institution, labelOf(institutions, f.Institution))
	add("q", f.Words, s.t.Msg("commitments.chip.words", "words", f.Words))
	return list
}

// ratingTable is the list of ratings as a file.
func (s *Server) ratingTable(c echo.Context) (reports.Table, error) {
	q := s.ledgerQuery(c)
	d, err := s.Reports.Differences(c.Request().Context(), q, ratingFilter(c))
	if err != nil {
		return reports.Table{}, err
	}
	told, err := s.Reports.RatingsTold(c.Request().Context(), q, d.Rows)
	if err != nil {
		return reports.Table{}, err
	}
	filter := append([]string{s.t.Msg("discipline.chip.period", "label", d.Period.Label), s.t.Msg("ratings.show." + d.Filter.Show)}, linkWords(s.ratingChips(url.Values{}, d, leadOptions(d.Ledger)))...)
	t := reports.Table{Name: "ratings", Title: s.t.Msg("ratings.list"), Filter: filter, D: d.D, Columns: []reports.Column{
		{Key: "commitments.field.ref", Width: 14}, {Key: "commitments.field.title", Width: 48}, {Key: "ratings.column.subject", Width: 16}, {Key: "commitments.column.lead", Width: 14},
		{Key: "ratings.rater.focal_point", Width: 30}, {Key: "ratings.rater.coordinator", Width: 30}, {Key: "ratings.rater.partner", Width: 30},
		{Key: "ratings.suggested", Width: 18}, {Key: "ratings.column.rule", Width: 48}, {Key: "ratings.column.apart", Kind: reports.Numbers, Width: 9}}}
	var rows [][]any
	for _, r := range d.Rows {
		row := s.ratingRow(d, r, told)
		cells := []any{r.Ref, r.Title, s.t.Msg("ratings.subject." + r.Subject), row.Lead}
		for _, cell := range row.Cells {
			var words []string
			for _, one := range cell {
				words = append(words, s.ratingWord(one.Value)+" ("+one.InstitutionName+", "+s.t.ShortDate(one.RatedOn)+"): "+one.Reason)
			}
			cells = append(cells, strings.Join(words, "\n"))
		}
		suggested := s.t.Msg("ratings.no_suggestion")
		if row.Suggested.Value != "" {
			suggested = s.ratingWord(row.Suggested.Value)
		}
		rows = append(rows, append(cells, suggested, row.Suggested.Rule, r.Apart))
	}
	t.Rows = reports.Listed(rows)
	return t, nil
}
