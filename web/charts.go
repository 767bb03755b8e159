package web

import (
	"tracker/internal/calendar"
	"tracker/internal/chart"
	"tracker/internal/i18n"
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
