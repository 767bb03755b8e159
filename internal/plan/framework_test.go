package plan

import (
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/problem"
)

// stored reads the only framework and the node of a number.
func (h house) stored(t *testing.T, number string) (f Framework, n Node) {
	t.Helper()
	h.do(t, func(tx *gorm.DB) error {
		if err := tx.Take(&f).Error; err != nil {
			return err
		}
		return tx.Where("number = ?", number).Limit(1).Find(&n).Error
	})
	return f, n
}

func (h house) entries(t *testing.T, action string) (n int) {
	t.Helper()
	h.do(t, func(tx *gorm.DB) error {
		return tx.Raw("SELECT count(*) FROM audit_entries WHERE action = ?", action).Scan(&n).Error
	})
	return n
}

func TestAFrameworkIsChangedOnceAVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		s, ctx := New(d, at("2021-11-08")), t.Context()
		f, _ := h.stored(t, "3")
		in := f.fields()
		in.Title, in.EndsOn, in.Basis, in.Note = "The plan as adopted", day("2027-03-31"), "official", "Adopted in October"
		for range 2 { // the second is the repeated post
			if err := s.ChangeFramework(ctx, coordinator, "0123456789abcdef", in); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.ChangeFramework(ctx, coordinator, "0123456789abcdeg", in); problem.KindOf(err) != problem.Conflict {
			t.Errorf("an old version was accepted: %v", err)
		}
		now, _ := h.stored(t, "3")
		want := f
		want.Title, want.EndsOn, want.Basis, want.Note, want.Version = in.Title, in.EndsOn, in.Basis, in.Note, 2
		if now != want {
			t.Errorf("stored is %+v, want %+v", now, want)
		}
		bad := FrameworkChange{ID: f.ID, Version: 2, Basis: "guessed", StartsOn: day("2026-03-31"), EndsOn: day("2026-03-31")}
		if got := fields(t, s.ChangeFramework(ctx, coordinator, "0123456789abcdeh", bad)); got != "basis ends_on short_name title" {
			t.Errorf("wrong are %s", got)
		}
		if err := s.ChangeFramework(ctx, coordinator, "0123456789abcdei", FrameworkChange{ID: f.ID + 1, Version: 1}); problem.KindOf(err) != problem.NotFound {
			t.Errorf("a framework that is not there: %v", err)
		}
		if n := h.entries(t, "framework.change"); n != 1 {
			t.Errorf("%d audit entries", n)
		}
	})
}

// A node that something hangs on, or ever hung on, is referred to by reports
// of earlier days.
func TestOnlyANodeThatNothingHangsOnIsRemoved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		s, ctx := New(d, at("2021-11-08")), t.Context()
		h.add(t, "NSF 1", h.terms("MSD"))
		h.do(t, func(tx *gorm.DB) error { return tx.Exec("DELETE FROM nodes WHERE number = '3.1.1'").Error })
		if err := h.revise(t, "2021-09-06", "2021-09-06", "NSF 1", func(terms *Terms) { id := h.nodes["10"]; terms.NodeID = &id }); err != nil {
			t.Fatal(err)
		}
		for number, used := range map[string]bool{"3": true, "3.1": true, "10": true, "3.9": false} {
			err := s.RemoveNode(ctx, coordinator, "0123456789abcde"+number[:1]+number, NodeRemoval{"NSF", h.nodes[number], 1})
			if used != (problem.KindOf(err) == problem.Invalid) || !used && err != nil {
				t.Errorf("node %s: %v", number, err)
			}
			if _, n := h.stored(t, number); used != (n.ID != 0) {
				t.Errorf("node %s is stored as %+v", number, n)
			}
		}
		if err := s.RemoveNode(ctx, coordinator, "0123456789abcdef", NodeRemoval{"NSF", h.nodes["3.10"], 2}); problem.KindOf(err) != problem.Conflict {
			t.Errorf("another version was removed: %v", err)
		}
		if err := s.RemoveNode(ctx, coordinator, "0123456789abcdeg", NodeRemoval{"NSF", h.nodes["3.9"], 1}); problem.KindOf(err) != problem.NotFound {
			t.Errorf("a node that is gone: %v", err)
		}
		if err := s.RemoveNode(ctx, coordinator, "0123456789abcdeh", NodeRemoval{"OTHER", h.nodes["3.10"], 1}); problem.KindOf(err) != problem.NotFound {
			t.Errorf("a node of another framework: %v", err)
		}
		if n := h.entries(t, "node.remove"); n != 1 {
			t.Errorf("%d audit entries", n)
		}
	})
}

func TestWhoMayChangeTheFramework(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		s, ctx := New(d, at("2021-11-08")), t.Context()
		f, n := h.stored(t, "3.9")
		for actor, want := range map[accounts.Actor]problem.Kind{{}: problem.NotFound, {Role: accounts.Partner}: problem.NotFound,
			{Role: accounts.FocalPoint, InstitutionKind: accounts.Government}: problem.Forbidden, {Role: accounts.Auditor}: problem.Forbidden,
			{Role: accounts.Administrator}: problem.Forbidden, {Role: accounts.Countersigner}: problem.Forbidden} {
			for name, err := range map[string]error{
				"add a framework":      second(s.AddFramework(ctx, actor, "0123456789abcdef", f)),
				"change the framework": s.ChangeFramework(ctx, actor, "0123456789abcdef", f.fields()),
				"change a node":        s.ChangeNode(ctx, actor, "0123456789abcdef", NodeChange{ID: n.ID, Version: 1, Level: "objective", Title: "x"}),
				"remove a node":        s.RemoveNode(ctx, actor, "0123456789abcdef", NodeRemoval{"NSF", n.ID, 1}),
			} {
				if problem.KindOf(err) != want {
					t.Errorf("%q may %s: %v", actor.Role, name, err)
				}
			}
		}
	})
}
