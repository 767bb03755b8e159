package wording

import (
	"encoding/json"
	"math"
	"slices"
	"strings"

	"tracker/internal/calendar"
	"tracker/internal/chart"
	"tracker/internal/i18n"
	"tracker/internal/indicators"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// amountOf is the amount that a report tells; nil where it tells none.
func amountOf(n json.Number) *indicators.Amount {
	f, err := n.Float64()
	if err != nil {
		return nil
	}
	a := indicators.Amount(math.Round(f * 100))
	return &a
}

// Counted is the figure of a year in words, or why there is none.
func Counted(t *i18n.T, y reports.YearStatus) string {
	switch {
	case !y.Told():
		return t.Msg("indicators.gap." + string(y.Gap))
	case y.Answer == "":
		return t.Msg("indicators.not_told")
	}
	return Qualified(t, y.Terms(), indicators.Cell{Answer: y.Answer, Amount: amountOf(y.Number)}, y.Value.Qualifier)
}

// CountedAt is the answer of one place of a year's table.
func CountedAt(t *i18n.T, y reports.YearStatus, place indicators.Place) string {
	for _, c := range y.Cells {
		if c.Place == place {
			return Qualified(t, y.Terms(), indicators.Cell{Answer: c.Answer, Amount: amountOf(c.Number)}, y.Value.Qualifier)
		}
	}
	return t.Msg("indicators.not_told")
}

// OtherFigure is another value of a year than the one that counts.
func OtherFigure(t *i18n.T, y reports.YearStatus, v reports.ValueStatus) string {
	return Qualified(t, y.Terms(), indicators.Cell{Answer: v.Answer, Amount: amountOf(v.Number)}, v.Qualifier)
}

// Beside is what else there is to say of a year's figure, each in words: its
// marks, the figures of its categories, why it counts, and what others told.
func Beside(t *i18n.T, y reports.YearStatus) (list []string) {
	list = YearMarks(t, y)
	var parts []string
	for _, c := range y.Cells {
		if c.Place != y.Place {
			parts = append(parts, t.Msg("indicators.part", "place", Place(t, c.Place), "figure", CountedAt(t, y, c.Place)))
		}
	}
	if len(parts) > 0 {
		list = append(list, strings.Join(parts, "; "))
	}
	for _, v := range y.Others {
		list = append(list, t.Msg("indicators.other", "figure", OtherFigure(t, y, v), "who", ToldBy(t, v)))
	}
	for _, text := range []string{y.Value.Chosen, y.Value.PartsReason, y.Value.Note} {
		if text != "" {
			list = append(list, "“"+text+"”")
		}
	}
	return list
}

// TargetOf is the target of a year, empty for none.
func TargetOf(t *i18n.T, y reports.YearStatus) string {
	if n := amountOf(y.Target); n != nil {
		return Amount(t, y.Terms(), *n)
	}
	return ""
}

// ToldBy says who told a value.
func ToldBy(t *i18n.T, v reports.ValueStatus) string {
	switch {
	case v.Edition != "":
		return t.Msg("indicators.source."+string(v.Basis), "edition", v.Edition)
	case v.Basis == "":
		return ""
	}
	return t.Msg("indicators.source.logged", "institution", v.Institution)
}

// FinancialYear is "2021-22" for the year that begins in 2021.
func FinancialYear(year int) string { return progress.YearOn(nil, calendar.Of(year, 4, 1)).Label }

// UnitOf is what the numbers of a year count, money with its currency.
func UnitOf(t *i18n.T, y reports.YearStatus) string {
	return strings.TrimSpace(t.Msg("indicators.unit."+string(y.Unit)) + " " + y.Currency)
}

// YearMarks are what a reader of a year's figure has to know: what is missing,
// that it was counted otherwise before, restated, not whole, late, or not
// agreed.
func YearMarks(t *i18n.T, y reports.YearStatus) (marks []string) {
	mark := func(is bool, key string, args ...any) {
		if is {
			marks = append(marks, t.Msg("indicators.mark."+key, args...))
		}
	}
	v := y.Value
	mark(!y.Missing.IsZero(), "missing", "date", y.Missing)
	if !y.Told() {
		return marks
	}
	mark(y.Break, "break")
	mark(v.Basis == indicators.Restated, "restated")
	mark(v.SoFar, "so_far", "date", v.CoversTo)
	mark(v.Late, "late")
	mark(y.Disputed, "unsettled")
	mark(v.PartsReason != "", "parts")
	return marks
}

// Overview is what is counted as one table: an indicator a row, a reporting
// year a column, the last of them up to a day.
func Overview(t *i18n.T, list []reports.IndicatorStatus, day calendar.Date, rows int) (labels []string, told []OverviewRow) {
	const most = 5
	for _, one := range list {
		for _, y := range one.Years {
			if !y.From.After(day) && !slices.Contains(labels, y.Ref) {
				labels = append(labels, y.Ref)
			}
		}
	}
	slices.Sort(labels)
	labels = labels[max(0, len(labels)-most):]
	for _, one := range list[:rows] {
		row := OverviewRow{Ref: one.Ref, Title: one.Title, Figures: make([]OverviewFigure, len(labels))}
		for _, y := range one.Years {
			if n := slices.Index(labels, y.Ref); n >= 0 {
				row.Figures[n] = OverviewFigure{Counted(t, y), y.Number != "", YearMarks(t, y)}
			}
			if target := TargetOf(t, y); target != "" && !y.From.After(day) {
				row.Target = t.Msg("indicators.target_of", "year", y.Ref, "target", target)
			}
		}
		told = append(told, row)
	}
	return labels, told
}

// OverviewRow is an indicator in an overview, with the newest target.
type OverviewRow struct {
	Ref, Title, Target string
	Figures            []OverviewFigure
}

// OverviewFigure is the figure of a year in words, empty where the series has
// no such year; Number says that it is one.
type OverviewFigure struct {
	Text   string
	Number bool
	Marks  []string
}

// CourseOf is an indicator in one line up to a day: its last years that tell
// something, and the target of the newest.
func CourseOf(t *i18n.T, one reports.IndicatorStatus, day calendar.Date) string {
	const most = 4
	var years []string
	target := ""
	for _, y := range one.Years {
		if y.From.After(day) {
			break
		}
		if target = ""; y.Target != "" {
			target = t.Msg("indicators.target_of", "year", y.Ref, "target", TargetOf(t, y))
		}
		text := t.Msg("indicators.part", "place", y.Ref, "figure", Counted(t, y))
		if y.Value.SoFar {
			text += " (" + t.Msg("indicators.mark.so_far", "date", y.Value.CoversTo) + ")"
		}
		if y.Disputed {
			text += " (" + t.Msg("indicators.mark.unsettled") + ")"
		}
		years = append(years, text)
	}
	years = years[max(0, len(years)-most):]
	if target != "" {
		years = append(years, target)
	}
	return strings.Join(years, "; ")
}

// Trend draws an indicator up to a day: a column for each year, a word where
// there is none, the target of the newest year, and where the series breaks. ok
// is false for what no column can show, and for what has no year to draw.
func Trend(t *i18n.T, one reports.IndicatorStatus, day calendar.Date) (c chart.Chart, ok bool) {
	n := len(one.Years)
	if n == 0 || !one.Years[n-1].Unit.Counts() {
		return c, false
	}
	last := one.Years[n-1]
	course := chart.Course{Title: one.Title, BreakWord: t.Msg("indicators.mark.break"), ValueWord: Place(t, last.Place), Number: func(n int) string { return short(t, n) }}
	if last.Place != "" {
		course.Title = t.Msg("indicators.chart_of", "title", one.Title, "place", strings.ToLower(course.ValueWord))
	}
	if last.Unit == indicators.Money {
		course.Title = t.Msg("indicators.chart_of", "title", one.Title, "place", last.Currency)
	}
	for _, y := range one.Years {
		if y.From.After(day) {
			continue
		}
		course.Readings = append(course.Readings, reading(t, y))
		target := amountOf(y.Target)
		if course.HasTarget = target != nil; course.HasTarget {
			course.Target, course.TargetWord = int(target.Whole()), t.Msg("indicators.target_of", "year", y.Ref, "target", TargetOf(t, y))
		}
	}
	return chart.Trend(course), true
}

// short writes round thousands short, so that they stand beside an axis.
func short(t *i18n.T, n int) string {
	if n >= 10000 && n%1000 == 0 {
		return t.Msg("indicators.thousands", "n", n/1000)
	}
	return t.Int(n)
}

func reading(t *i18n.T, y reports.YearStatus) chart.Reading {
	r := chart.Reading{Label: y.Ref, Break: y.Break, Open: y.Value.SoFar}
	if n := amountOf(y.Number); n != nil {
		r.Value = int(n.Whole())
	} else {
		r.Gap = Counted(t, y)
	}
	switch v := y.Value; {
	case !y.Told():
	case v.SoFar:
		r.Note = t.Msg("indicators.note.so_far")
	case y.Disputed:
		r.Note = t.Msg("indicators.note.unsettled")
	case v.Basis == indicators.Restated:
		r.Note = t.Msg("indicators.note.restated")
	case v.Qualifier != "exact":
		r.Note = t.Msg("indicators.note." + v.Qualifier)
	}
	return r
}
