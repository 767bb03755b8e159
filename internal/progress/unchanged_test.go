package progress

import (
	"testing"

	"gorm.io/gorm"

	"tracker/internal/plan/plantest"
)

// What may be approved together with others: one rule.
func TestWhatChangesNothing(t *testing.T) {
	same := change{kind: LeadUpdate, noProgress: true, status: InProgress, now: InProgress}
	for name, c := range map[string]struct {
		with func(*change)
		want bool
	}{
		"no progress, the same status":          {func(*change) {}, true},
		"something was done":                    {func(c *change) { c.noProgress = false }, false},
		"another status":                        {func(c *change) { c.status = Stalled }, false},
		"nothing was approved before, begun":    {func(c *change) { c.now = "" }, false},
		"nothing was approved before, no begin": {func(c *change) { c.now, c.status = "", NotStarted }, true},
		"a milestone":                           {func(c *change) { c.milestone = 1 }, false},
		"a line of money":                       {func(c *change) { c.money = true }, false},
		"a paper":                               {func(c *change) { c.evidence = 1 }, false},
		"a correction":                          {func(c *change) { c.correction = true }, false},
		"a contribution":                        {func(c *change) { c.kind, c.status = Contribution, "" }, true},
	} {
		said := same
		if c.with(&said); said.none() != c.want {
			t.Errorf("%s: changes nothing is %t", name, !c.want)
		}
	}
}

// Each of those approved together is approved by the rules of one alone; what is refused stays as it is, and a repeated
// post does nothing more.
func TestThoseWithoutChangeAreApprovedTogether(t *testing.T) {
	each(t, func(l *life) {
		none := words()
		none.Done, none.NoProgress, none.Blocker, none.Status, none.Milestone, none.Evidence = "", "The bill waits.", "law_or_cabinet", NotStarted, 0, nil
		good, done := l.sent("mha", "NSF 1.1.1", none), l.sent("mha", "AP-1", words())
		store := New(l.DB, l.clock)
		chosen := []Chosen{{good.ID, good.Version}, {done.ID, done.Version}, {good.ID + 999, 1}, {good.ID, good.Version - 1}}
		var before, after int64
		count := func(n *int64) {
			if err := l.DB.Read(l.t.Context(), func(tx *gorm.DB) error {
				return tx.Raw("SELECT count(*) FROM audit_entries WHERE action = 'update.approve'").Scan(n).Error
			}); err != nil {
				l.t.Fatal(err)
			}
		}
		count(&before)
		for range 2 {
			got, err := store.ApproveUnchanged(l.t.Context(), l.Actors["two"], "the key of one form", chosen)
			if err != nil || len(got) != 4 || got[0].Skipped != "" || got[1].Skipped != "review.unchanged.changes" || got[2].Skipped == "" || got[3].Skipped != "update.error.not_in_review" {
				l.t.Fatalf("%+v (%v)", got, err)
			}
		}
		if count(&after); after != before+1 {
			l.t.Errorf("%d entries of approval", after-before)
		}
		if _, err := store.ApproveUnchanged(l.t.Context(), l.Actors["mha"], "the key of another", chosen); err == nil {
			l.t.Error("a focal point approves in bulk")
		}
	})
}

// The queue names for approval together what would be approved, and nothing that would not.
func TestTheQueueKnowsWhatChangesNothing(t *testing.T) {
	each(t, func(l *life) {
		none := words()
		none.Done, none.NoProgress, none.Blocker, none.Status, none.Milestone, none.Evidence = "", "The bill waits.", "law_or_cabinet", NotStarted, 0, nil
		money, begun, paper := none, none, none
		money.Money = []Money{{Year: 2021, Currency: "LSL", Funder: "Treasury", ReleasedCents: cents(1)}}
		begun.Status = InProgress
		paper.Evidence = []Evidence{{Title: "Letter", URL: "https://example.org/letter", Kind: "other", Share: "internal"}}
		want := map[int64]bool{l.sent("mha", "NSF 1.1.1", none).ID: true, l.sent("mha", "AP-1", money).ID: false, l.sent("msd", "NSF 1.1.2", begun).ID: false, l.sent("bds", "NSF 2.1.1", paper).ID: false}
		store := New(l.DB, l.clock)
		q, err := store.Review(l.t.Context(), l.Actors["two"], plantest.Country)
		if err != nil || len(q.Mine) != len(want) {
			l.t.Fatalf("%d wait (%v)", len(q.Mine), err)
		}
		var chosen []Chosen
		for _, u := range q.Mine {
			if u.NoChange != want[u.ID] {
				l.t.Errorf("update %d of %s changes nothing: %t", u.ID, u.Institution, u.NoChange)
			}
			chosen = append(chosen, Chosen{u.ID, u.Version})
		}
		got, err := store.ApproveUnchanged(l.t.Context(), l.Actors["two"], "the key of one form", chosen)
		for i, outcome := range got {
			if (outcome.Skipped == "") != q.Mine[i].NoChange {
				l.t.Errorf("the queue says of update %d that it changes nothing: %t; approving says %q", chosen[i].ID, q.Mine[i].NoChange, outcome.Skipped)
			}
		}
		if err != nil || len(got) != len(chosen) {
			l.t.Error(len(got), err)
		}
	})
}
