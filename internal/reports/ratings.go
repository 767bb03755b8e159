package reports

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// Which ratings a list shows.
const (
	RatingsDiffer = "differ" // two of the three see it differently
	RatingsGiven  = "given"  // at least one rated
	RatingsAll    = "all"
)

// RatingShows lists them in the order in which filters offer them.
var RatingShows = []string{RatingsDiffer, RatingsGiven, RatingsAll}

// What is rated.
const (
	RatedRecommendation = "recommendation"
	RatedCommitment     = "commitment"
)

// RatingSubjects lists them in the order in which lists show them.
var RatingSubjects = []string{RatedRecommendation, RatedCommitment}

// RatingFilter chooses what is rated. The zero filter chooses what is seen
// differently in the period of today.
type RatingFilter struct {
	Period      string // label; empty: the one that holds the day asked, or the newest begun
	Subject     string // of RatingSubjects, empty: both
	Show        string // of RatingShows
	Institution string // code: it leads, or answers
	Words       string // in reference or title
	Sort        string // apart or ref; "-" before it turns it round
}

// RatingRow is a commitment or a recommendation with what each of the three
// sees and what the facts suggest.
type RatingRow struct {
	Subject   string // of RatingSubjects
	ID        int64
	Ref       string
	Title     string
	Leads     []int64 // of the commitment, or of those that answer
	Given     []progress.RatingMark
	Suggested Suggestion
	Apart     int // how many places of the scale lie between the ratings of the three

	scale []string
	asked Asked // of a recommendation
}

// By are the ratings of one of the three.
func (r RatingRow) By(rater progress.Rater) (list []progress.RatingMark) {
	for _, m := range r.Given {
		if m.Rater == rater {
			list = append(list, m)
		}
	}
	return list
}

// apart is how many places of a scale lie between ratings. What is no longer
// on the scale of a mechanism counts for nothing.
func apart(scale, given []string) int {
	least, most := -1, -1
	for _, value := range given {
		at := slices.Index(scale, value)
		if at < 0 {
			continue
		}
		if least < 0 || at < least {
			least = at
		}
		most = max(most, at)
	}
	return most - least
}

// Differences are how the three who rate see a period.
type Differences struct {
	*Ledger
	Filter  RatingFilter
	Period  progress.Period
	Periods []progress.Period // that have begun, newest first
	Rows    []RatingRow
	All     int // commitments and recommendations
	Given   int // of them, rated by at least one
	Differ  int // of them, seen differently
}

// Differences reads how focal points, coordinators and partners rate a period,
// for readers of the whole plan: the facts stand as on its last day, or today
// in the one under way, and all ratings count that were given by today, since
// a period is judged when it is over. The number of queries does not depend on how
// much there is.
func (s *Store) Differences(ctx context.Context, q Query, f RatingFilter) (d Differences, err error) {
	err = s.wholePlan(ctx, q, func(tx *gorm.DB) error {
		if d.Periods, err = progress.Begun(tx, q.Country, q.D); err != nil || len(d.Periods) == 0 {
			d.Ledger = &Ledger{Query: q}
			return err
		}
		d.Period = d.Periods[0]
		for _, p := range d.Periods {
			if p.Label == f.Period {
				d.Period = p
			}
		}
		given := q.D
		if d.Period.EndsOn.Before(q.D) {
			q.D, q.Now = d.Period.EndsOn, false
		}
		if d.Ledger, err = s.kept.load(tx, q); err != nil {
			return err
		}
		rows, err := d.Ledger.rated(tx, d.Period, given)
		d.choose(rows, f)
		return err
	})
	return d, err
}

// rated holds every recommendation and every commitment of the ledger against
// the facts of a period and the ratings of it that were given by a day.
func (l *Ledger) rated(tx *gorm.DB, p progress.Period, given calendar.Date) ([]RatingRow, error) {
	rows, err := l.marked(tx, p, given)
	if err != nil {
		return nil, err
	}
	return rows, l.suggest(tx, p, rows)
}

// suggest says of rows what the facts of a period suggest: of all of them, or
// of the commitments named and those that answer.
func (l *Ledger) suggest(tx *gorm.DB, p progress.Period, rows []RatingRow, only ...int64) error {
	h, err := l.happened(tx, p, only...)
	for i := range rows {
		switch r := &rows[i]; {
		case r.Subject == RatedCommitment:
			line, _ := l.Line(r.ID)
			r.Suggested = h.commitment(line, l.D)
		default:
			r.Suggested = h.recommendation(r.asked).on(r.scale)
		}
	}
	return err
}

// marked gives every recommendation and every commitment of the ledger with
// the ratings of a period that were given by a day.
func (l *Ledger) marked(tx *gorm.DB, p progress.Period, given calendar.Date) ([]RatingRow, error) {
	marks, err := progress.RatingsOf(tx, l.Actor, p.ID, given, l.now())
	if err != nil {
		return nil, err
	}
	mechanisms, err := recommendations.Mechanisms(tx)
	if err != nil {
		return nil, err
	}
	scales := map[string][]string{}
	for _, m := range mechanisms {
		scales[m.Code] = m.Scale
	}
	asked := l.Asked()
	slices.SortStableFunc(asked, func(a, b Asked) int { // as lists are: the newest editions first, each in the order of its numbers
		return cmp.Or(cmp.Compare(b.Year, a.Year), cmp.Compare(a.Mechanism, b.Mechanism), cmp.Compare(a.Number, b.Number))
	})
	rows := make([]RatingRow, 0, len(asked)+len(l.Lines))
	at := make(map[[2]int64]int, cap(rows))
	for _, a := range asked {
		at[[2]int64{0, a.RecommendationID}] = len(rows)
		rows = append(rows, RatingRow{Subject: RatedRecommendation, ID: a.RecommendationID, Ref: a.RecommendationRef(), Title: a.Title, Leads: a.leads(),
			scale: scales[a.Mechanism], asked: a})
	}
	for _, line := range l.Lines {
		at[[2]int64{line.ID, 0}] = len(rows)
		rows = append(rows, RatingRow{Subject: RatedCommitment, ID: line.ID, Ref: line.Ref, Title: line.Title, Leads: []int64{line.LeadID},
			scale: progress.CommitmentScale})
	}
	for _, m := range marks {
		if i, there := at[[2]int64{m.CommitmentID, m.RecommendationID}]; there {
			rows[i].Given = append(rows[i].Given, m)
		}
	}
	for i := range rows {
		var given []string
		for _, m := range rows[i].Given {
			given = append(given, m.Value)
		}
		rows[i].Apart = apart(rows[i].scale, given)
	}
	return rows, nil
}

// leads are the institutions whose commitments answer the recommendation.
func (a Asked) leads() (list []int64) {
	for _, line := range a.Lines() {
		if !slices.Contains(list, line.LeadID) {
			list = append(list, line.LeadID)
		}
	}
	return list
}

// happened reads the facts of a period up to the day of a query, of all
// commitments or of those named.
func (q Query) happened(tx *gorm.DB, p progress.Period, only ...int64) (h happened, err error) {
	h.period = p
	h.verified, err = progress.VerifiedIn(tx, p, q.D, q.now(), only...)
	return h, err
}

// choose counts the rows and keeps what the filter chooses.
func (d *Differences) choose(rows []RatingRow, f RatingFilter) {
	d.Filter, d.All = f.tidy(), len(rows)
	d.Filter.Period = d.Period.Label
	words := plan.Fold(d.Filter.Words)
	for _, r := range rows {
		if len(r.Given) > 0 {
			d.Given++
		}
		if r.Apart > 0 {
			d.Differ++
		}
		if d.Filter.chooses(r) && (words == "" || strings.Contains(plan.Fold(r.Ref+" "+r.Title), words)) && d.concerns(r, d.Filter.Institution) {
			d.Rows = append(d.Rows, r)
		}
	}
	key, down := strings.CutPrefix(d.Filter.Sort, "-")
	slices.SortStableFunc(d.Rows, func(a, b RatingRow) int {
		n := 0
		switch key {
		case "apart":
			n = cmp.Compare(a.Apart, b.Apart)
		case "ref":
			n = cmp.Compare(a.Ref, b.Ref)
		}
		if down {
			return -n
		}
		return n
	})
}

// tidy gives back the filter with what it may say.
func (f RatingFilter) tidy() RatingFilter {
	if !slices.Contains(RatingShows, f.Show) {
		f.Show = RatingsDiffer
	}
	if !slices.Contains(RatingSubjects, f.Subject) {
		f.Subject = ""
	}
	if key := strings.TrimPrefix(f.Sort, "-"); key != "apart" && key != "ref" {
		f.Sort = "-apart"
	}
	return f
}

func (f RatingFilter) chooses(r RatingRow) bool {
	shown := f.Show == RatingsAll || f.Show == RatingsGiven && len(r.Given) > 0 || f.Show == RatingsDiffer && r.Apart > 0
	return shown && (f.Subject == "" || f.Subject == r.Subject)
}

// concerns says whether an institution leads or answers.
func (d *Differences) concerns(r RatingRow, code string) bool {
	return code == "" || slices.ContainsFunc(r.Leads, func(id int64) bool { return d.Institutions[id].Code == code })
}

// rate tells what was rated in the period of a report that stays in
// government; of a narrower scope what its commitments are, or answer.
func (t *telling) rate() error {
	if !t.Has(SectionRatings) || t.period.ID == 0 {
		return nil
	}
	rows, err := t.chosen.marked(t.tx, t.period, t.D)
	if err != nil {
		return err
	}
	asked := map[string]bool{}
	for _, r := range t.Recommendations {
		asked[r.Ref] = true
	}
	rows = slices.DeleteFunc(rows, func(r RatingRow) bool { return len(r.Given) == 0 || r.Subject == RatedRecommendation && !asked[r.Ref] })
	var only []int64
	if n := len(rows); t.preview.cuts() && n > t.preview.Few {
		rows = rows[:t.preview.Few]
		t.Left.Rows[SectionRatings] = n - len(rows)
		only = behind(rows)
	}
	if err := t.chosen.suggest(t.tx, t.period, rows, only...); err != nil {
		return err
	}
	t.Ratings, err = t.ratings(rows)
	return err
}

// behind are the commitments that rows are about, or that answer what they are
// about.
func behind(rows []RatingRow) []int64 {
	ids := []int64{0} // no commitment is 0
	for _, r := range rows {
		if r.Subject == RatedCommitment {
			ids = append(ids, r.ID)
		}
		for _, line := range r.asked.Lines() {
			ids = append(ids, line.ID)
		}
	}
	return ids
}

// ratings tells rows with the ratings in force in full.
func (t *telling) ratings(rows []RatingRow) (list []RatingStatus, err error) {
	told, err := toldOf(t.tx, rows)
	for _, r := range rows {
		one := RatingStatus{Ref: r.Ref, Subject: r.Subject, Title: r.Title, Suggested: r.Suggested.Value, Rule: r.Suggested.Rule, N: r.Suggested.N, Of: r.Suggested.Of, Apart: r.Apart}
		for _, id := range r.Leads {
			one.Leads = append(one.Leads, t.chosen.Institutions[id].Code)
		}
		for _, rater := range progress.Raters {
			for _, m := range r.By(rater) {
				code := t.chosen.Institutions[m.InstitutionID].Code
				one.Given = append(one.Given, GivenStatus{Ref: r.Ref + ", " + string(rater) + " " + code, Rater: rater, Institution: code, Value: m.Value,
					Reason: told[m.ID].Reason, RatedOn: told[m.ID].RatedOn})
			}
		}
		list = append(list, one)
	}
	return list, err
}

// toldOf reads the ratings of rows in full.
func toldOf(tx *gorm.DB, rows []RatingRow) (map[int64]progress.RatingTold, error) {
	var ids []int64
	for _, r := range rows {
		for _, m := range r.Given {
			ids = append(ids, m.ID)
		}
	}
	told := make(map[int64]progress.RatingTold, len(ids))
	for part := range slices.Chunk(ids, 500) {
		list, err := progress.RatingsTold(tx, part)
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			told[r.ID] = r
		}
	}
	return told, nil
}

// RatingFile is what stands on the page of the ratings of one thing.
type RatingFile struct {
	progress.RatingView
	Periods   []progress.Period // that have begun, newest first
	Suggested Suggestion        // of the newest of them
}

// Current is the period that the page is about: the newest that has begun.
func (f RatingFile) Current() progress.Period {
	if len(f.Periods) == 0 {
		return progress.Period{}
	}
	return f.Periods[0]
}

// Apart is how many places of the scale lie between the ratings in force.
func (f RatingFile) Apart() int {
	var given []string
	for _, r := range f.Now() {
		given = append(given, r.Value)
	}
	return apart(f.Scale, given)
}

// Now are the ratings of the current period in force.
func (f RatingFile) Now() []progress.RatingTold { return f.Of(f.Current().ID) }

// rating reads the ratings of one thing, and what the facts of the period
// suggest of the commitments behind it.
func (q Query) rating(tx *gorm.DB, on progress.Rateable, suggest func(happened) Suggestion, commitments ...int64) (f RatingFile, err error) {
	if f.RatingView, err = progress.Ratings(tx, q.Actor, on, q.D); err != nil {
		return f, err
	}
	if f.Periods, err = progress.Begun(tx, q.Country, q.D); err != nil || len(f.Periods) == 0 {
		return f, err
	}
	h := happened{period: f.Current()}
	if len(commitments) > 0 {
		h, err = q.happened(tx, f.Current(), commitments...)
	}
	f.Suggested = suggest(h).on(f.Scale)
	return f, err
}

// RatingsTold reads ratings in full, as the rows of a list show them.
func (s *Store) RatingsTold(ctx context.Context, q Query, rows []RatingRow) (told map[int64]progress.RatingTold, err error) {
	if !q.Actor.CanReadWholePlan() {
		return nil, problem.Missing()
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		told, err = toldOf(tx, rows)
		return err
	})
	return told, err
}
