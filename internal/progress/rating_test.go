package progress

import (
	"errors"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// rate gives a rating of the period of 2021-22 by somebody.
func (l *life) rate(who string, on Rateable, value, reason string) (r Rating, err error) {
	l.t.Helper()
	return r, l.DB.Write(l.t.Context(), func(tx *gorm.DB) error {
		r, err = Rate(tx, l.clock, l.Actors[who], on, 0, RatingNew{PeriodID: l.period(), Value: value, Reason: reason})
		return err
	})
}

// period is the id of the period of 2021-22.
func (l *life) period() int64 {
	return int64(l.Count(l.t, "SELECT id FROM periods WHERE label = '2021-22'"))
}

func (l *life) commitment(ref string) Rateable { return Rateable{CommitmentID: l.Commitments[ref]} }

func (l *life) recommendation(item string) Rateable {
	return Rateable{RecommendationID: int64(l.Count(l.t, "SELECT recommendation_id FROM items WHERE id = ?", l.Items[item]))}
}

// view is what somebody sees of the ratings of one thing.
func (l *life) view(who string, on Rateable) (v RatingView) {
	l.t.Helper()
	l.Read(l.t, func(tx *gorm.DB) (err error) {
		v, err = Ratings(tx, l.Actors[who], on, l.clock.Today())
		return err
	})
	return v
}

// inForce writes the ratings in force as one line: rater and value.
func inForce(list []RatingTold) string {
	var words []string
	for _, r := range list {
		words = append(words, string(r.Rater)+" "+r.Value)
	}
	return strings.Join(words, ", ")
}

// Every rating is kept, the newest of a voice counts, and one taken back
// leaves none; what was known before stays known as it was.
func TestRatingsAreKept(t *testing.T) {
	each(t, func(l *life) {
		on := l.commitment("NSF 1.1.1")
		var instants []time.Time
		then := func(_ Rating, err error) {
			l.t.Helper()
			l.ok(err)
			instants = append(instants, l.clock.Now())
			l.later()
		}
		then(l.rate("mha", on, OnTrack, "The minutes are there."))
		then(l.rate("one", on, AtRisk, "Two ministries stayed away."))
		then(l.rate("two", on, OffTrack, "The third meeting was not held."))
		then(l.rate("mha", on, RatingWithdrawn, "Rated the wrong one."))
		v := l.view("one", on)
		if got := inForce(v.Of(l.period())); got != "coordinator off_track" || len(v.Ratings) != 4 {
			l.t.Errorf("in force is %q of %d, want the newest coordinator's of 4", got, len(v.Ratings))
		}
		if newest := v.Ratings[0]; newest.Value != RatingWithdrawn || newest.Post != "Post of mha" || newest.Period != "2021-22" || newest.Ref != "NSF 1.1.1" || newest.RatedOn != l.clock.Today() {
			l.t.Errorf("the newest is %+v", newest)
		}
		for i, want := range []string{"focal_point on_track", "coordinator at_risk, focal_point on_track", "coordinator off_track, focal_point on_track", "coordinator off_track"} {
			if got := l.marks("one", l.clock.Today(), instants[i]); got != want {
				l.t.Errorf("as known after %d it is %q, want %q", i, got, want)
			}
		}
		if got := l.marks("one", l.clock.Today().AddDays(-1), instants[3]); got != "" {
			l.t.Errorf("of the day before it is %q", got)
		}
		if n := l.Count(l.t, "SELECT count(*) FROM audit_entries WHERE action = 'rating.give' AND object = 'commitment NSF 1.1.1'"); n != 4 {
			l.t.Errorf("the trail has %d of 4", n)
		}
		l.Read(l.t, func(tx *gorm.DB) error {
			known, err := Known(tx)
			if !known.Equal(v.Ratings[0].RatedAt) {
				l.t.Errorf("known is %s, the newest rating of %s", known, v.Ratings[0].RatedAt)
			}
			return err
		})
	})
}

// marks are the ratings of the period in force at (D, K).
func (l *life) marks(who string, d calendar.Date, k time.Time) string {
	l.t.Helper()
	var words []string
	l.Read(l.t, func(tx *gorm.DB) error {
		list, err := RatingsOf(tx, l.Actors[who], l.period(), d, k)
		for _, m := range list {
			words = append(words, string(m.Rater)+" "+m.Value)
		}
		return err
	})
	return strings.Join(words, ", ")
}

// Each institution that answers a recommendation has a voice of its own;
// others have none.
func TestWhoRates(t *testing.T) {
	each(t, func(l *life) {
		c, r := l.commitment("NSF 1.1.1"), l.recommendation("TIP 2021/1a")
		for _, one := range []struct {
			who  string
			on   Rateable
			want problem.Kind
		}{
			{"msd", c, problem.Forbidden}, {"bds", c, problem.Forbidden}, {"sign", c, problem.Forbidden}, {"auditor", c, problem.Forbidden}, {"admin", c, problem.Forbidden},
			{"use", c, problem.NotFound}, {"mha", r, problem.Forbidden}, {"moh", r, problem.Forbidden}, {"one", Rateable{CommitmentID: 99999}, problem.NotFound},
			{"one", l.recommendation("TIP 2022/1a"), problem.NotFound}, // not released yet
		} {
			if _, err := l.rate(one.who, one.on, CommitmentScale[0], "Because."); err == nil || problem.KindOf(err) != one.want {
				l.t.Errorf("%s rates %+v: %v, want kind %v", one.who, one.on, err, one.want)
			}
		}
		_, err := l.rate("msd", r, "fully", "Adopted and trained.") // its first item is expected of them
		l.ok(err)
		_, err = l.rate("home", r, "partially", "Adopted only.") // a coordinator in a ministry rates as one
		l.ok(err)
		if got := inForce(l.view("one", r).Of(l.period())); got != "focal_point fully, coordinator partially" {
			l.t.Errorf("in force is %q", got)
		}
		if v := l.view("msd", r); v.Rater != ByFocalPoint || l.view("moh", r).Rater != "" || l.view("two", r).Rater != ByCoordinator {
			l.t.Error("a page offers the form to whoever may not rate, or not to whoever may")
		}
	})
}

func TestWhatARatingSays(t *testing.T) {
	each(t, func(l *life) {
		c, r := l.commitment("NSF 1.1.1"), l.recommendation("TIP 2021/1a")
		long := strings.Repeat("é", ReasonMax+1)
		for _, one := range []struct {
			on            Rateable
			value, reason string
			field         string
		}{
			{c, "fully", "Because.", "value"}, {r, OnTrack, "Because.", "value"}, {c, "", "Because.", "value"}, {c, OnTrack, " \n ", "reason"},
			{c, OnTrack, long, "reason"}, {c, OnTrack, "a\x00b", "reason"}, {c, RatingWithdrawn, "Because.", "value"},
		} {
			_, err := l.rate("one", one.on, one.value, one.reason)
			var p *problem.Error
			if !errors.As(err, &p) || len(p.Fields) != 1 || p.Fields[one.field].Key == "" {
				l.t.Errorf("%q, %.10q: %v, want only %s to be wrong", one.value, one.reason, err, one.field)
			}
		}
		l.on("2021-03-31") // the period has not begun
		if _, err := l.rate("one", c, OnTrack, "Because."); problem.KindOf(err) != problem.Invalid {
			l.t.Errorf("a period that has not begun was rated: %v", err)
		}
		if n := l.Count(l.t, "SELECT count(*) FROM ratings"); n != 0 {
			l.t.Errorf("%d ratings were stored", n)
		}
	})
}

// A verified action counts in its own period, as long as its newest verdict
// stands and no correction replaced it.
func TestVerifiedInAPeriod(t *testing.T) {
	each(t, func(l *life) {
		u := l.approved("mha", "NSF 1.1.1", words())
		paper := l.supported(u.ID)
		l.later()
		before := l.clock.Now()
		l.later()
		l.ok(l.judge("one", u, "verified", "Read.", paper))
		verified := l.clock.Now()
		l.later()
		newer := words()
		newer.AsOf = newer.AsOf.AddDays(1)
		l.approved("mha", "NSF 1.1.1", newer) // a new claim, not verified
		in := func(p Period, d calendar.Date, k time.Time) (n int) {
			l.Read(l.t, func(tx *gorm.DB) error {
				all, err := VerifiedIn(tx, p, d, k)
				some, e := VerifiedIn(tx, p, d, k, u.CommitmentID)
				if n = len(all); len(some) != n || e != nil || n == 1 && all[u.CommitmentID] != u.AsOf {
					l.t.Errorf("all are %v, alone it is %v (%v)", all, some, e)
				}
				return err
			})
			return n
		}
		p := Period{StartsOn: day("2021-04-01"), EndsOn: day("2022-03-31")}
		if a, b, c, d := in(p, u.AsOf, l.clock.Now()), in(p, u.AsOf, before), in(p, u.AsOf.AddDays(-1), l.clock.Now()),
			in(Period{StartsOn: day("2020-04-01"), EndsOn: day("2021-03-31")}, u.AsOf, l.clock.Now()); a != 1 || b+c+d != 0 {
			l.t.Errorf("verified now %d, before the verdict %d, before the action %d, in another period %d", a, b, c, d)
		}
		if in(p, u.AsOf, verified) != 1 {
			l.t.Error("it is not verified at the instant of its verdict")
		}
		l.Do(l.t, func(tx *gorm.DB) error { // judged again
			return tx.Create(&Verification{UpdateID: u.ID, Verdict: "disputed", Reason: "No.", JudgedAt: l.clock.Now(), JudgedByID: 1}).Error
		})
		if in(p, u.AsOf, l.clock.Now()) != 0 || in(p, u.AsOf, verified) != 1 {
			l.t.Error("a verdict that was changed still counts, or is forgotten")
		}
	})
}
