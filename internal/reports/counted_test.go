package reports

import (
	"bytes"
	"slices"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/indicators"
	"tracker/internal/plan"
	"tracker/internal/plan/plantest"
	"tracker/internal/problem"
)

// cell is a whole number at a place of the table.
func cell(place indicators.Place, n int64) indicators.Cell {
	amount := indicators.Whole(n)
	return indicators.Cell{Place: place, Answer: indicators.Number, Amount: &amount}
}

// count adds an indicator and has a value of it approved. Every text that is
// typed holds the word inside, but for those that leave.
func count(t *testing.T, h *plantest.House, ref string, terms indicators.Terms, cells ...indicators.Cell) error {
	t.Helper()
	terms.InstitutionID, terms.Direction, terms.Frequency, terms.Source = h.Institutions["MHA"], "up", "year", "The register inside"
	return h.DB.Write(t.Context(), func(tx *gorm.DB) error {
		if _, err := indicators.Add(tx, plantest.At("2021-04-02"), h.Actors["one"], indicators.IndicatorNew{Country: plantest.Country, Ref: ref, Terms: terms}); err != nil {
			return err
		}
		at := plantest.At("2021-10-04")
		m, err := indicators.Start(tx, at, h.Actors["mha"], indicators.MeasurementNew{Country: plantest.Country, Ref: ref, Said: indicators.Said{
			CoversTo: day("2021-09-30"), Source: "A letter inside", Note: "A note inside", PartsReason: "A reason inside", Cells: cells}})
		if err == nil {
			m, err = indicators.Submit(tx, at, h.Actors["mha"], m.ID, m.Version)
		}
		if err == nil {
			_, err = indicators.Approve(tx, at, h.Actors["one"], m.ID, m.Version)
		}
		return err
	})
}

// Outside government a report tells totals of law-enforcement actions,
// trainings and money, of indicators that are shared so far, and nothing else
// of what is counted: no victim, no category, no word that explains a value.
func TestOnlySharedTotalsLeaveGovernment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := plantest.New(t, d)
		sex := []indicators.Dimension{{Code: "sex"}}
		female := indicators.Of("sex", "female")
		for ref, terms := range map[string]indicators.Terms{
			"INV":   {Title: "Investigations", Text: "Opened", Statistic: "investigations", Unit: indicators.Case, Share: plan.Public, Dimensions: []indicators.Dimension{{Code: "novelty"}}, Headline: indicators.Of("novelty", "new")},
			"TRAIN": {Title: "Trained", Text: "Trained", Statistic: "training", Unit: indicators.OfficialTrained, Share: plan.Partner, Dimensions: sex},
			"FUND":  {Title: "Funds", Text: "Paid", Statistic: "funds", Unit: indicators.Money, Currency: "LSL", Share: plan.Public},
			"CONV":  {Title: "Convictions", Text: "Found guilty", Statistic: "convictions", Unit: indicators.Person, Dimensions: sex}, // shared with nobody
			"VIC":   {Title: "Victims inside", Text: "Identified inside", Statistic: "victims_identified", Unit: indicators.Victim, Dimensions: sex},
			"CARE":  {Title: "Staff inside", Text: "Staff inside", Unit: indicators.Person, Dimensions: sex},
		} {
			part := female
			if ref == "INV" {
				part = terms.Headline
			}
			cells := []indicators.Cell{cell("", 4013), cell(part, 3017)}
			if ref == "FUND" {
				cells = cells[:1]
			}
			if err := count(t, h, ref, terms, cells...); err != nil {
				t.Fatal(ref, err)
			}
		}
		for audience, refs := range map[Audience][]string{plan.Internal: {"INV", "CONV", "VIC", "TRAIN", "FUND", "CARE"}, plan.Partner: {"INV", "TRAIN", "FUND"}, plan.Public: {"INV", "FUND"}} {
			s, err := Build(t.Context(), d, About{Country: plantest.Country}, StatusQuery{Query: Query{Actor: h.Actors["one"], Country: plantest.Country, Rules: DefaultRules, D: day("2021-11-08")}, Audience: audience})
			if err != nil {
				t.Fatal(err)
			}
			var told []string
			for _, one := range s.Indicators {
				told = append(told, one.Ref)
				y := one.Years[len(one.Years)-1]
				if want := map[bool]string{true: "3017", false: "4013"}[one.Ref == "INV" && audience == plan.Internal]; string(y.Number) != want {
					t.Errorf("%s: %s is %s", audience, one.Ref, y.Number)
				}
			}
			if !slices.Equal(told, refs) {
				t.Errorf("%s: it tells of %v, not of %v", audience, told, refs)
			}
			text, err := Canonical(s)
			if err != nil {
				t.Fatal(err)
			}
			if inside := bytes.Contains(text, []byte("inside")) || bytes.Contains(text, []byte("3017")); inside != (audience == plan.Internal) {
				t.Errorf("%s: words and parts from inside are told: %t", audience, inside)
			}
		}
	})
}

// What may not leave cannot be shared in the first place.
func TestVictimsAndPersonsAreNotShared(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := plantest.New(t, d)
		for name, terms := range map[string]indicators.Terms{
			"victims":                {Statistic: "victims_identified", Unit: indicators.Victim},
			"victims as an action":   {Statistic: "investigations", Unit: indicators.Victim},
			"referrals":              {Statistic: "victims_referred", Unit: indicators.Person},
			"persons of no action":   {Unit: indicators.Person},
			"what a scale says":      {Unit: indicators.Scale, Scale: []string{"Begun", "Done"}},
			"cases that nobody asks": {Unit: indicators.Case},
		} {
			for _, share := range []Audience{plan.Partner, plan.Public} {
				terms.Title, terms.Text, terms.Share = "Counted", "Counted", share
				if err := count(t, h, "X", terms); problem.KindOf(err) != problem.Invalid {
					t.Errorf("%s are shared with %s: %v", name, share, err)
				}
			}
		}
	})
}

// An indicator that was shared and is taken back is told of no day from then
// on, and of earlier days as it was known then.
func TestASharedFigureIsTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := plantest.New(t, d)
		terms := indicators.Terms{Title: "Convictions", Text: "Found guilty", Statistic: "convictions", Unit: indicators.Person, Share: plan.Public}
		if err := count(t, h, "CONV", terms, cell("", 4)); err != nil {
			t.Fatal(err)
		}
		h.Do(t, func(tx *gorm.DB) error {
			terms.Share, terms.InstitutionID, terms.Direction, terms.Frequency = plan.Internal, h.Institutions["MHA"], "up", "year"
			return indicators.Change(tx, plantest.At("2021-10-20"), h.Actors["one"], indicators.IndicatorChange{Country: plantest.Country, Ref: "CONV", Version: 1, Reason: "Not agreed yet", Terms: terms})
		})
		for of, there := range map[calendar.Date]bool{day("2021-10-10"): true, day("2021-10-21"): false} {
			s, err := Build(t.Context(), d, About{Country: plantest.Country}, StatusQuery{Query: Query{Actor: h.Actors["one"], Country: plantest.Country, Rules: DefaultRules, D: of}, Audience: plan.Public})
			if err != nil || len(s.Indicators) == 1 != there {
				t.Errorf("of %s it tells %d, %v", of, len(s.Indicators), err)
			}
		}
	})
}
