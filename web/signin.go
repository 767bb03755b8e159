package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/problem"
)

// browserKept is how long a browser's own cookie lasts: strangers cannot lock
// out a browser that signed in within that time.
const browserKept = 180 * 24 * time.Hour

type signInPage struct {
	Page
	Email string
	Next  string
	Ended bool // the browser still showed a session that is over
	Kept  bool // and what was sent is kept

	Issuer string // who signs people in elsewhere, empty where nobody does
}

func (s *Server) signInPage(c echo.Context) signInPage {
	return signInPage{Page: s.page(c, s.t.Msg("signin.title")), Issuer: s.Accounts.IssuerName()}
}

// signInForm asks for e-mail and password; who is signed in goes home.
func (s *Server) signInForm(c echo.Context) error {
	if actorOf(c).PersonID != 0 {
		return c.Redirect(http.StatusSeeOther, "/")
	}
	p := s.signInPage(c)
	p.Next = localPath(c.QueryParam("next"))
	p.Kept = p.Next == keptPath
	if s.cookie(c, sessionCookie) != "" {
		p.Ended = true
		s.setCookie(c, sessionCookie, "", -time.Hour)
	}
	return s.show(c, "signin/sign_in", p)
}

// signIn opens a session, or asks for the second factor. Every wrong attempt gets the same answer.
func (s *Server) signIn(c echo.Context) error {
	r := c.Request()
	in, err := s.Accounts.SignIn(r.Context(), accounts.SignInForm{Email: r.PostFormValue("email"), Password: r.PostFormValue("password"),
		Address: c.RealIP(), Browser: s.cookie(c, browserCookie), Session: s.cookie(c, sessionCookie),
		Device: r.UserAgent(), Request: requestOf(c)})
	if err != nil {
		return s.signInAgain(c, r.PostFormValue("email"), localPath(r.PostFormValue("next")), err)
	}
	return s.admitted(c, in, localPath(r.PostFormValue("next")))
}

// signInAgain shows the form with what was wrong; too many attempts are 429.
func (s *Server) signInAgain(c echo.Context, email, next string, err error) error {
	status := http.StatusUnprocessableEntity
	wrong, ok := invalid(err)
	if !ok {
		if wrong, ok = throttled(c, err); !ok {
			return err
		}
		status = http.StatusTooManyRequests
	}
	p := s.signInPage(c)
	p.Email, p.Next = email, next
	p.Errors = FieldErrors{{Field: "email", Message: s.t.Msg(wrong.Key, wrong.Args...)}}
	return s.showAs(c, status, "signin/sign_in", p)
}

// throttled tells whether there were too many attempts, and says in the
// header how many seconds to wait.
func throttled(c echo.Context, err error) (*problem.Error, bool) {
	p, ok := asProblem(err)
	if !ok || p.Key != accounts.KeyThrottled {
		return nil, false
	}
	for i := 0; i+1 < len(p.Args); i += 2 {
		if minutes, ok := p.Args[i+1].(int); ok && p.Args[i] == "minutes" {
			c.Response().Header().Set("Retry-After", strconv.Itoa(minutes*60))
		}
	}
	return p, true
}

// signOut ends the session, also one that is over already. The browser's own
// cookie stays: it opens nothing.
func (s *Server) signOut(c echo.Context) error {
	if token := sessionOf(c).token; token != "" {
		if err := s.Accounts.SignOut(c.Request().Context(), actorOf(c), token); err != nil {
			return err
		}
	}
	s.setCookie(c, sessionCookie, "", -time.Hour)
	c.Response().Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return c.Redirect(http.StatusSeeOther, "/sign-in")
}

type linkPage struct {
	Page
	accounts.LinkInfo
	Action string
	Min    int
	Issuer string // who can sign the person in, where an invitation allows it
}

// linkForm shows what a one-time link is for. It does not use the link:
// programs that read mail follow links too.
func (s *Server) linkForm(c echo.Context) error {
	info, err := s.Accounts.LinkInfo(c.Request().Context(), c.Param("token"))
	if err != nil {
		return s.linkGone(c, err)
	}
	return s.show(c, "signin/link", s.linkPage(c, info))
}

func (s *Server) linkPage(c echo.Context, info accounts.LinkInfo) linkPage {
	title := s.t.Msg("signin.link.sign_in.title")
	if info.SetsPassword() {
		title = s.t.Msg("signin.link.password.title")
	}
	p := linkPage{Page: s.page(c, title), LinkInfo: info, Action: c.Request().URL.EscapedPath(), Min: accounts.MinPassword}
	if info.Purpose == accounts.Invite {
		p.Issuer = s.Accounts.IssuerName()
	}
	return p
}

// linkUse uses a link up and signs its person in.
func (s *Server) linkUse(c echo.Context) error {
	r := c.Request()
	info, err := s.Accounts.LinkInfo(r.Context(), c.Param("token"))
	if err != nil {
		return s.linkGone(c, err)
	}
	in, err := s.Accounts.UseLink(r.Context(), accounts.LinkForm{Token: c.Param("token"), Password: r.PostFormValue("password"),
		Browser: s.cookie(c, browserCookie), Session: s.cookie(c, sessionCookie), Device: r.UserAgent(), Request: requestOf(c)})
	if wrong, ok := invalid(err); ok {
		p := s.linkPage(c, info)
		p.Errors = Problems(s.t, wrong, "password")
		return s.showAs(c, http.StatusUnprocessableEntity, "signin/link", p)
	}
	if err != nil {
		return s.linkGone(c, err)
	}
	return s.admitted(c, in, "")
}

// linkGone answers a link that opens nothing, whatever the reason, in one way.
func (s *Server) linkGone(c echo.Context, err error) error {
	if problem.KindOf(err) != problem.NotFound {
		return err
	}
	return s.showAs(c, http.StatusNotFound, "signin/link_gone", struct{ Page }{s.page(c, s.t.Msg("signin.link.gone.title"))})
}

type forgottenPage struct {
	Page
	Mail    bool // links go by mail, so that the page can ask for one
	Sent    bool
	Contact string
}

func (s *Server) forgottenPage(c echo.Context) forgottenPage {
	return forgottenPage{Page: s.page(c, s.t.Msg("signin.forgotten.title")), Mail: s.Accounts.SendsMail(), Contact: settingsOf(c).Contact}
}

// forgottenForm says how to get a link to choose a new password.
func (s *Server) forgottenForm(c echo.Context) error {
	return s.show(c, "signin/forgotten", s.forgottenPage(c))
}

// forgotten asks for such a link by mail and always answers the same.
func (s *Server) forgotten(c echo.Context) error {
	r := c.Request()
	err := s.Accounts.RequestReset(r.Context(), accounts.ForgottenForm{Email: r.PostFormValue("email"), Address: c.RealIP(), Request: requestOf(c)})
	if err != nil {
		return err
	}
	p := s.forgottenPage(c)
	p.Sent = true
	return s.show(c, "signin/forgotten", p)
}
