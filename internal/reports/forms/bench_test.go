package forms

import (
	"context"
	"io"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/reports"
	"tracker/internal/reports/reportstest"
	"tracker/seeds/large"
	"tracker/seeds/seedstest"
)

// worlds are the demonstration and a hundred times as much: 4,000 commitments
// with 40,000 updates.
var worlds = []struct {
	name, country string
	data          *dbtest.Template
	day           calendar.Date
}{
	{"demonstration", "LS", seedstest.Lesotho, calendar.MustParse("2021-11-08")},
	{"hundredfold", large.Country, dbtest.NewTemplate(func(ctx context.Context, d *db.DB) error { return large.Load(ctx, d, large.Hundredfold) }), calendar.From(large.Now)},
}

// A report is built and written, as the command line does: with all sections,
// and the changes of a year. peak-MB is the most that the heap grows by
// meanwhile.
func BenchmarkReports(b *testing.B) {
	for _, w := range worlds {
		engines := map[string]func(testing.TB) *db.DB{"sqlite": w.data.SQLite, "postgres": w.data.Postgres}
		for _, engine := range []string{"sqlite", "postgres"} {
			d := engines[engine](b)
			q := reports.StatusQuery{Query: reports.Query{Actor: accounts.CommandLine(), Country: w.country, Rules: reports.DefaultRules, D: w.day}, Since: w.day.AddDays(-365)}
			for _, f := range All() {
				b.Run(w.name+"/"+engine+"/"+f.Name, func(b *testing.B) {
					var most, size uint64
					for b.Loop() {
						most = max(most, peak(func() {
							s, err := reports.Build(b.Context(), d, reports.About{Country: w.country}, q)
							if err != nil {
								b.Error(err)
								return
							}
							n := counter(0)
							if err := f.Write(&n, reportstest.Words(b), s); err != nil {
								b.Error(err)
							}
							size = uint64(n)
						}))
					}
					b.ReportMetric(float64(most)/1e6, "peak-MB")
					b.ReportMetric(float64(size)/1e6, "MB")
				})
			}
		}
	}
}

// counter counts what is written to it.
type counter int64

func (c *counter) Write(b []byte) (int, error) { *c += counter(len(b)); return io.Discard.Write(b) }

// peak gives by how many bytes the heap, what waits for collection included,
// grows at most while f runs.
func peak(f func()) uint64 {
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	held := func() uint64 { metrics.Read(heap); return heap[0].Value.Uint64() }
	runtime.GC()
	before := held()
	most, done := before, make(chan struct{})
	go func() { f(); close(done) }()
	for tick := time.NewTicker(time.Millisecond); ; most = max(most, held()) {
		select {
		case <-tick.C:
		case <-done:
			tick.Stop()
			return max(most, held()) - before
		}
	}
}
