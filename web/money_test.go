package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Money is typed with an update, refused beside its field, read once it is
// approved, and never added up over currencies.
func TestMoneyIsLoggedWithAnUpdateAndAddedUp(t *testing.T) {
	t.Parallel()
	p := newPlanned(t)
	p.msd.get(newUpdatePath).is(http.StatusOK).says("main", "Money released and spent")
	lines := []string{"money_year_1", "2021-22", "money_funder_1", "Treasury", "money_currency_1", "LSL", "money_released_1", "120 000.50", "money_spent_1", "much",
		"money_year_2", "2021-22", "money_funder_2", "Partner", "money_currency_2", "usd", "money_released_2", "", "money_spent_2", "900", "money_released_3", ""}
	wrongBeside(p.msd.post(newUpdatePath, report(lines...)).is(http.StatusUnprocessableEntity).says("main", "Enter an amount such as"), "money_spent_1")
	lines[9] = "0"
	lines[5] = "maloti"
	wrongBeside(p.msd.post(newUpdatePath, report(lines...)).is(http.StatusUnprocessableEntity), "money_currency_1")
	lines[5] = "LSL"
	path := p.msd.post(newUpdatePath, report(append(lines, "send", "1")...)).is(http.StatusSeeOther).header.Get("Location")
	p.one.get(path).says("main", "Treasury, 2021-22", "M 120 000.50 released", "M 0 spent", "900")
	p.one.get("/money?year=all").hides("Treasury")
	p.one.post(path+"/approve", url.Values{"version": {"2"}}).is(http.StatusSeeOther)
	p.one.get("/commitments/NSF%203.1.1").says("#money", "Treasury", "M 120 000.50", "Partner")
	p.mha.get("/money?by=funder&year=all").says("tbody", "Treasury", "Partner", "US$ 900", "M 120 000.50").hides("120 900")
	p.one.get("/money?funder=Treasury&year=2021&by=commitment").says("tbody", "NSF 3.1.1", "M 0").hides("US$")
	p.one.get("/money?institution=NONE").says(".empty", "No line of money fits")
	if file := p.one.get("/money.csv?year=all").is(http.StatusOK); !strings.Contains(string(file.body), "120000.5") {
		t.Errorf("the file does not tell the amount: %s", file.body)
	}
	p.one.get("/institutions/MSD").says("#money", "M 120 000.50")
	if typed := p.msd.get(path + "/correct").find("#money_released_1"); len(typed) != 1 || attr(typed[0], "value") != "120000.50" {
		t.Error("a correction does not begin with what was said")
	}
}
