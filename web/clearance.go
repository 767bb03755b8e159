package web

import (
	"github.com/labstack/echo/v4"

	"tracker/internal/problem"
	"tracker/internal/progress"
)

// clearancePage lists what waits for the clearance of whoever holds the post.
type clearancePage struct {
	Page
	List []progress.Told
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
	p := clearancePage{Page: s.page(c, s.t.Msg("clearance.title")), List: list}
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

// clearanceStep takes a step, and shows the update again where it cannot be
// taken as asked.
func (s *Server) clearanceStep(c echo.Context, done string, take func(t typed, id int64) error) error {
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
		p, e := s.clearanceOne(c)
		if e != nil {
			return e
		}
		p.Reason, p.Errors = t.text("reason"), wrong
		return s.showAs(c, status, "updates/clearance_show", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/clearance", s.t.Msg("clearance.done."+done))
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
