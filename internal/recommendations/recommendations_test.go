package recommendations

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/i18n"
	"tracker/internal/problem"
)

var (
	day         = calendar.MustParse
	clock       = calendar.FixedClock(time.Date(2021, 11, 8, 9, 0, 0, 0, time.FixedZone("SAST", 2*3600)))
	coordinator = accounts.Actor{PersonID: 1, Role: accounts.Coordinator, InstitutionKind: accounts.Government}
	focal       = accounts.Actor{PersonID: 2, Role: accounts.FocalPoint, InstitutionKind: accounts.Government}
	partner     = accounts.Actor{PersonID: 3, Role: accounts.Partner, InstitutionKind: accounts.PartnerOutside}
	system      = accounts.CommandLine()
)

func TestReferencesAreReadAndWritten(t *testing.T) {
	for in, want := range map[string]Ref{
		"TIP 2021":         {Mechanism: "TIP", Year: 2021},
		" tip 2021/2 ":     {Mechanism: "TIP", Year: 2021, Number: 2},
		"TIP 2021/12A":     {Mechanism: "TIP", Year: 2021, Number: 12, Letter: "a"},
		"CEDAW-C 2011/3ab": {Mechanism: "CEDAW-C", Year: 2011, Number: 3, Letter: "ab"},
	} {
		got, err := ParseRef(in)
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
		if again, err := ParseRef(got.String()); err != nil || again != got {
			t.Errorf("%q is written as %q, which reads %+v, %v", in, got, again, err)
		}
	}
	for _, in := range []string{"", "TIP", "TIP 21", "TIP 2021/", "TIP 2021/0", "TIP 2021/02", "TIP 2021/2abc", "2021/2", "TIP 2021/2a/b", "TIP-2021/2"} {
		if got, err := ParseRef(in); err == nil {
			t.Errorf("%q was read as %+v", in, got)
		}
	}
	for before, after := range map[string]string{"": "a", "a": "b", "z": "aa", "az": "ba", "ba": "bb"} {
		if got := LetterAfter(before); got != after {
			t.Errorf("after %q comes %q, want %q", before, got, after)
		}
	}
}

// do runs a write and fails the test when it is refused.
func do(t *testing.T, d *db.DB, f func(tx *gorm.DB) error) {
	t.Helper()
	if err := d.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// fill makes the mechanism TIP with the editions 2021 (two recommendations)
// and 2022, released after the tests' day, and one of another country.
func fill(t *testing.T, d *db.DB) (rec Recommendation) {
	t.Helper()
	do(t, d, func(tx *gorm.DB) error {
		if err := tx.Exec(`INSERT INTO institutions (country, code, name, short_name, kind) VALUES ('LS', 'MSD', 'Social Development', 'MSD', 'government')`).Error; err != nil {
			return err
		}
		_, err := AddMechanism(tx, clock, system, MechanismNew{Code: "TIP", Name: "TIP Report", ShortName: "TIP", Scale: []string{"fully", "no_evidence"}})
		return err
	})
	for _, e := range []struct {
		country, released string
		year              int
	}{{"LS", "2021-07-01", 2021}, {"LS", "2022-07-19", 2022}, {"BW", "2021-07-01", 2021}} {
		do(t, d, func(tx *gorm.DB) error {
			in := EditionNew{Country: e.country, Mechanism: "TIP", Year: e.year}
			in.ReleasedOn, in.Completeness, in.Tier = day(e.released), Partial, "Tier 2"
			ed, err := AddEdition(tx, clock, system, in)
			if err != nil {
				return err
			}
			for _, title := range []string{"Guidelines", "Fund"} {
				n := RecommendationNew{EditionID: ed.ID, Items: []ItemNew{{Text: "First", Lead: "MSD"}, {Text: "Second"}}}
				n.Title, n.Text, n.Basis, n.Theme = title, title+" text", Restated, "protection"
				if e.country == "LS" && e.year == 2021 && title == "Fund" {
					n.Items = nil
				}
				r, err := AddRecommendation(tx, clock, system, n)
				if err != nil {
					return err
				}
				if e.country == "LS" && e.year == 2021 && title == "Guidelines" {
					rec = r
				}
			}
			return nil
		})
	}
	return rec
}

func refs(items []ItemRow) string {
	var out []string
	for _, i := range items {
		out = append(out, i.Ref())
	}
	return strings.Join(out, " ")
}

func TestWhatIsReleasedLaterDoesNotExist(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rec := fill(t, d)
		s := New(d, clock)
		ctx := t.Context()
		for asOf, want := range map[string]string{
			"2021-06-30": "",
			"2021-07-01": "TIP 2021/1a TIP 2021/1b TIP 2021/2a",
			"2022-07-18": "TIP 2021/1a TIP 2021/1b TIP 2021/2a",
			"2022-07-19": "TIP 2021/1a TIP 2021/1b TIP 2021/2a TIP 2022/1a TIP 2022/1b TIP 2022/2a TIP 2022/2b",
		} {
			var items []ItemRow
			if err := d.Read(ctx, func(tx *gorm.DB) (err error) { items, err = AllItems(tx, "LS", day(asOf), time.Now()); return err }); err != nil {
				t.Fatal(err)
			}
			if got := refs(items); got != want {
				t.Errorf("as of %s: %q, want %q", asOf, got, want)
			}
			list, err := s.Editions(ctx, focal, "LS", day(asOf))
			if err != nil || len(list) != strings.Count(want, "/1a") {
				t.Errorf("as of %s: %d editions, %v", asOf, len(list), err)
			}
			_, err = s.Edition(ctx, focal, "LS", "TIP", 2022, day(asOf))
			if got := problem.KindOf(err) == problem.NotFound; got != !strings.Contains(want, "2022") {
				t.Errorf("as of %s the edition of 2022: %v", asOf, err)
			}
			_, _, err = s.Recommendation(ctx, focal, "LS", rec.ID, day(asOf))
			if got := problem.KindOf(err) == problem.NotFound; got != (want == "") {
				t.Errorf("as of %s the recommendation: %v", asOf, err)
			}
		}
		list, err := s.Editions(ctx, focal, "LS", day("2021-11-08"))
		if err != nil || list[0].Recommendations != 2 || list[0].Items != 3 || list[0].Ref() != "TIP 2021" {
			t.Errorf("counts: %+v, %v", list, err)
		}
		if _, _, err := s.Recommendation(ctx, focal, "BW", rec.ID, day("2021-11-08")); problem.KindOf(err) != problem.NotFound {
			t.Errorf("a recommendation is found under another country: %v", err)
		}
		if _, err := s.Editions(ctx, partner, "LS", day("2021-11-08")); problem.KindOf(err) != problem.NotFound {
			t.Errorf("a partner reads editions: %v", err)
		}
	})
}

func TestItemsAreRetiredAndNeverTheLast(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rec := fill(t, d)
		s := New(d, clock)
		ctx := t.Context()
		r, items, err := s.Recommendation(ctx, focal, "LS", rec.ID, day("2021-11-08"))
		if err != nil || r.Ref() != "TIP 2021/1" || len(items) != 2 || items[0].Lead != "MSD" || items[1].Lead != "" {
			t.Fatalf("%+v %+v %v", r, items, err)
		}
		if err := s.RetireItem(ctx, coordinator, "0123456789abcdef", items[0].ID, 1); err != nil {
			t.Fatal(err)
		}
		if err := s.RetireItem(ctx, coordinator, "0123456789abcdeg", items[1].ID, 1); problem.KindOf(err) != problem.Invalid {
			t.Errorf("the last item was retired: %v", err)
		}
		if err := s.AddItem(ctx, coordinator, "0123456789abcdeh", rec.ID, ItemNew{Text: "Third"}); err != nil {
			t.Fatal(err)
		}
		if err := s.RetireItem(ctx, coordinator, "0123456789abcdei", items[1].ID, 9); problem.KindOf(err) != problem.Conflict {
			t.Errorf("an old version was accepted: %v", err)
		}
		_, items, err = s.Recommendation(ctx, focal, "LS", rec.ID, day("2021-11-08"))
		if err != nil || refs(items) != "TIP 2021/1a TIP 2021/1b TIP 2021/1c" || items[0].RetiredOn != day("2021-11-08") {
			t.Errorf("retired items must stay readable: %+v, %v", items, err)
		}
		for asOf, want := range map[string]string{"2021-11-07": "TIP 2021/1a", "2021-11-08": "TIP 2021/1b"} {
			var items []ItemRow
			if err := d.Read(ctx, func(tx *gorm.DB) (err error) { items, err = AllItems(tx, "LS", day(asOf), time.Now()); return err }); err != nil {
				t.Fatal(err)
			}
			if items[0].Ref() != want {
				t.Errorf("as of %s the first item asked is %s, want %s", asOf, items[0].Ref(), want)
			}
		}
	})
}

// Guards the order of items past the letter z.
func TestItemsAreInTheOrderOfTheirLetters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rec := fill(t, d)
		do(t, d, func(tx *gorm.DB) error {
			for range 26 {
				if _, err := AddItem(tx, clock, coordinator, rec.ID, ItemNew{Text: "One more"}); err != nil {
					return err
				}
			}
			items, err := ItemsOf(tx, []int64{rec.ID})
			if last := items[len(items)-3:]; refs(last) != "TIP 2021/1z TIP 2021/1aa TIP 2021/1ab" {
				t.Errorf("the last three are %s", refs(last))
			}
			return err
		})
	})
}

func TestWhoMayChangeWhatIsAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rec := fill(t, d)
		s := New(d, clock)
		in := RecommendationChange{ID: rec.ID, Version: 1, RecommendationFields: RecommendationFields{Title: "Guidelines", Text: "New", Basis: Official}}
		for actor, want := range map[accounts.Actor]problem.Kind{focal: problem.Forbidden, partner: problem.NotFound, {}: problem.NotFound,
			{Role: accounts.Auditor}: problem.Forbidden, {Role: accounts.Administrator}: problem.Forbidden, {Role: accounts.Countersigner}: problem.Forbidden} {
			if err := s.ChangeRecommendation(t.Context(), actor, "0123456789abcdef", in); problem.KindOf(err) != want {
				t.Errorf("%q: %v", actor.Role, err)
			}
		}
		if err := s.ChangeRecommendation(t.Context(), coordinator, "0123456789abcdef", in); err != nil {
			t.Fatal(err)
		}
		if err := s.ChangeRecommendation(t.Context(), coordinator, "0123456789abcdeg", in); problem.KindOf(err) != problem.Conflict {
			t.Errorf("an old version was accepted: %v", err)
		}
		if err := s.ChangeRecommendation(t.Context(), coordinator, "0123456789abcdef", in); err != nil {
			t.Errorf("the repeated post is not a success: %v", err)
		}
	})
}

func TestWhatIsWrongStandsBesideItsField(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rec := fill(t, d)
		long := strings.Repeat("é", 201)
		edition := EditionNew{Country: "LS", Mechanism: "TIP", Year: 2021, EditionFields: EditionFields{ReleasedOn: day("2021-07-01"), Completeness: Complete}}
		wrong := func(change func(*EditionNew)) EditionNew { e := edition; change(&e); return e }
		for name, c := range map[string]struct {
			do   func(tx *gorm.DB) error
			want []string
		}{
			"edition there already": {func(tx *gorm.DB) error { _, err := AddEdition(tx, clock, coordinator, edition); return err }, []string{"year"}},
			"edition of tomorrow": {func(tx *gorm.DB) error {
				_, err := AddEdition(tx, clock, coordinator, wrong(func(e *EditionNew) { e.Year, e.ReleasedOn = 2019, day("2021-11-09") }))
				return err
			}, []string{"released_on"}},
			"edition of nothing": {func(tx *gorm.DB) error { _, err := AddEdition(tx, clock, coordinator, EditionNew{}); return err },
				[]string{"completeness", "mechanism", "released_on", "year"}},
			"mechanism of nothing": {func(tx *gorm.DB) error {
				_, err := AddMechanism(tx, clock, coordinator, MechanismNew{Code: "tip"})
				return err
			},
				[]string{"code", "name", "scale", "short_name"}},
			"recommendation": {func(tx *gorm.DB) error {
				_, err := AddRecommendation(tx, clock, coordinator, RecommendationNew{EditionID: rec.EditionID, Number: 1000,
					RecommendationFields: RecommendationFields{Title: long, Theme: "punishment"}, Items: []ItemNew{{Text: "ok"}, {Letter: "a", Lead: "NO"}}})
				return err
			}, []string{"basis", "items.1.lead", "items.1.letter", "items.1.text", "number", "text", "theme", "title"}},
			"number taken": {func(tx *gorm.DB) error {
				_, err := AddRecommendation(tx, clock, coordinator, RecommendationNew{EditionID: rec.EditionID, Number: 1,
					RecommendationFields: RecommendationFields{Title: "x", Text: "x", Basis: Inferred}})
				return err
			}, []string{"number"}},
			"letter taken": {func(tx *gorm.DB) error {
				_, err := AddItem(tx, clock, coordinator, rec.ID, ItemNew{Letter: "a", Text: "x"})
				return err
			}, []string{"letter"}},
			"null in text": {func(tx *gorm.DB) error {
				_, err := AddItem(tx, clock, coordinator, rec.ID, ItemNew{Text: "x\x00"})
				return err
			}, []string{"text"}},
		} {
			if got := fields(t, d.Write(t.Context(), c.do)); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
		var entries int64
		do(t, d, func(tx *gorm.DB) error { return tx.Raw("SELECT count(*) FROM audit_entries").Scan(&entries).Error })
		if want := int64(1 + 3 + 6); entries != want { // the fixture's own
			t.Errorf("%d audit entries, want %d: what was refused left one, or what was done left none", entries, want)
		}
	})
}

// fields lists the fields of an Invalid problem, and holds that each message
// has a text.
func fields(t *testing.T, err error) []string {
	t.Helper()
	e, ok := err.(*problem.Error)
	if !ok || e.Kind != problem.Invalid {
		t.Fatalf("%v is no Invalid problem", err)
	}
	texts, err := i18n.English()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range e.Fields {
		if strings.HasPrefix(m.Key, "asked.") && !texts.Has(m.Key) {
			t.Errorf("no text for %s", m.Key)
		}
	}
	return e.FieldNames()
}
