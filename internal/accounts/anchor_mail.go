package accounts

import (
	"context"
	"strconv"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/mail"
)

// MailCheckpointDue queues a mail with the newest checkpoint of the trail to
// the address of the settings: once a day of the clock, where it tells
// something that none mailed before did, and where mails are sent and an
// address is set. Of several servers one does; it says whether it was this one.
func (s *Store) MailCheckpointDue(ctx context.Context) (queued bool, err error) {
	if !s.cfg.Mail {
		return false, nil
	}
	var to string
	var c audit.Checkpoint
	look := func(tx *gorm.DB) error { to, c, err = s.checkpointDue(tx); return err }
	if err := s.db.Read(ctx, look); err != nil || to == "" {
		return false, err
	}
	err = s.db.Write(ctx, func(tx *gorm.DB) error {
		if err := audit.Lock(tx); err != nil {
			return err
		}
		if err := look(tx); err != nil || to == "" {
			return err
		}
		note, err := c.Text()
		if err != nil {
			return err
		}
		n := strconv.FormatInt(c.Seq, 10)
		m := mail.Message{To: to, Subject: s.cfg.Texts.Msg("mail.checkpoint.subject", "n", n), Body: s.cfg.Texts.Msg("mail.checkpoint.body", "n", n) + "\n\n" + note}
		if err := mail.Queue(tx, s.now(), m); err != nil {
			return err
		}
		return audit.Append(tx, s.clock.Now(), event(CommandLine(), "trail.mail_checkpoint", "checkpoint "+n, audit.Change{Field: "hash", New: c.Hash}))
	})
	return to != "" && err == nil, err
}

// checkpointDue is the checkpoint that is to be mailed and where to; nowhere
// when none is due.
func (s *Store) checkpointDue(tx *gorm.DB) (to string, c audit.Checkpoint, err error) {
	set, err := LoadSettings(tx)
	if err != nil || set.AnchorMail == "" {
		return "", c, err
	}
	c, last, due, err := audit.ToMail(tx)
	if err != nil || !due || !last.IsZero() && s.clock.DayOf(last) == s.clock.Today() {
		return "", c, err
	}
	return set.AnchorMail, c, nil
}
