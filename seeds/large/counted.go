package large

import (
	"fmt"

	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/indicators"
	"tracker/internal/progress"
)

// counted is how many indicators there are: the statistics of the report twice, and others. Each has three values for each of
// seven years, with a table of new or continued by form of exploitation.
const counted = 40

// count adds the indicators and all that was measured, approved but for the newest of one, which waits.
func (c *country) count() error {
	var list []indicators.Measurement
	var cells [][]indicators.Cell
	for n := range counted {
		terms := indicators.Terms{Title: "Count of " + one(c, works), Text: "What is counted: " + c.sentences(1, 2), Unit: indicators.Case, Direction: "up", Source: "Register", Frequency: "quarter",
			InstitutionID: c.leads[n%len(c.leads)].InstitutionID, Headline: indicators.Of("novelty", "new"), Dimensions: []indicators.Dimension{{Code: "novelty"}, {Code: "form"}}, Crossed: true,
			Targets: []indicators.Target{{From: calendar.Of(2025, 4, 1), Amount: indicators.Whole(40)}}}
		if n < 2*len(indicators.Statistics) {
			terms.Statistic = indicators.Statistics[n%len(indicators.Statistics)]
		}
		i, err := indicators.Add(c.tx, base(), c.coordinators[0], indicators.IndicatorNew{Country: Country, Ref: fmt.Sprintf("IND-%02d", n+1), EffectiveOn: calendar.Of(2019, 4, 1), Terms: terms})
		if err != nil {
			return err
		}
		for year := 2019; year <= 2025; year++ {
			for _, month := range []int{6, 9, 10} {
				m, of := c.counts(i.ID, terms.InstitutionID, year, month)
				list, cells = append(list, m), append(cells, of)
			}
		}
	}
	last := &list[len(list)-1]
	last.State, last.ApprovedAt, last.ApprovedByID = progress.Submitted, nil, nil
	return c.insertCounted(list, cells)
}

// counts is one value with its table, whose parts add up.
func (c *country) counts(indicator, institution int64, year, month int) (indicators.Measurement, []indicators.Cell) {
	to := calendar.Of(year, 1, 1).AddDays(month*30 - 1)
	from := progress.YearOn(nil, to).From
	at := c.at(to.AddDays(8))
	m := indicators.Measurement{IndicatorID: indicator, InstitutionID: institution, YearFrom: from, CoversFrom: from, CoversTo: to, AsOf: to, Basis: indicators.Logged, Attribution: "government",
		Qualifier: "exact", Source: "Register", State: progress.Approved, DraftedAt: at, FirstSubmittedOn: to.AddDays(8), ApprovedAt: &at, ApprovedByID: &c.coordinators[0].PersonID, Version: 3}
	var cells []indicators.Cell
	put := func(place indicators.Place, n int64) {
		amount, answer := indicators.Whole(n), indicators.Number
		if n == 0 {
			answer = indicators.Zero
		}
		cells = append(cells, indicators.Cell{Place: place, Answer: answer, Amount: &amount})
	}
	total, forms := int64(0), map[string]int64{}
	for _, novelty := range indicators.Dimensions[0].Categories {
		sum := int64(0)
		for _, form := range indicators.Dimensions[1].Categories {
			n := int64(c.rnd.IntN(12))
			put(indicators.Of("novelty", novelty, "form", form), n)
			sum, forms[form] = sum+n, forms[form]+n
		}
		put(indicators.Of("novelty", novelty), sum)
		total += sum
	}
	for _, form := range indicators.Dimensions[1].Categories {
		put(indicators.Of("form", form), forms[form])
	}
	put("", total)
	return m, cells
}

// insertCounted writes values with their cells and decisions, and says so in the trail.
func (c *country) insertCounted(list []indicators.Measurement, cells [][]indicators.Cell) error {
	if err := insert(c.tx, list); err != nil {
		return err
	}
	var all []indicators.Cell
	var decisions []indicators.Decision
	for n, m := range list {
		for _, cell := range cells[n] {
			cell.MeasurementID = m.ID
			all = append(all, cell)
		}
		decisions = append(decisions, indicators.Decision{MeasurementID: m.ID, Kind: progress.Submitted, CoversTo: m.CoversTo, At: m.DraftedAt})
		if m.ApprovedAt != nil {
			decisions = append(decisions, indicators.Decision{MeasurementID: m.ID, Kind: progress.Approved, CoversTo: m.CoversTo, At: *m.ApprovedAt, ByID: m.ApprovedByID})
			c.note(*m.ApprovedAt, audit.Event{Who: c.coordinators[0].Who(), Action: "measurement.approve", Object: fmt.Sprintf("measurement %d", m.ID)})
		}
	}
	if err := insert(c.tx, all); err != nil {
		return err
	}
	return insert(c.tx, decisions)
}
