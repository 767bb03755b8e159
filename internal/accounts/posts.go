package accounts

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// Post is a place in an institution that a person holds. It comes with a role.
type Post struct {
	ID            int64 `gorm:"primaryKey"`
	InstitutionID int64
	Title         string
	Role          Role
	ClosedOn      calendar.Date
	Version       int64
}

// TableName is the table of posts.
func (Post) TableName() string { return "posts" }

// Holding says who held a post from FromOn up to, and without, ToOn; no ToOn
// means still.
type Holding struct {
	ID       int64 `gorm:"primaryKey"`
	PersonID int64
	PostID   int64
	FromOn   calendar.Date
	ToOn     calendar.Date
}

// TableName is the table of holdings.
func (Holding) TableName() string { return "holdings" }

// PostRow is a post with its institution and how many people hold it.
type PostRow struct {
	Post
	Institution     string // code
	InstitutionName string
	InstitutionKind Kind
	Holders         int64 // people who are not disabled
}

// PostChange is a new post.
type PostChange struct {
	Institution string // code
	Title       string
	Role        Role
}

// Posts lists all posts by institution and title.
func Posts(tx *gorm.DB) ([]PostRow, error) {
	var list []PostRow
	err := tx.Raw(`SELECT p.*, i.code AS institution, i.name AS institution_name, i.kind AS institution_kind,
		(SELECT count(*) FROM people WHERE post_id = p.id AND disabled_at IS NULL) AS holders
		FROM posts p JOIN institutions i ON i.id = p.institution_id ORDER BY i.code, p.title`).Scan(&list).Error
	return list, err
}

// PostByTitle is the post of a title in an institution, or NotFound.
func PostByTitle(tx *gorm.DB, institutionID int64, title string) (Post, error) {
	var p Post
	err := first(tx.Where("institution_id = ? AND title = ?", institutionID, title), &p)
	return p, err
}

// CreatePost adds a post, in the caller's transaction. A partner institution
// has partner posts only, and only it has them; outside government there are
// focal points and no other role.
func CreatePost(tx *gorm.DB, actor Actor, at time.Time, c PostChange) (Post, error) {
	if err := administer(actor); err != nil {
		return Post{}, err
	}
	institution, err := c.check(tx)
	if err != nil {
		return Post{}, err
	}
	title := strings.TrimSpace(c.Title)
	switch _, err := PostByTitle(tx, institution.ID, title); {
	case err == nil:
		return Post{}, invalid("title", "post.title.taken")
	case problem.KindOf(err) != problem.NotFound:
		return Post{}, err
	}
	p := Post{InstitutionID: institution.ID, Title: title, Role: c.Role, Version: 1}
	if err := tx.Create(&p).Error; err != nil {
		return Post{}, err
	}
	return p, audit.Append(tx, at, event(actor, "post.create", "post "+strconv.FormatInt(p.ID, 10),
		audit.Change{Field: "institution", New: institution.Code}, audit.Change{Field: "title", New: title},
		audit.Change{Field: "role", New: string(c.Role)}))
}

// check holds a new post against the rules, but for one of its title being
// there.
func (c PostChange) check(tx *gorm.DB) (Institution, error) {
	title := strings.TrimSpace(c.Title)
	var check problem.Check
	check.Require(title != "", "title", "post.title.missing")
	check.Require(len([]rune(title)) <= 120, "title", "problem.too_long", "max", 120)
	check.Require(slices.Contains(Roles, c.Role), "role", "post.role.missing")
	institution, err := InstitutionByCode(tx, c.Institution)
	switch {
	case problem.KindOf(err) == problem.NotFound:
		check.Add("institution", "institution.unknown")
	case err != nil:
		return Institution{}, err
	default:
		check.Require(institution.Kind.allows(c.Role), "role", "post.role.not_there")
	}
	return institution, check.Err()
}

// allows says whether an institution of this kind has posts of a role.
func (k Kind) allows(r Role) bool {
	switch k {
	case PartnerOutside:
		return r == Partner
	case NonGovernment:
		return r == FocalPoint
	}
	return r != Partner
}

// Posts lists all posts by institution and title, to administrators.
func (s *Store) Posts(ctx context.Context, actor Actor) ([]PostRow, error) {
	if err := administer(actor); err != nil {
		return nil, err
	}
	var list []PostRow
	err := s.db.Read(ctx, func(tx *gorm.DB) (err error) {
		list, err = Posts(tx)
		return err
	})
	return list, err
}

// HeldPost is a post that a person holds or held.
type HeldPost struct {
	Title       string
	Role        Role
	Institution string // code
	FromOn      calendar.Date
	ToOn        calendar.Date // the first day without it; none is still
}

// PostsHeld lists the posts that a person holds and held, the newest first;
// for administrators.
func (s *Store) PostsHeld(ctx context.Context, actor Actor, personID int64) ([]HeldPost, error) {
	if err := administer(actor); err != nil {
		return nil, err
	}
	var list []HeldPost
	err := s.db.Read(ctx, func(tx *gorm.DB) error {
		return tx.Raw(`SELECT o.title, o.role, i.code AS institution, h.from_on, h.to_on FROM holdings h
			JOIN posts o ON o.id = h.post_id JOIN institutions i ON i.id = o.institution_id
			WHERE h.person_id = ? ORDER BY h.from_on DESC, h.id DESC`, personID).Scan(&list).Error
	})
	return list, err
}

// CreatePost adds a post and returns its id as text; see the function of this name.
func (s *Store) CreatePost(ctx context.Context, actor Actor, key string, c PostChange) (string, error) {
	return s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		p, err := CreatePost(tx, actor, s.clock.Now(), c)
		return strconv.FormatInt(p.ID, 10), err
	})
}
