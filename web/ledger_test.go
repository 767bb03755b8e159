package web

import (
	"bytes"
	"encoding/json"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/db"
	"tracker/internal/reports"
)

// ledgerTables are what the ledger of reports is computed from.
var ledgerTables = []string{"institutions", "frameworks", "nodes", "commitments", "commitment_revisions", "supports", "answers", "mechanisms", "editions",
	"recommendations", "items", "periods", "deadlines", "updates", "decisions", "current_status", "verifications"}

// watchLedger notes every change of a row that the ledger reads, in tables of the one connection that writes, where no other
// test sees them. Drafts are no part of it.
func watchLedger(t testing.TB, d *db.DB) {
	t.Helper()
	must(t, d.Write(t.Context(), func(tx *gorm.DB) error {
		for _, statement := range []string{"CREATE TEMP TABLE IF NOT EXISTS touched (place TEXT)", "DELETE FROM touched",
			"CREATE TEMP TABLE IF NOT EXISTS noticed (seq INTEGER)", "DELETE FROM noticed", "INSERT INTO noticed SELECT seq FROM audit_head"} {
			if err := tx.Exec(statement).Error; err != nil {
				return err
			}
		}
		for _, table := range ledgerTables {
			for event, row := range map[string]string{"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"} {
				when := ""
				if table == "updates" {
					when = " WHEN " + row + ".first_submitted_on IS NOT NULL"
				}
				err := tx.Exec("CREATE TEMP TRIGGER IF NOT EXISTS touched_" + table + "_" + event + " AFTER " + event + " ON " + table + when +
					" BEGIN INSERT INTO touched VALUES ('" + table + "'); END").Error
				if err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// checkLedger fails the test when rows that the ledger reads were changed since the last check, and the trail's head stands where
// it stood, so that whoever keeps a ledger would not notice, or its entries have not led the server to what is there now.
func (h *house) checkLedger(what string) {
	h.t.Helper()
	if _, ok := h.t.(*testing.T); !ok || h.db.Postgres() {
		return
	}
	var tables []string
	must(h.t, h.db.Write(h.t.Context(), func(tx *gorm.DB) error {
		var moved bool
		if err := tx.Raw("SELECT (SELECT seq FROM noticed) <> (SELECT seq FROM audit_head)").Scan(&moved).Error; err != nil {
			return err
		}
		if err := tx.Raw("SELECT DISTINCT place FROM touched").Scan(&tables).Error; err != nil {
			return err
		}
		if len(tables) > 0 && !moved {
			h.t.Errorf("%s changes %v without an entry in the trail", what, tables)
		}
		if err := tx.Exec("DELETE FROM touched").Error; err != nil {
			return err
		}
		return tx.Exec("UPDATE noticed SET seq = (SELECT seq FROM audit_head)").Error
	}))
	if len(tables) > 0 {
		h.sameLedger(what)
	}
}

// sameLedger fails the test when what the server keeps of today is not what is there. It says nothing while others write.
func (h *house) sameLedger(what string) {
	h.t.Helper()
	q := reports.Query{Actor: accounts.Actor{Role: accounts.Auditor}, Rules: reports.DefaultRules, D: h.clock.Today(), Now: true}
	var there *reports.Ledger
	seq := func(tx *gorm.DB) (seq int64) {
		seq, _, err := audit.Head(tx)
		must(h.t, err)
		return seq
	}
	var before, after int64
	must(h.t, h.db.Read(h.t.Context(), func(tx *gorm.DB) error {
		settings, err := accounts.LoadSettings(tx)
		must(h.t, err)
		q.Country, before = settings.CountryCode, seq(tx)
		there, err = reports.Load(tx, q)
		return err
	}))
	kept, err := h.s.Reports.Ledger(h.t.Context(), q)
	must(h.t, err)
	must(h.t, h.db.Read(h.t.Context(), func(tx *gorm.DB) error { after = seq(tx); return nil }))
	if before == after && !bytes.Equal(held(h.t, kept), held(h.t, there)) {
		h.t.Errorf("after %s the ledger that is kept differs from what is there", what)
	}
}

// held is what a ledger holds, without what was computed from it meanwhile.
func held(t testing.TB, l *reports.Ledger) []byte {
	t.Helper()
	b, err := json.Marshal(l)
	must(t, err)
	return b
}
