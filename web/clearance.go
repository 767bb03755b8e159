package web

import (
	"github.com/labstack/echo/v4"

	"tracker/internal/indicators"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
	telling "tracker/internal/reports/wording"
)

// clearancePage lists what waits for the clearance of whoever holds the post.
type clearancePage struct {
	Page
	List    []progress.Told
	Figures []waitingView
}

// clearanceOnePage is an update that waits for clearance.
type clearanceOnePage struct {
	Page
	Update    progress.Told
	Asked     progress.ClearanceTold
	Key       string
	RefuseKey string
	Reason    string
}

// clearing is the part of the table for the post that clears what its
// institution sends; to everybody else it does not exist.
func (s *Server) clearing() []route {
	return []route{
		{get, "/clearance", clearers, s.clearanceList},
		{get, "/clearance/:id", clearers, s.clearanceShow},
		{get, "/clearance/measurements/:id", clearers, s.clearFiguresShow},
		{post, "/clearance/measurements/:id/clear", clearers, s.clearFiguresGive},
		{post, "/clearance/measurements/:id/refuse", clearers, s.clearFiguresRefuse},
		{post, "/clearance/:id/clear", clearers, s.clearanceGive},
		{post, "/clearance/:id/refuse", clearers, s.clearanceRefuse},
		{post, "/admin/institutions/:code/clearing", administrator, s.clearingChoose},
	}
}

// clearanceList answers GET /clearance.
func (s *Server) clearanceList(c echo.Context) error {
	list, err := s.Progress.ToClear(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode)
	if err != nil {
		return err
	}
	figures, err := s.Indicators.ToClear(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode)
	if err != nil {
		return err
	}
	p := clearancePage{Page: s.page(c, s.t.Msg("clearance.title")), List: list, Figures: waitingViews(figures)}
	for i := range p.Figures {
		p.Figures[i].Href = "/clearance" + p.Figures[i].Href
	}
	p.Narrow = true
	return s.show(c, "updates/clearance_list", p)
}

// clearanceOne finds the update of an address among what waits.
func (s *Server) clearanceOne(c echo.Context) (p clearanceOnePage, err error) {
	id, err := updateID(c)
	if err != nil {
		return p, err
	}
	list, err := s.Progress.ToClear(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode)
	if err != nil {
		return p, err
	}
	for _, t := range list {
		if t.ID == id {
			title := s.t.Msg("clearance.one", "date", t.AsOf)
			p = clearanceOnePage{Page: s.page(c, title, Crumb{s.t.Msg("clearance.title"), "/clearance"}, Crumb{Label: t.Ref}), Update: t, Asked: t.Clearance, Key: newKey(), RefuseKey: newKey()}
			return p, nil
		}
	}
	return p, problem.Missing()
}

// clearanceShow answers GET /clearance/:id.
func (s *Server) clearanceShow(c echo.Context) error {
	p, err := s.clearanceOne(c)
	if err != nil {
		return err
	}
	return s.show(c, "updates/clearance_show", p)
}

// clearanceGive answers POST /clearance/:id/clear.
func (s *Server) clearanceGive(c echo.Context) error {
	return s.clearanceStep(c, "given", func(t typed, id int64) error {
		return s.Progress.Clear(c.Request().Context(), actorOf(c), t.line("key"), id, t.number("version"))
	})
}

// clearanceRefuse answers POST /clearance/:id/refuse.
func (s *Server) clearanceRefuse(c echo.Context) error {
	return s.clearanceStep(c, "refused", func(t typed, id int64) error {
		return s.Progress.RefuseClearance(c.Request().Context(), actorOf(c), t.line("key"), id, t.number("version"), t.text("reason"))
	})
}

// clearanceStep takes a step on an update, and shows it again where the step
// cannot be taken as asked.
func (s *Server) clearanceStep(c echo.Context, done string, take func(t typed, id int64) error) error {
	return s.takeClearance(c, done, take, func(status int, reason string, wrong FieldErrors) error {
		p, err := s.clearanceOne(c)
		if err != nil {
			return err
		}
		p.Reason, p.Errors = reason, wrong
		return s.showAs(c, status, "updates/clearance_show", p)
	})
}

// takeClearance takes a step; show shows again what it is about where the step
// cannot be taken as asked.
func (s *Server) takeClearance(c echo.Context, done string, take func(t typed, id int64) error, show func(status int, reason string, wrong FieldErrors) error) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	id, err := updateID(c)
	if err != nil {
		return err
	}
	err = take(t, id)
	if status, wrong, again := s.again(err, "reason"); again {
		return show(status, t.text("reason"), wrong)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/clearance", s.t.Msg("clearance.done."+done))
}

// clearFiguresPage is a measurement that waits for clearance.
type clearFiguresPage struct {
	Page
	Told      indicators.Told
	Figures   []figureLine
	Source    string
	Key       string
	RefuseKey string
	Reason    string
}

// clearFigures finds the measurement of an address among what waits.
func (s *Server) clearFigures(c echo.Context) (p clearFiguresPage, err error) {
	id, err := updateID(c)
	if err != nil {
		return p, err
	}
	m, err := s.Indicators.OneToClear(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, id)
	if err != nil {
		return p, err
	}
	title := s.t.Msg("clearance.figures", "year", m.Year.Label)
	return clearFiguresPage{Page: s.page(c, title, Crumb{s.t.Msg("clearance.title"), "/clearance"}, Crumb{Label: m.Series.Ref}), Told: m, Figures: s.figureLines(m),
		Source: telling.ToldBy(s.t, reports.ValueOf(m.Value)), Key: newKey(), RefuseKey: newKey()}, nil
}

// clearFiguresShow answers GET /clearance/measurements/:id.
func (s *Server) clearFiguresShow(c echo.Context) error {
	p, err := s.clearFigures(c)
	if err != nil {
		return err
	}
	return s.show(c, "indicators/measurement_clear", p)
}

// clearFiguresGive answers POST /clearance/measurements/:id/clear.
func (s *Server) clearFiguresGive(c echo.Context) error {
	return s.clearFiguresStep(c, "given", func(t typed, id int64) error {
		return s.Indicators.Clear(c.Request().Context(), actorOf(c), t.line("key"), settingsOf(c).CountryCode, id, t.number("version"))
	})
}

// clearFiguresRefuse answers POST /clearance/measurements/:id/refuse.
func (s *Server) clearFiguresRefuse(c echo.Context) error {
	return s.clearFiguresStep(c, "refused", func(t typed, id int64) error {
		return s.Indicators.RefuseClearance(c.Request().Context(), actorOf(c), t.line("key"), settingsOf(c).CountryCode, id, t.number("version"), t.text("reason"))
	})
}

// clearFiguresStep takes a step on a measurement, and shows it again where the
// step cannot be taken as asked.
func (s *Server) clearFiguresStep(c echo.Context, done string, take func(t typed, id int64) error) error {
	return s.takeClearance(c, done, take, func(status int, reason string, wrong FieldErrors) error {
		p, err := s.clearFigures(c)
		if err != nil {
			return err
		}
		p.Reason, p.Errors = reason, wrong
		return s.showAs(c, status, "indicators/measurement_clear", p)
	})
}

// clearingChoose answers POST /admin/institutions/:code/clearing.
func (s *Server) clearingChoose(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	post := t.number("clearing")
	if post == 0 && t.line("clearing") != "" {
		post = -1 // what is no number is no post: only an empty choice means nobody
	}
	err = s.Accounts.ChooseClearing(c.Request().Context(), actorOf(c), t.line("key"), c.Param("code"), t.number("version"), post)
	if status, wrong, again := s.again(err, "clearing"); again {
		p, _, e := s.institutionStored(c)
		if e != nil {
			return e
		}
		p.Clearing, p.Errors = t.line("clearing"), wrong
		return s.showAs(c, status, "admin/institution", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/admin/institutions/"+c.Param("code"), s.t.Msg("admin.clearing.done"))
}

// showForm shows the form of an update of an institution, which says who
// clears it before it is sent.
func (s *Server) showForm(c echo.Context, institutionID int64, p updateFormPage) (err error) {
	if p.ClearedBy, err = s.Progress.ClearedBy(c.Request().Context(), actorOf(c), institutionID); err != nil {
		return err
	}
	return s.show(c, "updates/update_form", p)
}
