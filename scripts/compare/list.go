package main

import (
	"fmt"

	"tracker/internal/calendar"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// list is a table of typed cells, the same that sheet.py writes.
func list(rows int) reports.Table {
	first := calendar.MustParse("2021-04-01")
	t := reports.Table{About: reports.About{Country: "LS", CountryName: "Lesotho", Owner: "Committee"}, Name: "list", Title: "Commitments", D: calendar.MustParse("2021-11-08")}
	for j := range 12 {
		t.Columns = append(t.Columns, reports.Column{Key: fmt.Sprintf("Column %d", j+1), Width: 20})
	}
	t.Rows = func(yield func([]any, error) bool) {
		for i := range rows {
			row := []any{fmt.Sprintf("NSF %d.%d", i/100+1, i%100+1)}
			for j := 1; j < 7; j++ {
				row = append(row, fmt.Sprintf("What was done on commitment %d, part %d", i+1, j))
			}
			row = append(row, progress.Statuses[i%len(progress.Statuses)], first.AddDays(i%365), first.AddDays(i%500), i, i%7)
			if !yield(row, nil) {
				return
			}
		}
	}
	return t
}
