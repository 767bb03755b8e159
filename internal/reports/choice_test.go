package reports

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/problem"
)

// A choice is its owner's: it is kept once under a name, replaced under the
// same, and nobody else finds or forgets it.
func TestAChoiceIsKeptForItsOwner(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := scene(t, d, "2021-11-08")
		s, one, two := New(d), r.Actors["one"], r.Actors["two"]
		n := 0
		key := func() string { n++; return fmt.Sprintf("key-of-a-choice-%04d", n) }
		save := func(key, name, query string) string {
			err := s.SaveChoice(t.Context(), r.clock(), one, key, name, query)
			var p *problem.Error
			if errors.As(err, &p) {
				return p.Error()
			}
			if err != nil {
				t.Fatal(err)
			}
			return ""
		}
		first := key()
		for _, c := range []struct{ key, name, query, want string }{
			{first, " Monthly  report ", "since=period", ""}, {first, "Monthly report", "since=day", ""}, {key(), "Minister", "", ""},
			{key(), "Minister", "audience=partner", ""}, {key(), "  ", "", "problem.invalid name=reports.error.name"},
			{key(), strings.Repeat("é", 81), "", "problem.invalid name=reports.error.name_long"}, {key(), "Long", strings.Repeat("x", 4001), "problem.invalid name=reports.error.query"},
		} {
			if got := save(c.key, c.name, c.query); got != c.want {
				t.Errorf("%q: %q, want %q", c.name, got, c.want)
			}
		}
		list, err := s.Choices(t.Context(), one)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range list {
			got = append(got, c.Name+"?"+c.Query)
		}
		if strings.Join(got, " ") != "Minister?audience=partner Monthly report?since=period" {
			t.Fatalf("kept are %q", got)
		}
		if others, err := s.Choices(t.Context(), two); err != nil || len(others) != 0 {
			t.Errorf("another finds %v (%v)", others, err)
		}
		if err := s.RemoveChoice(t.Context(), r.clock(), two, key(), list[0].ID); problem.KindOf(err) != problem.NotFound {
			t.Errorf("another forgets it: %v", err)
		}
		if err := s.RemoveChoice(t.Context(), r.clock(), one, key(), list[0].ID); err != nil {
			t.Error(err)
		}
		for i := len(list) - 1; i < MostChoices; i++ {
			save(key(), fmt.Sprint("Choice ", i), "")
		}
		if got := save(key(), "One more", ""); got != "problem.invalid name=reports.error.most" {
			t.Errorf("one more: %q", got)
		}
		for _, who := range []string{"shelter", "partner"} {
			if a, there := r.Actors[who]; there {
				if err := s.SaveChoice(t.Context(), r.clock(), a, key(), "Mine", ""); problem.KindOf(err) != problem.NotFound {
					t.Errorf("%s keeps a choice: %v", who, err)
				}
			}
		}
	})
}
