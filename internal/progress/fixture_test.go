package progress

import (
	"fmt"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan/plantest"
	"tracker/internal/problem"
)

var day = plantest.Day

// life is a small plan with the deadlines of 2021-22 and a day that moves.
type life struct {
	*plantest.House
	t     *testing.T
	clock calendar.Clock
}

// each runs f on a new plan on both engines, on 8 November 2021.
func each(t *testing.T, f func(l *life)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(begin(t, d)) })
}

func begin(t *testing.T, d *db.DB) *life {
	t.Helper()
	l := &life{House: plantest.New(t, d), t: t, clock: plantest.At("2021-04-01")}
	l.Do(l.t, func(tx *gorm.DB) error {
		_, err := AddPeriod(tx, l.clock, l.Actors["one"], Period{Country: plantest.Country, Label: "2021-22", StartsOn: day("2021-04-01"), EndsOn: day("2022-03-31"),
			Deadlines: []Deadline{
				{Title: "First half", Purpose: Reporting, CoversFrom: day("2021-04-01"), CoversTo: day("2021-09-30"), DueOn: day("2021-10-22")},
				{Title: "Second half", Purpose: Reporting, CoversFrom: day("2021-10-01"), CoversTo: day("2022-03-31"), DueOn: day("2022-04-22")},
				{Title: "Data request", Purpose: Request, DueOn: day("2021-07-31")}}})
		return err
	})
	l.on("2021-11-08")
	return l
}

// on moves the clock to nine in the morning of a day.
func (l *life) on(day string) { l.clock = plantest.At(day) }

// atInstant is the country's clock that stands at an instant.
func atInstant(t time.Time) calendar.Clock { return calendar.FixedClock(t.In(plantest.Zone)) }

// later lets a moment pass, so that no two steps are at the same instant.
func (l *life) later() {
	l.clock = atInstant(l.clock.Now().Add(time.Second))
}

// act runs one step of somebody as its own transaction.
func (l *life) act(f func(tx *gorm.DB) (Update, error)) (u Update, err error) {
	l.later()
	err = l.DB.Write(l.t.Context(), func(tx *gorm.DB) error { u, err = f(tx); return err })
	return u, err
}

// words are a complete text as of 30 September 2021.
func words(change ...func(*Text)) Text {
	t := Text{AsOf: day("2021-09-30"), Status: InProgress, Done: "Held the workshop"}
	for _, c := range change {
		c(&t)
	}
	return t
}

func asOf(d string) func(*Text)   { return func(t *Text) { t.AsOf = day(d) } }
func status(s Status) func(*Text) { return func(t *Text) { t.Status = s } }

func (l *life) start(who, ref string, text Text) (Update, error) {
	return l.act(func(tx *gorm.DB) (Update, error) {
		return Start(tx, l.clock, l.Actors[who], NewUpdate{CommitmentID: l.Commitments[ref], Text: text})
	})
}

func (l *life) correct(who string, old Update, text Text) (Update, error) {
	return l.act(func(tx *gorm.DB) (Update, error) {
		return Start(tx, l.clock, l.Actors[who], NewUpdate{CommitmentID: old.CommitmentID, InstitutionID: old.InstitutionID, CorrectsID: old.ID, Text: text})
	})
}

func (l *life) save(who string, u Update, text Text) (Update, error) {
	return l.act(func(tx *gorm.DB) (Update, error) { return Save(tx, l.clock, l.Actors[who], u.ID, u.Version, text) })
}

func (l *life) submit(who string, u Update) (Update, error) {
	return l.act(func(tx *gorm.DB) (Update, error) { return Submit(tx, l.clock, l.Actors[who], u.ID, u.Version) })
}

func (l *life) back(who string, u Update) (Update, error) { return l.backFor(who, u, "Say how many") }

func (l *life) backFor(who string, u Update, reason string) (Update, error) {
	return l.act(func(tx *gorm.DB) (Update, error) {
		return Return(tx, l.clock, l.Actors[who], u.ID, u.Version, reason, "")
	})
}

func (l *life) approve(who string, u Update) (Update, error) {
	return l.act(func(tx *gorm.DB) (Update, error) { return Approve(tx, l.clock, l.Actors[who], u.ID, u.Version) })
}

func (l *life) discard(who string, u Update) (Update, error) {
	return l.act(func(tx *gorm.DB) (Update, error) { return u, Discard(tx, l.Actors[who], u.ID, u.Version) })
}

// must fails the test when a step was refused.
func (l *life) must(u Update, err error) Update {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
	return u
}

// sent, returned and approved take an update that far by its usual people.
func (l *life) sent(who, ref string, text Text) Update {
	l.t.Helper()
	return l.must(l.submit(who, l.must(l.start(who, ref, text))))
}

func (l *life) returned(who, ref string, text Text) Update {
	l.t.Helper()
	return l.must(l.back("one", l.sent(who, ref, text)))
}

func (l *life) approved(who, ref string, text Text) Update {
	l.t.Helper()
	return l.must(l.approve("one", l.sent(who, ref, text)))
}

// corrected replaces an approved update by an approved correction.
func (l *life) corrected(who string, old Update, text Text) Update {
	l.t.Helper()
	return l.must(l.approve("one", l.must(l.submit(who, l.must(l.correct(who, old, text))))))
}

// stored reads an update as it lies in the database.
func (l *life) stored(id int64) (u Update) {
	l.t.Helper()
	l.Read(l.t, func(tx *gorm.DB) error { return tx.Where("id = ?", id).Take(&u).Error })
	return u
}

// said is the kind of a refusal with its key and fields, empty for none: what
// tables of refusals are written in.
func said(err error) string {
	if err == nil {
		return ""
	}
	kinds := map[problem.Kind]string{problem.Internal: "internal", problem.Invalid: "invalid", problem.NotFound: "missing", problem.Forbidden: "forbidden",
		problem.Conflict: "conflict", problem.Unavailable: "unavailable"}
	p, ok := err.(*problem.Error)
	if !ok {
		return fmt.Sprint(kinds[problem.KindOf(err)], " ", err)
	}
	text := kinds[p.Kind]
	if p.Kind != problem.Invalid && p.Kind != problem.NotFound {
		text += " " + p.Key
	}
	for _, f := range p.FieldNames() {
		text += " " + f + ": " + p.Fields[f].Key
	}
	return text
}
