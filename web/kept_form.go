package web

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/problem"
	"tracker/internal/reports/wording"
)

// keptCookie holds the secret of a form that was sent after its session had
// ended.
const (
	keptCookie = "kept"
	keptPath   = "/kept-form"
)

// keepForm keeps what was sent without a session for the person whose session
// has ended since, and says whether it did. Forms with a password and files
// are never kept.
func (s *Server) keepForm(c echo.Context) bool {
	r := c.Request()
	if r.Method != post || mediaType(r) != echo.MIMEApplicationForm || s.cookie(c, sessionCookie) == "" {
		return false
	}
	t, err := typedOf(c)
	if err != nil || len(t) == 0 {
		return false
	}
	for name := range t {
		if strings.Contains(name, "password") {
			return false
		}
	}
	secret, err := s.Accounts.KeepForm(r.Context(), s.cookie(c, sessionCookie), accounts.KeptForm{Path: localPath(r.URL.RequestURI()), Fields: url.Values(t)})
	if err != nil {
		if problem.KindOf(err) != problem.NotFound {
			s.Log.Error("form not kept", "request", requestOf(c), "error", err)
		}
		return false
	}
	s.setCookie(c, keptCookie, secret, accounts.FormKept)
	return true
}

// keptFormPage offers what was typed to the person who typed it.
type keptFormPage struct {
	Page
	Form   accounts.KeptForm
	There  bool
	Typed  []wording.Fact // what a person reads of it, with the names of its fields as far as they have one
	Hidden []wording.Fact // all that was sent
	GoOn   bool           // the form can be opened again with what was typed
	Key    string
}

// keptForm answers GET /kept-form.
func (s *Server) keptForm(c echo.Context) error {
	p := keptFormPage{Page: s.page(c, s.t.Msg("kept.title"), Crumb{Label: s.t.Msg("kept.title")}), Key: newKey()}
	p.Narrow = true
	form, err := s.Accounts.KeptForm(c.Request().Context(), actorOf(c), s.cookie(c, keptCookie))
	if problem.KindOf(err) == problem.NotFound {
		return s.show(c, "signin/kept_form", p)
	}
	if err != nil {
		return err
	}
	p.Form, p.There = form, true
	path, _, _ := strings.Cut(form.Path, "?")
	edits := strings.HasPrefix(path, "/updates/") || strings.HasPrefix(path, "/measurements/")
	p.GoOn = strings.HasSuffix(path, "/updates/new") || strings.HasSuffix(path, "/measurements/new") || edits && strings.HasSuffix(path, "/edit")
	for _, name := range slices.Sorted(maps.Keys(form.Fields)) {
		for _, value := range form.Fields[name] {
			p.Hidden = append(p.Hidden, wording.Fact{Name: name, Value: value})
			if strings.ContainsAny(value, " \n") {
				label := ""
				for _, of := range []string{"indicators.field.", "updates.field."} {
					if s.t.Has(of + name) {
						label = s.t.Msg(of + name)
					}
				}
				p.Typed = append(p.Typed, wording.Fact{Name: label, Value: value})
			}
		}
	}
	return s.show(c, "signin/kept_form", p)
}

// keptFormForget answers POST /kept-form/forget.
func (s *Server) keptFormForget(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	if err := s.Accounts.ForgetForm(c.Request().Context(), actorOf(c), t.line("key"), s.cookie(c, keptCookie)); err != nil {
		return err
	}
	s.setCookie(c, keptCookie, "", -time.Hour)
	return s.done(c, "/", s.t.Msg("kept.done.forgotten"))
}
