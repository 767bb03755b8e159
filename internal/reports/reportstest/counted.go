package reportstest

import (
	"encoding/json"
	"strconv"

	"tracker/internal/calendar"
	"tracker/internal/indicators"
	"tracker/internal/reports"
)

// indicate counts three things: one with every answer and mark that a year can
// have, one of money, and one by a scale, which no column shows.
func indicate(s *reports.Status) {
	one := reports.IndicatorStatus{Ref: "INV", Title: "Investigations of trafficking", Statistic: "investigations", Direction: "up", Institution: "Police and Public Safety",
		Text: "Cases of trafficking in persons that the police opened in the year, each once, under the form of exploitation found first.", Source: "Register of the police unit", SDG: []string{"16.2.2"}}
	for i := range 6 {
		y := year(2017+i, indicators.Case)
		y.Place = indicators.Of("novelty", "new")
		switch i {
		case 0:
			told(&y, "", indicators.NotCollected)
		case 1:
			told(&y, "0", indicators.Zero)
		case 2:
			y.Gap, y.Missing = indicators.Silent, y.To
		case 3:
			told(&y, "4", indicators.Number)
			y.Value.Qualifier, y.Break = "at_least", true
		case 4:
			told(&y, "10", indicators.Number)
			y.Target = "8"
			y.Value.CoversTo, y.Value.SoFar, y.Value.Late = s.D.AddDays(-9), true, true
			y.Value.Basis, y.Value.Edition, y.Value.Institution = indicators.Logged, "", one.Institution
			y.Value.PartsReason, y.Value.Note = "The form of two cases was not told.", "As the register stood in October."
			y.Disputed, y.Others = true, []reports.ValueStatus{{Basis: indicators.Restated, Edition: "TIP 2022", Attribution: "government", Qualifier: "exact", CoversFrom: y.From, CoversTo: y.To, Answer: indicators.Number, Number: "11"}}
			y.Cells = []reports.CellStatus{{Answer: indicators.Number, Number: "13"}, {Place: y.Place, Answer: indicators.Number, Number: "10"}, {Place: indicators.Of("novelty", "continued"), Answer: indicators.NotReported}}
		default:
			y.Gap, y.Target = indicators.NotDue, "12"
		}
		one.Years = append(one.Years, y)
	}
	money := reports.IndicatorStatus{Ref: "FUND", Title: "Money spent on the shelter", Statistic: "funds", Direction: "up", Institution: "Social Development", Text: "What was paid out."}
	for i, n := range []json.Number{"60000.5", "125000", "480000"} {
		y := year(2019+i, indicators.Money)
		y.Currency, y.Target = "LSL", "500000"
		told(&y, n, indicators.Number)
		money.Years = append(money.Years, y)
	}
	stage := reports.IndicatorStatus{Ref: "SOPS", Title: "Stage of the procedures", Direction: "up", Institution: "Social Development", Text: "How far they have come."}
	y := year(2021, indicators.Scale)
	y.Scale, y.Target = []string{"Not begun", "Drafted", "In use"}, "3"
	told(&y, "2", indicators.Number)
	stage.Years = append(stage.Years, y)
	s.Indicators = []reports.IndicatorStatus{one, money, stage}
}

func year(from int, unit indicators.Unit) reports.YearStatus {
	return reports.YearStatus{Ref: strconv.Itoa(from) + "-" + strconv.Itoa((from+1)%100), From: calendar.Of(from, 4, 1), To: calendar.Of(from+1, 3, 31), Unit: unit}
}

// told has an edition tell the answer of a year.
func told(y *reports.YearStatus, n json.Number, answer indicators.Answer) {
	y.Answer, y.Number = answer, n
	y.Value = reports.ValueStatus{Basis: indicators.Reported, Edition: "TIP " + strconv.Itoa(y.To.Year()), Attribution: "government", Qualifier: "exact", CoversFrom: y.From, CoversTo: y.To}
}
