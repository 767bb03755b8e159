package indicators

import (
	"slices"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan/plantest"
	"tracker/internal/problem"
	"tracker/internal/progress"
)

// clears has the post of somebody clear what Home Affairs sends.
func (h house) clears(who string) {
	h.t.Helper()
	h.Do(h.t, func(tx *gorm.DB) error {
		i, err := accounts.InstitutionByCode(tx, "MHA")
		if err != nil {
			return err
		}
		return accounts.ChooseClearing(tx, h.Actors["admin"], plantest.At("2021-10-01").Now(), "MHA", i.Version, h.Actors[who].PostID)
	})
}

// Where an institution has a post that clears what it sends, its figures are
// sent by that post alone: until then they are a draft that nobody outside
// knows, a change takes the request back, and a refusal is read by the writers.
func TestFiguresAreSentByThePostThatClears(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.clears("mha2")
		mha, mha2, one := h.Actors["mha"], h.Actors["mha2"], h.Actors["one"]
		clock := plantest.At("2021-10-18") // the deadline of 15 October has passed
		s := New(d, clock)
		keys := 0
		log := func(id, version int64, in MeasurementNew, send bool) (int64, error) {
			keys++
			return s.Log(t.Context(), mha, "key of the clearance "+itoa(int64(keys)), in, id, version, send)
		}
		told := func(a accounts.Actor, id int64) Told {
			m, err := s.Measurement(t.Context(), a, plantest.Country, id)
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		toClear := func(a accounts.Actor) int {
			list, err := s.ToClear(t.Context(), a, plantest.Country)
			if err != nil {
				t.Fatal(err)
			}
			var n int64
			query, args := CountClearance(a)
			h.Do(t, func(tx *gorm.DB) error { return tx.Raw(query, args...).Scan(&n).Error })
			if int(n) != len(list) {
				t.Errorf("%s has %d to clear, and %d are counted", a.Post, len(list), n)
			}
			return len(list)
		}
		id, err := log(0, 0, h.new("2021-09-30", 7), true)
		if err != nil {
			t.Fatal(err)
		}
		m := told(mha, id)
		if m.State != progress.Draft || !m.Waits() || !m.FirstSubmittedOn.IsZero() {
			t.Fatalf("it is %s, submitted %s, clearance %+v", m.State, m.FirstSubmittedOn, m.Clearance)
		}
		for who, want := range map[string]int{"mha2": 1, "mha": 0, "msd": 0, "sign": 0, "one": 0, "use": 0} {
			if got := toClear(h.Actors[who]); got != want {
				t.Errorf("%d wait for %s, want %d", got, who, want)
			}
		}
		if _, err := s.Measurement(t.Context(), one, plantest.Country, id); problem.KindOf(err) != problem.NotFound {
			t.Errorf("a coordinator reads what waits for clearance: %v", err)
		}
		for _, who := range []string{"mha", "msd", "one", "sign"} {
			if err := s.Clear(t.Context(), h.Actors[who], "key of a stranger "+who, plantest.Country, id, m.Version); problem.KindOf(err) != problem.NotFound || err == nil {
				t.Errorf("%s clears: %v", who, err)
			}
		}
		if _, err := h.try("2021-10-18", func(tx *gorm.DB, c calendar.Clock) (Measurement, error) { return Submit(tx, c, mha, id, m.Version) }); problem.KindOf(err) != problem.Conflict {
			t.Errorf("it is sent around the post: %v", err)
		}
		if err := s.RefuseClearance(t.Context(), mha2, "key without a reason", plantest.Country, id, m.Version, " "); problem.KindOf(err) != problem.Invalid {
			t.Errorf("no reason: %v", err)
		}
		if err := s.RefuseClearance(t.Context(), mha2, "key with the reason", plantest.Country, id, m.Version, "The register is not closed"); err != nil {
			t.Fatal(err)
		}
		if m = told(mha, id); !m.NotCleared() || m.Clearance.Reason != "The register is not closed" || m.Waits() || toClear(mha2) != 0 {
			t.Errorf("after the refusal it is %s with %+v", m.State, m.Clearance)
		}
		if _, err := log(id, m.Version, h.new("2021-09-30", 8), true); err != nil {
			t.Fatal(err)
		}
		m = told(mha, id)
		if _, err := log(id, m.Version, h.new("2021-09-30", 9), false); err != nil || toClear(mha2) != 0 {
			t.Errorf("what was changed still waits: %v", err)
		}
		if err := s.Clear(t.Context(), mha2, "key of a late clear", plantest.Country, id, m.Version); problem.KindOf(err) != problem.NotFound {
			t.Errorf("what waits no more is cleared: %v", err)
		}
		if _, err := log(id, m.Version+1, h.new("2021-09-30", 9), true); err != nil {
			t.Fatal(err)
		}
		m = told(mha, id)
		if err := s.Clear(t.Context(), mha2, "key of an old version", plantest.Country, id, m.Version-1); problem.KindOf(err) != problem.Conflict {
			t.Errorf("an older version is cleared: %v", err)
		}
		if err := s.Clear(t.Context(), mha2, "key of the clearance", plantest.Country, id, m.Version); err != nil {
			t.Fatal(err)
		}
		if m = told(one, id); m.State != progress.Submitted || !m.Late || m.FirstSubmittedOn != clock.Today() || m.Clearance.Kind != "" || !slices.Contains(m.Authors, mha2.PersonID) {
			t.Errorf("it is %s, late %t since %s, clearance %+v, authors %v", m.State, m.Late, m.FirstSubmittedOn, m.Clearance, m.Authors)
		}
	})
}

// Nothing waits for what the holder of the post writes, for what a coordinator
// logs in the institution's place, or for what an edition said.
func TestWhatOfFiguresNeedsNoClearance(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.clears("mha2")
		s := New(d, plantest.At("2021-10-04"))
		reported := h.new("2021-03-31", 4)
		reported.Basis = Reported
		h.Do(t, func(tx *gorm.DB) error {
			return tx.Raw("SELECT id FROM editions WHERE year = 2021").Scan(&reported.EditionID).Error
		})
		for i, c := range []struct {
			who string
			in  MeasurementNew
		}{{"mha2", h.new("2021-09-30", 7)}, {"one", h.new("2021-09-30", 7)}, {"one", reported}} {
			id, err := s.Log(t.Context(), h.Actors[c.who], "key of what needs none "+itoa(int64(i)), c.in, 0, 0, true)
			if err != nil {
				t.Fatal(err)
			}
			if m, err := s.Measurement(t.Context(), h.Actors[c.who], plantest.Country, id); err != nil || m.State != progress.Submitted {
				t.Errorf("what %s logged is %s: %v", c.who, m.State, err)
			}
		}
		id, err := s.Log(t.Context(), h.Actors["mha"], "key of a draft to drop", h.new("2021-09-30", 7), 0, 0, true)
		if err == nil {
			err = s.Discard(t.Context(), h.Actors["mha"], "key of its discarding", id, 2)
		}
		if err != nil {
			t.Errorf("what waits cannot be discarded: %v", err)
		}
	})
}
