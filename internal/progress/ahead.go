package progress

import (
	"context"
	"database/sql"
	"slices"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/db"
)

// Ahead is the queue of a coordinator in numbers, with those of it that wait
// longest for them.
type Ahead struct {
	Mine, Others, Back int
	First              []Brief // oldest first
}

// Ahead counts a coordinator's queue and reads the first n of it. For anybody
// else it is empty.
func (s *Store) Ahead(ctx context.Context, actor accounts.Actor, country string, n int) (a Ahead, err error) {
	if !actor.CanReview() {
		return a, nil
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		a = Ahead{}
		count, args := CountReview(actor)
		if err := a.count(tx, count, args, &a.Mine); err != nil {
			return err
		}
		query, args := mineFrom(actor, 0, n)
		parts, err := briefParts(tx, actor, country, query, args)
		a.First = parts[0]
		return err
	})
	return a, err
}

// count reads a number, and with the same question what waits for others and
// what came back. What waits for the actor is that number, or was counted before.
func (a *Ahead) count(tx *gorm.DB, number string, args []any, into *int) error {
	waiting := 0
	err := tx.Raw("SELECT ("+number+"), (SELECT count(*) FROM updates u WHERE u.state = 'submitted'), (SELECT count(*) FROM updates u WHERE u.state = 'returned')", args...).
		Row().Scan(into, &waiting, &a.Back)
	a.Others = waiting - a.Mine
	return err
}

// From is an institution of which updates wait for the actor, and how many.
type From struct {
	Code, Name string
	N          int
}

// Front is the queue of a coordinator as its page begins: what Review tells
// of it, counted, and the rows that are shown.
type Front struct {
	Ahead
	From        []From // of Mine, by code
	Unchanged   int    // of Mine, what changes nothing
	OthersFirst []Brief
	BackFirst   []Brief
}

// Front counts a coordinator's queue, and reads a page of n of what waits for
// them, oldest first (the nearest to a number out of range), and of each list
// beside it the first few. For anybody else it is empty.
func (s *Store) Front(ctx context.Context, actor accounts.Actor, country string, page, n, beside int) (f Front, err error) {
	if !actor.CanReview() {
		return f, nil
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		f = Front{}
		if f.From, err = fromOf(tx, actor); err != nil {
			return err
		}
		for _, of := range f.From {
			f.Mine += of.N
		}
		where, args := mineAs(unchangedInReview, actor)
		if err := f.count(tx, "SELECT count(*) FROM updates u WHERE "+where+" AND "+unchanged, args, &f.Unchanged); err != nil {
			return err
		}
		last := max(1, (f.Mine+n-1)/n)
		query, args := mineFrom(actor, (min(max(page, 1), last)-1)*n, n)
		parts, err := briefParts(tx, actor, country, query+` UNION ALL SELECT 1, b.id, b.submitted_at FROM (SELECT x.id, x.submitted_at FROM (SELECT u.id, u.submitted_at FROM updates u WHERE u.state = 'submitted' AND u.on_behalf = TRUE
			UNION ALL SELECT u.id, u.submitted_at FROM update_authors a CROSS JOIN updates u WHERE u.id = a.update_id AND a.person_id = ? AND u.state = 'submitted' AND u.on_behalf = FALSE) x
			ORDER BY x.submitted_at, x.id LIMIT ?) b UNION ALL SELECT 2, c.id, c.submitted_at FROM (SELECT u.id, u.submitted_at FROM updates u WHERE u.state = 'returned' ORDER BY u.submitted_at, u.id LIMIT ?) c`,
			append(args, actor.PersonID, beside, beside))
		f.First, f.OthersFirst, f.BackFirst = parts[0], parts[1], parts[2]
		return err
	})
	return f, err
}

// mineFrom is the query of n of what waits for a coordinator, from a place on,
// oldest first: as the first part of a page, with ids and when they were sent.
func mineFrom(actor accounts.Actor, place, n int) (query string, args []any) {
	where, of := mine(actor)
	return "SELECT 0 AS part, a.id, a.submitted_at FROM (SELECT u.id, u.submitted_at FROM updates u WHERE " + where + " ORDER BY u.submitted_at, u.id LIMIT ? OFFSET ?) a", append(of, n, place)
}

// briefParts tells the updates that a query gives, each part oldest first.
func briefParts(tx *gorm.DB, actor accounts.Actor, country, query string, args []any) (parts [3][]Brief, err error) {
	var chosen []struct {
		Part int
		ID   int64
	}
	if err := tx.Raw("SELECT part, id FROM ("+query+") p ORDER BY part, submitted_at, id", args...).Scan(&chosen).Error; err != nil || len(chosen) == 0 {
		return parts, err
	}
	schedule, err := LoadSchedule(tx, country)
	if err != nil {
		return parts, err
	}
	ids := make([]int64, len(chosen))
	for i, c := range chosen {
		ids[i] = c.ID
	}
	told, err := briefByID(tx, actor, schedule, ids)
	for _, c := range chosen {
		if b, ok := told[c.ID]; ok {
			parts[c.Part] = append(parts[c.Part], b)
		}
	}
	return parts, err
}

// fromOf counts what waits for an actor by institution.
func fromOf(tx *gorm.DB, actor accounts.Actor) (list []From, err error) {
	where, args := mine(actor)
	err = db.Each(tx.Raw(`SELECT i.code, i.short_name, x.n FROM (SELECT u.institution_id, count(*) AS n FROM updates u WHERE `+where+` GROUP BY u.institution_id) x
		JOIN institutions i ON i.id = x.institution_id ORDER BY i.code`, args...), func(rows *sql.Rows) error {
		var f From
		err := rows.Scan(&f.Code, &f.Name, &f.N)
		list = append(list, f)
		return err
	})
	return list, err
}

// CountReview is the query of how many updates wait for an actor's decision: the
// number behind the word Review in the navigation, asked together with others.
func CountReview(actor accounts.Actor) (query string, args []any) {
	where, args := mine(actor)
	if where == "" {
		return "SELECT 0", nil
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
		at     = "((SELECT x.submitted_at FROM updates x WHERE x.id = ?), ?)"
		before = " AND (u.submitted_at, u.id) < " + at
		after  = " AND (u.submitted_at, u.id) > " + at
	)
	there := []any{id, id}
	from := "FROM updates u WHERE " + where
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		p = Place{}
		var one, ahead int
		err := tx.Raw("SELECT (SELECT count(*) "+from+"), (SELECT count(*) "+from+" AND u.id = ?), (SELECT count(*) "+from+before+`),
			COALESCE((SELECT u.id `+from+" ORDER BY u.submitted_at, u.id LIMIT 1), 0), COALESCE((SELECT u.id "+from+before+` ORDER BY u.submitted_at DESC, u.id DESC LIMIT 1), 0),
			COALESCE((SELECT u.id `+from+after+" ORDER BY u.submitted_at, u.id LIMIT 1), 0)",
			slices.Concat(of, of, []any{id}, of, there, of, of, there, of, there)...).Row().Scan(&p.Of, &one, &ahead, &p.First, &p.Previous, &p.Next)
		if p.At = ahead + 1; one == 0 {
			p.At, p.Previous, p.Next = 0, 0, p.First
		}
		return err
	})
	return p, err
}
