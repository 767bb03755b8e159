package web

import (
	"net/http"
	"testing"

	"gorm.io/gorm"
)

// From the page of an object an auditor, and nobody else, comes to all that was
// ever done to it.
func TestThePageOfAnObjectLeadsItsAuditorToItsHistory(t *testing.T) {
	p := newTrail(t)
	const page, link = "/commitments/MHA-09", "History in the trail"
	a := p.auditor.get(page).is(http.StatusOK).says("main", link)
	p.auditor.get(attr(a.find(`a[href^="/audit?object=commitment"]`)[0], "href")).is(http.StatusOK).says("h1", "commitment MHA-09")
	for _, other := range []*visitor{p.one, p.msd, p.mha} {
		other.get(page).is(http.StatusOK).hides(link)
	}
}

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
