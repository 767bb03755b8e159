package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/reports"
)

// answersPage is what a commitment answers, with the form to link it to more.
type answersPage struct {
	Page
	Ref, Heading             string
	Key                      string
	InForce                  []linkedAnswer
	Ended                    []linkedAnswer
	Groups                   []itemGroup
	Extents                  []Option
	Item, Extent, ReasonText string
	LinkedOn                 string
}

// linkedAnswer is an answer with the item that it answers or answered.
type linkedAnswer struct {
	plan.Answer
	Ref, Title, Text string
	Recommendation   int64
}

// itemGroup is a recommendation with the items that a form offers.
type itemGroup struct {
	Label   string
	Options []Option
}

// answersFile reads the commitment that an answer's address names.
func (s *Server) answersFile(c echo.Context) (reports.CommitmentFile, error) {
	return s.Reports.Commitment(c.Request().Context(), s.ledgerQuery(c), refOf(c))
}

func linked(f reports.CommitmentFile, a plan.Answer) linkedAnswer {
	item := f.Items[a.ItemID]
	return linkedAnswer{Answer: a, Ref: item.Ref(), Title: item.Title, Text: item.Text, Recommendation: item.RecommendationID}
}

// answersPage makes the page of a commitment's answers.
func (s *Server) answersPage(c echo.Context, f reports.CommitmentFile) (answersPage, error) {
	title := s.t.Msg("answers.title")
	p := answersPage{Page: s.page(c, f.Ref+": "+title, s.commitmentCrumbs(actorOf(c), f.Path, f.Ref, title)...), Ref: f.Ref, Heading: f.Current.Title,
		Key: newKey(), Extents: s.options("commitments.extent.", words(plan.Extents)), LinkedOn: s.t.Date(s.Clock.Today())}
	there := map[int64]bool{}
	for _, a := range f.CommitmentPage.Answers {
		if _, known := f.Items[a.ItemID]; !known {
			continue
		}
		if a.EndedAt != nil {
			p.Ended = append(p.Ended, linked(f, a))
			continue
		}
		p.InForce = append(p.InForce, linked(f, a))
		there[a.ItemID] = true
	}
	items, err := s.Recommendations.Items(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, s.Clock.Today())
	// Editions stand oldest first; the newest is what people look for.
	for i := len(items) - 1; i >= 0; i-- {
		last := i
		for i > 0 && items[i-1].EditionID == items[last].EditionID {
			i--
		}
		for _, item := range items[i : last+1] {
			if there[item.ID] {
				continue
			}
			label := item.RecommendationRef() + " " + item.Title
			if n := len(p.Groups); n == 0 || p.Groups[n-1].Label != label {
				p.Groups = append(p.Groups, itemGroup{Label: label})
			}
			g := &p.Groups[len(p.Groups)-1]
			g.Options = append(g.Options, Option{Value: itoa(item.ID), Label: item.Ref() + ": " + beginningOf(item.Text)})
		}
	}
	return p, err
}

// answerList answers GET /commitments/:ref/answers.
func (s *Server) answerList(c echo.Context) error {
	f, err := s.answersFile(c)
	if err != nil {
		return err
	}
	p, err := s.answersPage(c, f)
	if err != nil {
		return err
	}
	p.Item = readable(c.QueryParam("item"))
	return s.show(c, "commitments/answers", p)
}

// answerLink answers POST /commitments/:ref/answers.
func (s *Server) answerLink(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	f, err := s.answersFile(c)
	if err != nil {
		return err
	}
	var check problem.Check
	in := plan.AnswerNew{Ref: f.Ref, ItemID: t.number("item"), Extent: plan.Extent(t.line("extent")), Reason: t.text("reason"), LinkedOn: t.day(&check, "linked_on")}
	check.Require(in.ItemID > 0, "item", "answers.error.item")
	if err = check.Err(); err == nil {
		err = s.Plan.Link(c.Request().Context(), actorOf(c), t.line("key"), in)
	}
	if refusal, bad := invalid(err); bad {
		p, err := s.answersPage(c, f)
		if err != nil {
			return err
		}
		p.Item, p.Extent, p.ReasonText, p.LinkedOn = t.line("item"), t.line("extent"), t.text("reason"), t.line("linked_on")
		p.Errors = Problems(s.t, refusal, "item", "extent", "reason", "linked_on")
		return s.showAs(c, http.StatusUnprocessableEntity, "commitments/answers", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, commitmentPath(f.Ref, "answers"), s.t.Msg("answers.done.linked"))
}

// answerEndPage asks for the reason for which an answer ends.
type answerEndPage struct {
	Page
	Ref, Heading string
	Key          string
	Answer       linkedAnswer
	ReasonText   string
	EndedOn      string
}

// answerOf is the answer in force that an address names, of the commitment
// that it names too.
func (s *Server) answerOf(c echo.Context) (reports.CommitmentFile, linkedAnswer, error) {
	f, err := s.answersFile(c)
	if err != nil {
		return f, linkedAnswer{}, err
	}
	id, _ := strconv.ParseInt(c.Param("id"), 10, 64)
	for _, a := range f.CommitmentPage.Answers {
		if _, known := f.Items[a.ItemID]; known && a.ID == id {
			return f, linked(f, a), nil
		}
	}
	return f, linkedAnswer{}, problem.Missing()
}

func (s *Server) answerEndPage(c echo.Context, f reports.CommitmentFile, a linkedAnswer) answerEndPage {
	title := s.t.Msg("answers.end_title", "ref", a.Ref)
	p := answerEndPage{Page: s.page(c, f.Ref+": "+title, s.commitmentCrumbs(actorOf(c), f.Path, f.Ref, title)...), Ref: f.Ref, Heading: f.Current.Title,
		Key: newKey(), Answer: a, EndedOn: s.t.Date(s.Clock.Today())}
	p.Narrow = true
	return p
}

// answerEndForm answers GET /commitments/:ref/answers/:id/end.
func (s *Server) answerEndForm(c echo.Context) error {
	f, a, err := s.answerOf(c)
	if err != nil {
		return err
	}
	if a.EndedAt != nil {
		return c.Redirect(http.StatusSeeOther, commitmentPath(f.Ref, "answers"))
	}
	return s.show(c, "commitments/answer_end", s.answerEndPage(c, f, a))
}

// answerEnd answers POST /commitments/:ref/answers/:id/end.
func (s *Server) answerEnd(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	f, a, err := s.answerOf(c)
	if err != nil {
		return err
	}
	var check problem.Check

	on := t.day(&check, "ended_on")
	if err = check.Err(); err == nil {
		err = s.Plan.End(c.Request().Context(), actorOf(c), t.line("key"), plan.AnswerEnd{ID: a.ID, Reason: t.text("reason"), EndedOn: on})
	}
	if refusal, bad := invalid(err); bad {
		p := s.answerEndPage(c, f, a)
		p.ReasonText, p.EndedOn, p.Errors = t.text("reason"), t.line("ended_on"), Problems(s.t, refusal, "reason", "ended_on")
		return s.showAs(c, http.StatusUnprocessableEntity, "commitments/answer_end", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, commitmentPath(f.Ref, "answers"), s.t.Msg("answers.done.ended", "ref", a.Ref))
}
