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
	"tracker/internal/plan"
)

// Queued is an update in the review queue: what the queue is ordered, counted
// and filtered by. Tell reads those that a page shows.
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
		list, err := queued(tx, actor, country, only...)
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
func queued(tx *gorm.DB, actor accounts.Actor, country string, only ...int64) (list []Queued, err error) {
	schedule, err := LoadSchedule(tx, country)
	if err != nil {
		return nil, err
	}
	some, ids := plan.Only("u.institution_id", only)
	// What an update would change is asked of those alone that say "no progress"; their order is made here: both engines sort whole rows.
	rows, err := tx.Raw(`SELECT u.id, u.institution_id, i.code, i.short_name, u.kind, u.corrects_id IS NOT NULL, u.version, u.status, u.milestone, u.money <> '[]', u.state, u.on_behalf,
		u.as_of, u.first_submitted_on, u.submitted_at, u.no_progress <> '',
		CASE WHEN u.no_progress <> '' THEN (SELECT s.status FROM current_status s WHERE s.commitment_id = u.commitment_id) END,
		CASE WHEN u.no_progress <> '' THEN (SELECT count(*) FROM evidence e WHERE e.update_id = u.id) ELSE 0 END,
		EXISTS (SELECT 1 FROM update_authors a WHERE a.update_id = u.id AND a.person_id = ?)
		FROM updates u JOIN institutions i ON i.id = u.institution_id WHERE u.state <> 'approved' AND u.state <> 'draft'`+some, append([]any{actor.PersonID}, ids...)...).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var u Queued
		var said change
		var now sql.NullString
		if err := rows.Scan(&u.ID, &u.InstitutionID, &u.Institution, &u.InstitutionName, &u.Kind, &u.Correction, &u.Version, &said.status, &said.milestone, &said.money, &u.State, &u.OnBehalf,
			&u.AsOf, &u.FirstSubmittedOn, &u.SubmittedAt, &u.NoProgress, &now, &said.evidence, &u.written); err != nil {
			return nil, err
		}
		said.kind, said.now, said.noProgress, said.correction = u.Kind, Status(now.String), u.NoProgress, u.Correction
		u.NoChange = said.none()
		u.Late = schedule.Late(u.AsOf, u.FirstSubmittedOn)
		list = append(list, u)
	}
	slices.SortFunc(list, func(a, b Queued) int { return cmp.Or(a.SubmittedAt.Compare(b.SubmittedAt), cmp.Compare(a.ID, b.ID)) })
	return list, rows.Err()
}

// Ahead is the queue of a coordinator in numbers, with those of it that wait
// longest for them.
type Ahead struct {
	Mine, Others, Back int
	First              []Queued // oldest first; their ids and when they were sent, no more
}

// Ahead counts a coordinator's queue and reads the first n of it. For anybody
// else it is empty.
func (s *Store) Ahead(ctx context.Context, actor accounts.Actor, n int) (a Ahead, err error) {
	if !actor.CanReview() {
		return a, nil
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		count, args := CountReview(actor)
		var waiting int
		if err := tx.Raw("SELECT ("+count+"), (SELECT count(*) FROM updates u WHERE u.state = 'submitted'), (SELECT count(*) FROM updates u WHERE u.state = 'returned')", args...).
			Row().Scan(&a.Mine, &waiting, &a.Back); err != nil {
			return err
		}
		a.Others, a.First = waiting-a.Mine, nil
		where, of := mine(actor)
		return tx.Raw("SELECT u.id, u.submitted_at FROM updates u WHERE "+where+" ORDER BY u.submitted_at, u.id LIMIT ?", append(of, n)...).Scan(&a.First).Error
	})
	return a, err
}

// Tell reads the given updates with everything told of them, by their ids, as
// far as the actor may see them.
func (s *Store) Tell(ctx context.Context, actor accounts.Actor, country string, updates ...Queued) (map[int64]Told, error) {
	told := map[int64]Told{}
	if len(updates) == 0 {
		return told, nil
	}
	ids := make([]int64, len(updates))
	for i, u := range updates {
		ids[i] = u.ID
	}
	err := s.db.Read(ctx, func(tx *gorm.DB) error {
		list, err := tell(tx, country, "WHERE u.id IN ?", ids)
		for _, t := range shown(actor, list) {
			told[t.ID] = t
		}
		return err
	})
	return told, err
}

// mine is the condition, with its arguments, that an actor may decide on the
// updates u: the rule of Entry.MayDecide as a query. It is empty for who
// decides on none.
func mine(actor accounts.Actor) (where string, args []any) {
	const unwritten = " AND NOT EXISTS (SELECT 1 FROM update_authors a WHERE a.update_id = u.id AND a.person_id = ?)"
	switch actor.Role {
	case accounts.Coordinator:
		return "u.state = 'submitted' AND u.on_behalf = FALSE" + unwritten, []any{actor.PersonID}
	case accounts.FocalPoint:
		return "u.state = 'submitted' AND u.on_behalf = TRUE AND u.institution_id = ?" + unwritten, []any{actor.InstitutionID, actor.PersonID}
	}
	return "", nil
}

// CountReview is the query of how many updates wait for an actor's decision: the
// number behind the word Review in the navigation, asked together with others.
// Of a coordinator's, what they wrote themselves is taken off: it is little,
// and all the rest is counted from an index alone.
func CountReview(actor accounts.Actor) (query string, args []any) {
	where, args := mine(actor)
	switch {
	case where == "":
		return "SELECT 0", nil
	case actor.Role == accounts.Coordinator:
		return `SELECT (SELECT count(*) FROM updates u WHERE u.state = 'submitted' AND u.on_behalf = FALSE)
			- (SELECT count(*) FROM update_authors a JOIN updates u ON u.id = a.update_id WHERE a.person_id = ? AND u.state = 'submitted' AND u.on_behalf = FALSE)`,
			[]any{actor.PersonID}
	}
	return "SELECT count(*) FROM updates u WHERE " + where, args
}

// Place is where an update stands among those that wait for an actor, oldest
// first, from 1; 0 says that it is not among them. The ids of its neighbours
// and of the first are 0 where there is none; what is not among them has the
// first next.
type Place struct {
	At, Of                int
	First, Previous, Next int64
}

// PlaceOf finds the place of an update in the actor's queue.
func (s *Store) PlaceOf(ctx context.Context, actor accounts.Actor, id int64) (p Place, err error) {
	where, of := mine(actor)
	if where == "" {
		return p, nil
	}
	const (
		at     = "(SELECT x.submitted_at FROM updates x WHERE x.id = ?)"
		before = " AND (u.submitted_at < " + at + " OR u.submitted_at = " + at + " AND u.id < ?)"
		after  = " AND (u.submitted_at > " + at + " OR u.submitted_at = " + at + " AND u.id > ?)"
	)
	from := "FROM updates u WHERE " + where
	there := []any{id, id, id}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		p = Place{}
		var among, earlier int
		err := tx.Raw("SELECT (SELECT count(*) "+from+"), (SELECT count(*) "+from+" AND u.id = ?), (SELECT count(*) "+from+before+`),
			COALESCE((SELECT u.id `+from+" ORDER BY u.submitted_at, u.id LIMIT 1), 0), COALESCE((SELECT u.id "+from+before+` ORDER BY u.submitted_at DESC, u.id DESC LIMIT 1), 0),
			COALESCE((SELECT u.id `+from+after+" ORDER BY u.submitted_at, u.id LIMIT 1), 0)",
			slices.Concat(of, of, []any{id}, of, there, of, of, there, of, there)...).Row().Scan(&p.Of, &among, &earlier, &p.First, &p.Previous, &p.Next)
		if p.At = earlier + 1; among == 0 {
			p.At, p.Previous, p.Next = 0, 0, p.First
		}
		return err
	})
	return p, err
}
