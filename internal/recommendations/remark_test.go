package recommendations

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

// A response is one of the mechanism's words, an outcome needs a complete later
// edition that asks it no longer, and both are told as they were on their day.
func TestWhatIsSaidOfARecommendationKeepsToItsRules(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ids := years(t, d, "2018 complete: a b", "2019 complete: a", "2021 partial: a")
		tie(t, d, clock, ids, "2018a 2019a repeated")
		later := calendar.FixedClock(clock.Now().Add(72 * time.Hour))
		say := func(at calendar.Clock, in RemarkSaid) error {
			return d.Write(t.Context(), func(tx *gorm.DB) error { return SayRemark(tx, at, coordinator, "LS", in) })
		}
		now := func(at calendar.Clock, title string) (of map[RemarkKind]Remark) {
			if err := d.Read(t.Context(), func(tx *gorm.DB) (err error) {
				all, err := DemandsOf(tx, "LS", at.Today(), at.Now())
				of = map[RemarkKind]Remark{}
				for _, kind := range RemarkKinds {
					if r := all["TIP"].Remark(ids[title], kind); r.ID != 0 {
						of[kind] = r
					}
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return of
		}
		do(t, d, func(tx *gorm.DB) error {
			return ChangeMechanism(tx, clock, coordinator, MechanismChange{Code: "TIP", Version: 1, Name: "TIP Report", ShortName: "TIP", Scale: []string{"fully"}, CycleMonths: 12, Responses: []string{"supported", "noted"}})
		})
		for what, c := range map[string]struct {
			in    RemarkSaid
			field string
		}{
			"a word of no mechanism":         {RemarkSaid{RecommendationID: ids["2019a"], Kind: Response, Word: "accepted"}, "word"},
			"nothing, where nothing is said": {RemarkSaid{RecommendationID: ids["2019a"], Kind: Response}, "word"},
			"given before the release":       {RemarkSaid{RecommendationID: ids["2019a"], Kind: Response, Word: "noted", GivenOn: day("2019-06-30")}, "given_on"},
			"given tomorrow":                 {RemarkSaid{RecommendationID: ids["2019a"], Kind: Response, Word: "noted", GivenOn: clock.Today().AddDays(1)}, "given_on"},
			"met, and asked again":           {RemarkSaid{RecommendationID: ids["2018a"], Kind: Outcome, Word: "met", Statement: "Done"}, "word"},
			"met, as a partial edition says": {RemarkSaid{RecommendationID: ids["2019a"], Kind: Outcome, Word: "met", Statement: "Done"}, "word"},
			"met without a reason":           {RemarkSaid{RecommendationID: ids["2018b"], Kind: Outcome, Word: "met"}, "statement"},
			"met for a reason of spaces":     {RemarkSaid{RecommendationID: ids["2018b"], Kind: Outcome, Word: "met", Statement: " \n "}, "statement"},
			"an unknown kind":                {RemarkSaid{RecommendationID: ids["2018b"], Kind: "praise", Word: "met", Statement: "x"}, "word"},
		} {
			err := say(clock, c.in)
			p, ok := err.(*problem.Error)
			if !ok || p.Kind != problem.Invalid || p.Fields[c.field].Key == "" {
				t.Errorf("%s: %v, want a fault at %s", what, err, c.field)
			}
		}
		if err := say(clock, RemarkSaid{RecommendationID: ids["2018b"], Kind: Outcome, Word: "dropped", Statement: "Another law came"}); err != nil {
			t.Fatal(err)
		}
		first := now(clock, "2018b")[Outcome]
		if err := say(later, RemarkSaid{RecommendationID: ids["2018b"], Kind: Outcome, Word: "met", Statement: "It was done after all"}); problem.KindOf(err) != problem.Conflict {
			t.Errorf("said over another's words: %v", err)
		}
		if err := say(later, RemarkSaid{RecommendationID: ids["2018b"], Kind: Outcome, Word: "met", Statement: "It was done after all", Was: first.ID}); err != nil {
			t.Fatal(err)
		}
		if was, is := now(clock, "2018b")[Outcome].Word, now(later, "2018b")[Outcome].Word; was != "dropped" || is != "met" {
			t.Errorf("it was %q and is %q", was, is)
		}
		if err := say(later, RemarkSaid{RecommendationID: ids["2018b"], Kind: Outcome, Was: now(later, "2018b")[Outcome].ID}); err != nil || len(now(later, "2018b")) != 0 {
			t.Errorf("taken back: %v, %v", err, now(later, "2018b"))
		}
	})
}

// Items that are split or merged are told as they were on each day and as it was
// known then, and the new ones know from which they came.
func TestReshapedItemsKeepTheirHistory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ids := years(t, d, "2021 complete: a")
		later := calendar.FixedClock(clock.Now().Add(72 * time.Hour))
		lettersAt := func(at, known calendar.Clock) (letters []string) {
			do(t, d, func(tx *gorm.DB) error {
				list, err := AllItems(tx, "LS", at.Today(), known.Now())
				for _, i := range list {
					letters = append(letters, i.Letter)
				}
				return err
			})
			return letters
		}
		var whole int64
		do(t, d, func(tx *gorm.DB) error { return tx.Raw("SELECT id FROM items").Scan(&whole).Error })
		reshape := func(at calendar.Clock, from []ItemVersion, texts ...string) (items []Item, err error) {
			in := Reshaping{RecommendationID: ids["2021a"], From: from}
			for _, text := range texts {
				in.To = append(in.To, ItemNew{Text: text})
			}
			err = d.Write(t.Context(), func(tx *gorm.DB) (err error) { items, err = Reshape(tx, at, coordinator, in); return err })
			return items, err
		}
		if _, err := reshape(later, []ItemVersion{{whole, 1}}, "One"); problem.KindOf(err) != problem.Invalid {
			t.Errorf("split into one: %v", err)
		}
		if _, err := reshape(later, []ItemVersion{{whole, 9}}, "One", "Two"); problem.KindOf(err) != problem.Conflict {
			t.Errorf("split under another version: %v", err)
		}
		if _, err := reshape(later, []ItemVersion{{987654, 1}}, "One", "Two"); problem.KindOf(err) != problem.Invalid {
			t.Errorf("split of what is not there: %v", err)
		}
		parts, err := reshape(later, []ItemVersion{{whole, 1}}, "One", "Two")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := reshape(later, []ItemVersion{{whole, 2}}, "Three", "Four"); problem.KindOf(err) != problem.Invalid {
			t.Errorf("split again: %v", err)
		}
		for _, c := range []struct {
			at, known calendar.Clock
			want      []string
		}{{clock, clock, []string{"a"}}, {clock, later, []string{"a"}}, {later, clock, []string{"a"}}, {later, later, []string{"b", "c"}}} {
			if got := lettersAt(c.at, c.known); !slices.Equal(got, c.want) {
				t.Errorf("on %s as known at %s: %v, want %v", c.at.Today(), c.known.Now(), got, c.want)
			}
		}
		if _, err := reshape(later, []ItemVersion{{parts[0].ID, 1}, {parts[1].ID, 1}}, "Both"); err != nil {
			t.Fatal(err)
		}
		var origins []Origin
		do(t, d, func(tx *gorm.DB) (err error) { origins, err = OriginsOf(tx, ids["2021a"]); return err })
		if len(origins) != 4 || origins[0].OriginID != whole || origins[3].OriginID != parts[1].ID {
			t.Errorf("origins %v", origins)
		}
	})
}
