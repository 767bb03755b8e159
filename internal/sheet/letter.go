package sheet

import (
	"strings"
	"unicode"
)

// Letter is a letter as a file that people open may hold it: returns go, a tab
// is room, and other control characters and what XML refuses are replaced. For
// strings.Map.
func Letter(r rune) rune {
	switch {
	case r == '\r':
		return -1
	case r == '\t':
		return ' '
	case r != '\n' && unicode.IsControl(r), r == 0xFFFE, r == 0xFFFF:
		return unicode.ReplacementChar
	}
	return r
}

// CellText makes any text one that a cell of a workbook may hold: of Letters,
// and with "…" at the end of one that is too long for a cell.
func CellText(text string) string {
	if fits(text) {
		return text
	}
	var b strings.Builder
	units := 0
	for _, r := range text {
		if r = Letter(r); r < 0 {
			continue
		}
		units++
		if r > 0xFFFF { // Excel counts in UTF-16
			units++
		}
		if units >= MostLetters {
			b.WriteRune('…')
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}

// fits says whether a text is fit for a cell as it is, which most are.
func fits(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' && c != '\n' || c >= 0x7F {
			return false
		}
	}
	return len(text) < MostLetters
}
