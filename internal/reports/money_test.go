package reports

import (
	"fmt"
	"slices"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/seeds/large"
)

func amount(n int64) *int64 { return &n }

// A budget stands beside what is said of it, once; what no budget foresees
// stands by itself, and what nobody told is not a zero.
func TestABudgetStandsBesideWhatIsSaidOfIt(t *testing.T) {
	l := &Ledger{Institutions: map[int64]Institution{1: {Code: "MHA"}, 2: {Code: "MSD"}}}
	budget := []plan.BudgetLine{{Year: 2021, AmountCents: 1000, Currency: "LSL", Funder: "Treasury"}, {Year: 2021, AmountCents: 500, Currency: "USD", Funder: "Partner"}}
	told := []progress.MoneyTold{
		{Money: progress.Money{Year: 2021, Currency: "LSL", Funder: "treasury", ReleasedCents: amount(600), SpentCents: amount(0)}, InstitutionID: 1, AsOf: day("2021-09-30")},
		{Money: progress.Money{Year: 2021, Currency: "LSL", Funder: "Treasury", SpentCents: amount(70)}, InstitutionID: 2},
		{Money: progress.Money{Year: 2020, Currency: "LSL", Funder: "Treasury", ReleasedCents: amount(9)}, InstitutionID: 1},
	}
	list := l.moneyOf(&Line{LeadID: 1}, budget, told)
	if len(list) != 4 {
		t.Fatalf("%d lines: %+v", len(list), list)
	}
	first, mine, theirs, dollars := list[0], list[1], list[2], list[3]
	if first.Year != 2020 || first.Budget != nil || *first.Released != 9 {
		t.Errorf("what no budget foresees is %+v", first)
	}
	if gap, ok := mine.Gap(); !ok || gap != 400 || *mine.Spent != 0 || mine.AsOf != day("2021-09-30") || mine.Institution != "MHA" {
		t.Errorf("the lead tells %+v", mine)
	}
	if theirs.Budget != nil || theirs.Released != nil || *theirs.Spent != 70 || theirs.Institution != "MSD" {
		t.Errorf("the other tells %+v", theirs)
	}
	if _, ok := dollars.Gap(); ok || *dollars.Budget != 500 || dollars.Released != nil || dollars.AsOf != (calendar.Date{}) {
		t.Errorf("of what nothing is said it tells %+v", dollars)
	}
	sums := TotalMoney(list)
	want := []MoneySum{{Year: 2021, Currency: "LSL", Budget: 1000, Released: 600, Spent: 70, Gap: 400, Lines: 2, Budgeted: 1, Told: 1, Gaps: 1, SpentOf: 2}, {Year: 2021, Currency: "USD", Budget: 500, Untold: 500, Lines: 1, Budgeted: 1},
		{Year: 2020, Currency: "LSL", Released: 9, Lines: 1, Told: 1}}
	if !slices.Equal(sums, want) {
		t.Errorf("the sums are %+v, not %+v", sums, want)
	}
	if by := SumMoney(list, MoneyByFunder); len(by) != 3 || by[0].Key != "Treasury" || by[1].Key != "Partner" || by[1].Currency != "USD" {
		t.Errorf("by funder %+v", by)
	}
}

// The money on an institution's page is the money of the plan, narrowed to that institution, though only its own commitments are read:
// also of what it told before all of them got another lead.
func TestAnInstitutionShowsItsMoneyOfThePlan(t *testing.T) {
	eachKept(t, func(t *testing.T, d *db.DB) {
		if err := d.Write(t.Context(), func(tx *gorm.DB) error {
			for _, table := range []string{"commitments", "commitment_revisions"} {
				if err := tx.Exec("UPDATE " + table + " SET lead_id = (SELECT id FROM institutions WHERE code = 'M01')").Error; err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		s, q, some := New(d), keptQuery(keptActor(t, d, large.Coordinator)), 0
		for n := range 30 {
			code := fmt.Sprintf("M%02d", n)
			page, err := s.Institution(t.Context(), q, code)
			if err != nil {
				t.Fatal(err)
			}
			whole, err := s.Money(t.Context(), MoneyQuery{Query: q, Institution: code})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(page.Money, whole.Totals) {
				t.Errorf("%s: its page sums %+v, the plan %+v", code, page.Money, whole.Totals)
			}
			if len(page.Leads) == 0 {
				some += len(page.Money)
			}
		}
		if some < 10 {
			t.Errorf("those who lead nothing any more have %d sums", some)
		}
	})
}
