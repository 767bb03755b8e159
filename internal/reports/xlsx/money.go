package xlsx

import (
	"github.com/xuri/excelize/v2"

	"tracker/internal/reports/wording"
)

// money writes a row for each commitment, financial year, funder and currency,
// and institution that tells of it. What is not told is an empty cell.
func (b *book) money() error {
	r, err := b.begin(b.sheet("report.sheet.money"), 2, []column{
		{"report.col.ref", 14, false}, {"report.col.title", 40, false}, {"money.by.node", 26, false}, {"report.col.lead", 10, false}, {"money.said_by", 10, false}, {"money.year", 11, false}, {"money.funder", 28, false},
		{"money.currency", 10, false}, {"money.budget", 15, true}, {"money.released", 15, true}, {"money.spent", 15, true}, {"money.gap", 15, true}, {"report.col.as_of", 13, false},
	})
	if err != nil {
		return err
	}
	cents := func(n *int64) excelize.Cell {
		if n == nil {
			return b.cell(lookMoney, nil)
		}
		return b.cell(lookMoney, float64(*n)/100)
	}
	for _, m := range b.s.Money {
		gap := cents(nil)
		if n, ok := m.Gap(); ok {
			gap = cents(&n)
		}
		text := func(s string) excelize.Cell { return b.cell(lookText, s) }
		if err := r.add(b.cell(lookStrong, m.Ref), text(m.Title), text(m.Strand), text(m.Lead), text(m.Institution), text(wording.FinancialYear(m.Year)), text(m.Funder), text(m.Currency),
			cents(m.Budget), cents(m.Released), cents(m.Spent), gap, b.date(m.AsOf, b.t.Msg("money.untold"))); err != nil {
			return err
		}
	}
	return r.end()
}
