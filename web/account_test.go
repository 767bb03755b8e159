package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
)

const firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"

func TestThePasswordChangesOnlyWithThePresentOne(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	g.account("one@tracker.example", accounts.FocalPoint)
	b, other := g.browser(), g.browser()
	b.signIn("one@tracker.example", passphrase)
	other.signIn("one@tracker.example", passphrase)
	const fresh = "another-quilt-onion-lattice"
	for name, c := range map[string]struct{ current, password, field string }{
		"wrong": {"wrong wrong wrong", fresh, "#current"}, "none": {"", fresh, "#current"}, "short": {passphrase, "fourteen chars", "#password"}, "same": {passphrase, passphrase, "#password"}} {
		a := b.post("/account/password", url.Values{"current": {c.current}, "password": {c.password}}).is(http.StatusUnprocessableEntity)
		if links := a.find(".govuk-error-summary a"); len(links) != 1 || attr(links[0], "href") != c.field {
			t.Errorf("%s: %s", name, a.text(".govuk-error-summary"))
		}
		a.hides(`value="` + c.password + `"`)
	}
	other.get("/account").is(http.StatusOK)
	b.post("/account/password", url.Values{"current": {passphrase}, "password": {fresh}, "email": {"x@y.example"}, "role": {"coordinator"}}).leads("/account")
	b.get("/account").is(http.StatusOK).says(".flash", "The password is changed").says("main", "one@tracker.example", "Focal point")
	other.get("/account").leads("/sign-in?next=%2Faccount")
	other.signIn("one@tracker.example", passphrase).is(http.StatusUnprocessableEntity)
	other.signIn("one@tracker.example", fresh).leads("/")
}

// Guards a session left open against guessing the password in it.
func TestGuessingThePresentPasswordIsBounded(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	g.account("one@tracker.example", accounts.FocalPoint)
	b := g.browser()
	b.signIn("one@tracker.example", passphrase)
	form := url.Values{"current": {"wrong wrong wrong"}, "password": {"another-quilt-onion-lattice"}}
	for range accounts.FailuresPerAccount {
		b.post("/account/password", form).is(http.StatusUnprocessableEntity)
	}
	form.Set("current", passphrase)
	b.post("/account/password", form).is(http.StatusTooManyRequests)
}

// Guards other people's sessions: their ids answer like ones that do not exist.
func TestOnlyOnesOwnSessionsAreSeenAndEnded(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	g.account("one@tracker.example", accounts.FocalPoint)
	g.account("two@tracker.example", accounts.FocalPoint)
	b, phone, stranger := g.browser(), g.browser(), g.browser()
	b.signIn("one@tracker.example", passphrase, "User-Agent", firefox)
	phone.signIn("one@tracker.example", passphrase, "User-Agent", `<script>alert(1)</script>`)
	stranger.signIn("two@tracker.example", passphrase)
	a := b.get("/account").is(http.StatusOK).says("tbody tr", "Firefox on Windows This one", "<script>alert(1)</script>").hides("<script>")
	ends := a.find(`form[action^="/account/sessions/"][action$="/end"]`)
	if len(a.find("tbody tr")) != 2 || len(ends) != 1 {
		t.Fatalf("%d sessions, %d to end", len(a.find("tbody tr")), len(ends))
	}
	path := attr(ends[0], "action")
	foreign := stranger.post(path, nil).is(http.StatusNotFound)
	missing := stranger.post("/account/sessions/AAAAAAAAAAAAAAAA/end", nil).is(http.StatusNotFound)
	if foreign.text("main") != missing.text("main") {
		t.Error("another's session and none answer differently")
	}
	phone.get("/account").is(http.StatusOK)
	b.post(path, nil).leads("/account")
	phone.get("/account").leads("/sign-in?next=%2Faccount")
	phone.signIn("one@tracker.example", passphrase).leads("/")
	b.post("/account/sessions/end-others", nil).leads("/account")
	phone.get("/account").leads("/sign-in?next=%2Faccount")
	stranger.get("/account").is(http.StatusOK)
}

func TestBrowsersAreNamedInAFewWords(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	for agent, want := range map[string]string{
		firefox: "Firefox on Windows",
		"Mozilla/5.0 (Linux; Android 13; SM-A042F) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36": "Samsung Internet on Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15":                      "Safari on macOS",
		"": "Unnamed browser", "curl/8": "curl/8",
		strings.Repeat("ä", 50): strings.Repeat("ä", 40) + "…",
	} {
		if got := accounts.DeviceName(g.s.t, agent); got != want {
			t.Errorf("%q is %q, not %q", agent, got, want)
		}
	}
}

// A password form sent twice by an impatient click changed the password and
// then called the present one wrong.
func TestAPasswordFormSentTwiceHasOneEffect(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	g.account("two@tracker.example", accounts.FocalPoint)
	b := g.browser()
	b.signIn("two@tracker.example", passphrase).leads("/")
	key := attr(b.get("/account").is(http.StatusOK).find(`form[action="/account/password"] input[name=key]`)[0], "value")
	for range 2 {
		b.post("/account/password", url.Values{"key": {key}, "current": {passphrase}, "password": {"another-quilt-onion-lattice"}}).leads("/account")
	}
	changes := 0
	g.write(func(tx *gorm.DB) error {
		return tx.Raw("SELECT count(*) FROM audit_entries WHERE action = 'password.change'").Scan(&changes).Error
	})
	if changes != 1 {
		t.Errorf("%d changes are in the trail", changes)
	}
}
