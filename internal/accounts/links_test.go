package accounts

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/mail"
	"tracker/internal/problem"
)

const newSecret = "pebble-violin-summer-anchor"

func TestAnInvitationSetsThePasswordOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		made, err := h.Invite(t.Context(), h.admin, key(1), NewPerson{Email: "focal@tracker.example", Institution: "MOH", Role: FocalPoint, Title: "Focal point"})
		must(t, err)
		if made.Mailed || made.Path() != "/links/"+made.Token || made.Email != "focal@tracker.example" || made.PersonID == 0 {
			t.Errorf("made %+v", made)
		}
		again, err := h.Invite(t.Context(), h.admin, key(1), NewPerson{Email: "focal@tracker.example", Institution: "MOH", Role: FocalPoint, Title: "Focal point"})
		must(t, err)
		if again.Token != "" || again.PersonID != made.PersonID {
			t.Errorf("posted again: %+v", again)
		}
		info, err := h.LinkInfo(t.Context(), made.Token)
		if must(t, err); info.Email != "focal@tracker.example" || !info.SetsPassword() {
			t.Errorf("the page shows %+v", info)
		}
		_, err = h.UseLink(t.Context(), LinkForm{Token: made.Token, Password: "short"})
		wantKey(t, "a short password", err, "password=password.short")
		_, err = h.UseLink(t.Context(), LinkForm{Token: made.Token, Password: "MinistryOfHealth2021"})
		wantKey(t, "the institution's name", err, "password=password.context")
		in, err := h.UseLink(t.Context(), LinkForm{Token: made.Token, Password: newSecret})
		must(t, err)
		actor, session, err := h.Session(t.Context(), in.Session, "")
		if must(t, err); actor.Email != "focal@tracker.example" || session.ByLink {
			t.Errorf("signed in as %+v, %+v", actor, session)
		}
		_, err = h.UseLink(t.Context(), LinkForm{Token: made.Token, Password: newSecret})
		wantKey(t, "the link a second time", err, "link.gone")
		_, err = h.LinkInfo(t.Context(), made.Token)
		wantKey(t, "its page a second time", err, "link.gone")
		h.whole()
	})
}

func TestOfParallelUsesOfALinkOneCounts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		made, err := h.Link(t.Context(), h.admin, key(1), h.admin.PersonID, Reset)
		must(t, err)
		var all sync.WaitGroup
		var used atomic.Int64
		for range 10 {
			all.Go(func() {
				_, err := h.UseLink(t.Context(), LinkForm{Token: made.Token, Password: newSecret})
				if err == nil {
					used.Add(1)
				} else if problem.KindOf(err) != problem.NotFound {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if used.Load() != 1 {
			t.Errorf("used %d times", used.Load())
		}
	})
}

func TestALinkEndsAfterADayAndWhenANewerOneIsMade(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		usable := func(token string) bool {
			_, err := h.LinkInfo(t.Context(), token)
			return err == nil
		}
		one, err := h.Link(t.Context(), h.admin, key(1), h.admin.PersonID, Reset)
		must(t, err)
		two, err := h.Link(t.Context(), h.admin, key(2), h.admin.PersonID, Reset)
		must(t, err)
		if usable(one.Token) || !usable(two.Token) {
			t.Error("not only the newest link works")
		}
		h.machine.pass(LinkLimit - time.Second)
		if !usable(two.Token) {
			t.Error("the link ended early")
		}
		h.machine.pass(time.Second)
		if usable(two.Token) {
			t.Error("the link works after a day")
		}
		if _, err := h.UseLink(t.Context(), LinkForm{Token: two.Token, Password: newSecret}); problem.KindOf(err) != problem.NotFound {
			t.Errorf("an old link was used: %v", err)
		}
	})
}

func TestAResetEndsEveryOtherSession(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		old := h.signIn(h.admin.Email)
		made, err := h.Link(t.Context(), h.admin, key(1), h.admin.PersonID, Reset)
		must(t, err)
		in, err := h.UseLink(t.Context(), LinkForm{Token: made.Token, Password: newSecret})
		must(t, err)
		if h.open(old.Session) || !h.open(in.Session) {
			t.Error("a session from before the reset goes on, or the new one does not")
		}
		_, err = h.SignIn(t.Context(), SignInForm{Email: h.admin.Email, Password: secret})
		wantKey(t, "the old password", err, "signin.wrong")
	})
}

func TestAChangedPasswordEndsOtherSessionsAndLinks(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		in, other := h.signIn(h.admin.Email), h.signIn(h.admin.Email)
		made, err := h.Link(t.Context(), h.admin, key(1), h.admin.PersonID, Reset)
		must(t, err)
		change := func(current, fresh string) error {
			return h.ChangePassword(t.Context(), in.Actor, PasswordForm{Key: newToken(), Current: current, New: fresh, Session: in.Session})
		}
		wantKey(t, "a wrong current one", change("wrong", newSecret), "current=password.current.wrong")
		wantKey(t, "a short new one", change(secret, "short"), "password=password.short")
		wantKey(t, "the same again", change(secret, secret), "password=password.same")
		h.signIn(h.admin.Email) // nothing has changed so far
		must(t, change(secret, newSecret))
		if h.open(other.Session) || !h.open(in.Session) {
			t.Error("not exactly the other sessions ended")
		}
		_, err = h.LinkInfo(t.Context(), made.Token)
		wantKey(t, "a link from before", err, "link.gone")
		_, err = h.SignIn(t.Context(), SignInForm{Email: h.admin.Email, Password: newSecret})
		must(t, err)
		h.whole()
	})
}

func TestAnOpenSessionIsNoPlaceToGuessThePassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		in := h.signIn(h.admin.Email)
		for range FailuresPerAccount {
			h.ChangePassword(t.Context(), in.Actor, PasswordForm{Key: newToken(), Current: "wrong", New: newSecret, Session: in.Session}) //nolint:errcheck // refused, as it must be
		}
		if err := h.ChangePassword(t.Context(), in.Actor, PasswordForm{Key: newToken(), Current: secret, New: newSecret, Session: in.Session}); !throttled(err) {
			t.Errorf("after ten wrong ones: %v", err)
		}
		h.signIn(h.admin.Email) // the person is not locked out
	})
}

func TestASessionOfAnotherPersonChangesNoPassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		focal := h.person("focal@tracker.example", "MOH", FocalPoint)
		in := h.signIn(focal.Email)
		err := h.ChangePassword(t.Context(), h.admin, PasswordForm{Key: newToken(), Current: secret, New: newSecret, Session: in.Session})
		wantKind(t, "a session that is not the actor's", err, problem.NotFound)
	})
}

func TestASignInLinkLetsThePersonSetAPasswordWithoutThePresentOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		focal := h.person("focal@tracker.example", "MOH", FocalPoint)
		_, err := h.Link(t.Context(), h.admin, key(1), focal.PersonID, SignInLink)
		wantKind(t, "an administrator's sign-in link", err, problem.Forbidden)
		made, err := h.Link(t.Context(), CommandLine(), "", focal.PersonID, SignInLink)
		must(t, err)
		in, err := h.UseLink(t.Context(), LinkForm{Token: made.Token})
		must(t, err)
		if _, info, err := h.Session(t.Context(), in.Session, ""); err != nil || !info.ByLink {
			t.Errorf("the session is %+v, %v", info, err)
		}
		must(t, h.ChangePassword(t.Context(), in.Actor, PasswordForm{Key: newToken(), New: newSecret, Session: in.Session}))
		err = h.ChangePassword(t.Context(), in.Actor, PasswordForm{Key: newToken(), New: secret, Session: in.Session})
		wantKey(t, "a second time without the present one", err, "current=password.current.wrong")
		h.whole()
	})
}

func TestWithAMailServerTheLinkIsSentToo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, Config{Address: "https://tracker.example", Mail: true, Texts: english(t)})
		made, err := h.Invite(t.Context(), h.admin, key(1), NewPerson{Email: "focal@tracker.example", Institution: "MOH", Role: FocalPoint, Title: "Focal point"})
		must(t, err)
		var rows []mail.Row
		must(t, d.Read(t.Context(), func(tx *gorm.DB) error { return tx.Where("recipient = ?", "focal@tracker.example").Find(&rows).Error }))
		if !made.Mailed || len(rows) != 1 || !strings.Contains(rows[0].Body, "https://tracker.example/links/"+made.Token+"\n") {
			t.Errorf("made %+v, queued %+v", made, rows)
		}
		list, total, err := h.Outbox(t.Context(), h.admin, 1)
		if must(t, err); total != 1 || list[0].Body != "" || list[0].Recipient != "focal@tracker.example" {
			t.Errorf("the outbox shows %+v", list)
		}
		must(t, h.RetryMail(t.Context(), h.admin, key(2), list[0].ID))
		wantKind(t, "retry of no mail", h.RetryMail(t.Context(), h.admin, key(3), 999), problem.NotFound)
		h.whole()
	})
}

// A link that was replaced, used up or ended with its account went out all the
// same when the mail server came back; a notice without a link stays.
func TestAMailOfADeadLinkDoesNotLeave(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, Config{Address: "https://tracker.example", Mail: true, Texts: english(t)})
		who, other := h.person("one@tracker.example", "MOH", FocalPoint), h.person("two@tracker.example", "MHA", FocalPoint)
		waits := func(email string) (bodies []string) {
			must(t, d.Read(t.Context(), func(tx *gorm.DB) error {
				return tx.Raw("SELECT body FROM outbox WHERE recipient = ? AND sent_at IS NULL AND body LIKE '%/links/%'", email).Scan(&bodies).Error
			}))
			return bodies
		}
		must(t, d.Write(t.Context(), func(tx *gorm.DB) error {
			return mail.Queue(tx, h.now(), mail.Message{To: who.Email, Subject: "Notice", Body: "Somebody signed in from a new browser."})
		}))
		link := func(a Actor) MadeLink {
			made, err := h.Link(t.Context(), h.admin, newToken(), a.PersonID, Reset)
			must(t, err)
			return made
		}
		link(who)
		link(other)
		newer := link(who)
		if got := waits(who.Email); len(got) != 1 || !strings.Contains(got[0], newer.Token) || len(waits(other.Email)) != 1 {
			t.Errorf("after a second link %q waits", got)
		}
		if _, err := h.UseLink(t.Context(), LinkForm{Token: newer.Token, Password: secret + " anew"}); err != nil || len(waits(who.Email)) != 0 {
			t.Errorf("after the link was used by hand %q waits (%v)", waits(who.Email), err)
		}
		link(who)
		in, err := h.SignIn(t.Context(), SignInForm{Email: who.Email, Password: secret + " anew"})
		must(t, err)
		must(t, h.ChangePassword(t.Context(), in.Actor, PasswordForm{Key: newToken(), Current: secret + " anew", New: secret, Session: in.Session}))
		if got := waits(who.Email); len(got) != 0 {
			t.Errorf("after the password changed %q waits", got)
		}
		if n := h.count("SELECT count(*) FROM outbox WHERE recipient = ? AND subject = 'Notice'", who.Email); n != 1 {
			t.Errorf("%d notices are left", n)
		}
		p, err := h.Person(t.Context(), h.admin, other.PersonID)
		must(t, err)
		must(t, h.DisablePerson(t.Context(), h.admin, newToken(), other.PersonID, p.Version))
		if n := h.count("SELECT count(*) FROM outbox WHERE recipient = ?", other.Email); n != 0 {
			t.Errorf("%d mails wait for a disabled person", n)
		}
		h.whole()
	})
}

// A request for an address that has an account took nearly twice as long as one
// for an address that has none: who waits longer had guessed right. That no
// answer comes early is what can be held here; scripts/signintiming measures.
func TestAnAnswerThatComesEarlyTellsWhoHasAnAccount(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), Config{Address: "https://tracker.example", Mail: true, Texts: english(t)})
	h.person("one@tracker.example", "MOH", FocalPoint)
	off := h.person("off@tracker.example", "MOH", FocalPoint)
	p, err := h.Person(t.Context(), h.admin, off.PersonID)
	must(t, err)
	must(t, h.DisablePerson(t.Context(), h.admin, newToken(), off.PersonID, p.Version))
	for _, email := range []string{"one@tracker.example", "one@tracker.example", "off@tracker.example", "nobody@tracker.example", "no address"} {
		began := time.Now()
		must(t, h.RequestReset(t.Context(), ForgottenForm{Email: email, Address: "192.0.2.1"}))
		if took := time.Since(began); took < resetTime {
			t.Errorf("%s is answered after %v", email, took)
		}
	}
	if n := h.count("SELECT count(*) FROM outbox WHERE recipient = 'one@tracker.example'"); n != 1 {
		t.Errorf("%d mails wait", n)
	}
	gone, cancel := context.WithCancel(t.Context())
	time.AfterFunc(resetTime/10, cancel)
	began := time.Now()
	if err := h.RequestReset(gone, ForgottenForm{Email: "nobody@tracker.example"}); err != nil || time.Since(began) > time.Minute {
		t.Errorf("whom nobody waits for: %v", err)
	}
}
