package round

import (
	"fmt"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan"
	"tracker/internal/plan/plantest"
)

// used is the processor time of the program so far.
func used(b *testing.B) time.Duration {
	b.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// manyCommitments adds commitments that MHA leads.
func (m *ministry) manyCommitments(tx *gorm.DB, n int) error {
	for i := range n {
		_, err := plan.Add(tx, plantest.At("2021-04-01"), accounts.CommandLine(), plan.CommitmentNew{Country: plantest.Country, Ref: fmt.Sprintf("BIG-%03d", i+1), Origin: plan.FromMinistry,
			Terms: plan.Terms{Title: "Train the officers of district " + strconv.Itoa(i+1), Text: "Text", LeadID: m.Institutions["MHA"], Share: plan.Internal, StartsOn: day("2021-04-01"), DueOn: day("2022-03-31")}})
		if err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkRound gives out a workbook of 500 commitments, and takes it with
// every row filled in.
func BenchmarkRound(b *testing.B) {
	dbtest.EachB(b, func(b *testing.B, d *db.DB) {
		m := begin(b, d)
		m.Do(b, func(tx *gorm.DB) error { return m.manyCommitments(tx, 500) })
		var out, dry, kept, cpu time.Duration
		for b.Loop() {
			start := time.Now()
			file := m.given()
			out += time.Since(start)
			file = edit(b, file, func(f *excelize.File) {
				rows, err := f.GetRows(rowsSheet)
				must(b, err)
				for n := 4; n <= len(rows); n++ {
					must(b, f.SetSheetRow(rowsSheet, "I"+strconv.Itoa(n), &[]any{"31/10/2021", "In progress", "Held the workshop of " + m.clock.Now().String()}))
				}
			})
			start = time.Now()
			if o, err := m.look("mha", file, nil); err != nil || o.Blocked() {
				b.Fatal(err, o.Problems)
			}
			dry += time.Since(start)
			start, cpu = time.Now(), cpu-used(b)
			if o, err := m.take("mha", file, nil); err != nil || o.Blocked() {
				b.Fatal(err, o.Problems)
			}
			kept, cpu = kept+time.Since(start), cpu+used(b)
		}
		b.ReportMetric(float64(out.Milliseconds())/float64(b.N), "ms-out")
		b.ReportMetric(float64(dry.Milliseconds())/float64(b.N), "ms-dry")
		b.ReportMetric(float64(kept.Milliseconds())/float64(b.N), "ms-kept")
		b.ReportMetric(float64(cpu.Milliseconds())/float64(b.N), "ms-kept-cpu")
	})
}
