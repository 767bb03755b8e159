package matrix

import (
	"strings"
	"testing"
)

// asTold reads a text as told, and gives its facts, how its columns were told, and what was refused.
func asTold(t *testing.T, name, text string, told Told) (said, columns string) {
	t.Helper()
	p, err := Read(open(t, name, text), told)
	if err != nil {
		return refusal(err), ""
	}
	var list []string
	for _, table := range p.Tables {
		for _, c := range table.Columns {
			list = append(list, c.Letters+" "+string(c.Field)+" "+string(c.Why))
		}
	}
	return facts(p), strings.Join(list, ", ")
}

// What a person says of a column wins over its words and its cells, and the
// year and money of its heading stay.
func TestAColumnIsWhatAPersonSaysItIs(t *testing.T) {
	const text = "# Plan\nNo|Activity|Result|Lead|Who else|Means 2022 (USD)|Colour\n1|Train|Trained|Ana|MoHA|45|Red\n2|Print|Printed|Ben|LMPS|60|Blue\n"
	said, columns := asTold(t, "a", text, Told{Columns: map[string]Field{
		"Plan!C": Indicator, "Plan!D": Unknown, "Plan!E": Lead, "Plan!F": Budget, "Other!G": Remarks, "G": Remarks, "Plan!ZZ": Lead, "Plan!": Lead}})
	const want = `@Plan!B2
activity: 1 Train
indicator: Trained
lead: MoHA
budget: 2022 45.00 USD
other: Lead = Ana
other: Colour = Red
@Plan!B3
activity: 2 Print
indicator: Printed
lead: LMPS
budget: 2022 60.00 USD
other: Lead = Ben
other: Colour = Blue
`
	if said != want {
		t.Errorf("%s\nwant\n%s", said, want)
	}
	if want := "A number words, B activity words, C indicator told, D  told, E lead told, F budget told, G  none"; columns != want {
		t.Errorf("%s, want %s", columns, want)
	}
	said, _ = asTold(t, "a.csv", "Activity;Lead;Timeframe;Seen\nTrain;MoHA;2022;Red\n", Told{Columns: map[string]Field{"D": Remarks}})
	if !strings.Contains(said, "remarks: Red") {
		t.Errorf("a CSV has %s", said)
	}
}

// A field that a table has once is of the column that was told; of two that
// were told the second is a problem. What is told makes no column's cells numbers.
func TestAColumnThatWasToldShutsTheOneThatWasFound(t *testing.T) {
	const text = "# A\nActivity|Description|Lead|Timeframe|When\nOne|Train all officers|MoHA|2022|2023\nTwo|Print all leaflets|MoHA|2022|2024\n"
	said, columns := asTold(t, "a", text, Told{Columns: map[string]Field{"A!B": Activity, "A!E": Time}})
	if !strings.Contains(said, "activity: Train all officers\nlead: MoHA\nstart: 2023-01-01\ndue: 2023-12-31\nother: Activity = One\nother: Timeframe = 2022") {
		t.Errorf("told for the second: %s\n%s", said, columns)
	}
	said, columns = asTold(t, "a", text, Told{Columns: map[string]Field{"A!A": Activity, "A!B": Activity}})
	if !strings.Contains(said, "activity: One") || !strings.Contains(said, "problem A!B1 twice") || !strings.Contains(columns, "B  told") {
		t.Errorf("told twice: %s\n%s", said, columns)
	}
	said, columns = asTold(t, "a", "# A\nObjective|Activity|Lead|Timeframe\n1.1|Train|MoHA|2022\n1.2|Print|MoHA|2022\n", Told{Columns: map[string]Field{"A!A": Objective}})
	if !strings.Contains(said, "objective: 1.1") {
		t.Errorf("an objective that was told is %s\n%s", said, columns)
	}
}

// A heading that was learnt is known as what it was said to be, and makes a header.
func TestAHeadingThatWasLearntIsKnown(t *testing.T) {
	learnt := map[string]Field{FoldHeading("Choses à faire (2021)"): Activity, FoldHeading("Maître"): Lead, FoldHeading("Jusqu'à quand"): End, FoldHeading("Remarks"): Unknown}
	const text = "# A\nCHOSES A FAIRE :|maitre|Jusqu'a quand|Remarks\nFormer|MJ|2024|Bleu\n"
	if said, _ := asTold(t, "a", text, Told{}); said != "matrix.error.header" {
		t.Errorf("before: %s", said)
	}
	said, columns := asTold(t, "a", text, Told{Words: learnt})
	if !strings.Contains(said, "activity: Former\nlead: MJ\ndue: 2024-12-31\nother: Remarks = Bleu") || strings.Count(columns, "learnt") != 4 {
		t.Errorf("%s\n%s", said, columns)
	}
	said, columns = asTold(t, "a", text, Told{Words: learnt, Columns: map[string]Field{"A!B": Supporting}})
	if !strings.Contains(said, "supporting: MJ") {
		t.Errorf("told beside: %s\n%s", said, columns)
	}
	for heading, want := range map[string]string{
		"Budget 2022 (USD)": "budget", "BUDGET 2023/24": "budget", "Co-Lead": "co lead", "Timeframe 2022 Q1": "timeframe", "S/N": "no", "2022": "", "#": "", strings.Repeat("a", mostHeading+1): "", "Coût de l'État": "cout etat",
	} {
		if got := FoldHeading(heading); got != want {
			t.Errorf("%q is folded to %q, want %q", heading, got, want)
		}
	}
}

// A header that was not found is where a person says; a row that is not there is none.
func TestAHeaderIsWhereAPersonSays(t *testing.T) {
	const text = "# A\nhidden\nPlan\nWhat|By whom|Until\n||2022|2023\nTrain|MoHA|x|x\n# B\nNothing\n"
	if said, _ := asTold(t, "a", text, Told{}); said != "matrix.error.header" {
		t.Errorf("before: %s", said)
	}
	said, columns := asTold(t, "a", text, Told{Header: map[string]int{"A": 2}, Columns: map[string]Field{"A!A": Activity, "A!B": Lead, "A!C": Time, "A!D": Time}})
	if !strings.Contains(said, "@A!A4\nactivity: Train\nlead: MoHA\nstart: 2022-01-01\ndue: 2023-12-31") {
		t.Errorf("%s\n%s", said, columns)
	}
	for _, row := range []int{0, -1, 9} {
		if said, _ := asTold(t, "a", text, Told{Header: map[string]int{"A": row, "C": 1}}); said != "matrix.error.header" {
			t.Errorf("row %d: %s", row, said)
		}
	}
	const found = "# A\nActivity|Lead|Timeframe\nTrain|MoHA|2022\nActivity|Lead|Timeframe\nPrint|LMPS|2023\n"
	if said, _ := asTold(t, "a", found, Told{Header: map[string]int{"A": 3}}); strings.Contains(said, "Train") || !strings.Contains(said, "Print") {
		t.Errorf("the row that was told did not win: %s", said)
	}
}
