package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/problem"
)

func personPath(id int64) string { return "/admin/people/" + strconv.FormatInt(id, 10) }

type personPage struct {
	Page
	Person accounts.PersonRow
	State  string
	Own    bool // the administrator's own account
	Held   []accounts.HeldPost
	Posts  []Option
	Post   string // chosen in the form
	Key    string

	Identities []identityLine
}

// personPage shows a person as they are now, whatever was typed before.
func (s *Server) personPage(c echo.Context, id int64) (personPage, error) {
	ctx, actor := c.Request().Context(), actorOf(c)
	row, err := s.Accounts.Person(ctx, actor, id)
	if err != nil {
		return personPage{}, err
	}
	p := personPage{Page: s.page(c, row.Email, s.adminCrumbs(Crumb{s.t.Msg("admin.people.title"), "/admin/people"}, Crumb{Label: row.Email})...),
		Person: row, State: personState(row), Own: row.ID == actor.PersonID, Key: newKey()}
	if p.Held, err = s.Accounts.PostsHeld(ctx, actor, id); err != nil {
		return p, err
	}
	identities, err := s.Accounts.Identities(ctx, actor, id)
	if err != nil {
		return p, err
	}
	p.Identities = s.identityLines(identities)
	posts, err := s.Accounts.Posts(ctx, actor)
	for _, post := range posts {
		if post.ID != row.PostID && post.ClosedOn.IsZero() {
			p.Posts = append(p.Posts, Option{Value: strconv.FormatInt(post.ID, 10),
				Label: s.t.Msg("admin.person.post", "institution", post.Institution, "post", post.Title, "role", s.t.Msg("role."+string(post.Role)))})
		}
	}
	return p, err
}

// personShow is one person: their post, what they may do, and what an
// administrator can do for them.
func (s *Server) personShow(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	p, err := s.personPage(c, id)
	if err != nil {
		return err
	}
	return s.show(c, "admin/person", p)
}

// personChanged answers a change of a person: done, or the person's page with
// what stood against it.
func (s *Server) personChanged(c echo.Context, id int64, err error, done string) error {
	if err == nil {
		return s.done(c, personPath(id), s.t.Msg(done))
	}
	against, ok := asProblem(err)
	if !ok || against.Kind != problem.Invalid && against.Kind != problem.Conflict {
		return err
	}
	p, err := s.personPage(c, id)
	if err != nil {
		return err
	}
	p.Post = c.Request().PostFormValue("post")
	p.Errors = Problems(s.t, against, "post")
	return s.showAs(c, kindStatus[against.Kind], "admin/person", p)
}

// changePerson reads the id, the version and the key of a form about a person and
// runs the change.
func (s *Server) changePerson(c echo.Context, done string, run func(id, version int64, key string, form typed) error) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	form, err := typedOf(c)
	if err != nil {
		return err
	}
	return s.personChanged(c, id, run(id, form.number("version"), form.line("key"), form), done)
}

// personMove gives a person another post.
func (s *Server) personMove(c echo.Context) error {
	return s.changePerson(c, "admin.person.moved", func(id, version int64, key string, form typed) error {
		return s.Accounts.MovePerson(c.Request().Context(), actorOf(c), key, id, version, form.number("post"))
	})
}

// personDisableForm says what disabling does before it is done.
func (s *Server) personDisableForm(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	p, err := s.personPage(c, id)
	if err != nil {
		return err
	}
	if p.Person.Disabled() {
		return c.Redirect(http.StatusSeeOther, personPath(id))
	}
	p.Title = s.t.Msg("admin.person.disable.title", "email", p.Person.Email)
	p.Crumbs = s.adminCrumbs(Crumb{s.t.Msg("admin.people.title"), "/admin/people"}, Crumb{p.Person.Email, personPath(id)}, Crumb{Label: s.t.Msg("admin.person.disable")})
	return s.show(c, "admin/person_disable", p)
}

// personDisable lets a person sign in no more.
func (s *Server) personDisable(c echo.Context) error {
	return s.changePerson(c, "admin.person.disabled", func(id, version int64, key string, _ typed) error {
		return s.Accounts.DisablePerson(c.Request().Context(), actorOf(c), key, id, version)
	})
}

// personEnable lets a disabled person sign in again.
func (s *Server) personEnable(c echo.Context) error {
	return s.changePerson(c, "admin.person.enabled", func(id, version int64, key string, _ typed) error {
		return s.Accounts.EnablePerson(c.Request().Context(), actorOf(c), key, id, version)
	})
}

// personEndSessions signs a person out everywhere.
func (s *Server) personEndSessions(c echo.Context) error {
	return s.changePerson(c, "admin.person.sessions_ended", func(id, _ int64, key string, _ typed) error {
		return s.Accounts.EndSessions(c.Request().Context(), actorOf(c), key, id)
	})
}

// personLink makes a one-time link with which a person sets a password.
func (s *Server) personLink(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), actorOf(c)
	row, err := s.Accounts.Person(ctx, actor, id)
	if err != nil {
		return err
	}
	purpose := accounts.Reset
	if !row.HasPassword {
		purpose = accounts.Invite
	}
	made, err := s.Accounts.Link(ctx, actor, c.Request().PostFormValue("key"), id, purpose)
	if err != nil {
		return s.personChanged(c, id, err, "")
	}
	made.Email = row.Email
	return s.showLink(c, made)
}
