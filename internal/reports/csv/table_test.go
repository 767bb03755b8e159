package csv

import (
	"strings"
	"testing"

	"tracker/internal/reports"
	"tracker/internal/reports/reportstest"
)

// A number of a list keeps its decimals and no grouping, whole ones have none,
// and what is no value of a list is an error.
func TestNumbersOfAListKeepTheirDecimals(t *testing.T) {
	table := reports.Table{Name: "money", Title: "Money", Columns: []reports.Column{{Name: "Ref"}, {Name: "Amount", Kind: reports.Numbers}},
		Rows: reports.Listed([][]any{{"a", 1250000.5}, {"b", 3}, {"c", 2000000.0}})}
	var b strings.Builder
	if err := Write(&b, reportstest.Words(t), table); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"a,1250000.5\r\n", "b,3\r\n", "c,2000000\r\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in %q", want, b.String())
		}
	}
	table.Rows = reports.Listed([][]any{{"a", struct{}{}}})
	if err := Write(&b, reportstest.Words(t), table); err == nil {
		t.Error("a cell of no known kind is written")
	}
}
