package recommendations

import (
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/problem"
)

// A list comes in whole or not at all, once, and a dry run keeps nothing.
func TestAListComesInWholeAndOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		years(t, d, "2018 complete: a", "2019 not_held:")
		s := New(d, clock)
		count := func() (n int) {
			if err := d.Read(t.Context(), func(tx *gorm.DB) error { return tx.Raw("SELECT count(*) FROM recommendations").Scan(&n).Error }); err != nil {
				t.Fatal(err)
			}
			return n
		}
		list := ListNew{Country: "BW", Mechanism: "TIP", Year: 2020, Completeness: Partial, Entries: []Entry{{Text: "Screen people in shelters.", Basis: Restated, Cut: true}, {Text: "Pay for it; and train judges.", Basis: Inferred, Items: []string{"Pay for it", "Train judges"}}}}
		fields := EditionFields{Tier: "Tier 2", ReleasedOn: day("2020-07-01")}
		take := func(key string, dry bool) Imported {
			t.Helper()
			done, err := s.Import(t.Context(), system, key, list, fields, dry)
			if err != nil {
				t.Fatal(err)
			}
			return done
		}
		if done := take("a-key-of-a-dry-run", true); done.Added != 2 || !done.New || count() != 1 {
			t.Errorf("a dry run: %+v, %d are held", done, count())
		}
		good := list.Entries[1]
		list.Entries[1].Basis = "hearsay"
		if _, err := s.Import(t.Context(), system, "a-key-of-what-is-wrong", list, fields, false); problem.KindOf(err) != problem.Invalid || count() != 1 {
			t.Errorf("a list with a fault: %v, %d are held", err, count())
		}
		list.Entries[1] = good
		if done := take("a-key-of-the-list", false); done.Added != 2 || done.Edition.Items != 3 || count() != 3 {
			t.Errorf("a list: %+v, %d are held", done, count())
		}
		if done := take("a-key-of-the-list-again", false); done.Added != 0 || len(done.Compared) != 2 || !done.Compared[0].Same() || !done.Compared[1].Same() || count() != 3 {
			t.Errorf("the list again: %+v, %d are held", done, count())
		}
		own := ListNew{Country: "LS", Mechanism: "TIP", Year: 2019, Completeness: Partial, Entries: list.Entries}
		if err := s.TakeOver(t.Context(), focal, "a-key-of-a-focal-point", own); problem.KindOf(err) != problem.Forbidden {
			t.Errorf("by a focal point: %v", err)
		}
		if err := s.TakeOver(t.Context(), coordinator, "a-key-of-a-coordinator", own); err != nil {
			t.Error(err)
		}
		e, err := s.Edition(t.Context(), coordinator, "LS", "TIP", 2019, clock.Today())
		if err != nil || e.Edition.Completeness != Partial || len(e.Recommendations) != 2 || !e.Recommendations[0].Cut || e.Recommendations[1].Title != "Pay for it; and train judges" {
			t.Errorf("the edition is %+v, %v", e, err)
		}
	})
}

// What has the same words belongs together, then what is likest; the rest
// stands on one side.
func TestAListIsComparedWithWhatIsHeld(t *testing.T) {
	held := []RecommendationRow{{Recommendation: Recommendation{ID: 1, Text: "Pay for shelters in every district."}}, {Recommendation: Recommendation{ID: 2, Text: "Train  judges."}}, {Recommendation: Recommendation{ID: 3, Text: "Amend the labour law."}}}
	var got []string
	for _, c := range Compare(held, []Entry{{Text: "Train judges."}, {Text: "Pay for shelters in each town."}, {Text: "Publish statistics of cases."}}) {
		switch {
		case c.Same():
			got = append(got, "same")
		case c.Entry == nil:
			got = append(got, "held "+c.Held.Text)
		case c.Held == nil:
			got = append(got, "new "+c.Entry.Text)
		default:
			got = append(got, "differs "+c.Held.Text)
		}
	}
	if all := strings.Join(got, " | "); all != "same | differs Pay for shelters in every district. | new Publish statistics of cases. | held Amend the labour law." {
		t.Errorf("%s", all)
	}
}

func TestATitleIsTheBeginningOfItsText(t *testing.T) {
	for text, want := range map[string]string{
		"Train judges.": "Train judges", "Do it (now)": "Do it (now)", "…": "…",
		strings.Repeat("word ", 30):    strings.TrimSpace(strings.Repeat("word ", 16)) + "…",
		strings.Repeat("x", 100) + ".": strings.Repeat("x", 79) + "…",
	} {
		if got := titleOf(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
