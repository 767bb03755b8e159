package web

import (
	"context"
	"strconv"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/seeds/large"
)

// askedWorld is a country beside all others: 188 countries with 20 editions of
// 15 recommendations each.
var askedWorld = func() world {
	w := small
	w.data = dbtest.NewTemplate(func(ctx context.Context, d *db.DB) error {
		if err := large.Load(ctx, d, large.Small); err != nil {
			return err
		}
		return d.Write(ctx, func(tx *gorm.DB) error { return large.Ask(tx, large.World) })
	})
	return w
}()

// What was asked, with 56,400 recommendations in the database, 300 of them of
// the country itself and of one mechanism.
func BenchmarkAskedOfTheWorld(b *testing.B) {
	for name, open := range map[string]func(*testing.B) *db.DB{
		"sqlite":   func(b *testing.B) *db.DB { return askedWorld.data.SQLite(b) },
		"postgres": func(b *testing.B) *db.DB { return askedWorld.data.Postgres(b) },
	} {
		b.Run(name, func(b *testing.B) {
			s := askedWorld.stage(b, open(b))
			var ids []int64
			must(b, s.db.Read(b.Context(), func(tx *gorm.DB) error {
				if err := tx.Raw("SELECT count(*) FROM recommendations r JOIN editions e ON e.id = r.edition_id JOIN mechanisms m ON m.id = e.mechanism_id WHERE m.code = ?", large.AskingMechanism).Scan(&ids).Error; err != nil || ids[0] != 56400 {
					b.Fatalf("%v recommendations, %v", ids, err)
				}
				return tx.Raw(`SELECT r.id FROM recommendations r JOIN editions e ON e.id = r.edition_id JOIN mechanisms m ON m.id = e.mechanism_id
					WHERE m.code = ? AND e.country = ? ORDER BY e.year DESC, r.number DESC LIMIT 1`, large.AskingMechanism, large.Country).Scan(&ids).Error
			}))
			s.lists(b, map[string]string{
				"list":           "/recommendations",
				"searched":       "/recommendations?q=police",
				"edition":        editionPath(large.AskingMechanism, large.AskingYear),
				"coverage":       coveragePath(large.AskingMechanism+" "+strconv.Itoa(large.AskingYear), ""),
				"suggestions":    editionPath(large.AskingMechanism, large.AskingYear, "lineage"),
				"recommendation": recommendationPath(ids[0]),
				"report":         "/reports",
			})
		})
	}
}

// The status report of the same plan where nobody asked so much: what it takes
// more above is what the lists cost.
func BenchmarkReportWithoutTheWorld(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) {
		small.stage(b, small.data.SQLite(b)).lists(b, map[string]string{"report": "/reports"})
	})
	b.Run("postgres", func(b *testing.B) {
		small.stage(b, small.data.Postgres(b)).lists(b, map[string]string{"report": "/reports"})
	})
}
