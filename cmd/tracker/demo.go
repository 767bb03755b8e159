package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/reports"
	"tracker/seeds"
	"tracker/seeds/published"
)

// demo serves the Lesotho demonstration on this machine. Without --data it
// starts a new database in a temporary folder and removes it at the end.
func demo(ctx context.Context, c *call) error {
	if c.cfg.DatabaseURL != "" {
		return misused("demo uses an embedded database of its own: unset TRACKER_DATABASE_URL")
	}
	if len(c.args) > 0 {
		return misused("demo takes no arguments")
	}
	if v := c.option("addr"); v != "" {
		c.cfg.Addr = v
	}
	if !isLoopback(c.cfg.Addr) {
		return misused("demo serves this machine only: %s is no loopback address", c.cfg.Addr)
	}
	if !c.given("data") {
		dir, err := os.MkdirTemp("", "tracker-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
		c.cfg.Data = dir
	}
	release, err := c.claim(ctx)
	if err != nil {
		return err
	}
	defer release()
	a, err := c.open(ctx, true)
	if err != nil {
		return err
	}
	return errors.Join(a.demonstrate(ctx, c), a.db.Close())
}

func (a *app) demonstrate(ctx context.Context, c *call) error {
	if empty, err := a.empty(ctx); err != nil {
		return err
	} else if !empty && !a.settings.Demonstration {
		return fmt.Errorf("the database in %s is not a demonstration: it is left alone", a.cfg.Data)
	}
	if _, err := a.load(ctx, seeds.Lesotho()); err != nil {
		return err
	}
	if day := c.option("today"); day != "" {
		if err := a.forward(ctx, day); err != nil {
			return err
		}
		if _, err := a.load(ctx, seeds.Lesotho()); err != nil { // what happens until then
			return err
		}
	}
	people, err := a.accounts.SetDemoPasswords(ctx)
	if err != nil {
		return err
	}
	if !c.given("addr") && os.Getenv("TRACKER_ADDR") == "" {
		a.cfg.Addr = freeAddr(a.cfg.Addr)
	}
	return a.listen(ctx, c, func(at net.Addr) {
		fmt.Fprintf(c.out, "DEMONSTRATION, illustrative: what ministries report here is invented.\n")
		fmt.Fprintf(c.out, "Today is %s for it; the day of the dialogue, 18 November 2021, is assumed.\n\n", a.words.Date(a.clock.Today()))
		fmt.Fprintf(c.out, "  http://%s\n\n", at)
		for _, p := range people {
			fmt.Fprintf(c.out, "  %-14s %-32s %s\n", a.words.Msg("role."+string(p.Role)), p.Email, p.Password)
		}
		fmt.Fprintln(c.out, "\nThe passwords are new at every start. Stop it with Ctrl-C.")
	})
}

// empty says whether nobody has put anything into the database yet.
func (a *app) empty(ctx context.Context) (bool, error) {
	list, err := a.accounts.Institutions(ctx)
	return len(list) == 0, err
}

// load loads seed files and takes the settings and the clock that they bring.
func (a *app) load(ctx context.Context, files fs.FS) (seeds.Summary, error) {
	sum, err := seeds.Load(ctx, a.db, files)
	if err != nil {
		return sum, err
	}
	if err := a.read(ctx); err != nil {
		return sum, err
	}
	rules := reports.Rules{DueSoonDays: a.settings.DueSoonDays, StaleDays: a.settings.StaleDays}
	return sum, published.Load(ctx, a.db, files, a.clock, a.words, a.about(), rules)
}

// forward moves the demonstration's clock to nine in the morning of a later
// day. It never goes back: what was done since would lie in the future.
func (a *app) forward(ctx context.Context, day string) error {
	d, err := calendar.Parse(day)
	if err != nil || d.IsZero() {
		return misused("--today takes a day such as 2023-10-01, not %q", day)
	}
	if d == a.clock.Today() {
		return nil
	}
	if d.Before(a.clock.Today()) {
		return misused("the demonstration's clock is at %s already and only goes forward", a.clock.Today())
	}
	target := time.Date(d.Year(), d.Month(), d.Day(), 9, 0, 0, 0, a.clock.Zone())
	if err := a.accounts.MoveClock(ctx, target); err != nil {
		return err
	}
	return a.read(ctx)
}

// freeAddr is the address, or the same host with a port that is free when
// somebody listens there already.
func freeAddr(addr string) string {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		host, _, _ := net.SplitHostPort(addr)
		return net.JoinHostPort(host, "0")
	}
	l.Close() //nolint:errcheck // it was only a question
	return addr
}

// seed loads a folder of seed files.
func seed(ctx context.Context, c *call) error {
	if len(c.args) != 1 {
		return misused("seed takes the folder of the seed files")
	}
	if info, err := os.Stat(c.args[0]); err != nil || !info.IsDir() {
		return misused("%s is no folder", c.args[0])
	}
	a, err := c.open(ctx, true)
	if err != nil {
		return err
	}
	defer a.db.Close() //nolint:errcheck // nothing is under way
	sum, err := a.load(ctx, os.DirFS(c.args[0]))
	if err != nil {
		return err
	}
	if sum.Demonstration {
		fmt.Fprintln(c.out, "DEMONSTRATION, illustrative")
	}
	for _, n := range sum.Counts {
		fmt.Fprintf(c.out, "%-22s %4d %s added, %d already there\n", n.File, n.Added, n.Kind, n.There)
	}
	return nil
}
