package web

import (
	"html/template"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/problem"
)

// helpPage is one page of the manual with links to the others.
type helpPage struct {
	Page
	Contents   []Link
	Lede, Body template.HTML
	Roles      []helpLink // the pages of the roles, the reader's own first
	Everybody  []helpLink
	SignedIn   bool
}

// helpLink leads to a page of the manual.
type helpLink struct {
	Link
	Current bool
	Note    string
}

// helpPath is the address of a page of the manual: signing_in is /help/signing-in.
func helpPath(name string) string { return "/help/" + strings.ReplaceAll(name, "_", "-") }

// helpOwn answers GET /help: the page of the reader's own role.
func (s *Server) helpOwn(c echo.Context) error { return s.help(c, string(actorOf(c).Role)) }

// helpOpen answers GET /help/signing-in, for people who cannot sign in.
func (s *Server) helpOpen(c echo.Context) error { return s.help(c, helpSigningIn) }

// helpShow answers GET /help/:page.
func (s *Server) helpShow(c echo.Context) error {
	return s.help(c, strings.ReplaceAll(c.Param("page"), "-", "_"))
}

func (s *Server) help(c echo.Context, name string) error {
	page, ok := s.manual.pages[name]
	if !ok {
		return problem.Missing()
	}
	actor := actorOf(c)
	p := helpPage{Page: s.page(c, page.Title), Contents: page.Contents, SignedIn: actor.PersonID != 0}
	if p.SignedIn && name != string(actor.Role) {
		p.Crumbs = []Crumb{{s.t.Msg("nav.help"), "/help"}, {Label: page.Title}}
	}
	for _, n := range manualNames() {
		link := helpLink{Link: Link{Label: s.manual.pages[n].Title, Href: helpPath(n)}, Current: n == name}
		switch role := accounts.Role(n); {
		case roleBits[role] == 0:
			p.Everybody = append(p.Everybody, link)
		case actor.Is(role):
			link.Note = s.t.Msg("help.yours")
			p.Roles = append([]helpLink{link}, p.Roles...)
		default:
			p.Roles = append(p.Roles, link)
		}
	}
	var err error
	if p.Lede, p.Body, err = page.fill(factsFor(settingsOf(c))); err != nil {
		return err
	}
	return s.show(c, "help/help", p)
}
