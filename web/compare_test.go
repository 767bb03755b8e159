package web

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// What changed of the plan is told since a day that somebody chooses, each
// number with its list, and the file holds the rows of the page.
func TestWhatChangedOfThePlanIsListedAsItIsCounted(t *testing.T) {
	h := demoHouse(t, testDay)
	v := h.signIn("auditor@tracker.example")
	const path = "/reports/changes?since=day&since_day=30+September+2021"
	a := v.get(path).is(http.StatusOK).says("h1", "since 30 September 2021").says(".head", "From 30 September 2021 to 8 November 2021")
	count := regexp.MustCompile(`^(.*) \((\d+)\)$`)
	options := 0
	for _, o := range a.find(`select[name="what"] option`) {
		m := count.FindStringSubmatch(textOf(o))
		if m == nil {
			continue // whatever changed
		}
		list := v.get(path + "&what=" + attr(o, "value")).is(http.StatusOK)
		if n, _ := strconv.Atoi(m[2]); len(list.find("#plan tbody tr th[scope=row]")) != min(n, commitmentsPerPage) || n == 0 && list.text(".empty") == "" {
			t.Errorf("%s: %d rows", textOf(o), len(list.find("#plan tbody tr th[scope=row]")))
		}
		options++
	}
	if options != 13 {
		t.Errorf("%d ways to choose from", options)
	}
	a.says("#figures", "30 Sep 2021, as known then", "30 Sep 2021, as known now", "Investigations of trafficking")
	v.get(path+"&what=rating").says("#plan", "Coordinator: ")
	v.get(path+"&what=milestones").says("#plan", "milestones")
	v.get(path+"&what=late").says("tbody", "As known then: ")
	for by, says := range map[string]string{"institution": "Ministry of Social Development", "recommendation": "TIP 2021/4"} {
		v.get(path+"&by="+by).says("tbody th[scope=rowgroup]", says)
	}
	file := v.get(attr(a.find(".export a")[1], "href")).is(http.StatusOK)
	if n := strings.Count(file.body, "\n"); n < len(a.find("#plan tbody tr th[scope=row]")) || !strings.Contains(file.body, "Outside the framework,AP-1") {
		t.Errorf("the file has %d lines", n)
	}
	wrongBeside(v.get("/reports/changes?since=day&since_day=9+November+2021").is(http.StatusUnprocessableEntity), "since_day")
	v.get("/reports/changes?since=interim").is(http.StatusOK).says("h1", "since 30 September 2021")
	wrongBeside(v.get("/reports/changes?since=interim&as_of=1+September+2021").is(http.StatusUnprocessableEntity), "since")
	wrong := v.get("/reports/changes?as_of=tomorrow&what=late&by=institution").is(http.StatusUnprocessableEntity).says("#as_of-error", "Enter a day")
	if chosen := wrong.find(`option[selected][value=late], option[selected][value=institution]`); len(chosen) != 2 {
		t.Errorf("%d of two choices are kept beside a wrong day", len(chosen))
	}
	v.get("/reports/changes?since=day&since_day=7+November+2021&what=wording").is(http.StatusOK).says(".empty", "Nothing changed")
	v.get("/reports/changes?since=%00&what=%ff&by=%00&as_of=&page=-4").is(http.StatusOK)
	outside := h.signIn("focal.bds@tracker.example")
	for _, closed := range []string{"/reports/changes", "/reports/changes?since=day", "/reports/changes.csv", "/reports/changes.csv?since=day&since_day=never"} {
		outside.get(closed).is(http.StatusNotFound)
	}
}
