package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"tracker/internal/problem"
)

// errorPage tells what went wrong and what to do next.
type errorPage struct {
	Page
	Heading string
	Text    string
	Request string // id of the request, when the fault is ours
}

var kindStatus = map[problem.Kind]int{
	problem.Internal: http.StatusInternalServerError, problem.Invalid: http.StatusUnprocessableEntity, problem.NotFound: http.StatusNotFound,
	problem.Forbidden: http.StatusForbidden, problem.Conflict: http.StatusConflict, problem.Unavailable: http.StatusServiceUnavailable,
}

func asProblem(err error) (*problem.Error, bool) {
	var p *problem.Error
	ok := errors.As(err, &p)
	return p, ok
}

// answerError is the one place that turns an error into an answer. What is
// ours is logged here, once; a user sees the request's id and no driver text.
func (s *Server) answerError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	status, text := http.StatusInternalServerError, ""
	var he *echo.HTTPError
	switch p, ok := asProblem(err); {
	case ok:
		status = kindStatus[p.Kind]
		text = s.t.Msg(p.Key, p.Args...)
		if p.Kind == problem.Unavailable {
			c.Response().Header().Set("Retry-After", "5")
			s.Log.Error("unavailable", "request", requestOf(c), "error", err)
		}
	case errors.As(err, &he):
		status = he.Code
	}
	if status >= 500 && text == "" {
		s.Log.Error("request failed", "request", requestOf(c), "method", c.Request().Method, "route", c.Path(), "error", err)
	}
	if status == http.StatusForbidden || status == http.StatusNotFound {
		s.refused(c)
	}
	if c.Get(keySite) == nil { // no route was reached, so nobody was identified
		s.identify(c) //nolint:errcheck // the page can do without
	}
	key := "error." + strconv.Itoa(status)
	if !s.t.Has(key + ".heading") {
		key = "error.500"
	}
	if text == "" || status == http.StatusNotFound {
		text = s.t.Msg(key + ".text")
	}
	page := errorPage{Page: s.page(c, s.t.Msg(key+".heading")), Heading: s.t.Msg(key + ".heading"), Text: text}
	if status >= 500 {
		page.Request = requestOf(c)
	}
	if c.Request().Method == http.MethodHead {
		c.NoContent(status) //nolint:errcheck // the client is gone
		return
	}
	if err := s.showAs(c, status, "error", page); err != nil {
		s.Log.Error("error page failed", "request", requestOf(c), "error", err)
		c.String(http.StatusInternalServerError, "Internal error "+requestOf(c)) //nolint:errcheck // the client is gone
	}
}
