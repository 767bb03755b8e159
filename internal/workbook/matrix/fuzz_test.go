package matrix

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tracker/internal/sheet"
)

// FuzzRead holds for any table: nothing panics, the same is read twice, every
// address is a cell of its sheet or of a row in it, and spans and amounts are
// whole, whatever a person tells.
func FuzzRead(f *testing.F) {
	for _, s := range append(append([]shape{}, shapes...), unseen...) {
		if strings.HasSuffix(s.name, ".csv") {
			f.Add([]byte(s.text), true)
			continue
		}
		f.Add(fill(f, s.text), false)
		f.Add([]byte(strings.ReplaceAll(strings.ReplaceAll(s.text, ";", ","), "|", ";")), true)
	}
	f.Fuzz(func(t *testing.T, content []byte, text bool) {
		name := "a.xlsx"
		if text {
			name = "a.csv"
		}
		b, err := sheet.Open(bytes.NewReader(content), int64(len(content)), name)
		if err != nil {
			return
		}
		p, err := Read(b, Told{})
		again, _ := Read(b, Told{})
		if !reflect.DeepEqual(p, again) {
			t.Fatal("read twice, two plans")
		}
		if err != nil && refusal(err) == "" {
			t.Fatal("refused without a reason")
		}
		checkPlan(t, b, p)
		told := Told{Columns: map[string]Field{}, Header: map[string]int{}}
		for i, s := range b.Sheets {
			told.Header[s.Name] = 1 + len(content)%3
			for k, field := range Fields { // every column is something else than it says
				told.Columns[address(s.Name, string(rune('A'+(i+len(content)+k*5)%26)))] = field
			}
		}
		p, err = Read(b, told)
		if err != nil && refusal(err) == "" {
			t.Fatal("refused without a reason, as told")
		}
		checkPlan(t, b, p)
	})
}

// checkPlan holds a plan against the book it was read from.
func checkPlan(t *testing.T, b sheet.Book, p Plan) {
	cells := map[string]string{}
	for _, s := range b.Sheets {
		for _, r := range s.Rows {
			for _, c := range r.Cells {
				cells[s.Name+"!"+c.Ref] = c.Text
			}
		}
	}
	for _, one := range p.Problems {
		if one.Text != cells[one.Sheet+"!"+one.Cell] && !strings.HasPrefix(one.Text, cells[one.Sheet+"!"+one.Cell]) {
			t.Fatalf("%s has %q, the problem %q", one.Address(), cells[one.Sheet+"!"+one.Cell], one.Text)
		}
	}
	for _, table := range p.Tables {
		for _, r := range slices.Concat(table.Rows, table.Entries) {
			if cells[table.Sheet+"!"+r.Cell] == "" || r.Title == "" || r.First > r.Last || r.First <= table.HeaderEnd {
				t.Fatalf("row %d-%d at %q: %q", r.First, r.Last, r.Cell, r.Title)
			}
			if s := r.Span; !s.Start.IsZero() && !s.Due.IsZero() && s.Due.Before(s.Start) {
				t.Fatalf("row %d ends before it begins: %s", r.First, s.told())
			}
			for _, m := range r.Budget {
				if m.AmountCents < 0 || cells[table.Sheet+"!"+m.Cell] == "" {
					t.Fatalf("row %d has %d cents in %s", r.First, m.AmountCents, m.Cell)
				}
			}
			said := append(append([]Said{}, r.Lead...), r.Supporting...)
			for _, s := range append(append(append(said, r.Funder...), r.Means...), r.Remarks...) {
				if s.Text == "" || cells[table.Sheet+"!"+s.Cell] == "" {
					t.Fatalf("row %d says %q in %s", r.First, s.Text, s.Cell)
				}
			}
			for i, step := range r.Path {
				if depth(step.Level) >= depth(r.Level) || i > 0 && depth(step.Level) <= depth(r.Path[i-1].Level) {
					t.Fatalf("row %d stands at %v", r.First, r.Path)
				}
			}
		}
	}
}
