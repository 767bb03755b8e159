package db

import (
	"context"
	"database/sql"
	"io/fs"
	"testing"
)

// OlderThan, CheckPool and Wanted are for the tests outside the package, which need dbtest.
var (
	OlderThan = olderThan
	CheckPool = checkPool
	Wanted    = wanted
)

// Migrations are the program's own, with the engine's tokens still in them.
var Migrations fs.FS = migrations

// MigrateFrom migrates with other files than the program's own.
func (d *DB) MigrateFrom(ctx context.Context, source fs.FS) error { return d.migrate(ctx, source) }

// Pools gives the connections for reading and for writing.
func (d *DB) Pools(t *testing.T) (read, write *sql.DB) {
	t.Helper()
	read, err := d.read.DB()
	if err != nil {
		t.Fatal(err)
	}
	write, err = d.write.DB()
	if err != nil {
		t.Fatal(err)
	}
	return read, write
}
