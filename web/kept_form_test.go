package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
)

// lapsed is a browser whose session is over for want of use.
func (p *planned) lapsed(v *visitor) *browser {
	b := &browser{gate: gate{house: p.house}, cookies: map[string]*http.Cookie{sessionCookie: {Name: sessionCookie, Value: v.cookie}}}
	p.write(func(tx *gorm.DB) error {
		return tx.Exec("UPDATE sessions SET seen_at = ? WHERE person_id = ?", time.Now().UTC().Add(-accounts.IdleLimit-time.Minute), v.actor.PersonID).Error
	})
	return b
}

// as gives the browser a session of a person.
func (b *browser) as(v *visitor) {
	b.cookies[sessionCookie] = &http.Cookie{Name: sessionCookie, Value: v.cookie}
}

// What was sent after the session had ended waits for its person: they see it,
// go on with it, and it is sent once, however often they press the button.
func TestAFormSentAfterItsSessionEndedIsKept(t *testing.T) {
	p := newPlanned(t)
	at := "/commitments/NSF%203.1.1/updates/new"
	form := url.Values{"key": {newKey()}, "happened": {"done"}, "done": {"Two shelters were\nvisited <b>twice</b>."}, "status": {"in_progress"}, "as_of": {"31 October 2021"},
		"next_step": {""}, "send": {"1"}}
	b := p.lapsed(p.msd)
	must(t, p.s.Accounts.Sweep(t.Context())) // an ended session still says whose form it is
	b.post(at, form).leads("/sign-in?next=" + keptPath)
	if p.count("SELECT count(*) FROM updates") != 0 {
		t.Fatal("it was saved without a session")
	}
	b.get("/sign-in?next="+keptPath).is(http.StatusOK).says(".note", "What you typed is kept for 24 hours")
	b.get(keptPath).leads("/sign-in?next=" + url.QueryEscape(keptPath))

	b.as(p.signIn("focal.mha@tracker.example"))
	b.get(keptPath).is(http.StatusOK).says("main", "Nothing is kept for you").hides("shelters")
	b.as(p.signIn("focal.msd@tracker.example"))
	a := b.get(keptPath).is(http.StatusOK).says("main", "Two shelters were visited <b>twice</b>.")
	again := url.Values{}
	for _, n := range a.find(`form[action="` + at + `"] input`) {
		again.Add(attr(n, "name"), attr(n, "value"))
	}
	if again.Encode() != form.Encode() {
		t.Errorf("kept is %s, sent was %s", again.Encode(), form.Encode())
	}
	again.Set("resume", "1")
	open := b.post(at, again).is(http.StatusOK).says("h1", "")
	if got := open.text("#done"); got != strings.ReplaceAll(form.Get("done"), "\n", " ") || p.count("SELECT count(*) FROM updates") != 0 {
		t.Errorf("the form opens with %q", got)
	}
	again.Del("resume")
	update := b.post(at, again).is(http.StatusSeeOther).header.Get("Location")
	b.post(at, again).leads(update)
	if p.count("SELECT count(*) FROM updates") != 1 {
		t.Error("sent twice it is two updates")
	}
	key := attr(b.get(keptPath).find(`form[action="/kept-form/forget"] [name="key"]`)[0], "value")
	b.post(keptPath+"/forget", url.Values{"key": {key}}).leads("/")
	b.get(keptPath).says("main", "Nothing is kept for you")
	if p.count("SELECT count(*) FROM kept_forms") != 0 {
		t.Error("it is still kept")
	}
}

// Guards what is kept without a session: never a password, never for a session
// that was ended by hand or that nobody had, never read in the database, and
// never more than a few.
func TestLittleIsKeptWithoutASession(t *testing.T) {
	p := newPlanned(t)
	at := "/commitments/NSF%203.1.1/updates/new"
	b := p.lapsed(p.msd)
	b.post("/account/password", url.Values{"current": {passphrase}, "password": {passphrase}}).leads("/sign-in")
	b.post(at, url.Values{"done": {"x"}}, "Content-Type", "text/plain").leads("/sign-in")
	if a := b.post(at, url.Values{"done": {"x"}}, "Sec-Fetch-Site", "cross-site"); a.status != http.StatusForbidden {
		t.Errorf("another site's form is answered with %d", a.status)
	}
	for range 7 {
		b.post(at, url.Values{"done": {"A secret sentence"}}).leads("/sign-in?next=" + keptPath)
	}
	if n := p.count("SELECT count(*) FROM kept_forms"); n != 5 {
		t.Errorf("%d forms are kept", n)
	}
	var sealed [][]byte
	p.write(func(tx *gorm.DB) error { return tx.Raw("SELECT sealed FROM kept_forms").Scan(&sealed).Error })
	for _, text := range sealed {
		if strings.Contains(string(text), "secret") || strings.Contains(string(text), "updates/new") {
			t.Error("what is kept can be read in the database")
		}
	}
	p.write(func(tx *gorm.DB) error {
		return tx.Exec("UPDATE kept_forms SET created_at = ?", time.Now().UTC().Add(-accounts.FormKept)).Error
	})
	b.as(p.signIn("focal.msd@tracker.example"))
	b.get(keptPath).is(http.StatusOK).says("main", "Nothing is kept for you")
	must(t, p.s.Accounts.Sweep(t.Context()))
	if n := p.count("SELECT count(*) FROM kept_forms"); n != 0 {
		t.Errorf("%d forms are kept after a day", n)
	}

	out := &browser{gate: gate{house: p.house}, cookies: map[string]*http.Cookie{}}
	out.as(p.signIn("focal.mha@tracker.example"))
	secret := out.cookies[sessionCookie]
	out.post("/sign-out", nil)
	out.cookies[sessionCookie] = secret
	out.post(at, url.Values{"done": {"x"}}).leads("/sign-in")
	out.cookies[sessionCookie] = &http.Cookie{Name: sessionCookie, Value: "nonsense"}
	out.post(at, url.Values{"done": {"x"}}).leads("/sign-in")
	if n := p.count("SELECT count(*) FROM kept_forms"); n != 0 {
		t.Errorf("%d forms of nobody are kept", n)
	}
}
