package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// tab is a sheet as the workbook names it.
type tab struct {
	name   string
	part   string
	hidden bool
}

// stored is a cell as its part stores it.
type stored struct {
	col     int
	style   int
	kind    string // the part's own letter: "s", "n", "b"...
	value   string
	formula bool
}

// storedRow is a row with a value or a formula.
type storedRow struct {
	number int
	cells  []stored
}

func openWorkbook(r io.ReaderAt, size int64) (Book, error) {
	parts, err := unzip(r, size, ".xlsx")
	if err != nil {
		return Book{}, err
	}
	tabs, since1904, err := tabsOf(parts)
	if err != nil {
		return Book{}, err
	}
	if err := checkStrings(parts[sharedStrings]); err != nil {
		return Book{}, err
	}
	for _, name := range frame {
		if err := checkFrame(parts[name]); err != nil {
			return Book{}, err
		}
	}
	left := bounds{MostCells, MostMerges, mostElements}
	list := make([]storedSheet, len(tabs))
	for i, t := range tabs {
		if list[i], err = storedIn(parts[t.part], &left); err != nil {
			return Book{}, err
		}
	}
	slim, err := slimmed(parts, tabs)
	if err != nil {
		return Book{}, err
	}
	return shown(slim, tabs, list, since1904)
}

// tabsOf lists the sheets of a workbook, and says whether its days count from 1904.
func tabsOf(parts map[string]*zip.File) (tabs []tab, since1904 bool, err error) {
	target := map[string]string{}
	err = walk(parts["xl/_rels/workbook.xml.rels"], MostOther, walker{start: func(e xml.StartElement) error {
		if e.Name.Local == "Relationship" && strings.HasSuffix(attr(e, "Type"), "/worksheet") && attr(e, "TargetMode") != "External" {
			to := attr(e, "Target")
			if !strings.HasPrefix(to, "/") {
				to = "xl/" + to
			}
			target[attr(e, "Id")] = strings.ToLower(strings.TrimPrefix(path.Clean(to), "/"))
		}
		return nil
	}})
	if err != nil {
		return nil, false, err
	}
	err = walk(parts["xl/workbook.xml"], MostOther, walker{start: func(e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			since1904 = on(attr(e, "date1904"))
		case "sheet":
			if part := target[relID(e)]; part != "" {
				state := attr(e, "state")
				tabs = append(tabs, tab{attr(e, "name"), part, state != "" && state != "visible"})
			}
		}
		if len(tabs) > MostSheets {
			return wrong("sheet.error.sheets", "max", MostSheets)
		}
		return nil
	}})
	return tabs, since1904, err
}

// The parts that the workbook library is given beside the sheets: it would take
// every other one into memory too.
const sharedStrings = "xl/sharedstrings.xml"

var frame = []string{"[content_types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}

// The bounds of the frame: how many elements a part of it has, and how many
// bytes a number format, which is read anew for every cell that has it.
const (
	mostFrame  = 200_000
	mostFormat = 1000 // Excel takes 255 letters
)

// checkFrame holds the bounds of a part of the frame.
func checkFrame(f *zip.File) error {
	n := 0
	return walk(f, MostOther, walker{start: func(e xml.StartElement) error {
		if n++; n > mostFrame {
			return wrong("sheet.error.unpacks", "max", MostOther>>20)
		}
		if e.Name.Local == "numFmt" && len(attr(e, "formatCode")) > mostFormat {
			return wrong("sheet.error.damaged")
		}
		return nil
	}})
}

// slimmed is the workbook with the parts alone that are read. They stay packed.
func slimmed(parts map[string]*zip.File, tabs []tab) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range append(append([]string{sharedStrings}, frame...), partsOf(tabs)...) {
		if f := parts[name]; f != nil {
			if err := z.Copy(f); err != nil {
				return nil, wrong("sheet.error.damaged")
			}
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

// partsOf are the parts of the sheets, each once.
func partsOf(tabs []tab) (list []string) {
	for _, t := range tabs {
		if !slices.Contains(list, t.part) {
			list = append(list, t.part)
		}
	}
	return list
}

// checkStrings holds the number of texts that cells share, before they are taken into memory.
func checkStrings(f *zip.File) error {
	n, runs := 0, 0
	return walk(f, MostPart, walker{start: func(e xml.StartElement) error {
		switch e.Name.Local {
		case "si":
			n, runs = n+1, 0
		case "r":
			n, runs = n+1, runs+1
		}
		if n > MostCells*2 {
			return wrong("sheet.error.cells", "max", MostCells)
		}
		if runs > MostRuns {
			return wrong("sheet.error.formats", "max", MostRuns)
		}
		return nil
	}})
}

// storedSheet is what a sheet's part stores.
type storedSheet struct {
	rows   []storedRow
	merges []Range
}

// bounds are how many cells, merged ranges and elements may come.
type bounds struct{ cells, merges, elements int }

// rowReader gathers the cells of a part.
type rowReader struct {
	storedSheet
	row   storedRow
	cell  stored
	col   int // of the cell before
	in    string
	value strings.Builder
	has   bool
	runs  int // of the cell's own text
	left  *bounds
}

// storedIn reads the cells of a sheet's part that have a value or a formula, and
// its merged ranges. left is how many more may come.
func storedIn(f *zip.File, left *bounds) (storedSheet, error) {
	if f == nil {
		return storedSheet{}, wrong("sheet.error.damaged")
	}
	r := rowReader{left: left}
	err := walk(f, MostPart, walker{start: r.start, end: r.end, text: r.text, left: &left.elements})
	r.merges = settled(r.merges)
	return r.storedSheet, err
}

func (r *rowReader) start(e xml.StartElement) error {
	switch e.Name.Local {
	case "row":
		number := r.row.number + 1
		if given := attr(e, "r"); given != "" {
			n, err := strconv.Atoi(given)
			if err != nil || n < number {
				return wrong("sheet.error.damaged")
			}
			number = n
		}
		r.row, r.col = storedRow{number, r.row.cells[:0]}, 0
	case "c":
		r.col++
		if ref := attr(e, "r"); ref != "" {
			col, row, err := excelize.CellNameToCoordinates(ref)
			if err != nil || col < r.col || row != r.row.number {
				return wrong("sheet.error.damaged")
			}
			r.col = col
		}
		style, _ := strconv.Atoi(attr(e, "s")) // none is the first
		r.cell = stored{col: r.col, style: style, kind: attr(e, "t")}
		r.value.Reset()
		r.has, r.runs = false, 0
	case "r":
		if r.runs++; r.runs > MostRuns {
			return wrong("sheet.error.formats", "max", MostRuns)
		}
	case "f":
		r.cell.formula = true
	case "v", "t":
		r.in = e.Name.Local
		r.has = true
	case "rPh":
		r.in = ""
	case "mergeCell":
		if r.left.merges--; r.left.merges < 0 {
			return wrong("sheet.error.merges", "max", MostMerges)
		}
		if m, ok := rangeOf(attr(e, "ref")); ok {
			r.merges = append(r.merges, m)
		}
	}
	return nil
}

func (r *rowReader) text(b []byte) error {
	if r.in != "" {
		r.value.Write(b)
	}
	return nil
}

func (r *rowReader) end(name string) error {
	r.in = ""
	switch {
	case name == "c" && (r.has || r.cell.formula):
		r.cell.value = r.value.String()
		switch {
		case r.cell.col > MostColumns:
			return wrong("sheet.error.columns", "max", MostColumns)
		case r.row.number > MostRows:
			return wrong("sheet.error.rows", "max", MostRows)
		}
		if r.left.cells--; r.left.cells < 0 {
			return wrong("sheet.error.cells", "max", MostCells)
		}
		r.row.cells = append(r.row.cells, r.cell)
		r.has, r.cell.formula = false, false // a cell in a cell ends twice
	case name == "row" && len(r.row.cells) > 0:
		r.rows = append(r.rows, storedRow{r.row.number, slices.Clone(r.row.cells)})
		r.row.cells = r.row.cells[:0]
	}
	return nil
}

// shown asks the workbook library how cells are shown, row by row, up to the
// last with a value. Should the library fail on a file that passed every check
// above, the file is called damaged: a person can save it anew, and the
// program goes on.
func shown(slim []byte, tabs []tab, stored []storedSheet, since1904 bool) (b Book, err error) {
	defer func() {
		if recover() != nil {
			b, err = Book{}, wrong("sheet.error.damaged")
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(slim), excelize.Options{UnzipSizeLimit: MostUnpacked, UnzipXMLSizeLimit: MostUnpacked})
	if err != nil {
		return Book{}, wrong("sheet.error.damaged")
	}
	defer f.Close() //nolint:errcheck // nothing is kept on disk
	w := writer{f: f, left: MostSaid, dates: map[int]bool{}, since1904: since1904}
	for i, t := range tabs {
		list, err := w.rows(t, stored[i].rows)
		if err != nil {
			return Book{}, err
		}
		b.Sheets = append(b.Sheets, Sheet{Name: t.name, Hidden: t.hidden, Rows: list, Merges: stored[i].merges})
	}
	return b, nil
}

// writer writes cells as they are shown.
type writer struct {
	f         *excelize.File
	left      int          // bytes of text that may come
	dates     map[int]bool // whether a style shows a date; known as far as asked
	since1904 bool
}

func (w *writer) rows(t tab, rows []storedRow) ([]Row, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	it, err := w.f.Rows(t.name)
	if err != nil {
		return nil, wrong("sheet.error.damaged")
	}
	defer it.Close() //nolint:errcheck // nothing is kept on disk
	list := make([]Row, 0, len(rows))
	number := 0
	for _, r := range rows {
		var texts []string
		for number < r.number {
			if number++; !it.Next() {
				return nil, wrong("sheet.error.damaged")
			}
			if texts, err = it.Columns(); err != nil {
				return nil, wrong("sheet.error.damaged")
			}
		}
		row := Row{Number: r.number, Cells: make([]Cell, 0, len(r.cells))}
		for _, c := range r.cells {
			text := ""
			if c.col <= len(texts) {
				text = strings.TrimSpace(texts[c.col-1])
			}
			ref, _ := excelize.CoordinatesToCellName(c.col, r.number) // both were read from one
			if utf8.RuneCountInString(text) > MostLetters {
				return nil, wrong("sheet.error.cell", "ref", ref, "sheet", t.name, "max", MostLetters)
			}
			if w.left -= len(text); w.left < 0 {
				return nil, wrong("sheet.error.letters", "max", MostSaid>>20)
			}
			if text != "" || c.formula {
				row.Cells = append(row.Cells, w.cell(c, ref, text))
			}
		}
		if len(row.Cells) > 0 {
			list = append(list, row)
		}
	}
	return list, nil
}

func (w *writer) cell(c stored, ref, text string) Cell {
	cell := Cell{Ref: ref, Text: text, Raw: text, Kind: Words, col: c.col}
	switch c.kind {
	case "b":
		cell.Kind = Bool
	case "e":
		cell.Kind = Failed
	case "d":
		cell.Kind = Date
		cell.Raw = c.value
	case "", "n":
		n, err := strconv.ParseFloat(c.value, 64)
		if err != nil {
			break
		}
		cell.Kind, cell.Raw = Number, strconv.FormatFloat(n, 'f', -1, 64)
		if w.isDate(c.style) {
			if at, err := excelize.ExcelDateToTime(n, w.since1904); err == nil {
				cell.Kind, cell.Raw = Date, dateText(at)
			}
		}
	}
	if c.formula {
		cell.Kind = Formula
	}
	return cell
}

func dateText(at time.Time) string {
	at = at.Round(time.Second)
	if at.Hour() == 0 && at.Minute() == 0 && at.Second() == 0 {
		return at.Format(time.DateOnly)
	}
	return at.Format(time.DateTime)
}

// isDate is true for a style that shows a number as a day or a time (ECMA-376, part 1, 18.8.30).
func (w *writer) isDate(style int) bool {
	if known, ok := w.dates[style]; ok {
		return known
	}
	is := false
	if s, err := w.f.GetStyle(style); err == nil && s != nil {
		n := s.NumFmt
		is = n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 45 && n <= 47 || n >= 50 && n <= 58
		if s.CustomNumFmt != nil {
			is = datePattern(*s.CustomNumFmt)
		}
	}
	w.dates[style] = is
	return is
}

// datePattern is true for a number format with a part of a date outside its quoted texts.
func datePattern(format string) bool {
	quoted, bracket, escaped := false, false, false
	for _, r := range strings.ToLower(format) {
		switch {
		case escaped:
			escaped = false
		case r == '\\' || r == '_' || r == '*':
			escaped = true
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '[':
			bracket = true
		case r == ']':
			bracket = false
		case !bracket && strings.ContainsRune("ymdhs", r):
			return true
		}
	}
	return false
}
