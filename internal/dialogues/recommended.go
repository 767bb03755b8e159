package dialogues

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
)

// RoomRecommendation ties a recommendation to the agenda item under which it
// was made.
type RoomRecommendation struct {
	RecommendationID int64 `gorm:"primaryKey;autoIncrement:false"`
	AgendaItemID     int64
	MadeAt           time.Time
	ByID             *int64
}

// TableName is the table of recommendations made in the room.
func (RoomRecommendation) TableName() string { return "room_recommendations" }

// RecommendedNew is a recommendation that was made under an agenda item.
// Mechanism is the code of the one of which the dialogue is an edition; it may
// be left empty where the dialogue has one.
type RecommendedNew struct {
	Country        string
	DialogueID, ID int64
	Mechanism      string
	recommendations.RecommendationFields
}

// Recommend makes a recommendation of what was recommended in the room, asked
// from the dialogue's day on, in the edition of the dialogue's mechanism and
// year, tied to its agenda item. The first one says which mechanism that is: a
// dialogue is an edition of one. It can be recorded from the dialogue's day on.
func Recommend(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in RecommendedNew) (ref recommendations.Ref, err error) {
	d, i, name, err := agreeable(tx, clock, actor, in.Country, in.DialogueID, in.ID)
	if err != nil {
		return ref, err
	}
	given := ""
	if d.MechanismID != nil {
		if err := tx.Raw("SELECT code FROM mechanisms WHERE id = ?", *d.MechanismID).Scan(&given).Error; err != nil {
			return ref, err
		}
		if in.Mechanism != "" && in.Mechanism != given { // somebody else chose meanwhile
			return ref, problem.Stale()
		}
		in.Mechanism = given
	}
	in.Title, in.Text, in.Source = strings.TrimSpace(in.Title), strings.TrimSpace(in.Text), strings.TrimSpace(in.Source)
	r, ref, err := recommendations.AddSpoken(tx, clock, actor, recommendations.Spoken{Country: d.Country, Mechanism: in.Mechanism, On: d.HeldOn, Meeting: d.Told(), RecommendationFields: in.RecommendationFields})
	if err != nil {
		return ref, err
	}
	if given == "" { // the version stays: whoever changes the dialogue meanwhile is not disturbed
		chosen := tx.Exec("UPDATE dialogues SET mechanism_id = (SELECT e.mechanism_id FROM editions e WHERE e.id = ?) WHERE id = ? AND mechanism_id IS NULL", r.EditionID, d.ID)
		if err := db.Changed(chosen); err != nil {
			return ref, err
		}
	}
	if err := tx.Create(&RoomRecommendation{RecommendationID: r.ID, AgendaItemID: i.ID, MadeAt: clock.Now(), ByID: by(actor)}).Error; err != nil {
		return ref, err
	}
	return ref, note(tx, clock, actor, "agenda.recommend", d, about(i, name), audit.Change{Field: "recommended", New: ref.String()}, audit.Change{Field: "mechanism", Old: given, New: in.Mechanism})
}

// RecommendedTold is a recommendation made in the room, with its edition and
// its dialogue.
type RecommendedTold struct {
	RecommendationID int64         `json:"-"`
	AgendaItemID     int64         `json:"-"`
	DialogueID       int64         `json:"-"`
	Dialogue         string        `json:"-"` // title
	HeldOn           calendar.Date `json:"recommended_on"`
	Mechanism        string        `json:"mechanism"` // code
	MechanismShort   string        `json:"mechanism_name"`
	Year             int           `json:"year"`
	Number           int           `json:"number"`
	Title            string        `json:"title"`
}

// Ref is the recommendation's reference.
func (r RecommendedTold) Ref() string {
	return recommendations.Ref{Mechanism: r.Mechanism, Year: r.Year, Number: r.Number}.String()
}

// recommended reads recommendations r made in the room, in their order.
func recommended(tx *gorm.DB, where string, args ...any) (list []RecommendedTold, err error) {
	err = tx.Raw(`SELECT r.id AS recommendation_id, x.agenda_item_id, d.id AS dialogue_id, d.title AS dialogue, d.held_on, m.code AS mechanism, m.short_name AS mechanism_short, e.year, r.number, r.title
		FROM room_recommendations x JOIN recommendations r ON r.id = x.recommendation_id JOIN editions e ON e.id = r.edition_id JOIN mechanisms m ON m.id = e.mechanism_id
		JOIN agenda_items i ON i.id = x.agenda_item_id JOIN dialogues d ON d.id = i.dialogue_id WHERE `+where+" ORDER BY r.number", args...).Scan(&list).Error
	return list, err
}

// RecommendedIn lists what was recommended in a dialogue.
func RecommendedIn(tx *gorm.DB, dialogueID int64) ([]RecommendedTold, error) {
	return recommended(tx, "d.id = ?", dialogueID)
}

// Recommend makes a recommendation of what was recommended in the room, once
// for a form's key, and returns its reference.
func (s *Store) Recommend(ctx context.Context, actor accounts.Actor, key string, in RecommendedNew) (ref string, err error) {
	return s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		ref, err := Recommend(tx, s.clock, actor, in)
		return ref.String(), err
	})
}

// MadeIn is the dialogue in which a recommendation was made; found is false
// where it was not made in a room, or the actor reads no dialogues.
func (s *Store) MadeIn(ctx context.Context, actor accounts.Actor, recommendationID int64) (one RecommendedTold, found bool, err error) {
	if !MayRead(actor) {
		return one, false, nil
	}
	var list []RecommendedTold
	err = s.db.Read(ctx, func(tx *gorm.DB) error { list, err = recommended(tx, "r.id = ?", recommendationID); return err })
	if err != nil || len(list) == 0 {
		return one, false, err
	}
	return list[0], true, nil
}
