package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/problem"
	"tracker/internal/reports"
)

// Names of what a request carries in its Echo context.
const (
	keyActor   = "actor"
	keySession = "session"
	keyRequest = "request"
	keySite    = "settings"
	keyPlace   = "place"
)

// actorOf is the person who made the request; the zero Actor when nobody is
// signed in.
func actorOf(c echo.Context) accounts.Actor {
	a, _ := c.Get(keyActor).(accounts.Actor)
	return a
}

// settingsOf are the instance's settings, read once a request.
func settingsOf(c echo.Context) accounts.Settings {
	v, _ := c.Get(keySite).(accounts.Settings)
	return v
}

// ledgerQuery asks for where everything stands today, as the actor may see it.
func (s *Server) ledgerQuery(c echo.Context) reports.Query {
	set := settingsOf(c)
	return reports.Query{Actor: actorOf(c), Country: set.CountryCode, D: s.Clock.Today(), Now: true,
		Rules: reports.Rules{DueSoonDays: set.DueSoonDays, StaleDays: set.StaleDays}}
}

// page makes the part of a page that the layout needs.
func (s *Server) page(c echo.Context, title string, crumbs ...Crumb) Page {
	set, actor := settingsOf(c), actorOf(c)
	p := Page{Title: title, Crumbs: crumbs, T: s.t, Path: c.Request().URL.Path, Query: c.QueryParams(), Today: s.Clock.Today(),
		Demo: set.Demonstration, Site: Site{Owner: set.Owner, Product: s.t.Msg("product")}}
	if actor.PersonID != 0 {
		p.Actor = &ActorView{Role: s.t.Msg("role." + string(actor.Role)), Institution: actor.InstitutionName}
		if !sessionOf(c).MustEnrol {
			p.Nav = s.nav(c, actor)
		}
		p.Flash = s.flash(c)
	}
	return p
}

// wholePlan are the areas that only those find in the navigation who read the
// whole plan.
var wholePlan = []string{"/framework", "/recommendations", "/institutions", "/dialogues", "/reports", "/jobs", "/discipline", "/ratings"}

// nav is the main navigation of a role.
func (s *Server) nav(c echo.Context, actor accounts.Actor) []NavItem {
	var items []NavItem
	path := c.Request().URL.Path
	add := func(key, href string, count int) {
		current := path == href || href != "/" && strings.HasPrefix(path, href+"/")
		items = append(items, NavItem{Label: s.t.Msg("nav." + key), Href: href, Current: current, Count: count})
	}
	if actor.Is(accounts.Partner) {
		add("publications", "/publications", 0)
		items[0].Current = items[0].Current || path == "/"
	} else {
		add("home", "/", 0)
	}
	todo, err := s.Publications.ToDo(c.Request().Context(), actor, settingsOf(c).CountryCode)
	if err != nil {
		s.Log.Error("what waits was not counted", "request", requestOf(c), "error", err) // the page can do without
	}
	if todo.Review > 0 || actor.CanReview() {
		add("review", "/review", todo.Review)
	}
	if todo.Clearance > 0 {
		add("clearance", "/clearance", todo.Clearance)
	}
	if actor.CanReadPlan() {
		add("commitments", "/commitments", 0)
		if actor.CanReadWholePlan() {
			add("framework", "/framework", 0)
			add("recommendations", "/recommendations", 0)
			add("institutions", "/institutions", 0)
		}
		add("indicators", "/indicators", 0)
		figures := &items[len(items)-1]
		figures.Current = figures.Current || strings.HasPrefix(path, "/measurements/") // as their crumbs say
		add("periods", "/periods", 0)
		if actor.CanReadWholePlan() {
			add("dialogues", "/dialogues", 0)
			add("reports", "/reports", 0)
			reports := &items[len(items)-1]
			reports.Current = reports.Current || path == "/jobs" || strings.HasPrefix(path, "/jobs/") // as their crumbs say
		}
		add("publications", "/publications", todo.Sign)
	}
	if actor.CanReadAudit() {
		add("audit", "/audit", 0)
	}
	if actor.CanAdminister() {
		add("admin", "/admin", 0)
	}
	add("help", "/help", 0)
	return items
}

// show writes a page with status 200.
func (s *Server) show(c echo.Context, name string, page any) error {
	return s.showAs(c, http.StatusOK, name, page)
}

// showAs writes a page with a status, whole or not at all.
func (s *Server) showAs(c echo.Context, status int, name string, page any) error {
	var b strings.Builder
	if err := s.render.Render(&b, name, page); err != nil {
		return err
	}
	s.made(c, b.Len())
	return c.HTML(status, b.String())
}

// done says what was done on the page that follows, and leads there.
func (s *Server) done(c echo.Context, to, message string) error {
	if err := s.setFlash(c, message); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// invalid tells whether an error is about what was typed, so that the form is
// shown again; conflict, whether the row moved on meanwhile.
func invalid(err error) (*problem.Error, bool) {
	p, ok := asProblem(err)
	return p, ok && p.Kind == problem.Invalid
}

func conflict(err error) bool { return problem.KindOf(err) == problem.Conflict }
