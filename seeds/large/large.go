// Package large makes a country of any size, for tests and benchmarks only: about forty institutions, a framework of three
// levels, five periods with their deadlines, nine editions, and commitments and updates as they come about over four and a
// half years, in every state. The same size gives the same rows. What was asked and promised goes through the rules of the
// slices; updates are inserted in bulk, kept to the same rules, and a test holds them against what the slices compute.
package large

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
)

// Size is how much there is. The number of commitments is even.
type Size struct{ Commitments, Updates int }

// The sizes in use: enough to see a query that is asked once a row, and about a hundred times the demonstration.
var (
	Small       = Size{Commitments: 400, Updates: 4000}
	Hundredfold = Size{Commitments: 4000, Updates: 40000}
)

// Country is the code of the invented country.
const Country = "XL"

// Now is the instant at which the country is looked at: no row is later. Its zone is the country's.
var Now = time.Date(2025, 11, 10, 9, 0, 0, 0, time.FixedZone("SAST", 2*3600))

// The people who sign in, by e-mail: one of each role. The focal points are of a ministry and of an organisation outside
// government; FocalPoint leads as much as any.
const (
	Coordinator       = "coordinator.1@tracker.example"
	SecondCoordinator = "coordinator.2@tracker.example"
	Countersigner     = "countersigner@tracker.example"
	Auditor           = "auditor@tracker.example"
	Administrator     = "admin@tracker.example"
	Partner           = "partner@tracker.example"
	FocalPoint        = "focal.m03@tracker.example"
	FocalOutside      = "focal.n32@tracker.example"
)

// begin is the first day of the framework and of the first period.
var begin = calendar.MustParse("2021-04-01")

// country is a load under way.
type country struct {
	tx           *gorm.DB // of the step under way
	write        func(f func() error) error
	rnd          *rand.Rand
	size         Size
	today        calendar.Date
	actors       map[string]accounts.Actor
	leads        []accounts.Actor // the focal points of the institutions that lead
	outcomes     []place          // the lowest nodes
	items        []asked
	promises     []*promise
	events       []event
	stamp        int // a microsecond for each instant, so that none is like another
	coordinators []accounts.Actor
}

// event is one thing that happened, done at its instant.
type event struct {
	at time.Time
	do func(clock calendar.Clock) error
}

// Load makes the country in an empty, migrated database.
func Load(ctx context.Context, d *db.DB, size Size) error {
	if size.Commitments%2 != 0 {
		return fmt.Errorf("large: %d commitments, want an even number", size.Commitments)
	}
	c := &country{rnd: rand.New(rand.NewPCG(2025, uint64(size.Commitments))), size: size, today: calendar.From(Now), actors: map[string]accounts.Actor{}}
	c.write = func(f func() error) error {
		return d.Write(ctx, func(tx *gorm.DB) error {
			c.tx = tx
			return f()
		})
	}
	first := func() error {
		for _, step := range []func() error{c.settings, c.institutions, c.people, c.framework, c.ask, c.periods} {
			if err := step(); err != nil {
				return err
			}
		}
		c.promise()
		return nil
	}
	report := func() error {
		return c.write(func() error { return errors.Join(c.report(), c.count()) })
	}
	for _, step := range []func() error{func() error { return c.write(first) }, c.replay, report, c.replay} {
		if err := step(); err != nil {
			return fmt.Errorf("large: %w", err)
		}
	}
	return nil
}

// SetClock lets the domain's clock go on from Now: call it once, before the
// country is served.
func SetClock(ctx context.Context, d *db.DB) error {
	return d.Write(ctx, func(tx *gorm.DB) error {
		return accounts.SeedSettings(tx, Now, map[string]string{"clock_offset": time.Until(Now).Round(time.Second).String()})
	})
}

// at is an instant of a working hour on a day, like no other and not after Now.
func (c *country) at(d calendar.Date) time.Time {
	c.stamp++
	t := d.Time().Add(time.Duration(6*60+c.rnd.IntN(8*60)) * time.Minute)
	if latest := Now.UTC().Add(-time.Hour); t.After(latest) {
		t = latest
	}
	return t.Add(time.Duration(c.stamp) * time.Microsecond)
}

// after is an instant some days after another.
func (c *country) after(t time.Time, least, most int) time.Time {
	return c.at(calendar.From(t.In(Now.Location())).AddDays(least + c.rnd.IntN(most-least+1)))
}

// base is the clock of the rows that were there before anything happened.
func base() calendar.Clock { return clockAt(begin.AddDays(-1).Time().Add(8 * time.Hour)) }

func clockAt(t time.Time) calendar.Clock { return calendar.FixedClock(t.In(Now.Location())) }

func (c *country) happens(at time.Time, do func(clock calendar.Clock) error) {
	c.events = append(c.events, event{at, do})
}

// note adds an entry to the trail when its time comes.
func (c *country) note(at time.Time, ev audit.Event) {
	c.happens(at, func(clock calendar.Clock) error { return audit.Append(c.tx, clock.Now(), ev) })
}

// replay does what was collected, in the order of the instants. It writes a few hundred at a time: PostgreSQL keeps every
// version of the trail's head until a transaction ends, and looks through them.
func (c *country) replay() error {
	slices.SortStableFunc(c.events, func(a, b event) int { return a.at.Compare(b.at) })
	for some := range slices.Chunk(c.events, 200) {
		if err := c.write(func() error { return do(some) }); err != nil {
			return err
		}
	}
	c.events = nil
	return nil
}

func do(events []event) error {
	for _, e := range events {
		if err := e.do(clockAt(e.at)); err != nil {
			return err
		}
	}
	return nil
}

// chance is true in so many of a hundred cases.
func (c *country) chance(percent int) bool { return c.rnd.IntN(100) < percent }

// one picks one of a list.
func one[E any](c *country, list []E) E { return list[c.rnd.IntN(len(list))] }
