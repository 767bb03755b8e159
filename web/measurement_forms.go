package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/calendar"
	"tracker/internal/indicators"
	"tracker/internal/problem"
	telling "tracker/internal/reports/wording"
)

// measureForm is a value as typed. Cells are in the order of the definition's
// places.
type measureForm struct {
	CoversFrom, CoversTo, Basis, Edition, Attribution, Qualifier, Source, Note, PartsReason string
	Cells                                                                                   []string
}

func measureFormOf(t typed, places int) measureForm {
	f := measureForm{CoversFrom: t.line("covers_from"), CoversTo: t.line("covers_to"), Basis: t.line("basis"), Edition: t.line("edition"), Attribution: t.line("attribution"),
		Qualifier: t.line("qualifier"), Source: t.line("source"), Note: t.text("note"), PartsReason: t.text("parts_reason")}
	for i := range places {
		f.Cells = append(f.Cells, t.line(cellName(i)))
	}
	return f
}

func cellName(i int) string { return "cell_" + strconv.Itoa(i) }

func (f measureForm) order() []string {
	order := []string{"edition", "covers_to", "covers_from"}
	for i := range f.Cells {
		order = append(order, cellName(i))
	}
	return append(order, "parts_reason", "qualifier", "attribution", "source", "note")
}

// said reads what was typed; what cannot be read is noted beside its field.
func (f measureForm) said(terms indicators.Terms, check *problem.Check) indicators.Said {
	in := indicators.Said{CoversFrom: dayOf(check, "covers_from", f.CoversFrom), CoversTo: dayOf(check, "covers_to", f.CoversTo), Basis: indicators.Basis(f.Basis), Attribution: f.Attribution,
		Qualifier: f.Qualifier, Source: f.Source, Note: f.Note, PartsReason: f.PartsReason}
	in.EditionID, _ = strconv.ParseInt(f.Edition, 10, 64)
	for i, place := range terms.Places() {
		if i >= len(f.Cells) {
			break
		}
		cell, told, wrong := terms.Read(place, f.Cells[i])
		switch {
		case wrong != nil:
			check.Add(cellName(i), wrong.Key, wrong.Args...)
		case told:
			in.Cells = append(in.Cells, cell)
		}
	}
	return in
}

// storedMeasure writes a measurement as its form shows it.
func (s *Server) storedMeasure(m indicators.Told) measureForm {
	f := measureForm{CoversFrom: s.t.Date(m.CoversFrom), CoversTo: s.t.Date(m.CoversTo), Basis: string(m.Basis), Attribution: m.Attribution, Qualifier: m.Qualifier, Source: m.Source, Note: m.Note, PartsReason: m.PartsReason}
	if m.EditionID != nil {
		f.Edition = itoa(*m.EditionID)
	}
	for _, place := range m.Definition.Places() {
		text := ""
		if c, told := m.Value.Cells[place]; told {
			text = m.Definition.Typed(c)
		}
		f.Cells = append(f.Cells, text)
	}
	return f
}

// cellField is one cell of the small table in which a value is typed.
type cellField struct{ Name, Label, Value, Error string }

// cellRow is a row of it; Head is the cell of the row as a whole.
type cellRow struct {
	Label string
	Cells []cellField
}

// Wrong says whether a cell of the row cannot be read.
func (r cellRow) Wrong() bool {
	return slices.ContainsFunc(r.Cells, func(f cellField) bool { return f.Error != "" })
}

// cellTable is one small table: the total, or a dimension, or two crossed.
type cellTable struct {
	Caption string
	Columns []string // of a crossed table; one without a name otherwise
	Rows    []cellRow
}

// measureFormPage is the form in which a value is logged.
type measureFormPage struct {
	Page
	Ref, Heading, Definition, Unit            string
	Action, Cancel, Key                       string
	Version                                   int64
	Form                                      measureForm
	Tables                                    []cellTable
	Reported                                  bool // it is what an edition said of the year
	Bases, Editions, Qualifiers, Attributions []Option
	Returned                                  string // reason for which it came back
	Corrects                                  string // address of the value that it is to replace
	Behalf                                    string // institution for which a coordinator logs, empty for one's own
	ClearedBy                                 string // the post that clears it before it is sent, empty for none
	Clashes                                   []Change
}

// measurePage makes the form for a value of an indicator.
func (s *Server) measurePage(c echo.Context, one indicators.Series, d indicators.Definition, form measureForm, wrong FieldErrors, title string) (p measureFormPage, err error) {
	p = measureFormPage{Page: s.page(c, one.Ref+": "+title, s.indicatorCrumbs(Crumb{one.Ref, indicatorPath(one.Ref)}, Crumb{Label: title})...), Ref: one.Ref, Heading: one.Title, Definition: d.Text,
		Unit: s.t.Msg("indicators.unit." + string(d.Unit)), Action: c.Request().URL.Path, Cancel: indicatorPath(one.Ref), Key: newKey(), Form: form, Reported: form.Basis == string(indicators.Reported) || form.Basis == string(indicators.Restated)}
	p.Errors = wrong
	p.Tables = s.cellTables(d.Terms, form, wrong)
	p.Qualifiers, p.Attributions = s.options("indicators.qualifier.", indicators.Qualifiers), s.options("indicators.attribution.", indicators.Attributions)
	if p.Reported {
		p.Bases = s.options("indicators.basis.", []string{string(indicators.Reported), string(indicators.Restated)})
		f, err := s.figures(c, indicators.AllCells)
		if err != nil {
			return p, err
		}
		for _, e := range f.Editions {
			p.Editions = append(p.Editions, Option{Value: itoa(e.ID), Label: s.editionName(e)})
		}
		return p, nil
	}
	if d.InstitutionID != actorOf(c).InstitutionID {
		p.Behalf = one.Reporter
	}
	p.ClearedBy, err = s.Progress.ClearedBy(c.Request().Context(), actorOf(c), d.InstitutionID)
	return p, err
}

// cellTables lays the places of a definition out: the total, then each
// dimension, the first two as rows and columns where they are crossed.
func (s *Server) cellTables(terms indicators.Terms, form measureForm, wrong FieldErrors) []cellTable {
	field := map[indicators.Place]cellField{}
	for i, place := range terms.Places() {
		f := cellField{Name: cellName(i), Label: telling.Place(s.t, place), Error: wrong.For(cellName(i))}
		if i < len(form.Cells) {
			f.Value = form.Cells[i]
		}
		field[place] = f
	}
	row := func(label string, places ...indicators.Place) cellRow {
		r := cellRow{Label: label}
		for _, p := range places {
			r.Cells = append(r.Cells, field[p])
		}
		return r
	}
	total := s.t.Msg("indicators.total")
	tables := []cellTable{{Caption: total, Columns: []string{""}, Rows: []cellRow{row(total, "")}}}
	dims := terms.Dimensions
	name := func(d indicators.Dimension) string { return strings.ToLower(s.t.Msg("indicators.dimension." + d.Code)) }
	if terms.IsCrossed() {
		a, b := dims[0], dims[1]
		t := cellTable{Caption: s.t.Msg("indicators.by_two", "a", name(b), "b", name(a))}
		margin := cellRow{Label: s.t.Msg("indicators.all")}
		for _, x := range a.Categories {
			t.Columns = append(t.Columns, telling.Category(s.t, a.Code, x))
			margin.Cells = append(margin.Cells, field[indicators.Of(a.Code, x)])
		}
		t.Columns, margin.Cells = append(t.Columns, s.t.Msg("indicators.all")), append(margin.Cells, field[""])
		for _, y := range b.Categories {
			r := cellRow{Label: telling.Category(s.t, b.Code, y)}
			for _, x := range a.Categories {
				r.Cells = append(r.Cells, field[indicators.Of(a.Code, x, b.Code, y)])
			}
			r.Cells = append(r.Cells, field[indicators.Of(b.Code, y)])
			t.Rows = append(t.Rows, r)
		}
		t.Rows = append(t.Rows, margin)
		tables, dims = []cellTable{t}, dims[2:]
	}
	for _, d := range dims {
		t := cellTable{Caption: s.t.Msg("indicators.by_one", "a", name(d)), Columns: []string{""}}
		for _, c := range d.Categories {
			t.Rows = append(t.Rows, row(telling.Category(s.t, d.Code, c), indicators.Of(d.Code, c)))
		}
		tables = append(tables, t)
	}
	return tables
}

// measureNew answers GET /indicators/:ref/measurements/new.
func (s *Server) measureNew(c echo.Context) error {
	f, one, err := s.indicator(c)
	if err != nil {
		return err
	}
	if !indicators.LogsFor(actorOf(c), one.Definition.Terms) {
		return problem.Denied("measurement.error.not_yours")
	}
	form := measureForm{Basis: string(indicators.Logged), Qualifier: "exact", Attribution: "government", CoversTo: s.t.Date(s.coversTo(one, f.Day))}
	if c.QueryParam("basis") == string(indicators.Reported) && actorOf(c).CanChangePlan() {
		form.Basis, form.CoversTo = string(indicators.Reported), ""
		if len(f.Editions) > 0 {
			form.Edition = itoa(f.Editions[0].ID)
			form.CoversTo = s.t.Date(calendar.Of(f.Editions[0].Year, 3, 31)) // 22 U.S.C. 7107(b)(1)
		}
	}
	p, err := s.measurePage(c, one, one.Definition, form, nil, s.t.Msg("measurement.new."+form.Basis))
	if err != nil {
		return err
	}
	return s.show(c, "indicators/measurement_form", p)
}

// coversTo is the day up to which a value is likely to be logged now: the last
// end of a quarter, half or year that has passed.
func (s *Server) coversTo(one indicators.Series, day calendar.Date) calendar.Date {
	return indicators.LastExpected(one.Definition.Frequency, day)
}

// measureCreate answers POST /indicators/:ref/measurements/new.
func (s *Server) measureCreate(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	_, one, err := s.indicator(c)
	if err != nil {
		return err
	}
	if !indicators.LogsFor(actorOf(c), one.Definition.Terms) {
		return problem.Denied("measurement.error.not_yours")
	}
	in := indicators.MeasurementNew{Country: one.Country, Ref: one.Ref}
	form := measureFormOf(t, len(one.Places()))
	return s.logMeasure(c, t, one, one.Definition, in, form, 0, func(p *measureFormPage) error { return nil })
}

// logMeasure saves or sends what was typed. about puts what the form's page
// says besides.
func (s *Server) logMeasure(c echo.Context, t typed, one indicators.Series, d indicators.Definition, in indicators.MeasurementNew, form measureForm, id int64, about func(*measureFormPage) error) error {
	send := t.line("send") == "1"
	var check problem.Check
	in.Said = form.said(d.Terms, &check)
	err := check.Err()
	if err == nil && !t.has("resume") { // "resume" shows what was kept when the session ended
		id, err = s.Indicators.Log(c.Request().Context(), actorOf(c), t.line("key"), in, id, t.number("version"), send)
	}
	status, wrong, again := s.again(err, form.order()...)
	if again || t.has("resume") {
		key := "measurement.new." + form.Basis
		if id != 0 || in.CorrectsID != 0 || !s.t.Has(key) {
			key = "measurement.edit"
		}
		p, err := s.measurePage(c, one, d, form, wrong, s.t.Msg(key))
		if err != nil {
			return err
		}
		if err := about(&p); err != nil {
			return err
		}
		return s.showAs(c, max(status, 200), "indicators/measurement_form", p)
	}
	if err != nil {
		return err
	}
	said := "measurement.done.saved"
	clearing := ""
	if send && in.Basis == indicators.Logged {
		if clearing, err = s.Progress.ClearedBy(c.Request().Context(), actorOf(c), d.InstitutionID); err != nil {
			return err
		}
	}
	switch {
	case clearing != "":
		said = "updates.done.to_clear"
	case send:
		said = "measurement.done.sent"
	}
	return s.done(c, measurementPath(id), s.t.Msg(said, "post", clearing))
}

// measureEditForm answers GET /measurements/:id/edit.
func (s *Server) measureEditForm(c echo.Context) error {
	m, one, err := s.measurement(c)
	switch {
	case err != nil:
		return err
	case !m.Entry().WrittenBy(actorOf(c)):
		return problem.Denied("measurement.error.not_yours")
	case !m.Entry().Editable():
		return problem.New(problem.Conflict, "measurement.error.not_editable")
	}
	p, err := s.measurePage(c, one, m.Definition, s.storedMeasure(m), nil, s.t.Msg("measurement.edit"))
	if err != nil {
		return err
	}
	s.aboutEdited(&p, m)
	return s.show(c, "indicators/measurement_form", p)
}

func (s *Server) aboutEdited(p *measureFormPage, m indicators.Told) {
	p.Version, p.Cancel = m.Version, measurementPath(m.ID)
	p.Returned = m.ReturnedFor()
	if m.CorrectsID != nil {
		p.Corrects = measurementPath(*m.CorrectsID)
	}
}

// measureEdit answers POST /measurements/:id/edit. When somebody else saved
// meanwhile, both are shown.
func (s *Server) measureEdit(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	m, one, err := s.measurement(c)
	if err != nil {
		return err
	}
	if !m.Entry().WrittenBy(actorOf(c)) {
		return problem.Denied("measurement.error.not_yours")
	}
	form := measureFormOf(t, len(m.Definition.Places()))
	form.Basis = string(m.Basis)
	if m.EditionID != nil {
		form.Edition = itoa(*m.EditionID)
	}
	return s.logMeasure(c, t, one, m.Definition, indicators.MeasurementNew{Country: one.Country, Ref: one.Ref}, form, m.ID, func(p *measureFormPage) error {
		if s.aboutEdited(p, m); m.Version != t.number("version") {
			p.Clashes = s.measureClashes(m, form)
		}
		return nil
	})
}

// measureClashes lists where what is stored is not what was typed.
func (s *Server) measureClashes(m indicators.Told, form measureForm) []Change {
	now := s.storedMeasure(m)
	list := s.differences([3]string{"indicators.field.covers_to", plainDay(now.CoversTo), plainDay(form.CoversTo)}, [3]string{"indicators.field.source", now.Source, form.Source},
		[3]string{"indicators.field.note", now.Note, form.Note}, [3]string{"indicators.field.parts_reason", now.PartsReason, form.PartsReason})
	for i, place := range m.Definition.Places() {
		if now.Cells[i] != form.Cells[i] {
			list = append(list, Change{Field: telling.Place(s.t, place), Old: now.Cells[i], New: form.Cells[i]})
		}
	}
	return list
}

// measureCorrectForm answers GET /measurements/:id/correct.
func (s *Server) measureCorrectForm(c echo.Context) error {
	m, one, err := s.correctableMeasure(c)
	if err != nil {
		return err
	}
	p, err := s.measurePage(c, one, m.Definition, s.storedMeasure(m), nil, s.t.Msg("measurement.correct"))
	if err != nil {
		return err
	}
	p.Cancel, p.Corrects = measurementPath(m.ID), measurementPath(m.ID)
	return s.show(c, "indicators/measurement_form", p)
}

// correctableMeasure is the measurement of an address, if the actor may correct
// it.
func (s *Server) correctableMeasure(c echo.Context) (indicators.Told, indicators.Series, error) {
	m, one, err := s.measurement(c)
	switch {
	case err != nil:
		return m, one, err
	case !mayCorrect(actorOf(c), m):
		return m, one, problem.Denied("measurement.error.not_yours")
	case m.State != "approved":
		return m, one, problem.New(problem.Conflict, "measurement.error.not_approved")
	case m.ReplacedBy != 0:
		return m, one, problem.New(problem.Conflict, "measurement.error.already_corrected")
	}
	return m, one, nil
}

// measureCorrect answers POST /measurements/:id/correct.
func (s *Server) measureCorrect(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	m, one, err := s.correctableMeasure(c)
	if err != nil {
		return err
	}
	form := measureFormOf(t, len(m.Definition.Places()))
	form.Basis = string(m.Basis)
	if m.EditionID != nil {
		form.Edition = itoa(*m.EditionID)
	}
	in := indicators.MeasurementNew{Country: one.Country, Ref: one.Ref, CorrectsID: m.ID}
	return s.logMeasure(c, t, one, m.Definition, in, form, 0, func(p *measureFormPage) error {
		p.Cancel, p.Corrects = measurementPath(m.ID), measurementPath(m.ID)
		return nil
	})
}
