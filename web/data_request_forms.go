package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/problem"
	"tracker/internal/progress"
)

// requestFormPage is the form of questions: of new ones, or of one said anew.
type requestFormPage struct {
	Page
	Request      progress.RequestView
	New          bool
	Action       string
	Cancel       string
	Key          string
	Version      int64
	Text         string // as typed
	Institution  string // the id of who is asked, empty: the coordinators
	Institutions []Option
	Max          int
	Clashes      []Change
}

// requestForm is the page of the form of questions with who may be asked.
func (s *Server) requestForm(c echo.Context, v progress.RequestView, title string) (p requestFormPage, err error) {
	list, err := s.Accounts.Institutions(c.Request().Context())
	if err != nil {
		return p, err
	}
	p = requestFormPage{Request: v, Key: newKey(), Action: c.Request().URL.Path, Cancel: requestPath(v.ID), Max: progress.QuestionMax}
	p.Page = s.page(c, title, s.requestCrumbs(actorOf(c), v, title)...)
	p.Narrow = true
	for _, i := range list {
		if i.InForce(s.Clock.Today()) && i.Kind != accounts.PartnerOutside {
			p.Institutions = append(p.Institutions, Option{Value: itoa(i.ID), Label: i.ShortName})
		}
	}
	return p, nil
}

// institutionOf is the institution that a form of questions names: none for
// the coordinators, and one that there is not for what cannot be read.
func institutionOf(t typed) *int64 {
	if t.line("institution") == "" {
		return nil
	}
	id := t.number("institution")
	return &id
}

// requestAsk answers GET /periods/deadlines/:id/request/new.
func (s *Server) requestAsk(c echo.Context) error {
	v, err := s.request(c)
	if err != nil {
		return err
	}
	p, err := s.requestForm(c, v, s.t.Msg("request.add"))
	if err != nil {
		return err
	}
	p.New = true
	return s.show(c, "periods/request_form", p)
}

// requestAskMake answers POST /periods/deadlines/:id/request/new.
func (s *Server) requestAskMake(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	v, err := s.request(c)
	if err != nil {
		return err
	}
	n, err := s.Progress.AskQuestions(c.Request().Context(), actorOf(c), t.line("key"), v.ID, progress.QuestionsNew{Text: t.text("questions"), InstitutionID: institutionOf(t)})
	if status, wrong, again := s.again(err, "questions", "institution"); again {
		p, err := s.requestForm(c, v, s.t.Msg("request.add"))
		if err != nil {
			return err
		}
		p.New, p.Text, p.Institution, p.Errors = true, t.text("questions"), t.line("institution"), wrong
		return s.showAs(c, status, "periods/request_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, requestPath(v.ID), s.t.Msg("request.done.asked", "n", n))
}

// questionForm is the page on which a question is said anew.
func (s *Server) questionForm(c echo.Context) (p requestFormPage, q progress.QuestionTold, err error) {
	v, q, err := s.question(c)
	if err != nil {
		return p, q, err
	}
	p, err = s.requestForm(c, v, s.t.Msg("request.reword"))
	p.Version, p.Text = q.Version, q.RequestQuestion.Text
	if q.InstitutionID != nil {
		p.Institution = itoa(*q.InstitutionID)
	}
	return p, q, err
}

// questionChange answers GET /periods/deadlines/:id/request/:question/change.
func (s *Server) questionChange(c echo.Context) error {
	p, q, err := s.questionForm(c)
	if err == nil && q.Answered() {
		err = problem.New(problem.Conflict, "request.error.answered")
	}
	if err != nil {
		return err
	}
	return s.show(c, "periods/request_form", p)
}

// questionChangeSave answers POST /periods/deadlines/:id/request/:question/change.
// When somebody else changed it meanwhile, both writings are shown.
func (s *Server) questionChangeSave(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	p, q, err := s.questionForm(c)
	if err != nil {
		return err
	}
	err = s.Progress.RewordQuestion(c.Request().Context(), actorOf(c), t.line("key"), progress.QuestionChange{DeadlineID: p.Request.ID, Number: q.Number,
		Version: t.number("version"), Text: t.line("text"), InstitutionID: institutionOf(t)})
	if err == nil {
		return s.done(c, requestPath(p.Request.ID), s.t.Msg("request.done.reworded", "n", q.Number))
	}
	status, wrong, again := s.again(err, "text", "institution")
	if !again {
		return err
	}
	if conflict(err) {
		p.Clashes = s.differences([3]string{"request.column.question", q.RequestQuestion.Text, t.line("text")})
	} else {
		p.Version = t.number("version")
	}
	p.Text, p.Institution, p.Errors = t.line("text"), t.line("institution"), wrong
	return s.showAs(c, status, "periods/request_form", p)
}

// removePage asks whether a question is to be removed.
func (s *Server) removePage(c echo.Context, v progress.RequestView, q progress.QuestionTold) confirmPage {
	title := s.t.Msg("request.remove.title")
	return confirmPage{Page: s.page(c, title, s.requestCrumbs(actorOf(c), v, title)...), Heading: v.Title, Question: title, Quote: q.RequestQuestion.Text,
		Points: []string{s.t.Msg("request.remove.number", "n", q.Number), s.t.Msg("request.remove.trail")}, Button: s.t.Msg("request.remove"), Cancel: requestPath(v.ID), Version: q.Version}
}

// questionRemove answers GET /periods/deadlines/:id/request/:question/remove.
func (s *Server) questionRemove(c echo.Context) error {
	v, q, err := s.question(c)
	if err == nil && q.Answered() {
		err = problem.New(problem.Conflict, "request.error.answered")
	}
	if err != nil {
		return err
	}
	return s.showConfirm(c, http.StatusOK, s.removePage(c, v, q))
}

// questionRemoveMake answers POST /periods/deadlines/:id/request/:question/remove.
func (s *Server) questionRemoveMake(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	v, err := s.request(c)
	if err != nil {
		return err
	}
	number, _ := strconv.Atoi(c.Param("question")) // gone already where the form is sent again
	err = s.Progress.RemoveQuestion(c.Request().Context(), actorOf(c), t.line("key"), v.ID, number, t.number("version"))
	if status, wrong, again := s.again(err); again {
		q, there := v.Question(number)
		if !there {
			return problem.Missing()
		}
		p := s.removePage(c, v, q)
		p.Errors = wrong
		return s.showConfirm(c, status, p)
	}
	if err != nil {
		return err
	}
	return s.done(c, requestPath(v.ID), s.t.Msg("request.done.removed", "n", number))
}

// requestSubmitPage asks on which day the answers were handed over.
type requestSubmitPage struct {
	Page
	Request         progress.RequestView
	Key             string
	Asked, Answered int
	Open            []string // the numbers of what has no answer
	HandedOn, Note  string   // as typed
}

func (s *Server) requestSubmitPage(c echo.Context, v progress.RequestView) requestSubmitPage {
	title := s.t.Msg("request.submit.title")
	p := requestSubmitPage{Page: s.page(c, title, s.requestCrumbs(actorOf(c), v, title)...), Request: v, Key: newKey(), Asked: len(v.Questions), Answered: v.Answered(),
		HandedOn: s.t.Date(s.Clock.Today())}
	for _, q := range v.Questions {
		if !q.Answered() {
			p.Open = append(p.Open, strconv.Itoa(q.Number))
		}
	}
	p.Narrow = true
	return p
}

// requestSubmit answers GET /periods/deadlines/:id/request/submit.
func (s *Server) requestSubmit(c echo.Context) error {
	v, err := s.request(c)
	if err != nil {
		return err
	}
	return s.show(c, "periods/request_submit", s.requestSubmitPage(c, v))
}

// requestSubmitMake answers POST /periods/deadlines/:id/request/submit.
func (s *Server) requestSubmitMake(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	v, err := s.request(c)
	if err != nil {
		return err
	}
	var check problem.Check
	on := t.day(&check, "handed_on")
	if err = check.Err(); err == nil {
		err = s.Progress.SubmitRequest(c.Request().Context(), actorOf(c), t.line("key"), v.ID, on, t.text("note"))
	}
	if status, wrong, again := s.again(err, "handed_on", "note"); again {
		p := s.requestSubmitPage(c, v)
		p.HandedOn, p.Note, p.Errors = t.line("handed_on"), t.text("note"), wrong
		return s.showAs(c, status, "periods/request_submit", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, requestPath(v.ID), s.t.Msg("request.done.submitted", "date", on))
}
