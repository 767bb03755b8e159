package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A problem of a workbook stands by sheet and cell, and a sheet that is no plan with its reason.
func TestImportPlanNamesSheetsAndCells(t *testing.T) {
	f := excelize.NewFile()
	for _, row := range [][]any{{"Sheet1", "A1", "Cover"}, {"Plan", "A1", "Activity", "Lead", "Timeframe"}, {"Plan", "A2", "Train judges", "Judiciary", "when funds come"}} {
		if _, err := f.NewSheet(row[0].(string)); err != nil {
			t.Fatal(err)
		}
		values := row[2:]
		if err := f.SetSheetRow(row[0].(string), row[1].(string), &values); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "plan.xlsx")
	var book bytes.Buffer
	if err := f.Write(&book); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, book.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errors bytes.Buffer
	if code := run(t.Context(), []string{"import", "plan", path, "--dry-run", "--json"}, &out, &errors, func(string) string { return "" }); code != exitDone {
		t.Fatalf("ends with %d: %s", code, errors.String())
	}
	var told planTold
	if err := json.Unmarshal(out.Bytes(), &told); err != nil {
		t.Fatal(err)
	}
	if len(told.Problems) != 1 || told.Problems[0] != (problemTold{"Plan!C2", "No time can be read here for certain.", "when funds come"}) {
		t.Errorf("problems %v", told.Problems)
	}
	if len(told.Skipped) != 1 || told.Skipped[0] != (skippedTold{"Sheet1", "No row of headings of a plan was found."}) {
		t.Errorf("passed over %v", told.Skipped)
	}
	if len(told.Tables) != 1 || told.Tables[0].Rows[0].Lead[0].Cell != "B2" || told.Tables[0].Rows[0].When[0].Text != "when funds come" {
		t.Errorf("tables %v", told.Tables)
	}
}
