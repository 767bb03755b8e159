package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// dataRequest is the part of the table for data requests.
func (s *Server) dataRequest() []route {
	return []route{
		{get, "/periods/deadlines/:id/request", planReaders, s.requestShow},
		{get, "/periods/deadlines/:id/request/new", coordinator, s.requestAsk},
		{post, "/periods/deadlines/:id/request/new", coordinator, s.requestAskMake},
		{get, "/periods/deadlines/:id/request/submit", coordinator, s.requestSubmit},
		{post, "/periods/deadlines/:id/request/submit", coordinator, s.requestSubmitMake},
		{get, "/periods/deadlines/:id/request/:question", planReaders, s.questionShow},
		{post, "/periods/deadlines/:id/request/:question", writers, s.questionAnswer},
		{get, "/periods/deadlines/:id/request/:question/change", coordinator, s.questionChange},
		{post, "/periods/deadlines/:id/request/:question/change", coordinator, s.questionChangeSave},
		{get, "/periods/deadlines/:id/request/:question/remove", coordinator, s.questionRemove},
		{post, "/periods/deadlines/:id/request/:question/remove", coordinator, s.questionRemoveMake},
	}
}

// How a filter names questions with an answer and those without one, whether
// the due day has passed or not.
const (
	showAnswered   = "answered"
	showUnanswered = "unanswered"
)

// askedOfCoordinators stands for no institution in filters and forms.
const askedOfCoordinators = "coordinators"

// requestPath is the address of a data request, or of a page below it.
func requestPath(id int64, below ...string) string {
	return deadlinePath(id, append([]string{"request"}, below...)...)
}

// requestFilter chooses questions of a data request.
type requestFilter struct{ Institution, Show string }

// requestFilterOf reads the filter of a request; what is none chooses all.
func requestFilterOf(c echo.Context, v progress.RequestView) requestFilter {
	f := requestFilter{readable(c.QueryParam("institution")), readable(c.QueryParam("show"))}
	if f.Show != showAnswered && f.Show != showUnanswered {
		f.Show = ""
	}
	if !slices.ContainsFunc(v.Questions, func(q progress.QuestionTold) bool { return askedOf(q) == f.Institution }) {
		f.Institution = ""
	}
	return f
}

// askedOf is whom a question is asked of, as filters name it.
func askedOf(q progress.QuestionTold) string { return cmp.Or(q.Institution, askedOfCoordinators) }

func (f requestFilter) chooses(q progress.QuestionTold) bool {
	return (f.Institution == "" || f.Institution == askedOf(q)) && (f.Show == "" || (f.Show == showAnswered) == q.Answered())
}

// requestPage is what a data request asks and what was answered.
type requestPage struct {
	Page
	Request      progress.RequestView
	Filter       requestFilter
	Figs         []Fig
	Rows         []questionRow
	Institutions []Option
	Shows        []Option
	Chips        []Link
	Handed       []handedRow
	Missing      bool // nothing was handed over, and the due day has passed
	CanChange    bool
	Whole        bool
	Of           string // its own address
	Export       Export
	Total        int
}

// questionRow is a question in the table.
type questionRow struct {
	progress.QuestionTold
	State   progress.QuestionState
	Href    string
	Text    string // of the answer, as far as a list holds it
	CanSay  bool   // the reader may answer
	CanEdit bool   // or reword and remove
	Late    bool
}

// handedRow is a handing over.
type handedRow struct {
	progress.SubmissionTold
	Late bool
}

// request finds the data request that an address names, as the actor may know
// of it.
func (s *Server) request(c echo.Context) (progress.RequestView, error) {
	id, err := pathID(c)
	if err != nil {
		return progress.RequestView{}, err
	}
	return s.Progress.DataRequest(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, id)
}

// requestCrumbs lead from the periods to a data request and to a page below
// it. Who does not read the whole plan has no page of the deadline.
func (s *Server) requestCrumbs(actor accounts.Actor, v progress.RequestView, below ...string) []Crumb {
	crumbs := s.periodCrumbs()
	if actor.CanReadWholePlan() {
		crumbs = append(crumbs, Crumb{v.Title, deadlinePath(v.ID)})
	}
	if len(below) == 0 {
		return append(crumbs, Crumb{Label: s.t.Msg("request.title")})
	}
	crumbs = append(crumbs, Crumb{s.t.Msg("request.title"), requestPath(v.ID)})
	for _, label := range below {
		crumbs = append(crumbs, Crumb{Label: label})
	}
	return crumbs
}

// questionRow adds to a question what its row shows to an actor.
func (s *Server) questionRow(actor accounts.Actor, v progress.RequestView, q progress.QuestionTold) questionRow {
	row := questionRow{QuestionTold: q, Href: requestPath(v.ID, strconv.Itoa(q.Number)), State: q.Stands(v.Deadline, s.Clock.Today()), Text: beginning(q.Answer().Text),
		CanSay: progress.CanAnswer(actor, v.Deadline, q.RequestQuestion) == nil, CanEdit: actor.CanChangePlan() && !q.Answered(), Late: q.Late(v.DueOn)}
	return row
}

// requestShow answers GET /periods/deadlines/:id/request.
func (s *Server) requestShow(c echo.Context) error {
	v, err := s.request(c)
	if err != nil {
		return err
	}
	actor, path := actorOf(c), requestPath(v.ID)
	p := requestPage{Page: s.page(c, s.t.Msg("request.title"), s.requestCrumbs(actor, v)...), Request: v, Filter: requestFilterOf(c, v), CanChange: actor.CanChangePlan(),
		Whole: actor.CanReadWholePlan(), Of: path, Total: len(v.Questions)}
	p.Missing = p.Whole && v.Handed().IsZero() && v.HandedLate(s.Clock.Today())
	for _, h := range v.Submissions {
		p.Handed = append(p.Handed, handedRow{h, h.HandedOn.After(v.DueOn)})
	}
	for _, q := range v.Questions {
		if p.Filter.chooses(q) {
			p.Rows = append(p.Rows, s.questionRow(actor, v, q))
		}
	}
	answered := v.Answered()
	p.Figs = []Fig{
		{Label: s.t.Msg("request.fig.asked"), Number: s.t.Int(len(v.Questions)), Href: path},
		{Label: s.showWord(v, showAnswered), Number: s.t.Int(answered), Href: path + "?show=" + showAnswered},
		{Label: s.showWord(v, showUnanswered), Number: s.t.Int(len(v.Questions) - answered), Href: path + "?show=" + showUnanswered},
		{Label: s.t.Msg("request.fig.late"), Number: s.t.Int(v.Late()), Note: s.t.Msg("request.fig.late.note", "date", v.DueOn)}}
	p.Institutions, p.Shows = s.askedOptions(v), []Option{{Value: showAnswered, Label: s.showWord(v, showAnswered)}, {Value: showUnanswered, Label: s.showWord(v, showUnanswered)}}
	p.Chips, p.Export = s.requestChips(c.QueryParams(), p.Filter, v), exportOf(path, c.QueryParams(), len(p.Rows))
	return s.show(c, "periods/request_show", p)
}

// showWord says what a filter shows: what has no answer waits until the due day
// has passed.
func (s *Server) showWord(v progress.RequestView, show string) string {
	if show == showUnanswered && !v.Passed(s.Clock.Today()) {
		show = string(progress.QuestionWaiting)
	}
	return s.t.Msg("request.state." + show)
}

// askedOptions are those who are asked something, by name.
func (s *Server) askedOptions(v progress.RequestView) (list []Option) {
	for _, q := range v.Questions {
		one := Option{Value: askedOf(q), Label: cmp.Or(q.InstitutionName, s.t.Msg("request.coordinators"))}
		if !slices.Contains(list, one) {
			list = append(list, one)
		}
	}
	slices.SortFunc(list, func(a, b Option) int {
		return cmp.Or(strings.Compare(a.Label, b.Label), strings.Compare(a.Value, b.Value))
	})
	return list
}

// requestChips are the filters in force.
func (s *Server) requestChips(query url.Values, f requestFilter, v progress.RequestView) (list []Link) {
	if f.Show != "" {
		list = append(list, Link{s.showWord(v, f.Show), hrefWithout(requestPath(v.ID), query, "show", f.Show)})
	}
	if f.Institution != "" {
		list = append(list, Link{labelOf(s.askedOptions(v), f.Institution), hrefWithout(requestPath(v.ID), query, "institution", f.Institution)})
	}
	return list
}

// requestTable is a data request as a file.
func (s *Server) requestTable(c echo.Context) (reports.Table, error) {
	v, err := s.request(c)
	if err != nil {
		return reports.Table{}, err
	}
	f := requestFilterOf(c, v)
	t := reports.Table{Name: "data-request", Title: v.Title, Filter: linkWords(s.requestChips(url.Values{}, f, v)), D: s.Clock.Today(), Columns: []reports.Column{
		{Key: "request.column.number", Kind: reports.Numbers, Width: 9}, {Key: "request.column.question", Width: 60}, {Key: "request.column.asked_of", Width: 24},
		{Key: "request.column.state", Width: 14}, {Key: "request.column.answer", Width: 70}, {Key: "request.column.by", Width: 30},
		{Key: "request.column.on", Kind: reports.Days, Width: 13}, {Key: "request.fig.late", Width: 16}}}
	var rows [][]any
	for _, q := range v.Questions {
		if !f.chooses(q) {
			continue
		}
		row, late := s.questionRow(actorOf(c), v, q), ""
		if row.Late {
			late = s.t.Msg("flag.late")
		}
		rows = append(rows, []any{q.Number, q.RequestQuestion.Text, cmp.Or(q.InstitutionName, s.t.Msg("request.coordinators")), s.t.Msg("request.state." + string(row.State)),
			q.Answer().Text, q.Answer().Post, dayOr(q.Answer().AnsweredOn, ""), late})
	}
	t.Rows = reports.Listed(rows)
	return t, nil
}

// questionPage is a question with its answers, and a form for who may answer.
type questionPage struct {
	Page
	Request progress.RequestView
	Row     questionRow
	Answer  string // as typed
	Key     string
	Max     int
}

// question finds the question that an address names.
func (s *Server) question(c echo.Context) (progress.RequestView, progress.QuestionTold, error) {
	v, err := s.request(c)
	if err != nil {
		return v, progress.QuestionTold{}, err
	}
	number, _ := strconv.Atoi(c.Param("question"))
	q, there := v.Question(number)
	if !there {
		return v, q, problem.Missing()
	}
	return v, q, nil
}

func (s *Server) questionPage(c echo.Context) (p questionPage, err error) {
	v, q, err := s.question(c)
	if err != nil {
		return p, err
	}
	actor := actorOf(c)
	p = questionPage{Request: v, Row: s.questionRow(actor, v, q), Key: newKey(), Max: progress.AnswerMax}
	title := s.t.Msg("request.question_n", "n", q.Number)
	p.Page = s.page(c, title, s.requestCrumbs(actor, v, title)...)
	p.Narrow = true
	return p, nil
}

// questionShow answers GET /periods/deadlines/:id/request/:question.
func (s *Server) questionShow(c echo.Context) error {
	p, err := s.questionPage(c)
	if err != nil {
		return err
	}
	return s.show(c, "periods/question_show", p)
}

// questionAnswer answers POST /periods/deadlines/:id/request/:question.
func (s *Server) questionAnswer(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	p, err := s.questionPage(c)
	if err != nil {
		return err
	}
	err = s.Progress.AnswerQuestion(c.Request().Context(), actorOf(c), t.line("key"), p.Request.ID, p.Row.Number, t.text("answer"))
	if status, wrong, again := s.again(err, "answer"); again {
		p.Answer, p.Errors = t.text("answer"), wrong
		return s.showAs(c, status, "periods/question_show", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, requestPath(p.Request.ID), s.t.Msg("request.done.answered", "n", p.Row.Number))
}
