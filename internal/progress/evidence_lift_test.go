package progress

import (
	"testing"

	"tracker/internal/plan/plantest"
	"tracker/internal/problem"
)

// A file that was put into quarantine wrongly is taken out again by another
// coordinator, with a reason, as long as its content is there; the trail keeps
// both.
func TestAFileIsTakenOutOfQuarantineByAnother(t *testing.T) {
	each(t, func(l *life) {
		u := l.must(l.start("mha", "NSF 1.1.1", words()))
		e := l.attached("mha", u, l.paper("a.txt", large))
		u = l.must(l.submit("mha", u))
		u = l.must(l.approve("one", u))
		s, ctx := l.store(), t.Context()
		lift := func(who string, version int64, reason string) error {
			return s.Lift(ctx, l.Actors[who], l.key(), u.ID, e.ID, version, reason)
		}
		wrong(t, "not in quarantine", lift("two", 1, "By mistake"), problem.Conflict)
		if err := s.Quarantine(ctx, l.Actors["one"], l.key(), u.ID, e.ID, 1, "It names a victim"); err != nil {
			t.Fatal(err)
		}
		wrong(t, "by who put it there", lift("one", 2, "By mistake"), problem.Forbidden)
		wrong(t, "by a focal point", lift("mha", 2, "By mistake"), problem.Forbidden)
		wrong(t, "by an administrator", lift("admin", 2, "By mistake"), problem.Forbidden)
		wrong(t, "without a reason", lift("two", 2, " "), problem.Invalid)
		wrong(t, "as it was seen before", lift("two", 1, "By mistake"), problem.Conflict)
		if err := lift("two", 2, "By mistake"); err != nil {
			t.Fatal(err)
		}
		f, err := l.open("mha", e)
		if err != nil || f == "" {
			t.Errorf("it is not given out again: %v", err)
		}
		told, err := s.Update(ctx, l.Actors["auditor"], plantest.Country, u.ID)
		if f := told.Evidence[0].File; err != nil || f.QuarantinedAt != nil || f.QuarantinedByID != nil || f.QuarantineReason != "" {
			t.Errorf("it is still in quarantine: %+v (%v)", f, err)
		}
		if n := l.Count(t, "SELECT count(*) FROM audit_entries WHERE action IN ('evidence.quarantine', 'evidence.lift') AND object = ?", object(u)); n != 2 {
			t.Errorf("the trail tells %d steps", n)
		}
		if err := s.Quarantine(ctx, l.Actors["two"], l.key(), u.ID, e.ID, 3, "It does"); err != nil {
			t.Fatal(err)
		}
		if err := s.Purge(ctx, l.Actors["admin"], l.key(), u.ID, e.ID, 4); err != nil {
			t.Fatal(err)
		}
		wrong(t, "once its content is deleted", lift("one", 5, "By mistake"), problem.Conflict)
	})
}
