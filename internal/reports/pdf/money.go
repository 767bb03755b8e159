package pdf

import (
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// money tells budget, released and spent: in all, by part of the framework, by
// institution and by funder. The lines of each commitment are in the workbook.
func (d *document) money() {
	d.follow(d.t.Msg("report.money"), d.t.Msg("report.money.note", "date", d.s.D))
	if len(d.s.Money) == 0 {
		d.paragraph(textStyle(), d.t.Msg("report.money.none"), wide)
		return
	}
	for i, by := range []string{reports.MoneyByNode, reports.MoneyByInstitution, reports.MoneyByFunder} {
		if i > 0 {
			d.y += 6
		}
		d.moneyBy(by)
	}
}

// moneyBy is the table of one way of putting money together, with the sum of
// each year and currency below it.
func (d *document) moneyBy(by string) {
	d.block(d.t.Msg("money.by."+by), "", 30, false)
	const amount = 23.0
	t := &table{d: d, columns: []column{{width: wide - 19 - 5*amount + gutter, title: d.t.Msg("money.by." + by)}, {width: 19, title: d.t.Msg("money.year")},
		{width: amount, title: d.t.Msg("money.budget"), right: true}, {width: amount, title: d.t.Msg("money.released"), right: true}, {width: amount, title: d.t.Msg("money.spent"), right: true},
		{width: amount, title: d.t.Msg("money.gap"), right: true}, {width: amount, title: d.t.Msg("money.untold"), right: true}}}
	t.head()
	for _, one := range reports.SumMoney(d.s.Money, by) {
		label := one.Label
		if label == "" {
			label = d.t.Msg("report.no_node")
		}
		t.row(d.moneyRow(t, tableStyle(), label, one), false)
	}
	for _, one := range reports.TotalMoney(d.s.Money) {
		t.row(d.moneyRow(t, tableStyle().bold(), d.t.Msg("chart.total"), one), false)
	}
}

func (d *document) moneyRow(t *table, s style, label string, one reports.MoneySum) [][]line {
	cells := [][]line{d.wrap([]run{{s, label}}, t.columns[0].text()), d.wrap([]run{{s, wording.FinancialYear(one.Year)}}, t.columns[1].text())}
	for i, n := range []struct {
		cents int64
		told  bool
	}{{one.Budget, one.Budgeted > 0}, {one.Released, one.Told > 0}, {one.Spent, one.SpentOf > 0}, {one.Gap, one.Gaps > 0}, {one.Untold, one.Untold > 0}} {
		text := "–"
		if n.told {
			text = d.t.Money(n.cents, one.Currency)
		}
		cells = append(cells, d.ending(s, text, t.columns[2+i].text()))
	}
	return cells
}

// ending is a text that ends at the right edge of its column.
func (d *document) ending(s style, text string, width float64) []line {
	text = d.clean(s.face, text)
	return []line{{s.lineHeight(), func(x, y float64) { d.textEnd(x+width, y, s, text) }}}
}
