package progress

import (
	"context"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/problem"
)

// Visible says whether an actor who may read the commitment may read an
// update of it.
func Visible(actor accounts.Actor, u Update) bool { return u.entry().VisibleTo(actor) }

// visible loads an update that the actor may see. It asks the database once,
// whether the update is hidden or is not there: time tells neither.
func visible(tx *gorm.DB, actor accounts.Actor, id int64) (Update, error) {
	var u Update
	where, args := plan.VisibleSQL(actor, "c")
	if err := tx.Where("id = ?", id).Where("EXISTS (SELECT 1 FROM commitments c WHERE c.id = updates.commitment_id AND "+where+")", args...).Take(&u).Error; err != nil {
		return u, missing(err)
	}
	if !Visible(actor, u) {
		return u, problem.Missing()
	}
	return u, nil
}

// Authors lists the people who edited an update.
func Authors(tx *gorm.DB, id int64) (ids []int64, err error) {
	err = tx.Raw("SELECT person_id FROM update_authors WHERE update_id = ? ORDER BY person_id", id).Scan(&ids).Error
	return ids, err
}

// Told is an update with all that pages say about it.
type Told struct {
	Update
	Ref             string // of the commitment
	CommitmentTitle string
	Institution     string // code
	InstitutionName string
	DraftedBy       string             // post
	ApprovedBy      string             // post
	ReleasedAt      *time.Time         // from when on its shared summary may leave; nil when it may not
	ReleasedBy      string             // post
	Evidence        []Evidence         `gorm:"-"`
	Decisions       []DecisionTold     `gorm:"-"`
	Comments        []CommentTold      `gorm:"-"`                                  // of one update read alone, for who may read them
	Verifications   []VerificationTold `gorm:"-"`                                  // the oldest first
	Clearance       ClearanceTold      `gorm:"embedded;embeddedPrefix:clearance_"` // the last step, for its institution
	Authors         []int64            `gorm:"-"`
	Late            bool               `gorm:"-"`
	SupersededBy    int64              // the approved correction that replaced it, 0 for none
	Deadline        Deadline           `gorm:"-"`
}

// DecisionTold is a decision with the post of who took it.
type DecisionTold struct {
	Decision
	Post string
}

// ReturnedFor is the reason of the last return, empty when there was none.
func (t Told) ReturnedFor() (reason string, at time.Time) {
	for _, d := range t.Decisions {
		if d.Kind == Returned {
			reason, at = d.Reason, d.At
		}
	}
	return reason, at
}

// SuggestedWording is what the last return suggests to write instead, empty
// for nothing.
func (t Told) SuggestedWording() (wording string) {
	for _, d := range t.Decisions {
		if d.Kind == Returned {
			wording = d.Wording
		}
	}
	return wording
}

// Counts says whether the update counts: approved, and not replaced by an
// approved correction.
func (t Told) Counts() bool { return t.State == Approved && t.SupersededBy == 0 }

// LateDays is by how many days the update came after its deadline's due date,
// 0 when it was in time or has no deadline.
func (t Told) LateDays() int { return lateDays(t.Late, t.FirstSubmittedOn, t.Deadline) }

func lateDays(late bool, first calendar.Date, d Deadline) int {
	if !late {
		return 0
	}
	return first.Sub(d.DueOn)
}

const toldColumns = `SELECT u.*, c.ref, c.title AS commitment_title, i.code AS institution, i.short_name AS institution_name,
	COALESCE(pd.title, '') AS drafted_by, COALESCE(pa.title, '') AS approved_by,
	r.released_at, COALESCE(pr.title, '') AS released_by,
	COALESCE(cl.kind, '') AS clearance_kind, COALESCE(cl.version, 0) AS clearance_version, COALESCE(cl.reason, '') AS clearance_reason, cl.at AS clearance_at, COALESCE(pc.title, '') AS clearance_post,
	COALESCE((SELECT k.id FROM updates k WHERE k.corrects_id = u.id AND k.state = 'approved'), 0) AS superseded_by
	FROM updates u JOIN commitments c ON c.id = u.commitment_id JOIN institutions i ON i.id = u.institution_id
	LEFT JOIN people d ON d.id = u.drafted_by_id LEFT JOIN posts pd ON pd.id = d.post_id
	LEFT JOIN people a ON a.id = u.approved_by_id LEFT JOIN posts pa ON pa.id = a.post_id
	LEFT JOIN summary_releases r ON r.update_id = u.id AND r.withdrawn_at IS NULL
	LEFT JOIN people l ON l.id = r.released_by_id LEFT JOIN posts pr ON pr.id = l.post_id
	LEFT JOIN clearances cl ON cl.id = (SELECT max(x.id) FROM clearances x WHERE x.update_id = u.id) LEFT JOIN people cw ON cw.id = cl.by_id LEFT JOIN posts pc ON pc.id = cw.post_id `

// tell runs a query of toldColumns and adds decisions, evidence, judgements,
// authors and lateness with one query each.
func tell(tx *gorm.DB, country string, query string, args ...any) (list []Told, err error) {
	if err := tx.Raw(toldColumns+query, args...).Scan(&list).Error; err != nil || len(list) == 0 {
		return list, err
	}
	place := map[int64]*Told{}
	for i := range list {
		place[list[i].ID] = &list[i]
	}
	var ids, approved []int64
	for _, u := range list {
		if ids = append(ids, u.ID); u.State == Approved {
			approved = append(approved, u.ID)
		}
	}
	ids = plan.Padded(ids)
	var decisions []DecisionTold
	if err := tx.Raw(`SELECT d.*, COALESCE(p.title, '') AS post FROM decisions d LEFT JOIN people w ON w.id = d.by_id
		LEFT JOIN posts p ON p.id = w.post_id WHERE d.update_id IN ? ORDER BY d.at, d.id`, ids).Scan(&decisions).Error; err != nil {
		return nil, err
	}
	for _, d := range decisions {
		place[d.UpdateID].Decisions = append(place[d.UpdateID].Decisions, d)
	}
	var evidence []Evidence
	if err := tx.Where("update_id IN ?", ids).Order("id").Find(&evidence).Error; err != nil {
		return nil, err
	}
	if err := nameFiles(tx, evidence); err != nil {
		return nil, err
	}
	for _, e := range evidence {
		place[e.UpdateID].Evidence = append(place[e.UpdateID].Evidence, e)
	}
	verdicts, err := Verifications(tx, approved)
	if err != nil {
		return nil, err
	}
	for _, v := range verdicts {
		place[v.UpdateID].Verifications = append(place[v.UpdateID].Verifications, v)
	}
	var authors []Author
	if err := tx.Where("update_id IN ?", ids).Order("person_id").Find(&authors).Error; err != nil {
		return nil, err
	}
	for _, a := range authors {
		place[a.UpdateID].Authors = append(place[a.UpdateID].Authors, a.PersonID)
	}
	schedule, err := LoadSchedule(tx, country)
	for i := range list {
		list[i].Deadline, _ = schedule.For(list[i].AsOf)
		list[i].Late = schedule.Late(list[i].AsOf, list[i].FirstSubmittedOn)
	}
	return list, err
}

// Update reads one update with everything told of it.
func (s *Store) Update(ctx context.Context, actor accounts.Actor, country string, id int64) (t Told, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		if _, err := visible(tx, actor, id); err != nil {
			return err
		}
		list, err := tell(tx, country, "WHERE u.id = ?", id)
		if err == nil && len(list) == 1 {
			t = shown(actor, list)[0]
		}
		if err == nil && ReadsComments(actor, t.Update) {
			t.Comments, err = commentsOn(tx, id)
		}
		return err
	})
	return t, err
}

// OfCommitment reads the updates of a commitment that the actor may see,
// newest first by the day they are true on. The caller has checked that the
// actor may see the commitment.
func OfCommitment(tx *gorm.DB, actor accounts.Actor, country string, commitmentID int64) ([]Told, error) {
	list, err := tell(tx, country, "WHERE u.commitment_id = ? ORDER BY u.as_of DESC, u.id DESC", commitmentID)
	return shown(actor, list), err
}

// OfCommitment reads the visible updates of a commitment for a page.
func (s *Store) OfCommitment(ctx context.Context, actor accounts.Actor, country string, commitmentID int64) (list []Told, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		if _, err := loadCommitment(tx, actor, commitmentID); err != nil {
			return err
		}
		list, err = OfCommitment(tx, actor, country, commitmentID)
		return err
	})
	return list, err
}

// Last reads the approved update that decides the status of each of the
// commitments now, for showing it beside a form.
func (s *Store) Last(ctx context.Context, actor accounts.Actor, country string, commitmentID int64) (t Told, found bool, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		if _, err := loadCommitment(tx, actor, commitmentID); err != nil {
			return err
		}
		list, err := tell(tx, country, "WHERE u.id = (SELECT update_id FROM current_status WHERE commitment_id = ?)", commitmentID)
		if len(list) == 1 {
			t, found = shown(actor, list)[0], true
		}
		return err
	})
	return t, found, err
}

// MilestonesDone reads, for each commitment, on which day each milestone
// number was completed by an approved update, as known at k and true by d; of
// all, or only of those named.
func MilestonesDone(tx *gorm.DB, d calendar.Date, k time.Time, only ...int64) (map[int64]map[int]calendar.Date, error) {
	some, ids := plan.Only("u.commitment_id", only)
	var rows []struct {
		CommitmentID int64
		Milestone    int
		AsOf         calendar.Date
	}
	err := tx.Raw(`SELECT u.commitment_id, u.milestone, min(u.as_of) AS as_of FROM updates u WHERE u.state = 'approved' AND u.milestone > 0
		AND u.as_of <= ? AND u.approved_at <= ?
		AND NOT EXISTS (SELECT 1 FROM updates c WHERE c.corrects_id = u.id AND c.state = 'approved' AND c.approved_at <= ?)`+some+`
		GROUP BY u.commitment_id, u.milestone`, append([]any{d, k, k}, ids...)...).Scan(&rows).Error
	out := map[int64]map[int]calendar.Date{}
	for _, r := range rows {
		if out[r.CommitmentID] == nil {
			out[r.CommitmentID] = map[int]calendar.Date{}
		}
		out[r.CommitmentID][r.Milestone] = r.AsOf
	}
	return out, err
}
