package reports

import (
	"cmp"
	"slices"

	"tracker/internal/indicators"
	"tracker/internal/recommendations"
)

// MovedSaid is the way in which the last word on a commitment is another: of
// two reports, never of the plan.
const MovedSaid Moved = "said"

// Pair is something as the earlier of two reports tells it and as the later
// one does.
type Pair[T any] struct{ Was, Is T }

// Difference is what two status reports tell differently. What only one of
// them can tell, because its audience, its scope or its sections are others,
// is not compared: it stands nowhere here as new or as told no longer.
type Difference struct {
	Was, Is   Status
	Audiences bool            // they are for different audiences
	Scopes    bool            // they were narrowed to different parts
	Only      Pair[[]Section] // sections that only the one of them has

	Commitments     []CommitmentDifference
	NewCommitments  []CommitmentStatus
	GoneCommitments []CommitmentStatus

	Recommendations     []RecommendationDifference
	NewRecommendations  []RecommendationStatus
	GoneRecommendations []RecommendationStatus

	Indicators []FigureDifference

	NewEvidence, GoneEvidence []EvidenceStatus
}

// CommitmentDifference is a commitment that both tell of, otherwise.
type CommitmentDifference struct {
	Pair[CommitmentStatus]
	Ways []Moved // of status, verification, due date, lead, wording and last word
}

// Has says whether the commitment is told otherwise in a way.
func (c CommitmentDifference) Has(m Moved) bool { return slices.Contains(c.Ways, m) }

// RecommendationDifference is a recommendation that both tell of, otherwise.
type RecommendationDifference struct {
	Pair[RecommendationStatus]
	Wording  bool // its title or its text
	Response bool // what the government said of it
	Outcome  bool // what became of it
	Items    []ItemDifference
}

// Remarks are the kinds of remarks that are told otherwise.
func (r RecommendationDifference) Remarks() (kinds []recommendations.RemarkKind) {
	if r.Response {
		kinds = append(kinds, recommendations.Response)
	}
	if r.Outcome {
		kinds = append(kinds, recommendations.Outcome)
	}
	return kinds
}

// ItemDifference is an item that is answered otherwise, is new, or is told no
// longer.
type ItemDifference struct {
	Ref, Text     string
	New, Gone     bool
	Linked, Ended []AnswerStatus       // answers that came, and that were lost
	Moved         []Pair[AnswerStatus] // whose commitment stands otherwise, or that answer otherwise
	Pair[int]                          // how many answers it had and has
}

// Answered says whether something answers the item that nothing answered.
func (i ItemDifference) Answered() bool { return !i.New && i.Was == 0 && i.Is > 0 }

// Unanswered says whether nothing answers the item any longer.
func (i ItemDifference) Unanswered() bool { return !i.Gone && i.Was > 0 && i.Is == 0 }

// FigureDifference is one place of the table of an indicator's year, told
// otherwise. A year that is not told at all has no reference.
type FigureDifference struct {
	Ref, Title string
	Year       string
	Place      indicators.Place // empty for the total
	Pair[YearStatus]
}

// New says whether only the later report tells the value.
func (f FigureDifference) New() bool { _, told := f.Was.at(f.Place); return !told }

// Gone says whether only the earlier report tells the value.
func (f FigureDifference) Gone() bool { _, told := f.Is.at(f.Place); return !told }

// DifferenceOf says what two status reports of a country tell differently, the
// earlier one first. It knows nothing but what they tell.
func DifferenceOf(was, is Status) Difference {
	d := Difference{Was: was, Is: is, Audiences: was.Audience != is.Audience, Scopes: !was.Scope.Same(is.Scope)}
	for _, section := range Sections {
		switch {
		case was.Has(section) == is.Has(section):
		case was.Has(section):
			d.Only.Was = append(d.Only.Was, section)
		default:
			d.Only.Is = append(d.Only.Is, section)
		}
	}
	d.commitments()
	d.recommendations()
	d.indicators()
	if d.Compares(SectionEvidence) && d.Alike() {
		_, d.GoneEvidence, d.NewEvidence = paired(was.Evidence, is.Evidence, EvidenceStatus.paper)
	}
	return d
}

// Alike says whether both tell the same readers of the same part of the plan.
// Only then are counts compared, and what only one tells is new or gone.
func (d Difference) Alike() bool { return !d.Audiences && !d.Scopes }

// Compares says whether both have a section.
func (d Difference) Compares(section Section) bool { return d.Was.Has(section) && d.Is.Has(section) }

// Figures says whether the numbers that the two begin with can be compared and
// are others.
func (d Difference) Figures() bool {
	return d.Alike() && (d.Was.Figures != d.Is.Figures || d.Was.Deadline != d.Is.Deadline)
}

// Nothing says whether nothing that is compared differs.
func (d Difference) Nothing() bool { return !d.Figures() && d.Rows() == 0 }

// Rows counts all that differs but for the numbers that the two begin with.
func (d Difference) Rows() int {
	return len(d.Commitments) + len(d.NewCommitments) + len(d.GoneCommitments) + len(d.Recommendations) + len(d.NewRecommendations) + len(d.GoneRecommendations) +
		len(d.Indicators) + len(d.NewEvidence) + len(d.GoneEvidence)
}

// Same says whether two scopes hold the same, in whatever order it was named.
func (s Scope) Same(o Scope) bool {
	for _, p := range [][2][]string{{s.Institutions, o.Institutions}, {s.Nodes, o.Nodes}, {s.Mechanisms, o.Mechanisms}} {
		a, b := slices.Clone(p[0]), slices.Clone(p[1])
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(slices.Compact(a), slices.Compact(b)) {
			return false
		}
	}
	return true
}

// paired puts together what two lists call by one key, in the order of the
// later list; what is there several times is paired as often as both have it.
func paired[T any](was, is []T, key func(T) string) (both []Pair[T], gone, came []T) {
	at := map[string][]int{}
	for i, one := range was {
		at[key(one)] = append(at[key(one)], i)
	}
	met := make([]bool, len(was))
	for _, one := range is {
		left := at[key(one)]
		if len(left) == 0 {
			came = append(came, one)
			continue
		}
		met[left[0]], at[key(one)] = true, left[1:]
		both = append(both, Pair[T]{was[left[0]], one})
	}
	for i, one := range was {
		if !met[i] {
			gone = append(gone, one)
		}
	}
	return both, gone, came
}

func (d *Difference) commitments() {
	if !d.Compares(SectionCommitments) {
		return
	}
	both, gone, came := paired(d.Was.Commitments, d.Is.Commitments, func(c CommitmentStatus) string { return c.Ref })
	for _, p := range both {
		if ways := d.ways(p.Was, p.Is); len(ways) > 0 {
			d.Commitments = append(d.Commitments, CommitmentDifference{p, ways})
		}
	}
	if d.Alike() {
		d.GoneCommitments, d.NewCommitments = gone, came
	}
}

// ways are those in which a commitment is told otherwise. How far a claim is
// shown, and the last word, are cut to the audience.
func (d *Difference) ways(was, is CommitmentStatus) (ways []Moved) {
	for _, w := range []struct {
		way   Moved
		moved bool
	}{
		{MovedStatus, was.Status != is.Status},
		{MovedProof, !d.Audiences && was.Verification != is.Verification},
		{MovedDue, was.DueOn != is.DueOn},
		{MovedLead, was.Lead != is.Lead},
		{MovedWording, was.Title != is.Title || was.Text != is.Text},
		{MovedSaid, !d.Audiences && was.Said() != is.Said()},
	} {
		if w.moved {
			ways = append(ways, w.way)
		}
	}
	return ways
}

// Said is the last word on a commitment: what was done, or why nothing was.
func (c CommitmentStatus) Said() string { return cmp.Or(c.Done, c.NoProgress) }

// paper is what a paper is known by in another report: its update may have
// been corrected meanwhile, and its number there is another then.
func (e EvidenceStatus) paper() string {
	return e.Commitment + "\x00" + e.Kind + "\x00" + e.Title + "\x00" + e.DatedOn.String() + "\x00" + e.URL
}
