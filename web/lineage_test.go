package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// pairOf is the name of the field in which a page of lineage asks how one
// recommendation continues another.
func pairOf(a *answer, newer, older string) string {
	a.t.Helper()
	for _, label := range a.find("label") {
		if textOf(label) == newer+" continues "+older {
			return strings.TrimPrefix(attr(label, "for"), "kin.")
		}
	}
	a.t.Fatalf("%s does not ask whether %s continues %s", a.path, newer, older)
	return ""
}

// Nothing that is only suggested counts. A coordinator says what continues
// what, everybody in government reads it, and years follow from it.
func TestYearsFollowFromWhatACoordinatorConfirms(t *testing.T) {
	h := demoHouse(t, testDay)
	one, two, focal := h.signIn("coordinator.one@tracker.example"), h.signIn("coordinator.two@tracker.example"), h.signIn("focal.msd@tracker.example")
	page := "/recommendations/editions/TIP/2018/lineage"
	fund := func(v *visitor) *answer {
		return v.get(attr(v.get("/recommendations/editions/TIP/2018?q=trust").find("tbody th a")[0], "href")).is(http.StatusOK)
	}
	fund(focal).says(".figs", "Years asked 2 at least, since 2017").says("#demand", "TIP 2017/2", "reworded").says("#moved", "TIP 2017/2 to TIP 2018/3")
	a := one.get(page).is(http.StatusOK).says("main", "0 suggestions wait", "held only in part", "Asked at least 2 years, since 2017")
	pair := pairOf(a, "TIP 2018/3", "TIP 2017/2")

	one.post(page, url.Values{"kin." + pair: {""}, "was." + pair: {"reworded"}}).is(http.StatusSeeOther)
	fund(focal).says(".figs", "Years asked 1").hides("TIP 2017/2")
	one.get(page).says("main", "1 suggestion waits", "Suggested for the words", "Not decided")
	if selects := focal.get(page).is(http.StatusOK).says("main", "Not decided").find("main select"); len(selects) > 0 {
		t.Error("a focal point is asked what continues what")
	}

	two.post(page, url.Values{"kin." + pair: {"unrelated"}, "was." + pair: {""}}).is(http.StatusSeeOther)
	one.post(page, url.Values{"kin." + pair: {"repeated"}, "was." + pair: {""}, "older": {"1"}}).is(http.StatusUnprocessableEntity)
	late := one.post(page, url.Values{"kin." + pair: {"repeated"}, "was." + pair: {""}}).is(http.StatusConflict)
	if chosen := late.find(`select[name="kin.` + pair + `"] option[selected]`); len(chosen) != 1 || attr(chosen[0], "value") != "repeated" {
		t.Error("what was chosen is lost when another chose before")
	}
	one.get(page).says("main", "0 suggestions wait")
	fund(focal).says(".figs", "Years asked 1")
	one.post(page, url.Values{"kin." + pair: {"repeated"}, "was." + pair: {"unrelated"}}).is(http.StatusSeeOther)
	fund(focal).says(".figs", "Years asked 2")
}

// A coordinator adds a pair that no wording suggests.
func TestAPairOfOnesOwn(t *testing.T) {
	h := demoHouse(t, testDay)
	one := h.signIn("coordinator.one@tracker.example")
	page := "/recommendations/editions/TIP/2021/lineage"
	a := one.get(page).is(http.StatusOK)
	id := func(field, ref string) string {
		for _, o := range a.find(`select[name="` + field + `"] option`) {
			if strings.HasPrefix(textOf(o), ref+" ") {
				return attr(o, "value")
			}
		}
		t.Fatalf("%s offers no %s", field, ref)
		return ""
	}
	newer, older := id("newer", "TIP 2021/6"), id("older", "TIP 2018/5")
	one.post(page, url.Values{"newer": {newer}}).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "Choose a recommendation of an earlier edition", "Choose how it continues")
	one.post(page, url.Values{"newer": {"99999"}, "older": {older}, "kin": {"merged"}}).is(http.StatusUnprocessableEntity)
	one.post(page, url.Values{"newer": {newer}, "older": {older}, "kin": {"merged"}}).is(http.StatusSeeOther)
	one.get(page).says("#r6", "TIP 2018/5", "Asked at least 2 years, since 2018")
	again := pairOf(one.get(page), "TIP 2021/6", "TIP 2018/5")
	one.post(page, url.Values{"kin." + again: {"merged"}, "was." + again: {"merged"}, "newer": {newer}, "older": {older}, "kin": {"split"}}).is(http.StatusUnprocessableEntity).says("main", "stands above")
}
