package web

import (
	"bufio"
	"bytes"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"tracker/internal/accounts"
)

// Guards every form against being sent by another site's page, and every page
// against methods that it does not have: nothing changes.
func TestNoRouteTakesWhatAnotherSiteOrMethodSends(t *testing.T) {
	s := newScene(t)
	h, _ := s.copy(t, "nobody")
	before, heads := h.content(), 0
	for _, l := range writing {
		name := entitled(l.answers)
		if name == "" {
			continue
		}
		v := s.visitor(h, name)
		for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.test"}, {"Origin", "null"}} {
			form := s.form(name, l.form)
			form.Set("key", newKey())
			r := httptest.NewRequest(http.MethodPost, s.path(name, l.path), strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set(header[0], header[1])
			v.send(r).is(http.StatusForbidden)
		}
		for _, header := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
			r := httptest.NewRequest(http.MethodGet, s.path(name, l.path)+"?_method=POST&"+s.form(name, l.form).Encode(), nil)
			r.Header.Set(header, "POST")
			if a := v.send(r); a.status >= http.StatusInternalServerError {
				t.Errorf("%s: %d", a.path, a.status)
			}
		}
		for _, method := range []string{http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodPatch} {
			a := v.send(httptest.NewRequest(method, s.path(name, l.path), nil))
			if a.status != http.StatusMethodNotAllowed || method == http.MethodHead && a.body != "" {
				t.Errorf("%s %s: %d", method, a.path, a.status)
			}
			heads++
		}
	}
	if heads < 100 || !h.same(before) {
		t.Errorf("after %d requests something changed", heads)
	}
}

// Guards against what a person could do before and may no longer: a session,
// a form that is open still, a page and a file follow the post at once.
func TestWhatAPersonMayFollowsTheirPostAtOnce(t *testing.T) {
	s := newScene(t)
	_, admin := s.copy(t, "administrator")
	h := admin.house
	named := func(name string) *visitor {
		return s.visitor(h, name)
	}
	focal, coordinator := named("msd"), named("coordinator")
	path := s.path("", "/updates/:draft")
	edit := func() *answer { return focal.post(path+"/edit", s.form("", said+"&version=1&send=0")) }
	focal.get(path).is(http.StatusOK)
	coordinator.get("/reports/status.pdf").is(http.StatusOK)
	move := func(v *visitor, institution, title string, role accounts.Role) {
		t.Helper()
		id, err := h.s.Accounts.CreatePost(t.Context(), accounts.CommandLine(), "", accounts.PostChange{Institution: institution, Title: title, Role: role})
		must(t, err)
		person := "/admin/people/" + itoa(v.actor.PersonID)
		version := attr(admin.get(person).find("input[name=version]")[0], "value")
		admin.post(person+"/move", url.Values{"version": {version}, "post": {id}}).is(http.StatusSeeOther)
	}
	move(focal, "MHA", "Adviser", accounts.FocalPoint)
	focal.get(path).is(http.StatusNotFound)
	edit().is(http.StatusNotFound)
	focal.get("/commitments/new").is(http.StatusNotFound)
	move(focal, "MSC", "Third coordinator", accounts.Coordinator)
	focal.get("/commitments/new").is(http.StatusOK)
	focal.get(path).is(http.StatusNotFound) // a draft stays its institution's
	move(coordinator, "USE", "Attaché", accounts.Partner)
	for _, closed := range []string{"/reports/status.pdf", "/commitments", "/review", "/commitments/new"} {
		coordinator.get(closed).is(http.StatusNotFound)
	}
	coordinator.post(s.path("", "/updates/:submitted/approve"), url.Values{"version": {"2"}}).is(http.StatusNotFound)
	coordinator.get("/").is(http.StatusOK).hides("NSF 3.1.1")

	link, err := h.s.Accounts.Link(t.Context(), accounts.CommandLine(), "", focal.actor.PersonID, accounts.Reset)
	must(t, err)
	person := "/admin/people/" + itoa(focal.actor.PersonID)
	version := attr(admin.get(person).find("input[name=version]")[0], "value")
	admin.post(person+"/disable", url.Values{"version": {version}}).is(http.StatusSeeOther)
	focal.get("/account").leads("/sign-in?next=%2Faccount")
	edit().leads("/sign-in")
	h.stranger().get(link.Path()).is(http.StatusNotFound)
	h.stranger().post(link.Path(), url.Values{"password": {passphrase}}).is(http.StatusNotFound)
}

// Guards the bound on wrong passwords: it outlives the server that counted,
// and a header buys nothing but from a proxy that is trusted.
func TestAttemptsAreCountedAcrossRestartsAndByTheTrueAddress(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	g.account("one@tracker.example", accounts.FocalPoint)
	for range accounts.FailuresPerAccount {
		g.browser().signIn("one@tracker.example", "wrong wrong wrong").is(http.StatusUnprocessableEntity)
	}
	restarted := houseOn(t, g.db, testDay)
	restarted.s.Accounts = g.s.Accounts
	again := gate{house: restarted, watch: g.watch}
	again.browser().signIn("one@tracker.example", passphrase).is(http.StatusTooManyRequests)

	_, proxies, err := net.ParseCIDR("10.0.0.0/8")
	must(t, err)
	for _, c := range []struct{ peer, header, want string }{
		{"192.0.2.9:1", "203.0.113.7", "192.0.2.9"}, {"10.0.0.2:1", "203.0.113.7", "203.0.113.7"}, {"10.0.0.2:1", "1.1.1.1, 203.0.113.7", "203.0.113.7"},
		{"10.0.0.2:1", "1.1.1.1, 203.0.113.7, 10.9.9.9", "203.0.113.7"}, {"10.0.0.2:1", "", "10.0.0.2"}, {"127.0.0.1:1", "203.0.113.7", "127.0.0.1"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		for _, name := range []string{"X-Real-IP", "Forwarded", "X-Client-IP"} {
			r.Header.Set(name, "for=6.6.6.6")
		}
		if c.header != "" {
			r.Header.Set("X-Forwarded-For", c.header)
		}
		if got := trusting([]*net.IPNet{proxies})(r); got != c.want {
			t.Errorf("%+v is taken for %s", c, got)
		}
		if host, _, _ := net.SplitHostPort(c.peer); g.s.echo.IPExtractor(r) != host {
			t.Errorf("without a proxy %+v is taken for %s", c, g.s.echo.IPExtractor(r))
		}
	}
}

// Guards files that are nobody's business: of the server, of the repository
// and of the database.
func TestNoFileLeavesByItsName(t *testing.T) {
	s := newScene(t)
	_, v := s.copy(t, "administrator")
	for _, path := range []string{"/.git/config", "/.env", "/debug/pprof/", "/debug/vars", "/metrics", "/app.db", "/tracker.sqlite", "/tracker.sqlite-wal", "/scene.sqlite", "/data/tracker.sqlite", "/backups/", "/static/",
		"/static", "/static/..%2fserver.go", "/static/%2e%2e%2fserver.go", "/static/..%5cserver.go", "/static//etc/passwd", "/static/theme.css", "/static/VENDOR.md", "/templates/layout/base.html", "/go.mod", "/server-status", "/actuator/env"} {
		for _, who := range []*visitor{v, v.house.stranger()} {
			if a := who.get(path); a.status != http.StatusNotFound || strings.Contains(a.body, "SQLite format") || strings.Contains(a.body, "package web") {
				t.Errorf("%s: %d", path, a.status)
			}
		}
	}
}

// Guards against an answer that tells of the machine: whatever breaks, a
// person reads a page in plain words with the number of their request.
func TestAFaultTellsNothingOfTheMachine(t *testing.T) {
	s := newScene(t)
	h, v := s.copy(t, "coordinator")
	var log bytes.Buffer
	h.s.Log = slog.New(slog.NewJSONHandler(&log, nil))
	h.s.echo.GET("/panic", h.s.guard(signedIn, func(echo.Context) error { panic("SELECT secret FROM /var/lib/tracker") }))
	told := func(a *answer, status int) {
		t.Helper()
		a.is(status).says("main", a.header.Get("X-Request-Id"))
		for _, word := range []string{"SELECT", "secret", "goroutine", "sqlite", "SQL", "panic", "/var/", ".go", "no such table", "closed"} {
			if strings.Contains(a.text("body"), word) {
				t.Errorf("%s tells %q: %s", a.path, word, a.text("main"))
			}
		}
		if !strings.Contains(log.String(), a.header.Get("X-Request-Id")) {
			t.Errorf("the log does not know request %s", a.header.Get("X-Request-Id"))
		}
	}
	told(v.get("/panic"), http.StatusInternalServerError)
	h.write(func(tx *gorm.DB) error { return tx.Exec("ALTER TABLE commitment_revisions RENAME TO gone").Error })
	told(v.get("/commitments/NSF%203.1.1"), http.StatusInternalServerError)
	told(v.post("/commitments/new", s.form("coordinator", terms)), http.StatusInternalServerError)
	h.write(func(tx *gorm.DB) error { return tx.Exec("ALTER TABLE settings RENAME TO gone_too").Error })
	told(v.get("/"), http.StatusInternalServerError)
	told(h.stranger().get("/sign-in"), http.StatusInternalServerError)
}

// Guards the log: what people send forges no line in it, and it holds no
// password, no secret of a cookie or a link, and no address of a person.
func TestNothingThatPeopleSendForgesALineOfTheLog(t *testing.T) {
	s := newScene(t)
	h, v := s.copy(t, "msd")
	var log bytes.Buffer
	h.s.Log = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	forged := "x\n{\"level\":\"INFO\",\"msg\":\"forged\"}\r\n\u2028msg=forged"
	sent := 0
	for _, path := range []string{"/commitments?q=" + url.QueryEscape(forged), "/updates/" + url.PathEscape(forged), "/" + url.PathEscape(forged), "/links/" + s.objects["token"], "/account"} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("User-Agent", forged)
		r.Header.Set("Authorization", "Bearer hunter2-token")
		v.send(r)
		sent++
	}
	h.stranger().post("/sign-in", url.Values{"email": {"focal.msd@tracker.example" + forged}, "password": {"hunter2-password"}})
	v.post("/account/password", url.Values{"password": {"hunter2-password-quilt-onion"}})
	sent += 2
	lines := 0
	for scan := bufio.NewScanner(&log); scan.Scan(); lines++ {
		var entry map[string]any
		if err := json.Unmarshal(scan.Bytes(), &entry); err != nil || entry["msg"] == "forged" {
			t.Errorf("line %d: %s (%v)", lines, scan.Text(), err)
		}
		for _, secret := range []string{"hunter2", "@tracker.example", v.cookie, s.objects["token"], "forged"} {
			if strings.Contains(scan.Text(), secret) {
				t.Errorf("the log holds %q: %s", secret, scan.Text())
			}
		}
	}
	if lines != sent {
		t.Errorf("%d requests left %d lines", sent, lines)
	}
}
