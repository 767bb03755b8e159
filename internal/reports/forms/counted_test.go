package forms

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tracker/internal/i18n"
	"tracker/internal/reports"
	"tracker/internal/reports/reportstest"
	"tracker/seeds/seedstest"
)

// object and list read the JSON form as programs do.
func object(v any) map[string]any { m, _ := v.(map[string]any); return m }
func list(v any) []any            { l, _ := v.([]any); return l }

func word(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// sheetOf is a data sheet below its heads, by column.
func sheetOf(t *testing.T, book map[string][][]string, title string) (rows []map[string]string) {
	t.Helper()
	sheet, there := book[title]
	if !there {
		t.Fatalf("there is no sheet %q", title)
	}
	for _, cells := range sheet[3:] {
		row := map[string]string{}
		for i, head := range sheet[2] {
			row[head] = cells[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// same holds the rows of a sheet to those wanted, in the columns wanted.
func same(t *testing.T, name string, got, want []map[string]string) {
	t.Helper()
	if len(got) != len(want) || len(want) == 0 {
		t.Fatalf("%s: the sheet has %d rows, the JSON %d", name, len(got), len(want))
	}
	for i, row := range want {
		for head, text := range row {
			if has, known := got[i][head]; !known || has != text {
				t.Errorf("%s, row %d, %s is %q in the workbook and %q in the JSON", name, i+1, head, has, text)
			}
		}
	}
}

// countedRows are the rows of the sheet of figures as the JSON gives them: the
// cells of what counts, then the other values of the year; a year of which
// nothing is told has one that says why.
func countedRows(t *i18n.T, report map[string]any) (rows []map[string]string) {
	for _, one := range list(report["indicators"]) {
		one := object(one)
		for _, year := range list(one["by_year"]) {
			y, value := object(year), object(object(year)["value"])
			row := func(answer, number any, from map[string]any, counts bool) map[string]string {
				said := ""
				switch {
				case word(answer) != "":
				case word(value["basis"]) != "": // of a category that does not leave
					said = t.Msg("indicators.not_told")
				default:
					said = t.Msg("indicators.gap." + word(y["gap"]))
				}
				r := map[string]string{"Reference": word(one["indicator"]), "Title": word(one["title"]), "Year": word(y["year"]), "Number": decimals(word(number)), "Note": word(from["note"]),
					"Covers from": word(from["covers_from"]), "Covers up to": word(from["covers_to"]), "Counts": ""}
				if counts && word(value["basis"]) != "" {
					r["Counts"] = t.Msg("report.yes")
				}
				if said != "" {
					r["Answer"] = said
				}
				return r
			}
			cells := list(y["cells"])
			for _, c := range cells {
				c := object(c)
				r := row(c["answer"], c["number"], value, true)
				if word(c["place"]) == "" {
					r["Of what"] = t.Msg("indicators.total")
				}
				if r["Target"] = ""; c["place"] == y["place"] {
					r["Target"] = decimals(word(y["target"]))
				}
				rows = append(rows, r)
			}
			if len(cells) == 0 {
				r := row(y["answer"], y["number"], value, true)
				r["Target"] = decimals(word(y["target"]))
				rows = append(rows, r)
			}
			for _, o := range list(y["others"]) {
				rows = append(rows, row(object(o)["answer"], object(o)["number"], object(o), false))
			}
		}
	}
	return rows
}

func cmpOr(s, or string) string {
	if s == "" {
		return or
	}
	return s
}

// decimals is a number as the other program prints it.
func decimals(n string) string {
	if strings.Contains(n, ".") {
		return strings.TrimSuffix(strings.TrimRight(n, "0"), ".")
	}
	return n
}

// moneyRows are the rows of the sheet of money: nothing where nothing is told.
func moneyRows(t *i18n.T, report map[string]any) (rows []map[string]string) {
	amount := func(v any) string {
		if v == nil {
			return ""
		}
		return decimals(strconv.FormatFloat(cents(v)/100, 'f', 2, 64))
	}
	for _, one := range list(report["money"]) {
		m := object(one)
		from, _ := m["financial_year"].(json.Number).Int64()
		gap := ""
		if m["budget_cents"] != nil && m["released_cents"] != nil {
			gap = amount(json.Number(strconv.FormatFloat(cents(m["budget_cents"])-cents(m["released_cents"]), 'f', 0, 64)))
		}
		rows = append(rows, map[string]string{"Reference": word(m["commitment"]), "Title": word(m["title"]), "Lead": word(m["lead"]), "Told by": word(m["institution"]),
			"Financial year": fmt.Sprintf("%d-%02d", from, (from+1)%100), "Funder": word(m["funder"]), "Currency": word(m["currency"]), "Budget": amount(m["budget_cents"]),
			"Released": amount(m["released_cents"]), "Spent": amount(m["spent_cents"]), "Not released": gap, "As of": cmpOr(word(m["as_of"]), t.Msg("money.untold"))})
	}
	return rows
}

// funded is what one funder gave in one year and one currency, as far as it is
// told: what is budgeted, released and spent.
type funded struct {
	funder, currency string
	cents            []int64
}

// fundersOf adds up the money of the JSON.
func fundersOf(report map[string]any) map[string]funded {
	sums := map[string]map[string]int64{}
	out := map[string]funded{}
	for _, one := range list(report["money"]) {
		m := object(one)
		key := fmt.Sprint(m["funder"], m["financial_year"], m["currency"])
		if sums[key] == nil {
			sums[key], out[key] = map[string]int64{}, funded{funder: word(m["funder"]), currency: word(m["currency"])}
		}
		for _, member := range []string{"budget_cents", "released_cents", "spent_cents"} {
			if m[member] != nil {
				sums[key][member] += int64(cents(m[member]))
			}
		}
	}
	for key, f := range out {
		f.cents = slices.Collect(maps.Values(sums[key]))
		out[key] = f
	}
	return out
}

func cents(v any) float64 {
	f, _ := v.(json.Number).Float64()
	return f
}

// Figures, money and changed figures stand in the workbook as in the JSON, read
// by programs that know neither writer; outside government no sheet tells money
// or changes of figures.
func TestTheWorkbookHoldsWhatIsCounted(t *testing.T) {
	words := reportstest.Words(t)
	for name, s := range editions(t, seedstest.Lesotho.SQLite(t)) {
		report, book := reportOf(t, s), workbookOf(t, s)
		same(t, name+": figures", sheetOf(t, book, "Figures"), countedRows(words, report))
		_, money := book["Money"]
		_, changed := book["Changed figures"]
		if inside := s.Audience == "internal"; money != inside || changed != (inside && slices.Contains(s.Sections, reports.SectionChanges)) {
			t.Errorf("%s: a sheet of money: %t, of changed figures: %t", name, money, changed)
		}
		if money {
			same(t, name+": money", sheetOf(t, book, "Money"), moneyRows(words, report))
		}
		if !changed {
			continue
		}
		rows := sheetOf(t, book, "Changed figures")
		figures := list(report["changed_figures"])
		if len(rows) != len(figures) || len(rows) == 0 {
			t.Fatalf("%s: the sheet has %d changed figures, the JSON %d", name, len(rows), len(figures))
		}
		for i, one := range figures {
			f, row := object(one), rows[i]
			if row["Reference"] != f["indicator"] || row["Title"] != f["title"] || row["Year"] != object(f["is"])["year"] {
				t.Errorf("%s: row %d of the changed figures is %v", name, i+1, row)
			}
			for head, member := range map[string]string{"Then, as known then": "known_then", "Then, as known now": "was", "Figure": "is"} {
				n := word(object(f[member])["number"])
				if n != "" && !strings.Contains(row[head], n) || n == "" && strings.ContainsAny(strings.Split(row[head], ",")[0], "0123456789") {
					t.Errorf("%s: %s of %s is %q in the workbook and %q in the JSON", name, head, row["Reference"], row[head], n)
				}
			}
		}
	}
}
