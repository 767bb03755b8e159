package progress

import (
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
)

// RatingMoved is a rating that is another on a later day than it was on an
// earlier one, by the same voice: of a commitment or a recommendation, by one
// institution. Was is empty where there was none.
type RatingMoved struct {
	CommitmentID     int64
	RecommendationID int64
	Rater            Rater
	InstitutionID    int64
	Was, Is          string
}

// RatingsMoved reads which ratings of days up to d are others than those of
// days up to from, both as known at k, in the order in which they were first
// given. Each period has its own rating; the newest counts.
func RatingsMoved(tx *gorm.DB, country string, from, d calendar.Date, k time.Time) (list []RatingMoved, err error) {
	var rows []struct {
		CommitmentID, RecommendationID, InstitutionID int64
		Rater                                         Rater
		Value                                         string
		RatedOn                                       calendar.Date
	}
	err = tx.Raw(`SELECT COALESCE(r.commitment_id, 0) AS commitment_id, COALESCE(r.recommendation_id, 0) AS recommendation_id, r.institution_id, r.rater, r.value, r.rated_on
		FROM ratings r JOIN periods p ON p.id = r.period_id WHERE p.country = ? AND r.rated_on <= ? AND r.rated_at <= ? ORDER BY r.rated_on, r.rated_at, r.id`, country, d, k.UTC()).Scan(&rows).Error
	at := map[RatingMoved]int{}
	for _, r := range rows {
		voice := RatingMoved{CommitmentID: r.CommitmentID, RecommendationID: r.RecommendationID, Rater: r.Rater, InstitutionID: r.InstitutionID}
		if r.Rater == ByCoordinator || r.Rater == ByFocalPoint && r.CommitmentID != 0 {
			voice.InstitutionID = 0 // they speak with one voice, whoever leads
		}
		n, there := at[voice]
		if !there {
			n = len(list)
			at[voice] = n
			list = append(list, voice)
		}
		if list[n].Is = r.Value; !r.RatedOn.After(from) {
			list[n].Was = r.Value
		}
	}
	moved := list[:0]
	for _, m := range list {
		if m.Was != m.Is {
			moved = append(moved, m)
		}
	}
	return moved, err
}

// EvidenceLost counts the papers that supported updates of days up to d as
// known at the earlier instant, and no longer do at the later: those that an
// approved correction does not carry on, and those put into quarantine.
func EvidenceLost(tx *gorm.DB, d calendar.Date, then, now time.Time) (map[int64]int, error) {
	var rows []struct {
		CommitmentID int64
		Lost         int
	}
	const stood = "u.state = 'approved' AND u.as_of <= ? AND u.approved_at <= ?"
	err := tx.Raw(`SELECT commitment_id, count(*) AS lost FROM (
		SELECT u.commitment_id, v.id FROM updates c JOIN updates u ON u.id = c.corrects_id JOIN evidence v ON v.update_id = u.id
			WHERE c.state = 'approved' AND c.approved_at > ? AND c.approved_at <= ? AND `+stood+`
			AND NOT EXISTS (SELECT 1 FROM evidence w WHERE w.update_id = c.id AND w.url = v.url AND COALESCE(w.file_id, 0) = COALESCE(v.file_id, 0))
		UNION SELECT u.commitment_id, v.id FROM evidence_files f JOIN evidence v ON v.file_id = f.id JOIN updates u ON u.id = v.update_id
			WHERE f.quarantined_at > ? AND f.quarantined_at <= ? AND `+stood+`
			AND NOT EXISTS (SELECT 1 FROM updates k WHERE k.corrects_id = u.id AND k.state = 'approved' AND k.approved_at <= ?)
		) x GROUP BY commitment_id`, then.UTC(), now.UTC(), d, then.UTC(), then.UTC(), now.UTC(), d, then.UTC(), then.UTC()).Scan(&rows).Error
	lost := make(map[int64]int, len(rows))
	for _, r := range rows {
		lost[r.CommitmentID] = r.Lost
	}
	return lost, err
}
