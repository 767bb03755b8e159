package accounts

import (
	"errors"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/problem"
)

// put takes a person of a list in, and holds that it was told beforehand what
// comes of it.
func (h *house) put(id int64, n NewPerson, disabled bool) error {
	h.t.Helper()
	var beforehand error
	must(h.t, h.db.Read(h.t.Context(), func(tx *gorm.DB) error {
		beforehand = CheckPerson(tx, id, n, disabled)
		return nil
	}))
	err := h.db.Write(h.t.Context(), func(tx *gorm.DB) error {
		return PutPerson(tx, h.admin, h.clock.Now(), h.clock.Today(), id, n, disabled)
	})
	if problem.KindOf(err) != problem.KindOf(beforehand) || (err == nil) != (beforehand == nil) {
		h.t.Errorf("%+v: told beforehand %v, then %v", n, beforehand, err)
	}
	return err
}

func TestAPersonOfAListTakesThePostThatItNames(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		n := NewPerson{Email: "New@Tracker.example", Institution: "MOH", Role: FocalPoint, Title: "Desk"}
		must(t, h.put(0, n, false))
		p, err := h.PersonByEmail(t.Context(), h.admin, "new@tracker.example")
		must(t, err)
		if p.HasPassword || p.Institution != "MOH" || p.Post != "Desk" || p.Disabled() {
			t.Errorf("added %+v", p)
		}
		n.Title, n.Role = "Head", Coordinator
		must(t, h.put(p.ID, n, true))
		if p, err = h.Person(t.Context(), h.admin, p.ID); err != nil || p.Post != "Head" || p.Role != Coordinator || !p.Disabled() {
			t.Errorf("moved and disabled: %+v, %v", p, err)
		}
		version := p.Version
		must(t, h.put(p.ID, n, true))
		if p, err = h.Person(t.Context(), h.admin, p.ID); err != nil || p.Version != version {
			t.Errorf("the same again: %+v, %v", p, err)
		}
		for want, c := range map[string]struct {
			id       int64
			n        NewPerson
			disabled bool
		}{
			"email":       {0, NewPerson{Email: "nobody", Institution: "MOH", Role: FocalPoint, Title: "Desk"}, false},
			"institution": {p.ID, NewPerson{Email: n.Email, Institution: "NOPE", Role: FocalPoint, Title: "Desk"}, false},
			"role":        {p.ID, NewPerson{Email: n.Email, Institution: "MOH", Role: Auditor, Title: "Desk"}, false},
			"title":       {p.ID, NewPerson{Email: n.Email, Institution: "MOH", Role: Auditor, Title: " "}, false},
		} {
			if got := wrongFields(h.put(c.id, c.n, c.disabled)); got != want {
				t.Errorf("wrong in %q, want %s", got, want)
			}
		}
		admin := h.row(h.admin)
		if err := h.put(admin.ID, NewPerson{Email: admin.Email, Institution: admin.Institution, Role: Administrator, Title: admin.Post}, true); problem.KindOf(err) != problem.Conflict {
			t.Errorf("the last administrator is disabled: %v", err)
		}
		h.whole()
	})
}

// wrongFields are the fields that a problem names.
func wrongFields(err error) string {
	var e *problem.Error
	if !errors.As(err, &e) || len(e.FieldNames()) != 1 {
		return ""
	}
	return e.FieldNames()[0]
}
