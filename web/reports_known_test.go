package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"tracker/internal/db"
	"tracker/internal/reports"
	"tracker/seeds/seedstest"
)

// knownReport is what a test reads of the JSON form.
type knownReport struct {
	Report struct {
		AsOf    string `json:"as_of"`
		KnownAt string `json:"known_at"`
		Figures reports.Figures
	}
}

// A report of a day, asked as it was known at an earlier instant, tells what
// was known then: its page, its files and a choice kept of it say the same, on
// both engines.
func TestAReportTellsWhatWasKnownThen(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB) *db.DB{"SQLite": seedstest.Lesotho.SQLite, "PostgreSQL": seedstest.Lesotho.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := houseOn(t, open(t), testDay)
			v := h.signIn("coordinator.one@tracker.example")
			told := func(query string) (r knownReport) {
				must(t, json.Unmarshal([]byte(v.get("/reports/status.json?"+query).is(http.StatusOK).body), &r))
				return r
			}
			now, then := told("as_of=30+September+2021"), told("as_of=30+September+2021&known=20+August+2021")
			if at, err := time.Parse(time.RFC3339Nano, then.Report.KnownAt); err != nil || !at.Equal(time.Date(2021, 8, 20, 21, 59, 59, 999999000, time.UTC)) {
				t.Errorf("the end of the day is %s: %v", then.Report.KnownAt, err)
			}
			if at, err := time.Parse(time.RFC3339Nano, told("known=4+October+2021&known_time=9:30").Report.KnownAt); err != nil || !at.Equal(time.Date(2021, 10, 4, 7, 30, 0, 0, time.UTC)) {
				t.Errorf("half past nine is %s: %v", at, err)
			}
			if then.Report.AsOf != now.Report.AsOf || then.Report.Figures == now.Report.Figures {
				t.Errorf("the same was known on 20 August: %+v", then.Report)
			}
			query := "as_of=30+September+2021&known=20+August+2021"
			a := v.get("/reports?"+query).is(http.StatusOK).says(".head .meta", "As of 30 September 2021, as known at 20 August 2021, 23:59.", "What was approved later is not in it.")
			for i, n := range []int{then.Report.Figures.Completed, then.Report.Figures.NotReported, then.Report.Figures.Unanswered, then.Report.Figures.Overdue} {
				if got := textOf(a.find(".figs .fig")[i]); got != h.s.t.Int(n) {
					t.Errorf("figure %d is %s on the page and %d in the file", i, got, n)
				}
			}
			a.hides("/publications/prepare")
			if links := a.find(`main .figs a`); len(links) > 0 {
				t.Error("figures of an earlier instant lead to lists of today")
			}
			file, err := url.Parse(attr(a.find(`a[href^="/reports/status.json"]`)[0], "href"))
			must(t, err)
			if again := told(file.RawQuery); again != then {
				t.Errorf("the file of the page tells %+v, not %+v", again, then)
			}
			v.post("/reports/choices", url.Values{"key": {newKey()}, "name": {"Known in August"}, "query": {query}})
			v.get("/reports").is(http.StatusOK).says("#kept + ul", "Known in August")
			if kept := v.get("/reports").find(`#kept + ul a`); len(kept) == 0 || told(queryOf(t, attr(kept[0], "href"))) != then {
				t.Error("the kept choice tells something else")
			}
		})
	}
}

func queryOf(t *testing.T, href string) string {
	t.Helper()
	u, err := url.Parse(href)
	must(t, err)
	return u.RawQuery
}

// What names no past instant is said beside its field; today alone is now.
func TestAnInstantThatCannotBeReadIsSaidBesideItsField(t *testing.T) {
	h := demoHouse(t, testDay)
	v := h.signIn("coordinator.one@tracker.example")
	for query, field := range map[string]string{"known=soon": "known", "known=9+November+2021": "known", "known_time=09:30": "known", "known=1+October+2021&known_time=late": "known_time",
		"known=1+October+2021&known_time=25:00": "known_time", "known=8+November+2021&known_time=23:00": "known_time", "known=%00": "known"} {
		if a := v.get("/reports?" + query).is(http.StatusUnprocessableEntity); len(a.find("#"+field+"-error")) != 1 {
			t.Errorf("%s: no message beside %s", query, field)
		}
		if to := v.get("/reports/status.csv?" + query).is(http.StatusSeeOther).header.Get("Location"); to != "/reports?"+reportValues(parsed(query)).Encode() {
			t.Errorf("%s: the file leads to %s", query, to)
		}
	}
	v.get("/reports?known=8+November+2021").is(http.StatusOK)
	v.get("/publications/prepare?known=4+October+2021").is(http.StatusOK).hides("4 October 2021, 23:59")
}

func parsed(query string) url.Values {
	v, err := url.ParseQuery(query)
	if err != nil {
		panic(err)
	}
	return v
}
