package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"tracker/internal/accounts"
	"tracker/internal/i18n"
	"tracker/internal/problem"
	"tracker/internal/reports"
	"tracker/internal/reports/csv"
	"tracker/internal/reports/xlsx"
	"tracker/internal/workbook/lists"
	"tracker/internal/workbook/round"
	"tracker/web"
)

// export writes what people work on outside the program to a file.
func export(ctx context.Context, c *call) error {
	switch {
	case len(c.args) == 2 && c.args[0] == "list" && !c.given("institution") && !c.given("period") && !c.given("lang"):
		return c.exportList(ctx, c.args[1])
	case len(c.args) == 1 && c.args[0] == "workbook" && c.option("institution") != "" && !c.given("as"):
		return c.exportWorkbook(ctx)
	}
	return misused("export knows two things: tracker export list NAME -o FILE, and tracker export workbook --institution CODE [--period LABEL] [--lang en|fr|pt] -o FILE")
}

// exportList writes a list as it is taken in again.
func (c *call) exportList(ctx context.Context, name string) error {
	if !lists.Known(name) {
		return misused("export list takes one of %s, not %q", strings.Join(lists.Names(accounts.CommandLine()), ", "), name)
	}
	if err := fileName(c.option("o")); err != nil {
		return err
	}
	write := map[string]func(io.Writer, *i18n.T, reports.Table) error{".csv": csv.Write, ".xlsx": xlsx.WriteTable}[strings.ToLower(filepath.Ext(c.option("o")))]
	if write == nil {
		return misused("-o takes a file whose name ends in .xlsx or .csv")
	}
	a, err := c.open(ctx, false)
	if err != nil {
		return err
	}
	defer a.db.Close() //nolint:errcheck // read only
	actor, err := a.actor(ctx, c.option("as"))
	if err != nil {
		return err
	}
	list, err := lists.New(a.db, a.clock).Out(ctx, actor, a.settings.CountryCode, name)
	if err != nil {
		return err
	}
	table := web.ListTable(a.words, list, a.clock.Today())
	table.About = a.about()
	if err := writeWhole(c.option("o"), func(w io.Writer) error { return write(w, a.words, table) }); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "%s: %s, %d rows.\n", c.option("o"), table.Title, len(list.Rows))
	return err
}

// exportWorkbook writes the workbook of an institution, which it fills in and
// brings back, in the language asked for.
func (c *call) exportWorkbook(ctx context.Context) error {
	lang := cmp.Or(c.option("lang"), i18n.Languages[0])
	if !slices.Contains(i18n.Languages, lang) {
		return misused("--lang takes one of %s, not %q", strings.Join(i18n.Languages, ", "), lang)
	}
	if err := fileName(c.option("o")); err != nil {
		return err
	}
	a, err := c.open(ctx, false)
	if err != nil {
		return err
	}
	defer a.db.Close() //nolint:errcheck // read only
	b, err := round.New(a.db, a.clock).Build(ctx, accounts.CommandLine(), c.option("institution"), c.option("period"))
	if problem.KindOf(err) == problem.NotFound {
		return fmt.Errorf("there is no workbook: no institution %s that leads or supports, or no period %s that has begun", c.option("institution"), c.option("period"))
	}
	if err != nil {
		return err
	}
	messages, err := i18n.In(lang)
	if err != nil {
		return err
	}
	t := i18n.New(messages, a.clock.Zone())
	if err := writeWhole(c.option("o"), func(w io.Writer) error { return round.Write(w, t, b) }); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "%s: %s, %d commitments, %d rows of indicators.\n", c.option("o"), a.words.Msg("round.title", "institution", b.Name, "period", b.Period), len(b.Rows), len(b.Figures))
	return err
}
