package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"tracker/internal/calendar"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// deadlineFormPage is the form of a deadline.
type deadlineFormPage struct {
	Page
	New      bool
	Action   string
	Cancel   string
	Key      string
	Version  int64
	Period   progress.Period
	Form     deadlineForm
	Closed   bool // its days stay as they are
	Purposes []Option
	Clashes  []Change
}

func (s *Server) newDeadlinePage(c echo.Context, p progress.Period, form deadlineForm) deadlineFormPage {
	title := s.t.Msg("periods.deadline.add_to", "label", p.Label)
	page := deadlineFormPage{Page: s.page(c, title, s.periodCrumbs(title)...), New: true, Action: "/periods/" + itoa(p.ID) + "/deadlines/new", Cancel: "/periods",
		Key: newKey(), Period: p, Form: form, Purposes: s.options("periods.purpose.", words(progress.Purposes))}
	page.Narrow = true
	return page
}

// deadlineNew answers GET /periods/:id/deadlines/new.
func (s *Server) deadlineNew(c echo.Context) error {
	p, err := s.period(c)
	if err != nil {
		return err
	}
	return s.show(c, "periods/deadline_form", s.newDeadlinePage(c, p, deadlineForm{}))
}

// deadlineCreate answers POST /periods/:id/deadlines/new.
func (s *Server) deadlineCreate(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	p, err := s.period(c)
	if err != nil {
		return err
	}
	var check problem.Check
	form := deadlineFormOf(t, "")
	in := form.deadline(&check)
	id := int64(0)
	if err = check.Err(); err == nil {
		id, err = s.Progress.AddDeadline(c.Request().Context(), actorOf(c), t.line("key"), p.ID, in)
	}
	if refusal, bad := invalid(err); bad {
		page := s.newDeadlinePage(c, p, form)
		page.Errors = Problems(s.t, refusal, form.order()...)
		return s.showAs(c, http.StatusUnprocessableEntity, "periods/deadline_form", page)
	}
	if err != nil {
		return err
	}
	return s.done(c, deadlinePath(id), s.t.Msg("periods.done.deadline_added", "title", form.Title))
}

func (s *Server) deadlineChangePage(c echo.Context, d reports.DeadlineRow, form deadlineForm) deadlineFormPage {
	title := s.t.Msg("periods.deadline.change")
	page := deadlineFormPage{Page: s.page(c, title, s.deadlineCrumbs(d, title)...), Action: deadlinePath(d.ID, "change"), Cancel: deadlinePath(d.ID), Key: newKey(),
		Version: d.Version, Period: d.Period, Form: form, Closed: !d.Open()}
	page.Narrow = true
	return page
}

// deadlineCrumbs lead from the periods through a deadline to a page below it.
func (s *Server) deadlineCrumbs(d reports.DeadlineRow, label string) []Crumb {
	return append(s.periodCrumbs(), Crumb{d.Title, deadlinePath(d.ID)}, Crumb{Label: label})
}

// deadlineChangeForm answers GET /periods/deadlines/:id/change.
func (s *Server) deadlineChangeForm(c echo.Context) error {
	d, err := s.deadline(c)
	if err != nil {
		return err
	}
	return s.show(c, "periods/deadline_form", s.deadlineChangePage(c, d, s.deadlineForm(d.Deadline)))
}

// deadlineChange answers POST /periods/deadlines/:id/change. When somebody
// else changed it meanwhile, both writings are shown.
func (s *Server) deadlineChange(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	d, err := s.deadline(c)
	if err != nil {
		return err
	}
	var check problem.Check
	form := deadlineFormOf(t, "")
	form.Purpose = string(d.Purpose)
	in := form.deadline(&check)
	if err = check.Err(); err == nil {
		err = s.Progress.ChangeDeadline(c.Request().Context(), actorOf(c), t.line("key"), d.ID, t.number("version"),
			progress.DeadlineChange{Title: in.Title, CoversFrom: in.CoversFrom, CoversTo: in.CoversTo, DueOn: in.DueOn, Note: in.Note})
	}
	if err == nil {
		return s.done(c, deadlinePath(d.ID), s.t.Msg("periods.done.deadline_changed", "title", form.Title))
	}
	status, errors, ok := s.again(err, form.order()...)
	if !ok {
		return err
	}
	page := s.deadlineChangePage(c, d, form)
	page.Errors = errors
	if conflict(err) {
		page.Clashes = s.deadlineClashes(s.deadlineForm(d.Deadline), form)
	} else {
		page.Version = t.number("version")
	}
	return s.showAs(c, status, "periods/deadline_form", page)
}

func (s *Server) deadlineClashes(now, typed deadlineForm) []Change {
	day := func(text string) string {
		if d, err := calendar.ParseHuman(text); err == nil {
			return s.t.Date(d)
		}
		return text
	}
	return s.differences([3]string{"periods.field.title", now.Title, typed.Title}, [3]string{"periods.field.covers_from", day(now.CoversFrom), day(typed.CoversFrom)},
		[3]string{"periods.field.covers_to", day(now.CoversTo), day(typed.CoversTo)}, [3]string{"periods.field.due_on", day(now.DueOn), day(typed.DueOn)},
		[3]string{"periods.field.note", now.NoteWas, typed.NoteWas})
}

// deadlineClosePage asks whether a deadline is to be closed, or
// opened again, and says what that means.
type deadlineClosePage struct {
	Page
	Line   deadlineLine
	Key    string
	Reopen bool
	Can    bool // not closed before its due date has passed, and not twice
}

// closes says whether a deadline can be closed by now: its due day has passed.
func (s *Server) closes(d reports.DeadlineRow) bool {
	return d.Counted || d.Purpose == progress.Request && d.Passed(s.Clock.Today())
}

// closable finds the reporting deadline or data request that an address names:
// only those wait for entries.
func (s *Server) closable(c echo.Context) (reports.DeadlineRow, error) {
	d, err := s.deadline(c)
	if err == nil && d.Purpose != progress.Reporting && d.Purpose != progress.Request {
		err = problem.Missing()
	}
	return d, err
}

func (s *Server) deadlineClosePage(c echo.Context, d reports.DeadlineRow, reopen bool) deadlineClosePage {
	title := s.t.Msg("periods.close.title")
	if reopen {
		title = s.t.Msg("periods.reopen.title")
	}
	p := deadlineClosePage{Page: s.page(c, title, s.deadlineCrumbs(d, title)...), Line: s.deadlineLine(actorOf(c), d), Key: newKey(), Reopen: reopen}
	p.Can, p.Narrow = reopen && !d.Open() && !d.Certified() || !reopen && d.Open() && s.closes(d), true
	return p
}

// deadlineAsk shows the question whether to close or to open again.
func (s *Server) deadlineAsk(reopen bool) echo.HandlerFunc {
	return func(c echo.Context) error {
		d, err := s.closable(c)
		if err != nil {
			return err
		}
		return s.show(c, "periods/deadline_close", s.deadlineClosePage(c, d, reopen))
	}
}

// deadlineAct closes a reporting deadline or opens it again.
func (s *Server) deadlineAct(reopen bool) echo.HandlerFunc {
	return func(c echo.Context) error {
		t, err := typedOf(c)
		if err != nil {
			return err
		}
		d, err := s.closable(c)
		if err != nil {
			return err
		}
		err = s.Progress.CloseDeadline(c.Request().Context(), actorOf(c), t.line("key"), d.ID, t.number("version"), !reopen)
		if status, errors, ok := s.again(err); ok {
			p := s.deadlineClosePage(c, d, reopen)
			p.Errors = errors
			return s.showAs(c, status, "periods/deadline_close", p)
		}
		if err != nil {
			return err
		}
		key := "periods.done.closed"
		if reopen {
			key = "periods.done.reopened"
		}
		return s.done(c, deadlinePath(d.ID), s.t.Msg(key, "title", d.Title))
	}
}

// certifyPage asks the second person whether they stand for what came in, and
// says what is not decided yet.
func (s *Server) certifyPage(c echo.Context, d reports.DeadlineRow) (confirmPage, error) {
	title := s.t.Msg("periods.certify.title")
	p := confirmPage{Page: s.page(c, title, s.deadlineCrumbs(d, title)...), Heading: d.Title, Question: title,
		Points: []string{s.t.Msg("periods.certify.stands", "from", s.t.Date(d.CoversFrom), "to", s.t.Date(d.CoversTo)), s.t.Msg("periods.close.counts", "due", d.Reporting.Due, "missing", d.Reporting.NotReported),
			s.t.Msg("periods.certify.addenda"), s.t.Msg("periods.certify.for_ever")},
		Button: s.t.Msg("periods.certify"), Cancel: deadlinePath(d.ID), Version: d.Version}
	waiting, back, err := s.Progress.Undecided(c.Request().Context(), actorOf(c), d.Deadline)
	if waiting > 0 {
		p.Points = append(p.Points, s.t.Msg("periods.certify.waiting", "n", waiting))
	}
	if back > 0 {
		p.Points = append(p.Points, s.t.Msg("periods.certify.back", "n", back))
	}
	if waiting+back > 0 && actorOf(c).CanReview() {
		p.Links = []Link{{Label: s.t.Msg("periods.certify.queue"), Href: "/review"}}
	}
	return p, err
}

// deadlineCertify answers GET /periods/deadlines/:id/certify.
func (s *Server) deadlineCertify(c echo.Context) error {
	d, err := s.closable(c)
	if err == nil && d.Purpose != progress.Reporting {
		err = problem.Missing()
	}
	if err == nil {
		err = progress.CanCertify(actorOf(c), d.Deadline)
	}
	if err != nil {
		return err
	}
	p, err := s.certifyPage(c, d)
	if err != nil {
		return err
	}
	return s.showConfirm(c, http.StatusOK, p)
}

// deadlineCertifyMake answers POST /periods/deadlines/:id/certify.
func (s *Server) deadlineCertifyMake(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	d, err := s.closable(c)
	if err != nil {
		return err
	}
	err = s.Progress.CertifyDeadline(c.Request().Context(), actorOf(c), t.line("key"), d.ID, t.number("version"))
	if status, wrong, again := s.again(err); again && !d.Certified() {
		p, err := s.certifyPage(c, d)
		if err != nil {
			return err
		}
		p.Errors = wrong
		return s.showConfirm(c, status, p)
	}
	if err != nil {
		return err
	}
	return s.done(c, deadlinePath(d.ID), s.t.Msg("periods.done.certified", "title", d.Title))
}
