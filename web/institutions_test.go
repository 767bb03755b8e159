package web

import (
	"net/http"
	"testing"
)

func TestInstitutionsShowTheirPartAndTheirReporting(t *testing.T) {
	h := demoHouse(t, testDay)
	v := lister{h.signIn("coordinator.one@tracker.example"), map[string]int{}}
	a := v.get("/institutions").is(http.StatusOK).says("main", "Government", "Outside government", "Partners")
	for _, row := range a.find("tbody tr") {
		said := textOf(row)
		switch textOf(firstOf(row, ".ref")) {
		case "MOF", "MOH":
			if firstOf(row, ".flag--off") == nil {
				t.Errorf("the silence of %q is not marked", said)
			}
		default:
			if firstOf(row, ".flag--off") != nil {
				t.Errorf("%q is marked as silent", said)
			}
		}
	}
	a.says("tbody", "MJC Ministry of Justice and Correctional Services until 30 June 2021")
	if n := clicks(t, v, a, "svg a, td.r a", textOf); n < 30 {
		t.Errorf("%d numbers lead to a list", n)
	}
}

func TestInstitutionShowsWhatItLeadsAndWhereItCameFrom(t *testing.T) {
	h := demoHouse(t, testDay)
	v := h.signIn("auditor@tracker.example")
	a := v.get("/institutions/MLJ").is(http.StatusOK).says("h1", "Ministry of Law and Justice")
	a.says("#leads", "NSF 4.3.1", "Stalled").says("#asked", "TIP 2021/4", "expected of it").says("#posts", "Focal point")
	a.says("#history", "Took over on 1 July 2021 from: Ministry of Justice and Correctional Services")
	a.hides("@tracker.example")
	v.get("/institutions/MJC").is(http.StatusOK).says("#history", "Merged on 1 July 2021 into: Ministry of Law and Justice").says(".head", "until 30 June 2021")
	v.get("/institutions/MOF").is(http.StatusOK).says(".note--risk", "Nothing was reported for July to September 2021: 2 updates were due")
	v.get("/institutions/USE").is(http.StatusOK).says("h1", "United States Embassy")
	v.get("/institutions/NONE").is(http.StatusNotFound)
}

// A focal point outside government reads the page of their own institution
// and of no other.
func TestInstitutionsOutsideGovernmentReadTheirOwnPageOnly(t *testing.T) {
	h := demoHouse(t, testDay)
	v := h.signIn("focal.bds@tracker.example")
	a := v.get("/institutions/BDS").is(http.StatusOK).says("h1", "Beautiful Dream Society")
	if len(a.find(`main a[href^="/institutions"]:not([href^="/institutions/BDS/workbook"]), main a[href^="/recommendations"]`)) > 0 {
		t.Error("the page leads to what is closed")
	}
	for _, path := range []string{"/institutions", "/institutions/MSD"} {
		v.get(path).is(http.StatusNotFound)
		h.signIn("partner.use@tracker.example").get(path).is(http.StatusNotFound)
	}
	h.signIn("partner.use@tracker.example").get("/institutions/USE").is(http.StatusNotFound)
}
