package dialogues

import (
	"strings"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
)

// TextMax is how many characters each text of an agenda item may have.
const TextMax = 4000

// Choice puts recommendations on a dialogue's agenda.
type Choice struct {
	Country         string
	DialogueID      int64
	Recommendations []int64 // in the order in which they are to stand
}

// Choose puts recommendations at the end of an agenda. Each was released by
// today, and stands on an agenda once; those that stand there already are
// passed over.
func Choose(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in Choice) ([]AgendaItem, error) {
	d, err := openAgenda(tx, actor, in.Country, in.DialogueID)
	if err != nil {
		return nil, err
	}
	there, err := Agenda(tx, d.ID)
	if err != nil {
		return nil, err
	}
	chosen, last := map[int64]bool{}, 0
	for _, i := range there {
		chosen[i.RecommendationID], last = true, max(last, i.Position)
	}
	var added []AgendaItem
	var changes []audit.Change
	for _, id := range in.Recommendations {
		r, err := recommendations.ByID(tx, in.Country, id, clock.Today())
		if err != nil {
			return nil, err
		}
		if chosen[id] {
			continue
		}
		last++
		chosen[id] = true
		i := AgendaItem{DialogueID: d.ID, RecommendationID: id, Position: last, Version: 1}
		if err := tx.Create(&i).Error; err != nil {
			return nil, err
		}
		added = append(added, i)
		changes = append(changes, audit.Change{Field: "recommendation", New: r.Ref()})
	}
	if len(added) == 0 {
		var c problem.Check
		c.Add("recommendations", "dialogues.error.none_chosen")
		return nil, c.Err()
	}
	return added, note(tx, clock, actor, "agenda.choose", d, changes...)
}

// TextsChange writes the texts of the agenda item that had Version when the
// form was opened.
type TextsChange struct {
	Country                 string
	DialogueID, ID, Version int64
	Texts
}

// Write writes the texts of an agenda item, and notes who did it last.
func Write(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in TextsChange) error {
	d, i, ref, err := openItem(tx, actor, in.Country, in.DialogueID, in.ID)
	if err != nil {
		return err
	}
	in.TalkingPoints, in.Asks, in.Notes = strings.TrimSpace(in.TalkingPoints), strings.TrimSpace(in.Asks), strings.TrimSpace(in.Notes)
	var c problem.Check
	checkText(&c, "talking_points", in.TalkingPoints, 0, TextMax)
	checkText(&c, "asks", in.Asks, 0, TextMax)
	checkText(&c, "notes", in.Notes, 0, TextMax)
	if err := c.Err(); err != nil {
		return err
	}
	values := map[string]any{"talking_points": in.TalkingPoints, "asks": in.Asks, "notes": in.Notes, "edited_at": clock.Now(), "edited_by_id": nil}
	if actor.PersonID != 0 {
		values["edited_by_id"] = actor.PersonID
	}
	if err := update(tx, "agenda_items", i.ID, in.Version, values); err != nil {
		return err
	}
	return note(tx, clock, actor, "agenda.write", d, audit.Change{Field: "recommendation", New: ref},
		audit.Change{Field: "talking_points", Old: i.TalkingPoints, New: in.TalkingPoints, Free: true},
		audit.Change{Field: "asks", Old: i.Asks, New: in.Asks, Free: true}, audit.Change{Field: "notes", Old: i.Notes, New: in.Notes, Free: true})
}

// Move moves an agenda item past its neighbour. Position is where it stood
// when the page was opened: one that moved meanwhile stays where it is.
type Move struct {
	Country        string
	DialogueID, ID int64
	Position       int
	Up             bool
}

// MoveItem moves an agenda item one place up or down. The versions stay:
// whoever writes on the item meanwhile is not disturbed.
func MoveItem(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in Move) error {
	d, i, ref, err := openItem(tx, actor, in.Country, in.DialogueID, in.ID)
	if err != nil {
		return err
	}
	if i.Position != in.Position {
		return problem.Stale()
	}
	query, direction := tx.Where("dialogue_id = ? AND position > ?", d.ID, i.Position).Order("position, id"), "down"
	if in.Up {
		query, direction = tx.Where("dialogue_id = ? AND position < ?", d.ID, i.Position).Order("position DESC, id DESC"), "up"
	}
	var other AgendaItem
	if err := query.Limit(1).Find(&other).Error; err != nil {
		return err
	}
	if other.ID == 0 {
		return problem.New(problem.Invalid, "dialogues.error.at_the_end")
	}
	for _, step := range []struct {
		item AgendaItem
		to   int
	}{{i, other.Position}, {other, i.Position}} {
		done := tx.Table("agenda_items").Where("id = ? AND position = ?", step.item.ID, step.item.Position).Update("position", step.to)
		if err := db.Changed(done); err != nil {
			return err
		}
	}
	return note(tx, clock, actor, "agenda.move", d, audit.Change{Field: "recommendation", New: ref}, audit.Change{Field: "direction", New: direction})
}

// Removal names an agenda item that had Version when the form was opened.
type Removal struct {
	Country                 string
	DialogueID, ID, Version int64
}

// RemoveItem takes a recommendation off an agenda, with what was written on it.
func RemoveItem(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in Removal) error {
	d, i, ref, err := openItem(tx, actor, in.Country, in.DialogueID, in.ID)
	if err != nil {
		return err
	}
	if err := db.Changed(tx.Exec("DELETE FROM agenda_items WHERE id = ? AND version = ?", i.ID, in.Version)); err != nil {
		return err
	}
	return note(tx, clock, actor, "agenda.remove", d, audit.Change{Field: "recommendation", Old: ref},
		audit.Change{Field: "talking_points", Old: i.TalkingPoints, Free: true}, audit.Change{Field: "asks", Old: i.Asks, Free: true},
		audit.Change{Field: "notes", Old: i.Notes, Free: true})
}

// openAgenda finds a dialogue whose agenda the actor may change: what was held
// keeps its own.
func openAgenda(tx *gorm.DB, actor accounts.Actor, country string, id int64) (Dialogue, error) {
	if err := mayChange(actor); err != nil {
		return Dialogue{}, err
	}
	d, err := ByID(tx, country, id)
	if err == nil && d.State == Held {
		err = problem.New(problem.Invalid, "dialogues.error.held")
	}
	return d, err
}

// openItem finds an item of an agenda that the actor may change, with the
// reference of its recommendation.
func openItem(tx *gorm.DB, actor accounts.Actor, country string, dialogueID, id int64) (d Dialogue, i AgendaItem, ref string, err error) {
	if d, err = openAgenda(tx, actor, country, dialogueID); err != nil {
		return d, i, "", err
	}
	if err = tx.Where("id = ? AND dialogue_id = ?", id, d.ID).Limit(1).Find(&i).Error; err != nil {
		return d, i, "", err
	}
	if i.ID == 0 {
		return d, i, "", problem.Missing()
	}
	ever := calendar.Of(9999, 12, 31)
	r, err := recommendations.ByID(tx, country, i.RecommendationID, ever)
	return d, i, r.Ref(), err
}
