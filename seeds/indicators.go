package seeds

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/indicators"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
)

// indicatorsYAML is what is counted, and what was counted.
type indicatorsYAML struct {
	Indicators   []indicatorYAML   `yaml:"indicators"`
	Measurements []measurementYAML `yaml:"measurements"`
}

// indicatorYAML is an indicator with its first definition. Targets are by the
// calendar year in which a reporting year begins; amounts are written as people
// type them.
type indicatorYAML struct {
	Ref         string   `yaml:"ref"`
	Title       string   `yaml:"title"`
	Text        string   `yaml:"text"`
	Statistic   string   `yaml:"statistic"`
	Unit        string   `yaml:"unit"`
	Currency    string   `yaml:"currency"`
	Scale       []string `yaml:"scale"`
	Direction   string   `yaml:"direction"`
	Source      string   `yaml:"source"`
	Frequency   string   `yaml:"frequency"`
	Institution string   `yaml:"institution"`
	Baseline    struct {
		Amount string `yaml:"amount"`
		Year   int    `yaml:"year"`
	} `yaml:"baseline"`
	Headline    string         `yaml:"headline"`
	Dimensions  []string       `yaml:"dimensions"`
	Crossed     bool           `yaml:"crossed"`
	Targets     map[int]string `yaml:"targets"`
	Share       string         `yaml:"share"`
	SDG         []string       `yaml:"sdg"`
	Nodes       []string       `yaml:"nodes"`
	Commitments []string       `yaml:"commitments"`
	Items       []string       `yaml:"items"`
	EffectiveOn calendar.Date  `yaml:"effective_on"`
	RecordedAt  time.Time      `yaml:"recorded_at"`
	By          string         `yaml:"by"`
	Told        []toldYAML     `yaml:"told"`
}

// toldYAML is what an edition of the TIP Report said of a year.
type toldYAML struct {
	Edition  int               `yaml:"edition"`
	CoversTo calendar.Date     `yaml:"covers_to"`
	Cells    map[string]string `yaml:"cells"`
	Note     string            `yaml:"note"`
}

// measurementYAML is a value that an institution logged. A submission may say
// other cells than the draft.
type measurementYAML struct {
	Indicator   string            `yaml:"indicator"`
	CoversTo    calendar.Date     `yaml:"covers_to"`
	Cells       map[string]string `yaml:"cells"`
	PartsReason string            `yaml:"parts_reason"`
	Source      string            `yaml:"source"`
	Note        string            `yaml:"note"`
	By          string            `yaml:"by"`
	DraftedAt   time.Time         `yaml:"drafted_at"`
	Steps       []struct {
		Do     string            `yaml:"do"`
		At     time.Time         `yaml:"at"`
		By     string            `yaml:"by"`
		Reason string            `yaml:"reason"`
		Cells  map[string]string `yaml:"cells"`
	} `yaml:"steps"`
}

// indicators collects the indicators that are not there, with what editions
// told of them, and what was logged and is not there: known by its indicator,
// its last day and by whether an edition told it.
func (l *loader) indicators() ([]event, error) {
	var refs, values []string
	if err := l.tx.Raw("SELECT ref FROM indicators WHERE country = ?", l.files.country.Code).Scan(&refs).Error; err != nil {
		return nil, err
	}
	if err := l.tx.Raw("SELECT i.ref || ' ' || m.covers_to || ' ' || m.basis FROM measurements m JOIN indicators i ON i.id = m.indicator_id").Scan(&values).Error; err != nil {
		return nil, err
	}
	var events []event
	for _, y := range l.files.indicators.Indicators {
		added := !slices.Contains(refs, y.Ref)
		l.count(indicatorsFile, "indicators", added)
		if added {
			events = append(events, event{y.RecordedAt, indicatorsFile, y.Ref, func(clock calendar.Clock) error { return l.addIndicator(clock, y) }})
		}
		for _, told := range y.Told {
			name := fmt.Sprintf("%s %s %s", y.Ref, told.CoversTo, indicators.Reported)
			added := !slices.Contains(values, name)
			l.count(indicatorsFile, "figures", added)
			if added {
				events = append(events, event{y.RecordedAt, indicatorsFile, name, func(clock calendar.Clock) error { return l.tell(clock, y, told) }})
			}
		}
	}
	for _, y := range l.files.indicators.Measurements {
		name := fmt.Sprintf("%s %s %s", y.Indicator, y.CoversTo, indicators.Logged)
		added := !slices.Contains(values, name)
		l.count(indicatorsFile, "measurements", added)
		if !added {
			continue
		}
		m := new(indicators.Measurement) // as it stands after each step
		events = append(events, event{y.DraftedAt, indicatorsFile, name, func(clock calendar.Clock) (err error) {
			*m, err = l.measure(clock, y)
			return err
		}})
		for i, step := range y.Steps {
			events = append(events, event{step.At, indicatorsFile, name + ", " + step.Do, func(clock calendar.Clock) (err error) {
				*m, err = l.measureStep(clock, y, i, *m)
				return err
			}})
		}
	}
	return events, nil
}

func (l *loader) addIndicator(clock calendar.Clock, y indicatorYAML) error {
	actor, err := l.actor(y.By)
	if err != nil {
		return err
	}
	t := indicators.Terms{Title: y.Title, Text: y.Text, Statistic: y.Statistic, Unit: indicators.Unit(y.Unit), Currency: y.Currency, Scale: y.Scale, Direction: y.Direction,
		Source: y.Source, Frequency: y.Frequency, Headline: indicators.Place(y.Headline), Crossed: y.Crossed, Share: plan.Audience(y.Share), SDG: y.SDG}
	if t.InstitutionID, err = l.institution(y.Institution); err != nil {
		return err
	}
	for _, code := range y.Dimensions {
		t.Dimensions = append(t.Dimensions, indicators.Dimension{Code: code})
	}
	if y.Baseline.Amount != "" {
		wrong := (*problem.Message)(nil)
		if t.Baseline, wrong = t.ReadAmount(y.Baseline.Amount); wrong != nil {
			return fmt.Errorf("the baseline %q is no amount", y.Baseline.Amount)
		}
		t.BaselineYear = y.Baseline.Year
	}
	for _, year := range slices.Sorted(maps.Keys(y.Targets)) {
		amount, wrong := t.ReadAmount(y.Targets[year])
		if wrong != nil || amount == nil {
			return fmt.Errorf("the target %q is no amount", y.Targets[year])
		}
		t.Targets = append(t.Targets, indicators.Target{From: calendar.Of(year, 4, 1), Amount: *amount})
	}
	if err := l.linkIndicator(clock, &t, y); err != nil {
		return err
	}
	_, err = indicators.Add(l.tx, clock, actor, indicators.IndicatorNew{Country: l.files.country.Code, Ref: y.Ref, EffectiveOn: y.EffectiveOn, Terms: t})
	return err
}

// linkIndicator finds what an indicator is about in the plan and in what is
// asked.
func (l *loader) linkIndicator(clock calendar.Clock, t *indicators.Terms, y indicatorYAML) error {
	for _, number := range y.Nodes {
		id, ok := l.nodes[number]
		if !ok {
			return fmt.Errorf("there is no node %q", number)
		}
		t.Nodes = append(t.Nodes, id)
	}
	for _, ref := range y.Commitments {
		c, err := plan.CommitmentByRef(l.tx, ref)
		if err != nil {
			return fmt.Errorf("there is no commitment %q on %s", ref, clock.Today())
		}
		t.Commitments = append(t.Commitments, c.ID)
	}
	for _, name := range y.Items {
		ref, err := recommendations.ParseRef(name)
		if err != nil {
			return err
		}
		item, err := recommendations.ItemByRef(l.tx, l.files.country.Code, ref, l.now.Today())
		if err != nil {
			return fmt.Errorf("there is no item %q", name)
		}
		t.Items = append(t.Items, item.ID)
	}
	return nil
}

// tell enters what an edition said of a year.
func (l *loader) tell(clock calendar.Clock, y indicatorYAML, told toldYAML) error {
	in := indicators.MeasurementNew{Country: l.files.country.Code, Ref: y.Ref}
	in.CoversTo, in.Basis, in.Note = told.CoversTo, indicators.Reported, told.Note
	err := l.tx.Raw("SELECT e.id FROM editions e JOIN mechanisms m ON m.id = e.mechanism_id WHERE e.country = ? AND m.code = 'TIP' AND e.year = ?", in.Country, told.Edition).Scan(&in.EditionID).Error
	if err != nil {
		return err
	}
	if in.Cells, err = l.cells(in.Ref, told.Cells); err != nil {
		return err
	}
	_, err = indicators.Tell(l.tx, clock, accounts.CommandLine(), in)
	return err
}

// cells reads answers as people type them, by the newest definition.
func (l *loader) cells(ref string, typed map[string]string) (list []indicators.Cell, err error) {
	terms, err := indicators.TermsOf(l.tx, l.files.country.Code, ref)
	if err != nil {
		return nil, fmt.Errorf("there is no indicator %q", ref)
	}
	for _, place := range slices.Sorted(maps.Keys(typed)) {
		c, told, wrong := terms.Read(indicators.Place(place), typed[place])
		if wrong != nil || !told {
			return nil, fmt.Errorf("%q is no answer", typed[place])
		}
		list = append(list, c)
	}
	return list, nil
}

func (l *loader) measure(clock calendar.Clock, y measurementYAML) (m indicators.Measurement, err error) {
	actor, err := l.actor(y.By)
	if err != nil {
		return m, err
	}
	in := indicators.MeasurementNew{Country: l.files.country.Code, Ref: y.Indicator, Said: y.said()}
	if in.Cells, err = l.cells(y.Indicator, y.Cells); err != nil {
		return m, err
	}
	return indicators.Start(l.tx, clock, actor, in)
}

func (y measurementYAML) said() indicators.Said {
	return indicators.Said{CoversTo: y.CoversTo, PartsReason: y.PartsReason, Source: y.Source, Note: y.Note}
}

func (l *loader) measureStep(clock calendar.Clock, y measurementYAML, i int, m indicators.Measurement) (indicators.Measurement, error) {
	step := y.Steps[i]
	if step.By == "" {
		step.By = y.By
	}
	actor, err := l.actor(step.By)
	if err != nil {
		return m, err
	}
	switch step.Do {
	case "submit":
		if step.Cells != nil {
			said := y.said()
			if said.Cells, err = l.cells(y.Indicator, step.Cells); err != nil {
				return m, err
			}
			if m, err = indicators.Save(l.tx, clock, actor, m.ID, m.Version, said); err != nil {
				return m, err
			}
		}
		return indicators.Submit(l.tx, clock, actor, m.ID, m.Version)
	case "ask":
		err := indicators.AskClearance(l.tx, clock, actor, m.ID, m.Version)
		m.Version++
		return m, err
	case "return":
		return indicators.Return(l.tx, clock, actor, m.ID, m.Version, step.Reason)
	case "approve":
		return indicators.Approve(l.tx, clock, actor, m.ID, m.Version)
	}
	return m, fmt.Errorf("there is no step %q", step.Do)
}
