package template

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"tracker/internal/i18n"
	"tracker/internal/problem"
	"tracker/internal/sheet"
	"tracker/internal/workbook/matrix"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var (
	asked  = Plan{FirstYear: 2025, LastYear: 2027, Currencies: []string{"USD", "LSL"}}
	chosen = []Institution{{"MHA", "Ministry of Home Affairs"}, {"MGYS", "Ministry of Gender, Youth, Sports and Recreation"}, {"PJ", "Prosecution and Judiciary"}, {"X", "Made\nof lines"}}
)

func words(t testing.TB) *i18n.T { return wordsIn(t, "en") }

func wordsIn(t testing.TB, lang string) *i18n.T {
	t.Helper()
	m, err := i18n.In(lang)
	must(t, err)
	return i18n.New(m, nil)
}

// written is the template as it is sent.
func written(t testing.TB, p Plan) []byte { return writtenIn(t, "en", p) }

func writtenIn(t testing.TB, lang string, p Plan) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, Write(&b, wordsIn(t, lang), chosen, p))
	return b.Bytes()
}

// filled is the template with cells of the matrix written, as a person would.
func filled(t testing.TB, content []byte, cells map[string]any) []byte {
	t.Helper()
	return filledOn(t, content, "Plan", cells)
}

func filledOn(t testing.TB, content []byte, sheet string, cells map[string]any) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(content))
	must(t, err)
	for at, v := range cells {
		must(t, f.SetCellValue(sheet, at, v))
	}
	var b bytes.Buffer
	must(t, f.Write(&b))
	must(t, f.Close())
	return b.Bytes()
}

func open(t testing.TB, content []byte) sheet.Book {
	t.Helper()
	b, err := sheet.Open(bytes.NewReader(content), int64(len(content)), "a.xlsx")
	must(t, err)
	return b
}

// Every heading is read as the field that it was written for, by its words, with its year.
func TestEveryHeadingIsReadForWhatItIs(t *testing.T) {
	p, err := matrix.Read(open(t, filled(t, written(t, asked), map[string]any{"F4": "Train"})), matrix.Told{})
	must(t, err)
	list := asked.columns()
	columns := p.Tables[0].Columns
	if len(columns) != len(list) {
		t.Fatalf("%d columns, want %d", len(columns), len(list))
	}
	for i, c := range columns {
		if c.Field != list[i].field || c.Year != list[i].year || c.Why != matrix.ByWords {
			t.Errorf("%s %q is %s %d by %s, want %s %d", c.Letters, c.Heading, c.Field, c.Year, c.Why, list[i].field, list[i].year)
		}
	}
}

// The template that nobody filled is no plan, and says so; its example is passed over.
func TestAnUntouchedTemplateIsRefused(t *testing.T) {
	p, err := matrix.Read(open(t, written(t, asked)), matrix.Told{})
	var no *problem.Error
	if !errors.As(err, &no) || no.Key != "matrix.error.rows" || !strings.HasPrefix(words(t).Msg(no.Key), "No rows were filled") {
		t.Errorf("it is %v", err)
	}
	want := []matrix.Skipped{{Sheet: "How to fill it", Key: "matrix.skipped.header"}, {Sheet: "Example", Key: "matrix.skipped.example"}, {Sheet: "Lists", Key: "matrix.skipped.hidden"}}
	if diff := cmp.Diff(want, p.Skipped); diff != "" {
		t.Error(diff)
	}
}

// What is filled in comes back as it was meant, all of it and nothing else.
func TestAFilledTemplateComesBackWhole(t *testing.T) {
	content := filled(t, written(t, asked), map[string]any{
		"A4": "1. Prevention", "B4": "1.1 Workers know their rights", "C4": "Fewer are deceived", "D4": "Advice at the border", "E4": "1.1.1", "F4": "Open information points", "G4": "Points open",
		"H4": 0, "I4": 1, "J4": 2, "K4": 3, "L4": "Lists", "M4": "Ministry of Home Affairs (MHA)", "N4": "Police; IOM", "O4": "Q2 2025", "P4": "Continuous", "Q4": 20000, "R4": 1500.5, "T4": "USD", "U4": "UNODC",
		"V4": "There is room", "W4": "Begun",
		"G5": "People advised", "K5": "600",
		"E6": "1.2", "F6": "Train labour inspectors", "M6": "Ministry of Gender, Youth, Sports and Recreation (MGYS)", "O6": "2025", "P6": "15 March 2026", "S6": 99, "T6": "LSL",
		"A7": "2. Protection", "B7": "2.1 Victims are safe", "F7": "Open a shelter", "M7": "PJ", "O7": "March 2025", "P7": "Q4 2027"})
	p, err := matrix.Read(open(t, content), matrix.Told{})
	must(t, err)
	if len(p.Tables) != 1 || len(p.Problems)+len(p.Tables[0].Ignored)+len(p.Tables[0].Entries) > 0 {
		t.Fatalf("%d tables, problems %v, ignored %v", len(p.Tables), p.Problems, p.Tables[0].Ignored)
	}
	want := []string{
		"F4 activity 1.1.1 Open information points < 1 Prevention < 1.1 Workers know their rights < Fewer are deceived < Advice at the border; indicator Points open 0 2025=1 2026=2 2027=3; indicator People advised 2027=600; " +
			"lead [Ministry of Home Affairs (MHA)]; supporting [Police IOM]; 2025-04-01..; continuous true; budget 2025 20000.00 USD UNODC; budget 2026 1500.50 USD UNODC; [UNODC] [Lists] [There is room] [Begun]; other 0",
		"F6 activity 1.2 Train labour inspectors < 1 Prevention < 1.1 Workers know their rights < Fewer are deceived < Advice at the border; " +
			"lead [Ministry of Gender, Youth, Sports and Recreation (MGYS)]; supporting []; 2025-01-01..2026-03-15; continuous false; budget 2027 99.00 LSL; [] [] [] []; other 0",
		"F7 activity Open a shelter < 2 Protection < 2.1 Victims are safe; lead [PJ]; supporting []; 2025-03-01..2027-12-31; continuous false; [] [] [] []; other 0",
	}
	var got []string
	for _, r := range p.Tables[0].Rows {
		got = append(got, told(r))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// told writes all that was read of a row.
func told(r matrix.Row) string {
	var b strings.Builder
	texts := func(list []matrix.Said) (out []string) {
		for _, s := range list {
			out = append(out, s.Text)
		}
		return out
	}
	fmt.Fprint(&b, r.Cell, " ", r.Level, " ", strings.TrimSpace(r.Number+" "+r.Title))
	for _, s := range r.Path {
		fmt.Fprint(&b, " < ", strings.TrimSpace(s.Number+" "+s.Title))
	}
	for _, m := range r.Indicators {
		fmt.Fprint(&b, "; indicator ", m.Text)
		if m.Baseline != nil {
			fmt.Fprint(&b, " ", m.Baseline.Text)
		}
		for _, a := range m.Targets {
			fmt.Fprint(&b, " ", a.Year, "=", a.Text)
		}
	}
	fmt.Fprint(&b, "; lead ", texts(r.Lead), "; supporting ", texts(r.Supporting), "; ", r.Span.Start, "..", r.Span.Due, "; continuous ", r.Span.Continuous)
	for _, m := range r.Budget {
		fmt.Fprint(&b, "; ", strings.TrimSpace(fmt.Sprintf("budget %d %d.%02d %s %s", m.Year, m.AmountCents/100, m.AmountCents%100, m.Currency, m.Funder)))
	}
	fmt.Fprint(&b, "; ", texts(r.Funder), " ", texts(r.Means), " ", texts(r.Assumptions), " ", texts(r.Remarks), "; other ", len(r.Other))
	return b.String()
}

// The example is read as any plan when a person says so, with nothing to put right.
func TestTheExampleIsAPlanWithoutProblems(t *testing.T) {
	p, err := matrix.Read(open(t, written(t, asked)), matrix.Told{Header: map[string]int{"Example": 4}})
	must(t, err)
	if len(p.Tables) != 2 || len(p.Tables[1].Rows) != 2 || len(p.Problems) > 0 {
		t.Fatalf("%d tables, problems %v", len(p.Tables), p.Problems)
	}
	first := told(p.Tables[1].Rows[0])
	for _, part := range []string{"1.1.1 Open information points at three border posts < 1 Prevention < 1.1", "Information points that are open 0 2025=1 2026=3; indicator People who asked for advice 0 2025=200", "lead [Ministry of Labour (MOL)]; supporting [Immigration Police]", "2025-04-01..2026-12-31", "budget 2026 35000.00 USD Government budget"} {
		if !strings.Contains(first, part) {
			t.Errorf("%s\nhas no %s", first, part)
		}
	}
}

// What can be chosen stands in a hidden range, an institution as one name; anything else may be typed.
func TestInstitutionsTimesAndCurrenciesCanBeChosen(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(written(t, asked)))
	must(t, err)
	defer f.Close() //nolint:errcheck // it was only read
	got := map[string]string{}
	list, err := f.GetDataValidations("Plan")
	must(t, err)
	for _, v := range list {
		if v.ShowErrorMessage {
			t.Errorf("%s takes nothing else", v.Sqref)
		}
		got[v.Sqref] = v.Formula1
	}
	want := map[string]string{"M4:M1003": "'Lists'!$A$2:$A$5", "N4:N1003": "'Lists'!$A$2:$A$5", "O4:O1003": "'Lists'!$B$2:$B$16", "P4:P1003": "'Lists'!$C$2:$C$17", "T4:T1003": "'Lists'!$D$2:$D$3"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	columns, err := f.GetCols("Lists")
	must(t, err)
	if diff := cmp.Diff([]string{"Ministry of Home Affairs (MHA)", "Ministry of Gender, Youth, Sports and Recreation (MGYS)", "PJ", "Made of lines (X)"}, columns[0][1:5]); diff != "" {
		t.Error(diff)
	}
}

// Whatever is asked for, a file comes of it or an error; years that are none make none.
func TestATemplateIsOfAFewYears(t *testing.T) {
	for p, ok := range map[[2]int]bool{{2025, 2025}: true, {2025, 2034}: true, {2025, 2035}: false, {2025, 2024}: false, {0, 0}: false, {2095, 2100}: false} {
		var b bytes.Buffer
		if err := Write(&b, words(t), nil, Plan{FirstYear: p[0], LastYear: p[1], Demonstration: true}); (err == nil) != ok {
			t.Errorf("%v: %v", p, err)
		}
	}
}

func TestTheSameTemplateIsTheSameBytes(t *testing.T) {
	var first []byte
	for range 5 {
		var b bytes.Buffer
		must(t, Write(&b, words(t), chosen, asked))
		if first == nil {
			first = b.Bytes()
		} else if !bytes.Equal(first, b.Bytes()) {
			t.Fatal("it is written in other bytes")
		}
	}
}
