package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"tracker/internal/accounts"
)

// numberIn is the number that a link ends with, after the words for those who
// hear it.
func numberIn(link *html.Node) string {
	words := strings.Fields(textOf(link))
	return words[len(words)-1]
}

// Every number of both tables is the length of the list that it opens.
func TestCoverageCountsWhatAClickLists(t *testing.T) {
	t.Parallel()
	v := lister{demoHouse(t, testDay).signIn("coordinator.one@tracker.example"), map[string]int{}}
	for path, least := range map[string]int{"/recommendations/coverage": 60, "/recommendations/coverage?by=theme": 35} {
		a := v.get(path).is(http.StatusOK)
		if n := clicks(t, v, a, "table.mx td a", numberIn); n < least {
			t.Errorf("%d numbers of %s lead to a list", n, path)
		}
		if n := clicks(t, v, a, ".half .note:last-child a", func(n *html.Node) string { return strings.Fields(textOf(n))[0] }); n < 2 {
			t.Errorf("%d numbers below the table of %s lead to a list", n, path)
		}
		none := firstOf(a.find(".half .note")[0], `a[href*="answered=none"]`)
		if n := len(v.get(attr(none, "href")).is(http.StatusOK).find("tbody tr")); strconv.Itoa(n) != strings.Fields(textOf(none))[0] {
			t.Errorf("the list of %q shows %d of them", textOf(none), n)
		}
		open := firstOf(a.find(".half .note")[0], `a[href*="answered=open"]`)
		if n := len(v.get(attr(open, "href")).is(http.StatusOK).find("tbody .flag--plum")); strconv.Itoa(n) != strings.Fields(textOf(open))[0] {
			t.Errorf("the list of %q shows %d of them", textOf(open), n)
		}
	}
}

// What is unanswered, open and expected is said where it stands.
func TestCoverageSaysWhatNothingAnswers(t *testing.T) {
	t.Parallel()
	v := demoHouse(t, testDay).signIn("auditor@tracker.example")
	a := v.get("/recommendations/coverage").is(http.StatusOK).says(".head", "TIP report 2021", "8 November 2021")
	var gaps []string
	for _, row := range a.find("tr.gap th .ref") {
		gaps = append(gaps, textOf(row))
	}
	if !slices.Equal(gaps, []string{"TIP 2021/8", "TIP 2021/10"}) {
		t.Errorf("unanswered are %v", gaps)
	}
	a.says("thead", "restated: inferred from the narrative").says("tr.gap:nth-child(10)", "Unanswered", "named in an item, answers nothing").says(".half", "2 of 11 recommendations without an answer", "Foreign Affairs")
	for _, row := range v.get("/recommendations/coverage?edition=TIP+2018").is(http.StatusOK).says(".head", "TIP report 2018").find("tbody tr") {
		if strings.Contains(textOf(row), "Unanswered") || attr(row, "class") == "gap" {
			t.Errorf("%q of an older edition counts as unanswered", textOf(row))
		}
	}
	v.get("/recommendations/coverage?edition=none&by=colour").is(http.StatusOK).says(".head", "TIP report 2021").says("caption", "Who answers what")
	v.get("/recommendations/coverage").is(http.StatusOK).says(".scroll + .half", "institutions answer nothing of it")
}

// Without editions, without a list and without commitments the page says so.
func TestCoverageOfNothing(t *testing.T) {
	t.Parallel()
	demo := demoHouse(t, testDay).signIn("auditor@tracker.example")
	said := false
	for _, o := range demo.get("/recommendations/coverage").find(`select[name="edition"] option`) {
		if a := demo.get(coveragePath(attr(o, "value"), "")).is(http.StatusOK).says(".head", textOf(o)); len(a.find("table")) == 0 {
			a.says("main", "The list of this edition is not held here")
			said = true
		}
	}
	if !said {
		t.Error("no edition of the demonstration is not held")
	}

	h := newHouse(t, testDay)
	h.institution("MSC", "Secretariat", accounts.Government)
	v := h.person("one@tracker.example", "MSC", accounts.Coordinator)
	v.get("/recommendations/coverage").is(http.StatusOK).says(".empty", "No edition with recommendations is recorded yet").hides("Export")
	v.post(newMechanism, filled(v.get(newMechanism), newMechanism, "code", "TIP", "name", "Report", "short_name", "TIP report")).is(http.StatusSeeOther)
	v.post(newEdition, filled(v.get(newEdition), newEdition, "year", "2021", "released_on", "1 July 2021", "completeness", "complete")).is(http.StatusSeeOther)
	v.get("/recommendations/coverage?edition=TIP+2021").is(http.StatusOK).says(".empty", "No recommendation of this edition is recorded here")
	adding := editionPath("TIP", 2021, "recommendations", "new")
	v.post(adding, filled(v.get(adding), adding, "number", "1", "title", "Train", "text", "Train officials", "basis", "restated", "item", "Train officials")).is(http.StatusSeeOther)
	v.get("/recommendations/coverage").is(http.StatusOK).says("main", "The plan has no commitment yet").says("tr.gap", "TIP 2021/1", "Unanswered").says("thead", "restated")
	v.post(adding, filled(v.get(adding), adding, "number", "2", "title", "Fund", "text", "Fund the shelter", "basis", "official", "item", "Fund the shelter")).is(http.StatusSeeOther)
	v.get("/recommendations/coverage").is(http.StatusOK).says("tbody tr:first-child th", "restated").says("thead th", "Recommendation")
	if tags := v.get("/recommendations/coverage").find("thead .tag, tbody tr:last-child .tag"); len(tags) > 0 {
		t.Error("official words are marked as restated")
	}
}

// The file holds the rows of the page, with the names of institutions and the
// parts in words.
func TestCoverageLeavesAsShown(t *testing.T) {
	t.Parallel()
	v := demoHouse(t, testDay).signIn("ps.mha@tracker.example")
	for _, c := range []struct {
		query string
		first int // column of institutions
	}{{"?edition=TIP+2021", 4}, {"?by=theme&edition=TIP+2021", 1}} {
		page, file := v.get("/recommendations/coverage"+c.query).is(http.StatusOK), v.csvRows("/recommendations/coverage.csv"+c.query)
		heads, rows := page.find("thead abbr"), page.find("tbody tr")
		if len(file) != 1+len(rows) || len(file[0]) != c.first+len(heads)+3 {
			t.Fatalf("%s: %d rows and %d institutions on the page, %d rows of %d in the file", c.query, len(rows), len(heads), len(file), len(file[0]))
		}
		for i, head := range heads {
			if name := file[0][c.first+i]; !strings.HasPrefix(name, textOf(head)+" ") {
				t.Errorf("%q stands over %s", name, textOf(head))
			}
		}
		for i, row := range rows {
			for j, cell := range cascadia.QueryAll(row, cascadia.MustCompile("td"))[:len(heads)] {
				shown := strings.NewReplacer("L Leads", "leads", "s Supports", "supports", "· ", "").Replace(textOf(cell))
				if written := file[i+1][c.first+j]; shown != written && shown != strings.ReplaceAll(written, ",", "") {
					t.Errorf("%s shows %q, the file says %q", file[i+1][0], shown, written)
				}
			}
		}
	}
}
