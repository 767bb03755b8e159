package web

import (
	"cmp"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// What a page may weigh as it goes over the wire: the first visit with all
// that it brings, and every later page, whose files the browser has already.
const (
	maxFirstVisit = 60 << 10
	maxLaterPage  = 15 << 10
)

// weight is the size of what a browser that unpacks gzip gets for a path.
func weight(t *testing.T, origin, path, cookie string, status int) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, origin+path, nil)
	must(t, err)
	r.Header.Set("Accept-Encoding", "gzip")
	if cookie != "" {
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: cookie})
	}
	a, err := http.DefaultTransport.RoundTrip(r) // which unpacks nothing that it did not ask for itself
	must(t, err)
	defer a.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(a.Body)
	must(t, err)
	if a.StatusCode != status || len(body) > 1400 && a.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("%s answers %d with %d bytes, packed as %q", path, a.StatusCode, len(body), a.Header.Get("Content-Encoding"))
	}
	return len(body)
}

func TestTheFirstVisitIsLight(t *testing.T) {
	h := demoHouse(t, testDay)
	origin := h.serve()
	total := weight(t, origin, "/sign-in", "", http.StatusOK)
	t.Logf("%6d  /sign-in", total)
	for _, link := range h.stranger().get("/sign-in").find("link[href]") {
		n := weight(t, origin, attr(link, "href"), "", http.StatusOK)
		t.Logf("%6d  %s", n, attr(link, "href"))
		total += n
	}
	if total > maxFirstVisit {
		t.Errorf("the first visit weighs %d bytes, more than %d", total, maxFirstVisit)
	}
}

func TestEveryLaterPageIsLight(t *testing.T) {
	w := newWalk(t)
	origin := w.serve()
	type line struct {
		name  string
		bytes int
	}
	var lines []line
	for _, s := range w.stops() {
		lines = append(lines, line{s.path + " " + s.walker, weight(t, origin, s.path, w.people[s.walker].cookie, s.status)})
	}
	slices.SortFunc(lines, func(a, b line) int { return cmp.Compare(b.bytes, a.bytes) })
	for _, l := range lines {
		if t.Logf("%6d  %s", l.bytes, strings.TrimSpace(l.name)); l.bytes > maxLaterPage {
			t.Errorf("%s weighs %d bytes, more than %d", l.name, l.bytes, maxLaterPage)
		}
	}
}
