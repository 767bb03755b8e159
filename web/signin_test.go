package web

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
)

func TestAnInvitationLeadsToAPasswordAndThroughTheDoor(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	made, err := g.s.Accounts.Invite(t.Context(), accounts.CommandLine(), "", accounts.NewPerson{Email: "focal@tracker.example", Institution: "MSD", Role: accounts.FocalPoint, Title: "Director"})
	must(t, err)
	b := g.browser()
	for range 2 { // looking does not use it up
		b.get(made.Path()).is(http.StatusOK).says("h1", "Choose a password").says("main", "focal@tracker.example")
	}
	a := b.post(made.Path(), url.Values{"password": {"too short"}}).is(http.StatusUnprocessableEntity).says(".govuk-error-message", "15 characters")
	if a.hides("too short"); len(a.find(`.govuk-error-summary a[href="#password"]`)) != 1 || len(b.cookies) != 0 {
		t.Error("the summary does not lead to the field, or a cookie was set")
	}
	b.post(made.Path(), url.Values{"password": {passphrase}}).leads("/")
	b.get("/account").is(http.StatusOK).says(".flash", "The password is set").says("main", "Director", "Ministry of Social Development (MSD)", "focal@tracker.example")
	b.get("/sign-in").leads("/")
	stolen := *b.cookies["session"]
	out := b.post("/sign-out", nil).leads("/sign-in")
	if _, kept := b.cookies["session"]; kept || out.header.Get("Clear-Site-Data") == "" {
		t.Error("signing out leaves the cookie or says nothing of the site's data")
	}
	b.cookies["session"] = &stolen
	b.get("/account").leads("/sign-in?next=%2Faccount")
	b.get("/sign-in").is(http.StatusOK).says("main", "Your session is over")
	b.signIn(" Focal@Tracker.example", passphrase).leads("/")
}

// Guards a session against whoever planted a cookie before the sign-in.
func TestSigningInNeverKeepsACookieShownBefore(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	g.account("one@tracker.example", accounts.FocalPoint)
	g.account("two@tracker.example", accounts.FocalPoint)
	b, planted := g.browser(), strings.Repeat("A", 43)
	b.cookies["session"] = &http.Cookie{Name: "session", Value: planted}
	b.cookies["browser"] = &http.Cookie{Name: "browser", Value: planted}
	b.signIn("one@tracker.example", passphrase).leads("/")
	first := *b.cookies["session"]
	if first.Value == planted || b.cookies["browser"].Value == planted {
		t.Error("a planted secret was adopted")
	}
	b.signIn("two@tracker.example", passphrase).leads("/")
	if first.Value == b.cookies["session"].Value {
		t.Error("the second sign-in kept the first one's secret")
	}
	thief := g.browser()
	for _, value := range []string{planted, first.Value} {
		thief.cookies["session"] = &http.Cookie{Name: "session", Value: value}
		thief.get("/account").leads("/sign-in?next=%2Faccount")
	}
}

// Guards the way on after sign-in against leading to another site.
func TestSigningInLeadsNowhereElse(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	g.account("one@tracker.example", accounts.FocalPoint)
	for _, next := range []string{"//evil.test", `/\evil.test`, `/\\evil.test`, "https:evil.test", "https://evil.test/", "/%09/evil.test", "/\t/evil.test", "/%2F/evil.test",
		"/%5Cevil.test", "javascript:alert(1)", "evil.test", "/x\r\nSet-Cookie: a=b", "", "http:///evil.test", " //evil.test"} {
		b := g.browser()
		a := b.get("/sign-in?next=" + url.QueryEscape(next)).is(http.StatusOK)
		if hidden := a.find("input[name=next]"); len(hidden) != 1 || attr(hidden[0], "value") != "/" {
			t.Errorf("next=%q stands in the form", next)
		}
		b.post("/sign-in", url.Values{"email": {"one@tracker.example"}, "password": {passphrase}, "next": {next}}).leads("/")
	}
	b := g.browser()
	b.post("/sign-in?next=/help", url.Values{"email": {"one@tracker.example"}, "password": {passphrase}, "next": {"/commitments?status=stalled&page=2"}}).leads("/commitments?status=stalled&page=2")
	if a := g.browser().get("//evil.test/%2f.."); a.status/100 == 3 && !strings.HasPrefix(a.header.Get("Location"), "/sign-in") {
		t.Errorf("a path of two slashes leads to %q", a.header.Get("Location"))
	}
}

// Guards the bound on wrong passwords against addresses that anybody can write
// into a header.
func TestHeadersDoNotBuyMoreAttempts(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	g.account("one@tracker.example", accounts.FocalPoint)
	known := g.browser()
	known.signIn("one@tracker.example", passphrase).leads("/")
	known.post("/sign-out", nil)
	statuses := make([]int, 20)
	var wait sync.WaitGroup
	for i := range statuses {
		wait.Go(func() {
			from := "203.0.113." + string(rune('0'+i%10))
			statuses[i] = g.browser().signIn("one@tracker.example", "wrong wrong wrong", "X-Forwarded-For", from, "X-Real-IP", from, "Forwarded", "for="+from).status
		})
	}
	wait.Wait()
	counts := map[int]int{}
	for _, status := range statuses {
		counts[status]++
	}
	if counts[http.StatusUnprocessableEntity] != accounts.FailuresPerAccount || counts[http.StatusTooManyRequests] != len(statuses)-accounts.FailuresPerAccount {
		t.Errorf("answers: %v", counts)
	}
	stranger := g.browser()
	a := stranger.signIn("one@tracker.example", passphrase).is(http.StatusTooManyRequests).says(".govuk-error-summary", "Wait 15 minutes")
	if a.header.Get("Retry-After") != "900" || attr(a.find("input[name=email]")[0], "value") != "one@tracker.example" {
		t.Errorf("retry after %q", a.header.Get("Retry-After"))
	}
	known.signIn("one@tracker.example", passphrase).leads("/")
	g.watch.pass(16 * time.Minute)
	stranger.signIn("one@tracker.example", passphrase).leads("/")
}

func TestAWrongPasswordAndAnUnknownAccountLookAlike(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	g.account("one@tracker.example", accounts.FocalPoint)
	off := g.account("off@tracker.example", accounts.FocalPoint)
	must(t, g.s.Accounts.DisablePerson(t.Context(), accounts.CommandLine(), "", off.PersonID, 2))
	bodies := map[string]string{}
	for email, password := range map[string]string{"one@tracker.example": "wrong wrong wrong", "off@tracker.example": passphrase, "two@tracker.example": passphrase, "neither name nor host": "unusual wording here"} {
		a := g.browser().signIn(email, password).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "E-mail or password is not right").hides(password + `"`)
		bodies[strings.ReplaceAll(a.body, email, "EMAIL")] = email
	}
	if len(bodies) != 1 {
		t.Errorf("%d different answers", len(bodies))
	}
}

// Guards links: once, for 24 hours, only the newest, and not after the
// password was changed otherwise.
func TestALinkWorksOnce(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	who := g.account("one@tracker.example", accounts.FocalPoint)
	gone := func(name, path string) {
		t.Helper()
		b := g.browser()
		for _, a := range []*answer{b.get(path), b.post(path, url.Values{"password": {passphrase}})} {
			if a.status != http.StatusNotFound || !strings.Contains(a.text("main"), "This link cannot be used") || len(b.cookies) != 0 {
				t.Errorf("%s: %d %s", name, a.status, a.text("main"))
			}
		}
	}
	used := g.reset(who)
	g.browser().post(used, url.Values{"password": {"another-quilt-onion-lattice"}}).leads("/")
	gone("used", used)
	older := g.reset(who)
	newer := g.reset(who)
	gone("replaced", older)
	b := g.browser()
	b.signIn("one@tracker.example", "another-quilt-onion-lattice").leads("/")
	b.post("/account/password", url.Values{"current": {"another-quilt-onion-lattice"}, "password": {passphrase}}).leads("/account")
	gone("made before the password changed", newer)
	late := g.reset(who)
	g.watch.pass(24*time.Hour + time.Second)
	gone("a day old", late)
	gone("invented", "/links/"+strings.Repeat("A", 43))
	gone("nonsense", "/links/x")
}

func TestASignInLinkAsksForNoPassword(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	who := g.account("one@tracker.example", accounts.FocalPoint)
	made, err := g.s.Accounts.Link(t.Context(), accounts.CommandLine(), "", who.PersonID, accounts.SignInLink)
	must(t, err)
	b := g.browser()
	if a := b.get(made.Path()).is(http.StatusOK).says("h1", "one-time link"); len(a.find("input[type=password]")) != 0 {
		t.Error("the page asks for a password")
	}
	b.post(made.Path(), nil).leads("/account")
	if a := b.get("/account").is(http.StatusOK).says("main", "the present password is not asked for"); len(a.find("input[name=current]")) != 0 {
		t.Error("the page asks for the present password")
	}
	b.post("/account/password", url.Values{"password": {"another-quilt-onion-lattice"}}).leads("/account")
	g.browser().signIn("one@tracker.example", "another-quilt-onion-lattice").leads("/")
}

func TestCookiesAreBoundToTheHostUnderTLS(t *testing.T) {
	g := newGate(t, "https://tracker.example", false)
	g.account("one@tracker.example", accounts.FocalPoint)
	b := g.browser()
	a := b.signIn("one@tracker.example", passphrase).leads("/")
	set := a.header.Values("Set-Cookie")
	if len(set) != 2 {
		t.Fatalf("%d cookies", len(set))
	}
	for i, name := range []string{"__Host-session=", "__Host-browser="} {
		for _, want := range []string{"; Path=/", "; HttpOnly", "; Secure", "; SameSite=Lax"} {
			if !strings.HasPrefix(set[i], name) || !strings.Contains(set[i], want) || strings.Contains(set[i], "Domain") {
				t.Errorf("%s lacks %s", set[i], want)
			}
		}
	}
	if strings.Contains(set[0], "Max-Age") || !strings.Contains(set[1], "Max-Age=15552000") {
		t.Errorf("the ages: %s; %s", set[0], set[1])
	}
	if a.header.Get("Strict-Transport-Security") == "" {
		t.Error("no word of TLS for next time")
	}
	b.get("/account").is(http.StatusOK)
}

// Guards forms against other sites, signing in and out included.
func TestFormsFromOtherSitesAreRefused(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	g.account("one@tracker.example", accounts.FocalPoint)
	b := g.browser()
	b.signIn("one@tracker.example", passphrase).leads("/")
	for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Site", "", "Origin", "https://evil.test"}, {"Sec-Fetch-Site", "", "Origin", "null"},
		{"Sec-Fetch-Site", "cross-site", "Content-Type", "text/plain"}} {
		b.post("/sign-out", nil, header...).is(http.StatusForbidden)
		b.post("/account/password", url.Values{"current": {passphrase}, "password": {"another-quilt-onion-lattice"}}, header...).is(http.StatusForbidden)
		g.browser().signIn("one@tracker.example", passphrase, header...).is(http.StatusForbidden)
	}
	b.get("/account").is(http.StatusOK)
	b.signIn("one@tracker.example", passphrase).leads("/")
}

func TestOtherMethodsAreRefused(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	g.account("one@tracker.example", accounts.FocalPoint)
	b := g.browser()
	b.signIn("one@tracker.example", passphrase).leads("/")
	for _, method := range []string{"TRACE", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "PROPFIND"} {
		for _, path := range []string{"/sign-in", "/account", "/healthz", "/nothing"} {
			if a := b.request(method, path, nil); a.status != http.StatusMethodNotAllowed || a.header.Get("Allow") == "" {
				t.Errorf("%s %s: %d", method, path, a.status)
			}
		}
	}
	b.get("/account", "X-HTTP-Method-Override", "POST").is(http.StatusOK)
	b.post("/account", url.Values{"_method": {"DELETE"}}).is(http.StatusMethodNotAllowed)
	b.get("/sign-out").is(http.StatusMethodNotAllowed)
	b.get("/account").is(http.StatusOK)
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	g := newGate(t, "https://tracker.example", false)
	b := g.browser()
	for path, status := range map[string]int{"/sign-in": 200, "/nothing": 404, "/account": 303, "/healthz": 200, "/.git/config": 404, "/.env": 404, "/debug/pprof/": 404, "/metrics": 404,
		g.s.assets.URL("theme.css"): 200, "/static/..%2fserver.go": 404, "/links/x": 404} {
		a := b.get(path)
		if a.status != status {
			t.Errorf("%s: %d, not %d", path, a.status, status)
		}
		for name, want := range map[string]string{"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Strict-Transport-Security": "includeSubDomains", "Cross-Origin-Opener-Policy": "same-origin", "X-Request-Id": ""} {
			if got := a.header.Get(name); got == "" || !strings.Contains(got, want) {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if cache := a.header.Get("Cache-Control"); !strings.Contains(cache, "no-store") && !strings.HasPrefix(path, StaticPath) {
			t.Errorf("%s may be kept: %q", path, cache)
		}
		for _, name := range []string{"Access-Control-Allow-Origin", "Server", "X-Powered-By"} {
			if a.header.Get(name) != "" {
				t.Errorf("%s: %s is %q", path, name, a.header.Get(name))
			}
		}
	}
}

// Guards against a session that lives on after its person was disabled, moved
// away or left it alone.
func TestASessionEndsWithItsPersonAndItsTime(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	who := g.account("one@tracker.example", accounts.FocalPoint)
	b := g.browser()
	b.signIn("one@tracker.example", passphrase).leads("/")
	g.watch.pass(29 * time.Minute)
	b.get("/account").is(http.StatusOK)
	g.watch.pass(31 * time.Minute)
	b.get("/account?a=1").leads("/sign-in?next=%2Faccount%3Fa%3D1")
	b.post("/account/password", url.Values{"current": {passphrase}, "password": {"another-quilt-onion-lattice"}}).leads("/sign-in")
	b.signIn("one@tracker.example", passphrase).leads("/")
	for range 26 {
		g.watch.pass(28 * time.Minute)
		if a := b.get("/account"); a.status != http.StatusOK {
			break
		}
	}
	b.get("/account").leads("/sign-in?next=%2Faccount")
	b.signIn("one@tracker.example", passphrase).leads("/")
	must(t, g.s.Accounts.DisablePerson(t.Context(), accounts.CommandLine(), "", who.PersonID, 2))
	b.get("/account").leads("/sign-in?next=%2Faccount")
	b.signIn("one@tracker.example", passphrase).is(http.StatusUnprocessableEntity)
}

// Guards against telling who has an account, and against links to another
// host than ours.
func TestAskingForALinkByMailTellsNothing(t *testing.T) {
	g := newGate(t, "http://tracker.example", true)
	who := g.account("one@tracker.example", accounts.FocalPoint)
	off := g.account("off@tracker.example", accounts.FocalPoint)
	must(t, g.s.Accounts.DisablePerson(t.Context(), accounts.CommandLine(), "", off.PersonID, 2))
	g.write(func(tx *gorm.DB) error { return tx.Exec("DELETE FROM outbox").Error })
	bodies := map[string]bool{}
	for _, email := range []string{"one@tracker.example", "off@tracker.example", "nobody@tracker.example", "", "one@tracker.example"} {
		a := g.browser().post("/forgotten", url.Values{"email": {email}}, "Host", "evil.test").is(http.StatusOK).says("main", "If an account has this address")
		bodies[a.body] = true
	}
	if len(bodies) != 1 {
		t.Errorf("%d different answers", len(bodies))
	}
	var mails []string
	must(t, g.db.Read(t.Context(), func(tx *gorm.DB) error {
		return tx.Raw("SELECT recipient || ' ' || body FROM outbox").Scan(&mails).Error
	}))
	if len(mails) != 1 || !strings.HasPrefix(mails[0], "one@tracker.example ") || !strings.Contains(mails[0], "http://tracker.example/links/") || strings.Contains(mails[0], "evil") {
		t.Fatalf("%d mails: %q", len(mails), mails)
	}
	_, token, _ := strings.Cut(mails[0], "/links/")
	token, _, _ = strings.Cut(token, "\n")
	b := g.browser()
	b.post("/links/"+token, url.Values{"password": {"another-quilt-onion-lattice"}}).leads("/")
	b.get("/account").is(http.StatusOK).says("main", who.Post)
}

func TestWithoutAMailServerThePageSaysWhomToAsk(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	g.account("one@tracker.example", accounts.FocalPoint)
	must(t, g.s.Accounts.ChangeSettings(t.Context(), accounts.CommandLine(), "", 0, map[string]string{"contact": "secretariat, room 7"}))
	a := g.browser().get("/forgotten").is(http.StatusOK).says("main", "Ask your administrator", "secretariat, room 7")
	if len(a.find("form")) != 0 {
		t.Error("the page offers a form")
	}
	g.browser().post("/forgotten", url.Values{"email": {"one@tracker.example"}}).is(http.StatusOK)
	var n int64
	must(t, g.db.Read(t.Context(), func(tx *gorm.DB) error {
		return tx.Raw("SELECT count(*) FROM links WHERE used_at IS NULL").Scan(&n).Error
	}))
	if n != 0 {
		t.Errorf("%d links were made", n)
	}
}
