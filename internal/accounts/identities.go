package accounts

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/issuer"
	"tracker/internal/mail"
	"tracker/internal/problem"
)

// WayIdentity is the way of an identity at the issuer.
const WayIdentity Way = "identity"

// Identity is an account at an issuer that signs a person in here. Issuer and
// subject name it, never an e-mail address: those are given to others.
type Identity struct {
	ID       int64 `gorm:"primaryKey"`
	Issuer   string
	Subject  string
	PersonID int64
	LinkedAt time.Time // both instants are the system's
	LastUsed *time.Time
}

// TableName is the table of identities.
func (Identity) TableName() string { return "identities" }

// signsIn is whether a person of people p has a way to sign in.
const signsIn = "(p.password_hash <> '' OR EXISTS (SELECT 1 FROM identities y WHERE y.person_id = p.id))"

// IssuerName is how people know the issuer that signs them in, empty where
// none is set.
func (s *Store) IssuerName() string {
	if s.cfg.Issuer == nil {
		return ""
	}
	return s.cfg.Issuer.Name()
}

// NameOfIssuer is how people know the issuer of an identity. One that was set
// before goes by its address.
func (s *Store) NameOfIssuer(address string) string {
	if s.cfg.Issuer != nil && s.cfg.Issuer.Address() == address {
		return s.cfg.Issuer.Name()
	}
	return address
}

// Ways are the ways in which a person signs in.
type Ways struct {
	Password   bool
	Identities []Identity
}

// Ways are the actor's own ways to sign in.
func (s *Store) Ways(ctx context.Context, actor Actor) (Ways, error) {
	var w Ways
	err := s.db.Read(ctx, func(tx *gorm.DB) error {
		p, err := PersonByID(tx, actor.PersonID)
		if err != nil {
			return err
		}
		w.Password = p.HasPassword
		w.Identities, err = identitiesOf(tx, actor.PersonID)
		return err
	})
	return w, err
}

// Identities are those of a person, to administrators.
func (s *Store) Identities(ctx context.Context, actor Actor, personID int64) ([]Identity, error) {
	if err := administer(actor); err != nil {
		return nil, err
	}
	var list []Identity
	err := s.db.Read(ctx, func(tx *gorm.DB) (err error) {
		list, err = identitiesOf(tx, personID)
		return err
	})
	return list, err
}

func identitiesOf(tx *gorm.DB, personID int64) ([]Identity, error) {
	var list []Identity
	err := tx.Where("person_id = ?", personID).Order("linked_at, id").Find(&list).Error
	return list, err
}

// Unlink takes an identity away from the actor's own account; another's is
// NotFound. Sessions that it opened end. The only way in stays: that is
// Conflict.
func (s *Store) Unlink(ctx context.Context, actor Actor, key string, id int64) error {
	_, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		p, list, err := heldIdentities(tx, actor.PersonID)
		if err != nil {
			return "", err
		}
		others := 0
		for _, one := range list {
			if one.ID != id && s.cfg.Issuer != nil && one.Issuer == s.cfg.Issuer.Address() {
				others++
			}
		}
		if err := s.unlink(tx, actor, list, id); err != nil {
			return "", err
		}
		if !p.HasPassword && others == 0 {
			return "", problem.New(problem.Conflict, "identity.only_way")
		}
		return "", nil
	})
	return err
}

// UnlinkOf takes an identity away from a person, for administrators. The last
// administrator keeps a way in.
func (s *Store) UnlinkOf(ctx context.Context, actor Actor, key string, personID, id int64) error {
	return s.writePerson(ctx, actor, key, personID, func(tx *gorm.DB) error {
		if err := administer(actor); err != nil {
			return err
		}
		p, list, err := heldIdentities(tx, personID)
		if err != nil {
			return err
		}
		if p.Role == Administrator && !p.HasPassword && len(list) == 1 {
			if err := notLastAdministrator(tx, personID); err != nil {
				return err
			}
		}
		return s.unlink(tx, actor, list, id)
	})
}

// heldIdentities reads a person with their identities and holds the row: of two
// who unlink at once one waits.
func heldIdentities(tx *gorm.DB, personID int64) (PersonRow, []Identity, error) {
	if err := tx.Exec("UPDATE people SET version = version WHERE id = ?", personID).Error; err != nil {
		return PersonRow{}, nil, err
	}
	p, err := PersonByID(tx, personID)
	if err != nil {
		return PersonRow{}, nil, err
	}
	list, err := identitiesOf(tx, personID)
	return p, list, err
}

func (s *Store) unlink(tx *gorm.DB, actor Actor, list []Identity, id int64) error {
	for _, one := range list {
		if one.ID != id {
			continue
		}
		if err := tx.Where("identity_id = ?", id).Delete(&session{}).Error; err != nil {
			return err
		}
		if err := tx.Where("identity_id = ?", id).Delete(&step{}).Error; err != nil {
			return err
		}
		if err := tx.Delete(&Identity{}, id).Error; err != nil {
			return err
		}
		return audit.Append(tx, s.clock.Now(), event(actor, "identity.unlink", personObject(one.PersonID),
			audit.Change{Field: "issuer", Old: one.Issuer}, audit.Change{Field: "subject", Old: one.Subject, Free: true}))
	}
	return problem.Missing()
}

// identityTaken is the answer when somebody else has the identity already.
func (s *Store) identityTaken() error {
	return problem.New(problem.Invalid, "identity.taken", "name", s.IssuerName())
}

// linkIdentity gives a person an identity, in the caller's transaction, and
// tells them by mail. One that they have already is no error; another's is
// Invalid.
func (s *Store) linkIdentity(tx *gorm.DB, actor Actor, who issuer.Identity) (Identity, error) {
	var there []Identity
	if err := tx.Where("issuer = ? AND subject = ?", who.Issuer, who.Subject).Find(&there).Error; err != nil {
		return Identity{}, err
	}
	if len(there) > 0 && there[0].PersonID != actor.PersonID {
		return Identity{}, s.identityTaken()
	}
	if len(there) > 0 {
		return there[0], nil
	}
	fresh := Identity{Issuer: who.Issuer, Subject: who.Subject, PersonID: actor.PersonID, LinkedAt: s.now()}
	if err := tx.Create(&fresh).Error; err != nil {
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			err = s.identityTaken()
		}
		return Identity{}, err
	}
	if s.cfg.Mail {
		m := mail.Message{To: actor.Email, Subject: s.cfg.Texts.Msg("mail.identity.subject"),
			Body: s.cfg.Texts.Msg("mail.identity.body", "name", s.IssuerName(), "link", s.cfg.Address+"/account")}
		if err := mail.Queue(tx, s.now(), m); err != nil {
			return Identity{}, err
		}
	}
	return fresh, audit.Append(tx, s.clock.Now(), event(actor, "identity.link", personObject(actor.PersonID),
		audit.Change{Field: "issuer", New: who.Issuer}, audit.Change{Field: "subject", New: who.Subject, Free: true}))
}

// KeyIdentityUnknown is the message key of the problem for an identity that is
// linked to nobody.
const KeyIdentityUnknown = "identity.unknown"

// identityOwner finds the identity of somebody who may sign in. One that is
// linked to nobody, or to somebody disabled, is Invalid: the two look alike.
func (s *Store) identityOwner(tx *gorm.DB, who issuer.Identity) (Identity, error) {
	var found []Identity
	err := tx.Where("issuer = ? AND subject = ? AND person_id IN (SELECT id FROM people WHERE disabled_at IS NULL)", who.Issuer, who.Subject).Find(&found).Error
	if err != nil {
		return Identity{}, err
	}
	if len(found) == 0 {
		return Identity{}, problem.New(problem.Invalid, KeyIdentityUnknown, "name", s.IssuerName())
	}
	return found[0], nil
}
