package indicators

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/progress"
)

// undecided are the measurements m that wait for an actor's decision: the rule
// of progress.Entry.MayDecide as a query. Arguments: person, role, role,
// institution.
const undecided = ` FROM measurements m WHERE m.state <> 'approved' AND m.state = 'submitted'
	AND NOT EXISTS (SELECT 1 FROM measurement_authors a WHERE a.measurement_id = m.id AND a.person_id = ?)
	AND ((m.on_behalf = FALSE AND ? = 'coordinator') OR (m.on_behalf = TRUE AND ? = 'focal_point' AND m.institution_id = ?))`

func undecidedArgs(actor accounts.Actor) []any {
	return []any{actor.PersonID, string(actor.Role), string(actor.Role), actor.InstitutionID}
}

// CountReview is the query of how many measurements wait for the actor's
// decision, for asking it together with others.
func CountReview(actor accounts.Actor) (query string, args []any) {
	return "SELECT count(*)" + undecided, undecidedArgs(actor)
}

// ToReview lists the measurements on which the actor may decide now, those that
// wait longest first.
func (s *Store) ToReview(ctx context.Context, actor accounts.Actor, country string) (list []Waiting, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		var ids []int64
		if err := tx.Raw("SELECT m.id"+undecided, undecidedArgs(actor)...).Scan(&ids).Error; err != nil || len(ids) == 0 {
			return err
		}
		all, err := waiting(tx, actor, country)
		if err != nil {
			return err
		}
		periods, err := progress.Begun(tx, country, s.clock.Today())
		for _, w := range all {
			if slices.Contains(ids, w.ID) {
				w.Label = progress.YearOn(periods, w.CoversTo).Label
				list = append(list, w)
			}
		}
		return err
	})
	return list, err
}
