package web

import (
	"net/http"
	"testing"

	"tracker/internal/accounts"
	"tracker/internal/indicators"
)

// An administrator names the post, the focal point asks, the principal
// secretary sends back and then clears; the coordinators know of it from then.
func TestClearanceByTheNamedPost(t *testing.T) {
	p := newPlanned(t)
	admin := p.person("admin@tracker.example", "OAG", accounts.Administrator)
	secretary := p.person("ps.msd@tracker.example", "MSD", accounts.Countersigner)
	house := "/admin/institutions/MSD"
	admin.post(house+"/clearing", filled(admin.get(house).says("main", "Nobody: updates are sent at once"), house+"/clearing", "clearing", "999")).is(http.StatusUnprocessableEntity).says("#clearing-error", "Choose a post")
	for _, wrong := range []string{"nobody", "-1", itoa(p.mha.actor.PostID)} {
		admin.post(house+"/clearing", filled(admin.get(house), house+"/clearing", "clearing", wrong)).is(http.StatusUnprocessableEntity)
	}
	admin.post(house+"/clearing", filled(admin.get(house), house+"/clearing", "clearing", itoa(secretary.actor.PostID))).leads(house)

	at := "/commitments/NSF%203.1.1/updates/new"
	form := filled(p.msd.get(at).says("main", "Send for clearance", secretary.actor.Post), at, "done", "The draft was read.", "as_of", "1 November 2021", "status", "in_progress", "send", "1")
	page := p.msd.post(at, form).is(http.StatusSeeOther).header.Get("Location")
	p.msd.get(page).says("main", "It waits for clearance since").says("main", "Draft")
	p.one.get(page).is(http.StatusNotFound)
	p.msd.get("/").says("#drafts", "waits for clearance")

	secretary.get("/").says("nav", "Clearance")
	one := "/clearance" + page[len("/updates"):]
	secretary.get("/clearance").says("main", "The draft was read.")
	secretary.post(one+"/refuse", filled(secretary.get(one).is(http.StatusOK), one+"/refuse")).is(http.StatusUnprocessableEntity).says("#reason-error", "Say what has to change")
	secretary.post(one+"/refuse", filled(secretary.get(one), one+"/refuse", "reason", "By whom was it read?")).leads("/clearance")
	secretary.get("/clearance").says("main", "Nothing waits")
	p.msd.get(page).says("main", "Not cleared", "By whom was it read?")
	edit := page + "/edit"
	p.msd.post(edit, filled(p.msd.get(edit), edit, "done", "The draft was read by the police.", "send", "1")).leads(page)
	secretary.post(one+"/clear", filled(secretary.get(one), one+"/clear")).leads("/clearance")
	p.one.get(page).is(http.StatusOK).says("main", "The draft was read by the police.", secretary.actor.Post).hides("By whom was it read")
	p.msd.get("/clearance").is(http.StatusNotFound)
}

// Figures go the same way: asked for, sent back, asked for again, cleared.
func TestFiguresAreClearedByTheNamedPost(t *testing.T) {
	p := newPlanned(t)
	admin := p.person("admin@tracker.example", "OAG", accounts.Administrator)
	secretary := p.person("ps.msd@tracker.example", "MSD", accounts.Countersigner)
	house := "/admin/institutions/MSD"
	admin.post(house+"/clearing", filled(admin.get(house), house+"/clearing", "clearing", itoa(secretary.actor.PostID))).leads(house)
	_, err := p.s.Indicators.Add(t.Context(), p.one.actor, newKey(), indicators.IndicatorNew{Country: "LS", Ref: "CALLS", Terms: indicators.Terms{Title: "Calls", Text: "Calls of the hotline",
		Unit: indicators.Case, Direction: "up", Frequency: "half", Source: "Register", InstitutionID: p.msd.actor.InstitutionID}})
	must(t, err)

	at := "/indicators/CALLS/measurements/new"
	form := filled(p.msd.get(at).says("main", "Send for clearance", secretary.actor.Post), at, "covers_to", "30 September 2021", "cell_0", "12", "note", "Counted by hand.", "send", "1")
	page := p.msd.post(at, form).is(http.StatusSeeOther).header.Get("Location")
	p.msd.get(page).says("main", "It waits for clearance since").says("main", "Draft")
	p.one.get(page).is(http.StatusNotFound)
	p.msd.get("/").says("#figures", "waits for clearance")

	secretary.get("/").says("nav", "Clearance")
	one := "/clearance" + page
	secretary.get("/clearance").says("main", "CALLS", "30 Sep 2021").hides("Nothing waits")
	secretary.post(one+"/refuse", filled(secretary.get(one).is(http.StatusOK).says("main", "Counted by hand."), one+"/refuse")).is(http.StatusUnprocessableEntity).says("#reason-error", "Say what has to change")
	secretary.post(one+"/refuse", filled(secretary.get(one), one+"/refuse", "reason", "By whom were they counted?")).leads("/clearance")
	secretary.get("/clearance").says("main", "Nothing waits")
	p.msd.get(page).says("main", "Not cleared", "By whom were they counted?")
	p.msd.get("/").says("#figures", "not cleared")
	edit := page + "/edit"
	p.msd.post(edit, filled(p.msd.get(edit).says("main", "Send for clearance"), edit, "note", "Counted by the hotline.", "send", "1")).leads(page)
	secretary.post(one+"/clear", filled(secretary.get(one), one+"/clear")).leads("/clearance")
	p.one.get(page).is(http.StatusOK).says("main", "Counted by the hotline.", secretary.actor.Post).hides("By whom were they counted")
	secretary.get(one).is(http.StatusNotFound)
}
