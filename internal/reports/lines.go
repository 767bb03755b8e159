package reports

import (
	"encoding/json"

	"gorm.io/gorm"

	"tracker/internal/calendar"
)

// inForce picks each commitment's revision in force at (D, K). Arguments: K,
// D, K, country.
const inForce = `SELECT c.id, c.ref, r.title, c.origin, COALESCE(r.node_id, 0), r.lead_id, r.starts_on, r.due_on, c.sort_key, 'not_started', NULL, 0, r.supporting,
	(SELECT min(f.effective_on) FROM commitment_revisions f WHERE f.commitment_id = c.id AND f.recorded_at <= ?)
	FROM commitments c JOIN commitment_revisions r ON r.id = (
		SELECT x.id FROM commitment_revisions x WHERE x.commitment_id = c.id AND x.effective_on <= ? AND x.recorded_at <= ?
		ORDER BY x.effective_on DESC, x.recorded_at DESC, x.id DESC LIMIT 1)
	WHERE c.country = ? ORDER BY c.sort_key, c.ref`

// inForceNow reads the same from the columns that repeat the newest revision,
// with the standing that approvals keep up to date.
const inForceNow = `SELECT c.id, c.ref, c.title, c.origin, COALESCE(c.node_id, 0), c.lead_id, c.starts_on, c.due_on, c.sort_key,
	COALESCE(s.status, 'not_started'), s.as_of, COALESCE(s.update_id, 0), '',
	(SELECT min(f.effective_on) FROM commitment_revisions f WHERE f.commitment_id = c.id)
	FROM commitments c LEFT JOIN current_status s ON s.commitment_id = c.id WHERE c.country = ? ORDER BY c.sort_key, c.ref`

func (l *Ledger) loadLines(tx *gorm.DB) error {
	query := tx.Raw(inForce, l.now(), l.D, l.now(), l.Country)
	supports := map[int64][]int64{}
	if l.Now {
		var err error
		if supports, err = loadSupports(tx); err != nil {
			return err
		}
		query = tx.Raw(inForceNow, l.Country)
	}
	rows, err := query.Rows()
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var line Line
		var supporting string
		var entered calendar.Date
		if err := rows.Scan(&line.ID, &line.Ref, &line.Title, &line.Origin, &line.NodeID, &line.LeadID, &line.StartsOn, &line.DueOn, &line.SortKey,
			&line.Status, &line.AsOf, &line.UpdateID, &supporting, &entered); err != nil {
			return err
		}
		line.begin(entered)
		line.Supporting = supports[line.ID]
		if supporting != "" {
			if err := json.Unmarshal([]byte(supporting), &line.Supporting); err != nil {
				return err
			}
		}
		l.byID[line.ID] = len(l.Lines)
		l.Lines = append(l.Lines, line)
	}
	return rows.Err()
}

// loadSupports reads the supporting institutions by the newest revisions.
func loadSupports(tx *gorm.DB) (map[int64][]int64, error) {
	rows, err := tx.Raw("SELECT commitment_id, institution_id FROM supports ORDER BY commitment_id, institution_id").Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	out := map[int64][]int64{}
	for rows.Next() {
		var commitment, institution int64
		if err := rows.Scan(&commitment, &institution); err != nil {
			return nil, err
		}
		out[commitment] = append(out[commitment], institution)
	}
	return out, rows.Err()
}
