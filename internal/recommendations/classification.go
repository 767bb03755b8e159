package recommendations

import (
	"context"
	"strconv"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/problem"
	"tracker/internal/recommendations/classify"
)

// Indicia is the number of indicia of serious and sustained efforts in
// 22 U.S.C. 7106(b).
const Indicia = 12

// mostYears is the most years for which a source can say that something was
// not done.
const mostYears = 60

// Classification is an edition with what its recommendations are about: what
// people said, and what wordings suggest, which counts nowhere.
type Classification struct {
	Edition EditionRow
	Rows    []ClassifiedRow
}

// ClassifiedRow is a recommendation with what its wording suggests and the
// words that led there; what suggests nothing is zero.
type ClassifiedRow struct {
	RecommendationRow
	SuggestedTheme    string
	ThemeWords        []string
	SuggestedIndicium int
	IndiciumWords     []string
}

// Open says whether something is suggested of which nothing was said.
func (r ClassifiedRow) Open() bool {
	return r.Theme == "" && r.SuggestedTheme != "" || r.Indicium == 0 && r.SuggestedIndicium > 0
}

// Open counts the recommendations of which something is suggested and not said.
func (c Classification) Open() (n int) {
	for _, r := range c.Rows {
		if r.Open() {
			n++
		}
	}
	return n
}

// ClassificationOf reads what a country's edition is about as of day D.
func ClassificationOf(tx *gorm.DB, country, mechanism string, year int, d calendar.Date) (c Classification, err error) {
	if c.Edition, err = EditionOf(tx, country, mechanism, year, d); err != nil {
		return c, err
	}
	list, err := Recommendations(tx, c.Edition.ID)
	for _, r := range list {
		row := ClassifiedRow{RecommendationRow: r}
		row.SuggestedTheme, row.ThemeWords = classify.Theme(r.Text)
		row.SuggestedIndicium, row.IndiciumWords = classify.Indicium(r.Text)
		c.Rows = append(c.Rows, row)
	}
	return c, err
}

// Class is what a recommendation is about; what is not said is zero.
type Class struct {
	Theme    string
	Indicium int
}

// Class is what people said that the recommendation is about.
func (r Recommendation) Class() Class { return Class{r.Theme, r.Indicium} }

// ClassSaid is what a person says that a recommendation is about. Was is what
// counted when the form was opened.
type ClassSaid struct {
	ID int64
	Class
	Was Class
}

// Classify says what recommendations are about, all or none of it. What is said
// as it was already changes nothing; where another person said something else
// meanwhile, nothing is written (conflict). It returns how many were changed.
func Classify(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, said []ClassSaid) (changed int, err error) {
	if err := mayChange(actor); err != nil {
		return 0, err
	}
	for _, in := range said {
		if in.Class == in.Was {
			continue
		}
		r, ref, err := recommendation(tx, clock, actor, in.ID)
		if err != nil {
			return 0, err
		}
		if r.Class() != in.Was {
			return 0, problem.Stale()
		}
		var c problem.Check
		checkClass(&c, in.Theme, in.Indicium)
		if err := c.Err(); err != nil {
			return 0, err
		}
		if err := update(tx, "recommendations", in.ID, r.Version, map[string]any{"theme": in.Theme, "indicium": in.Indicium}); err != nil {
			return 0, err
		}
		err = note(tx, clock, actor, "recommendation.classify", "recommendation "+ref.String(), audit.Change{Field: "theme", Old: r.Theme, New: in.Theme},
			audit.Change{Field: "indicium", Old: numberOf(r.Indicium), New: numberOf(in.Indicium)})
		if err != nil {
			return 0, err
		}
		changed++
	}
	return changed, nil
}

// numberOf writes a number that is 0 for none.
func numberOf(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// Classification reads what an edition is about, for readers of the whole plan;
// to others it does not exist.
func (s *Store) Classification(ctx context.Context, actor accounts.Actor, country, mechanism string, year int, d calendar.Date) (c Classification, err error) {
	if !actor.CanReadWholePlan() {
		return c, problem.Missing()
	}
	err = s.read(ctx, actor, func(tx *gorm.DB) error {
		c, err = ClassificationOf(tx, country, mechanism, year, d)
		return err
	})
	return c, err
}

// Classify says what recommendations are about, once for a form's key.
func (s *Store) Classify(ctx context.Context, actor accounts.Actor, key string, said []ClassSaid) (changed int, err error) {
	result, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		changed, err := Classify(tx, s.clock, actor, said)
		return strconv.Itoa(changed), err
	})
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(result)
}
