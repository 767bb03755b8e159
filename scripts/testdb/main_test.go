package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/seeds/seedstest"
)

// asCommand is set where this test binary is the command that runs.
const asCommand = "TRACKER_TEST_COMMAND"

// A command finds both engines filled and takes them; its end is this end, and nothing stays.
func TestACommandFindsTheDatabases(t *testing.T) {
	t.Setenv(dbtest.PreparedIn, "") // these tests may run beside prepared databases themselves, or on another's server
	t.Setenv("TEST_DATABASE_URL", "")
	seen := filepath.Join(t.TempDir(), "seen")
	t.Setenv(asCommand, seen)
	if err := run(os.Args[0], []string{"-test.run=^TestTheCommand$", "-test.v"}); err != nil {
		t.Fatal(err)
	}
	dir, err := os.ReadFile(seen)
	if err != nil {
		t.Fatal("the command did not run: ", err)
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) { // the server stops by itself
		if _, err := os.Stat(string(dir)); os.IsNotExist(err) {
			break
		} else if time.Now().After(end) {
			t.Fatalf("%s is still there (%v)", dir, err)
		}
	}
}

func TestTheEndOfACommandIsTold(t *testing.T) {
	t.Setenv(dbtest.PreparedIn, "")
	t.Setenv("TEST_DATABASE_URL", "postgres://nowhere.example/x") // nothing is prepared then
	ended := (*exec.ExitError)(nil)
	if err := run("sh", []string{"-c", `test -z "$` + dbtest.PreparedIn + `" && exit 7`}); !errors.As(err, &ended) || ended.ExitCode() != 7 {
		t.Errorf("it ends with %v", err)
	}
}

func TestTheCommand(t *testing.T) {
	seen := os.Getenv(asCommand)
	if seen == "" {
		return // this is not the command
	}
	dir := os.Getenv(dbtest.PreparedIn)
	for _, name := range []string{"migrated", "lesotho"} {
		if _, err := os.Stat(filepath.Join(dir, name+".sqlite")); err != nil {
			t.Error(err)
		}
	}
	seedstest.Lesotho.Each(t, func(t *testing.T, d *db.DB) {
		if n := count(t, d, "SELECT count(*) FROM commitments"); n < 30 {
			t.Errorf("%d commitments of the demonstration are there", n)
		}
		if !d.Postgres() {
			return
		}
		var names []string
		if err := d.Read(t.Context(), func(tx *gorm.DB) error {
			return tx.Raw("SELECT datname FROM pg_database WHERE datname LIKE 'tracker_template%' ORDER BY 1").Scan(&names).Error
		}); err != nil || !slices.Equal(names, []string{"tracker_template", "tracker_template_lesotho"}) {
			t.Errorf("the server has the templates %v (%v)", names, err)
		}
	})
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if n := count(t, d, "SELECT count(*) FROM commitments"); n != 0 {
			t.Errorf("%d commitments are in an empty database", n)
		}
	})
	if err := os.WriteFile(seen, []byte(dir), 0o600); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, d *db.DB, query string) (n int) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *gorm.DB) error { return tx.Raw(query).Scan(&n).Error }); err != nil {
		t.Fatal(err)
	}
	return n
}
