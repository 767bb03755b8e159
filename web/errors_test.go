package web

import (
	"net/http"
	"testing"
)

// Guards the trail against attempts on what a person may not see that leave no
// trace: by role or by row, read or written.
func TestAttemptsOnWhatIsHiddenAreInTheTrail(t *testing.T) {
	p := newPlanned(t)
	draft := p.msd.post(newUpdatePath, report("send", "0")).is(http.StatusSeeOther).header.Get("Location")
	sent := p.msd.post(newUpdatePath, report()).is(http.StatusSeeOther).header.Get("Location")
	noted := func() int {
		return p.count("SELECT count(*) FROM audit_entries WHERE outcome = 'refused' AND action = 'request.refused' AND actor_id IN (?, ?)", p.msd.actor.PersonID, p.mha.actor.PersonID)
	}
	for i, try := range []func(){
		func() { p.mha.get("/admin").is(http.StatusNotFound) },
		func() { p.mha.get(draft).is(http.StatusNotFound) },
		func() { p.mha.post(sent+"/approve", report("version", "2")).is(http.StatusNotFound) },
		func() { p.msd.post(sent+"/approve", report("version", "2")).is(http.StatusForbidden) },
	} {
		if try(); noted() != i+1 {
			t.Errorf("after %d attempts %d are in the trail", i+1, noted())
		}
	}
	p.mha.get("/nothing").is(http.StatusNotFound) // a slip of the keyboard
	if noted() != 4 {
		t.Error("an address that is nowhere is in the trail")
	}
}

// Guards against a page of the demonstration that does not say so, and a
// signed-in person left without a way on: addresses that no route answers.
func TestAnAddressThatIsNowhereStillLooksLikeTheTracker(t *testing.T) {
	h := demoHouse(t, testDay)
	v := h.signIn("focal.msd@tracker.example")
	v.get("/nothing").is(http.StatusNotFound).says("body", "DEMONSTRATION").says("nav", "Home", "Commitments")
	v.get("/updates/1/approve").is(http.StatusMethodNotAllowed).says("body", "DEMONSTRATION").says("nav", "Home")
	if a := h.stranger().get("/nothing").is(http.StatusNotFound).says("body", "DEMONSTRATION"); len(a.find("a[href='/commitments']")) > 0 {
		t.Error("a stranger is led to the plan")
	}
}
