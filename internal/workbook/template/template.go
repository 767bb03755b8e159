// Package template writes the workbook in which a ministry that has no matrix
// of its own begins its plan. What is filled in comes back through package
// matrix, which reads every heading of it for what it is.
package template

import (
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"tracker/internal/i18n"
	"tracker/internal/sheet/steady"
	"tracker/internal/workbook/matrix"
)

// Institution is one that can be chosen, by its code and name.
type Institution struct{ Code, Name string }

// Plan is what a template is made for: the years of the plan, the currencies
// that its budget may have, the first of them usual, and whether the texts are
// of a demonstration.
type Plan struct {
	FirstYear, LastYear int
	Currencies          []string
	Demonstration       bool
}

// The bounds of a template: the years with columns of their own, the rows in
// which something can be chosen, and how many of them are ready to write in.
const (
	mostYears = 10
	rows      = 1000
	ready     = 25
)

// column is a column of the matrix. A year of 0 is of no year; list is the
// column of the hidden sheet from which its cells are chosen.
type column struct {
	field matrix.Field
	year  int
	width float64
	look  look
	list  string
}

// columns are those of a plan, in the order of the fields of a matrix.
func (p Plan) columns() (list []column) {
	of := map[matrix.Field]column{
		matrix.Pillar: {width: 15}, matrix.Objective: {width: 19}, matrix.Outcome: {width: 19}, matrix.Output: {width: 19}, matrix.Number: {width: 7}, matrix.Activity: {width: 29, look: lookStrong},
		matrix.Indicator: {width: 23}, matrix.Baseline: {width: 10}, matrix.Target: {width: 9}, matrix.Means: {width: 19}, matrix.Lead: {width: 21, list: listInstitutions},
		matrix.Supporting: {width: 21, list: listInstitutions}, matrix.Start: {width: 10, list: listStarts}, matrix.End: {width: 12, list: listEnds}, matrix.Budget: {width: 12, look: lookMoney},
		matrix.Currency: {width: 10, list: listCurrencies}, matrix.Funder: {width: 16}, matrix.Assumptions: {width: 20}, matrix.Remarks: {width: 20},
	}
	for _, field := range matrix.Fields {
		c, has := of[field]
		if !has {
			continue
		}
		c.field = field
		if c.list == listCurrencies && len(p.Currencies) == 0 {
			c.list = ""
		}
		if field != matrix.Target && field != matrix.Budget {
			list = append(list, c)
			continue
		}
		for c.year = p.FirstYear; c.year <= p.LastYear; c.year++ {
			list = append(list, c)
		}
	}
	return list
}

// heading is what stands over a column.
func (c column) heading(t *i18n.T) string {
	text := t.Msg("template.head." + string(c.field))
	if c.year != 0 {
		text += " " + strconv.Itoa(c.year)
	}
	return text
}

// Write writes the template: how it is filled, the empty matrix, an example on
// a sheet of its own that is passed over when the file comes back, and a hidden
// sheet with what can be chosen. A plan has one year at least and ten at most.
func Write(w io.Writer, t *i18n.T, institutions []Institution, p Plan) (err error) {
	if p.FirstYear < 1900 || p.LastYear > 2099 || p.LastYear < p.FirstYear || p.LastYear-p.FirstYear >= mostYears {
		return fmt.Errorf("template: years %d to %d", p.FirstYear, p.LastYear)
	}
	o := &book{Plan: p, t: t, f: excelize.NewFile(), institutions: institutions, list: p.columns()}
	defer o.f.Close() //nolint:errcheck // only temporary files
	for _, step := range []func() error{o.styles, o.sheets, o.lists, o.guide, o.matrix, o.example, o.properties} {
		if err := step(); err != nil {
			return fmt.Errorf("template: %w", err)
		}
	}
	o.f.SetZipWriter(steady.Zip(nil))
	if err := o.f.Write(w); err != nil {
		return fmt.Errorf("template: %w", err)
	}
	return nil
}

// book is a template in the making.
type book struct {
	Plan
	t            *i18n.T
	f            *excelize.File
	looks        [looks]int
	bare         [2]int // of texts and of amounts, without lines
	institutions []Institution
	list         []column
	lengths      map[string]int // of what can be chosen, by column of the hidden sheet
}

func (o *book) sheets() error {
	if err := o.f.SetSheetName("Sheet1", o.t.Msg("template.sheet.guide")); err != nil {
		return err
	}
	for _, key := range []string{"template.sheet.plan", "template.sheet.example", "template.sheet.lists"} {
		if _, err := o.f.NewSheet(o.t.Msg(key)); err != nil {
			return err
		}
	}
	return nil
}

// The columns of the hidden sheet.
const (
	listInstitutions = "A"
	listStarts       = "B"
	listEnds         = "C"
	listCurrencies   = "D"
)

// lists writes the hidden sheet. An institution stands with its name and its
// code; by its code alone where the name would be read as several.
func (o *book) lists() error {
	var names, times []string
	for _, i := range o.institutions {
		name := clean(i.Name + " (" + i.Code + ")")
		if !matrix.OneName(name) {
			name = clean(i.Code)
		}
		names = append(names, name)
	}
	for year := o.FirstYear; year <= o.LastYear; year++ {
		for q := 1; q <= 4; q++ {
			times = append(times, o.t.Msg("template.quarter", "q", q, "year", strconv.Itoa(year)))
		}
		times = append(times, strconv.Itoa(year))
	}
	sheet := o.t.Msg("template.sheet.lists")
	o.lengths = map[string]int{}
	for _, c := range []struct {
		column, head string
		list         []string
	}{{listInstitutions, "lead", names}, {listStarts, "start", times}, {listEnds, "end", append(times, o.t.Msg("template.continuous"))}, {listCurrencies, "currency", o.Currencies}} {
		values := append([]string{o.t.Msg("template.head." + c.head)}, c.list...)
		if err := o.f.SetSheetCol(sheet, c.column+"1", &values); err != nil {
			return err
		}
		o.lengths[c.column] = len(c.list)
	}
	return o.f.SetSheetVisible(sheet, false)
}

func (o *book) properties() error {
	o.f.SetActiveSheet(0)
	return o.f.SetDocProps(&excelize.DocProperties{Title: o.t.Msg("template.title", "from", strconv.Itoa(o.FirstYear), "to", strconv.Itoa(o.LastYear)), Language: o.t.Lang()})
}
