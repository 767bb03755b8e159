package web

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db/dbtest"
	"tracker/internal/dialogues"
	"tracker/internal/i18n"
	"tracker/internal/indicators"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
	"tracker/internal/workbook/round"
)

// passphrase passes every rule for passwords.
const passphrase = "harbour-quilt-onion-lattice"

// watch is the machine's clock, moved by a test.
type watch struct {
	mu sync.Mutex
	at time.Time
}

func (w *watch) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *watch) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

// gate is a house whose machine's clock, address and mail a test chooses.
type gate struct {
	*house
	watch *watch
}

func newGate(t *testing.T, baseURL string, mail bool) gate {
	t.Helper()
	d, clock := dbtest.SQLite(t), calendar.FixedClock(testDay)
	w := &watch{at: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	messages, err := i18n.English()
	must(t, err)
	people, err := accounts.New(d, clock, w.now, accounts.Config{Address: baseURL, Mail: mail, Texts: i18n.New(messages, time.UTC), Keys: testKeys(t)})
	must(t, err)
	s := newServer(Options{DB: d, Clock: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), BaseURL: baseURL, Version: "test",
		Accounts: people, Plan: plan.New(d, clock), Recommendations: recommendations.New(d, clock), Progress: progress.New(d, clock), Indicators: indicators.New(d, clock), Dialogues: dialogues.New(d, clock), Reports: reports.New(d), Rounds: round.New(d, clock)}, kitIn(t, clock.Zone()))
	g := gate{house: &house{t: t, s: s, db: d, clock: clock}, watch: w}
	g.institution("MSD", "Ministry of Social Development", accounts.Government)
	return g
}

// account adds a person who has the passphrase as password.
func (g gate) account(email string, role accounts.Role) accounts.Actor {
	g.t.Helper()
	made, err := g.s.Accounts.Invite(g.t.Context(), accounts.CommandLine(), "", accounts.NewPerson{Email: email, Institution: "MSD", Role: role, Title: string(role) + " " + email})
	must(g.t, err)
	in, err := g.s.Accounts.UseLink(g.t.Context(), accounts.LinkForm{Token: made.Token, Password: passphrase})
	must(g.t, err)
	must(g.t, g.s.Accounts.SignOut(g.t.Context(), in.Actor, in.Session))
	return in.Actor
}

// reset makes a link with which a person sets a new password, and gives its path.
func (g gate) reset(who accounts.Actor) string {
	g.t.Helper()
	made, err := g.s.Accounts.Link(g.t.Context(), accounts.CommandLine(), "", who.PersonID, accounts.Reset)
	must(g.t, err)
	return made.Path()
}

// browser keeps the cookies that it is given, as browsers do.
type browser struct {
	gate
	cookies map[string]*http.Cookie
}

func (g gate) browser() *browser { return &browser{gate: g, cookies: map[string]*http.Cookie{}} }

func (b *browser) request(method, path string, form url.Values, header ...string) *answer {
	b.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i < len(header); i += 2 {
		if r.Header.Del(header[i]); header[i+1] != "" {
			r.Header.Set(header[i], header[i+1])
		}
	}
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.s.Handler().ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if b.cookies[c.Name] = c; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	a := &answer{t: b.t, path: path, status: w.Code, header: w.Header(), body: w.Body.String()}
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		doc, err := html.Parse(strings.NewReader(a.body))
		must(b.t, err)
		a.doc = doc
	}
	return a
}

func (b *browser) get(path string, header ...string) *answer {
	b.t.Helper()
	return b.request(http.MethodGet, path, nil, header...)
}

func (b *browser) post(path string, form url.Values, header ...string) *answer {
	b.t.Helper()
	if form == nil {
		form = url.Values{}
	}
	if !form.Has("key") {
		form.Set("key", newKey())
	}
	return b.request(http.MethodPost, path, form, header...)
}

func (b *browser) signIn(email, password string, header ...string) *answer {
	b.t.Helper()
	return b.post("/sign-in", url.Values{"email": {email}, "password": {password}}, header...)
}

// leads fails the test unless the answer sends the browser to a path.
func (a *answer) leads(to string) *answer {
	a.t.Helper()
	if a.status != http.StatusSeeOther || a.header.Get("Location") != to {
		a.t.Errorf("%s answers %d and leads to %q, not to %q", a.path, a.status, a.header.Get("Location"), to)
	}
	return a
}
