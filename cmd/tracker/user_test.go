package main

import (
	"path/filepath"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/db"
)

// A link alone leaves the second factor, and says so; with --new-second-factor it is gone, and the trail knows.
func TestALinkFromTheCommandLineRemovesTheSecondFactorWhenTold(t *testing.T) {
	dir := t.TempDir()
	tracker := func(args ...string) string {
		t.Helper()
		var out lines
		if code := run(t.Context(), append(args, "--data", dir), &out, &out, func(string) string { return "" }); code != exitDone {
			t.Fatalf("%v ended with %d: %s", args, code, &out)
		}
		return out.String()
	}
	tracker("migrate")
	tracker("seed", filepath.Join("..", "..", "seeds", "lesotho"))
	const who = "coordinator.one@tracker.example"
	d, err := db.Open(t.Context(), db.Config{Path: filepath.Join(dir, "tracker.sqlite")})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // of a test
	if err := d.Write(t.Context(), func(tx *gorm.DB) error {
		return tx.Exec("INSERT INTO second_factors (person_id, sealed, made_at, last_step) SELECT id, 'x', '2021-11-01 08:00:00+00:00', 0 FROM people WHERE email = ?", who).Error
	}); err != nil {
		t.Fatal(err)
	}
	has := func() (factors, entries int) {
		t.Helper()
		if err := d.Read(t.Context(), func(tx *gorm.DB) error {
			return tx.Raw("SELECT (SELECT count(*) FROM second_factors), (SELECT count(*) FROM audit_entries WHERE action = 'person.remove_second')").Row().Scan(&factors, &entries)
		}); err != nil {
			t.Fatal(err)
		}
		return factors, entries
	}
	if said := tracker("user", "link", who); !strings.Contains(said, "asks for the second factor too") {
		t.Error(said)
	}
	if factors, entries := has(); factors != 1 || entries != 0 {
		t.Errorf("a link alone leaves %d second factors and %d entries", factors, entries)
	}
	if said := tracker("user", "link", who, "--new-second-factor"); !strings.Contains(said, "is removed") || !strings.Contains(said, "/links/") {
		t.Error(said)
	}
	if factors, entries := has(); factors != 0 || entries != 1 {
		t.Errorf("%d second factors and %d entries are there after it was removed", factors, entries)
	}
	if said := tracker("user", "link", who); strings.Contains(said, "second factor") {
		t.Error(said)
	}
}
