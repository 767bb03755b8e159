package web

import (
	"net/http"
	"testing"

	"tracker/internal/accounts"
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
