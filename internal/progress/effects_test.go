package progress

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/audit"
)

const formKey = "0123456789abcdef"

func keyOf(n int) string { return fmt.Sprintf("%s-%d", formKey, n) }

// entries lists the actions of the trail since a number of entries, each with
// what it is about.
func (l *life) entries(since int) (list []string) {
	l.t.Helper()
	l.Read(l.t, func(tx *gorm.DB) error {
		return tx.Raw("SELECT action || ' ' || object FROM audit_entries WHERE seq > ? ORDER BY seq", since).Scan(&list).Error
	})
	return list
}

// A draft leaves no entry, whether it is begun, changed or thrown away; every
// other step leaves exactly one, and an attempt that is refused none here.
func TestEveryStepButADraftHasOneEntry(t *testing.T) {
	each(t, func(l *life) {
		var u Update
		for _, c := range []struct {
			step string
			run  func() (Update, error)
			want string // %d stands for the update's number
		}{
			{"a draft thrown away", func() (Update, error) { return l.discard("mha", l.must(l.start("mha", "NSF 1.1.1", words()))) }, ""},
			{"a draft", func() (Update, error) { return l.start("mha", "NSF 1.1.1", words()) }, ""},
			{"a draft changed", func() (Update, error) { return l.save("mha2", u, words(status(Stalled))) }, ""},
			{"handed in", func() (Update, error) { return l.submit("mha", u) }, "update.submit update %d"},
			{"returned", func() (Update, error) { return l.back("one", u) }, "update.return update %d"},
			{"changed after the return", func() (Update, error) { return l.save("mha", u, words()) }, "update.change update %d"},
			{"handed in again", func() (Update, error) { return l.submit("mha", u) }, "update.submit update %d"},
			{"refused", func() (Update, error) { l.approve("mha", u); return u, nil }, ""}, //nolint:errcheck // the refusal is tested elsewhere
			{"approved", func() (Update, error) { return l.approve("one", u) }, "update.approve update %d"},
			{"a correction begun", func() (Update, error) { return l.correct("mha", u, words()) }, ""},
		} {
			before := l.Count(l.t, "SELECT count(*) FROM audit_entries")
			u = l.must(c.run())
			want := c.want
			if want != "" {
				want = fmt.Sprintf(c.want, u.ID)
			}
			if got := strings.Join(l.entries(before), "; "); got != want {
				l.t.Errorf("%s: the trail says %q, want %q", c.step, got, want)
			}
		}
		for _, title := range []bool{true, false} {
			before := l.Count(l.t, "SELECT count(*) FROM audit_entries")
			l.close("First half", title)
			if got := l.entries(before); len(got) != 1 || !strings.HasPrefix(got[0], "deadline.") {
				l.t.Errorf("a deadline closed or opened: the trail says %q", got)
			}
		}
		if v, err := audit.Verify(l.t.Context(), l.DB); err != nil || !v.OK() {
			l.t.Errorf("the trail does not hold: %+v, %v", v, err)
		}
	})
}

// What fails after the step takes the step and its entry with it.
func TestAStepAndItsEntryHappenTogetherOrNotAtAll(t *testing.T) {
	boom := errors.New("boom")
	each(t, func(l *life) {
		draft, sent, back := l.must(l.start("mha", "NSF 1.1.1", words())), l.sent("mha", "NSF 1.1.1", words()), l.returned("mha", "NSF 1.1.1", words())
		for name, run := range map[string]func(tx *gorm.DB) (Update, error){
			"submit": func(tx *gorm.DB) (Update, error) {
				return Submit(tx, l.clock, l.Actors["mha"], draft.ID, draft.Version)
			},
			"discard": func(tx *gorm.DB) (Update, error) { return draft, Discard(tx, l.Actors["mha"], draft.ID, draft.Version) },
			"return": func(tx *gorm.DB) (Update, error) {
				return Return(tx, l.clock, l.Actors["one"], sent.ID, sent.Version, "Why", "")
			},
			"approve": func(tx *gorm.DB) (Update, error) { return Approve(tx, l.clock, l.Actors["one"], sent.ID, sent.Version) },
			"change": func(tx *gorm.DB) (Update, error) {
				return Save(tx, l.clock, l.Actors["mha"], back.ID, back.Version, words())
			},
		} {
			count := func() string {
				return fmt.Sprint(l.Count(l.t, "SELECT count(*) FROM audit_entries"), l.Count(l.t, "SELECT count(*) FROM decisions"),
					l.Count(l.t, "SELECT count(*) FROM current_status"), l.Count(l.t, "SELECT sum(version) FROM updates"), l.Count(l.t, "SELECT count(*) FROM updates"))
			}
			before := count()
			if _, err := l.act(func(tx *gorm.DB) (Update, error) {
				u, err := run(tx)
				return u, errors.Join(err, boom)
			}); err == nil || err.Error() != "boom" {
				l.t.Errorf("%s: %v", name, err)
			}
			if after := count(); after != before {
				l.t.Errorf("%s was rolled back from %s to %s", name, before, after)
			}
		}
	})
}

// Whoever changes what another changed in the meantime is told, and the
// other's words stay.
func TestAnOldVersionChangesNothing(t *testing.T) {
	const stale = "conflict problem.conflict"
	each(t, func(l *life) {
		opened := l.must(l.start("mha", "NSF 1.1.1", words()))
		saved := l.must(l.save("mha2", opened, words(status(Stalled))))
		for name, run := range map[string]func() (Update, error){
			"save":    func() (Update, error) { return l.save("mha", opened, words()) },
			"submit":  func() (Update, error) { return l.submit("mha", opened) },
			"discard": func() (Update, error) { return l.discard("mha", opened) },
		} {
			if _, err := run(); said(err) != stale {
				l.t.Errorf("%s on an old version: %q", name, said(err))
			}
		}
		sent := l.must(l.submit("mha", saved))
		again := l.must(l.submit("mha", l.must(l.back("one", sent))))
		for name, run := range map[string]func() (Update, error){
			"return":  func() (Update, error) { return l.back("two", sent) },
			"approve": func() (Update, error) { return l.approve("two", sent) },
		} {
			if _, err := run(); said(err) != stale {
				l.t.Errorf("%s on an old version: %q", name, said(err))
			}
		}
		if u := l.stored(sent.ID); u.Status != Stalled || u.State != Submitted || u.Version != again.Version {
			l.t.Errorf("stored is %+v", u)
		}
		err := l.DB.Write(l.t.Context(), func(tx *gorm.DB) error { return CloseDeadline(tx, l.clock, l.Actors["one"], 1, 7, true) })
		if said(err) != stale {
			l.t.Errorf("a deadline of an old version: %q", said(err))
		}
	})
}

// A form that is posted twenty times at once has one effect, and every post
// is led to it.
func TestTwentyPostsOfOneFormHaveOneEffect(t *testing.T) {
	each(t, func(l *life) {
		store, n := New(l.DB, l.clock), NewUpdate{CommitmentID: l.Commitments["NSF 1.1.1"], Text: words()}
		together := func(post func() (int64, error)) map[int64]int {
			var all sync.WaitGroup
			var lock sync.Mutex
			led := map[int64]int{}
			for range 20 {
				all.Go(func() {
					id, err := post()
					if err != nil {
						l.t.Errorf("a post: %v", err)
					}
					lock.Lock()
					led[id]++
					lock.Unlock()
				})
			}
			all.Wait()
			return led
		}
		led := together(func() (int64, error) { return store.Log(l.t.Context(), l.Actors["mha"], keyOf(1), n, 0, 0, true) })
		if len(led) != 1 || l.Count(l.t, "SELECT count(*) FROM updates") != 1 || l.Count(l.t, "SELECT count(*) FROM decisions") != 1 {
			l.t.Fatalf("twenty posts led to %v", led)
		}
		var id int64
		for id = range led {
		}
		version := l.stored(id).Version
		together(func() (int64, error) {
			return id, store.Return(l.t.Context(), l.Actors["one"], keyOf(2), id, version, "Why", "")
		})
		together(func() (int64, error) {
			return store.Log(l.t.Context(), l.Actors["mha"], keyOf(3), n, id, version+1, true)
		})
		version = l.stored(id).Version
		together(func() (int64, error) { return id, store.Approve(l.t.Context(), l.Actors["one"], keyOf(4), id, version) })
		if got := l.Count(l.t, "SELECT count(*) FROM decisions"); got != 4 {
			l.t.Errorf("eighty posts of four forms made %d decisions", got)
		}
		if got := l.Count(l.t, "SELECT count(*) FROM audit_entries WHERE object = ?", fmt.Sprintf("update %d", id)); got != 4 {
			l.t.Errorf("eighty posts of four forms made %d entries", got)
		}
		if l.stored(id).State != Approved || l.now("NSF 1.1.1").UpdateID != id {
			l.t.Errorf("the update is %+v", l.stored(id))
		}
	})
}

// One form that saves and hands in what came back is one change in the trail.
func TestOneFormIsOneEntry(t *testing.T) {
	each(t, func(l *life) {
		u := l.returned("mha", "NSF 1.1.1", words())
		before := l.Count(l.t, "SELECT count(*) FROM audit_entries")
		if _, err := New(l.DB, l.clock).Log(l.t.Context(), l.Actors["mha"], keyOf(1), NewUpdate{Text: words(status(Stalled))}, u.ID, u.Version, true); err != nil {
			l.t.Fatal(err)
		}
		if got := strings.Join(l.entries(before), "; "); got != fmt.Sprintf("update.submit update %d", u.ID) {
			l.t.Errorf("the trail says %q", got)
		}
	})
}

// Coordinators who approve at once must not leave an older update deciding.
func TestApprovalsAtOnceLeaveTheRightStatus(t *testing.T) {
	each(t, func(l *life) {
		for round := range 8 {
			first := day("2021-10-01").AddDays(3 * round)
			newest := l.sent("mha", "NSF 1.1.1", words(asOf(first.AddDays(2).String()), status(Completed)))
			middle := l.sent("mha", "NSF 1.1.1", words(asOf(first.AddDays(1).String()), status(Stalled)))
			oldest := l.sent("mha", "NSF 1.1.1", words(asOf(first.String())))
			for i, err := range l.approveAtOnce(newest, middle, oldest) {
				if err != nil {
					l.t.Errorf("approval %d: %v", i, err)
				}
			}
			if got := l.now("NSF 1.1.1").UpdateID; got != newest.ID {
				l.t.Errorf("update %d decides, want the newest, %d", got, newest.ID)
			}
		}
	})
}

// approveAtOnce approves updates at the same moment, by coordinators in turns.
func (l *life) approveAtOnce(list ...Update) []error {
	l.t.Helper()
	var all sync.WaitGroup
	errs := make([]error, len(list))
	for i, u := range list {
		all.Go(func() {
			who := l.Actors[[]string{"one", "two"}[i%2]]
			errs[i] = New(l.DB, l.clock).Approve(l.t.Context(), who, keyOf(int(u.ID)), u.ID, u.Version)
		})
	}
	all.Wait()
	return errs
}

// Of the corrections of one update that are approved at the same moment one
// replaces it.
func TestOneCorrectionReplacesAnUpdate(t *testing.T) {
	each(t, func(l *life) {
		for range 5 {
			old := l.approved("mha", "NSF 1.1.1", words())
			var sent []Update
			for range 4 {
				sent = append(sent, l.must(l.submit("mha", l.must(l.correct("mha", old, words())))))
			}
			count := map[string]int{}
			for _, err := range l.approveAtOnce(sent...) {
				count[said(err)]++
			}
			if count[""] != 1 || count["conflict update.error.already_corrected"] != 3 {
				l.t.Errorf("four corrections: %v", count)
			}
		}
	})
}

// Without a draft nothing of it is left, and nobody else throws it away.
func TestADraftThrownAwayLeavesNothing(t *testing.T) {
	each(t, func(l *life) {
		u := l.must(l.start("mha", "NSF 1.1.1", words(func(t *Text) {
			t.Evidence = []Evidence{{Title: "Minutes", URL: "https://papers.example/1", Kind: "other", Share: "internal"}}
		})))
		for _, who := range []string{"msd", "one", "auditor", "use", "bds"} {
			if _, err := l.discard(who, u); said(err) != "missing" {
				l.t.Errorf("%s throws a ministry's draft away: %q", who, said(err))
			}
		}
		l.must(l.discard("mha2", u))
		for _, table := range []string{"updates", "update_authors", "evidence", "decisions"} {
			if n := l.Count(l.t, "SELECT count(*) FROM "+table); n != 0 {
				l.t.Errorf("%d rows of %s are left", n, table)
			}
		}
		if _, err := l.discard("mha", u); said(err) != "missing" {
			l.t.Errorf("thrown away twice: %q", said(err))
		}
		onBehalf := l.must(l.start("one", "NSF 1.1.1", words()))
		l.must(l.discard("two", onBehalf))
	})
}
