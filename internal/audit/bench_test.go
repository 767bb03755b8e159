package audit

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
)

// many is how many entries the trail of a large instance has after years.
const many = 2_000_000

// BenchmarkVerifyTwoMillionEntries verifies the whole of such a trail, of which
// every tenth entry has a free text. Promised: 60 s.
func BenchmarkVerifyTwoMillionEntries(b *testing.B) {
	dbtest.EachB(b, func(b *testing.B, d *db.DB) {
		fill(b, d, many)
		b.ResetTimer()
		for b.Loop() {
			r, err := Verify(b.Context(), d)
			if err != nil || !r.OK() || r.Entries != many {
				b.Fatalf("%+v, %v", r, err)
			}
		}
		b.ReportMetric(float64(many)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	})
}

// fill writes n entries that belong together, many in one statement.
func fill(b *testing.B, d *db.DB, n int) {
	b.Helper()
	const rows = 1500
	prev, start := "", time.Date(2021, 11, 8, 12, 0, 0, 0, time.UTC)
	for from := 0; from < n; from += 100 * rows {
		err := d.Write(b.Context(), func(tx *gorm.DB) error {
			for first := from; first < min(n, from+100*rows); first += rows {
				if err := fillSome(tx, start, first, min(n, first+rows), &prev); err != nil {
					return err
				}
			}
			return tx.Exec("UPDATE audit_head SET hash = ?", prev).Error
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

func fillSome(tx *gorm.DB, start time.Time, first, end int, prev *string) error {
	var entries, texts []any
	for i := first; i < end; i++ {
		ev := Event{Who: focal, Action: "update.submit", Object: fmt.Sprintf("update %d", i/4), Changes: []Change{{Field: "status", Old: "not_started", New: "in_progress"},
			{Field: "as_of", New: "2021-10-31"}, {Field: "evidence", New: "Attendance list of the training, 31 October 2021"}}}
		if i%10 == 0 {
			ev.Changes = append(ev.Changes, Change{Field: "summary", New: "Forty officers of four districts were trained, and the list of them is with the secretariat.", Free: true})
		}
		details, free, err := describe(ev.Changes)
		if err != nil {
			return err
		}
		e := ev.entry(int64(i)+1, start.Add(time.Duration(i)*time.Second), details, *prev)
		*prev = e.Hash
		entries = append(entries, e.Seq, e.At, e.ActorID, e.Actor, e.Role, e.Institution, e.Request, e.Action, e.Object, e.Outcome, e.Details, e.PrevHash, e.Hash)
		for _, t := range free {
			texts = append(texts, e.Seq, t.Field, t.Salt, t.Value)
		}
	}
	many := func(table string, columns int, values []any) error {
		row := "(" + strings.TrimSuffix(strings.Repeat("?, ", columns), ", ") + ")"
		return tx.Exec("INSERT INTO "+table+" VALUES "+strings.TrimSuffix(strings.Repeat(row+", ", len(values)/columns), ", "), values...).Error
	}
	if err := many("audit_entries", 13, entries); err != nil {
		return err
	}
	if err := many("audit_texts", 4, texts); err != nil {
		return err
	}
	return tx.Exec("UPDATE audit_head SET seq = ?", end).Error
}
