package adopt_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gorm.io/gorm"

	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/plan/plantest"
	"tracker/internal/sheet"
	"tracker/internal/sheet/peak"
	"tracker/internal/workbook"
	"tracker/internal/workbook/adopt"
)

// national is a matrix of so many rows and 14 columns, as a CSV.
func national(rows int) string {
	var b strings.Builder
	b.WriteString("No;Objective;Activity;Indicator;Baseline;Target 2022;Target 2023;Lead;Supporting;Timeframe;Budget 2022 (LSL);Budget 2023 (LSL);Means of verification;Remarks\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d.%d;%d. Protect those who were trafficked;Train the officers of district %d in what the law asks of them;Officers trained;%d;%d;%d;Name of MHA;MSD, MOH;Jan-Mar 2022;%d 000;1,200.50;Attendance lists of the training;%s\n",
			i/100+1, i%100+1, i/100+1, i, i%7, i%50, i%60, i%900+1, strings.Repeat("word ", i%20))
	}
	return b.String()
}

// poor is a matrix without numbers, whose money has no known currency and whose
// names nobody knows.
func poor(rows int) string {
	var b strings.Builder
	b.WriteString("Objective;Activity;Indicator;Lead;Timeframe;Budget\n")
	for i := range rows {
		fmt.Fprintf(&b, "Protect those who were trafficked;Train the officers of district %d in what the law asks of them;Officers trained;Office of district %d;2022;%d 000 FCFA\n", i, i, i%900+1)
	}
	return b.String()
}

// used is the processor time of the program so far.
func used(b *testing.B) time.Duration {
	b.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// measured watches memory and processor time until it is told to report them.
func measured(b *testing.B) (report func()) {
	b.Helper()
	memory, before := peak.Watch(b), used(b)
	return func() {
		memory()
		b.ReportMetric(float64((used(b)-before).Milliseconds())/float64(b.N), "ms-cpu")
	}
}

// The promise: the dry run of a national matrix of 5,000 rows in less than 5 s,
// with less than 300 MB of the heap at its peak. Each part begins with the file.
func BenchmarkNationalMatrix(b *testing.B) {
	dir := b.TempDir()
	for name, text := range map[string]string{"national.csv": national(5000), "poor.csv": poor(5000)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	tell := func(b *testing.B, h *plantest.House, name string, a workbook.Answers, keep bool) (o workbook.Outcome) {
		b.Helper()
		path := filepath.Join(dir, name)
		content, err := os.ReadFile(path) //nolint:gosec // the benchmark's own
		if err != nil {
			b.Fatal(err)
		}
		book, err := sheet.Open(strings.NewReader(string(content)), int64(len(content)), path)
		if err != nil {
			b.Fatal(err)
		}
		run := h.DB.Read
		if keep {
			run = h.DB.Write
		}
		if err := run(b.Context(), func(tx *gorm.DB) error {
			o, err = adopt.Take(tx, workbook.In{Clock: plantest.At("2022-02-01"), Actor: h.Actors["one"], Country: plantest.Country, File: workbook.File{Name: name, Book: book}, Answers: a, Keep: keep})
			return err
		}); err != nil {
			b.Fatal(err)
		}
		return o
	}
	told := func(b *testing.B, h *plantest.House, a workbook.Answers, keep bool) workbook.Outcome {
		b.Helper()
		o := tell(b, h, "national.csv", a, keep)
		if o.Blocked() {
			b.Fatal(len(o.Problems), o.Count(workbook.Wrong))
		}
		return o
	}
	dbtest.EachB(b, func(b *testing.B, d *db.DB) {
		h := plantest.New(b, d)
		b.Run("dry", func(b *testing.B) {
			report := measured(b)
			for b.Loop() {
				if o := told(b, h, newPlan, false); o.Count(workbook.New) != 5050 {
					b.Fatal(o.Count(workbook.New))
				}
			}
			report()
		})
		b.Run("dry poor", func(b *testing.B) {
			report := measured(b)
			for b.Loop() {
				if o := tell(b, h, "poor.csv", newPlan, false); len(o.Questions) < 5000 || o.Count(workbook.Asks)+o.Count(workbook.New) != 5001 {
					b.Fatal(len(o.Questions), o.Count(workbook.Asks), o.Count(workbook.New))
				}
			}
			report()
		})
		code := ""
		b.Run("taken", func(b *testing.B) {
			report := measured(b)
			for b.Loop() { // each time into a framework of its own
				code = fmt.Sprintf("NAP%d", h.Count(b, "SELECT count(*) FROM frameworks"))
				if o := told(b, h, with(newPlan, "target.code", code), true); o.Count(workbook.New) != 5050 {
					b.Fatal(o.Count(workbook.New))
				}
			}
			report()
		})
		b.Run("dry again", func(b *testing.B) {
			report := measured(b)
			for b.Loop() {
				if o := told(b, h, workbook.Answers{"target": code}, false); o.Writes() || o.Count(workbook.Same) != 5050 {
					b.Fatal(o.Count(workbook.Changed))
				}
			}
			report()
		})
	})
}
