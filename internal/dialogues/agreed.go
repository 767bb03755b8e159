package dialogues

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/problem"
)

// AgreedAction ties a commitment to the agenda item under which it was agreed.
type AgreedAction struct {
	ID           int64 `gorm:"primaryKey"`
	AgendaItemID int64
	CommitmentID int64
	AgreedAt     time.Time
	ByID         *int64
}

// TableName is the table of agreed actions.
func (AgreedAction) TableName() string { return "agreed_actions" }

// AgreedNew is an action that the government agreed to under an agenda item.
// Answers is the item of a recommendation that it answers in part, 0 for none.
type AgreedNew struct {
	Country          string
	DialogueID, ID   int64
	Ref, Title, Text string
	LeadID           int64
	DueOn            calendar.Date
	Answers          int64
	Share            plan.Audience // empty: the partner, who was there
}

// Agree makes a commitment of what was agreed, in force from the dialogue's
// day, tied to its agenda item. It needs whoever leads it and a due date, and
// can be agreed from the dialogue's day on.
func Agree(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in AgreedNew) (com plan.Commitment, err error) {
	d, i, name, err := agreeable(tx, clock, actor, in.Country, in.DialogueID, in.ID)
	if err != nil {
		return com, err
	}
	var c problem.Check
	c.Require(strings.TrimSpace(in.Title) != "", "title", "agenda.error.title")
	c.Require(in.LeadID != 0, "lead", "agenda.error.lead")
	c.Require(!in.DueOn.IsZero(), "due_on", "agenda.error.due")
	if err := c.Err(); err != nil {
		return com, err
	}
	reason := d.Told()
	com, err = plan.Add(tx, clock, actor, plan.CommitmentNew{Country: d.Country, Ref: in.Ref, Origin: plan.FromDialogue, EffectiveOn: d.HeldOn, Reason: reason,
		Terms: plan.Terms{Title: in.Title, Text: cmp.Or(strings.TrimSpace(in.Text), in.Title), LeadID: in.LeadID, StartsOn: d.HeldOn, DueOn: in.DueOn, Share: cmp.Or(in.Share, plan.Partner)}})
	if err != nil {
		return com, err
	}
	if in.Answers != 0 {
		if _, err := plan.Link(tx, clock, actor, plan.AnswerNew{Ref: com.Ref, ItemID: in.Answers, Extent: plan.InPart, Reason: reason, LinkedOn: d.HeldOn}); err != nil {
			return com, err
		}
	}
	if err := tx.Create(&AgreedAction{AgendaItemID: i.ID, CommitmentID: com.ID, AgreedAt: clock.Now(), ByID: by(actor)}).Error; err != nil {
		return com, err
	}
	return com, note(tx, clock, actor, "agenda.agree", d, about(i, name), audit.Change{Field: "commitment", New: com.Ref})
}

// agreeable finds an agenda item under which something can be agreed: of a
// dialogue whose day has come.
func agreeable(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, country string, dialogueID, id int64) (d Dialogue, i AgendaItem, name string, err error) {
	if d, i, name, err = itemOf(tx, actor, country, dialogueID, id); err == nil && d.HeldOn.After(clock.Today()) {
		err = problem.New(problem.Invalid, "dialogues.error.not_yet", "date", d.HeldOn)
	}
	return d, i, name, err
}

// about names an agenda item in the trail.
func about(i AgendaItem, name string) audit.Change {
	return audit.Change{Field: string(i.Kind()), New: name, Free: i.Kind() == OfPoint}
}

// by is the person behind a row, none for the command line.
func by(actor accounts.Actor) *int64 {
	if actor.PersonID == 0 {
		return nil
	}
	return &actor.PersonID
}

// AgreedTold is an agreed action with the dialogue in which it was agreed.
type AgreedTold struct {
	CommitmentID int64         `json:"-"`
	AgendaItemID int64         `json:"-"`
	DialogueID   int64         `json:"-"`
	Dialogue     string        `json:"dialogue"` // title
	HeldOn       calendar.Date `json:"agreed_on"`
	PartnerID    int64         `json:"-"` // of the dialogue, 0 for none
}

// AgreedUpTo lists what was agreed in a country's dialogues of a day and
// before, the newest dialogue first.
func AgreedUpTo(tx *gorm.DB, country string, day calendar.Date) (list []AgreedTold, err error) {
	err = tx.Raw(`SELECT a.commitment_id, a.agenda_item_id, d.id AS dialogue_id, d.title AS dialogue, d.held_on, COALESCE(d.partner_id, 0) AS partner_id FROM agreed_actions a JOIN agenda_items i ON i.id = a.agenda_item_id
		JOIN dialogues d ON d.id = i.dialogue_id WHERE d.country = ? AND d.held_on <= ? ORDER BY d.held_on DESC, d.id DESC, a.id`, country, day).Scan(&list).Error
	return list, err
}

// Agree makes a commitment of what was agreed, once for a form's key, and
// returns its reference.
func (s *Store) Agree(ctx context.Context, actor accounts.Actor, key string, in AgreedNew) (ref string, err error) {
	return s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		com, err := Agree(tx, s.clock, actor, in)
		return com.Ref, err
	})
}

// NextRef is the reference that the next agreed action of a country may have.
func (s *Store) NextRef(ctx context.Context, actor accounts.Actor, country string) (ref string, err error) {
	err = s.read(ctx, actor, func(tx *gorm.DB) error {
		var refs []string
		err := tx.Raw("SELECT ref FROM commitments WHERE country = ? AND ref LIKE 'DIA-%'", country).Scan(&refs).Error
		last := 0
		for _, one := range refs {
			if n, bad := strconv.Atoi(strings.TrimPrefix(one, "DIA-")); bad == nil {
				last = max(last, n)
			}
		}
		ref = fmt.Sprintf("DIA-%d", last+1)
		return err
	})
	return ref, err
}

// OriginOf is the dialogue in which a commitment was agreed; found is false
// where it was not, or the actor reads no dialogues.
func (s *Store) OriginOf(ctx context.Context, actor accounts.Actor, commitmentID int64) (one AgreedTold, found bool, err error) {
	if !MayRead(actor) {
		return one, false, nil
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		return tx.Raw(`SELECT a.commitment_id, a.agenda_item_id, d.id AS dialogue_id, d.title AS dialogue, d.held_on FROM agreed_actions a JOIN agenda_items i ON i.id = a.agenda_item_id
			JOIN dialogues d ON d.id = i.dialogue_id WHERE a.commitment_id = ?`, commitmentID).Scan(&one).Error
	})
	return one, one.DialogueID != 0, err
}
