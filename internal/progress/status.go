package progress

import (
	"database/sql"
	"slices"
	"time"

	"gorm.io/gorm"

	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/plan"
)

// Standing is the status of a commitment at (D, K) and the update that says so.
type Standing struct {
	CommitmentID int64
	UpdateID     int64
	Status       Status
	AsOf         calendar.Date
	ApprovedAt   time.Time
}

// decider picks the update that decides a commitment's status: of the lead
// institution's approved updates with as_of <= D that were approved by K,
// without those superseded by a correction approved by K, the greatest (as_of,
// approved_at, id). The index updates_approved leads to it at once; NOT EXISTS
// would make PostgreSQL join all corrections for each commitment. Arguments:
// D, K, K.
const decider = ` FROM updates x
	WHERE x.commitment_id = c.id AND x.state = 'approved' AND x.kind = 'update' AND x.as_of <= ? AND x.approved_at <= ?
		AND 0 = (SELECT count(*) FROM updates k WHERE k.corrects_id = x.id AND k.state = 'approved' AND k.approved_at <= ?)
	ORDER BY x.as_of DESC, x.approved_at DESC, x.id DESC LIMIT 1`

// latest joins that update, as u, to each commitment c.
const latest = " FROM commitments c JOIN updates u ON u.id = (SELECT x.id" + decider + ")"

const standing = "SELECT u.commitment_id, u.id AS update_id, u.status, u.as_of, u.approved_at" + latest

// Deciding asks for columns of the updates, named u, that decide the status of
// commitments on day d, as it was known at instant k, of all or only of those
// named; join adds tables to them.
func Deciding(tx *gorm.DB, columns, join string, d calendar.Date, k time.Time, only ...int64) *gorm.DB {
	some, ids := plan.Only("c.id", only)
	return tx.Raw("SELECT "+columns+latest+" "+join+" WHERE TRUE"+some, append([]any{d, k, k}, ids...)...)
}

// InForce asks for columns of all approved updates and contributions, named u,
// as of day d or earlier and approved by instant k, without those that a
// correction approved by k replaced, on all commitments or only on those
// named; join adds tables to them.
func InForce(tx *gorm.DB, columns, join string, d calendar.Date, k time.Time, only ...int64) *gorm.DB {
	query, args := approvedInForce(columns, join, d, k, only)
	return tx.Raw(query, args...)
}

func approvedInForce(columns, join string, d calendar.Date, k time.Time, only []int64) (query string, args []any) {
	some, ids := plan.Only("u.commitment_id", only)
	return "SELECT " + columns + " FROM updates u " + join + ` WHERE u.state = 'approved' AND u.as_of <= ? AND u.approved_at <= ?
		AND NOT EXISTS (SELECT 1 FROM updates k WHERE k.corrects_id = u.id AND k.state = 'approved' AND k.approved_at <= ?)` + some, append([]any{d, k, k}, ids...)
}

// InForceCount is how many updates and contributions in force a commitment has,
// and how many papers these have.
type InForceCount struct{ Updates, Papers int }

// CountInForce counts what InForce gives by commitment, as of days after one;
// the zero day counts all.
func CountInForce(tx *gorm.DB, after, d calendar.Date, k time.Time, only ...int64) (map[int64]InForceCount, error) {
	query, args := approvedInForce("u.commitment_id, count(*), CAST(sum((SELECT count(*) FROM evidence e WHERE e.update_id = u.id)) AS BIGINT)", "", d, k, only)
	if !after.IsZero() {
		query, args = query+" AND u.as_of > ?", append(args, after)
	}
	out := map[int64]InForceCount{}
	err := db.Each(tx.Raw(query+" GROUP BY u.commitment_id", args...), func(rows *sql.Rows) error {
		var id int64
		var n InForceCount
		err := rows.Scan(&id, &n.Updates, &n.Papers)
		out[id] = n
		return err
	})
	return out, err
}

// StatusAt reads the standing of commitments on day d, as it was known at
// instant k: of all, or only of those named. A commitment without an approved
// update is not in the map: it counts as not started and never reported.
func StatusAt(tx *gorm.DB, d calendar.Date, k time.Time, only ...int64) (map[int64]Standing, error) {
	some, ids := plan.Only("c.id", only)
	return standings(tx.Raw(standing+" WHERE TRUE"+some, append([]any{d, k, k}, ids...)...))
}

// StatusNow reads the same from the table that approvals keep up to date.
func StatusNow(tx *gorm.DB) (map[int64]Standing, error) {
	return standings(tx.Raw("SELECT commitment_id, update_id, status, as_of, approved_at FROM current_status"))
}

func standings(query *gorm.DB) (map[int64]Standing, error) {
	rows, err := query.Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	out := map[int64]Standing{}
	for rows.Next() {
		var s Standing
		if err := rows.Scan(&s.CommitmentID, &s.UpdateID, &s.Status, &s.AsOf, &s.ApprovedAt); err != nil {
			return nil, err
		}
		s.ApprovedAt = s.ApprovedAt.UTC()
		out[s.CommitmentID] = s
	}
	return out, rows.Err()
}

// refreshCurrent writes the current_status row of one commitment anew, in the
// approving transaction.
func refreshCurrent(tx *gorm.DB, commitmentID int64) error {
	var s Standing
	found := tx.Raw(standing+" WHERE c.id = ?", "9999-12-31", farthest, farthest, commitmentID).Scan(&s)
	if found.Error != nil || found.RowsAffected == 0 {
		return found.Error
	}
	return tx.Exec(`INSERT INTO current_status (commitment_id, update_id, status, as_of, approved_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (commitment_id) DO UPDATE SET update_id = excluded.update_id, status = excluded.status,
			as_of = excluded.as_of, approved_at = excluded.approved_at`,
		commitmentID, s.UpdateID, string(s.Status), s.AsOf, s.ApprovedAt).Error
}

// Known is K where none is named: the newest instant in the data of what
// reports tell of, which is updates handed in and approved, summaries released
// and withdrawn, claims judged, ratings given, deadlines certified, data requests
// asked, answered and handed over, revisions of the plan and answers, what
// continues what, and items that came to be asked or ended. So the same data
// gives the same report, and the report tells what pages of that moment do. Each
// part is the end of an index, but for the few deadlines.
func Known(tx *gorm.DB) (time.Time, error) {
	var at []time.Time
	err := tx.Raw(`SELECT at FROM (
		SELECT at FROM (SELECT at FROM decisions WHERE kind <> 'returned' ORDER BY at DESC LIMIT 1) d
		UNION ALL SELECT recorded_at FROM (SELECT recorded_at FROM commitment_revisions ORDER BY recorded_at DESC LIMIT 1) r
		UNION ALL SELECT linked_at FROM (SELECT linked_at FROM answers ORDER BY linked_at DESC LIMIT 1) l
		UNION ALL SELECT ended_at FROM (SELECT ended_at FROM answers WHERE ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT 1) e
		UNION ALL SELECT released_at FROM (SELECT released_at FROM summary_releases ORDER BY released_at DESC LIMIT 1) s
		UNION ALL SELECT withdrawn_at FROM (SELECT withdrawn_at FROM summary_releases WHERE withdrawn_at IS NOT NULL ORDER BY withdrawn_at DESC LIMIT 1) w
		UNION ALL SELECT judged_at FROM (SELECT judged_at FROM verifications ORDER BY judged_at DESC LIMIT 1) v
		UNION ALL SELECT rated_at FROM (SELECT rated_at FROM ratings ORDER BY rated_at DESC LIMIT 1) g
		UNION ALL SELECT certified_at FROM (SELECT certified_at FROM deadlines WHERE certified_at IS NOT NULL ORDER BY certified_at DESC LIMIT 1) c
		UNION ALL SELECT asked_at FROM (SELECT asked_at FROM request_questions ORDER BY asked_at DESC LIMIT 1) q
		UNION ALL SELECT ended_at FROM (SELECT ended_at FROM request_questions WHERE ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT 1) x
		UNION ALL SELECT answered_at FROM (SELECT answered_at FROM request_answers ORDER BY answered_at DESC LIMIT 1) y
		UNION ALL SELECT recorded_at FROM (SELECT recorded_at FROM request_submissions ORDER BY recorded_at DESC LIMIT 1) z
		UNION ALL SELECT said_at FROM (SELECT said_at FROM lineages ORDER BY said_at DESC LIMIT 1) i
		UNION ALL SELECT ended_at FROM (SELECT ended_at FROM lineages WHERE ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT 1) j
		UNION ALL SELECT added_at FROM (SELECT added_at FROM items WHERE added_at IS NOT NULL ORDER BY added_at DESC LIMIT 1) m
		UNION ALL SELECT retired_at FROM (SELECT retired_at FROM items WHERE retired_at IS NOT NULL ORDER BY retired_at DESC LIMIT 1) n
		UNION ALL SELECT said_at FROM (SELECT said_at FROM remarks ORDER BY said_at DESC LIMIT 1) o
		UNION ALL SELECT ended_at FROM (SELECT ended_at FROM remarks WHERE ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT 1) p
		UNION ALL SELECT at FROM (SELECT at FROM measurement_decisions WHERE kind <> 'returned' ORDER BY at DESC LIMIT 1) ms
		UNION ALL SELECT recorded_at FROM (SELECT recorded_at FROM indicator_definitions ORDER BY recorded_at DESC LIMIT 1) df
		UNION ALL SELECT chosen_at FROM (SELECT chosen_at FROM measurement_choices ORDER BY chosen_at DESC LIMIT 1) ch
		) newest ORDER BY at DESC LIMIT 1`).Scan(&at).Error
	if err != nil || len(at) == 0 {
		return time.Time{}, err
	}
	return at[0].UTC(), nil
}

// Submission is a lead institution's update as deadlines see it: the day that
// it was true on when it was last handed in, and the day on which it first was.
type Submission struct {
	CommitmentID     int64
	AsOf             calendar.Date
	FirstSubmittedOn calendar.Date
}

// handedIn picks the lead institutions' updates that were handed in by day D,
// as known at K. Arguments: D, K, K.
const handedIn = "SELECT u.commitment_id, s.as_of, u.first_submitted_on FROM updates u JOIN decisions s ON TRUE WHERE " + handed

const handed = `s.update_id = u.id AND u.kind = 'update' AND u.first_submitted_on <= ? AND s.kind = 'submitted' AND s.at <= ?
	AND NOT EXISTS (SELECT 1 FROM decisions n WHERE n.update_id = u.id AND n.kind = 'submitted' AND n.at <= ? AND n.id > s.id)`

// Submissions reads a commitment's submissions by day d, as known at k, in
// the order in which they were first handed in.
func Submissions(tx *gorm.DB, commitmentID int64, d calendar.Date, k time.Time) ([]Submission, error) {
	var list []Submission
	return list, tx.Raw(handedIn+" AND u.commitment_id = ? ORDER BY u.first_submitted_on, u.id", d, k, k, commitmentID).Scan(&list).Error
}

// FirstSubmitted reads, for each commitment or only for those named, the day
// on which the lead's first update for a deadline was submitted, as it stood
// on day d and was known at k. It asks once for all the deadlines, and answers
// in their order.
func FirstSubmitted(tx *gorm.DB, deadlines []Deadline, d calendar.Date, k time.Time, only ...int64) ([]map[int64]calendar.Date, error) {
	from, to := span(deadlines)
	some, ids := plan.Only("u.commitment_id", only)
	return earliestOf(deadlines, tx.Raw(handedIn+" AND s.as_of BETWEEN ? AND ?"+some, append([]any{d, k, k, from, to}, ids...)...))
}

// FirstSubmittedNow reads the same where all that is known counts: then what
// was not returned is true on the day that it was last handed in for, and its
// decisions need not be asked. CROSS JOIN makes SQLite begin with what was
// returned, which is little.
func FirstSubmittedNow(tx *gorm.DB, deadlines []Deadline, d calendar.Date, k time.Time, only ...int64) ([]map[int64]calendar.Date, error) {
	from, to := span(deadlines)
	some, ids := plan.Only("u.commitment_id", only)
	others := append([]any{d, from, to}, ids...)
	returned := append([]any{d, k, k, from, to}, ids...)
	return earliestOf(deadlines, tx.Raw(`SELECT u.commitment_id, u.as_of, u.first_submitted_on FROM updates u
		WHERE u.kind = 'update' AND u.state <> 'returned' AND u.first_submitted_on <= ? AND u.as_of BETWEEN ? AND ?`+some+`
		UNION ALL SELECT u.commitment_id, s.as_of, u.first_submitted_on FROM updates u CROSS JOIN decisions s
		WHERE u.state = 'returned' AND `+handed+` AND s.as_of BETWEEN ? AND ?`+some, append(others, returned...)...))
}

// span is from the first to the last day that some deadlines cover.
func span(deadlines []Deadline) (from, to calendar.Date) {
	for _, d := range deadlines {
		if from.IsZero() || d.CoversFrom.Before(from) {
			from = d.CoversFrom
		}
		if d.CoversTo.After(to) {
			to = d.CoversTo
		}
	}
	return from, to
}

// earliestOf reads what was true on which day and handed in on another, and
// gives the first of the latter for each commitment and deadline.
func earliestOf(deadlines []Deadline, query *gorm.DB) ([]map[int64]calendar.Date, error) {
	out := make([]map[int64]calendar.Date, len(deadlines))
	for i := range out {
		out[i] = map[int64]calendar.Date{}
	}
	err := db.Each(query, func(rows *sql.Rows) error {
		var id int64
		var asOf, on calendar.Date
		if err := rows.Scan(&id, &asOf, &on); err != nil {
			return err
		}
		for i := range deadlines {
			if !deadlines[i].Covers(asOf) {
				continue
			}
			if first, ok := out[i][id]; !ok || on.Before(first) {
				out[i][id] = on
			}
		}
		return nil
	})
	return out, err
}

// earliest reads a day of each commitment: the first, where a query gives several.
func earliest(query *gorm.DB) (map[int64]calendar.Date, error) {
	rows, err := query.Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	out := map[int64]calendar.Date{}
	for rows.Next() {
		var id int64
		var on calendar.Date
		if err := rows.Scan(&id, &on); err != nil {
			return nil, err
		}
		if first, ok := out[id]; !ok || on.Before(first) {
			out[id] = on
		}
	}
	return out, rows.Err()
}

// ClosedBefore reads which commitments, of all or of those named, were
// completed or cancelled already the day before the given one, as known at k:
// nothing is due of them. It looks only at those of which an update is
// approved as of that day or later; of the others the standing of any later
// day says it.
func ClosedBefore(tx *gorm.DB, day calendar.Date, k time.Time, only ...int64) (map[int64]bool, error) {
	some, ids := plan.Only("c.id", only)
	ended, _ := plan.Only("o.commitment_id", only)
	rows, err := tx.Raw("SELECT c.id, (SELECT x.status"+decider+`) FROM commitments c WHERE c.id IN (SELECT o.commitment_id FROM updates o
		WHERE o.state = 'approved' AND o.kind = 'update' AND o.status IN ('completed', 'cancelled') AND o.as_of < ?`+ended+`
			AND EXISTS (SELECT 1 FROM updates n WHERE n.commitment_id = o.commitment_id AND n.state = 'approved' AND n.kind = 'update' AND n.as_of >= ?))`+some,
		slices.Concat([]any{day.AddDays(-1), k, k, day}, ids, []any{day}, ids)...).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	out := map[int64]bool{}
	for rows.Next() {
		var id int64
		var status sql.NullString // none when nothing was known by k
		if err := rows.Scan(&id, &status); err != nil {
			return nil, err
		}
		out[id] = Status(status.String).Closed()
	}
	return out, rows.Err()
}

// ClosedBeforeEach reads the same for several days, the first of them first,
// with one query: what was said of commitments that were ever closed, where
// something was said as of the first day or later.
func ClosedBeforeEach(tx *gorm.DB, days []calendar.Date, k time.Time, only ...int64) (map[calendar.Date]map[int64]bool, error) {
	out := map[calendar.Date]map[int64]bool{}
	if len(days) == 0 {
		return out, nil
	}
	for _, day := range days {
		out[day] = map[int64]bool{}
	}
	last := days[len(days)-1]
	some, ids := plan.Only("u.commitment_id", only)
	ended, _ := plan.Only("o.commitment_id", only)
	newer, _ := plan.Only("n.commitment_id", only)
	rows, err := tx.Raw(`SELECT u.commitment_id, u.status, u.as_of FROM updates u WHERE u.state = 'approved' AND u.kind = 'update' AND u.as_of < ? AND u.approved_at <= ?
		AND u.id NOT IN (SELECT c.corrects_id FROM updates c WHERE c.corrects_id IS NOT NULL AND c.state = 'approved' AND c.approved_at <= ?)`+some+`
		AND u.commitment_id IN (SELECT o.commitment_id FROM updates o WHERE o.state = 'approved' AND o.kind = 'update' AND o.status IN ('completed', 'cancelled') AND o.as_of < ?`+ended+`)
		AND u.commitment_id IN (SELECT n.commitment_id FROM updates n WHERE n.state = 'approved' AND n.kind = 'update' AND n.as_of >= ?`+newer+`)
		ORDER BY u.as_of, u.approved_at, u.id`, slices.Concat([]any{last, k, k}, ids, []any{last}, ids, []any{days[0]}, ids)...).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var id int64
		var status Status
		var asOf calendar.Date
		if err := rows.Scan(&id, &status, &asOf); err != nil {
			return nil, err
		}
		for _, day := range days {
			if asOf.Before(day) {
				out[day][id] = status.Closed()
			}
		}
	}
	return out, rows.Err()
}
