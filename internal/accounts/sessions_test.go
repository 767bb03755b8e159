package accounts

import (
	"strings"
	"testing"
	"time"

	"tracker/internal/problem"
)

func (h *house) open(token string) bool {
	h.t.Helper()
	_, _, err := h.Session(h.t.Context(), token, "")
	if err != nil && problem.KindOf(err) != problem.NotFound {
		h.t.Fatal(err)
	}
	return err == nil
}

func TestAnIdleSessionEndsAfterThirtyMinutes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		in := h.signIn(h.admin.Email)
		for range 4 {
			h.machine.pass(IdleLimit - time.Second)
			if !h.open(in.Session) {
				t.Fatal("a session in use ended")
			}
		}
		h.machine.pass(IdleLimit)
		if h.open(in.Session) {
			t.Error("an idle session goes on")
		}
	})
}

func TestASessionEndsAfterTwelveHoursInAnyCase(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		in := h.signIn(h.admin.Email)
		for range 47 {
			h.machine.pass(15 * time.Minute)
			if !h.open(in.Session) {
				t.Fatal("a session in use ended early")
			}
		}
		h.machine.pass(15 * time.Minute)
		if h.open(in.Session) {
			t.Error("a session goes on after twelve hours")
		}
	})
}

// Reading pages must not write each time: on SQLite every write waits for the disk.
func TestASessionIsNotedAtMostOnceAMinute(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		in := h.signIn(h.admin.Email)
		_, at, err := h.Session(t.Context(), in.Session, "")
		must(t, err)
		h.machine.pass(59 * time.Second)
		h.open(in.Session)
		_, same, err := h.Session(t.Context(), in.Session, "")
		must(t, err)
		h.machine.pass(time.Second)
		h.open(in.Session)
		_, later, err := h.Session(t.Context(), in.Session, "")
		must(t, err)
		if !same.SeenAt.Equal(at.SeenAt) || !later.SeenAt.Equal(at.SeenAt.Add(time.Minute)) {
			t.Errorf("noted at %v, %v, %v", at.SeenAt, same.SeenAt, later.SeenAt)
		}
	})
}

func TestOnlyAHashOfTheSecretIsKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		in := h.signIn(h.admin.Email)
		for _, token := range []string{in.Session, in.Browser} {
			if len(token) != 43 || h.count("SELECT (SELECT count(*) FROM sessions WHERE token_hash = ?) + (SELECT count(*) FROM known_browsers WHERE token_hash = ?)", token, token) != 0 {
				t.Errorf("the secret %q is in the database", token)
			}
		}
		for name, token := range map[string]string{"the hash": hashToken(in.Session), "empty": "", "another": newToken(), "cut": in.Session[:42]} {
			if h.open(token) {
				t.Errorf("%s opens the session", name)
			}
		}
	})
}

func TestAPersonSeesAndEndsOwnSessionsOnly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		focal := h.person("focal@tracker.example", "MOH", FocalPoint)
		h.machine.pass(time.Second)
		one := h.signIn(focal.Email)
		h.machine.pass(time.Second)
		two := h.signIn(focal.Email)
		foreign := h.signIn(h.admin.Email)
		list, err := h.Sessions(t.Context(), two.Actor, two.Session)
		must(t, err)
		if len(list) != 2 || !list[0].Current || list[1].Current || list[1].Device != "Test" {
			t.Fatalf("listed %+v", list)
		}
		wantKind(t, "another person's session", h.EndSession(t.Context(), foreign.Actor, newToken(), list[1].PublicID), problem.NotFound)
		wantKind(t, "no session", h.EndSession(t.Context(), two.Actor, newToken(), "nothing"), problem.NotFound)
		if !h.open(one.Session) {
			t.Error("another person ended a session")
		}
		must(t, h.EndSession(t.Context(), two.Actor, newToken(), list[1].PublicID))
		if h.open(one.Session) || !h.open(two.Session) {
			t.Error("the wrong session ended")
		}
		three := h.signIn(focal.Email)
		must(t, h.EndOtherSessions(t.Context(), three.Actor, newToken(), three.Session))
		if h.open(two.Session) || !h.open(three.Session) || !h.open(foreign.Session) {
			t.Error("not exactly the person's other sessions ended")
		}
		h.whole()
	})
}

func TestAFlashIsTakenOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		in := h.signIn(h.admin.Email)
		must(t, h.SetFlash(t.Context(), in.Session, "Saved “one”"))
		_, info, err := h.Session(t.Context(), in.Session, "")
		must(t, err)
		first, err := h.TakeFlash(t.Context(), in.Session)
		must(t, err)
		second, err := h.TakeFlash(t.Context(), in.Session)
		must(t, err)
		if info.Flash != "Saved “one”" || first != info.Flash || second != "" {
			t.Errorf("seen %q, taken %q and %q", info.Flash, first, second)
		}
		must(t, h.SetFlash(t.Context(), in.Session, strings.Repeat("é", maxFlash)+"\xff\x00"))
		if long, err := h.TakeFlash(t.Context(), in.Session); err != nil || len(long) != maxFlash {
			t.Errorf("a long one: %d bytes, %v", len(long), err)
		}
	})
}

func TestSweepDeletesWhatIsOverAndNothingElse(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		old := h.signIn(h.admin.Email)
		h.tryWrong(h.admin.Email, "192.0.2.1", "") //nolint:errcheck // refused, as it must be
		_, err := h.Link(t.Context(), CommandLine(), "", h.admin.PersonID, Reset)
		must(t, err)
		rows := func() int {
			return h.count("SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM sign_in_failures) + (SELECT count(*) FROM links WHERE used_at IS NULL) + (SELECT count(*) FROM known_browsers)")
		}
		before := rows()
		must(t, h.Sweep(t.Context()))
		if rows() != before || !h.open(old.Session) {
			t.Errorf("%d of %d rows are left while nothing is over", rows(), before)
		}
		h.machine.pass(browserKept)
		fresh := h.signIn(h.admin.Email)
		must(t, h.Sweep(t.Context()))
		if n := rows(); n != 2 || !h.open(fresh.Session) {
			t.Errorf("%d rows are left, want the new session and its browser", n)
		}
	})
}
