package publications

import (
	"errors"
	"sync/atomic"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan"
)

var errBroken = errors.New("the disk is full")

// breaking lets the n-th statement of a database fail, once; 0 lets all pass.
func breaking(t *testing.T, d *db.DB) (n *atomic.Int64) {
	t.Helper()
	n = &atomic.Int64{}
	beforeEach(t, d, func(tx *gorm.DB) {
		if n.Load() > 0 && n.Add(-1) == 0 {
			tx.AddError(errBroken) //nolint:errcheck // it is the statement's error now
		}
	})
	return n
}

// beforeEach runs hook before every statement of a database from now on.
func beforeEach(t *testing.T, d *db.DB, hook func(tx *gorm.DB)) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *gorm.DB) error {
		c := tx.Callback()
		return errors.Join(c.Raw().Before("gorm:raw").Register("test:break", hook), c.Row().Before("gorm:row").Register("test:break", hook),
			c.Create().Before("gorm:create").Register("test:break", hook), c.Query().Before("gorm:query").Register("test:break", hook))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Whatever statement fails while a publication is signed, it is published
// whole or not at all: there is no state between, and no number is lost.
func TestAPublicationIsWholeOrNotThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPress(t, d)
		id, failed := p.prepare("one", plan.Partner, "USE"), 0
		next := breaking(t, d)
		state := "SELECT (SELECT count(*) FROM publication_files) * 1000 + (SELECT count(*) FROM publications WHERE number IS NOT NULL) * 100 + (SELECT count(*) FROM audit_entries WHERE action = 'publication.publish')"
		for n := int64(1); ; n++ {
			next.Store(n)
			label, err := p.Publish(t.Context(), p.Actors["sign"], p.key(), id, 1)
			left := next.Swap(0)
			if err == nil {
				if left == 0 || label != "LS-2021-0001" || p.Count(t, state) != 5101 {
					t.Errorf("published as %q with %d after %d faults, the last of them in vain: %t", label, p.Count(t, state), failed, left == 0)
				}
				break
			}
			if failed++; !errors.Is(err, errBroken) || p.Count(t, state) != 0 {
				t.Fatalf("fault %d: %v, and %d is left", n, err, p.Count(t, state))
			}
		}
		if failed < 12 {
			t.Errorf("only %d statements failed", failed)
		}
		if r, err := audit.Verify(t.Context(), d); err != nil || !r.OK() {
			t.Errorf("the trail: %+v, %v", r, err)
		}
	})
}
