package progress

import (
	"slices"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/plan"
	"tracker/internal/problem"
)

// clears has the post of somebody clear what their institution sends; nobody
// is "".
func (l *life) clears(who, institution string) {
	l.t.Helper()
	l.Do(l.t, func(tx *gorm.DB) error {
		i, err := accounts.InstitutionByCode(tx, institution)
		if err != nil {
			return err
		}
		return accounts.ChooseClearing(tx, l.Actors["admin"], l.clock.Now(), institution, i.Version, l.Actors[who].PostID)
	})
}

// asks logs an update of MHA and sends it, which asks for clearance.
func (l *life) asks() int64 {
	l.t.Helper()
	id, err := l.store().Log(l.t.Context(), l.Actors["mha"], l.key(), NewUpdate{CommitmentID: l.Commitments["NSF 1.1.1"], Text: words()}, 0, 0, true)
	l.ok(err)
	return id
}

// toClear counts what waits for somebody's clearance.
func (l *life) toClear(who string) (n int) {
	l.t.Helper()
	list, err := l.store().ToClear(l.t.Context(), l.Actors[who], "LS")
	if problem.KindOf(err) == problem.NotFound && err != nil {
		return -1
	}
	l.ok(err)
	return len(list)
}

// An institution that wants it has a post clear what it sends: until then it
// is a draft that nobody outside knows, and its day is that of its sending.
func TestWhatIsClearedIsSent(t *testing.T) {
	each(t, func(l *life) {
		l.on("2021-10-20")
		l.clears("mha2", "MHA")
		id := l.asks()
		u := l.stored(id)
		if u.State != Draft || !u.FirstSubmittedOn.IsZero() || !l.told("mha", id).Waits() {
			l.t.Fatalf("it is %s, submitted %s", u.State, u.FirstSubmittedOn)
		}
		if _, err := l.store().Update(l.t.Context(), l.Actors["one"], "LS", id); problem.KindOf(err) != problem.NotFound {
			l.t.Errorf("a coordinator reads what waits for clearance: %v", err)
		}
		for who, want := range map[string]int{"mha2": 1, "mha": -1, "msd": -1, "sign": -1, "one": -1, "use": -1} {
			if got := l.toClear(who); got != want {
				l.t.Errorf("%d wait for %s, want %d", got, who, want)
			}
		}
		l.on("2021-10-25") // the deadline of 22 October has passed
		for _, who := range []string{"mha", "msd", "one", "sign"} {
			if err := l.store().Clear(l.t.Context(), l.Actors[who], l.key(), id, u.Version); problem.KindOf(err) != problem.NotFound || err == nil {
				l.t.Errorf("%s clears: %v", who, err)
			}
		}
		if err := l.store().Clear(l.t.Context(), l.Actors["mha2"], l.key(), id, u.Version-1); problem.KindOf(err) != problem.Conflict {
			l.t.Errorf("an older version is cleared: %v", err)
		}
		l.ok(l.store().Clear(l.t.Context(), l.Actors["mha2"], l.key(), id, u.Version))
		told := l.told("one", id)
		if told.State != Submitted || !told.Late || told.FirstSubmittedOn != day("2021-10-25") || told.Decisions[0].Post != "Post of mha2" || !slices.Contains(told.Authors, l.Actors["mha2"].PersonID) {
			l.t.Errorf("it is %s, late %t since %s, decisions %+v, authors %v", told.State, told.Late, told.FirstSubmittedOn, told.Decisions, told.Authors)
		}
		if told.Clearance.Kind != "" || l.toClear("mha2") != 0 {
			l.t.Error("a coordinator reads the steps of clearance, or it still waits")
		}
	})
}

// Whoever changes what waits takes the request back; what is not cleared says
// why, to its writers alone.
func TestWhatIsNotClearedStaysADraft(t *testing.T) {
	each(t, func(l *life) {
		l.clears("mha2", "MHA")
		id := l.asks()
		l.later()
		changed := words()
		changed.Done = "Said anew."
		u := l.stored(id)
		_, err := l.store().Log(l.t.Context(), l.Actors["mha"], l.key(), NewUpdate{Text: changed}, id, u.Version, false)
		l.ok(err)
		if l.toClear("mha2") != 0 || l.told("mha", id).Waits() {
			l.t.Error("what was changed still waits")
		}
		if err := l.store().Clear(l.t.Context(), l.Actors["mha2"], l.key(), id, u.Version); problem.KindOf(err) != problem.NotFound || err == nil {
			l.t.Errorf("what waits no more is cleared: %v", err)
		}
		_, err = l.store().Log(l.t.Context(), l.Actors["mha"], l.key(), NewUpdate{Text: changed}, id, l.stored(id).Version, true)
		l.ok(err)
		u = l.stored(id)
		refuse := func(reason string) error {
			return l.store().RefuseClearance(l.t.Context(), l.Actors["mha2"], l.key(), id, u.Version, reason)
		}
		if err := refuse("  "); problem.KindOf(err) != problem.Invalid || err == nil {
			l.t.Errorf("no reason: %v", err)
		}
		l.ok(refuse("The second sentence is another ministry's."))
		told := l.told("mha", id)
		if !told.NotCleared() || told.Clearance.Reason == "" || told.Waits() || told.State != Draft {
			l.t.Errorf("after the refusal it is %s with %+v", told.State, told.Clearance)
		}
		_, err = l.act(func(tx *gorm.DB) (Update, error) { return Submit(tx, l.clock, l.Actors["mha"], id, u.Version+1) })
		if p, ok := err.(*problem.Error); !ok || p.Key != "clearance.error.needed" {
			l.t.Errorf("it is sent around the post: %v", err)
		}
		_, err = l.store().Discard(l.t.Context(), l.Actors["mha"], l.key(), id, u.Version+1)
		l.ok(err)
	})
}

// Nothing waits for a post that nobody holds, for its own holder, or for what
// a coordinator writes on an institution's behalf.
func TestWhatNeedsNoClearance(t *testing.T) {
	each(t, func(l *life) {
		l.clears("mha2", "MHA")
		id, err := l.store().Log(l.t.Context(), l.Actors["mha2"], l.key(), NewUpdate{CommitmentID: l.Commitments["NSF 1.1.1"], Text: words()}, 0, 0, true)
		l.ok(err)
		behalf, err := l.store().Log(l.t.Context(), l.Actors["one"], l.key(), NewUpdate{CommitmentID: l.Commitments["AP-1"], Text: words()}, 0, 0, true)
		l.ok(err)
		l.Do(l.t, func(tx *gorm.DB) error {
			return tx.Exec("UPDATE people SET disabled_at = ? WHERE id = ?", l.clock.Now(), l.Actors["mha2"].PersonID).Error
		})
		vacant := l.asks()
		for _, one := range []int64{id, behalf, vacant} {
			if u := l.stored(one); u.State != Submitted {
				l.t.Errorf("%d is %s", one, u.State)
			}
		}
		for who, post := range map[string]int64{"mha": l.Actors["mha"].PostID, "admin": l.Actors["msd"].PostID} {
			err := l.DB.Write(l.t.Context(), func(tx *gorm.DB) error {
				i, _ := accounts.InstitutionByCode(tx, "MHA")
				return accounts.ChooseClearing(tx, l.Actors[who], l.clock.Now(), "MHA", i.Version, post)
			})
			if want := map[string]problem.Kind{"mha": problem.NotFound, "admin": problem.Invalid}[who]; problem.KindOf(err) != want || err == nil {
				l.t.Errorf("%s chooses the post of another institution: %v", who, err)
			}
		}
	})
}

// What is laid before the post is what is sent: a paper that comes or goes takes
// the request back, and what could not be sent is not asked.
func TestWhatWaitsForClearanceStaysAsItIs(t *testing.T) {
	each(t, func(l *life) {
		l.clears("mha2", "MHA")
		id := l.asks()
		l.ok(l.attach("mha", l.stored(id), l.paper("minutes.txt", "Minutes of the meeting")))
		if l.toClear("mha2") != 0 || l.told("mha", id).Waits() {
			l.t.Error("an update whose papers changed still waits")
		}
		version := l.stored(id).Version
		l.ok(l.attach("mha", l.stored(id), l.paper("list.txt", "List of the meeting")))
		if l.stored(id).Version != version {
			l.t.Error("a paper of what does not wait moved the update on")
		}
		before, after := l.must(l.start("mha", "NSF 1.1.1", words())), l.must(l.start("mha", "NSF 1.1.1", words(asOf("2021-11-05"))))
		l.on("2021-11-10")
		l.Do(l.t, func(tx *gorm.DB) error {
			_, err := plan.MakeTransfers(tx, l.clock, l.Actors["one"], plan.TransferNew{FromID: l.Institutions["MHA"], ToID: l.Institutions["MOH"], EffectiveOn: day("2021-11-01"),
				Reason: "By law", Refs: []string{"NSF 1.1.1"}})
			return err
		})
		for want, u := range map[string]Update{"": before, "invalid as_of: update.error.led_by_another": after} {
			_, err := l.act(func(tx *gorm.DB) (Update, error) {
				return u, AskClearance(tx, l.clock, l.Actors["mha"], u.ID, u.Version)
			})
			if said(err) != want {
				l.t.Errorf("asking for clearance of what the old lead says as of %s: %q, want %q", u.AsOf, said(err), want)
			}
		}
	})
}
