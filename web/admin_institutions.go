package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

type institutionsAdminPage struct {
	Page
	Rows        []institutionAdminLine
	Past        []institutionAdminLine
	Successions []accounts.SuccessionRow
}

// institutionAdminLine is an institution in the administration's list.
type institutionAdminLine struct {
	accounts.Institution
	People      int
	Secretariat bool
	Days        string // between which it exists, in words
}

// institutionsAdmin lists the institutions, those of the past apart.
func (s *Server) institutionsAdmin(c echo.Context) error {
	ctx := c.Request().Context()
	all, err := s.Accounts.Institutions(ctx)
	if err != nil {
		return err
	}
	people, err := s.Accounts.People(ctx, actorOf(c))
	if err != nil {
		return err
	}
	p := institutionsAdminPage{Page: s.page(c, s.t.Msg("nav.institutions"), s.adminCrumbs(Crumb{Label: s.t.Msg("nav.institutions")})...)}
	if p.Successions, err = s.Accounts.Successions(ctx); err != nil {
		return err
	}
	count := map[string]int{}
	for _, row := range people {
		if !row.Disabled() {
			count[row.Institution]++
		}
	}
	for _, i := range all {
		line := institutionAdminLine{Institution: i, People: count[i.Code], Secretariat: i.Code == settingsOf(c).Secretariat, Days: s.inForceText(i.ValidFrom, i.ValidTo)}
		if i.InForce(s.Clock.Today()) {
			p.Rows = append(p.Rows, line)
		} else {
			p.Past = append(p.Past, line)
		}
	}
	return s.show(c, "admin/institutions", p)
}

// institutionTyped is the form of an institution as it was typed.
type institutionTyped struct {
	Code, Name, ShortName, Kind, ValidFrom, ValidTo, Note string
}

func readInstitution(form typed) institutionTyped {
	return institutionTyped{Code: form.line("code"), Name: form.line("name"), ShortName: form.line("short_name"), Kind: form.line("kind"),
		ValidFrom: form.line("valid_from"), ValidTo: form.line("valid_to"), Note: form.text("note")}
}

// change reads the days; one that cannot be read is noted.
func (t institutionTyped) change(check *problem.Check) accounts.InstitutionChange {
	return accounts.InstitutionChange{Code: t.Code, Name: t.Name, ShortName: t.ShortName, Kind: accounts.Kind(t.Kind),
		ValidFrom: dayOf(check, "valid_from", t.ValidFrom), ValidTo: dayOf(check, "valid_to", t.ValidTo), Note: t.Note}
}

func (t institutionTyped) values() map[string]string {
	return map[string]string{"name": t.Name, "short_name": t.ShortName, "kind": t.Kind, "valid_from": t.ValidFrom, "valid_to": t.ValidTo, "note": t.Note}
}

type institutionAdminPage struct {
	Page
	Typed     institutionTyped
	New       bool
	Kinds     []Option
	Stored    stored // after a conflict
	Key       string
	Version   int64
	People    []accounts.PersonRow
	Clearers  []Option // posts that may clear what the institution sends
	Clearing  string   // the one that does
	Posts     []accounts.PostRow
	Roles     []Option
	PostTitle string // of a new post, as typed
	Role      string
}

// order is the fields of the form from top to bottom.
func (institutionAdminPage) order() []string {
	return []string{"code", "name", "short_name", "kind", "valid_from", "valid_to", "note", "title", "role"}
}

func (s *Server) institutionFormPage(c echo.Context, title string, typed institutionTyped) institutionAdminPage {
	p := institutionAdminPage{Page: s.page(c, title, s.adminCrumbs(Crumb{s.t.Msg("nav.institutions"), "/admin/institutions"}, Crumb{Label: title})...),
		Typed: typed, Key: newKey(), Roles: s.roleOptions()}
	for _, kind := range []accounts.Kind{accounts.Government, accounts.NonGovernment, accounts.PartnerOutside} {
		p.Kinds = append(p.Kinds, Option{Value: string(kind), Label: s.t.Msg("admin.institution.kind." + string(kind)), Hint: s.t.Msg("admin.institution.kind." + string(kind) + ".hint")})
	}
	return p
}

// institutionNewForm asks for a new institution.
func (s *Server) institutionNewForm(c echo.Context) error {
	p := s.institutionFormPage(c, s.t.Msg("admin.institution.new"), institutionTyped{})
	p.New = true
	return s.show(c, "admin/institution", p)
}

// institutionCreate adds an institution.
func (s *Server) institutionCreate(c echo.Context) error {
	form, err := typedOf(c)
	if err != nil {
		return err
	}
	var check problem.Check
	typed := readInstitution(form)
	in := typed.change(&check)
	code := ""
	if err = check.Err(); err == nil {
		code, err = s.Accounts.CreateInstitution(c.Request().Context(), actorOf(c), form.line("key"), in)
	}
	if wrong, ok := invalid(err); ok {
		p := s.institutionFormPage(c, s.t.Msg("admin.institution.new"), typed)
		p.New = true
		p.Errors = Problems(s.t, wrong, p.order()...)
		return s.showAs(c, http.StatusUnprocessableEntity, "admin/institution", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/admin/institutions/"+code, s.t.Msg("admin.institution.created", "code", code))
}

// institutionAdmin is one institution: its form, its posts and its people.
func (s *Server) institutionAdmin(c echo.Context) error {
	p, _, err := s.institutionStored(c)
	if err != nil {
		return err
	}
	return s.show(c, "admin/institution", p)
}

// institutionStored is the page of an institution as it is stored now.
func (s *Server) institutionStored(c echo.Context) (institutionAdminPage, accounts.Institution, error) {
	ctx := c.Request().Context()
	i, err := s.Accounts.Institution(ctx, c.Param("code"))
	if err != nil {
		return institutionAdminPage{}, i, err
	}
	p := s.institutionFormPage(c, i.Name, s.typedInstitution(i))
	p.Version = i.Version
	people, err := s.Accounts.People(ctx, actorOf(c))
	if err != nil {
		return p, i, err
	}
	for _, row := range people {
		if row.Institution == i.Code && !row.Disabled() {
			p.People = append(p.People, row)
		}
	}
	posts, err := s.Accounts.Posts(ctx, actorOf(c))
	if i.ClearingPostID != nil {
		p.Clearing = itoa(*i.ClearingPostID)
	}
	for _, post := range posts {
		if post.InstitutionID == i.ID && post.ClosedOn.IsZero() {
			p.Posts = append(p.Posts, post)
			if post.MayClear() {
				p.Clearers = append(p.Clearers, Option{Value: itoa(post.ID), Label: post.Title})
			}
		}
	}
	return p, i, err
}

func (s *Server) typedInstitution(i accounts.Institution) institutionTyped {
	return institutionTyped{Code: i.Code, Name: i.Name, ShortName: i.ShortName, Kind: string(i.Kind),
		ValidFrom: s.t.Date(i.ValidFrom), ValidTo: s.t.Date(i.ValidTo), Note: i.Note}
}

// institutionChange saves the form of an institution.
func (s *Server) institutionChange(c echo.Context) error {
	form, err := typedOf(c)
	if err != nil {
		return err
	}
	var check problem.Check
	typed := readInstitution(form)
	in := typed.change(&check)
	if err = check.Err(); err == nil {
		err = s.Accounts.ChangeInstitution(c.Request().Context(), actorOf(c), form.line("key"), c.Param("code"), form.number("version"), in)
	}
	if err == nil {
		return s.done(c, "/admin/institutions/"+c.Param("code"), s.t.Msg("admin.institution.changed"))
	}
	wrong, ok := asProblem(err)
	if !ok || wrong.Kind != problem.Invalid && wrong.Kind != problem.Conflict {
		return err
	}
	p, now, err := s.institutionStored(c)
	if err != nil {
		return err
	}
	typed.Code, p.Typed = now.Code, typed
	if wrong.Kind == problem.Conflict {
		p.Stored = s.differing(s.typedInstitution(now).values(), typed.values())
		if _, differs := p.Stored["kind"]; differs {
			p.Stored["kind"] = s.t.Msg("admin.stored_now", "value", s.t.Msg("admin.institution.kind."+string(now.Kind)))
		}
	} else {
		p.Version = form.number("version")
	}
	p.Errors = Problems(s.t, wrong, p.order()...)
	return s.showAs(c, kindStatus[wrong.Kind], "admin/institution", p)
}

// postCreate adds a post to an institution.
func (s *Server) postCreate(c echo.Context) error {
	form, err := typedOf(c)
	if err != nil {
		return err
	}
	in := accounts.PostChange{Institution: c.Param("code"), Title: form.line("title"), Role: accounts.Role(form.line("role"))}
	_, err = s.Accounts.CreatePost(c.Request().Context(), actorOf(c), form.line("key"), in)
	if wrong, ok := invalid(err); ok {
		p, _, err := s.institutionStored(c)
		if err != nil {
			return err
		}
		p.PostTitle, p.Role = in.Title, string(in.Role)
		p.Errors = Problems(s.t, wrong, p.order()...)
		return s.showAs(c, http.StatusUnprocessableEntity, "admin/institution", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/admin/institutions/"+c.Param("code"), s.t.Msg("admin.post.created"))
}

// inForceText is the days between which an institution exists, in words.
func (s *Server) inForceText(from, to calendar.Date) string {
	switch {
	case from.IsZero() && to.IsZero():
		return ""
	case to.IsZero():
		return s.t.Msg("admin.institution.from", "from", from)
	case from.IsZero():
		return s.t.Msg("admin.institution.to", "to", to)
	}
	return s.t.Msg("admin.institution.from_to", "from", from, "to", to)
}
