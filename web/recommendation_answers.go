package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/reports"
)

// offeredCommitments is how many commitments the form offers at once; a
// search brings the others.
const offeredCommitments = 20

// answerNewPage links a commitment to an item of a recommendation.
type answerNewPage struct {
	Page
	ID                                 int64
	Ref, Heading, Text, Key            string
	Words                              string // searched for among the commitments
	Found                              int    // commitments that the search chose
	NothingPlanned                     bool
	Commitments, Items, Extents        []Option
	Commitment, Item, Extent, LinkedOn string
	ReasonText                         string
}

// answerNewPage offers the items that are asked still and the commitments
// that a search chooses: the one chosen before first, then those that answer
// nothing.
func (s *Server) answerNewPage(c echo.Context, search, chosen string) (answerNewPage, error) {
	r, err := s.recommendation(c)
	if err != nil {
		return answerNewPage{}, err
	}
	l, found, err := s.Reports.Commitments(c.Request().Context(), s.ledgerQuery(c), reports.Filter{Words: search})
	if err != nil {
		return answerNewPage{}, err
	}
	title := s.t.Msg("asked.link.title")
	p := answerNewPage{Page: s.page(c, r.Row.Ref()+": "+title, s.recommendationCrumbs(r, Crumb{Label: title})...), ID: r.Row.ID, Ref: r.Row.Ref(), Heading: r.Row.Title,
		Text: r.Row.Text, Key: newKey(), Words: search, Found: len(found.Lines), Extents: s.options("commitments.extent.", words(plan.Extents)),
		LinkedOn: s.t.Date(s.Clock.Today()), Commitment: chosen, NothingPlanned: len(l.Lines) == 0}
	for _, item := range r.All {
		if item.RetiredOn.IsZero() {
			if item.Letter == c.QueryParam("item") {
				p.Item = itoa(item.ID)
			}
			p.Items = append(p.Items, Option{Value: itoa(item.ID), Label: item.Letter + ". " + item.Text})
		}
	}
	p.Commitments = s.offered(l, found.Lines, chosen)
	return p, nil
}

// offered are the commitments that the form offers, the one chosen before
// among them.
func (s *Server) offered(l *reports.Ledger, lines []*reports.Line, chosen string) []Option {
	lines = slices.Clone(lines)
	rank := func(line *reports.Line) int {
		switch {
		case line.Ref == chosen:
			return 0
		case line.Orphan():
			return 1
		}
		return 2
	}
	slices.SortStableFunc(lines, func(a, b *reports.Line) int { return rank(a) - rank(b) })
	var options []Option
	for _, line := range lines[:min(len(lines), offeredCommitments)] {
		hint := l.Institutions[line.LeadID].Short + " · " + s.t.Msg("status."+string(line.Status))
		if line.AnswersText != "" {
			hint += " · " + s.t.Msg("commitments.answers", "refs", line.AnswersText)
		}
		options = append(options, Option{Value: line.Ref, Label: line.Ref + " " + line.Title, Hint: hint})
	}
	return options
}

// answerNewForm answers GET /recommendations/:id/answers/new.
func (s *Server) answerNewForm(c echo.Context) error {
	p, err := s.answerNewPage(c, readable(c.QueryParam("q")), "")
	if err != nil {
		return err
	}
	return s.show(c, "recommendations/answer_new", p)
}

// answerNew answers POST /recommendations/:id/answers/new: one of the
// recommendation's own items gets an answer.
func (s *Server) answerNew(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	p, err := s.answerNewPage(c, t.line("q"), t.line("commitment"))
	if err != nil {
		return err
	}
	var check problem.Check
	in := plan.AnswerNew{Ref: p.Commitment, ItemID: t.number("item"), Extent: plan.Extent(t.line("extent")), Reason: t.text("reason"), LinkedOn: t.day(&check, "linked_on")}
	check.Require(in.Ref != "", "commitment", "asked.link.error.commitment")
	check.Require(slices.ContainsFunc(p.Items, func(o Option) bool { return o.Value == itoa(in.ItemID) }), "item", "answers.error.item")
	if err = check.Err(); err == nil {
		err = s.Plan.Link(c.Request().Context(), actorOf(c), t.line("key"), in)
	}
	if refusal, bad := invalid(err); bad {
		p.Item, p.Extent, p.ReasonText, p.LinkedOn = t.line("item"), t.line("extent"), t.text("reason"), t.line("linked_on")
		p.Errors = Problems(s.t, refusal, "commitment", "item", "extent", "reason", "linked_on")
		return s.showAs(c, http.StatusUnprocessableEntity, "recommendations/answer_new", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, recommendationPath(p.ID), s.t.Msg("asked.link.done", "ref", in.Ref))
}
