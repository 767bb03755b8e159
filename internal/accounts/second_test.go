package accounts

import (
	"context"
	"encoding/base32"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/keys"
	"tracker/internal/problem"
)

// phone is an authenticator app that was given a secret.
type phone struct {
	h      *house
	secret []byte
}

// shows is the code that the app shows some steps from now.
func (p phone) shows(steps int64) string {
	return codeAt(p.secret, p.h.machine.now().Unix()/30+steps)
}

func (h *house) phoneOf(o Offer) phone {
	h.t.Helper()
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(o.Secret, " ", ""))
	must(h.t, err)
	return phone{h, secret}
}

// enrol gives a person a second factor, with the app and the recovery codes.
func (h *house) enrol(who Actor) (phone, []string) {
	h.t.Helper()
	in := h.signIn(who.Email)
	o, err := h.OfferSecond(h.t.Context(), in.Actor, "Tracker", ProofForm{Current: secret, Session: in.Session})
	must(h.t, err)
	app := h.phoneOf(o)
	codes, err := h.ConfirmSecond(h.t.Context(), in.Actor, ConfirmForm{Key: newToken(), Sealed: o.Sealed, Code: app.shows(0), Session: in.Session})
	must(h.t, err)
	must(h.t, h.SignOut(h.t.Context(), in.Actor, in.Session))
	h.machine.pass(codeStep)
	return app, codes
}

func (h *house) answer(in SignedIn, code string) (SignedIn, error) {
	return h.SecondFactor(h.t.Context(), CodeForm{Step: in.Step, Code: code, Address: "192.0.2.9", Device: "Test"})
}

// The test values of RFC 6238, appendix B, cut to six digits.
func TestCodesAreThoseOfTheStandard(t *testing.T) {
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := codeAt([]byte("12345678901234567890"), at/30); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
}

func TestWhoHasASecondFactorGetsNoSessionWithoutIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		focal := h.person("focal@tracker.example", "MOH", FocalPoint)
		app, codes := h.enrol(focal)
		if len(codes) != RecoveryCodes || len(strings.ReplaceAll(codes[0], " ", "")) != 16 {
			t.Fatalf("codes %q", codes)
		}
		ways := map[Way]func() (SignedIn, error){WayPassword: func() (SignedIn, error) { return h.signIn(focal.Email), nil }}
		for _, purpose := range []Purpose{Invite, Reset, SignInLink} {
			ways[Way(purpose)] = func() (SignedIn, error) {
				made, err := h.Link(t.Context(), CommandLine(), "", focal.PersonID, purpose)
				must(t, err)
				return h.UseLink(t.Context(), LinkForm{Token: made.Token, Password: secret})
			}
		}
		for way, come := range ways {
			in, err := come()
			must(t, err)
			if in.Session != "" || in.Browser != "" || in.Actor.PersonID != 0 || in.Step == "" || h.open(in.Step) || h.count("SELECT count(*) FROM sessions") != 0 {
				t.Fatalf("%s: got %+v", way, in)
			}
			for name, code := range map[string]string{"none": "", "wrong": "000000", "old": app.shows(-3), "of tomorrow": app.shows(3), "a wrong recovery code": strings.Repeat("A", 16), "letters": "abcdef"} {
				_, err := h.answer(in, code)
				wantKey(t, string(way)+", "+name, err, "signin.code.wrong")
				must(t, h.db.Write(t.Context(), func(tx *gorm.DB) error { return tx.Exec("UPDATE sign_in_steps SET tries = 0").Error }))
				must(t, h.db.Write(t.Context(), func(tx *gorm.DB) error { return tx.Exec("DELETE FROM sign_in_failures").Error }))
			}
			through, err := h.answer(in, app.shows(0))
			must(t, err)
			_, info, err := h.Session(t.Context(), through.Session, "")
			must(t, err)
			if through.Actor.PersonID != focal.PersonID || info.Way != way || info.Second != SecondApp || info.ByLink != (way == Way(SignInLink)) {
				t.Errorf("%s: %+v", way, info)
			}
			_, err = h.answer(in, app.shows(1))
			wantKey(t, "a step that was taken", err, KeyStepOver)
			must(t, h.SignOut(t.Context(), through.Actor, through.Session))
			h.machine.pass(2 * codeStep)
		}
		h.whole()
	})
}

// Replay: of ten who send the same code at once one gets in, whether each has
// a sign-in of their own or all have the same.
func TestACodeWorksOnceAlsoTenTimesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		app, codes := h.enrol(h.admin)
		for name, code := range map[string]string{"a code of the app": app.shows(0), "a recovery code": codes[3]} {
			for _, own := range []bool{true, false} {
				if own == false {
					code = map[string]string{"a code of the app": app.shows(1), "a recovery code": codes[4]}[name]
				}
				steps := make([]SignedIn, 10)
				for i := range steps {
					steps[i] = steps[0]
					if own || i == 0 {
						steps[i] = h.signIn(h.admin.Email)
					}
				}
				if n := h.atOnce(steps, code); n != 1 {
					t.Errorf("%s got %d in (steps of their own: %v)", name, n, own)
				}
				_, err := h.answer(h.signIn(h.admin.Email), code)
				wantKey(t, name+" once more", err, "signin.code.wrong")
				must(t, h.db.Write(t.Context(), func(tx *gorm.DB) error { return tx.Exec("DELETE FROM sign_in_failures").Error }))
			}
		}
		_, err := h.answer(h.signIn(h.admin.Email), app.shows(0))
		wantKey(t, "a code older than the one used", err, "signin.code.wrong")
		h.whole()
	})
}

// atOnce sends the same code for several steps together and counts who got in.
func (h *house) atOnce(steps []SignedIn, code string) int {
	var wait sync.WaitGroup
	in := make([]bool, len(steps))
	for i := range steps {
		wait.Go(func() {
			got, err := h.answer(steps[i], code)
			in[i] = err == nil && got.Session != ""
		})
	}
	wait.Wait()
	n := 0
	for _, ok := range in {
		if ok {
			n++
		}
	}
	return n
}

// Guards the six digits against guessing: few for one sign-in, and as many as
// wrong passwords for the account however often somebody begins anew.
func TestCodesCannotBeGuessed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		app, _ := h.enrol(h.admin)
		step := h.signIn(h.admin.Email)
		for range StepTries {
			_, err := h.answer(step, "000000")
			wantKey(t, "wrong", err, "signin.code.wrong")
		}
		_, err := h.answer(step, app.shows(0))
		wantKey(t, "after too many wrong codes", err, KeyStepOver)
		step = h.signIn(h.admin.Email)
		for range FailuresPerAccount - StepTries {
			if _, err = h.answer(step, "000000"); problem.KindOf(err) != problem.Invalid {
				break
			}
		}
		_, err = h.SignIn(t.Context(), SignInForm{Email: h.admin.Email, Password: secret, Address: "192.0.2.9"})
		wantKey(t, "a further sign-in", err, KeyThrottled)
		h.machine.pass(ThrottleWindow)
		_, err = h.answer(h.signIn(h.admin.Email), app.shows(0))
		must(t, err)
	})
}

// A sign-in under way dies with time, with the account and with the password.
func TestAStepEndsWithWhatItStandsOn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		focal := h.person("focal@tracker.example", "MOH", FocalPoint)
		app, _ := h.enrol(focal)
		over := func(what string, in SignedIn) {
			t.Helper()
			_, err := h.answer(in, app.shows(0))
			wantKey(t, what, err, KeyStepOver)
			if h.count("SELECT count(*) FROM sessions WHERE person_id = ?", focal.PersonID) != 0 {
				t.Errorf("%s: a session was opened", what)
			}
		}
		in := h.signIn(focal.Email)
		h.machine.pass(StepLimit)
		over("too late", in)
		in = h.signIn(focal.Email)
		made, err := h.Link(t.Context(), CommandLine(), "", focal.PersonID, Reset)
		must(t, err)
		_, err = h.UseLink(t.Context(), LinkForm{Token: made.Token, Password: secret + secret})
		must(t, err)
		over("another password", in)
		in, err = h.SignIn(t.Context(), SignInForm{Email: focal.Email, Password: secret + secret})
		must(t, err)
		p, err := h.Person(t.Context(), CommandLine(), focal.PersonID)
		must(t, err)
		must(t, h.DisablePerson(t.Context(), CommandLine(), "", p.ID, p.Version))
		over("disabled", in)
		must(t, h.EnablePerson(t.Context(), CommandLine(), "", p.ID, p.Version+1))
		over("disabled and enabled again", in)
		over("nothing", SignedIn{})
	})
}

// A secret that another key sealed opens for nobody and is no missing factor.
func TestAnotherKeyMakesEveryCodeWrong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, Config{Keys: testKeys(t)})
		app, codes := h.enrol(h.admin)
		other, err := keys.Parse(strings.Repeat("a7", keys.Size))
		must(t, err)
		for name, ring := range map[string]keys.Ring{"another key": other, "no key": {}} {
			h.cfg.Keys = ring
			_, err := h.answer(h.signIn(h.admin.Email), app.shows(0))
			wantKey(t, name, err, "signin.code.wrong")
			if n, err := h.Unopened(t.Context()); n != 1 || err != nil {
				t.Errorf("%s: %d cannot be opened, %v", name, n, err)
			}
		}
		_, err = h.answer(h.signIn(h.admin.Email), codes[0])
		must(t, err)
		h.cfg.Keys = testKeys(t)
		if n, err := h.Unopened(t.Context()); n != 0 || err != nil {
			t.Errorf("with the key %d cannot be opened, %v", n, err)
		}
	})
}

func TestNothingOfASecondFactorCanBeReadFromTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		app, codes := h.enrol(h.admin)
		step := h.signIn(h.admin.Email)
		text := base32.StdEncoding.EncodeToString(app.secret)
		for _, what := range []string{string(app.secret), text, codes[0], tidyCode(codes[0]), step.Step} {
			for _, column := range []string{"CAST(sealed AS TEXT) FROM second_factors", "code_hash FROM recovery_codes", "token_hash FROM sign_in_steps", "details FROM audit_entries", "value FROM audit_texts"} {
				if h.db.Postgres() {
					column = strings.Replace(column, "CAST(sealed AS TEXT)", "encode(sealed, 'escape')", 1)
				}
				var all []string
				must(t, h.db.Read(t.Context(), func(tx *gorm.DB) error { return tx.Raw("SELECT " + column).Scan(&all).Error }))
				for _, cell := range all {
					if strings.Contains(cell, what) {
						t.Errorf("%q stands in %s", what, column)
					}
				}
			}
		}
	})
}

func TestSettingUpASecondFactorNeedsThePasswordAndACode(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		focal := h.person("focal@tracker.example", "MOH", FocalPoint)
		in, other := h.signIn(focal.Email), h.signIn(focal.Email)
		ask := func(f ProofForm) (Offer, error) {
			f.Session = in.Session
			return h.OfferSecond(t.Context(), in.Actor, "Tracker", f)
		}
		_, err := ask(ProofForm{Current: "wrong wrong wrong"})
		wantKey(t, "a wrong password", err, "current=password.current.wrong")
		o, err := ask(ProofForm{Current: secret})
		must(t, err)
		if u, err := url.Parse(o.Address); err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Query().Get("secret") != strings.ReplaceAll(o.Secret, " ", "") || u.Query().Get("issuer") != "Tracker" {
			t.Errorf("the app reads %s", o.Address)
		}
		app, key := h.phoneOf(o), newToken()
		confirm := func(f ConfirmForm) ([]string, error) { return h.ConfirmSecond(t.Context(), in.Actor, f) }
		_, err = confirm(ConfirmForm{Key: key, Sealed: o.Sealed, Code: "000000", Session: in.Session})
		wantKey(t, "a wrong code", err, "code=second.code.wrong")
		for name, f := range map[string]ConfirmForm{"of another session": {Key: key, Sealed: o.Sealed, Code: app.shows(0), Session: other.Session}, "altered": {Key: key, Sealed: o.Sealed[:40], Code: app.shows(0), Session: in.Session}} {
			_, err := confirm(f)
			wantKey(t, name, err, "second.offer_over")
		}
		good := ConfirmForm{Key: key, Sealed: o.Sealed, Code: app.shows(0), Session: in.Session}
		first, err := confirm(good)
		must(t, err)
		again, err := confirm(good)
		must(t, err)
		if len(first) != RecoveryCodes || len(again) != 0 || h.open(other.Session) || !h.open(in.Session) {
			t.Errorf("%d codes, then %d", len(first), len(again))
		}
		good.Key = newToken()
		_, err = confirm(good)
		wantKind(t, "the same offer once more", err, problem.Conflict)
		_, err = h.answer(h.signIn(focal.Email), app.shows(0))
		wantKey(t, "the code that set it up", err, "signin.code.wrong")
		_, err = ask(ProofForm{Current: secret})
		wantKey(t, "another phone without a code", err, "code=signin.code.wrong")
		o, err = ask(ProofForm{Current: secret, Code: app.shows(1)})
		must(t, err)
		h.machine.pass(offerLimit)
		_, err = confirm(ConfirmForm{Key: newToken(), Sealed: o.Sealed, Code: h.phoneOf(o).shows(0), Session: in.Session})
		wantKey(t, "too late", err, "second.offer_over")
		h.whole()
	})
}

func TestASecondFactorIsRemovedOnlyWithPasswordAndCode(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		focal := h.person("focal@tracker.example", "MOH", FocalPoint)
		app, codes := h.enrol(focal)
		in, err := h.answer(h.signIn(focal.Email), app.shows(0))
		must(t, err)
		proof := func(current, code string) ProofForm {
			return ProofForm{Key: newToken(), Current: current, Code: code, Session: in.Session}
		}
		wantKey(t, "no password", h.RemoveSecond(t.Context(), in.Actor, proof("", app.shows(1))), "current=password.current.wrong")
		wantKey(t, "no code", h.RemoveSecond(t.Context(), in.Actor, proof(secret, "")), "code=signin.code.wrong")
		_, err = h.NewCodes(t.Context(), in.Actor, proof("", "000000"))
		wantKey(t, "new codes without one", err, "code=signin.code.wrong")
		fresh, err := h.NewCodes(t.Context(), in.Actor, proof("", codes[0]))
		must(t, err)
		wantKey(t, "an old recovery code", h.RemoveSecond(t.Context(), in.Actor, proof(secret, codes[1])), "code=signin.code.wrong")
		gone := proof(secret, fresh[0])
		must(t, h.RemoveSecond(t.Context(), in.Actor, gone))
		must(t, h.RemoveSecond(t.Context(), in.Actor, gone)) // the same form once more
		if again := h.signIn(focal.Email); again.Session == "" || h.count("SELECT count(*) FROM recovery_codes") != 0 {
			t.Error("a code is still asked for, or codes are left")
		}
		app, _ = h.enrol(h.admin)
		in, err = h.answer(h.signIn(h.admin.Email), app.shows(0))
		must(t, err)
		wantKey(t, "an administrator's", h.RemoveSecond(t.Context(), in.Actor, proof(secret, app.shows(1))), "second.needed")
	})
}

func TestAnAdministratorRemovesALostSecondFactor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, Config{Keys: testKeys(t), Mail: true, Texts: english(t), Address: "http://tracker.example"})
		focal := h.person("focal@tracker.example", "MOH", FocalPoint)
		app, _ := h.enrol(focal)
		open, err := h.answer(h.signIn(focal.Email), app.shows(0))
		must(t, err)
		waiting := h.signIn(focal.Email)
		loss := LossForm{Key: newToken(), PersonID: focal.PersonID, Reason: "Phone lost, met in the office"}
		wantKind(t, "a focal point", h.RemoveSecondOf(t.Context(), open.Actor, loss), problem.NotFound)
		wantKey(t, "no reason", h.RemoveSecondOf(t.Context(), h.admin, LossForm{Key: newToken(), PersonID: focal.PersonID, Reason: " "}), "reason=second.reason")
		must(t, h.RemoveSecondOf(t.Context(), h.admin, loss))
		if h.open(open.Session) || h.count("SELECT count(*) FROM outbox WHERE recipient = ? AND body LIKE '%administrator removed%'", focal.Email) != 1 {
			t.Error("a session goes on, or no mail was written")
		}
		_, err = h.answer(waiting, app.shows(1))
		wantKey(t, "a sign-in under way", err, KeyStepOver)
		wantKey(t, "none", h.RemoveSecondOf(t.Context(), h.admin, LossForm{Key: newToken(), PersonID: focal.PersonID, Reason: "x"}), "second.none")
		h.enrol(h.admin)
		wantKey(t, "one's own", h.RemoveSecondOf(t.Context(), h.admin, LossForm{Key: newToken(), PersonID: h.admin.PersonID, Reason: "x"}), "second.own")
		if h.count("SELECT count(*) FROM audit_entries WHERE action = 'person.remove_second'") != 1 {
			t.Error("the trail does not tell of it once")
		}
		h.whole()
	})
}

// The roles that need a second factor can do nothing before they have one, from
// the very request on which their role changes.
func TestSomeRolesMustHaveASecondFactor(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		at := map[Role]string{Partner: "USE"}
		for _, role := range Roles {
			email := string(role) + "@role.example"
			if at[role] == "" {
				at[role] = "MHA"
			}
			h.person(email, at[role], role)
			in := h.signIn(email)
			_, info, err := h.Session(t.Context(), in.Session, "")
			must(t, err)
			if info.MustEnrol != NeedsSecond(role) {
				t.Errorf("%s: must set one up: %v", role, info.MustEnrol)
			}
		}
		focal := h.person("focal@tracker.example", "MOH", FocalPoint)
		in := h.signIn(focal.Email)
		must := func(want bool, what string) {
			t.Helper()
			_, info, err := h.Session(t.Context(), in.Session, "")
			if err != nil || info.MustEnrol != want {
				t.Errorf("%s: must set one up: %v, %v", what, info.MustEnrol, err)
			}
		}
		must(false, "a focal point")
		h.run(t.Context(), "UPDATE people SET post_id = (SELECT id FROM posts WHERE role = 'coordinator' LIMIT 1) WHERE id = ?", focal.PersonID)
		must(true, "made a coordinator")
		h.run(t.Context(), "INSERT INTO settings (name, value) VALUES ('demonstration', 'yes')")
		must(false, "in a demonstration")
		h.run(t.Context(), "DELETE FROM settings WHERE name = 'demonstration'")
		h.run(t.Context(), "UPDATE sessions SET second = ? WHERE person_id = ?", SecondProvider, focal.PersonID)
		must(false, "with the provider's")
	})
}

func (h *house) run(ctx context.Context, statement string, args ...any) {
	h.t.Helper()
	must(h.t, h.db.Write(ctx, func(tx *gorm.DB) error { return tx.Exec(statement, args...).Error }))
}

func TestASignInFromANewBrowserIsTold(t *testing.T) {
	for _, mailed := range []bool{true, false} {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			h := newHouse(t, d, Config{Keys: testKeys(t), Mail: mailed, Texts: english(t), Address: "http://tracker.example"})
			focal := h.person("focal@tracker.example", "MOH", FocalPoint)
			mails := func() int {
				return h.count("SELECT count(*) FROM outbox WHERE recipient = ? AND subject LIKE '%new browser%'", focal.Email)
			}
			if mails() != 0 {
				t.Error("the invitation was news")
			}
			one := h.signIn(focal.Email)
			h.machine.pass(time.Minute)
			again, err := h.SignIn(t.Context(), SignInForm{Email: focal.Email, Password: secret, Browser: one.Browser, Device: "Test"})
			must(t, err)
			if want := map[bool]int{true: 1}[mailed]; mails() != want || again.Browser != one.Browser {
				t.Errorf("%d mails, want %d", mails(), want)
			}
			_, err = h.SignIn(t.Context(), SignInForm{Email: focal.Email, Password: secret, Device: "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"})
			must(t, err)
			if want := map[bool]int{true: 2}[mailed]; mails() != want {
				t.Errorf("%d mails, want %d", mails(), want)
			}
			back, err := h.SignIn(t.Context(), SignInForm{Email: focal.Email, Password: secret, Browser: one.Browser, Device: "Test"})
			must(t, err)
			flash, err := h.TakeFlash(t.Context(), back.Session)
			must(t, err)
			if told := strings.Contains(flash, "Firefox on Windows"); told == mailed {
				t.Errorf("the next page says %q", flash)
			}
			back, err = h.SignIn(t.Context(), SignInForm{Email: focal.Email, Password: secret, Browser: one.Browser, Device: "Test"})
			must(t, err)
			if flash, err = h.TakeFlash(t.Context(), back.Session); flash != "" || err != nil {
				t.Errorf("told twice: %q, %v", flash, err)
			}
		})
	}
}
