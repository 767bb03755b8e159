// Package backup writes a whole database to one file and brings it back, on
// either engine and from one to the other.
//
// A backup is text: a head line with the SHA-256 of all that follows, then
// gzip of JSON lines. The first line is the Manifest, then comes for each
// table a line with its name and columns and a line for each row, then a last
// line that counts them. Nothing in it is bound to an engine.
package backup

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"time"

	"compress/gzip"

	"gorm.io/gorm"

	"tracker/internal/db"
)

// ErrDamaged is returned for a file that is not, byte by byte, what a backup
// wrote.
var ErrDamaged = errors.New("this is no whole backup: it was cut off or altered")

// ErrBrokenTrail is returned by a restore for a backup whose audit trail is not
// whole, though the file is: it was made of a database that somebody altered,
// or by somebody else's program.
var ErrBrokenTrail = errors.New("the audit trail in this backup is broken")

// magic begins the head line; the checksum in hexadecimal ends it.
const magic = "action-plan-tracker backup 1 sha256 "

// headBytes is the length of the head line with its line end.
const headBytes = len(magic) + 2*sha256.Size + 1

// Manifest says what a backup holds.
type Manifest struct {
	Schema    int64     `json:"schema"`  // number of the last migration
	Engine    string    `json:"engine"`  // where it was made
	Release   string    `json:"release"` // of the program that made it
	MadeAt    time.Time `json:"made_at"` // by the system's clock
	AuditSeq  int64     `json:"audit_seq"`
	AuditHash string    `json:"audit_hash"` // head of the audit trail
	Rows      int64     `json:"-"`          // counted while reading
}

// tables are all that a backup carries, in an order in which each refers only
// to those before it, or to itself.
var tables = []string{
	"settings", "institutions", "successions", "posts", "people", "holdings", "second_factors", "recovery_codes", "identities", "outbox",
	"audit_entries", "audit_texts", "audit_refusals", "audit_head", "audit_checkpoints",
	"mechanisms", "editions", "recommendations", "items", "item_origins", "item_supports", "lineages", "remarks",
	"frameworks", "nodes", "commitments", "commitment_revisions", "supports", "transfers", "answers",
	"periods", "deadlines", "updates", "update_authors", "decisions", "comments", "evidence_files", "evidence_chunks", "evidence", "current_status", "summary_releases",
	"verifications", "verification_papers", "clearances",
	"dialogues", "agenda_items", "agenda_texts", "agreed_actions", "room_recommendations", "undertakings", "undertaking_steps", "dialogue_packs", "report_choices",
	"publications", "publication_readers", "publication_files", "publication_downloads", "record_clearances", "ratings",
	"request_questions", "request_answers", "request_submissions",
	"indicators", "indicator_definitions", "measurements", "measurement_cells", "measurement_authors", "measurement_decisions", "measurement_clearances", "measurement_choices", "agenda_indicators", "import_words",
}

// leftOut are the tables that no backup carries: a restored database must
// revive neither a session that was ended nor a link that was used, kept forms,
// what jobs made and files that were sent are kept for a day only, and what the files of one
// database were found to be says nothing of another.
var leftOut = []string{"sessions", "links", "sign_in_steps", "identity_trips", "known_browsers", "kept_forms", "sign_in_failures", "once_keys", "jobs", "job_files", "evidence_checks", "imports", "import_files", "audit_checks"}

// ownParent names the column by which a row refers to another of its table.
var ownParent = map[string]string{"measurements": "corrects_id", "nodes": "parent_id", "updates": "corrects_id", "publications": "replaced_by_id", "request_questions": "taken_from_id"}

// line is one JSON line beside the rows: the head of a table, or the end.
type line struct {
	Table   string   `json:"table,omitempty"`
	Columns []string `json:"columns,omitempty"`
	End     bool     `json:"end,omitempty"`
	Rows    int64    `json:"rows,omitempty"`
}

// Write writes the database to a file, as it stands at one moment; whoever
// uses it goes on meanwhile. The file gets its name only when it is complete,
// on the disk, and was read back.
func Write(ctx context.Context, d *db.DB, release, path string) (m Manifest, err error) {
	partial := path + ".partial"
	f, err := os.OpenFile(partial, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return m, err
	}
	err = write(ctx, d, release, f)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		m, err = Verify(partial)
	}
	if err == nil {
		err = os.Rename(partial, path)
	}
	if err != nil {
		return m, errors.Join(fmt.Errorf("backup: %w", err), os.Remove(partial))
	}
	return m, syncFolder(path)
}

func write(ctx context.Context, d *db.DB, release string, f *os.File) error {
	if _, err := f.Seek(int64(headBytes), io.SeekStart); err != nil {
		return err
	}
	sum := sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(f, sum), 1<<16)
	packed := gzip.NewWriter(out)
	if err := dump(ctx, d, release, json.NewEncoder(packed)); err != nil {
		return err
	}
	if err := errors.Join(packed.Close(), out.Flush()); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(magic+hex.EncodeToString(sum.Sum(nil))+"\n"), 0)
	return err
}

func dump(ctx context.Context, d *db.DB, release string, out *json.Encoder) error {
	out.SetEscapeHTML(false)
	m := Manifest{Release: release, MadeAt: time.Now().UTC().Truncate(time.Second)}
	var err error
	if m.Schema, err = d.SchemaVersion(ctx); err != nil {
		return err
	}
	if m.Engine, err = d.Engine(ctx); err != nil {
		return err
	}
	return d.Read(ctx, func(tx *gorm.DB) error {
		if err := tx.Raw("SELECT seq, hash FROM audit_head WHERE id = 1").Row().Scan(&m.AuditSeq, &m.AuditHash); err != nil {
			return err
		}
		if err := out.Encode(m); err != nil {
			return err
		}
		rows := int64(0)
		for _, table := range tables {
			n, err := dumpTable(tx, table, out)
			if err != nil {
				return fmt.Errorf("%s: %w", table, err)
			}
			rows += n
		}
		return out.Encode(line{End: true, Rows: rows})
	})
}

func dumpTable(tx *gorm.DB, table string, out *json.Encoder) (n int64, err error) {
	rows, err := tx.Raw("SELECT * FROM " + table + " ORDER BY 1, 2").Rows()
	if err != nil {
		return 0, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		return 0, err
	}
	if err := out.Encode(line{Table: table, Columns: columns}); err != nil {
		return 0, err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		for i, v := range values {
			values[i] = plain(types[i].DatabaseTypeName(), v)
		}
		if err := out.Encode(values); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}

// plain is a value as both engines would write it: instants in UTC, truths as
// such, where SQLite keeps 0 and 1.
func plain(kind string, v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.UTC()
	case int64:
		if kind == "BOOLEAN" {
			return v != 0
		}
	}
	return v
}

// Verify reads a whole backup and says what it holds, or ErrDamaged.
func Verify(path string) (Manifest, error) {
	f, err := os.Open(path)
	if err != nil {
		return Manifest{}, err
	}
	defer f.Close() //nolint:errcheck // read only
	if err := checkSum(f); err != nil {
		return Manifest{}, err
	}
	return each(f, func(string, []string, []any) error { return nil })
}

// checkSum holds all that follows the head line against it, before a byte of
// it is believed.
func checkSum(f *os.File) error {
	head := make([]byte, headBytes)
	if _, err := io.ReadFull(f, head); err != nil {
		return ErrDamaged
	}
	var sum hash.Hash = sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return err
	}
	if string(head) != magic+hex.EncodeToString(sum.Sum(nil))+"\n" {
		return ErrDamaged
	}
	return nil
}

// each reads the rows of a backup whose checksum is right, in their order.
func each(f *os.File, row func(table string, columns []string, values []any) error) (m Manifest, err error) {
	if _, err := f.Seek(int64(headBytes), io.SeekStart); err != nil {
		return m, err
	}
	packed, err := gzip.NewReader(bufio.NewReaderSize(f, 1<<16))
	if err != nil {
		return m, ErrDamaged
	}
	in := json.NewDecoder(packed)
	in.UseNumber()
	if err := in.Decode(&m); err != nil {
		return m, ErrDamaged
	}
	var now line
	for {
		var raw json.RawMessage
		if err := in.Decode(&raw); err != nil {
			return m, ErrDamaged
		}
		if raw[0] == '{' {
			now = line{}
			if err := json.Unmarshal(raw, &now); err != nil {
				return m, ErrDamaged
			}
			if now.End {
				break
			}
			continue
		}
		values, err := decodeRow(raw, len(now.Columns))
		if err != nil {
			return m, err
		}
		if err := row(now.Table, now.Columns, values); err != nil {
			return m, err
		}
		m.Rows++
	}
	if now.Rows != m.Rows || in.More() {
		return m, ErrDamaged
	}
	return m, nil
}
