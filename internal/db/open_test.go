package db_test

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/problem"
)

// Pragmas hold for one connection: a pool that sets them on its first one only loses foreign keys on the others.
func TestEveryPooledSQLiteConnectionHasItsPragmas(t *testing.T) {
	read, write := dbtest.SQLite(t).Pools(t)
	for name, pool := range map[string]*sql.DB{"read": read, "write": write} {
		wanted := map[string]string{"journal_mode": "wal", "synchronous": "2", "busy_timeout": "5000", "foreign_keys": "1", "trusted_schema": "0", "query_only": "0"}
		if name == "read" {
			wanted["query_only"] = "1"
		}
		size := pool.Stats().MaxOpenConnections
		if size < 1 {
			t.Fatalf("the %s pool has no bound", name)
		}
		for _, round := range []string{"as opened", "opened again"} {
			var held []*sql.Conn
			for range size {
				c, err := pool.Conn(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				held = append(held, c)
				for pragma, want := range wanted {
					var got string
					if err := c.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil {
						t.Fatal(err)
					}
					if got != want {
						t.Errorf("%s pool, %s: %s is %s, want %s", name, round, pragma, got, want)
					}
				}
			}
			for _, c := range held { // a broken connection is replaced by a new one
				if err := c.Raw(func(any) error { return driver.ErrBadConn }); !errors.Is(err, driver.ErrBadConn) {
					t.Fatal(err)
				}
				c.Close() //nolint:errcheck // broken on purpose
			}
		}
	}
}

// A statement, a lock or a forgotten transaction must not hold PostgreSQL for ever, on any connection.
func TestEveryPostgresConnectionHasItsBounds(t *testing.T) {
	pool, _ := dbtest.Postgres(t).Pools(t)
	for _, round := range []string{"as opened", "opened again"} {
		var held []*sql.Conn
		for range pool.Stats().MaxOpenConnections {
			c, err := pool.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			held = append(held, c)
			for setting, want := range map[string]string{"statement_timeout": "1min", "lock_timeout": "10s", "idle_in_transaction_session_timeout": "1min", "timezone": "UTC"} {
				var got string
				if err := c.QueryRowContext(t.Context(), "SHOW "+setting).Scan(&got); err != nil {
					t.Fatal(err)
				}
				if got != want {
					t.Errorf("%s: %s is %s, want %s", round, setting, got, want)
				}
			}
		}
		for _, c := range held { // a broken connection is replaced by a new one
			if err := c.Raw(func(any) error { return driver.ErrBadConn }); !errors.Is(err, driver.ErrBadConn) {
				t.Fatal(err)
			}
			c.Close() //nolint:errcheck // broken on purpose
		}
	}
}

// A driver may ignore a pragma that it does not know: then the database must not open.
func TestAPoolWithoutItsPragmasIsRefused(t *testing.T) {
	pool, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "bare.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close() //nolint:errcheck // a throwaway
	if err := db.CheckPool(t.Context(), pool, 1); err == nil || !strings.Contains(err.Error(), "must be") {
		t.Errorf("a bare SQLite pool passed the check: %v", err)
	}
	for _, pragma := range []string{"journal_mode", "synchronous", "busy_timeout", "foreign_keys"} {
		if db.Wanted[pragma] == "" {
			t.Errorf("%s is not read back at the start", pragma)
		}
	}
}

func TestSQLiteIsNewEnoughNotToLoseCommits(t *testing.T) {
	if db.MinSQLite != "3.51.3" {
		t.Errorf("the least SQLite is %s; releases before 3.51.3 can lose acknowledged commits", db.MinSQLite)
	}
	engine, err := dbtest.SQLite(t).Engine(t.Context())
	version, ok := strings.CutPrefix(engine, "SQLite ")
	if err != nil || !ok || db.OlderThan(version, "3.51.3") {
		t.Errorf("engine %q (%v)", engine, err)
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"3.51.2", "3.51.3", true}, {"3.51.3", "3.51.3", false}, {"3.52.0", "3.51.3", false}, {"3.9.9", "3.51.3", true},
		{"4.0.0", "3.51.3", false}, {"nonsense", "3.51.3", true},
	} {
		if got := db.OlderThan(c.a, c.b); got != c.want {
			t.Errorf("OlderThan(%s, %s) = %v", c.a, c.b, got)
		}
	}
}

func TestOpenSaysWhatIsWrongWithTheAddress(t *testing.T) {
	if _, err := db.Open(t.Context(), db.Config{URL: "mysql://root@localhost/x"}); err == nil || !strings.Contains(err.Error(), "postgres://") {
		t.Errorf("a MySQL address: %v", err)
	}
	if d, err := db.Open(t.Context(), db.Config{URL: "postgres://nobody@127.0.0.1:1/x?connect_timeout=1"}); err == nil {
		t.Error("a server that is not there was opened", d.Close())
	}
	// A folder with a space, a question mark and a hash is a folder, not a query.
	path := filepath.Join(t.TempDir(), "my data? #1", "tracker.sqlite")
	d, err := db.Open(t.Context(), db.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // a throwaway
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the file is elsewhere: %v", err)
	}
}

// Text sorts byte by byte and instants keep their microseconds, so that both engines answer alike.
func TestBothEnginesSortAndRememberAlike(t *testing.T) {
	at := time.Date(2021, 11, 8, 23, 30, 0, 123456000, time.FixedZone("SAST", 2*3600))
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		names := []string{"b", "B", "É", "a", "Z", "_", "z", "10", "9"}
		err := d.Write(t.Context(), func(tx *gorm.DB) error {
			for _, name := range names {
				if err := tx.Exec("INSERT INTO once_keys (actor_id, key, created_at, result) VALUES (1, ?, ?, '')", name, at).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		var back time.Time
		err = d.Read(t.Context(), func(tx *gorm.DB) error {
			if err := tx.Raw("SELECT key FROM once_keys ORDER BY key").Scan(&got).Error; err != nil {
				return err
			}
			return tx.Raw("SELECT created_at FROM once_keys WHERE created_at = ? LIMIT 1", at.UTC()).Scan(&back).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(names)
		if !slices.Equal(got, names) {
			t.Errorf("sorted %v, want %v", got, names)
		}
		if !back.Equal(at) {
			t.Errorf("%v came back as %v", at, back)
		}
	})
}

func TestTheDatabaseItselfHoldsKeysAndReferences(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const insert = "INSERT INTO settings (name, value) VALUES ('colour', 'petrol')"
		if err := exec1(t, d, insert); err != nil {
			t.Fatal(err)
		}
		if err := exec1(t, d, insert); !errors.Is(err, gorm.ErrDuplicatedKey) {
			t.Errorf("the same name twice: %v, want ErrDuplicatedKey", err)
		}
		if err := exec1(t, d, "INSERT INTO supports (commitment_id, institution_id) VALUES (7, 7)"); !errors.Is(err, gorm.ErrForeignKeyViolated) {
			t.Errorf("a support of nothing: %v, want ErrForeignKeyViolated", err)
		}
		if err := exec1(t, d, "INSERT INTO audit_head (id, seq, hash) VALUES (2, 0, '')"); err == nil {
			t.Error("a second head of the audit chain was accepted")
		}
	})
}

func exec1(t *testing.T, d *db.DB, statement string) error {
	t.Helper()
	return d.Write(t.Context(), func(tx *gorm.DB) error { return tx.Exec(statement).Error })
}

// A database that cannot be had is "try again", never the driver's words as a fault of the program.
func TestALostDatabaseIsUnavailable(t *testing.T) {
	d := dbtest.Postgres(t)
	err := d.Read(t.Context(), func(tx *gorm.DB) error {
		var pid int
		if err := tx.Raw("SELECT pg_backend_pid()").Scan(&pid).Error; err != nil {
			return err
		}
		// Another connection ends this one, as a restart of the server does.
		if err := d.Read(t.Context(), func(other *gorm.DB) error {
			return other.Exec("SELECT pg_terminate_backend(?)", pid).Error
		}); err != nil {
			return err
		}
		return tx.Raw("SELECT 1").Scan(&pid).Error
	})
	if problem.KindOf(err) != problem.Unavailable {
		t.Errorf("a connection that was ended: %v, want Unavailable", err)
	}
	if err := d.Read(t.Context(), func(tx *gorm.DB) error { return tx.Exec("SELECT 1").Error }); err != nil {
		t.Errorf("the next read fails too: %v", err)
	}
}

// Two servers on one file would each hold their own counts of failed sign-ins and jobs.
func TestASecondServeOnAFileIsRefused(t *testing.T) {
	if path := os.Getenv("DB_TEST_SERVE"); path != "" { // the child: serve until killed
		d, err := db.Open(t.Context(), db.Config{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Serve(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path+".ready", nil, 0o600); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
	}
	d := dbtest.SQLite(t)
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), "DB_TEST_SERVE="+d.Path())
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(d.Path() + ".ready"); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the child does not serve")
		}
	}
	if _, err := d.Serve(); !errors.Is(err, db.ErrServed) {
		t.Errorf("a second serve: %v, want ErrServed", err)
	}
	if served, err := d.Served(); !served || err != nil {
		t.Errorf("Served() = %v, %v beside a server", served, err)
	}
	if err := exec1(t, d, "INSERT INTO settings (name, value) VALUES ('beside', 'yes')"); err != nil {
		t.Errorf("another command beside the server: %v", err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait() //nolint:errcheck // killed
	if served, err := d.Served(); served || err != nil {
		t.Errorf("Served() = %v, %v after the server was killed", served, err)
	}
	release, err := d.Serve()
	if err != nil {
		t.Fatalf("serve after the server was killed: %v", err)
	}
	release()
	if release, err = d.Serve(); err != nil {
		t.Fatalf("serve after the place was given back: %v", err)
	}
	release()
}

func TestReplicasShareAPostgresDatabase(t *testing.T) {
	d := dbtest.Postgres(t)
	for range 2 {
		release, err := d.Serve()
		if err != nil {
			t.Fatal(err)
		}
		defer release()
	}
}
