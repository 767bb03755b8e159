package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// comparePath is the address of what changed of the whole plan.
const comparePath = "/reports/changes"

// comparedSince are the days from which changes of the plan are told.
var comparedSince = []string{"period", "dialogue", "interim", "year", "day"}

// comparePage is what changed of the whole plan between two days.
type comparePage struct {
	Page
	Typed             url.Values
	Since, Whats, Bys []Option
	Compared          *reports.Comparison // nil while a day is wrong
	Groups            []compareGroup      // of this page of the list
	Figs              []Fig
	Paging            Paging
	Export            Export
}

// compareGroup is a group with a link to what it is about.
type compareGroup struct {
	reports.ComparedGroup
	Href string
}

// compareQuery reads what the address asks for. Its faults stand in the check;
// to those who do not read the whole plan neither page nor file exists.
func (s *Server) compareQuery(c echo.Context, check *problem.Check) (q reports.ComparisonQuery, typed url.Values, err error) {
	if !actorOf(c).CanReadWholePlan() {
		return q, nil, problem.Missing()
	}
	typed = url.Values{}
	for _, name := range []string{"since", "since_day", "as_of", "what", "by"} {
		if v := strings.TrimSpace(readable(c.QueryParam(name))); v != "" {
			typed.Set(name, v)
		}
	}
	if !slices.Contains(comparedSince, typed.Get("since")) {
		typed.Set("since", "period")
	}
	of := reports.StatusQuery{Query: s.ledgerQuery(c)}
	today := of.D
	of.D = asOf(check, typed, today)
	of.Now = of.D == today
	if err := s.sinceOf(c.Request().Context(), &of, check, typed); err != nil {
		return q, typed, err
	}
	q = reports.ComparisonQuery{Query: of.Query, From: of.Since, Zone: s.Clock.Zone(), By: typed.Get("by")}
	if what := reports.Moved(typed.Get("what")); slices.Contains(reports.MovedKinds, what) {
		q.What = what
	}
	return q, typed, nil
}

// compareShow answers GET /reports/changes: since the period began, where
// nothing else is asked for.
func (s *Server) compareShow(c echo.Context) error {
	var check problem.Check
	q, typed, err := s.compareQuery(c, &check)
	if err != nil {
		return err
	}
	title := s.t.Msg("compare.title")
	p := comparePage{Page: s.page(c, title, Crumb{s.t.Msg("reports.title"), "/reports"}, Crumb{Label: title}), Typed: typed,
		Since: s.options("reports.since.", comparedSince), Whats: s.options("compare.what.", words(reports.MovedKinds)), Bys: s.options("compare.by.", reports.ComparedGroups)}
	if refusal, bad := invalid(check.Err()); bad {
		p.Errors = Problems(s.t, refusal, "since", "since_day", "as_of")
		return s.showAs(c, http.StatusUnprocessableEntity, "reports/changes", p)
	}
	v, err := s.Reports.Compare(c.Request().Context(), q)
	if err != nil {
		return err
	}
	p.Compared = &v
	for i, k := range v.Kinds {
		p.Whats[i].Label = s.t.Msg("compare.what.n", "what", p.Whats[i].Label, "n", k.Count)
	}
	p.Figs = s.compareFigs(v, typed)
	rows := 0
	for _, g := range v.Groups {
		rows += len(g.Rows)
	}
	p.Paging = NewPaging(pageNumber(c), commitmentsPerPage, rows, p.Path, p.Query)
	p.Groups = compareGroups(v, p.Paging.Offset(), commitmentsPerPage)
	p.Export = exportOf(p.Path, p.Query, rows)
	return s.show(c, "reports/changes", p)
}

// compareFigs are the numbers above the list, each with its list.
func (s *Server) compareFigs(v reports.Comparison, typed url.Values) (figs []Fig) {
	list := func(what reports.Moved) string {
		q := maps.Clone(typed)
		q.Set("what", string(what))
		return address(comparePath, q)
	}
	add := func(key string, n int, note, href string) {
		figs = append(figs, Fig{Label: s.t.Msg("compare.fig." + key), Number: s.t.Int(n), Note: note, Href: href})
	}
	count := func(way reports.Moved) int {
		return v.Kinds[slices.Index(reports.MovedKinds, way)].Count
	}
	add("moved", v.Moved, s.t.Msg("compare.fig.of", "n", len(v.Lines)), list(""))
	add("status", count(reports.MovedStatus), "", list(reports.MovedStatus))
	add("slipped", v.Slipped, s.t.Msg("compare.fig.due", "n", count(reports.MovedDue)), list(reports.MovedDue))
	add("late", count(reports.MovedLate), s.t.Msg("compare.fig.late.note"), list(reports.MovedLate))
	return figs
}

// compareGroups cuts so many rows from a row on out of the groups.
func compareGroups(v reports.Comparison, from, size int) (list []compareGroup) {
	for _, g := range v.Groups {
		all := len(g.Rows)
		first := min(max(from, 0), all)
		g.Rows = g.Rows[first:min(all, first+size)]
		from -= all
		if size -= len(g.Rows); len(g.Rows) == 0 {
			continue
		}
		one := compareGroup{ComparedGroup: g}
		switch {
		case g.Key == "":
		case v.By == reports.GroupedByInstitution:
			one.Href = "/institutions/" + url.PathEscape(g.Key)
		case v.By == reports.GroupedByRecommendation:
			one.Href = recommendationPath(g.ID)
		default:
			one.Href = commitmentsPath(reports.Filter{Node: g.Key})
		}
		list = append(list, one)
	}
	return list
}

// compareTable is what changed as a file: a row for each commitment in each
// group, in the order of the page.
func (s *Server) compareTable(c echo.Context) (reports.Table, error) {
	var check problem.Check
	q, _, err := s.compareQuery(c, &check)
	if err == nil {
		err = check.Err()
	}
	if err != nil {
		return reports.Table{}, err
	}
	v, err := s.Reports.Compare(c.Request().Context(), q)
	if err != nil {
		return reports.Table{}, err
	}
	t := reports.Table{Name: "changes", Title: s.t.Msg("compare.title"), D: v.D, Filter: []string{s.t.Msg("compare.between", "from", v.From, "to", v.D)}, Columns: []reports.Column{
		{Key: "compare.by." + v.By, Width: 28}, {Key: "commitments.field.ref", Width: 14}, {Key: "commitments.field.title", Width: 44}, {Key: "compare.head.ways", Width: 30},
		{Key: "compare.head.lead_then", Width: 11}, {Key: "commitments.column.lead", Width: 11}, {Key: "compare.head.known_then", Width: 14}, {Key: "compare.head.then", Width: 14},
		{Key: "commitments.column.delivery", Width: 14}, {Key: "compare.head.due_then", Kind: reports.Days, Width: 13}, {Key: "commitments.column.due", Kind: reports.Days, Width: 13},
		numbers("report.col.updates"), numbers("compare.head.papers"), numbers("compare.head.lost"), numbers("compare.head.reached_then"), numbers("compare.head.reached"), {Key: "compare.head.ratings", Width: 30}, {Key: "compare.head.linked", Width: 20}, {Key: "compare.head.unlinked", Width: 20}}}
	if q.What != "" {
		t.Filter = append(t.Filter, s.t.Msg("compare.what."+string(q.What)))
	}
	var rows [][]any
	for _, g := range v.Groups {
		for _, r := range g.Rows {
			rows = append(rows, s.compareRow(v, g, r))
		}
	}
	t.Rows = reports.Listed(rows)
	return t, nil
}

func (s *Server) compareRow(v reports.Comparison, g reports.ComparedGroup, r *reports.ComparedRow) []any {
	var ways []string
	for _, way := range r.Ways {
		ways = append(ways, s.t.Msg("compare.what."+string(way)))
	}
	lead, known, then := v.Institutions[r.Was.LeadID].Code, s.t.Msg("compare.unknown"), s.t.Msg("briefing.not_yet")
	none := s.t.Msg("commitments.no_due")
	var dueThen any = then
	if !r.Unknown {
		known = s.t.Msg("status." + string(r.Then.Status))
	}
	if !r.Has(reports.MovedNew) {
		then = s.t.Msg("status." + string(r.Was.Status))
		dueThen = dayOr(r.Was.DueOn, none)
	}
	under := g.Key + " " + g.Title
	if g.Key == "" {
		under = s.t.Msg("compare.outside." + v.By)
	}
	return []any{under, r.Is.Ref, r.Is.Title, strings.Join(ways, ", "), lead, v.Institutions[r.Is.LeadID].Code, known, then,
		s.t.Msg("status." + string(r.Is.Status)), dueThen, dayOr(r.Is.DueOn, none), r.Updates, r.Evidence, r.Lost, r.Reached[0], r.Reached[1], strings.Join(s.ratingsMoved(r.Ratings), "; "), strings.Join(r.Linked, ", "), strings.Join(r.Unlinked, ", ")}
}

// ratingsMoved puts ratings that are others into words.
func (s *Server) ratingsMoved(list []progress.RatingMoved) (words []string) {
	for _, m := range list {
		text := wording.Of(s.t, "rating.", m.Is)
		if m.Was != "" {
			text = wording.Of(s.t, "rating.", m.Was) + " → " + text
		}
		words = append(words, s.t.Msg("ratings.rater."+string(m.Rater))+": "+text)
	}
	return words
}
