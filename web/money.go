package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/progress"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// moneyPath is the address of the plan's money.
const moneyPath = "/money"

// moneyPage is budget, released and spent, put together in one way.
type moneyPage struct {
	Page
	Typed                               url.Values
	Years, Institutions, Nodes, Funders []Option
	Bys                                 []Option
	By                                  string
	Totals, Sums                        []moneyRow // a year and currency each
	Filtered                            bool
	Paging                              Paging
	Export                              Export
}

// moneyRow is a sum in words.
type moneyRow struct {
	reports.MoneySum
	Year, Href string
}

// moneyQuery reads what the address asks for: the financial year of today,
// where none is named.
func (s *Server) moneyQuery(c echo.Context) (reports.MoneyQuery, url.Values) {
	typed := url.Values{}
	for _, name := range []string{"year", "institution", "node", "funder", "by"} {
		if v := strings.TrimSpace(readable(c.QueryParam(name))); v != "" {
			typed.Set(name, v)
		}
	}
	q := reports.MoneyQuery{Query: s.ledgerQuery(c), Institution: typed.Get("institution"), Node: typed.Get("node"), Funder: typed.Get("funder"), By: typed.Get("by")}
	if !typed.Has("year") {
		typed.Set("year", strconv.Itoa(progress.YearOn(nil, s.Clock.Today()).From.Year()))
	}
	q.Year, _ = strconv.Atoi(typed.Get("year")) // "all" is none
	return q, typed
}

// moneyShow answers GET /money.
func (s *Server) moneyShow(c echo.Context) error {
	q, typed := s.moneyQuery(c)
	v, err := s.Reports.Money(c.Request().Context(), q)
	if err != nil {
		return err
	}
	title := s.t.Msg("money.title")
	p := moneyPage{Page: s.page(c, title, Crumb{s.t.Msg("indicators.title"), indicatorsPath}, Crumb{Label: title}), Typed: typed, By: v.By, Bys: s.options("money.by.", reports.MoneyGroups),
		Filtered: typed.Has("institution") || typed.Has("node") || typed.Has("funder")}
	years := v.Years
	if now := progress.YearOn(nil, s.Clock.Today()).From.Year(); !slices.Contains(years, now) {
		years = append(years, now)
	}
	p.Years = []Option{{Value: "all", Label: s.t.Msg("money.years.all")}}
	for _, y := range years {
		p.Years = append(p.Years, Option{Value: strconv.Itoa(y), Label: wording.FinancialYear(y)})
	}
	for _, o := range v.Institutions {
		p.Institutions = append(p.Institutions, Option{Value: o.Value, Label: o.Label})
	}
	for _, o := range v.Nodes {
		if o.Value != "" {
			p.Nodes = append(p.Nodes, Option{Value: o.Value, Label: o.Label})
		}
	}
	for _, f := range v.Funders {
		p.Funders = append(p.Funders, Option{Value: f, Label: f})
	}
	p.Totals = moneyRows(v.Totals, "")
	p.Paging = NewPaging(pageNumber(c), commitmentsPerPage, len(v.Sums), p.Path, p.Query)
	from := min(p.Paging.Offset(), len(v.Sums))
	p.Sums = moneyRows(v.Sums[from:min(len(v.Sums), from+commitmentsPerPage)], v.By)
	p.Export = exportOf(moneyPath, typed, len(v.Lines))
	return s.show(c, "money/money_show", p)
}

// moneyRows puts sums into words, with a link to what they are of.
func moneyRows(list []reports.MoneySum, by string) (rows []moneyRow) {
	for _, one := range list {
		r := moneyRow{MoneySum: one, Year: wording.FinancialYear(one.Year)}
		switch {
		case one.Key == "":
		case by == reports.MoneyByInstitution:
			r.Href = institutionPath(one.Key)
		case by == reports.MoneyByCommitment:
			r.Href = commitmentPath(one.Key)
		}
		rows = append(rows, r)
	}
	return rows
}

// moneyTable is the money as a file: a row for each commitment, year, funder
// and currency, and institution that tells of it.
func (s *Server) moneyTable(c echo.Context) (reports.Table, error) {
	q, typed := s.moneyQuery(c)
	v, err := s.Reports.Money(c.Request().Context(), q)
	if err != nil {
		return reports.Table{}, err
	}
	t := reports.Table{Name: "money", Title: s.t.Msg("money.title"), D: v.D, Columns: []reports.Column{{Key: "commitments.field.ref", Width: 13}, {Key: "commitments.field.title", Width: 44}, {Key: "money.by.node", Width: 26},
		{Key: "report.col.lead", Width: 10}, {Key: "money.said_by", Width: 10}, {Key: "money.year", Width: 11}, {Key: "money.funder", Width: 30}, {Key: "money.currency", Width: 10},
		{Key: "money.budget", Kind: reports.Numbers, Width: 15}, {Key: "money.released", Kind: reports.Numbers, Width: 15}, {Key: "money.spent", Kind: reports.Numbers, Width: 15}, {Key: "money.gap", Kind: reports.Numbers, Width: 15}, {Key: "report.col.as_of", Kind: reports.Days, Width: 13}}}
	for _, name := range []string{"institution", "node", "funder"} {
		if v := typed.Get(name); v != "" {
			t.Filter = append(t.Filter, s.t.Msg("money.filter."+name)+": "+v)
		}
	}
	if q.Year > 0 {
		t.Filter = append(t.Filter, s.t.Msg("money.year")+": "+wording.FinancialYear(q.Year))
	}
	var rows [][]any
	for _, m := range v.Lines {
		var gap any = ""
		if n, ok := m.Gap(); ok {
			gap = float64(n) / 100
		}
		rows = append(rows, []any{m.Ref, m.Title, m.Strand, m.Lead, m.Institution, wording.FinancialYear(m.Year), m.Funder, m.Currency, cents(m.Budget), cents(m.Released), cents(m.Spent), gap, dayOr(m.AsOf, s.t.Msg("money.untold"))})
	}
	t.Rows = reports.Listed(rows)
	return t, nil
}

// cents is an amount as a number of a file, and an empty cell where it is not
// told.
func cents(n *int64) any {
	if n == nil {
		return ""
	}
	return float64(*n) / 100
}

// moneyLine is a line of a commitment's money in words.
type moneyLine struct {
	reports.MoneyStatus
	YearLabel                         string
	BudgetText, Told, SpentText, Rest string // empty: not told
}

// moneyOf puts the lines of a commitment into words.
func (s *Server) moneyOf(list []reports.MoneyStatus) (lines []moneyLine) {
	text := func(n *int64, currency string) string {
		if n == nil {
			return ""
		}
		return s.t.Money(*n, currency)
	}
	for _, m := range list {
		l := moneyLine{MoneyStatus: m, YearLabel: wording.FinancialYear(m.Year), BudgetText: text(m.Budget, m.Currency), Told: text(m.Released, m.Currency), SpentText: text(m.Spent, m.Currency)}
		if gap, ok := m.Gap(); ok {
			l.Rest = text(&gap, m.Currency)
		}
		lines = append(lines, l)
	}
	return lines
}
