package seeds

import (
	"fmt"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
)

// ratingYAML is a rating of a commitment or recommendation.
type ratingYAML struct {
	Of     string    `yaml:"of"`     // its reference
	Period string    `yaml:"period"` // label
	Value  string    `yaml:"value"`
	Reason string    `yaml:"reason"`
	By     string    `yaml:"by"`
	At     time.Time `yaml:"at"`
}

// ratings collects the ratings that are not there. One is known by what it
// rates, who gave it and its day.
func (l *loader) ratings() ([]event, error) {
	var there []string
	err := l.tx.Raw(`SELECT COALESCE(c.ref, m.code || ' ' || e.year || '/' || n.number) || ' ' || w.email || ' ' || r.rated_on FROM ratings r
		JOIN people w ON w.id = r.rated_by_id LEFT JOIN commitments c ON c.id = r.commitment_id LEFT JOIN recommendations n ON n.id = r.recommendation_id
		LEFT JOIN editions e ON e.id = n.edition_id LEFT JOIN mechanisms m ON m.id = e.mechanism_id`).Scan(&there).Error
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, one := range there {
		known[one] = true
	}
	var events []event
	for _, y := range l.files.ratings {
		name := fmt.Sprintf("%s %s %s", y.Of, y.By, calendar.From(y.At.In(l.zone)))
		l.count(ratingsFile, "ratings", !known[name])
		if !known[name] {
			events = append(events, event{y.At, ratingsFile, name, func(clock calendar.Clock) error { return l.rate(clock, y) }})
		}
	}
	return events, nil
}

func (l *loader) rate(clock calendar.Clock, y ratingYAML) error {
	actor, err := l.actor(y.By)
	if err != nil {
		return err
	}
	on, err := l.rateable(y.Of)
	if err != nil {
		return err
	}
	in := progress.RatingNew{Value: y.Value, Reason: y.Reason}
	err = l.tx.Raw("SELECT id FROM periods WHERE country = ? AND label = ?", l.files.country.Code, y.Period).Scan(&in.PeriodID).Error
	if err != nil {
		return err
	}
	_, err = progress.Rate(l.tx, clock, actor, on, 0, in)
	return err
}

// rateable finds what a reference names.
func (l *loader) rateable(ref string) (on progress.Rateable, err error) {
	c, err := plan.CommitmentByRef(l.tx, ref)
	if err == nil {
		return progress.Rateable{CommitmentID: c.ID}, nil
	}
	if _, e := recommendations.ParseRef(ref); e != nil {
		return on, err
	}
	on.RecommendationID, err = recommendations.IDByRef(l.tx, l.files.country.Code, ref)
	return on, err
}

// Rating is a rating that a partner gives in a publication.
type Rating struct {
	Of     string `yaml:"of"`
	Value  string `yaml:"value"`
	Reason string `yaml:"reason"`
	By     string `yaml:"by"`
}
