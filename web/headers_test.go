package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

// headed counts the answers that were held, by status.
type headed map[int]int

// holds holds the whole set of headers of an answer, whatever it is.
func (n headed) holds(a *answer, secure bool) {
	a.t.Helper()
	n[a.status]++
	path, _, _ := strings.Cut(a.path, "?")
	for name, want := range standing {
		static := strings.HasPrefix(path, StaticPath) && (a.status == http.StatusOK || a.status == http.StatusNotModified)
		switch {
		case name == "Cache-Control" && static:
			want = "public, max-age=31536000, immutable"
		case name == "Content-Security-Policy" && givesFile(path) && a.status == http.StatusOK:
			want = filePolicy
		}
		if got := a.header.Values(name); len(got) != 1 || got[0] != want {
			a.t.Errorf("%d %s: %s is %q, not %q", a.status, a.path, name, got, want)
		}
	}
	if hsts := a.header.Get("Strict-Transport-Security"); secure != (hsts == "max-age=63072000; includeSubDomains") || !secure && hsts != "" {
		a.t.Errorf("%d %s: Strict-Transport-Security is %q", a.status, a.path, hsts)
	}
	for name := range a.header {
		if strings.HasPrefix(name, "Access-Control-") || name == "Server" || strings.HasPrefix(name, "X-Powered") || name == "X-Aspnet-Version" {
			a.t.Errorf("%d %s has %s", a.status, a.path, name)
		}
	}
	if kind := a.header.Get("Content-Type"); a.body != "" && (kind == "" || strings.HasPrefix(kind, "text/") && !strings.Contains(strings.ToLower(kind), "charset=utf-8")) {
		a.t.Errorf("%d %s: Content-Type is %q", a.status, a.path, kind)
	}
	if a.header.Get("X-Request-Id") == "" {
		a.t.Errorf("%d %s has no id", a.status, a.path)
	}
	for _, line := range a.header.Values("Set-Cookie") {
		c, err := http.ParseSetCookie(line)
		if err != nil || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Secure != secure || secure != strings.HasPrefix(c.Name, "__Host-") {
			a.t.Errorf("%d %s: the cookie %q (%v)", a.status, a.path, line, err)
		}
	}
}

// Guards every answer of every route against a header that is missing, and one
// that tells of the machine or lets other sites in: pages, files, redirects,
// refusals and faults, over TLS and without.
func TestEveryAnswerHasEveryHeader(t *testing.T) {
	s := newScene(t)
	n := headed{}
	for i, name := range []string{"nobody", "coordinator", "administrator"} {
		h, v := s.copy(t, name)
		v.plain = true
		secure := i%2 == 1
		if secure {
			h.s.BaseURL = "https://tracker.example"
		}
		for _, l := range reading {
			n.holds(v.get(s.path(name, l.path)), secure)
		}
		for _, l := range writing {
			path := s.path(name, l.path)
			n.holds(v.post(path, s.form(name, l.form)), secure)
			if name != "nobody" {
				continue
			}
			n.holds(v.post(path, url.Values{"a": {strings.Repeat("x", 1<<20)}}), secure)
			for _, method := range []string{http.MethodHead, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodTrace, "PURGE"} {
				n.holds(v.send(httptest.NewRequest(method, path, nil)), secure)
			}
			from := httptest.NewRequest(http.MethodPost, path, nil)
			from.Header.Set("Sec-Fetch-Site", "cross-site")
			n.holds(v.send(from), secure)
		}
		h.odd(n, v, secure)
	}
	for _, status := range []int{200, 303, 304, 400, 403, 404, 405, 409, 413, 414, 415, 422, 429, 500, 503} {
		if n[status] == 0 {
			t.Errorf("no answer was %d", status)
		}
	}
}

// odd asks for what goes wrong before or beside the routes.
func (h *house) odd(n headed, v *visitor, secure bool) {
	h.s.echo.GET("/panic", func(echo.Context) error { panic("on the way") })
	for _, path := range []string{"/panic", "/static/%2e%2e%2f", "/static/..%5c", "//evil.test/%2f..", "/%00", "/sign-in/", "/nothing", "/sign-in?a=" + strings.Repeat("x", mostAddress), "/links/%ff"} {
		n.holds(v.get(path), secure)
	}
	again := httptest.NewRequest(http.MethodGet, h.s.assets.URL("theme.css"), nil)
	again.Header.Set("If-None-Match", "*")
	n.holds(v.send(again), secure)
	for _, header := range [][2]string{{"Content-Encoding", "gzip"}, {"Content-Type", "application/x-www-form-urlencoded"}} {
		odd := httptest.NewRequest(http.MethodPost, "/sign-in", strings.NewReader("email=%zz"))
		odd.Header.Set(header[0], header[1])
		n.holds(v.send(odd), secure)
	}
	for _, b := range []bound{{mine: 0, all: 1, wait: 1}, {mine: 99, all: 0, wait: 1}} {
		for of := range h.s.limits {
			h.bounded(cost(of), b)
		}
		for _, path := range []string{"/sign-in", "/publications", "/verify"} {
			n.holds(v.get(path), secure)
			n.holds(v.post(path, url.Values{}), secure)
		}
	}
	for of := range h.s.limits {
		h.bounded(cost(of), bound{mine: 1 << 20, all: 1 << 20, wait: 1})
	}
	v.plain = true
	out := v.post("/sign-out", url.Values{})
	n.holds(out, secure)
	if v.cookie != "" && out.header.Get("Clear-Site-Data") != `"cache", "storage"` {
		h.t.Errorf("who signs out leaves %q", out.header.Get("Clear-Site-Data"))
	}
}

// Guards what a person may read against another site that shows it as a part
// of itself, with the person's own session: a picture, a script, a frame.
func TestAnotherSiteEmbedsNothing(t *testing.T) {
	s := newScene(t)
	h, v := s.copy(t, "coordinator")
	ask := func(path string, header ...string) *answer {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		return v.send(r)
	}
	file := s.path("coordinator", "/updates/:filed/evidence/:paper")
	for _, path := range []string{file, "/", "/commitments.csv", "/reports/status.pdf", "/jobs", h.s.assets.URL("theme.css")} {
		for _, site := range []string{"cross-site", "same-site"} {
			for _, dest := range []string{"image", "script", "style", "object", "embed", "iframe", "frame", "empty", "video", "document"} {
				mode := "no-cors"
				if strings.HasSuffix(dest, "frame") {
					mode = "navigate"
				}
				ask(path, "Sec-Fetch-Site", site, "Sec-Fetch-Mode", mode, "Sec-Fetch-Dest", dest).is(http.StatusForbidden)
			}
			if path != "/jobs" {
				ask(path, "Sec-Fetch-Site", site, "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document").is(http.StatusOK)
			}
		}
		for _, site := range []string{"same-origin", "none", ""} {
			ask(path, "Sec-Fetch-Site", site, "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image").is(http.StatusOK)
		}
	}
	a := ask(file).is(http.StatusOK)
	if !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") || !strings.HasPrefix(a.header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("a file that somebody sent comes with %v", a.header)
	}
}
