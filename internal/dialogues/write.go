package dialogues

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
)

// Fields is what can be changed in a dialogue.
type Fields struct {
	Title   string
	HeldOn  calendar.Date
	Place   string
	Note    string
	SinceOn calendar.Date // zero: the dialogue before this one, or the start of the period
}

// Fields are the dialogue's.
func (d Dialogue) Fields() Fields {
	return Fields{Title: d.Title, HeldOn: d.HeldOn, Place: d.Place, Note: d.Note, SinceOn: d.SinceOn}
}

func (f *Fields) tidy() {
	f.Title, f.Place, f.Note = strings.TrimSpace(f.Title), strings.TrimSpace(f.Place), strings.TrimSpace(f.Note)
}

func (f Fields) check(c *problem.Check) {
	checkText(c, "title", f.Title, 1, 200)
	c.Require(!f.HeldOn.IsZero(), "held_on", "dialogues.error.held_on")
	checkText(c, "place", f.Place, 0, 200)
	checkText(c, "note", f.Note, 0, 2000)
	c.Require(f.HeldOn.IsZero() || f.SinceOn.IsZero() || f.SinceOn.Before(f.HeldOn), "since_on", "dialogues.error.since_on")
}

func (f Fields) changes(old Fields) []audit.Change {
	return []audit.Change{
		{Field: "title", Old: old.Title, New: f.Title, Free: true},
		{Field: "held_on", Old: old.HeldOn.String(), New: f.HeldOn.String()},
		{Field: "place", Old: old.Place, New: f.Place, Free: true},
		{Field: "note", Old: old.Note, New: f.Note, Free: true},
		{Field: "since_on", Old: old.SinceOn.String(), New: f.SinceOn.String()},
	}
}

// DialogueNew is a dialogue to add. SeedKey names its row in a seed file.
type DialogueNew struct {
	Country, SeedKey string
	Fields
}

// Add plans a dialogue. Its day may lie in the past: it can be marked as held
// afterwards.
func Add(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in DialogueNew) (Dialogue, error) {
	if err := mayChange(actor); err != nil {
		return Dialogue{}, err
	}
	in.tidy()
	var c problem.Check
	in.check(&c)
	if err := c.Err(); err != nil {
		return Dialogue{}, err
	}
	d := Dialogue{Country: in.Country, Title: in.Title, HeldOn: in.HeldOn, Place: in.Place, Note: in.Note, SinceOn: in.SinceOn,
		State: Planned, SeedKey: in.SeedKey, Version: 1}
	if err := tx.Create(&d).Error; err != nil {
		return d, err
	}
	return d, note(tx, clock, actor, "dialogue.add", d, in.changes(Fields{})...)
}

// DialogueChange is a change of the dialogue that had Version when the form
// was opened.
type DialogueChange struct {
	Country     string
	ID, Version int64
	Fields
}

// Change changes a dialogue's title, day, place, note or the day that its
// briefing compares with. The day of one that was held is not in the future.
func Change(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in DialogueChange) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	d, err := ByID(tx, in.Country, in.ID)
	if err != nil {
		return err
	}
	in.tidy()
	var c problem.Check
	in.check(&c)
	c.Require(d.State != Held || !in.HeldOn.After(clock.Today()), "held_on", "dialogues.error.held_later")
	if err := c.Err(); err != nil {
		return err
	}
	err = update(tx, "dialogues", in.ID, in.Version, map[string]any{"title": in.Title, "held_on": in.HeldOn, "place": in.Place,
		"note": in.Note, "since_on": in.SinceOn})
	if err != nil {
		return err
	}
	return note(tx, clock, actor, "dialogue.change", d, in.changes(d.Fields())...)
}

// Mark says that a dialogue had Version when the form was opened, and in which
// state it is now.
type Mark struct {
	Country     string
	ID, Version int64
	Held        bool
}

// Hold marks a dialogue as held, from its day on, which closes its agenda; or
// as planned again.
func Hold(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in Mark) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	d, err := ByID(tx, in.Country, in.ID)
	if err != nil {
		return err
	}
	if in.Held && d.HeldOn.After(clock.Today()) {
		return problem.New(problem.Invalid, "dialogues.error.not_yet", "date", d.HeldOn)
	}
	to := Planned
	if in.Held {
		to = Held
	}
	if d.State == to {
		return problem.Stale()
	}
	if err := update(tx, "dialogues", d.ID, in.Version, map[string]any{"state": string(to)}); err != nil {
		return err
	}
	return note(tx, clock, actor, "dialogue."+string(to), d, audit.Change{Field: "state", Old: string(d.State), New: string(to)})
}

// mayChange refuses everyone but coordinators: as a missing page to those who
// do not read dialogues.
func mayChange(actor accounts.Actor) error {
	switch {
	case actor.CanChangePlan():
		return nil
	case MayRead(actor):
		return problem.Denied("problem.coordinators_only")
	}
	return problem.Missing()
}

// update changes a row that still has the version, and moves the version on.
func update(tx *gorm.DB, table string, id, version int64, values map[string]any) error {
	values["version"] = gorm.Expr("version + 1")
	return db.Changed(tx.Table(table).Where("id = ? AND version = ?", id, version).Updates(values))
}

// checkText holds a text between two lengths in characters.
func checkText(c *problem.Check, field, text string, least, most int) {
	n := utf8.RuneCountInString(text)
	c.Require(n >= least, field, "dialogues.error.empty."+field)
	c.Require(utf8.ValidString(text) && !strings.ContainsRune(text, 0), field, "problem.encoding")
	c.Require(n <= most, field, "problem.too_long", "max", most)
}

func note(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, action string, d Dialogue, changes ...audit.Change) error {
	return audit.Append(tx, clock.Now(), audit.Event{Who: actor.Who(), Action: action, Object: "dialogue " + strconv.FormatInt(d.ID, 10), Changes: changes})
}
