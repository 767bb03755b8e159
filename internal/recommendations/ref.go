package recommendations

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Ref names an edition ("TIP 2021"), a recommendation ("TIP 2021/2") or an
// item ("TIP 2021/2a") for people. Number is 0 for an edition, Letter empty
// for anything but an item.
type Ref struct {
	Mechanism string
	Year      int
	Number    int
	Letter    string
}

// String writes the reference as ParseRef reads it.
func (r Ref) String() string {
	s := r.Mechanism + " " + strconv.Itoa(r.Year)
	if r.Number > 0 {
		s += "/" + strconv.Itoa(r.Number) + r.Letter
	}
	return s
}

// Edition is the reference of the edition that r is of or in.
func (r Ref) Edition() Ref { return Ref{Mechanism: r.Mechanism, Year: r.Year} }

// Recommendation is the reference of the recommendation that r is or is in.
func (r Ref) Recommendation() Ref {
	return Ref{Mechanism: r.Mechanism, Year: r.Year, Number: r.Number}
}

// EditionRef writes the reference of an edition.
func EditionRef(mechanism string, year int) string {
	return Ref{Mechanism: mechanism, Year: year}.String()
}

var refPattern = regexp.MustCompile(`^([A-Z][A-Z0-9-]{0,15}) +([0-9]{4})(?:/([1-9][0-9]{0,2})([a-z]{0,2}))?$`)

// ParseRef reads a reference as people type it: any case, spaces around.
func ParseRef(s string) (Ref, error) {
	head, tail, slash := strings.Cut(strings.TrimSpace(s), "/")
	s = strings.ToUpper(head)
	if slash {
		s += "/" + strings.ToLower(tail)
	}
	m := refPattern.FindStringSubmatch(s)
	if m == nil {
		return Ref{}, fmt.Errorf("recommendations: %q is no reference", s)
	}
	r := Ref{Mechanism: m[1], Letter: m[4]}
	r.Year, _ = strconv.Atoi(m[2])   // four digits
	r.Number, _ = strconv.Atoi(m[3]) // digits or empty
	return r, nil
}

// LetterAfter is the letter that follows another: a, b, … z, aa, ab, …, and
// "a" after none.
func LetterAfter(letter string) string {
	switch {
	case letter == "":
		return "a"
	case letter == "z":
		return "aa"
	case strings.HasSuffix(letter, "z"):
		return string(letter[0]+1) + "a"
	}
	last := len(letter) - 1
	return letter[:last] + string(letter[last]+1)
}
