package csv

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/i18n"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// Write writes a list: the heads of its columns, then its rows and nothing
// else, so that a program can read it. Days are YYYY-MM-DD, instants are in
// the country's zone by RFC 3339, numbers have no marks between their digits.
// That it is a demonstration stands in the name of its file.
func Write(w io.Writer, t *i18n.T, table reports.Table) error {
	out := NewWriter(w)
	line := make([]string, len(table.Columns))
	for i, c := range table.Columns {
		if line[i] = c.Name; c.Key != "" {
			line[i] = t.Msg(c.Key)
		}
	}
	if err := out.Row(line...); err != nil {
		return err
	}
	for row, err := range table.Rows {
		if err != nil {
			return err
		}
		if len(row) != len(line) {
			return fmt.Errorf("csv: %d cells for %d columns", len(row), len(line))
		}
		for i, cell := range row {
			if line[i], err = text(t, table.About, cell); err != nil {
				return err
			}
		}
		if err := out.Row(line...); err != nil {
			return err
		}
	}
	return out.Flush()
}

// text writes a cell.
func text(t *i18n.T, about reports.About, cell any) (string, error) {
	switch v := cell.(type) {
	case string:
		return v, nil
	case int:
		return strconv.Itoa(v), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case calendar.Date:
		return v.String(), nil
	case time.Time:
		return about.In(v).Format(time.RFC3339), nil
	case progress.Status:
		return t.Msg("status." + string(v)), nil
	}
	return "", fmt.Errorf("csv: a cell of %T", cell)
}
