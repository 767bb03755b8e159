package reports

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/indicators"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// Moved names a way in which a commitment is another than it was.
type Moved string

// The ways. MovedLate says that what is known now of the earlier day is not
// what was known then.
const (
	MovedNew     Moved = "new"
	MovedStatus  Moved = "status"
	MovedProof   Moved = "verification"
	MovedDue     Moved = "due"
	MovedLead    Moved = "institution"
	MovedWording Moved = "wording"
	MovedAnswers Moved = "answers"
	MovedUpdates Moved = "updates"
	MovedLate    Moved = "late"

	MovedMilestones Moved = "milestones"
	MovedRating     Moved = "rating"
	MovedLost       Moved = "lost"    // papers that no longer support it
	MovedRetired    Moved = "retired" // it was given up
)

// MovedKinds lists them in the order in which filters offer them.
var MovedKinds = []Moved{MovedStatus, MovedMilestones, MovedProof, MovedRating, MovedDue, MovedLead, MovedWording, MovedAnswers, MovedUpdates, MovedLost, MovedNew, MovedRetired, MovedLate}

// The ways in which the rows of a comparison are put together.
const (
	GroupedByNode           = "node"
	GroupedByInstitution    = "institution"
	GroupedByRecommendation = "recommendation"
)

// ComparedGroups lists them; the first is the usual one.
var ComparedGroups = []string{GroupedByNode, GroupedByInstitution, GroupedByRecommendation}

// ComparisonQuery asks what changed of the whole plan from one day to the D of
// the query, as known at its K.
type ComparisonQuery struct {
	Query
	From calendar.Date
	Zone *time.Location // in which days end
	What Moved          // only rows that moved so; empty: all that moved
	By   string         // one of ComparedGroups; anything else is the first
}

// Comparison is the plan on two days.
type Comparison struct {
	*Ledger      // as it stands on D
	From         calendar.Date
	By           string
	Groups       []ComparedGroup
	Kinds        []Option // how many commitments moved in each way
	Found, Moved int      // commitments shown; those that moved in any way
	Slipped      int      // whose due date is later
	Figures      []ComparedFigure
	Ratings      []ComparedRating // of recommendations
}

// ComparedFigure is a year of an indicator that is told otherwise on D than on
// From, or was told otherwise then. Of the three, two may be without a value.
type ComparedFigure struct {
	Key   string     `json:"figure"` // indicator and year
	Ref   string     `json:"indicator"`
	Title string     `json:"title"`
	Then  YearStatus `json:"known_then"` // of the earlier day, as known at its end
	Was   YearStatus `json:"was"`        // of the earlier day
	Is    YearStatus `json:"is"`
}

// Late says whether what is known now of the earlier day was not known then.
func (f ComparedFigure) Late() bool { return !f.Then.sameFigure(f.Was) }

// sameFigure says whether two tellings of a year say the same.
func (y YearStatus) sameFigure(o YearStatus) bool {
	return y.Told() == o.Told() && y.Answer == o.Answer && y.Number == o.Number && y.Value.CoversTo == o.Value.CoversTo && y.Value.Qualifier == o.Value.Qualifier
}

// ComparedRating is how somebody sees a recommendation otherwise.
type ComparedRating struct {
	ID          int64
	Ref, Title  string
	Institution string // code, empty where the rater speaks with one voice
	progress.RatingMoved
}

// ComparedGroup are rows under one node, institution or recommendation. What
// has none of it stands under the empty key.
type ComparedGroup struct {
	Key, Title string
	ID         int64 // of the recommendation
	Rows       []*ComparedRow

	order int // among the recommendations
}

// ComparedRow is a commitment that moved.
type ComparedRow struct {
	Is, Was  Line // on D and on From, as known now
	Then     Line // on From, as it was known at the end of that day
	Unknown  bool // it was not in the plan then, as far as was known
	Ways     []Moved
	Before   plan.Wording // in force on From; zero when it is new
	After    plan.Wording
	Linked   []string // references of recommendations that it came to answer
	Unlinked []string // and that it answers no longer
	Lost     int      // papers that supported it then and no longer do
	Reached  [2]int   // milestones reached by the two days
	Ratings  []progress.RatingMoved
	progress.Came
}

// Has says whether the commitment moved in a way.
func (r ComparedRow) Has(m Moved) bool { return slices.Contains(r.Ways, m) }

// Compare computes what changed of the plan between two days, for readers of
// the whole plan. The number of queries does not depend on how much there is.
func (s *Store) Compare(ctx context.Context, q ComparisonQuery) (c Comparison, err error) {
	err = s.wholePlan(ctx, q.Query, func(tx *gorm.DB) error { c, err = compare(tx, s.kept.load, q); return err })
	return c, err
}

func compare(tx *gorm.DB, load loader, q ComparisonQuery) (c Comparison, err error) {
	c = Comparison{From: q.From, By: q.By}
	if !slices.Contains(ComparedGroups, c.By) {
		c.By = ComparedGroups[0]
	}
	if c.Ledger, err = load(tx, q.Query); err != nil {
		return c, err
	}
	earlier := q.Query
	earlier.D, earlier.Now = q.From, false
	before, err := load(tx, earlier)
	if err != nil {
		return c, err
	}
	known := earlier
	known.K = knownOn(q.From, q.Zone, q.K)
	then, err := load(tx, known)
	if err != nil {
		return c, err
	}
	rows, err := c.rows(tx, q, before, then, known.K)
	if err != nil {
		return c, err
	}
	if c.Figures, err = comparedFigures(tx, q.Country, q.From, q.D, known.K, q.now()); err != nil {
		return c, err
	}
	c.count(rows)
	c.group(slices.DeleteFunc(rows, func(r *ComparedRow) bool { return len(r.Ways) == 0 || q.What != "" && !r.Has(q.What) }))
	return c, nil
}

// knownOn is the end of a day, or the instant k where that comes before it.
func knownOn(d calendar.Date, zone *time.Location, k time.Time) time.Time {
	if end := firstInstant(d.AddDays(1), zone); k.IsZero() || end.Before(k) {
		return end.Add(-time.Microsecond)
	}
	return k
}

// rows puts every commitment beside what it was, in the order of the plan.
func (c *Comparison) rows(tx *gorm.DB, q ComparisonQuery, before, then *Ledger, knownThen time.Time) (rows []*ComparedRow, err error) {
	was, err := plan.WordingsInForce(tx, q.From, q.now())
	if err != nil {
		return nil, err
	}
	is, err := plan.WordingsInForce(tx, q.D, q.now())
	if err != nil {
		return nil, err
	}
	came, err := progress.CameSince(tx, q.From, q.D, q.now())
	if err != nil {
		return nil, err
	}
	lost, err := progress.EvidenceLost(tx, q.From, knownThen, q.now())
	if err != nil {
		return nil, err
	}
	reached, err := progress.MilestonesDone(tx, q.D, q.now())
	if err != nil {
		return nil, err
	}
	rated, err := c.rated(tx, q)
	if err != nil {
		return nil, err
	}
	for _, line := range c.Lines {
		r := &ComparedRow{Is: *line, After: is[line.ID], Came: came[line.ID], Lost: lost[line.ID], Ratings: rated[line.ID]}
		for _, on := range reached[line.ID] {
			if r.Reached[1]++; !on.After(q.From) {
				r.Reached[0]++
			}
		}
		var there, known bool
		r.Was, there = before.Line(line.ID)
		r.Then, known = then.Line(line.ID)
		if r.Unknown = !known; there {
			r.Before = was[line.ID]
		}
		r.Linked, r.Unlinked = c.lacks(before, *line, r.Was), before.lacks(c.Ledger, r.Was, *line)
		r.ways(there)
		rows = append(rows, r)
	}
	return rows, nil
}

// lacks are the recommendations that a line answers and another line, of the
// other ledger, does not.
func (l *Ledger) lacks(other *Ledger, line, otherLine Line) (refs []string) {
	answered := other.recommendationRefs(otherLine.Answers)
	for _, ref := range l.recommendationRefs(line.Answers) {
		if !slices.Contains(answered, ref) {
			refs = append(refs, ref)
		}
	}
	return refs
}

// ways finds in which ways the commitment moved. Of one that came into the
// plan nothing is compared but that it came.
func (r *ComparedRow) ways(there bool) {
	add := func(moved bool, way Moved) {
		if moved {
			r.Ways = append(r.Ways, way)
		}
	}
	if add(!there, MovedNew); there {
		add(r.Is.Status != r.Was.Status, MovedStatus)
		add(r.Is.Proof != r.Was.Proof, MovedProof)
		add(r.Is.DueOn != r.Was.DueOn, MovedDue)
		add(r.Is.LeadID != r.Was.LeadID, MovedLead)
		add(r.After.Title != r.Before.Title || r.After.Text != r.Before.Text, MovedWording)
		add(len(r.Linked)+len(r.Unlinked) > 0, MovedAnswers)
		add(r.Is.Status == progress.Cancelled && r.Was.Status != progress.Cancelled, MovedRetired)
		add(r.Unknown || r.Then.Status != r.Was.Status || r.Then.DueOn != r.Was.DueOn || r.Then.LeadID != r.Was.LeadID, MovedLate)
	}
	add(r.Updates > 0, MovedUpdates)
	add(r.Lost > 0, MovedLost)
	add(r.Reached[0] != r.Reached[1], MovedMilestones)
	add(len(r.Ratings) > 0, MovedRating)
}

// rated reads the ratings that are others than they were: by commitment, and
// those of recommendations into the comparison.
func (c *Comparison) rated(tx *gorm.DB, q ComparisonQuery) (map[int64][]progress.RatingMoved, error) {
	moved, err := progress.RatingsMoved(tx, q.Country, q.From, q.D, q.now())
	of := map[int64][]progress.RatingMoved{}
	asked := map[int64]*recommendations.ItemRow{}
	for i := range c.Items {
		asked[c.Items[i].RecommendationID] = &c.Items[i]
	}
	for _, m := range moved {
		if m.CommitmentID != 0 {
			of[m.CommitmentID] = append(of[m.CommitmentID], m)
		} else if item := asked[m.RecommendationID]; item != nil {
			c.Ratings = append(c.Ratings, ComparedRating{m.RecommendationID, item.RecommendationRef(), item.Title, c.Institutions[m.InstitutionID].Code, m})
		}
	}
	return of, err
}

// comparedFigures puts each year of what is counted, as told of day d, beside
// what is told of the day from, and what was known of it then; those that say
// the same are left out.
func comparedFigures(tx *gorm.DB, country string, from, d calendar.Date, knownThen, now time.Time) (list []ComparedFigure, err error) {
	type place struct{ ref, year string }
	told := func(d calendar.Date, k time.Time) (order []place, years map[place]YearStatus, titles map[string]string, err error) {
		all, err := indicators.SeriesAt(tx, country, d, k, indicators.CurrentCells)
		years, titles = map[place]YearStatus{}, map[string]string{}
		for _, one := range all {
			titles[one.Ref] = one.Title
			for _, y := range Counted(one).Years {
				y.Cells, y.Others = nil, nil
				order = append(order, place{one.Ref, y.Ref})
				years[place{one.Ref, y.Ref}] = y
			}
		}
		return order, years, titles, err
	}
	order, is, titles, err := told(d, now)
	if err != nil {
		return nil, err
	}
	_, was, _, err := told(from, now)
	if err != nil {
		return nil, err
	}
	_, then, _, err := told(from, knownThen)
	for _, p := range order {
		if f := (ComparedFigure{p.ref + " " + p.year, p.ref, titles[p.ref], then[p], was[p], is[p]}); !f.Was.sameFigure(f.Is) || f.Late() {
			list = append(list, f)
		}
	}
	return list, err
}

func (c *Comparison) count(rows []*ComparedRow) {
	counts := map[Moved]int{}
	for _, r := range rows {
		for _, way := range r.Ways {
			counts[way]++
		}
		if len(r.Ways) > 0 {
			c.Moved++
		}
		if r.Has(MovedDue) && !r.Was.DueOn.IsZero() && (r.Is.DueOn.IsZero() || r.Is.DueOn.After(r.Was.DueOn)) {
			c.Slipped++
		}
	}
	for _, way := range MovedKinds {
		c.Kinds = append(c.Kinds, Option{Value: string(way), Count: counts[way]})
	}
}

// group puts the rows together. One that answers several recommendations
// stands under each of them.
func (c *Comparison) group(rows []*ComparedRow) {
	c.Found = len(rows)
	at := map[string]int{}
	put := func(g ComparedGroup, r *ComparedRow) {
		if _, there := at[g.Key]; !there {
			at[g.Key] = len(c.Groups)
			c.Groups = append(c.Groups, g)
		}
		in := &c.Groups[at[g.Key]]
		in.Rows = append(in.Rows, r)
	}
	for _, r := range rows {
		switch c.By {
		case GroupedByInstitution:
			i := c.Institutions[r.Is.LeadID]
			put(ComparedGroup{Key: i.Code, Title: i.Name}, r)
		case GroupedByRecommendation:
			c.underRecommendations(put, r)
		default:
			n := c.Nodes[c.Nodes[r.Is.NodeID].TopID]
			put(ComparedGroup{Key: n.Key, Title: n.Label}, r)
		}
	}
	slices.SortStableFunc(c.Groups, func(a, b ComparedGroup) int {
		switch {
		case (a.Key == "") != (b.Key == ""):
			return strings.Compare(b.Key, a.Key) // what has none of it comes last
		case c.By == GroupedByInstitution:
			return strings.Compare(a.Key, b.Key)
		}
		return a.order - b.order // nodes stay in the order of the plan
	})
}

func (c *Comparison) underRecommendations(put func(ComparedGroup, *ComparedRow), r *ComparedRow) {
	if len(r.Is.Answers) == 0 {
		put(ComparedGroup{}, r)
	}
	seen := map[int64]bool{}
	for _, id := range r.Is.Answers {
		if item, known := c.Item(id); known && !seen[item.RecommendationID] {
			seen[item.RecommendationID] = true
			put(ComparedGroup{Key: item.RecommendationRef(), Title: item.Title, ID: item.RecommendationID, order: c.itemIndex[id]}, r)
		}
	}
}
