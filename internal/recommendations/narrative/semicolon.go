package narrative

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	lastAnd    = regexp.MustCompile(`; *(?:and|et|e|ainsi que|bem como) `)
	leadingAnd = regexp.MustCompile(`^(?i:and|et|e|ainsi que|bem como),? +`)
	trailing   = regexp.MustCompile(`(?:[;,] *(?:and|or|et|ou|e|y)|[;,])$`)
)

func hasLastAnd(text string) bool { return lastAnd.MatchString(text) }

// depths says for every byte of a text how deep it stands in brackets and
// quotation marks. Only those that close count, so that one that was left open
// hides nothing.
func depths(text string) []int {
	pairs := map[rune]rune{')': '(', ']': '[', '}': '{', '”': '“', '»': '«'}
	type open struct {
		sign rune
		at   int
	}
	var stack []open
	change := make([]int, len(text)+1)
	quote := -1
	for i, r := range text {
		switch r {
		case '(', '[', '{', '“', '«':
			stack = append(stack, open{r, i})
		case ')', ']', '}', '”', '»':
			for k := len(stack) - 1; k >= 0; k-- {
				if stack[k].sign == pairs[r] {
					change[stack[k].at]++
					change[i]--
					stack = stack[:k]
					break
				}
			}
		case '"':
			if quote < 0 {
				quote = i
			} else {
				change[quote]++
				change[i]--
				quote = -1
			}
		}
	}
	deep := make([]int, len(text))
	for i, n := 0, 0; i < len(text); i++ {
		n += change[i]
		deep[i] = n
	}
	return deep
}

// semicolons cuts a text at the semicolons outside brackets and quotation marks.
func semicolons(text string) []string {
	if !strings.Contains(text, ";") || len(text) > MostRecommendations*MostLetters*2 {
		return []string{strings.TrimSpace(text)}
	}
	deep := depths(text)
	var parts []string
	from := 0
	for i := range len(text) {
		if text[i] == ';' && deep[i] == 0 {
			parts = appendPart(parts, text[from:i])
			from = i + 1
		}
	}
	return appendPart(parts, text[from:])
}

func appendPart(parts []string, part string) []string {
	part = strings.TrimSpace(part)
	if strings.IndexFunc(part, unicode.IsLetter) < 0 {
		return parts
	}
	return append(parts, part)
}

// sentence makes a part of a list stand for itself: without the word that
// joined it, with a capital letter and a full stop.
func sentence(part string) string {
	part = finish(leadingAnd.ReplaceAllString(strings.TrimSpace(part), ""))
	if part == "" {
		return ""
	}
	part = upperFirst(part)
	if last, _ := utf8.DecodeLastRuneInString(part); !strings.ContainsRune(".!?", last) && !closesSentence(part) {
		part += "."
	}
	return part
}

// closesSentence is true when the full stop stands inside a closing quotation mark.
func closesSentence(part string) bool {
	return strings.HasSuffix(part, ".”") || strings.HasSuffix(part, `."`) || strings.HasSuffix(part, ".»")
}

// finish drops what only joined an entry to the next, and marks of footnotes.
func finish(text string) string {
	text = withoutMarks(text)
	if cut := trailing.ReplaceAllString(text, ""); cut != text {
		text = strings.TrimSpace(cut) + "."
	}
	if strings.IndexFunc(text, unicode.IsLetter) < 0 {
		return ""
	}
	return text
}
