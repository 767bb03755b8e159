package web

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"tracker/internal/problem"
	"tracker/internal/reports"
)

// recommendationChangesPage is what changed of a recommendation since a day.
type recommendationChangesPage struct {
	Page
	Ref, Heading, Action string
	Typed                url.Values
	Since                []Option
	Changes              *reports.RecommendationChanges // nil while the day is wrong
	Commitments          []reports.AnsweredChange       // those that changed
	Still                int                            // those that did not
}

// recommendationChanges answers GET /recommendations/:id/changes: since the
// period began, where nothing else is asked for.
func (s *Server) recommendationChanges(c echo.Context) error {
	id, err := recommendationID(c)
	if err != nil {
		return err
	}
	typed := url.Values{}
	for _, name := range []string{"since", "since_day"} {
		typed.Set(name, readable(c.QueryParam(name)))
	}
	if typed.Get("since") == "" {
		typed.Set("since", "period")
	}
	q := reports.StatusQuery{Query: s.ledgerQuery(c)}
	r, err := s.Reports.Recommendation(c.Request().Context(), q.Query, id)
	if err != nil {
		return err
	}
	title := s.t.Msg("asked.changes.title")
	p := recommendationChangesPage{Page: s.page(c, r.Row.Ref()+": "+title, s.recommendationCrumbs(r, Crumb{Label: title})...), Ref: r.Row.Ref(), Heading: r.Row.Title,
		Action: recommendationPath(id) + "/changes", Typed: typed, Since: s.options("reports.since.", comparedSince)}
	var check problem.Check
	if err := s.sinceOf(c.Request().Context(), &q, &check, typed); err != nil {
		return err
	}
	if refusal, bad := invalid(check.Err()); bad {
		p.Errors = Problems(s.t, refusal, "since", "since_day")
		return s.showAs(c, http.StatusUnprocessableEntity, "recommendations/recommendation_changes", p)
	}
	changes, err := s.Reports.RecommendationSince(c.Request().Context(), q.Query, id, q.Since)
	if err != nil {
		return err
	}
	p.Changes = &changes
	for _, one := range changes.Commitments {
		if one.Unchanged() {
			p.Still++
			continue
		}
		p.Commitments = append(p.Commitments, one)
	}
	return s.show(c, "recommendations/recommendation_changes", p)
}
