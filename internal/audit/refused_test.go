package audit

import (
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
)

// failing makes the database refuse every new entry of the trail.
func failing(t *testing.T, d *db.DB) {
	t.Helper()
	if d.Postgres() {
		exec(t, d, "CREATE FUNCTION audit_full() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no room''; END'")
		exec(t, d, "CREATE TRIGGER audit_full BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION audit_full()")
		return
	}
	exec(t, d, "CREATE TRIGGER audit_full BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'no room'); END")
}

// A change whose entry cannot be written does not happen (NIST SP 800-53 AU-5).
func TestAChangeWhoseEntryCannotBeWrittenDoesNotHappen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		chain(t, d, 4)
		failing(t, d)
		err := d.Write(t.Context(), func(tx *gorm.DB) error {
			if err := tx.Exec("INSERT INTO settings (name, value) VALUES ('owner', 'Nobody')").Error; err != nil {
				return err
			}
			return Append(tx, noon, Event{Who: focal, Action: "settings.change", Object: "settings"})
		})
		if err == nil || number(t, d, "SELECT count(*) FROM settings WHERE name = 'owner'") != 0 {
			t.Errorf("the change happened, %v", err)
		}
		if err := purgeText(t, d, 4, "summary", "why"); err == nil || number(t, d, "SELECT count(*) FROM audit_texts WHERE value = ''") != 0 {
			t.Errorf("a text was purged, %v", err)
		}
		if err := signer(t, "b").NewKey(t.Context(), d, noon, focal); err == nil {
			t.Error("another key signs")
		}
		if err := Refuse(t.Context(), d, noon, Event{Who: focal, Action: "page.read", Object: "x"}); err == nil {
			t.Error("a refusal is lost in silence")
		}
		if r := verify(t, d); !r.OK() || r.Entries != 4 {
			t.Errorf("%+v", r)
		}
	})
}

// The trail is verified once a day, and what was found stays for those who ask.
func TestTheTrailIsVerifiedOnceADay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		chain(t, d, 4)
		last := func() Nightly {
			n, err := LastNightly(t.Context(), d)
			must(t, err)
			return n
		}
		now := time.Date(2026, 11, 29, 0, 20, 0, 0, time.UTC)
		if n := last(); !n.Day.IsZero() || n.Broken() {
			t.Errorf("before: %+v", n)
		}
		if r, ran, err := VerifyDue(t.Context(), d, Check{}, now); !ran || err != nil || !r.OK() {
			t.Errorf("%v, %+v, %v", ran, r, err)
		}
		if _, ran, err := VerifyDue(t.Context(), d, Check{}, now.Add(time.Hour)); ran || err != nil {
			t.Errorf("twice a day: %v, %v", ran, err)
		}
		if n := last(); n.Entries != 4 || n.Broken() || n.Day.String() != "2026-11-29" {
			t.Errorf("found %+v", n)
		}
		dbtest.Unguard(t, d)
		exec(t, d, "UPDATE audit_entries SET actor = 'Nobody' WHERE seq = 3")
		if r, ran, err := VerifyDue(t.Context(), d, Check{}, now.Add(24*time.Hour)); !ran || err != nil || r.Seq != 3 {
			t.Errorf("altered: %v, %+v, %v", ran, r, err)
		}
		if n := last(); !n.Broken() || n.Seq != 3 || n.Fault != string(FaultHash) {
			t.Errorf("found %+v", n)
		}
		if n := number(t, d, "SELECT seq FROM audit_head"); n != 4 {
			t.Errorf("the broken chain goes on to %d", n)
		}
	})
}
