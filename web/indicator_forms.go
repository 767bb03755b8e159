package web

import (
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/calendar"
	"tracker/internal/indicators"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// indicatorForm is a definition as typed. Targets holds one year a line,
// "2021-22: 12"; Links one reference a line, of nodes, commitments and items.
type indicatorForm struct {
	Ref, Title, Text, Statistic, Unit, Currency, Scale, Direction, Source, Frequency, Institution string
	Baseline, BaselineYear, Headline, Districts, Targets, Share, SDG, Links, EffectiveOn, Reason  string
	Dimensions                                                                                    []string
	Crossed, Breaks                                                                               bool
}

func indicatorFormOf(t typed) indicatorForm {
	return indicatorForm{Ref: strings.ToUpper(t.line("ref")), Title: t.line("title"), Text: t.text("text"), Statistic: t.line("statistic"), Unit: t.line("unit"), Currency: strings.ToUpper(t.line("currency")),
		Scale: t.text("scale"), Direction: t.line("direction"), Source: t.line("source"), Frequency: t.line("frequency"), Institution: t.line("institution"), Baseline: t.line("baseline"),
		BaselineYear: t.line("baseline_year"), Headline: t.line("headline"), Districts: t.text("districts"), Targets: t.text("targets"), Share: t.line("share"), SDG: t.line("sdg"), Links: t.text("links"),
		EffectiveOn: t.line("effective_on"), Reason: t.text("reason"), Dimensions: t.list("dimensions"), Crossed: t.line("crossed") == "1", Breaks: t.line("breaks") == "1"}
}

func (indicatorForm) order() []string {
	return []string{"ref", "title", "text", "statistic", "unit", "currency", "scale", "direction", "institution", "frequency", "source", "dimensions", "districts", "crossed", "headline",
		"baseline", "baseline_year", "targets", "share", "links", "sdg", "effective_on", "reason"}
}

// storedIndicator writes a definition as its form shows it.
func (s *Server) storedIndicator(l *reports.Ledger, one indicators.Series) indicatorForm {
	t := one.Definition.Terms
	f := indicatorForm{Ref: one.Ref, Title: t.Title, Text: t.Text, Statistic: t.Statistic, Unit: string(t.Unit), Currency: t.Currency, Scale: strings.Join(t.Scale, "\n"), Direction: t.Direction,
		Source: t.Source, Frequency: t.Frequency, Institution: itoa(t.InstitutionID), Headline: string(t.Headline), Crossed: t.Crossed, Share: string(t.Share), SDG: strings.Join(t.SDG, ", "), EffectiveOn: s.t.Date(s.Clock.Today())}
	if t.Baseline != nil {
		f.Baseline, f.BaselineYear = t.Say(*t.Baseline), progress.YearOn(nil, calendar.Of(t.BaselineYear, 4, 1)).Label
	}
	for _, d := range t.Dimensions {
		if f.Dimensions = append(f.Dimensions, d.Code); d.Code == indicators.Districts {
			f.Districts = strings.Join(d.Categories, "\n")
		}
	}
	var targets, links []string
	for _, g := range t.Targets {
		targets = append(targets, progress.YearOn(nil, g.From).Label+": "+t.Say(g.Amount))
	}
	for _, id := range t.Nodes {
		links = append(links, l.Nodes[id].Key)
	}
	for _, id := range t.Commitments {
		line, _ := l.Line(id)
		links = append(links, line.Ref)
	}
	for _, id := range t.Items {
		if item, ok := l.Item(id); ok {
			links = append(links, item.Ref())
		}
	}
	f.Targets, f.Links = strings.Join(targets, "\n"), strings.Join(links, "\n")
	return f
}

// terms reads what was typed; what cannot be read is noted beside its field.
func (f indicatorForm) terms(l *reports.Ledger, check *problem.Check) indicators.Terms {
	t := indicators.Terms{Title: f.Title, Text: f.Text, Statistic: f.Statistic, Unit: indicators.Unit(f.Unit), Currency: f.Currency, Scale: lines(f.Scale), Direction: f.Direction,
		Source: f.Source, Frequency: f.Frequency, Headline: indicators.Place(f.Headline), Crossed: f.Crossed, Share: plan.Audience(f.Share), SDG: strings.FieldsFunc(f.SDG, func(r rune) bool { return strings.ContainsRune(" ,;", r) })}
	t.InstitutionID, _ = strconv.ParseInt(f.Institution, 10, 64)
	for _, code := range f.Dimensions {
		d := indicators.Dimension{Code: code}
		if code == indicators.Districts {
			d.Categories = lines(f.Districts)
		}
		t.Dimensions = append(t.Dimensions, d)
	}
	amount := func(field, text string) *indicators.Amount {
		n, wrong := t.ReadAmount(text)
		if wrong != nil {
			check.Add(field, wrong.Key, wrong.Args...)
		}
		return n
	}
	t.Baseline = amount("baseline", f.Baseline)
	if from, ok := yearBegin(f.BaselineYear); ok {
		t.BaselineYear = from.Year()
	}
	for _, line := range lines(f.Targets) {
		label, text, _ := strings.Cut(line, ":")
		from, ok := yearBegin(strings.TrimSpace(label))
		n := amount("targets", text)
		check.Require(ok && n != nil, "targets", "indicator.error.target_line", "line", line)
		if ok && n != nil {
			t.Targets = append(t.Targets, indicators.Target{From: from, Amount: *n})
		}
	}
	f.links(l, &t, check)
	return t
}

// links finds what the lines name: a node by its number, a commitment or an
// item by its reference.
func (f indicatorForm) links(l *reports.Ledger, t *indicators.Terms, check *problem.Check) {
	for _, line := range lines(f.Links) {
		found := false
		for id, n := range l.Nodes {
			if n.Key == line {
				t.Nodes, found = append(t.Nodes, id), true
			}
		}
		for _, one := range l.Lines {
			if strings.EqualFold(one.Ref, line) {
				t.Commitments, found = append(t.Commitments, one.ID), true
			}
		}
		for _, item := range l.Items {
			if strings.EqualFold(item.Ref(), line) {
				t.Items, found = append(t.Items, item.ID), true
			}
		}
		check.Require(found, "links", "indicator.error.link", "line", line)
	}
}

// lines are the lines of a text that hold anything.
func lines(text string) (list []string) {
	for line := range strings.Lines(text) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// yearBegin reads a reporting year as people name it, 2021-22 or 2021, and
// gives its first day.
func yearBegin(text string) (calendar.Date, bool) {
	first, last, two := strings.Cut(text, "-")
	if !two {
		first, last, two = strings.Cut(text, "/")
	}
	year, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || year < 1990 || year > 2200 {
		return calendar.Date{}, false
	}
	if two {
		n, err := strconv.Atoi(strings.TrimSpace(last))
		if err != nil || n != (year+1)%100 && n != year+1 {
			return calendar.Date{}, false
		}
	}
	return calendar.Of(year, 4, 1), true
}

// indicatorFormPage is the form in which an indicator is added or defined anew.
type indicatorFormPage struct {
	Page
	New                                                               bool
	Action, Cancel, Key                                               string
	Version                                                           int64
	Form                                                              indicatorForm
	Statistics, Units, Directions, Frequencies, Institutions, Divided []Option
	Headlines, Shares                                                 []Option
	CrossedOption, BreaksOption                                       []Option
	CrossedValue, BreaksValue                                         []string
	Clashes                                                           []Change
}

func (s *Server) indicatorFormPage(c echo.Context, title string, form indicatorForm, crumbs ...Crumb) (p indicatorFormPage, err error) {
	p = indicatorFormPage{Page: s.page(c, title, s.indicatorCrumbs(crumbs...)...), Action: c.Request().URL.Path, Cancel: indicatorsPath, Key: newKey(), Form: form}
	p.Statistics, p.Directions, p.Frequencies = s.options("indicators.statistic.", indicators.Statistics), s.options("indicators.direction.", indicators.Directions), s.options("indicators.frequency.", indicators.Frequencies)
	for _, u := range indicators.Units {
		p.Units = append(p.Units, Option{Value: string(u), Label: s.t.Msg("indicators.unit." + string(u))})
	}
	for _, d := range indicators.Dimensions {
		p.Divided = append(p.Divided, Option{Value: d.Code, Label: s.t.Msg("indicators.dimension." + d.Code), Hint: s.dimensionHint(d)})
	}
	p.Headlines = []Option{{Value: "", Label: s.t.Msg("indicators.total")}}
	for _, c := range indicators.Dimensions[0].Categories { // what a report counts apart: new and continued
		p.Headlines = append(p.Headlines, Option{Value: string(indicators.Of("novelty", c)), Label: s.t.Msg("indicators.category.novelty." + c)})
	}
	p.Shares = s.options("commitments.share.", words(plan.Audiences))
	p.CrossedOption = []Option{{Value: "1", Label: s.t.Msg("indicators.crossed")}}
	p.BreaksOption = []Option{{Value: "1", Label: s.t.Msg("indicators.breaks"), Hint: s.t.Msg("indicators.breaks.hint")}}
	if form.Crossed {
		p.CrossedValue = []string{"1"}
	}
	if form.Breaks {
		p.BreaksValue = []string{"1"}
	}
	p.Institutions, err = s.acting(c, []string{form.Institution})
	return p, err
}

func (s *Server) dimensionHint(d indicators.Dimension) string {
	var names []string
	for _, c := range d.Categories {
		names = append(names, s.t.Msg("indicators.category."+d.Code+"."+c))
	}
	return strings.Join(names, ", ")
}

// indicatorNew answers GET /indicators/new.
func (s *Server) indicatorNew(c echo.Context) error {
	p, err := s.indicatorFormPage(c, s.t.Msg("indicators.add"), indicatorForm{Unit: "case", Share: string(plan.Internal), Direction: "up", Frequency: "year", EffectiveOn: s.t.Date(s.Clock.Today())}, Crumb{Label: s.t.Msg("indicators.add")})
	if err != nil {
		return err
	}
	p.New = true
	return s.show(c, "indicators/indicator_form", p)
}

// indicatorCreate answers POST /indicators/new.
func (s *Server) indicatorCreate(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	l, err := s.Reports.Ledger(c.Request().Context(), s.ledgerQuery(c))
	if err != nil {
		return err
	}
	form := indicatorFormOf(t)
	var check problem.Check
	in := indicators.IndicatorNew{Country: settingsOf(c).CountryCode, Ref: form.Ref, EffectiveOn: t.day(&check, "effective_on"), Terms: form.terms(l, &check)}
	if err = check.Err(); err == nil {
		_, err = s.Indicators.Add(c.Request().Context(), actorOf(c), t.line("key"), in)
	}
	if status, wrong, again := s.again(err, form.order()...); again {
		p, err := s.indicatorFormPage(c, s.t.Msg("indicators.add"), form, Crumb{Label: s.t.Msg("indicators.add")})
		if err != nil {
			return err
		}
		p.New, p.Errors = true, wrong
		return s.showAs(c, status, "indicators/indicator_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, indicatorPath(form.Ref), s.t.Msg("indicators.done.added", "title", form.Title))
}

// indicatorChange answers GET /indicators/:ref/change.
func (s *Server) indicatorChange(c echo.Context) error {
	_, one, err := s.indicator(c)
	if err != nil {
		return err
	}
	l, err := s.Reports.Ledger(c.Request().Context(), s.ledgerQuery(c))
	if err != nil {
		return err
	}
	p, err := s.indicatorChangePage(c, one, s.storedIndicator(l, one))
	if err != nil {
		return err
	}
	return s.show(c, "indicators/indicator_form", p)
}

func (s *Server) indicatorChangePage(c echo.Context, one indicators.Series, form indicatorForm) (indicatorFormPage, error) {
	title := s.t.Msg("indicators.change")
	p, err := s.indicatorFormPage(c, one.Ref+": "+title, form, Crumb{one.Ref, indicatorPath(one.Ref)}, Crumb{Label: title})
	p.Cancel, p.Version = indicatorPath(one.Ref), one.Version
	return p, err
}

// indicatorChangeSave answers POST /indicators/:ref/change.
func (s *Server) indicatorChangeSave(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	_, one, err := s.indicator(c)
	if err != nil {
		return err
	}
	l, err := s.Reports.Ledger(c.Request().Context(), s.ledgerQuery(c))
	if err != nil {
		return err
	}
	form := indicatorFormOf(t)
	form.Ref = one.Ref
	var check problem.Check
	in := indicators.IndicatorChange{Country: one.Country, Ref: one.Ref, Version: t.number("version"), EffectiveOn: t.day(&check, "effective_on"), Reason: form.Reason, Breaks: form.Breaks, Terms: form.terms(l, &check)}
	if err = check.Err(); err == nil {
		err = s.Indicators.Change(c.Request().Context(), actorOf(c), t.line("key"), in)
	}
	if status, wrong, again := s.again(err, form.order()...); again {
		p, err := s.indicatorChangePage(c, one, form)
		if err != nil {
			return err
		}
		if p.Errors = wrong; in.Version != one.Version {
			now := s.storedIndicator(l, one)
			p.Clashes = s.differences([3]string{"indicators.field.title", now.Title, form.Title}, [3]string{"indicators.field.text", now.Text, form.Text}, [3]string{"indicators.field.unit", now.Unit, form.Unit},
				[3]string{"indicators.field.source", now.Source, form.Source}, [3]string{"indicators.field.targets", now.Targets, form.Targets}, [3]string{"indicators.field.share", now.Share, form.Share}, [3]string{"indicators.field.links", now.Links, form.Links})
		}
		return s.showAs(c, status, "indicators/indicator_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, indicatorPath(one.Ref), s.t.Msg("indicators.done.changed"))
}
