package web

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/problem"
	"tracker/internal/reports/wording"
)

// errorPage tells what went wrong and what to do next.
type errorPage struct {
	Page
	Heading string
	Text    string
	Request string // id of the request, when the fault is ours
	Wait    int    // seconds after which what was asked may be asked again; 0: nobody knows
	Resend  []wording.Fact
	Action  string // where what was sent goes once more; empty: nothing was sent
}

var kindStatus = map[problem.Kind]int{
	problem.Internal: http.StatusInternalServerError, problem.Invalid: http.StatusUnprocessableEntity, problem.NotFound: http.StatusNotFound,
	problem.Forbidden: http.StatusForbidden, problem.Conflict: http.StatusConflict, problem.Unavailable: http.StatusServiceUnavailable,
}

// keyUnavailable is the message of what may be tried again as it was: the
// database did not answer, or what was asked for waits behind others.
const keyUnavailable = "problem.unavailable"

// unavailableWait is after how many seconds to try again what the database did
// not answer.
const unavailableWait = 5

// statusGone is of answers that nobody waits for any more.
const statusGone = 499

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
	if errors.Is(err, context.Canceled) && errors.Is(c.Request().Context().Err(), context.Canceled) {
		c.NoContent(statusGone) //nolint:errcheck // the client is gone
		return
	}
	status, text, wait := s.verdictOn(err)
	if status >= 500 {
		s.Log.Error("request failed", "request", requestOf(c), "method", c.Request().Method, "route", c.Path(), "status", status, "error", err)
	}
	if wait > 0 || status == http.StatusServiceUnavailable {
		retryAfter(c, cmp.Or(wait, unavailableWait))
	}
	if status == http.StatusForbidden || status == http.StatusNotFound {
		s.refused(c)
	}
	if c.Request().Method == http.MethodHead {
		c.NoContent(status) //nolint:errcheck // the client is gone
		return
	}
	if err := s.showAs(c, status, "error", s.errorPage(c, status, text, wait)); err != nil {
		s.Log.Error("error page failed", "request", requestOf(c), "error", err)
		c.String(http.StatusInternalServerError, "Internal error "+requestOf(c)) //nolint:errcheck // the client is gone
	}
}

// verdictOn is the status of an error, what is said of it where it has words
// of its own, and after how many seconds to try again.
func (s *Server) verdictOn(err error) (status int, text string, wait int) {
	var refused refusal
	if errors.As(err, &refused) {
		s.metrics.refused(refused)
		if refused.own {
			text = s.t.Msg("limits."+refused.of.name, "n", refused.seconds())
		}
		return refused.status(), text, refused.seconds()
	}
	var he *echo.HTTPError
	p, ok := asProblem(err)
	switch {
	case ok:
		if status = kindStatus[p.Kind]; p.Key != keyUnavailable && status != http.StatusNotFound {
			return status, s.t.Msg(p.Key, p.Args...), 0
		}
	case errors.As(err, &he):
		status = he.Code
	case errors.Is(err, context.DeadlineExceeded):
		status = http.StatusServiceUnavailable
	default:
		status = http.StatusInternalServerError
	}
	if status == http.StatusServiceUnavailable {
		wait = unavailableWait
	}
	return status, text, wait
}

// errorPage makes the page of a status. Who is to come again later gets one
// that asks the database nothing: it may be what does not answer.
func (s *Server) errorPage(c echo.Context, status int, text string, wait int) errorPage {
	if wait > 0 {
		defer c.Set(keyActor, c.Get(keyActor))
		c.Set(keyActor, nil)
		if site := s.site.Load(); site != nil {
			c.Set(keySite, *site)
		}
	} else if c.Get(keySite) == nil { // no route was reached, so nobody was identified
		s.identify(c) //nolint:errcheck // the page can do without
	}
	key := "error." + strconv.Itoa(status)
	if !s.t.Has(key + ".heading") {
		key = "error.500"
	}
	if text == "" {
		text = s.t.Msg(key + ".text")
	}
	page := errorPage{Page: s.page(c, s.t.Msg(key+".heading")), Heading: s.t.Msg(key + ".heading"), Text: text, Wait: wait}
	if status >= 500 {
		page.Request = requestOf(c)
	}
	if wait > 0 && c.Request().Method == post {
		page.Action, page.Resend = c.Request().URL.RequestURI(), resend(c)
	}
	return page
}

// resend is the form of a request, to be sent once more: the key in it lets it
// count once. It is nil for a form with a password, a code or files, which a
// browser sends again when the page is loaded anew.
func resend(c echo.Context) (fields []wording.Fact) {
	form := c.Request().PostForm
	if costOf(post, c.Path()) == costSignIn {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if strings.Contains(name, "password") {
			return nil
		}
		for _, value := range url.Values(form)[name] {
			fields = append(fields, wording.Fact{Name: name, Value: value})
		}
	}
	return fields
}
