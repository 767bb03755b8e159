package recommendations

import (
	"slices"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
)

// Demands is what a mechanism asked of a country through the years: its
// editions, their recommendations and, as people said, which continues which.
type Demands struct {
	Editions []EditionRow // oldest first
	rows     map[int64]RecommendationRow
	edition  map[int64][]int64 // recommendations by edition, in their order
	older    map[int64][]Tie   // by the newer
	newer    map[int64][]Tie   // by the older
	no       map[[2]int64]bool // pairs, the older first, that do not continue
	remarks  map[saidOf]Remark
}

// Tie leads to a recommendation that continues another or that it continues.
type Tie struct {
	RecommendationRow
	Kin Kin
}

// DemandsOf reads the demands of every mechanism, by its code, as of day D,
// known at instant K, with three queries. A mechanism without an edition has
// none.
func DemandsOf(tx *gorm.DB, country string, d calendar.Date, k time.Time) (map[string]*Demands, error) {
	editions, err := Editions(tx, country, d)
	if err != nil {
		return nil, err
	}
	of := map[string]*Demands{}
	for _, e := range slices.Backward(editions) {
		m := of[e.Mechanism]
		if m == nil {
			m = &Demands{rows: map[int64]RecommendationRow{}, edition: map[int64][]int64{}, older: map[int64][]Tie{}, newer: map[int64][]Tie{}, no: map[[2]int64]bool{}, remarks: map[saidOf]Remark{}}
			of[e.Mechanism] = m
		}
		m.Editions = append(m.Editions, e)
	}
	if err := demandRows(tx, of, country, d, k); err != nil {
		return nil, err
	}
	kins, err := kinsAt(tx, country, d, k)
	for _, l := range kins {
		of[l.Mechanism].tie(l)
	}
	return of, err
}

// demandRows reads the recommendations, each once for every way in which
// something was said of it and at least once.
func demandRows(tx *gorm.DB, of map[string]*Demands, country string, d calendar.Date, k time.Time) error {
	var rows []struct {
		RecommendationRow
		SaidID          int64
		SaidKind        RemarkKind
		Word, Statement string
		GivenOn         calendar.Date
	}
	const said = `, COALESCE(s.id, 0) AS said_id, COALESCE(s.kind, '') AS said_kind, COALESCE(s.word, '') AS word, COALESCE(s.statement, '') AS statement, s.given_on`
	err := tx.Raw(recommendationFields+said+recommendationsFrom+remarksAt+`WHERE e.country = ? AND e.released_on <= ? ORDER BY e.year, r.number, s.id`, d, k.UTC(), d, k.UTC(), country, d).Scan(&rows).Error
	for _, r := range rows {
		m := of[r.Mechanism]
		if _, there := m.rows[r.ID]; !there {
			m.rows[r.ID] = r.RecommendationRow
			m.edition[r.EditionID] = append(m.edition[r.EditionID], r.ID)
		}
		if r.SaidID != 0 {
			m.remarks[saidOf{r.ID, r.SaidKind}] = Remark{ID: r.SaidID, RecommendationID: r.ID, Kind: r.SaidKind, Word: r.Word, Statement: r.Statement, GivenOn: r.GivenOn}
		}
	}
	return err
}

// saidOf is a recommendation and a way in which something is said of it.
type saidOf struct {
	RecommendationID int64
	Kind             RemarkKind
}

// tie takes over what is said of a pair.
func (m *Demands) tie(l kinRow) {
	if !l.Kin.Continues() {
		m.no[[2]int64{l.OlderID, l.NewerID}] = true
		return
	}
	m.older[l.NewerID] = append(m.older[l.NewerID], Tie{m.rows[l.OlderID], l.Kin})
	m.newer[l.OlderID] = append(m.newer[l.OlderID], Tie{m.rows[l.NewerID], l.Kin})
}

// Recommendations lists those of an edition, in their order.
func (m *Demands) Recommendations(editionID int64) (list []RecommendationRow) {
	for _, id := range m.edition[editionID] {
		list = append(list, m.rows[id])
	}
	return list
}

// Remark is what was said of a recommendation in that way; zero when nothing.
func (m *Demands) Remark(id int64, kind RemarkKind) Remark { return m.remarks[saidOf{id, kind}] }

// Older are the recommendations that one continues, Newer those that continue it.
func (m *Demands) Older(id int64) []Tie { return m.older[id] }

// Newer are the recommendations that continue one.
func (m *Demands) Newer(id int64) []Tie { return m.newer[id] }

// Said gives what is said of a pair in force, empty for nothing.
func (m *Demands) Said(olderID, newerID int64) Kin {
	if m.no[[2]int64{olderID, newerID}] {
		return Unrelated
	}
	for _, t := range m.older[newerID] {
		if t.ID == olderID {
			return t.Kin
		}
	}
	return ""
}

// Before is the nearest older edition of which something is held.
func (m *Demands) Before(editionID int64) (e EditionRow, ok bool) {
	for _, older := range m.Editions {
		if older.ID == editionID {
			return e, ok
		}
		if len(m.edition[older.ID]) > 0 {
			e, ok = older, true
		}
	}
	return EditionRow{}, false
}

// Family are the recommendations that one continues, over all years, itself
// and those that continue it, oldest first.
func (m *Demands) Family(id int64) (list []RecommendationRow) {
	seen := map[int64]bool{}
	m.walk(id, m.older, seen)
	delete(seen, id)
	m.walk(id, m.newer, seen)
	for id := range seen {
		list = append(list, m.rows[id])
	}
	slices.SortFunc(list, func(a, b RecommendationRow) int {
		if a.Year != b.Year {
			return a.Year - b.Year
		}
		return a.Number - b.Number
	})
	return list
}

// walk marks a recommendation and all that ties lead to.
func (m *Demands) walk(id int64, ties map[int64][]Tie, seen map[int64]bool) {
	if seen[id] {
		return
	}
	seen[id] = true
	for _, t := range ties[id] {
		m.walk(t.ID, ties, seen)
	}
}

// AskedYears is since when a recommendation is asked, from what people confirmed.
type AskedYears struct {
	First int // the year of the oldest edition that asked it
	Years int // editions that asked it, its own included
	// Consecutive is how many editions in a row up to its own asked it.
	Consecutive int
	// AtLeast says that it may be more: of the editions between the first and
	// its own, and of the one before the first, one that does not ask it is
	// partial or not held.
	AtLeast bool
}

// Asked counts the years in which a recommendation was asked up to its own
// edition: distinct edition years over all that it continues.
func (m *Demands) Asked(id int64) AskedYears {
	seen := map[int64]bool{}
	m.walk(id, m.older, seen)
	own := m.rows[id].Year
	a := AskedYears{First: own}
	asked := map[int]bool{}
	for ancestor := range seen {
		asked[m.rows[ancestor].Year] = true
		a.First = min(a.First, m.rows[ancestor].Year)
	}
	a.Years = len(asked)
	inRow := true
	for _, e := range slices.Backward(m.Editions) {
		switch {
		case e.Year > own:
		case !asked[e.Year]:
			inRow = false
			a.AtLeast = a.AtLeast || e.Completeness != Complete
			if e.Year < a.First {
				return a
			}
		case inRow:
			a.Consecutive++
		}
	}
	return a
}

// IsNew says whether the edition before it is complete and asks nothing that it
// continues.
func (m *Demands) IsNew(id int64) bool {
	at := slices.IndexFunc(m.Editions, func(e EditionRow) bool { return e.ID == m.rows[id].EditionID })
	return at > 0 && m.Editions[at-1].Completeness == Complete && len(m.older[id]) == 0
}

// IsNoLongerAsked says whether the edition after it is complete and asks
// nothing that continues it. Whether it was met or dropped a person says.
func (m *Demands) IsNoLongerAsked(id int64) bool {
	at := slices.IndexFunc(m.Editions, func(e EditionRow) bool { return e.ID == m.rows[id].EditionID })
	return at >= 0 && at+1 < len(m.Editions) && m.Editions[at+1].Completeness == Complete && len(m.newer[id]) == 0
}
