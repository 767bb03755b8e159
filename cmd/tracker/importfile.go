package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tracker/internal/i18n"
	"tracker/internal/problem"
	"tracker/internal/workbook"
	"tracker/internal/workbook/kinds"
)

// importFile takes in a file of a kind that pages take too, for what about
// says: it tells what becomes of each row, and keeps all of it or nothing.
func (c *call) importFile(ctx context.Context, kind, about, path string) error {
	for _, name := range []string{"mechanism", "year", "country", "released", "basis", "completeness"} {
		if c.given(name) {
			return misused("import %s takes no --%s", kind, name)
		}
	}
	answers, err := c.answers()
	if err != nil {
		return err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return misused("%v", err)
	}
	a, err := c.open(ctx, false)
	if err != nil {
		return err
	}
	defer a.db.Close() //nolint:errcheck // nothing is under way
	actor, err := a.actor(ctx, c.option("as"))
	if err != nil {
		return err
	}
	store := workbook.NewStore(a.db, a.clock, time.Now, kinds.All())
	given := workbook.Given{Kind: kind, About: about, Country: a.settings.CountryCode, Name: filepath.Base(path), Content: content}
	var o workbook.Outcome
	dry := c.option("dry-run") == "true"
	if dry {
		o, err = store.Tell(ctx, actor, given, answers, nil)
	} else {
		o, err = store.TakeNow(ctx, actor, rand.Text(), given, answers)
	}
	if problem.KindOf(err) == problem.NotFound {
		return errors.New("this account may not bring in such a file: name another with --as")
	}
	if err != nil {
		return err
	}
	if err := c.tellOutcome(o, a.words, dry); err != nil {
		return err
	}
	for _, id := range unasked(o, answers) {
		fmt.Fprintf(c.err, "No question has the id %s: that answer decided nothing.\n", id)
	}
	if o.Blocked() && !dry {
		return errors.New("nothing was kept: answer the questions with --answers and put the cells right first")
	}
	return nil
}

// answers reads what is answered beforehand: the framework, and a JSON object
// of answers by the id of their question.
func (c *call) answers() (workbook.Answers, error) {
	a := workbook.Answers{}
	if path := c.option("answers"); path != "" {
		text, err := os.ReadFile(path)
		if err != nil {
			return a, misused("%v", err)
		}
		if err := json.Unmarshal(text, &a); err != nil {
			return a, misused("--answers takes a file with a JSON object of texts: %v", err)
		}
	}
	if code := c.option("framework"); code != "" {
		a["target"] = code
	}
	return a, nil
}

// unasked are the answers that no question of the outcome has.
func unasked(o workbook.Outcome, answers workbook.Answers) (ids []string) {
	asked := map[string]bool{"remember": true, "target": true}
	for _, q := range o.Questions {
		asked[q.ID] = true
		for _, f := range q.Fields {
			asked[f.ID] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(answers)) {
		if !asked[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

// outcomeTold is what becomes of a file, for programs.
type outcomeTold struct {
	DryRun    bool                `json:"dry_run"`
	Kept      bool                `json:"kept"`
	Rows      []workbook.Row      `json:"rows"`
	Problems  []problemOfFile     `json:"problems"`
	Questions []workbook.Question `json:"questions"`
}

// problemOfFile is a problem by its cell in words.
type problemOfFile struct {
	problemTold
	Blocks bool `json:"blocks"`
}

func (c *call) tellOutcome(o workbook.Outcome, words *i18n.T, dry bool) error {
	t := outcomeTold{DryRun: dry, Kept: !dry && !o.Blocked(), Rows: o.Rows, Problems: []problemOfFile{}, Questions: o.Questions}
	for _, p := range o.Problems {
		t.Problems = append(t.Problems, problemOfFile{problemTold{p.Address(), p.Words(words), p.Text}, p.Blocks})
	}
	if c.option("json") == "true" {
		e := json.NewEncoder(c.out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(t)
	}
	_, err := fmt.Fprint(c.out, t.words(o, words))
	return err
}

// words tells the same to people: what becomes of each row, what to look at,
// what is asked, then a summary.
func (t outcomeTold) words(o workbook.Outcome, words *i18n.T) string {
	var b strings.Builder
	for _, r := range t.Rows {
		fmt.Fprintf(&b, "%-14s %-12s %s %s\n", workbook.Address(r.Sheet, fmt.Sprint(r.Number)), words.Msg("workbook.fate."+string(r.Fate)), r.Ref, short(r.Title, 70))
		for _, change := range r.Changes {
			fmt.Fprintf(&b, "    %s\n", workbook.Change{Field: change.Field, Old: short(change.Old, 60), New: short(change.New, 60)}.Words(words))
		}
	}
	for _, p := range t.Problems {
		mark := " "
		if p.Blocks {
			mark = "!"
		}
		fmt.Fprintf(&b, "%s %s: %s", mark, p.Cell, p.Problem)
		if p.Text != "" {
			fmt.Fprintf(&b, " %q", short(p.Text, 60))
		}
		b.WriteByte('\n')
	}
	for _, q := range t.Questions {
		if !q.Open {
			continue
		}
		fmt.Fprintf(&b, "? %s (%s %s)\n", q.ID, q.Cell, short(q.About, 40))
		for _, option := range q.Options {
			label := option.Label
			if option.Key != "" {
				label = words.Msg("workbook.option." + option.Key)
			}
			fmt.Fprintf(&b, "    %s: %s\n", option.Value, label)
		}
	}
	var counts []string
	for _, fate := range workbook.Fates {
		if n := o.Count(fate); n > 0 {
			counts = append(counts, fmt.Sprintf("%s: %d", words.Msg("workbook.fate."+string(fate)), n))
		}
	}
	verb := "Nothing was kept. "
	if t.DryRun {
		verb = "Dry run, nothing was kept. "
	} else if t.Kept {
		verb = "Taken in. "
	}
	fmt.Fprintf(&b, "%s%s.\n", verb, strings.Join(counts, ", "))
	return b.String()
}
