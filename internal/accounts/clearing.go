package accounts

import (
	"context"
	"strconv"
	"time"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/db"
	"tracker/internal/problem"
)

// Clearing is the post whose holder clears what an institution sends.
type Clearing struct {
	InstitutionID int64
	PostID        int64
	Title         string
	Holders       int // people who are not disabled
}

// Wanted says whether something is to be cleared: while nobody holds the post,
// nothing waits for it.
func (c Clearing) Wanted() bool { return c.PostID != 0 && c.Holders > 0 }

// MayClear says whether the post may clear what its institution sends: one in
// use whose holder reads the plan and answers for content.
func (p Post) MayClear() bool {
	return p.ClosedOn.IsZero() && (p.Role == FocalPoint || p.Role == Coordinator || p.Role == Countersigner)
}

// ClearingOf reads who clears what an institution sends; the zero value is
// nobody.
func ClearingOf(tx *gorm.DB, institutionID int64) (c Clearing, err error) {
	err = tx.Raw(`SELECT i.id AS institution_id, p.id AS post_id, p.title, (SELECT count(*) FROM people w WHERE w.post_id = p.id AND w.disabled_at IS NULL) AS holders
		FROM institutions i JOIN posts p ON p.id = i.clearing_post_id WHERE i.id = ?`, institutionID).Scan(&c).Error
	return c, err
}

// ChooseClearing names the post that clears what an institution sends, or
// nobody when post is 0. It is a post of that institution which reads the
// plan. version is that of the institution when the form was opened.
func ChooseClearing(tx *gorm.DB, actor Actor, at time.Time, code string, version, post int64) error {
	if err := administer(actor); err != nil {
		return err
	}
	i, err := InstitutionByCode(tx, code)
	if err != nil {
		return err
	}
	was, err := ClearingOf(tx, i.ID)
	if err != nil {
		return err
	}
	var p Post
	var check problem.Check
	if post != 0 {
		if err := tx.Where("id = ? AND institution_id = ?", post, i.ID).Limit(1).Find(&p).Error; err != nil {
			return err
		}
		check.Require(p.ID != 0 && p.MayClear(), "clearing", "institution.clearing.post")
	}
	if err := check.Err(); err != nil {
		return err
	}
	var id *int64
	if p.ID != 0 {
		id = &p.ID
	}
	if err := db.Changed(tx.Model(&Institution{}).Where("id = ? AND version = ?", i.ID, version).Updates(map[string]any{"clearing_post_id": id, "version": version + 1})); err != nil {
		return err
	}
	return audit.Append(tx, at, event(actor, "institution.clearing", i.object(), audit.Change{Field: "clearing_post", Old: was.Title, New: p.Title}))
}

// ChooseClearing names the post that clears; see the function of this name.
func (s *Store) ChooseClearing(ctx context.Context, actor Actor, key, code string, version, post int64) error {
	_, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		return strconv.FormatInt(post, 10), ChooseClearing(tx, actor, s.clock.Now(), code, version, post)
	})
	return err
}
