package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/problem"
)

func count(ctx context.Context, d *db.DB, query string) (n int64, err error) {
	err = d.Read(ctx, func(tx *gorm.DB) error { return tx.Raw(query).Scan(&n).Error })
	return n, err
}

func wantCount(t *testing.T, d *db.DB, query string, want int64) {
	t.Helper()
	if got, err := count(t.Context(), d, query); got != want || err != nil {
		t.Errorf("%s: %d (%v), want %d", query, got, err, want)
	}
}

func TestManyWritersBesideALongReaderSeeNoLockError(t *testing.T) {
	const writers = 200
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		beside, err := db.Open(t.Context(), config(d, t)) // another command on the same database
		if err != nil {
			t.Fatal(err)
		}
		defer beside.Close() //nolint:errcheck // a throwaway
		if err := exec1(t, d, "INSERT INTO settings (name, value) VALUES ('count', '0')"); err != nil {
			t.Fatal(err)
		}
		err = d.Read(t.Context(), func(long *gorm.DB) error {
			var before, after string
			if err := long.Raw("SELECT value FROM settings WHERE name = 'count'").Scan(&before).Error; err != nil {
				return err
			}
			var wg sync.WaitGroup
			for i := range writers {
				who := d
				if i%10 == 0 {
					who = beside
				}
				wg.Go(func() {
					// The count is right only when no two writers read the same number.
					err := who.Write(t.Context(), func(tx *gorm.DB) error {
						lock := ""
						if who.Postgres() {
							lock = " FOR UPDATE"
						}
						var n int
						if err := tx.Raw("SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'count'" + lock).Scan(&n).Error; err != nil {
							return err
						}
						return tx.Exec("UPDATE settings SET value = ? WHERE name = 'count'", fmt.Sprint(n+1)).Error
					})
					if err != nil {
						t.Errorf("writer %d: %v", i, err)
					}
				})
			}
			wg.Wait()
			if err := long.Raw("SELECT value FROM settings WHERE name = 'count'").Scan(&after).Error; err != nil {
				return err
			}
			if before != "0" || after != "0" {
				t.Errorf("the long reader saw %s, then %s: its snapshot moved", before, after)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		wantCount(t, d, "SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'count'", writers)
	})
}

// config is how to open the database of d once more.
func config(d *db.DB, t *testing.T) db.Config {
	t.Helper()
	if !d.Postgres() {
		return db.Config{Path: d.Path()}
	}
	_, pool := d.Pools(t)
	var name, socket string
	if err := pool.QueryRow("SELECT current_database(), current_setting('unix_socket_directories')").Scan(&name, &socket); err != nil {
		t.Fatal(err)
	}
	return db.Config{URL: "postgres://postgres@/" + name + "?sslmode=disable&host=" + socket}
}

func TestAReadCannotWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, statement := range []string{
			"INSERT INTO settings (name, value) VALUES ('a', 'b')", "UPDATE audit_head SET seq = 9", "DELETE FROM audit_head", "CREATE TABLE x (a INTEGER)",
		} {
			if err := d.Read(t.Context(), func(tx *gorm.DB) error { return tx.Exec(statement).Error }); err == nil {
				t.Errorf("a read ran %q", statement)
			}
		}
		wantCount(t, d, "SELECT count(*) FROM settings", 0)
		wantCount(t, d, "SELECT seq FROM audit_head", 0)
		if err := exec1(t, d, "UPDATE audit_head SET seq = 9"); err != nil {
			t.Errorf("a write after refused reads: %v", err)
		}
	})
}

func TestAWriteHappensWhollyOrNotAtAll(t *testing.T) {
	boom := errors.New("boom")
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		half := func(tx *gorm.DB) {
			if err := tx.Exec("INSERT INTO settings (name, value) VALUES ('half', '1')").Error; err != nil {
				t.Error(err)
			}
		}
		if err := d.Write(t.Context(), func(tx *gorm.DB) error { half(tx); return boom }); !errors.Is(err, boom) {
			t.Errorf("the error of the work became %v", err)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("a panic was swallowed")
				}
			}()
			d.Write(t.Context(), func(tx *gorm.DB) error { half(tx); panic("boom") }) //nolint:errcheck // it panics
		}()
		wantCount(t, d, "SELECT count(*) FROM settings", 0)
		if err := exec1(t, d, "INSERT INTO settings (name, value) VALUES ('whole', '1')"); err != nil {
			t.Errorf("the next write: %v", err)
		}
	})
}

const formKey = "0123456789abcdef0123456789abcdef"

func TestAFormPostedTwentyTimesHasOneEffect(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var ran, repeated atomic.Int64
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				var result string
				err := d.Write(t.Context(), func(tx *gorm.DB) (err error) {
					result, err = db.Once(tx, 1, formKey, func(tx *gorm.DB) (string, error) {
						ran.Add(1)
						return "/updates/7", tx.Exec("INSERT INTO settings (name, value) SELECT 'n' || count(*), 'x' FROM settings").Error
					})
					return err
				})
				if errors.Is(err, db.ErrRepeated) {
					repeated.Add(1)
				} else if err != nil {
					t.Error(err)
				}
				if result != "/updates/7" {
					t.Errorf("a post was led to %q", result)
				}
			})
		}
		wg.Wait()
		if ran.Load() != 1 || repeated.Load() != 19 {
			t.Errorf("%d ran and %d were repetitions, want 1 and 19", ran.Load(), repeated.Load())
		}
		wantCount(t, d, "SELECT count(*) FROM settings", 1)
	})
}

func TestAKeyIsItsActorsAndIsFreeAgainAfterAFailure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		post := func(actor int64, key string, fail error) error {
			return d.Write(t.Context(), func(tx *gorm.DB) error {
				_, err := db.Once(tx, actor, key, func(*gorm.DB) (string, error) { return "/", fail })
				return err
			})
		}
		invalid := problem.New(problem.Invalid, "problem.invalid")
		if err := post(1, formKey, invalid); problem.KindOf(err) != problem.Invalid {
			t.Errorf("a form with a mistake: %v", err)
		}
		if err := post(1, formKey, nil); err != nil {
			t.Errorf("the same form, mended: %v", err)
		}
		if err := post(1, formKey, nil); !errors.Is(err, db.ErrRepeated) {
			t.Errorf("the same form again: %v, want ErrRepeated", err)
		}
		if err := post(2, formKey, nil); err != nil {
			t.Errorf("another person's form with that key: %v", err)
		}
		for _, key := range []string{"", "short"} {
			if err := post(1, key, nil); problem.KindOf(err) != problem.Invalid {
				t.Errorf("key %q: %v, want Invalid", key, err)
			}
		}
	})
}

// The keys of forms that nobody sends again are forgotten; a form of today keeps its one effect.
func TestOldKeysAreForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		post := func(key string) (led string) {
			t.Helper()
			led, err := d.WriteOnce(t.Context(), 1, key, func(*gorm.DB) (string, error) { return "/" + key, nil })
			if err != nil {
				t.Fatal(err)
			}
			return led
		}
		old, fresh := formKey+"-old", formKey+"-new"
		post(old)
		post(fresh)
		err := d.Write(t.Context(), func(tx *gorm.DB) error {
			return tx.Exec("UPDATE once_keys SET created_at = ? WHERE key = ?", time.Now().UTC().Add(-49*time.Hour), old).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.ForgetKeys(t.Context(), 48*time.Hour); err != nil {
			t.Fatal(err)
		}
		wantCount(t, d, "SELECT count(*) FROM once_keys", 1)
		if led := post(fresh); led != "/"+fresh {
			t.Errorf("the form of today led to %q", led)
		}
		wantCount(t, d, "SELECT count(*) FROM once_keys", 1)
	})
}
