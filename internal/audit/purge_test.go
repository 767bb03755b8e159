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
