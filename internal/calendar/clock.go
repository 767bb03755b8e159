package calendar

import "time"

// Clock tells the domain's time: what day it is in the country, and the
// instant that rows are stamped with. Its offset moves a demonstration to its
// own day; sessions, cookies and codes use the system's clock instead.
type Clock struct {
	offset time.Duration
	zone   *time.Location
	system func() time.Time
}

// NewClock makes the clock of a zone, ahead of the system's by offset (behind
// when negative).
func NewClock(zone *time.Location, offset time.Duration) Clock {
	return Clock{offset: offset, zone: zone, system: time.Now}
}

// FixedClock stands still at t, in t's zone: for tests and for commands that
// are told their time.
func FixedClock(t time.Time) Clock {
	return Clock{zone: t.Location(), system: func() time.Time { return t }}
}

// Now is the instant, in UTC and to the microsecond that both engines keep.
func (c Clock) Now() time.Time {
	return c.system().Add(c.offset).UTC().Truncate(time.Microsecond)
}

// Today is the day in the clock's zone.
func (c Clock) Today() Date { return c.DayOf(c.Now()) }

// DayOf is the day on which an instant falls in the clock's zone.
func (c Clock) DayOf(t time.Time) Date { return From(t.In(c.Zone())) }

// Zone is the country's time zone.
func (c Clock) Zone() *time.Location {
	if c.zone == nil {
		return time.UTC
	}
	return c.zone
}
