package progress

import (
	"testing"
	"time"

	"gorm.io/gorm"
)

// supported adds a paper to an update, as a form does.
func (l *life) supported(id int64) (paper int64) {
	l.t.Helper()
	l.Do(l.t, func(tx *gorm.DB) error {
		e := Evidence{UpdateID: id, Title: "Minutes", URL: "https://papers.example/minutes", Kind: "other", Share: "internal"}
		err := tx.Create(&e).Error
		paper = e.ID
		return err
	})
	return paper
}

func (l *life) judge(who string, u Update, verdict, reason string, papers ...int64) error {
	_, err := l.act(func(tx *gorm.DB) (Update, error) {
		return u, Verify(tx, l.clock, l.Actors[who], u.ID, u.Version, Judgement{Verdict: verdict, Reason: reason, Papers: papers})
	})
	return err
}

// proof is how far the claim of an update is shown, as known at an instant.
func (l *life) proof(u Update, k time.Time) (p Proof) {
	l.t.Helper()
	l.Read(l.t, func(tx *gorm.DB) error {
		all, err := ProofsOf(tx, k)
		if some, e := ProofsOf(tx, k, u.ID); e != nil || some.Of(u.ID) != all.Of(u.ID) {
			l.t.Errorf("alone it is %s, among all %s (%v)", some.Of(u.ID), all.Of(u.ID), e)
		}
		p = all.Of(u.ID)
		return err
	})
	return p
}

// A claim is claimed, then evidenced, then judged; what was known before a
// verdict stays known as it was, and the next update is a new claim.
func TestHowFarAClaimIsShown(t *testing.T) {
	each(t, func(l *life) {
		u := l.approved("mha", "NSF 1.1.1", words())
		var steps []Proof
		var instants []time.Time
		then := func(want Proof) {
			steps, instants = append(steps, want), append(instants, l.clock.Now())
			if got := l.told("one", u.ID).Proof(); got != want {
				l.t.Errorf("the page says %s, want %s", got, want)
			}
			l.later()
		}
		paper := l.supported(u.ID)
		then(Evidenced)
		l.ok(l.judge("one", u, "disputed", "The minutes are another meeting's."))
		then(Disputed)
		l.ok(l.judge("two", l.stored(u.ID), "verified", "The right minutes came.", paper))
		then(Verified)
		l.ok(l.judge("one", l.stored(u.ID), "withdrawn", "Judged by mistake."))
		then(Evidenced)
		for i, want := range steps {
			if got := l.proof(u, instants[i]); got != want {
				l.t.Errorf("as known after step %d it is %s, want %s", i, got, want)
			}
		}
		told := l.told("one", u.ID).Verifications
		if len(told) != 3 || len(told[1].Papers) != 1 || told[1].Papers[0] != paper || told[1].Post == "" {
			l.t.Errorf("the verdicts are %+v", told)
		}
		next := l.approved("mha", "NSF 1.1.1", words(asOf("2021-10-15")))
		if got := l.proof(next, l.clock.Now()); got != Claimed {
			l.t.Errorf("the next update is %s", got)
		}
		if got := said(l.judge("one", l.stored(u.ID), "disputed", "Late.")); got != "conflict verification.error.not_current" {
			l.t.Errorf("an older claim is judged: %q", got)
		}
		l.Read(l.t, func(tx *gorm.DB) error {
			known, err := Known(tx)
			if known.Before(instants[2]) {
				l.t.Errorf("the newest instant is %s", known)
			}
			return err
		})
	})
}

// Nobody judges what they had a hand in, verified is only what rests on papers
// of the update, and every verdict has its reason.
func TestWhoJudgesAClaimAndOnWhat(t *testing.T) {
	each(t, func(l *life) {
		u := l.approved("mha", "NSF 1.1.1", words())
		bare := l.approved("mha", "AP-1", words())
		waiting := l.sent("msd", "NSF 1.1.1", words())
		paper, other := l.supported(u.ID), l.supported(waiting.ID)
		stale := u
		stale.Version--
		for _, c := range []struct {
			who             string
			u               Update
			verdict, reason string
			papers          []int64
			want            string
		}{
			{"mha", u, "verified", "Ours.", []int64{paper}, "forbidden problem.coordinators_only"},
			{"auditor", u, "disputed", "No.", nil, "forbidden problem.coordinators_only"},
			{"use", u, "disputed", "No.", nil, "missing"},
			{"one", waiting, "disputed", "No.", nil, "conflict verification.error.no_claim"},
			{"one", u, "verified", "", []int64{paper}, "invalid reason: verification.error.reason"},
			{"one", u, "verified", "Seen.", nil, "invalid papers: verification.error.papers"},
			{"one", u, "verified", "Seen.", []int64{other}, "invalid papers: verification.error.paper"},
			{"one", bare, "verified", "Seen.", nil, "invalid verdict: verification.error.no_papers"},
			{"one", u, "sure", "Seen.", nil, "invalid verdict: verification.error.verdict"},
			{"one", u, "withdrawn", "Again.", nil, "invalid verdict: verification.error.nothing_to_withdraw"},
			{"one", stale, "verified", "Seen.", []int64{paper}, "conflict problem.conflict"},
			{"one", u, "verified", "Seen.", []int64{paper, paper}, ""},
			{"two", u, "disputed", "Not so.", nil, "conflict problem.conflict"},
		} {
			if got := said(l.judge(c.who, c.u, c.verdict, c.reason, c.papers...)); got != c.want {
				l.t.Errorf("%s says %s of update %d: %q, want %q", c.who, c.verdict, c.u.ID, got, c.want)
			}
		}
	})
}
