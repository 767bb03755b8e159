package recommendations

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
)

// ItemNew is an item to add. Without a letter it takes the next one; Lead is
// the code of the institution expected to answer, or empty.
type ItemNew struct {
	Letter, Text, Lead string
	Supporting         []string // codes
}

// ItemChange is a change of the item that had Version when the form was opened.
type ItemChange struct {
	ID, Version int64
	Text, Lead  string
	Supporting  []string // codes
}

var letterPattern = regexp.MustCompile(`^[a-z]{1,2}$`)

// checkItems makes the items of a new recommendation. The field of a message
// is "items" with the item's place from 0.
func checkItems(tx *gorm.DB, c *problem.Check, in []ItemNew) ([]Item, error) {
	items := make([]Item, len(in))
	last := ""
	seen := map[string]bool{}
	for i, n := range in {
		field := fmt.Sprintf("items.%d", i)
		if n.Letter == "" {
			n.Letter = LetterAfter(last)
		}
		last = n.Letter
		c.Require(letterPattern.MatchString(n.Letter) && !seen[n.Letter], field+".letter", "asked.error.letter")
		seen[n.Letter] = true
		checkText(c, field+".text", n.Text, 1, 1000)
		lead, err := lead(tx, c, field+".lead", n.Lead)
		if err != nil {
			return nil, err
		}
		items[i] = Item{Letter: n.Letter, Text: n.Text, LeadID: lead, Version: 1}
	}
	return items, nil
}

// lead finds the institution of a code; the empty code is none.
func lead(tx *gorm.DB, c *problem.Check, field, code string) (*int64, error) {
	if code == "" {
		return nil, nil
	}
	var id int64
	if err := tx.Raw("SELECT id FROM institutions WHERE code = ?", code).Scan(&id).Error; err != nil {
		return nil, err
	}
	c.Require(id != 0, field, "asked.error.institution")
	return &id, nil
}

// supporting finds the institutions of codes that are to support a lead.
func supporting(tx *gorm.DB, c *problem.Check, field string, codes []string, leading string) (ids []int64, err error) {
	for _, code := range codes {
		id, err := lead(tx, c, field, code)
		if err != nil {
			return nil, err
		}
		c.Require(code != leading, field, "plan.error.lead_supports")
		if id != nil && !slices.Contains(ids, *id) {
			ids = append(ids, *id)
		}
	}
	return ids, nil
}

// support records who is expected to support the lead of an item.
func support(tx *gorm.DB, item int64, ids []int64) error {
	if err := tx.Exec("DELETE FROM item_supports WHERE item_id = ?", item).Error; err != nil {
		return err
	}
	for _, id := range ids {
		if err := tx.Exec("INSERT INTO item_supports (item_id, institution_id) VALUES (?, ?)", item, id).Error; err != nil {
			return err
		}
	}
	return nil
}

// checkSupporting finds who is expected to support each of new items. The field
// of a message is "items" with the item's place from 0.
func checkSupporting(tx *gorm.DB, c *problem.Check, in []ItemNew) (of [][]int64, err error) {
	of = make([][]int64, len(in))
	for i, n := range in {
		if of[i], err = supporting(tx, c, fmt.Sprintf("items.%d.supporting", i), n.Supporting, n.Lead); err != nil {
			return nil, err
		}
	}
	return of, nil
}

// createItems adds items with who is expected to support each.
func createItems(tx *gorm.DB, items []Item, supporters [][]int64) error {
	if err := tx.Create(&items).Error; err != nil {
		return err
	}
	for i, ids := range supporters {
		if err := support(tx, items[i].ID, ids); err != nil {
			return err
		}
	}
	return nil
}

// SupportersOf lists the codes of the institutions that are expected to support
// the lead of each item, in their order.
func SupportersOf(tx *gorm.DB, items []int64) (map[int64][]string, error) {
	var rows []struct {
		ItemID int64
		Code   string
	}
	of := map[int64][]string{}
	if len(items) == 0 {
		return of, nil
	}
	err := tx.Raw("SELECT s.item_id, n.code FROM item_supports s JOIN institutions n ON n.id = s.institution_id WHERE s.item_id IN ? ORDER BY n.code", items).Scan(&rows).Error
	for _, r := range rows {
		of[r.ItemID] = append(of[r.ItemID], r.Code)
	}
	return of, err
}

// AddItem adds an item to a recommendation.
func AddItem(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, recommendationID int64, in ItemNew) (Item, error) {
	if err := mayChange(actor); err != nil {
		return Item{}, err
	}
	_, ref, err := recommendation(tx, clock, actor, recommendationID)
	if err != nil {
		return Item{}, err
	}
	if in.Letter == "" {
		last, err := lastLetter(tx, recommendationID)
		if err != nil {
			return Item{}, err
		}
		in.Letter = LetterAfter(last)
	}
	lead, supporting, err := in.check(tx)
	if err != nil {
		return Item{}, err
	}
	item := Item{RecommendationID: recommendationID, Letter: in.Letter, Text: in.Text, LeadID: lead, Version: 1}
	if !actor.Is(accounts.System) { // reference files say what was asked all along
		item.AddedOn, item.AddedAt = clock.Today(), new(clock.Now())
	}
	if err := tx.Create(&item).Error; err != nil {
		return item, db.Taken(err, "letter", "asked.error.letter_there")
	}
	if err := support(tx, item.ID, supporting); err != nil {
		return item, err
	}
	ref.Letter = item.Letter
	return item, note(tx, clock, actor, "item.add", "item "+ref.String(),
		audit.Change{Field: "text", New: item.Text, Free: true}, audit.Change{Field: "lead", New: in.Lead},
		audit.Change{Field: "supporting", New: strings.Join(in.Supporting, ", ")})
}

// check holds an item against the rules, and finds the institutions that it
// names.
func (n ItemNew) check(tx *gorm.DB) (leading *int64, supporters []int64, err error) {
	var c problem.Check
	c.Require(letterPattern.MatchString(n.Letter), "letter", "asked.error.letter")
	checkText(&c, "text", n.Text, 1, 1000)
	if leading, err = lead(tx, &c, "lead", n.Lead); err != nil {
		return nil, nil, err
	}
	if supporters, err = supporting(tx, &c, "supporting", n.Supporting, n.Lead); err != nil {
		return nil, nil, err
	}
	return leading, supporters, c.Err()
}

// CheckItem tells what is wrong with an item that is to be added or changed, but
// for a letter that is there.
func CheckItem(tx *gorm.DB, n ItemNew) error {
	_, _, err := n.check(tx)
	return err
}

// lastLetter is the last letter that a recommendation's items use.
func lastLetter(tx *gorm.DB, recommendationID int64) (last string, err error) {
	return last, tx.Raw("SELECT letter FROM items WHERE recommendation_id = ? ORDER BY length(letter) DESC, letter DESC LIMIT 1", recommendationID).Scan(&last).Error
}

// ChangeItem changes an item's text or the institution expected to answer it.
func ChangeItem(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in ItemChange) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	old, ref, err := item(tx, clock, actor, in.ID)
	if err != nil {
		return err
	}
	lead, supporting, err := ItemNew{Letter: old.Letter, Text: in.Text, Lead: in.Lead, Supporting: in.Supporting}.check(tx)
	if err != nil {
		return err
	}
	were, err := SupportersOf(tx, []int64{in.ID})
	if err != nil {
		return err
	}
	if err := update(tx, "items", in.ID, in.Version, map[string]any{"text": in.Text, "lead_id": lead}); err != nil {
		return err
	}
	if err := support(tx, in.ID, supporting); err != nil {
		return err
	}
	return note(tx, clock, actor, "item.change", "item "+ref.String(),
		audit.Change{Field: "text", Old: old.Text, New: in.Text, Free: true}, audit.Change{Field: "lead", Old: old.Lead, New: in.Lead},
		audit.Change{Field: "supporting", Old: strings.Join(were[in.ID], ", "), New: strings.Join(slices.Sorted(slices.Values(in.Supporting)), ", ")})
}

// RetireItem ends an item from today on: it stays readable with its answers,
// and is asked no longer. The last item of a recommendation cannot be retired.
func RetireItem(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id, version int64) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	old, ref, err := item(tx, clock, actor, id)
	if err != nil {
		return err
	}
	if !old.RetiredOn.IsZero() {
		return problem.New(problem.Invalid, "asked.error.retired")
	}
	var left int64
	err = tx.Raw("SELECT count(*) FROM items WHERE recommendation_id = ? AND retired_on IS NULL AND id <> ?", old.RecommendationID, id).Scan(&left).Error
	if err != nil {
		return err
	}
	if left == 0 {
		return problem.New(problem.Invalid, "asked.error.last_item")
	}
	today := clock.Today()
	if err := update(tx, "items", id, version, map[string]any{"retired_on": today, "retired_at": clock.Now()}); err != nil {
		return err
	}
	return note(tx, clock, actor, "item.retire", "item "+ref.String(), audit.Change{Field: "retired_on", New: today.String()})
}

func item(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id int64) (ItemRow, Ref, error) {
	i, err := oneItem(tx, "WHERE i.id = ?", id)
	if err == nil && i.ReleasedOn.After(clock.Today()) && !actor.Is(accounts.System) {
		err = problem.Missing()
	}
	return i, Ref{Mechanism: i.Mechanism, Year: i.Year, Number: i.Number, Letter: i.Letter}, err
}

// AddEdition adds an edition once for a form's key and returns its reference.
func (s *Store) AddEdition(ctx context.Context, actor accounts.Actor, key string, in EditionNew) (string, error) {
	return s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		e, err := AddEdition(tx, s.clock, actor, in)
		return EditionRef(in.Mechanism, e.Year), err
	})
}

// ChangeEdition changes an edition once for a form's key.
func (s *Store) ChangeEdition(ctx context.Context, actor accounts.Actor, key string, in EditionChange) error {
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		return "", ChangeEdition(tx, s.clock, actor, in)
	})
	return err
}

// RemoveEdition removes an edition without recommendations once for a form's key.
func (s *Store) RemoveEdition(ctx context.Context, actor accounts.Actor, key string, in EditionRemoval) error {
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		return "", RemoveEdition(tx, s.clock, actor, in)
	})
	return err
}

// AddRecommendation adds a recommendation once for a form's key and returns
// its id.
func (s *Store) AddRecommendation(ctx context.Context, actor accounts.Actor, key string, in RecommendationNew) (int64, error) {
	result, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		r, err := AddRecommendation(tx, s.clock, actor, in)
		return strconv.FormatInt(r.ID, 10), err
	})
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(result, 10, 64)
}

// ChangeRecommendation changes a recommendation once for a form's key.
func (s *Store) ChangeRecommendation(ctx context.Context, actor accounts.Actor, key string, in RecommendationChange) error {
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		return "", ChangeRecommendation(tx, s.clock, actor, in)
	})
	return err
}

// AddItem adds an item to a recommendation once for a form's key.
func (s *Store) AddItem(ctx context.Context, actor accounts.Actor, key string, recommendationID int64, in ItemNew) error {
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		i, err := AddItem(tx, s.clock, actor, recommendationID, in)
		return i.Letter, err
	})
	return err
}

// ChangeItem changes an item once for a form's key.
func (s *Store) ChangeItem(ctx context.Context, actor accounts.Actor, key string, in ItemChange) error {
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		return "", ChangeItem(tx, s.clock, actor, in)
	})
	return err
}

// RetireItem retires an item once for a form's key.
func (s *Store) RetireItem(ctx context.Context, actor accounts.Actor, key string, id, version int64) error {
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) {
		return "", RetireItem(tx, s.clock, actor, id, version)
	})
	return err
}
