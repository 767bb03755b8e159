package dialogues

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// Row is a dialogue in a list, with how many items stand on its agenda, and on
// how many of them there is no talking point yet.
type Row struct {
	Dialogue
	Items     int
	Unwritten int
}

const rowColumns = `SELECT d.*, (SELECT count(*) FROM agenda_items i WHERE i.dialogue_id = d.id) AS items,
	(SELECT count(*) FROM agenda_items i WHERE i.dialogue_id = d.id AND COALESCE((SELECT x.text FROM agenda_texts x
		WHERE x.agenda_item_id = i.id AND x.field = 'talking_points' ORDER BY x.id DESC LIMIT 1), '') = '') AS unwritten FROM dialogues d `

// All lists a country's dialogues: those planned first, the next one on top,
// then those held, the last one on top.
func All(tx *gorm.DB, country string) ([]Row, error) {
	var list []Row
	err := tx.Raw(rowColumns+"WHERE d.country = ? ORDER BY d.held_on, d.id", country).Scan(&list).Error
	slices.SortStableFunc(list, func(a, b Row) int {
		switch {
		case a.Past() && b.Past():
			return b.HeldOn.Compare(a.HeldOn)
		case a.Past():
			return 1
		case b.Past():
			return -1
		}
		return 0
	})
	return list, err
}

// ByID finds a country's dialogue.
func ByID(tx *gorm.DB, country string, id int64) (Dialogue, error) {
	var d Dialogue
	err := tx.Where("id = ? AND country = ?", id, country).Limit(1).Find(&d).Error
	if err == nil && d.ID == 0 {
		err = problem.Missing()
	}
	return d, err
}

// Agenda lists a dialogue's items in their order, with their texts.
func Agenda(tx *gorm.DB, dialogueID int64) (list []AgendaItem, err error) {
	if err := tx.Where("dialogue_id = ?", dialogueID).Order("position, id").Find(&list).Error; err != nil || len(list) == 0 {
		return list, err
	}
	texts, err := written(tx, "JOIN agenda_items i ON i.id = r.agenda_item_id WHERE i.dialogue_id = ? AND r.id = (SELECT max(n.id) FROM agenda_texts n WHERE n.agenda_item_id = r.agenda_item_id AND n.field = r.field)", dialogueID)
	for n := range list {
		list[n].Revisions, list[n].WrittenAt = map[Field]int64{}, map[Field]time.Time{}
		for _, r := range texts {
			if r.AgendaItemID == list[n].ID {
				*list[n].Texts.At(r.Field), list[n].Revisions[r.Field], list[n].EditedAt, list[n].EditedBy = r.Text, r.ID, &r.WrittenAt, r.Post
				list[n].WrittenAt[r.Field] = r.WrittenAt
			}
		}
	}
	return list, err
}

// RevisionTold is a writing of a text with the post of who wrote it.
type RevisionTold struct {
	Revision
	Post string
}

// written reads writings r, the oldest first.
func written(tx *gorm.DB, which string, args ...any) (list []RevisionTold, err error) {
	err = tx.Raw("SELECT r.*, COALESCE(p.title, '') AS post FROM agenda_texts r LEFT JOIN people w ON w.id = r.by_id LEFT JOIN posts p ON p.id = w.post_id "+which+" ORDER BY r.id", args...).Scan(&list).Error
	return list, err
}

// History reads all that was ever written on an item of a country's dialogue,
// the newest first.
func (s *Store) History(ctx context.Context, actor accounts.Actor, country string, dialogueID, id int64) (list []RevisionTold, err error) {
	err = s.read(ctx, actor, func(tx *gorm.DB) error {
		if _, err := ByID(tx, country, dialogueID); err != nil {
			return err
		}
		list, err = written(tx, "JOIN agenda_items i ON i.id = r.agenda_item_id WHERE i.dialogue_id = ? AND i.id = ?", dialogueID, id)
		slices.Reverse(list)
		return err
	})
	return list, err
}

// Next finds the dialogue that is planned next, on day D or later.
func Next(tx *gorm.DB, country string, d calendar.Date) (next Row, found bool, err error) {
	err = tx.Raw(rowColumns+"WHERE d.country = ? AND d.state IN ('planned', 'prepared') AND d.held_on >= ? ORDER BY d.held_on, d.id LIMIT 1", country, d).Scan(&next).Error
	return next, next.ID != 0, err
}

// LastBefore finds the dialogue whose day is the last one before day D,
// whether or not it is marked as held: the day to which "since the last
// dialogue" leads.
func LastBefore(tx *gorm.DB, country string, d calendar.Date) (last Dialogue, found bool, err error) {
	err = tx.Where("country = ? AND held_on < ?", country, d).Order("held_on DESC, id DESC").Limit(1).Find(&last).Error
	return last, last.ID != 0, err
}

// LastWith finds the last dialogue with a partner before day D: what leaves tells
// the partner of no other one.
func LastWith(tx *gorm.DB, country string, partnerID int64, d calendar.Date) (last Dialogue, found bool, err error) {
	err = tx.Where("country = ? AND partner_id = ? AND held_on < ?", country, partnerID, d).Order("held_on DESC, id DESC").Limit(1).Find(&last).Error
	return last, last.ID != 0, err
}

// All lists a country's dialogues: those planned first, the next one on top,
// then those held, the last one on top.
func (s *Store) All(ctx context.Context, actor accounts.Actor, country string) (list []Row, err error) {
	err = s.read(ctx, actor, func(tx *gorm.DB) error { list, err = All(tx, country); return err })
	return list, err
}

// Dialogue reads a country's dialogue with its agenda.
func (s *Store) Dialogue(ctx context.Context, actor accounts.Actor, country string, id int64) (d Dialogue, agenda []AgendaItem, err error) {
	err = s.read(ctx, actor, func(tx *gorm.DB) error {
		if d, err = ByID(tx, country, id); err != nil {
			return err
		}
		agenda, err = Agenda(tx, id)
		return err
	})
	return d, agenda, err
}

// Next finds the dialogue that is planned next, on day D or later.
func (s *Store) Next(ctx context.Context, actor accounts.Actor, country string, d calendar.Date) (next Row, found bool, err error) {
	err = s.read(ctx, actor, func(tx *gorm.DB) error { next, found, err = Next(tx, country, d); return err })
	return next, found, err
}

// LastBefore finds the dialogue whose day is the last one before day D. Those
// who may not read dialogues find none.
func (s *Store) LastBefore(ctx context.Context, actor accounts.Actor, country string, d calendar.Date) (last Dialogue, found bool, err error) {
	if !MayRead(actor) {
		return last, false, nil
	}
	err = s.db.Read(ctx, func(tx *gorm.DB) error { last, found, err = LastBefore(tx, country, d); return err })
	return last, found, err
}
