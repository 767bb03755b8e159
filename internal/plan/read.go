package plan

import (
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// Frameworks lists a country's frameworks, the newest first.
func Frameworks(tx *gorm.DB, country string) ([]Framework, error) {
	var list []Framework
	return list, tx.Where("country = ?", country).Order("starts_on DESC, code").Find(&list).Error
}

// Nodes lists the nodes of all of a country's frameworks, framework by
// framework in the order of the tree.
func Nodes(tx *gorm.DB, country string) ([]Node, error) {
	var list []Node
	return list, tx.Raw(`SELECT n.* FROM nodes n JOIN frameworks f ON f.id = n.framework_id
WHERE f.country = ? ORDER BY f.starts_on DESC, f.code, n.sort_key`, country).Scan(&list).Error
}

// deepest bounds the way up a framework, should its levels ever run in a circle.
const deepest = 100

// Path lists the nodes from the root down to the node of an id; it is empty
// when there is none.
func Path(tx *gorm.DB, id int64) (list []Node, err error) {
	if id == 0 {
		return nil, nil
	}
	return list, tx.Raw(`WITH RECURSIVE way AS (SELECT n.*, 1 AS up FROM nodes n WHERE n.id = ?
		UNION ALL SELECT p.*, w.up + 1 FROM nodes p JOIN way w ON p.id = w.parent_id WHERE w.up < ?) SELECT * FROM way ORDER BY up DESC`, id, deepest).Scan(&list).Error
}

// VisibleSQL is the condition, with its arguments, that the commitments under
// an alias are open to the actor: all of them in government, what their own
// institution leads or supports to a focal point outside it, none to others.
func VisibleSQL(actor accounts.Actor, alias string) (string, []any) {
	switch {
	case actor.CanReadWholePlan():
		return "1 = 1", nil
	case actor.CanReadPlan():
		return "(" + alias + ".lead_id = ? OR EXISTS (SELECT 1 FROM supports vs WHERE vs.commitment_id = " + alias + ".id AND vs.institution_id = ?))",
			[]any{actor.InstitutionID, actor.InstitutionID}
	}
	return "1 = 0", nil
}

// CommitmentByRef finds a commitment whoever asks.
func CommitmentByRef(tx *gorm.DB, ref string) (Commitment, error) {
	return oneCommitment(tx.Where("ref = ?", ref))
}

// CommitmentByID finds a commitment whoever asks.
func CommitmentByID(tx *gorm.DB, id int64) (Commitment, error) {
	return oneCommitment(tx.Where("id = ?", id))
}

// CommitmentForActor finds a commitment that the actor may see. One they may
// not see is missing, like one that does not exist.
func CommitmentForActor(tx *gorm.DB, actor accounts.Actor, ref string) (Commitment, error) {
	where, args := VisibleSQL(actor, "commitments")
	return oneCommitment(tx.Where("ref = ?", ref).Where(where, args...))
}

func oneCommitment(tx *gorm.DB) (Commitment, error) {
	var c Commitment
	err := tx.Limit(1).Find(&c).Error
	if err == nil && c.ID == 0 {
		err = problem.Missing()
	}
	return c, err
}

// CommitmentsForActor lists the commitments that the actor may see, in the
// order of their references.
func CommitmentsForActor(tx *gorm.DB, actor accounts.Actor) ([]Commitment, error) {
	var list []Commitment
	where, args := VisibleSQL(actor, "commitments")
	return list, tx.Where(where, args...).Order("sort_key").Find(&list).Error
}

// RevisionsInForce gives the terms of every commitment, or only of those
// named, on day D as known at instant K: of the revisions effective by D and
// recorded by K the greatest (effective_on, recorded_at, id). A commitment
// without one does not exist for a report of (D, K) and is not in the map,
// whose key is the commitment's id.
func RevisionsInForce(tx *gorm.DB, d calendar.Date, k time.Time, only ...int64) (map[int64]Revision, error) {
	some, ids := Only("c.id", only)
	rows, err := tx.Raw(`SELECT r.id, r.commitment_id, r.effective_on, r.recorded_at, r.recorded_by_id, r.reason, r.title, r.text, r.node_id, r.lead_id, r.starts_on, r.due_on,
	r.means_of_verification, r.assumptions, r.share, r.supporting, r.milestones, r.budget, r.themes, r.indicia, r.sdg FROM commitments c JOIN commitment_revisions r ON r.id = (
	SELECT x.id FROM commitment_revisions x WHERE x.commitment_id = c.id AND x.effective_on <= ? AND x.recorded_at <= ?
	ORDER BY x.effective_on DESC, x.recorded_at DESC, x.id DESC LIMIT 1) WHERE TRUE`+some, append([]any{d, k.UTC()}, ids...)...).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	out := map[int64]Revision{}
	for rows.Next() {
		var r Revision
		lists := [...]any{&r.Supporting, &r.Milestones, &r.Budget, &r.Themes, &r.Indicia, &r.SDG}
		var text [len(lists)]sql.RawBytes
		if err := rows.Scan(&r.ID, &r.CommitmentID, &r.EffectiveOn, &r.RecordedAt, &r.RecordedByID, &r.Reason, &r.Title, &r.Text, &r.NodeID, &r.LeadID, &r.StartsOn, &r.DueOn,
			&r.MeansOfVerification, &r.Assumptions, &r.Share, &text[0], &text[1], &text[2], &text[3], &text[4], &text[5]); err != nil {
			return nil, err
		}
		for i, list := range lists {
			if err := json.Unmarshal(text[i], list); err != nil {
				return nil, err
			}
		}
		out[r.CommitmentID] = r
	}
	return out, rows.Err()
}

// BudgetsInForce gives the budgets of the same revisions, of commitments that
// have one, by commitment: of all, or only of those named.
func BudgetsInForce(tx *gorm.DB, d calendar.Date, k time.Time, only ...int64) (map[int64][]BudgetLine, error) {
	out := map[int64][]BudgetLine{}
	err := partsInForce(tx, "r.budget, '', ''", "r.budget <> '[]'", d, k, only, func(id int64, text, _, _ string) error {
		var list []BudgetLine
		err := json.Unmarshal([]byte(text), &list)
		out[id] = list
		return err
	})
	return out, err
}

// SharesInForce gives how far the same revisions are shared, by commitment.
func SharesInForce(tx *gorm.DB, d calendar.Date, k time.Time) (map[int64]Audience, error) {
	out := map[int64]Audience{}
	err := partsInForce(tx, "r.share, '', ''", "TRUE", d, k, nil, func(id int64, share, _, _ string) error {
		out[id] = Audience(share)
		return nil
	})
	return out, err
}

// Wording is how a revision words its commitment, and how many milestones it
// has.
type Wording struct {
	Title, Text string
	milestones  string // as stored
}

// Milestones is their number.
func (w Wording) Milestones() int {
	var list []json.RawMessage
	_ = json.Unmarshal([]byte(w.milestones), &list) // it was written by us; what is not has none
	return len(list)
}

// WordingsInForce gives the words of the same revisions, by commitment.
func WordingsInForce(tx *gorm.DB, d calendar.Date, k time.Time) (map[int64]Wording, error) {
	out := map[int64]Wording{}
	err := partsInForce(tx, "r.title, r.text, r.milestones", "TRUE", d, k, nil, func(id int64, title, text, milestones string) error {
		out[id] = Wording{title, text, milestones}
		return nil
	})
	return out, err
}

// partsInForce reads three columns of text of the same revisions, row by row:
// whole ones are dearer.
func partsInForce(tx *gorm.DB, columns, where string, d calendar.Date, k time.Time, only []int64, take func(id int64, a, b, c string) error) error {
	some, ids := Only("c.id", only)
	rows, err := tx.Raw("SELECT c.id, "+columns+` FROM commitments c JOIN commitment_revisions r ON r.id = (
	SELECT x.id FROM commitment_revisions x WHERE x.commitment_id = c.id AND x.effective_on <= ? AND x.recorded_at <= ?
	ORDER BY x.effective_on DESC, x.recorded_at DESC, x.id DESC LIMIT 1) WHERE `+where+some, append([]any{d, k.UTC()}, ids...)...).Rows()
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var id int64
		var a, b, c string
		if err := rows.Scan(&id, &a, &b, &c); err != nil {
			return err
		}
		if err := take(id, a, b, c); err != nil {
			return err
		}
	}
	return rows.Err()
}

// RevisionInForce gives one commitment's terms on day D as known at instant
// K; none means Missing.
func RevisionInForce(tx *gorm.DB, commitmentID int64, d calendar.Date, k time.Time) (Revision, error) {
	return firstRevision(tx.Where("commitment_id = ? AND effective_on <= ? AND recorded_at <= ?", commitmentID, d, k.UTC()))
}

// CurrentRevision gives a commitment's newest terms.
func CurrentRevision(tx *gorm.DB, commitmentID int64) (Revision, error) {
	return firstRevision(tx.Where("commitment_id = ?", commitmentID))
}

func firstRevision(tx *gorm.DB) (Revision, error) {
	var r Revision
	err := tx.Order("effective_on DESC, recorded_at DESC, id DESC").Limit(1).Find(&r).Error
	if err == nil && r.ID == 0 {
		err = problem.Missing()
	}
	return r, err
}

// Revisions lists all revisions of a commitment in the order of recording.
func Revisions(tx *gorm.DB, commitmentID int64) ([]Revision, error) {
	var list []Revision
	return list, tx.Where("commitment_id = ?", commitmentID).Order("recorded_at, id").Find(&list).Error
}

// Transfers lists the transfers of a commitment in the order of their days.
func Transfers(tx *gorm.DB, commitmentID int64) ([]Transfer, error) {
	var list []Transfer
	return list, tx.Where("commitment_id = ?", commitmentID).Order("effective_on, recorded_at, id").Find(&list).Error
}

// AnsweredSQL is the condition, with its arguments, that an answer counted on
// day D as known at instant K: linked by then and not yet ended by then.
func AnsweredSQL(d calendar.Date, k time.Time) (string, []any) {
	return "linked_on <= ? AND linked_at <= ? AND NOT (ended_on IS NOT NULL AND ended_on <= ? AND ended_at <= ?)", []any{d, k.UTC(), d, k.UTC()}
}

// Only asks a query for some commitments, for all where none is named: it
// gives a condition to add to others, on the column that holds a commitment's
// id, and its arguments.
func Only(column string, ids []int64) (string, []any) {
	if len(ids) == 0 {
		return "", nil
	}
	return " AND " + column + " IN ?", []any{Padded(ids)}
}

// Padded is a list of ids with its last repeated up to the next power of two: it
// chooses the same rows, and a question has few forms that the database must
// prepare, whatever the number of ids.
func Padded(ids []int64) []int64 {
	if len(ids) == 0 {
		return ids
	}
	size := 1
	for size < len(ids) {
		size *= 2
	}
	return append(slices.Clone(ids), slices.Repeat(ids[len(ids)-1:], size-len(ids))...)
}

// AnswersInForce lists, in one query, every answer that counted on day D as
// known at instant K.
func AnswersInForce(tx *gorm.DB, d calendar.Date, k time.Time) ([]Answer, error) {
	var list []Answer
	where, args := AnsweredSQL(d, k)
	return list, tx.Where(where, args...).Order("item_id, commitment_id, id").Find(&list).Error
}

// Answers lists all answers of a commitment, ended ones too, in the order of linking.
func Answers(tx *gorm.DB, commitmentID int64) ([]Answer, error) {
	var list []Answer
	return list, tx.Where("commitment_id = ?", commitmentID).Order("linked_at, id").Find(&list).Error
}
