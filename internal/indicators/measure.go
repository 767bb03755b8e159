package indicators

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
	"tracker/internal/progress"
)

// Said is what a person writes in a measurement. CoversTo is the last day that
// the value covers; it begins with the year unless CoversFrom says otherwise.
type Said struct {
	CoversFrom, CoversTo calendar.Date
	Basis                Basis
	EditionID            int64 // of a reported or restated value
	Attribution          string
	Qualifier            string
	Source               string
	Note                 string
	PartsReason          string
	Cells                []Cell
}

// MeasurementNew starts a measurement of an indicator. CorrectsID names the
// approved one that it is to replace, 0 for none.
type MeasurementNew struct {
	Country    string
	Ref        string
	CorrectsID int64
	Said
}

// subject is what a measurement is about.
type subject struct {
	Indicator
	definitions []Definition
	periods     []progress.Period
	schedule    progress.Schedule
}

// loadSubject reads an indicator that the actor may see, else NotFound.
func loadSubject(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, i Indicator) (s subject, err error) {
	s.Indicator = i
	if s.definitions, err = definitionsAt(tx, i.Country, clock.Today(), clock.Now(), i.ID); err != nil {
		return s, err
	}
	if len(s.definitions) == 0 || !VisibleTo(actor, s.definitions[len(s.definitions)-1].Terms) {
		return s, problem.Missing()
	}
	if s.periods, err = progress.Begun(tx, i.Country, clock.Today()); err != nil {
		return s, err
	}
	s.schedule, err = progress.LoadSchedule(tx, i.Country)
	return s, err
}

// VisibleTo says whether an actor may read an indicator: everyone in
// government, and who is to report it.
func VisibleTo(actor accounts.Actor, t Terms) bool {
	return actor.CanReadWholePlan() || actor.CanReadPlan() && actor.InstitutionID == t.InstitutionID
}

// LogsFor says whether the actor may log a value of an indicator: the focal
// point of the institution that is to report it, or a coordinator.
func LogsFor(actor accounts.Actor, t Terms) bool { return actor.CanLogFor(t.InstitutionID) }

// on is the definition by which a day is counted: the one in force on it, or
// the first for the days before.
func (s subject) on(day calendar.Date) Definition { return definitionOn(s.definitions, day) }

func definitionOn(list []Definition, day calendar.Date) Definition {
	d := list[0]
	for _, next := range list[1:] {
		if !next.EffectiveOn.After(day) {
			d = next
		}
	}
	return d
}

// Start makes a draft of a measurement. It is seen by its institution alone
// until it is submitted; a coordinator's on behalf of one by coordinators. What
// a report said of a year is a coordinator's to enter, under their own
// institution.
func Start(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in MeasurementNew) (Measurement, error) {
	m, s, err := begun(tx, clock, actor, &in)
	if err != nil {
		return m, err
	}
	cells, err := m.take(tx, clock, actor, s, in.Said, false)
	if err != nil {
		return m, err
	}
	if err := tx.Create(&m).Error; err != nil {
		return m, err
	}
	return m, writeParts(tx, m.ID, actor, cells)
}

// begun is the draft that an actor starts, before what it says is held to any
// rule and before it is kept.
func begun(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in *MeasurementNew) (Measurement, subject, error) {
	m := Measurement{State: progress.Draft, DraftedByID: by(actor.PersonID), DraftedAt: clock.Now(), Version: 1}
	i, err := byRef(tx, in.Country, in.Ref)
	if err != nil {
		return m, subject{}, err
	}
	s, err := loadSubject(tx, clock, actor, i)
	if err != nil {
		return m, s, err
	}
	m.IndicatorID, m.InstitutionID = i.ID, s.on(clock.Today()).InstitutionID
	if in.CorrectsID != 0 {
		if err := corrects(tx, &m, in); err != nil {
			return m, s, err
		}
	}
	if in.Basis == Reported || in.Basis == Restated {
		if !actor.CanChangePlan() {
			return m, s, problem.Denied("measurement.error.reported")
		}
		m.InstitutionID = cmp.Or(actor.InstitutionID, m.InstitutionID)
	}
	if !actor.CanLogFor(m.InstitutionID) && !actor.Is(accounts.System) {
		return m, s, problem.Denied("measurement.error.not_yours")
	}
	m.OnBehalf = actor.InstitutionID != m.InstitutionID && !actor.Is(accounts.System)
	return m, s, nil
}

// corrects ties a draft to the approved value that it is to replace: of the
// same indicator, year and basis, and not replaced already.
func corrects(tx *gorm.DB, m *Measurement, in *MeasurementNew) error {
	var old Measurement
	if err := tx.Where("id = ? AND indicator_id = ? AND state = 'approved'", in.CorrectsID, m.IndicatorID).Take(&old).Error; err != nil {
		return missing(err)
	}
	if err := notCorrected(tx, &old.ID); err != nil {
		return err
	}
	m.CorrectsID, m.InstitutionID, in.Basis = &old.ID, old.InstitutionID, old.Basis
	if old.EditionID != nil {
		in.EditionID = *old.EditionID
	}
	if in.CoversTo.IsZero() {
		in.CoversFrom, in.CoversTo = old.CoversFrom, old.CoversTo
	}
	return nil
}

// notCorrected refuses a value that an approved correction replaced.
func notCorrected(tx *gorm.DB, id *int64) error {
	var n int64
	err := tx.Raw("SELECT count(*) FROM measurements WHERE corrects_id = ? AND state = 'approved'", id).Scan(&n).Error
	if err == nil && n > 0 {
		return errCorrected
	}
	return err
}

var errCorrected = problem.New(problem.Conflict, "measurement.error.already_corrected")

// take puts in what was said and holds it to the rules: little for a draft,
// everything when it is to be submitted. Totals left empty are filled in from
// their parts.
func (m *Measurement) take(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, s subject, in Said, whole bool) ([]Cell, error) {
	m.CoversTo, m.CoversFrom, m.Basis = in.CoversTo, in.CoversFrom, cmp.Or(in.Basis, Logged)
	m.Attribution, m.Qualifier = cmp.Or(in.Attribution, "government"), cmp.Or(in.Qualifier, "exact")
	m.Source, m.Note, m.PartsReason = strings.TrimSpace(in.Source), strings.TrimSpace(in.Note), strings.TrimSpace(in.PartsReason)
	var year progress.Year // none without a day
	if !m.CoversTo.IsZero() {
		year = progress.YearOn(s.periods, m.CoversTo)
	}
	m.YearFrom = year.From
	if m.CoversFrom.IsZero() {
		m.CoversFrom = year.From
	}
	terms := s.on(m.CoversTo).Terms
	cells := map[Place]Cell{}
	for _, c := range in.Cells {
		cells[c.Place] = c
	}
	terms.fill(cells)
	var c problem.Check
	c.Require(!m.CoversTo.IsZero(), "covers_to", "measurement.error.covers")
	c.Require(!m.CoversTo.After(clock.Today()) || m.Basis != Logged, "covers_to", "measurement.error.future")
	c.Require(m.CoversTo.IsZero() || year.Holds(m.CoversFrom) && !m.CoversFrom.After(m.CoversTo), "covers_from", "measurement.error.within", "year", year.Label)
	c.Require(slices.Contains(Bases, m.Basis), "basis", "measurement.error.basis")
	c.Require(slices.Contains(Attributions, m.Attribution), "attribution", "measurement.error.attribution")
	c.Require(slices.Contains(Qualifiers, m.Qualifier), "qualifier", "measurement.error.qualifier")
	checkText(&c, "source", m.Source, 0, 500)
	checkText(&c, "note", m.Note, 0, 2000)
	checkText(&c, "parts_reason", m.PartsReason, 0, 1000)
	for place := range cells {
		c.Require(terms.Has(place), "cells", "measurement.error.place")
	}
	if err := m.dated(tx, clock, actor, s.Country, in.EditionID, &c); err != nil {
		return nil, err
	}
	if whole {
		c.Require(len(cells) > 0, "cell_0", "measurement.error.empty")
		if list := terms.disagree(cells); len(list) > 0 && m.PartsReason == "" {
			c.Add("parts_reason", "measurement.error.parts")
		}
	}
	var list []Cell
	for _, place := range terms.Places() {
		if cell, told := cells[place]; told {
			list = append(list, cell)
		}
	}
	return list, c.Err()
}

// dated sets the day on which the value was there to be known: the last that it
// covers, or the release of the edition that tells it. Before an edition is
// released nobody can enter what it says; the seed files of a country can, as
// they do editions.
func (m *Measurement) dated(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, country string, editionID int64, c *problem.Check) error {
	m.AsOf, m.EditionID = m.CoversTo, nil
	if m.Basis == Logged {
		return nil
	}
	var released []calendar.Date
	if err := tx.Raw("SELECT released_on FROM editions WHERE id = ? AND country = ?", editionID, country).Scan(&released).Error; err != nil {
		return err
	}
	if len(released) == 0 || released[0].After(clock.Today()) && !actor.Is(accounts.System) {
		c.Add("edition", "measurement.error.edition")
		return nil
	}
	c.Require(!m.CoversTo.After(released[0]), "covers_to", "measurement.error.after_release", "date", released[0])
	m.AsOf, m.EditionID = released[0], &editionID
	return nil
}

// writeParts notes the editor as an author and replaces the cells.
func writeParts(tx *gorm.DB, id int64, actor accounts.Actor, cells []Cell) error {
	if actor.PersonID != 0 {
		if err := author(tx, id, actor.PersonID); err != nil {
			return err
		}
	}
	if err := tx.Exec("DELETE FROM measurement_cells WHERE measurement_id = ?", id).Error; err != nil || len(cells) == 0 {
		return err
	}
	rows := slices.Clone(cells)
	for i := range rows {
		rows[i].MeasurementID = id
	}
	return tx.Create(&rows).Error
}

func author(tx *gorm.DB, id, personID int64) error {
	return tx.Exec("INSERT INTO measurement_authors (measurement_id, person_id) VALUES (?, ?) ON CONFLICT DO NOTHING", id, personID).Error
}

// Save writes a draft or a returned measurement anew. Whoever saves becomes one
// of its authors. Others have seen a returned one, so its change is in the trail.
func Save(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64, in Said) (Measurement, error) {
	m, s, cells, err := save(tx, clock, actor, id, version, in)
	if err != nil || m.State == progress.Draft {
		return m, err
	}
	return m, record(tx, clock, actor, "measurement.change", m, s, saidOf(m, cells)...)
}

func save(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64, in Said) (Measurement, subject, []Cell, error) {
	m, s, err := editable(tx, clock, actor, id)
	if err != nil {
		return m, s, nil, err
	}
	if m.Version != version {
		return m, s, nil, problem.Stale()
	}
	if m.CorrectsID != nil || m.Basis != Logged { // whose word it is does not change
		in.Basis = m.Basis
		if m.EditionID != nil {
			in.EditionID = *m.EditionID
		}
	} else {
		in.Basis = Logged
	}
	cells, err := m.take(tx, clock, actor, s, in, false)
	if err != nil {
		return m, s, nil, err
	}
	m.Version++
	done := tx.Model(&Measurement{}).Where("id = ? AND version = ?", id, version).
		Select("year_from", "covers_from", "covers_to", "as_of", "attribution", "qualifier", "source", "note", "parts_reason", "version").Updates(m)
	if err := db.Changed(done); err != nil {
		return m, s, nil, err
	}
	return m, s, cells, writeParts(tx, id, actor, cells)
}

// visible loads a measurement that the actor may see, with what it is about.
// What an edition says is not there before its release.
func visible(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id int64) (m Measurement, s subject, err error) {
	if err := tx.Where("id = ?", id).Take(&m).Error; err != nil {
		return m, s, missing(err)
	}
	if !m.Entry().VisibleTo(actor) || m.AsOf.After(clock.Today()) { // before more is asked: what is hidden takes no longer than what is not there
		return m, s, problem.Missing()
	}
	var i Indicator
	if err := tx.Where("id = ?", m.IndicatorID).Take(&i).Error; err != nil {
		return m, s, missing(err)
	}
	s, err = loadSubject(tx, clock, actor, i)
	return m, s, err
}

// editable loads a measurement that the actor may edit.
func editable(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id int64) (Measurement, subject, error) {
	m, s, err := visible(tx, clock, actor, id)
	switch {
	case err != nil:
		return m, s, err
	case !m.Entry().WrittenBy(actor):
		return m, s, problem.Denied("measurement.error.not_yours")
	case !m.Entry().Editable():
		return m, s, problem.New(problem.Conflict, "measurement.error.not_editable")
	}
	return m, s, nil
}

// Discard deletes a draft that was never submitted. It leaves no trace, since
// nobody outside its institution has seen it.
func Discard(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64) error {
	m, _, err := editable(tx, clock, actor, id)
	if err != nil {
		return err
	}
	if m.State != progress.Draft || !m.FirstSubmittedOn.IsZero() {
		return problem.Denied("measurement.error.was_submitted")
	}
	for _, parts := range []string{"measurement_cells", "measurement_authors", "measurement_clearances"} {
		if err := tx.Exec("DELETE FROM "+parts+" WHERE measurement_id = ?", id).Error; err != nil {
			return err
		}
	}
	return db.Changed(tx.Exec("DELETE FROM measurements WHERE id = ? AND version = ? AND state = 'draft'", id, version))
}

// record adds a measurement's audit entry, naming its indicator and year.
func record(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, action string, m Measurement, s subject, changes ...audit.Change) error {
	changes = append(changes, audit.Change{Field: "indicator", New: s.Ref}, audit.Change{Field: "year", New: progress.YearOn(s.periods, m.CoversTo).Label})
	return note(tx, clock, actor, action, "measurement "+itoa(m.ID), changes...)
}

// saidOf is what a measurement says, for the trail.
func saidOf(m Measurement, cells []Cell) []audit.Change {
	var parts []string
	for _, c := range cells {
		text := string(c.Answer)
		if c.Amount != nil {
			text = c.Amount.String()
		}
		parts = append(parts, cmp.Or(string(c.Place), "total")+": "+text)
	}
	edition := ""
	if m.EditionID != nil {
		edition = strconv.FormatInt(*m.EditionID, 10)
	}
	return []audit.Change{{Field: "covers_from", New: m.CoversFrom.String()}, {Field: "covers_to", New: m.CoversTo.String()}, {Field: "basis", New: string(m.Basis)},
		{Field: "edition", New: edition}, {Field: "attribution", New: m.Attribution}, {Field: "qualifier", New: m.Qualifier}, {Field: "source", New: m.Source, Free: true},
		{Field: "cells", New: strings.Join(parts, "; "), Free: true}, {Field: "note", New: m.Note, Free: true}, {Field: "parts_reason", New: m.PartsReason, Free: true}}
}

// Log starts a measurement, or saves the one of id and version, and submits it
// when submitted is true, or asks for the clearance that it needs first.
func Log(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in MeasurementNew, id, version int64, submitted bool) (m Measurement, err error) {
	switch {
	case id == 0:
		m, err = Start(tx, clock, actor, in)
	case submitted: // the submission's entry tells the change
		m, _, _, err = save(tx, clock, actor, id, version, in.Said)
	default:
		m, err = Save(tx, clock, actor, id, version, in.Said)
	}
	if err != nil || !submitted {
		return m, err
	}
	clearing, err := mustBeCleared(tx, actor, m)
	switch {
	case err != nil:
		return m, err
	case clearing.Wanted():
		return m, AskClearance(tx, clock, actor, m.ID, m.Version)
	}
	return Submit(tx, clock, actor, m.ID, m.Version)
}

// Log is the form's one call: Log with a key that gives a repeated post one
// effect. It returns the measurement's id.
func (s *Store) Log(ctx context.Context, actor accounts.Actor, key string, in MeasurementNew, id, version int64, submitted bool) (int64, error) {
	return s.once(ctx, actor, key, func(tx *gorm.DB) (Measurement, error) {
		return Log(tx, s.clock, actor, in, id, version, submitted)
	})
}

// Discard deletes a draft that was never submitted.
func (s *Store) Discard(ctx context.Context, actor accounts.Actor, key string, id, version int64) error {
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		return "", Discard(tx, s.clock, actor, id, version)
	})
	return err
}

// once runs a form's work with its key and returns the measurement's id.
func (s *Store) once(ctx context.Context, actor accounts.Actor, key string, run func(tx *gorm.DB) (Measurement, error)) (int64, error) {
	result, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		m, err := run(tx)
		return itoa(m.ID), err
	})
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(result, 10, 64)
}
