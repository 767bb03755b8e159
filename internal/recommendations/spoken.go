package recommendations

import (
	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// Spoken is a recommendation that was made aloud on a day, where no list is
// released. Mechanism is a code; Meeting names where it was made, for an
// edition that is not there yet.
type Spoken struct {
	Country, Mechanism string
	On                 calendar.Date
	Meeting            string
	RecommendationFields
}

// AddSpoken adds such a recommendation with one item, asked from its day on, as
// the next of the edition of its mechanism and year. An edition that is not
// there is made, complete and released on that day; one that counts from a later
// day takes nothing that was said before it.
func AddSpoken(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in Spoken) (r Recommendation, ref Ref, err error) {
	if err := mayChange(actor); err != nil {
		return r, ref, err
	}
	e, err := EditionOf(tx, in.Country, in.Mechanism, in.On.Year(), farOff)
	add := problem.KindOf(err) == problem.NotFound
	if err != nil && !add {
		return r, ref, err
	}
	var c problem.Check
	if _, err := mechanism(tx, in.Mechanism); problem.KindOf(err) == problem.NotFound {
		c.Add("mechanism", "asked.error.mechanism")
	} else if err != nil {
		return r, ref, err
	}
	in.check(&c)
	c.Require(e.Completeness != NotHeld, "mechanism", "asked.error.not_held")
	c.Require(!e.ReleasedOn.After(in.On), "mechanism", "asked.error.released_after", "edition", e.Ref(), "date", in.On)
	if err := c.Err(); err != nil {
		return r, ref, err
	}
	if add {
		made := EditionNew{Country: in.Country, Mechanism: in.Mechanism, Year: in.On.Year(), EditionFields: EditionFields{ReleasedOn: in.On, Completeness: Complete, Source: in.Meeting}}
		if e.Edition, err = AddEdition(tx, clock, actor, made); err != nil {
			return r, ref, err
		}
	}
	r, err = AddRecommendation(tx, clock, actor, RecommendationNew{EditionID: e.ID, AddedOn: in.On, RecommendationFields: in.RecommendationFields})
	return r, Ref{Mechanism: in.Mechanism, Year: in.On.Year(), Number: r.Number}, err
}
