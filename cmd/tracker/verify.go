package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"tracker/internal/reports/publications"
)

// verify says whether a file is one that was published here. Only a genuine
// one ends with 0.
func verify(ctx context.Context, c *call) error {
	if len(c.args) != 1 {
		return misused("verify takes the file to check")
	}
	file, err := readAtMost(c.args[0], publications.FileMax)
	if err != nil {
		return err
	}
	a, err := c.open(ctx, false)
	if err != nil {
		return err
	}
	defer a.db.Close() //nolint:errcheck // read only
	v, err := publications.New(a.db, a.clock, a.words).Verify(ctx, file)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s: %s. %s", c.args[0], a.words.Msg("verify."+string(v.Outcome)),
		a.words.Msg("verify."+string(v.Outcome)+".text", "number", v.Number, "date", v.PublishedOn, "recalled", v.RecalledOn, "purged", v.PurgedOn))
	if v.Replacement != "" {
		text += " " + a.words.Msg("verify.replaced", "number", v.Replacement)
	}
	if v.Outcome != publications.Genuine {
		return errors.New(text)
	}
	_, err = fmt.Fprintf(c.out, "%s\nSHA-256 %s\n", text, v.SHA256)
	return err
}

// readAtMost reads a file that is no larger than so many bytes.
func readAtMost(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, misused("%v", err)
	}
	defer f.Close() //nolint:errcheck // read only
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = misused("%s is larger than %d MB: nothing that was published is", path, most>>20)
	}
	return b, err
}
