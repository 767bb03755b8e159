package accounts

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/i18n"
	"tracker/internal/keys"
	"tracker/internal/problem"
)

// secret is a password that passes every rule.
const secret = "harbour-quilt-onion-lattice"

// machine is a clock of the system that a test moves.
type machine struct {
	mu sync.Mutex
	at time.Time
}

func (m *machine) now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.at
}

func (m *machine) pass(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at = m.at.Add(d)
}

// house is a store with two ministries and a person in each role that matters.
type house struct {
	*Store
	t       *testing.T
	machine *machine
	admin   Actor
}

func domainClock() calendar.Clock {
	return calendar.FixedClock(time.Date(2021, 11, 8, 9, 0, 0, 0, time.FixedZone("SAST", 2*3600)))
}

func each(t *testing.T, run func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { run(t, newHouse(t, d, Config{Keys: testKeys(t)})) })
}

// testKeys is the same secret for every test.
func testKeys(t *testing.T) keys.Ring {
	t.Helper()
	ring, err := keys.Parse(strings.Repeat("5e", keys.Size))
	must(t, err)
	return ring
}

func newHouse(t *testing.T, d *db.DB, cfg Config) *house {
	t.Helper()
	m := &machine{at: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	s, err := New(d, domainClock(), m.now, cfg)
	must(t, err)
	h := &house{Store: s, t: t, machine: m}
	s.params.Memory, s.params.Iterations = 64, 1 // the real ones have a test of their own
	s.dummy, err = argon2id.CreateHash("nobody's", &s.params)
	must(t, err)
	for _, i := range []InstitutionChange{
		{Code: "MHA", Name: "Ministry of Home Affairs", ShortName: "Home Affairs", Kind: Government},
		{Code: "MOH", Name: "Ministry of Health", ShortName: "Health", Kind: Government},
		{Code: "USE", Name: "Embassy", ShortName: "Embassy", Kind: PartnerOutside},
	} {
		_, err := s.CreateInstitution(t.Context(), CommandLine(), "", i)
		must(t, err)
	}
	h.admin = h.person("admin@tracker.example", "MHA", Administrator)
	return h
}

// person adds a person with the password secret and gives them as an actor.
func (h *house) person(email, institution string, role Role) Actor {
	h.t.Helper()
	made, err := h.Invite(h.t.Context(), CommandLine(), "", NewPerson{Email: email, Institution: institution, Role: role, Title: "The " + string(role)})
	must(h.t, err)
	in, err := h.UseLink(h.t.Context(), LinkForm{Token: made.Token, Password: secret})
	must(h.t, err)
	must(h.t, h.SignOut(h.t.Context(), in.Actor, in.Session))
	return in.Actor
}

func (h *house) signIn(email string) SignedIn {
	h.t.Helper()
	in, err := h.SignIn(h.t.Context(), SignInForm{Email: email, Password: secret, Address: "192.0.2.9", Device: "Test"})
	must(h.t, err)
	return in
}

func (h *house) count(query string, args ...any) int {
	h.t.Helper()
	var n int
	must(h.t, h.db.Read(h.t.Context(), func(tx *gorm.DB) error { return tx.Raw(query, args...).Scan(&n).Error }))
	return n
}

// whole checks that the trail holds together after a test's doings.
func (h *house) whole() {
	h.t.Helper()
	r, err := audit.Verify(h.t.Context(), h.db)
	must(h.t, err)
	if !r.OK() || r.Entries == 0 {
		h.t.Errorf("the trail: %+v", r)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t *testing.T, what string, err error, kind problem.Kind) {
	t.Helper()
	if err == nil || problem.KindOf(err) != kind {
		t.Errorf("%s: %v (kind %d), want kind %d", what, err, problem.KindOf(err), kind)
	}
}

// wantKey checks the message of a problem, its own key or "field=key", and
// that there is a text to show for it.
func wantKey(t *testing.T, what string, err error, key string) {
	t.Helper()
	var p *problem.Error
	if !errors.As(err, &p) || !strings.Contains(" "+p.Error()+" ", " "+key+" ") {
		t.Errorf("%s: %v, want %s", what, err, key)
		return
	}
	if _, text, named := strings.Cut(key, "="); named {
		key = text
	}
	if !english(t).Has(key) {
		t.Errorf("%s: there is no text for %s", what, key)
	}
}

func english(t *testing.T) *i18n.T {
	t.Helper()
	m, err := i18n.English()
	must(t, err)
	return i18n.New(m, time.UTC)
}
