package recommendations

import (
	"slices"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/problem"
)

func entries(t *testing.T, d *db.DB, action string) (n int) {
	t.Helper()
	do(t, d, func(tx *gorm.DB) error {
		return tx.Raw("SELECT count(*) FROM audit_entries WHERE action = ?", action).Scan(&n).Error
	})
	return n
}

func TestAMechanismIsAddedAndChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := New(d, clock), t.Context()
		for range 2 { // the second is the repeated post
			code, err := s.AddMechanism(ctx, coordinator, "0123456789abcdef", MechanismNew{Code: "CEDAW", Name: "Committee", ShortName: "CEDAW", Scale: []string{"good", "bad"}})
			if err != nil || code != "CEDAW" {
				t.Fatal(code, err)
			}
		}
		if _, err := s.AddMechanism(ctx, coordinator, "0123456789abcdeg", MechanismNew{Code: "CEDAW", Name: "x", ShortName: "x", Scale: []string{"x"}}); !slices.Equal(fields(t, err), []string{"code"}) {
			t.Errorf("a code was used twice: %v", err)
		}
		in := MechanismChange{Code: "CEDAW", Version: 1, Name: "Committee of the Convention", ShortName: "CEDAW", URL: "https://example.org/c", Scale: []string{"met", "met in part", "not met"}, Note: "A note"}
		if err := s.ChangeMechanism(ctx, coordinator, "0123456789abcdeh", in); err != nil {
			t.Fatal(err)
		}
		if err := s.ChangeMechanism(ctx, coordinator, "0123456789abcdei", in); problem.KindOf(err) != problem.Conflict {
			t.Errorf("an old version was accepted: %v", err)
		}
		m, err := s.Mechanism(ctx, focal, "CEDAW")
		if err != nil || m.Name != in.Name || m.URL != in.URL || m.Note != in.Note || !slices.Equal(m.Scale, in.Scale) || m.Version != 2 {
			t.Errorf("read back: %+v, %v", m, err)
		}
		bad := MechanismChange{Code: "CEDAW", Version: 2, URL: "example.org", Scale: []string{"met", "met"}}
		if got := fields(t, s.ChangeMechanism(ctx, coordinator, "0123456789abcdej", bad)); !slices.Equal(got, []string{"name", "scale", "short_name", "url"}) {
			t.Errorf("wrong are %v", got)
		}
		if err := s.ChangeMechanism(ctx, coordinator, "0123456789abcdek", MechanismChange{Code: "UPR"}); problem.KindOf(err) != problem.NotFound {
			t.Errorf("a mechanism that is not there: %v", err)
		}
		for actor, want := range map[accounts.Actor]problem.Kind{focal: problem.Forbidden, partner: problem.NotFound} {
			if err := s.ChangeMechanism(ctx, actor, "0123456789abcdel", in); problem.KindOf(err) != want {
				t.Errorf("%q: %v", actor.Role, err)
			}
			if _, err := s.AddMechanism(ctx, actor, "0123456789abcdel", MechanismNew{}); problem.KindOf(err) != want {
				t.Errorf("%q: %v", actor.Role, err)
			}
		}
		if a, c := entries(t, d, "mechanism.add"), entries(t, d, "mechanism.change"); a != 1 || c != 1 {
			t.Errorf("%d and %d audit entries", a, c)
		}
	})
}

// "Not held" would say that nothing is known of a list of which something is.
func TestWhatIsNotHeldHoldsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rec := fill(t, d)
		s, ctx := New(d, clock), t.Context()
		none := EditionFields{ReleasedOn: day("2016-06-30"), Completeness: NotHeld}
		held := EditionChange{ID: rec.EditionID, Version: 1, EditionFields: EditionFields{ReleasedOn: day("2021-07-01"), Completeness: NotHeld}}
		if got := fields(t, s.ChangeEdition(ctx, coordinator, "0123456789abcdef", held)); !slices.Equal(got, []string{"completeness"}) {
			t.Errorf("wrong are %v", got)
		}
		if _, err := s.AddEdition(ctx, coordinator, "0123456789abcdeg", EditionNew{Country: "LS", Mechanism: "TIP", Year: 2016, EditionFields: none}); err != nil {
			t.Fatal(err)
		}
		page, err := s.Edition(ctx, coordinator, "LS", "TIP", 2016, day("2021-11-08"))
		if err != nil {
			t.Fatal(err)
		}
		add := RecommendationNew{EditionID: page.Edition.ID, RecommendationFields: RecommendationFields{Title: "x", Text: "x", Basis: Official}}
		if _, err := s.AddRecommendation(ctx, coordinator, "0123456789abcdeh", add); problem.KindOf(err) != problem.Invalid {
			t.Errorf("an edition that is not held took a recommendation: %v", err)
		}
		part := EditionChange{ID: page.Edition.ID, Version: 1, EditionFields: none}
		part.Completeness = Partial
		if err := s.ChangeEdition(ctx, coordinator, "0123456789abcdei", part); err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddRecommendation(ctx, coordinator, "0123456789abcdej", add); err != nil {
			t.Error(err)
		}
	})
}

func TestOnlyAnEmptyEditionIsRemoved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fill(t, d)
		s, ctx := New(d, clock), t.Context()
		named := func(year int, version int64) EditionRemoval { return EditionRemoval{"LS", "TIP", year, version} }
		for year, want := range map[int]problem.Kind{2021: problem.Invalid, 2022: problem.NotFound, 2012: problem.NotFound} {
			if err := s.RemoveEdition(ctx, coordinator, "0123456789abcdef", named(year, 1)); problem.KindOf(err) != want {
				t.Errorf("%d: %v", year, err)
			}
		}
		in := EditionNew{Country: "LS", Mechanism: "TIP", Year: 2012, EditionFields: EditionFields{ReleasedOn: day("2021-07-01"), Completeness: Complete}}
		if _, err := s.AddEdition(ctx, coordinator, "0123456789abcdeg", in); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			actor   accounts.Actor
			version int64
			want    problem.Kind
		}{{focal, 1, problem.Forbidden}, {partner, 1, problem.NotFound}, {coordinator, 2, problem.Conflict}} {
			if err := s.RemoveEdition(ctx, c.actor, "0123456789abcdeh", named(2012, c.version)); problem.KindOf(err) != c.want {
				t.Errorf("%q, version %d: %v", c.actor.Role, c.version, err)
			}
		}
		for range 2 { // the second is the repeated post
			if err := s.RemoveEdition(ctx, coordinator, "0123456789abcdei", named(2012, 1)); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.Edition(ctx, coordinator, "LS", "TIP", 2012, day("2021-11-08")); problem.KindOf(err) != problem.NotFound {
			t.Errorf("the removed edition: %v", err)
		}
		if n := entries(t, d, "edition.remove"); n != 1 {
			t.Errorf("%d audit entries", n)
		}
	})
}
