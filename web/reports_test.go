package web

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"tracker/internal/accounts"
)

func TestReportLeavesAsPageAndFilesForReadersOfTheWholePlanOnly(t *testing.T) {
	h := newHouse(t, testDay)
	h.institution("MSC", "Secretariat", accounts.Government)
	h.institution("USE", "Embassy", accounts.PartnerOutside)
	h.institution("BDS", "Shelter", accounts.NonGovernment)
	coordinator := h.person("c@tracker.example", "MSC", accounts.Coordinator)
	// Nothing is known yet, and an instant is named all the same.
	coordinator.get("/reports").is(http.StatusOK).says(".head .meta", "As of 8 November 2021, as known at 8 November 2021, 00:00.")
	coordinator.get("/reports?as_of=30+Sep+2021").is(http.StatusOK)
	for path, magic := range map[string]string{"/reports/status.pdf": "%PDF-", "/reports/status.xlsx?as_of=2021-09-30": "PK"} {
		a := coordinator.get(path).is(http.StatusOK)
		if !strings.HasPrefix(a.body, magic) || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment; filename=") {
			t.Errorf("%s is no file: %v", path, a.header)
		}
	}
	for _, bad := range []string{"soon", "2031-01-01", "9999-12-31", "%00"} {
		a := coordinator.get("/reports?as_of=" + bad).is(http.StatusUnprocessableEntity)
		if !strings.Contains(a.body, `id="as_of-error"`) {
			t.Errorf("as_of=%s: no message beside the field", bad)
		}
	}
	for name, v := range map[string]*visitor{"partner": h.person("p@tracker.example", "USE", accounts.Partner), "shelter": h.person("n@tracker.example", "BDS", accounts.FocalPoint)} {
		for _, path := range []string{"/reports", "/reports/status.pdf", "/reports/status.xlsx"} {
			if a := v.get(path); a.status != http.StatusNotFound {
				t.Errorf("%s gets %d for %s", name, a.status, path)
			}
		}
	}
}

// Each figure and each part of a chart of the report is the length of the
// list that a click opens, today and on an earlier day.
func TestAReportCountsWhatItsLinksList(t *testing.T) {
	t.Parallel()
	h := demoHouse(t, testDay)
	v := lister{h.signIn("coordinator.one@tracker.example"), map[string]int{}}
	for _, path := range []string{"/reports", "/reports?as_of=30+September+2021"} {
		a := v.get(path).is(http.StatusOK)
		number := func(n *html.Node) string { return textOf(n) }
		if n := clicks(t, v, a, "svg a", number) + clicks(t, v, a, ".num-t td a", number); n < 80 {
			t.Errorf("%s: %d numbers lead to a list", path, n)
		}
		figures := 0
		for _, fig := range a.find(".figs > div") {
			if link := firstOf(fig, "a"); link != nil {
				figures++
				if n := v.counts(t, attr(link, "href")); strconv.Itoa(n) != textOf(firstOf(fig, ".fig")) {
					t.Errorf("%s: the figure %q is not the %d of its list", path, textOf(fig), n)
				}
			}
		}
		if figures != 3 {
			t.Errorf("%s: %d figures lead to a list", path, figures)
		}
	}
}

// The home and the report call the same recommendations unanswered. The
// report once counted those answered in part among them.
func TestHomeAndReportCountTheSameUnanswered(t *testing.T) {
	v := demoHouse(t, testDay).signIn("coordinator.one@tracker.example")
	unanswered := func(path string) string {
		for _, fig := range v.get(path).is(http.StatusOK).find(".figs > div") {
			if strings.HasPrefix(textOf(fig), "Unanswered") {
				return textOf(firstOf(fig, ".fig"))
			}
		}
		return "nothing"
	}
	if home, report := unanswered("/"), unanswered("/reports"); home != report || home == "0" {
		t.Errorf("the home says %s, the report %s", home, report)
	}
}
