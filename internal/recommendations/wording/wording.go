// Package wording shows word by word how one wording differs from another.
package wording

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Kind says where the words of a run stand.
type Kind string

// The kinds of runs: words of both texts, of the old one only, of the new one
// only.
const (
	Same    Kind = "same"
	Removed Kind = "removed"
	Added   Kind = "added"
)

// Run is a row of words of one kind, parted by single spaces.
type Run struct {
	Kind Kind
	Text string
}

// Most is the greatest length of either text, in characters, that is compared
// word by word.
const Most = 2000

// Compare gives the runs that lead from an old text to a new one. A word is
// what stands between spaces, its punctuation with it, and is never cut.
// Without the added runs it is the old text, without the removed ones the new,
// up to spaces. No two neighbours are of one kind, and removed stands before
// added. A single small word that stayed between two changes counts as changed
// with them, which reads better. When either text is longer than Most, what lies
// between the same beginning and the same end is one change.
func Compare(old, new string) []Run {
	a, b := strings.Fields(old), strings.Fields(new)
	long := utf8.RuneCountInString(old) > Most || utf8.RuneCountInString(new) > Most
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var s script
	s.add(Same, a[:head]...)
	if x, y := a[head:len(a)-tail], b[head:len(b)-tail]; long {
		s.add(Removed, x...)
		s.add(Added, y...)
	} else {
		s.compare(x, y)
	}
	s.add(Same, a[len(a)-tail:]...)
	return s.runs()
}

// script is a list of words with their kinds, the removed words of a change
// before the added ones.
type script struct {
	changes []change
}

// change is a row of removed and added words, and the same words behind it.
type change struct {
	removed, added, same []string
}

func (s *script) add(kind Kind, words ...string) {
	if len(words) == 0 {
		return
	}
	if n := len(s.changes); n == 0 || kind != Same && len(s.changes[n-1].same) > 0 {
		s.changes = append(s.changes, change{})
	}
	last := &s.changes[len(s.changes)-1]
	switch kind {
	case Removed:
		last.removed = append(last.removed, words...)
	case Added:
		last.added = append(last.added, words...)
	case Same:
		last.same = append(last.same, words...)
	}
}

// compare keeps as many words as can be kept in their order.
func (s *script) compare(a, b []string) {
	width := len(b) + 1
	kept := make([]uint16, (len(a)+1)*width) // the most words to keep of a[i:] and b[j:]
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				kept[i*width+j] = kept[(i+1)*width+j+1] + 1
			} else {
				kept[i*width+j] = max(kept[(i+1)*width+j], kept[i*width+j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			s.add(Same, a[i])
			i, j = i+1, j+1
		case kept[(i+1)*width+j] >= kept[i*width+j+1]:
			s.add(Removed, a[i])
			i++
		default:
			s.add(Added, b[j])
			j++
		}
	}
	s.add(Removed, a[i:]...)
	s.add(Added, b[j:]...)
}

// small are words that alone hold no two changes apart.
var small = []string{"a", "an", "and", "as", "at", "by", "for", "in", "is", "it", "of", "on", "or", "so", "that", "the", "their", "to", "with"}

// runs joins changes that only a small word parts, and gives all as runs.
func (s *script) runs() []Run {
	var joined []change
	for _, c := range s.changes {
		n := len(joined)
		if n > 0 && joined[n-1].changes() && len(joined[n-1].same) == 1 && slices.Contains(small, joined[n-1].same[0]) {
			last := &joined[n-1]
			last.removed = slices.Concat(last.removed, last.same, c.removed)
			last.added = slices.Concat(last.added, last.same, c.added)
			last.same = c.same
			continue
		}
		joined = append(joined, c)
	}
	var runs []Run
	for _, c := range joined {
		for _, r := range []struct {
			kind  Kind
			words []string
		}{{Removed, c.removed}, {Added, c.added}, {Same, c.same}} {
			if len(r.words) > 0 {
				runs = append(runs, Run{Kind: r.kind, Text: strings.Join(r.words, " ")})
			}
		}
	}
	return runs
}

func (c change) changes() bool { return len(c.removed)+len(c.added) > 0 }
