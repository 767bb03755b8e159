package plan

import (
	"slices"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
)

// Relinking moves an answer from an item that was split or merged to items that
// came from it.
type Relinking struct {
	AnswerID int64
	ItemIDs  []int64
}

// LooseAnswers lists the answers in force on items of a recommendation that are
// asked no longer: they wait to be linked anew, or to be ended.
func LooseAnswers(tx *gorm.DB, recommendationID int64) (list []Answer, err error) {
	return list, tx.Raw(`SELECT a.* FROM answers a JOIN items i ON i.id = a.item_id
		WHERE i.recommendation_id = ? AND i.retired_on IS NOT NULL AND a.ended_at IS NULL ORDER BY a.item_id, a.id`, recommendationID).Scan(&list).Error
}

// Relink moves answers of a recommendation, all or none of them: each ends
// today for a reason, and links its commitment to the items chosen, with its
// own extent and words. An item that the commitment answers already keeps that
// answer. It returns how many were moved.
func Relink(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, recommendationID int64, reason string, list []Relinking) (moved int, err error) {
	if err := mayChange(actor); err != nil {
		return 0, err
	}
	loose, err := LooseAnswers(tx, recommendationID)
	if err != nil {
		return 0, err
	}
	origins, err := recommendations.OriginsOf(tx, recommendationID)
	if err != nil {
		return 0, err
	}
	for _, in := range list {
		if len(in.ItemIDs) == 0 {
			continue
		}
		at := slices.IndexFunc(loose, func(a Answer) bool { return a.ID == in.AnswerID })
		if at < 0 {
			return 0, problem.Stale() // somebody moved or ended it meanwhile
		}
		if err := relink(tx, clock, actor, loose[at], reason, in.ItemIDs, origins); err != nil {
			return 0, err
		}
		moved++
	}
	return moved, nil
}

func relink(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, old Answer, reason string, items []int64, origins []recommendations.Origin) error {
	if err := End(tx, clock, actor, AnswerEnd{ID: old.ID, Reason: reason}); err != nil {
		return err
	}
	com, err := CommitmentByID(tx, old.CommitmentID)
	if err != nil {
		return err
	}
	for _, item := range items {
		if !Descends(origins, item, old.ItemID) {
			return problem.New(problem.Invalid, "asked.error.relink_item")
		}
		var there int64
		err := tx.Raw("SELECT count(*) FROM answers WHERE commitment_id = ? AND item_id = ? AND ended_at IS NULL", com.ID, item).Scan(&there).Error
		if err != nil {
			return err
		}
		if there > 0 {
			continue
		}
		if _, err := Link(tx, clock, actor, AnswerNew{Ref: com.Ref, ItemID: item, Extent: old.Extent, Reason: old.Reason}); err != nil {
			return err
		}
	}
	return nil
}

// Descends says whether an item came from another, by however many splits and
// merges.
func Descends(origins []recommendations.Origin, item, from int64) bool {
	for _, o := range origins {
		if o.ItemID == item && (o.OriginID == from || Descends(origins, o.OriginID, from)) {
			return true
		}
	}
	return false
}
