package progress

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/plan/plantest"
)

// scenes has an update in every state, as lists meet them.
func scenes(l *life) (ids []int64) {
	none := words()
	none.Done, none.NoProgress, none.Blocker, none.Status = "", "The bill waits.", "law_or_cabinet", NotStarted
	paper, kept := words(), words()
	paper.Evidence = []Evidence{{Title: "Letter", URL: "https://example.org/letter", Kind: "other", Share: "public"}}
	kept.Evidence = []Evidence{{Title: "Memo", URL: "https://example.org/memo", Kind: "other", Share: "internal"}}
	old := l.approved("mha", "NSF 1.1.1", words())
	later := l.corrected("mha", old, kept)
	again := l.returned("msd", "NSF 1.1.2", words())
	again = l.must(l.submit("msd", l.must(l.save("msd", again, words()))))
	again = l.must(l.backFor("two", again, "Say when"))
	for _, u := range []Update{old, later, again, l.sent("bds", "NSF 2.1.1", none), l.sent("mha", "AP-1", paper), l.sent("one", "NSF 2.1.2", words()), l.must(l.start("mha", "NSF 1.1.1", words())),
		l.must(l.submit("mha", l.must(l.save("home", l.must(l.start("mha", "AP-1", words())), none)))), l.approved("bds", "NSF 2.1.1", kept), l.returned("bds", "NSF 2.1.1", kept)} {
		ids = append(ids, u.ID)
	}
	l.Do(l.t, func(tx *gorm.DB) error {
		return tx.Exec("UPDATE deadlines SET certified_at = ? WHERE title = 'First half'", l.clock.Now()).Error
	})
	return ids
}

// A line of a list says of an update what its own page says, to everybody.
func TestALineOfAListSaysWhatThePageSays(t *testing.T) {
	each(t, func(l *life) {
		var all []Queued
		for _, id := range scenes(l) {
			all = append(all, Queued{ID: id})
		}
		store, seen := New(l.DB, l.clock), 0
		for who, actor := range l.Actors {
			told, err := store.Briefly(l.t.Context(), actor, plantest.Country, all...)
			if err != nil {
				l.t.Fatal(err)
			}
			for _, u := range all {
				t, err := store.Update(l.t.Context(), actor, plantest.Country, u.ID)
				b, ok := told[u.ID]
				if ok && err != nil && actor.CanReadWholePlan() || !ok && err == nil {
					l.t.Fatalf("%s sees update %d in a list: %t, on its page: %v", who, u.ID, ok, err)
				}
				if !ok || err != nil {
					continue
				}
				seen++
				reason, at := t.ReturnedFor()
				if t.State != Returned {
					reason, at = "", time.Time{}
				}
				var back time.Time
				if b.ReturnedAt != nil {
					back = *b.ReturnedAt
				}
				line := fmt.Sprint(b.Ref, b.CommitmentTitle, b.Institution, b.InstitutionName, b.InstitutionID, b.Kind, b.AsOf, b.Status, b.Done, b.NoProgress, b.Blocker, b.CorrectsID, b.OnBehalf, b.State, b.FirstSubmittedOn,
					b.Version, b.SupersededBy, b.Evidence, b.Reason, back.UTC(), b.Waits(), b.NotCleared(), b.LateDays(), b.Addendum(), b.MayDecide(actor), b.Late)
				corrects := int64(0)
				if t.CorrectsID != nil {
					corrects = *t.CorrectsID
				}
				page := fmt.Sprint(t.Ref, t.CommitmentTitle, t.Institution, t.InstitutionName, t.InstitutionID, t.Kind, t.AsOf, t.Status, t.Done, t.NoProgress, t.Blocker, corrects, t.OnBehalf, t.State, t.FirstSubmittedOn,
					t.Version, t.SupersededBy, len(t.Evidence) > 0, reason, at.UTC(), t.Waits(), t.NotCleared(), t.LateDays(), t.Addendum(), CanDecide(actor, t.Update, t.Authors), t.Late)
				if line != page {
					l.t.Errorf("update %d to %s\nin a list: %s\nits page:  %s", u.ID, who, line, page)
				}
			}
		}
		if seen < 40 {
			l.t.Errorf("%d compared", seen)
		}
	})
}

// The front of the queue, which is counted, is that of the queue read whole.
func TestTheFrontOfTheQueueIsThatOfTheWhole(t *testing.T) {
	each(t, func(l *life) {
		scenes(l)
		l.sent("mha2", "NSF 1.1.1", words())
		store := New(l.DB, l.clock)
		for who, actor := range l.Actors {
			q, err := store.Review(l.t.Context(), actor, plantest.Country)
			if err != nil {
				l.t.Fatal(err)
			}
			if !actor.CanReview() {
				q = Queue{}
			}
			for page := range 4 {
				f, err := store.Front(l.t.Context(), actor, plantest.Country, page, 2, 1)
				if err != nil {
					l.t.Fatal(err)
				}
				at := max(0, min(page-1, (len(q.Mine)+1)/2-1)) * 2
				from, unchanged := map[string]int{}, 0
				for _, u := range q.Mine {
					if from[u.Institution+u.InstitutionName]++; u.NoChange {
						unchanged++
					}
				}
				got := map[string]int{}
				for _, of := range f.From {
					got[of.Code+of.Name] = of.N
				}
				want := fmt.Sprint(len(q.Mine), len(q.Others), len(q.Back), unchanged, from, idsOf(q.Mine[at:min(at+2, len(q.Mine))]), idsOf(q.Others[:min(1, len(q.Others))]), idsOf(q.Back[:min(1, len(q.Back))]))
				if is := fmt.Sprint(f.Mine, f.Others, f.Back, f.Unchanged, got, briefIDs(f.First), briefIDs(f.OthersFirst), briefIDs(f.BackFirst)); is != want {
					l.t.Errorf("page %d of %s: %s, of the queue read whole %s", page, who, is, want)
				}
			}
		}
	})
}

func briefIDs(list []Brief) []int64 {
	ids := make([]int64, len(list))
	for i, b := range list {
		ids[i] = b.ID
	}
	return ids
}

// What is read by a column each is what the model reads.
func TestDeadlinesAndPeriodsAreReadWhole(t *testing.T) {
	each(t, func(l *life) {
		l.Do(l.t, func(tx *gorm.DB) error {
			if err := tx.Exec("UPDATE periods SET answers = 'TIP 2021', judged_by = 'TIP 2022', version = 3").Error; err != nil {
				return err
			}
			return tx.Exec("UPDATE deadlines SET note = 'Said twice', closed_at = ?, closed_by_id = 1, certified_at = ?, certified_by_id = 2, version = 4 WHERE purpose = 'reporting'", l.clock.Now(), l.clock.Now().Add(time.Hour)).Error
		})
		l.Read(l.t, func(tx *gorm.DB) error {
			var deadlines Schedule
			var years []Period
			if err := tx.Order("due_on, id").Find(&deadlines).Error; err != nil {
				return err
			}
			if err := tx.Order("starts_on DESC").Find(&years).Error; err != nil {
				return err
			}
			schedule, err := LoadSchedule(tx, plantest.Country)
			if err != nil {
				return err
			}
			begun, err := Begun(tx, plantest.Country, day("2022-03-31"))
			if !reflect.DeepEqual(schedule, deadlines) || !reflect.DeepEqual(begun, years) || len(deadlines) != 3 || len(years) != 1 {
				l.t.Errorf("by columns: %+v %+v\nby the model: %+v %+v", schedule, begun, deadlines, years)
			}
			whole := slices.MaxFunc(schedule, func(a, b Deadline) int { return len(a.Note) - len(b.Note) })
			for i, v := 0, reflect.ValueOf(whole); i < v.NumField(); i++ {
				if v.Field(i).IsZero() {
					l.t.Errorf("no %s was read", v.Type().Field(i).Name)
				}
			}
			return err
		})
	})
}

// The place of a status is that in the list of all.
func TestAStatusKnowsItsPlace(t *testing.T) {
	for i, s := range append(slices.Clone(Statuses), "nothing") {
		if got, want := s.Place(), slices.Index(Statuses, s); got != want {
			t.Errorf("%s stands at %d, in the list at %d (%d)", s, got, want, i)
		}
	}
}
