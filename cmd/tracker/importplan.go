package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"tracker/internal/i18n"
	"tracker/internal/sheet"
	"tracker/internal/workbook/matrix"
)

// onlyReads is true for a dry run that names nothing of a database: it shows
// what is read, and compares it with nothing.
func (c *call) onlyReads() bool {
	for name := range flagsOf["import"] {
		if c.given(name) {
			return false
		}
	}
	return c.option("dry-run") == "true" && !c.given("data")
}

// importPlan shows what is read of a ministry's own plan matrix. It needs no
// database and keeps nothing.
func (c *call) importPlan() error {
	book, err := openBook(c.args[1])
	if err != nil {
		return err
	}
	messages, err := i18n.English()
	if err != nil {
		return err
	}
	p, err := matrix.Read(book, matrix.Told{})
	if err != nil {
		return err
	}
	t := planToldOf(p, i18n.New(messages, nil))
	if c.option("json") == "true" {
		e := json.NewEncoder(c.out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(t)
	}
	_, err = fmt.Fprint(c.out, t.words(i18n.New(messages, nil)))
	return err
}

// openBook opens a workbook or CSV.
func openBook(path string) (sheet.Book, error) {
	file, err := os.Open(path)
	if err != nil {
		return sheet.Book{}, misused("%v", err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	about, err := file.Stat()
	if err != nil || about.IsDir() {
		return sheet.Book{}, misused("%s is no file", path)
	}
	return sheet.Open(file, about.Size(), filepath.Base(path))
}

// planTold is what was read of a matrix, for programs.
type planTold struct {
	DryRun   bool           `json:"dry_run"`
	Tables   []matrix.Table `json:"tables"`
	Skipped  []skippedTold  `json:"skipped"`
	Problems []problemTold  `json:"problems"`
}

type skippedTold struct {
	Sheet  string `json:"sheet"`
	Reason string `json:"reason"`
}

// problemTold is a problem by the address of its cell, with the text that stands there.
type problemTold struct {
	Cell    string `json:"cell"`
	Problem string `json:"problem"`
	Text    string `json:"text"`
}

func planToldOf(p matrix.Plan, words *i18n.T) planTold {
	t := planTold{DryRun: true, Tables: p.Tables, Skipped: []skippedTold{}, Problems: []problemTold{}}
	for _, s := range p.Skipped {
		t.Skipped = append(t.Skipped, skippedTold{s.Sheet, words.Msg(s.Key)})
	}
	for _, one := range p.Problems {
		t.Problems = append(t.Problems, problemTold{one.Address(), words.Msg(one.Key, one.Args...), one.Text})
	}
	return t
}

// words tells the same to people: each table with its headings, its columns and
// its rows in short, then the problems and a summary.
func (t planTold) words(words *i18n.T) string {
	var b strings.Builder
	rows, unknown := 0, 0
	for _, table := range t.Tables {
		rows += len(table.Rows)
		unknown += tableWords(&b, table, words)
	}
	for _, s := range t.Skipped {
		fmt.Fprintf(&b, "Sheet %s was passed over: %s\n", s.Sheet, s.Reason)
	}
	if len(t.Problems) > 0 {
		b.WriteString("Problems:\n")
	}
	for _, p := range t.Problems {
		fmt.Fprintf(&b, "  %s: %s", p.Cell, p.Problem)
		if p.Text != "" {
			fmt.Fprintf(&b, " %q", short(p.Text, 60))
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "Dry run, nothing was kept. Tables: %d. Rows: %d. Columns not known: %d. Problems: %d.\n", len(t.Tables), rows, unknown, len(t.Problems))
	return b.String()
}

// tableWords writes a table, and gives how many of its columns are not known.
func tableWords(b *strings.Builder, t matrix.Table, words *i18n.T) (unknown int) {
	name := "The table"
	if t.Sheet != "" {
		name = "Sheet " + t.Sheet
	}
	fmt.Fprintf(b, "%s, headings in row %d", name, t.Header)
	if t.HeaderEnd > t.Header {
		fmt.Fprintf(b, " to %d", t.HeaderEnd)
	}
	b.WriteString(":\n")
	for _, c := range t.Columns {
		field := strings.ReplaceAll(string(c.Field), "_", "-")
		switch {
		case c.Field == matrix.Unknown:
			field = "not known"
			unknown++
		case c.Why == matrix.ByContent:
			field += ", by its cells"
		}
		if c.Year != 0 && c.Field != matrix.Unknown {
			field += fmt.Sprintf(", %d", c.Year)
		}
		if c.Quarter != 0 {
			field += fmt.Sprintf(" Q%d", c.Quarter)
		}
		fmt.Fprintf(b, "  %-3s %-32s %s\n", c.Letters, short(c.Heading, 32), strings.TrimSpace(field+" "+c.Currency))
	}
	var path []matrix.Step
	for _, r := range t.Rows {
		if !slices.Equal(path, r.Path) {
			path = r.Path
			fmt.Fprintf(b, "  %s\n", pathWords(path))
		}
		fmt.Fprintf(b, "    %s\n", rowWords(r, words))
	}
	for _, e := range t.Entries {
		fmt.Fprintf(b, "  %s: %s\n", e.Level, rowWords(e, words))
	}
	for _, i := range t.Ignored {
		fmt.Fprintf(b, "  row %d is no activity (%s): %s\n", i.Row, i.What, short(i.Text, 60))
	}
	return unknown
}

func pathWords(path []matrix.Step) string {
	var list []string
	for _, s := range path {
		list = append(list, strings.Join(strings.Fields(string(s.Level)+" "+s.Number+" "+short(s.Title, 60)), " "))
	}
	return strings.Join(list, " > ")
}

// rowWords tells a row in one line.
func rowWords(r matrix.Row, words *i18n.T) string {
	said := []string{strings.TrimSpace(r.Cell + " " + r.Number + " " + short(r.Title, 60))}
	for _, l := range r.Lead {
		said = append(said, short(l.Text, 40))
	}
	if n := len(r.Supporting); n > 0 {
		said = append(said, fmt.Sprintf("supporting: %d", n))
	}
	if n := len(r.Indicators); n > 0 {
		said = append(said, fmt.Sprintf("indicators: %d", n))
	}
	switch s := r.Span; {
	case s.Continuous && s.Start.IsZero():
		said = append(said, "continuous")
	case s.Continuous:
		said = append(said, "continuous from "+words.ShortDate(s.Start))
	case s.Start.IsZero() && !s.Due.IsZero():
		said = append(said, "by "+words.ShortDate(s.Due))
	case s.Due.IsZero() && !s.Start.IsZero():
		said = append(said, "from "+words.ShortDate(s.Start))
	case !s.Due.IsZero():
		said = append(said, words.ShortDate(s.Start)+" to "+words.ShortDate(s.Due))
	}
	for _, m := range r.Budget {
		year := ""
		if m.Year != 0 {
			year = fmt.Sprintf("%d: ", m.Year)
		}
		said = append(said, year+strings.TrimSpace(words.Money(m.AmountCents, m.Currency)))
	}
	return strings.Join(said, "; ")
}

// short cuts a text to so many letters, on one line.
func short(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}
