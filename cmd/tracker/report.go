package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/i18n"
	"tracker/internal/reports"
	"tracker/internal/reports/pdf"
	"tracker/internal/reports/xlsx"
)

// report writes the status report as of a day to a file.
func report(ctx context.Context, c *call) error {
	if len(c.args) != 1 || c.args[0] != "status" {
		return misused("report knows one report: tracker report status")
	}
	writers := map[string]func(io.Writer, *i18n.T, reports.Status) error{"pdf": pdf.Write, "xlsx": xlsx.Write}
	if err := fileName(c.option("o")); err != nil {
		return err
	}
	format := c.option("format")
	if format == "" {
		format = strings.TrimPrefix(filepath.Ext(c.option("o")), ".")
	}
	write, known := writers[format]
	if !known {
		return misused("--format is pdf or xlsx, not %q", format)
	}
	a, err := c.open(ctx, false)
	if err != nil {
		return err
	}
	defer a.db.Close() //nolint:errcheck // read only
	q, err := a.reportQuery(c)
	if err != nil {
		return err
	}
	s, err := reports.Build(ctx, a.db, a.about(), reports.StatusQuery{Query: q})
	if err != nil {
		return err
	}
	if err := writeWhole(c.option("o"), func(w io.Writer) error { return write(w, a.words, s) }); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "%s: %s, known at %s, %s, %s.\n", c.option("o"), a.words.Msg("report.as_of", "date", s.D), s.K.Format(time.RFC3339),
		a.words.Msg("count.commitments", "n", len(s.Commitments)), a.words.Msg("count.recommendations", "n", len(s.Recommendations)))
	return err
}

func (a *app) reportQuery(c *call) (reports.Query, error) {
	q := reports.Query{Actor: accounts.CommandLine(), Country: a.settings.CountryCode, D: a.clock.Today(),
		Rules: reports.Rules{DueSoonDays: a.settings.DueSoonDays, StaleDays: a.settings.StaleDays}}
	if v := c.option("as-of"); v != "" {
		d, err := calendar.Parse(v)
		if err != nil {
			return q, misused("--as-of takes a day such as 2021-11-08, not %q", v)
		}
		if d.After(q.D) {
			return q, misused("--as-of %s lies in the future: today is %s", d, q.D)
		}
		q.D = d
	}
	if v := c.option("known-at"); v != "" {
		k, err := time.Parse(time.RFC3339, v)
		if err != nil {
			return q, misused("--known-at takes an instant such as 2021-11-08T09:00:00+02:00, not %q", v)
		}
		q.K = k.UTC()
	}
	return q, nil
}

// writeWhole writes a file whole or not at all: what stands there under that
// name stays until the new one is complete.
func writeWhole(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".tracker-*")
	if err != nil {
		return err
	}
	err = errors.Join(write(f), f.Chmod(0o640), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
