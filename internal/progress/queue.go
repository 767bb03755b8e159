package progress

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/plan"
)

// Queued is an update in the review queue: what the queue is ordered, counted
// and filtered by. Briefly reads those that a page shows.
type Queued struct {
	ID               int64
	InstitutionID    int64
	Institution      string // code
	InstitutionName  string
	Kind             Kind
	Correction       bool
	NoChange         bool // NoChange says what that is
	Version          int64
	State            State
	OnBehalf         bool
	AsOf             calendar.Date
	FirstSubmittedOn calendar.Date
	SubmittedAt      time.Time
	NoProgress       bool
	Late             bool
	written          bool // the actor is one of its authors
}

// Queue is what waits for the actor's decision, and what waits for others.
type Queue struct {
	Mine   []Queued // the actor may decide these, oldest first
	Others []Queued // waiting, but not for this actor: their own, or for a focal point's confirmation
	Back   []Queued // returned and not yet corrected
}

// Review reads the review queue: for a coordinator everything in review, for
// a focal point what was written on their institution's behalf.
func (s *Store) Review(ctx context.Context, actor accounts.Actor, country string) (q Queue, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		q = Queue{}
		var only []int64
		if !actor.CanReadInReview() {
			only = []int64{actor.InstitutionID}
		}
		schedule, err := LoadSchedule(tx, country)
		if err != nil {
			return err
		}
		list, err := queued(tx, schedule, actor, only...)
		for _, u := range list {
			q.add(actor, u)
		}
		return err
	})
	return q, err
}

func (q *Queue) add(actor accounts.Actor, u Queued) {
	update := Update{ID: u.ID, InstitutionID: u.InstitutionID, State: u.State, OnBehalf: u.OnBehalf}
	var authors []int64
	if u.written {
		authors = []int64{actor.PersonID}
	}
	switch {
	case !Visible(actor, update):
	case u.State == Returned:
		q.Back = append(q.Back, u)
	case CanDecide(actor, update, authors) == nil:
		q.Mine = append(q.Mine, u)
	default:
		q.Others = append(q.Others, u)
	}
}

// queued reads what is in review or was returned, oldest first: of all
// institutions, or of one.
func queued(tx *gorm.DB, schedule Schedule, actor accounts.Actor, only ...int64) (list []Queued, err error) {
	some, ids := plan.Only("u.institution_id", only)
	// What an update would change is asked of those alone that say "no progress"; their order is made here: both engines sort whole rows.
	err = db.Each(tx.Raw(`SELECT u.id, u.institution_id, i.code, i.short_name, u.kind, u.corrects_id IS NOT NULL, u.version, u.status, u.milestone, u.money <> '[]', u.state, u.on_behalf,
		u.as_of, u.first_submitted_on, u.submitted_at, u.no_progress <> '',
		CASE WHEN u.no_progress <> '' THEN (SELECT s.status FROM current_status s WHERE s.commitment_id = u.commitment_id) END,
		CASE WHEN u.no_progress <> '' THEN (SELECT count(*) FROM evidence e WHERE e.update_id = u.id) ELSE 0 END,
		EXISTS (SELECT 1 FROM update_authors a WHERE a.update_id = u.id AND a.person_id = ?)
		FROM updates u JOIN institutions i ON i.id = u.institution_id WHERE u.state <> 'approved' AND u.state <> 'draft'`+some, append([]any{actor.PersonID}, ids...)...), func(rows *sql.Rows) error {
		var u Queued
		var said change
		var now sql.NullString
		if err := rows.Scan(&u.ID, &u.InstitutionID, &u.Institution, &u.InstitutionName, &u.Kind, &u.Correction, &u.Version, &said.status, &said.milestone, &said.money, &u.State, &u.OnBehalf,
			&u.AsOf, &u.FirstSubmittedOn, &u.SubmittedAt, &u.NoProgress, &now, &said.evidence, &u.written); err != nil {
			return err
		}
		said.kind, said.now, said.noProgress, said.correction = u.Kind, Status(now.String), u.NoProgress, u.Correction
		u.NoChange = said.none()
		u.Late = schedule.Late(u.AsOf, u.FirstSubmittedOn)
		list = append(list, u)
		return nil
	})
	slices.SortFunc(list, func(a, b Queued) int { return cmp.Or(a.SubmittedAt.Compare(b.SubmittedAt), cmp.Compare(a.ID, b.ID)) })
	return list, err
}

// mine is the condition, with its arguments, that an actor may decide on the
// updates u: the rule of Entry.MayDecide as a query. It is empty for who
// decides on none. What the actor wrote is listed once, not looked up for each.
func mine(actor accounts.Actor) (where string, args []any) {
	return mineAs("u.state = 'submitted'", actor)
}

// mineAs is mine where a condition of its own says "in review": it chooses the
// index that is asked.
func mineAs(inReview string, actor accounts.Actor) (where string, args []any) {
	const unwritten = " AND u.id NOT IN (SELECT a.update_id FROM update_authors a WHERE a.person_id = ?)"
	switch actor.Role {
	case accounts.Coordinator:
		return inReview + " AND u.on_behalf = FALSE" + unwritten, []any{actor.PersonID}
	case accounts.FocalPoint:
		return inReview + " AND u.on_behalf = TRUE AND u.institution_id = ?" + unwritten, []any{actor.InstitutionID, actor.PersonID}
	}
	return "", nil
}
