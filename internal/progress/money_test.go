package progress

import (
	"errors"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/problem"
)

func cents(n int64) *int64 { return &n }

// What an update says of money counts from its approval, as of its day; a later
// word on the same year, funder and currency takes its place, and a correction
// that says nothing of it takes it back.
func TestMoneyIsToldAsOfDayAndKnowledge(t *testing.T) {
	each(t, func(l *life) {
		t := l.t
		line := func(released, spent *int64) []Money {
			return []Money{{Year: 2021, Currency: "lsl ", Funder: " Treasury ", ReleasedCents: released, SpentCents: spent}}
		}
		told := func(d string) (list []MoneyTold) {
			l.Do(t, func(tx *gorm.DB) (err error) {
				k, err := Known(tx)
				if err == nil {
					list, err = MoneyAt(tx, day(d), k)
				}
				return err
			})
			return list
		}
		text := words(asOf("2021-06-30"))
		text.Money = line(cents(5000050), nil)
		first := l.sent("mha", "NSF 1.1.1", text)
		if got := told("2021-11-08"); len(got) != 0 {
			t.Errorf("what waits for review tells %+v", got)
		}
		first = l.must(l.approve("one", first))
		got := told("2021-11-08")
		if len(got) != 1 || got[0].Currency != "LSL" || got[0].Funder != "Treasury" || *got[0].ReleasedCents != 5000050 || got[0].SpentCents != nil || got[0].AsOf != day("2021-06-30") {
			t.Fatalf("it tells %+v", got)
		}
		if got := told("2021-06-29"); len(got) != 0 {
			t.Errorf("a day earlier it tells %+v", got)
		}
		later := words(asOf("2021-09-30"))
		later.Money = append(line(cents(7000000), cents(0)), Money{Year: 2021, Currency: "USD", Funder: "Treasury", SpentCents: cents(100)})
		second := l.approved("mha", "NSF 1.1.1", later)
		if got := told("2021-11-08"); len(got) != 2 || *got[0].ReleasedCents != 7000000 || *got[0].SpentCents != 0 || got[1].Currency != "USD" || got[1].ReleasedCents != nil {
			t.Errorf("later it tells %+v", got)
		}
		l.corrected("mha", second, words(asOf("2021-09-30")))
		if got := told("2021-11-08"); len(got) != 1 || *got[0].ReleasedCents != 5000050 || got[0].UpdateID != first.ID {
			t.Errorf("after the correction it tells %+v", got)
		}
	})
}

// Each wrong line is refused beside the field that is wrong.
func TestWrongLinesOfMoneyAreRefused(t *testing.T) {
	each(t, func(l *life) {
		t := l.t
		good := Money{Year: 2021, Currency: "LSL", Funder: "Treasury", ReleasedCents: cents(1)}
		for field, change := range map[string]func(m *Money){
			"money_year_2":     func(m *Money) { m.Year = 2022 },
			"money_currency_2": func(m *Money) { m.Currency = "maloti" },
			"money_funder_2":   func(m *Money) { m.Funder = " " },
			"money_released_2": func(m *Money) { m.ReleasedCents = cents(-1) },
			"money_spent_2":    func(m *Money) { m.SpentCents = cents(mostCents + 1) },
		} {
			bad := good
			bad.Funder = "Another"
			change(&bad)
			text := words(asOf("2021-09-30"))
			text.Money = []Money{good, bad}
			_, err := l.start("mha", "NSF 1.1.1", text)
			if p := new(problem.Error); !errors.As(err, &p) || p.Fields[field].Key == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		for name, list := range map[string][]Money{"twice": {good, good}, "neither": {{Year: 2021, Currency: "LSL", Funder: "Treasury"}}} {
			text := words(asOf("2021-09-30"))
			text.Money = list
			if _, err := l.start("mha", "NSF 1.1.1", text); problem.KindOf(err) != problem.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
