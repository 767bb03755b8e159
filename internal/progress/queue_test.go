package progress

import (
	"fmt"
	"slices"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/plan/plantest"
)

// The number in the navigation is that of the updates that wait for the
// actor; what waits for others, and what came back, is apart.
func TestTheQueueOfEachPerson(t *testing.T) {
	each(t, func(l *life) {
		l.must(l.start("mha", "NSF 1.1.1", words()))
		l.sent("mha", "NSF 1.1.1", words())
		l.must(l.submit("mha", l.must(l.save("home", l.must(l.start("mha", "AP-1", words())), words())))) // home had a hand in it
		l.sent("bds", "NSF 2.1.1", words())
		l.returned("msd", "NSF 1.1.2", words())
		l.sent("one", "NSF 2.1.2", words())
		l.approved("moh", "NSF 2.1.2", words())
		store := New(l.DB, l.clock)
		for who, want := range map[string]string{"one": "3 1 1", "two": "3 1 1", "home": "2 2 1", "auditor": "0 4 1", "mha": "0 2 0", "bds": "0 1 0", "msd": "0 0 1",
			"moh": "1 0 0", "sign": "0 0 0", "admin": "0 0 0", "use": "0 0 0"} {
			q, err := store.Review(l.t.Context(), l.Actors[who], plantest.Country)
			if err != nil {
				l.t.Fatal(err)
			}
			if got := fmt.Sprint(len(q.Mine), len(q.Others), len(q.Back)); got != want {
				l.t.Errorf("for %s wait, for others, back: %s, want %s", who, got, want)
			}
			var n int
			count, args := CountReview(l.Actors[who])
			if err := l.DB.Read(l.t.Context(), func(tx *gorm.DB) error { return tx.Raw(count, args...).Scan(&n).Error }); err != nil || n != len(q.Mine) {
				l.t.Errorf("the navigation counts %d for %s (%v), the queue holds %d", n, who, err, len(q.Mine))
			}
			for i, u := range append(slices.Clone(q.Mine), Queued{ID: 999999}) {
				want := Place{Of: len(q.Mine)}
				if len(q.Mine) > 0 {
					want.First = q.Mine[0].ID
				}
				if want.Next = want.First; i < len(q.Mine) {
					want.At, want.Next = i+1, 0
				}
				if i > 0 && i < len(q.Mine) {
					want.Previous = q.Mine[i-1].ID
				}
				if i+1 < len(q.Mine) {
					want.Next = q.Mine[i+1].ID
				}
				if got, err := store.PlaceOf(l.t.Context(), l.Actors[who], u.ID); err != nil || got != want {
					l.t.Errorf("for %s update %d stands at %+v (%v), in the queue at %+v", who, u.ID, got, err, want)
				}
			}
			ahead, err := store.Ahead(l.t.Context(), l.Actors[who], plantest.Country, 2)
			if err != nil {
				l.t.Fatal(err)
			}
			if !l.Actors[who].CanReview() {
				q = Queue{}
			}
			if ahead.Mine != len(q.Mine) || ahead.Others != len(q.Others) || ahead.Back != len(q.Back) || len(ahead.First) != min(2, len(q.Mine)) {
				l.t.Errorf("ahead of %s are %d, %d, %d and %d, in the queue %s", who, ahead.Mine, ahead.Others, ahead.Back, len(ahead.First), want)
			}
			for i, first := range ahead.First {
				if first.ID != q.Mine[i].ID || !first.SubmittedAt.Equal(q.Mine[i].SubmittedAt) {
					l.t.Errorf("update %d waits longest for %s at place %d, in the queue %d", first.ID, who, i, q.Mine[i].ID)
				}
			}
		}
	})
}

// What a person's institution has in hand is what they may see of it, and of what waits for others no more than was asked for.
func TestWhatAnInstitutionHasInHand(t *testing.T) {
	each(t, func(l *life) {
		l.must(l.start("mha", "NSF 1.1.1", words()))
		l.sent("mha2", "AP-1", words())
		l.sent("mha", "NSF 1.1.1", words())
		l.returned("mha", "AP-1", words())
		l.approved("mha", "NSF 1.1.1", words())
		l.sent("one", "NSF 2.1.2", words())
		for who, want := range map[string]string{"mha": "0 1 1 1 1", "mha2": "0 1 1 1 1", "home": "2 0 0 1 1", "moh": "1 0 0 0 0", "one": "0 0 0 0 0", "auditor": "0 0 0 0 0", "admin": "0 0 0 0 0",
			"msd": "0 0 0 0 0", "bds": "0 0 0 0 0", "use": "0 0 0 0 0"} {
			h, err := New(l.DB, l.clock).InHand(l.t.Context(), l.Actors[who], plantest.Country, 1)
			if err != nil {
				l.t.Fatal(err)
			}
			if got := fmt.Sprint(len(h.Confirm), len(h.Waiting), h.WaitingMore, len(h.Back), len(h.Drafts)); got != want {
				l.t.Errorf("to confirm, waiting, more of them, back, drafts for %s: %s, want %s", who, got, want)
			}
		}
	})
}
