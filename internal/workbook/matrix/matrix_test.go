package matrix

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"tracker/internal/problem"
	"tracker/internal/sheet"
)

// fill makes a workbook of a shape's text.
func fill(t testing.TB, text string) []byte {
	t.Helper()
	f := excelize.NewFile()
	name, row := "Sheet1", 0
	first := true
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for line := range strings.SplitSeq(strings.Trim(text, "\n"), "\n") {
		switch {
		case strings.HasPrefix(line, "# "):
			name, row = line[2:], 0
			if first {
				must(f.SetSheetName("Sheet1", name))
			} else if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
			first = false
		case line == "hidden":
			must(f.SetSheetVisible(name, false))
		case strings.HasPrefix(line, "= "):
			from, to, _ := strings.Cut(line[2:], ":")
			must(f.MergeCell(name, from, to))
		default:
			row++
			if line == "~" {
				continue
			}
			for i, value := range strings.Split(line, "|") {
				at, err := excelize.CoordinatesToCellName(i+1, row)
				must(err)
				must(put(f, name, at, strings.ReplaceAll(value, `\n`, "\n")))
			}
		}
	}
	var b bytes.Buffer
	must(f.Write(&b))
	must(f.Close())
	return b.Bytes()
}

// put writes one value of a shape's text.
func put(f *excelize.File, name, at, value string) error {
	if value == "" {
		return nil
	}
	kind, format, formatted := strings.Cut(value, " ")
	var v any = value
	switch {
	case formatted && value[0] == '@':
		day, err := time.Parse(time.DateOnly, kind[1:])
		if err != nil {
			return err
		}
		v = day
	case formatted && value[0] == '%':
		n, err := strconv.ParseFloat(kind[1:], 64)
		if err != nil {
			return err
		}
		v = n
	default:
		return f.SetCellValue(name, at, v)
	}
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		return err
	}
	if err := f.SetCellValue(name, at, v); err != nil {
		return err
	}
	return f.SetCellStyle(name, at, at, style)
}

// open gives the workbook of a shape as package sheet reads it.
func open(t testing.TB, name, text string) sheet.Book {
	t.Helper()
	content := []byte(strings.TrimLeft(text, "\n"))
	if !strings.HasSuffix(name, ".csv") {
		content, name = fill(t, text), name+".xlsx"
	}
	b, err := sheet.Open(bytes.NewReader(content), int64(len(content)), name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// facts writes a plan as the files in testdata have it: under the cell of each
// row's title one line for each thing that a cell says of it, and problems at the end.
func facts(p Plan) string {
	var b strings.Builder
	for _, t := range p.Tables {
		for _, r := range slices.Concat(t.Rows, t.Entries) {
			at := r.Cell
			if t.Sheet != "" {
				at = t.Sheet + "!" + at
			}
			fmt.Fprintf(&b, "@%s\n", at)
			for _, line := range rowFacts(r) {
				fmt.Fprintln(&b, line)
			}
		}
	}
	for _, one := range p.Problems {
		fmt.Fprintf(&b, "problem %s %s\n", one.Address(), strings.TrimPrefix(one.Key, "matrix.problem."))
	}
	return b.String()
}

func rowFacts(r Row) (list []string) {
	say := func(what string, parts ...string) {
		list = append(list, what+": "+strings.Join(strings.Fields(strings.Join(parts, " ")), " "))
	}
	say(string(r.Level), r.Number, r.Title)
	for _, s := range r.Path {
		say(string(s.Level), s.Number, s.Title)
	}
	for _, m := range r.Indicators {
		if m.Text != "" {
			say("indicator", m.Text)
		}
		if m.Baseline != nil {
			say("baseline", m.Baseline.Text)
		}
		for _, target := range m.Targets {
			say("target", strings.TrimPrefix(strconv.Itoa(target.Year), "0"), "=", target.Text)
		}
	}
	for _, some := range []struct {
		what string
		list []Said
	}{{"lead", r.Lead}, {"supporting", r.Supporting}, {"funder", r.Funder}, {"means", r.Means}, {"assumptions", r.Assumptions}, {"remarks", r.Remarks}} {
		for _, s := range some.list {
			say(some.what, s.Text)
		}
	}
	if !r.Span.Start.IsZero() {
		say("start", r.Span.Start.String())
	}
	if !r.Span.Due.IsZero() {
		say("due", r.Span.Due.String())
	}
	if r.Span.Continuous {
		say("continuous", "yes")
	}
	for _, m := range r.Budget {
		say("budget", strings.TrimPrefix(strconv.Itoa(m.Year), "0"), fmt.Sprintf("%d.%02d", m.AmountCents/100, m.AmountCents%100), m.Currency, m.Funder)
	}
	for _, o := range r.Other {
		say("other", o.Heading, "=", o.Text)
	}
	return list
}

// refusal is the key of a refusal.
func refusal(err error) string {
	var p *problem.Error
	if errors.As(err, &p) {
		return p.Key
	}
	return fmt.Sprint(err)
}
