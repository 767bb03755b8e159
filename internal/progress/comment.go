package progress

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// Comment is a word beside an update between its institution and those who
// review. It never leaves and is never changed.
type Comment struct {
	ID       int64 `gorm:"primaryKey"`
	UpdateID int64
	At       time.Time
	ByID     int64
	Text     string
}

// CommentTold is a comment with the post of who made it.
type CommentTold struct {
	Comment
	Post string
}

// MaxComment is the most runes that a comment holds.
const MaxComment = 1000

// ReadsComments says whether the comments on an update are open to the actor:
// to its institution, to coordinators and auditors, once it was handed in.
func ReadsComments(actor accounts.Actor, u Update) bool {
	return u.State != Draft && Visible(actor, Update{State: Submitted, InstitutionID: u.InstitutionID})
}

// Comments says whether the actor may add to them.
func Comments(actor accounts.Actor, u Update) bool {
	return ReadsComments(actor, u) && actor.Is(accounts.FocalPoint, accounts.Coordinator)
}

// AddComment adds a comment to an update that was handed in.
func AddComment(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, id int64, text string) error {
	u, err := visible(tx, actor, id)
	if err != nil {
		return err
	}
	c, err := loadCommitment(tx, actor, u.CommitmentID)
	if err != nil {
		return err
	}
	if u.State == Draft {
		return problem.New(problem.Conflict, "comment.error.draft")
	}
	if !Comments(actor, u) {
		return problem.Denied("update.error.not_yours")
	}
	text = strings.TrimSpace(text)
	var k problem.Check
	k.Require(text != "", "comment", "comment.error.text")
	checkText(&k, "comment", text, MaxComment)
	if err := k.Err(); err != nil {
		return err
	}
	at := clock.Now()
	if err := tx.Create(&Comment{UpdateID: id, At: at, ByID: actor.PersonID, Text: text}).Error; err != nil {
		return err
	}
	return record(tx, at, actor, "update.comment", u, c, audit.Change{Field: "comment", New: text, Free: true})
}

// commentsOn reads the comments on an update, the first of them first.
func commentsOn(tx *gorm.DB, id int64) (list []CommentTold, err error) {
	return list, tx.Raw(`SELECT c.*, COALESCE(p.title, '') AS post FROM comments c LEFT JOIN people w ON w.id = c.by_id
		LEFT JOIN posts p ON p.id = w.post_id WHERE c.update_id = ? ORDER BY c.at, c.id`, id).Scan(&list).Error
}

// Comment adds a comment to an update.
func (s *Store) Comment(ctx context.Context, actor accounts.Actor, key string, id int64, text string) error {
	_, err := s.once(ctx, actor, key, func(tx *gorm.DB) (int64, error) {
		return id, AddComment(tx, s.clock, actor, id, text)
	})
	return err
}
