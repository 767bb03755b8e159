package indicators

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan/plantest"
	"tracker/internal/problem"
	"tracker/internal/progress"
)

// told is what the series said once, and of which day and knowledge.
type told struct {
	d    calendar.Date
	k    time.Time
	said []byte
}

// history does random steps, each at a later instant.
type history struct {
	house
	rnd  *rand.Rand
	at   time.Time
	ids  []int64 // of all measurements
	done map[string]int
}

func (h *history) clock() calendar.Clock { return calendar.FixedClock(h.at.In(plantest.Zone)) }

func (h *history) one() int64 { return h.ids[h.rnd.IntN(len(h.ids))] }

// recent is one of the last few, which may still be undecided.
func (h *history) recent() int64 { return h.ids[max(0, len(h.ids)-1-h.rnd.IntN(4))] }

func (h *history) day() calendar.Date {
	return plantest.Day("2020-04-01").AddDays(h.rnd.IntN(h.clock().Today().Sub(plantest.Day("2020-04-01")) + 1))
}

func (h *history) said() Said {
	in := Said{CoversTo: h.day(), Qualifier: Qualifiers[h.rnd.IntN(3)], Attribution: Attributions[h.rnd.IntN(3)], PartsReason: "Some are counted twice"}
	for _, p := range h.terms().normal().Places() {
		switch n := h.rnd.IntN(9); {
		case n < 5:
			in.Cells = append(in.Cells, cellOf(p, Whole(int64(h.rnd.IntN(4)))))
		case n == 5:
			in.Cells = append(in.Cells, Cell{Place: p, Answer: NotReported})
		case n == 6:
			in.Cells = append(in.Cells, Cell{Place: p, Answer: NotCollected})
		}
	}
	return in
}

// step runs one of the things that people do; what a rule refuses changes
// nothing and is fine.
func (h *history) step() {
	h.t.Helper()
	actors := []accounts.Actor{h.Actors["mha"], h.Actors["mha2"], h.Actors["one"], h.Actors["two"]}
	by := actors[h.rnd.IntN(len(actors))]
	version := func(tx *gorm.DB, id int64) (v int64) {
		tx.Raw("SELECT version FROM measurements WHERE id = ?", id).Scan(&v)
		return v
	}
	steps := []struct {
		name string
		do   func(tx *gorm.DB) error
	}{
		{"log", func(tx *gorm.DB) error {
			in := MeasurementNew{Country: plantest.Country, Ref: "INV", Said: h.said()}
			if h.rnd.IntN(4) == 0 {
				in.Basis, by = Bases[1+h.rnd.IntN(2)], h.Actors["one"]
				tx.Raw("SELECT id FROM editions WHERE year = 2021").Scan(&in.EditionID)
			}
			m, err := Start(tx, h.clock(), by, in)
			if err == nil {
				m, err = Submit(tx, h.clock(), by, m.ID, m.Version)
			}
			if err == nil {
				h.ids = append(h.ids, m.ID)
			}
			return err
		}},
		{"correct", func(tx *gorm.DB) error {
			m, err := Start(tx, h.clock(), by, MeasurementNew{Country: plantest.Country, Ref: "INV", CorrectsID: h.one(), Said: h.said()})
			if err == nil {
				m, err = Submit(tx, h.clock(), by, m.ID, m.Version)
			}
			if err == nil {
				h.ids = append(h.ids, m.ID)
			}
			return err
		}},
		{"change", func(tx *gorm.DB) error {
			id := h.recent()
			m, err := Save(tx, h.clock(), by, id, version(tx, id), h.said())
			if err == nil {
				_, err = Submit(tx, h.clock(), by, m.ID, m.Version)
			}
			return err
		}},
		{"return", func(tx *gorm.DB) error {
			id := h.recent()
			_, err := Return(tx, h.clock(), by, id, version(tx, id), "Which are new?")
			return err
		}},
		{"approve", func(tx *gorm.DB) error {
			id := h.recent()
			_, err := Approve(tx, h.clock(), by, id, version(tx, id))
			return err
		}},
		{"choose", func(tx *gorm.DB) error {
			in := ChoiceNew{MeasurementID: h.one(), Reason: "It was closed"}
			tx.Raw("SELECT c.measurement_id FROM measurement_choices c JOIN measurements m ON m.year_from = c.year_from WHERE m.id = ? AND c.ended_at IS NULL", in.MeasurementID).Scan(&in.Was)
			return Choose(tx, h.clock(), by, in)
		}},
		{"define", func(tx *gorm.DB) error {
			in := IndicatorChange{Country: plantest.Country, Ref: "INV", Reason: "Agreed", Breaks: h.rnd.IntN(2) == 0, Terms: h.terms()}
			in.Text += " " + h.at.String()
			in.Targets[0].Amount = Whole(int64(h.rnd.IntN(20)))
			tx.Raw("SELECT version FROM indicators").Scan(&in.Version)
			return Change(tx, h.clock(), h.Actors["one"], in)
		}},
	}
	weights := []int{0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 6}
	chosen := steps[weights[h.rnd.IntN(len(weights))]]
	if len(h.ids) == 0 {
		chosen = steps[0]
	}
	err := h.DB.Write(h.t.Context(), chosen.do)
	switch refusal := new(problem.Error); {
	case err == nil:
		h.done[chosen.name]++
	case !errors.As(err, &refusal):
		h.t.Fatalf("%s: %v", chosen.name, err)
	}
}

func (h *history) tell(d calendar.Date, k time.Time) []byte {
	h.t.Helper()
	var said []byte
	h.Do(h.t, func(tx *gorm.DB) error {
		list, err := SeriesAt(tx, plantest.Country, d, k, AllCells)
		if err != nil {
			return err
		}
		for i := range list {
			list[i].Version = 0 // how often it was changed since is no part of what was told
			for n := range list[i].Years {
				y := &list[i].Years[n]
				if y.Choice != nil { // likewise that another was chosen since
					c := *y.Choice
					c.EndedAt = nil
					y.Choice = &c
				}
			}
		}
		said, err = json.Marshal(list)
		return err
	})
	return said
}

// What the series told of any day, as it was known at any instant, it tells
// again to the byte after everything that came since.
func TestARandomHistoryOfFiguresIsToldAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := &history{house: newHouse(t, d), rnd: rand.New(rand.NewPCG(6, 28)), at: plantest.At("2021-07-05").Now(), done: map[string]int{}}
		var all []told
		for range 700 {
			h.at = h.at.Add(time.Duration(1+h.rnd.IntN(40)) * time.Hour)
			h.step()
			var k time.Time
			h.Do(t, func(tx *gorm.DB) (err error) { k, err = progress.Known(tx); return err })
			if d := h.day(); !d.Before(plantest.Day("2021-04-02")) {
				all = append(all, told{d, k, h.tell(d, k)})
			}
		}
		different := map[string]bool{}
		for _, was := range all {
			if now := h.tell(was.d, was.k); !bytes.Equal(now, was.said) {
				t.Fatalf("on %s as known at %s it told\n%s\nand tells\n%s", was.d, was.k, was.said, now)
			}
			different[string(was.said)] = true
		}
		for _, name := range []string{"log", "correct", "change", "return", "approve", "choose", "define"} {
			if h.done[name] < 3 {
				t.Errorf("%s was done %d times only", name, h.done[name])
			}
		}
		if len(different) < 60 {
			t.Errorf("only %d different tellings", len(different))
		}
	})
}
