package dbtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/db"
)

// Template is a database with something in it, filled once in a process and engine, or once for all of them, and copied for every
// test.
type Template struct {
	name     string // of a template that is prepared for a whole test run, otherwise empty
	fill     func(ctx context.Context, d *db.DB) error
	file     func() ([]byte, error) // the filled SQLite file
	database func() (string, error) // the name of the filled PostgreSQL database
}

var templates atomic.Int64

// NewTemplate is the template that fill makes of a migrated, empty database.
func NewTemplate(fill func(ctx context.Context, d *db.DB) error) *Template {
	t := &Template{fill: fill}
	t.file = sync.OnceValues(t.fillFile)
	t.database = sync.OnceValues(t.filledDatabase)
	return t
}

// Named is the same template under the name by which it may have been prepared for a whole test run (Prepare).
func (t *Template) Named(name string) *Template {
	t.name = name
	return t
}

// Each runs f as the subtests "sqlite" and "postgres", on a copy each.
func (t *Template) Each(tb *testing.T, f func(tb *testing.T, d *db.DB)) {
	tb.Helper()
	tb.Run("sqlite", func(tb *testing.T) { f(tb, t.SQLite(tb)) })
	tb.Run("postgres", func(tb *testing.T) { f(tb, t.Postgres(tb)) })
}

// SQLite opens a copy in a file of the test's own folder. It is closed when the test ends.
func (t *Template) SQLite(tb testing.TB) *db.DB {
	tb.Helper()
	file, err := t.file()
	if err != nil {
		tb.Fatalf("fill SQLite: %v", err)
	}
	return SQLiteOf(tb, file)
}

// Postgres opens a copy of the test's own. It is closed and dropped when the test ends. A server that TEST_DATABASE_URL names
// keeps no template: there each copy is filled by itself.
func (t *Template) Postgres(tb testing.TB) *db.DB {
	tb.Helper()
	s := server(tb)
	if s.template == "" {
		d := open(tb, db.Config{URL: s.database(tb, true)})
		if err := errors.Join(t.fill(tb.Context(), d), settle(tb.Context(), d)); err != nil {
			tb.Fatalf("fill PostgreSQL: %v", err)
		}
		return d
	}
	name, err := t.database()
	if err != nil {
		tb.Fatalf("fill PostgreSQL: %v", err)
	}
	return open(tb, db.Config{URL: s.copyOf(tb, name)})
}

// prepared is the folder of what was prepared, empty where this template was not.
func (t *Template) prepared() string {
	if t.name == "" {
		return ""
	}
	return prepared()
}

// fillFile is the filled SQLite file.
func (t *Template) fillFile() ([]byte, error) {
	if dir := t.prepared(); dir != "" {
		return os.ReadFile(preparedFile(dir, t.name))
	}
	return sqliteFile(func(path string) error { return t.into(db.Config{Path: path}) })
}

// filledDatabase names the filled PostgreSQL database of this process's server.
func (t *Template) filledDatabase() (string, error) {
	s, err := started()
	if err != nil {
		return "", err
	}
	if t.prepared() != "" {
		return preparedDatabase(t.name), nil
	}
	name := fmt.Sprintf("%s_%d_%d", postgresTemplate, os.Getpid(), templates.Add(1))
	return name, t.fillDatabase(s, name)
}

// fillDatabase makes a filled PostgreSQL database of that name.
func (t *Template) fillDatabase(s *postgresServer, name string) error {
	if _, err := s.admin.Exec("CREATE DATABASE " + name + " TEMPLATE " + s.template); err != nil {
		return err
	}
	return t.into(db.Config{URL: s.urlOf(name)})
}

// into migrates and fills the database of cfg and closes it.
func (t *Template) into(cfg db.Config) error {
	if err := migrate(cfg); err != nil {
		return err
	}
	ctx := context.Background()
	d, err := db.Open(ctx, cfg)
	if err != nil {
		return err
	}
	return errors.Join(t.fill(ctx, d), settle(ctx, d), d.Close())
}

// settle gathers PostgreSQL's statistics, as its own cleaner does soon after much was written.
func settle(ctx context.Context, d *db.DB) error {
	if !d.Postgres() {
		return nil
	}
	return d.Write(ctx, func(tx *gorm.DB) error { return tx.Exec("ANALYZE").Error })
}
