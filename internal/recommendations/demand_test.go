package recommendations

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/problem"
)

// years makes editions of a mechanism, "2018 complete: a b" a line, and gives
// the recommendations by year and title, such as "2018a".
func years(t *testing.T, d *db.DB, lines ...string) map[string]int64 {
	t.Helper()
	ids := map[string]int64{}
	do(t, d, func(tx *gorm.DB) error {
		if _, err := AddMechanism(tx, clock, system, MechanismNew{Code: "TIP", Name: "TIP Report", ShortName: "TIP", Scale: []string{"fully"}}); err != nil {
			return err
		}
		for _, line := range lines {
			head, titles, _ := strings.Cut(line, ":")
			var year int
			var how string
			if _, err := fmt.Sscan(head, &year, &how); err != nil {
				return err
			}
			in := EditionNew{Country: "LS", Mechanism: "TIP", Year: year}
			in.ReleasedOn, in.Completeness = calendar.Of(year, time.July, 1), Completeness(how)
			e, err := AddEdition(tx, clock, system, in)
			if err != nil {
				return err
			}
			for title := range strings.FieldsSeq(titles) {
				n := RecommendationNew{EditionID: e.ID}
				n.Title, n.Text, n.Basis = title, "Do "+title, Restated
				r, err := AddRecommendation(tx, clock, system, n)
				if err != nil {
					return err
				}
				ids[fmt.Sprint(year, title)] = r.ID
			}
		}
		return nil
	})
	return ids
}

// tie says how recommendations continue others, "2017a 2018a repeated" each.
func tie(t *testing.T, d *db.DB, at calendar.Clock, ids map[string]int64, pairs ...string) {
	t.Helper()
	do(t, d, func(tx *gorm.DB) error {
		for _, p := range pairs {
			f := strings.Fields(p)
			if _, err := SayKin(tx, at, coordinator, "LS", []KinSaid{{OlderID: ids[f[0]], NewerID: ids[f[1]], Kin: Kin(f[2])}}); err != nil {
				return fmt.Errorf("%s: %w", p, err)
			}
		}
		return nil
	})
}

func demands(t *testing.T, d *db.DB, on string, k time.Time) (m *Demands) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *gorm.DB) (err error) { all, err := DemandsOf(tx, "LS", day(on), k); m = all["TIP"]; return err }); err != nil {
		t.Fatal(err)
	}
	return m
}

// Years are counted over all that a person confirmed, once each; where a list
// is not held whole, they are "at least".
func TestYearsAskedAreThoseOfAllThatWasContinued(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ids := years(t, d, "2014 complete: a", "2015 complete: a b", "2016 not_held:", "2017 complete: a b c", "2018 complete: a b c", "2019 partial: a c", "2021 complete: a b c d")
		tie(t, d, clock, ids, "2014a 2015a repeated", "2015a 2017a reworded", "2015b 2017a merged", "2017a 2018a split", "2017a 2018b split", "2018a 2019a repeated", "2019a 2021a repeated",
			"2018b 2021b repeated", "2017c 2018c repeated", "2019c 2021d unrelated")
		m := demands(t, d, "2021-11-08", clock.Now())
		for title, want := range map[string]AskedYears{
			"2014a": {2014, 1, 1, false},
			"2015a": {2014, 2, 2, false},
			"2015b": {2015, 1, 1, false},
			"2017a": {2014, 3, 1, true}, // 2016 is not held
			"2018a": {2014, 4, 2, true},
			"2018c": {2017, 2, 2, true}, // 2016 may have asked it
			"2019c": {2019, 1, 1, false},
			"2021a": {2014, 6, 4, true},
			"2021b": {2014, 5, 1, true},
			"2021c": {2021, 1, 1, true}, // of 2019 only a part is held
			"2021d": {2021, 1, 1, true}, // what does not continue counts for nothing
		} {
			if got := m.Asked(ids[title]); got != want {
				t.Errorf("%s: %+v, want %+v", title, got, want)
			}
		}
		var isNew, gone []string
		for _, e := range m.Editions {
			for _, r := range m.Recommendations(e.ID) {
				if m.IsNew(r.ID) {
					isNew = append(isNew, fmt.Sprint(r.Year, r.Title))
				}
				if m.IsNoLongerAsked(r.ID) {
					gone = append(gone, fmt.Sprint(r.Year, r.Title))
				}
			}
		}
		if got := strings.Join(isNew, " "); got != "2015b 2019c" {
			t.Errorf("new are %s", got)
		}
		if got := strings.Join(gone, " "); got != "2017b 2019c" {
			t.Errorf("no longer asked are %s", got)
		}
		var family []string
		for _, r := range m.Family(ids["2017a"]) {
			family = append(family, fmt.Sprint(r.Year, r.Title))
		}
		if got := strings.Join(family, " "); got != "2014a 2015a 2015b 2017a 2018a 2018b 2019a 2021a 2021b" {
			t.Errorf("the family of 2017a is %s", got)
		}
		if before, ok := m.Before(m.Editions[3].ID); !ok || before.Year != 2015 {
			t.Errorf("before 2017 stands %+v", before)
		}
	})
}

// What is said of a pair counts from its day and instant on, until something
// else is said of it.
func TestWhatIsSaidAnewEndsWhatWasSaid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ids := years(t, d, "2018 complete: a", "2019 complete: a")
		later := calendar.FixedClock(clock.Now().AddDate(0, 0, 3))
		tie(t, d, clock, ids, "2018a 2019a repeated")
		say := func(at calendar.Clock, kin, was Kin) (changed int, err error) {
			err = d.Write(t.Context(), func(tx *gorm.DB) error {
				changed, err = SayKin(tx, at, coordinator, "LS", []KinSaid{{ids["2018a"], ids["2019a"], kin, was}})
				return err
			})
			return changed, err
		}
		if n, err := say(later, Repeated, Repeated); n != 0 || err != nil {
			t.Errorf("the same again changes %d, %v", n, err)
		}
		if _, err := say(later, Unrelated, ""); problem.KindOf(err) != problem.Conflict {
			t.Errorf("over what another said: %v", err)
		}
		if n, err := say(later, Unrelated, Repeated); n != 1 || err != nil {
			t.Errorf("something else changes %d, %v", n, err)
		}
		for on, want := range map[string]Kin{"2021-11-07": "", "2021-11-08": Repeated, "2021-11-10": Repeated, "2021-11-11": Unrelated} {
			if got := demands(t, d, on, later.Now()).Said(ids["2018a"], ids["2019a"]); got != want {
				t.Errorf("on %s it is %q, want %q", on, got, want)
			}
		}
		if got := demands(t, d, "2021-11-11", clock.Now()).Said(ids["2018a"], ids["2019a"]); got != Repeated {
			t.Errorf("as known before it is %q", got)
		}
		if _, err := say(later, "", Unrelated); err != nil {
			t.Error(err)
		}
		if got := demands(t, d, "2021-11-11", later.Now()).Said(ids["2018a"], ids["2019a"]); got != "" {
			t.Errorf("taken back it is %q", got)
		}
	})
}

func TestNobodySaysWhatCannotBe(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ids := years(t, d, "2018 complete: a b", "2019 complete: a", "2022 complete: a")
		for name, c := range map[string]struct {
			actor   accounts.Actor
			country string
			said    KinSaid
			want    problem.Kind
		}{
			"a focal point":           {focal, "LS", KinSaid{ids["2018a"], ids["2019a"], Repeated, ""}, problem.Forbidden},
			"a partner":               {partner, "LS", KinSaid{ids["2018a"], ids["2019a"], Repeated, ""}, problem.NotFound},
			"of another country":      {coordinator, "BW", KinSaid{ids["2018a"], ids["2019a"], Repeated, ""}, problem.NotFound},
			"of an edition to come":   {coordinator, "LS", KinSaid{ids["2019a"], ids["2022a"], Repeated, ""}, problem.NotFound},
			"the newer as the older":  {coordinator, "LS", KinSaid{ids["2019a"], ids["2018a"], Repeated, ""}, problem.Invalid},
			"two of one edition":      {coordinator, "LS", KinSaid{ids["2018a"], ids["2018b"], Repeated, ""}, problem.Invalid},
			"a kin that there is not": {coordinator, "LS", KinSaid{ids["2018a"], ids["2019a"], "cousin", ""}, problem.Invalid},
		} {
			err := d.Write(t.Context(), func(tx *gorm.DB) error {
				_, err := SayKin(tx, clock, c.actor, c.country, []KinSaid{c.said})
				return err
			})
			if problem.KindOf(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
