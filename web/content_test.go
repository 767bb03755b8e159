package web

import (
	"maps"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
)

// content is the rows of all tables but the trail's, by table; when sessions
// were seen last is left out. Of a table that nobody wrote to since it was asked
// last, the rows of then are given: nobody may change them.
func (h *house) content() map[string][]map[string]any {
	h.t.Helper()
	var of contents
	if known, there := knownContents.Load(h.db); there {
		of = known.(contents)
	} else {
		of = watchTables(h.t, h.db)
		knownContents.Store(h.db, of)
		h.t.Cleanup(func() { knownContents.Delete(h.db) })
	}
	must(h.t, h.db.Write(h.t.Context(), func(tx *gorm.DB) error {
		var written []string
		if err := tx.Raw("SELECT place FROM written").Scan(&written).Error; err != nil {
			return err
		}
		for _, table := range written {
			rows := []map[string]any{}
			if err := tx.Raw("SELECT * FROM " + table).Scan(&rows).Error; err != nil {
				return err
			}
			for _, row := range rows {
				if _, ok := row["seen_at"]; ok {
					row["seen_at"] = time.Now().UTC()
				}
			}
			of[table] = rows
		}
		return tx.Exec("DELETE FROM written").Error
	}))
	return maps.Clone(of)
}

// contents are the rows of tables as they were read last.
type contents map[string][]map[string]any

// knownContents are those of the databases of tests.
var knownContents sync.Map // of contents by *db.DB

// watchTables notes from now on to which tables is written, in one of the connection that writes; every table is to be read first.
func watchTables(t testing.TB, d *db.DB) contents {
	t.Helper()
	must(t, d.Write(t.Context(), func(tx *gorm.DB) error {
		var tables []string
		if err := tx.Raw("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'audit%' AND name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%'").Scan(&tables).Error; err != nil {
			return err
		}
		statements := []string{"CREATE TEMP TABLE written (place TEXT)"}
		for _, table := range tables {
			statements = append(statements, "INSERT INTO written VALUES ('"+table+"')")
			for _, event := range []string{"INSERT", "UPDATE", "DELETE"} {
				statements = append(statements, "CREATE TEMP TRIGGER written_"+table+"_"+event+" AFTER "+event+" ON "+table+
					" BEGIN INSERT INTO written SELECT '"+table+"' WHERE NOT EXISTS (SELECT 1 FROM written WHERE place = '"+table+"'); END")
			}
		}
		for _, statement := range statements {
			if err := tx.Exec(statement).Error; err != nil {
				return err
			}
		}
		return nil
	}))
	return contents{}
}
