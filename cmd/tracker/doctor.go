package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"tracker/internal/audit"
	"tracker/internal/progress"
)

// doctor says what is wrong and what to do about it. It ends with 1 when
// something has to be mended; what is only worth knowing does not count.
func doctor(ctx context.Context, c *call) error {
	if url := c.option("probe"); url != "" {
		return probe(ctx, url)
	}
	a, err := c.open(ctx, false)
	if err != nil {
		return err
	}
	defer a.db.Close() //nolint:errcheck // read only
	faults := 0
	say := func(good bool, what, mend string) {
		mark := "ok   "
		if !good {
			mark, faults = "MEND ", faults+1
			what += ": " + mend
		}
		fmt.Fprintln(c.out, mark, what)
	}
	engine, err := a.db.Engine(ctx)
	say(err == nil, engine, "the database does not answer")
	say(a.db.CheckSchema(ctx) == nil, "schema", "run 'tracker migrate'")
	whole, err := a.db.Integrity(ctx)
	say(err == nil && whole, "database file", "restore a backup; the file is damaged")
	trail, err := audit.Verify(ctx, a.db)
	say(err == nil && trail.OK(), "audit trail", trailWords(trail))
	papers, err := progress.CheckFiles(ctx, a.db)
	say(err == nil && papers.Whole(), fmt.Sprintf("files of evidence, %d", papers.Files), "not what came in, restore them from a backup: "+strings.ReplaceAll(papers.Faults, "\n", "; "))
	seconds, err := a.accounts.SecondPeople(ctx)
	say(err == nil && seconds.Enough(), "two people who can approve and publish", "add a coordinator or a countersigner, else nothing can be approved by a second person")
	if last, err := progress.LastCheck(ctx, a.db); err == nil && !last.Day.IsZero() {
		fmt.Fprintf(c.out, "note  the server last read all files on %s: %d files\n", a.words.Date(last.Day), last.Files)
	}
	if a.settings.Demonstration {
		fmt.Fprintf(c.out, "note  DEMONSTRATION: its clock says %s\n", a.words.Instant(a.clock.Now()))
	}
	if addr := a.cfg.MetricsAddr; addr != "" && !isLoopback(addr) {
		fmt.Fprintln(c.out, "note ", openMetrics)
	}
	if a.cfg.SMTPHost == "" {
		fmt.Fprintln(c.out, "note  no mail server is set: links are shown to the administrator only")
	}
	if faults > 0 {
		return fmt.Errorf("%d to mend", faults)
	}
	return nil
}

// probe asks a running server whether it is ready: the container's health check.
func probe(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return misused("--probe: %v", err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	answer.Body.Close() //nolint:errcheck // only the status counts
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, answer.Status)
	}
	return nil
}
