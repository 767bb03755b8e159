package xlsx

import "github.com/xuri/excelize/v2"

// months writes where the commitments that answer the newest editions stood at
// the end of each month.
func (b *book) months() error {
	columns := []column{{"report.col.ref", 14, false}, {"report.col.title", 46, false}}
	for _, m := range b.s.Months[0].Months {
		columns = append(columns, column{b.t.ShortDate(m.On), 13, false})
	}
	r, err := b.begin(b.sheet("report.months"), 2, columns)
	if err != nil {
		return err
	}
	for _, c := range b.s.Months {
		row := []excelize.Cell{b.cell(lookStrong, c.Ref), b.cell(lookText, c.Title)}
		for _, m := range c.Months {
			if m.Status == "" {
				row = append(row, b.cell(lookText, b.t.Msg("heat.before")))
			} else {
				row = append(row, b.status(m.Status))
			}
		}
		if err := r.add(row...); err != nil {
			return err
		}
	}
	return r.end()
}
