package accounts

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/problem"
)

func (h *house) row(a Actor) PersonRow {
	h.t.Helper()
	p, err := h.Person(h.t.Context(), CommandLine(), a.PersonID)
	must(h.t, err)
	return p
}

func TestPeopleAreListedWithTheirPost(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("focal@tracker.example", "MOH", FocalPoint)
		h.signIn("focal@tracker.example")
		_, err := h.Invite(t.Context(), h.admin, key(1), NewPerson{Email: "New@Tracker.example", Institution: "USE", Role: Partner, Title: "Officer"})
		must(t, err)
		list, err := h.People(t.Context(), h.admin)
		must(t, err)
		var got []string
		for _, p := range list {
			got = append(got, fmt.Sprintf("%s %s %s %s %v %v", p.Institution, p.Email, p.Role, p.Post, p.HasPassword, p.LastSignIn != nil))
		}
		want := "MHA admin@tracker.example administrator The administrator true true\n" +
			"MOH focal@tracker.example focal_point The focal_point true true\n" +
			"USE new@tracker.example partner Officer false false"
		if strings.Join(got, "\n") != want {
			t.Errorf("listed\n%s\nwant\n%s", strings.Join(got, "\n"), want)
		}
		if at := list[1].LastSignIn; at == nil || !at.Equal(h.clock.Now()) {
			t.Errorf("the last sign-in is at %v, want the domain's %v", at, h.clock.Now())
		}
		h.whole()
	})
}

func TestBadInvitationsAreRefusedBesideTheirField(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		good := NewPerson{Email: "x@tracker.example", Institution: "MOH", Role: FocalPoint, Title: "Focal point"}
		_, err := h.CreatePost(t.Context(), h.admin, key(0), PostChange{Institution: "MOH", Title: "Desk", Role: Coordinator})
		must(t, err)
		for _, c := range []struct {
			want   string
			change func(*NewPerson)
		}{
			{"email=person.email.form", func(n *NewPerson) { n.Email = "nobody" }},
			{"email=person.email.form", func(n *NewPerson) { n.Email = "A <a@tracker.example>" }},
			{"email=person.email.form", func(n *NewPerson) { n.Email = "a@tracker.example\r\nBcc: b@tracker.example" }},
			{"email=person.email.form", func(n *NewPerson) { n.Email = "a\x00@tracker.example" }},
			{"email=person.email.taken", func(n *NewPerson) { n.Email = "ADMIN@tracker.example" }},
			{"institution=institution.unknown", func(n *NewPerson) { n.Institution = "XX" }},
			{"title=post.title.missing", func(n *NewPerson) { n.Title = "" }},
			{"role=post.role.missing", func(n *NewPerson) { n.Role = System }},
			{"role=post.role.not_there", func(n *NewPerson) { n.Role = Partner }},
			{"role=post.role.not_there", func(n *NewPerson) { n.Institution = "USE" }},
			{"role=post.role.other", func(n *NewPerson) { n.Title = "Desk" }},
		} {
			n := good
			c.change(&n)
			_, err := h.Invite(t.Context(), h.admin, key(1), n)
			wantKey(t, c.want, err, c.want)
		}
		_, err = h.CreatePost(t.Context(), h.admin, key(2), PostChange{Institution: "MOH", Title: "Desk", Role: Coordinator})
		wantKey(t, "a post twice", err, "title=post.title.taken")
	})
}

// The second of two holders of a post is its successor: nothing is bound to the person.
func TestAMovedPersonActsInTheNewPostAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("focal@tracker.example", "MOH", FocalPoint)
		in := h.signIn("focal@tracker.example")
		id, err := h.CreatePost(t.Context(), h.admin, key(1), PostChange{Institution: "MHA", Title: "Coordinator", Role: Coordinator})
		must(t, err)
		post, err := strconv.ParseInt(id, 10, 64)
		must(t, err)
		version := h.row(in.Actor).Version
		must(t, h.MovePerson(t.Context(), h.admin, key(2), in.Actor.PersonID, version, post))
		actor, _, err := h.Session(t.Context(), in.Session, "")
		must(t, err)
		if actor.Role != Coordinator || actor.Institution != "MHA" || actor.Post != "Coordinator" {
			t.Errorf("acts as %+v", actor)
		}
		wantKind(t, "a move from an old form", h.MovePerson(t.Context(), h.admin, key(3), in.Actor.PersonID, version, in.Actor.PostID), problem.Conflict)
		wantKey(t, "an unknown post", h.MovePerson(t.Context(), h.admin, key(4), in.Actor.PersonID, version+1, 999), "post=post.unknown")
		var held []Holding
		must(t, h.db.Read(t.Context(), func(tx *gorm.DB) error {
			return tx.Where("person_id = ?", in.Actor.PersonID).Order("id").Find(&held).Error
		}))
		today := h.clock.Today()
		if len(held) != 2 || held[0].ToOn != today || held[1].FromOn != today || held[1].PostID != post || !held[1].ToOn.IsZero() {
			t.Errorf("holdings: %+v", held)
		}
		posts, err := h.Posts(t.Context(), h.admin)
		must(t, err)
		for _, p := range posts {
			want := int64(1)
			if p.ID == in.Actor.PostID {
				want = 0
			}
			if p.Holders != want {
				t.Errorf("%s %s has %d holders, want %d", p.Institution, p.Title, p.Holders, want)
			}
		}
		h.whole()
	})
}

func TestADisabledPersonIsOutAtOnceAndMayComeBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		focal := h.person("focal@tracker.example", "MOH", FocalPoint)
		in := h.signIn("focal@tracker.example")
		reset, err := h.Link(t.Context(), h.admin, key(1), focal.PersonID, Reset)
		must(t, err)
		must(t, h.DisablePerson(t.Context(), h.admin, key(2), focal.PersonID, h.row(focal).Version))
		_, _, err = h.Session(t.Context(), in.Session, "")
		wantKind(t, "the session of a disabled person", err, problem.NotFound)
		_, err = h.SignIn(t.Context(), SignInForm{Email: focal.Email, Password: secret})
		wantKey(t, "a disabled person with the right password", err, "signin.wrong")
		_, err = h.UseLink(t.Context(), LinkForm{Token: reset.Token, Password: secret + "-2"})
		wantKey(t, "a disabled person's link", err, "link.gone")
		_, err = h.Link(t.Context(), h.admin, key(3), focal.PersonID, Reset)
		wantKey(t, "a link for a disabled person", err, "link.disabled")
		must(t, h.EnablePerson(t.Context(), h.admin, key(4), focal.PersonID, h.row(focal).Version))
		_, _, err = h.Session(t.Context(), in.Session, "")
		wantKind(t, "the session from before", err, problem.NotFound)
		_, err = h.LinkInfo(t.Context(), reset.Token)
		wantKind(t, "the link from before", err, problem.NotFound)
		h.signIn(focal.Email)
		h.whole()
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id, err := h.CreatePost(t.Context(), h.admin, key(1), PostChange{Institution: "MHA", Title: "Coordinator", Role: Coordinator})
		must(t, err)
		post, err := strconv.ParseInt(id, 10, 64)
		must(t, err)
		version := h.row(h.admin).Version
		wantKey(t, "disable", h.DisablePerson(t.Context(), h.admin, key(2), h.admin.PersonID, version), "person.last_administrator")
		wantKey(t, "move", h.MovePerson(t.Context(), h.admin, key(3), h.admin.PersonID, version, post), "person.last_administrator")
		_, err = h.Invite(t.Context(), h.admin, key(4), NewPerson{Email: "waiting@tracker.example", Institution: "MHA", Role: Administrator, Title: "Deputy"})
		must(t, err)
		wantKey(t, "disable beside one who cannot sign in yet", h.DisablePerson(t.Context(), h.admin, key(5), h.admin.PersonID, version), "person.last_administrator")
	})
}

// Two administrators who disable each other at the same moment leave one.
func TestTwoAdministratorsCannotDisableEachOther(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		other := h.person("second@tracker.example", "MOH", Administrator)
		a, b := h.row(h.admin), h.row(other)
		var both sync.WaitGroup
		both.Go(func() { h.DisablePerson(t.Context(), h.admin, key(1), b.ID, b.Version) }) //nolint:errcheck // one of the two is refused
		both.Go(func() { h.DisablePerson(t.Context(), other, key(2), a.ID, a.Version) })   //nolint:errcheck // one of the two is refused
		both.Wait()
		if n := h.count("SELECT count(*) FROM people WHERE disabled_at IS NULL"); n != 1 {
			t.Errorf("%d administrators are left, want 1", n)
		}
	})
}

func TestSecondPeopleCountsWhoCanSignIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		expect := func(when string, want Seconds, enough bool) {
			t.Helper()
			got, err := h.SecondPeople(t.Context())
			must(t, err)
			if got != want || got.Enough() != enough {
				t.Errorf("%s: %+v enough %v, want %+v %v", when, got, got.Enough(), want, enough)
			}
		}
		expect("at first", Seconds{}, false)
		signer := h.person("signer@tracker.example", "MHA", Countersigner)
		expect("a countersigner alone", Seconds{0, 1}, false)
		h.person("one@tracker.example", "MHA", Coordinator)
		expect("with a coordinator", Seconds{1, 1}, true)
		_, err := h.Invite(t.Context(), h.admin, key(1), NewPerson{Email: "two@tracker.example", Institution: "MHA", Role: Coordinator, Title: "The coordinator"})
		must(t, err)
		expect("with one who was only invited", Seconds{1, 1}, true)
		must(t, h.DisablePerson(t.Context(), h.admin, key(2), signer.PersonID, h.row(signer).Version))
		expect("with one disabled", Seconds{1, 0}, false)
	})
}

func TestAnAdministratorEndsAPersonsSessions(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		focal := h.person("focal@tracker.example", "MOH", FocalPoint)
		one, two := h.signIn(focal.Email), h.signIn(focal.Email)
		must(t, h.EndSessions(t.Context(), h.admin, key(1), focal.PersonID))
		for _, in := range []SignedIn{one, two} {
			_, _, err := h.Session(t.Context(), in.Session, "")
			wantKind(t, "an ended session", err, problem.NotFound)
		}
		wantKind(t, "of nobody", h.EndSessions(t.Context(), h.admin, key(2), 999), problem.NotFound)
	})
}
