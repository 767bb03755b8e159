package sheet

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// readCSV reads a CSV in any of the encodings of Text. Comma, semicolon or tab
// is found by itself; a first line "sep=;" as Excel knows it decides.
func readCSV(content []byte) (Book, error) {
	text, encoding, err := Text(content)
	if err != nil {
		return Book{}, err
	}
	b := Book{Encoding: encoding}
	number := 0
	if first, rest, _ := strings.Cut(text, "\n"); len(strings.TrimRight(first, "\r")) == 5 && strings.HasPrefix(strings.ToLower(first), "sep=") {
		b.Comma, text, number = rune(first[4]), rest, 1
	} else {
		b.Comma = commaOf(text)
	}
	if !strings.ContainsRune(",;\t", b.Comma) {
		return Book{}, wrong("sheet.error.type")
	}
	rows, err := csvRows(text, b.Comma, number)
	if err != nil {
		return Book{}, err
	}
	b.Sheets = []Sheet{{Rows: rows}}
	return b, nil
}

func csvRows(text string, comma rune, number int) ([]Row, error) {
	if err := checkFields(text, comma, number); err != nil {
		return nil, err
	}
	d := csv.NewReader(strings.NewReader(text))
	d.Comma, d.FieldsPerRecord, d.ReuseRecord = comma, -1, true
	var rows []Row
	cells, from := 0, int64(0)
	for {
		fields, err := d.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			var p *csv.ParseError
			if errors.As(err, &p) {
				return nil, wrong("sheet.error.csv", "row", number+p.StartLine)
			}
			return nil, err
		}
		number += 1 + blankLines(text[from:d.InputOffset()])
		from = d.InputOffset()
		row := Row{Number: number}
		for i, field := range fields {
			if field = strings.TrimSpace(field); field == "" {
				continue
			}
			ref, _ := excelize.CoordinatesToCellName(i+1, number) // refused below when it has none
			switch {
			case i >= MostColumns:
				return nil, wrong("sheet.error.columns", "max", MostColumns)
			case number > MostRows:
				return nil, wrong("sheet.error.rows", "max", MostRows)
			case utf8.RuneCountInString(field) > MostLetters:
				return nil, wrong("sheet.error.cell", "ref", ref, "sheet", "CSV", "max", MostLetters)
			}
			if cells++; cells > MostCells {
				return nil, wrong("sheet.error.cells", "max", MostCells)
			}
			row.Cells = append(row.Cells, Cell{Ref: ref, Text: field, Raw: field, Kind: Words, col: i + 1})
		}
		if len(row.Cells) > 0 {
			rows = append(rows, row)
		}
	}
}

// checkFields holds the fields of each record, empty ones with them, and the
// length of each: the reader below takes a record into memory whole.
func checkFields(text string, comma rune, number int) error {
	const most = 100 * MostColumns
	column, from, quoted := 0, 0, false
	number++
	for i := range len(text) {
		c := text[i]
		if i-from > MostLetters*utf8.UTFMax+2 {
			ref, _ := excelize.CoordinatesToCellName(column+1, number) // beyond the last row it has none
			return wrong("sheet.error.cell", "ref", ref, "sheet", "CSV", "max", MostLetters)
		}
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n':
			column, from = 0, i
			number++
		case rune(c) == comma:
			from = i
			if column++; column > most {
				return wrong("sheet.error.columns", "max", MostColumns)
			}
		}
	}
	return nil
}

// blankLines counts the lines that the reader passed over before a record:
// programs that show the table count them.
func blankLines(chunk string) int {
	n := 0
	for {
		switch {
		case strings.HasPrefix(chunk, "\n"):
			chunk = chunk[1:]
		case strings.HasPrefix(chunk, "\r\n"):
			chunk = chunk[2:]
		default:
			return n
		}
		n++
	}
}

// commaOf is the sign that stands most often outside quotation marks in the
// first records, a comma when none does. A sign that every record has as often
// as the first wins over one that comes and goes.
func commaOf(text string) rune {
	const records = 20
	best, most := ',', 0
	for _, sign := range ",;\t" {
		first, here, all, even, n := -1, 0, 0, true, 0
		quoted := false
		for _, r := range text {
			switch {
			case r == '"':
				quoted = !quoted
			case quoted:
			case r == sign:
				here++
			case r == '\n':
				if first < 0 {
					first = here
				}
				even = even && here == first
				all, here, n = all+here, 0, n+1
			}
			if n == records {
				break
			}
		}
		all += here
		if even && first > 0 {
			all *= 10
		}
		if all > most {
			best, most = sign, all
		}
	}
	return best
}
