package progress

import (
	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
)

// Held is an update of an institution with its evidence, for whoever compares
// what is here with what comes in.
type Held struct {
	Update
	Superseded bool       // an approved correction replaced it
	Evidence   []Evidence `gorm:"-"`
}

// HeldBy reads the updates of an institution that the actor may see and that
// are true on a day of a range, by commitment, the earliest first.
func HeldBy(tx *gorm.DB, actor accounts.Actor, institutionID int64, from, to calendar.Date) ([]Held, error) {
	var all, list []Held
	const of = "u.institution_id = ? AND u.as_of BETWEEN ? AND ?"
	if err := tx.Raw(`SELECT u.*, EXISTS (SELECT 1 FROM updates k WHERE k.corrects_id = u.id AND k.state = 'approved') AS superseded
		FROM updates u WHERE `+of+" ORDER BY u.commitment_id, u.as_of, u.id", institutionID, from, to).Scan(&all).Error; err != nil {
		return nil, err
	}
	place := map[int64]int{}
	for _, h := range all {
		if Visible(actor, h.Update) {
			place[h.ID] = len(list)
			list = append(list, h)
		}
	}
	var evidence []Evidence
	err := tx.Raw("SELECT e.* FROM evidence e JOIN updates u ON u.id = e.update_id WHERE "+of+" ORDER BY e.id", institutionID, from, to).Scan(&evidence).Error
	for _, e := range evidence {
		if i, ok := place[e.UpdateID]; ok {
			list[i].Evidence = append(list[i].Evidence, e)
		}
	}
	return list, err
}
