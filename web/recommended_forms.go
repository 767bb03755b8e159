package web

import (
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"tracker/internal/dialogues"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
)

// recommendedPage is the form in which what was recommended under an agenda
// item becomes a recommendation. Given is the edition that the dialogue is
// already; else one of the mechanisms is chosen.
type recommendedPage struct {
	recommendationFormPage
	Heard      []string // as noted in the room
	Given      string
	Mechanism  string
	Mechanisms []Option
}

// recommendedPage makes the form for an item of an agenda.
func (s *Server) recommendedPage(c echo.Context, form recommendationForm, mechanism string) (p recommendedPage, item reports.BriefingItem, d dialogues.Dialogue, err error) {
	b, item, _, err := s.agendaItem(c)
	if err != nil {
		return p, item, d, err
	}
	if d = b.Dialogue; d.HeldOn.After(s.Clock.Today()) {
		return p, item, d, problem.New(problem.Conflict, "dialogues.error.not_yet", "date", d.HeldOn)
	}
	list, err := s.Recommendations.Mechanisms(c.Request().Context(), actorOf(c))
	if err != nil {
		return p, item, d, err
	}
	title := s.t.Msg("recommended.add")
	p = recommendedPage{recommendationFormPage: s.recommendationFormPage(c, form), Heard: points(item.Texts.Heard), Mechanism: mechanism}
	p.Title, p.Crumbs = item.Name()+": "+title, s.dialogueCrumbs(d, Crumb{Label: title})
	p.Heading, p.Cancel = item.Name(), dialoguePath(d.ID)+"#item-"+itoa(item.AgendaID)
	for _, m := range list {
		if d.MechanismID != nil && m.ID == *d.MechanismID {
			p.Given, p.Mechanism = m.ShortName+" "+strconv.Itoa(d.HeldOn.Year()), m.Code
		}
		p.Mechanisms = append(p.Mechanisms, Option{Value: m.Code, Label: m.Code + ", " + m.Name})
	}
	return p, item, d, nil
}

// recommendedNew answers GET /dialogues/:id/agenda/:item/recommend.
func (s *Server) recommendedNew(c echo.Context) error {
	p, _, d, err := s.recommendedPage(c, recommendationForm{Basis: string(recommendations.Restated)}, "")
	if err != nil {
		return err
	}
	p.Form.Source = s.t.Msg("undertakings.of", "date", d.HeldOn) // without the title, which is the government's
	return s.show(c, "dialogues/recommended_form", p)
}

// recommendedSave answers POST /dialogues/:id/agenda/:item/recommend.
func (s *Server) recommendedSave(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	p, item, d, err := s.recommendedPage(c, recommendationFormOf(t), t.line("mechanism"))
	if err != nil {
		return err
	}
	in := dialogues.RecommendedNew{Country: d.Country, DialogueID: d.ID, ID: item.AgendaID, Mechanism: t.line("mechanism"), RecommendationFields: p.Form.fields()}
	ref, err := s.Dialogues.Recommend(c.Request().Context(), actorOf(c), t.line("key"), in)
	if status, wrong, again := s.again(err, slices.Concat([]string{"mechanism"}, p.Form.order())...); again {
		p.Errors = wrong
		return s.showAs(c, status, "dialogues/recommended_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, p.Cancel, s.t.Msg("recommended.done", "ref", ref))
}
