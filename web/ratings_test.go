package web

import (
	"net/http"
	"testing"

	"tracker/internal/plan"
)

// A focal point and a coordinator rate a commitment on its page; what is wrong
// stands beside its field, all ratings stay, and who differs stands in the list.
func TestRatingACommitment(t *testing.T) {
	p := newPlanned(t)
	page := "/commitments/NSF%203.1.1"
	at := page + "/ratings"
	p.mha.get(at).is(http.StatusOK).says("main", "A commitment is rated by", "Nobody has rated it in this period").hides("Give this rating")
	form := filled(p.msd.get(at).is(http.StatusOK).says("main", "There is no rating yet", "It is overdue by 39 days"), at, "value", "", "reason", " ")
	p.msd.post(at, form).is(http.StatusUnprocessableEntity).says("#value-error", "Choose a rating").says("#reason-error", "Say why")
	form = filled(p.msd.get(at), at, "value", "on_track", "reason", "The draft is complete.")
	p.msd.post(at, form).leads(at)
	p.msd.post(at, form).leads(at) // sent twice
	p.one.post(at, filled(p.one.get(at), at, "value", "off_track", "reason", "Nobody has seen it.")).leads(at)
	p.msd.get(at).says("main", "On track", "The draft is complete.", "Off track", "Nobody has seen it.")
	p.msd.get(page).says("main", "Rated by three", "Rated for 2021-22", "Nobody has seen it.")
	p.auditor.get("/ratings").is(http.StatusOK).says("main", "1 rated, 1 seen differently", "The draft is complete.").says("tbody .r", "2")
	p.one.post(at, filled(p.one.get(at), at, "value", "withdrawn", "reason", "It was another one.")).leads(at)
	p.one.get("/ratings").says("main", "Nothing is seen differently")
	p.one.get("/ratings?show=given&subject=commitment&q=NSF").says("tbody", "NSF 3.1.1", "On track")
	if n := p.count("SELECT count(*) FROM ratings"); n != 3 {
		t.Errorf("%d ratings are kept, want 3", n)
	}
}

// A partner rates what was published to them; the list of those who read the
// plan shows it, and no page of the partner shows another's.
func TestAPartnerRatesInAPublication(t *testing.T) {
	p := newPlanned(t)
	label := p.publish(plan.Partner, "USE")
	sheet := publicationPath(label, "ratings")
	p.one.post("/recommendations/1/ratings", filled(p.one.get("/recommendations/1/ratings"), "/recommendations/1/ratings", "value", "fully", "reason", "A secret reason.")).leads("/recommendations/1/ratings")
	p.partner.get(publicationPath(label)).says("main", "Your ratings")
	p.partner.get(sheet).is(http.StatusOK).says("main", "rate it", "0 of").hides("A secret reason")
	one := sheet + "/r1"
	p.partner.post(one, filled(p.partner.get(one).is(http.StatusOK), one, "value", "on_track", "reason", "x")).is(http.StatusUnprocessableEntity).says("#value-error", "Choose a rating")
	p.partner.post(one, filled(p.partner.get(one), one, "value", "not_implemented", "reason", "Still not final.")).leads(sheet + "?what=recommendation")
	p.partner.get(sheet).says("main", "Not implemented", "Still not final.", "1 of")
	p.two.get("/ratings").says("tbody", "Not implemented", "Still not final.", "A secret reason.").says("tbody .r", "3")
	p.ngo.get("/commitments/NSF%203.1.1").hides("Still not final")
}
