package audit

import (
	"encoding/base64"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net/mail"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
)

// ActionMailed is the action of an entry that says that a checkpoint was
// mailed outside. Its object names the entry that the checkpoint is of.
const ActionMailed = "trail.mail_checkpoint"

// ToMail is the newest checkpoint where it holds an entry that none mailed
// before held, and the instant of the last mail. The entries that tell of mails
// do not count: else each mail would be the reason for the next one. due is
// false where there is none to mail.
func ToMail(tx *gorm.DB) (c Checkpoint, last time.Time, due bool, err error) {
	if c, err = Newest(tx); err != nil || c.Seq == 0 {
		return c, last, false, err
	}
	var told []Entry
	if err := tx.Where("action = ? AND object >= 'checkpoint ' AND object < 'checkpoint!'", ActionMailed).Order("seq DESC").Limit(1).Find(&told).Error; err != nil {
		return c, last, false, fmt.Errorf("audit: mailed: %w", err)
	}
	var mailed int64
	for _, e := range told {
		last = e.At
		mailed, _ = strconv.ParseInt(strings.TrimPrefix(e.Object, "checkpoint "), 10, 64) // altered: it is mailed again
	}
	var fresh []Entry
	err = tx.Select("seq").Where("seq > ? AND seq <= ? AND action <> ?", mailed, c.Seq, ActionMailed).Limit(1).Find(&fresh).Error
	return c, last, len(fresh) > 0, err
}

// Lock takes the lock of the chain's head, until the transaction ends: what
// another server appends meanwhile is seen after it.
func Lock(tx *gorm.DB) error {
	return tx.Exec("UPDATE audit_head SET seq = seq WHERE id = 1").Error
}

// mailText is the text of a mail that was saved as a file, as it was written
// before it travelled; any other text is given back as it is.
func mailText(text string) string {
	m, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		return text
	}
	var body io.Reader
	switch strings.ToLower(strings.TrimSpace(m.Header.Get("Content-Transfer-Encoding"))) {
	case "quoted-printable":
		body = quotedprintable.NewReader(m.Body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, m.Body)
	default:
		return text
	}
	b, err := io.ReadAll(body)
	if err != nil {
		return text
	}
	return string(b)
}
