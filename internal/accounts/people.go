package accounts

import (
	"context"
	"errors"
	"net/mail"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	outbox "tracker/internal/mail"
	"tracker/internal/problem"
)

// Person is an account. It holds one post; what the person may do comes from
// that post alone.
type Person struct {
	ID           int64 `gorm:"primaryKey"`
	Email        string
	PasswordHash string // argon2id, empty until the person set one
	PostID       int64
	Demo         bool // its sign-in is printed by the demonstration
	DisabledAt   *time.Time
	CreatedAt    time.Time
	LastSignIn   *time.Time // by the domain's clock
	Version      int64
}

// TableName is the table of people.
func (Person) TableName() string { return "people" }

// PersonRow is a person as administrators see them.
type PersonRow struct {
	ID              int64
	Email           string
	PostID          int64
	Post            string // title
	Role            Role
	Institution     string // code
	InstitutionName string
	HasPassword     bool
	HasSecond       bool // a second factor
	SignsIn         bool // with a password or with an identity
	Demo            bool
	DisabledAt      *time.Time
	CreatedAt       time.Time
	LastSignIn      *time.Time
	Version         int64
}

// Disabled says whether the person may not sign in.
func (p PersonRow) Disabled() bool { return p.DisabledAt != nil }

const personRows = `SELECT p.id, p.email, p.post_id, o.title AS post, o.role, i.code AS institution, i.name AS institution_name,
	p.password_hash <> '' AS has_password, EXISTS (SELECT 1 FROM second_factors f WHERE f.person_id = p.id) AS has_second, ` + signsIn + ` AS signs_in, p.demo, p.disabled_at, p.created_at, p.last_sign_in, p.version
	FROM people p JOIN posts o ON o.id = p.post_id JOIN institutions i ON i.id = o.institution_id`

// People lists all people by institution, post and e-mail.
func People(tx *gorm.DB) ([]PersonRow, error) {
	var list []PersonRow
	err := tx.Raw(personRows + " ORDER BY i.code, o.title, p.email").Scan(&list).Error
	return list, err
}

// PersonByID is a person, or NotFound.
func PersonByID(tx *gorm.DB, id int64) (PersonRow, error) {
	return onePerson(tx.Raw(personRows+" WHERE p.id = ?", id))
}

// PersonByEmail is the person of an e-mail address, or NotFound.
func PersonByEmail(tx *gorm.DB, email string) (PersonRow, error) {
	return onePerson(tx.Raw(personRows+" WHERE p.email = ?", tidyEmail(email)))
}

func onePerson(q *gorm.DB) (PersonRow, error) {
	var list []PersonRow
	if err := q.Scan(&list).Error; err != nil {
		return PersonRow{}, err
	}
	if len(list) == 0 {
		return PersonRow{}, problem.Missing()
	}
	return list[0], nil
}

// tidyEmail is the one form in which an address is kept and looked up.
func tidyEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func validEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && a.Name == "" && len(s) <= 254
}

// NewPerson is a person to be added. The post is the one of that title in
// that institution; it is made when it is not there.
type NewPerson struct {
	Email       string
	Institution string // code
	Role        Role
	Title       string // of the post
	Demo        bool
}

// CreatePerson adds a person without a password, and their post if need be,
// in the caller's transaction. An address that is taken, or a post that comes
// with another role, is Invalid.
func CreatePerson(tx *gorm.DB, actor Actor, at time.Time, today calendar.Date, n NewPerson) (Person, error) {
	if err := administer(actor); err != nil {
		return Person{}, err
	}
	email := tidyEmail(n.Email)
	if err := checkEmail(email); err != nil {
		return Person{}, err
	}
	switch _, err := PersonByEmail(tx, email); {
	case err == nil:
		return Person{}, invalid("email", "person.email.taken")
	case problem.KindOf(err) != problem.NotFound:
		return Person{}, err
	}
	post, err := postFor(tx, actor, at, n)
	if err != nil {
		return Person{}, err
	}
	p := Person{Email: email, PostID: post.ID, Demo: n.Demo, CreatedAt: at, Version: 1}
	if err := tx.Create(&p).Error; err != nil {
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return Person{}, invalid("email", "person.email.taken")
		}
		return Person{}, err
	}
	if err := tx.Create(&Holding{PersonID: p.ID, PostID: post.ID, FromOn: today}).Error; err != nil {
		return Person{}, err
	}
	return p, audit.Append(tx, at, event(actor, "person.create", personObject(p.ID),
		audit.Change{Field: "email", New: email, Free: true}, audit.Change{Field: "institution", New: n.Institution},
		audit.Change{Field: "post", New: post.Title}, audit.Change{Field: "role", New: string(post.Role)}))
}

func checkEmail(email string) error {
	if !validEmail(email) {
		return invalid("email", "person.email.form")
	}
	return nil
}

// postFor finds the post that a new person takes, or makes it.
func postFor(tx *gorm.DB, actor Actor, at time.Time, n NewPerson) (Post, error) {
	post, err := postThere(tx, n)
	if problem.KindOf(err) == problem.NotFound {
		return CreatePost(tx, actor, at, PostChange{Institution: n.Institution, Title: n.Title, Role: n.Role})
	}
	return post, err
}

// postThere finds the post that a person takes. One of another role is
// Invalid.
func postThere(tx *gorm.DB, n NewPerson) (Post, error) {
	institution, err := InstitutionByCode(tx, n.Institution)
	if err != nil {
		return Post{}, unknownIs("institution", "institution.unknown", err)
	}
	post, err := PostByTitle(tx, institution.ID, strings.TrimSpace(n.Title))
	if err == nil && post.Role != n.Role {
		err = invalid("role", "post.role.other")
	}
	return post, err
}

// CheckPerson tells what is wrong with a person that a list has, by field, and
// writes nothing. It is new when id is 0, else the person of the id is to take
// the post, and to be disabled or not.
func CheckPerson(tx *gorm.DB, id int64, n NewPerson, disabled bool) error {
	if err := checkEmail(tidyEmail(n.Email)); err != nil {
		return err
	}
	_, err := postThere(tx, n)
	if problem.KindOf(err) == problem.NotFound {
		_, err = PostChange{Institution: n.Institution, Title: n.Title, Role: n.Role}.check(tx)
	}
	if err != nil || id == 0 {
		return err
	}
	old, err := PersonByID(tx, id)
	if err != nil || old.Role != Administrator || n.Role == Administrator && (!disabled || old.Disabled()) {
		return err
	}
	return otherAdministrator(tx, id)
}

// PutPerson makes a person of a list take the post that it names, which is made
// when it is not there, and disables or enables them. Id 0 adds them, without
// a password.
func PutPerson(tx *gorm.DB, actor Actor, at time.Time, today calendar.Date, id int64, n NewPerson, disabled bool) error {
	if id == 0 {
		p, err := CreatePerson(tx, actor, at, today, n)
		if err != nil {
			return err
		}
		id = p.ID
	}
	old, err := personToChange(tx, actor, id)
	if err != nil {
		return err
	}
	post, err := postFor(tx, actor, at, n)
	if err != nil {
		return err
	}
	if err := MovePerson(tx, actor, at, today, id, old.Version, post.ID); err != nil {
		return err
	}
	if old, err = PersonByID(tx, id); err != nil {
		return err
	}
	if disabled {
		return DisablePerson(tx, actor, at, id, old.Version)
	}
	return EnablePerson(tx, actor, at, id, old.Version)
}

// MovePerson gives a person another post from today; their sessions go on
// under the new one. The last administrator cannot be moved to another role.
func MovePerson(tx *gorm.DB, actor Actor, at time.Time, today calendar.Date, personID, version, postID int64) error {
	old, err := personToChange(tx, actor, personID)
	if err != nil {
		return err
	}
	var post Post
	if err := first(tx.Where("id = ?", postID), &post); err != nil {
		return unknownIs("post", "post.unknown", err)
	}
	if post.ID == old.PostID {
		return nil
	}
	if old.Role == Administrator && post.Role != Administrator {
		if err := notLastAdministrator(tx, personID); err != nil {
			return err
		}
	}
	if err := db.Changed(tx.Model(&Person{}).Where("id = ? AND version = ?", personID, version).
		Updates(map[string]any{"post_id": postID, "version": version + 1})); err != nil {
		return err
	}
	if err := tx.Model(&Holding{}).Where("person_id = ? AND to_on IS NULL", personID).Update("to_on", today).Error; err != nil {
		return err
	}
	if err := tx.Create(&Holding{PersonID: personID, PostID: postID, FromOn: today}).Error; err != nil {
		return err
	}
	institution, err := InstitutionByID(tx, post.InstitutionID)
	if err != nil {
		return err
	}
	return audit.Append(tx, at, event(actor, "person.move", personObject(personID),
		audit.Change{Field: "institution", Old: old.Institution, New: institution.Code},
		audit.Change{Field: "post", Old: old.Post, New: post.Title}, audit.Change{Field: "role", Old: string(old.Role), New: string(post.Role)}))
}

// DisablePerson ends a person's sessions and links at once, withdraws the mails
// that wait for them and lets them sign in no more. What they wrote stays. The last administrator cannot be
// disabled.
func DisablePerson(tx *gorm.DB, actor Actor, at time.Time, personID, version int64) error {
	old, err := personToChange(tx, actor, personID)
	if err != nil {
		return err
	}
	if old.Disabled() {
		return nil
	}
	if old.Role == Administrator {
		if err := notLastAdministrator(tx, personID); err != nil {
			return err
		}
	}
	if err := db.Changed(tx.Model(&Person{}).Where("id = ? AND version = ?", personID, version).
		Updates(map[string]any{"disabled_at": at, "version": version + 1})); err != nil {
		return err
	}
	if err := tx.Where("person_id = ?", personID).Delete(&session{}).Error; err != nil {
		return err
	}
	if err := endSteps(tx, personID); err != nil {
		return err
	}
	if err := dropLinks(tx, personID, old.Email); err != nil {
		return err
	}
	if err := outbox.Withdraw(tx, old.Email, ""); err != nil {
		return err
	}
	return audit.Append(tx, at, event(actor, "person.disable", personObject(personID)))
}

// EnablePerson lets a disabled person sign in again as they did before.
func EnablePerson(tx *gorm.DB, actor Actor, at time.Time, personID, version int64) error {
	old, err := personToChange(tx, actor, personID)
	if err != nil || !old.Disabled() {
		return err
	}
	if err := db.Changed(tx.Model(&Person{}).Where("id = ? AND version = ?", personID, version).
		Updates(map[string]any{"disabled_at": nil, "version": version + 1})); err != nil {
		return err
	}
	return audit.Append(tx, at, event(actor, "person.enable", personObject(personID)))
}

func personToChange(tx *gorm.DB, actor Actor, personID int64) (PersonRow, error) {
	if err := administer(actor); err != nil {
		return PersonRow{}, err
	}
	return PersonByID(tx, personID)
}

// administrators are the posts of those who administer.
const administrators = "SELECT id FROM posts WHERE role = 'administrator'"

// notLastAdministrator refuses when nobody else could administer. It locks
// the administrators' rows first, so that two cannot remove each other.
func notLastAdministrator(tx *gorm.DB, personID int64) error {
	if err := tx.Exec("UPDATE people SET version = version WHERE post_id IN (" + administrators + ")").Error; err != nil {
		return err
	}
	return otherAdministrator(tx, personID)
}

// otherAdministrator refuses when there is no other who can sign in.
func otherAdministrator(tx *gorm.DB, personID int64) error {
	var others int64
	if err := tx.Raw("SELECT count(*) FROM people p WHERE p.post_id IN ("+administrators+") AND p.disabled_at IS NULL AND "+signsIn+" AND p.id <> ?",
		personID).Scan(&others).Error; err != nil {
		return err
	}
	if others == 0 {
		return problem.New(problem.Conflict, "person.last_administrator")
	}
	return nil
}

// Seconds counts the people who can be the second for what needs two.
type Seconds struct {
	Coordinators   int
	Countersigners int
}

// Enough is false when nothing could be approved, certified or published by
// two people: there must be two of them, one a coordinator.
func (s Seconds) Enough() bool { return s.Coordinators >= 1 && s.Coordinators+s.Countersigners >= 2 }

// ActorOf is the person of an address who may sign in, for a command that is
// run on their behalf. NotFound when there is none.
func (s *Store) ActorOf(ctx context.Context, email string) (Actor, error) {
	var found []actorRow
	err := s.db.Read(ctx, func(tx *gorm.DB) error {
		return tx.Raw("SELECT "+actorColumns+" FROM "+actorTables+" WHERE p.email = ? AND p.disabled_at IS NULL", tidyEmail(email)).Scan(&found).Error
	})
	if err != nil {
		return Actor{}, err
	}
	if len(found) == 0 {
		return Actor{}, problem.Missing()
	}
	return found[0].actor("command line"), nil
}

// SecondPeople counts the coordinators and countersigners who can sign in.
func SecondPeople(tx *gorm.DB) (Seconds, error) {
	var s Seconds
	err := tx.Raw(`SELECT coalesce(sum(CASE WHEN o.role = 'coordinator' THEN 1 ELSE 0 END), 0) AS coordinators,
		coalesce(sum(CASE WHEN o.role = 'countersigner' THEN 1 ELSE 0 END), 0) AS countersigners
		FROM people p JOIN posts o ON o.id = p.post_id
		WHERE p.disabled_at IS NULL AND ` + signsIn).Scan(&s).Error
	return s, err
}

// People lists all people, to administrators.
func (s *Store) People(ctx context.Context, actor Actor) ([]PersonRow, error) {
	if err := administer(actor); err != nil {
		return nil, err
	}
	var list []PersonRow
	err := s.db.Read(ctx, func(tx *gorm.DB) (err error) {
		list, err = People(tx)
		return err
	})
	return list, err
}

// Person is one person, to administrators.
func (s *Store) Person(ctx context.Context, actor Actor, id int64) (PersonRow, error) {
	if err := administer(actor); err != nil {
		return PersonRow{}, err
	}
	var p PersonRow
	err := s.db.Read(ctx, func(tx *gorm.DB) (err error) {
		p, err = PersonByID(tx, id)
		return err
	})
	return p, err
}

// PersonByEmail is the person of an e-mail address, to administrators and the
// command line.
func (s *Store) PersonByEmail(ctx context.Context, actor Actor, email string) (PersonRow, error) {
	if err := administer(actor); err != nil {
		return PersonRow{}, err
	}
	var p PersonRow
	err := s.db.Read(ctx, func(tx *gorm.DB) (err error) {
		p, err = PersonByEmail(tx, email)
		return err
	})
	return p, err
}

// SecondPeople counts who can be the second person.
func (s *Store) SecondPeople(ctx context.Context) (Seconds, error) {
	var n Seconds
	err := s.db.Read(ctx, func(tx *gorm.DB) (err error) {
		n, err = SecondPeople(tx)
		return err
	})
	return n, err
}

// MovePerson gives a person another post from today; see the function of this name.
func (s *Store) MovePerson(ctx context.Context, actor Actor, key string, personID, version, postID int64) error {
	return s.writePerson(ctx, actor, key, personID, func(tx *gorm.DB) error {
		return MovePerson(tx, actor, s.clock.Now(), s.clock.Today(), personID, version, postID)
	})
}

// DisablePerson lets a person sign in no more; see the function of this name.
func (s *Store) DisablePerson(ctx context.Context, actor Actor, key string, personID, version int64) error {
	return s.writePerson(ctx, actor, key, personID, func(tx *gorm.DB) error {
		return DisablePerson(tx, actor, s.clock.Now(), personID, version)
	})
}

// EnablePerson lets a disabled person sign in again; see the function of this name.
func (s *Store) EnablePerson(ctx context.Context, actor Actor, key string, personID, version int64) error {
	return s.writePerson(ctx, actor, key, personID, func(tx *gorm.DB) error {
		return EnablePerson(tx, actor, s.clock.Now(), personID, version)
	})
}

func (s *Store) writePerson(ctx context.Context, actor Actor, key string, personID int64, run func(tx *gorm.DB) error) error {
	_, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		return strconv.FormatInt(personID, 10), run(tx)
	})
	return err
}
