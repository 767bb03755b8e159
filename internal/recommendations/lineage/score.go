package lineage

import (
	"cmp"
	"fmt"
	"slices"

	"tracker/internal/problem"
)

// Found is a pair with what the suggestion said of it; Score is 0 and Words is
// empty for a pair that was not suggested.
type Found struct {
	Link
	Score float64
	Words []string
}

// String names the two recommendations, such as "Lesotho 2017/1 → 2018/2".
func (l Link) String() string {
	return fmt.Sprintf("%s %d/%d → %d/%d", l.Country, l.OlderYear, l.OlderOrder, l.NewerYear, l.NewerOrder)
}

// Result tells how the suggestions compare with the pairs that people made.
// Recall is the share of those pairs that was suggested, Precision the share of
// the suggestions that are among those pairs, 0 when nothing was suggested.
// The three lists are ordered by country and by what is newer, then older.
type Result struct {
	Hits, FalseAlarms, Misses []Found
	Recall, Precision         float64
}

// row names a recommendation in a file.
type row struct {
	country     string
	year, order int
}

func (r row) String() string { return fmt.Sprintf("%s %d/%d", r.country, r.year, r.order) }

// edition is a list of recommendations of a mechanism to a country in a year.
type edition struct {
	mechanism, country string
	year               int
	rows               []Recommendation
}

// Score suggests pairs between each edition and the nearest older one that is
// held of the same mechanism and country, and compares them with pairs. A
// country that no pair names is left out: nothing is known of its lineage. A
// pair of a recommendation that is not held, or of two editions that are not
// neighbours, is Invalid.
func Score(recommendations []Recommendation, pairs []Link) (Result, error) {
	editions := editionsOf(recommendations, pairs)
	if err := check(editions, pairs); err != nil {
		return Result{}, err
	}
	labelled := map[Link]bool{}
	for _, p := range pairs {
		labelled[p] = true
	}
	var result Result
	for i := range editions {
		if !editions[i].follows(editions, i) {
			continue
		}
		for _, f := range between(editions[i-1], editions[i]) {
			if labelled[f.Link] {
				result.Hits = append(result.Hits, f)
				delete(labelled, f.Link)
			} else {
				result.FalseAlarms = append(result.FalseAlarms, f)
			}
		}
	}
	for link := range labelled {
		result.Misses = append(result.Misses, Found{Link: link})
	}
	for _, list := range [][]Found{result.Hits, result.FalseAlarms, result.Misses} {
		slices.SortFunc(list, inOrder)
	}
	result.Recall = share(len(result.Hits), len(result.Misses))
	result.Precision = share(len(result.Hits), len(result.FalseAlarms))
	return result, nil
}

func inOrder(a, b Found) int {
	return cmp.Or(cmp.Compare(a.Country, b.Country), cmp.Compare(a.NewerYear, b.NewerYear), cmp.Compare(a.NewerOrder, b.NewerOrder),
		cmp.Compare(a.OlderYear, b.OlderYear), cmp.Compare(a.OlderOrder, b.OlderOrder))
}

func share(with, without int) float64 {
	if with == 0 {
		return 0
	}
	return float64(with) / float64(with+without)
}

// editionsOf gathers the editions of the countries that pairs name, by
// mechanism, country and year, each in the order of its list.
func editionsOf(recommendations []Recommendation, pairs []Link) []edition {
	named := map[string]bool{}
	for _, p := range pairs {
		named[p.Country] = true
	}
	rows := slices.DeleteFunc(slices.Clone(recommendations), func(r Recommendation) bool { return !named[r.Country] })
	slices.SortStableFunc(rows, func(a, b Recommendation) int {
		return cmp.Or(cmp.Compare(a.Mechanism, b.Mechanism), cmp.Compare(a.Country, b.Country), cmp.Compare(a.Year, b.Year), cmp.Compare(a.Order, b.Order))
	})
	var all []edition
	for _, r := range rows {
		if n := len(all); n == 0 || all[n-1].mechanism != r.Mechanism || all[n-1].country != r.Country || all[n-1].year != r.Year {
			all = append(all, edition{mechanism: r.Mechanism, country: r.Country, year: r.Year})
		}
		last := &all[len(all)-1]
		last.rows = append(last.rows, r)
	}
	return all
}

// follows says whether the edition before is the nearest older one of the same
// mechanism and country.
func (e edition) follows(all []edition, i int) bool {
	return i > 0 && all[i-1].mechanism == e.mechanism && all[i-1].country == e.country
}

// check refuses a pair that could never be suggested.
func check(editions []edition, pairs []Link) error {
	at := map[row]int{}
	for i, e := range editions {
		for _, r := range e.rows {
			at[row{r.Country, r.Year, r.Order}] = i
		}
	}
	for _, p := range pairs {
		ends := [2]row{{p.Country, p.OlderYear, p.OlderOrder}, {p.Country, p.NewerYear, p.NewerOrder}}
		for _, end := range ends {
			if _, held := at[end]; !held {
				return problem.New(problem.Invalid, "lineage.error.unknown", "pair", p.String(), "recommendation", end.String())
			}
		}
		newer := at[ends[1]]
		if at[ends[0]] != newer-1 || !editions[newer].follows(editions, newer) {
			return problem.New(problem.Invalid, "lineage.error.neighbours", "pair", p.String())
		}
	}
	return nil
}

// between suggests the pairs of two editions.
func between(older, newer edition) []Found {
	var found []Found
	for _, p := range Suggest(older.texts(), newer.texts()) {
		found = append(found, Found{Score: p.Score, Words: p.Words, Link: Link{Country: newer.country,
			OlderYear: older.year, OlderOrder: older.rows[p.Older].Order, NewerYear: newer.year, NewerOrder: newer.rows[p.Newer].Order}})
	}
	return found
}

func (e edition) texts() []Text {
	all := make([]Text, len(e.rows))
	for i, r := range e.rows {
		all[i] = r.Text
	}
	return all
}
