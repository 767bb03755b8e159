package narrative

import (
	"regexp"
	"strings"
	"unicode"
)

// line is a line of pasted text, or a paragraph of a page or document. A text
// of 10 MB may have a million of them, so they are kept small.
type line struct {
	text   string
	at     int32 // its number in the source, from 1
	indent int16 // the room before it; tabs count four
	level  int16 // of a list in a list, from 0
	list   bool  // the source marks it as an entry of a list
	more   bool  // goes on with the entry of a list before it
	head   bool  // the source marks it as a heading
	ends   bool  // a blank line, or the end of a paragraph
}

// plainLines cuts a text into lines. Ends of pages count as ends of lines.
func plainLines(text string) []line {
	list := make([]line, 0, strings.Count(text, "\n")+1)
	at := int32(0)
	for raw := range strings.Lines(text) {
		for part := range strings.FieldsFuncSeq(strings.TrimRight(raw, "\r\n"), func(r rune) bool { return r == '\f' || r == '\v' || r == '\r' || r == '\u2028' || r == '\u2029' }) {
			list = append(list, newLine(part, at+1))
		}
		if n := len(list); strings.Trim(raw, " \t\r\n\f") == "" && n > 0 && !list[n-1].ends {
			list = append(list, line{at: at + 1, ends: true})
		}
		at++
	}
	return list
}

func newLine(raw string, at int32) line {
	l := line{at: at, indent: room(raw), text: clean(raw)}
	l.ends = l.text == ""
	return l
}

// room is the blank room at the beginning of a line.
func room(raw string) int16 {
	n := int16(0)
	for _, r := range raw {
		switch {
		case r == '\t':
			n += 4
		case unicode.IsSpace(r):
			n++
		default:
			return n
		}
		if n > 1000 {
			return n // further in than any list
		}
	}
	return n
}

// clean makes one space of every kind of room and drops letters without width.
func clean(raw string) string {
	plain := true
	for i := 0; i < len(raw); i++ {
		if c := raw[i]; c >= 0x80 || c < ' ' || c == ' ' && (i+1 == len(raw) || i == 0 || raw[i+1] == ' ') {
			plain = false
			break
		}
	}
	if plain {
		return raw
	}
	var b strings.Builder
	b.Grow(len(raw))
	wait := false
	for _, r := range raw {
		switch {
		case unicode.IsSpace(r), r == '\u2007', r == '\u202F':
			wait = true
			continue
		case r == '\u00AD', unicode.Is(unicode.Cf, r), unicode.IsControl(r):
			continue
		}
		if wait && b.Len() > 0 {
			b.WriteByte(' ')
		}
		wait = false
		b.WriteRune(r)
	}
	return b.String()
}

var (
	pageNumber = regexp.MustCompile(`^(?:[-–—|\[] ?)?(?:(?i:page|p\.) ?)?\d{1,4}(?: ?(?:/|(?i:of|de|sur)) ?\d{1,4})?(?: ?[-–—|\]])?$`)
	printed    = regexp.MustCompile(`^(?:\d{1,2}[/.]\d{1,2}[/.]\d{2,4},? \d{1,2}:\d\d|https?://\S+(?: \d+/\d+)?$)`)
	runningTIP = regexp.MustCompile(`(?i)^(?:\d{1,4} \|? ?)?(?:(?:20\d\d )?trafficking in persons report(?: 20\d\d)?|(?:20\d\d )?rapport sur la traite des personnes(?: 20\d\d)?|relatório sobre o tráfico de pessoas)(?: \|? ?\d{1,4})?$`)
	digits     = regexp.MustCompile(`\d+`)
)

// mostHead is how long a running head may be, in bytes.
const mostHead = 90

// runningHeads are the short lines that come back on page after page: without
// their numbers they stand at least twice, as titles do, and say no sentence.
func runningHeads(lines []line) map[string]bool {
	count := map[string]int{}
	for _, l := range lines {
		if headLike(l) {
			count[digits.ReplaceAllString(l.text, "")]++
		}
	}
	for text, n := range count {
		if n < 2 {
			delete(count, text)
		}
	}
	back := make(map[string]bool, len(count))
	for text := range count {
		back[text] = true
	}
	return back
}

// headLike is true for a short line of plain text without a marker, with a
// number or in capitals, that does not end as a sentence does.
func headLike(l line) bool {
	if l.list || l.head || l.more || l.text == "" || len(l.text) > mostHead || strings.ContainsAny(l.text[len(l.text)-1:], ".;:,") {
		return false
	}
	if !capitals(l.text) && !unicode.IsUpper([]rune(l.text)[0]) && !unicode.IsDigit([]rune(l.text)[0]) {
		return false
	}
	if !capitals(l.text) && !strings.ContainsAny(l.text, "0123456789") {
		return false
	}
	m := markerOf(l.text)
	return m.kind == none && !isRecommendationHeading(l.text) && !isNextHeading(l.text)
}

// furniture are lines that belong to the page and not to its text.
func furniture(l line, heads map[string]bool) bool {
	if l.list || l.head || l.ends || len(l.text) > mostHead*3 {
		return false
	}
	return pageNumber.MatchString(l.text) || printed.MatchString(l.text) || len(l.text) <= mostHead &&
		(runningTIP.MatchString(l.text) || headLike(l) && heads[digits.ReplaceAllString(l.text, "")])
}

// capitals is true for a text of at least four letters that are all capitals.
func capitals(text string) bool {
	n := 0
	for _, r := range text {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			n++
		}
	}
	return n >= 4
}

var (
	bracketMark = regexp.MustCompile(`\[\d{1,3}\]`)
	raisedMark  = regexp.MustCompile(`[¹²³⁰⁴-⁹]+`)
	stuckMark   = regexp.MustCompile(`(\p{L}{4,}[.;,])\d{1,3}(\s|$)`)
	noteLine    = regexp.MustCompile(`^(?:\[\d{1,3}\]|[¹²³⁰⁴-⁹]+) ?\p{L}`)
)

// withoutMarks drops the marks of footnotes from a text.
func withoutMarks(text string) string {
	if strings.ContainsAny(text, "[¹²³⁰⁴⁵⁶⁷⁸⁹") {
		text = raisedMark.ReplaceAllString(bracketMark.ReplaceAllString(text, ""), "")
	}
	if strings.ContainsAny(text, "0123456789") {
		text = stuckMark.ReplaceAllString(text, "$1$2")
	}
	return strings.Join(strings.Fields(text), " ")
}
