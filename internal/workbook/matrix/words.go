package matrix

import (
	"strings"
	"unicode"

	"tracker/internal/plan"
)

// mostHeading is the longest heading, in bytes: more is a text of the plan.
const mostHeading = 160

// fold writes a text without accents and in lower case, as plan.Fold does.
func fold(text string) string {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return plan.Fold(text)
		}
	}
	return strings.ToLower(strings.Join(strings.Fields(text), " "))
}

// tokens are the words and numbers of a text, folded.
func tokens(text string) []string {
	words := strings.FieldsFunc(fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range words {
		if w == "n" || w == "nº" {
			words[i] = "no"
		}
	}
	return words
}

// small words say nothing of what a column holds.
var small = set(`the of for by to and or in on a an at per with
	de du des d la le les l et ou en au aux a par pour
	do da dos das o os as e em na nos nas para com por ao aos
	s y usd us zar lsl eur mzn xof xaf fcfa cfa cve`)

// modifiers say more of what another word names, and nothing by themselves.
var modifiers = set(`possible potential indicative estimated estimate main key planned proposed other expected name total overall annual required national proposee prevue prevus
	possibles potentiel potentiels estimatif previsionnel nom autres previsto prevista estimado outros nome provavel`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// alike says whether a word of a heading is meant: the same, its plural, its
// beginning where it is cut short, or with as many letters mistyped as its length bears.
func alike(word, meant string) bool {
	if word == meant || plural(word, meant) || plural(meant, word) {
		return true
	}
	if len(word) >= 4 && len(meant) >= 7 && strings.HasPrefix(meant, word) {
		return true
	}
	bears := 0
	switch {
	case len(meant) >= 9:
		bears = 2
	case len(meant) >= 6:
		bears = 1
	}
	if bears == 0 || word[:1] != meant[:1] {
		return false
	}
	return distance(strings.TrimRight(word, "sx"), strings.TrimRight(meant, "sx"), bears) <= bears
}

// plural says whether many is the plural of one, in any of the languages.
func plural(many, one string) bool {
	if rest, ok := strings.CutPrefix(many, one); ok && (rest == "s" || rest == "es" || rest == "x") {
		return true
	}
	if len(one) < 2 || len(many) < len(one) || many[:len(one)-2] != one[:len(one)-2] {
		return false
	}
	for _, end := range [][2]string{{"y", "ies"}, {"ao", "oes"}, {"al", "aux"}, {"al", "ais"}, {"or", "ores"}, {"m", "ns"}, {"el", "eis"}} {
		if stem, ok := strings.CutSuffix(one, end[0]); ok && len(many) == len(stem)+len(end[1]) && strings.HasPrefix(many, stem) && strings.HasSuffix(many, end[1]) {
			return true
		}
	}
	return false
}

// distance counts the letters to add, drop, change or swap; more than most is most+1.
func distance(a, b string, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	var rows [3][]int
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
	}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		before2, before, now := rows[0], rows[1], rows[2]
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(before[j]+1, now[j-1]+1, before[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before2[j-2]+1)
			}
		}
		rows[0], rows[1], rows[2] = before, now, before2
	}
	return rows[1][len(b)]
}

// meaning is what a heading's words tell: the field, and how many letters of it did.
type meaning struct {
	field   Field
	letters int
	known   bool // false when nothing was told; a field may be Unknown and told
	learnt  bool // from an earlier file
}

func (m meaning) why() Why {
	if m.learnt {
		return ByLearnt
	}
	return ByWords
}

// meaningOf reads a heading: of all phrases whose words stand in it, the one
// with the most letters, when it makes at least half of the heading.
func meaningOf(heading string) meaning {
	if len(heading) > mostHeading {
		return meaning{}
	}
	var said []string
	letters := 0
	for _, w := range tokens(withoutBrackets(heading)) {
		if small[w] || w[0] >= '0' && w[0] <= '9' {
			continue
		}
		said = append(said, w)
		if !modifiers[w] {
			letters += len(w)
		}
	}
	if len(said) == 0 || len(said) > 10 {
		return meaning{}
	}
	var best meaning
	tried := map[byte]bool{}
	for _, w := range said {
		if tried[w[0]] {
			continue
		}
		tried[w[0]] = true
		best = best.or(phrases[w[0]], said, letters)
	}
	return best
}

// or is the better of what was told and what the phrases tell.
func (best meaning) or(list []phrase, said []string, letters int) meaning {
	for _, p := range list {
		if n := p.in(said); n > best.letters && n*2 >= letters {
			best = meaning{field: p.field, letters: n, known: true}
		}
	}
	return best
}

// withoutBrackets leaves out what stands in brackets, unless all does.
func withoutBrackets(text string) string {
	var b strings.Builder
	deep := 0
	for _, r := range text {
		switch {
		case r == '(' || r == '[':
			deep++
		case (r == ')' || r == ']') && deep > 0:
			deep--
		case deep == 0:
			b.WriteRune(r)
		}
	}
	if strings.TrimSpace(b.String()) == "" {
		return text
	}
	return b.String()
}

// phrase is a heading's words with their field.
type phrase struct {
	words []string
	field Field
}

// in counts the letters of the heading that the phrase's words are, 0 when one is missing.
func (p phrase) in(said []string) int {
	n := 0
	for _, meant := range p.words {
		found := false
		for _, w := range said {
			if alike(w, meant) {
				n, found = n+len(w), true
				if w != meant && !plural(w, meant) {
					n-- // the word as it is meant comes first
				}
				break
			}
		}
		if !found {
			return 0
		}
	}
	return n
}
