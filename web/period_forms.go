package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/calendar"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// periodForm is a period as typed.
type periodForm struct {
	Label, StartsOn, EndsOn, Answers, JudgedBy string
	Deadlines                                  []deadlineForm
}

// deadlineForm is a deadline as typed; Prefix begins the names of its fields
// where it is one of several.
type deadlineForm struct {
	Prefix                                               string
	Title, Purpose, CoversFrom, CoversTo, DueOn, NoteWas string
}

func deadlineFormOf(t typed, prefix string) deadlineForm {
	return deadlineForm{Prefix: prefix, Title: t.line(prefix + "title"), Purpose: t.line(prefix + "purpose"), CoversFrom: t.line(prefix + "covers_from"),
		CoversTo: t.line(prefix + "covers_to"), DueOn: t.line(prefix + "due_on"), NoteWas: t.text(prefix + "note")}
}

// N counts the deadlines of a form from 1.
func (f deadlineForm) N() int {
	n, _ := strconv.Atoi(strings.Trim(strings.TrimPrefix(f.Prefix, "deadlines"), "."))
	return n + 1
}

// order is the fields of a deadline from top to bottom.
func (f deadlineForm) order() []string {
	var names []string
	for _, name := range []string{"title", "purpose", "covers_from", "covers_to", "due_on", "note"} {
		names = append(names, f.Prefix+name)
	}
	return names
}

// deadline is the deadline as the slice takes it; what cannot be read is noted.
func (f deadlineForm) deadline(check *problem.Check) progress.Deadline {
	day := func(name, text string) calendar.Date { return dayOf(check, f.Prefix+name, text) }
	return progress.Deadline{Title: f.Title, Purpose: progress.Purpose(f.Purpose), CoversFrom: day("covers_from", f.CoversFrom),
		CoversTo: day("covers_to", f.CoversTo), DueOn: day("due_on", f.DueOn), Note: f.NoteWas}
}

// deadlineForm writes a deadline as its form shows it.
func (s *Server) deadlineForm(d progress.Deadline) deadlineForm {
	return deadlineForm{Title: d.Title, Purpose: string(d.Purpose), CoversFrom: s.t.Date(d.CoversFrom), CoversTo: s.t.Date(d.CoversTo), DueOn: s.t.Date(d.DueOn), NoteWas: d.Note}
}

// numberRows names the fields of the deadlines by their place.
func (f *periodForm) numberRows() {
	for i := range f.Deadlines {
		f.Deadlines[i].Prefix = "deadlines." + strconv.Itoa(i) + "."
	}
}

// periodFormOf reads the form; a deadline without a title is not wanted.
func periodFormOf(t typed) periodForm {
	f := periodForm{Label: t.line("label"), StartsOn: t.line("starts_on"), EndsOn: t.line("ends_on"), Answers: t.line("answers"), JudgedBy: t.line("judged_by")}
	for i := 0; i < maxRows && t.has("deadlines."+strconv.Itoa(i)+".title"); i++ {
		if row := deadlineFormOf(t, "deadlines."+strconv.Itoa(i)+"."); row.Title != "" {
			f.Deadlines = append(f.Deadlines, row)
		}
	}
	f.numberRows()
	return f
}

// suggested is the form of the period that would come next.
func (s *Server) suggested(there []progress.Period) periodForm {
	p := progress.Suggest(there, s.Clock.Today())
	f := periodForm{Label: p.Label, StartsOn: s.t.Date(p.StartsOn), EndsOn: s.t.Date(p.EndsOn), Answers: p.Answers, JudgedBy: p.JudgedBy}
	for _, d := range p.Deadlines {
		d.Title = s.t.Msg("periods.suggest."+string(d.Purpose), "from", s.t.MonthName(d.CoversFrom), "to", s.t.MonthYear(d.CoversTo))
		f.Deadlines = append(f.Deadlines, s.deadlineForm(d))
	}
	f.numberRows()
	return f
}

// periodFormPage is the form of a new period.
type periodFormPage struct {
	Page
	Key      string
	Form     periodForm
	Purposes []Option
	Opening  reports.Opening // what the period before leaves open
}

func (s *Server) periodFormPage(c echo.Context, form periodForm) (periodFormPage, error) {
	title := s.t.Msg("periods.add")
	opening, err := s.Reports.Opening(c.Request().Context(), s.ledgerQuery(c))
	return periodFormPage{Opening: opening, Page: s.page(c, title, s.periodCrumbs(title)...), Key: newKey(), Form: form, Purposes: s.options("periods.purpose.", words(progress.Purposes))}, err
}

// OpenHref is the list of the commitments that are still open.
func (periodFormPage) OpenHref() string {
	open := slices.DeleteFunc(slices.Clone(progress.Statuses), progress.Status.Closed)
	return commitmentsPath(reports.Filter{Statuses: open})
}

// showPeriodForm shows the form with what the period before leaves open.
func (s *Server) showPeriodForm(c echo.Context, status int, form periodForm, wrong FieldErrors) error {
	p, err := s.periodFormPage(c, form)
	if err != nil {
		return err
	}
	p.Errors = wrong
	return s.showAs(c, status, "periods/period_form", p)
}

// periodNew answers GET /periods/new with the period that would come next.
func (s *Server) periodNew(c echo.Context) error {
	there, err := s.Progress.Periods(c.Request().Context(), settingsOf(c).CountryCode)
	if err != nil {
		return err
	}
	return s.showPeriodForm(c, http.StatusOK, s.suggested(there), nil)
}

// periodCreate answers POST /periods/new.
func (s *Server) periodCreate(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	form := periodFormOf(t)
	if t.line("add") == "deadline" && len(form.Deadlines) < maxRows {
		form.Deadlines = append(form.Deadlines, deadlineForm{})
		form.numberRows()
		return s.showPeriodForm(c, http.StatusOK, form, nil)
	}
	var check problem.Check
	in := progress.Period{Country: settingsOf(c).CountryCode, Label: form.Label, StartsOn: dayOf(&check, "starts_on", form.StartsOn),
		EndsOn: dayOf(&check, "ends_on", form.EndsOn), Answers: form.Answers, JudgedBy: form.JudgedBy}
	order := []string{"label", "starts_on", "ends_on", "answers", "judged_by"}
	for _, row := range form.Deadlines {
		in.Deadlines, order = append(in.Deadlines, row.deadline(&check)), append(order, row.order()...)
	}
	if err = check.Err(); err == nil {
		err = s.Progress.AddPeriod(c.Request().Context(), actorOf(c), t.line("key"), in)
	}
	if refusal, bad := invalid(err); bad {
		return s.showPeriodForm(c, http.StatusUnprocessableEntity, form, Problems(s.t, refusal, order...))
	}
	if err != nil {
		return err
	}
	return s.done(c, "/periods", s.t.Msg("periods.done.added", "label", form.Label))
}

// period finds the period that an address names.
func (s *Server) period(c echo.Context) (progress.Period, error) {
	id, err := pathID(c)
	if err != nil {
		return progress.Period{}, err
	}
	there, err := s.Progress.Periods(c.Request().Context(), settingsOf(c).CountryCode)
	for _, p := range there {
		if p.ID == id {
			return p, err
		}
	}
	if err == nil {
		err = problem.Missing()
	}
	return progress.Period{}, err
}

// periodChangePage says anew which edition a period answers and which judges it.
type periodChangePage struct {
	Page
	Key               string
	Period            progress.Period
	Version           int64
	Answers, JudgedBy string
	Clashes           []Change
}

func (s *Server) periodChangePage(c echo.Context, p progress.Period, answers, judgedBy string) periodChangePage {
	title := s.t.Msg("periods.change.title", "label", p.Label)
	page := periodChangePage{Page: s.page(c, title, s.periodCrumbs(title)...), Key: newKey(), Period: p, Version: p.Version, Answers: answers, JudgedBy: judgedBy}
	page.Narrow = true
	return page
}

// periodChangeForm answers GET /periods/:id/change.
func (s *Server) periodChangeForm(c echo.Context) error {
	p, err := s.period(c)
	if err != nil {
		return err
	}
	return s.show(c, "periods/period_change", s.periodChangePage(c, p, p.Answers, p.JudgedBy))
}

// periodChange answers POST /periods/:id/change.
func (s *Server) periodChange(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	p, err := s.period(c)
	if err != nil {
		return err
	}
	answers, judgedBy := t.line("answers"), t.line("judged_by")
	err = s.Progress.ChangePeriod(c.Request().Context(), actorOf(c), t.line("key"), p.ID, t.number("version"), answers, judgedBy)
	if err == nil {
		return s.done(c, "/periods", s.t.Msg("periods.done.changed", "label", p.Label))
	}
	status, errors, ok := s.again(err, "answers", "judged_by")
	if !ok {
		return err
	}
	page := s.periodChangePage(c, p, answers, judgedBy)
	page.Errors = errors
	if conflict(err) {
		page.Clashes = s.differences([3]string{"periods.field.answers", p.Answers, answers}, [3]string{"periods.field.judged_by", p.JudgedBy, judgedBy})
	}
	return s.showAs(c, status, "periods/period_change", page)
}
