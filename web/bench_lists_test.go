package web

import (
	"fmt"
	"net/http"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/progress"
	"tracker/internal/reports"
)

// manyDeadlines puts eight reporting deadlines, one after the other, in the
// place of those of the period that holds today.
func (s stage) manyDeadlines(b *testing.B) {
	b.Helper()
	s.write(func(tx *gorm.DB) error {
		var p progress.Period
		today := s.clock.Today()
		if err := tx.Where("starts_on <= ? AND ends_on >= ?", today, today).Take(&p).Error; err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM deadlines WHERE period_id = ? AND purpose = 'reporting'", p.ID).Error; err != nil {
			return err
		}
		length := (p.EndsOn.Sub(p.StartsOn) + 1) / 8
		for i := range 8 {
			from := p.StartsOn.AddDays(i * length)
			to := from.AddDays(length - 1)
			d := progress.Deadline{PeriodID: p.ID, Title: fmt.Sprintf("Part %d", i+1), Purpose: progress.Reporting, CoversFrom: from, CoversTo: to, DueOn: to.AddDays(15), Version: 1}
			if err := tx.Create(&d).Error; err != nil {
				return err
			}
		}
		return nil
	})
	s.forget()
}

// Institutions against the eight reporting deadlines of a period, with 4,000
// commitments.
func BenchmarkDiscipline(b *testing.B) {
	eachHundredfold(b, func(b *testing.B, s stage) {
		s.manyDeadlines(b)
		q := reports.Query{Actor: s.visitors["coordinator"].actor, Country: s.country(b), D: s.clock.Today(), Rules: reports.DefaultRules, Now: true}
		m, err := s.s.Reports.Discipline(b.Context(), q, "", "")
		must(b, err)
		if len(m.Rows) < 30 || len(m.Deadlines) != 8 {
			b.Fatalf("%d institutions, %d deadlines", len(m.Rows), len(m.Deadlines))
		}
		s.lists(b, map[string]string{"matrix": "/discipline", "list": "/discipline/commitments?state=late"})
	})
}

// How the three see 4,000 commitments, those that they see differently and all
// of them.
func BenchmarkDifferences(b *testing.B) {
	eachHundredfold(b, func(b *testing.B, s stage) {
		s.lists(b, map[string]string{"differ": "/ratings", "all": "/ratings?show=all"})
	})
}

// eachHundredfold runs f on both engines with a hundred times the demonstration.
func eachHundredfold(b *testing.B, f func(b *testing.B, s stage)) {
	b.Run("sqlite", func(b *testing.B) { f(b, hundredfold.stage(b, hundredfold.data.SQLite(b))) })
	b.Run("postgres", func(b *testing.B) { f(b, hundredfold.stage(b, hundredfold.data.Postgres(b))) })
}

// lists measures each page with a ledger kept, as the first one after an
// approval, and of a cold ledger.
func (s stage) lists(b *testing.B, paths map[string]string) {
	approve := s.approving(b)
	for name, path := range paths {
		for when, before := range map[string]func(){"kept": func() {}, "after-an-approval": approve, "cold": s.forget} {
			b.Run(name+"/"+when, func(b *testing.B) {
				s.measure(b, http.StatusOK, func() *http.Request {
					before()
					return s.visitors["coordinator"].request(get, path, nil)
				})
			})
		}
	}
}

// country is the one that the data is of.
func (s stage) country(b *testing.B) (country string) {
	b.Helper()
	must(b, s.db.Read(b.Context(), func(tx *gorm.DB) error { return tx.Raw("SELECT country FROM commitments LIMIT 1").Scan(&country).Error }))
	return country
}
