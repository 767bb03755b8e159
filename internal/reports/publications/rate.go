package publications

import (
	"context"
	"strconv"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
)

// Rated is a recommendation or commitment that a publication tells of, with
// what the reader's institution said of it in that period.
type Rated struct {
	Subject    string // of reports.RatingSubjects
	Name       string // within the publication: r1, r2, … and c1, c2, … in its order, which never changes
	Ref, Title string
	Scale      []string
	Mine       *progress.RatingTold // nil for none
}

// RatingSheet is all that a publication lets a partner rate.
type RatingSheet struct {
	Told
	Period progress.Period // that holds the publication's day; zero: nothing can be rated
	Rows   []Rated         // recommendations, then commitments, in the order of the report
}

// Count is how many of a subject there are and how many of them are rated.
func (r RatingSheet) Count(subject string) (rated, of int) {
	for _, one := range r.Rows {
		if one.Subject == subject {
			of++
			if one.Mine != nil {
				rated++
			}
		}
	}
	return rated, of
}

// Row finds what has a name.
func (r RatingSheet) Row(name string) (Rated, bool) {
	for _, one := range r.Rows {
		if one.Name == name {
			return one, true
		}
	}
	return Rated{}, false
}

// Ratings reads what a publication lets a partner rate and what their
// institution said. They learn of no other's.
func (s *Store) Ratings(ctx context.Context, actor accounts.Actor, country, label string) (r RatingSheet, err error) {
	if !actor.Is(accounts.Partner) {
		return r, problem.Missing()
	}
	if r.Told, err = s.Published(ctx, actor, country, label); err != nil {
		return r, err
	}
	v, err := s.Value(ctx, actor, r.Told)
	if err != nil {
		return r, err
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		scales, err := scales(tx)
		if err != nil {
			return err
		}
		for i, one := range v.recommendations() {
			ref, err := recommendations.ParseRef(one.Ref)
			if err != nil {
				return err
			}
			r.Rows = append(r.Rows, Rated{Subject: reports.RatedRecommendation, Name: "r" + strconv.Itoa(i+1), Ref: one.Ref, Title: one.Title, Scale: scales[ref.Mechanism]})
		}
		for i, c := range v.commitments() {
			r.Rows = append(r.Rows, Rated{Subject: reports.RatedCommitment, Name: "c" + strconv.Itoa(i+1), Ref: c.Ref, Title: c.Title, Scale: progress.CommitmentScale})
		}
		return r.mine(tx, actor, country)
	})
	return r, err
}

// mine finds the period and what was said of it.
func (r *RatingSheet) mine(tx *gorm.DB, actor accounts.Actor, country string) error {
	periods, err := progress.Begun(tx, country, r.AsOf)
	if err != nil {
		return err
	}
	var there bool
	if r.Period, there = progress.PeriodOn(periods, r.AsOf); !there {
		return nil
	}
	said, err := progress.RatingsBy(tx, actor, r.Period.ID)
	for i := range r.Rows {
		if one, there := said[r.Rows[i].Ref]; there {
			r.Rows[i].Mine = &one
		}
	}
	return err
}

// scales are the scales of the mechanisms, by their codes.
func scales(tx *gorm.DB) (map[string][]string, error) {
	list, err := recommendations.Mechanisms(tx)
	all := make(map[string][]string, len(list))
	for _, m := range list {
		all[m.Code] = m.Scale
	}
	return all, err
}

// Rate gives a partner's rating of what has a name in a publication, for the
// period that holds its day, and says what subject that is. What it does not
// tell of is missing, as is what the partner may not read.
func (s *Store) Rate(ctx context.Context, actor accounts.Actor, key, country, label, name, value, reason string) (subject string, err error) {
	sheet, err := s.Ratings(ctx, actor, country, label)
	if err != nil {
		return "", err
	}
	row, there := sheet.Row(name)
	switch {
	case !there:
		return "", problem.Missing()
	case sheet.Period.ID == 0:
		return "", problem.New(problem.Conflict, "ratings.error.no_period")
	}
	return s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		t, err := load(tx, actor, "p.id = ?", sheet.ID)
		if err != nil {
			return "", err
		}
		if !Readable(actor, t.Publication) {
			return "", problem.New(problem.Conflict, "publications.error.recalled")
		}
		on, err := rateable(tx, country, row)
		if err != nil {
			return "", err
		}
		_, err = progress.Rate(tx, s.clock, actor, on, t.ID, progress.RatingNew{PeriodID: sheet.Period.ID, Value: value, Reason: reason})
		return row.Subject, err
	})
}

// rateable finds what a reference names today.
func rateable(tx *gorm.DB, country string, row Rated) (on progress.Rateable, err error) {
	if row.Subject == reports.RatedRecommendation {
		on.RecommendationID, err = recommendations.IDByRef(tx, country, row.Ref)
		return on, err
	}
	c, err := plan.CommitmentByRef(tx, row.Ref)
	return progress.Rateable{CommitmentID: c.ID}, err
}
