// Package html writes a report as a page: as a file with a look of its own,
// or the body alone, for the site to show in its own frame.
package html

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"tracker/internal/calendar"
	"tracker/internal/chart"
	"tracker/internal/i18n"
	"tracker/internal/progress"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

var (
	//go:embed report.html
	templates string
	//go:embed report.css
	styles string
)

// Marks are how the body shows what a site has its own look and pages for.
// The zero value is that of a file: words with a shape, and no links.
type Marks struct {
	Status     func(any, ...string) (template.HTML, error)
	Flag       func(any, ...int) (template.HTML, error)
	Commitment func(ref string) string // the address of a commitment
	Site       bool                    // figures as one table, without their charts
	Most       int                     // rows of a table, and no older editions; 0: all
	Few        int                     // rows of updates, papers, ratings and questions; 0: all
	More       string                  // the sentence below a table that was cut
}

// Write writes the status report as a file that needs nothing else: its style
// is in it, and it has no script.
func Write(w io.Writer, t *i18n.T, s reports.Status) error {
	body, err := Body(t, s, Marks{})
	if err != nil {
		return err
	}
	return run(w, t, Marks{}, "file", view{Status: s, Body: body, Style: template.CSS(styles)})
}

// Body is what the report tells, without frame, title and figures' links.
func Body(t *i18n.T, s reports.Status, m Marks) (template.HTML, error) {
	var b strings.Builder
	err := run(&b, t, m, "body", view{Status: s})
	return template.HTML(b.String()), err
}

// view is what the templates show.
type view struct {
	reports.Status
	Body  template.HTML
	Style template.CSS
}

func run(w io.Writer, t *i18n.T, m Marks, name string, v view) error {
	set, err := template.New("").Funcs(functions(t, m)).Parse(templates)
	if err == nil {
		err = set.ExecuteTemplate(w, name, v)
	}
	if err != nil {
		return fmt.Errorf("html: %w", err)
	}
	return nil
}

func functions(t *i18n.T, m Marks) template.FuncMap {
	if m.Status == nil {
		m.Status = func(s any, _ ...string) (template.HTML, error) { return shape(t, fmt.Sprint(s)), nil }
	}
	if m.Flag == nil {
		m.Flag = func(f any, days ...int) (template.HTML, error) { return flag(t, fmt.Sprint(f), days...), nil }
	}
	return template.FuncMap{
		"msg": t.Msg, "date": t.Date, "shortdate": t.ShortDate, "instant": t.Instant, "int": t.Int, "status": m.Status, "flag": m.Flag,
		"commitment":  func(ref string) template.HTML { return link(m.Commitment, ref) },
		"word":        func(prefix string, v any) string { return wording.Of(t, prefix, v) },
		"join":        strings.Join,
		"rows":        func(n int) int { return cut(m.Most, n) },
		"more":        func(n int) bool { return cut(m.Most, n) < n },
		"whole":       func() bool { return m.Most == 0 },
		"few":         func(n int) int { return cut(m.Few, n) },
		"fewer":       func(n int) bool { return cut(m.Few, n) < n },
		"moreText":    func() string { return m.More },
		"heading":     func(s reports.Status) string { return wording.Heading(t, s) },
		"title":       func(s reports.Status) string { return wording.Title(t, s, false) },
		"readers":     func(s reports.Status) string { return wording.Audience(t, s.About, s.Audience) },
		"facts":       func(s reports.Status) []wording.Fact { return wording.Facts(t, s) },
		"figures":     func(s reports.Status) [4]wording.Figure { return wording.Figures(t, s) },
		"text":        func(f wording.Figure) string { return f.Text(t) },
		"definitions": func(s reports.Status) []wording.Definition { return wording.Definitions(t, s) },
		"raters":      func() []progress.Rater { return progress.Raters },
		"suggested":   func(r reports.RatingStatus) string { return wording.Suggested(t, r) },
		"askedOf":     func(q reports.QuestionStatus) string { return wording.AskedOf(t, q) },
		"years":       func(r reports.RecommendationStatus) string { return wording.Asked(t, r) },
		"handed":      func(r reports.RequestStatus) string { return wording.Handed(t, r) },
		"rule":        func(r reports.RatingStatus) string { return wording.Rule(t, r) },
		"basis":       func(s reports.Status) string { return wording.Basis(t, s) },
		"attends":     func(a reports.AttentionStatus) string { return wording.Attends(t, a) },
		"nothing":     func(s reports.Status, c reports.CommitmentStatus) string { return wording.Nothing(t, s, c) },
		"nodes":       func(s reports.Status) chart.BarChart { return bars(t, "report.by_strand", s.ByNode) },
		"leads":       func(s reports.Status) chart.BarChart { return bars(t, "report.by_institution", s.ByInstitution) },
		"series":      func(s reports.Status, one reports.IndicatorStatus) series { return seriesOf(t, s, one) },
		"counted":     func(y reports.YearStatus) string { return wording.Counted(t, y) },
		"target":      func(y reports.YearStatus) string { return wording.TargetOf(t, y) },
		"toldby":      func(v reports.ValueStatus) string { return wording.ToldBy(t, v) },
		"beside":      func(y reports.YearStatus) []string { return wording.Beside(t, y) },
		"overview":    func(s reports.Status) overview { return overviewOf(t, s, m) },
		"inside":      func(c reports.ChangeStatus) []string { return wording.ChangedInside(t, c) },
		"knownthen":   func(c reports.ChangeStatus) string { return wording.KnownThen(t, c) },
		"site":        func() bool { return m.Site },
		"money":       t.Money,
		"fyear":       wording.FinancialYear,
		"moneygroups": func() []string { return reports.MoneyGroups[:3] },
		"sums":        func(lines []reports.MoneyStatus, by string) sums { return sums{by, reports.SumMoney(lines, by)} },
		"months":      func(s reports.Status) chart.HeatMap { return wording.HeatMap(t, s) },
		"svg":         func(c chart.Chart) template.HTML { return c.SVG() },
		"swatch":      chart.Swatch,
		"kinds":       wording.ByKind,
		"due":         func(was, is calendar.Date) string { return change(was, is, t) },
		"stamp":       func(p *reports.Stamp) string { return p.Marker() },
		"lang":        t.Lang,
	}
}

// series is an indicator with its trend, nil for what columns cannot show.
type series struct {
	reports.IndicatorStatus
	Chart *chart.Chart
}

func seriesOf(t *i18n.T, s reports.Status, one reports.IndicatorStatus) series {
	out := series{IndicatorStatus: one}
	if drawn, ok := wording.Trend(t, one, s.D); ok {
		out.Chart = &drawn
	}
	return out
}

// sums is money put together in one way.
type sums struct {
	By   string
	Rows []reports.MoneySum
}

// overview is what is counted as one table.
type overview struct {
	Labels []string
	Rows   []wording.OverviewRow // that are shown
	Total  int
}

func overviewOf(t *i18n.T, s reports.Status, m Marks) (o overview) {
	o.Total = len(s.Indicators)
	o.Labels, o.Rows = wording.Overview(t, s.Indicators, s.D, cut(m.Most, o.Total))
	return o
}

func cut(most, n int) int {
	if most > 0 && n > most {
		return most
	}
	return n
}

func link(address func(string) string, ref string) template.HTML {
	text := template.HTMLEscapeString(ref)
	if address == nil {
		return template.HTML(`<span class="ref">` + text + `</span>`)
	}
	return template.HTML(`<a class="ref" href="` + template.HTMLEscapeString(address(ref)) + `">` + text + `</a>`)
}

// shapes are the marks of the delivery statuses in a file, which has no
// drawings of its own: circles, as everywhere.
func shapes() map[string]string {
	return map[string]string{"not_started": "○", "in_progress": "◐", "completed": "●", "stalled": "◍", "cancelled": "⊘"}
}

func shape(t *i18n.T, status string) template.HTML {
	if status == "" {
		return ""
	}
	return template.HTML(`<span class="st st--` + template.HTMLEscapeString(status) + `"><span aria-hidden="true">` + shapes()[status] + `</span> ` +
		template.HTMLEscapeString(t.Msg("status."+status)) + `</span>`)
}

func flag(t *i18n.T, name string, days ...int) template.HTML {
	text := t.Msg("flag." + name)
	if len(days) > 0 && days[0] > 0 && t.Has("flag."+name+".days") {
		text = t.Msg("flag."+name+".days", "n", days[0])
	}
	return template.HTML(`<span class="flag flag--` + template.HTMLEscapeString(name) + `">` + template.HTMLEscapeString(text) + `</span>`)
}

func bars(t *i18n.T, title string, rows []reports.StatusRow) chart.BarChart {
	legend := chart.Words{Total: t.Msg("chart.total")}
	for _, s := range progress.Statuses {
		legend.Series = append(legend.Series, t.Msg("status."+string(s)))
	}
	list := make([]chart.BarRow, len(rows))
	for i, r := range rows {
		list[i] = chart.BarRow{Label: r.Label, Counts: r.Counts}
		if r.Label == "" {
			list[i].Label = t.Msg("report.no_node")
		}
	}
	return chart.StackedBars(t.Msg(title), legend, list, chart.Short)
}

// change is a day that moved, or the day.
func change(was, is calendar.Date, t *i18n.T) string {
	day := func(d calendar.Date) string {
		if d.IsZero() {
			return t.Msg("report.no_due")
		}
		return t.ShortDate(d)
	}
	if was == is {
		return day(is)
	}
	return day(was) + " → " + day(is)
}
