package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/problem"
)

const secondPath = "/account/second-factor"

// enrols says whether a route serves whoever has to set up a second factor
// first: that page, what leads in and out, and how it is done.
func enrols(route string) bool {
	return slices.Contains([]string{secondPath, secondPath + "/confirm", "/sign-out", "/sign-in", codePath, "/links/:token", "/forgotten", "/help/signing-in"}, route)
}

// askToEnrol leads a page to where the second factor is set up; a form is
// refused, and nothing is done.
func (s *Server) askToEnrol(c echo.Context) error {
	if c.Request().Method == post {
		return problem.Denied("second.must")
	}
	return c.Redirect(http.StatusSeeOther, secondPath)
}

// secondPage is a person's second factor, and what is shown of a new one.
type secondPage struct {
	Page
	Own   accounts.OwnSecond
	Must  bool // nothing else is open before it is set up
	Key   string
	Offer accounts.Offer
	QR    qrShape
	Codes []string // recovery codes, shown in this answer alone
	Email string
	At    string // the form that was sent: what was wrong stands there
}

// Wrong is what was wrong with a field of one of the page's forms.
func (p secondPage) Wrong(form, field string) string {
	if form != p.At {
		return ""
	}
	return p.Errors.For(field)
}

// ID is the id of a field of one of the page's forms: the plain name where the
// errors stand, which lead there.
func (p secondPage) ID(form, field string) string {
	if form == p.At {
		return field
	}
	return form + "-" + field
}

func (s *Server) secondPage(c echo.Context) (secondPage, error) {
	p := secondPage{Page: s.page(c, s.t.Msg("second.title"), Crumb{s.t.Msg("account.title"), "/account"}, Crumb{Label: s.t.Msg("second.title")}),
		Must: sessionOf(c).MustEnrol, Key: newKey(), Email: actorOf(c).Email}
	var err error
	p.Own, err = s.Accounts.OwnSecond(c.Request().Context(), actorOf(c), sessionOf(c).token)
	return p, err
}

// secondShow is the page on which a person sets up, renews and removes their
// second factor.
func (s *Server) secondShow(c echo.Context) error {
	p, err := s.secondPage(c)
	if err != nil {
		return err
	}
	return s.show(c, "account/second", p)
}

// secondAgain shows the page with what was wrong.
func (s *Server) secondAgain(c echo.Context, form string, err error, fields ...string) error {
	status := http.StatusUnprocessableEntity
	wrong, ok := invalid(err)
	if !ok {
		if wrong, ok = throttled(c, err); ok {
			status = http.StatusTooManyRequests
		} else if wrong, ok = asProblem(err); !ok || wrong.Kind != problem.Conflict && wrong.Key != "second.offer_over" {
			return err
		} else {
			status = http.StatusConflict
		}
	}
	p, err := s.secondPage(c)
	if err != nil {
		return err
	}
	p.At, p.Errors = form, Problems(s.t, wrong, fields...)
	return s.showAs(c, status, "account/second", p)
}

// proof reads what a person gives once more.
func proof(c echo.Context) (accounts.ProofForm, error) {
	form, err := typedOf(c)
	return accounts.ProofForm{Key: form.line("key"), Current: c.Request().PostFormValue("current"), Code: form.line("code"), Session: sessionOf(c).token}, err
}

// secondOffer shows a new secret, as a picture for the app and as text.
func (s *Server) secondOffer(c echo.Context) error {
	f, err := proof(c)
	if err != nil {
		return err
	}
	o, err := s.Accounts.OfferSecond(c.Request().Context(), actorOf(c), s.nameInApp(c), f)
	if err != nil {
		return s.secondAgain(c, "set", err, "current", "code")
	}
	return s.showOffer(c, http.StatusOK, o, nil)
}

// nameInApp names the tracker in an app, beside others.
func (s *Server) nameInApp(c echo.Context) string {
	return s.t.Msg("second.issuer", "product", s.t.Msg("product"), "country", settingsOf(c).CountryName)
}

func (s *Server) showOffer(c echo.Context, status int, o accounts.Offer, wrong *problem.Error) error {
	p, err := s.secondPage(c)
	if err != nil {
		return err
	}
	if p.QR, err = qrPicture(o.Address); err != nil {
		return err
	}
	p.Title, p.Offer = s.t.Msg("second.offer.title"), o
	if wrong != nil {
		p.Errors = Problems(s.t, wrong, "code")
	}
	return s.showAs(c, status, "account/second_offer", p)
}

// secondConfirm sets the second factor after the app's first code, and shows
// the recovery codes. They stand in this answer alone.
func (s *Server) secondConfirm(c echo.Context) error {
	form, err := typedOf(c)
	if err != nil {
		return err
	}
	ctx, actor, token := c.Request().Context(), actorOf(c), sessionOf(c).token
	codes, err := s.Accounts.ConfirmSecond(ctx, actor, accounts.ConfirmForm{Key: form.line("key"), Sealed: form.line("offer"), Code: form.line("code"), Session: token})
	if wrong, ok := invalid(err); ok {
		o, gone := s.Accounts.Offered(actor, s.nameInApp(c), form.line("offer"), token)
		if gone != nil {
			return s.secondAgain(c, "set", gone)
		}
		return s.showOffer(c, http.StatusUnprocessableEntity, o, wrong)
	}
	if err != nil {
		return s.secondAgain(c, "set", err)
	}
	return s.showCodes(c, codes)
}

// showCodes shows new recovery codes; a form that was sent twice has none to
// show a second time.
func (s *Server) showCodes(c echo.Context, codes []string) error {
	if len(codes) == 0 {
		return s.done(c, secondPath, s.t.Msg("second.codes.shown"))
	}
	p, err := s.secondPage(c)
	if err != nil {
		return err
	}
	p.Title, p.Codes = s.t.Msg("second.codes.title"), codes
	return s.show(c, "account/second_codes", p)
}

// secondCodes makes new recovery codes.
func (s *Server) secondCodes(c echo.Context) error {
	f, err := proof(c)
	if err != nil {
		return err
	}
	codes, err := s.Accounts.NewCodes(c.Request().Context(), actorOf(c), f)
	if err != nil {
		return s.secondAgain(c, "codes", err, "code")
	}
	return s.showCodes(c, codes)
}

// secondRemove removes one's own second factor.
func (s *Server) secondRemove(c echo.Context) error {
	f, err := proof(c)
	if err != nil {
		return err
	}
	if err := s.Accounts.RemoveSecond(c.Request().Context(), actorOf(c), f); err != nil {
		return s.secondAgain(c, "remove", err, "current", "code")
	}
	return s.done(c, secondPath, s.t.Msg("second.removed"))
}

type personSecondPage struct {
	personPage
	Reason string
}

// personSecondForm asks why an administrator removes a person's second factor.
func (s *Server) personSecondForm(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	return s.personSecondShow(c, id, http.StatusOK, nil)
}

func (s *Server) personSecondShow(c echo.Context, id int64, status int, wrong *problem.Error) error {
	p, err := s.personPage(c, id)
	if err != nil {
		return err
	}
	p.Title = s.t.Msg("admin.person.second.title", "email", p.Person.Email)
	p.Crumbs = s.adminCrumbs(Crumb{s.t.Msg("admin.people.title"), "/admin/people"}, Crumb{p.Person.Email, personPath(id)}, Crumb{Label: s.t.Msg("admin.person.second")})
	if wrong != nil {
		p.Errors = Problems(s.t, wrong, "reason")
	}
	return s.showAs(c, status, "admin/person_second", personSecondPage{p, c.Request().PostFormValue("reason")})
}

// personSecondRemove removes the second factor of a person who lost it.
func (s *Server) personSecondRemove(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	form, err := typedOf(c)
	if err != nil {
		return err
	}
	err = s.Accounts.RemoveSecondOf(c.Request().Context(), actorOf(c), accounts.LossForm{Key: form.line("key"), PersonID: id, Reason: form.text("reason")})
	if wrong, ok := invalid(err); ok {
		return s.personSecondShow(c, id, http.StatusUnprocessableEntity, wrong)
	}
	return s.personChanged(c, id, err, "admin.person.second.removed")
}
