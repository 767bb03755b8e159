// Package dbtest gives every test a migrated, empty database of its own, on SQLite and on PostgreSQL. Where there is no
// PostgreSQL the test fails: a skip would hide half of what is promised.
package dbtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"tracker/internal/db"
)

// Each runs f as the subtests "sqlite" and "postgres".
func Each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t)) })
}

// EachB runs f as the sub-benchmarks "sqlite" and "postgres".
func EachB(b *testing.B, f func(b *testing.B, d *db.DB)) {
	b.Helper()
	b.Run("sqlite", func(b *testing.B) { f(b, SQLite(b)) })
	b.Run("postgres", func(b *testing.B) { f(b, Postgres(b)) })
}

// SQLite opens a migrated database in a folder of the test's own, in memory where there is room. It is closed when the test ends.
func SQLite(tb testing.TB) *db.DB {
	tb.Helper()
	file, err := migratedFile()
	if err != nil {
		tb.Fatalf("migrate SQLite: %v", err)
	}
	return SQLiteOf(tb, file)
}

// SQLiteOf opens a SQLite database of these bytes in a folder of the test's own, in memory where there is room: no disk has to
// confirm its writes. It is closed when the test ends.
func SQLiteOf(tb testing.TB, file []byte) *db.DB {
	tb.Helper()
	dir, err := os.MkdirTemp(roomy(nil), "tracker-sqlite-")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			tb.Error(err)
		}
	})
	path := filepath.Join(dir, "tracker.sqlite")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		tb.Fatal(err)
	}
	return open(tb, db.Config{Path: path})
}

// migratedFile is a migrated SQLite file, made once: a copy of it costs less than migrating again.
var migratedFile = sync.OnceValues(func() ([]byte, error) {
	if dir := prepared(); dir != "" {
		return os.ReadFile(preparedFile(dir, migratedName))
	}
	return sqliteFile(func(path string) error { return migrate(db.Config{Path: path}) })
})

// sqliteFile is the SQLite file that build makes at a path and closes.
func sqliteFile(build func(path string) error) ([]byte, error) {
	dir, err := os.MkdirTemp(roomy(nil), "tracker-sqlite-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	path := filepath.Join(dir, "tracker.sqlite")
	if err := build(path); err != nil {
		return nil, err
	}
	if _, err := os.Stat(path + "-wal"); err == nil {
		return nil, fmt.Errorf("%s was not closed properly: its write-ahead log is still there", path)
	}
	return os.ReadFile(path)
}

// Postgres opens a migrated PostgreSQL database of the test's own. It is closed and dropped when the test ends.
func Postgres(tb testing.TB) *db.DB {
	tb.Helper()
	s := server(tb)
	return open(tb, db.Config{URL: s.database(tb, true)})
}

// PostgresURL makes an empty PostgreSQL database that nobody migrated and gives its address. It is dropped when the test ends.
func PostgresURL(tb testing.TB) string {
	tb.Helper()
	return server(tb).database(tb, false)
}

func open(tb testing.TB, cfg db.Config) *db.DB {
	tb.Helper()
	d, err := db.Open(tb.Context(), cfg)
	if err != nil {
		tb.Fatalf("open the test's database: %v", err)
	}
	tb.Cleanup(func() {
		if err := d.Close(); err != nil {
			tb.Errorf("close the test's database: %v", err)
		}
	})
	return d
}

// migrate brings the database of cfg up to date and closes it.
func migrate(cfg db.Config) error {
	ctx := context.Background()
	d, err := db.Open(ctx, cfg)
	if err != nil {
		return err
	}
	if err := d.Migrate(ctx); err != nil {
		d.Close() //nolint:errcheck // the first error tells more
		return err
	}
	return d.Close()
}
