package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/recommendations"
	"tracker/internal/recommendations/narrative"
)

// importing takes over what a file holds: a plan, a workbook that comes back, a
// list, or the recommendations of an edition.
func importing(ctx context.Context, c *call) error {
	switch {
	case len(c.args) == 2 && c.args[0] == "plan" && c.onlyReads():
		return c.importPlan()
	case len(c.args) == 2 && (c.args[0] == "plan" || c.args[0] == "updates"):
		return c.importFile(ctx, c.args[0], "", c.args[1])
	case len(c.args) == 3 && c.args[0] == "list":
		return c.importFile(ctx, c.args[0], c.args[1], c.args[2])
	case len(c.args) != 2 || c.args[0] != "recommendations":
		return misused("import knows: tracker import plan FILE, tracker import updates FILE --as EMAIL, tracker import list NAME FILE, and tracker import recommendations FILE --mechanism CODE --year YEAR")
	}
	list, edition, err := c.listAsked()
	if err != nil {
		return err
	}
	found, err := readNarrative(c.args[1])
	if err != nil {
		return err
	}
	a, err := c.open(ctx, false)
	if err != nil {
		return err
	}
	defer a.db.Close() //nolint:errcheck // nothing is under way
	if list.Country == "" {
		list.Country = a.settings.CountryCode
	}
	one, err := recommendations.ListOf(found, list.Mechanism, list.Country, list.Year)
	if err != nil {
		return err
	}
	actor, err := a.actor(ctx, c.option("as"))
	if err != nil {
		return err
	}
	basis := recommendations.Official
	if c.given("basis") {
		basis = recommendations.Basis(c.option("basis"))
	}
	list.Entries, edition.Tier = recommendations.EntriesOf(one, basis), one.Tier
	dry := c.option("dry-run") == "true"
	done, err := recommendations.New(a.db, a.clock).Import(ctx, actor, rand.Text(), list, edition, dry)
	if err != nil {
		return err
	}
	return c.tellImport(a, one, list, done, dry)
}

// listAsked reads which edition the list is of, and what is known of that.
func (c *call) listAsked() (list recommendations.ListNew, edition recommendations.EditionFields, err error) {
	list = recommendations.ListNew{Mechanism: c.option("mechanism"), Country: strings.ToUpper(c.option("country")), Completeness: recommendations.Partial}
	if list.Year, err = strconv.Atoi(c.option("year")); err != nil || list.Mechanism == "" {
		return list, edition, misused("import recommendations needs --mechanism CODE and --year YEAR")
	}
	if c.given("completeness") {
		list.Completeness = recommendations.Completeness(c.option("completeness"))
	}
	edition.ReleasedOn = calendar.Of(list.Year, time.July, 1)
	edition.Note = "The day of release was not given; 1 July is assumed."
	if day := c.option("released"); day != "" {
		if edition.ReleasedOn, err = calendar.Parse(day); err != nil {
			return list, edition, misused("--released takes a day such as 2022-07-19")
		}
		edition.Note = ""
	}
	return list, edition, nil
}

// readNarrative reads the file of a list.
func readNarrative(path string) ([]narrative.Found, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, misused("%v", err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	about, err := file.Stat()
	if err != nil || about.IsDir() {
		return nil, misused("%s is no file", path)
	}
	return narrative.ReadEditions(file, about.Size(), filepath.Base(path))
}

// importTold is what came of an import, for programs.
type importTold struct {
	Country         string     `json:"country"`
	Edition         string     `json:"edition"`
	EditionAdded    bool       `json:"edition_added"`
	Added           int        `json:"added"`
	DryRun          bool       `json:"dry_run"`
	Notes           []string   `json:"notes"`
	Recommendations []foundRow `json:"recommendations"`
	Compared        []heldRow  `json:"compared"`
}

type foundRow struct {
	Number int    `json:"number"`
	Basis  string `json:"basis"`
	Text   string `json:"text"`
}

// heldRow compares what is held with what the file says.
type heldRow struct {
	Held       string `json:"held"`       // reference, empty where only the file has it
	Difference string `json:"difference"` // same, differs, only_held or only_new
	Text       string `json:"text"`       // of the file, else what is held
}

func (c *call) tellImport(a *app, f narrative.Found, list recommendations.ListNew, done recommendations.Imported, dry bool) error {
	t := importTold{Country: list.Country, Edition: done.Edition.Ref(), EditionAdded: done.New, Added: done.Added, DryRun: dry,
		Notes: []string{}, Recommendations: []foundRow{}, Compared: []heldRow{}}
	for _, n := range f.Notes {
		t.Notes = append(t.Notes, a.words.Msg(n.Key, n.Args...))
	}
	for i, e := range list.Entries {
		t.Recommendations = append(t.Recommendations, foundRow{i + 1, string(e.Basis), e.Text})
	}
	for _, one := range done.Compared {
		row := heldRow{Difference: "differs"}
		switch {
		case one.Same():
			row.Difference = "same"
		case one.Entry == nil:
			row.Difference = "only_held"
		case one.Held == nil:
			row.Difference = "only_new"
		}
		if one.Held != nil {
			row.Held, row.Text = one.Held.Ref(), one.Held.Text
		}
		if one.Entry != nil {
			row.Text = one.Entry.Text
		}
		t.Compared = append(t.Compared, row)
	}
	if c.option("json") == "true" {
		e := json.NewEncoder(c.out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(t)
	}
	_, err := fmt.Fprint(c.out, t.words(a))
	return err
}

// words tells the same to people.
func (t importTold) words(a *app) string {
	var b strings.Builder
	for _, n := range t.Notes {
		fmt.Fprintf(&b, "Note: %s\n", n)
	}
	if len(t.Compared) > 0 {
		fmt.Fprintf(&b, "%s %s holds a list already; nothing was changed.\n", t.Country, t.Edition)
		for _, r := range t.Compared {
			fmt.Fprintf(&b, "  %-16s %-16s %s\n", a.words.Msg("import."+r.Difference), r.Held, r.Text)
		}
		return b.String()
	}
	for _, r := range t.Recommendations {
		fmt.Fprintf(&b, "  %3d  %s\n", r.Number, r.Text)
	}
	verb := "Added"
	if t.DryRun {
		verb = "Dry run, nothing was kept; to be added"
	}
	fmt.Fprintf(&b, "%s: %d recommendations of %s %s.\n", verb, t.Added, t.Country, t.Edition)
	return b.String()
}
