package web

import (
	"strings"

	"tracker/internal/calendar"
	"tracker/internal/chart"
	"tracker/internal/i18n"
	"tracker/internal/reports"
)

// deliveryWords are the words of the bars of delivery, in their order.
func deliveryWords(t *i18n.T) chart.Words {
	return chart.Words{Total: t.Msg("chart.total"), Series: []string{
		t.Msg("status.completed"), t.Msg("status.in_progress"), t.Msg("status.not_started"),
		t.Msg("status.stalled"), t.Msg("status.cancelled"),
	}}
}

// reportingWords are the words of the bars of reporting, in their order.
func reportingWords(t *i18n.T) chart.Words {
	return chart.Words{Total: t.Msg("chart.total"), Series: []string{
		t.Msg("reporting.on_time"), t.Msg("reporting.late"), t.Msg("reporting.not_reported"),
	}}
}

// periodStrip draws a reporting period with its deadlines, as of today.
func periodStrip(t *i18n.T, from, to, today calendar.Date, deadlines []chart.Deadline) chart.Chart {
	key := "strip.label"
	if today.Before(from) || today.After(to) {
		key = "strip.outside"
	}
	return chart.PeriodStrip(chart.Strip{
		From: from, To: to, Today: today, Deadlines: deadlines, Month: t.Month, TodayWord: t.Msg("days.today"),
		Description: t.Msg(key, "from", from, "to", to, "today", t.DayMonth(today), "day", today.Sub(from)+1, "days", to.Sub(from)+1),
	})
}

// ownRows is how many commitments of an institution stand on its page and on
// its people's; a list with filters has all. answerRows is how many answers of
// an item stand there.
const (
	ownRows    = 30
	answerRows = 5
)

// startOf is the beginning of a list.
func startOf[T any](most int) func([]T) []T {
	return func(list []T) []T { return list[:min(len(list), most)] }
}

// spanRows is how many commitments a timeline shows at most.
const spanRows = 25

// spans draws commitments from start to due, seen from the ledger's day.
func (s *Server) spans(l *reports.Ledger, lines []*reports.Line) chart.Timeline {
	sch := chart.Schedule{Title: s.t.Msg("spans.title"), Today: l.D, Month: s.t.Month, Date: s.t.ShortDate, Words: chart.ScheduleWords{
		States: deliveryWords(s.t).Series, Today: s.t.Msg("days.today"), Start: s.t.Msg("spans.start"), Due: s.t.Msg("commitments.column.due"),
		Status: s.t.Msg("commitments.column.delivery"), None: s.t.Msg("spans.no_start"), Never: s.t.Msg("commitments.no_due"),
		Overdue: func(days int) string { return strings.ToLower(flagWords(s.t, string(reports.FlagOverdue), days)) }}}
	for _, line := range lines {
		sch.Works = append(sch.Works, chart.Work{Ref: line.Ref, Title: line.Title, Href: commitmentPath(line.Ref), Start: line.StartsOn, Due: line.DueOn,
			State: string(line.Status), Overdue: line.Overdue})
	}
	sch.From, sch.To = chart.Around(sch.Works, l.D)
	return sch.Timeline()
}

// away says how far a day is from today: "10 days", "Today", "39 days ago".
func away(t *i18n.T, today, day calendar.Date) string {
	switch n := day.Sub(today); {
	case n == 0:
		return t.Msg("days.today")
	case n < 0:
		return t.Msg("days.ago", "n", -n)
	default:
		return t.Msg("days.in", "n", n)
	}
}
