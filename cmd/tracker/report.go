package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/dialogues"
	"tracker/internal/plan"
	"tracker/internal/reports"
	"tracker/internal/reports/forms"
)

// report writes the status report as of a day to a file.
func report(ctx context.Context, c *call) error {
	if len(c.args) != 1 || c.args[0] != "status" {
		return misused("report knows one report: tracker report status")
	}
	if err := fileName(c.option("o")); err != nil {
		return err
	}
	format := c.option("format")
	if format == "" {
		format = strings.TrimPrefix(filepath.Ext(c.option("o")), ".")
	}
	form, known := forms.Of(format)
	if !known {
		return misused("--format is pdf, xlsx, csv, json or html, not %q", format)
	}
	a, err := c.open(ctx, false)
	if err != nil {
		return err
	}
	defer a.db.Close() //nolint:errcheck // read only
	q, err := a.reportQuery(ctx, c)
	if err != nil {
		return err
	}
	s, err := reports.Build(ctx, a.db, a.about(), q)
	if err != nil {
		return err
	}
	if err := writeWhole(c.option("o"), func(w io.Writer) error { return form.Write(w, a.words, s) }); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "%s: %s, known at %s, %s, %s.\n", c.option("o"), a.words.Msg("report.as_of", "date", s.D), s.K.Format(time.RFC3339),
		a.words.Msg("count.commitments", "n", s.Figures.Commitments), a.words.Msg("count.recommendations", "n", len(s.Recommendations)))
	return err
}

// reportQuery reads the options that say what report is asked for.
func (a *app) reportQuery(ctx context.Context, c *call) (reports.StatusQuery, error) {
	q := reports.StatusQuery{Query: reports.Query{Actor: accounts.CommandLine(), Country: a.settings.CountryCode, D: a.clock.Today(),
		Rules: reports.Rules{DueSoonDays: a.settings.DueSoonDays, StaleDays: a.settings.StaleDays}},
		Title: c.option("title"), Period: c.option("period"), Audience: reports.Audience(c.option("audience")),
		Scope: reports.Scope{Institutions: several(c.option("institution")), Nodes: several(c.option("node")), Mechanisms: several(c.option("mechanism"))}}
	if q.Audience != "" && !slices.Contains(plan.Audiences, q.Audience) {
		return q, misused("--audience is internal, partner or public, not %q", q.Audience)
	}
	for _, one := range several(c.option("sections")) {
		if !slices.Contains(reports.Sections, reports.Section(one)) {
			return q, misused("--sections knows %v, not %q", reports.Sections, one)
		}
		q.Sections = append(q.Sections, reports.Section(one))
	}
	if err := c.day("as-of", &q.D, a.clock.Today()); err != nil {
		return q, err
	}
	if v := c.option("known-at"); v != "" {
		k, err := time.Parse(time.RFC3339, v)
		if err != nil {
			return q, misused("--known-at takes an instant such as 2021-11-08T09:00:00+02:00, not %q", v)
		}
		q.K = k.UTC()
	}
	if c.option("since") != "last-dialogue" {
		return q, c.day("since", &q.Since, a.clock.Today())
	}
	last, found, err := dialogues.New(a.db, a.clock).LastBefore(ctx, q.Actor, q.Country, q.D)
	if err == nil && !found {
		err = fmt.Errorf("no dialogue was held before %s", q.D)
	}
	q.Since = last.HeldOn
	return q, err
}

// several is a list of an option, parted by commas.
func several(list string) []string {
	return slices.DeleteFunc(strings.FieldsFunc(list, func(r rune) bool { return r == ',' }), func(s string) bool { return strings.TrimSpace(s) == "" })
}

// day reads the day of an option, where it was given; none lies after today.
func (c *call) day(option string, d *calendar.Date, today calendar.Date) error {
	v := c.option(option)
	if v == "" {
		return nil
	}
	typed, err := calendar.Parse(v)
	switch {
	case err != nil:
		return misused("--%s takes a day such as 2021-11-08, not %q", option, v)
	case typed.After(today):
		return misused("--%s %s lies in the future: today is %s", option, typed, today)
	}
	*d = typed
	return nil
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
