package progress

import (
	"fmt"
	"testing"

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
			if n, err := store.ReviewCount(l.t.Context(), l.Actors[who]); err != nil || n != len(q.Mine) {
				l.t.Errorf("the navigation counts %d for %s (%v), the queue holds %d", n, who, err, len(q.Mine))
			}
		}
	})
}

func TestWhatAnInstitutionHasInHand(t *testing.T) {
	each(t, func(l *life) {
		l.must(l.start("mha", "NSF 1.1.1", words()))
		l.sent("mha2", "AP-1", words())
		l.returned("mha", "AP-1", words())
		l.approved("mha", "NSF 1.1.1", words())
		for who, want := range map[string]int{"mha": 3, "mha2": 3, "home": 3, "one": 2, "auditor": 2, "admin": 0, "msd": 0, "bds": 0, "use": 0} {
			list, err := New(l.DB, l.clock).OfInstitution(l.t.Context(), l.Actors[who], plantest.Country, l.Institutions["MHA"])
			if err != nil || len(list) != want {
				l.t.Errorf("%s finds %d updates in the ministry's hand (%v), want %d", who, len(list), err, want)
			}
		}
	})
}
