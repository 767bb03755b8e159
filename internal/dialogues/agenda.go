package dialogues

import (
	"slices"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
)

// TextMax is how many characters each text of an agenda item may have.
const TextMax = 4000

// Choice puts recommendations, commitments and points of their own on a
// dialogue's agenda, in this order.
type Choice struct {
	Country         string
	DialogueID      int64
	Recommendations []int64
	Commitments     []string // references
	Points          []string // empty ones are passed over
}

// Choose puts items at the end of an agenda. Each recommendation was released
// and each commitment made by today, and stands on an agenda once; those that
// stand there already are passed over.
func Choose(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in Choice) ([]AgendaItem, error) {
	d, err := openAgenda(tx, actor, in.Country, in.DialogueID)
	if err != nil {
		return nil, err
	}
	there, err := Agenda(tx, d.ID)
	if err != nil {
		return nil, err
	}
	last := 0
	for _, i := range there {
		last = max(last, i.Position)
	}
	var chosen []AgendaItem
	var changes []audit.Change
	add := func(kind Kind, id int64, name string, i AgendaItem) {
		if kind == OfPoint || !slices.ContainsFunc(slices.Concat(there, chosen), func(i AgendaItem) bool { return i.Is(kind, id) }) {
			last++
			i.DialogueID, i.Position, i.Version = d.ID, last, 1
			chosen, changes = append(chosen, i), append(changes, audit.Change{Field: string(kind), New: name, Free: kind == OfPoint})
		}
	}
	for _, id := range in.Recommendations {
		r, err := recommendations.ByID(tx, in.Country, id, clock.Today())
		if err != nil {
			return nil, err
		}
		add(OfRecommendation, id, r.Ref(), AgendaItem{RecommendationID: &r.ID})
	}
	var c problem.Check
	for _, ref := range in.Commitments {
		one, err := plan.CommitmentByRef(tx, ref)
		if problem.KindOf(err) == problem.NotFound || err == nil && one.Country != in.Country {
			c.Add("commitments", "agenda.error.no_commitment", "ref", ref)
			continue
		}
		if err != nil {
			return nil, err
		}
		add(OfCommitment, one.ID, one.Ref, AgendaItem{CommitmentID: &one.ID})
	}
	for _, point := range in.Points {
		if point = strings.TrimSpace(point); point != "" {
			checkText(&c, "point", point, 1, 200)
			add(OfPoint, 0, point, AgendaItem{Title: point})
		}
	}
	c.Require(len(chosen) > 0 || c.Err() != nil, "recommendations", "dialogues.error.none_chosen")
	if err := c.Err(); err != nil {
		return nil, err
	}
	if err := tx.Create(&chosen).Error; err != nil {
		return nil, err
	}
	return chosen, note(tx, clock, actor, "agenda.choose", d, changes...)
}

// Writing is what a person wrote on an agenda item. Seen are the writings that
// the form showed, 0 where there was none: it says which texts the form holds.
type Writing struct {
	Country        string
	DialogueID, ID int64
	Texts
	Seen map[Field]int64
}

// Write writes the texts of an agenda item. Those that nobody changed meanwhile
// are taken as they are; where two people wrote the same text, nothing is
// written and the second one is told. What prepares a dialogue is written until
// it is held, what happened there from its day on.
func Write(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in Writing) error {
	d, i, name, err := itemOf(tx, actor, in.Country, in.DialogueID, in.ID)
	if err != nil {
		return err
	}
	var c problem.Check
	var list []Revision
	var changes []audit.Change
	for _, f := range slices.Concat(Before, Record) {
		seen, shown := in.Seen[f]
		text, now := strings.TrimSpace(*in.At(f)), *i.Texts.At(f)
		if !shown || text == now {
			continue
		}
		meanwhile := i.Revisions[f] != seen
		if meanwhile {
			if untouched, err := standsAs(tx, i.ID, f, seen, text); err != nil {
				return err
			} else if untouched {
				continue
			}
		}
		if err := d.writable(f, clock); err != nil {
			return err
		}
		if meanwhile {
			return problem.Stale()
		}
		checkText(&c, string(f), text, 0, TextMax)
		r := Revision{AgendaItemID: i.ID, Field: f, Text: text, WrittenAt: clock.Now(), ByID: by(actor)}
		list, changes = append(list, r), append(changes, audit.Change{Field: string(f), Old: now, New: text, Free: true})
	}
	if err := c.Err(); err != nil || len(list) == 0 {
		return err
	}
	if err := update(tx, "agenda_items", i.ID, i.Version, map[string]any{}); err != nil {
		return err
	}
	if err := tx.Create(&list).Error; err != nil {
		return err
	}
	return note(tx, clock, actor, "agenda.write", d, append([]audit.Change{about(i, name)}, changes...)...)
}

// writable says whether a text may be written now.
func (d Dialogue) writable(f Field, clock calendar.Clock) error {
	switch record := slices.Contains(Record, f); {
	case !record && d.Past():
		return problem.New(problem.Invalid, "dialogues.error.held")
	case record && d.HeldOn.After(clock.Today()):
		return problem.New(problem.Invalid, "dialogues.error.not_yet", "date", d.HeldOn)
	}
	return nil
}

// standsAs says whether a text is what a writing says, nothing where there was
// none: who sends that has changed nothing.
func standsAs(tx *gorm.DB, item int64, f Field, revision int64, text string) (bool, error) {
	if revision == 0 {
		return text == "", nil
	}
	var r Revision
	err := tx.Where("id = ? AND agenda_item_id = ? AND field = ?", revision, item, f).Limit(1).Find(&r).Error
	return r.ID != 0 && r.Text == text, err
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
	return note(tx, clock, actor, "agenda.move", d, about(i, ref), audit.Change{Field: "direction", New: direction})
}

// Removal names an agenda item that had Version when the form was opened.
type Removal struct {
	Country                 string
	DialogueID, ID, Version int64
}

// RemoveItem takes an item off an agenda, with what was written on it; the trail
// keeps that.
func RemoveItem(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in Removal) error {
	d, i, ref, err := openItem(tx, actor, in.Country, in.DialogueID, in.ID)
	if err != nil {
		return err
	}
	var came int64
	if err := tx.Raw("SELECT (SELECT count(*) FROM agreed_actions WHERE agenda_item_id = ?) + (SELECT count(*) FROM undertakings WHERE agenda_item_id = ?) + (SELECT count(*) FROM room_recommendations WHERE agenda_item_id = ?)",
		i.ID, i.ID, i.ID).Scan(&came).Error; err != nil {
		return err
	}
	if came > 0 {
		return problem.New(problem.Invalid, "agenda.error.agreed")
	}
	for _, parts := range []string{"agenda_texts", "agenda_indicators"} {
		if err := tx.Exec("DELETE FROM "+parts+" WHERE agenda_item_id = ?", i.ID).Error; err != nil {
			return err
		}
	}
	if err := db.Changed(tx.Exec("DELETE FROM agenda_items WHERE id = ? AND version = ?", i.ID, in.Version)); err != nil {
		return err
	}
	changes := []audit.Change{{Field: string(i.Kind()), Old: ref, Free: i.Kind() == OfPoint}}
	for _, f := range slices.Concat(Before, Record) {
		if text := *i.Texts.At(f); text != "" {
			changes = append(changes, audit.Change{Field: string(f), Old: text, Free: true})
		}
	}
	return note(tx, clock, actor, "agenda.remove", d, changes...)
}

// openAgenda finds a dialogue whose agenda the actor may change: what was held
// keeps its own.
func openAgenda(tx *gorm.DB, actor accounts.Actor, country string, id int64) (Dialogue, error) {
	if err := mayChange(actor); err != nil {
		return Dialogue{}, err
	}
	d, err := ByID(tx, country, id)
	if err == nil && d.Past() {
		err = problem.New(problem.Invalid, "dialogues.error.held")
	}
	return d, err
}

// openItem finds an item of an agenda that the actor may change, with its
// name.
func openItem(tx *gorm.DB, actor accounts.Actor, country string, dialogueID, id int64) (d Dialogue, i AgendaItem, name string, err error) {
	if d, err = openAgenda(tx, actor, country, dialogueID); err != nil {
		return d, i, "", err
	}
	return itemOf(tx, actor, country, dialogueID, id)
}

// itemOf finds an item of an agenda, with its texts and its name: the reference
// of its recommendation or commitment, or its own title.
func itemOf(tx *gorm.DB, actor accounts.Actor, country string, dialogueID, id int64) (d Dialogue, i AgendaItem, name string, err error) {
	if err = mayChange(actor); err != nil {
		return d, i, "", err
	}
	if d, err = ByID(tx, country, dialogueID); err != nil {
		return d, i, "", err
	}
	agenda, err := Agenda(tx, d.ID)
	if err != nil {
		return d, i, "", err
	}
	at := slices.IndexFunc(agenda, func(i AgendaItem) bool { return i.ID == id })
	if at < 0 {
		return d, i, "", problem.Missing()
	}
	i = agenda[at]
	switch i.Kind() {
	case OfRecommendation:
		r, err := recommendations.ByID(tx, country, *i.RecommendationID, calendar.Of(9999, 12, 31))
		return d, i, r.Ref(), err
	case OfCommitment:
		err = tx.Raw("SELECT ref FROM commitments WHERE id = ?", *i.CommitmentID).Scan(&name).Error
		return d, i, name, err
	}
	return d, i, i.Title, nil
}
