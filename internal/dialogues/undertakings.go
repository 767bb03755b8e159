package dialogues

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// The states of an undertaking.
const (
	Open      = "open"
	Done      = "done"
	Withdrawn = "withdrawn"
)

// The steps of an undertaking: what the partner logs, and what a coordinator
// makes of it. An acknowledged one goes on.
const (
	StepLogged       = "logged"
	StepAcknowledged = "acknowledged"
	StepDone         = "done"
	StepWithdrawn    = "withdrawn"
)

// Undertaking is what a partner undertook in a dialogue. It is no commitment:
// no count of the plan holds it, and the partner itself says what became of it.
type Undertaking struct {
	ID            int64         `gorm:"primaryKey" json:"-"`
	AgendaItemID  int64         `json:"-"`
	InstitutionID int64         `json:"-"` // the partner
	Text          string        `json:"text"`
	DueOn         calendar.Date `json:"due_on"`
	State         string        `json:"state"`
	MadeAt        time.Time     `json:"-"`
	ByID          *int64        `json:"-"`
	Version       int64         `json:"-"`
}

// TableName is the table of undertakings.
func (Undertaking) TableName() string { return "undertakings" }

// UndertakingStep is what was said of an undertaking, kept for ever.
type UndertakingStep struct {
	ID            int64     `gorm:"primaryKey" json:"-"`
	UndertakingID int64     `json:"-"`
	Kind          string    `json:"kind"`
	Text          string    `json:"text"`
	At            time.Time `json:"at"`
	ByID          *int64    `json:"-"`
}

// TableName is the table of the steps.
func (UndertakingStep) TableName() string { return "undertaking_steps" }

// UndertakingTold is an undertaking with the dialogue in which it was made and
// all that was said of it. Of the dialogue a partner reads the day alone: its
// title is the government's.
type UndertakingTold struct {
	Undertaking
	Institution     string        `json:"institution"` // code
	InstitutionName string        `json:"institution_name"`
	DialogueID      int64         `json:"-"`
	Dialogue        string        `json:"dialogue"`
	HeldOn          calendar.Date `json:"undertaken_on"`
	Country         string        `json:"-"`
	Steps           []StepTold    `gorm:"-" json:"steps"` // the oldest first
}

// StepTold is a step with the post of who took it.
type StepTold struct {
	UndertakingStep
	Post string `json:"post"`
}

// Waits says whether the partner logged something that no coordinator has
// answered yet.
func (u UndertakingTold) Waits() bool {
	return u.State == Open && len(u.Steps) > 0 && u.Steps[len(u.Steps)-1].Kind == StepLogged
}

// Overdue says whether an open one is past its due date.
func (u UndertakingTold) Overdue(day calendar.Date) bool {
	return u.State == Open && !u.DueOn.IsZero() && u.DueOn.Before(day)
}

// UndertakingNew is an undertaking made under an agenda item.
type UndertakingNew struct {
	Country        string
	DialogueID, ID int64
	InstitutionID  int64
	Text           string
	DueOn          calendar.Date
}

// Undertake notes what a partner undertook, from the dialogue's day on.
func Undertake(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in UndertakingNew) (Undertaking, error) {
	d, i, name, err := agreeable(tx, clock, actor, in.Country, in.DialogueID, in.ID)
	if err != nil {
		return Undertaking{}, err
	}
	var kind accounts.Kind
	if err := tx.Raw("SELECT kind FROM institutions WHERE id = ?", in.InstitutionID).Scan(&kind).Error; err != nil {
		return Undertaking{}, err
	}
	in.Text = strings.TrimSpace(in.Text)
	var c problem.Check
	checkText(&c, "text", in.Text, 1, 1000)
	c.Require(kind == accounts.PartnerOutside, "institution", "undertakings.error.partner")
	c.Require(in.DueOn.IsZero() || !in.DueOn.Before(d.HeldOn), "due_on", "undertakings.error.due")
	if err := c.Err(); err != nil {
		return Undertaking{}, err
	}
	u := Undertaking{AgendaItemID: i.ID, InstitutionID: in.InstitutionID, Text: in.Text, DueOn: in.DueOn, State: Open, MadeAt: clock.Now(), ByID: by(actor), Version: 1}
	if err := tx.Create(&u).Error; err != nil {
		return u, err
	}
	return u, note(tx, clock, actor, "undertaking.make", d, about(i, name), audit.Change{Field: "undertaking", New: strconv.FormatInt(u.ID, 10)},
		audit.Change{Field: "text", New: u.Text, Free: true}, audit.Change{Field: "due_on", New: u.DueOn.String()})
}

// UndertakingSaid is a step on the undertaking that had Version when the form
// was opened.
type UndertakingSaid struct {
	Country     string
	ID, Version int64
	Kind        string
	Text        string
}

// Say takes a step on an open undertaking: its partner logs what was done; a
// coordinator acknowledges that, finds it done, or withdraws the undertaking
// for a reason.
func Say(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in UndertakingSaid) error {
	list, err := undertakings(tx, actor, "d.country = ? AND u.id = ?", in.Country, in.ID)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return problem.Missing()
	}
	u := list[0]
	partner := actor.Is(accounts.Partner)
	switch {
	case partner != (in.Kind == StepLogged) || !partner && !actor.CanChangePlan():
		return problem.Denied("undertakings.error.not_yours")
	case u.State != Open:
		return problem.New(problem.Conflict, "undertakings.error.closed")
	}
	in.Text = strings.TrimSpace(in.Text)
	least := 0
	if in.Kind == StepLogged || in.Kind == StepWithdrawn {
		least = 1
	}
	var c problem.Check
	checkText(&c, "text", in.Text, least, 1000)
	c.Require(slices.Contains([]string{StepLogged, StepAcknowledged, StepDone, StepWithdrawn}, in.Kind), "kind", "undertakings.error.kind")
	if err := c.Err(); err != nil {
		return err
	}
	state := Open
	if in.Kind == StepDone || in.Kind == StepWithdrawn {
		state = in.Kind
	}
	if err := update(tx, "undertakings", u.ID, in.Version, map[string]any{"state": state}); err != nil {
		return err
	}
	if err := tx.Create(&UndertakingStep{UndertakingID: u.ID, Kind: in.Kind, Text: in.Text, At: clock.Now(), ByID: by(actor)}).Error; err != nil {
		return err
	}
	return note(tx, clock, actor, "undertaking."+in.Kind, Dialogue{ID: u.DialogueID}, audit.Change{Field: "undertaking", New: strconv.FormatInt(u.ID, 10)},
		audit.Change{Field: "text", New: in.Text, Free: true})
}

// undertakings reads undertakings u of dialogues d that the actor may read,
// those due first on top: all for those who read dialogues, its own for a
// partner.
func undertakings(tx *gorm.DB, actor accounts.Actor, where string, args ...any) (list []UndertakingTold, err error) {
	switch {
	case actor.Is(accounts.Partner):
		where, args = where+" AND u.institution_id = ?", append(args, actor.InstitutionID)
	case !MayRead(actor):
		return nil, nil
	}
	err = tx.Raw(`SELECT u.*, n.code AS institution, n.short_name AS institution_name, d.id AS dialogue_id, d.title AS dialogue, d.held_on, d.country FROM undertakings u
		JOIN institutions n ON n.id = u.institution_id JOIN agenda_items i ON i.id = u.agenda_item_id JOIN dialogues d ON d.id = i.dialogue_id
		WHERE `+where+` ORDER BY CASE u.state WHEN 'open' THEN 0 ELSE 1 END, COALESCE(u.due_on, '9999-12-31'), u.id`, args...).Scan(&list).Error
	if err != nil || len(list) == 0 {
		return list, err
	}
	ids := make([]int64, len(list))
	for i, u := range list {
		if ids[i] = u.ID; actor.Is(accounts.Partner) {
			list[i].Dialogue = ""
		}
	}
	var steps []StepTold
	err = tx.Raw(`SELECT s.*, COALESCE(p.title, '') AS post FROM undertaking_steps s LEFT JOIN people w ON w.id = s.by_id LEFT JOIN posts p ON p.id = w.post_id
		WHERE s.undertaking_id IN ? ORDER BY s.id`, ids).Scan(&steps).Error
	for i := range list {
		for _, s := range steps {
			if s.UndertakingID == list[i].ID {
				list[i].Steps = append(list[i].Steps, s)
			}
		}
	}
	return list, err
}

// UndertakingsUpTo lists the undertakings of a country's dialogues of a day and
// before, as the actor may read them.
func UndertakingsUpTo(tx *gorm.DB, actor accounts.Actor, country string, day calendar.Date) ([]UndertakingTold, error) {
	return undertakings(tx, actor, "d.country = ? AND d.held_on <= ?", country, day)
}

// Undertakings lists a country's undertakings as the actor may read them; to
// others than a partner and those who read dialogues nothing is there.
func (s *Store) Undertakings(ctx context.Context, actor accounts.Actor, country string) (list []UndertakingTold, err error) {
	if !actor.Is(accounts.Partner) && !MayRead(actor) {
		return nil, problem.Missing()
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		list, err = undertakings(tx, actor, "d.country = ?", country)
		return err
	})
	return list, err
}

// Undertaking reads one undertaking; one that the actor may not read is missing.
func (s *Store) Undertaking(ctx context.Context, actor accounts.Actor, country string, id int64) (u UndertakingTold, err error) {
	err = s.db.Read(ctx, func(tx *gorm.DB) error {
		list, err := undertakings(tx, actor, "d.country = ? AND u.id = ?", country, id)
		if err == nil && len(list) == 0 {
			return problem.Missing()
		}
		if err == nil {
			u = list[0]
		}
		return err
	})
	return u, err
}

// Undertake notes what a partner undertook, once for a form's key.
func (s *Store) Undertake(ctx context.Context, actor accounts.Actor, key string, in UndertakingNew) error {
	return s.write(ctx, actor, key, func(tx *gorm.DB) error { _, err := Undertake(tx, s.clock, actor, in); return err })
}

// Say takes a step on an undertaking, once for a form's key.
func (s *Store) Say(ctx context.Context, actor accounts.Actor, key string, in UndertakingSaid) error {
	return s.write(ctx, actor, key, func(tx *gorm.DB) error { return Say(tx, s.clock, actor, in) })
}
