package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/db"
)

// A byte of a file of evidence that was flipped in the database is found by
// doctor, which names the update and the file.
func TestDoctorFindsAFlippedByte(t *testing.T) {
	dir := t.TempDir()
	tell := func(args ...string) string {
		var out bytes.Buffer
		run(t.Context(), append(args, "--data", dir), &out, &out, func(string) string { return "" })
		return out.String()
	}
	tell("seed", "../../seeds/lesotho")
	if said := tell("doctor"); !strings.Contains(said, "ok    files of evidence, 4") {
		t.Fatalf("before: %s", said)
	}
	d, err := db.Open(t.Context(), db.Config{Path: filepath.Join(dir, "tracker.sqlite")})
	if err == nil {
		err = d.Write(t.Context(), func(tx *gorm.DB) error {
			return tx.Exec("UPDATE evidence_chunks SET content = CAST(replace(CAST(content AS TEXT), 'Maseru,9', 'Maseru,8') AS BLOB) WHERE file_id = (SELECT id FROM evidence_files WHERE name LIKE 'attendance-by%')").Error
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if said := tell("doctor"); !strings.Contains(said, "MEND  files of evidence") || !strings.Contains(said, "attendance-by-office-DEMONSTRATION.csv") {
		t.Errorf("after: %s", said)
	}
}
