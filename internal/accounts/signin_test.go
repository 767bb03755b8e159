package accounts

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"tracker/internal/audit"
	"tracker/internal/db/dbtest"
	"tracker/internal/problem"
)

func TestSignInOpensASessionAndSignOutEndsIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		focal := h.person("focal@tracker.example", "MOH", FocalPoint)
		in := h.signIn(" Focal@Tracker.example ")
		actor, info, err := h.Session(t.Context(), in.Session, "r1")
		must(t, err)
		focal.Request = "r1"
		if actor != focal || info.Device != "Test" || !info.Current {
			t.Errorf("the session is of %+v on %q, want %+v", actor, info.Device, focal)
		}
		must(t, h.SignOut(t.Context(), actor, in.Session))
		_, _, err = h.Session(t.Context(), in.Session, "r2")
		wantKind(t, "a copied cookie after sign-out", err, problem.NotFound)
		h.whole()
	})
}

func (h *house) tryWrong(email, address, browser string) error {
	_, err := h.SignIn(h.t.Context(), SignInForm{Email: email, Password: "wrong", Address: address, Browser: browser})
	return err
}

func throttled(err error) bool {
	var p *problem.Error
	return errors.As(err, &p) && p.Key == KeyThrottled && p.Kind == problem.Unavailable
}

func TestEveryWrongSignInIsAnsweredAlike(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		focal := h.person("focal@tracker.example", "MOH", FocalPoint)
		gone := h.person("gone@tracker.example", "MOH", FocalPoint)
		must(t, h.DisablePerson(t.Context(), h.admin, key(1), gone.PersonID, h.row(gone).Version))
		_, err := h.Invite(t.Context(), h.admin, key(2), NewPerson{Email: "invited@tracker.example", Institution: "MOH", Role: FocalPoint, Title: "The focal_point"})
		must(t, err)
		for name, f := range map[string]SignInForm{
			"wrong password":         {Email: focal.Email, Password: "wrong"},
			"empty password":         {Email: focal.Email},
			"trailing space":         {Email: focal.Email, Password: secret + " "},
			"other case":             {Email: focal.Email, Password: strings.ToUpper(secret)},
			"unknown account":        {Email: "nobody@tracker.example", Password: secret},
			"no address":             {Email: "nonsense", Password: secret},
			"a NUL byte":             {Email: "a\x00@tracker.example", Password: secret},
			"disabled":               {Email: gone.Email, Password: secret},
			"invited, no password":   {Email: "invited@tracker.example", Password: ""},
			"invited, some password": {Email: "invited@tracker.example", Password: secret},
		} {
			in, err := h.SignIn(t.Context(), f)
			var p *problem.Error
			if !errors.As(err, &p) || p.Kind != problem.Invalid || p.Error() != "signin.wrong" || in != (SignedIn{}) {
				t.Errorf("%s: %v %+v", name, err, in)
			}
		}
		h.whole()
	})
}

// Nothing that was typed is in the trail: people type passwords into the wrong field.
func TestTheTrailHoldsNothingThatWasTyped(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.tryWrong("my-secret-word@tracker.example", "192.0.2.1", "") //nolint:errcheck // refused, as it must be
		lines, total, err := h.Trail(t.Context(), CommandLine(), audit.Filter{Outcome: audit.Refused})
		must(t, err)
		if total != 1 || lines[0].Object != "person unknown" || strings.Contains(fmt.Sprint(lines), "my-secret-word") {
			t.Errorf("%+v", lines)
		}
		if n := h.count("SELECT count(*) FROM sign_in_failures WHERE account LIKE '%secret%'"); n != 0 {
			t.Error("the counter of failures holds what was typed")
		}
	})
}

func TestTheEleventhFailureOfAnAccountWaits(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("focal@tracker.example", "MOH", FocalPoint)
		for i := range FailuresPerAccount {
			if err := h.tryWrong("focal@tracker.example", fmt.Sprintf("192.0.2.%d", i), ""); throttled(err) {
				t.Fatalf("failure %d is throttled", i+1)
			}
			h.machine.pass(time.Minute)
		}
		_, err := h.SignIn(t.Context(), SignInForm{Email: "FOCAL@tracker.example", Password: secret, Address: "192.0.2.200"})
		if !throttled(err) {
			t.Fatalf("the right password after ten failures: %v", err)
		}
		var p *problem.Error
		if errors.As(err, &p); fmt.Sprint(p.Args) != "[minutes 5]" {
			t.Errorf("told to wait %v, want 5 minutes", p.Args)
		}
		h.machine.pass(5 * time.Minute)
		in := h.signIn("focal@tracker.example")
		if in.Session == "" {
			t.Error("no session after the wait")
		}
		h.whole()
	})
}

func TestSuccessesAreNotCounted(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("focal@tracker.example", "MOH", FocalPoint)
		for range 3 * FailuresPerAccount {
			h.signIn("focal@tracker.example")
		}
		if n := h.count("SELECT count(*) FROM sign_in_failures"); n != 0 {
			t.Errorf("%d failures are counted after successes only", n)
		}
	})
}

func TestFiftyAttemptsAtOnceGetTenChecks(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("focal@tracker.example", "MOH", FocalPoint)
		var all sync.WaitGroup
		var checked, waiting atomic.Int64
		var replicas []*house
		for range 5 {
			s, err := New(h.db, h.clock, h.machine.now, Config{})
			must(t, err)
			replicas = append(replicas, &house{Store: s, t: t})
		}
		for i := range 50 {
			all.Go(func() {
				switch err := replicas[i%5].tryWrong("focal@tracker.example", "192.0.2.1", ""); {
				case throttled(err):
					waiting.Add(1)
				case problem.KindOf(err) == problem.Invalid:
					checked.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if checked.Load() != FailuresPerAccount || waiting.Load() != 40 {
			t.Errorf("%d were checked, %d told to wait; want 10 and 40", checked.Load(), waiting.Load())
		}
		h.whole()
	})
}

// The count is in the database: another process, or the same after a restart, goes on with it.
func TestFailuresOutliveTheProgram(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("focal@tracker.example", "MOH", FocalPoint)
		for range FailuresPerAccount {
			h.tryWrong("focal@tracker.example", "192.0.2.1", "") //nolint:errcheck // refused, as it must be
		}
		again, err := New(h.db, h.clock, h.machine.now, Config{})
		must(t, err)
		if _, err := again.SignIn(t.Context(), SignInForm{Email: "focal@tracker.example", Password: secret}); !throttled(err) {
			t.Errorf("after a restart: %v", err)
		}
	})
}

func TestStrangersCannotLockOutAKnownBrowser(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("focal@tracker.example", "MOH", FocalPoint)
		h.person("other@tracker.example", "MOH", FocalPoint)
		known, others := h.signIn("focal@tracker.example").Browser, h.signIn("other@tracker.example").Browser
		for range FailuresPerAccount {
			h.tryWrong("focal@tracker.example", "192.0.2.1", "") //nolint:errcheck // refused, as it must be
		}
		for name, token := range map[string]string{"none": "", "made up": newToken(), "of another person": others} {
			_, err := h.SignIn(t.Context(), SignInForm{Email: "focal@tracker.example", Password: secret, Browser: token})
			if !throttled(err) {
				t.Errorf("browser %s: %v", name, err)
			}
		}
		in, err := h.SignIn(t.Context(), SignInForm{Email: "focal@tracker.example", Password: secret, Browser: known})
		must(t, err)
		if in.Browser != known {
			t.Error("a known browser got another secret")
		}
		for range FailuresPerAccount {
			if throttled(h.tryWrong("focal@tracker.example", "192.0.2.1", known)) {
				t.Error("the known browser's own count is not its own")
			}
		}
		if !throttled(h.tryWrong("focal@tracker.example", "192.0.2.1", known)) {
			t.Error("a known browser may guess for ever")
		}
	})
}

// A browser's secret that somebody planted is never adopted.
func TestAPlantedBrowserSecretIsReplaced(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("focal@tracker.example", "MOH", FocalPoint)
		planted := newToken()
		in, err := h.SignIn(t.Context(), SignInForm{Email: "focal@tracker.example", Password: secret, Browser: planted})
		must(t, err)
		if in.Browser == planted || !isToken(in.Browser) {
			t.Errorf("the browser got %q", in.Browser)
		}
	})
}

func TestAnAddressWaitsAfterTwoHundredFailures(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		known := h.signIn(h.admin.Email).Browser
		for i := range FailuresPerAddress {
			if throttled(h.tryWrong(fmt.Sprintf("p%d@tracker.example", i), "2001:db8:1:2::"+fmt.Sprint(i%9), "")) {
				t.Fatalf("failure %d is throttled", i+1)
			}
		}
		if !throttled(h.tryWrong("new@tracker.example", "2001:db8:1:2:ffff::1", "")) {
			t.Error("another address of the same network goes on")
		}
		if throttled(h.tryWrong("new@tracker.example", "2001:db8:1:3::1", "")) {
			t.Error("another network has to wait")
		}
		_, err := h.SignIn(t.Context(), SignInForm{Email: h.admin.Email, Password: secret, Address: "2001:db8:1:2::1", Browser: known})
		must(t, err) // a colleague's failures do not stop a known browser
	})
}

func TestAddressesAreCountedByNetwork(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "2001:db8::1": "2001:db8::/64", "fe80::1%eth0": "fe80::/64", "": "", "not one": "not one",
	} {
		if got := addressKey(in); got != want {
			t.Errorf("%q counts as %q, want %q", in, got, want)
		}
	}
}

// An unknown account must cost the same time as a known one, else the time tells who has an account.
func TestAnUnknownAccountTakesAsLong(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), Config{})
	fresh, err := New(h.db, h.clock, h.machine.now, Config{})
	must(t, err)
	h.Store = fresh
	h.person("focal@tracker.example", "MOH", FocalPoint)
	quickest := map[string]time.Duration{}
	for range 8 {
		for _, email := range []string{"focal@tracker.example", "nobody@tracker.example"} {
			began := time.Now()
			h.tryWrong(email, "192.0.2.1", "") //nolint:errcheck // refused, as it must be
			if took := time.Since(began); quickest[email] == 0 || took < quickest[email] {
				quickest[email] = took
			}
		}
	}
	// Without a hash the unknown one would take a tenth.
	known, unknown := quickest["focal@tracker.example"], quickest["nobody@tracker.example"]
	if ratio := float64(known) / float64(unknown); ratio < 0.4 || ratio > 2.5 {
		t.Errorf("a known account takes %v, an unknown one %v", known, unknown)
	}
}

func TestPasswordsAreHashedAsTheRulesSayAndAnewWhenTheyChange(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		focal := h.person("focal@tracker.example", "MOH", FocalPoint)
		fresh, err := New(h.db, h.clock, h.machine.now, Config{})
		must(t, err)
		_, err = fresh.SignIn(t.Context(), SignInForm{Email: focal.Email, Password: secret})
		must(t, err)
		p, err := fresh.account(t.Context(), focal.Email)
		must(t, err)
		params, salt, sum, err := argon2id.DecodeHash(p.PasswordHash)
		must(t, err)
		if *params != (argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}) || len(salt) != 16 || len(sum) != 32 {
			t.Errorf("after sign-in the hash is made with %+v", params)
		}
		h.signIn(focal.Email)
	})
}

func TestANewSessionEndsTheOneTheBrowserShowed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("focal@tracker.example", "MOH", FocalPoint)
		old := h.signIn("focal@tracker.example")
		in, err := h.SignIn(t.Context(), SignInForm{Email: "focal@tracker.example", Password: secret, Session: old.Session})
		must(t, err)
		if in.Session == old.Session {
			t.Error("the secret is the same as before")
		}
		_, _, err = h.Session(t.Context(), old.Session, "")
		wantKind(t, "the session shown at sign-in", err, problem.NotFound)
	})
}
