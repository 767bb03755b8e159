package web

import (
	"slices"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/indicators"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
	telling "tracker/internal/reports/wording"
)

// measurementShowPage is one value whole, with its review.
type measurementShowPage struct {
	Page
	Told                 indicators.Told
	Href                 string // of its indicator
	Figures              []figureLine
	Source               string
	MayDecide            bool
	WhyNot               string // why the actor, who reviews otherwise, may not decide on this one
	Confirms             bool   // the decision is an institution's word on what was logged for it
	Reason               string // of a return, as typed
	Key, ReturnKey       string
	MayEdit, MayDiscard  bool
	MayCorrect           bool
	Address, CorrectedBy string
}

// figureLine is a cell in words; Off says that its parts do not agree with it.
type figureLine struct {
	Label, Text string
	Depth       int
	Off         bool
}

// figureLines words what a measurement says, place by place.
func (s *Server) figureLines(m indicators.Told) (lines []figureLine) {
	for _, place := range m.Definition.Places() {
		if cell, told := m.Value.Cells[place]; told {
			lines = append(lines, figureLine{Label: telling.Place(s.t, place), Text: telling.Qualified(s.t, m.Definition.Terms, cell, m.Qualifier), Depth: len(place.Parts()),
				Off: slices.Contains(m.Disagree, place)})
		}
	}
	return lines
}

// measurement reads the value that an address names and its indicator's
// series, both as the actor may see them.
func (s *Server) measurement(c echo.Context) (m indicators.Told, one indicators.Series, err error) {
	id, err := updateID(c)
	if err != nil {
		return m, one, err
	}
	if m, err = s.Indicators.Measurement(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, id); err != nil {
		return m, one, err
	}
	f, err := s.figures(c, indicators.AllCells, m.IndicatorID)
	if err == nil {
		one, err = f.Find(m.Series.Ref)
	}
	return m, one, err
}

// mayCorrect says whether the actor may correct a value: who may log for its
// institution, and of what an edition said a coordinator.
func mayCorrect(actor accounts.Actor, m indicators.Told) bool {
	if m.Basis != indicators.Logged {
		return actor.CanChangePlan()
	}
	return actor.CanLogFor(m.InstitutionID)
}

// measurementPage makes the page of a value.
func (s *Server) measurementPage(c echo.Context, m indicators.Told, one indicators.Series) measurementShowPage {
	actor := actorOf(c)
	title := s.t.Msg("measurement.title", "year", m.Year.Label)
	p := measurementShowPage{Page: s.page(c, one.Ref+": "+title, s.indicatorCrumbs(Crumb{one.Ref, indicatorPath(one.Ref)}, Crumb{Label: title})...), Told: m, Href: indicatorPath(one.Ref),
		Source: telling.ToldBy(s.t, reports.ValueOf(m.Value)), Key: newKey(), ReturnKey: newKey(), Address: measurementPath(m.ID)}
	p.Figures = s.figureLines(m)
	writes := m.Entry().WrittenBy(actor)
	p.MayEdit = writes && m.Entry().Editable()
	p.MayDiscard = writes && m.State == progress.Draft && m.FirstSubmittedOn.IsZero()
	p.MayCorrect = m.State == progress.Approved && m.ReplacedBy == 0 && mayCorrect(actor, m)
	if m.ReplacedBy != 0 {
		p.CorrectedBy = measurementPath(m.ReplacedBy)
	}
	switch err := m.Entry().MayDecide(actor, m.Authors); {
	case err == nil:
		p.MayDecide, p.Confirms = true, m.OnBehalf
	case m.State == progress.Submitted && actor.Is(accounts.Coordinator):
		if refusal, ok := asProblem(err); ok {
			p.WhyNot = s.t.Msg(refusal.Key, refusal.Args...)
		}
	}
	return p
}

// measurementShow answers GET /measurements/:id.
func (s *Server) measurementShow(c echo.Context) error {
	m, one, err := s.measurement(c)
	if err != nil {
		return err
	}
	return s.show(c, "indicators/measurement_show", s.measurementPage(c, m, one))
}

// measurementApprove answers POST /measurements/:id/approve.
func (s *Server) measurementApprove(c echo.Context) error {
	return s.decideMeasurement(c, "approved", func(t typed, id int64) error {
		return s.Indicators.Approve(c.Request().Context(), actorOf(c), t.line("key"), id, t.number("version"))
	})
}

// measurementReturn answers POST /measurements/:id/return.
func (s *Server) measurementReturn(c echo.Context) error {
	return s.decideMeasurement(c, "returned", func(t typed, id int64) error {
		return s.Indicators.Return(c.Request().Context(), actorOf(c), t.line("key"), id, t.number("version"), t.text("reason"))
	})
}

// decideMeasurement runs a decision; one that cannot be taken shows the page
// again with what was typed.
func (s *Server) decideMeasurement(c echo.Context, said string, decide func(t typed, id int64) error) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	id, err := updateID(c)
	if err != nil {
		return err
	}
	err = decide(t, id)
	if status, wrong, again := s.again(err, "reason"); again {
		m, one, err := s.measurement(c)
		if err != nil {
			return err
		}
		p := s.measurementPage(c, m, one)
		p.Errors, p.Reason = wrong, t.text("reason")
		return s.showAs(c, status, "indicators/measurement_show", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, measurementPath(id), s.t.Msg("measurement.done."+said))
}

// measureDiscardForm answers GET /measurements/:id/discard.
func (s *Server) measureDiscardForm(c echo.Context) error {
	return s.askDropFigures(c, 200, nil)
}

func (s *Server) askDropFigures(c echo.Context, status int, wrong FieldErrors) error {
	m, one, err := s.measurement(c)
	switch {
	case err != nil:
		return err
	case !m.Entry().WrittenBy(actorOf(c)):
		return problem.Denied("measurement.error.not_yours")
	case m.State != progress.Draft || !m.FirstSubmittedOn.IsZero():
		return problem.Denied("measurement.error.was_submitted")
	}
	title := s.t.Msg("measurement.discard")
	p := confirmPage{Page: s.page(c, title, s.indicatorCrumbs(Crumb{one.Ref, indicatorPath(one.Ref)}, Crumb{Label: title})...), Ref: one.Ref, Heading: one.Title,
		Question: s.t.Msg("measurement.discard.question", "year", m.Year.Label), Points: []string{s.t.Msg("measurement.discard.point")}, Button: title, Cancel: measurementPath(m.ID), Version: m.Version}
	p.Errors = wrong
	return s.showConfirm(c, status, p)
}

// measureDiscard answers POST /measurements/:id/discard.
func (s *Server) measureDiscard(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	id, err := updateID(c)
	if err != nil {
		return err
	}
	err = s.Indicators.Discard(c.Request().Context(), actorOf(c), t.line("key"), id, t.number("version"))
	if status, wrong, again := s.again(err); again {
		return s.askDropFigures(c, status, wrong)
	}
	if err != nil {
		return err
	}
	return s.done(c, indicatorsPath, s.t.Msg("measurement.done.discarded"))
}

// choosePage asks which of several values of a year counts, and why.
type choosePage struct {
	Page
	Ref, Heading, Action, Cancel, Key string
	Was                               int64
	Values                            []Option
	Chosen, Reason                    string
}

// measureChoose answers GET /measurements/:id/choose: any value of the year
// leads there.
func (s *Server) measureChoose(c echo.Context) error {
	p, err := s.choosePage(c)
	if err != nil {
		return err
	}
	return s.show(c, "indicators/measurement_choose", p)
}

func (s *Server) choosePage(c echo.Context) (p choosePage, err error) {
	m, one, err := s.measurement(c)
	if err != nil {
		return p, err
	}
	title := s.t.Msg("measurement.choose", "year", m.Year.Label)
	p = choosePage{Page: s.page(c, one.Ref+": "+title, s.indicatorCrumbs(Crumb{one.Ref, indicatorPath(one.Ref)}, Crumb{Label: title})...), Ref: one.Ref, Heading: one.Title,
		Action: c.Request().URL.Path, Cancel: indicatorPath(one.Ref), Key: newKey()}
	for _, y := range one.Years {
		if y.From != m.YearFrom {
			continue
		}
		if y.Choice != nil {
			p.Was, p.Reason = y.Choice.MeasurementID, y.Choice.Reason
		}
		for i, v := range y.Values {
			label := s.t.Msg("indicators.not_told")
			if cell, told := v.Cells[y.Definition.Headline]; told {
				label = telling.Qualified(s.t, y.Definition.Terms, cell, v.Qualifier)
			}
			p.Values = append(p.Values, Option{Value: itoa(v.ID), Label: label + " – " + telling.ToldBy(s.t, reports.ValueOf(v)), Hint: s.t.Msg("measurement.covers", "from", v.CoversFrom, "to", v.CoversTo)})
			if i == 0 {
				p.Chosen = itoa(v.ID)
			}
		}
	}
	if len(p.Values) < 2 {
		return p, problem.New(problem.Conflict, "measurement.error.one_value")
	}
	return p, nil
}

// measureChooseSave answers POST /measurements/:id/choose.
func (s *Server) measureChooseSave(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	p, err := s.choosePage(c)
	if err != nil {
		return err
	}
	var check problem.Check
	in := indicators.ChoiceNew{MeasurementID: t.number("measurement"), Was: t.number("was"), Reason: t.text("reason")}
	known := false
	for _, v := range p.Values {
		known = known || v.Value == itoa(in.MeasurementID)
	}
	check.Require(known, "measurement", "measurement.error.choose")
	if err = check.Err(); err == nil {
		err = s.Indicators.Choose(c.Request().Context(), actorOf(c), t.line("key"), in)
	}
	if status, wrong, again := s.again(err, "measurement", "reason"); again {
		p.Errors, p.Chosen, p.Reason = wrong, t.line("measurement"), t.text("reason")
		return s.showAs(c, status, "indicators/measurement_choose", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, p.Cancel, s.t.Msg("measurement.done.chosen"))
}
