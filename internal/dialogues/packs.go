package dialogues

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// Pack is one of the documents that are written of a dialogue.
type Pack string

// The packs: the briefing, which stays in government; what the partner has
// before it; and the record of what was said and agreed.
const (
	Internal   Pack = "internal"
	ForPartner Pack = "partner"
	OfRecord   Pack = "record"
)

// Packs lists them.
var Packs = []Pack{Internal, ForPartner, OfRecord}

// Part is a part of a pack that may be left out. What was asked and where it
// stands is in every pack; what was said and agreed in every record.
type Part string

// The parts: texts, what stands on the page of an item, then the annexes.
const (
	PartStance     Part = "position"
	PartTalking    Part = "talking_points"
	PartQuestions  Part = "questions"
	PartAsks       Part = "asks"
	PartNotes      Part = "notes"
	PartRatings    Part = "ratings"
	PartIndicators Part = "indicators"
	PartEvidence   Part = "evidence"
	PartStatistics Part = "statistics"
	PartRegister   Part = "register"
	PartCoverage   Part = "coverage"
	PartAttention  Part = "attention"
	PartEarlier    Part = "earlier"
)

// Offered are the parts that each pack may have, in their order. Talking
// points, likely questions, notes and ratings are for those who speak: no pack
// that leaves government can have them.
var Offered = map[Pack][]Part{
	Internal:   {PartStance, PartTalking, PartQuestions, PartAsks, PartNotes, PartRatings, PartIndicators, PartEvidence, PartStatistics, PartRegister, PartCoverage, PartAttention, PartEarlier},
	ForPartner: {PartStance, PartAsks, PartIndicators, PartEvidence, PartStatistics, PartRegister, PartCoverage, PartAttention, PartEarlier},
	OfRecord:   {PartStance, PartIndicators, PartEvidence, PartRegister},
}

// usual are the parts of a pack for which nobody chose any.
var usual = map[Pack][]Part{
	Internal:   Offered[Internal],
	ForPartner: {PartAsks, PartIndicators, PartEvidence, PartStatistics, PartRegister, PartEarlier},
	OfRecord:   {PartIndicators},
}

// PackChoice is which parts a pack of a dialogue has.
type PackChoice struct {
	ID         int64 `gorm:"primaryKey"`
	DialogueID int64
	Pack       Pack
	Parts      []Part `gorm:"serializer:json"`
	ChosenAt   time.Time
	ByID       *int64
}

// TableName is the table of the choices.
func (PackChoice) TableName() string { return "dialogue_packs" }

// PartsOf are the parts of a dialogue's pack: those that were chosen, or the
// usual ones.
func PartsOf(tx *gorm.DB, dialogueID int64, pack Pack) ([]Part, error) {
	choices, err := chosenParts(tx, dialogueID)
	return choices[pack], err
}

// chosenParts are the parts of all packs of a dialogue.
func chosenParts(tx *gorm.DB, dialogueID int64) (map[Pack][]Part, error) {
	var list []PackChoice
	err := tx.Where("dialogue_id = ?", dialogueID).Find(&list).Error
	all := map[Pack][]Part{}
	for _, pack := range Packs {
		all[pack] = usual[pack]
		for _, one := range list {
			if one.Pack == pack {
				all[pack] = one.Parts
			}
		}
	}
	return all, err
}

// Parts reads which parts each pack of a dialogue has.
func (s *Store) Parts(ctx context.Context, actor accounts.Actor, country string, id int64) (all map[Pack][]Part, err error) {
	err = s.read(ctx, actor, func(tx *gorm.DB) error {
		if _, err := ByID(tx, country, id); err != nil {
			return err
		}
		all, err = chosenParts(tx, id)
		return err
	})
	return all, err
}

// PartsChosen says which parts a pack of a dialogue has from now on.
type PartsChosen struct {
	Country    string
	DialogueID int64
	Pack       Pack
	Parts      []Part
}

// ChooseParts keeps which parts a pack has, in their order and each once.
func ChooseParts(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in PartsChosen) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	d, err := ByID(tx, in.Country, in.DialogueID)
	if err != nil {
		return err
	}
	var c problem.Check
	c.Require(slices.Contains(Packs, in.Pack), "pack", "packs.error.pack")
	for _, one := range in.Parts {
		c.Require(slices.Contains(Offered[in.Pack], one), "parts", "packs.error.part")
	}
	if err := c.Err(); err != nil {
		return err
	}
	was, err := PartsOf(tx, d.ID, in.Pack)
	if err != nil {
		return err
	}
	choice := PackChoice{DialogueID: d.ID, Pack: in.Pack, Parts: []Part{}, ChosenAt: clock.Now(), ByID: by(actor)}
	for _, one := range Offered[in.Pack] {
		if slices.Contains(in.Parts, one) {
			choice.Parts = append(choice.Parts, one)
		}
	}
	if err := tx.Exec("DELETE FROM dialogue_packs WHERE dialogue_id = ? AND pack = ?", d.ID, in.Pack).Error; err != nil {
		return err
	}
	if err := tx.Create(&choice).Error; err != nil {
		return err
	}
	return note(tx, clock, actor, "pack.choose", d, audit.Change{Field: "pack", New: string(in.Pack)}, audit.Change{Field: "parts", Old: listed(was), New: listed(choice.Parts)})
}

// listed names parts in the trail.
func listed(parts []Part) string {
	words := make([]string, len(parts))
	for i, one := range parts {
		words[i] = string(one)
	}
	return strings.Join(words, ", ")
}

// ChooseParts keeps which parts a pack has, once for a form's key.
func (s *Store) ChooseParts(ctx context.Context, actor accounts.Actor, key string, in PartsChosen) error {
	return s.write(ctx, actor, key, func(tx *gorm.DB) error { return ChooseParts(tx, s.clock, actor, in) })
}
