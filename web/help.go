package web

import (
	"html/template"
	"regexp"
	"slices"
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
	p.Lede, p.Body = s.linkedFor(actor, p.Lede), s.linkedFor(actor, p.Body)
	return s.show(c, "help/help", p)
}

var manualLink = regexp.MustCompile(`<a href="(/[^"]*)">(.*?)</a>`)

// linkedFor keeps of the links of a manual page those that lead its reader
// somewhere; of the others, on the pages of other roles, the words stay.
func (s *Server) linkedFor(actor accounts.Actor, text template.HTML) template.HTML {
	kept := manualLink.ReplaceAllStringFunc(string(text), func(link string) string {
		if found := manualLink.FindStringSubmatch(link); !s.opens(actor, found[1]) {
			return found[2]
		}
		return link
	})
	return template.HTML(kept) //nolint:gosec // of the program's own files, with links taken out
}

// opens says whether an address leads a person to a page: the table lets
// their role in, and a focal point outside government is not led to the pages
// of the whole plan. Where nobody is signed in, signing in comes first.
func (s *Server) opens(actor accounts.Actor, address string) bool {
	path, _, _ := strings.Cut(address, "#")
	path, _, _ = strings.Cut(path, "?")
	switch {
	case actor.PersonID == 0:
		return true
	case path == "/sign-in":
		return false
	}
	area, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if !actor.CanReadWholePlan() && slices.Contains(wholePlan, "/"+area) {
		return false
	}
	return slices.ContainsFunc(s.routes(), func(r route) bool { return r.method == get && r.leadsTo(path) && r.may.allows(actor.Role) })
}
