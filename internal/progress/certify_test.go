package progress_test

import (
	"slices"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/progress"
)

// A closed deadline is certified once, by another person than who closed it;
// its instant never moves.
func TestAClosedDeadlineIsCertifiedByASecondPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		first := planned(t, d).Deadlines[0]
		second, focal := accounts.Actor{PersonID: 12, Role: accounts.Countersigner}, accounts.Actor{PersonID: 8, Role: accounts.FocalPoint}
		certify := func(actor accounts.Actor, version int64) string {
			return write(t, d, func(tx *gorm.DB) error {
				return progress.CertifyDeadline(tx, standing("2021-10-20"), actor, first.ID, version)
			})
		}
		shut := func(clock calendar.Clock, version int64, closed bool) string {
			return write(t, d, func(tx *gorm.DB) error {
				return progress.CloseDeadline(tx, clock, coordinator, first.ID, version, closed)
			})
		}
		if got := certify(second, 1); got != "deadline.error.open" {
			t.Errorf("while it is open: %q", got)
		}
		if got := shut(standing("2021-10-16"), 1, true); got != "" {
			t.Fatal(got)
		}
		for _, c := range []struct {
			name    string
			actor   accounts.Actor
			version int64
			want    string
		}{
			{"by who closed it", coordinator, 2, "deadline.error.closed_it"},
			{"by a focal point", focal, 2, "deadline.error.signers_only"},
			{"from an old form", second, 1, "problem.conflict"},
			{"by a second person", second, 2, ""},
			{"twice", second, 3, "deadline.error.certified"},
		} {
			if got := certify(c.actor, c.version); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
		if got := shut(standing("2021-10-21"), 3, false); got != "deadline.error.certified" {
			t.Errorf("opened again: %q", got)
		}
		s, at := stored(t, d, first.ID), standing("2021-10-20").Now()
		if !s.Certified() || !s.CertifiedAt.Equal(at) || *s.CertifiedByID != second.PersonID || s.Open() {
			t.Errorf("certified: %+v", s)
		}
		for after, addendum := range map[time.Duration]bool{-time.Second: false, 0: false, time.Second: true} {
			approved := at.Add(after)
			if got := (progress.Told{Update: progress.Update{ApprovedAt: &approved}, Deadline: s}).Addendum(); got != addendum {
				t.Errorf("approved %s after it was certified it is an addendum: %t", after, got)
			}
		}
		if !(progress.Told{Deadline: s}).Addendum() || (progress.Told{Deadline: first}).Addendum() {
			t.Error("what waits is no addendum, or there are addenda to what is not certified")
		}
		if list := entries(t, d); !slices.Equal(list[len(list)-2:], []string{"deadline.closed", "deadline.certified"}) {
			t.Errorf("the trail says %q", list)
		}
	})
}
