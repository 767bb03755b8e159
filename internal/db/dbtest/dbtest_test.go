package dbtest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
)

func TestEachGivesAMigratedDatabaseThatNobodyElseWrites(t *testing.T) {
	for range 2 { // the second round would see what the first left
		Each(t, func(t *testing.T, d *db.DB) {
			if err := d.CheckSchema(t.Context()); err != nil {
				t.Error(err)
			}
			err := d.Write(t.Context(), func(tx *gorm.DB) error {
				var rows int64
				if err := tx.Raw("SELECT count(*) FROM once_keys").Scan(&rows).Error; err != nil {
					return err
				}
				if rows != 0 {
					t.Errorf("%d rows of another test", rows)
				}
				_, err := db.Once(tx, 1, "a key that is long enough", func(*gorm.DB) (string, error) { return "/", nil })
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestPostgresURLIsEmpty(t *testing.T) {
	d, err := db.Open(t.Context(), db.Config{URL: PostgresURL(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // only read
	if v, err := d.SchemaVersion(t.Context()); v != 0 || err != nil {
		t.Errorf("schema version %d (%v), want 0", v, err)
	}
}

// A test run that is killed must leave neither a server nor a folder behind.
func TestServerEndsWithTheProcessThatStartedIt(t *testing.T) {
	if socket := os.Getenv("DBTEST_WRITE_FOLDER"); socket != "" {
		s, err := start()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(socket, []byte(s.address.Query().Get("host")), 0o600); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute) // until killed
	}
	note := filepath.Join(t.TempDir(), "folder")
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), "DBTEST_WRITE_FOLDER="+note)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var dir []byte
	within(t, "the server of the child starts", func() bool {
		dir, _ = os.ReadFile(note)
		return len(dir) > 0
	})
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait() //nolint:errcheck // killed
	within(t, "the folder is gone", func() bool {
		_, err := os.Stat(string(dir))
		return os.IsNotExist(err)
	})
}

func within(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within 30 seconds: %s", what)
		}
	}
}

func TestEveryCopyOfATemplateIsFilledAndOnesOwn(t *testing.T) {
	filled := 0
	template := NewTemplate(func(ctx context.Context, d *db.DB) error {
		filled++
		return d.Write(ctx, func(tx *gorm.DB) error { return tx.Exec("INSERT INTO settings (name, value) VALUES ('a', 'b')").Error })
	})
	for range 2 { // the second round would see what the first left
		for _, d := range []*db.DB{template.SQLite(t), template.Postgres(t)} {
			err := d.Write(t.Context(), func(tx *gorm.DB) error {
				var rows int64
				if err := tx.Raw("SELECT count(*) FROM settings").Scan(&rows).Error; err != nil || rows != 1 {
					t.Errorf("%d rows (%v), want the one of the template", rows, err)
				}
				return tx.Exec("INSERT INTO settings (name, value) VALUES ('c', 'd')").Error
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if want := 2; filled > want && os.Getenv("TEST_DATABASE_URL") == "" {
		t.Errorf("filled %d times, want once an engine", filled)
	}
}
