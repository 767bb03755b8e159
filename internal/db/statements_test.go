package db

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"gorm.io/gorm"
)

// A statement that is kept answers as a new one does: while its own rows are open, after the table has changed, with other
// arguments, and after a question that was broken off.
func TestAKeptStatementAnswersAsANewOne(t *testing.T) {
	d, err := Open(t.Context(), Config{Path: filepath.Join(t.TempDir(), "kept.sqlite")})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // of a test
	write := func(text string) {
		t.Helper()
		if err := d.Write(t.Context(), func(tx *gorm.DB) error { return tx.Exec(text).Error }); err != nil {
			t.Fatal(err)
		}
	}
	write("CREATE TABLE n (id INTEGER PRIMARY KEY, word TEXT)")
	write("INSERT INTO n (word) VALUES ('one'), ('two'), ('three')")
	const from = "SELECT id, word FROM n WHERE id > ? ORDER BY id"
	read := func(ctx context.Context, after int) (words []string, err error) {
		return words, d.Read(ctx, func(tx *gorm.DB) error {
			outer, err := tx.Raw(from, after).Rows()
			if err != nil {
				return err
			}
			defer outer.Close() //nolint:errcheck // read to the end below
			for outer.Next() {
				var id, inner int
				var word string
				if err := outer.Scan(&id, &word); err != nil {
					return err
				}
				rows, err := tx.Raw(from, id).Rows() // the same question while the first is being answered
				if err != nil {
					return err
				}
				for rows.Next() {
					inner++
				}
				if err := rows.Close(); err != nil {
					return err
				}
				words = append(words, fmt.Sprint(word, inner))
			}
			return outer.Err()
		})
	}
	for range 20 { // more than there are connections
		if got, err := read(t.Context(), 0); err != nil || fmt.Sprint(got) != "[one2 two1 three0]" {
			t.Fatalf("%v (%v)", got, err)
		}
		if got, err := read(t.Context(), 2); err != nil || fmt.Sprint(got) != "[three0]" {
			t.Fatalf("%v (%v)", got, err)
		}
	}
	gone, stop := context.WithCancel(t.Context())
	stop()
	if _, err := read(gone, 0); err == nil {
		t.Error("a question was answered that nobody waited for")
	}
	columns := func() (n int) {
		if err := d.Read(t.Context(), func(tx *gorm.DB) error {
			rows, err := tx.Raw("SELECT * FROM n").Rows()
			if err != nil {
				return err
			}
			names, err := rows.Columns()
			n = len(names)
			return errors.Join(err, rows.Close())
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for range 8 {
		if n := columns(); n != 2 {
			t.Fatal(n)
		}
	}
	write("ALTER TABLE n ADD COLUMN more TEXT")
	for range 8 {
		if n := columns(); n != 3 {
			t.Fatalf("%d columns after one was added", n)
		}
	}
	if got, err := read(t.Context(), 1); err != nil || fmt.Sprint(got) != "[two1 three0]" {
		t.Fatalf("%v (%v)", got, err)
	}
}

// A kept statement that writes does so each time: after one that was refused, after one that was rolled back, and where it tells the
// row that it wrote. What it wrote is there for others as soon as its transaction has ended.
func TestAKeptStatementWritesEachTime(t *testing.T) {
	d, err := Open(t.Context(), Config{Path: filepath.Join(t.TempDir(), "kept.sqlite")})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // of a test
	do := func(query string, args ...any) error {
		return d.Write(t.Context(), func(tx *gorm.DB) error { return tx.Exec(query, args...).Error })
	}
	if err := do("CREATE TABLE n (id INTEGER PRIMARY KEY, word TEXT UNIQUE)"); err != nil {
		t.Fatal(err)
	}
	const insert, told = "INSERT INTO n (word) VALUES (?)", "INSERT INTO n (word) VALUES (?) RETURNING id"
	undone := errors.New("undone")
	for round := range 3 {
		word := fmt.Sprint("word ", round)
		if err := do(insert, word); err != nil {
			t.Fatal(err)
		}
		if err := do(insert, word); err == nil {
			t.Error("a word was written twice")
		}
		if err := d.Write(t.Context(), func(tx *gorm.DB) error { return errors.Join(tx.Exec(insert, "gone").Error, undone) }); !errors.Is(err, undone) {
			t.Error(err)
		}
		var id int
		if err := d.Write(t.Context(), func(tx *gorm.DB) error { return tx.Raw(told, word+", told").Row().Scan(&id) }); err != nil || id == 0 {
			t.Errorf("row %d (%v)", id, err)
		}
		if err := do("UPDATE n SET word = word || '!' WHERE id = ?", id); err != nil {
			t.Fatal(err)
		}
		var words []string
		if err := d.Read(t.Context(), func(tx *gorm.DB) error { return tx.Raw("SELECT word FROM n ORDER BY id").Scan(&words).Error }); err != nil {
			t.Fatal(err)
		}
		if want := 2 * (round + 1); len(words) != want || words[want-1] != word+", told!" {
			t.Errorf("round %d: %q", round, words)
		}
	}
}

// newKeeper is a connection of its own to an empty file.
func newKeeper(t *testing.T) *keeper {
	t.Helper()
	c, err := connect("file:" + filepath.Join(t.TempDir(), "kept.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	opened, err := c.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return opened.(*keeper)
}

// A connection keeps no more statements than it may, however many questions it is asked.
func TestAConnectionKeepsSoManyStatements(t *testing.T) {
	k := newKeeper(t)
	open, err := k.QueryContext(t.Context(), "SELECT 0", nil)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 3 * mostKept {
		rows, err := k.QueryContext(t.Context(), fmt.Sprint("SELECT ", n), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := rows.Close(); err != nil || len(k.kept) > mostKept {
			t.Fatal(len(k.kept), err)
		}
	}
	if k.kept["SELECT 0"] == nil {
		t.Error("a statement whose rows are open was closed")
	}
	if err := open.Close(); err != nil {
		t.Error(err)
	}
	if err := k.Close(); err != nil || len(k.kept) > 0 {
		t.Error(len(k.kept), err)
	}
}

// What writes rows is kept as what asks is; what makes tables is not.
func TestAConnectionKeepsWhatWrites(t *testing.T) {
	k := newKeeper(t)
	for query, want := range map[string]bool{"CREATE TABLE IF NOT EXISTS n (id INTEGER PRIMARY KEY)": false, "INSERT INTO n DEFAULT VALUES": true,
		"UPDATE n SET id = id": true, "DELETE FROM n": true} {
		if _, err := k.ExecContext(t.Context(), "CREATE TABLE IF NOT EXISTS n (id INTEGER PRIMARY KEY)", nil); err != nil {
			t.Fatal(err)
		}
		if _, err := k.ExecContext(t.Context(), query, nil); err != nil {
			t.Fatal(err)
		}
		if (k.kept[query] != nil) != want {
			t.Errorf("%s is kept: %t", query, !want)
		}
	}
	if err := k.Close(); err != nil {
		t.Error(err)
	}
}
