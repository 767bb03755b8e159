package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"tracker/internal/recommendations/lineage"
)

// lineageFileMax is the largest file that lineage reads, in bytes: many times
// what all recommendations of all countries take.
const lineageFileMax = 64 << 20

// lineageOf compares suggested lineage with pairs that people made. It needs no
// database, and ends with 0 however good the suggestions are.
func lineageOf(_ context.Context, c *call) error {
	if len(c.args) != 1 || c.args[0] != "score" {
		return misused("lineage knows one thing: tracker lineage score --recommendations FILE --pairs FILE")
	}
	file, err := c.lineageFile("recommendations")
	if err != nil {
		return err
	}
	recommendations, err := lineage.ReadRecommendations(file)
	if err != nil {
		return err
	}
	if file, err = c.lineageFile("pairs"); err != nil {
		return err
	}
	pairs, err := lineage.ReadPairs(file)
	if err != nil {
		return err
	}
	result, err := lineage.Score(recommendations, pairs)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(c.out, told(result))
	return err
}

// lineageFile reads the file that an option names.
func (c *call) lineageFile(option string) ([]byte, error) {
	path := c.option(option)
	if path == "" {
		return nil, misused("lineage score takes --recommendations FILE and --pairs FILE; --%s is missing", option)
	}
	about, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, misused("--%s: %v", option, err)
	case about.IsDir():
		return nil, misused("--%s: %s is a folder", option, path)
	case about.Size() > lineageFileMax:
		return nil, misused("--%s: %s is larger than %d MB", option, path, lineageFileMax>>20)
	}
	return os.ReadFile(path)
}

// told writes a result down, a pair a line.
func told(r lineage.Result) string {
	var b strings.Builder
	for _, list := range []struct {
		name  string
		pairs []lineage.Found
	}{{"Hits", r.Hits}, {"False alarms", r.FalseAlarms}, {"Misses", r.Misses}} {
		fmt.Fprintf(&b, "%s: %d\n", list.name, len(list.pairs))
		for _, p := range list.pairs {
			fmt.Fprintf(&b, "  %s", p)
			if len(p.Words) > 0 {
				fmt.Fprintf(&b, "  %.2f  %s", p.Score, strings.Join(p.Words, ", "))
			}
			b.WriteByte('\n')
		}
	}
	hits := len(r.Hits)
	fmt.Fprintf(&b, "Recall: %.2f (%d of %d pairs)\n", r.Recall, hits, hits+len(r.Misses))
	fmt.Fprintf(&b, "Precision: %.2f (%d of %d suggestions)\n", r.Precision, hits, hits+len(r.FalseAlarms))
	return b.String()
}
