package db_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
)

// empty runs f on a new database of each engine that nobody migrated; open opens it once more.
func empty(t *testing.T, f func(t *testing.T, open func() *db.DB)) {
	t.Helper()
	for name, config := range map[string]func(t *testing.T) db.Config{
		"sqlite":   func(t *testing.T) db.Config { return db.Config{Path: filepath.Join(t.TempDir(), "tracker.sqlite")} },
		"postgres": func(t *testing.T) db.Config { return db.Config{URL: dbtest.PostgresURL(t)} },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config(t)
			f(t, func() *db.DB {
				d, err := db.Open(t.Context(), cfg)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() {
					if err := d.Close(); err != nil {
						t.Error(err)
					}
				})
				return d
			})
		})
	}
}

// changed is the program's own migrations with some files put in, replaced or, where the text is empty, left out.
func changed(t *testing.T, files map[string]string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	names, err := fs.Glob(db.Migrations, "migrations/*.sql")
	if err != nil || len(names) == 0 {
		t.Fatalf("no migrations: %v", err)
	}
	for _, name := range names {
		b, err := fs.ReadFile(db.Migrations, name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = &fstest.MapFile{Data: b}
	}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
		if text == "" {
			delete(out, name)
		}
	}
	return out
}

func first(t *testing.T) (name, text string) {
	t.Helper()
	names, err := fs.Glob(db.Migrations, "migrations/00001_*.sql")
	if err != nil || len(names) != 1 {
		t.Fatalf("the first migration: %v (%v)", names, err)
	}
	b, err := fs.ReadFile(db.Migrations, names[0])
	if err != nil {
		t.Fatal(err)
	}
	return names[0], string(b)
}

func TestMigrateFromEmptyAndAgain(t *testing.T) {
	names, err := fs.Glob(db.Migrations, "migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	empty(t, func(t *testing.T, open func() *db.DB) {
		d := open()
		if err := d.CheckSchema(t.Context()); !errors.Is(err, db.ErrOldSchema) {
			t.Errorf("an empty database: %v, want ErrOldSchema", err)
		}
		for range 2 {
			if err := d.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := d.CheckSchema(t.Context()); err != nil {
				t.Error(err)
			}
		}
		newest, err := goose.NumericComponent(slices.Max(names))
		if v, e := d.SchemaVersion(t.Context()); v != newest || errors.Join(err, e) != nil {
			t.Errorf("schema version %d (%v), want %d", v, errors.Join(err, e), newest)
		}
	})
}

func TestFiveMigratorsAtOnceMigrateOnce(t *testing.T) {
	empty(t, func(t *testing.T, open func() *db.DB) {
		var wg sync.WaitGroup
		for i := range 5 {
			d := open()
			wg.Go(func() {
				if err := d.Migrate(t.Context()); err != nil {
					t.Errorf("migrator %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		d := open()
		if err := d.CheckSchema(t.Context()); err != nil {
			t.Error(err)
		}
		wantCount(t, d, "SELECT count(*) - count(DISTINCT version_id) FROM goose_db_version", 0)
	})
}

func TestAnAlteredMigrationIsRefused(t *testing.T) {
	name, text := first(t)
	empty(t, func(t *testing.T, open func() *db.DB) {
		d := open()
		if err := d.MigrateFrom(t.Context(), changed(t, map[string]string{name: text + "\n-- one comment more\n"})); err != nil {
			t.Fatal(err)
		}
		for what, check := range map[string]func() error{
			"CheckSchema": func() error { return d.CheckSchema(t.Context()) },
			"Migrate":     func() error { return d.Migrate(t.Context()) },
		} {
			if err := check(); !errors.Is(err, db.ErrAlteredSchema) || !strings.Contains(fmt.Sprint(err), "number 1") {
				t.Errorf("%s: %v, want ErrAlteredSchema naming number 1", what, err)
			}
		}
	})
}

func TestADatabaseOfANewerReleaseIsRefused(t *testing.T) {
	empty(t, func(t *testing.T, open func() *db.DB) {
		d := open()
		const later = "-- +goose Up\nCREATE TABLE of_a_later_release (id {{id}});\n"
		if err := d.MigrateFrom(t.Context(), changed(t, map[string]string{"migrations/09000_later.sql": later})); err != nil {
			t.Fatal(err)
		}
		for what, check := range map[string]func() error{
			"CheckSchema": func() error { return d.CheckSchema(t.Context()) },
			"Migrate":     func() error { return d.Migrate(t.Context()) },
		} {
			if err := check(); !errors.Is(err, db.ErrNewerSchema) {
				t.Errorf("%s: %v, want ErrNewerSchema", what, err)
			}
		}
	})
}

// A step that fails is undone wholly; the ones before it stand, and a mended program goes on from there.
func TestAMigrationThatFailsLeavesNothingHalfDone(t *testing.T) {
	empty(t, func(t *testing.T, open func() *db.DB) {
		d := open()
		const broken = "-- +goose Up\nCREATE TABLE half_done (id {{id}});\nINSERT INTO no_such_table VALUES (1);\n"
		if err := d.MigrateFrom(t.Context(), changed(t, map[string]string{"migrations/00900_broken.sql": broken})); err == nil {
			t.Fatal("a broken migration was accepted")
		}
		_, pool := d.Pools(t)
		if _, err := pool.Exec("SELECT count(*) FROM half_done"); err == nil {
			t.Error("the table of the failed step is there")
		}
		if err := d.Migrate(t.Context()); err != nil {
			t.Errorf("the mended program: %v", err)
		}
		if err := d.CheckSchema(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// The two schemas come from one text; what tokens or an engine's own file change must not change tables or columns.
func TestBothEnginesHaveTheSameColumns(t *testing.T) {
	columns := map[string][]string{}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		query := `SELECT m.name || '.' || c.name || CASE WHEN c."notnull" = 1 OR c.pk > 0 THEN ' not null' ELSE '' END
			FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`
		if d.Postgres() {
			query = `SELECT table_name || '.' || column_name || CASE WHEN is_nullable = 'NO' THEN ' not null' ELSE '' END
				FROM information_schema.columns WHERE table_schema = 'public'`
		}
		_, pool := d.Pools(t)
		rows, err := pool.Query(query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close() //nolint:errcheck // read to its end
		var list []string
		for rows.Next() {
			var c string
			if err := rows.Scan(&c); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(c, "goose_db_version.") {
				list = append(list, c)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		slices.Sort(list)
		columns[t.Name()[strings.LastIndex(t.Name(), "/")+1:]] = list
	})
	if a, b := columns["sqlite"], columns["postgres"]; len(a) < 50 || !slices.Equal(a, b) {
		t.Errorf("SQLite only: %v\nPostgreSQL only: %v", without(a, b), without(b, a))
	}
}

func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// A migration of a file that an older release wrote leaves a whole copy of it, the only way back.
func TestAnOlderFileIsCopiedBeforeItIsMigrated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tracker.sqlite")
	d, err := db.Open(t.Context(), db.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // a test's own file
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	version, err := d.SchemaVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	copied := fmt.Sprintf("%s.schema-%d", path, version)
	if _, err := os.Stat(copied); !os.IsNotExist(err) {
		t.Fatalf("an empty file was copied (%v)", err)
	}
	const later = "-- +goose Up\nCREATE TABLE of_the_next_release (id {{id}});\n"
	if err := d.MigrateFrom(t.Context(), changed(t, map[string]string{"migrations/09000_later.sql": later})); err != nil {
		t.Fatal(err)
	}
	old, err := db.Open(t.Context(), db.Config{Path: copied})
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close() //nolint:errcheck // a test's own file
	if err := old.CheckSchema(t.Context()); err != nil {
		t.Errorf("the copy is not of the release before: %v", err)
	}
	if whole, err := old.Integrity(t.Context()); err != nil || !whole {
		t.Errorf("the copy is not whole: %v", err)
	}
}

// What an older release wrote on agendas is the first writing of each text
// after the tables were made anew, and an item goes on taking texts.
func TestTheTextsOfAgendasAreCarriedOver(t *testing.T) {
	empty(t, func(t *testing.T, open func() *db.DB) {
		d := open()
		names, err := fs.Glob(db.Migrations, "migrations/*.sql")
		if err != nil {
			t.Fatal(err)
		}
		newer := map[string]string{}
		for _, name := range names {
			if strings.TrimPrefix(name, "migrations/") >= "00032" {
				newer[name] = ""
			}
		}
		if err := d.MigrateFrom(t.Context(), changed(t, newer)); err != nil {
			t.Fatal(err)
		}
		fill := func(statements ...string) {
			t.Helper()
			err := d.Write(t.Context(), func(tx *gorm.DB) error {
				for _, s := range statements {
					if err := tx.Exec(s).Error; err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		fill("INSERT INTO mechanisms (id, code, name, short_name, scale) VALUES (1, 'TIP', 'TIP Report', 'TIP', '[]')",
			"INSERT INTO editions (id, mechanism_id, country, year, released_on, completeness) VALUES (1, 1, 'LS', 2021, '2021-07-01', 'partial')",
			"INSERT INTO recommendations (id, edition_id, number, title, text, basis) VALUES (1, 1, 1, 'Demand', 'Demand', 'restated')",
			"INSERT INTO dialogues (country, title, held_on, state, version) VALUES ('LS', 'Talk', '2021-11-18', 'held', 3)",
			"INSERT INTO agenda_items (dialogue_id, recommendation_id, position, talking_points, asks, edited_at, version) VALUES (1, 1, 1, 'We did', 'Would you', '2021-11-02 08:00:00', 2)")
		if err := d.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		fill("INSERT INTO dialogues (country, title, held_on, state) VALUES ('LS', 'Next', '2022-05-18', 'prepared')",
			"INSERT INTO agenda_items (dialogue_id, title, position) VALUES (2, 'A point', 1)",
			"INSERT INTO agenda_texts (agenda_item_id, field, text, written_at) VALUES (2, 'asks', 'More', '2021-12-01 08:00:00')")
		var told []string
		err = d.Read(t.Context(), func(tx *gorm.DB) error {
			return tx.Raw(`SELECT d.title || ' ' || d.state || ' ' || i.id || ' ' || i.version || ' ' || x.field || ': ' || x.text FROM dialogues d
				JOIN agenda_items i ON i.dialogue_id = d.id JOIN agenda_texts x ON x.agenda_item_id = i.id ORDER BY x.id`).Scan(&told).Error
		})
		if want := []string{"Talk held 1 2 talking_points: We did", "Talk held 1 2 asks: Would you", "Next prepared 2 1 asks: More"}; err != nil || !slices.Equal(told, want) {
			t.Errorf("after the migration: %q (%v)", told, err)
		}
		if wrong := d.Write(t.Context(), func(tx *gorm.DB) error {
			return tx.Exec("INSERT INTO agenda_items (dialogue_id, title, position, recommendation_id) VALUES (2, 'Both', 2, 1)").Error
		}); wrong == nil {
			t.Error("an item is two things at once")
		}
	})
}
