package plan

import (
	"slices"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/problem"
)

var admin = accounts.Actor{PersonID: 2, Role: accounts.Administrator, InstitutionKind: accounts.Government}

func succession(from, to string, kind accounts.SuccessionKind, on string) accounts.SuccessionChange {
	return accounts.SuccessionChange{From: from, To: to, Kind: kind, EffectiveOn: day(on), Reason: "Gazette 7"}
}

func (h house) succeed(t *testing.T, actor accounts.Actor, in accounts.SuccessionChange, decided ...[]string) (n int, err error) {
	t.Helper()
	decided = append(decided, nil, nil)
	err = h.d.Write(t.Context(), func(tx *gorm.DB) (err error) {
		n, err = succeedDeciding(tx, at("2021-11-08"), actor, in, decided[0], decided[1])
		return err
	})
	return n, err
}

// Guards a merge against commitments that stay with an institution that is no more.
func TestAMergeMovesEveryCommitmentAndEndsTheOldInstitution(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		lead := h.add(t, "NSF 1", h.terms("MHA")).ID
		support := h.add(t, "NSF 2", h.terms("MSD", "MHA")).ID
		other := h.add(t, "NSF 3", h.terms("MSD")).ID
		if n, err := h.succeed(t, admin, succession("MHA", "NEW", accounts.Merge, "2021-10-01")); err != nil || n != 2 {
			t.Fatalf("%d transfers, %v", n, err)
		}
		m := h.inForce(t, "2021-10-01", at("2021-11-08").Now())
		if h.codes(m[lead].LeadID) != "NEW" || h.codes(m[support].Supporting...) != "NEW" {
			t.Errorf("led by %s, supported by %s", h.codes(m[lead].LeadID), h.codes(m[support].Supporting...))
		}
		if h.codes(m[support].LeadID, m[other].LeadID) != "MSD MSD" {
			t.Error("another ministry's lead moved")
		}
		var old accounts.Institution
		if err := d.Read(t.Context(), func(tx *gorm.DB) (err error) { old, err = accounts.InstitutionByCode(tx, "MHA"); return err }); err != nil || old.ValidTo != day("2021-09-30") {
			t.Errorf("the old institution ends on %s, %v", old.ValidTo, err)
		}
		if _, err := h.succeed(t, admin, succession("MHA", "NEW", accounts.Merge, "2021-10-01")); problem.KindOf(err) != problem.Conflict {
			t.Errorf("once more: %v", err)
		}
	})
}

// Guards a split against commitments that nobody decided on, and against
// half of it being done.
func TestASplitAsksForEachCommitment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		moved := h.add(t, "NSF 1", h.terms("MHA")).ID
		kept := h.add(t, "NSF 2", h.terms("MSD", "MHA")).ID
		split := succession("MHA", "NEW", accounts.Split, "2021-10-01")
		for name, in := range map[string][2][]string{"none": {nil, nil}, "one": {{"NSF 1"}, nil}, "both ways": {{"NSF 1", "NSF 2"}, {"NSF 2"}}} {
			if _, err := h.succeed(t, admin, split, in[0], in[1]); fields(t, err) != "commitments" {
				t.Errorf("%s decided: %v", name, err)
			}
		}
		var none []accounts.SuccessionRow
		if err := d.Read(t.Context(), func(tx *gorm.DB) (err error) { none, err = accounts.Successions(tx); return err }); err != nil || len(none) != 0 {
			t.Errorf("a refused split left %d successions, %v", len(none), err)
		}
		if n, err := h.succeed(t, admin, split, []string{"NSF 1"}, []string{"NSF 2"}); err != nil || n != 1 {
			t.Fatalf("%d transfers, %v", n, err)
		}
		m := h.inForce(t, "2021-11-08", at("2021-11-08").Now())
		if h.codes(m[moved].LeadID) != "NEW" || h.codes(m[kept].Supporting...) != "MHA" {
			t.Errorf("moved to %s, kept by %s", h.codes(m[moved].LeadID), h.codes(m[kept].Supporting...))
		}
		var parts []Part
		if err := d.Read(t.Context(), func(tx *gorm.DB) (err error) {
			parts, err = Parts(tx, h.institutions["MHA"], day("2021-10-01"))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(parts, []int64{kept}, func(p Part, id int64) bool { return p.ID == id }) || parts[0].Leads {
			t.Errorf("the old institution has a part in %+v", parts)
		}
	})
}

func TestOnlyAdministratorsRecordSuccessions(t *testing.T) {
	h := build(t, dbtest.SQLite(t))
	h.add(t, "NSF 1", h.terms("MHA"))
	if _, err := h.succeed(t, coordinator, succession("MHA", "NEW", accounts.Rename, "2021-10-01")); problem.KindOf(err) != problem.NotFound {
		t.Errorf("a coordinator: %v", err)
	}
	if _, err := h.succeed(t, admin, succession("MHA", "NEW", accounts.Rename, "2021-12-01")); fields(t, err) != "effective_on" {
		t.Errorf("a day to come: %v", err)
	}
	if _, err := New(h.d, at("2021-11-08")).Parts(t.Context(), coordinator, h.institutions["MHA"], day("2021-10-01")); problem.KindOf(err) != problem.NotFound {
		t.Errorf("a coordinator reads the parts: %v", err)
	}
}
