package audit

import (
	"errors"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
)

// Each gives what Entries lists on all its pages, once and in the same order,
// also where it reads in several goes.
func TestEachGivesWhatThePagesList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		chain(t, d, 2300)
		for _, f := range []Filter{{}, {Action: "update."}, {Object: "update 17"}, {Text: "no such word"}, {From: noon.Add(1e9 * 60 * 1500)}} {
			must(t, d.Read(t.Context(), func(tx *gorm.DB) error {
				var want, got []int64
				for f.Page = 1; ; f.Page++ {
					lines, total, err := Entries(tx, f)
					if err != nil {
						return err
					}
					for _, l := range lines {
						want = append(want, l.Seq)
					}
					if f.Page*PageSize >= total {
						break
					}
				}
				err := Each(tx, f, func(l Line) error {
					if len(l.Changes) == 0 {
						t.Errorf("entry %d has no changes", l.Seq)
					}
					got = append(got, l.Seq)
					return nil
				})
				if len(got) != len(want) {
					t.Fatalf("%+v: %d entries in one go, %d on the pages (%v)", f, len(got), len(want), err)
				}
				for i := range got {
					if got[i] != want[i] {
						t.Fatalf("%+v: entry %d in one go, %d on the pages", f, got[i], want[i])
					}
				}
				return err
			}))
		}
		stop, given := errors.New("stop"), 0
		err := d.Read(t.Context(), func(tx *gorm.DB) error {
			return Each(tx, Filter{}, func(Line) error { given++; return stop })
		})
		if !errors.Is(err, stop) || given != 1 {
			t.Errorf("stopped after %d entries with %v", given, err)
		}
	})
}
