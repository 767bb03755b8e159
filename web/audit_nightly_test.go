package web

import (
	"net/http"
	"testing"

	"gorm.io/gorm"
)

// Who has to do something about a broken trail is told on the home page, and
// nobody else is.
func TestABrokenTrailIsToldOnTheHomePageOfThoseWhoAnswerForIt(t *testing.T) {
	p := newTrail(t)
	const words = "The audit trail is broken at entry 7"
	p.auditor.get("/").is(http.StatusOK).hides(words)
	p.write(func(tx *gorm.DB) error {
		return tx.Exec("INSERT INTO audit_checks (day, began_at, ended_at, entries, seq, fault) VALUES ('2026-11-29', '2026-11-29 00:20:00+00:00', '2026-11-29 00:21:00+00:00', 6, 7, 'hash')").Error
	})
	p.auditor.get("/").is(http.StatusOK).says("main", words)
	p.one.get("/").is(http.StatusOK).hides(words)
	p.msd.get("/").is(http.StatusOK).hides(words)
}
