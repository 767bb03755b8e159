package large

import (
	"time"

	"tracker/internal/calendar"
	"tracker/internal/progress"
)

// rate has half of the deciding updates verified, and rates three of five
// commitments by their focal point and by a coordinator in the newest period.
// The trail is not told: its length is that of the reviews.
func (c *country) rate(current []progress.Current) error {
	var period int64
	if err := c.tx.Raw("SELECT id FROM periods WHERE starts_on <= ? ORDER BY starts_on DESC LIMIT 1", c.today).Scan(&period).Error; err != nil {
		return err
	}
	var verdicts []progress.Verification
	var ratings []progress.Rating
	for i, row := range current {
		at := row.ApprovedAt.Add(time.Hour)
		if at.After(Now.Add(-time.Hour)) {
			at = row.ApprovedAt
		}
		if i%2 == 0 {
			verdicts = append(verdicts, progress.Verification{UpdateID: row.UpdateID, Verdict: string(progress.Verified), Reason: "The minutes were read.",
				JudgedAt: at, JudgedByID: c.coordinators[0].PersonID})
		}
		if i%5 < 3 {
			id := row.CommitmentID
			rating := progress.Rating{CommitmentID: &id, PeriodID: period, Rater: progress.ByFocalPoint, InstitutionID: c.leads[i%len(c.leads)].InstitutionID,
				Value: progress.CommitmentScale[i%3], Reason: "As the minutes say.", RatedOn: calendar.From(at), RatedAt: at, RatedByID: c.leads[i%len(c.leads)].PersonID}
			ratings = append(ratings, rating)
			rating.Rater, rating.InstitutionID, rating.RatedByID = progress.ByCoordinator, c.coordinators[0].InstitutionID, c.coordinators[0].PersonID
			rating.Value, rating.Reason = progress.CommitmentScale[i%2], "As the papers show."
			ratings = append(ratings, rating)
		}
	}
	if err := insert(c.tx, verdicts); err != nil {
		return err
	}
	return insert(c.tx, ratings)
}
