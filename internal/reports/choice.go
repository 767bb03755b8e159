package reports

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// Choice is what a person asks of a status report, kept under a name for that
// person alone. Query is an address without its path.
type Choice struct {
	ID       int64 `gorm:"primaryKey"`
	PersonID int64
	Name     string
	Query    string
	SavedAt  time.Time
}

// TableName is the table of choices.
func (Choice) TableName() string { return "report_choices" }

// The most that a person keeps, and the longest name.
const (
	MostChoices = 50
	longestName = 80
)

// Choices lists the actor's own, by name.
func (s *Store) Choices(ctx context.Context, actor accounts.Actor) (list []Choice, err error) {
	err = s.wholePlan(ctx, Query{Actor: actor}, func(tx *gorm.DB) error {
		return tx.Where("person_id = ?", actor.PersonID).Order("name, id").Find(&list).Error
	})
	return list, err
}

// SaveChoice keeps a query under a name; under a name that is there already it
// takes the place of the one kept before.
func (s *Store) SaveChoice(ctx context.Context, clock calendar.Clock, actor accounts.Actor, key, name, query string) error {
	name = strings.Join(strings.Fields(name), " ")
	return s.choose(ctx, actor, key, func(tx *gorm.DB) error {
		var check problem.Check
		check.Require(name != "", "name", "reports.error.name")
		check.Require(utf8.RuneCountInString(name) <= longestName, "name", "reports.error.name_long", "max", longestName)
		check.Require(len(query) <= 4000, "name", "reports.error.query")
		if err := check.Err(); err != nil {
			return err
		}
		var there []Choice
		if err := tx.Where("person_id = ?", actor.PersonID).Find(&there).Error; err != nil {
			return err
		}
		c := Choice{PersonID: actor.PersonID, Name: name}
		for _, one := range there {
			if one.Name == name {
				c = one
			}
		}
		check.Require(c.ID != 0 || len(there) < MostChoices, "name", "reports.error.most", "max", MostChoices)
		if err := check.Err(); err != nil {
			return err
		}
		c.Query, c.SavedAt = query, clock.Now().UTC()
		if err := tx.Save(&c).Error; err != nil {
			return err
		}
		return audit.Append(tx, clock.Now(), audit.Event{Who: actor.Who(), Action: "choice.save", Object: "choice " + name,
			Changes: []audit.Change{{Field: "query", New: query}}})
	})
}

// RemoveChoice forgets one of the actor's own.
func (s *Store) RemoveChoice(ctx context.Context, clock calendar.Clock, actor accounts.Actor, key string, id int64) error {
	return s.choose(ctx, actor, key, func(tx *gorm.DB) error {
		var c Choice
		err := tx.Where("id = ? AND person_id = ?", id, actor.PersonID).Limit(1).Find(&c).Error
		if err == nil && c.ID == 0 {
			err = problem.Missing()
		}
		if err == nil {
			err = tx.Delete(&c).Error
		}
		if err != nil {
			return err
		}
		return audit.Append(tx, clock.Now(), audit.Event{Who: actor.Who(), Action: "choice.remove", Object: "choice " + c.Name})
	})
}

// choose runs a change of choices, once for a form's key, for those who read
// the whole plan.
func (s *Store) choose(ctx context.Context, actor accounts.Actor, key string, f func(tx *gorm.DB) error) error {
	if !actor.CanReadWholePlan() {
		return problem.Missing()
	}
	_, err := s.db.WriteOnce(ctx, actor.PersonID, key, func(tx *gorm.DB) (string, error) { return "", f(tx) })
	return err
}
