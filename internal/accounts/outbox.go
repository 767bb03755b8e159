package accounts

import (
	"context"
	"strconv"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/mail"
)

// Outbox is a page of the mails waiting, sent and given up, newest first and
// without their texts, and the number of all; for administrators.
func (s *Store) Outbox(ctx context.Context, actor Actor, page int) ([]mail.Row, int, error) {
	if err := administer(actor); err != nil {
		return nil, 0, err
	}
	var list []mail.Row
	var total int
	err := s.db.Read(ctx, func(tx *gorm.DB) (err error) {
		list, total, err = mail.List(tx, page)
		return err
	})
	return list, total, err
}

// RetryMail has a mail that was not sent tried again at once; one that was
// sent is NotFound.
func (s *Store) RetryMail(ctx context.Context, actor Actor, key string, id int64) error {
	_, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		if err := administer(actor); err != nil {
			return "", err
		}
		if err := mail.Retry(tx, s.system(), id); err != nil {
			return "", err
		}
		return "", audit.Append(tx, s.clock.Now(), event(actor, "mail.retry", "mail "+strconv.FormatInt(id, 10)))
	})
	return err
}

// MailState counts the mails of the outbox that were not sent yet; for administrators.
func (s *Store) MailState(ctx context.Context, actor Actor) (mail.State, error) {
	if err := administer(actor); err != nil {
		return mail.State{}, err
	}
	var state mail.State
	err := s.db.Read(ctx, func(tx *gorm.DB) (err error) {
		state, err = mail.Count(tx)
		return err
	})
	return state, err
}
