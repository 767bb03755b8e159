package indicators

import (
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan/plantest"
	"tracker/internal/problem"
)

// list writes what an actor is listed: the last day, the state and the total.
func (h house) list(who, day string) (out Listing, text string) {
	h.t.Helper()
	var rows []string
	h.Read(h.t, func(tx *gorm.DB) (err error) {
		out, err = List(tx, plantest.At(day), h.Actors[who], plantest.Country)
		return err
	})
	for _, m := range out.Measured {
		rows = append(rows, m.CoversTo.String()+" "+string(m.State)+" "+m.Cells[""].Amount.String())
	}
	return out, strings.Join(rows, ", ")
}

func TestAListedMeasurementGoesToReview(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		write := func(f func(tx *gorm.DB) error) error { return d.Write(t.Context(), f) }
		put := func(who, day string, was *Listed, in MeasurementNew) error {
			var beforehand error
			must(d.Read(t.Context(), func(tx *gorm.DB) error {
				beforehand = CheckListed(tx, plantest.At(day), h.Actors[who], was, in)
				return nil
			}))
			err := write(func(tx *gorm.DB) error { return PutListed(tx, plantest.At(day), h.Actors[who], was, in) })
			if problem.KindOf(err) != problem.KindOf(beforehand) || (err == nil) != (beforehand == nil) {
				t.Errorf("told beforehand %v, then %v", beforehand, err)
			}
			return err
		}
		must(put("mha", "2021-09-30", nil, h.new("2021-09-30", 4)))
		if _, got := h.list("mha", "2021-09-30"); got != "2021-09-30 submitted 4" {
			t.Fatalf("listed %s", got)
		}
		if _, got := h.list("msd", "2021-09-30"); got != "" {
			t.Errorf("what is in review is listed to another ministry: %s", got)
		}
		if l, _ := h.list("bds", "2021-09-30"); l.definitions["INV"] != nil {
			t.Error("an indicator is open to those outside government")
		}
		if err := put("msd", "2021-09-30", nil, h.new("2021-09-29", 4)); problem.KindOf(err) != problem.Forbidden {
			t.Errorf("another ministry logs: %v", err)
		}
		l, _ := h.list("one", "2021-10-01")
		must(write(func(tx *gorm.DB) error {
			_, err := Approve(tx, plantest.At("2021-10-01"), h.Actors["one"], l.Measured[0].ID, l.Measured[0].Version)
			return err
		}))
		l, _ = h.list("msd", "2021-10-02")
		if len(l.Measured) != 1 || l.Measured[0].Institution != "MHA" {
			t.Fatalf("approved, it is listed to all in government: %+v", l.Measured)
		}
		must(put("mha", "2021-10-02", &l.Measured[0], h.new("2021-09-30", 5))) // a correction
		if _, got := h.list("mha", "2021-10-02"); got != "2021-09-30 approved 4, 2021-09-30 submitted 5" {
			t.Errorf("listed %s", got)
		}
		l, _ = h.list("one", "2021-10-02")
		correction := l.Measured[1]
		must(write(func(tx *gorm.DB) error {
			_, err := Return(tx, plantest.At("2021-10-02"), h.Actors["one"], correction.ID, correction.Version, "Why")
			return err
		}))
		l, _ = h.list("mha", "2021-10-03")
		must(put("mha", "2021-10-03", &l.Measured[1], h.new("2021-09-30", 6)))
		l, _ = h.list("one", "2021-10-03")
		must(write(func(tx *gorm.DB) error {
			_, err := Approve(tx, plantest.At("2021-10-03"), h.Actors["one"], correction.ID, l.Measured[1].Version)
			return err
		}))
		if _, got := h.list("msd", "2021-10-03"); got != "2021-09-30 approved 6" {
			t.Errorf("what was replaced is listed: %s", got)
		}
		must(write(func(tx *gorm.DB) error { // the command line stands for no person
			return PutListed(tx, plantest.At("2021-10-04"), accounts.CommandLine(), nil, h.new("2021-10-04", 7))
		}))
		if _, got := h.list("msd", "2021-10-04"); got != "2021-09-30 approved 6, 2021-10-04 approved 7" {
			t.Errorf("listed %s", got)
		}
	})
}
