package accounts

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/issuer"
	"tracker/internal/issuer/issuertest"
	"tracker/internal/problem"
)

// embassy is a house whose people can sign in at a real issuer.
type embassy struct {
	*house
	issuer *issuertest.Issuer
}

func eachEmbassy(t *testing.T, run func(t *testing.T, e embassy)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		real := issuertest.New(t, "http://127.0.0.1:9/sign-in/oidc/callback", false)
		asked, err := issuer.New(real.Settings(), time.Now)
		must(t, err)
		run(t, embassy{newHouse(t, d, Config{Issuer: asked, Mail: true, Texts: english(t), Address: "http://tracker.example"}), real})
	})
}

// away sends the browser of a trip to the issuer, where it signs in as a
// subject, and gives what it brings back.
func (e embassy) away(secret, subject string) issuer.Answer {
	e.t.Helper()
	to, err := e.IssuerAddress(e.t.Context(), secret)
	must(e.t, err)
	return answered(e.issuer.Visit(e.t, to, subject))
}

func answered(back *url.URL) issuer.Answer {
	q := back.Query()
	return issuer.Answer{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Error: q.Get("error")}
}

// enters signs in at the issuer as a subject.
func (e embassy) enters(subject string) (Returned, error) {
	e.t.Helper()
	secret, err := e.SendToSignIn(e.t.Context(), TripForm{Next: "/review", Address: "192.0.2.9"})
	must(e.t, err)
	return e.Return(e.t.Context(), ReturnForm{Secret: secret, Answer: e.away(secret, subject)})
}

// links links a subject to the account of a person who is signed in.
func (e embassy) links(in SignedIn, subject string) error {
	e.t.Helper()
	secret, err := e.SendToLink(e.t.Context(), in.Actor, LinkingForm{Key: newToken(), Current: secret, Session: in.Session})
	must(e.t, err)
	_, err = e.Return(e.t.Context(), ReturnForm{Secret: secret, Answer: e.away(secret, subject), Actor: in.Actor, Session: in.Session})
	return err
}

func (e embassy) open(in SignedIn) bool {
	_, _, err := e.Session(e.t.Context(), in.Session, "")
	return err == nil
}

func TestALinkedIdentitySignsItsPersonIn(t *testing.T) {
	odd := strings.Repeat("Ü'\"\\%_", 28) + "|a@b.example"
	eachEmbassy(t, func(t *testing.T, e embassy) {
		one, two := e.person("one@tracker.example", "MOH", FocalPoint), e.person("two@tracker.example", "MHA", FocalPoint)
		in := e.signIn(one.Email)
		must(t, e.links(in, odd))
		must(t, e.links(in, odd)) // again is no error
		must(t, e.links(e.signIn(two.Email), strings.ToLower(odd)))
		if !e.open(in) {
			t.Error("linking ended the session")
		}
		for subject, want := range map[string]Actor{odd: one, strings.ToLower(odd): two} {
			got, err := e.enters(subject)
			must(t, err)
			if got.Actor.PersonID != want.PersonID || got.Next != "/review" || got.Purpose != TripSignIn || !e.open(got.SignedIn) {
				t.Errorf("%+v, not %+v", got, want)
			}
		}
		if n := e.count("SELECT count(*) FROM identities"); n != 2 {
			t.Errorf("%d identities", n)
		}
		if n := e.count("SELECT count(*) FROM outbox WHERE subject = 'A new way to sign in to your account' AND recipient = 'one@tracker.example'"); n != 1 {
			t.Errorf("%d notices", n)
		}
		if n := e.count("SELECT count(*) FROM audit_entries WHERE action = 'identity.link'"); n != 2 {
			t.Errorf("%d entries", n)
		}
		e.whole()
	})
}

// Guards against taking somebody over by their address: whoever the issuer
// says has it, only a link that the person made themself opens the account.
func TestAnAddressLinksNobody(t *testing.T) {
	eachEmbassy(t, func(t *testing.T, e embassy) {
		one := e.person("one@tracker.example", "MOH", Coordinator)
		e.issuer.Email = one.Email
		_, err := e.enters("stranger")
		wantKey(t, "the same address", err, KeyIdentityUnknown)
		_, err = e.enters(one.Email)
		wantKey(t, "the address as subject", err, KeyIdentityUnknown)
		if n := e.count("SELECT count(*) FROM identities") + e.count("SELECT count(*) FROM sessions"); n != 0 {
			t.Errorf("%d rows were made", n)
		}
		if n := e.count("SELECT count(*) FROM people"); n != 2 {
			t.Errorf("%d people", n)
		}
		e.whole()
	})
}

func TestATripIsOfOneBrowserOnceAndInTime(t *testing.T) {
	eachEmbassy(t, func(t *testing.T, e embassy) {
		must(t, e.links(e.signIn(e.person("one@tracker.example", "MOH", FocalPoint).Email), "one"))
		send := func() string {
			secret, err := e.SendToSignIn(t.Context(), TripForm{Address: "192.0.2.9"})
			must(t, err)
			return secret
		}
		back := func(what, secret string, a issuer.Answer, key string) {
			t.Helper()
			_, err := e.Return(t.Context(), ReturnForm{Secret: secret, Answer: a})
			wantKey(t, what, err, key)
		}
		// The attacker's answer in the victim's browser (login CSRF), with a trip of its own and without.
		attacker, victim := send(), send()
		theirs := e.away(attacker, "one")
		back("another browser's answer", victim, theirs, KeyTripOver)
		back("no trip", "", theirs, KeyTripOver)
		back("a trip that nobody made", newToken(), theirs, KeyTripOver)
		back("no state", attacker, issuer.Answer{Code: theirs.Code}, KeyTripOver)
		mixed := e.away(victim, "one")
		mixed.Code = theirs.Code
		back("another browser's code", victim, mixed, "issuer.unproven")
		back("after that", victim, mixed, KeyTripOver)
		if _, err := e.Return(t.Context(), ReturnForm{Secret: attacker, Answer: theirs}); err != nil {
			t.Errorf("the browser's own answer: %v", err)
		}
		third := send()
		mixed = e.away(third, "one")
		mixed.Code = theirs.Code
		back("a code that was used", third, mixed, "issuer.unproven")
		secret := send()
		mine := e.away(secret, "one")
		if _, err := e.Return(t.Context(), ReturnForm{Secret: secret, Answer: mine}); err != nil {
			t.Fatal(err)
		}
		back("the answer again", secret, mine, KeyTripOver)
		late := send()
		mine = e.away(late, "one")
		e.machine.pass(TripLimit)
		back("too late", late, mine, KeyTripOver)
		if _, err := e.IssuerAddress(t.Context(), late); problem.KindOf(err) != problem.Invalid {
			t.Errorf("too late to go: %v", err)
		}
		must(t, e.Sweep(t.Context()))
		e.machine.pass(ThrottleWindow)
		must(t, e.Sweep(t.Context()))
		if n := e.count("SELECT count(*) FROM identity_trips"); n != 0 {
			t.Errorf("%d trips are left", n)
		}
		e.whole()
	})
}

func TestOneOfManyReturnsAtOnceIsGood(t *testing.T) {
	eachEmbassy(t, func(t *testing.T, e embassy) {
		must(t, e.links(e.signIn(e.person("one@tracker.example", "MOH", FocalPoint).Email), "one"))
		secret, err := e.SendToSignIn(t.Context(), TripForm{Address: "192.0.2.9"})
		must(t, err)
		a := e.away(secret, "one")
		results := make(chan error)
		for range 8 {
			go func() {
				_, err := e.Return(t.Context(), ReturnForm{Secret: secret, Answer: a})
				results <- err
			}()
		}
		good := 0
		for range 8 {
			if err := <-results; err == nil {
				good++
			}
		}
		if good != 1 {
			t.Errorf("%d were good", good)
		}
	})
}

// Guards against an identity that brings back who was disabled (Gitea
// CVE-2026-0798 and its kin).
func TestADisabledPersonStaysOutWithTheirIdentity(t *testing.T) {
	eachEmbassy(t, func(t *testing.T, e embassy) {
		one := e.person("one@tracker.example", "MOH", FocalPoint)
		must(t, e.links(e.signIn(one.Email), "one"))
		got, err := e.enters("one")
		must(t, err)
		waiting, err := e.SendToSignIn(t.Context(), TripForm{})
		must(t, err)
		under := e.away(waiting, "one")
		linking, err := e.SendToLink(t.Context(), got.Actor, LinkingForm{Key: newToken(), Current: secret, Session: got.Session})
		must(t, err)
		linked := e.away(linking, "another")
		must(t, e.DisablePerson(t.Context(), e.admin, newToken(), one.PersonID, 2))
		if e.open(got.SignedIn) {
			t.Error("the session goes on")
		}
		_, err = e.Return(t.Context(), ReturnForm{Secret: waiting, Answer: under})
		wantKey(t, "under way", err, KeyIdentityUnknown)
		_, err = e.Return(t.Context(), ReturnForm{Secret: linking, Answer: linked, Actor: got.Actor, Session: got.Session})
		wantKey(t, "linking under way", err, KeyTripOver)
		_, err = e.enters("one")
		wantKey(t, "disabled", err, KeyIdentityUnknown)
		if n := e.count("SELECT count(*) FROM people WHERE id = ? AND disabled_at IS NOT NULL", one.PersonID); n != 1 {
			t.Error("the person is enabled again")
		}
		e.whole()
	})
}

func TestARemovedIdentityEndsItsSessionsAtOnce(t *testing.T) {
	eachEmbassy(t, func(t *testing.T, e embassy) {
		one := e.person("one@tracker.example", "MOH", FocalPoint)
		byPassword := e.signIn(one.Email)
		must(t, e.links(byPassword, "one"))
		must(t, e.links(byPassword, "two"))
		first, err := e.enters("one")
		must(t, err)
		second, err := e.enters("two")
		must(t, err)
		ways, err := e.Ways(t.Context(), one)
		must(t, err)
		if len(ways.Identities) != 2 || !ways.Password || ways.Identities[0].LastUsed == nil {
			t.Fatalf("%+v", ways)
		}
		other := e.person("other@tracker.example", "MOH", FocalPoint)
		wantKind(t, "another's", e.Unlink(t.Context(), other, newToken(), ways.Identities[0].ID), problem.NotFound)
		wantKind(t, "another's, by who administers not", e.UnlinkOf(t.Context(), other, newToken(), one.PersonID, ways.Identities[0].ID), problem.NotFound)
		wantKind(t, "through another person", e.UnlinkOf(t.Context(), e.admin, newToken(), other.PersonID, ways.Identities[0].ID), problem.NotFound)
		must(t, e.Unlink(t.Context(), one, newToken(), ways.Identities[0].ID))
		if e.open(first.SignedIn) || !e.open(second.SignedIn) || !e.open(byPassword) {
			t.Error("the wrong sessions have ended")
		}
		must(t, e.UnlinkOf(t.Context(), e.admin, newToken(), one.PersonID, ways.Identities[1].ID))
		if e.open(second.SignedIn) || !e.open(byPassword) {
			t.Error("the wrong sessions have ended")
		}
		_, err = e.enters("one")
		wantKey(t, "unlinked", err, KeyIdentityUnknown)
		must(t, e.links(byPassword, "one")) // it can be linked again
		e.whole()
	})
}

func TestAnIdentityBelongsToOnePerson(t *testing.T) {
	eachEmbassy(t, func(t *testing.T, e embassy) {
		must(t, e.links(e.signIn(e.person("one@tracker.example", "MOH", FocalPoint).Email), "one"))
		two := e.signIn(e.person("two@tracker.example", "MHA", FocalPoint).Email)
		wantKey(t, "another's", e.links(two, "one"), "identity.taken")
		made, err := e.Invite(t.Context(), e.admin, newToken(), NewPerson{Email: "three@tracker.example", Institution: "MOH", Role: FocalPoint, Title: "Third"})
		must(t, err)
		trip, err := e.SendInvited(t.Context(), made.Token)
		must(t, err)
		_, err = e.Return(t.Context(), ReturnForm{Secret: trip, Answer: e.away(trip, "one")})
		wantKey(t, "another's, by invitation", err, "identity.taken")
		if _, err := e.LinkInfo(t.Context(), made.Token); err != nil {
			t.Errorf("the link was used: %v", err)
		}
		e.whole()
	})
}

func TestLinkingWantsThePresentPasswordAndTheSameSession(t *testing.T) {
	eachEmbassy(t, func(t *testing.T, e embassy) {
		one := e.person("one@tracker.example", "MOH", FocalPoint)
		in, elsewhere := e.signIn(one.Email), e.signIn(one.Email)
		ask := func(current string) (string, error) {
			return e.SendToLink(t.Context(), one, LinkingForm{Key: newToken(), Current: current, Session: in.Session})
		}
		_, err := ask("wrong")
		wantKey(t, "wrong", err, "identity_current=password.current.wrong")
		trip, err := ask(secret)
		must(t, err)
		a := e.away(trip, "one")
		_, err = e.Return(t.Context(), ReturnForm{Secret: trip, Answer: a, Actor: one, Session: elsewhere.Session})
		wantKey(t, "in another session", err, KeyTripOver)
		trip, err = ask(secret)
		must(t, err)
		a = e.away(trip, "one")
		must(t, e.SignOut(t.Context(), one, in.Session))
		_, err = e.Return(t.Context(), ReturnForm{Secret: trip, Answer: a, Actor: one, Session: in.Session})
		wantKey(t, "after the session", err, KeyTripOver)
		in = e.signIn(one.Email)
		for range FailuresPerAccount {
			_, err = ask("wrong")
		}
		_, err = ask(secret)
		wantKey(t, "guessing", err, KeyThrottled)
		if n := e.count("SELECT count(*) FROM identities"); n != 0 {
			t.Errorf("%d identities", n)
		}
	})
}

func TestAnInvitedPersonNeedsNoPassword(t *testing.T) {
	eachEmbassy(t, func(t *testing.T, e embassy) {
		made, err := e.Invite(t.Context(), e.admin, newToken(), NewPerson{Email: "new@tracker.example", Institution: "MOH", Role: FocalPoint, Title: "New"})
		must(t, err)
		trip, err := e.SendInvited(t.Context(), made.Token)
		must(t, err)
		got, err := e.Return(t.Context(), ReturnForm{Secret: trip, Answer: e.away(trip, "new")})
		must(t, err)
		if got.Actor.PersonID != made.PersonID || !e.open(got.SignedIn) {
			t.Errorf("%+v", got)
		}
		if _, err := e.SendInvited(t.Context(), made.Token); problem.KindOf(err) != problem.NotFound {
			t.Errorf("the link works twice: %v", err)
		}
		for _, password := range []string{"", secret} {
			_, err = e.SignIn(t.Context(), SignInForm{Email: made.Email, Password: password})
			wantKey(t, "a password", err, "signin.wrong")
		}
		e.machine.pass(resetPause)
		before := e.count("SELECT count(*) FROM links")
		must(t, e.RequestReset(t.Context(), ForgottenForm{Email: made.Email, Address: "192.0.2.9"}))
		if n := e.count("SELECT count(*) FROM links"); n != before {
			t.Error("a reset leads past the issuer")
		}
		ways, err := e.Ways(t.Context(), got.Actor)
		must(t, err)
		wantKey(t, "the only way", e.Unlink(t.Context(), got.Actor, newToken(), ways.Identities[0].ID), "identity.only_way")
		if n, err := e.SecondPeople(t.Context()); err != nil || n.Coordinators != 0 {
			t.Errorf("%+v %v", n, err)
		}
		reset, err := e.Link(t.Context(), e.admin, newToken(), e.admin.PersonID, Reset)
		must(t, err)
		if _, err := e.SendInvited(t.Context(), reset.Token); problem.KindOf(err) != problem.NotFound {
			t.Errorf("a reset takes an identity: %v", err)
		}
		e.whole()
	})
}

func TestTheLastAdministratorKeepsAWayIn(t *testing.T) {
	eachEmbassy(t, func(t *testing.T, e embassy) {
		made, err := e.Invite(t.Context(), e.admin, newToken(), NewPerson{Email: "second@tracker.example", Institution: "MHA", Role: Administrator, Title: "Second"})
		must(t, err)
		wantKey(t, "nobody else can", e.DisablePerson(t.Context(), e.admin, newToken(), e.admin.PersonID, 2), "person.last_administrator")
		trip, err := e.SendInvited(t.Context(), made.Token)
		must(t, err)
		got, err := e.Return(t.Context(), ReturnForm{Secret: trip, Answer: e.away(trip, "second")})
		must(t, err)
		must(t, e.DisablePerson(t.Context(), got.Actor, newToken(), e.admin.PersonID, 2))
		list, err := e.Identities(t.Context(), got.Actor, got.Actor.PersonID)
		must(t, err)
		wantKey(t, "the only way of the last", e.UnlinkOf(t.Context(), got.Actor, newToken(), got.Actor.PersonID, list[0].ID), "person.last_administrator")
		if _, made, err := e.EnsureFirstLink(t.Context()); made || err != nil {
			t.Errorf("a first link is made beside an administrator: %v", err)
		}
	})
}

func TestTooManyTripsOfOneAddressWait(t *testing.T) {
	eachEmbassy(t, func(t *testing.T, e embassy) {
		in := e.signIn(e.person("one@tracker.example", "MOH", FocalPoint).Email)
		for range TripsPerAddress {
			_, err := e.SendToSignIn(t.Context(), TripForm{Address: "192.0.2.9"})
			must(t, err)
		}
		_, err := e.SendToSignIn(t.Context(), TripForm{Address: "192.0.2.9"})
		wantKey(t, "one more", err, KeyThrottled)
		for _, f := range []TripForm{{Address: "192.0.2.10"}, {Address: "192.0.2.9", Browser: in.Browser}} {
			_, err := e.SendToSignIn(t.Context(), f)
			must(t, err)
		}
	})
}

func TestWithoutAnIssuerThereIsNoSuchSignIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, err := h.SendToSignIn(t.Context(), TripForm{})
		wantKind(t, "sign in", err, problem.NotFound)
		in := h.signIn(h.admin.Email)
		_, err = h.SendToLink(t.Context(), in.Actor, LinkingForm{Key: newToken(), Current: secret, Session: in.Session})
		wantKind(t, "link", err, problem.NotFound)
		_, err = h.Return(t.Context(), ReturnForm{Secret: newToken()})
		wantKind(t, "return", err, problem.NotFound)
	})
}

func TestAnIssuerThatIsAwayLeavesPasswordsWorking(t *testing.T) {
	eachEmbassy(t, func(t *testing.T, e embassy) {
		one := e.person("one@tracker.example", "MOH", FocalPoint)
		e.issuer.Stop()
		_, err := e.SendToSignIn(t.Context(), TripForm{})
		wantKey(t, "away", err, issuer.KeyAway)
		if !e.open(e.signIn(one.Email)) {
			t.Error("the password does not work")
		}
		if n := e.count("SELECT count(*) FROM identity_trips"); n != 0 {
			t.Errorf("%d trips", n)
		}
	})
}

// Guards the second factor: who has one is asked for it after signing in
// elsewhere too, unless the issuer says in words that count that it asked.
func TestASecondFactorIsAskedForUnlessTheIssuerAskedForOne(t *testing.T) {
	eachEmbassy(t, func(t *testing.T, e embassy) {
		one := e.person("one@tracker.example", "MOH", Coordinator)
		must(t, e.links(e.signIn(one.Email), "one"))
		must(t, e.db.Write(t.Context(), func(tx *gorm.DB) error {
			return tx.Create(&secondFactor{PersonID: one.PersonID, Sealed: []byte("sealed"), MadeAt: e.now()}).Error
		}))
		for _, amr := range [][]string{nil, {"pwd"}, {"pwd", "otp"}} {
			e.issuer.AMR = amr
			got, err := e.enters("one")
			must(t, err)
			if got.Step == "" || got.Session != "" {
				t.Errorf("%v: a session without a second factor", amr)
			}
		}
		e.issuer.AMR = []string{"pwd", "mfa"}
		got, err := e.enters("one")
		must(t, err)
		if got.Step != "" || !e.open(got.SignedIn) {
			t.Errorf("the issuer's second factor does not count: %+v", got)
		}
		if n := e.count("SELECT count(*) FROM sessions WHERE second = 'provider' AND way = 'identity' AND identity_id IS NOT NULL"); n != 1 {
			t.Errorf("%d sessions say so", n)
		}
		ways, err := e.Ways(t.Context(), one)
		must(t, err)
		must(t, e.Unlink(t.Context(), one, newToken(), ways.Identities[0].ID))
		if n := e.count("SELECT count(*) FROM sign_in_steps"); n != 0 {
			t.Error("a sign-in goes on with an identity that was unlinked")
		}
	})
}
