package narrative

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// joiner joins lines that a page broke, and knows the words of the text, so
// that it tells a word cut in two from one that has a hyphen.
type joiner struct {
	body  []line
	whole map[string]bool // all words of the text, with their hyphens; filled when first asked
}

func newJoiner(body []line) *joiner { return &joiner{body: body} }

// hyphened are first halves that keep their hyphen.
var hyphened = map[string]bool{
	"anti": true, "non": true, "self": true, "multi": true, "cross": true, "well": true, "ex": true, "victim": true, "trauma": true,
	"survivor": true, "child": true, "community": true, "gender": true, "long": true, "short": true, "full": true, "high": true, "low": true,
	"front": true, "third": true, "state": true, "government": true, "forced": true, "so": true, "semi": true, "counter": true, "socio": true,
}

// join puts a line behind a text.
func (j *joiner) join(text, next string) string {
	if text == "" || next == "" {
		return text + next
	}
	if !strings.HasSuffix(text, "-") || strings.HasSuffix(text, " -") {
		return text + " " + next
	}
	before := strings.TrimSuffix(text, "-")
	left := strings.ToLower(before[lastBreak(before):])
	right := next[:wordEnd(next)]
	r, _ := utf8.DecodeRuneInString(right)
	if utf8.RuneCountInString(left) < 2 || utf8.RuneCountInString(right) < 2 || !unicode.IsLower(r) {
		return text + next
	}
	if j.has(left + right) {
		return before + next
	}
	if hyphened[left] || j.has(left+"-"+right) {
		return text + next
	}
	return before + next
}

func lastBreak(s string) int {
	return strings.LastIndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) + 1
}

func wordEnd(s string) int {
	if i := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }); i >= 0 {
		return i
	}
	return len(s)
}

func (j *joiner) has(word string) bool {
	if j.whole == nil {
		j.whole = map[string]bool{}
		for _, l := range j.body {
			for _, w := range strings.FieldsFunc(strings.ToLower(l.text), func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) {
				j.whole[w] = true
			}
		}
	}
	return j.whole[word]
}
