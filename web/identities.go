package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/issuer"
	"tracker/internal/problem"
)

// IssuerReturn is the address to which an issuer sends browsers back: it is
// registered there, with the tracker's own in front.
const IssuerReturn = "/sign-in/oidc/callback"

// issuerPath is the page that leads on to the issuer. A form cannot lead there
// itself: the content policy sends forms nowhere else, redirects included.
const issuerPath = "/issuer"

// sent hands the browser the secret of its trip and leads it to the page that
// leads on.
func (s *Server) sent(c echo.Context, secret string) error {
	if secret != "" {
		s.setCookie(c, tripCookie, secret, accounts.TripLimit)
	}
	return c.Redirect(http.StatusSeeOther, issuerPath)
}

// issuerSignIn sends somebody to the issuer to sign in there. When it is away
// the page to sign in says so, and takes passwords.
func (s *Server) issuerSignIn(c echo.Context) error {
	next := localPath(c.Request().PostFormValue("next"))
	secret, err := s.Accounts.SendToSignIn(c.Request().Context(), accounts.TripForm{Next: next, Address: c.RealIP(), Browser: s.cookie(c, browserCookie)})
	if err == nil {
		return s.sent(c, secret)
	}
	status := http.StatusServiceUnavailable
	away, ok := throttled(c, err)
	if ok {
		status = http.StatusTooManyRequests
	} else if away, ok = s.issuerAway(c, err); !ok {
		return err
	}
	p := s.signInPage(c)
	p.Next = next
	p.Errors = FieldErrors{{Message: s.t.Msg(away.Key, away.Args...)}}
	return s.showAs(c, status, "signin/sign_in", p)
}

// issuerAway tells whether the issuer does not answer, and has it logged: the
// reason is for who runs the server.
func (s *Server) issuerAway(c echo.Context, err error) (*problem.Error, bool) {
	p, ok := asProblem(err)
	if !ok || p.Key != issuer.KeyAway {
		return nil, false
	}
	s.Log.Warn("the issuer does not answer", "request", requestOf(c), "error", err)
	return p, true
}

type issuerPage struct {
	Page
	Issuer string
	Away   string // the address there
}

// issuerShow leads on to the issuer at once, or by its link where a browser
// does not go by itself.
func (s *Server) issuerShow(c echo.Context) error {
	to, err := s.Accounts.IssuerAddress(c.Request().Context(), s.cookie(c, tripCookie))
	if err != nil {
		return s.issuerFailed(c, err)
	}
	c.Response().Header().Set("Refresh", "0; url="+to)
	return s.show(c, "signin/issuer", issuerPage{Page: s.page(c, s.t.Msg("issuer.go.title", "name", s.Accounts.IssuerName())), Issuer: s.Accounts.IssuerName(), Away: to})
}

// issuerBack takes a browser back from the issuer. It comes by a link of
// another site, so that nothing but the state and the cookie of the trip says
// that this browser was sent.
func (s *Server) issuerBack(c echo.Context) error {
	secret := s.cookie(c, tripCookie)
	back, err := s.Accounts.Return(c.Request().Context(), accounts.ReturnForm{Secret: secret,
		Answer: issuer.Answer{State: c.QueryParam("state"), Code: c.QueryParam("code"), Issuer: c.QueryParam("iss"), Error: c.QueryParam("error")},
		Actor:  actorOf(c), Session: s.cookie(c, sessionCookie), Browser: s.cookie(c, browserCookie), Device: c.Request().UserAgent(), Request: requestOf(c)})
	if err != nil {
		return s.issuerFailed(c, err)
	}
	s.setCookie(c, tripCookie, "", -time.Hour)
	if back.Purpose == accounts.TripLink {
		return s.done(c, "/account", s.t.Msg("account.identity.linked", "name", s.Accounts.IssuerName()))
	}
	return s.admitted(c, back.SignedIn, localPath(back.Next))
}

type issuerFailedPage struct {
	Page
	Text    string
	Home    bool // who is signed in goes to their account
	Unknown bool // the identity belongs to nobody here
}

// issuerFailed says why nobody was signed in, and what to do. The reason that
// the issuer's answer was not believed is in the log, without what it held.
func (s *Server) issuerFailed(c echo.Context, err error) error {
	p, ok := asProblem(err)
	if !ok || p.Kind != problem.Invalid && p.Key != issuer.KeyAway && p.Key != accounts.KeyLinkGone {
		return err
	}
	s.Log.Warn("nobody was signed in by the issuer", "request", requestOf(c), "error", err)
	page := issuerFailedPage{Page: s.page(c, s.t.Msg("issuer.failed.title")), Text: s.t.Msg(p.Key, p.Args...), Home: actorOf(c).PersonID != 0, Unknown: p.Key == accounts.KeyIdentityUnknown}
	if page.Unknown {
		page.Title = s.t.Msg("identity.unknown.title")
	}
	return s.showAs(c, kindStatus[p.Kind], "signin/issuer_failed", page)
}

// linkIssuer sends an invited person to the issuer, in place of a password.
func (s *Server) linkIssuer(c echo.Context) error {
	secret, err := s.Accounts.SendInvited(c.Request().Context(), c.Param("token"))
	switch p, ok := asProblem(err); {
	case err == nil:
		return s.sent(c, secret)
	case ok && p.Key == issuer.KeyAway:
		return s.issuerFailed(c, err)
	case ok && p.Key == accounts.KeyLinkGone:
		return s.linkGone(c, err)
	}
	return err
}

// identityLine is an identity as its person and administrators see it.
type identityLine struct {
	accounts.Identity
	Name string // of the issuer
}

func (s *Server) identityLines(list []accounts.Identity) []identityLine {
	lines := make([]identityLine, len(list))
	for i, one := range list {
		lines[i] = identityLine{Identity: one, Name: s.Accounts.NameOfIssuer(one.Issuer)}
	}
	return lines
}

// accountLink sends a signed-in person to the issuer to link their identity there.
func (s *Server) accountLink(c echo.Context) error {
	r := c.Request()
	secret, err := s.Accounts.SendToLink(r.Context(), actorOf(c), accounts.LinkingForm{Key: r.PostFormValue("key"), Current: r.PostFormValue("identity_current"), Session: sessionOf(c).token})
	if err == nil {
		return s.sent(c, secret)
	}
	if away, ok := s.issuerAway(c, err); ok {
		return s.accountAgain(c, http.StatusServiceUnavailable, away)
	}
	if wrong, ok := throttled(c, err); ok {
		return s.accountAgain(c, http.StatusTooManyRequests, wrong)
	}
	if wrong, ok := invalid(err); ok {
		return s.accountAgain(c, http.StatusUnprocessableEntity, wrong)
	}
	return err
}

// accountAgain shows one's own page with what stood against a change.
func (s *Server) accountAgain(c echo.Context, status int, against *problem.Error) error {
	p, err := s.accountPage(c)
	if err != nil {
		return err
	}
	p.Errors = Problems(s.t, against, "current", "password", "identity_current")
	return s.showAs(c, status, "account/account", p)
}

// accountUnlink takes an identity away from one's own account.
func (s *Server) accountUnlink(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	err = s.Accounts.Unlink(c.Request().Context(), actorOf(c), c.Request().PostFormValue("key"), id)
	if against, ok := asProblem(err); ok && against.Key == "identity.only_way" {
		return s.accountAgain(c, http.StatusConflict, against)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/account", s.t.Msg("account.identity.unlinked"))
}

// personUnlink takes an identity away from a person.
func (s *Server) personUnlink(c echo.Context) error {
	identity, err := strconv.ParseInt(c.Param("identity"), 10, 64)
	if err != nil {
		return problem.Missing()
	}
	return s.changePerson(c, "admin.person.identity.unlinked", func(id, _ int64, key string, _ typed) error {
		return s.Accounts.UnlinkOf(c.Request().Context(), actorOf(c), key, id, identity)
	})
}
