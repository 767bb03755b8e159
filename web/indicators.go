package web

import (
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/calendar"
	"tracker/internal/chart"
	"tracker/internal/indicators"
	"tracker/internal/progress"
	"tracker/internal/reports"
	telling "tracker/internal/reports/wording"
	"tracker/internal/workbook/lists"
)

const indicatorsPath = "/indicators"

func indicatorPath(ref string, more ...string) string {
	return strings.Join(append([]string{indicatorsPath, url.PathEscape(ref)}, more...), "/")
}

func measurementPath(id int64, more ...string) string {
	return strings.Join(append([]string{"/measurements", itoa(id)}, more...), "/")
}

// seriesView is an indicator as pages show it: its chart, and the numbers under
// it.
type seriesView struct {
	indicators.Series
	Href    string
	Chart   *chart.Chart // nil for what no column can show
	Columns []string     // of the table, after the year
	Rows    []yearView   // the newest first
	Latest  string       // the newest figure in words, empty for none
	Year    string       // of the newest figure
	Target  string       // of the year that the day lies in, empty for none
	LogHref string       // where the actor logs a value; empty for who may not
}

// yearView is a year of a series as its table shows it.
type yearView struct {
	indicators.Year
	Cells  []figureCell
	Gap    string // why there is no figure, in words
	Target string
	Source string   // who told the current value
	Marks  []string // break, late, so far, several values
	Choose string   // where a coordinator chooses among several
}

// figureCell is an answer in words; Number says that it is one.
type figureCell struct {
	Text   string
	Number bool
}

// indicatorListPage shows the statistics with their charts and the other
// indicators.
type indicatorListPage struct {
	Page
	Statistics []seriesView
	Others     []seriesView
	Waiting    []waitingView
	MayAdd     bool
	Whole      bool // the actor reads the whole plan, and its money
	Sheets     bool // the actor takes lists in and out
	Export     Export
}

// waitingView is a measurement that is not approved.
type waitingView struct {
	indicators.Waiting
	Href string
}

func waitingViews(list []indicators.Waiting) (views []waitingView) {
	for _, w := range list {
		views = append(views, waitingView{w, measurementPath(w.ID)})
	}
	return views
}

// figures reads what the pages of indicators tell.
func (s *Server) figures(c echo.Context, depth indicators.Depth, only ...int64) (indicators.Figures, error) {
	return s.Indicators.Figures(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, s.Clock.Today(), depth, only...)
}

// indicatorList answers GET /indicators.
func (s *Server) indicatorList(c echo.Context) error {
	f, err := s.figures(c, indicators.CurrentCells)
	if err != nil {
		return err
	}
	title := s.t.Msg("indicators.title")
	p := indicatorListPage{Page: s.page(c, title, Crumb{Label: title}), Waiting: waitingViews(f.Waiting), MayAdd: actorOf(c).CanChangePlan(), Whole: actorOf(c).CanReadWholePlan(), Sheets: lists.May(actorOf(c), "measurements")}
	rows := 0
	for _, one := range f.Series {
		v := s.seriesView(c, one, f.Day)
		if rows += len(v.Rows); one.Statistic != "" {
			p.Statistics = append(p.Statistics, v)
		} else {
			p.Others = append(p.Others, v)
		}
	}
	p.Export = exportOf(indicatorsPath, nil, rows)
	return s.show(c, "indicators/indicator_list", p)
}

// seriesView puts a series into words and draws it.
func (s *Server) seriesView(c echo.Context, one indicators.Series, day calendar.Date) seriesView {
	actor := actorOf(c)
	v := seriesView{Series: one, Href: indicatorPath(one.Ref)}
	if y, ok := one.Latest(); ok {
		cell, _ := y.Headline()
		current, _ := y.Current()
		v.Latest, v.Year = telling.Qualified(s.t, y.Definition.Terms, cell, current.Qualifier), y.Label
	}
	if indicators.LogsFor(actor, one.Definition.Terms) {
		v.LogHref = indicatorPath(one.Ref, "measurements", "new")
	}
	places, told := tablePlaces(one.Definition.Terms), reports.Counted(one)
	for _, p := range places {
		v.Columns = append(v.Columns, telling.Place(s.t, p))
	}
	for i := len(one.Years) - 1; i >= 0; i-- {
		row := s.yearView(one.Years[i], told.Years[i], places)
		if actor.CanChangePlan() && len(row.Values) > 1 {
			row.Choose = measurementPath(row.Values[0].ID, "choose")
		}
		if one.Years[i].Holds(day) {
			v.Target = row.Target
		}
		v.Rows = append(v.Rows, row)
	}
	if drawn, ok := telling.Trend(s.t, told, day); ok {
		v.Chart = &drawn
	}
	return v
}

// tablePlaces are the columns of a series' table: the total and each category
// by itself; where two dimensions are crossed, the second within the category
// that stands for the year.
func tablePlaces(t indicators.Terms) (list []indicators.Place) {
	within := ""
	if parts := t.Headline.Parts(); t.IsCrossed() && len(parts) == 1 && parts[0][0] == t.Dimensions[0].Code {
		within = parts[0][1]
	}
	for _, p := range t.Places() {
		parts := p.Parts()
		switch {
		case within == "" && len(parts) < 2, len(parts) == 0:
			list = append(list, p)
		case within != "" && (len(parts) == 1 && parts[0][0] != t.Dimensions[1].Code || len(parts) == 2 && parts[0][1] == within):
			list = append(list, p)
		}
	}
	return list
}

// yearView puts a year into words.
func (s *Server) yearView(y indicators.Year, told reports.YearStatus, places []indicators.Place) yearView {
	row := yearView{Year: y, Target: telling.TargetOf(s.t, told), Marks: telling.YearMarks(s.t, told), Source: telling.ToldBy(s.t, told.Value)}
	for _, p := range places {
		text, cell := telling.CountedAt(s.t, told, p), indicators.Cell{}
		if current, there := y.Current(); there {
			cell = current.Cells[p]
		}
		row.Cells = append(row.Cells, figureCell{text, cell.Amount != nil})
	}
	if !told.Told() {
		row.Gap = telling.Counted(s.t, told)
	}
	return row
}

// indicatorShowPage is the reference sheet of an indicator with its series.
type indicatorShowPage struct {
	Page
	View        seriesView
	Sheet       []defined
	Links       []Link // in the plan and in what is asked
	All         []valueView
	Definitions []definitionView // the newest first
	Waiting     []waitingView
	MayChange   bool
	Reported    string // where a coordinator enters what an edition says; empty for who may not
}

// defined is a line of the reference sheet.
type defined struct{ Label, Text string }

// valueView is one value of a year, with the ones beside it.
type valueView struct {
	indicators.Value
	Year    string
	Figure  string
	Source  string
	Current bool
	Why     string // it was chosen
	Href    string
}

// definitionView is a definition with what it changed.
type definitionView struct {
	indicators.Definition
	Changed []Change
}

// indicator reads the series of an address.
func (s *Server) indicator(c echo.Context) (f indicators.Figures, one indicators.Series, err error) {
	if f, err = s.figures(c, indicators.AllCells); err == nil {
		one, err = f.Find(refOf(c))
	}
	return f, one, err
}

// indicatorShow answers GET /indicators/:ref.
func (s *Server) indicatorShow(c echo.Context) error {
	f, one, err := s.indicator(c)
	if err != nil {
		return err
	}
	links, err := s.indicatorLinks(c, one.Definition.Terms)
	if err != nil {
		return err
	}
	p := indicatorShowPage{Page: s.page(c, one.Ref+": "+one.Title, s.indicatorCrumbs(Crumb{Label: one.Ref})...), View: s.seriesView(c, one, f.Day), Sheet: s.sheetOf(one), Links: links,
		Waiting: waitingViews(f.Of(one.Indicator.ID)), MayChange: actorOf(c).CanChangePlan(), Definitions: s.definitionViews(one)}
	if p.MayChange {
		p.Reported = indicatorPath(one.Ref, "measurements", "new") + "?basis=reported"
	}
	for i := len(one.Years) - 1; i >= 0; i-- {
		y := one.Years[i]
		for n, v := range y.Values {
			view := valueView{Value: v, Year: y.Label, Source: telling.ToldBy(s.t, reports.ValueOf(v)), Current: n == 0, Href: measurementPath(v.ID), Figure: s.t.Msg("indicators.not_told")}
			if c, told := v.Cells[y.Definition.Headline]; told {
				view.Figure = telling.Qualified(s.t, y.Definition.Terms, c, v.Qualifier)
			}
			if n == 0 && y.Choice != nil {
				view.Why = y.Choice.Reason
			}
			p.All = append(p.All, view)
		}
	}
	return s.show(c, "indicators/indicator_show", p)
}

func (s *Server) indicatorCrumbs(more ...Crumb) []Crumb {
	return append([]Crumb{{s.t.Msg("indicators.title"), indicatorsPath}}, more...)
}

// sheetOf is what an indicator is, line by line.
func (s *Server) sheetOf(one indicators.Series) []defined {
	t := one.Definition.Terms
	var list []defined
	add := func(field, text string) {
		if text != "" {
			list = append(list, defined{s.t.Msg("indicators.field." + field), text})
		}
	}
	add("text", t.Text)
	if t.Statistic != "" {
		add("statistic", s.t.Msg("indicators.statistic."+t.Statistic))
	}
	add("unit", strings.TrimSpace(s.t.Msg("indicators.unit."+string(t.Unit))+" "+t.Currency))
	add("scale", strings.Join(t.Scale, " < "))
	add("headline", telling.Place(s.t, t.Headline))
	add("direction", s.t.Msg("indicators.direction."+t.Direction))
	add("source", t.Source)
	add("frequency", s.t.Msg("indicators.frequency."+t.Frequency))
	add("institution", one.Reporter)
	if t.Baseline != nil {
		year := progress.YearOn(nil, calendar.Of(t.BaselineYear, 4, 1))
		add("baseline", s.t.Msg("indicators.baseline_of", "year", year.Label, "figure", telling.Amount(s.t, t, *t.Baseline)))
	}
	for _, d := range t.Dimensions {
		var names []string
		for _, c := range d.Categories {
			names = append(names, telling.Category(s.t, d.Code, c))
		}
		list = append(list, defined{s.t.Msg("indicators.dimension." + d.Code), strings.Join(names, ", ")})
	}
	add("share", s.t.Msg("commitments.share."+string(t.Share)))
	add("sdg", strings.Join(t.SDG, ", "))
	return list
}

// countedBy lists the indicators that are linked to something.
func (s *Server) countedBy(c echo.Context, linked func(indicators.Terms) bool) (list []Link, err error) {
	found, err := s.Indicators.LinkedTo(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, linked)
	for _, one := range found {
		list = append(list, Link{one.Ref + " " + one.Title, indicatorPath(one.Ref)})
	}
	return list, err
}

// indicatorLinks are what an indicator is linked to, as far as its reader sees
// it.
func (s *Server) indicatorLinks(c echo.Context, t indicators.Terms) (list []Link, err error) {
	l, err := s.Reports.Ledger(c.Request().Context(), s.ledgerQuery(c))
	if err != nil {
		return nil, err
	}
	whole := actorOf(c).CanReadWholePlan() // to others framework and recommendations are closed
	add := func(label, href string, open bool) {
		if !open {
			href = ""
		}
		list = append(list, Link{label, href})
	}
	for _, id := range t.Nodes {
		if n, ok := l.Nodes[id]; ok {
			add(n.Number+" "+n.Title, "/framework#"+nodeAnchor(id), whole)
		}
	}
	for _, id := range t.Commitments {
		if line, ok := l.Line(id); ok {
			add(line.Ref+" "+line.Title, commitmentPath(line.Ref), true)
		}
	}
	for _, id := range t.Items {
		if item, ok := l.Item(id); ok {
			add(item.Ref()+" "+item.Text, recommendationPath(item.RecommendationID), whole)
		}
	}
	return list, nil
}

// definitionViews are the definitions with what each changed, the newest first.
func (s *Server) definitionViews(one indicators.Series) (list []definitionView) {
	for i := len(one.Definitions) - 1; i >= 0; i-- {
		v := definitionView{Definition: one.Definitions[i]}
		if i > 0 {
			for _, d := range one.Changes(i) {
				v.Changed = append(v.Changed, Change{Field: s.t.Msg("indicators.field." + d.Field), Old: d.Old, New: d.New})
			}
		}
		list = append(list, v)
	}
	return list
}

// indicatorTable is every figure as a file: a row for each answer of each value
// of each year, the current ones marked.
func (s *Server) indicatorTable(c echo.Context) (reports.Table, error) {
	f, err := s.figures(c, indicators.AllCells)
	if err != nil {
		return reports.Table{}, err
	}
	t := reports.Table{Name: "indicators", Title: s.t.Msg("indicators.title"), D: f.Day, Columns: []reports.Column{{Key: "commitments.field.ref", Width: 10}, {Key: "indicators.field.title", Width: 40},
		{Key: "indicators.column.year", Width: 10}, {Key: "indicators.column.place", Width: 26}, {Key: "indicators.column.answer", Width: 14}, {Key: "indicators.column.number", Kind: reports.Numbers, Width: 14},
		{Key: "indicators.field.unit", Width: 18}, {Key: "indicators.field.qualifier", Width: 12}, {Key: "indicators.column.told", Width: 30}, {Key: "indicators.field.attribution", Width: 16},
		{Key: "indicators.field.covers_from", Kind: reports.Days, Width: 13}, {Key: "indicators.field.covers_to", Kind: reports.Days, Width: 13}, {Key: "indicators.column.counts", Width: 10}, {Key: "indicators.column.marks", Width: 30}}}
	var rows [][]any
	for _, one := range f.Series {
		of := reports.Counted(one)
		for i, y := range one.Years {
			marks := strings.Join(telling.YearMarks(s.t, of.Years[i]), ", ")
			for n, v := range y.Values {
				for _, place := range y.Definition.Places() {
					cell, told := v.Cells[place]
					if !told {
						continue
					}
					var number any = ""
					switch {
					case cell.Amount == nil:
					case y.Definition.Unit == indicators.Money:
						number = float64(*cell.Amount) / 100
					default:
						number = int(cell.Amount.Whole())
					}
					counts, said := s.t.Msg("indicators.counts.no"), "" // the marks are those of the value that counts
					if n == 0 {
						counts, said = s.t.Msg("indicators.counts.yes"), marks
					}
					answer := s.t.Msg("indicators.answer." + string(cell.Answer))
					if !y.Definition.Unit.Counts() {
						answer = telling.Answered(s.t, y.Definition.Terms, cell)
					}
					rows = append(rows, []any{one.Ref, one.Title, y.Label, telling.Place(s.t, place), answer, number,
						strings.TrimSpace(s.t.Msg("indicators.unit."+string(y.Definition.Unit)) + " " + y.Definition.Currency), s.t.Msg("indicators.qualifier." + v.Qualifier), telling.ToldBy(s.t, reports.ValueOf(v)),
						s.t.Msg("indicators.attribution." + v.Attribution), v.CoversFrom, v.CoversTo, counts, said})
				}
			}
		}
	}
	t.Rows = reports.Listed(rows)
	return t, nil
}
