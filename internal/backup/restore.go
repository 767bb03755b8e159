package backup

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/db"
)

// ErrNotEmpty is returned when the database to restore into holds something.
var ErrNotEmpty = errors.New("the database is not empty: restore into a new one")

// ErrOtherSchema is returned for a backup of another schema than this
// program's.
var ErrOtherSchema = errors.New("the backup was made by another release: restore it with that one, then upgrade")

// batch is the most rows, values and bytes that one INSERT carries; SQLite
// takes 32766 values.
const (
	batchRows   = 200
	batchValues = 20000
	batchBytes  = 4 << 20 // of files
)

// Restore fills an empty, migrated database from a backup, wholly or not at
// all, and verifies the audit trail that it brought. The file is checked
// first: a damaged one changes nothing. Sessions and links are not in it, so
// everybody signs in anew.
func Restore(ctx context.Context, d *db.DB, path string) (Manifest, error) {
	m, err := Verify(path)
	if err != nil {
		return m, err
	}
	schema, err := d.SchemaVersion(ctx)
	if err != nil {
		return m, err
	}
	if m.Schema != schema {
		return m, ErrOtherSchema
	}
	f, err := os.Open(path)
	if err != nil {
		return m, err
	}
	defer f.Close() //nolint:errcheck // read only
	err = d.Write(ctx, func(tx *gorm.DB) error {
		if err := empty(tx); err != nil {
			return err
		}
		w := writer{tx: tx, postgres: d.Postgres()}
		if _, err := each(f, w.row); err != nil {
			return err
		}
		if err := w.flush(); err != nil {
			return err
		}
		if err := w.countOn(); err != nil {
			return err
		}
		return whole(tx, m)
	})
	if err != nil {
		return m, fmt.Errorf("restore: %w", err)
	}
	return m, nil
}

// whole refuses what was brought when its audit trail is broken, or ends with
// another entry than the manifest says: then nothing of it stays.
func whole(tx *gorm.DB, m Manifest) error {
	report, err := audit.VerifyIn(tx)
	if err != nil {
		return err
	}
	if !report.OK() {
		return fmt.Errorf("%w at entry %d: %s", ErrBrokenTrail, report.Seq, report.Why)
	}
	if report.Entries != m.AuditSeq || report.Head != m.AuditHash {
		return fmt.Errorf("%w: it ends with entry %d, not with entry %d of the manifest", ErrBrokenTrail, report.Entries, m.AuditSeq)
	}
	return nil
}

// empty says whether nobody has used the database yet.
func empty(tx *gorm.DB) error {
	for _, table := range tables {
		if table == "audit_head" {
			continue // its one row is made by the migration, and moved on
		}
		var n int64
		if err := tx.Raw("SELECT count(*) FROM " + table).Scan(&n).Error; err != nil {
			return err
		}
		if n > 0 {
			return ErrNotEmpty
		}
	}
	return nil
}

// writer inserts rows in batches. A row that refers to a later one of its own
// table waits for it.
type writer struct {
	tx       *gorm.DB
	postgres bool
	table    string
	columns  []string
	kinds    []string // of the columns, as this database declares them
	rows     [][]any
	bytes    int             // of files in them
	there    map[any]bool    // ids inserted, where rows refer to their own table
	waiting  map[any][][]any // rows by the id that they wait for
}

func (w *writer) row(table string, columns []string, values []any) error {
	if table != w.table {
		if err := w.begin(table, columns); err != nil {
			return err
		}
	}
	for i, kind := range w.kinds {
		v, err := typed(kind, values[i])
		if err != nil {
			return fmt.Errorf("%s.%s: %w", table, columns[i], err)
		}
		values[i] = v
	}
	return w.place(values)
}

// begin ends the table before and prepares for the next.
func (w *writer) begin(table string, columns []string) error {
	if err := w.flush(); err != nil {
		return err
	}
	if !slices.Contains(tables, table) {
		return ErrDamaged
	}
	w.table, w.columns, w.kinds = table, columns, nil
	w.there, w.waiting = map[any]bool{}, map[any][][]any{}
	rows, err := w.tx.Raw("SELECT " + strings.Join(quoted(columns), ", ") + " FROM " + table + " WHERE 1 = 0").Rows()
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // there are none
	types, err := rows.ColumnTypes()
	for _, t := range types {
		w.kinds = append(w.kinds, t.DatabaseTypeName())
	}
	return err
}

// place inserts a row, and those that waited for it.
func (w *writer) place(values []any) error {
	parent := slices.Index(w.columns, ownParent[w.table])
	if parent >= 0 {
		if of := values[parent]; of != nil && !w.there[of] {
			w.waiting[of] = append(w.waiting[of], values)
			return nil
		}
	}
	w.rows = append(w.rows, values)
	for _, v := range values {
		if b, ok := v.([]byte); ok {
			w.bytes += len(b)
		}
	}
	if len(w.rows) >= batchRows || len(w.rows)*len(w.columns) >= batchValues || w.bytes >= batchBytes {
		if err := w.insert(); err != nil {
			return err
		}
	}
	if parent < 0 {
		return nil
	}
	id := values[slices.Index(w.columns, "id")]
	w.there[id] = true
	waited := w.waiting[id]
	delete(w.waiting, id)
	for _, values := range waited {
		if err := w.place(values); err != nil {
			return err
		}
	}
	return nil
}

// flush inserts what is left of a table.
func (w *writer) flush() error {
	if len(w.waiting) > 0 {
		return fmt.Errorf("%s: %w", w.table, ErrDamaged) // a row refers to one that is not there
	}
	return w.insert()
}

// bringHead moves the trail's head on to where it was, which is its last entry.
func bringHead(tx *gorm.DB, seq, hash any) error {
	var last struct{ Seq int64 }
	if err := tx.Raw("SELECT coalesce(max(seq), 0) AS seq FROM audit_entries").Scan(&last).Error; err != nil {
		return err
	}
	if fmt.Sprint(seq) != fmt.Sprint(last.Seq) {
		return fmt.Errorf("%w: its head is entry %v, and its last entry %d", ErrBrokenTrail, seq, last.Seq)
	}
	return tx.Exec("UPDATE audit_head SET seq = ?, hash = ? WHERE id = 1", seq, hash).Error
}

func (w *writer) insert() error {
	if len(w.rows) == 0 {
		return nil
	}
	if w.table == "audit_head" { // a guard lets nobody take the row away
		at, head := slices.Index(w.columns, "seq"), slices.Index(w.columns, "hash")
		if at < 0 || head < 0 || len(w.rows) != 1 {
			return ErrDamaged
		}
		defer func() { w.rows = w.rows[:0] }()
		return bringHead(w.tx, w.rows[0][at], w.rows[0][head])
	}
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(w.columns)), ", ") + ")"
	query := "INSERT INTO " + w.table + " (" + strings.Join(quoted(w.columns), ", ") + ") VALUES " +
		strings.TrimSuffix(strings.Repeat(one+", ", len(w.rows)), ", ")
	err := w.tx.Exec(query, slices.Concat(w.rows...)...).Error
	w.rows, w.bytes = w.rows[:0], 0
	if err != nil {
		return fmt.Errorf("%s: %w", w.table, err)
	}
	return nil
}

// countOn lets PostgreSQL give out ids after those that came in; SQLite does
// so by itself.
func (w *writer) countOn() error {
	if !w.postgres {
		return nil
	}
	for _, table := range tables {
		var sequence sql.NullString
		err := w.tx.Raw("SELECT pg_get_serial_sequence(c.table_name, c.column_name) FROM information_schema.columns c "+
			"WHERE c.table_schema = current_schema() AND c.table_name = ? AND c.column_name = 'id' AND c.is_identity = 'YES'", table).Scan(&sequence).Error
		if err != nil {
			return err
		}
		if sequence.Valid {
			if err := w.tx.Exec("SELECT setval(?, (SELECT COALESCE(max(id), 0) + 1 FROM "+table+"), false)", sequence.String).Error; err != nil {
				return err
			}
		}
	}
	return nil
}

func quoted(columns []string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
	}
	return out
}

func decodeRow(raw json.RawMessage, columns int) ([]any, error) {
	in := json.NewDecoder(bytes.NewReader(raw))
	in.UseNumber()
	var values []any
	if err := in.Decode(&values); err != nil || len(values) != columns || columns == 0 {
		return nil, ErrDamaged
	}
	return values, nil
}

// typed turns a value of a JSON line into what a column of its kind stores.
func typed(kind string, v any) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case json.Number:
		return v.Int64()
	case bool:
		return v, nil
	case string:
		switch kind {
		case "DATETIME", "TIMESTAMPTZ":
			return time.Parse(time.RFC3339Nano, v)
		case "BLOB", "BYTEA":
			return base64.StdEncoding.DecodeString(v)
		}
		return v, nil
	}
	return nil, ErrDamaged
}

// syncFolder makes a file's new name safe on the disk.
func syncFolder(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
