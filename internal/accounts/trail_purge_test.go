package accounts

import (
	"testing"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/problem"
)

// Purging is the administrators': to everybody else an entry's texts are not
// there, what was purged neither, and a purge is refused and changes nothing.
func TestOnlyAdministratorsPurge(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var seq int64
		must(t, h.db.Write(t.Context(), func(tx *gorm.DB) error {
			if err := audit.Append(tx, h.clock.Now(), audit.Event{Who: CommandLine().Who(), Action: "job.finish", Object: "job 1", Changes: []audit.Change{{Field: "note", New: "names a child", Free: true}}}); err != nil {
				return err
			}
			return tx.Raw("SELECT max(seq) FROM audit_entries").Scan(&seq).Error
		}))
		for _, role := range Roles {
			if role == Administrator {
				continue
			}
			a := Actor{PersonID: 77, Role: role, InstitutionKind: Government}
			_, err := h.HeldTexts(t.Context(), a, seq)
			wantKind(t, string(role)+" sees the texts", err, problem.NotFound)
			_, err = h.Purges(t.Context(), a)
			wantKind(t, string(role)+" sees the purges", err, problem.NotFound)
			wantKind(t, string(role)+" asks", h.CheckPurgeText(t.Context(), a, seq, "note", "why"), problem.Forbidden)
			wantKind(t, string(role)+" purges", h.PurgeText(t.Context(), a, key(1), seq, "note", "why"), problem.Forbidden)
		}
		if n := h.count("SELECT count(*) FROM audit_texts WHERE value = 'names a child'"); n != 1 {
			t.Fatal("it is gone")
		}
		must(t, h.CheckPurgeText(t.Context(), h.admin, seq, "note", "why"))
		for range 2 { // the same form again
			must(t, h.PurgeText(t.Context(), h.admin, key(2), seq, "note", "why"))
		}
		wantKind(t, "another form", h.PurgeText(t.Context(), h.admin, key(3), seq, "note", "why"), problem.Conflict)
		list, err := h.Purges(t.Context(), h.admin)
		if must(t, err); len(list) != 1 || list[0].Actor != h.admin.Post {
			t.Errorf("%+v", list)
		}
		h.whole()
	})
}
