package recommendations

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// Reshaping says what items of a recommendation become: one that is split into
// several, or several that are merged into one. The new ones keep the
// institutions expected to support; each names its own lead.
type Reshaping struct {
	RecommendationID int64
	From             []ItemVersion
	To               []ItemNew
}

// ItemVersion is an item with the version that it had when the form was opened.
type ItemVersion struct{ ID, Version int64 }

// mostParts is how many items one may become, or become one.
const mostParts = 20

// Origin says from which item another came.
type Origin struct{ ItemID, OriginID int64 }

// Reshape splits or merges items that are asked: from today on the new ones are
// asked in their place, and the old ones stay readable with their answers,
// which somebody links anew (plan.Relink).
func Reshape(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in Reshaping) ([]Item, error) {
	if err := mayChange(actor); err != nil {
		return nil, err
	}
	_, ref, err := recommendation(tx, clock, actor, in.RecommendationID)
	if err != nil {
		return nil, err
	}
	was, err := asked(tx, in)
	if err != nil {
		return nil, err
	}
	if err := letters(tx, &in); err != nil {
		return nil, err
	}
	var c problem.Check
	c.Require(len(was) != 1 || len(in.To) > 1, "items.0.text", "asked.error.split_one")
	c.Require(len(was) == 1 || len(in.To) == 1, "from", "asked.error.merge_one")
	c.Require(len(was) <= mostParts && len(in.To) <= mostParts, "items.0.text", "asked.error.parts", "max", mostParts)
	items, err := checkItems(tx, &c, in.To)
	if err == nil {
		err = c.Err()
	}
	if err != nil {
		return nil, err
	}
	today := clock.Today()
	for _, old := range in.From {
		if err := update(tx, "items", old.ID, old.Version, map[string]any{"retired_on": today, "retired_at": clock.Now()}); err != nil {
			return nil, err
		}
	}
	for i := range items {
		items[i].RecommendationID, items[i].AddedOn, items[i].AddedAt = in.RecommendationID, today, new(clock.Now())
	}
	if err := tx.Create(&items).Error; err != nil {
		return nil, err
	}
	if err := inherit(tx, was, items); err != nil {
		return nil, err
	}
	return items, noteReshaped(tx, clock, actor, ref, was, items)
}

// asked reads the items that are reshaped: of the recommendation, each once and
// not retired.
func asked(tx *gorm.DB, in Reshaping) (was []Item, err error) {
	var ids []int64
	for _, v := range in.From {
		ids = append(ids, v.ID)
	}
	if len(ids) > 0 {
		err = tx.Where("id IN ? AND recommendation_id = ?", ids, in.RecommendationID).Order("length(letter), letter").Find(&was).Error
	}
	if err == nil && (len(was) != len(in.From) || len(was) == 0) {
		err = problem.New(problem.Invalid, "asked.error.reshape_which")
	}
	if err == nil && slices.ContainsFunc(was, func(i Item) bool { return !i.RetiredOn.IsZero() }) {
		err = problem.New(problem.Invalid, "asked.error.retired")
	}
	return was, err
}

// letters gives the new items the letters after the last that was used.
func letters(tx *gorm.DB, in *Reshaping) error {
	last, err := lastLetter(tx, in.RecommendationID)
	if err != nil {
		return err
	}
	in.To = slices.Clone(in.To)
	for i := range in.To {
		last = LetterAfter(last)
		in.To[i].Letter = last
	}
	return nil
}

// inherit records where the new items come from, and hands the supporting
// institutions on: to a lead of its own none.
func inherit(tx *gorm.DB, was, items []Item) error {
	for _, item := range items {
		for _, old := range was {
			if err := tx.Exec("INSERT INTO item_origins (item_id, origin_id) VALUES (?, ?)", item.ID, old.ID).Error; err != nil {
				return err
			}
		}
		ids := make([]int64, len(was))
		for i, old := range was {
			ids[i] = old.ID
		}
		lead := int64(0)
		if item.LeadID != nil {
			lead = *item.LeadID
		}
		if err := tx.Exec("INSERT INTO item_supports (item_id, institution_id) SELECT DISTINCT i.id, s.institution_id FROM items i JOIN item_supports s ON s.item_id IN ? WHERE i.id = ? AND s.institution_id <> ?",
			ids, item.ID, lead).Error; err != nil {
			return err
		}
	}
	return nil
}

func noteReshaped(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, ref Ref, was, items []Item) error {
	refs := func(list []Item) string {
		var out []string
		for _, i := range list {
			ref.Letter = i.Letter
			out = append(out, ref.String())
		}
		return strings.Join(out, ", ")
	}
	changes := []audit.Change{{Field: "items", Old: refs(was), New: refs(items)}}
	for _, i := range items {
		changes = append(changes, audit.Change{Field: fmt.Sprint("item ", i.Letter), New: i.Text, Free: true})
	}
	if len(was) > 1 {
		return note(tx, clock, actor, "item.merge", "item "+refs(items[:1]), changes...)
	}
	return note(tx, clock, actor, "item.split", "item "+refs(was[:1]), changes...)
}

// OriginsOf lists from which items those of a recommendation came.
func OriginsOf(tx *gorm.DB, recommendationID int64) (list []Origin, err error) {
	return list, tx.Raw(`SELECT o.item_id, o.origin_id FROM item_origins o JOIN items i ON i.id = o.item_id
		WHERE i.recommendation_id = ? ORDER BY o.item_id, o.origin_id`, recommendationID).Scan(&list).Error
}

// Reshape splits or merges items once for a form's key.
func (s *Store) Reshape(ctx context.Context, actor accounts.Actor, key string, in Reshaping) error {
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		_, err := Reshape(tx, s.clock, actor, in)
		return "", err
	})
	return err
}
