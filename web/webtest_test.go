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

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/dialogues"
	"tracker/internal/indicators"
	"tracker/internal/keys"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
	"tracker/internal/workbook/round"
	"tracker/seeds/seedstest"
)

// testDay is the instant at which the clocks of page tests stand, unless a
// test says otherwise: ten days before the demonstration's dialogue.
var testDay = time.Date(2021, 11, 8, 9, 0, 0, 0, time.FixedZone("SAST", 2*3600))

// house is a server on real stores, with the database behind it.
type house struct {
	t     testing.TB
	s     *Server
	db    *db.DB
	clock calendar.Clock
}

// newHouse is a house on an empty SQLite database.
func newHouse(t testing.TB, at time.Time) *house {
	t.Helper()
	return houseOn(t, dbtest.SQLite(t), at)
}

// testKeys is the same secret for every test.
func testKeys(t testing.TB) keys.Ring {
	t.Helper()
	ring, err := keys.Parse(strings.Repeat("5e", keys.Size))
	must(t, err)
	return ring
}

// houseOn is a house on a database that holds something already. Several
// houses with different clocks may share one.
func houseOn(t testing.TB, d *db.DB, at time.Time) *house {
	t.Helper()
	clock := calendar.FixedClock(at)
	people, err := accounts.New(d, clock, time.Now, accounts.Config{Keys: testKeys(t)})
	must(t, err)
	s := newServer(Options{DB: d, Clock: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), BaseURL: "http://tracker.example", Version: "test", Limits: 1000, // a test is quicker than a person

		Accounts: people, Plan: plan.New(d, clock), Recommendations: recommendations.New(d, clock), Progress: progress.New(d, clock), Indicators: indicators.New(d, clock), Dialogues: dialogues.New(d, clock), Reports: reports.New(d), Rounds: round.New(d, clock)}, kitIn(t, clock.Zone()))
	s.patience = time.Minute // on a machine that does much at once
	h := &house{t: t, s: s, db: d, clock: clock}
	if _, ok := t.(*testing.T); ok && !d.Postgres() {
		watchLedger(t, d)
		h.sameLedger("the beginning")
	}
	return h
}

// kits are made once for the houses of a time zone: to parse and escape all
// templates anew for each would take more time than many a test.
var kits = struct {
	sync.Mutex
	of map[string]kit
}{of: map[string]kit{}}

func kitIn(t testing.TB, zone *time.Location) kit {
	t.Helper()
	kits.Lock()
	defer kits.Unlock()
	k, made := kits.of[zone.String()]
	if !made {
		var err error
		k, err = newKit(zone)
		must(t, err)
		kits.of[zone.String()] = k
	}
	return k
}

// demoHouse is a house on a copy of the Lesotho demonstration.
func demoHouse(t testing.TB, at time.Time) *house {
	t.Helper()
	return houseOn(t, seedstest.Lesotho.SQLite(t), at)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// write changes the database past the pages, and says so in the trail: a
// ledger that is kept must notice.
func (h *house) write(f func(tx *gorm.DB) error) {
	h.t.Helper()
	must(h.t, h.db.Write(h.t.Context(), func(tx *gorm.DB) error {
		if err := f(tx); err != nil {
			return err
		}
		return audit.Append(tx, h.clock.Now(), audit.Event{Who: accounts.CommandLine().Who(), Action: "test.write", Object: "database"})
	}))
}

// work does the jobs that were asked for.
func (h *house) work() {
	h.t.Helper()
	must(h.t, h.s.worker.WorkDue(h.t.Context(), func(err error) { h.t.Error(err) }))
}

// institution adds one; its short name is its name.
func (h *house) institution(code, name string, kind accounts.Kind) accounts.Institution {
	h.t.Helper()
	_, err := h.s.Accounts.CreateInstitution(h.t.Context(), accounts.CommandLine(), "", accounts.InstitutionChange{Code: code, Name: name, ShortName: name, Kind: kind})
	must(h.t, err)
	i, err := h.s.Accounts.Institution(h.t.Context(), code)
	must(h.t, err)
	return i
}

// person adds a person to an institution, in a post named after the role and
// the address, and signs them in.
func (h *house) person(email, institution string, role accounts.Role) *visitor {
	h.t.Helper()
	_, err := h.s.Accounts.Invite(h.t.Context(), accounts.CommandLine(), "", accounts.NewPerson{Email: email, Institution: institution, Role: role, Title: string(role) + " " + email})
	must(h.t, err)
	return h.signIn(email)
}

// signIn opens a session for a person who is there, through a one-time link;
// it counts as one whose second factor a provider asked for, so that no role
// has to set one up first.
func (h *house) signIn(email string) *visitor {
	h.t.Helper()
	ctx, system := h.t.Context(), accounts.CommandLine()
	p, err := h.s.Accounts.PersonByEmail(ctx, system, email)
	must(h.t, err)
	link, err := h.s.Accounts.Link(ctx, system, "", p.ID, accounts.SignInLink)
	must(h.t, err)
	in, err := h.s.Accounts.UseLink(ctx, accounts.LinkForm{Token: link.Token})
	must(h.t, err)
	must(h.t, h.db.Write(ctx, func(tx *gorm.DB) error {
		return tx.Exec("UPDATE sessions SET second = ? WHERE person_id = ?", accounts.SecondProvider, p.ID).Error
	}))
	return &visitor{house: h, actor: in.Actor, cookie: in.Session}
}

// stranger is a visitor who is not signed in.
func (h *house) stranger() *visitor { return &visitor{house: h} }

// visitor asks for pages with a session's cookie.
type visitor struct {
	house  *house
	actor  accounts.Actor
	cookie string
	kept   string // opens the form that they sent after a session of theirs had ended
	plain  bool   // only status, header and body of an answer matter: a long walk takes half the time
}

// answer is what a request got.
type answer struct {
	t      testing.TB
	path   string
	status int
	header http.Header
	body   string
	doc    *html.Node
}

func (v *visitor) get(path string) *answer {
	v.house.t.Helper()
	path, _, _ = strings.Cut(path, "#") // which a browser keeps for itself
	return v.send(httptest.NewRequest(http.MethodGet, path, nil))
}

// post sends a form as a page of the site would. A form without a key gets one.
func (v *visitor) post(path string, form url.Values) *answer {
	v.house.t.Helper()
	if !form.Has("key") {
		form.Set("key", newKey())
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.send(r)
}

func (v *visitor) send(r *http.Request) *answer {
	v.house.t.Helper()
	if v.cookie != "" {
		r.AddCookie(&http.Cookie{Name: v.house.s.cookieName(sessionCookie), Value: v.cookie})
	}
	if v.kept != "" {
		r.AddCookie(&http.Cookie{Name: v.house.s.cookieName(keptCookie), Value: v.kept})
	}
	w := httptest.NewRecorder()
	v.house.s.Handler().ServeHTTP(w, r)
	if r.Method == http.MethodPost && !v.plain {
		v.house.checkLedger(r.Method + " " + r.URL.Path)
	}
	a := &answer{t: v.house.t, path: r.URL.String(), status: w.Code, header: w.Header(), body: w.Body.String()}
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") && !v.plain {
		doc, err := html.Parse(strings.NewReader(a.body))
		must(v.house.t, err)
		a.doc = doc
	}
	return a
}

// is fails the test when the answer has another status.
func (a *answer) is(status int) *answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s answers %d, not %d: %s", a.path, a.status, status, a.text("main"))
	}
	return a
}

// find lists the elements of the page that a CSS selector names.
func (a *answer) find(selector string) []*html.Node {
	a.t.Helper()
	sel, err := cascadia.ParseGroup(selector)
	must(a.t, err)
	if a.doc == nil {
		return nil
	}
	return cascadia.QueryAll(a.doc, sel)
}

// text is the words of the elements that a selector names, with single spaces.
func (a *answer) text(selector string) string {
	a.t.Helper()
	var parts []string
	for _, n := range a.find(selector) {
		parts = append(parts, textOf(n))
	}
	return strings.Join(parts, " ")
}

// says fails the test unless the elements hold every one of the texts.
func (a *answer) says(selector string, texts ...string) *answer {
	a.t.Helper()
	said := a.text(selector)
	for _, text := range texts {
		if !strings.Contains(said, text) {
			a.t.Errorf("%s: %q does not say %q but %q", a.path, selector, text, said)
		}
	}
	return a
}

// hides fails the test when any of the texts stands anywhere in the answer.
func (a *answer) hides(texts ...string) *answer {
	a.t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			a.t.Errorf("%s shows %q", a.path, text)
		}
	}
	return a
}

// firstOf is the first element below a node that a selector names, or nil.
func firstOf(n *html.Node, selector string) *html.Node {
	return cascadia.Query(n, cascadia.MustCompile(selector))
}

// attr is an attribute of an element, empty when it is not there.
func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// textOf is the words below a node, with single spaces.
func textOf(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if n.Type == html.ElementNode {
			b.WriteString(" ")
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

func TestHealthIsOpenAndPagesAreNot(t *testing.T) {
	h := newHouse(t, testDay)
	h.stranger().get("/healthz").is(http.StatusOK)
	h.stranger().get("/readyz").is(http.StatusOK)
	if a := h.stranger().get("/static/nothing.css").is(http.StatusNotFound); a.header.Get("Content-Security-Policy") == "" {
		t.Error("an error page has no content security policy")
	}
}
