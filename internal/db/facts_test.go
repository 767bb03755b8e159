package db_test

import (
	"context"
	"database/sql"
	"net/url"
	"strings"
	"testing"
	"time"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
)

func told(t *testing.T, d *db.DB) db.Facts {
	t.Helper()
	f, err := d.Facts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Each engine tells its version, size and clock, and that its settings are as they were set, until one is not.
func TestTheEngineTellsWhichSettingDoesNotReadBack(t *testing.T) {
	for name, c := range map[string]struct {
		open             func(testing.TB) *db.DB
		alter, undo, say string
		superuser        bool
	}{
		"sqlite":   {dbtest.SQLite, "PRAGMA foreign_keys = 0", "PRAGMA foreign_keys = 1", "foreign_keys", false},
		"postgres": {dbtest.Postgres, "SET lock_timeout = 0", "SET lock_timeout = 10000", "lock_timeout", true},
	} {
		t.Run(name, func(t *testing.T) {
			d := c.open(t)
			f := told(t, d)
			if f.Engine == "" || f.Old || len(f.Differ) > 0 || f.Superuser != c.superuser || f.Size < 4096 || time.Since(f.Now).Abs() > time.Minute {
				t.Errorf("as opened: %+v", f)
			}
			if f.Encrypted == d.Postgres() {
				t.Errorf("encrypted: %v", f.Encrypted)
			}
			read, _ := d.Pools(t)
			onEach(t, read, c.alter)
			if f := told(t, d); len(f.Differ) != 1 || !strings.Contains(f.Differ[0], c.say) {
				t.Errorf("after %s: %v", c.alter, f.Differ)
			}
			onEach(t, read, c.undo)
			if f := told(t, d); len(f.Differ) > 0 {
				t.Errorf("after %s: %v", c.undo, f.Differ)
			}
		})
	}
}

// onEach runs a statement on every connection of a pool.
func onEach(t *testing.T, pool *sql.DB, statement string) {
	t.Helper()
	var held []*sql.Conn
	for range pool.Stats().MaxOpenConnections {
		c, err := pool.Conn(t.Context())
		if err == nil {
			held = append(held, c)
			_, err = c.ExecContext(t.Context(), statement)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range held {
		c.Close() //nolint:errcheck // back to the pool
	}
}

// A role that owns its database and no more is no superuser.
func TestAPlainRoleOfPostgresIsToldFromASuperuser(t *testing.T) {
	address := dbtest.PostgresURL(t)
	owner, err := db.Open(t.Context(), db.Config{URL: address})
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close() //nolint:errcheck // a throwaway
	pool, _ := owner.Pools(t)
	run := func(ctx context.Context, statement string) {
		if _, err := pool.ExecContext(ctx, statement); err != nil {
			t.Error(err)
		}
	}
	run(t.Context(), "CREATE ROLE plain_of_facts LOGIN PASSWORD 'plain'")
	defer run(context.WithoutCancel(t.Context()), "DROP ROLE plain_of_facts")
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword("plain_of_facts", "plain")
	d, err := db.Open(t.Context(), db.Config{URL: u.String()})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // a throwaway
	if f := told(t, d); f.Superuser {
		t.Errorf("%+v", f)
	}
}
