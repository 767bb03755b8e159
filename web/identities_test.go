package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/issuer"
	"tracker/internal/issuer/issuertest"
)

// directory is a gate whose people can sign in at a real issuer.
type directory struct {
	gate
	issuer *issuertest.Issuer
}

func newDirectory(t *testing.T, baseURL string) directory {
	t.Helper()
	g := newGate(t, baseURL, false)
	real := issuertest.New(t, baseURL+IssuerReturn, false)
	known, err := issuer.New(real.Settings(), time.Now)
	must(t, err)
	g.s.Accounts, err = accounts.New(g.db, g.clock, g.watch.now, accounts.Config{Address: baseURL, Issuer: known})
	must(t, err)
	return directory{g, real}
}

// away follows the page that leads on, signs in there, and gives the path to
// which the issuer sends the browser back.
func (d directory) away(b *browser, subject string) string {
	d.t.Helper()
	a := b.get(issuerPath).is(http.StatusOK)
	to := attr(a.find("main a.govuk-button")[0], "href")
	if a.header.Get("Refresh") != "0; url="+to {
		d.t.Errorf("the page leads to %q by itself", a.header.Get("Refresh"))
	}
	return d.issuer.Visit(d.t, to, subject).RequestURI()
}

// back is what a browser does that the issuer sends back: a link of another site.
func back(b *browser, path string) *answer {
	b.t.Helper()
	return b.get(path, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")
}

// links links a subject to the account of a browser that is signed in.
func (d directory) links(b *browser, subject string) *answer {
	d.t.Helper()
	b.post("/account/identities", url.Values{"identity_current": {passphrase}}).leads(issuerPath)
	return back(b, d.away(b, subject))
}

func TestSigningInAtAnIssuer(t *testing.T) {
	for _, base := range []string{"http://tracker.example", "https://tracker.example"} {
		d := newDirectory(t, base)
		d.account("one@tracker.example", accounts.FocalPoint)
		b := d.browser()
		b.get("/sign-in").is(http.StatusOK).says("main", "Sign in with the ministry's directory")
		b.post("/sign-in/oidc", url.Values{"next": {"/commitments?status=stalled"}}).leads(issuerPath)
		back(b, d.away(b, "one")).is(http.StatusUnprocessableEntity).says("h1", "No account here is linked to you").says("main", "No account was made")

		b.signIn("one@tracker.example", passphrase)
		b.get("/account").is(http.StatusOK).says("main", "Sign-in elsewhere", "Nothing is linked to your account")
		b.post("/account/identities", url.Values{"identity_current": {"wrong"}}).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "present password")
		d.links(b, "one").leads("/account")
		b.get("/account").is(http.StatusOK).says(".flash", "Your account is linked to the ministry's directory").says("main", "one")
		b.post("/sign-out", nil)

		fresh := d.browser()
		fresh.post("/sign-in/oidc", url.Values{"next": {"/commitments?status=stalled"}}).leads(issuerPath)
		name := "trip"
		if d.s.secure() {
			name = "__Host-trip"
		}
		c := fresh.cookies[name]
		if c == nil || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure != d.s.secure() || c.Path != "/" || c.Domain != "" || c.MaxAge != 600 {
			t.Errorf("the cookie of a trip is %+v", c)
		}
		path := d.away(fresh, "one")
		back(fresh, path).leads("/commitments?status=stalled")
		if fresh.cookies[name] != nil {
			t.Error("the cookie of the trip stays")
		}
		fresh.get("/account").is(http.StatusOK).says("main", "one@tracker.example", "with a sign-in elsewhere")
		back(fresh, path).is(http.StatusUnprocessableEntity).says("main", "was used already")
	}
}

// Guards against being signed in as somebody else (login CSRF): an address to
// come back by that another browser got is worth nothing in this one.
func TestTheIssuersAnswerIsOfTheBrowserThatAsked(t *testing.T) {
	d := newDirectory(t, "https://tracker.example")
	d.account("attacker@tracker.example", accounts.FocalPoint)
	attacker, victim := d.browser(), d.browser()
	attacker.signIn("attacker@tracker.example", passphrase)
	d.links(attacker, "attacker").leads("/account")
	attacker.post("/sign-in/oidc", nil).leads(issuerPath)
	path := d.away(attacker, "attacker")
	back(victim, path).is(http.StatusUnprocessableEntity).says("h1", "You are not signed in")
	victim.post("/sign-in/oidc", nil).leads(issuerPath)
	back(victim, path).is(http.StatusUnprocessableEntity)
	victim.get("/account").leads("/sign-in?next=%2Faccount")
	for _, start := range []string{"/sign-in/oidc", "/account/identities"} { // nor does another site send anybody off
		attacker.post(start, nil, "Sec-Fetch-Site", "cross-site").is(http.StatusForbidden)
	}
	victim.get("/sign-in/oidc").is(http.StatusMethodNotAllowed)
	for _, next := range []string{"//evil.test", "https://evil.test/", "/\\evil.test", "javascript:alert(1)"} {
		b := d.browser()
		b.post("/sign-in/oidc", url.Values{"next": {next}}).leads(issuerPath)
		back(b, d.away(b, "attacker")).leads("/")
	}
	for _, query := range []string{"?error=access_denied&state=x", "?error=<script>&error_description=<b>x</b>", "?state=&code=", "?state=a&state=b&code=c&code=d"} {
		back(victim, IssuerReturn+query).is(http.StatusUnprocessableEntity).hides("<script>", "<b>x</b>")
	}
}

func TestAnIssuerThatIsAwayIsSaidAndPasswordsWork(t *testing.T) {
	d := newDirectory(t, "http://tracker.example")
	d.account("one@tracker.example", accounts.FocalPoint)
	d.issuer.Stop()
	b := d.browser()
	b.post("/sign-in/oidc", url.Values{"next": {"/review"}}).is(http.StatusServiceUnavailable).says(".govuk-error-summary", "There is no answer from the ministry's directory").says("main", "Password")
	b.signIn("one@tracker.example", passphrase).leads("/")
	b.post("/account/identities", url.Values{"identity_current": {passphrase}}).is(http.StatusServiceUnavailable).says(".govuk-error-summary", "There is no answer from the ministry's directory")
}

func TestAnInvitationIsTakenAtTheIssuer(t *testing.T) {
	d := newDirectory(t, "http://tracker.example")
	admin := d.account("admin@tracker.example", accounts.Administrator)
	made, err := d.s.Accounts.Invite(t.Context(), admin, newKey(), accounts.NewPerson{Email: "new@tracker.example", Institution: "MSD", Role: accounts.FocalPoint, Title: "New"})
	must(t, err)
	b := d.browser()
	b.get(made.Path()).is(http.StatusOK).says("main", "choose no password")
	b.post(made.Path()+"/oidc", nil).leads(issuerPath)
	back(b, d.away(b, "new")).leads("/")
	b.get(made.Path()).is(http.StatusNotFound)
	a := b.get("/account").is(http.StatusOK).says("main", "This account has no password")
	if len(a.find("input[name=current], input[name=identity_current]")) != 0 {
		t.Error("the page asks for a password that is not there")
	}
	path := attr(a.find(`form[action$="/unlink"]`)[0], "action")
	b.post(path, nil).is(http.StatusConflict).says(".govuk-error-summary", "only way")
	if a := d.browser().get(d.reset(admin)).is(http.StatusOK); strings.Contains(a.text("main"), "choose no password") {
		t.Error("a reset offers the issuer")
	}
	boss := d.browser()
	d.write(func(tx *gorm.DB) error {
		return tx.Create(&accounts.Identity{Issuer: d.issuer.URL, Subject: "boss", PersonID: admin.PersonID, LinkedAt: testDay.UTC()}).Error
	})
	d.issuer.AMR = []string{"pwd", "mfa"} // which is what an administrator needs
	boss.post("/sign-in/oidc", nil).leads(issuerPath)
	back(boss, d.away(boss, "boss")).leads("/")
	page := personPath(made.PersonID)
	boss.get(page).is(http.StatusOK).says("main", "Sign-in elsewhere", "the ministry's directory")
	boss.post(page+strings.TrimPrefix(path, "/account"), nil).leads(page)
	boss.get(page).is(http.StatusOK).says(".flash", "It is unlinked")
	b.get("/account").leads("/sign-in?next=%2Faccount") // at once
}

func TestWithoutAnIssuerNoPageSpeaksOfOne(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	g.account("one@tracker.example", accounts.FocalPoint)
	b := g.browser()
	b.get("/sign-in").is(http.StatusOK).hides("oidc")
	b.post("/sign-in/oidc", nil).is(http.StatusNotFound)
	b.get(issuerPath).is(http.StatusNotFound)
	b.get(IssuerReturn).is(http.StatusNotFound)
	b.signIn("one@tracker.example", passphrase)
	b.get("/account").is(http.StatusOK).hides("identities", "Sign-in elsewhere")
	b.post("/account/identities", url.Values{"identity_current": {passphrase}}).is(http.StatusNotFound)
}

// The whole way in a browser, which holds forms and what they are led on to
// against the content policy, and keeps cookies from other sites.
func TestPeopleSignInAtAnIssuerInABrowser(t *testing.T) {
	h := newHouse(t, testDay)
	origin := h.serve()
	real := issuertest.New(t, origin+IssuerReturn, true)
	known, err := issuer.New(real.Settings(), time.Now)
	must(t, err)
	h.s.Accounts, err = accounts.New(h.db, h.clock, time.Now, accounts.Config{Address: origin, Issuer: known})
	must(t, err)
	gate{house: h}.institution("MSD", "Ministry of Social Development", accounts.Government)
	gate{house: h}.account("one@tracker.example", accounts.FocalPoint)

	b := newTab(t, origin, desk).withoutScripts().open("/sign-in")
	// Pressing leads over the page between at once: what is asked of a page under way may have no answer.
	there := func(button, subject string, status int) {
		t.Helper()
		b.do(chromedp.Click(fmt.Sprintf(`//button[normalize-space()=%q]`, button), chromedp.NodeVisible))
		ctx, cancel := b.patiently()
		defer cancel()
		for heading := ""; heading != "Directory"; time.Sleep(50 * time.Millisecond) {
			if heading, _ = chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("h1")?.textContent ?? ""`)); ctx.Err() != nil {
				t.Fatalf("the browser is not led on from %s", b.where())
			}
		}
		b.fill("account", subject).pressFor(status, "Go on")
	}
	there("Sign in with the ministry's directory", "one", http.StatusUnprocessableEntity)
	b.says("h1", "No account here is linked to you").press("Back to sign in")
	b.fill("email", "one@tracker.example").fill("password", passphrase).press("Sign in").open("/account")
	b.fill("identity_current", passphrase)
	there("Link the ministry's directory", "one", http.StatusOK)
	b.says(".flash", "Your account is linked").session(h.stranger())
	b.resize(phone)
	b.open("/sign-in?next=%2Faccount")
	there("Sign in with the ministry's directory", "one", http.StatusOK)
	if at := b.where(); at != "/account" {
		t.Errorf("the browser is at %s", at)
	}
	b.says("main", "one@tracker.example", "Known there as").click(`form[action$="/unlink"] button`).says("h1", "Sign in")
}

func TestThePagesOfSigningInElsewhereAreAccessible(t *testing.T) {
	h := newHouse(t, testDay)
	h.askIssuer(accounts.Config{})
	h.institution("MSD", "Ministry of Social Development", accounts.Government)
	v := h.person("one@tracker.example", "MSD", accounts.FocalPoint)
	h.identify(v.actor.PersonID, strings.Repeat("a-long-subject-", 17))
	for _, width := range []int64{desk, phone} {
		b := newTab(t, h.serve(), width).withAxe().open("/sign-in")
		b.accessible()
		b.press("Sign in with the ministry's directory").says("h1", "On to the ministry's directory") // whose page never comes
		b.accessible()
		b.leads(http.StatusUnprocessableEntity, "nobody was sent", chromedp.Navigate(b.origin+IssuerReturn))
		b.accessible()
		b.session(v).open("/account").says("main", "Sign-in elsewhere")
		b.accessible()
		b.fits()
	}
}
