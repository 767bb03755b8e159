package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
)

// recommendationForm is a recommendation as typed. Number and the first item
// are asked once.
type recommendationForm struct {
	Number, Title, Text, Basis, Source, Theme string
	Indicium, NotDoneYears, NotDoneSource     string
	Cut                                       bool
	Item, Lead                                string
}

func recommendationFormOf(t typed) recommendationForm {
	return recommendationForm{Number: t.line("number"), Title: t.line("title"), Text: t.text("text"), Basis: t.line("basis"), Source: t.line("source"),
		Theme: t.line("theme"), Indicium: t.line("indicium"), NotDoneYears: t.line("not_done_years"), NotDoneSource: t.line("not_done_source"), Cut: t.line("cut") == "yes", Item: t.text("items.0.text"), Lead: t.line("items.0.lead")}
}

func storedRecommendation(r recommendations.RecommendationRow) recommendationForm {
	return recommendationForm{Number: strconv.Itoa(r.Number), Title: r.Title, Text: r.Text, Basis: string(r.Basis), Source: r.Source, Theme: r.Theme, Cut: r.Cut,
		Indicium: numberText(r.Indicium), NotDoneYears: numberText(r.NotDoneYears), NotDoneSource: r.NotDoneSource}
}

// numberText writes a number that is 0 for none.
func numberText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// fields are what the form says. What is no number is -1, which no rule allows.
func (f recommendationForm) fields() recommendations.RecommendationFields {
	number := func(text string) int {
		n, err := strconv.Atoi(text)
		if err != nil && text != "" {
			return -1
		}
		return n
	}
	return recommendations.RecommendationFields{Title: f.Title, Text: f.Text, Basis: recommendations.Basis(f.Basis), Cut: f.Cut, Source: f.Source, Theme: f.Theme,
		Indicium: number(f.Indicium), NotDoneYears: number(f.NotDoneYears), NotDoneSource: f.NotDoneSource}
}

// add is the recommendation with its first item: without words of its own
// that repeats the title. A number that cannot be read is noted.
func (f recommendationForm) add(check *problem.Check, editionID int64) recommendations.RecommendationNew {
	in := recommendations.RecommendationNew{EditionID: editionID, RecommendationFields: f.fields()}
	if f.Item+f.Lead != "" {
		in.Items = []recommendations.ItemNew{{Text: cmpOr(f.Item, f.Title), Lead: f.Lead}}
	}
	if f.Number != "" {
		n, err := strconv.Atoi(f.Number)
		check.Require(err == nil && n > 0, "number", "asked.error.number")
		in.Number = n
	}
	return in
}

func (recommendationForm) order() []string {
	return []string{"number", "title", "text", "cut", "basis", "source", "theme", "indicium", "not_done_years", "not_done_source", "items.0.text", "items.0.lead"}
}

// recommendationFormPage is the form in which a recommendation is added or changed.
type recommendationFormPage struct {
	Page
	New          bool
	Heading      string
	NotHeld      bool // the edition takes none
	Action       string
	Cancel       string
	Key          string
	Version      int64
	Form         recommendationForm
	Bases        []Option
	Themes       []Option
	Indicia      []Option
	Institutions []Option
	Clashes      []Change
}

func (s *Server) recommendationFormPage(c echo.Context, form recommendationForm) recommendationFormPage {
	p := recommendationFormPage{Page: s.page(c, ""), Key: newKey(), Form: form, Action: c.Request().URL.Path, Themes: s.options("theme.", recommendations.Themes), Indicia: s.indicia()}
	for _, basis := range recommendations.Bases {
		p.Bases = append(p.Bases, Option{Value: string(basis), Label: s.t.Msg("asked.basis." + string(basis)), Hint: s.t.Msg("asked.basis." + string(basis) + ".hint")})
	}
	return p
}

func (s *Server) recommendationNewPage(c echo.Context, e recommendations.EditionRow, form recommendationForm) (p recommendationFormPage, err error) {
	p = s.recommendationFormPage(c, form)
	p.New, p.Title, p.Heading, p.Cancel = true, s.t.Msg("asked.recommendation.add"), s.editionName(e), editionPath(e.Mechanism, e.Year)
	p.Crumbs, p.NotHeld = s.editionCrumbs(e, Crumb{Label: p.Title}), e.Completeness == recommendations.NotHeld
	p.Institutions, err = s.expected(c, form.Lead)
	return p, err
}

// expected are the institutions that may be expected to answer an item: those
// of the plan that exist today, and the one that was named already.
func (s *Server) expected(c echo.Context, named string) ([]Option, error) {
	list, err := s.Accounts.Institutions(c.Request().Context())
	return institutionOptions(slices.DeleteFunc(list, func(i accounts.Institution) bool { return i.Kind == accounts.PartnerOutside && i.Code != named }), s.Clock.Today(), named), err
}

// recommendationNew answers GET /recommendations/editions/:mechanism/:year/recommendations/new.
func (s *Server) recommendationNew(c echo.Context) error {
	e, err := s.edition(c)
	if err != nil {
		return err
	}
	p, err := s.recommendationNewPage(c, e, recommendationForm{})
	if err != nil {
		return err
	}
	return s.show(c, "recommendations/recommendation_form", p)
}

// recommendationCreate answers POST /recommendations/editions/:mechanism/:year/recommendations/new.
func (s *Server) recommendationCreate(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	e, err := s.edition(c)
	if err != nil {
		return err
	}
	form, id := recommendationFormOf(t), int64(0)
	var check problem.Check
	in := form.add(&check, e.ID)
	if err = check.Err(); err == nil {
		id, err = s.Recommendations.AddRecommendation(c.Request().Context(), actorOf(c), t.line("key"), in)
	}
	if status, wrong, again := s.again(err, form.order()...); again {
		p, err := s.recommendationNewPage(c, e, form)
		if err != nil {
			return err
		}
		p.Errors = wrong
		return s.showAs(c, status, "recommendations/recommendation_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, recommendationPath(id), s.t.Msg("asked.done.recommendation_added"))
}

func (s *Server) recommendationChangePage(c echo.Context, r reports.RecommendationPage, form recommendationForm) recommendationFormPage {
	p := s.recommendationFormPage(c, form)
	p.Title, p.Heading, p.Version, p.Cancel = s.t.Msg("asked.recommendation.change"), r.Row.Ref(), r.Row.Version, recommendationPath(r.Row.ID)
	p.Crumbs = s.recommendationCrumbs(r, Crumb{Label: p.Title})
	return p
}

// recommendationChange answers GET /recommendations/:id/change.
func (s *Server) recommendationChange(c echo.Context) error {
	r, err := s.recommendation(c)
	if err != nil {
		return err
	}
	return s.show(c, "recommendations/recommendation_form", s.recommendationChangePage(c, r, storedRecommendation(r.Row)))
}

// recommendationChangeSave answers POST /recommendations/:id/change.
func (s *Server) recommendationChangeSave(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	r, err := s.recommendation(c)
	if err != nil {
		return err
	}
	form := recommendationFormOf(t)
	in := recommendations.RecommendationChange{ID: r.Row.ID, Version: t.number("version"), RecommendationFields: form.fields()}
	err = s.Recommendations.ChangeRecommendation(c.Request().Context(), actorOf(c), t.line("key"), in)
	if status, wrong, again := s.again(err, form.order()...); again {
		p := s.recommendationChangePage(c, r, form)
		if p.Errors = wrong; in.Version != r.Row.Version {
			p.Clashes = s.recommendationClashes(p, storedRecommendation(r.Row), form)
		}
		return s.showAs(c, status, "recommendations/recommendation_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, recommendationPath(r.Row.ID), s.t.Msg("asked.done.recommendation_changed", "ref", r.Row.Ref()))
}

func (s *Server) recommendationClashes(p recommendationFormPage, now, typed recommendationForm) []Change {
	cut := func(f recommendationForm) string {
		if f.Cut {
			return s.t.Msg("asked.cut")
		}
		return s.t.Msg("asked.whole")
	}
	return s.differences([3]string{"asked.field.title", now.Title, typed.Title}, [3]string{"asked.field.text", now.Text, typed.Text}, [3]string{"asked.field.cut", cut(now), cut(typed)},
		[3]string{"asked.field.basis", labels(p.Bases, now.Basis), labels(p.Bases, typed.Basis)}, [3]string{"asked.field.source", now.Source, typed.Source},
		[3]string{"asked.field.theme", labels(p.Themes, now.Theme), labels(p.Themes, typed.Theme)},
		[3]string{"asked.field.indicium", labels(p.Indicia, now.Indicium), labels(p.Indicia, typed.Indicium)},
		[3]string{"asked.field.not_done_years", now.NotDoneYears, typed.NotDoneYears}, [3]string{"asked.field.not_done_source", now.NotDoneSource, typed.NotDoneSource})
}

// itemForm is an item as typed.
type itemForm struct {
	Text, Lead string
	Supporting []string
}

func itemFormOf(t typed) itemForm {
	return itemForm{Text: t.text("text"), Lead: t.line("lead"), Supporting: t.list("supporting")}
}

// itemFormPage is the form in which an item is added or changed.
type itemFormPage struct {
	Page
	New          bool
	Ref, Heading string
	Wording      string // of the recommendation
	Action       string
	Cancel       string
	Key          string
	Version      int64
	Form         itemForm
	Institutions []Option
	Clashes      []Change
}

func (s *Server) itemFormPage(c echo.Context, r reports.RecommendationPage, ref, title string, form itemForm) (p itemFormPage, err error) {
	p = itemFormPage{Page: s.page(c, title, s.recommendationCrumbs(r, Crumb{Label: title})...), Ref: ref, Heading: r.Row.Title, Wording: r.Row.Text,
		Action: c.Request().URL.Path, Cancel: recommendationPath(r.Row.ID), Key: newKey(), Form: form}
	p.Institutions, err = s.expected(c, form.Lead)
	return p, err
}

// itemNew answers GET /recommendations/:id/items/new.
func (s *Server) itemNew(c echo.Context) error {
	r, err := s.recommendation(c)
	if err != nil {
		return err
	}
	p, err := s.itemFormPage(c, r, r.Row.Ref(), s.t.Msg("asked.item.add"), itemForm{})
	if err != nil {
		return err
	}
	p.New = true
	return s.show(c, "recommendations/item_form", p)
}

// itemCreate answers POST /recommendations/:id/items/new.
func (s *Server) itemCreate(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	r, err := s.recommendation(c)
	if err != nil {
		return err
	}
	form := itemFormOf(t)
	err = s.Recommendations.AddItem(c.Request().Context(), actorOf(c), t.line("key"), r.Row.ID, recommendations.ItemNew{Text: form.Text, Lead: form.Lead, Supporting: form.Supporting})
	if status, wrong, again := s.again(err, "text", "lead", "supporting"); again {
		p, err := s.itemFormPage(c, r, r.Row.Ref(), s.t.Msg("asked.item.add"), form)
		if err != nil {
			return err
		}
		p.New, p.Errors = true, wrong
		return s.showAs(c, status, "recommendations/item_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, recommendationPath(r.Row.ID), s.t.Msg("asked.done.item_added"))
}

// itemOf finds the item that the address names in its recommendation.
func (s *Server) itemOf(c echo.Context) (reports.RecommendationPage, recommendations.ItemRow, error) {
	r, err := s.recommendation(c)
	if err != nil {
		return r, recommendations.ItemRow{}, err
	}
	for _, item := range r.All {
		if itoa(item.ID) == c.Param("item") {
			return r, item, nil
		}
	}
	return r, recommendations.ItemRow{}, problem.Missing()
}

// itemChange answers GET /recommendations/:id/items/:item/change.
func (s *Server) itemChange(c echo.Context) error {
	r, item, err := s.itemOf(c)
	if err != nil {
		return err
	}
	p, err := s.itemFormPage(c, r, item.Ref(), s.t.Msg("asked.item.change"), itemForm{Text: item.Text, Lead: item.Lead, Supporting: r.Support[item.ID]})
	if err != nil {
		return err
	}
	p.Version = item.Version
	return s.show(c, "recommendations/item_form", p)
}

// itemChangeSave answers POST /recommendations/:id/items/:item/change.
func (s *Server) itemChangeSave(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	r, item, err := s.itemOf(c)
	if err != nil {
		return err
	}
	form, version := itemFormOf(t), t.number("version")
	err = s.Recommendations.ChangeItem(c.Request().Context(), actorOf(c), t.line("key"), recommendations.ItemChange{ID: item.ID, Version: version, Text: form.Text, Lead: form.Lead, Supporting: form.Supporting})
	if status, wrong, again := s.again(err, "text", "lead", "supporting"); again {
		p, err := s.itemFormPage(c, r, item.Ref(), s.t.Msg("asked.item.change"), form)
		if err != nil {
			return err
		}
		if p.Version, p.Errors = item.Version, wrong; version != item.Version {
			p.Clashes = s.differences([3]string{"asked.field.item_text", item.Text, form.Text},
				[3]string{"asked.field.item_lead", labels(p.Institutions, item.Lead), labels(p.Institutions, form.Lead)},
				[3]string{"asked.field.item_supporting", labels(p.Institutions, r.Support[item.ID]...), labels(p.Institutions, form.Supporting...)})
		}
		return s.showAs(c, status, "recommendations/item_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, recommendationPath(r.Row.ID), s.t.Msg("asked.done.item_changed", "ref", item.Ref()))
}

func (s *Server) itemRetirePage(c echo.Context, r reports.RecommendationPage, item recommendations.ItemRow) confirmPage {
	question, answers := s.t.Msg("asked.item.retire_title", "ref", item.Ref()), 0
	for _, asked := range r.Asked.Items {
		if asked.ID == item.ID {
			answers = len(asked.Answers)
		}
	}
	points := []string{s.t.Msg("asked.item.retire_kept"), s.t.Msg("asked.item.retire_earlier")}
	if answers > 0 {
		points = append(points, s.t.Msg("asked.item.retire_answers", "n", answers))
	}
	points = append(points, s.t.Msg("asked.item.retire_final"))
	return confirmPage{Page: s.page(c, question, s.recommendationCrumbs(r, Crumb{Label: question})...), Ref: r.Row.Ref(), Heading: r.Row.Title, Question: question,
		Quote: item.Text, Points: points, Button: s.t.Msg("asked.item.retire"), Cancel: recommendationPath(r.Row.ID), Version: item.Version}
}

// itemRetire answers GET /recommendations/:id/items/:item/retire.
func (s *Server) itemRetire(c echo.Context) error {
	r, item, err := s.itemOf(c)
	if err != nil {
		return err
	}
	if !item.RetiredOn.IsZero() {
		return c.Redirect(http.StatusSeeOther, recommendationPath(r.Row.ID))
	}
	return s.showConfirm(c, http.StatusOK, s.itemRetirePage(c, r, item))
}

// itemRetireMake answers POST /recommendations/:id/items/:item/retire.
func (s *Server) itemRetireMake(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	r, item, err := s.itemOf(c)
	if err != nil {
		return err
	}
	err = s.Recommendations.RetireItem(c.Request().Context(), actorOf(c), t.line("key"), item.ID, t.number("version"))
	if status, wrong, again := s.again(err); again {
		p := s.itemRetirePage(c, r, item)
		p.Errors = wrong
		return s.showConfirm(c, status, p)
	}
	if err != nil {
		return err
	}
	return s.done(c, recommendationPath(r.Row.ID), s.t.Msg("asked.done.item_retired", "ref", item.Ref()))
}
