package accounts

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// ForgottenForm asks, from outside, for a link to choose a new password.
type ForgottenForm struct {
	Email   string
	Address string // of the peer, as the trusted proxy or the socket tells it
	Request string // id of the web request
}

// resetPause is how long a link that was mailed keeps another from being made:
// nobody can fill a person's mailbox, or replace a link just sent.
const resetPause = 10 * time.Minute

// resetTime is how long every answer takes: far longer than it takes to write a
// link and its mail, so that the time does not tell who has an account.
const resetTime = 250 * time.Millisecond

// SendsMail says whether a mail server is set, so that links go to people by mail.
func (s *Store) SendsMail() bool { return s.cfg.Mail }

// RequestReset mails a person who forgot their password a link to choose a
// new one. Whoever asks learns nothing: an unknown address, a disabled
// account, one that signs in with an identity alone, one that got a link
// within ten minutes and too many requests all end without an error, in one
// transaction like the others, and after the same time. Without a mail server
// it does nothing.
func (s *Store) RequestReset(ctx context.Context, f ForgottenForm) error {
	if !s.cfg.Mail {
		return nil
	}
	answer := time.NewTimer(resetTime)
	defer answer.Stop()
	if err := s.reset(ctx, f); err != nil {
		return err
	}
	select {
	case <-answer.C:
	case <-ctx.Done(): // nobody waits any more
	}
	return nil
}

func (s *Store) reset(ctx context.Context, f ForgottenForm) error {
	email := tidyEmail(f.Email)
	person, err := s.account(ctx, email)
	if err != nil {
		return err
	}
	try := failure{Account: accountKey("reset " + email), Address: addressKey(f.Address), At: s.now()}
	return s.db.Write(ctx, func(tx *gorm.DB) error {
		if err := s.count(tx, &try, browser{}); err != nil {
			return ignoreThrottle(err)
		}
		if person.ID == 0 || person.DisabledAt != nil {
			return nil
		}
		if person.PasswordHash == "" {
			// Who signs in with an identity alone gets no password past the issuer.
			if list, err := identitiesOf(tx, person.ID); err != nil || len(list) > 0 {
				return err
			}
		}
		var young int64
		if err := tx.Model(&link{}).Where("person_id = ? AND used_at IS NULL AND created_at > ?", person.ID, try.At.Add(-resetPause)).
			Count(&young).Error; err != nil || young > 0 {
			return err
		}
		_, err := s.makeLink(tx, Actor{Post: "signed out", Request: f.Request}, person.ID, Reset)
		return err
	})
}
