package web

import (
	"slices"

	"github.com/labstack/echo/v4"

	"tracker/internal/problem"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
	telling "tracker/internal/reports/wording"
)

// remarkForm is what is said of a recommendation, as typed.
type remarkForm struct{ Word, Statement, GivenOn string }

// remarkPage is the form in which something is said of a recommendation as a
// whole.
type remarkPage struct {
	Page
	Kind                  recommendations.RemarkKind
	Ref, Heading, Wording string
	Action, Cancel, Key   string
	Was                   int64
	Form                  remarkForm
	Words                 []Option
	Clashes               []Change
}

// remarkLine is a remark as the page of its recommendation shows it.
type remarkLine struct {
	recommendations.Remark
	Label string // of its word
	Kind  recommendations.RemarkKind
	Href  string // where it is said anew; empty for those who may not
}

// remarkLines are the remarks of a recommendation: what is said, and what may
// be said.
func (s *Server) remarkLines(c echo.Context, r reports.RecommendationPage) (list []remarkLine) {
	may := actorOf(c).CanChangePlan()
	for _, kind := range recommendations.RemarkKinds {
		said := r.Demands.Remark(r.Row.ID, kind)
		there := said.ID != 0
		fits := kind == recommendations.Response && r.Edition.Responds || kind == recommendations.Outcome && r.Asked.Since.NoLonger
		if !there && (!fits || !may) {
			continue
		}
		line := remarkLine{Remark: said, Label: telling.RemarkWord(s.t, kind, said.Word), Kind: kind}
		if may {
			line.Href = recommendationPath(r.Row.ID) + "/remarks/" + string(kind)
		}
		list = append(list, line)
	}
	return list
}

// remarkOf reads what the address names: the recommendation, the kind and the
// words that can be said. A mechanism to which nobody responds has no response,
// but for one that was said before.
func (s *Server) remarkOf(c echo.Context) (r reports.RecommendationPage, kind recommendations.RemarkKind, words []string, err error) {
	kind = recommendations.RemarkKind(c.Param("kind"))
	if !slices.Contains(recommendations.RemarkKinds, kind) {
		return r, kind, nil, problem.Missing()
	}
	if r, err = s.recommendation(c); err != nil || kind == recommendations.Outcome {
		return r, kind, recommendations.Outcomes, err
	}
	m, err := s.Recommendations.Mechanism(c.Request().Context(), actorOf(c), r.Row.Mechanism)
	if err == nil && len(m.Responses) == 0 && r.Demands.Remark(r.Row.ID, kind).ID == 0 {
		err = problem.Missing()
	}
	return r, kind, m.Responses, err
}

func (s *Server) remarkPage(c echo.Context, r reports.RecommendationPage, kind recommendations.RemarkKind, words []string, form remarkForm) remarkPage {
	title := s.t.Msg("remark.title." + string(kind))
	p := remarkPage{Page: s.page(c, r.Row.Ref()+": "+title, s.recommendationCrumbs(r, Crumb{Label: title})...), Kind: kind, Ref: r.Row.Ref(), Heading: r.Row.Title, Wording: r.Row.Text,
		Action: c.Request().URL.Path, Cancel: recommendationPath(r.Row.ID), Key: newKey(), Was: r.Demands.Remark(r.Row.ID, kind).ID, Form: form}
	for _, word := range words {
		p.Words = append(p.Words, Option{Value: word, Label: telling.RemarkWord(s.t, kind, word)})
	}
	if p.Was != 0 {
		p.Words = append(p.Words, Option{Value: "none", Label: s.t.Msg("remark.take_back")})
	}
	return p
}

// remarkShow answers GET /recommendations/:id/remarks/:kind.
func (s *Server) remarkShow(c echo.Context) error {
	r, kind, words, err := s.remarkOf(c)
	if err != nil {
		return err
	}
	said := r.Demands.Remark(r.Row.ID, kind)
	form := remarkForm{Word: said.Word, Statement: said.Statement, GivenOn: s.t.Date(s.Clock.Today())}
	if said.ID != 0 {
		form.GivenOn = s.t.Date(said.GivenOn)
	}
	return s.show(c, "recommendations/remark", s.remarkPage(c, r, kind, words, form))
}

// remarkSay answers POST /recommendations/:id/remarks/:kind.
func (s *Server) remarkSay(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	r, kind, words, err := s.remarkOf(c)
	if err != nil {
		return err
	}
	form := remarkForm{Word: t.line("word"), Statement: t.text("statement"), GivenOn: t.line("given_on")}
	var check problem.Check
	in := recommendations.RemarkSaid{RecommendationID: r.Row.ID, Kind: kind, Word: form.Word, Statement: form.Statement, GivenOn: t.day(&check, "given_on"), Was: t.number("was")}
	check.Require(in.Word != "", "word", "remark.error.word")
	if in.Word == "none" {
		in.Word = ""
	}
	if err = check.Err(); err == nil {
		err = s.Recommendations.SayRemark(c.Request().Context(), actorOf(c), t.line("key"), settingsOf(c).CountryCode, in)
	}
	if status, wrong, again := s.again(err, "word", "statement", "given_on"); again {
		p := s.remarkPage(c, r, kind, words, form)
		if p.Errors = wrong; in.Was != p.Was {
			now := r.Demands.Remark(r.Row.ID, kind)
			p.Clashes = s.differences([3]string{"remark.field." + string(kind), telling.RemarkWord(s.t, kind, now.Word), telling.RemarkWord(s.t, kind, in.Word)},
				[3]string{"remark.statement." + string(kind), now.Statement, form.Statement}, [3]string{"remark.given_on." + string(kind), s.t.Date(now.GivenOn), form.GivenOn})
		}
		return s.showAs(c, status, "recommendations/remark", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, recommendationPath(r.Row.ID), s.t.Msg("remark.done."+string(kind)))
}
