package xlsx

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"tracker/internal/calendar"
	"tracker/internal/i18n"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// WriteTable writes a list as a workbook of one sheet: above its rows the
// title, whom it is for, the day and what chose the rows. The same value gives
// the same bytes: the dates of the document are the day of the list.
func WriteTable(w io.Writer, t *i18n.T, table reports.Table) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("xlsx: %v", p)
		}
	}()
	title := t.Msg("export.title", "title", table.Title, "date", table.D)
	b := newBook(t, head{about: table.About, k: table.D.Time(), audience: table.For, title: title}, "export.sheet")
	return b.write(w, func() error { return b.table(table) })
}

// table writes the sheet of a list.
func (b *book) table(table reports.Table) error {
	columns := make([]column, len(table.Columns))
	for i, c := range table.Columns {
		columns[i] = column{cmp.Or(c.Key, c.Name), c.Width, c.Kind == reports.Numbers}
	}
	chosen := b.t.Msg("export.all")
	if len(table.Filter) > 0 {
		chosen = b.t.Msg("export.filter", "filter", strings.Join(table.Filter, " · "))
	}
	r, err := b.open(0, 1, columns, b.cell(lookTitle, b.title), b.cell(lookWarning, b.readers()), b.cell(lookMeta, chosen))
	if err != nil {
		return err
	}
	cells := make([]excelize.Cell, len(columns))
	for row, err := range table.Rows {
		if err != nil {
			return err
		}
		if len(row) != len(cells) {
			return fmt.Errorf("%d cells for %d columns", len(row), len(cells))
		}
		for i, value := range row {
			if cells[i], err = b.any(value, i == 0); err != nil {
				return err
			}
		}
		if err := r.add(cells...); err != nil {
			return err
		}
	}
	return r.end()
}

// any is the cell of a value of a list; that of its first column names the row.
func (b *book) any(value any, first bool) (excelize.Cell, error) {
	switch v := value.(type) {
	case string:
		if first {
			return b.cell(lookStrong, v), nil
		}
		return b.cell(lookText, v), nil
	case int:
		return b.cell(lookNumber, v), nil
	case float64:
		return b.cell(lookMoney, v), nil
	case calendar.Date:
		return b.date(v, ""), nil
	case time.Time:
		return b.instant(v), nil
	case progress.Status:
		return b.status(v), nil
	}
	return excelize.Cell{}, fmt.Errorf("a cell of %T", value)
}
