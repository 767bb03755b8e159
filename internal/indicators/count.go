package indicators

import "tracker/internal/accounts"

// CountReview is the query of how many measurements wait for the actor's
// decision, for asking it together with others.
func CountReview(actor accounts.Actor) (query string, args []any) {
	return `SELECT count(*) FROM measurements m WHERE m.state = 'submitted'
		AND NOT EXISTS (SELECT 1 FROM measurement_authors a WHERE a.measurement_id = m.id AND a.person_id = ?)
		AND ((m.on_behalf = FALSE AND ? = 'coordinator') OR (m.on_behalf = TRUE AND ? = 'focal_point' AND m.institution_id = ?))`,
		[]any{actor.PersonID, string(actor.Role), string(actor.Role), actor.InstitutionID}
}
