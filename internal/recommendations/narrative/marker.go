package narrative

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// kind is the shape of the mark before an entry of a list.
type kind string

// The shapes. A bullet's kind is the bullet itself.
const (
	none   kind = ""
	number kind = "1"
	letter kind = "a"
	roman  kind = "i"
)

// marker is the mark of an entry: its shape, its value when it counts, and the
// text that follows.
type marker struct {
	kind  kind
	value int
	sign  string // as it stands: "(a)", "1."
	rest  string
}

const (
	bullets = "•·●○◦‣⁃▪▫■□◾➢➤►✓✔§*∙⦁\uFFFD"
	dashes  = "-–—−"
)

var counted = regexp.MustCompile(`^(\(?)(\d{1,3}|[a-z]|[A-Z]|[ivx]{2,5})([.)]|\.\))(?: +(\S.*))?$`)

// markerOf reads the mark at the beginning of a line. A bullet may stand alone
// or right before its text; a dash needs a space or a capital letter after it, the letter
// o a space.
func markerOf(text string) marker {
	r, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return marker{}
	}
	rest := strings.TrimSpace(text[size:])
	apart := len(text) == size || text[size] == ' '
	switch {
	case strings.ContainsRune(bullets, r) && (apart || r != '*' && r != '§'), r >= 0xF000 && r <= 0xF0FF:
		return marker{kind: kind(r), sign: string(r), rest: rest}
	case strings.ContainsRune(dashes, r) && (apart || startsUpper(rest)):
		return marker{kind: "-", sign: string(r), rest: rest}
	case r == 'o' && apart && rest != "":
		return marker{kind: "o", sign: "o", rest: rest}
	}
	return countedMarker(text)
}

func countedMarker(text string) marker {
	if len(text) > 1 && text[0] != '(' && (text[0] < '0' || text[0] > '9') && !strings.ContainsAny(text[1:min(len(text), 6)], ".)") {
		return marker{}
	}
	m := counted.FindStringSubmatch(text)
	if m == nil {
		return marker{}
	}
	sign := m[1] + m[2] + m[3]
	if n, err := strconv.Atoi(m[2]); err == nil {
		if n == 0 || n > MostRecommendations {
			return marker{}
		}
		return marker{kind: kind(m[1]) + number + kind(m[3]), value: n, sign: sign, rest: m[4]}
	}
	if len(m[2]) > 1 || m[2] == "i" {
		if n := romanValue(m[2]); n > 0 {
			return marker{kind: kind(m[1]) + roman + kind(m[3]), value: n, sign: sign, rest: m[4]}
		}
		return marker{}
	}
	if m[4] == "" && m[1] == "" {
		return marker{} // the end of a sentence that a line broke
	}
	return marker{kind: kind(m[1]) + letter + kind(m[3]), value: int(strings.ToLower(m[2])[0]-'a') + 1, sign: sign, rest: m[4]}
}

// counts is true for marks that number their entries.
func (m marker) counts() bool { return m.value > 0 }

// romanValue is the value of a small Roman numeral up to 39, 0 for other letters.
func romanValue(s string) int {
	tens := 0
	for strings.HasPrefix(s, "x") && tens < 3 {
		tens, s = tens+1, s[1:]
	}
	for i, ones := range []string{"", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"} {
		if s == ones {
			return tens*10 + i
		}
	}
	return 0
}
