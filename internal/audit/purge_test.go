package audit

import (
	"errors"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/problem"
)

func purgeText(t *testing.T, d *db.DB, seq int64, field, reason string) error {
	t.Helper()
	return d.Write(t.Context(), func(tx *gorm.DB) error { return Purge(tx, noon, focal, seq, field, reason) })
}

// Only a text that lies apart can be purged, once, with a reason; else nothing
// changes.
func TestOnlyATextThatLiesApartIsPurgedOnceAndWithAReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		chain(t, d, 5)
		must(t, purgeText(t, d, 1, "summary", " It names a person. "))
		before := verify(t, d)
		for name, c := range map[string]struct {
			seq           int64
			field, reason string
			key           string
		}{
			"again":             {1, "summary", "why", "audit.purge.error.gone"},
			"no reason":         {4, "summary", " ", "reason"},
			"a reason too long": {4, "summary", strings.Repeat("é", ReasonMost+1), "reason"},
			"a broken reason":   {4, "summary", "a\xffb", "reason"},
			"no such entry":     {99, "summary", "why", "entry"},
			"no such field":     {4, "status", "why", "field"},
			"an entry without":  {2, "summary", "why", "entry"},
		} {
			err := purgeText(t, d, c.seq, c.field, c.reason)
			var p *problem.Error
			if !errors.As(err, &p) || p.Key != c.key && p.Fields[c.key].Key == "" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if after := verify(t, d); !after.OK() || after.Entries != before.Entries || after.Purged != 1 {
			t.Errorf("%+v after %+v", after, before)
		}
		must(t, d.Read(t.Context(), func(tx *gorm.DB) error {
			lines, err := History(tx, "entry 1")
			if len(lines) != 1 || lines[0].Action != ActionPurge || lines[0].Changes[0].New != "summary" || lines[0].Changes[1].New != "It names a person." || !lines[0].Changes[1].Free {
				t.Errorf("the trail says %+v", lines)
			}
			return err
		}))
		if n := number(t, d, "SELECT count(*) FROM audit_texts WHERE value LIKE '%Text <0>%'"); n != 0 {
			t.Error("the text is there still")
		}
	})
}

// Who emptied a text by hand can say so afterwards, and the trail is whole
// again.
func TestATextThatWasEmptiedByHandIsPurgedAfterTheFact(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		chain(t, d, 5)
		exec(t, d, "UPDATE audit_texts SET value = '' WHERE seq = 4")
		if r := verify(t, d); r.Seq != 4 || r.Fault != FaultText {
			t.Errorf("emptied by hand: %+v", r)
		}
		must(t, purgeText(t, d, 4, "summary", "emptied by hand in an earlier release"))
		if r := verify(t, d); !r.OK() || r.Purged != 1 {
			t.Errorf("said afterwards: %+v", r)
		}
	})
}

// Who purges sees which texts an entry holds and how long they are, never what
// they say; afterwards the list tells what went, why and by which post.
func TestWhoPurgesSeesWhichTextsThereAreAndNotTheirWords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		chain(t, d, 5)
		exec(t, d, "UPDATE audit_texts SET value = '' WHERE seq = 4")
		must(t, purgeText(t, d, 1, "summary", "It names a person."))
		must(t, d.Read(t.Context(), func(tx *gorm.DB) error {
			for seq, want := range map[int64]HeldText{1: {Field: "summary", Purged: true, PurgedAt: noon.UTC(), PurgedBy: 6}, 4: {Field: "summary", Purged: true}, 6: {Field: "reason", Length: 18}} {
				h, err := Held(tx, seq)
				if err != nil {
					return err
				}
				h.Texts[0].PurgedAt = h.Texts[0].PurgedAt.UTC()
				if len(h.Texts) != 1 || h.Texts[0] != want || h.Seq != seq || h.Action == "" {
					t.Errorf("entry %d: %+v", seq, h)
				}
			}
			for seq, gone := range map[int64]bool{1: true, 4: false, 6: false} {
				if h, err := Held(tx, seq); err != nil || h.Texts[0].Gone() != gone {
					t.Errorf("entry %d is gone: %v", seq, !gone)
				}
			}
			if _, err := Held(tx, 99); problem.KindOf(err) != problem.NotFound {
				t.Errorf("no such entry: %v", err)
			}
			list, err := Purges(tx)
			if len(list) != 1 || list[0].Seq != 6 || list[0].Actor != focal.Post || list[0].Changes[1].New != "It names a person." {
				t.Errorf("the list says %+v", list)
			}
			return err
		}))
		if err := d.Read(t.Context(), func(tx *gorm.DB) error { return CheckPurge(tx, 4, "summary", "why") }); err != nil {
			t.Errorf("what was emptied by hand: %v", err)
		}
		if err := d.Read(t.Context(), func(tx *gorm.DB) error { return CheckPurge(tx, 1, "summary", "why") }); problem.KindOf(err) != problem.Conflict {
			t.Errorf("what is gone: %v", err)
		}
		if n := number(t, d, "SELECT count(*) FROM audit_entries"); n != 6 {
			t.Errorf("checking wrote: %d entries", n)
		}
	})
}
