package reports

import (
	"encoding/json"
	"fmt"
	"slices"

	"tracker/internal/calendar"
	"tracker/internal/indicators"
)

// IndicatorStatus is what is counted, with what is known of it year by year.
// Outside government it holds the totals alone.
type IndicatorStatus struct {
	Ref         string       `json:"indicator"`
	Title       string       `json:"title"`
	Text        string       `json:"text"` // what exactly is counted
	Statistic   string       `json:"statistic"`
	Direction   string       `json:"direction"`
	Institution string       `json:"institution"` // short name of the one that reports it
	Source      string       `json:"source"`      // internal only
	SDG         []string     `json:"sdg"`
	Commitments []string     `json:"commitments"` // references, of those that the report's audience may read of
	Items       []string     `json:"items"`       // references
	Years       []YearStatus `json:"by_year"`     // the earliest first
}

// YearStatus is what is known of a reporting year. Answer, number and place
// are those that stand for the year; the answer is empty where there is none,
// and gap says why, which is never a zero.
type YearStatus struct {
	Ref      string            `json:"year"` // label
	From     calendar.Date     `json:"from"`
	To       calendar.Date     `json:"to"`
	Unit     indicators.Unit   `json:"unit"` // by the year's own definition, as are currency and scale
	Currency string            `json:"currency"`
	Scale    []string          `json:"scale"` // words of a scale; its numbers count them from 1
	Place    indicators.Place  `json:"place"` // of the table; empty for the total
	Answer   indicators.Answer `json:"answer"`
	Number   json.Number       `json:"number,omitempty"`
	Target   json.Number       `json:"target,omitempty"`
	Gap      indicators.Gap    `json:"gap"`
	Missing  calendar.Date     `json:"missing"` // up to which a value is owed; internal only
	Break    bool              `json:"break"`   // not comparable with the year before
	Value    ValueStatus       `json:"value"`   // that counts; without basis where there is none
	Others   []ValueStatus     `json:"others"`  // told of the same year; internal only
	Disputed bool              `json:"several"` // several values differ and none was chosen; internal only
	Cells    []CellStatus      `json:"cells"`   // of the value that counts, by category; internal only
}

// ValueStatus is one value of a year: who told it, and for which days.
type ValueStatus struct {
	Basis       indicators.Basis  `json:"basis"`
	Institution string            `json:"institution"` // short name, of a logged value
	Edition     string            `json:"edition"`     // reference, of a reported one
	Attribution string            `json:"attribution"` // whose figure it is
	Qualifier   string            `json:"qualifier"`   // how exact it is
	CoversFrom  calendar.Date     `json:"covers_from"`
	CoversTo    calendar.Date     `json:"covers_to"`
	SoFar       bool              `json:"so_far"` // the year goes on after the days covered
	Late        bool              `json:"late"`   // internal only, as is what follows
	Note        string            `json:"note"`
	PartsReason string            `json:"parts_reason"` // why its parts do not add up to its totals
	Chosen      string            `json:"chosen"`       // why it counts, where a person said so
	Answer      indicators.Answer `json:"answer"`       // of another value than the one that counts
	Number      json.Number       `json:"number,omitempty"`
}

// CellStatus is the answer of one place of a value's table.
type CellStatus struct {
	Place  indicators.Place  `json:"place"` // empty for the total
	Answer indicators.Answer `json:"answer"`
	Number json.Number       `json:"number,omitempty"`
}

// decimal writes an amount as the number that it is.
func decimal(n *indicators.Amount) json.Number {
	switch {
	case n == nil:
		return ""
	case *n%100 == 0:
		return json.Number(fmt.Sprint(n.Whole()))
	}
	return json.Number(fmt.Sprintf("%d.%02d", n.Whole(), *n%100))
}

// count tells what is counted, as far as it reaches the report's audience.
func (t *telling) count() error {
	if !t.Has(SectionIndicators) {
		return nil
	}
	list, err := indicators.SeriesAt(t.tx, t.Country, t.D, t.K, indicators.CurrentCells)
	for _, one := range list {
		if t.tellsOf(one) {
			t.Indicators = append(t.Indicators, t.counted(one))
		}
	}
	return err
}

// tellsOf says whether the report tells of an indicator: it is shared so far,
// and reported by an institution of the scope, or linked to a commitment or
// node of it.
func (t *telling) tellsOf(one indicators.Series) bool {
	terms := one.Definition.Terms
	if !t.leaves(terms.Share) || !t.internal() && !terms.MayLeave() {
		return false
	}
	if t.Scope.OfPlan() {
		return true
	}
	linked := slices.ContainsFunc(terms.Commitments, func(id int64) bool { _, there := t.chosen.byID[id]; return there })
	within := slices.ContainsFunc(terms.Nodes, func(id int64) bool {
		return slices.ContainsFunc(t.Scope.Nodes, func(key string) bool { return t.all.under(id, key) })
	})
	return linked || within || slices.Contains(t.Scope.Institutions, t.all.Institutions[terms.InstitutionID].Code)
}

// counted is one indicator as the report's audience reads it.
func (t *telling) counted(one indicators.Series) IndicatorStatus {
	s := Counted(one)
	for _, id := range one.Definition.Commitments {
		if line, there := t.all.Line(id); there {
			s.Commitments = append(s.Commitments, line.Ref)
		}
	}
	for _, id := range one.Definition.Items {
		if item, there := t.all.Item(id); there {
			s.Items = append(s.Items, item.Ref())
		}
	}
	if !t.internal() {
		s.outward(one.Years)
	}
	return s
}

// Counted tells a series as government reads it.
func Counted(one indicators.Series) IndicatorStatus {
	terms := one.Definition.Terms
	s := IndicatorStatus{Ref: one.Ref, Title: one.Title, Text: terms.Text, Statistic: terms.Statistic, Direction: terms.Direction, Institution: one.Reporter, Source: terms.Source, SDG: terms.SDG}
	for _, y := range one.Years {
		s.Years = append(s.Years, countedYear(y))
	}
	return s
}

func countedYear(y indicators.Year) YearStatus {
	terms := y.Definition.Terms
	s := YearStatus{Ref: y.Label, From: y.From, To: y.To, Unit: terms.Unit, Currency: terms.Currency, Scale: terms.Scale, Place: terms.Headline,
		Target: decimal(y.Target), Gap: y.Gap, Missing: y.Missing, Break: y.Break != nil, Disputed: y.Unsettled}
	for n, v := range y.Values {
		cell, told := v.Cells[terms.Headline]
		one := ValueOf(v)
		one.SoFar = v.CoversTo.Before(y.To)
		if n > 0 {
			if told {
				one.Answer, one.Number = cell.Answer, decimal(cell.Amount)
				s.Others = append(s.Others, one)
			}
			continue
		}
		if y.Choice != nil {
			one.Chosen = y.Choice.Reason
		}
		s.Value, s.Answer, s.Number = one, cell.Answer, decimal(cell.Amount)
		for _, place := range terms.Places() {
			if c, there := v.Cells[place]; there {
				s.Cells = append(s.Cells, CellStatus{place, c.Answer, decimal(c.Amount)})
			}
		}
	}
	return s
}

// ValueOf tells a value apart from its year.
func ValueOf(v indicators.Value) ValueStatus {
	return ValueStatus{Basis: v.Basis, Institution: v.Institution, Edition: v.Edition, Attribution: v.Attribution, Qualifier: v.Qualifier, CoversFrom: v.CoversFrom, CoversTo: v.CoversTo,
		Late: v.Late, Note: v.Note, PartsReason: v.PartsReason}
}

// outward leaves what may be told outside government: totals, who told them,
// and for which days. A year that was counted as something that stays inside is
// left out.
func (s *IndicatorStatus) outward(years []indicators.Year) {
	all := s.Years
	s.Source, s.Years = "", nil
	for i, y := range all {
		if !years[i].Definition.MayLeave() {
			continue
		}
		if y.Place != "" { // its number and target are of a category
			y.Place, y.Answer, y.Number, y.Target = "", "", "", ""
			for _, c := range y.Cells {
				if c.Place == "" {
					y.Answer, y.Number = c.Answer, c.Number
				}
			}
		}
		if y.Gap == indicators.InReview {
			y.Gap = indicators.NoData
		}
		v := y.Value
		y.Value = ValueStatus{Basis: v.Basis, Institution: v.Institution, Edition: v.Edition, Attribution: v.Attribution, Qualifier: v.Qualifier, CoversFrom: v.CoversFrom, CoversTo: v.CoversTo, SoFar: v.SoFar}
		y.Missing, y.Disputed, y.Cells, y.Others = calendar.Date{}, false, nil, nil
		s.Years = append(s.Years, y)
	}
}

// Terms are what a year's numbers are, as words need them.
func (y YearStatus) Terms() indicators.Terms {
	return indicators.Terms{Unit: y.Unit, Currency: y.Currency, Scale: y.Scale, Headline: y.Place}
}

// Told says whether something was told of the year.
func (y YearStatus) Told() bool { return y.Value.Basis != "" }
