package wording

import (
	"tracker/internal/calendar"
	"tracker/internal/chart"
	"tracker/internal/i18n"
	"tracker/internal/reports"
)

// HeatMap draws the months of a report.
func HeatMap(t *i18n.T, s reports.Status) chart.HeatMap {
	return Months(t, s).HeatMap(deliveryWords(t), t.Msg("heat.before"))
}

// Months are the months of a report's period, the last one marked where it is
// not over. There is none where no period holds the day.
func Months(t *i18n.T, s reports.Status) chart.Months {
	m := chart.Months{Now: -1}
	for i, one := range s.Months {
		row := chart.MonthRow{Ref: one.Ref, Title: one.Title}
		for j, month := range one.Months {
			row.States = append(row.States, string(month.Status))
			if i > 0 {
				continue
			}
			m.Columns = append(m.Columns, t.Month(month.On))
			if j == len(one.Months)-1 && month.On.AddDays(1).Day() != 1 {
				m.Now = j
			}
		}
		m.Rows = append(m.Rows, row)
	}
	if len(m.Columns) > 0 {
		list := s.Months[0].Months
		m.Title = monthsTitle(t, list[0].On, list[len(list)-1].On, m.Now >= 0)
	}
	return m
}

func monthsTitle(t *i18n.T, from, to calendar.Date, running bool) string {
	key := "report.months.caption"
	if running {
		key = "report.months.caption.now"
	}
	return t.Msg(key, "from", t.MonthYear(from), "to", t.MonthYear(to), "day", to)
}

// deliveryWords are the words of the delivery statuses, in the order of charts.
func deliveryWords(t *i18n.T) []string {
	words := make([]string, len(chart.DeliveryStates))
	for i, state := range chart.DeliveryStates {
		words[i] = t.Msg("status." + state)
	}
	return words
}
