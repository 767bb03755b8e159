package matrix

import "testing"

// What stands beside a place above activities is of the place, not of the
// activity before it; its amounts are sums.
func TestAnOutcomeKeepsItsOwnIndicators(t *testing.T) {
	said, columns := asTold(t, "a", `
# A
Outcome|Output|Activity|Indicator|Baseline|Target 2024|Lead|Timeframe|Budget USD
1. Victims find help|||Victims helped|14|60|MoSD||900
|1.1 Shelters open||Shelters|1|2|||
||1.1.1 Build|Built|0|1|MoSD|2023|500
|||Rooms|0|9|||
|1.2 Rules are known||Rules|0|1|||400
2. Traffickers are|||Convictions|0|5|||
convicted|||||||||
|2.1 Courts|2.1.1 Train|Trained|0|8|MoJ|2024|100
`, Told{})
	const want = `@A!C4
activity: 1.1.1 Build
outcome: 1 Victims find help
output: 1.1 Shelters open
indicator: Built
baseline: 0
target: 2024 = 1
indicator: Rooms
baseline: 0
target: 2024 = 9
lead: MoSD
start: 2023-01-01
due: 2023-12-31
budget: 500.00 USD
@A!C9
activity: 2.1.1 Train
outcome: 2 Traffickers are convicted
output: 2.1 Courts
indicator: Trained
baseline: 0
target: 2024 = 8
lead: MoJ
start: 2024-01-01
due: 2024-12-31
budget: 100.00 USD
@A!A2
outcome: 1 Victims find help
indicator: Victims helped
baseline: 14
target: 2024 = 60
lead: MoSD
@A!B3
output: 1.1 Shelters open
outcome: 1 Victims find help
indicator: Shelters
baseline: 1
target: 2024 = 2
@A!B6
output: 1.2 Rules are known
outcome: 1 Victims find help
indicator: Rules
baseline: 0
target: 2024 = 1
@A!A7
outcome: 2 Traffickers are convicted
indicator: Convictions
baseline: 0
target: 2024 = 5
`
	if said != want {
		t.Errorf("%s\n%s\nwant\n%s", said, columns, want)
	}
}
