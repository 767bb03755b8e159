package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
)

// peoplePerPage is how many people a page of the list holds.
const peoplePerPage = 50

// personState is active for a person who can sign in, invited for one who has
// no password yet.
func personState(p accounts.PersonRow) string {
	switch {
	case p.Disabled():
		return "disabled"
	case !p.HasPassword:
		return "invited"
	}
	return "active"
}

type peoplePage struct {
	Page
	Rows         []personLine
	Paging       Paging
	Search       string
	Role         string
	Institution  string
	State        string
	Roles        []Option
	Institutions []Option
	States       []Option
	Chips        []Link
	Export       Export
}

// personLine is a person in the list.
type personLine struct {
	accounts.PersonRow
	State string
	Last  calendar.Date
}

// peopleList lists people, with filters that live in the address.
func (s *Server) peopleList(c echo.Context) error {
	all, err := s.Accounts.People(c.Request().Context(), actorOf(c))
	if err != nil {
		return err
	}
	p := s.peopleFrame(c)
	found := p.fitting(all)
	p.Export = exportOf("/admin/people", c.QueryParams(), len(found))
	p.Paging = NewPaging(pageNumber(c), peoplePerPage, len(found), "/admin/people", c.QueryParams())
	for _, row := range found[p.Paging.Offset():p.Paging.Last] {
		line := personLine{PersonRow: row, State: personState(row)}
		if row.LastSignIn != nil {
			line.Last = s.t.Day(*row.LastSignIn)
		}
		p.Rows = append(p.Rows, line)
	}
	p.options(s, all)
	return s.show(c, "admin/people", p)
}

// peopleFrame reads the filters from the address.
func (s *Server) peopleFrame(c echo.Context) peoplePage {
	return peoplePage{Page: s.page(c, s.t.Msg("admin.people.title"), s.adminCrumbs(Crumb{Label: s.t.Msg("admin.people.title")})...),
		Search: strings.TrimSpace(c.QueryParam("q")), Role: c.QueryParam("role"), Institution: c.QueryParam("institution"), State: c.QueryParam("state")}
}

// fitting are the people within the filters.
func (p peoplePage) fitting(all []accounts.PersonRow) []accounts.PersonRow {
	found := make([]accounts.PersonRow, 0, len(all))
	for _, row := range all {
		if p.matches(row) {
			found = append(found, row)
		}
	}
	return found
}

// matches says whether a person is within the filters.
func (p peoplePage) matches(row accounts.PersonRow) bool {
	words := strings.ToLower(row.Email + "\n" + row.Post + "\n" + row.InstitutionName)
	return (p.Search == "" || strings.Contains(words, strings.ToLower(p.Search))) && (p.Role == "" || string(row.Role) == p.Role) &&
		(p.Institution == "" || row.Institution == p.Institution) && (p.State == "" || personState(row) == p.State)
}

// options makes the filters' choices and names those in force.
func (p *peoplePage) options(s *Server, all []accounts.PersonRow) {
	p.Roles = s.roleOptions()
	for _, state := range []string{"active", "invited", "disabled"} {
		p.States = append(p.States, Option{Value: state, Label: s.t.Msg("admin.people.state." + state)})
	}
	for _, row := range all {
		if !slices.ContainsFunc(p.Institutions, func(o Option) bool { return o.Value == row.Institution }) {
			p.Institutions = append(p.Institutions, Option{Value: row.Institution, Label: row.Institution + ", " + row.InstitutionName})
		}
	}
	chip := func(name, value string, options []Option) {
		for _, o := range options {
			if o.Value == value && value != "" {
				p.Chips = append(p.Chips, Link{o.Label, hrefWithout(p.Path, p.Query, name, value)})
			}
		}
	}
	chip("q", p.Search, []Option{{Value: p.Search, Label: "“" + p.Search + "”"}})
	chip("institution", p.Institution, p.Institutions)
	chip("role", p.Role, p.Roles)
	chip("state", p.State, p.States)
}

func (s *Server) roleOptions() []Option {
	var list []Option
	for _, role := range accounts.Roles {
		list = append(list, Option{Value: string(role), Label: s.t.Msg("role." + string(role))})
	}
	return list
}

// institutionOptions are the institutions in force on a day, and the one that
// was chosen already though it is not.
func institutionOptions(all []accounts.Institution, on calendar.Date, chosen string) []Option {
	var list []Option
	for _, i := range all {
		if i.InForce(on) || i.Code == chosen {
			list = append(list, Option{Value: i.Code, Label: i.Code + ", " + i.Name})
		}
	}
	return list
}

type personNewPage struct {
	Page
	Key          string
	Typed        accounts.NewPerson
	Roles        []Option
	Institutions []Option
	Posts        []accounts.PostRow // that nobody holds
}

// personNewForm asks for a person and their post.
func (s *Server) personNewForm(c echo.Context) error {
	p, err := s.personNewPage(c, accounts.NewPerson{Institution: c.QueryParam("institution"), Title: c.QueryParam("title"), Role: accounts.Role(c.QueryParam("role"))})
	if err != nil {
		return err
	}
	return s.show(c, "admin/person_new", p)
}

func (s *Server) personNewPage(c echo.Context, in accounts.NewPerson) (personNewPage, error) {
	ctx, title := c.Request().Context(), s.t.Msg("admin.person.new")
	p := personNewPage{Page: s.page(c, title, s.adminCrumbs(Crumb{s.t.Msg("admin.people.title"), "/admin/people"}, Crumb{Label: title})...),
		Key: newKey(), Typed: in, Roles: s.roleOptions()}
	institutions, err := s.Accounts.Institutions(ctx)
	if err != nil {
		return p, err
	}
	p.Institutions = institutionOptions(institutions, s.Clock.Today(), in.Institution)
	posts, err := s.Accounts.Posts(ctx, actorOf(c))
	for _, post := range posts {
		if post.Holders == 0 && post.ClosedOn.IsZero() {
			p.Posts = append(p.Posts, post)
		}
	}
	return p, err
}

// personCreate adds a person and shows their one-time link, this once.
func (s *Server) personCreate(c echo.Context) error {
	form, err := typedOf(c)
	if err != nil {
		return err
	}
	in := accounts.NewPerson{Email: form.line("email"), Institution: form.line("institution"), Role: accounts.Role(form.line("role")), Title: form.line("title")}
	made, err := s.Accounts.Invite(c.Request().Context(), actorOf(c), form.line("key"), in)
	if wrong, ok := invalid(err); ok {
		p, err := s.personNewPage(c, in)
		if err != nil {
			return err
		}
		p.Errors = Problems(s.t, wrong, "email", "institution", "title", "role")
		return s.showAs(c, http.StatusUnprocessableEntity, "admin/person_new", p)
	}
	if err != nil {
		return err
	}
	return s.showLink(c, made)
}

type linkMadePage struct {
	Page
	Made    accounts.MadeLink
	Address string // of the link; empty when the form was posted before
	Key     string
}

// showLink shows a link that was just made. It stands in this answer alone:
// in no address, no log and no message kept.
func (s *Server) showLink(c echo.Context, made accounts.MadeLink) error {
	title := s.t.Msg("admin.link.title")
	p := linkMadePage{Page: s.page(c, title, s.adminCrumbs(Crumb{s.t.Msg("admin.people.title"), "/admin/people"},
		Crumb{made.Email, personPath(made.PersonID)}, Crumb{Label: title})...), Made: made, Key: newKey()}
	if made.Token != "" {
		p.Address = s.BaseURL + made.Path()
	}
	return s.show(c, "admin/link", p)
}
