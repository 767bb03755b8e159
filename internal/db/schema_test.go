package db_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
)

// Every table has its owner, and no table has two.
func TestEveryTableHasAnOwner(t *testing.T) {
	owners := map[string]int{}
	for _, tables := range dbtest.Owned {
		for _, table := range tables {
			owners[table]++
		}
	}
	seen := map[string]bool{}
	for _, c := range dbtest.Columns(t, dbtest.SQLite(t)) {
		seen[c.Table] = true
	}
	for table := range seen {
		if owners[table] != 1 {
			t.Errorf("%s has %d owners", table, owners[table])
		}
	}
	for table := range owners {
		if !seen[table] {
			t.Errorf("there is no table %s", table)
		}
	}
}

// facts are what a schema says beside its columns, as lines that are the same
// on both engines: keys, indexes with their conditions, references, defaults,
// and how many conditions a table checks.
var facts = map[string]string{
	"sqlite": `SELECT CASE l.origin WHEN 'pk' THEN 'key ' WHEN 'u' THEN 'unique ' ELSE CASE l."unique" WHEN 1 THEN 'unique ' ELSE 'index ' END END || t.name || ' (' ||
			(SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno)) || ')' ||
			CASE l.partial WHEN 1 THEN (SELECT ' where' || substr(sql, instr(sql, 'WHERE') + 5) FROM sqlite_master WHERE name = l.name) ELSE '' END
			FROM sqlite_master t JOIN pragma_index_list(t.name) l WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'
		UNION ALL SELECT 'key ' || t.name || ' (' || c.name || ')' FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND c.pk = 1 AND c.type = 'INTEGER'
			AND NOT EXISTS (SELECT 1 FROM pragma_table_info(t.name) d WHERE d.pk = 2)
		UNION ALL SELECT 'reference ' || t.name || '.' || f."from" || ' to ' || f."table" || '.' || f."to" || ' ' || lower(f.on_delete) FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'
		UNION ALL SELECT 'default ' || t.name || '.' || c.name || ' ' || lower(c.dflt_value) FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND c.dflt_value IS NOT NULL
		UNION ALL SELECT 'checks ' || t.name || ' ' || ((length(t.sql) - length(replace(t.sql, 'CHECK (', ''))) / 7) FROM sqlite_master t WHERE t.type = 'table' AND t.sql LIKE '%CHECK (%'
		UNION ALL SELECT 'trigger ' || tbl_name || ' ' || name FROM sqlite_master WHERE type = 'trigger'`,
	"postgres": `SELECT CASE WHEN x.indisprimary THEN 'key ' WHEN x.indisunique THEN 'unique ' ELSE 'index ' END || t.relname || ' (' ||
			(SELECT string_agg(pg_get_indexdef(x.indexrelid, k, true), ', ' ORDER BY k) FROM generate_series(1, x.indnkeyatts) k) || ')' ||
			COALESCE(' where ' || pg_get_expr(x.indpred, x.indrelid, true), '')
			FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid WHERE t.relnamespace = current_schema()::regnamespace
		UNION ALL SELECT 'reference ' || t.relname || '.' || a.attname || ' to ' || r.relname || '.' || b.attname || ' ' ||
			CASE c.confdeltype WHEN 'a' THEN 'no action' WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' ELSE c.confdeltype::text END
			FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid
			JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1] JOIN pg_attribute b ON b.attrelid = r.oid AND b.attnum = c.confkey[1]
			WHERE c.contype = 'f' AND t.relnamespace = current_schema()::regnamespace
		UNION ALL SELECT 'default ' || table_name || '.' || column_name || ' ' || column_default FROM information_schema.columns WHERE table_schema = current_schema() AND column_default IS NOT NULL
		UNION ALL SELECT 'checks ' || t.relname || ' ' || count(*) FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
			WHERE c.contype = 'c' AND t.relnamespace = current_schema()::regnamespace GROUP BY t.relname
		UNION ALL SELECT 'trigger ' || t.relname || ' ' || g.tgname FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
			WHERE NOT g.tgisinternal AND t.relnamespace = current_schema()::regnamespace`,
}

var engineWords = regexp.MustCompile(`::text|::bigint|[()]|COLLATE "C"`)

func factsOf(t *testing.T, d *db.DB, engine string) []string {
	t.Helper()
	var lines []string
	if err := d.Read(t.Context(), func(tx *gorm.DB) error { return tx.Raw(facts[engine]).Scan(&lines).Error }); err != nil {
		t.Fatal(err)
	}
	lines = slices.DeleteFunc(lines, func(line string) bool {
		return strings.Contains(line, "goose_") || strings.HasSuffix(line, "_truncate") || strings.HasSuffix(line, "_replace")
	})
	for i, line := range lines {
		lines[i] = strings.Join(strings.Fields(engineWords.ReplaceAllString(line, "")), " ")
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// Both engines have the same schema: tables, columns, keys, indexes,
// references, defaults, checks and triggers (SQLite has no TRUNCATE, PostgreSQL no REPLACE).
func TestBothEnginesHaveOneSchema(t *testing.T) {
	lite, post := dbtest.SQLite(t), dbtest.Postgres(t)
	same := func(what string, a, b []string) {
		t.Helper()
		for _, line := range a {
			if !slices.Contains(b, line) {
				t.Errorf("only SQLite has the %s %q", what, line)
			}
		}
		for _, line := range b {
			if !slices.Contains(a, line) {
				t.Errorf("only PostgreSQL has the %s %q", what, line)
			}
		}
	}
	lines := func(list []dbtest.Column) (out []string) {
		for _, c := range list {
			out = append(out, fmt.Sprint(c))
		}
		return out
	}
	same("column", lines(dbtest.Columns(t, lite)), lines(dbtest.Columns(t, post)))
	a := factsOf(t, lite, "sqlite")
	same("fact", a, factsOf(t, post, "postgres"))
	for _, want := range []string{"key items id", "unique items recommendation_id, letter", "index updates commitment_id, as_of", "reference items.lead_id to institutions.id no action",
		"default items.version 1", "checks institutions 1", "trigger audit_entries audit_entries_update", "unique updates seed_key where seed_key <> ''"} {
		if !slices.Contains(a, want) {
			t.Errorf("the schema does not say %q: %q", want, a)
		}
	}
}
