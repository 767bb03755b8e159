package matrix

import "testing"

// A cell that is merged over the rows of several activities says who, when and
// who pays for each of them; an amount and an indicator stay with the first, and that is told.
func TestACellMergedOverActivitiesCountsForEach(t *testing.T) {
	said, columns := asTold(t, "a", `
# A
Activity|Indicator|Lead|Partners|Timeframe|Budget 2022 (USD)|Donor
One|Done|MoHA, Police|IOM|soon|100|EU
||||||
Two|||||50|
Three||||2023||
Four|Ready|LMPS|-|2023|-|
Five||||||
= B2:B5
= C2:C5
= D2:D5
= E2:E4
= G2:G5
= C6:C7
= E6:E7
= F6:F7
`, Told{})
	const want = `@A!A2
activity: One
indicator: Done
lead: MoHA
lead: Police
supporting: IOM
funder: EU
budget: 2022 100.00 USD EU
@A!A4
activity: Two
lead: MoHA
lead: Police
supporting: IOM
funder: EU
budget: 2022 50.00 USD EU
@A!A5
activity: Three
lead: MoHA
lead: Police
supporting: IOM
funder: EU
start: 2023-01-01
due: 2023-12-31
@A!A6
activity: Four
indicator: Ready
lead: LMPS
start: 2023-01-01
due: 2023-12-31
@A!A7
activity: Five
lead: LMPS
start: 2023-01-01
due: 2023-12-31
problem A!C2 leads
problem A!E2 time
problem A!B2 shared
`
	if said != want {
		t.Errorf("%s\n%s\nwant\n%s", said, columns, want)
	}
}

// A mark that is merged over years stands below each; an amount or target is of none of them.
func TestACellMergedOverYearsIsOfAllOfThem(t *testing.T) {
	said, columns := asTold(t, "a", `
# A
Activity|Indicator|Target|||Lead|When|||Budget (USD)||
||2022|2023|2024||2022|2023|2024|2022|2023|2024
One|Done|5|||MoHA|x|||900||
Two|Ready|1|2|3|MoHA||x||||
Three|Ready||||MoHA||x|||20|
= C1:E1
= G1:I1
= J1:L1
= C3:E3
= G3:I3
= J3:L4
= H4:I5
`, Told{})
	const want = `@A!A3
activity: One
indicator: Done
target: = 5
lead: MoHA
start: 2022-01-01
due: 2024-12-31
budget: 900.00 USD
@A!A4
activity: Two
indicator: Ready
target: 2022 = 1
target: 2023 = 2
target: 2024 = 3
lead: MoHA
start: 2023-01-01
due: 2024-12-31
@A!A5
activity: Three
indicator: Ready
lead: MoHA
start: 2023-01-01
due: 2024-12-31
budget: 2023 20.00 USD
problem A!J3 shared_money
`
	if said != want {
		t.Errorf("%s\n%s\nwant\n%s", said, columns, want)
	}
}
