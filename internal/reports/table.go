package reports

import (
	"iter"
	"strings"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/plan"
)

// Table is a list as it leaves as a file: one plain value, which the CSV and
// the workbook only write down. It holds nothing of the moment of its making.
type Table struct {
	About
	Name    string        // of the file, such as "commitments"
	Title   string        // in words
	Filter  []string      // what chose the rows, in words; nothing when all are there
	D       calendar.Date // the day of which it tells
	For     Audience      // empty: those within government
	Columns []Column
	// Rows gives each row in the order of the list, a cell for each column:
	// a string, an int, a calendar.Date, a time.Time or a progress.Status.
	// Where there is no number or day, a cell holds words that say so.
	Rows iter.Seq2[[]any, error]
}

// Column is one of a table.
type Column struct {
	Key   string // of its head in the catalogue
	Name  string // its head in words, where that is a name of the data; Key is empty then
	Kind  ColumnKind
	Width float64 // in characters of a sheet
}

// ColumnKind says what the cells of a column hold where they hold no words.
type ColumnKind int

// The kinds of columns.
const (
	Words ColumnKind = iota
	Numbers
	Days
	Instants
)

// Listed gives rows that are at hand.
func Listed(rows [][]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// FileName names the file of the table. ext is without its dot.
func (t Table) FileName(ext string) string {
	audience := ""
	if t.For != plan.Internal {
		audience = string(t.For)
	}
	return t.fileName("", t.Name, t.D, audience, ext)
}

// fileName names a file: a publication's number, country, what the file is,
// its day, whom it is for, and DEMONSTRATION where it is one.
func (a About) fileName(number, what string, day calendar.Date, audience, ext string) string {
	demonstration := ""
	if a.Demonstration {
		demonstration = "DEMONSTRATION"
	}
	var parts []string
	for _, part := range []string{strings.ToLower(number), a.slug(), what, day.String(), audience, demonstration} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "-") + "." + ext
}

// slug is the country's name, or its code, as a file's name may hold it.
func (a About) slug() string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r == ' ' || r == '-':
			return '-'
		}
		return -1
	}, a.CountryName)
	if name == "" {
		return strings.ToLower(a.Country)
	}
	return name
}

// In is an instant in the country's zone.
func (a About) In(at time.Time) time.Time {
	if a.Zone == nil {
		return at.UTC()
	}
	return at.In(a.Zone)
}
