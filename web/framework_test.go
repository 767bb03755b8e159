package web

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"tracker/internal/accounts"
	"tracker/seeds/large"
)

func TestFrameworkIsForReadersOfThePlanAndSaysWhenThereIsNone(t *testing.T) {
	h := newHouse(t, testDay)
	h.institution("MSC", "Secretariat", accounts.Government)
	h.institution("USE", "Embassy", accounts.PartnerOutside)
	h.person("c@tracker.example", "MSC", accounts.Coordinator).get("/framework").is(http.StatusOK)
	h.person("p@tracker.example", "USE", accounts.Partner).get("/framework").is(http.StatusNotFound)
	h.stranger().get("/framework").is(http.StatusSeeOther)
}

// The number beside each node equals the list that it opens.
func TestEveryNodeCountsWhatItsListHolds(t *testing.T) {
	t.Parallel()
	h := demoHouse(t, testDay)
	a := h.signIn("coordinator.one@tracker.example").get("/framework").is(http.StatusOK)
	links := regexp.MustCompile(`href="(/commitments\?node=[^"]+)">(\d+) commitment`).FindAllStringSubmatch(a.body, -1)
	if len(links) < 16 {
		t.Fatalf("%d nodes with their counts", len(links))
	}
	for _, l := range links {
		if list := h.signIn("coordinator.one@tracker.example").get(html.UnescapeString(l[1])); !strings.Contains(list.body, l[2]+" of 5") {
			t.Errorf("%s says %s, its list counts otherwise", l[1], l[2])
		}
	}
}

// A plan of thousands is a tree of numbers, each of which still leads to its list.
func TestAFrameworkOfManyCommitmentsShowsTheirNumbers(t *testing.T) {
	h := houseOn(t, small.data.SQLite(t), large.Now)
	v := h.signIn(large.Coordinator)
	a := v.get("/framework").is(http.StatusOK).says("main", "400 commitments are too many for one page")
	links := regexp.MustCompile(`href="(/commitments\?node=[^"]+)">(\d+) commitment`).FindAllStringSubmatch(a.body, -1)
	if rows := a.find(`main a[href^="/commitments/NAP"]`); len(rows) > 0 || len(links) < 20 {
		t.Fatalf("%d commitments and %d numbers", len(rows), len(links))
	}
	for _, l := range links {
		if list := v.get(html.UnescapeString(l[1])); !strings.Contains(list.body, l[2]+" of 400") {
			t.Errorf("%s says %s, its list counts otherwise", l[1], l[2])
		}
	}
}
