package web

import (
	"github.com/labstack/echo/v4"
)

// commentAdd answers POST /updates/:id/comments.
func (s *Server) commentAdd(c echo.Context) error {
	form, err := typedOf(c)
	if err != nil {
		return err
	}
	id, err := updateID(c)
	if err != nil {
		return err
	}
	err = s.Progress.Comment(c.Request().Context(), actorOf(c), form.line("key"), id, form.text("comment"))
	if status, wrong, again := s.again(err); again {
		u, f, e := s.update(c)
		if e != nil || len(wrong) == 0 || conflict(err) {
			return err
		}
		p := s.updatePage(c, u, f)
		p.Comment, p.Errors = form.text("comment"), wrong
		return s.showAs(c, status, "updates/update_show", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/updates/"+itoa(id)+"#comments", s.t.Msg("comment.done"))
}
