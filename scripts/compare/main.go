// Compare measures the writers of the document and of the workbook against the ones that Python is known for, whole
// process against whole process, and says how many times as fast they are.
//
//	make compare
package main

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"tracker/internal/i18n"
	"tracker/internal/reports"
	"tracker/internal/reports/pdf"
	"tracker/internal/reports/reportstest"
	"tracker/internal/reports/xlsx"
)

var (
	//go:embed report.py
	reportScript string
	//go:embed sheet.py
	sheetScript string
)

// What is compared: rows of each, how often each program runs, and the promise.
const (
	reportRows   = 1000
	sheetRows    = 10_000
	rounds       = 7
	reportFactor = 8.0
	sheetFactor  = 3.0
	fontFolder   = "internal/reports/pdf/fonts"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run measures, or is one of the programs that are measured.
func run(args []string) error {
	if len(args) == 0 {
		return compare()
	}
	messages, err := i18n.English()
	if err != nil {
		return err
	}
	t := i18n.New(messages, time.UTC)
	switch args[0] {
	case "report":
		value, err := os.ReadFile(args[1])
		if err != nil {
			return err
		}
		s, err := reports.Restore(value, time.UTC)
		if err != nil {
			return err
		}
		return into(args[2], func(f *os.File) error { return pdf.Write(f, t, s) })
	case "sheet":
		return into(args[1], func(f *os.File) error { return xlsx.WriteTable(f, t, list(sheetRows)) })
	}
	return fmt.Errorf("compare knows no %q", args[0])
}

// into writes a file.
func into(name string, write func(*os.File) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		return err
	}
	return f.Close()
}

// program is one of two that write the same.
type program struct {
	name  string
	args  []string
	out   string
	walls []time.Duration
	cpus  []time.Duration
	most  int64 // bytes of memory
}

func compare() error {
	python, err := pythonWith("reportlab", "xlsxwriter")
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "compare")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // only files of the comparison
	self, err := os.Executable()
	if err != nil {
		return err
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	value, err := reports.Canonical(report(reportRows))
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{"report.json": value, "report.py": []byte(reportScript), "sheet.py": []byte(sheetScript)} {
		if err := os.WriteFile(in(name), content, 0o600); err != nil {
			return err
		}
	}
	ours := &program{name: "tracker", args: []string{self, "report", in("report.json"), in("a.pdf")}, out: in("a.pdf")}
	theirs := &program{name: "reportlab", args: []string{python, in("report.py"), in("report.json"), fontFolder, in("b.pdf")}, out: in("b.pdf")}
	if err := race(fmt.Sprintf("Document of %d wrapped rows", reportRows), ours, theirs, reportFactor); err != nil {
		return err
	}
	ours = &program{name: "tracker", args: []string{self, "sheet", in("a.xlsx")}, out: in("a.xlsx")}
	theirs = &program{name: "xlsxwriter", args: []string{python, in("sheet.py"), in("b.xlsx"), strconv.Itoa(sheetRows)}, out: in("b.xlsx")}
	return race(fmt.Sprintf("Workbook of %d rows of 12 cells", sheetRows), ours, theirs, sheetFactor)
}

// race lets two programs run by turns and tells how they did; a promise that
// is not kept is an error.
func race(title string, ours, theirs *program, factor float64) error {
	for range rounds {
		for _, p := range []*program{ours, theirs} {
			if err := p.run(); err != nil {
				return err
			}
		}
	}
	fmt.Printf("%s, median of %d whole processes by turns:\n", title, rounds)
	for _, p := range []*program{ours, theirs} {
		size := int64(0)
		if info, err := os.Stat(p.out); err == nil {
			size = info.Size()
		}
		fmt.Printf("  %-10s %6.0f ms wall, %6.0f ms processor, %4d MB memory, %5d kB\n", p.name, ms(median(p.walls)), ms(median(p.cpus)), p.most>>20, size>>10)
	}
	ratio := float64(median(theirs.walls)) / float64(median(ours.walls))
	fmt.Printf("  %.1f times as fast as %s, promised %.0f times\n", ratio, theirs.name, factor)
	if ratio < factor {
		return fmt.Errorf("the promise is not kept: %.1f times as fast as %s, not %.0f", ratio, theirs.name, factor)
	}
	return nil
}

func (p *program) run() error {
	cmd := exec.Command(p.args[0], p.args[1:]...)
	cmd.Stderr = os.Stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(p.args, " "), err)
	}
	p.walls = append(p.walls, time.Since(start))
	p.cpus = append(p.cpus, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		p.most = max(p.most, usage.Maxrss<<10)
	}
	return nil
}

func median(list []time.Duration) time.Duration {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// pythonWith finds a Python that has modules.
func pythonWith(modules ...string) (string, error) {
	for _, name := range []string{os.Getenv("TRACKER_TEST_PYTHON"), "python3", "/usr/bin/python3"} {
		if name != "" && exec.Command(name, "-c", "import "+strings.Join(modules, ", ")).Run() == nil {
			return name, nil
		}
	}
	return "", fmt.Errorf("no Python has %s: run make setup", strings.Join(modules, " and "))
}

// report is a status report with the commitments alone beside its summary.
func report(rows int) reports.Status {
	s := reportstest.Sample(rows)
	s.Sections, s.Recommendations = []reports.Section{reports.SectionCommitments}, nil
	return s
}
