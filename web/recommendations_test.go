package web

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"tracker/internal/accounts"
	"tracker/seeds/seedstest"
)

// planPages are the pages of this area that those who read the whole plan may
// open in the demonstration.
var planPages = []string{"/", "/recommendations", "/recommendations?answered=none&edition=newest", "/recommendations/editions/TIP/2021", "/recommendations/13"}

// An edition exists from its release: no page of an earlier day names it.
func TestEditionsReleasedLaterDoNotExist(t *testing.T) {
	d := seedstest.Lesotho.SQLite(t)
	h := houseOn(t, d, testDay)
	v := h.signIn("coordinator.one@tracker.example")
	for _, path := range planPages {
		v.get(path).is(http.StatusOK).hides("TIP 2022", "TIP 2023", "TIP report 2022", "TIP report 2023", "TIP/2022", "TIP/2023")
	}
	v.get("/recommendations/editions/TIP/2022").is(http.StatusNotFound)
	v.get("/recommendations/editions/TIP/2023").is(http.StatusNotFound)

	later := houseOn(t, d, time.Date(2023, 10, 1, 9, 0, 0, 0, testDay.Location())).signIn("coordinator.one@tracker.example")
	a := later.get("/recommendations").is(http.StatusOK).says("tbody", "TIP report 2023", "TIP report 2022", "TIP report 2021")
	if rows := a.find("tbody tr"); len(rows) == 0 || !strings.HasPrefix(textOf(rows[0]), "TIP report 2023") {
		t.Error("the newest edition does not come first")
	}
	edition := later.get("/recommendations/editions/TIP/2023").is(http.StatusOK)
	links := edition.find("tbody th a")
	if len(links) == 0 {
		t.Fatal("the edition of 2023 lists nothing")
	}
	one := attr(links[0], "href")
	later.get(one).is(http.StatusOK)
	v.get(one).is(http.StatusNotFound)
}

// What the home calls unanswered is what the list finds, and no more.
func TestUnansweredCountsTheSameEverywhere(t *testing.T) {
	h := demoHouse(t, testDay)
	v := h.signIn("coordinator.one@tracker.example")
	home := v.get("/").is(http.StatusOK)
	figure := ""
	for _, fig := range home.find(".figs > div") {
		if link := firstOf(fig, "a"); link != nil && strings.HasPrefix(attr(link, "href"), "/recommendations") {
			figure = textOf(firstOf(fig, ".fig"))
			list := v.get(attr(link, "href")).is(http.StatusOK).says(".head .meta", figure+" of 11")
			if rows := len(list.find("tbody tr")); strconv.Itoa(rows) != figure {
				t.Errorf("the home says %s unanswered, and the list shows %d", figure, rows)
			}
			list.says("tbody", "TIP 2021/8", "TIP 2021/10", "No commitment")
		}
	}
	v.get("/recommendations").says("tbody tr:first-child", figure+" unanswered")
	if blocks := len(home.find("#unanswered .flag--plum")); strconv.Itoa(blocks) != figure {
		t.Errorf("the home lists %d unanswered and counts %s", blocks, figure)
	}
	if n := len(v.get("/recommendations/editions/TIP/2021").find("tbody .flag--plum")); n != 4 {
		t.Errorf("the edition shows %d open items, not the 3 of the unanswered and 1 of the answered in part", n)
	}
}

func TestListOfRecommendationsFiltersAndSorts(t *testing.T) {
	h := demoHouse(t, testDay)
	v := h.signIn("focal.msd@tracker.example")
	edition := "/recommendations/editions/TIP/2021"
	for query, want := range map[string]string{
		"":                          "11 of 11",
		"?theme=partnership":        "1 of 11",
		"?q=Trust+FUND":             "1 of 11",
		"?q=nothing-of-this-kind":   "0 of 11",
		"?answered=part":            "1 of 11",
		"?answered=odd&theme=other": "11 of 11",
		"?q=%FF%00":                 "0 of 11",
	} {
		v.get(edition+query).is(http.StatusOK).says(".head .meta", want)
	}
	v.get("/recommendations?q=trust+fund").is(http.StatusOK).says("tbody", "TIP 2021/3", "TIP 2017/2")
	first := func(sort string) string { return textOf(v.get(edition + "?sort=" + sort).find("tbody tr")[0]) }
	if got := first("-number"); !strings.HasPrefix(got, "TIP 2021/11") {
		t.Errorf("turned round, the list begins with %q", got)
	}
	if got := first("answered"); !strings.Contains(got, "No commitment") {
		t.Errorf("by answers, the list begins with %q", got)
	}
}

func TestRecommendationShowsItemsAnswersAndLastWords(t *testing.T) {
	h := demoHouse(t, testDay)
	a := h.signIn("auditor@tracker.example").get("/recommendations/13").is(http.StatusOK)
	a.says("h1", "Trust fund for victims").says(".head", "TIP 2021/3", "Protection", "restated: inferred from the narrative")
	a.says(".wording", "Allocate money to the Victims of Trafficking Trust Fund").says(".crumb", "Recommendations", "TIP report 2021")
	a.says("#answers", "NSF 3.3.1", "MOF", "Not started", "no update yet", "NSF 3.3.2", "Stalled", "Overdue 39 d", "wholly")
	a.says("#said", "NSF 3.3.2", "30 Sep 2021")
	if len(a.find("#items")) > 0 || len(a.find(`a[href$="/end"], a[href$="/new"], a[href$="/change"]`)) > 0 {
		t.Error("an auditor is shown what only a coordinator changes")
	}
	v := h.signIn("coordinator.one@tracker.example")
	if n := v.get("/recommendations/13").find(`.figs a`); len(n) != 1 || (lister{v, map[string]int{}}).counts(t, attr(n[0], "href")) != 2 {
		t.Error("the answers counted are not those listed")
	}
}

// Only web addresses become links, and they tell the other site nothing.
func TestSourcesAreLinkedOnlyToTheWeb(t *testing.T) {
	for source, want := range map[string]sourceLink{
		"https://example.org/a?b=1 (a copy)": {"https://example.org/a?b=1", "(a copy)"},
		"http://example.org":                 {"http://example.org", ""},
		"javascript:alert(1)":                {"", "javascript:alert(1)"},
		"data:text/html,x":                   {"", "data:text/html,x"},
		"https://user:secret@example.org/":   {"", "https://user:secret@example.org/"},
		"https:///nowhere":                   {"", "https:///nowhere"},
		"official text at state.gov/reports": {"", "official text at state.gov/reports"},
		"":                                   {"", ""},
	} {
		if got := sourceOf(source); got != want {
			t.Errorf("%q is shown as %v", source, got)
		}
	}
	h := demoHouse(t, testDay)
	links := h.signIn("auditor@tracker.example").get("/recommendations/editions/TIP/2017").is(http.StatusOK).find(`main a[href^="https://"]`)
	if len(links) != 1 || attr(links[0], "rel") != "noopener noreferrer nofollow" {
		t.Error("the edition's source is not linked as it should be")
	}
}

// Partners read no page of the plan, and a focal point outside government
// none but their own part.
func TestPagesOfThePlanAreClosedToOthers(t *testing.T) {
	h := demoHouse(t, testDay)
	for _, email := range []string{"partner.use@tracker.example", "focal.bds@tracker.example"} {
		v := h.signIn(email)
		for _, path := range planPages[1:] {
			a := v.get(path)
			if a.status != http.StatusNotFound {
				t.Errorf("%s: %s answers %d", email, path, a.status)
			}
			a.hides("Trust fund", "TIP report 2021")
		}
		if missing, closed := v.get("/recommendations/999999"), v.get("/recommendations/13"); missing.text("main") != closed.text("main") {
			t.Error("what is closed answers otherwise than what does not exist")
		}
	}
	if a := h.person("new@tracker.example", "MHA", accounts.Auditor).get("/recommendations/none").is(http.StatusNotFound); a.text("h1") == "" {
		t.Error("the page that is missing has no heading")
	}
}

// What changed of a recommendation since a day is told from what is known now.
func TestWhatChangedOfARecommendationSinceADay(t *testing.T) {
	h := demoHouse(t, testDay)
	v := h.signIn("auditor@tracker.example")
	href := attr(v.get("/recommendations?q=SOPs&edition=TIP+2021").find("tbody th a")[0], "href")
	v.get(href).is(http.StatusOK).says(".btns", "What changed")
	v.get(href+"/changes").is(http.StatusOK).says("h1", "What changed since 1 April 2021").says(".note", "released on").says("tbody", "NSF 3.1.1", "In progress", "came to answer")
	v.get(href+"/changes?since=day&since_day=1+October+2021").is(http.StatusOK).says("h1", "since 1 October 2021").says("main", "Rated since", "4 Oct 2021").hides("3 Sep 2021")
	v.get(href+"/changes?since=day&since_day=7+November+2021").is(http.StatusOK).says("main", "Nothing changed").hides("Rated since")
	v.get(href+"/changes?since=day&since_day=").is(http.StatusUnprocessableEntity).says("#since_day-error", "day")
	v.get(href+"/changes?since=day&since_day=9+November+2021").is(http.StatusUnprocessableEntity).says("#since_day-error", "8 November 2021")
	v.get(href + "/changes?since=day&since_day=%00%ff").is(http.StatusUnprocessableEntity)

	one := h.signIn("coordinator.one@tracker.example")
	commitment := one.get("/commitments/NSF%203.1.1/answers").is(http.StatusOK)
	end := attr(commitment.find("a[href$='/end']")[0], "href")
	one.post(end, filled(one.get(end), end, "reason", "Another answers it")).is(http.StatusSeeOther)
	v.get(href+"/changes?since=day&since_day=7+November+2021").says("tbody", "NSF 3.1.1", "no longer answers")
}

// What a wording suggests counts only when a person has saved it, and a source's own count of years stands with its source.
func TestWhatARecommendationIsAboutIsSaidByAPerson(t *testing.T) {
	h := demoHouse(t, testDay)
	one, two, auditor := h.signIn("coordinator.one@tracker.example"), h.signIn("coordinator.two@tracker.example"), h.signIn("auditor@tracker.example")
	page := "/recommendations/editions/TIP/2021/classification"
	auditor.get("/recommendations/editions/TIP/2021").is(http.StatusOK).says("main", "What it is about")
	auditor.get(page).is(http.StatusOK).says("main", "Suggested: 1. investigating").hides("Save what it is about")
	if n := h.count("SELECT count(*) FROM recommendations WHERE indicium > 0"); n != 0 {
		t.Fatalf("%d indicia are counted that nobody confirmed", n)
	}
	form := filled(one.get(page).is(http.StatusOK), page)
	took := filled(one.get(page+"?take=yes").is(http.StatusOK).says(".note", "Nothing is saved yet"), page)
	field := "indicium." + itoa(int64(h.count("SELECT r.id FROM recommendations r JOIN editions e ON e.id = r.edition_id WHERE e.year = 2021 AND r.number = 1")))
	if form.Get(field) != "" || took.Get(field) != "1" {
		t.Fatalf("%s is %q and %q", field, form.Get(field), took.Get(field))
	}
	auditor.post(page, took).is(http.StatusNotFound)
	one.post(page, with(took, field, "13")).is(http.StatusUnprocessableEntity)
	for range 2 {
		one.post(page, took).is(http.StatusSeeOther)
	}
	one.get(page).says(".flash", "recommendations were changed")
	two.post(page, with(took, field, "2", "key", filled(two.get(page), page).Get("key"))).is(http.StatusConflict).says(".note--risk", "Somebody else said meanwhile: Prosecution, 1. investigating")
	untouched := filled(two.get(page), page)
	one.post(page, with(filled(one.get(page), page), field, "7")).is(http.StatusSeeOther)
	two.post(page, untouched).is(http.StatusSeeOther) // who changes nothing is in nobody's way
	href := attr(one.get("/recommendations?q=trust&edition=TIP+2021").find("tbody th a")[0], "href")
	one.get(href).is(http.StatusOK).says("main", "TVPA indicium 2: protecting victims", "Found not done for 10 years, as its source counts")

	change := href + "/change"
	typed := filled(one.get(change), change)
	wrongBeside(one.post(change, with(typed, "not_done_years", "many")), "not_done_years")
	wrongBeside(one.post(change, with(typed, "not_done_source", "")), "not_done_source")
	one.post(change, with(typed, "not_done_years", "11", "indicium", "3")).is(http.StatusSeeOther)
	one.get(href).says("main", "TVPA indicium 3", "Found not done for 11 years")
}
