package progress

import (
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

// Brief is an update as a line of a list tells it. It is read by a column each
// and without a model: lists are asked for most.
type Brief struct {
	ID               int64
	Ref              string // of the commitment
	CommitmentTitle  string
	InstitutionID    int64
	Institution      string // code
	InstitutionName  string // short
	Kind             Kind
	AsOf             calendar.Date
	Status           Status
	Done             string
	NoProgress       string
	Blocker          string
	CorrectsID       int64 // 0: it replaces nothing
	OnBehalf         bool
	State            State
	FirstSubmittedOn calendar.Date
	SubmittedAt      *time.Time
	ApprovedAt       *time.Time
	Version          int64
	SupersededBy     int64      // the approved correction that replaced it, 0 for none
	Evidence         bool       // there is some that the actor may see
	Reason           string     // of the last return, of one that came back
	ReturnedAt       *time.Time // when that was
	Clearance        ClearanceTold
	Late             bool
	Deadline         Deadline
	written          bool // the actor is one of its authors
}

func (b Brief) entry() Entry { return Entry{b.InstitutionID, b.OnBehalf, b.State} }

// MayDecide says whether the actor for whom it was read may decide on it, and
// if not, why.
func (b Brief) MayDecide(actor accounts.Actor) error {
	var authors []int64
	if b.written {
		authors = []int64{actor.PersonID}
	}
	return b.entry().MayDecide(actor, authors)
}

// LateDays is by how many days it came after its deadline's due date.
func (b Brief) LateDays() int { return lateDays(b.Late, b.FirstSubmittedOn, b.Deadline) }

// Addendum says whether it stands beside what was certified for its deadline.
func (b Brief) Addendum() bool { return b.Deadline.besides(b.ApprovedAt) }

// Waits says whether it waits for clearance.
func (b Brief) Waits() bool { return b.Clearance.Waits(b.entry(), b.Version) }

// NotCleared says whether clearance was refused, and nothing has followed.
func (b Brief) NotCleared() bool { return b.Clearance.Refused(b.entry()) }

const briefColumns = `SELECT u.id, c.ref, c.title, u.institution_id, i.code, i.short_name, u.kind, u.as_of, u.status, u.done, u.no_progress, u.blocker, COALESCE(u.corrects_id, 0), u.on_behalf, u.state,
	u.first_submitted_on, u.submitted_at, u.approved_at, u.version, COALESCE((SELECT k.id FROM updates k WHERE k.corrects_id = u.id AND k.state = 'approved'), 0),
	EXISTS (SELECT 1 FROM evidence e WHERE e.update_id = u.id AND (e.share <> 'internal' OR ? OR u.institution_id = ?)), COALESCE(d.reason, ''), d.at, COALESCE(cl.kind, ''), COALESCE(cl.version, 0),
	EXISTS (SELECT 1 FROM update_authors a WHERE a.update_id = u.id AND a.person_id = ?)
	FROM updates u JOIN commitments c ON c.id = u.commitment_id JOIN institutions i ON i.id = u.institution_id
	LEFT JOIN decisions d ON d.id = CASE WHEN u.state = 'returned' THEN (SELECT x.id FROM decisions x WHERE x.update_id = u.id AND x.kind = 'returned' ORDER BY x.at DESC, x.id DESC LIMIT 1) END
	LEFT JOIN clearances cl ON cl.id = (SELECT max(x.id) FROM clearances x WHERE x.update_id = u.id) `

// briefly tells the updates that a condition chooses, as far as the actor may
// see them: what shown takes out of them is not in them either.
func briefly(tx *gorm.DB, actor accounts.Actor, schedule Schedule, where string, args ...any) (list []Brief, err error) {
	err = db.Each(tx.Raw(briefColumns+where, append([]any{actor.CanReadWholePlan(), actor.InstitutionID, actor.PersonID}, args...)...), func(rows *sql.Rows) error {
		var b Brief
		if err := rows.Scan(&b.ID, &b.Ref, &b.CommitmentTitle, &b.InstitutionID, &b.Institution, &b.InstitutionName, &b.Kind, &b.AsOf, &b.Status, &b.Done, &b.NoProgress, &b.Blocker, &b.CorrectsID, &b.OnBehalf, &b.State,
			&b.FirstSubmittedOn, &b.SubmittedAt, &b.ApprovedAt, &b.Version, &b.SupersededBy, &b.Evidence, &b.Reason, &b.ReturnedAt, &b.Clearance.Kind, &b.Clearance.Version, &b.written); err != nil {
			return err
		}
		if !b.entry().VisibleTo(actor) {
			return nil
		}
		if actor.InstitutionID != b.InstitutionID {
			b.Clearance = ClearanceTold{}
		}
		if outside(actor, Update{InstitutionID: b.InstitutionID}) {
			b.Reason = ""
		}
		b.Deadline, _ = schedule.For(b.AsOf)
		b.Late = schedule.Late(b.AsOf, b.FirstSubmittedOn)
		list = append(list, b)
		return nil
	})
	return list, err
}

// briefByID tells the updates named.
func briefByID(tx *gorm.DB, actor accounts.Actor, schedule Schedule, ids []int64) (map[int64]Brief, error) {
	list, err := briefly(tx, actor, schedule, "WHERE u.id IN ?", plan.Padded(ids))
	told := make(map[int64]Brief, len(list))
	for _, b := range list {
		told[b.ID] = b
	}
	return told, err
}

// Briefly reads the given updates as lines of a list, by their ids, as far as
// the actor may see them.
func (s *Store) Briefly(ctx context.Context, actor accounts.Actor, country string, updates ...Queued) (told map[int64]Brief, err error) {
	if len(updates) == 0 {
		return map[int64]Brief{}, nil
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		schedule, err := LoadSchedule(tx, country)
		if err == nil {
			told, err = briefByID(tx, actor, schedule, idsOf(updates))
		}
		return err
	})
	return told, err
}

// Hand is what an institution has in hand: what its people may confirm, what
// waits for others, what came back and its drafts.
type Hand struct {
	Confirm, Waiting []Brief // oldest first
	WaitingMore      int     // are not told
	Back, Drafts     []Brief // the newest day first
}

// InHand reads what the actor's institution has in hand, of what waits for
// others the n that wait longest.
func (s *Store) InHand(ctx context.Context, actor accounts.Actor, country string, n int) (h Hand, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		schedule, err := LoadSchedule(tx, country)
		if err != nil {
			return err
		}
		list, err := queued(tx, schedule, actor, actor.InstitutionID)
		if err != nil {
			return err
		}
		var q Queue
		for _, u := range list {
			q.add(actor, u)
		}
		h = Hand{WaitingMore: max(0, len(q.Others)-n)}
		q.Others = q.Others[:len(q.Others)-h.WaitingMore]
		ids := idsOf(slices.Concat(q.Mine, q.Others, q.Back))
		// What is not approved has an index of its own, by institution and state: so drafts are asked for twice.
		told, err := briefly(tx, actor, schedule, "WHERE u.id IN ? OR u.institution_id = ? AND u.state <> 'approved' AND u.state = 'draft' ORDER BY u.as_of DESC, u.id DESC", plan.Padded(append(ids, 0)), actor.InstitutionID)
		if err != nil {
			return err
		}
		byID := map[int64]Brief{}
		for _, b := range told {
			switch byID[b.ID] = b; b.State {
			case Draft:
				h.Drafts = append(h.Drafts, b)
			case Returned:
				h.Back = append(h.Back, b)
			}
		}
		for _, part := range []struct {
			of []Queued
			to *[]Brief
		}{{q.Mine, &h.Confirm}, {q.Others, &h.Waiting}} {
			for _, u := range part.of {
				if b, ok := byID[u.ID]; ok {
					*part.to = append(*part.to, b)
				}
			}
		}
		return nil
	})
	return h, err
}

func idsOf(list []Queued) []int64 {
	ids := make([]int64, len(list))
	for i, u := range list {
		ids[i] = u.ID
	}
	return ids
}
