package xlsx

import (
	"strings"
	"unicode"
)

// mostUnits is the longest text of a cell, in UTF-16 units.
const mostUnits = 32767

// clean makes any text one that a cell may hold: control characters and what
// XML refuses become the replacement character, a text too long for a cell
// ends in "…".
func clean(text string) string {
	if plain(text) {
		return text
	}
	var b strings.Builder
	units := 0
	for _, r := range text {
		switch {
		case r == '\r':
			continue
		case r == '\t':
			r = ' '
		case r != '\n' && unicode.IsControl(r), r == 0xFFFE, r == 0xFFFF:
			r = unicode.ReplacementChar
		}
		units++
		if r > 0xFFFF {
			units++
		}
		if units >= mostUnits {
			b.WriteRune('…')
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}

// plain says whether a text is fit for a cell as it is, which most are.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' && c != '\n' || c >= 0x7F {
			return false
		}
	}
	return len(text) < mostUnits
}
