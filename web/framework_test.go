package web

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"gorm.io/gorm"

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

// The pages of an institution that leads very many show the first of them, and lead to a list that counts all.
func TestAnInstitutionOfManyCommitmentsShowsTheFirst(t *testing.T) {
	d := small.data.SQLite(t)
	must(t, d.Write(t.Context(), func(tx *gorm.DB) error {
		for _, table := range []string{"commitments", "commitment_revisions"} {
			if err := tx.Exec("UPDATE " + table + " SET lead_id = (SELECT id FROM institutions WHERE code = 'M00')").Error; err != nil {
				return err
			}
		}
		return nil
	}))
	h := houseOn(t, d, large.Now)
	for _, page := range []struct{ who, path, part string }{{large.Coordinator, "/institutions/M00", "#leads"}, {"focal.m00@tracker.example", "/", "#next"}} {
		v := h.signIn(page.who)
		a := v.get(page.path).is(http.StatusOK).says("main", "The first 30 of 400 in the order of the plan.")
		if rows := a.find(page.part + ` table.stack tbody tr`); len(rows) != ownRows {
			t.Errorf("%s shows %d commitments", page.path, len(rows))
		}
		all := regexp.MustCompile(`href="(/commitments\?[^"]+)">All, as a list`).FindStringSubmatch(a.body)
		if all == nil {
			t.Fatalf("%s leads to no list of all", page.path)
		}
		v.get(html.UnescapeString(all[1])).is(http.StatusOK).says("main", "400 of 400")
	}
}
