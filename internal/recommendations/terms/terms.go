// Package terms reads the text of a recommendation as the ideas it is about:
// words without their endings, words of the field that mean the same under one
// name, and words that say nothing about what is asked left out.
package terms

import (
	"regexp"
	"strings"
)

// Term is an idea in a text. Two texts speak of the same when they share the
// Idea; Shown is how this text says it.
type Term struct {
	Idea  string
	Shown string
	// Weight says how much sharing the idea tells of what is asked: 1 for most,
	// less for what nearly every recommendation has, for later demands of a
	// bundle and for examples and purposes.
	Weight float64
	// Place is the share of Weight that comes from where the idea stands: 1 in the
	// first demand, less in a later one, in an example and in a purpose.
	Place float64
	// Part numbers the demand of a bundled text from 0.
	Part int
}

// wordPattern finds words, and the marks that end a demand or hold an aside.
var wordPattern = regexp.MustCompile(`[\p{L}\p{N}]+(?:['’][\p{L}]+)?|[;.:,()/]`)

// Weights of what is not said first.
const (
	laterPart = 0.8
	aside     = 0.5
)

// Read gives the ideas of a text in its order; an idea stands as often as it
// is said.
func Read(text string) []Term {
	r := reader{tokens: wordPattern.FindAllString(text, -1), lead: true}
	for r.at < len(r.tokens) {
		if !r.mark() {
			r.word()
		}
	}
	return r.terms
}

// reader goes through a text once.
type reader struct {
	tokens  []string
	at      int
	part    int
	depth   int  // of parentheses
	purpose bool // behind "so that"
	lead    bool // at the beginning, or behind a mark or "and", where a demand may begin
	terms   []Term
}

// mark reads a mark of punctuation, when one is next.
func (r *reader) mark() bool {
	switch r.tokens[r.at] {
	case ";", ".":
		if r.depth == 0 {
			r.next()
		}
	case "(":
		r.depth++
	case ")":
		r.depth = max(0, r.depth-1)
	case ",", ":":
		r.lead = true
	case "/":
	default:
		return false
	}
	r.at++
	return true
}

// next begins the next demand, unless nothing was said yet in this one.
func (r *reader) next() {
	r.purpose, r.lead = false, true
	if len(r.terms) > 0 && r.terms[len(r.terms)-1].Part == r.part {
		r.part++
	}
}

// word reads a phrase or a word.
func (r *reader) word() {
	from := r.at
	word := strings.ToLower(r.tokens[from])
	if word == "and" {
		r.lead = true
		r.at++
		return
	}
	idea, length := r.phrase()
	if length == 0 {
		stem := Stem(word)
		idea, length = vocabulary.ideas[stem], 1
		if r.lead && r.depth == 0 && vocabulary.demands[stem] {
			r.next()
		}
		if idea == "" {
			idea = stem
		}
	}
	r.lead = false
	r.at += length
	switch {
	case idea == "purpose":
		r.purpose = true
		return
	case vocabulary.empty[idea] || len(idea) < 2:
		return
	}
	weight, known := vocabulary.weights[idea]
	if !known {
		weight = 1
	}
	place := 1.0
	if r.part > 0 {
		place *= laterPart
	}
	if r.depth > 0 || r.purpose {
		place *= aside
	}
	r.terms = append(r.terms, Term{Idea: idea, Shown: strings.Join(r.tokens[from:r.at], " "), Weight: weight * place, Place: place, Part: r.part})
}

// phrase gives the idea of the longest phrase of the field that begins here,
// and its number of words; 0 when none does.
func (r *reader) phrase() (string, int) {
	for n := min(longestPhrase, len(r.tokens)-r.at); n > 1; n-- {
		stems := make([]string, n)
		for i := range stems {
			stems[i] = Stem(strings.ToLower(r.tokens[r.at+i]))
		}
		if idea, ok := vocabulary.phrases[strings.Join(stems, " ")]; ok {
			return idea, n
		}
	}
	return "", 0
}
