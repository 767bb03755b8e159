package web

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Guards readers against what a paper or a source links to: it learns nothing
// of where they came from, gets no hold of their window and no weight from
// ours; and no page has a browser fetch anything from elsewhere.
func TestALinkOutwardsTellsWhereItsReaderCameFrom(t *testing.T) {
	s := newScene(t)
	h, _ := s.copy(t, "nobody")
	found := map[string]int{}
	for _, name := range []string{"coordinator", "partner", "ngo"} {
		v := s.visitor(h, name)
		for _, path := range aFewOfEach(h.addresses()) {
			a := v.get(path)
			for _, n := range a.find("a[href*='://']") {
				if href := attr(n, "href"); !strings.HasPrefix(href, "http://tracker.example") {
					found[name]++
					if attr(n, "rel") != "noopener noreferrer nofollow" && attr(n, "rel") != "noreferrer noopener nofollow" {
						t.Errorf("%s: %s has rel=%q for %s", name, path, attr(n, "rel"), href)
					}
				}
			}
			for _, n := range a.find("[src], link[href], [srcset], [poster], [background], object[data], form[action], meta[http-equiv]") {
				if outside := fetched(n); outside != "" {
					t.Errorf("%s: %s fetches %s", name, path, outside)
				}
			}
		}
	}
	if found["coordinator"] < 5 || found["ngo"] < 5 {
		t.Errorf("links outwards: %v", found)
	}
}

// fetched is an address of another site that an element has a browser ask for.
func fetched(n *html.Node) string {
	for _, name := range []string{"src", "href", "srcset", "poster", "background", "data", "action", "content"} {
		if value := attr(n, name); strings.Contains(value, "//") && !strings.HasPrefix(value, "http://tracker.example/") {
			return value
		}
	}
	return ""
}

// Guards what is published against being asked for in parts: an edition is the
// bytes that were signed, whatever stands in its address, and no page gives a
// reader from outside numbers of their own choice.
func TestAPublicationIsNarrowedByItsAddress(t *testing.T) {
	s := newScene(t)
	h, _ := s.copy(t, "nobody")
	const narrow = "?province=Maseru&month=2021-10&sex=female&institution=MSD&lead=1&status=stalled&node=3.1&mechanism=TIP&as_of=2021-01-01&known_at=2021-01-01&audience=internal&q=x&theme=protection&edition=all&page=2&id=1"
	tried := 0
	for name, labels := range map[string][]string{"partner": {"pub_partner", "pub_public", "pub_record"}, "nobody": {"pub_public", "pub_newer"}, "ngo": {"pub_ngo"}} {
		v := s.visitor(h, name)
		for _, label := range labels {
			for _, path := range []string{"", "/read", "/files/pdf", "/files/xlsx", "/files/csv", "/files/json", "/files/html"} {
				path = s.path(name, "/publications/:"+label+path)
				plain, more := v.get(path), v.get(path+narrow)
				if plain.status == http.StatusNotFound && more.status == http.StatusNotFound {
					continue // a format that a record has not
				}
				same := func(a *answer) string {
					return formKey.ReplaceAllString(strings.ReplaceAll(a.body, a.header.Get("X-Request-Id"), ""), "")
				}
				if tried++; plain.status != http.StatusOK || more.status != http.StatusOK || same(plain) != same(more) {
					t.Errorf("%s: %s differs with a filter: %d and %d", name, path, plain.status, more.status)
				}
			}
		}
	}
	if tried < 35 {
		t.Errorf("only %d addresses were tried", tried)
	}
	v := s.visitor(h, "partner")
	for _, path := range []string{"/reports", "/reports/status.csv", "/reports/changes", "/commitments", "/commitments.csv", "/indicators", "/recommendations/coverage", "/evidence", "/discipline", "/money", "/ratings"} {
		v.get(path + narrow).is(http.StatusNotFound)
	}
	for _, from := range []string{s.objects["pub_internal"], s.objects["pub_ngo"], "LS-2021-9999"} { // what they may not read is nothing to compare with
		if a := v.get(differencesPath(s.objects["pub_partner"], from)); strings.Contains(a.text("main"), s.objects["pub_internal"]) || strings.Contains(a.text("main"), s.objects["pub_ngo"]) {
			t.Errorf("from %s: %s", from, a.text("main"))
		}
	}
}
