package indicators

import (
	"testing"

	"tracker/internal/db/dbtest"
)

func TestModelsMatchTheirTables(t *testing.T) {
	dbtest.Models(t, "indicators", nil, Indicator{}, Definition{}, Measurement{}, Cell{}, Author{}, Decision{}, Clearance{}, Choice{})
}

// What people type is understood as they mean it, or refused with the reason:
// no text is ever stored as a number.
func TestWhatIsTypedIsUnderstoodOrRefused(t *testing.T) {
	cases, money, yes, scale := Terms{Unit: Case}, Terms{Unit: Money, Currency: "LSL"}, Terms{Unit: YesNo}, Terms{Unit: Scale, Scale: []string{"Drafted", "In force"}}
	for _, c := range []struct {
		terms  Terms
		typed  string
		answer Answer
		amount Amount
		wrong  string
	}{
		{cases, "12", Number, Whole(12), ""},
		{cases, "0", Zero, 0, ""},
		{cases, " 1 200 ", Number, Whole(1200), ""},
		{cases, "1\u00a0200", Number, Whole(1200), ""},
		{cases, "1,200", Number, Whole(1200), ""},
		{cases, "1.200", Number, Whole(1200), ""},
		{cases, "1’200", Number, Whole(1200), ""},
		{cases, "1,200,000", Number, Whole(1200000), ""},
		{cases, "12.0", Number, Whole(12), ""},
		{cases, "Not reported", NotReported, 0, ""},
		{cases, "n/c", NotCollected, 0, ""},
		{cases, "", "", 0, ""},
		{cases, "–", "", 0, ""},
		{cases, "N/A", "", 0, "measurement.error.na"},
		{cases, "see text", "", 0, "measurement.error.words"},
		{cases, "12,5", "", 0, "measurement.error.whole"},
		{cases, "-3", "", 0, "measurement.error.negative"},
		{cases, "1 2 3", "", 0, "measurement.error.number"},
		{cases, "1,200.000", "", 0, "measurement.error.number"},
		{cases, "99999999999999999999", "", 0, "measurement.error.number"},
		{cases, "99999999999", "", 0, "measurement.error.most"},
		{money, "12,5", Number, 1250, ""},
		{money, "25 000 000,50", Number, 2500000050, ""},
		{money, "25.000,50", Number, 2500050, ""},
		{money, "25,000.5", Number, 2500050, ""},
		{yes, "Yes", Number, Whole(1), ""},
		{yes, "no", Zero, 0, ""},
		{yes, "perhaps", "", 0, "measurement.error.yes_no"},
		{scale, "in force", Number, Whole(2), ""},
		{scale, "2", "", 0, "measurement.error.scale"},
	} {
		cell, told, wrong := c.terms.Read("", c.typed)
		switch {
		case c.wrong != "" && (wrong == nil || wrong.Key != c.wrong || told):
			t.Errorf("%q as %s: %v, %v; want %s", c.typed, c.terms.Unit, cell, wrong, c.wrong)
		case c.wrong == "" && (wrong != nil || told != (c.answer != "") || cell.Answer != c.answer || told && cell.Amount != nil && *cell.Amount != c.amount):
			t.Errorf("%q as %s: %v, %v, want %s %d", c.typed, c.terms.Unit, cell, wrong, c.answer, c.amount)
		}
		if told { // what the form shows again is read as the same
			again, _, _ := c.terms.Read("", c.terms.Typed(cell))
			if again.Answer != cell.Answer || again.Amount != nil && *again.Amount != *cell.Amount {
				t.Errorf("%q is shown as %q and then read as %v", c.typed, c.terms.Typed(cell), again)
			}
		}
	}
}

// Totals left empty are filled from their parts, rows and columns of a crossed
// table too, and parts that do not agree with a total are found.
func TestPartsAreHeldAgainstTotals(t *testing.T) {
	terms := Terms{Unit: Case, Crossed: true, Dimensions: []Dimension{{Code: "novelty"}, {Code: "form"}}}.normal()
	put := func(told map[Place]int64) map[Place]Cell {
		cells := map[Place]Cell{}
		for place, n := range told {
			cells[place] = cellOf(place, Whole(n))
		}
		return cells
	}
	newOf := func(form string) Place { return Of("novelty", "new", "form", form) }
	cells := put(map[Place]int64{newOf("sex_trafficking"): 0, newOf("forced_labour"): 5, newOf("unspecified"): 5, Of("novelty", "continued"): 3})
	terms.fill(cells)
	if c := cells[Of("novelty", "new")]; c.Amount == nil || *c.Amount != Whole(10) {
		t.Errorf("new is filled with %v", c)
	}
	if c := cells[""]; c.Amount == nil || *c.Amount != Whole(13) {
		t.Errorf("the total is filled with %v", c)
	}
	if list := terms.disagree(cells); len(list) != 0 {
		t.Errorf("%v disagree", list)
	}
	for what, told := range map[string]map[Place]int64{
		"parts that are more":       {"": 2, Of("novelty", "new"): 3},
		"parts that are all told":   {"": 9, Of("novelty", "new"): 3, Of("novelty", "continued"): 3},
		"a row that is more":        {Of("novelty", "new"): 3, newOf("forced_labour"): 4},
		"a column that is not that": {Of("form", "forced_labour"): 3, newOf("forced_labour"): 1, Of("novelty", "continued", "form", "forced_labour"): 1},
	} {
		if list := terms.disagree(put(told)); len(list) == 0 {
			t.Errorf("%s: nothing disagrees", what)
		}
	}
	if list := terms.disagree(put(map[Place]int64{"": 9, Of("novelty", "new"): 3})); len(list) != 0 {
		t.Errorf("parts of which one is not told: %v disagree", list)
	}
}
