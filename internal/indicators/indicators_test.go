package indicators

import (
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan/plantest"
	"tracker/internal/problem"
	"tracker/internal/progress"
)

// house is a small plan with one indicator of law enforcement.
type house struct {
	*plantest.House
	t *testing.T
}

func newHouse(t *testing.T, d *db.DB) house {
	h := house{plantest.New(t, d), t}
	h.Do(t, func(tx *gorm.DB) error {
		_, err := progress.AddPeriod(tx, plantest.At("2021-04-01"), h.Actors["one"], progress.Period{Country: plantest.Country, Label: "2021-22", StartsOn: plantest.Day("2021-04-01"), EndsOn: plantest.Day("2022-03-31"),
			Deadlines: []progress.Deadline{
				{Title: "First half", Purpose: progress.Reporting, CoversFrom: plantest.Day("2021-04-01"), CoversTo: plantest.Day("2021-09-30"), DueOn: plantest.Day("2021-10-15")},
				{Title: "Second half", Purpose: progress.Reporting, CoversFrom: plantest.Day("2021-10-01"), CoversTo: plantest.Day("2022-03-31"), DueOn: plantest.Day("2022-04-15")}}})
		return err
	})
	h.Do(t, func(tx *gorm.DB) error {
		_, err := Add(tx, plantest.At("2021-04-02"), h.Actors["one"], IndicatorNew{Country: plantest.Country, Ref: "INV", Terms: h.terms()})
		return err
	})
	return h
}

func (h house) terms() Terms {
	target := Target{From: plantest.Day("2021-04-01"), Amount: Whole(12)}
	return Terms{Title: "Investigations", Text: "Cases of trafficking opened in the year", Statistic: "investigations", Unit: Case, Direction: "up", Frequency: "year",
		InstitutionID: h.Institutions["MHA"], Dimensions: []Dimension{{Code: "novelty"}, {Code: "form"}}, Crossed: true, Targets: []Target{target},
		Commitments: []int64{h.Commitments["NSF 1.1.1"]}}
}

func (h house) new(to string, total int64) MeasurementNew {
	return MeasurementNew{Country: plantest.Country, Ref: "INV", Said: Said{CoversTo: plantest.Day(to), Cells: []Cell{cellOf("", Whole(total))}}}
}

// try runs a step at a day, as somebody.
func (h house) try(day string, f func(tx *gorm.DB, clock calendar.Clock) (Measurement, error)) (m Measurement, err error) {
	err = h.DB.Write(h.t.Context(), func(tx *gorm.DB) (err error) { m, err = f(tx, plantest.At(day)); return err })
	return m, err
}

func (h house) must(day string, f func(tx *gorm.DB, clock calendar.Clock) (Measurement, error)) Measurement {
	h.t.Helper()
	m, err := h.try(day, f)
	if err != nil {
		h.t.Fatal(err)
	}
	return m
}

// approved logs a value, sends it and has it approved.
func (h house) approved(day string, in MeasurementNew, writer, reviewer accounts.Actor) Measurement {
	h.t.Helper()
	m := h.must(day, func(tx *gorm.DB, c calendar.Clock) (Measurement, error) { return Start(tx, c, writer, in) })
	m = h.must(day, func(tx *gorm.DB, c calendar.Clock) (Measurement, error) {
		return Submit(tx, c, writer, m.ID, m.Version)
	})
	return h.must(day, func(tx *gorm.DB, c calendar.Clock) (Measurement, error) {
		return Approve(tx, c, reviewer, m.ID, m.Version)
	})
}

// year is what the series tells of the year that holds a day.
func (h house) year(of, d string, k time.Time) (y Year) {
	h.t.Helper()
	h.Do(h.t, func(tx *gorm.DB) error {
		list, err := SeriesAt(tx, plantest.Country, plantest.Day(d), k, CurrentCells)
		for _, s := range list {
			for _, one := range s.Years {
				if one.Holds(plantest.Day(of)) {
					y = one
				}
			}
		}
		return err
	})
	return y
}

// A measurement goes the way of an update: four eyes, a return with its
// reason, a correction that keeps what it replaces, and it is told as of (D, K).
func TestAMeasurementIsReviewedAndToldAsOfDayAndKnowledge(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		mha, mha2, msd, one := h.Actors["mha"], h.Actors["mha2"], h.Actors["msd"], h.Actors["one"]
		start := func(a accounts.Actor) func(tx *gorm.DB, c calendar.Clock) (Measurement, error) {
			return func(tx *gorm.DB, c calendar.Clock) (Measurement, error) {
				return Start(tx, c, a, h.new("2021-09-30", 7))
			}
		}
		if _, err := h.try("2021-10-04", start(msd)); problem.KindOf(err) != problem.Forbidden {
			t.Errorf("another ministry's: %v", err)
		}
		if _, err := h.try("2021-09-29", start(mha)); problem.KindOf(err) != problem.Invalid {
			t.Errorf("of days to come: %v", err)
		}
		m := h.must("2021-10-04", start(mha))
		if m.YearFrom != plantest.Day("2021-04-01") || m.CoversFrom != m.YearFrom {
			t.Errorf("it is of %s and covers from %s", m.YearFrom, m.CoversFrom)
		}
		m = h.must("2021-10-04", func(tx *gorm.DB, c calendar.Clock) (Measurement, error) { return Submit(tx, c, mha, m.ID, m.Version) })
		if y := h.year("2021-10-04", "2021-10-05", plantest.At("2021-10-05").Now()); y.Gap != InReview || len(y.Values) != 0 {
			t.Errorf("in review it tells %+v", y)
		}
		if _, err := h.try("2021-10-05", func(tx *gorm.DB, c calendar.Clock) (Measurement, error) { return Approve(tx, c, mha2, m.ID, m.Version) }); err == nil {
			t.Error("a focal point approved")
		}
		m = h.must("2021-10-05", func(tx *gorm.DB, c calendar.Clock) (Measurement, error) {
			return Return(tx, c, one, m.ID, m.Version, "Which of these are new?")
		})
		said := h.new("2021-09-30", 8).Said
		said.Cells = append(said.Cells, cellOf(Of("novelty", "new"), Whole(9)))
		m = h.must("2021-10-06", func(tx *gorm.DB, c calendar.Clock) (Measurement, error) {
			return Save(tx, c, mha, m.ID, m.Version, said)
		})
		if _, err := h.try("2021-10-06", func(tx *gorm.DB, c calendar.Clock) (Measurement, error) { return Submit(tx, c, mha, m.ID, m.Version) }); problem.KindOf(err) != problem.Invalid {
			t.Errorf("parts that are more than the total: %v", err)
		}
		said.PartsReason = "One was counted twice and stays so until the register is closed."
		m = h.must("2021-10-06", func(tx *gorm.DB, c calendar.Clock) (Measurement, error) {
			return Save(tx, c, mha, m.ID, m.Version, said)
		})
		m = h.must("2021-10-06", func(tx *gorm.DB, c calendar.Clock) (Measurement, error) { return Submit(tx, c, mha, m.ID, m.Version) })
		m = h.must("2021-10-07", func(tx *gorm.DB, c calendar.Clock) (Measurement, error) { return Approve(tx, c, one, m.ID, m.Version) })
		before, after := plantest.At("2021-10-06").Now(), plantest.At("2021-10-08").Now()
		for _, c := range []struct {
			d     string
			k     time.Time
			there bool
		}{{"2021-10-08", after, true}, {"2021-10-08", before, false}, {"2021-09-29", after, false}, {"2021-09-30", after, true}} {
			if _, ok := h.year("2021-09-01", c.d, c.k).Headline(); ok != c.there {
				t.Errorf("on %s as known at %s it is told: %v", c.d, c.k, ok)
			}
		}

		fix := h.new("2021-09-30", 6)
		fix.CorrectsID = m.ID
		h.approved("2021-10-11", fix, mha, one)
		for k, want := range map[time.Time]Amount{after: Whole(8), plantest.At("2021-10-12").Now(): Whole(6)} {
			if c, _ := h.year("2021-09-01", "2021-10-12", k).Headline(); c.Amount == nil || *c.Amount != want {
				t.Errorf("as known at %s it is %v, want %d", k, c.Amount, want)
			}
		}
		if _, err := h.try("2021-10-12", func(tx *gorm.DB, c calendar.Clock) (Measurement, error) { return Start(tx, c, mha, fix) }); problem.KindOf(err) != problem.Conflict {
			t.Errorf("corrected twice: %v", err)
		}
	})
}

// What editions say of a year is kept beside what was logged, and a coordinator
// says which counts, and why; until then the difference is marked.
func TestOneOfSeveralValuesIsChosen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		one, two, mha := h.Actors["one"], h.Actors["two"], h.Actors["mha"]
		first := h.approved("2021-07-10", h.new("2021-03-31", 4), mha, one)
		told := h.new("2021-03-31", 5)
		told.Basis = Reported
		var edition struct {
			ID         int64
			ReleasedOn calendar.Date
		}
		h.Do(t, func(tx *gorm.DB) error {
			return tx.Raw("SELECT id, released_on FROM editions WHERE year = 2021").Scan(&edition).Error
		})
		told.EditionID = edition.ID
		if _, err := h.try("2021-07-10", func(tx *gorm.DB, c calendar.Clock) (Measurement, error) { return Start(tx, c, mha, told) }); problem.KindOf(err) != problem.Forbidden {
			t.Errorf("a ministry says what an edition says: %v", err)
		}
		if _, err := h.try(edition.ReleasedOn.AddDays(-1).String(), func(tx *gorm.DB, c calendar.Clock) (Measurement, error) { return Start(tx, c, one, told) }); problem.KindOf(err) != problem.Invalid {
			t.Errorf("before its release: %v", err)
		}
		second := h.approved("2021-07-20", told, one, two)
		y := h.year("2021-03-01", "2021-08-01", plantest.At("2021-08-01").Now())
		if len(y.Values) != 2 || !y.Unsettled || y.Values[0].ID != second.ID {
			t.Fatalf("the year tells %+v", y)
		}
		choose := func(a accounts.Actor, id, was int64, why string) error {
			return d.Write(t.Context(), func(tx *gorm.DB) error {
				return Choose(tx, plantest.At("2021-08-02"), a, ChoiceNew{MeasurementID: id, Was: was, Reason: why})
			})
		}
		if err := choose(one, first.ID, 0, " "); problem.KindOf(err) != problem.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		if err := choose(mha, first.ID, 0, "Ours"); problem.KindOf(err) != problem.Forbidden {
			t.Errorf("by a ministry: %v", err)
		}
		if err := choose(one, first.ID, 0, "The register was closed after the report."); err != nil {
			t.Fatal(err)
		}
		if err := choose(two, second.ID, 0, "The report's"); problem.KindOf(err) != problem.Conflict {
			t.Errorf("over another's choice: %v", err)
		}
		y = h.year("2021-03-01", "2021-08-03", plantest.At("2021-08-03").Now())
		if y.Unsettled || y.Choice == nil || y.Values[0].ID != first.ID {
			t.Errorf("chosen, it tells %+v", y)
		}
		fix := h.new("2021-03-31", 3)
		fix.CorrectsID = first.ID
		fixed := h.approved("2021-08-04", fix, mha, two)
		if y := h.year("2021-03-01", "2021-08-05", plantest.At("2021-08-05").Now()); y.Choice == nil || y.Values[0].ID != fixed.ID || y.Choice.Reason == "" {
			t.Errorf("the correction of what was chosen is not: %+v", y)
		}
		if y := h.year("2021-03-01", "2021-08-03", plantest.At("2021-08-01").Now()); y.Choice != nil || y.Values[0].ID != second.ID {
			t.Errorf("as known before the choice it tells %+v", y)
		}
		if y := h.year("2021-03-01", edition.ReleasedOn.AddDays(-1).String(), plantest.At("2021-08-01").Now()); len(y.Values) != 1 {
			t.Errorf("before the edition's release it tells %d values", len(y.Values))
		}
	})
}

// What an edition said is corrected by one coordinator and approved by another,
// also where the seed files of a country told it.
func TestWhatAnEditionSaidIsCorrectedByCoordinators(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		told := h.new("2021-03-31", 5)
		told.Basis = Reported
		h.Do(t, func(tx *gorm.DB) error {
			return tx.Raw("SELECT id FROM editions WHERE year = 2021").Scan(&told.EditionID).Error
		})
		if _, err := h.try("2021-07-02", func(tx *gorm.DB, c calendar.Clock) (Measurement, error) { return Tell(tx, c, h.Actors["one"], told) }); problem.KindOf(err) != problem.Forbidden {
			t.Errorf("a person tells without review: %v", err)
		}
		m := h.must("2021-07-02", func(tx *gorm.DB, c calendar.Clock) (Measurement, error) {
			return Tell(tx, c, accounts.CommandLine(), told)
		})
		fix := h.new("2021-03-31", 4)
		fix.CorrectsID = m.ID
		if _, err := h.try("2021-07-03", func(tx *gorm.DB, c calendar.Clock) (Measurement, error) { return Start(tx, c, h.Actors["mha"], fix) }); problem.KindOf(err) != problem.Forbidden {
			t.Errorf("by a ministry: %v", err)
		}
		if now := h.approved("2021-07-03", fix, h.Actors["one"], h.Actors["two"]); now.Basis != Reported || now.OnBehalf {
			t.Errorf("the correction is %+v", now)
		}
		if y := h.year("2021-03-01", "2021-08-01", plantest.At("2021-08-01").Now()); len(y.Values) != 1 || *y.Values[0].Cells[""].Amount != Whole(4) {
			t.Errorf("the year tells %+v", y.Values)
		}
	})
}

// A change of what is counted is dated, needs its reason, and breaks the series
// between the years that it divides; a new unit always does.
func TestADefinitionIsDatedAndBreaksTheSeries(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		one, mha := h.Actors["one"], h.Actors["mha"]
		h.approved("2021-05-10", h.new("2021-03-31", 4), mha, one)
		change := func(at string, version int64, f func(in *IndicatorChange)) error {
			in := IndicatorChange{Country: plantest.Country, Ref: "INV", Version: version, Reason: "Agreed with the police", Terms: h.terms()}
			f(&in)
			return d.Write(t.Context(), func(tx *gorm.DB) error { return Change(tx, plantest.At(at), one, in) })
		}
		for what, c := range map[string]struct {
			field string
			f     func(in *IndicatorChange)
		}{
			"without a reason":         {"reason", func(in *IndicatorChange) { in.Reason = "" }},
			"from tomorrow":            {"effective_on", func(in *IndicatorChange) { in.EffectiveOn = plantest.Day("2021-06-02") }},
			"before the first":         {"effective_on", func(in *IndicatorChange) { in.EffectiveOn = plantest.Day("2021-04-01") }},
			"a partner reports":        {"institution", func(in *IndicatorChange) { in.InstitutionID = h.Institutions["USE"] }},
			"an unknown unit":          {"unit", func(in *IndicatorChange) { in.Unit = "litres" }},
			"money in no currency":     {"currency", func(in *IndicatorChange) { in.Unit = Money }},
			"a scale of one word":      {"scale", func(in *IndicatorChange) { in.Unit, in.Scale = Scale, []string{"Good"} }},
			"a headline of no place":   {"headline", func(in *IndicatorChange) { in.Headline = "sex=female" }},
			"no such commitment":       {"commitments", func(in *IndicatorChange) { in.Commitments = []int64{4711} }},
			"two targets of one year":  {"targets", func(in *IndicatorChange) { in.Targets = append(in.Targets, in.Targets[0]) }},
			"a goal that is no target": {"sdg", func(in *IndicatorChange) { in.SDG = []string{"sixteen"} }},
			"the same dimension twice": {"dimensions", func(in *IndicatorChange) { in.Dimensions = append(in.Dimensions, in.Dimensions[0]) }},
		} {
			err := change("2021-06-01", 1, func(in *IndicatorChange) { in.Text = "Otherwise"; c.f(in) })
			p, ok := err.(*problem.Error)
			if !ok || p.Kind != problem.Invalid || p.Fields[c.field].Key == "" {
				t.Errorf("%s: %v, want a fault at %s", what, err, c.field)
			}
		}
		if err := change("2021-06-01", 1, func(in *IndicatorChange) {}); problem.KindOf(err) != problem.Invalid {
			t.Errorf("nothing changed: %v", err)
		}
		if err := change("2021-06-01", 1, func(in *IndicatorChange) { in.Title = "Investigations opened" }); err != nil {
			t.Fatal(err)
		}
		h.approved("2021-07-10", h.new("2021-06-30", 2), mha, one)
		if y := h.year("2021-06-01", "2021-07-12", plantest.At("2021-07-12").Now()); y.Break != nil {
			t.Errorf("a new title breaks the series: %+v", y.Break)
		}
		if err := change("2021-07-15", 1, func(in *IndicatorChange) { in.Text = "Persons investigated" }); problem.KindOf(err) != problem.Conflict {
			t.Errorf("over another's change: %v", err)
		}
		if err := change("2021-07-15", 2, func(in *IndicatorChange) { in.Unit, in.Text = Person, "Persons investigated" }); err != nil {
			t.Fatal(err)
		}
		h.approved("2021-10-10", h.new("2021-09-30", 9), mha, one)
		now := plantest.At("2021-10-12").Now()
		if y := h.year("2021-06-01", "2021-10-12", now); y.Break == nil || y.Break.Unit != Person || y.Definition.Unit != Person {
			t.Errorf("a new unit does not break the series: %+v", y.Break)
		}
		if y := h.year("2021-06-01", "2021-07-14", now); y.Break != nil || y.Definition.Unit != Case {
			t.Errorf("of an earlier day it tells the break: %+v", y.Break)
		}
	})
}

// A year without a value says why: not due, not reported once the deadline has
// passed, or no data where nobody was asked. None of them is a zero.
func TestAYearWithoutAValueSaysWhy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		k := plantest.At("2022-06-01").Now()
		for day, want := range map[string]Gap{"2021-11-08": NotDue, "2022-04-15": NotDue, "2022-04-16": Silent} {
			if y := h.year("2021-11-08", day, k); y.Gap != want {
				t.Errorf("on %s: %q, want %q", day, y.Gap, want)
			}
		}
		if y := h.year("2022-03-01", "2022-04-16", k); y.Missing != plantest.Day("2022-03-31") {
			t.Errorf("owed up to %s", y.Missing)
		}
		h.approved("2021-07-10", h.new("2021-03-31", 0), h.Actors["mha"], h.Actors["one"])
		h.approved("2021-10-12", h.new("2021-09-30", 2), h.Actors["mha"], h.Actors["one"])
		for day, want := range map[string]string{"2021-11-08": "", "2022-04-16": "2022-03-31", "2022-05-03": "2022-03-31"} {
			if y := h.year("2022-03-01", day, k); y.Missing.String() != want || y.Gap != NoGap {
				t.Errorf("on %s a value is owed up to %q, want %q; %s", day, y.Missing, want, y.Gap)
			}
		}
		if c, ok := h.year("2021-03-01", "2021-11-08", k).Headline(); !ok || c.Answer != Zero {
			t.Errorf("zero is told as %v", c)
		}
		if y := h.year("2021-11-08", "2021-11-08", k); y.Target == nil || *y.Target != Whole(12) {
			t.Errorf("the target is %v", y.Target)
		}
		late := h.new("2022-03-31", 3)
		m := h.approved("2022-05-02", late, h.Actors["mha"], h.Actors["one"])
		k = plantest.At("2022-06-02").Now()
		if y := h.year("2022-03-01", "2022-05-03", k); len(y.Values) != 2 || !y.Missing.IsZero() || !y.Values[0].Late || y.Values[0].ID != m.ID {
			t.Errorf("late, it tells %+v", y.Values)
		}
	})
}
