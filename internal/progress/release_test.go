package progress

import (
	"maps"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
)

func summary(text string) func(*Text) { return func(t *Text) { t.SharedSummary = text } }

func (l *life) releaseSummary(who string, u Update) error {
	_, err := l.act(func(tx *gorm.DB) (Update, error) {
		return u, ReleaseSummary(tx, l.clock, l.Actors[who], u.ID, u.Version)
	})
	return err
}

func (l *life) withdrawSummary(who string, u Update) error {
	_, err := l.act(func(tx *gorm.DB) (Update, error) {
		return u, WithdrawSummary(tx, l.clock, l.Actors[who], u.ID, u.Version)
	})
	return err
}

// leaves is what may leave in a report of a day, known at an instant.
func (l *life) leaves(d calendar.Date, k time.Time) (out map[int64]string) {
	l.t.Helper()
	l.Read(l.t, func(tx *gorm.DB) (err error) { out, err = ReleasedSummaries(tx, d, k); return err })
	return out
}

func (l *life) ok(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// A summary leaves from its release on until it is withdrawn or its update is
// corrected, and a report of an instant before that stays as it was.
func TestASummaryLeavesFromItsReleaseUntilItIsWithdrawn(t *testing.T) {
	each(t, func(l *life) {
		d := day("2021-09-30")
		u := l.approved("mha", "NSF 1.1.1", words(summary("Met.")))
		steps := []map[int64]string{{}}
		instants := []time.Time{l.clock.Now()}
		then := func(want map[int64]string) {
			steps, instants = append(steps, want), append(instants, l.clock.Now())
		}
		l.ok(l.releaseSummary("two", u))
		then(map[int64]string{u.ID: "Met."})
		l.ok(l.withdrawSummary("one", l.stored(u.ID)))
		then(map[int64]string{})
		l.ok(l.releaseSummary("one", l.stored(u.ID)))
		then(map[int64]string{u.ID: "Met."})
		c := l.corrected("mha", u, words(summary("Met twice.")))
		then(map[int64]string{})
		l.ok(l.releaseSummary("two", c))
		then(map[int64]string{c.ID: "Met twice."})
		for i, want := range steps {
			if got := l.leaves(d, instants[i]); !maps.Equal(got, want) {
				l.t.Errorf("after step %d %v leaves, want %v", i, got, want)
			}
		}
		if got := l.leaves(d.AddDays(-1), l.clock.Now()); len(got) > 0 {
			l.t.Errorf("on the day before it was true %v leaves", got)
		}
		l.Read(l.t, func(tx *gorm.DB) error {
			known, err := Known(tx)
			if !known.Equal(l.clock.Now()) {
				l.t.Errorf("the newest instant is %s, the last release was at %s", known, l.clock.Now())
			}
			return err
		})
	})
}

// As with approving, nobody releases what they had a hand in; and only what
// counts, says something and has not left already can be released.
func TestWhoReleasesASummary(t *testing.T) {
	each(t, func(l *life) {
		u := l.approved("mha", "NSF 1.1.1", words(summary("Met.")))
		silent := l.approved("mha", "AP-1", words())
		waiting := l.sent("msd", "NSF 1.1.1", words(summary("Waits.")))
		behalf := l.must(l.approve("mha", l.must(l.submit("one", l.must(l.start("one", "NSF 1.1.1", words(asOf("2021-10-01"), summary("Told for them."))))))))
		old := l.approved("mha", "NSF 1.1.1", words(asOf("2021-08-31"), summary("Old.")))
		l.corrected("mha", old, words(asOf("2021-08-31")))
		stale := u
		stale.Version--
		for _, c := range []struct {
			who  string
			u    Update
			want string
		}{
			{"mha", u, "forbidden problem.coordinators_only"},
			{"auditor", u, "forbidden problem.coordinators_only"},
			{"use", u, "missing"},
			{"one", silent, "conflict release.error.no_summary"},
			{"one", waiting, "conflict release.error.not_approved"},
			{"one", behalf, "forbidden release.error.four_eyes"},
			{"one", l.stored(old.ID), "conflict update.error.already_corrected"},
			{"one", stale, "conflict problem.conflict"},
			{"two", behalf, ""},
			{"one", u, ""},
			{"two", u, "conflict problem.conflict"},
		} {
			if got := said(l.releaseSummary(c.who, c.u)); got != c.want {
				l.t.Errorf("%s releases update %d: %q, want %q", c.who, c.u.ID, got, c.want)
			}
		}
		if got := said(l.releaseSummary("two", l.stored(u.ID))); got != "conflict release.error.released" {
			l.t.Errorf("released twice: %q", got)
		}
		for _, c := range []struct{ who, want string }{
			{"mha", "forbidden problem.coordinators_only"}, {"one", ""}, {"two", "conflict release.error.not_released"}} {
			if got := said(l.withdrawSummary(c.who, l.stored(behalf.ID))); got != c.want {
				l.t.Errorf("%s withdraws: %q, want %q", c.who, got, c.want)
			}
		}
	})
}

// Approving and releasing in one step is one instant, and is refused as one
// where nothing could leave.
func TestApprovingWithTheSummary(t *testing.T) {
	each(t, func(l *life) {
		both := func(who string, u Update) (Update, error) {
			return l.act(func(tx *gorm.DB) (Update, error) {
				return ApproveAndRelease(tx, l.clock, l.Actors[who], u.ID, u.Version)
			})
		}
		silent := l.sent("mha", "AP-1", words())
		if _, err := both("one", silent); said(err) != "invalid release: release.error.no_summary" || l.stored(silent.ID).State != Submitted {
			l.t.Errorf("without a summary: %q, and it is %s", said(err), l.stored(silent.ID).State)
		}
		before := l.Count(l.t, "SELECT count(*) FROM audit_entries")
		u := l.must(both("one", l.sent("mha", "NSF 1.1.1", words(summary("Met.")))))
		if got := l.leaves(u.AsOf, *u.ApprovedAt); got[u.ID] != "Met." {
			l.t.Errorf("at the instant of the approval %v leaves", got)
		}
		if got := l.entries(before); len(got) != 3 || got[1] != "update.approve "+object(u) || got[2] != "summary.release "+object(u) {
			l.t.Errorf("the trail says %v", got)
		}
		told, err := New(l.DB, l.clock).Update(l.t.Context(), l.Actors["auditor"], "LS", u.ID)
		if err != nil || told.ReleasedAt == nil || !told.ReleasedAt.Equal(*u.ApprovedAt) || told.ReleasedBy == "" {
			l.t.Errorf("told as released at %v by %q, %v", told.ReleasedAt, told.ReleasedBy, err)
		}
		behalf := l.must(both("mha", l.must(l.submit("one", l.must(l.start("one", "NSF 1.1.1", words(summary("For them."))))))))
		if got := l.leaves(u.AsOf, l.clock.Now()); got[behalf.ID] != "For them." {
			l.t.Errorf("of an entry that the focal point confirmed with its summary %v leaves", got)
		}
	})
}
