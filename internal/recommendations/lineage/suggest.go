// Package lineage suggests which recommendation of an older edition a newer
// one continues, and measures the suggestions against pairs that people made.
// It decides nothing: a person confirms each pair.
package lineage

import (
	"cmp"
	"math"
	"slices"

	"tracker/internal/recommendations/terms"
)

// Text is the wording of a recommendation.
type Text string

// Pair says that the recommendation at the index Newer asks again, wholly or
// in a substantial part, what the one at the index Older asked. Score is
// above 0 and at most 1; it orders suggestions and is no probability. Words
// are the matching words as they stand in the newer text, in its order.
type Pair struct {
	Older, Newer int
	Score        float64
	Words        []string
}

// The numbers by which a pair is suggested, adjusted to the hand-made pairs of
// Lesotho and to the example beside them (testdata/README.md).
const (
	threshold   = 0.35 // the least score: the middle between the strongest false pair and the weakest true one found
	relative    = 0.6  // the least share of the best score that either of the two has
	enough      = 1.5  // the weight below which a text says too little to be found whole in another
	contained   = 0.9  // what it counts for that one text is found whole in the other
	partCounts  = 0.85 // what it counts for that a main part of both is the same
	substantial = 0.3  // the least share of a whole that makes a part a main one
)

// Suggest compares each recommendation of a newer edition with each of an older
// one, both in their order, and gives the pairs that are likely to be one
// demand: repeated, reworded, split or merged. The result is ordered by Newer,
// then by Score with the highest first, then by Older, and is the same for the
// same texts. The time grows with the product of the two lengths.
func Suggest(older, newer []Text) []Pair {
	olds, news := readAll(older), readAll(newer)
	weigh(olds, news)
	bestOld, bestNew := make([]float64, len(olds)), make([]float64, len(news))
	var pairs []Pair
	for n := range news {
		for o := range olds {
			score := likeness(&olds[o], &news[n])
			bestOld[o], bestNew[n] = max(bestOld[o], score), max(bestNew[n], score)
			if score >= threshold {
				pairs = append(pairs, Pair{Older: o, Newer: n, Score: math.Round(score*1000) / 1000})
			}
		}
	}
	pairs = slices.DeleteFunc(pairs, func(p Pair) bool { return p.Score < relative*max(bestOld[p.Older], bestNew[p.Newer]) })
	for i, p := range pairs {
		pairs[i].Words = news[p.Newer].shared(&olds[p.Older])
	}
	slices.SortStableFunc(pairs, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(a.Newer, b.Newer), cmp.Compare(b.Score, a.Score), cmp.Compare(a.Older, b.Older))
	})
	return pairs
}

// bag is what one demand says: each idea once, in alphabetical order, so that
// sums are the same each time.
type bag struct {
	ideas   []string
	weights []float64
	total   float64
}

// said is a recommendation, read.
type said struct {
	terms []terms.Term
	whole bag
	parts []bag
}

func readAll(texts []Text) []said {
	all := make([]said, len(texts))
	for i, t := range texts {
		all[i].terms = terms.Read(string(t))
	}
	return all
}

// weigh fills the bags of both editions. An idea that few of their
// recommendations have tells more than one that most have.
func weigh(editions ...[]said) {
	in, count := map[string]int{}, 0
	for _, edition := range editions {
		for _, s := range edition {
			seen := map[string]bool{}
			for _, t := range s.terms {
				if !seen[t.Idea] {
					seen[t.Idea] = true
					in[t.Idea]++
				}
			}
			count++
		}
	}
	rarity := func(idea string) float64 {
		return 0.5 + 0.5*math.Log(1+float64(count)/float64(in[idea]))/math.Log(1+float64(count))
	}
	for _, edition := range editions {
		for i := range edition {
			edition[i].fill(rarity)
		}
	}
}

func (s *said) fill(rarity func(string) float64) {
	if len(s.terms) == 0 {
		return
	}
	s.whole = newBag(s.terms, rarity)
	last := s.terms[len(s.terms)-1].Part
	for part := range last + 1 {
		var own []terms.Term
		for _, t := range s.terms {
			if t.Part == part {
				own = append(own, t)
			}
		}
		s.parts = append(s.parts, newBag(own, rarity))
	}
}

func newBag(list []terms.Term, rarity func(string) float64) bag {
	most := map[string]float64{}
	for _, t := range list {
		most[t.Idea] = max(most[t.Idea], t.Weight)
	}
	var b bag
	for idea := range most {
		b.ideas = append(b.ideas, idea)
	}
	slices.Sort(b.ideas)
	for _, idea := range b.ideas {
		w := most[idea] * rarity(idea)
		b.weights = append(b.weights, w)
		b.total += w
	}
	return b
}

// likeness is 0 for texts that share nothing, 1 for the same ideas.
func likeness(a, b *said) float64 {
	score := max(a.whole.alike(b.whole), contained*a.whole.within(b.whole), contained*b.whole.within(a.whole))
	for _, p := range a.parts {
		score = max(score, partCounts*p.alike(b.whole))
		for _, q := range b.parts {
			if p.total >= substantial*a.whole.total && q.total >= substantial*b.whole.total {
				score = max(score, partCounts*p.alike(q))
			}
		}
	}
	for _, q := range b.parts {
		score = max(score, partCounts*q.alike(a.whole))
	}
	return score
}

// alike is the share that two bags have in common of both.
func (b bag) alike(other bag) float64 {
	mine, theirs := b.common(other)
	return ratio(mine+theirs, max(b.total, enough)+max(other.total, enough))
}

// within is the share of b that is found in another bag.
func (b bag) within(other bag) float64 {
	mine, _ := b.common(other)
	return ratio(mine, max(b.total, enough))
}

// common adds the weights of the ideas in both bags, by either's weights.
func (b bag) common(other bag) (mine, theirs float64) {
	for i, j := 0, 0; i < len(b.ideas) && j < len(other.ideas); {
		switch c := cmp.Compare(b.ideas[i], other.ideas[j]); {
		case c < 0:
			i++
		case c > 0:
			j++
		default:
			mine, theirs = mine+b.weights[i], theirs+other.weights[j]
			i, j = i+1, j+1
		}
	}
	return mine, theirs
}

func ratio(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return min(1, part/whole)
}

// shared gives the words of s whose ideas stand in the other too, each
// spelling once.
func (s *said) shared(other *said) []string {
	var words []string
	for _, t := range s.terms {
		if _, ok := slices.BinarySearch(other.whole.ideas, t.Idea); ok && !slices.Contains(words, t.Shown) {
			words = append(words, t.Shown)
		}
	}
	return words
}
