package narrative

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"tracker/internal/problem"
	"tracker/internal/sheet"
)

// column is what a column of a table holds.
type column string

// The columns that are understood; all but the text may be missing.
const (
	colText      column = "text"
	colOrder     column = "order"
	colYear      column = "year"
	colTier      column = "tier"
	colCountry   column = "country"
	colMechanism column = "mechanism"
)

// columnOf is what a heading of a table names, "" for anything else.
func columnOf(heading string) column {
	switch fold(heading) {
	case "TEXT", "RECOMMENDATION", "RECOMMENDATIONS", "RECOMMENDATION TEXT", "PRIORITIZED RECOMMENDATION", "PRIORITIZED RECOMMENDATIONS",
		"RECOMMANDATION", "RECOMMANDATIONS", "TEXTE", "RECOMENDACAO", "RECOMENDACOES", "TEXTO":
		return colText
	case "ORDER", "NO", "NUMBER", "NR", "N", "NO.", "NUMERO", "ORDRE", "ORDEM":
		return colOrder
	case "YEAR", "REPORTYEAR", "REPORT YEAR", "EDITION", "ANNEE", "ANO":
		return colYear
	case "TIER", "CATEGORIE", "NIVEL":
		return colTier
	case "COUNTRY", "PAYS", "PAIS":
		return colCountry
	case "MECHANISM", "MECANISME", "MECANISMO":
		return colMechanism
	}
	return ""
}

// mostAbove is how many rows may stand above the headings of a table.
const mostAbove = 20

// headings finds the row that names the columns, -1 without one that names the text.
func headings(rows []sheet.Row) (at int, columns map[int]column) {
	for i, r := range rows[:min(len(rows), mostAbove)] {
		columns = map[int]column{}
		text := false
		for _, c := range r.Cells {
			if what := columnOf(c.Text); what != "" {
				columns[c.Column()] = what
				text = text || what == colText
			}
		}
		if text {
			return i, columns
		}
	}
	return -1, nil
}

// entry is one row of a table or one member of a JSON list.
type entry struct {
	mechanism, country, tier, text string
	year, order, at                int
	basis, source                  string // of JSON
	cut                            bool
}

// isTable is true for a text whose first line names columns: the text and at
// least one more, as a table does that is pasted from a spreadsheet.
func isTable(text string) bool {
	first, _, _ := strings.Cut(strings.TrimSpace(text[:min(len(text), 1024)]), "\n")
	known := map[column]bool{}
	for name := range strings.FieldsFuncSeq(first, func(r rune) bool { return strings.ContainsRune(",;\t", r) }) {
		known[columnOf(strings.Trim(name, "\" \r"))] = true
	}
	delete(known, "")
	return known[colText] && len(known) > 1
}

// readCSV reads a CSV with headings. One without them that has one column is
// read as text: a list is often kept so.
func readCSV(text string, content []byte) ([]Found, error) {
	book, err := sheet.Open(bytes.NewReader(content), int64(len(content)), "table.csv")
	if err != nil {
		return nil, err
	}
	list, err := readBook(book)
	if errors.Is(err, errNoHeadings) {
		if alone(book.Sheets[0]) {
			return one(fromLines(plainLines(strings.ReplaceAll(text, `"`, "")), ""))
		}
		return nil, wrong("narrative.error.columns")
	}
	return list, err
}

var errNoHeadings = errors.New("no headings")

// alone is true for a table whose rows have one value each, in the first column.
func alone(s sheet.Sheet) bool {
	for _, r := range s.Rows {
		if len(r.Cells) > 1 || r.Cells[0].Column() > 1 {
			return false
		}
	}
	return true
}

// readBook reads the first sheet that has headings.
func readBook(book sheet.Book) ([]Found, error) {
	for _, s := range book.Sheets {
		at, columns := headings(s.Rows)
		if at < 0 || s.Hidden {
			continue
		}
		var list []entry
		empty := 0
		for _, r := range s.Rows[at+1:] {
			if !slices.ContainsFunc(r.Cells, func(c sheet.Cell) bool { return c.Text != "" }) {
				continue // formulas that show nothing
			}
			e, err := entryOf(r, columns)
			if err != nil {
				return nil, err
			}
			if len(words(e.text)) == 0 {
				empty++
				continue
			}
			list = append(list, e)
		}
		return editions(list, empty)
	}
	return nil, errNoHeadings
}

func entryOf(r sheet.Row, columns map[int]column) (entry, error) {
	e := entry{at: r.Number}
	for _, c := range r.Cells {
		what := columns[c.Column()]
		var err error
		if what != "" && c.Text == "" { // a formula that was never calculated, perhaps
			return e, wrong("narrative.error.row", "row", r.Number, "column", string(what))
		}
		switch what {
		case colText:
			e.text = c.Text
		case colTier:
			e.tier = c.Text
		case colCountry:
			e.country = c.Text
		case colMechanism:
			e.mechanism = c.Text
		case colYear:
			e.year, err = strconv.Atoi(c.Raw)
		case colOrder:
			e.order, err = strconv.Atoi(strings.TrimRight(c.Raw, ".)"))
		}
		if err != nil || e.order < 0 || e.year < 0 || e.year > 9999 {
			return e, wrong("narrative.error.row", "row", r.Number, "column", string(what))
		}
	}
	return e, nil
}

// editions parts the entries by mechanism, country and year, in the order in which each first stands.
func editions(list []entry, empty int) ([]Found, error) {
	type key struct {
		mechanism, country string
		year               int
	}
	var keys []key
	items := map[key][]item{}
	tiers := map[key]string{}
	for _, e := range list {
		k := key{clean(e.mechanism), clean(e.country), e.year}
		if items[k] == nil {
			keys = append(keys, k)
		}
		if tiers[k] == "" {
			tiers[k] = clean(e.tier)
			if t := tierName(tiers[k]); t != "" {
				tiers[k] = t
			}
		}
		it := item{text: clean(e.text), at: e.at, number: e.order, basis: clean(e.basis), source: clean(e.source), cut: e.cut}
		if m := markerOf(it.text); m.kind != none && m.kind != "o" && len(words(m.rest)) > 0 {
			it.text = m.rest
			if it.number == 0 {
				it.number = m.value
			}
		}
		items[k] = append(items[k], it)
	}
	if len(keys) == 0 {
		return nil, wrong("narrative.error.nothing")
	}
	found := make([]Found, 0, len(keys))
	for _, k := range keys {
		f := Found{Mechanism: k.mechanism, Country: k.country, Year: k.year, Tier: tiers[k]}
		if err := f.keep(items[k]); err != nil {
			return nil, err
		}
		if empty > 0 {
			f.note("narrative.note.rows", "n", empty)
		}
		found = append(found, f)
	}
	return found, nil
}

// member is one entry of a JSON list; other names in it are passed over.
type member struct {
	Mechanism  string `json:"mechanism"`
	Country    string `json:"country"`
	ReportYear int    `json:"report_year"`
	Tier       string `json:"tier"`
	Order      int    `json:"order"`
	Text       string `json:"text"`
	Basis      string `json:"basis"`
	Cut        bool   `json:"cut"`
	Source     string `json:"source"`
}

// readJSON reads a list of members, or one. Rows count its members.
func readJSON(text string) ([]Found, error) {
	var members []member
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		text = "[" + text + "]"
	}
	if err := json.Unmarshal([]byte(text), &members); err != nil {
		return nil, wrong("narrative.error.json")
	}
	var list []entry
	for i, m := range members {
		if len(words(m.Text)) == 0 {
			return nil, wrong("narrative.error.json")
		}
		if m.Order < 0 || m.ReportYear < 0 || m.ReportYear > 9999 {
			return nil, wrong("narrative.error.row", "row", i+1, "column", "order, report_year")
		}
		list = append(list, entry{mechanism: m.Mechanism, country: m.Country, tier: m.Tier, text: m.Text, year: m.ReportYear, order: m.Order, at: i + 1,
			basis: m.Basis, source: m.Source, cut: m.Cut})
	}
	return editions(list, 0)
}

// readOffice reads a document, or else a workbook.
func readOffice(r io.ReaderAt, size int64, name string) ([]Found, error) {
	paragraphs, err := sheet.Paragraphs(r, size)
	if err == nil {
		return one(fromLines(documentLines(paragraphs), ""))
	}
	var p *problem.Error
	if !errors.As(err, &p) || p.Key != "files.error.content" {
		return nil, err
	}
	book, err := sheet.Open(r, size, name)
	if err != nil {
		return nil, err
	}
	list, err := readBook(book)
	if errors.Is(err, errNoHeadings) {
		return nil, wrong("narrative.error.columns")
	}
	return list, err
}

// documentLines makes lines of the paragraphs of a document. A line break
// inside an entry of a list stays inside it.
func documentLines(paragraphs []sheet.Paragraph) []line {
	var lines []line
	for i, p := range paragraphs {
		for k, text := range strings.Split(p.Text, "\n") {
			l := newLine(text, int32(i+1))
			if l.text == "" {
				continue
			}
			listed := p.List != sheet.NoList
			l.head, l.list, l.more, l.level = p.Heading && !listed, listed && k == 0, listed && k > 0, int16(min(p.Level, mostDepth))
			lines = append(lines, l)
		}
		lines = append(lines, line{at: int32(i + 1), ends: true})
	}
	return lines
}
