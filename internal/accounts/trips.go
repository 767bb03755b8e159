package accounts

import (
	"context"
	"time"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/issuer"
	"tracker/internal/problem"
)

// TripPurpose says what a browser was sent to the issuer for.
type TripPurpose string

// The purposes of trips.
const (
	TripSignIn TripPurpose = "sign_in" // of whoever it is
	TripLink   TripPurpose = "link"    // a signed-in person links an identity
	TripInvite TripPurpose = "invite"  // an invited person takes one in place of a password
)

// TripLimit is how long a browser may be away. From one address TripsPerAddress
// are on their way within ThrottleWindow; a browser that signed in before is
// not counted.
const (
	TripLimit       = 10 * time.Minute
	TripsPerAddress = 200
)

// KeyTripOver is the message key of the problem for a browser that was not
// sent, was sent too long ago, or was back already.
const KeyTripOver = "issuer.over"

// trip is a browser that was sent to the issuer and is not back. Its secret
// is the browser's alone, and what binds the issuer's answer to the browser is
// computed from it; see issuer.Pass.
type trip struct {
	TokenHash string `gorm:"primaryKey"`
	Purpose   TripPurpose
	PersonID  *int64
	Bound     string // hash of the session or of the link that must still be there
	Next      string // path to go to
	Address   string
	CreatedAt time.Time
}

// TableName is the table of trips.
func (trip) TableName() string { return "identity_trips" }

func tripOver() error { return problem.New(problem.Invalid, KeyTripOver) }

// reachIssuer refuses where no issuer is set, as if there were no such page,
// and where it does not answer.
func (s *Store) reachIssuer(ctx context.Context) error {
	if s.cfg.Issuer == nil {
		return problem.Missing()
	}
	return s.cfg.Issuer.Reach(ctx)
}

// TripForm asks to be sent to the issuer to sign in.
type TripForm struct {
	Next    string // path to go to afterwards, checked by the caller
	Address string
	Browser string // secret of the browser's own cookie
}

// SendToSignIn sends a browser to the issuer and gives its secret. Too many at
// once from one address are Unavailable with KeyThrottled.
func (s *Store) SendToSignIn(ctx context.Context, f TripForm) (string, error) {
	if err := s.reachIssuer(ctx); err != nil {
		return "", err
	}
	secret := newToken()
	t := trip{TokenHash: hashToken(secret), Purpose: TripSignIn, Next: shorten(f.Next, 2000), Address: addressKey(f.Address), CreatedAt: s.now()}
	return secret, s.db.Write(ctx, func(tx *gorm.DB) error {
		var known int64
		if err := tx.Model(&browser{}).Where("token_hash = ?", hashToken(f.Browser)).Count(&known).Error; err != nil {
			return err
		}
		if known > 0 {
			t.Address = ""
		} else if err := s.fewTrips(tx, t); err != nil {
			return err
		}
		return tx.Create(&t).Error
	})
}

// fewTrips refuses when too many browsers of an address are on their way.
func (s *Store) fewTrips(tx *gorm.DB, t trip) error {
	var young []trip
	err := tx.Where("address = ? AND created_at > ?", t.Address, t.CreatedAt.Add(-ThrottleWindow)).Order("created_at DESC").Offset(TripsPerAddress - 1).Limit(1).Find(&young).Error
	if err != nil || len(young) == 0 {
		return err
	}
	wait := young[0].CreatedAt.Add(ThrottleWindow).Sub(t.CreatedAt)
	return problem.New(problem.Unavailable, KeyThrottled, "minutes", max(1, int(wait.Minutes()+1)))
}

// LinkingForm asks to be sent to the issuer to link an identity to one's own
// account. Current is not needed in a session that a one-time link opened.
type LinkingForm struct {
	Key     string
	Current string
	Session string
}

// SendToLink sends a signed-in person's browser to the issuer, after their
// present password was given. A wrong one is Invalid in the field "identity_current"
// and counts as a failed sign-in of this session. A repeated post gives no secret.
func (s *Store) SendToLink(ctx context.Context, actor Actor, f LinkingForm) (string, error) {
	if s.cfg.Issuer == nil {
		return "", problem.Missing()
	}
	if posted, err := s.db.Posted(ctx, actor.PersonID, f.Key); posted || err != nil {
		return "", err
	}
	person, own, err := s.ownAccount(ctx, actor, f.Session)
	if err != nil {
		return "", err
	}
	if !own.ByLink {
		right, err := s.rightPassword(ctx, person, f.Current, f.Session)
		if err != nil {
			return "", err
		}
		if !right {
			if err := audit.Refuse(ctx, s.db, s.clock.Now(), event(actor, "identity.link", personObject(person.ID))); err != nil {
				return "", err
			}
			return "", invalid("identity_current", "password.current.wrong")
		}
	}
	if err := s.reachIssuer(ctx); err != nil {
		return "", err
	}
	secret := newToken()
	fresh := false
	_, err = s.write(ctx, actor, f.Key, func(tx *gorm.DB) (string, error) {
		fresh = true
		return "", tx.Create(&trip{TokenHash: hashToken(secret), Purpose: TripLink, PersonID: &person.ID, Bound: hashToken(f.Session), Next: "/account", CreatedAt: s.now()}).Error
	})
	if err != nil || !fresh {
		return "", err
	}
	return secret, nil
}

// SendInvited sends the browser of an invited person to the issuer, with their
// one-time link. It does not use the link: it is used when they are back.
func (s *Store) SendInvited(ctx context.Context, token string) (string, error) {
	l, p, err := s.link(ctx, token)
	if err != nil {
		return "", err
	}
	if l.Purpose != Invite {
		return "", linkGone()
	}
	if err := s.reachIssuer(ctx); err != nil {
		return "", err
	}
	secret := newToken()
	return secret, s.db.Write(ctx, func(tx *gorm.DB) error {
		// A new trip takes the place of an older one of the same link.
		if err := tx.Where("bound = ?", l.TokenHash).Delete(&trip{}).Error; err != nil {
			return err
		}
		return tx.Create(&trip{TokenHash: hashToken(secret), Purpose: TripInvite, PersonID: &p.ID, Bound: l.TokenHash, Next: "/", CreatedAt: s.now()}).Error
	})
}

// IssuerAddress is where a browser with the secret of a trip is to go. To link
// an identity the issuer asks for its own password anew.
func (s *Store) IssuerAddress(ctx context.Context, secret string) (string, error) {
	if s.cfg.Issuer == nil {
		return "", problem.Missing()
	}
	var found []trip
	err := s.db.Read(ctx, func(tx *gorm.DB) error {
		return tx.Where("token_hash = ? AND created_at > ?", hashToken(secret), s.now().Add(-TripLimit)).Find(&found).Error
	})
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", tripOver()
	}
	return s.cfg.Issuer.Away(ctx, issuer.Pass(secret), found[0].Purpose != TripSignIn)
}

// ReturnForm is a browser that comes back from the issuer.
type ReturnForm struct {
	Secret  string // of its trip
	Answer  issuer.Answer
	Actor   Actor  // who is signed in, if anybody
	Session string // the session that the browser shows
	Browser string
	Device  string
	Request string
}

// Returned says what came of a trip: somebody is signed in, or an identity was linked.
type Returned struct {
	SignedIn
	Purpose TripPurpose
	Next    string
}

// Return ends a trip, which is then over whatever comes of it. Only the browser
// that was sent can come back, once and in time: anything else is Invalid with
// KeyTripOver. What the issuer answers is held against what it was asked; see
// issuer.Identify.
func (s *Store) Return(ctx context.Context, f ReturnForm) (Returned, error) {
	if s.cfg.Issuer == nil {
		return Returned{}, problem.Missing()
	}
	t, err := s.endTrip(ctx, f)
	if err != nil {
		return Returned{}, s.refusedTrip(ctx, t, f, err)
	}
	who, err := s.cfg.Issuer.Identify(ctx, issuer.Pass(f.Secret), f.Answer)
	if err != nil {
		return Returned{}, s.refusedTrip(ctx, t, f, err)
	}
	back := Returned{Purpose: t.Purpose, Next: t.Next}
	switch t.Purpose {
	case TripSignIn:
		back.SignedIn, err = s.enter(ctx, f, who)
	case TripLink:
		err = s.linkOwn(ctx, t, f, who)
	case TripInvite:
		back.SignedIn, err = s.takeInvitation(ctx, t, f, who)
	}
	if err != nil {
		return Returned{}, s.refusedTrip(ctx, t, f, err)
	}
	return back, nil
}

// endTrip takes the trip of the browser that comes back.
func (s *Store) endTrip(ctx context.Context, f ReturnForm) (trip, error) {
	if !isToken(f.Secret) || !issuer.Pass(f.Secret).Sent(f.Answer.State) {
		return trip{}, tripOver()
	}
	var t trip
	err := s.db.Write(ctx, func(tx *gorm.DB) error {
		mine := tx.Where("token_hash = ? AND created_at > ?", hashToken(f.Secret), s.now().Add(-TripLimit))
		var found []trip
		if err := mine.Find(&found).Error; err != nil {
			return err
		}
		if len(found) == 0 {
			return tripOver()
		}
		t = found[0]
		gone := tx.Where("token_hash = ?", t.TokenHash).Delete(&trip{})
		if gone.Error == nil && gone.RowsAffected == 0 {
			return tripOver()
		}
		return gone.Error
	})
	return t, err
}

// refusedTrip notes in the trail that somebody came back in vain. An issuer
// that is away is no attempt of anybody's.
func (s *Store) refusedTrip(ctx context.Context, t trip, f ReturnForm, refused error) error {
	if problem.KindOf(refused) == problem.Unavailable {
		return refused
	}
	p := Person{ID: f.Actor.PersonID}
	if t.PersonID != nil {
		p.ID = *t.PersonID
	}
	return s.refusedSignIn(ctx, p, f.Request, "sign_in.identity", refused)
}

// enter signs in the person of an identity.
func (s *Store) enter(ctx context.Context, f ReturnForm, who issuer.Identity) (SignedIn, error) {
	var in SignedIn
	err := s.db.Write(ctx, func(tx *gorm.DB) error {
		own, err := s.identityOwner(tx, who)
		if err != nil {
			return err
		}
		in, err = s.admitIdentity(tx, f, own, who)
		return err
	})
	return in, err
}

// admitIdentity lets the person of an identity in. A second factor that the
// issuer asked for counts.
func (s *Store) admitIdentity(tx *gorm.DB, f ReturnForm, own Identity, who issuer.Identity) (SignedIn, error) {
	if err := tx.Model(&Identity{}).Where("id = ?", own.ID).Update("last_used", s.now()).Error; err != nil {
		return SignedIn{}, err
	}
	return s.admit(tx, arrival{PersonID: own.PersonID, Way: WayIdentity, Proved: who.SecondFactor, Identity: &own.ID, Browser: f.Browser, Session: f.Session, Device: f.Device, Request: f.Request})
}

// linkOwn links an identity to the account of the person who asked for it, in
// the session in which they did.
func (s *Store) linkOwn(ctx context.Context, t trip, f ReturnForm, who issuer.Identity) error {
	if t.PersonID == nil || f.Actor.PersonID != *t.PersonID || hashToken(f.Session) != t.Bound {
		return tripOver()
	}
	return s.db.Write(ctx, func(tx *gorm.DB) error {
		held := tx.Exec("UPDATE people SET version = version WHERE id = ? AND disabled_at IS NULL", *t.PersonID)
		if held.Error != nil {
			return held.Error
		}
		var open int64
		if err := tx.Model(&session{}).Where("token_hash = ? AND person_id = ?", t.Bound, *t.PersonID).Count(&open).Error; err != nil {
			return err
		}
		if held.RowsAffected == 0 || open == 0 {
			return tripOver()
		}
		_, err := s.linkIdentity(tx, f.Actor, who)
		return err
	})
}

// takeInvitation uses up the link of an invited person, gives them the
// identity and lets them in. Where that fails the link can be used still.
func (s *Store) takeInvitation(ctx context.Context, t trip, f ReturnForm, who issuer.Identity) (SignedIn, error) {
	var in SignedIn
	err := s.db.Write(ctx, func(tx *gorm.DB) error {
		if err := s.spendLink(tx, t.Bound); err != nil {
			return err
		}
		actor, err := actorByID(tx, *t.PersonID, f.Request)
		if err != nil {
			return err
		}
		own, err := s.linkIdentity(tx, actor, who)
		if err != nil {
			return err
		}
		if err := audit.Append(tx, s.clock.Now(), event(actor, "link.use", personObject(actor.PersonID))); err != nil {
			return err
		}
		in, err = s.admitIdentity(tx, f, own, who)
		return err
	})
	return in, err
}
