package plan

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Fold writes a text without accents and in lower case, as the search column
// holds it, so that both engines find the same.
func Fold(s string) string {
	folded := s
	if strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) { // else nothing has an accent, in most texts
		plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), s)
		if err == nil {
			folded = plain
		}
	}
	return strings.Join(strings.Fields(strings.ToLower(folded)), " ")
}

// SortKey pads every number in a text, so that 3.10 follows 3.9 when texts are
// compared byte by byte.
func SortKey(s string) string {
	var b strings.Builder
	digits := ""
	flush := func() {
		if digits != "" {
			b.WriteString(strings.Repeat("0", max(0, 6-len(digits))) + digits)
			digits = ""
		}
	}
	for _, r := range strings.ToLower(s) {
		if r >= '0' && r <= '9' {
			digits += string(r)
			continue
		}
		flush()
		b.WriteRune(r)
	}
	flush()
	return b.String()
}
