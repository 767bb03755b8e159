package backup

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/seeds/seedstest"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// rows writes all that a database holds as the lines of a backup.
func rows(t *testing.T, d *db.DB) string {
	t.Helper()
	var b strings.Builder
	out := json.NewEncoder(&b)
	must(t, d.Read(t.Context(), func(tx *gorm.DB) error {
		for _, table := range tables {
			if _, err := dumpTable(tx, table, out); err != nil {
				return err
			}
		}
		return nil
	}))
	return b.String()
}

func written(t *testing.T, d *db.DB) (string, Manifest) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "one.backup")
	m, err := Write(t.Context(), d, "test", path)
	must(t, err)
	return path, m
}

// The drill: a database is backed up and restored, on either engine and from
// one to the other; it holds the same and goes on counting.
func TestABackupComesBackOnEitherEngine(t *testing.T) {
	from := map[string]*db.DB{"sqlite": seedstest.Lesotho.SQLite(t), "postgres": seedstest.Lesotho.Postgres(t)}
	for name, d := range from {
		path, made := written(t, d)
		want := rows(t, d)
		dbtest.Each(t, func(t *testing.T, to *db.DB) {
			m, err := Restore(t.Context(), to, path)
			must(t, err)
			if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(rows(t, to), "\n")); diff != "" {
				t.Errorf("from %s: the restored database holds something else: %.1500s", name, diff)
			}
			if m != made || m.Rows < 500 || m.AuditSeq == 0 {
				t.Errorf("from %s: restored %+v, written %+v", name, m, made)
			}
			must(t, to.Write(t.Context(), func(tx *gorm.DB) error {
				return tx.Exec("INSERT INTO institutions (country, code, name, short_name, kind) VALUES ('LS', 'NEW', 'New', 'New', 'government')").Error
			}))
			must(t, NoteRestored(t.Context(), to, time.Now(), audit.Who{Post: "command line"}, m))
			if r, err := audit.Verify(t.Context(), to); err != nil || !r.OK() || r.Entries != m.AuditSeq+1 {
				t.Errorf("from %s: the trail after the restore: %+v, %v", name, r, err)
			}
			if _, err := Restore(t.Context(), to, path); !errors.Is(err, ErrNotEmpty) {
				t.Errorf("a second restore over it: %v", err)
			}
		})
	}
}

// Each byte counts: a file with one of them flipped, or cut off anywhere, is
// refused and changes nothing.
func TestADamagedBackupIsRefused(t *testing.T) {
	path, _ := written(t, dbtest.SQLite(t))
	whole, err := os.ReadFile(path)
	must(t, err)
	to, bad := dbtest.SQLite(t), filepath.Join(t.TempDir(), "bad.backup")
	refused := func(what string, file []byte) {
		t.Helper()
		must(t, os.WriteFile(bad, file, 0o600))
		if _, err := Restore(t.Context(), to, bad); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for i := range whole {
		file := slices.Clone(whole)
		file[i] ^= 0x20
		refused("flipped byte", file)
	}
	for _, n := range []int{0, 1, headBytes - 1, headBytes, headBytes + 1, len(whole) / 2, len(whole) - 1} {
		refused("cut off", whole[:n])
	}
	refused("added to", append(slices.Clone(whole), '\n'))
	must(t, to.Read(t.Context(), empty0))
}

// empty0 holds that the tables are empty, without emptying any.
func empty0(tx *gorm.DB) error {
	for _, table := range tables {
		var n int64
		if err := tx.Raw("SELECT count(*) FROM " + table).Scan(&n).Error; err != nil || n > 1 {
			return errors.Join(err, errors.New(table+" is not empty"))
		}
	}
	return nil
}

// A backup of a database whose trail somebody altered is a whole file: it was
// refused only after all of it was in the database.
func TestABackupWithAnAlteredTrailIsWritten(t *testing.T) {
	for name, alter := range map[string][]string{
		"a column":    {"UPDATE audit_entries SET action = 'password.change' WHERE seq = 3"},
		"an entry":    {"DELETE FROM audit_texts WHERE seq = 5", "DELETE FROM audit_entries WHERE seq = 5"},
		"the tail":    {"DELETE FROM audit_texts WHERE seq > (SELECT max(seq) - 10 FROM audit_entries)", "DELETE FROM audit_entries WHERE seq > (SELECT max(seq) - 10 FROM audit_entries)"},
		"the head":    {"UPDATE audit_head SET seq = seq + 1"},
		"a free text": {"UPDATE audit_texts SET value = 'Something else' WHERE seq = (SELECT min(seq) FROM audit_texts WHERE value <> '')"},
	} {
		t.Run(name, func(t *testing.T) {
			d := seedstest.Lesotho.SQLite(t)
			dbtest.Unguard(t, d)
			must(t, d.Write(t.Context(), func(tx *gorm.DB) error {
				for _, statement := range alter {
					if err := tx.Exec(statement).Error; err != nil {
						return err
					}
				}
				return nil
			}))
			path, _ := written(t, d)
			dbtest.Each(t, func(t *testing.T, to *db.DB) {
				if _, err := Restore(t.Context(), to, path); !errors.Is(err, ErrBrokenTrail) {
					t.Errorf("%v", err)
				}
				must(t, to.Read(t.Context(), empty0))
			})
		})
	}
}

func TestABackupOfAnotherSchemaIsRefused(t *testing.T) {
	d := dbtest.SQLite(t)
	must(t, d.Write(t.Context(), func(tx *gorm.DB) error {
		return tx.Exec("INSERT INTO schema_checksums (version, sha256) VALUES (99, 'x')").Error
	}))
	path, _ := written(t, d)
	if _, err := Restore(t.Context(), dbtest.SQLite(t), path); !errors.Is(err, ErrOtherSchema) {
		t.Errorf("got %v", err)
	}
}

// A backup is of one moment: what is written meanwhile is in it wholly or not
// at all.
func TestABackupWhileOthersWriteIsOfOneMoment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var work sync.WaitGroup
		for range 4 {
			work.Go(func() {
				for range 25 {
					if err := NoteRestored(t.Context(), d, time.Now(), audit.Who{Post: "command line"}, Manifest{}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		for range 5 {
			path, m := written(t, d)
			to := dbtest.SQLite(t)
			if _, err := Restore(t.Context(), to, path); err != nil {
				t.Error(err)
			}
			if r, err := audit.Verify(t.Context(), to); err != nil || r.Entries != m.AuditSeq {
				t.Errorf("%d entries of %d (%v)", r.Entries, m.AuditSeq, err)
			}
		}
		work.Wait()
	})
}

// Every table is carried or left out on purpose, and every reference of a
// table to itself is known.
func TestNoTableIsForgotten(t *testing.T) {
	d := dbtest.SQLite(t)
	var names []string
	own := map[string]string{}
	must(t, d.Read(t.Context(), func(tx *gorm.DB) error {
		if err := tx.Raw("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%' ORDER BY name").Scan(&names).Error; err != nil {
			return err
		}
		for _, name := range names {
			var to []struct{ Table, From string }
			if err := tx.Raw(`SELECT "table", "from" FROM pragma_foreign_key_list(?)`, name).Scan(&to).Error; err != nil {
				return err
			}
			for _, key := range to {
				if key.Table == name {
					own[name] = key.From
				}
			}
		}
		return nil
	}))
	known := slices.Sorted(slices.Values(slices.Concat(tables, leftOut, []string{"schema_checksums"})))
	if !slices.Equal(known, names) {
		t.Errorf("the schema has\n%v\nand backups know\n%v", names, known)
	}
	for name, column := range own {
		if ownParent[name] != column {
			t.Errorf("%s refers to itself by %s", name, column)
		}
	}
	if len(own) != len(ownParent) {
		t.Errorf("tables that refer to themselves: %v", own)
	}
}

// The trail says when the newest backup was made, and a restore is none.
func TestTheTrailKnowsTheNewestBackup(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		last := func() time.Time {
			t.Helper()
			made, err := LastMade(t.Context(), d)
			must(t, err)
			return made
		}
		if !last().IsZero() {
			t.Errorf("an empty trail: %s", last())
		}
		at := time.Date(2021, 11, 8, 2, 0, 0, 0, time.UTC)
		who := audit.Who{Post: "command line"}
		must(t, NoteMade(t.Context(), d, at, who, Manifest{MadeAt: at}))
		must(t, NoteMade(t.Context(), d, at, who, Manifest{MadeAt: at.Add(time.Hour)}))
		must(t, NoteRestored(t.Context(), d, at, who, Manifest{MadeAt: at.Add(2 * time.Hour)}))
		if want := at.Add(time.Hour); !last().Equal(want) {
			t.Errorf("%s, want %s", last(), want)
		}
		newest, err := audit.LastAt(t.Context(), d)
		if err != nil || !newest.Equal(at) {
			t.Errorf("the newest entry: %s (%v)", newest, err)
		}
	})
}
