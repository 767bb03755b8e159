package accounts

import (
	"context"
	"time"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/jobs"
	"tracker/internal/problem"
)

// A session ends after IdleLimit without a request and after SessionLimit in
// any case. What a person did is noted once in SeenEvery, so that reading
// pages writes next to nothing.
const (
	IdleLimit    = 30 * time.Minute
	SessionLimit = 12 * time.Hour
	SeenEvery    = time.Minute
)

type session struct {
	TokenHash string `gorm:"primaryKey"`
	PublicID  string
	PersonID  int64
	CreatedAt time.Time
	SeenAt    time.Time
	Device    string
	ByLink    bool
	Flash     string
	Way       Way
	Second    Second
	// IdentityID is the identity that opened it, if one did.
	IdentityID *int64
}

// TableName is the table of sessions.
func (session) TableName() string { return "sessions" }

// SessionInfo is a session as its person sees it. All instants are the
// system's.
type SessionInfo struct {
	PublicID  string // names the session in addresses; it opens nothing
	CreatedAt time.Time
	SeenAt    time.Time
	Device    string
	ByLink    bool   // opened by a one-time link: a password may be set without the present one
	Flash     string // a message for the next page, see TakeFlash
	Current   bool   // the one that asks
	Way       Way    // by which first factor it was opened
	Second    Second // and by which second one

	// MustEnrol says that the person's role needs a second factor, and that
	// neither they nor the way they came have one: until they set one up the
	// session is good for nothing else.
	MustEnrol bool
}

// Ends is the instant at which the session ends whatever happens.
func (i SessionInfo) Ends() time.Time { return i.CreatedAt.Add(SessionLimit) }

// actorRow is what a request needs to know of who asks.
type actorRow struct {
	PersonID        int64
	Email           string
	PostID          int64
	Post            string
	Role            Role
	InstitutionID   int64
	Institution     string
	InstitutionName string
	InstitutionKind Kind
}

func (r actorRow) actor(request string) Actor {
	return Actor{PersonID: r.PersonID, Email: r.Email, PostID: r.PostID, Post: r.Post, Role: r.Role, InstitutionID: r.InstitutionID,
		Institution: r.Institution, InstitutionName: r.InstitutionName, InstitutionKind: r.InstitutionKind, Request: request}
}

const actorColumns = `p.id AS person_id, p.email, o.id AS post_id, o.title AS post, o.role, i.id AS institution_id,
	i.code AS institution, i.name AS institution_name, i.kind AS institution_kind`

const actorTables = `people p JOIN posts o ON o.id = p.post_id JOIN institutions i ON i.id = o.institution_id`

// Session says who asks, by the secret in the cookie. One query joins person,
// post and institution, so that a disabled or moved person acts as such at
// once. A secret that opens no session, or one that ended, is NotFound.
func (s *Store) Session(ctx context.Context, token, request string) (Actor, SessionInfo, error) {
	if !isToken(token) {
		return Actor{}, SessionInfo{}, problem.New(problem.NotFound, "session.ended")
	}
	now, hash := s.now(), hashToken(token)
	var found []struct {
		Who       actorRow    `gorm:"embedded"`
		Info      SessionInfo `gorm:"embedded"`
		Voluntary bool        // nobody needs a second factor here
		HasSecond bool
	}
	err := s.db.Read(ctx, func(tx *gorm.DB) error {
		return tx.Raw(`SELECT `+actorColumns+`, s.public_id, s.created_at, s.seen_at, s.device, s.by_link, s.flash, s.way, s.second,
			EXISTS (SELECT 1 FROM settings WHERE name = 'demonstration' AND value = 'yes') AS voluntary,
			EXISTS (SELECT 1 FROM second_factors f WHERE f.person_id = p.id) AS has_second
			FROM `+actorTables+` JOIN sessions s ON s.person_id = p.id
			WHERE s.token_hash = ? AND s.seen_at > ? AND s.created_at > ? AND p.disabled_at IS NULL`,
			hash, now.Add(-IdleLimit), now.Add(-SessionLimit)).Scan(&found).Error
	})
	if err != nil {
		return Actor{}, SessionInfo{}, err
	}
	if len(found) == 0 {
		return Actor{}, SessionInfo{}, problem.New(problem.NotFound, "session.ended")
	}
	info := found[0].Info
	info.Current = true
	info.MustEnrol = NeedsSecond(found[0].Who.Role) && !found[0].Voluntary && !found[0].HasSecond && info.Second == ""
	if now.Sub(info.SeenAt) >= SeenEvery {
		err := s.db.Write(ctx, func(tx *gorm.DB) error {
			return tx.Exec("UPDATE sessions SET seen_at = ? WHERE token_hash = ? AND seen_at < ?", now, hash, now).Error
		})
		// A page can be read while the database takes no writes.
		if err != nil && problem.KindOf(err) != problem.Unavailable {
			return Actor{}, SessionInfo{}, err
		}
	}
	return found[0].Who.actor(request), info, nil
}

// SignOut ends the session of a secret. One that is over already is no error.
func (s *Store) SignOut(ctx context.Context, actor Actor, token string) error {
	return s.db.Write(ctx, func(tx *gorm.DB) error {
		gone := tx.Where("token_hash = ? AND person_id = ?", hashToken(token), actor.PersonID).Delete(&session{})
		if gone.Error != nil || gone.RowsAffected == 0 {
			return gone.Error
		}
		return audit.Append(tx, s.clock.Now(), event(actor, "sign_out", personObject(actor.PersonID)))
	})
}

// Sessions lists the actor's own open sessions, the newest first; token is
// the one that asks.
func (s *Store) Sessions(ctx context.Context, actor Actor, token string) ([]SessionInfo, error) {
	var rows []session
	now := s.now()
	err := s.db.Read(ctx, func(tx *gorm.DB) error {
		return tx.Where("person_id = ? AND seen_at > ? AND created_at > ?", actor.PersonID, now.Add(-IdleLimit), now.Add(-SessionLimit)).
			Order("created_at DESC, public_id").Find(&rows).Error
	})
	list := make([]SessionInfo, len(rows))
	for i, r := range rows {
		list[i] = SessionInfo{PublicID: r.PublicID, CreatedAt: r.CreatedAt, SeenAt: r.SeenAt, Device: r.Device,
			ByLink: r.ByLink, Way: r.Way, Second: r.Second, Current: r.TokenHash == hashToken(token)}
	}
	return list, err
}

// EndSession ends one of the actor's own sessions; another's is NotFound.
func (s *Store) EndSession(ctx context.Context, actor Actor, key, publicID string) error {
	_, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		gone := tx.Where("public_id = ? AND person_id = ?", publicID, actor.PersonID).Delete(&session{})
		if gone.Error != nil {
			return "", gone.Error
		}
		if gone.RowsAffected == 0 {
			return "", problem.Missing()
		}
		return "", audit.Append(tx, s.clock.Now(), event(actor, "session.end", personObject(actor.PersonID)))
	})
	return err
}

// EndOtherSessions ends all of the actor's sessions but that of token.
func (s *Store) EndOtherSessions(ctx context.Context, actor Actor, key, token string) error {
	_, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		if err := endSessions(tx, actor.PersonID, token); err != nil {
			return "", err
		}
		return "", audit.Append(tx, s.clock.Now(), event(actor, "session.end_others", personObject(actor.PersonID)))
	})
	return err
}

// EndSessions ends all sessions of a person, for administrators.
func (s *Store) EndSessions(ctx context.Context, actor Actor, key string, personID int64) error {
	return s.writePerson(ctx, actor, key, personID, func(tx *gorm.DB) error {
		if _, err := personToChange(tx, actor, personID); err != nil {
			return err
		}
		if err := endSessions(tx, personID, ""); err != nil {
			return err
		}
		return audit.Append(tx, s.clock.Now(), event(actor, "person.end_sessions", personObject(personID)))
	})
}

// endSessions deletes a person's sessions but the one of the secret kept.
func endSessions(tx *gorm.DB, personID int64, kept string) error {
	return tx.Where("person_id = ? AND token_hash <> ?", personID, hashToken(kept)).Delete(&session{}).Error
}

// maxFlash bounds a message, in bytes.
const maxFlash = 2000

// SetFlash keeps a message for the next page of the session; a longer one
// than 2,000 bytes is an error of the program.
func (s *Store) SetFlash(ctx context.Context, token, text string) error {
	if len(text) > maxFlash {
		text = text[:maxFlash]
	}
	return s.db.Write(ctx, func(tx *gorm.DB) error {
		return tx.Exec("UPDATE sessions SET flash = ? WHERE token_hash = ?", text, hashToken(token)).Error
	})
}

// TakeFlash gives the message kept for the session and forgets it. Call it
// only when SessionInfo.Flash is not empty: it writes. Of two pages that ask
// at once one gets it.
func (s *Store) TakeFlash(ctx context.Context, token string) (string, error) {
	var text string
	err := s.db.Write(ctx, func(tx *gorm.DB) error {
		if err := tx.Raw("SELECT flash FROM sessions WHERE token_hash = ?", hashToken(token)).Scan(&text).Error; err != nil || text == "" {
			return err
		}
		taken := tx.Exec("UPDATE sessions SET flash = '' WHERE token_hash = ? AND flash = ?", hashToken(token), text)
		if taken.RowsAffected == 0 {
			text = ""
		}
		return taken.Error
	})
	return text, err
}

// openSession adds a session for a person and ends the one whose secret the
// browser showed before, so that a planted secret is worth nothing.
func openSession(tx *gorm.DB, s session, shown string) error {
	if shown != "" {
		if err := tx.Where("token_hash = ?", hashToken(shown)).Delete(&session{}).Error; err != nil {
			return err
		}
	}
	return tx.Create(&s).Error
}

// browserKept is how long a browser that signed in counts as known, and
// browsersKept how many of one person do.
const (
	browserKept  = 180 * 24 * time.Hour
	browsersKept = 20
)

// Sweep deletes what is over: sessions a day after they ended, until when they
// say whose a form is that is sent too late, kept forms, links, failed
// sign-ins, steps, trips to the issuer, browsers not seen for long, jobs with their files; and has the
// refusals of past minutes summed up.
func (s *Store) Sweep(ctx context.Context) error {
	now := s.now()
	return s.db.Write(ctx, func(tx *gorm.DB) error {
		if err := tx.Where("seen_at <= ? OR created_at <= ?", now.Add(-IdleLimit-FormKept), now.Add(-SessionLimit-FormKept)).Delete(&session{}).Error; err != nil {
			return err
		}
		if err := tx.Where("expires_at <= ?", now).Delete(&link{}).Error; err != nil {
			return err
		}
		if err := tx.Where("created_at <= ?", now.Add(-ThrottleWindow)).Delete(&trip{}).Error; err != nil {
			return err
		}
		if err := tx.Where("created_at <= ?", now.Add(-StepLimit)).Delete(&step{}).Error; err != nil {
			return err
		}
		if err := tx.Where("at <= ?", now.Add(-ThrottleWindow)).Delete(&failure{}).Error; err != nil {
			return err
		}
		if err := tx.Where("seen_at <= ?", now.Add(-browserKept)).Delete(&browser{}).Error; err != nil {
			return err
		}
		if err := tx.Where("created_at <= ?", now.Add(-FormKept)).Delete(&keptForm{}).Error; err != nil {
			return err
		}
		if err := jobs.Sweep(tx, now); err != nil {
			return err
		}
		return audit.SumUp(tx, s.clock.Now())
	})
}
