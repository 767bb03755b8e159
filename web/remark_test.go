package web

import (
	"net/http"
	"strings"
	"testing"
)

// How the government responded stands wherever the recommendation is shown, and
// who says it over another's words sees both.
func TestWhatIsSaidOfARecommendationStandsWhereverItIsShown(t *testing.T) {
	h := demoHouse(t, testDay)
	one, two, auditor, msd := h.signIn("coordinator.one@tracker.example"), h.signIn("coordinator.two@tracker.example"), h.signIn("auditor@tracker.example"), h.signIn("focal.msd@tracker.example")
	const mechanism, list = "/recommendations/mechanisms/TIP/change", "/recommendations?q=trust&edition=TIP+2021"
	one.post(mechanism, with(filled(one.get(mechanism), mechanism), "responses", "Noted\nUnder study")).is(http.StatusSeeOther)
	href := attr(one.get(list).find("tbody th a")[0], "href")
	form := href + "/remarks/response"
	typed := with(filled(two.get(form), form), "word", "noted", "statement", "It is on the agenda.")

	wrongBeside(one.post(form, filled(one.get(form), form)), "word")
	one.post(form, with(filled(one.get(form), form), "word", "Under study", "statement", "A study began.")).is(http.StatusSeeOther)
	two.post(form, typed).is(http.StatusConflict).says("#main, main", "Under study", "A study began.", "Noted", "It is on the agenda.")
	if n := h.count("SELECT count(*) FROM remarks"); n != 1 {
		t.Fatalf("%d remarks", n)
	}
	const said = "government response: Under study (8 November 2021)"
	auditor.get(href).is(http.StatusOK).says("dl", "Under study", "A study began.").says("#demand", said)
	auditor.get(list).says("tbody", said, "found not done for 10 years")
	auditor.get("/reports").says("main", said)
	for _, v := range []*visitor{msd, auditor} {
		v.get("/dialogues/1").says("main", said)
	}
	if file := auditor.get(attr(auditor.get(list).find(".export a")[1], "href")).is(http.StatusOK); !strings.Contains(file.body, "Under study (8 November 2021)") {
		t.Errorf("the file says %q", file.body)
	}
	one.post(form, with(filled(one.get(form), form), "word", "none")).is(http.StatusSeeOther)
	auditor.get(list).says("tbody", "Trust fund").hides(said)
}
