package web

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
)

type accountPage struct {
	Page
	Who      accounts.Actor
	ByLink   bool // the session came from a one-time link: the present password is not asked for
	Min      int
	Key      string
	Sessions []sessionLine
	Second   accounts.OwnSecond

	Password   bool   // the account has one
	Issuer     string // who signs people in elsewhere, empty where nobody does
	Identities []identityLine
}

// sessionLine is one of a person's sessions as they see it.
type sessionLine struct {
	accounts.SessionInfo
	DeviceName string
}

func (s *Server) accountPage(c echo.Context) (accountPage, error) {
	p := accountPage{Page: s.page(c, s.t.Msg("account.title")), Who: actorOf(c), ByLink: sessionOf(c).ByLink, Min: accounts.MinPassword, Key: newKey(), Issuer: s.Accounts.IssuerName()}
	ways, err := s.Accounts.Ways(c.Request().Context(), p.Who)
	if err != nil {
		return p, err
	}
	p.Password, p.Identities = ways.Password, s.identityLines(ways.Identities)
	list, err := s.Accounts.Sessions(c.Request().Context(), p.Who, sessionOf(c).token)
	for _, info := range list {
		p.Sessions = append(p.Sessions, sessionLine{SessionInfo: info, DeviceName: accounts.DeviceName(s.t, info.Device)})
	}
	if err != nil {
		return p, err
	}
	p.Second, err = s.Accounts.OwnSecond(c.Request().Context(), p.Who, sessionOf(c).token)
	return p, err
}

// accountShow is a person's own page: the post, the password, the second factor, the sign-ins elsewhere, the sessions.
func (s *Server) accountShow(c echo.Context) error {
	p, err := s.accountPage(c)
	if err != nil {
		return err
	}
	return s.show(c, "account/account", p)
}

// accountPassword changes one's own password; every other session ends.
func (s *Server) accountPassword(c echo.Context) error {
	r := c.Request()
	err := s.Accounts.ChangePassword(r.Context(), actorOf(c), accounts.PasswordForm{Key: r.PostFormValue("key"), Current: r.PostFormValue("current"),
		New: r.PostFormValue("password"), Session: sessionOf(c).token})
	if err == nil {
		return s.done(c, "/account", s.t.Msg("account.password.done"))
	}
	status := http.StatusUnprocessableEntity
	wrong, ok := invalid(err)
	if !ok {
		if wrong, ok = throttled(c, err); !ok {
			return err
		}
		status = http.StatusTooManyRequests
	}
	return s.accountAgain(c, status, wrong)
}

// accountEndSession ends one of one's own sessions.
func (s *Server) accountEndSession(c echo.Context) error {
	id := c.Param("id")
	if err := s.Accounts.EndSession(c.Request().Context(), actorOf(c), c.Request().PostFormValue("key"), id); err != nil {
		return err
	}
	if id == sessionOf(c).PublicID {
		s.setCookie(c, sessionCookie, "", -time.Hour)
		return c.Redirect(http.StatusSeeOther, "/sign-in")
	}
	return s.done(c, "/account", s.t.Msg("account.session.ended"))
}

// accountEndOthers ends all of one's sessions but this one.
func (s *Server) accountEndOthers(c echo.Context) error {
	if err := s.Accounts.EndOtherSessions(c.Request().Context(), actorOf(c), c.Request().PostFormValue("key"), sessionOf(c).token); err != nil {
		return err
	}
	return s.done(c, "/account", s.t.Msg("account.sessions.ended"))
}
