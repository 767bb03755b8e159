// Package sheet reads uploaded tables and documents safely: workbooks (xlsx),
// CSV and Word documents (docx). It looks at content, never at the name alone,
// holds every bound before and while it unpacks, follows no link and
// calculates no formula. It keeps nothing and knows no person.
package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"

	"tracker/internal/files"
	"tracker/internal/problem"
)

// The bounds of what is read. A plan of action has some hundreds of rows and a
// dozen columns; these leave room for ten times as much and keep a hostile
// file from filling memory or hours.
const (
	MostBytes    = files.MostBytes // of a file: what may be uploaded at all
	MostUnpacked = 64 << 20        // bytes of all its parts: what fits into memory beside everything else
	MostPart     = 32 << 20        // bytes of one part that is read
	MostOther    = 8 << 20         // bytes of a part that holds no rows or text, such as styles
	MostSheets   = 50              // of a workbook: each costs a pass
	MostRows     = 20_000          // of a sheet, counted by the number of the last row with a value or a formula
	MostColumns  = 200             // of a sheet, counted by the last column with one
	MostCells    = 200_000         // with a value or a formula, of a workbook
	MostLetters  = 32_767          // of a cell: Excel's own bound
	MostRuns     = 500             // of a text: wherever its format changes one begins, and all are joined for each cell
	MostSaid     = 20 << 20        // bytes of the texts that are shown, of a workbook: cells may share one
	MostMerges   = 50_000          // ranges of merged cells, of a workbook
)

// Kind says what a cell holds.
type Kind string

// The kinds of cells. A CSV has texts only. A formula's text is the value that
// the program stored when it last calculated; it is empty where that is nothing,
// or where the program wrote the formula and never calculated it.
const (
	Words   Kind = "text"
	Number  Kind = "number"
	Date    Kind = "date"
	Bool    Kind = "bool"
	Failed  Kind = "error" // such as #REF!
	Formula Kind = "formula"
)

// Cell is a cell with a value or a formula. Ref is its address, such as "B3". Text is what
// the program shows, without room around it. Raw is the stored value: a number
// with a decimal point and without grouping, a date as 2006-01-02 with
// 15:04:05 behind it when it has a time, anything else as Text.
type Cell struct {
	Ref  string
	Text string
	Raw  string
	Kind Kind
	col  int
}

// Row is a row with at least one value or formula. Number counts from 1, as programs show it.
type Row struct {
	Number int
	Cells  []Cell // those with a value or a formula, from left to right
}

// At is the cell of a column, from 1; the zero Cell when it has neither.
func (r Row) At(column int) Cell {
	for _, c := range r.Cells {
		if c.col == column {
			return c
		}
	}
	return Cell{}
}

// Column is the column of a cell, from 1.
func (c Cell) Column() int { return c.col }

// Sheet is one table of a workbook. A CSV is one sheet without a name.
type Sheet struct {
	Name   string
	Hidden bool
	Rows   []Row
	Merges []Range // as Over finds them
}

// Book is a workbook or a CSV as it was read. Encoding and Comma are those of
// a CSV, and empty for a workbook.
type Book struct {
	Sheets   []Sheet
	Encoding Encoding
	Comma    rune
}

// Open reads a workbook or CSV. Which of them is told by the content; the name
// is asked only whether a text is a table (.csv, .tsv or .txt). What a person
// can cause is Invalid: too large, protected, with macros, damaged, no table.
func Open(r io.ReaderAt, size int64, name string) (Book, error) {
	head, err := start(r, size)
	if err != nil {
		return Book{}, err
	}
	if string(head) == "PK\x03\x04" {
		return openWorkbook(r, size)
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".csv", ".tsv", ".txt":
	default:
		return Book{}, wrong("sheet.error.type")
	}
	content := make([]byte, size)
	if n, err := r.ReadAt(content, 0); err != nil && !errors.Is(err, io.EOF) {
		return Book{}, err
	} else if int64(n) < size {
		return Book{}, wrong("sheet.error.damaged")
	}
	return readCSV(content)
}

// start holds the bounds of a file's size and gives its first four bytes.
func start(r io.ReaderAt, size int64) ([]byte, error) {
	if size == 0 {
		return nil, wrong("sheet.error.empty")
	}
	if size > MostBytes {
		return nil, wrong("sheet.error.large", "max", MostBytes>>20)
	}
	head := make([]byte, min(size, 4))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if bytes.Equal(head, []byte("\xD0\xCF\x11\xE0")) {
		return nil, wrong("sheet.error.old_office")
	}
	return head, nil
}

// unzip opens an Office file of a type, after package files has held its
// bounds, and refuses macros and passwords. It gives the parts by their names
// in small letters, as which they are one or two.
func unzip(r io.ReaderAt, size int64, ext string) (map[string]*zip.File, error) {
	if _, err := files.Check(r, size, "file"+ext); err != nil {
		var no files.Refused
		if errors.As(err, &no) {
			return nil, problem.New(problem.Invalid, no.Key, no.Args...)
		}
		return nil, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, wrong("sheet.error.damaged")
	}
	parts := make(map[string]*zip.File, len(z.File))
	var all uint64
	for _, f := range z.File {
		if all += f.UncompressedSize64; all > MostUnpacked {
			return nil, wrong("sheet.error.unpacks", "max", MostUnpacked>>20)
		}
		name := strings.ToLower(f.Name)
		if parts[name] != nil {
			return nil, wrong("sheet.error.damaged") // two parts of one name: programs would read different ones
		}
		parts[name] = f
	}
	return parts, nil
}
