package dialogues

import (
	"slices"
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
	Title     string
	HeldOn    calendar.Date
	Place     string
	Format    string
	OurSide   string
	TheirSide string
	Note      string
	SinceOn   calendar.Date // zero: the dialogue before this one, or the start of the period
	PartnerID int64         // 0 for none
}

// Fields are the dialogue's.
func (d Dialogue) Fields() Fields {
	f := Fields{Title: d.Title, HeldOn: d.HeldOn, Place: d.Place, Format: d.Format, OurSide: d.OurSide, TheirSide: d.TheirSide, Note: d.Note, SinceOn: d.SinceOn}
	if d.PartnerID != nil {
		f.PartnerID = *d.PartnerID
	}
	return f
}

func (f *Fields) tidy() {
	f.Title, f.Place, f.Note = strings.TrimSpace(f.Title), strings.TrimSpace(f.Place), strings.TrimSpace(f.Note)
	f.OurSide, f.TheirSide = strings.TrimSpace(f.OurSide), strings.TrimSpace(f.TheirSide)
}

func (f Fields) check(c *problem.Check) {
	checkText(c, "title", f.Title, 1, 200)
	c.Require(!f.HeldOn.IsZero(), "held_on", "dialogues.error.held_on")
	checkText(c, "place", f.Place, 0, 200)
	c.Require(f.Format == "" || slices.Contains(Formats, f.Format), "format", "dialogues.error.format")
	for field, text := range map[string]string{"our_side": f.OurSide, "their_side": f.TheirSide} {
		checkText(c, field, text, 0, 2000)
		c.Require(!strings.Contains(text, "@"), field, "dialogues.error.offices")
	}
	checkText(c, "note", f.Note, 0, 2000)
	c.Require(f.HeldOn.IsZero() || f.SinceOn.IsZero() || f.SinceOn.Before(f.HeldOn), "since_on", "dialogues.error.since_on")
}

func (f Fields) changes(old Fields) []audit.Change {
	return []audit.Change{
		{Field: "title", Old: old.Title, New: f.Title, Free: true},
		{Field: "held_on", Old: old.HeldOn.String(), New: f.HeldOn.String()},
		{Field: "place", Old: old.Place, New: f.Place, Free: true},
		{Field: "format", Old: old.Format, New: f.Format},
		{Field: "our_side", Old: old.OurSide, New: f.OurSide, Free: true},
		{Field: "their_side", Old: old.TheirSide, New: f.TheirSide, Free: true},
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
	partner, err := partnerOf(tx, &c, in.PartnerID)
	if err == nil {
		err = c.Err()
	}
	if err != nil {
		return Dialogue{}, err
	}
	d := Dialogue{Country: in.Country, Title: in.Title, HeldOn: in.HeldOn, Place: in.Place, Format: in.Format, OurSide: in.OurSide, TheirSide: in.TheirSide, Note: in.Note, SinceOn: in.SinceOn,
		State: Planned, SeedKey: in.SeedKey, Version: 1}
	if in.PartnerID != 0 {
		d.PartnerID = &in.PartnerID
	}
	if err := tx.Create(&d).Error; err != nil {
		return d, err
	}
	return d, note(tx, clock, actor, "dialogue.add", d, append(in.changes(Fields{}), audit.Change{Field: "partner", New: partner})...)
}

// DialogueChange is a change of the dialogue that had Version when the form
// was opened.
type DialogueChange struct {
	Country     string
	ID, Version int64
	Fields
}

// Change changes what a dialogue says of itself. The day of one that was held
// is not in the future, and the day of one that is an edition stays: what was
// recommended there is asked from it on.
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
	c.Require(!d.Past() || !in.HeldOn.After(clock.Today()), "held_on", "dialogues.error.held_later")
	c.Require(d.MechanismID == nil || in.HeldOn == d.HeldOn, "held_on", "dialogues.error.edition_day", "date", d.HeldOn)
	partner, err := partnerOf(tx, &c, in.PartnerID)
	if err != nil {
		return err
	}
	was, err := partnerOf(tx, new(problem.Check), d.Fields().PartnerID)
	if err != nil {
		return err
	}
	if err := c.Err(); err != nil {
		return err
	}
	var id *int64
	if in.PartnerID != 0 {
		id = &in.PartnerID
	}
	err = update(tx, "dialogues", in.ID, in.Version, map[string]any{"title": in.Title, "held_on": in.HeldOn, "place": in.Place,
		"format": in.Format, "our_side": in.OurSide, "their_side": in.TheirSide, "note": in.Note, "since_on": in.SinceOn, "partner_id": id})
	if err != nil {
		return err
	}
	return note(tx, clock, actor, "dialogue.change", d, append(in.changes(d.Fields()), audit.Change{Field: "partner", Old: was, New: partner})...)
}

// partnerOf is the code of the institution with which a dialogue is held: a
// partner, or none.
func partnerOf(tx *gorm.DB, c *problem.Check, id int64) (string, error) {
	if id == 0 {
		return "", nil
	}
	var one accounts.Institution
	err := tx.Where("id = ?", id).Limit(1).Find(&one).Error
	c.Require(one.Kind == accounts.PartnerOutside, "partner", "undertakings.error.partner")
	return one.Code, err
}

// Mark says that a dialogue had Version when the form was opened, and in which
// state it is from now on.
type Mark struct {
	Country     string
	ID, Version int64
	To          State
}

// Steps are the states to which each state leads.
var Steps = map[State][]State{Planned: {Prepared, Held}, Prepared: {Held, Planned}, Held: {FollowedUp, Planned}, FollowedUp: {Held}}

// Step takes a dialogue to another state: prepared when something stands on
// its agenda; held from its day on, which closes the agenda; followed up when
// what was held is done with; and back.
func Step(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in Mark) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	d, err := ByID(tx, in.Country, in.ID)
	if err != nil {
		return err
	}
	if !slices.Contains(Steps[d.State], in.To) {
		return problem.Stale()
	}
	if in.To == Held && d.HeldOn.After(clock.Today()) {
		return problem.New(problem.Invalid, "dialogues.error.not_yet", "date", d.HeldOn)
	}
	if in.To == Prepared {
		agenda, err := Agenda(tx, d.ID)
		if err != nil {
			return err
		}
		if len(agenda) == 0 {
			return problem.New(problem.Invalid, "dialogues.error.no_agenda")
		}
	}
	if err := update(tx, "dialogues", d.ID, in.Version, map[string]any{"state": string(in.To)}); err != nil {
		return err
	}
	return note(tx, clock, actor, "dialogue."+string(in.To), d, audit.Change{Field: "state", Old: string(d.State), New: string(in.To)})
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
