package web

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"tracker/internal/problem"
	"tracker/internal/recommendations"
)

// editionForm is an edition as typed. Mechanism and Year are set once.
type editionForm struct {
	Mechanism, Year, Tier, ReleasedOn, Completeness, Source, Note string
}

func editionFormOf(t typed) editionForm {
	return editionForm{Mechanism: t.line("mechanism"), Year: t.line("year"), Tier: t.line("tier"), ReleasedOn: t.line("released_on"),
		Completeness: t.line("completeness"), Source: t.line("source"), Note: t.text("note")}
}

func (s *Server) storedEdition(e recommendations.EditionRow) editionForm {
	return editionForm{Mechanism: e.Mechanism, Year: strconv.Itoa(e.Year), Tier: e.Tier, ReleasedOn: s.t.Date(e.ReleasedOn), Completeness: string(e.Completeness),
		Source: e.Source, Note: e.Note}
}

// fields reads the day of release; one that cannot be read is noted.
func (f editionForm) fields(check *problem.Check) recommendations.EditionFields {
	return recommendations.EditionFields{Tier: f.Tier, ReleasedOn: dayOf(check, "released_on", f.ReleasedOn),
		Completeness: recommendations.Completeness(f.Completeness), Source: f.Source, Note: f.Note}
}

func (editionForm) order() []string {
	return []string{"mechanism", "year", "tier", "released_on", "completeness", "source", "note"}
}

// editionFormPage is the form in which an edition is added or changed.
type editionFormPage struct {
	Page
	New            bool
	Heading        string
	Action         string
	Cancel         string
	Remove         string // address at which an empty edition is removed
	Key            string
	Version        int64
	Form           editionForm
	Mechanisms     []Option
	Completenesses []Option
	Clashes        []Change
}

func (s *Server) editionFormPage(c echo.Context, form editionForm) editionFormPage {
	p := editionFormPage{Page: s.page(c, ""), Key: newKey(), Form: form, Action: c.Request().URL.Path}
	for _, v := range recommendations.Completenesses {
		p.Completenesses = append(p.Completenesses, Option{Value: string(v), Label: s.t.Msg("asked.completeness." + string(v)), Hint: s.t.Msg("asked.completeness." + string(v) + ".hint")})
	}
	return p
}

func (s *Server) editionNewPage(c echo.Context, form editionForm) (editionFormPage, error) {
	p := s.editionFormPage(c, form)
	p.New, p.Title, p.Cancel = true, s.t.Msg("asked.edition.add"), "/recommendations"
	p.Crumbs = []Crumb{{s.t.Msg("asked.title"), "/recommendations"}, {Label: p.Title}}
	list, err := s.Recommendations.Mechanisms(c.Request().Context(), actorOf(c))
	for _, m := range list {
		p.Mechanisms = append(p.Mechanisms, Option{Value: m.Code, Label: m.Name})
	}
	if len(list) == 1 {
		p.Form.Mechanism = list[0].Code
	}
	return p, err
}

// editionNew answers GET /recommendations/editions/new.
func (s *Server) editionNew(c echo.Context) error {
	p, err := s.editionNewPage(c, editionForm{Mechanism: readable(c.QueryParam("mechanism"))})
	if err != nil {
		return err
	}
	return s.show(c, "recommendations/edition_form", p)
}

// editionCreate answers POST /recommendations/editions/new.
func (s *Server) editionCreate(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	form := editionFormOf(t)
	var check problem.Check
	in := recommendations.EditionNew{Country: settingsOf(c).CountryCode, Mechanism: form.Mechanism, Year: int(t.number("year")), EditionFields: form.fields(&check)}
	ref := ""
	if err = check.Err(); err == nil {
		ref, err = s.Recommendations.AddEdition(c.Request().Context(), actorOf(c), t.line("key"), in)
	}
	if status, wrong, again := s.again(err, form.order()...); again {
		p, err := s.editionNewPage(c, form)
		if err != nil {
			return err
		}
		p.Errors = wrong
		return s.showAs(c, status, "recommendations/edition_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, editionPath(in.Mechanism, in.Year), s.t.Msg("asked.done.edition_added", "ref", ref))
}

// editionNamed is the mechanism and the year in an address; what is no year
// is 0, which no edition has.
func editionNamed(c echo.Context) (mechanism string, year int) {
	mechanism, _ = url.PathUnescape(c.Param("mechanism"))
	year, err := strconv.Atoi(c.Param("year"))
	if err != nil || year > 9999 || strconv.Itoa(year) != c.Param("year") {
		year = 0
	}
	return readable(mechanism), year
}

// edition reads the edition that the address names.
func (s *Server) edition(c echo.Context) (recommendations.EditionRow, error) {
	mechanism, year := editionNamed(c)
	page, err := s.Recommendations.Edition(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, mechanism, year, s.Clock.Today())
	return page.Edition, err
}

func (s *Server) editionChangePage(c echo.Context, e recommendations.EditionRow, form editionForm) editionFormPage {
	p := s.editionFormPage(c, form)
	p.Title, p.Heading, p.Version, p.Cancel = s.t.Msg("asked.edition.change"), s.editionName(e), e.Version, editionPath(e.Mechanism, e.Year)
	p.Crumbs = s.editionCrumbs(e, Crumb{Label: p.Title})
	if e.Recommendations == 0 {
		p.Remove = editionPath(e.Mechanism, e.Year, "remove")
	}
	return p
}

// editionChange answers GET /recommendations/editions/:mechanism/:year/change.
func (s *Server) editionChange(c echo.Context) error {
	e, err := s.edition(c)
	if err != nil {
		return err
	}
	return s.show(c, "recommendations/edition_form", s.editionChangePage(c, e, s.storedEdition(e)))
}

// editionChangeSave answers POST /recommendations/editions/:mechanism/:year/change.
func (s *Server) editionChangeSave(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	e, err := s.edition(c)
	if err != nil {
		return err
	}
	form := editionFormOf(t)
	var check problem.Check
	in := recommendations.EditionChange{ID: e.ID, Version: t.number("version"), EditionFields: form.fields(&check)}
	if err = check.Err(); err == nil {
		err = s.Recommendations.ChangeEdition(c.Request().Context(), actorOf(c), t.line("key"), in)
	}
	if status, wrong, again := s.again(err, form.order()...); again {
		p := s.editionChangePage(c, e, form)
		if p.Errors = wrong; in.Version != e.Version {
			p.Clashes = s.editionClashes(p.Completenesses, s.storedEdition(e), form)
		}
		return s.showAs(c, status, "recommendations/edition_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, editionPath(e.Mechanism, e.Year), s.t.Msg("asked.done.edition_changed", "ref", e.Ref()))
}

func (s *Server) editionClashes(completenesses []Option, now, typed editionForm) []Change {
	return s.differences([3]string{"asked.field.tier", now.Tier, typed.Tier}, [3]string{"asked.field.released_on", now.ReleasedOn, typed.ReleasedOn},
		[3]string{"asked.field.completeness", labels(completenesses, now.Completeness), labels(completenesses, typed.Completeness)},
		[3]string{"asked.field.source", now.Source, typed.Source}, [3]string{"asked.field.note", now.Note, typed.Note})
}

func (s *Server) editionRemovePage(c echo.Context, e recommendations.EditionRow) confirmPage {
	question := s.t.Msg("asked.edition.remove_title", "edition", s.editionName(e))
	return confirmPage{Page: s.page(c, question, s.editionCrumbs(e, Crumb{Label: question})...), Question: question, Version: e.Version,
		Points: []string{s.t.Msg("asked.edition.remove_text"), s.t.Msg("asked.edition.remove_trail")},
		Button: s.t.Msg("asked.edition.remove"), Cancel: editionPath(e.Mechanism, e.Year, "change")}
}

// editionRemove answers GET /recommendations/editions/:mechanism/:year/remove.
func (s *Server) editionRemove(c echo.Context) error {
	e, err := s.edition(c)
	if err != nil {
		return err
	}
	return s.showConfirm(c, http.StatusOK, s.editionRemovePage(c, e))
}

// editionRemoveMake answers POST /recommendations/editions/:mechanism/:year/remove.
func (s *Server) editionRemoveMake(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	mechanism, year := editionNamed(c)
	in := recommendations.EditionRemoval{Country: settingsOf(c).CountryCode, Mechanism: mechanism, Year: year, Version: t.number("version")}
	err = s.Recommendations.RemoveEdition(c.Request().Context(), actorOf(c), t.line("key"), in)
	if status, wrong, again := s.again(err); again {
		e, err := s.edition(c)
		if err != nil {
			return err
		}
		p := s.editionRemovePage(c, e)
		p.Errors = wrong
		return s.showConfirm(c, status, p)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/recommendations", s.t.Msg("asked.done.edition_removed", "ref", recommendations.EditionRef(mechanism, year)))
}
