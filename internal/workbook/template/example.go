package template

import (
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"tracker/internal/workbook/matrix"
)

// said is a cell of the example: of a field, and of the nth year of those with one.
type said struct {
	field matrix.Field
	year  int
}

// exampleRows are the rows of the example, by the key of each text, or an
// amount in full units. What is left out is empty.
func (o *book) exampleRows() []map[said]any {
	text := func(key string) string { return o.t.Msg("template.example." + key) }
	at := func(quarter, n int) string {
		return o.t.Msg("template.quarter", "q", quarter, "year", strconv.Itoa(min(o.FirstYear+n, o.LastYear)))
	}
	currency := "USD"
	if len(o.Currencies) > 0 {
		currency = o.Currencies[0]
	}
	return []map[said]any{
		{
			{field: matrix.Pillar}: text("pillar"), {field: matrix.Objective}: text("objective"), {field: matrix.Outcome}: text("outcome"), {field: matrix.Output}: text("output"),
			{field: matrix.Number}: "1.1.1", {field: matrix.Activity}: text("activity"), {field: matrix.Indicator}: text("indicator"), {field: matrix.Baseline}: "0",
			{matrix.Target, 0}: "1", {matrix.Target, 1}: "3", {field: matrix.Means}: text("means"), {field: matrix.Lead}: text("lead"), {field: matrix.Supporting}: text("supporting"),
			{field: matrix.Start}: at(2, 0), {field: matrix.End}: at(4, 1), {matrix.Budget, 0}: 20_000, {matrix.Budget, 1}: 35_000, {field: matrix.Currency}: currency,
			{field: matrix.Funder}: text("funder"), {field: matrix.Assumptions}: text("assumptions"), {field: matrix.Remarks}: text("remarks"),
		},
		{{field: matrix.Indicator}: text("more"), {field: matrix.Baseline}: "0", {matrix.Target, 0}: "200", {matrix.Target, 1}: "600"},
		{
			{field: matrix.Number}: "1.1.2", {field: matrix.Activity}: text("second"), {field: matrix.Indicator}: text("second.indicator"), {field: matrix.Baseline}: "0", {matrix.Target, 0}: "4",
			{field: matrix.Lead}: text("second.lead"), {field: matrix.Start}: at(1, 0), {field: matrix.End}: o.t.Msg("template.continuous"), {matrix.Budget, 0}: 4_500, {field: matrix.Currency}: currency,
		},
	}
}

// example writes the sheet that shows how the matrix is filled.
func (o *book) example() error {
	sheet := o.t.Msg("template.sheet.example")
	if err := o.dress(sheet); err != nil {
		return err
	}
	row, err := o.over(sheet, o.t.Msg("template.example.title"), o.t.Msg("template.example.lede"), o.t.Msg("template.example.passed"))
	if err != nil {
		return err
	}
	if err := o.head(sheet, row); err != nil {
		return err
	}
	for _, r := range o.exampleRows() {
		row++
		lines := 1.0
		for i, c := range o.list {
			at := said{field: c.field}
			if c.year != 0 {
				at.year = c.year - o.FirstYear
			}
			text, _ := r[at].(string)
			lines = max(lines, math.Ceil(float64(utf8.RuneCountInString(text))*1.15/c.width))
			if err := o.put(sheet, i+1, row, c.look, text); err != nil {
				return err
			}
			if n, is := r[at].(int); is {
				cell, err := excelize.CoordinatesToCellName(i+1, row)
				if err != nil {
					return err
				}
				if err := o.f.SetCellInt(sheet, cell, int64(n)); err != nil {
					return err
				}
			}
		}
		if err := o.f.SetRowHeight(sheet, row, 4+13*lines); err != nil {
			return err
		}
	}
	return nil
}
