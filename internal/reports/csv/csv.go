// Package csv writes rows of texts as files of comma-separated values that people open in a spreadsheet and programs read: RFC 4180, lines
// ended by CRLF, in UTF-8.
package csv

import (
	"bufio"
	"io"
	"strings"
	"unicode"

	"tracker/internal/sheet"
)

// mark is the byte order mark. Excel takes a file without it for one of the old code pages and shows the š of Sesotho wrongly; RFC 4180 leaves
// the encoding open, and Python's utf-8-sig, LibreOffice and R read past it. So every file begins with it.
const mark = "\uFEFF"

// Writer writes rows. It gathers what it writes: Flush ends it.
type Writer struct {
	out   *bufio.Writer
	begun bool
}

// NewWriter begins a file.
func NewWriter(w io.Writer) *Writer { return &Writer{out: bufio.NewWriter(w)} }

// Row writes one line, each cell as Safe makes it.
func (w *Writer) Row(cells ...string) error {
	if !w.begun {
		w.begun = true
		w.out.WriteString(mark) //nolint:errcheck // the buffer keeps its first error and gives it at the end of the line
	}
	for i, cell := range cells {
		if i > 0 {
			w.out.WriteByte(',') //nolint:errcheck
		}
		w.cell(Safe(cell), len(cells) == 1)
	}
	_, err := w.out.WriteString("\r\n")
	return err
}

// cell writes one value, quoted where it must be; an empty one that stands alone is quoted so that its line is not taken for nothing.
func (w *Writer) cell(text string, alone bool) {
	bare := !strings.ContainsAny(text, "\",\n") && text == strings.TrimSpace(text) && (text != "" || !alone)
	if bare {
		w.out.WriteString(text) //nolint:errcheck
		return
	}
	w.out.WriteByte('"')                                   //nolint:errcheck
	w.out.WriteString(strings.ReplaceAll(text, `"`, `""`)) //nolint:errcheck
	w.out.WriteByte('"')                                   //nolint:errcheck
}

// Flush writes what is gathered, and the mark of a file without rows.
func (w *Writer) Flush() error {
	if !w.begun {
		w.begun = true
		w.out.WriteString(mark) //nolint:errcheck
	}
	return w.out.Flush()
}

// Safe makes a text one that no spreadsheet takes for a formula: where its first letter is one of = + - @, also behind spaces, tabs and
// returns, an apostrophe goes before it. A plain number keeps its minus and stays a number. As in a workbook, carriage returns go, a tab is
// a space, and other control characters and bytes that are no UTF-8 become the replacement character.
func Safe(text string) string {
	text = strings.Map(sheet.Letter, text)
	first := strings.TrimLeftFunc(text, unicode.IsSpace)
	if first != "" && strings.ContainsRune("=+-@＝＋－＠", firstRune(first)) && !number(text) {
		return "'" + text
	}
	return text
}

func firstRune(text string) rune {
	for _, r := range text {
		return r
	}
	return 0
}

// number says whether a text is a plain decimal number: digits, at most one point between them, a minus before them.
func number(text string) bool {
	whole, part, pointed := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	return digits(whole) && (!pointed || digits(part))
}

func digits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}
