package main

import (
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/keys"
)

// entry adds one to the trail that is so old.
func (c clinic) entry(p *patient, age time.Duration) {
	c.Helper()
	if err := p.db.Write(c.Context(), func(tx *gorm.DB) error {
		return audit.Append(tx, p.app.clock.Now().Add(-age), audit.Event{Who: accounts.CommandLine().Who(), Action: "job.finish", Object: "job 1"})
	}); err != nil {
		c.Fatal(err)
	}
}

// sign adds a checkpoint that is so old.
func (c clinic) sign(p *patient, age time.Duration) {
	c.Helper()
	ring, err := keys.Parse(strings.Repeat("a", 2*keys.Size))
	if err == nil {
		_, err = audit.SignerOf(ring).MarkNow(c.Context(), p.db, p.app.clock.Now().Add(-age))
	}
	if err != nil {
		c.Fatal(err)
	}
}

// An old checkpoint is right where nothing was written since, or only just now;
// in a demonstration an old entry is a note.
func TestDoctorLeavesAnOldCheckpointOfAQuietTrailAlone(t *testing.T) {
	c := newClinic(t)
	p := c.opened()
	quiet := func(found string) {
		t.Helper()
		if list := lookAtCheckpoint(t.Context(), p); len(list) != 1 || list[0].State != good || !strings.Contains(list[0].Found, found) {
			t.Errorf("%+v", list)
		}
	}
	quiet("no checkpoint of the audit trail was signed yet")
	c.entry(p, 90*time.Hour)
	c.sign(p, 89*time.Hour)
	quiet("the newest checkpoint of the audit trail is of entry 1, ")
	c.entry(p, 2*time.Hour)
	quiet("the newest checkpoint of the audit trail is of entry 1, ")
	p.app.settings.Demonstration = true
	c.sign(p, time.Hour)
	quiet("of entry 2, ")
	c.entry(p, 5*time.Hour)
	if list := lookAtCheckpoint(t.Context(), p); len(list) != 1 || list[0].State != note || !strings.Contains(list[0].Found, "entries wait for one since") {
		t.Errorf("in a demonstration: %+v", list)
	}
}
