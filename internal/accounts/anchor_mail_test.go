package accounts

import (
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/problem"
)

// outside is an office outside to which checkpoints are mailed.
const outside = "office@archive.example"

// posting is a house whose checkpoints are signed and mailed, at an instant of
// the domain's clock.
func posting(t *testing.T, d *db.DB, cfg Config) (h *house, due func(want bool), sign func(after time.Duration)) {
	h = newHouse(t, d, cfg)
	at := h.clock.Now()
	due = func(want bool) {
		t.Helper()
		queued, err := h.MailCheckpointDue(t.Context())
		if must(t, err); queued != want {
			t.Errorf("queued: %v", queued)
		}
	}
	sign = func(after time.Duration) {
		t.Helper()
		h.clock = calendar.FixedClock(at.Add(after))
		_, err := audit.SignerOf(testKeys(t)).MarkDue(t.Context(), d, h.clock.Now())
		must(t, err)
	}
	return h, due, sign
}

// bodies are the mails to the office outside, oldest first.
func (h *house) bodies() (list []string) {
	h.t.Helper()
	must(h.t, h.db.Read(h.t.Context(), func(tx *gorm.DB) error {
		return tx.Raw("SELECT body FROM outbox WHERE recipient = ? ORDER BY id", outside).Scan(&list).Error
	}))
	return list
}

func (h *house) entry() {
	h.t.Helper()
	must(h.t, h.db.Write(h.t.Context(), func(tx *gorm.DB) error {
		return audit.Append(tx, h.clock.Now(), audit.Event{Who: CommandLine().Who(), Action: "job.finish", Object: "job 1"})
	}))
}

// The newest checkpoint goes outside once a day, where it tells something new;
// the mail's own entry is nothing new. The mail and its entry are written
// together, and the mail holds no address of anybody.
func TestTheNewestCheckpointIsMailedOnceADay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, due, sign := posting(t, d, Config{Keys: testKeys(t), Mail: true, Texts: english(t), Address: "https://tracker.example"})
		sign(0)
		due(false) // nowhere to mail it
		must(t, h.ChangeSettings(t.Context(), h.admin, key(1), 0, map[string]string{"anchor_mail": " " + outside + " "}))
		due(true)
		due(false) // mailed today
		sign(2 * time.Hour)
		due(false)
		sign(26 * time.Hour)
		due(true) // the setting's entry is new, and the day
		sign(50 * time.Hour)
		due(false) // nothing but the mail's own entry
		h.entry()
		due(false) // not signed yet
		sign(52 * time.Hour)
		due(true)
		list := h.bodies()
		if len(list) != 3 {
			t.Fatalf("%d mails", len(list))
		}
		origin, keys, err := audit.Keys(t.Context(), d)
		must(t, err)
		for i, body := range list {
			anchors, err := audit.ReadAnchors("mail.txt", body, origin, keys)
			if err != nil || len(anchors) != 1 || !strings.Contains(body, "audit verify --anchor FILE") {
				t.Errorf("mail %d holds %+v, %v", i, anchors, err)
			}
			r, err := audit.VerifyAgainst(t.Context(), d, audit.Check{Anchors: anchors})
			if must(t, err); !r.OK() || r.Anchors != 1 {
				t.Errorf("mail %d: %+v", i, r)
			}
			if strings.Contains(body, "@") {
				t.Errorf("mail %d names an address: %s", i, body)
			}
		}
		if n := h.count("SELECT count(*) FROM audit_entries WHERE action = 'trail.mail_checkpoint' AND object LIKE 'checkpoint %'"); n != 3 {
			t.Errorf("%d entries", n)
		}
		if n := h.count("SELECT count(*) FROM audit_entries WHERE details LIKE ?", "%archive.example%"); n != 0 {
			t.Error("the address stands in the chain, where it cannot be purged")
		}
		if n := h.count("SELECT count(*) FROM audit_texts WHERE field = 'anchor_mail' AND value = ?", outside); n != 1 {
			t.Errorf("the trail tells the address %d times", n)
		}
		h.whole()
	})
}

// Of two servers one mails it.
func TestOneOfTwoServersMailsTheCheckpoint(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, _, sign := posting(t, d, Config{Keys: testKeys(t), Mail: true, Texts: english(t)})
		must(t, h.ChangeSettings(t.Context(), h.admin, key(1), 0, map[string]string{"anchor_mail": outside}))
		sign(0)
		done := make(chan bool)
		for range 4 {
			go func() {
				queued, err := h.MailCheckpointDue(t.Context())
				if err != nil {
					t.Error(err)
				}
				done <- queued
			}()
		}
		n := 0
		for range 4 {
			if <-done {
				n++
			}
		}
		if mails := len(h.bodies()); n != 1 || mails != 1 {
			t.Errorf("%d say that they mailed it, %d mails", n, mails)
		}
	})
}

// Where no mail server is set nothing is queued, and what is no address is not
// taken.
func TestNoCheckpointIsMailedWhereNothingGoesOut(t *testing.T) {
	h, due, sign := posting(t, dbtest.SQLite(t), Config{Keys: testKeys(t)})
	for _, wrong := range []string{"nobody", "a@b.example, c@d.example", "A <a@b.example>", "a@b.example\r\nBcc: c@d.example", strings.Repeat("a", 250) + "@b.example"} {
		wantKind(t, wrong, h.ChangeSettings(t.Context(), h.admin, key(1), 0, map[string]string{"anchor_mail": wrong}), problem.Invalid)
	}
	must(t, h.ChangeSettings(t.Context(), h.admin, key(2), 0, map[string]string{"anchor_mail": outside}))
	sign(0)
	due(false)
	if n := len(h.bodies()); n != 0 {
		t.Errorf("%d mails wait for nobody", n)
	}
}
