package indicators

import (
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/progress"
)

// Gap says why a year has no value.
type Gap string

// The reasons, which are never confused with a zero.
const (
	NoGap    Gap = ""
	NotDue   Gap = "not_due"      // its deadline has not passed
	Silent   Gap = "not_reported" // its deadline has passed and nothing was submitted
	InReview Gap = "in_review"    // submitted, and not approved yet
	NoData   Gap = "no_data"      // nobody was asked
)

// Gaps lists them.
var Gaps = []Gap{NoGap, NotDue, Silent, InReview, NoData}

// Value is an approved measurement as a series tells it.
type Value struct {
	Measurement
	Cells       map[Place]Cell // of the values that the depth of SeriesAt tells
	Institution string         // short name
	Edition     string         // reference of the edition that tells it, empty for none
	Late        bool           // submitted after its deadline's due date
}

// Year is what is known of an indicator for one reporting year.
type Year struct {
	progress.Year
	Definition Definition // by which it is counted
	Values     []Value    // that count at (D, K), the current one first
	Choice     *Choice    // that made it current; nil when none was made
	Unsettled  bool       // several values differ, and none was chosen
	Target     *Amount
	Break      *Definition   // that makes it not comparable with the year before; nil for none
	Gap        Gap           // of a year without a value
	Missing    calendar.Date // up to which its reporter owes a value: the deadline has passed, and nothing covers the day; zero for none
	Open       bool          // the year, or what the current value covers of it, is not over
}

// Current is the value that counts; ok is false where there is none.
func (y Year) Current() (v Value, ok bool) {
	if len(y.Values) == 0 {
		return v, false
	}
	return y.Values[0], true
}

// Headline is the answer that stands for the year in charts and against the
// target; ok is false where there is none.
func (y Year) Headline() (c Cell, ok bool) {
	v, there := y.Current()
	if !there {
		return c, false
	}
	c, ok = v.Cells[y.Definition.Headline]
	return c, ok
}

// Series is an indicator with its years, the earliest first.
type Series struct {
	Indicator
	Definition
	Definitions []Definition // in force up to D, the earliest first
	Reporter    string       // short name of the institution that is to report it
	codes       map[int64]string
	Years       []Year
}

// Changes is what the definition at an index changed of the one before it.
func (s Series) Changes(i int) []Difference {
	return differences(s.Definitions[i-1].Terms, s.Definitions[i].Terms, s.codes)
}

// Latest is the newest year with a headline that is told.
func (s Series) Latest() (Year, bool) {
	for i := len(s.Years) - 1; i >= 0; i-- {
		if _, ok := s.Years[i].Headline(); ok {
			return s.Years[i], true
		}
	}
	return Year{}, false
}

// definitionsAt reads the definitions in force up to day D as known at K, the
// earliest first; of the indicators given, or of all of the country.
func definitionsAt(tx *gorm.DB, country string, d calendar.Date, k time.Time, only ...int64) (list []Definition, err error) {
	q := tx.Where("effective_on <= ? AND recorded_at <= ?", d, k).Order("indicator_id, effective_on, recorded_at, id")
	if len(only) > 0 {
		q = q.Where("indicator_id IN ?", only)
	} else {
		q = q.Where("indicator_id IN (SELECT id FROM indicators WHERE country = ?)", country)
	}
	return list, q.Find(&list).Error
}

// TermsOf reads an indicator's newest terms.
func TermsOf(tx *gorm.DB, country, ref string) (Terms, error) {
	var d Definition
	err := tx.Where("indicator_id IN (SELECT id FROM indicators WHERE country = ? AND ref = ?)", country, ref).
		Order("effective_on DESC, recorded_at DESC, id DESC").Take(&d).Error
	return d.Terms, missing(err)
}

// Defined is an indicator with its newest definition.
type Defined struct {
	Indicator
	Terms
}

// AllDefined reads the indicators of a country in the order of their
// references.
func AllDefined(tx *gorm.DB, country string) (list []Defined, err error) {
	var all []Indicator
	if err := tx.Where("country = ?", country).Order("ref").Find(&all).Error; err != nil {
		return nil, err
	}
	var definitions []Definition
	err = tx.Where("indicator_id IN (SELECT id FROM indicators WHERE country = ?)", country).Order("effective_on, recorded_at, id").Find(&definitions).Error
	newest := map[int64]Terms{}
	for _, d := range definitions {
		newest[d.IndicatorID] = d.Terms
	}
	for _, i := range all {
		list = append(list, Defined{i, newest[i.ID]})
	}
	return list, err
}

// SeriesAt tells every indicator of a country, or only those given, as of day D,
// as known at instant K: definitions in force, values approved and not replaced
// by then, of editions released by D, and which of them was chosen. Of several
// values the chosen one is current; without a choice the government's, and of these the
// one with the greatest (as_of, approved_at, id). The order is that of the
// TIP Report's statistics, then of references.
//
// With AllCells every value has its cells; with CurrentCells those have them
// that are current or cover the same days, which is all that a list shows.
func SeriesAt(tx *gorm.DB, country string, d calendar.Date, k time.Time, depth Depth, only ...int64) ([]Series, error) {
	var l loaded
	list, err := l.series(tx, country, d, k, only)
	if err != nil {
		return nil, err
	}
	if err := fillCells(tx, list, depth); err != nil {
		return nil, err
	}
	return list, nil
}

// series is SeriesAt without the cells, and without what they decide: which
// years are unsettled.
func (l *loaded) series(tx *gorm.DB, country string, d calendar.Date, k time.Time, only []int64) ([]Series, error) {
	if err := l.read(tx, country, d, k, only); err != nil {
		return nil, err
	}
	var list []Series
	for _, i := range l.indicators {
		of := l.definitions[i.ID]
		if len(of) == 0 {
			continue
		}
		now := of[len(of)-1]
		s := Series{Indicator: i, Definition: now, Definitions: of, Reporter: l.institutions[now.InstitutionID], codes: l.institutions}
		for _, year := range l.yearsOf(i.ID, now, d) {
			s.Years = append(s.Years, l.year(i.ID, of, year, d))
		}
		for n := 1; n < len(s.Years); n++ {
			s.Years[n].Break = breakBetween(of, s.Years[n-1].Definition, s.Years[n].Definition)
		}
		list = append(list, s)
	}
	slices.SortStableFunc(list, func(a, b Series) int {
		if n := statisticOrder(a.Statistic) - statisticOrder(b.Statistic); n != 0 {
			return n
		}
		return strings.Compare(a.Ref, b.Ref)
	})
	return list, nil
}

// Depth says of which values a series tells the cells.
type Depth bool

// The two depths.
const (
	CurrentCells Depth = false
	AllCells     Depth = true
)

// fillCells reads the cells of the values, and says which years are unsettled.
func fillCells(tx *gorm.DB, list []Series, depth Depth) error {
	var ids []int64
	each := func(do func(y *Year, v *Value)) {
		for i := range list {
			for n := range list[i].Years {
				y := &list[i].Years[n]
				for j := range y.Values {
					if depth == AllCells || y.Values[j].sameDays(y.Values[0]) {
						do(y, &y.Values[j])
					}
				}
			}
		}
	}
	each(func(_ *Year, v *Value) { ids = append(ids, v.ID) })
	of, err := readCells(tx, ids)
	each(func(y *Year, v *Value) {
		v.Cells = of[v.ID]
		y.Unsettled = y.Unsettled || y.Choice == nil && y.differs(y.Values[0], *v)
	})
	return err
}

func (v Value) sameDays(o Value) bool {
	return v.CoversFrom == o.CoversFrom && v.CoversTo == o.CoversTo
}

func statisticOrder(code string) int {
	if i := slices.Index(Statistics, code); i >= 0 {
		return i
	}
	return len(Statistics)
}

// breakBetween is the first definition after one and up to another that breaks
// the series.
func breakBetween(list []Definition, before, after Definition) *Definition {
	between := false
	for i := range list {
		if between && list[i].Breaks {
			return &list[i]
		}
		if list[i].ID == before.ID {
			between = true
		}
		if list[i].ID == after.ID {
			break
		}
	}
	return nil
}

// loaded is what the series of a country are told from, a query each.
type loaded struct {
	indicators   []Indicator
	definitions  map[int64][]Definition
	values       map[int64][]Value // by indicator
	choices      map[int64][]Choice
	handed       map[int64][]submission
	institutions map[int64]string
	periods      []progress.Period
	schedule     progress.Schedule
}

// submission is that something was handed in, whatever became of it.
type submission struct {
	IndicatorID int64
	CoversTo    calendar.Date
}

func (l *loaded) read(tx *gorm.DB, country string, d calendar.Date, k time.Time, only []int64) (err error) {
	among, ids := plan.Only("id", only)
	if err = tx.Where("country = ?"+among, append([]any{country}, ids...)...).Order("ref").Find(&l.indicators).Error; err != nil {
		return err
	}
	definitions, err := definitionsAt(tx, country, d, k, only...)
	if err != nil {
		return err
	}
	l.definitions = map[int64][]Definition{}
	for _, f := range definitions {
		l.definitions[f.IndicatorID] = append(l.definitions[f.IndicatorID], f)
	}
	if l.periods, err = progress.Begun(tx, country, d); err != nil {
		return err
	}
	if l.schedule, err = progress.LoadSchedule(tx, country); err != nil {
		return err
	}
	if err = l.readInstitutions(tx); err != nil {
		return err
	}
	if err = l.readValues(tx, country, d, k, only); err != nil {
		return err
	}
	var handed []submission
	among, ids = plan.Only("m.indicator_id", only)
	err = tx.Raw(`SELECT DISTINCT m.indicator_id, s.covers_to FROM measurements m JOIN indicators i ON i.id = m.indicator_id JOIN measurement_decisions s ON s.measurement_id = m.id
		WHERE i.country = ? AND m.basis = 'logged' AND m.first_submitted_on <= ? AND s.kind = 'submitted' AND s.at <= ?`+among, append([]any{country, d, k}, ids...)...).Scan(&handed).Error
	l.handed = map[int64][]submission{}
	for _, s := range handed {
		l.handed[s.IndicatorID] = append(l.handed[s.IndicatorID], s)
	}
	return err
}

func (l *loaded) readInstitutions(tx *gorm.DB) error {
	var list []struct {
		ID        int64
		ShortName string
	}
	err := tx.Raw("SELECT id, short_name FROM institutions").Scan(&list).Error
	l.institutions = map[int64]string{}
	for _, i := range list {
		l.institutions[i.ID] = i.ShortName
	}
	return err
}

// yearsOf lists the years of an indicator: from the earliest of which anything
// is known up to the one that holds the day, and those of later targets.
func (l *loaded) yearsOf(id int64, now Definition, d calendar.Date) (years []progress.Year) {
	first, last := d, d
	for _, v := range l.values[id] {
		if v.YearFrom.Before(first) {
			first = v.YearFrom
		}
	}
	for _, g := range now.Targets {
		if g.From.Before(first) {
			first = g.From
		}
		if g.From.After(last) {
			last = g.From
		}
	}
	for day := first; ; {
		y := progress.YearOn(l.periods, day)
		years = append(years, y)
		if day = y.To.AddDays(1); day.After(last) {
			return years
		}
	}
}

// year tells one year of an indicator.
func (l *loaded) year(id int64, of []Definition, span progress.Year, d calendar.Date) Year {
	y := Year{Year: span, Definition: definitionOn(of, minDay(span.To, d)), Target: of[len(of)-1].Target(span.From), Open: span.To.After(d)}
	for _, v := range l.values[id] {
		if v.YearFrom == span.From {
			y.Values = append(y.Values, v)
		}
	}
	slices.SortStableFunc(y.Values, func(a, b Value) int { return rank(a) - rank(b) }) // as_of, approved_at and id they are sorted by already
	for i := range l.choices[id] {
		c := &l.choices[id][i]
		if n := slices.IndexFunc(y.Values, func(v Value) bool { return v.ID == c.MeasurementID }); n >= 0 && c.YearFrom == span.From {
			v := y.Values[n]
			y.Values = slices.Insert(slices.Delete(y.Values, n, n+1), 0, v)
			y.Choice = c
		}
	}
	v, ok := y.Current()
	y.Gap, y.Missing = l.gap(id, of[len(of)-1], span, d)
	if !ok {
		return y
	}
	if y.Gap = NoGap; !v.CoversTo.Before(y.Missing) { // an edition told it, or a coordinator
		y.Missing = calendar.Date{}
	}
	y.Definition = definitionOn(of, v.CoversTo)
	y.Open = v.CoversTo.Before(span.To)
	return y
}

func rank(v Value) int { return slices.Index(Attributions, v.Attribution) }

// differs says whether two values for the same days tell another headline.
func (y Year) differs(a, b Value) bool {
	x, ok := a.Cells[y.Definition.Headline]
	z, there := b.Cells[y.Definition.Headline]
	if !a.sameDays(b) || !ok || !there {
		return false
	}
	return x.Answer != z.Answer || x.Amount != nil && *x.Amount != *z.Amount
}

// gap says why a year without a value has none, and up to which day one is
// owed: the last on which the indicator's frequency expects one, whose deadline
// has passed, and which nothing that was submitted covers.
func (l *loaded) gap(id int64, now Definition, span progress.Year, d calendar.Date) (found Gap, missing calendar.Date) {
	if span.From.After(d) {
		return NotDue, missing
	}
	sent := calendar.Date{} // the last day of the year that a submission covers
	for _, s := range l.handed[id] {
		if span.Holds(s.CoversTo) && s.CoversTo.After(sent) {
			sent = s.CoversTo
		}
	}
	found = NoData
	for _, day := range expected(now.Frequency, span) {
		deadline, ok := l.schedule.For(day)
		switch {
		case !ok:
		case !deadline.Passed(d):
			if found == NoData {
				found = NotDue
			}
		default:
			if found = Silent; day.After(sent) {
				missing = day
			}
		}
	}
	if !sent.IsZero() {
		found = InReview
	}
	return found, missing
}

// expected are the days of a year up to which a frequency expects a value.
func expected(frequency string, span progress.Year) []calendar.Date {
	after := func(months int) calendar.Date {
		return calendar.Of(span.From.Year(), span.From.Month()+time.Month(months), span.From.Day()).AddDays(-1)
	}
	switch frequency {
	case "quarter":
		return []calendar.Date{after(3), after(6), after(9), span.To}
	case "half":
		return []calendar.Date{after(6), span.To}
	}
	return []calendar.Date{span.To}
}

// LastExpected is the last day before another up to which a frequency expects
// a value, in reporting years from 1 April.
func LastExpected(frequency string, before calendar.Date) (last calendar.Date) {
	for _, day := range []calendar.Date{before.AddDays(-366), before} {
		for _, end := range expected(frequency, progress.YearOn(nil, day)) {
			if end.Before(before) && end.After(last) {
				last = end
			}
		}
	}
	return last
}

func minDay(a, b calendar.Date) calendar.Date {
	if a.Before(b) {
		return a
	}
	return b
}

// visibleSeries are those of the series that the actor may read.
func visibleSeries(actor accounts.Actor, all []Series) (list []Series) {
	for _, s := range all {
		if VisibleTo(actor, s.Definition.Terms) {
			list = append(list, s)
		}
	}
	return list
}
