package progress

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/problem"
)

// Rater says in whose name a rating is given.
type Rater string

// The three who rate. Each judges for itself: no rating stands in the place of
// another's.
const (
	ByFocalPoint  Rater = "focal_point"
	ByCoordinator Rater = "coordinator"
	ByPartner     Rater = "partner" // of what a publication shows them
)

// Raters lists them in the order in which they are shown.
var Raters = []Rater{ByFocalPoint, ByCoordinator, ByPartner}

// The ratings of a commitment. A recommendation is rated on its mechanism's
// scale.
const (
	OnTrack  = "on_track"
	AtRisk   = "at_risk"
	OffTrack = "off_track"
)

// CommitmentScale lists the ratings of a commitment, the best first.
var CommitmentScale = []string{OnTrack, AtRisk, OffTrack}

// RatingWithdrawn takes a rater's last rating back: they have none then.
const RatingWithdrawn = "withdrawn"

// Rating is how a commitment or a recommendation stood in a period, as one of
// the three saw it. It is never changed: a new one takes its place.
type Rating struct {
	ID               int64  `gorm:"primaryKey"`
	CommitmentID     *int64 // of this or of RecommendationID
	RecommendationID *int64
	PeriodID         int64 // the period judged
	Rater            Rater
	InstitutionID    int64  // of who rated, then
	PublicationID    *int64 // in which a partner rated; nil for the others
	Value            string // on the scale, or RatingWithdrawn
	Reason           string
	RatedOn          calendar.Date
	RatedAt          time.Time
	RatedByID        int64
}

// RatingTold is a rating with the names that stand in it.
type RatingTold struct {
	Rating
	Ref             string // of the commitment or recommendation
	Post            string
	InstitutionName string
	Period          string // its label
	Publication     string // its number, for a partner's
}

// Seen says whether the actor may know of the rating: a partner's own
// institution knows of its own ones, readers of the whole plan of all, and
// others in the plan of those that are no partner's.
func (r Rating) Seen(actor accounts.Actor) bool {
	switch {
	case actor.Is(accounts.Partner):
		return r.Rater == ByPartner && r.InstitutionID == actor.InstitutionID
	case r.Rater == ByPartner:
		return actor.CanReadWholePlan()
	}
	return actor.CanReadPlan()
}

// rates says what is rated, and by whose voice: two ratings of which one takes
// the other's place have the same. Partners, and the institutions that answer
// a recommendation, have a voice each.
func (r Rating) rates() voice {
	v := voice{period: r.PeriodID, rater: r.Rater}
	if r.CommitmentID != nil {
		v.commitment = *r.CommitmentID
	} else {
		v.recommendation = *r.RecommendationID
	}
	if r.Rater == ByPartner || r.Rater == ByFocalPoint && r.RecommendationID != nil {
		v.institution = r.InstitutionID
	}
	return v
}

type voice struct {
	commitment, recommendation, period, institution int64
	rater                                           Rater
}

// Rateable is what a rating can judge: one commitment or one recommendation.
type Rateable struct {
	CommitmentID     int64
	RecommendationID int64
}

// scope asks for the ratings of what is judged.
func (r Rateable) scope() (condition string, id int64) {
	if r.CommitmentID != 0 {
		return "r.commitment_id = ?", r.CommitmentID
	}
	return "r.recommendation_id = ?", r.RecommendationID
}

// RatingNew is a rating to give.
type RatingNew struct {
	PeriodID int64
	Value    string
	Reason   string
}

// judged is what a rating judges, as the rules need it.
type judged struct {
	Rateable
	Ref     string
	Country string
	Scale   []string
	Leads   []int64 // whose focal points rate it
}

// object names what is judged in the audit trail.
func (j judged) object() string {
	if j.CommitmentID != 0 {
		return "commitment " + j.Ref
	}
	return "recommendation " + j.Ref
}

// loadJudged reads what a rating judges on a day; a recommendation that is not
// released by then is missing. A commitment is rated by the focal point of its
// lead, a recommendation by those of the institutions that answer it or are
// expected to.
func loadJudged(tx *gorm.DB, r Rateable, day calendar.Date) (j judged, err error) {
	j.Rateable = r
	if r.CommitmentID != 0 {
		var c struct {
			Ref, Country string
			LeadID       int64
		}
		err = tx.Raw("SELECT ref, country, lead_id FROM commitments WHERE id = ?", r.CommitmentID).Scan(&c).Error
		j.Ref, j.Country, j.Scale, j.Leads = c.Ref, c.Country, CommitmentScale, []int64{c.LeadID}
	} else {
		var one struct {
			Ref, Country string
			Scale        []string `gorm:"serializer:json"`
		}
		err = tx.Raw(`SELECT m.code || ' ' || e.year || '/' || n.number AS ref, e.country, m.scale FROM recommendations n
			JOIN editions e ON e.id = n.edition_id JOIN mechanisms m ON m.id = e.mechanism_id WHERE n.id = ? AND e.released_on <= ?`, r.RecommendationID, day).Scan(&one).Error
		j.Ref, j.Country, j.Scale = one.Ref, one.Country, one.Scale
		if err == nil {
			err = tx.Raw(`SELECT c.lead_id FROM answers a JOIN commitments c ON c.id = a.commitment_id JOIN items i ON i.id = a.item_id
				WHERE i.recommendation_id = ? AND a.ended_at IS NULL UNION SELECT lead_id FROM items WHERE recommendation_id = ? AND lead_id IS NOT NULL ORDER BY 1`,
				r.RecommendationID, r.RecommendationID).Scan(&j.Leads).Error
		}
	}
	if err == nil && j.Ref == "" {
		err = problem.Missing()
	}
	return j, err
}

// as is the voice with which the actor rates, and if they may not, why.
func (j judged) as(actor accounts.Actor, publication int64) (Rater, error) {
	switch {
	case actor.Is(accounts.Partner) && publication != 0:
		return ByPartner, nil
	case !actor.CanReadPlan():
		return "", problem.Missing()
	case actor.Is(accounts.Coordinator):
		return ByCoordinator, nil
	case actor.Is(accounts.FocalPoint) && slices.Contains(j.Leads, actor.InstitutionID):
		return ByFocalPoint, nil
	}
	return "", problem.Denied("ratings.error.not_yours")
}

// Rate gives a rating of a period that has begun: its focal point, a
// coordinator, or a partner in a publication, which package publications
// holds to what it shows. The reason is always asked.
func Rate(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, on Rateable, publication int64, in RatingNew) (Rating, error) {
	r := Rating{PeriodID: in.PeriodID, Value: in.Value, Reason: strings.TrimSpace(in.Reason), InstitutionID: actor.InstitutionID, RatedByID: actor.PersonID}
	j, err := loadJudged(tx, on, clock.Today())
	if err != nil {
		return r, err
	}
	if r.Rater, err = j.as(actor, publication); err != nil {
		return r, err
	}
	if on.CommitmentID != 0 {
		r.CommitmentID = &on.CommitmentID
	} else {
		r.RecommendationID = &on.RecommendationID
	}
	if r.Rater == ByPartner {
		r.PublicationID = &publication
	}
	if r.RatedAt, err = NextInstant(tx, clock); err != nil {
		return r, err
	}
	r.RatedOn = clock.Today()
	var p Period
	if err := tx.Where("id = ? AND country = ?", in.PeriodID, j.Country).Limit(1).Find(&p).Error; err != nil {
		return r, err
	}
	before, err := r.before(tx, on)
	if err != nil {
		return r, err
	}
	if err := r.check(j, p, before); err != nil {
		return r, err
	}
	if err := tx.Create(&r).Error; err != nil {
		return r, err
	}
	return r, r.record(tx, actor, j, p, before)
}

// before is what the same voice said last, empty for nothing.
func (r Rating) before(tx *gorm.DB, on Rateable) (string, error) {
	condition, id := on.scope()
	var list []Rating
	if err := tx.Raw("SELECT r.* FROM ratings r WHERE "+condition+" AND r.period_id = ? ORDER BY r.id", id, r.PeriodID).Scan(&list).Error; err != nil {
		return "", err
	}
	last := ""
	for _, one := range list {
		if one.rates() == r.rates() {
			last = one.Value
		}
	}
	if last == RatingWithdrawn {
		last = ""
	}
	return last, nil
}

// check says what is wrong with the rating of a period.
func (r Rating) check(j judged, p Period, before string) error {
	var c problem.Check
	c.Require(p.ID != 0 && !p.StartsOn.After(r.RatedOn), "period", "ratings.error.period")
	c.Require(slices.Contains(j.Scale, r.Value) || r.Value == RatingWithdrawn, "value", "ratings.error.value")
	c.Require(r.Value != RatingWithdrawn || before != "", "value", "ratings.error.nothing_to_withdraw")
	c.Require(r.Reason != "", "reason", "ratings.error.reason")
	c.Require(utf8.RuneCountInString(r.Reason) <= ReasonMax, "reason", "problem.too_long", "max", ReasonMax)
	c.Require(utf8.ValidString(r.Reason) && !strings.ContainsRune(r.Reason, 0), "reason", "problem.encoding")
	return c.Err()
}

// record adds the rating's audit entry.
func (r Rating) record(tx *gorm.DB, actor accounts.Actor, j judged, p Period, before string) error {
	changes := []audit.Change{{Field: "rating", Old: before, New: r.Value}, {Field: "period", New: p.Label}, {Field: "reason", New: r.Reason, Free: true}}
	if r.PublicationID != nil {
		var label string
		if err := tx.Raw("SELECT label FROM publications WHERE id = ?", *r.PublicationID).Scan(&label).Error; err != nil {
			return err
		}
		changes = append(changes, audit.Change{Field: "publication", New: label})
	}
	return audit.Append(tx, r.RatedAt, audit.Event{Who: actor.Who(), Action: "rating.give", Object: j.object(), Changes: changes})
}

// RatingView is what a person sees of the ratings of one thing.
type RatingView struct {
	Scale   []string
	Ratings []RatingTold // of all periods, the newest first
	Rater   Rater        // with which voice the person rates, empty where they may not
}

// Of is the newest rating of a period by each voice that has one in force, in
// the order of Raters.
func (v RatingView) Of(period int64) (list []RatingTold) {
	done := map[voice]bool{}
	for _, r := range v.Ratings {
		if r.PeriodID != period || done[r.rates()] {
			continue
		}
		done[r.rates()] = true
		if r.Value != RatingWithdrawn {
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, func(a, b RatingTold) int { return slices.Index(Raters, a.Rater) - slices.Index(Raters, b.Rater) })
	return list
}

// Ratings reads on a day the ratings of a commitment or recommendation that
// the actor may know of.
func Ratings(tx *gorm.DB, actor accounts.Actor, on Rateable, day calendar.Date) (v RatingView, err error) {
	j, err := loadJudged(tx, on, day)
	if err != nil {
		return v, err
	}
	condition, id := on.scope()
	v.Scale = j.Scale
	v.Rater, _ = j.as(actor, 0) // why not is said when they try
	err = tx.Raw(ratingsTold+" WHERE "+condition+" ORDER BY r.id DESC", id).Scan(&v.Ratings).Error
	v.Ratings = slices.DeleteFunc(v.Ratings, func(r RatingTold) bool { return !r.Seen(actor) })
	return v, err
}

const ratingsTold = `SELECT r.*, COALESCE(c.ref, m.code || ' ' || e.year || '/' || n.number) AS ref, COALESCE(o.title, '') AS post, i.short_name AS institution_name,
	p.label AS period, COALESCE(b.label, '') AS publication FROM ratings r
	JOIN periods p ON p.id = r.period_id JOIN institutions i ON i.id = r.institution_id LEFT JOIN publications b ON b.id = r.publication_id
	LEFT JOIN commitments c ON c.id = r.commitment_id LEFT JOIN recommendations n ON n.id = r.recommendation_id
	LEFT JOIN editions e ON e.id = n.edition_id LEFT JOIN mechanisms m ON m.id = e.mechanism_id
	LEFT JOIN people w ON w.id = r.rated_by_id LEFT JOIN posts o ON o.id = w.post_id`

// RatingsBy reads what a partner institution rated in a period, in force, by
// the references of what it rated.
func RatingsBy(tx *gorm.DB, actor accounts.Actor, period int64) (map[string]RatingTold, error) {
	var list []RatingTold
	err := tx.Raw(ratingsTold+" WHERE r.rater = 'partner' AND r.institution_id = ? AND r.period_id = ? ORDER BY r.id", actor.InstitutionID, period).Scan(&list).Error
	out := make(map[string]RatingTold, len(list))
	for _, r := range list { // the newest last
		if out[r.Ref] = r; r.Value == RatingWithdrawn {
			delete(out, r.Ref)
		}
	}
	return out, err
}

// RatingsTold reads ratings by their ids.
func RatingsTold(tx *gorm.DB, ids []int64) (list []RatingTold, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return list, tx.Raw(ratingsTold+" WHERE r.id IN ? ORDER BY r.id", ids).Scan(&list).Error
}

// RatingMark is a rating without its words, as lists of thousands need it.
type RatingMark struct {
	ID               int64
	CommitmentID     int64 // of this or of RecommendationID
	RecommendationID int64
	Rater            Rater
	InstitutionID    int64
	Value            string
}

// RatingsOf reads the ratings of a period in force on day d, as known at
// instant k, that the actor may know of: the newest of each voice, unless it
// was withdrawn.
func RatingsOf(tx *gorm.DB, actor accounts.Actor, period int64, d calendar.Date, k time.Time) ([]RatingMark, error) {
	rows, err := tx.Raw(`SELECT id, COALESCE(commitment_id, 0), COALESCE(recommendation_id, 0), rater, institution_id, value FROM ratings
		WHERE period_id = ? AND rated_on <= ? AND rated_at <= ? ORDER BY id DESC`, period, d, k).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	var list []RatingMark
	done := map[voice]bool{}
	for rows.Next() {
		var m RatingMark
		if err := rows.Scan(&m.ID, &m.CommitmentID, &m.RecommendationID, &m.Rater, &m.InstitutionID, &m.Value); err != nil {
			return nil, err
		}
		r := Rating{Rater: m.Rater, InstitutionID: m.InstitutionID, RecommendationID: &m.RecommendationID}
		if m.CommitmentID != 0 {
			r.CommitmentID, r.RecommendationID = &m.CommitmentID, nil
		}
		if done[r.rates()] || !r.Seen(actor) {
			continue
		}
		done[r.rates()] = true
		if m.Value != RatingWithdrawn {
			list = append(list, m)
		}
	}
	return list, rows.Err()
}

// VerifiedIn reads on which day of a period the newest action that was
// verified took place, for each commitment that has one: approved updates of
// its lead, as of day d and known at instant k, whose newest verdict says
// verified; of all commitments or of those named. What was verified stays
// verified when a newer claim is not.
func VerifiedIn(tx *gorm.DB, p Period, d calendar.Date, k time.Time, only ...int64) (map[int64]calendar.Date, error) {
	some, ids := plan.Only("u.commitment_id", only)
	return earliest(tx.Raw(`SELECT u.commitment_id, max(u.as_of) FROM verifications v JOIN updates u ON u.id = v.update_id
		WHERE v.verdict = 'verified' AND v.judged_at <= ? AND NOT EXISTS (SELECT 1 FROM verifications n WHERE n.update_id = v.update_id AND n.id > v.id AND n.judged_at <= ?)
			AND u.kind = 'update' AND u.state = 'approved' AND u.approved_at <= ? AND u.as_of BETWEEN ? AND ? AND u.as_of <= ?
			AND NOT EXISTS (SELECT 1 FROM updates c WHERE c.corrects_id = u.id AND c.state = 'approved' AND c.approved_at <= ?)`+some+`
		GROUP BY u.commitment_id`, append([]any{k, k, k, p.StartsOn, p.EndsOn, d, k}, ids...)...))
}

// Rate gives a rating of a commitment or recommendation.
func (s *Store) Rate(ctx context.Context, actor accounts.Actor, key string, on Rateable, in RatingNew) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		r, err := Rate(tx, s.clock, actor, on, 0, in)
		return r.ID, err
	})
	return err
}
