package web

import (
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/problem"
)

// codePath asks for the second factor of a sign-in.
const codePath = "/sign-in/code"

// admitted answers every way of signing in whose first factor was right: the
// browser gets its session and goes on, or is asked for the second factor.
func (s *Server) admitted(c echo.Context, in accounts.SignedIn, next string) error {
	if in.Step != "" {
		s.setCookie(c, stepCookie, in.Step, accounts.StepLimit)
		to := codePath
		if next != "" && next != "/" {
			to += "?next=" + url.QueryEscape(next)
		}
		return c.Redirect(http.StatusSeeOther, to)
	}
	c.Set(keyActor, in.Actor) // the line of the log says who signed in
	s.setCookie(c, sessionCookie, in.Session, 0)
	s.setCookie(c, browserCookie, in.Browser, browserKept)
	if s.cookie(c, stepCookie) != "" {
		s.setCookie(c, stepCookie, "", -time.Hour)
	}
	to, said := next, ""
	switch in.Way {
	case accounts.Way(accounts.SignInLink):
		to, said = "/account", "signin.link.sign_in.done"
	case accounts.Way(accounts.Invite), accounts.Way(accounts.Reset):
		to, said = "/", "signin.link.password.done"
	}
	if said != "" {
		if err := s.Accounts.SetFlash(c.Request().Context(), in.Session, s.t.Msg(said)); err != nil {
			return err
		}
	}
	return c.Redirect(http.StatusSeeOther, to)
}

type codePage struct {
	Page
	Next string
	Way  accounts.Way
}

// PasswordSet says that a new password was chosen before this page.
func (p codePage) PasswordSet() bool {
	return p.Way == accounts.Way(accounts.Invite) || p.Way == accounts.Way(accounts.Reset)
}

// codeForm asks for the code of the authenticator app. Without a sign-in that
// waits for one it leads to the beginning.
func (s *Server) codeForm(c echo.Context) error {
	if s.cookie(c, stepCookie) == "" { // nothing was begun
		return s.signInForm(c)
	}
	way, err := s.Accounts.Awaited(c.Request().Context(), s.cookie(c, stepCookie))
	if err != nil {
		return s.stepOver(c, localPath(c.QueryParam("next")), err)
	}
	return s.show(c, "signin/code", codePage{Page: s.page(c, s.t.Msg("signin.code.title")), Next: localPath(c.QueryParam("next")), Way: way})
}

// code takes the code and opens the session.
func (s *Server) code(c echo.Context) error {
	r := c.Request()
	next := localPath(r.PostFormValue("next"))
	way, err := s.Accounts.Awaited(r.Context(), s.cookie(c, stepCookie))
	if err != nil {
		return s.stepOver(c, next, err)
	}
	in, err := s.Accounts.SecondFactor(r.Context(), accounts.CodeForm{Step: s.cookie(c, stepCookie), Code: r.PostFormValue("code"), Address: c.RealIP(),
		Browser: s.cookie(c, browserCookie), Session: s.cookie(c, sessionCookie), Device: r.UserAgent(), Request: requestOf(c)})
	if err == nil {
		return s.admitted(c, in, next)
	}
	status := http.StatusUnprocessableEntity
	wrong, ok := invalid(err)
	if !ok {
		if wrong, ok = throttled(c, err); !ok {
			return s.stepOver(c, next, err)
		}
		status = http.StatusTooManyRequests
	}
	p := codePage{Page: s.page(c, s.t.Msg("signin.code.title")), Next: next, Way: way}
	p.Errors = FieldErrors{{Field: "code", Message: s.t.Msg(wrong.Key, wrong.Args...)}}
	return s.showAs(c, status, "signin/code", p)
}

// stepOver says, on the page where signing in begins, that it must begin anew.
func (s *Server) stepOver(c echo.Context, next string, err error) error {
	if problem.KindOf(err) != problem.NotFound {
		return err
	}
	s.setCookie(c, stepCookie, "", -time.Hour)
	p := s.signInPage(c)
	p.Next = next
	p.Errors = FieldErrors{{Field: "email", Message: s.t.Msg(accounts.KeyStepOver)}}
	return s.showAs(c, http.StatusUnprocessableEntity, "signin/sign_in", p)
}
