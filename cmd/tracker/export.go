package main

import (
	"context"
	"fmt"
	"io"

	"tracker/internal/accounts"
	"tracker/internal/problem"
	"tracker/internal/workbook/round"
)

// export writes a file that somebody fills in and brings back: the workbook of
// an institution.
func export(ctx context.Context, c *call) error {
	if len(c.args) != 1 || c.args[0] != "workbook" || c.option("institution") == "" {
		return misused("export knows one thing: tracker export workbook --institution CODE [--period LABEL] -o FILE")
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
	if err := writeWhole(c.option("o"), func(w io.Writer) error { return round.Write(w, a.words, b) }); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "%s: %s, %d commitments, %d rows of indicators.\n", c.option("o"), a.words.Msg("round.title", "institution", b.Name, "period", b.Period), len(b.Rows), len(b.Figures))
	return err
}
