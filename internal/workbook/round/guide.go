package round

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// guidance writes the first sheet: for whom the workbook is, by when it is to
// come back, how it is filled in, and the stamp by which it is known again.
func (o *book) guidance() error {
	row := 0
	put := func(col int, l look, value string) error { return o.put(o.guide, col, row, l, value) }
	line := func(l look, text string) error {
		row++
		return put(1, l, text)
	}
	if err := line(lookTitle, o.t.Msg("round.title", "institution", o.Name, "period", o.Period)); err != nil {
		return err
	}
	if o.Demonstration {
		if err := line(lookWarning, o.t.Msg("demo.banner")); err != nil {
			return err
		}
	}
	for _, f := range o.facts() {
		row++
		if err := put(1, lookName, f.name); err != nil {
			return err
		}
		if err := put(2, f.look, f.value); err != nil {
			return err
		}
		if err := o.f.SetRowHeight(o.guide, row, 13*float64(linesOf(f.value, 112))+5); err != nil {
			return err
		}
	}
	for column, width := range map[string]float64{"A": 24, "B": 100} {
		if err := o.f.SetColWidth(o.guide, column, column, width); err != nil {
			return err
		}
	}
	hide := false
	if err := o.f.SetSheetView(o.guide, 0, &excelize.ViewOptions{ShowGridLines: &hide}); err != nil {
		return err
	}
	if err := o.print(o.guide, 1, fmt.Sprintf("$A$1:$B$%d", row), ""); err != nil {
		return err
	}
	return o.protect(o.guide)
}

// fact is a line of the first sheet.
type fact struct {
	name, value string
	look        look
}

func (o *book) facts() []fact {
	t := o.t
	list := []fact{{t.Msg("round.fact.institution"), o.Name + " (" + o.Institution + ")", lookFact}, {t.Msg("round.fact.country"), o.CountryName, lookFact},
		{t.Msg("round.fact.period"), t.Msg("round.fact.period_of", "period", o.Period, "from", o.Year.StartsOn, "to", o.Year.EndsOn), lookFact}}
	for _, d := range o.Due {
		list = append(list, fact{t.Msg("round.fact.due"), t.Msg("round.fact.due_of", "title", d.Title, "from", d.CoversFrom, "to", d.CoversTo, "due", d.DueOn), lookFact})
	}
	list = append(list, fact{t.Msg("round.fact.at"), t.Instant(o.At), lookFact})
	for n, key := range []string{"round.how.rows", "round.how.blank", "round.how.day", "round.how.status", "round.how.none", "round.how.papers", "round.how.figures", "round.how.people", "round.how.back"} {
		if key == "round.how.figures" && len(o.Figures) == 0 {
			continue
		}
		name := ""
		if n == 0 {
			name = t.Msg("round.fact.how")
		}
		list = append(list, fact{name, t.Msg(key), lookFact})
	}
	stamp := o.Stamp.String()
	return append(list, fact{t.Msg("round.fact.stamp"), stamp, lookCode}, fact{t.Msg("round.fact.checksum"), checksum(stamp, o.sums), lookCode},
		fact{"", t.Msg("round.fact.stamp_note"), lookFact})
}
