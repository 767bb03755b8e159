package web

import (
	"encoding/base32"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"
	"github.com/pquerna/otp/totp"

	"tracker/internal/accounts"
)

// appCode is the code that an app with a secret shows at an instant.
func appCode(t testing.TB, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(strings.ReplaceAll(secret, " ", ""), at)
	must(t, err)
	return code
}

// setsUp has a browser that is signed in set up a second factor, and gives the
// app's secret and the recovery codes.
func (b *browser) setsUp() (secret string, codes []string) {
	b.t.Helper()
	a := b.post(secondPath, url.Values{"current": {passphrase}}).is(http.StatusOK).says("h1", "Set up the app")
	secret = a.text("dd code")
	if raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(secret, " ", "")); err != nil || len(raw) != 20 {
		b.t.Fatalf("the key to type is %q", secret)
	}
	if path := a.find("svg.qr path"); len(path) != 1 || len(attr(path[0], "d")) < 500 {
		b.t.Error("there is no picture for the app")
	}
	offer := attr(a.find("input[name=offer]")[0], "value")
	b.post(secondPath+"/confirm", url.Values{"offer": {offer}, "code": {"000000"}}).is(http.StatusUnprocessableEntity).says(".govuk-error-message", "does not fit").says("dd code", secret)
	now := time.Now()
	if b.watch != nil {
		now = b.watch.now()
	}
	form := url.Values{"offer": {offer}, "code": {appCode(b.t, secret, now)}}
	a = b.post(secondPath+"/confirm", form).is(http.StatusOK).says("h1", "Your recovery codes")
	for _, n := range cascadia.QueryAll(a.doc, cascadia.MustCompile("ol code")) {
		codes = append(codes, textOf(n))
	}
	if len(codes) != accounts.RecoveryCodes {
		b.t.Fatalf("%d recovery codes", len(codes))
	}
	b.post(secondPath+"/confirm", form).leads(secondPath) // sent twice
	b.get(secondPath).says(".flash", "shown once").hides(codes...)
	if b.watch != nil {
		b.watch.pass(30 * time.Second)
	}
	return secret, codes
}

// enrolled is somebody with a password and a second factor, signed out.
func (g gate) enrolled(email string, role accounts.Role) (who accounts.Actor, secret string, codes []string) {
	g.t.Helper()
	who = g.account(email, role)
	b := g.browser()
	b.signIn(email, passphrase).leads("/")
	secret, codes = b.setsUp()
	b.post("/sign-out", nil)
	return who, secret, codes
}

// Guards every way in: before the second factor nobody has a session's cookie,
// and no page but the one that asks for the code.
func TestThereIsNoWayAroundTheSecondFactor(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	who, secret, codes := g.enrolled("one@tracker.example", accounts.FocalPoint)
	link := func(purpose accounts.Purpose) func(*browser) *answer {
		return func(b *browser) *answer {
			made, err := g.s.Accounts.Link(t.Context(), accounts.CommandLine(), "", who.PersonID, purpose)
			must(t, err)
			return b.post(made.Path(), url.Values{"password": {passphrase}})
		}
	}
	for name, come := range map[string]func(*browser) *answer{
		"password":   func(b *browser) *answer { return b.signIn(who.Email, passphrase) },
		"invitation": link(accounts.Invite), "reset": link(accounts.Reset), "sign-in link": link(accounts.SignInLink),
	} {
		b := g.browser()
		come(b).leads(codePath)
		if b.cookies["session"] != nil || b.cookies["browser"] != nil || b.cookies["step"] == nil || !b.cookies["step"].HttpOnly {
			t.Fatalf("%s: the cookies are %v", name, b.cookies)
		}
		b.cookies["session"] = &http.Cookie{Name: "session", Value: b.cookies["step"].Value}
		for _, path := range []string{"/", "/account", secondPath, "/commitments", "/reports/status.pdf"} {
			if a := b.get(path); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/sign-in") {
				t.Errorf("%s: before the code %s answers %d", name, path, a.status)
			}
		}
		delete(b.cookies, "session")
		b.get(codePath).is(http.StatusOK).says("h1", "Enter a code")
		b.post(codePath, url.Values{"code": {"000000"}}).is(http.StatusUnprocessableEntity).says(".govuk-error-message", "does not fit")
		if b.cookies["session"] != nil {
			t.Fatalf("%s: a wrong code opened a session", name)
		}
		b.post(codePath, url.Values{"code": {appCode(t, secret, g.watch.now())}}).is(http.StatusSeeOther)
		if b.cookies["session"] == nil || b.cookies["step"] != nil {
			t.Fatalf("%s: after the code the cookies are %v", name, b.cookies)
		}
		b.get("/account").is(http.StatusOK).says("table", "with a code from the app")
		g.watch.pass(time.Minute)
	}
	b := g.browser()
	b.signIn(who.Email, passphrase)
	b.post(codePath, url.Values{"code": {strings.ToLower(codes[0])}}).leads("/")
	b.get("/account").says("table", "with a recovery code").says("main", "9 recovery codes are left")
	g.browser().get(codePath).is(http.StatusOK).says("h1", "Sign in")
	g.browser().post(codePath, url.Values{"code": {codes[1]}}).is(http.StatusUnprocessableEntity).says("h1", "Sign in")
}

// Replay: ten browsers with the same code at once.
func TestACodeLetsOneOfTenBrowsersIn(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	who, secret, codes := g.enrolled("one@tracker.example", accounts.FocalPoint)
	for _, code := range []string{appCode(t, secret, g.watch.now()), codes[0]} {
		browsers := make([]*browser, 10)
		for i := range browsers {
			browsers[i] = g.browser()
			browsers[i].signIn(who.Email, passphrase).leads(codePath)
		}
		var wait sync.WaitGroup
		for _, b := range browsers {
			wait.Go(func() { b.post(codePath, url.Values{"code": {code}}) })
		}
		wait.Wait()
		in := 0
		for _, b := range browsers {
			if b.cookies["session"] != nil && b.get("/account").status == http.StatusOK {
				in++
			}
		}
		if in != 1 {
			t.Errorf("%q let %d in", code, in)
		}
		g.watch.pass(accounts.ThrottleWindow)
	}
}

func TestTheWayOnIsKeptPastTheCode(t *testing.T) {
	g := newGate(t, "https://tracker.example", false)
	who, secret, _ := g.enrolled("one@tracker.example", accounts.FocalPoint)
	b := g.browser()
	a := b.post("/sign-in", url.Values{"email": {who.Email}, "password": {passphrase}, "next": {"/commitments?status=stalled"}}).leads(codePath + "?next=%2Fcommitments%3Fstatus%3Dstalled")
	if cookie := a.header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "__Host-step=") || !strings.Contains(cookie, "Secure") || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "Max-Age=300") {
		t.Errorf("the cookie of the step is %q", cookie)
	}
	next := b.get(a.header.Get("Location")).find("input[name=next]")
	if len(next) != 1 || attr(next[0], "value") != "/commitments?status=stalled" {
		t.Fatal("the form does not know the way on")
	}
	for _, evil := range []string{"//evil.test", "https://evil.test"} {
		if found := b.get(codePath + "?next=" + url.QueryEscape(evil)).find("input[name=next]"); len(found) != 0 {
			t.Errorf("%s stands in the form", evil)
		}
	}
	b.post(codePath, url.Values{"code": {appCode(t, secret, g.watch.now())}, "next": {"/commitments?status=stalled"}}).leads("/commitments?status=stalled")
	late := g.browser()
	late.signIn(who.Email, passphrase)
	g.watch.pass(accounts.StepLimit)
	late.post(codePath, url.Values{"code": {appCode(t, secret, g.watch.now())}}).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "Start again").says("h1", "Sign in")
}

// Guards what the roles that need a second factor can do without one: every
// route is closed but those that lead to it, and no form has an effect.
func TestWithoutANeededSecondFactorNothingElseIsOpen(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	for _, role := range []accounts.Role{accounts.Coordinator, accounts.Countersigner, accounts.Administrator} {
		email := string(role) + "@tracker.example"
		g.account(email, role)
		b := g.browser()
		b.signIn(email, passphrase).leads("/")
		before := g.content()
		for _, r := range g.s.routes() {
			path := strings.NewReplacer(":", "").Replace(r.path)
			if strings.HasPrefix(r.path, "/static/") || r.path == "/healthz" || r.path == "/readyz" || enrols(r.path) || !r.may.allows(role) {
				continue
			}
			if r.method == get {
				b.get(path).leads(secondPath)
			} else if a := b.post(path, nil); a.status != http.StatusForbidden {
				t.Errorf("%s: %s %s answers %d", role, r.method, path, a.status)
			}
		}
		if after := g.content(); !sameButFlash(before["sessions"], after["sessions"]) || len(before["people"]) != len(after["people"]) {
			t.Errorf("%s: something was done", role)
		}
		a := b.get(secondPath).is(http.StatusOK).says(".note--risk", "Your role needs a second factor")
		if len(a.find(".nav a[href='/commitments'], .nav a[href='/admin']")) != 0 {
			t.Error("the navigation leads where nothing is open")
		}
		b.get("/help/signing-in").is(http.StatusOK)
		b.setsUp()
		b.get("/").is(http.StatusOK)
		b.get(secondPath).says("main", "You can move it to another phone, but not remove it")
	}
}

func TestInTheDemonstrationASecondFactorIsOfferedOnly(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	must(t, g.s.Accounts.ChangeSettings(t.Context(), accounts.CommandLine(), "", 0, map[string]string{"demonstration": "yes"}))
	g.account("two@tracker.example", accounts.Coordinator)
	b := g.browser()
	b.signIn("two@tracker.example", passphrase).leads("/")
	b.get("/").is(http.StatusOK)
	secret, _ := b.setsUp()
	b.post(secondPath+"/remove", url.Values{"current": {passphrase}, "code": {appCode(t, secret, g.watch.now())}}).leads(secondPath)
	b.get(secondPath).says(".flash", "removed").says("main", "Off")
}

func TestAnAdministratorHelpsWhoLostTheirPhone(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	who, _, _ := g.enrolled("one@tracker.example", accounts.FocalPoint)
	v := g.person("admin@tracker.example", "MSD", accounts.Administrator)
	admin := g.browser()
	admin.cookies["session"] = &http.Cookie{Name: "session", Value: v.cookie}
	path := personPath(who.PersonID)
	admin.get(path).is(http.StatusOK).says("aside", "Signs in with a second factor")
	a := admin.get(path+"/second-factor").is(http.StatusOK).says("main", "Make sure that it is really this person")
	admin.post(path+"/second-factor", filled(a, path+"/second-factor")).is(http.StatusUnprocessableEntity).says(".govuk-error-message", "Say why")
	admin.post(path+"/second-factor", filled(a, path+"/second-factor", "reason", "Phone stolen, met at the office")).leads(path)
	admin.get(path).says(".flash", "removed").says("aside", "Has no second factor")
	b := g.browser()
	b.signIn(who.Email, passphrase).leads("/")
	own := personPath(v.actor.PersonID)
	admin.post(own+"/second-factor", url.Values{"reason": {"x"}}).is(http.StatusConflict)
}

// A person sets a second factor up and signs in with it, without a script, on
// a computer and on a phone.
func TestASecondFactorIsSetUpAndUsedInABrowser(t *testing.T) {
	g := newGate(t, "http://tracker.example", false)
	who := g.account("two@tracker.example", accounts.Coordinator)
	b := newTab(t, g.serve(), 1280).open("/sign-in")
	enter := func() { b.fill("email", who.Email).fill("password", passphrase).press("Sign in") }
	enter()
	b.says("h1", "Second factor").says(".note--risk", "Your role needs a second factor")
	b.bothWidths()
	b.resize(1280)
	b.pressFor(http.StatusUnprocessableEntity, "Set up a second factor").says(".govuk-error-summary", "present password")
	b.fill("current", passphrase).pressFor(http.StatusOK, "Set up a second factor").says("h1", "Set up the app")
	b.bothWidths()
	secret := b.text("dd code")
	b.fill("code", "000000").pressFor(http.StatusUnprocessableEntity, "Turn it on").says(".govuk-error-summary", "does not fit").accessible()
	b.fill("code", appCode(t, secret, g.watch.now())).pressFor(http.StatusOK, "Turn it on").says("h1", "Your recovery codes")
	b.bothWidths()
	b.resize(1280)
	b.follow("I have kept them").says("h1", "Where the plan stands")
	b = newTab(t, b.origin, 1280).open("/sign-in") // another browser
	g.watch.pass(30 * time.Second)
	enter()
	b.says("h1", "Enter a code").accessible()
	b.fill("code", "000000").pressFor(http.StatusUnprocessableEntity, "Sign in").says(".govuk-error-summary", "does not fit")
	b.bothWidths()
	b.resize(phone)
	b.fill("code", appCode(t, secret, g.watch.now())).press("Sign in")
	b.open(secondPath).says("main", "On, since", "10 recovery codes are left")
	b.bothWidths()
}
