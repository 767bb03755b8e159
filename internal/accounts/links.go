package accounts

import (
	"context"
	"strconv"
	"time"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/mail"
	"tracker/internal/problem"
)

// Purpose says what a one-time link is for.
type Purpose string

// The purposes of links. An invitation and a reset end in a new password; a
// sign-in link, which only the command line makes, opens a session in which
// the person may set one.
const (
	Invite     Purpose = "invite"
	Reset      Purpose = "reset"
	SignInLink Purpose = "sign_in"
)

// LinkLimit is how long a link can be used.
const LinkLimit = 24 * time.Hour

// LinkPath is the address of a link's page on the site.
func LinkPath(token string) string { return "/links/" + token }

type link struct {
	TokenHash string `gorm:"primaryKey"`
	PersonID  int64
	Purpose   Purpose
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    *time.Time
}

// TableName is the table of one-time links.
func (link) TableName() string { return "links" }

// MadeLink is a link that was just made: the only time that its secret is
// known. Mailed says that it was sent to the person as well.
type MadeLink struct {
	PersonID int64
	Email    string
	Purpose  Purpose
	Token    string // empty when the form was posted before
	Mailed   bool
}

// Path is the link's address on the site.
func (m MadeLink) Path() string { return LinkPath(m.Token) }

// Invite adds a person, with their post if need be, and makes the link with
// which they set their password.
func (s *Store) Invite(ctx context.Context, actor Actor, key string, n NewPerson) (MadeLink, error) {
	made := MadeLink{Email: tidyEmail(n.Email), Purpose: Invite}
	id, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		p, err := CreatePerson(tx, actor, s.clock.Now(), s.clock.Today(), n)
		if err != nil {
			return "", err
		}
		made, err = s.makeLink(tx, actor, p.ID, Invite)
		return strconv.FormatInt(p.ID, 10), err
	})
	if err != nil {
		return MadeLink{}, err
	}
	made.PersonID, err = strconv.ParseInt(id, 10, 64)
	return made, err
}

// Link makes a one-time link for a person: an administrator makes invitations
// and resets, the command line sign-in links too. It replaces every older
// link of the person. Disabled people get none.
func (s *Store) Link(ctx context.Context, actor Actor, key string, personID int64, purpose Purpose) (MadeLink, error) {
	made := MadeLink{PersonID: personID, Purpose: purpose}
	_, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		p, err := personToChange(tx, actor, personID)
		if err != nil {
			return "", err
		}
		if purpose == SignInLink && actor.Role != System {
			return "", problem.Denied("link.command_line_only")
		}
		if p.Disabled() {
			return "", problem.New(problem.Conflict, "link.disabled")
		}
		made, err = s.makeLink(tx, actor, personID, purpose)
		return strconv.FormatInt(personID, 10), err
	})
	return made, err
}

func (s *Store) makeLink(tx *gorm.DB, actor Actor, personID int64, purpose Purpose) (MadeLink, error) {
	p, err := PersonByID(tx, personID)
	if err != nil {
		return MadeLink{}, err
	}
	made := MadeLink{PersonID: personID, Email: p.Email, Purpose: purpose, Token: newToken()}
	if err := dropLinks(tx, p.ID, p.Email); err != nil {
		return MadeLink{}, err
	}
	now := s.now()
	l := link{TokenHash: hashToken(made.Token), PersonID: personID, Purpose: purpose, CreatedAt: now, ExpiresAt: now.Add(LinkLimit)}
	if err := tx.Create(&l).Error; err != nil {
		return MadeLink{}, err
	}
	if s.cfg.Mail && purpose != SignInLink {
		m := mail.Message{To: p.Email, Subject: s.cfg.Texts.Msg("mail." + string(purpose) + ".subject"),
			Body: s.cfg.Texts.Msg("mail."+string(purpose)+".body", "link", s.cfg.Address+made.Path())}
		if err := mail.Queue(tx, now, m); err != nil {
			return MadeLink{}, err
		}
		made.Mailed = true
	}
	return made, audit.Append(tx, s.clock.Now(), event(actor, "link.make", personObject(personID), audit.Change{Field: "purpose", New: string(purpose)}))
}

// LinkInfo is what the page of a link shows before it is used.
type LinkInfo struct {
	Purpose Purpose
	Email   string
}

// SetsPassword says whether the page asks for a new password.
func (i LinkInfo) SetsPassword() bool { return i.Purpose != SignInLink }

// linkGone is the one answer for a link that never was, was used, is too old,
// was replaced, or belongs to somebody who may not sign in.
func linkGone() error { return problem.New(problem.NotFound, KeyLinkGone) }

// KeyLinkGone is the message key of that problem.
const KeyLinkGone = "link.gone"

// LinkInfo looks at a link without using it, since programs that read mail
// follow links too. A link that opens nothing is NotFound.
func (s *Store) LinkInfo(ctx context.Context, token string) (LinkInfo, error) {
	l, p, err := s.link(ctx, token)
	return LinkInfo{Purpose: l.Purpose, Email: p.Email}, err
}

func (s *Store) link(ctx context.Context, token string) (link, PersonRow, error) {
	if !isToken(token) {
		return link{}, PersonRow{}, linkGone()
	}
	var found []link
	var p PersonRow
	err := s.db.Read(ctx, func(tx *gorm.DB) error {
		err := tx.Where("token_hash = ? AND used_at IS NULL AND expires_at > ?", hashToken(token), s.now()).Find(&found).Error
		if err != nil || len(found) == 0 {
			return err
		}
		p, err = PersonByID(tx, found[0].PersonID)
		return err
	})
	if err != nil {
		return link{}, PersonRow{}, err
	}
	if len(found) == 0 || p.Disabled() {
		return link{}, PersonRow{}, linkGone()
	}
	return found[0], p, nil
}

// LinkForm uses a link. Password is the new one, ignored by a sign-in link.
type LinkForm struct {
	Token    string
	Password string
	Browser  string
	Session  string
	Device   string
	Request  string
}

// UseLink uses a link up and admits its person: who has a second factor is
// asked for it here too. An invitation and a reset
// set the password and end every other session; a password that is refused
// leaves the link unused.
func (s *Store) UseLink(ctx context.Context, f LinkForm) (SignedIn, error) {
	l, p, err := s.link(ctx, f.Token)
	if err != nil {
		return SignedIn{}, err
	}
	newHash := ""
	if l.Purpose != SignInLink {
		if err := s.checkPassword(ctx, f.Password, p.Email); err != nil {
			return SignedIn{}, err
		}
		if newHash, err = s.hash(ctx, f.Password); err != nil {
			return SignedIn{}, err
		}
	}
	var in SignedIn
	err = s.db.Write(ctx, func(tx *gorm.DB) error {
		if err := s.spendLink(tx, l.TokenHash); err != nil {
			return err
		}
		if newHash != "" {
			if err := setPassword(tx, p.ID, p.Email, newHash, ""); err != nil {
				return err
			}
			if l.Purpose == Reset {
				if err := s.notify(tx, p.Email, "password"); err != nil {
					return err
				}
			}
		}
		in, err = s.admit(tx, arrival{PersonID: p.ID, Way: Way(l.Purpose), Browser: f.Browser, Session: f.Session, Device: f.Device, Request: f.Request})
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	return in, nil
}

// spendLink uses a link up; of two who try one finds it gone.
func (s *Store) spendLink(tx *gorm.DB, tokenHash string) error {
	now := s.now()
	used := tx.Exec(`UPDATE links SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?
		AND person_id IN (SELECT id FROM people WHERE disabled_at IS NULL)`, now, tokenHash, now)
	if used.Error == nil && used.RowsAffected == 0 {
		return linkGone()
	}
	return used.Error
}

// setPassword stores a new hash, and ends what the old password opened: all
// sessions but the kept one, and every link not yet used.
func setPassword(tx *gorm.DB, personID int64, email, hash, keptSession string) error {
	if err := tx.Exec("UPDATE people SET password_hash = ?, version = version + 1 WHERE id = ?", hash, personID).Error; err != nil {
		return err
	}
	if err := endSessions(tx, personID, keptSession); err != nil {
		return err
	}
	if err := endSteps(tx, personID); err != nil {
		return err
	}
	return dropLinks(tx, personID, email)
}

// dropLinks ends every link of a person that was not used yet. A mail with one
// that has not left is withdrawn: what it holds opens nothing any more.
func dropLinks(tx *gorm.DB, personID int64, email string) error {
	if err := tx.Where("person_id = ? AND used_at IS NULL", personID).Delete(&link{}).Error; err != nil {
		return err
	}
	return mail.Withdraw(tx, email, LinkPath(""))
}
