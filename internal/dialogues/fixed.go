package dialogues

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// MostFixed is how many indicators may be fixed for an agenda item.
const MostFixed = 3

// FixedIndicator is an indicator that both sides will look at: it is fixed for
// an agenda item before the dialogue (GAO-23-105390 found that such dialogues
// agree on none beforehand).
type FixedIndicator struct {
	AgendaItemID int64 `gorm:"primaryKey"`
	Place        int   `gorm:"primaryKey"`
	IndicatorID  int64
}

// TableName is the table of fixed indicators.
func (FixedIndicator) TableName() string { return "agenda_indicators" }

// FixedTold is a fixed indicator by its reference.
type FixedTold struct {
	AgendaItemID int64
	Ref          string
}

// Fixed lists the indicators that are fixed for a dialogue's agenda, item by
// item in their order.
func Fixed(tx *gorm.DB, dialogueID int64) (list []FixedTold, err error) {
	err = tx.Raw(`SELECT f.agenda_item_id, n.ref FROM agenda_indicators f JOIN indicators n ON n.id = f.indicator_id JOIN agenda_items i ON i.id = f.agenda_item_id
		WHERE i.dialogue_id = ? ORDER BY f.agenda_item_id, f.place`, dialogueID).Scan(&list).Error
	return list, err
}

// Fixing fixes indicators for an agenda item, in the place of those that were.
// Was are those that the form showed.
type Fixing struct {
	Country        string
	DialogueID, ID int64
	Refs, Was      []string
}

// Fix fixes indicators for an agenda item, until the dialogue is held.
func Fix(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in Fixing) error {
	d, i, name, err := openItem(tx, actor, in.Country, in.DialogueID, in.ID)
	if err != nil {
		return err
	}
	all, err := Fixed(tx, d.ID)
	if err != nil {
		return err
	}
	var now []string
	for _, f := range all {
		if f.AgendaItemID == i.ID {
			now = append(now, f.Ref)
		}
	}
	if !slices.Equal(now, in.Was) {
		return problem.Stale()
	}
	var c problem.Check
	c.Require(len(in.Refs) <= MostFixed, "indicators", "agenda.error.fixed", "n", MostFixed)
	var rows []FixedIndicator
	for n, ref := range in.Refs {
		var id int64
		if err := tx.Raw("SELECT id FROM indicators WHERE country = ? AND ref = ?", in.Country, ref).Scan(&id).Error; err != nil {
			return err
		}
		c.Require(id != 0 && !slices.Contains(in.Refs[:n], ref), "indicators", "agenda.error.indicator")
		rows = append(rows, FixedIndicator{i.ID, n + 1, id})
	}
	if err := c.Err(); err != nil || slices.Equal(now, in.Refs) {
		return err
	}
	if err := tx.Exec("DELETE FROM agenda_indicators WHERE agenda_item_id = ?", i.ID).Error; err != nil {
		return err
	}
	if len(rows) > 0 {
		if err := tx.Create(&rows).Error; err != nil {
			return err
		}
	}
	return note(tx, clock, actor, "agenda.fix", d, about(i, name), audit.Change{Field: "indicators", Old: strings.Join(now, ", "), New: strings.Join(in.Refs, ", ")})
}

// Fix fixes indicators for an agenda item, once for a form's key.
func (s *Store) Fix(ctx context.Context, actor accounts.Actor, key string, in Fixing) error {
	return s.write(ctx, actor, key, func(tx *gorm.DB) error { return Fix(tx, s.clock, actor, in) })
}
