package dialogues

import (
	"slices"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/problem"
)

// At most three indicators are fixed for an item, in their order, until the
// dialogue is held; who saw others is told.
func TestIndicatorsAreFixedBeforehand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := filled(t, d), t.Context()
		id, agenda := planned(t, s)
		err := d.Write(ctx, func(tx *gorm.DB) error {
			for _, ref := range []string{"A", "B", "C", "D"} {
				if err := tx.Exec("INSERT INTO indicators (country, ref, created_at, version) VALUES ('LS', ?, ?, 1)", ref, clock.Now()).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		fixing := func(was []string, refs ...string) Fixing {
			return Fixing{Country: "LS", DialogueID: id, ID: agenda[0].ID, Refs: refs, Was: was}
		}
		for _, c := range []struct {
			in   Fixing
			want string
		}{{fixing(nil, "A", "B", "C", "D"), "indicators"}, {fixing(nil, "A", "A"), "indicators"}, {fixing(nil, "Z"), "indicators"}, {fixing(nil, "B", "A"), "<nil>"},
			{fixing(nil, "C"), "problem.conflict"}, {fixing([]string{"B", "A"}, "C", "B"), "<nil>"}} {
			if err := s.Fix(ctx, coordinator, key(), c.in); wrong(err) != c.want {
				t.Errorf("%v in place of %v: %v, want %s", c.in.Refs, c.in.Was, err, c.want)
			}
		}
		var list []FixedTold
		if err := d.Read(ctx, func(tx *gorm.DB) (err error) { list, err = Fixed(tx, id); return err }); err != nil || !slices.Equal(list, []FixedTold{{agenda[0].ID, "C"}, {agenda[0].ID, "B"}}) {
			t.Errorf("fixed are %+v (%v)", list, err)
		}
		if err := s.Fix(ctx, partner, key(), fixing([]string{"C", "B"})); problem.KindOf(err) != problem.NotFound {
			t.Errorf("a partner fixed indicators: %v", err)
		}
		later := New(d, calendar.FixedClock(time.Date(2021, 11, 18, 18, 0, 0, 0, zone)))
		if err := later.Step(ctx, coordinator, key(), Mark{Country: "LS", ID: id, Version: 1, To: Held}); err != nil {
			t.Fatal(err)
		}
		if err := later.Fix(ctx, coordinator, key(), fixing([]string{"C", "B"}, "A")); wrong(err) != "dialogues.error.held" {
			t.Errorf("fixed after it was held: %v", err)
		}
	})
}
