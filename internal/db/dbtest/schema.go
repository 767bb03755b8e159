package dbtest

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"tracker/internal/db"
)

// Owned lists the tables by the package that alone writes to them.
var Owned = map[string][]string{
	"db":              {"schema_checksums", "once_keys"},
	"mail":            {"outbox"},
	"jobs":            {"jobs", "job_files"},
	"accounts":        {"settings", "institutions", "successions", "posts", "people", "holdings", "sessions", "links", "sign_in_failures", "known_browsers", "kept_forms", "second_factors", "recovery_codes", "sign_in_steps", "identities", "identity_trips"},
	"audit":           {"audit_entries", "audit_texts", "audit_refusals", "audit_head", "audit_checkpoints", "audit_checks"},
	"recommendations": {"mechanisms", "editions", "recommendations", "items", "item_origins", "item_supports", "lineages", "remarks"},
	"plan":            {"frameworks", "nodes", "commitments", "commitment_revisions", "supports", "transfers", "answers"},
	"progress":        {"periods", "deadlines", "updates", "update_authors", "decisions", "comments", "evidence", "evidence_files", "evidence_chunks", "evidence_checks", "current_status", "summary_releases", "verifications", "verification_papers", "clearances", "ratings", "request_questions", "request_answers", "request_submissions"},
	"indicators":      {"indicators", "indicator_definitions", "measurements", "measurement_cells", "measurement_authors", "measurement_decisions", "measurement_clearances", "measurement_choices"},
	"dialogues":       {"dialogues", "agenda_items", "agenda_texts", "agenda_indicators", "dialogue_packs", "agreed_actions", "room_recommendations", "undertakings", "undertaking_steps"},
	"workbook":        {"imports", "import_files", "import_words"},
	"reports":         {"report_choices", "publications", "publication_readers", "publication_files", "publication_downloads", "record_clearances"},
}

// Column is a column of a table as an engine has it.
type Column struct {
	Table, Name string
	Kind        string // int, text, time, bool or bytes
	Null        bool
}

var kinds = map[string]string{"INTEGER": "int", "BIGINT": "int", "TEXT": "text", "DATETIME": "time", "TIMESTAMP WITH TIME ZONE": "time", "BOOLEAN": "bool", "BLOB": "bytes", "BYTEA": "bytes"}

// Columns lists the columns of all tables but goose's own.
func Columns(tb testing.TB, d *db.DB) []Column {
	tb.Helper()
	query := `SELECT t.name AS "table", c.name, c.type AS kind, c."notnull" = 0 AND c.pk = 0 AS "null" FROM sqlite_master t JOIN pragma_table_info(t.name) c
		WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE 'goose%'`
	if d.Postgres() {
		query = `SELECT table_name AS "table", column_name AS name, data_type AS kind, is_nullable = 'YES' AS "null" FROM information_schema.columns
			WHERE table_schema = current_schema() AND table_name NOT LIKE 'goose%'`
	}
	var list []Column
	if err := d.Read(tb.Context(), func(tx *gorm.DB) error { return tx.Raw(query).Scan(&list).Error }); err != nil {
		tb.Fatal(err)
	}
	for i, c := range list {
		if list[i].Kind = kinds[strings.ToUpper(c.Kind)]; list[i].Kind == "" {
			tb.Errorf("%s.%s has the type %s, which no model has", c.Table, c.Name, c.Kind)
		}
	}
	slices.SortFunc(list, func(a, b Column) int { return strings.Compare(a.Table+"."+a.Name, b.Table+"."+b.Name) })
	return list
}

// Models holds a package's models against the columns of its tables, on both
// engines: every column has a field and every field a column, of the same kind
// and with room for NULL or not. bare are the tables that no model stands for.
func Models(t *testing.T, owner string, bare []string, models ...any) {
	t.Helper()
	Each(t, func(t *testing.T, d *db.DB) {
		columns := map[string][]Column{}
		for _, c := range Columns(t, d) {
			columns[c.Table] = append(columns[c.Table], c)
		}
		stands := slices.Clone(bare)
		for _, model := range models {
			stmt := gorm.Statement{}
			err := d.Read(t.Context(), func(tx *gorm.DB) error {
				stmt.DB = tx
				return stmt.Parse(model)
			})
			if err != nil {
				t.Fatalf("%T: %v", model, err)
			}
			stands = append(stands, stmt.Schema.Table)
			compare(t, stmt.Schema, columns[stmt.Schema.Table])
		}
		slices.Sort(stands)
		if owned := slices.Sorted(slices.Values(Owned[owner])); !slices.Equal(stands, owned) {
			t.Errorf("models and bare tables of %s are %v, its tables %v", owner, stands, owned)
		}
	})
}

// compare holds one model against the columns of its table.
func compare(t *testing.T, s *schema.Schema, columns []Column) {
	t.Helper()
	fields := maps.Clone(s.FieldsByDBName)
	for _, c := range columns {
		f, ok := fields[c.Name]
		if delete(fields, c.Name); !ok {
			t.Errorf("%s.%s has no field in %s", c.Table, c.Name, s.Name)
			continue
		}
		kind, date := kindOf(f)
		if kind != c.Kind {
			t.Errorf("%s.%s is %s, %s.%s is %s", c.Table, c.Name, c.Kind, s.Name, f.Name, kind)
		}
		if pointer := f.FieldType.Kind() == reflect.Pointer; !date && pointer != c.Null {
			t.Errorf("%s.%s may be NULL: %v; %s.%s is a pointer: %v", c.Table, c.Name, c.Null, s.Name, f.Name, pointer)
		}
	}
	for name := range fields {
		t.Errorf("%s.%s has no column in %s", s.Name, fields[name].Name, s.Table)
	}
}

// kindOf is the kind of column that a field needs. A date is text and says
// itself whether it is there.
func kindOf(f *schema.Field) (kind string, date bool) {
	typ := f.IndirectFieldType
	switch {
	case typ.String() == "[]uint8":
		return "bytes", false
	case f.Serializer != nil && f.TagSettings["SERIALIZER"] != "":
		return "text", false
	case typ.String() == "calendar.Date":
		return "text", true
	case typ.String() == "time.Time":
		return "time", false
	}
	switch typ.Kind() {
	case reflect.Int, reflect.Int64:
		return "int", false
	case reflect.String:
		return "text", false
	case reflect.Bool:
		return "bool", false
	case reflect.Slice:
		return "bytes", false
	}
	return typ.String(), false
}

// Unguard takes the triggers off the audit trail, as only somebody with the
// rights of the database's owner can.
func Unguard(tb testing.TB, d *db.DB) {
	tb.Helper()
	query := "SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'"
	if d.Postgres() {
		query = "SELECT 'DROP TRIGGER ' || g.tgname || ' ON ' || t.relname FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid WHERE NOT g.tgisinternal AND t.relnamespace = current_schema()::regnamespace"
	}
	err := d.Write(tb.Context(), func(tx *gorm.DB) error {
		var drops []string
		if err := tx.Raw(query).Scan(&drops).Error; err != nil {
			return err
		}
		if len(drops) < 4 {
			tb.Errorf("the audit trail has %d guards only", len(drops))
		}
		for _, drop := range drops {
			if err := tx.Exec(drop).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
}
