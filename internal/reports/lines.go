package reports

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/progress"
)

// inForce picks each commitment's revision in force at (D, K). Arguments: K,
// D, K, country.
const inForce = `SELECT c.id, c.ref, r.title, c.origin, COALESCE(r.node_id, 0), r.lead_id, r.starts_on, r.due_on, c.sort_key, NULL, NULL, NULL, r.supporting,
	(SELECT f.effective_on FROM commitment_revisions f WHERE f.commitment_id = c.id AND f.recorded_at <= ? ORDER BY f.effective_on LIMIT 1)
	FROM commitments c JOIN commitment_revisions r ON r.id = (
		SELECT x.id FROM commitment_revisions x WHERE x.commitment_id = c.id AND x.effective_on <= ? AND x.recorded_at <= ?
		ORDER BY x.effective_on DESC, x.recorded_at DESC, x.id DESC LIMIT 1)
	WHERE c.country = ?`

// inForceNow reads the same from the columns that repeat the newest revision,
// with the standing that approvals keep up to date. Columns are asked for as
// they are: of a text that an expression gives, the SQLite driver tries at
// length to make an instant.
const inForceNow = `SELECT c.id, c.ref, c.title, c.origin, COALESCE(c.node_id, 0), c.lead_id, c.starts_on, c.due_on, c.sort_key,
	s.status, s.as_of, s.update_id, NULL,
	(SELECT f.effective_on FROM commitment_revisions f WHERE f.commitment_id = c.id ORDER BY f.effective_on LIMIT 1)
	FROM commitments c LEFT JOIN current_status s ON s.commitment_id = c.id WHERE c.country = ?`

func (l *Ledger) loadLines(tx *gorm.DB, only []int64) error {
	query, args, supports := inForce, []any{l.now(), l.D, l.now(), l.Country}, map[int64][]int64{}
	if l.Now {
		var err error
		if supports, err = loadSupports(tx, only); err != nil {
			return err
		}
		query, args = inForceNow, []any{l.Country}
	}
	some, ids := plan.Only("c.id", only)
	rows, err := tx.Raw(query+some, append(args, ids...)...).Rows()
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		line := Line{Status: progress.NotStarted}
		var supporting, status sql.NullString
		var update sql.NullInt64
		var entered calendar.Date
		if err := rows.Scan(&line.ID, &line.Ref, &line.Title, &line.Origin, &line.NodeID, &line.LeadID, &line.StartsOn, &line.DueOn, &line.SortKey,
			&status, &line.AsOf, &update, &supporting, &entered); err != nil {
			return err
		}
		line.begin(entered)
		if line.UpdateID = update.Int64; status.Valid {
			line.Status = progress.Status(status.String)
		}
		line.Supporting = supports[line.ID]
		if supporting.Valid {
			if err := json.Unmarshal([]byte(supporting.String), &line.Supporting); err != nil {
				return err
			}
		}
		l.Lines = append(l.Lines, &line)
	}
	slices.SortFunc(l.Lines, inPlan)
	l.number()
	return rows.Err()
}

// inPlan compares two lines by their places in the plan, by bytes as both
// engines would; sorting whole rows is dearer there.
func inPlan(a, b *Line) int {
	return cmp.Or(strings.Compare(a.SortKey, b.SortKey), strings.Compare(a.Ref, b.Ref))
}

// number notes where each line stands.
func (l *Ledger) number() {
	l.byID = make(map[int64]int, len(l.Lines))
	for i := range l.Lines {
		l.byID[l.Lines[i].ID] = i
	}
}

// loadSupports reads the supporting institutions by the newest revisions.
func loadSupports(tx *gorm.DB, only []int64) (map[int64][]int64, error) {
	some, ids := plan.Only("commitment_id", only)
	rows, err := tx.Raw("SELECT commitment_id, institution_id FROM supports WHERE TRUE"+some+" ORDER BY commitment_id, institution_id", ids...).Rows()
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
