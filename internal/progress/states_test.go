package progress

import (
	"testing"

	"gorm.io/gorm"

	"tracker/internal/plan"
	"tracker/internal/plan/plantest"
)

// Every step from every state, by the writer, by the reviewer of another
// institution and by one of the writer's own: what is not in the order of
// draft, submitted, returned or approved is refused, and changes nothing.
func TestNoStepOutOfOrderIsTaken(t *testing.T) {
	const editable, inReview = "conflict update.error.not_editable", "conflict update.error.not_in_review"
	each(t, func(l *life) {
		states := []struct {
			state State
			make  func() Update
		}{
			{Draft, func() Update { return l.must(l.start("mha", "NSF 1.1.1", words())) }},
			{Submitted, func() Update { return l.sent("mha", "NSF 1.1.1", words()) }},
			{Returned, func() Update { return l.returned("mha", "NSF 1.1.1", words()) }},
			{Approved, func() Update { return l.approved("mha", "NSF 1.1.1", words()) }},
		}
		for _, c := range []struct {
			step string
			run  func(u Update) (Update, error)
			want [4]string // from draft, submitted, returned, approved
		}{
			{"save", func(u Update) (Update, error) { return l.save("mha", u, words()) }, [4]string{"", editable, "", editable}},
			{"submit", func(u Update) (Update, error) { return l.submit("mha", u) }, [4]string{"", editable, "", editable}},
			{"submit by a colleague", func(u Update) (Update, error) { return l.submit("mha2", u) }, [4]string{"", editable, "", editable}},
			{"submit by a reviewer", func(u Update) (Update, error) { return l.submit("one", u) },
				[4]string{"missing", "forbidden update.error.not_yours", "forbidden update.error.not_yours", "forbidden update.error.not_yours"}},
			{"return", func(u Update) (Update, error) { return l.back("one", u) }, [4]string{"missing", "", inReview, inReview}},
			{"return by the ministry's own coordinator", func(u Update) (Update, error) { return l.back("home", u) }, [4]string{inReview, "", inReview, inReview}},
			{"approve", func(u Update) (Update, error) { return l.approve("one", u) }, [4]string{"missing", "", inReview, inReview}},
			{"approve by the ministry's own coordinator", func(u Update) (Update, error) { return l.approve("home", u) }, [4]string{inReview, "", inReview, inReview}},
			{"approve by the writer", func(u Update) (Update, error) { return l.approve("mha", u) },
				[4]string{inReview, "forbidden update.error.four_eyes", inReview, inReview}},
			{"discard", func(u Update) (Update, error) { return l.discard("mha", u) },
				[4]string{"", editable, "forbidden update.error.was_submitted", editable}},
			{"discard by a reviewer", func(u Update) (Update, error) { return l.discard("one", u) },
				[4]string{"missing", "forbidden update.error.not_yours", "forbidden update.error.not_yours", "forbidden update.error.not_yours"}},
			{"correct", func(u Update) (Update, error) { return l.correct("mha", u, words()) }, [4]string{"missing", "missing", "missing", ""}},
		} {
			for i, from := range states {
				u := from.make()
				before, decisions := l.stored(u.ID), l.Count(l.t, "SELECT count(*) FROM decisions")
				_, err := c.run(u)
				if got := said(err); got != c.want[i] {
					l.t.Errorf("%s from %s: %q, want %q", c.step, from.state, got, c.want[i])
				}
				if err == nil {
					continue
				}
				if after := l.stored(u.ID); after.State != before.State || after.Version != before.Version || l.Count(l.t, "SELECT count(*) FROM decisions") != decisions {
					l.t.Errorf("%s from %s was refused and left a trace", c.step, from.state)
				}
			}
		}
	})
}

// What others may not see answers like what does not exist.
func TestWhoMayNotSeeAnUpdateFindsNothing(t *testing.T) {
	each(t, func(l *life) {
		draft := l.must(l.start("bds", "NSF 2.1.1", words()))
		for who, want := range map[string]string{"bds": "", "mha": "missing", "msd": "missing", "one": "missing", "auditor": "missing", "admin": "missing", "use": "missing"} {
			_, err := New(l.DB, l.clock).Update(l.t.Context(), l.Actors[who], plantest.Country, draft.ID)
			if got := said(err); got != want {
				l.t.Errorf("%s reads a draft: %q, want %q", who, got, want)
			}
		}
		approved := l.approved("mha", "AP-1", words())
		for who, want := range map[string]string{"msd": "", "auditor": "", "admin": "", "sign": "", "bds": "missing", "use": "missing"} {
			_, err := New(l.DB, l.clock).Update(l.t.Context(), l.Actors[who], plantest.Country, approved.ID)
			if got := said(err); got != want {
				l.t.Errorf("%s reads an approved update: %q, want %q", who, got, want)
			}
		}
		for who, want := range map[string]string{"bds": "missing", "use": "missing", "msd": "forbidden update.error.not_involved", "auditor": "forbidden update.error.not_yours"} {
			if _, err := l.start(who, "AP-1", words()); said(err) != want {
				l.t.Errorf("%s begins an update: %q, want %q", who, said(err), want)
			}
		}
	})
}

// Four eyes: a colleague who changed a word is an author too; the approval by
// one's own institution is marked, the one of another is not.
func TestWhoEditedADraftDoesNotApproveIt(t *testing.T) {
	each(t, func(l *life) {
		u := l.must(l.start("mha", "NSF 1.1.1", words()))
		u = l.must(l.save("home", u, words()))
		u = l.must(l.submit("mha2", u))
		if _, err := l.approve("home", u); said(err) != "forbidden update.error.four_eyes" {
			l.t.Errorf("a co-author approves: %q", said(err))
		}
		if _, err := l.back("home", u); said(err) != "forbidden update.error.four_eyes" {
			l.t.Errorf("a co-author returns: %q", said(err))
		}
		if u = l.must(l.approve("one", u)); u.OwnInstitution || l.stored(u.ID).OwnInstitution {
			l.t.Error("the approval of another institution is marked as one's own")
		}
		u = l.must(l.approve("home", l.sent("mha", "NSF 1.1.1", words(asOf("2021-10-31")))))
		if stored := l.stored(u.ID); !stored.OwnInstitution || *stored.ApprovedByID != l.Actors["home"].PersonID {
			l.t.Errorf("the approval of one's own institution is not marked: %+v", stored)
		}
	})
}

// An entry made by a coordinator for a ministry counts once that ministry's
// focal point says so, and nobody else.
func TestWhatIsWrittenOnBehalfIsConfirmedByTheInstitution(t *testing.T) {
	each(t, func(l *life) {
		u := l.must(l.start("one", "NSF 1.1.1", words()))
		if !u.OnBehalf || u.InstitutionID != l.Institutions["MHA"] {
			l.t.Fatalf("a coordinator's entry is %+v", u)
		}
		if _, err := l.submit("mha", u); said(err) != "missing" {
			l.t.Errorf("the ministry finds the coordinators' draft: %q", said(err))
		}
		u = l.must(l.submit("one", u))
		for who, want := range map[string]string{"one": "forbidden update.error.four_eyes", "two": "forbidden update.error.confirmed_by_institution",
			"home": "forbidden update.error.confirmed_by_institution", "msd": "missing", "sign": "missing"} {
			if _, err := l.approve(who, u); said(err) != want {
				l.t.Errorf("%s approves: %q, want %q", who, said(err), want)
			}
		}
		u = l.must(l.back("mha", u))
		if _, err := l.save("mha", u, words()); said(err) != "forbidden update.error.not_yours" {
			l.t.Errorf("the ministry edits what is the coordinators': %q", said(err))
		}
		u = l.must(l.submit("two", l.must(l.save("two", u, words(status(Completed))))))
		u = l.must(l.approve("mha2", u))
		if u.OwnInstitution || l.stored(u.ID).State != Approved {
			l.t.Errorf("confirmed as %+v", u)
		}
	})
}

// A coordinator of a ministry that leads writes for it as one of its own.
func TestWhoseEntryItIs(t *testing.T) {
	each(t, func(l *life) {
		for _, c := range []struct {
			who, ref, institution string
			named                 string
			kind                  Kind
			onBehalf              bool
			refused               string
		}{
			{"mha", "NSF 1.1.1", "MHA", "", LeadUpdate, false, ""},
			{"home", "NSF 1.1.1", "MHA", "", LeadUpdate, false, ""},
			{"msd", "NSF 1.1.1", "MSD", "", Contribution, false, ""},
			{"bds", "NSF 1.1.1", "BDS", "", Contribution, false, ""},
			{"one", "NSF 1.1.1", "MHA", "", LeadUpdate, true, ""},
			{"one", "NSF 1.1.1", "MSD", "MSD", Contribution, true, ""},
			{"home", "NSF 1.1.2", "MSD", "", LeadUpdate, true, ""},
			{"one", "NSF 1.1.1", "", "MOH", "", false, "forbidden update.error.not_involved"},
			{"moh", "NSF 1.1.1", "", "", "", false, "forbidden update.error.not_involved"},
			{"msd", "NSF 1.1.1", "", "MHA", "", false, "forbidden update.error.not_yours"},
			{"sign", "NSF 1.1.1", "", "MHA", "", false, "forbidden update.error.not_yours"},
			{"admin", "NSF 1.1.1", "", "MHA", "", false, "forbidden update.error.not_yours"},
		} {
			u, err := l.act(func(tx *gorm.DB) (Update, error) {
				return Start(tx, l.clock, l.Actors[c.who], NewUpdate{CommitmentID: l.Commitments[c.ref], InstitutionID: l.Institutions[c.named], Text: words()})
			})
			if got := said(err); got != c.refused {
				l.t.Errorf("%s on %s for %q: %q, want %q", c.who, c.ref, c.named, got, c.refused)
			}
			if err == nil && (u.InstitutionID != l.Institutions[c.institution] || u.Kind != c.kind || u.OnBehalf != c.onBehalf) {
				l.t.Errorf("%s on %s for %q: %+v", c.who, c.ref, c.named, u)
			}
		}
	})
}

// A draft outlives the transfer of its commitment: the institution that led
// until then still says what it did, and no longer what stands since.
func TestAfterATransferTheOldLeadTellsOfItsOwnTime(t *testing.T) {
	each(t, func(l *life) {
		before, after := l.must(l.start("mha", "NSF 1.1.1", words())), l.must(l.start("mha", "NSF 1.1.1", words(asOf("2021-11-05"), status(Completed))))
		l.on("2021-11-10")
		l.Do(l.t, func(tx *gorm.DB) error {
			_, err := plan.MakeTransfers(tx, l.clock, l.Actors["one"], plan.TransferNew{FromID: l.Institutions["MHA"], ToID: l.Institutions["MOH"], EffectiveOn: day("2021-11-01"),
				Reason: "By law", Refs: []string{"NSF 1.1.1"}})
			return err
		})
		if _, err := l.submit("mha", after); said(err) != "invalid as_of: update.error.led_by_another" {
			l.t.Errorf("the old lead tells what stands since: %q", said(err))
		}
		l.must(l.approve("one", l.must(l.submit("mha", before))))
		if s := l.now("NSF 1.1.1"); s.UpdateID != before.ID || s.Status != InProgress {
			l.t.Errorf("the commitment stands as %+v", s)
		}
		if _, err := l.start("mha", "NSF 1.1.1", words()); said(err) != "forbidden update.error.not_involved" {
			l.t.Errorf("the old lead begins another: %q", said(err))
		}
		l.approved("moh", "NSF 1.1.1", words(asOf("2021-11-05"), status(Stalled)))
		if s := l.now("NSF 1.1.1"); s.Status != Stalled {
			l.t.Errorf("after the new lead's word it stands as %+v", s)
		}
	})
}
