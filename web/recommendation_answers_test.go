package web

import (
	"net/http"
	"net/url"
	"testing"
)

// An unanswered item is answered from the page of its recommendation: the
// commitment is found by words, and nothing typed is lost on the way.
func TestAnItemIsAnsweredFromItsRecommendation(t *testing.T) {
	h := demoHouse(t, testDay)
	v := h.signIn("coordinator.one@tracker.example")
	home := v.get("/").is(http.StatusOK)
	path := attr(home.find(`#unanswered a[href$="/answers/new"]`)[0], "href")
	a := v.get(path + "?item=a").is(http.StatusOK)
	if n := len(a.find("input[name=commitment]")); n != offeredCommitments {
		t.Errorf("%d commitments are offered", n)
	}
	item := attr(a.find("input[name=item][checked]")[0], "value")
	if n := len(v.get(path + "?q=handbook+nurses").is(http.StatusOK).find("input[name=commitment]")); n != 1 {
		t.Errorf("a search finds %d commitments", n)
	}
	v.get(path+"?q=no+such+words").is(http.StatusOK).says(".empty", "No commitment has these words")

	form := url.Values{"q": {"handbook nurses"}, "commitment": {"MOH-01"}, "item": {item}, "reason": {"It shows nurses the signs."}, "linked_on": {"soon"}}
	a = v.post(path, form).is(http.StatusUnprocessableEntity)
	a.says("#linked_on-error", "day").says("#reason", "It shows nurses the signs.")
	if len(a.find("#commitment[checked]")) != 1 || attr(a.find("#q")[0], "value") != "handbook nurses" {
		t.Error("the commitment chosen or the words searched for were lost")
	}
	form.Set("linked_on", "8 November 2021")
	v.post(path, form).is(http.StatusUnprocessableEntity).says("#extent-error", "how far")
	form.Set("extent", "in_part")
	foreign := url.Values{"commitment": {"MOH-01"}, "item": {"1"}, "extent": {"wholly"}, "reason": {"x"}, "linked_on": {"8 November 2021"}}
	v.post(path, foreign).is(http.StatusUnprocessableEntity).says("#item-error", "Choose what it answers")
	v.post(path, form).is(http.StatusSeeOther)
	v.get("/commitments/MOH-01").says("main", "It shows nurses the signs.")
	again := v.post(path, url.Values{"commitment": {"MOH-01"}, "item": {item}, "extent": {"wholly"}, "reason": {"x"}, "linked_on": {"8 November 2021"}})
	again.is(http.StatusUnprocessableEntity).says("#item-error", "already")
	v.get(path).is(http.StatusOK)
	h.signIn("focal.msd@tracker.example").get(path).is(http.StatusNotFound)
}
