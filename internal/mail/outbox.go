// Package mail keeps the outbox: a mail is queued in the transaction of the
// change that it tells of, and sent from there until the server takes it.
package mail

import (
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"

	"gorm.io/gorm"

	"tracker/internal/problem"
)

// Message is a mail of plain text to one person.
type Message struct {
	To      string
	Subject string
	Body    string
}

// Row is a mail in the outbox. All instants are the system's.
type Row struct {
	ID        int64 `gorm:"primaryKey"`
	Recipient string
	Subject   string
	Body      string // empty once it was sent: it may hold a one-time link
	CreatedAt time.Time
	NotBefore time.Time // when it is due to be sent, or tried again
	Attempts  int
	LastError string
	SentAt    *time.Time
	GivenUpAt *time.Time
}

// TableName is the outbox.
func (Row) TableName() string { return "outbox" }

// Queue puts a message into the outbox, in the caller's transaction. A
// recipient that is no single plain address, or a subject of more than one
// line, is an error: neither may add a header of its own.
func Queue(tx *gorm.DB, now time.Time, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	now = now.UTC().Truncate(time.Microsecond)
	return tx.Create(&Row{Recipient: m.To, Subject: m.Subject, Body: m.Body, CreatedAt: now, NotBefore: now}).Error
}

// Withdraw takes back what waits for a recipient, or was given up, and holds a
// text; an empty one is in every mail. What the server took stays in the list.
func Withdraw(tx *gorm.DB, recipient, holding string) error {
	return tx.Exec("DELETE FROM outbox WHERE recipient = ? AND sent_at IS NULL AND body LIKE ?", recipient, "%"+holding+"%").Error
}

// IsAddress says whether a text is one plain address, which a mail can go to.
func IsAddress(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text && !strings.ContainsFunc(text, unicode.IsControl)
}

func (m Message) check() error {
	if !IsAddress(m.To) {
		return fmt.Errorf("mail: the recipient is no plain address")
	}
	if m.Subject == "" || strings.ContainsFunc(m.Subject, unicode.IsControl) {
		return fmt.Errorf("mail: the subject is empty or holds a control character")
	}
	return nil
}

// PageSize is how many mails a page of the outbox holds.
const PageSize = 50

// List is a page of the outbox, newest first and without the bodies, and the
// number of all mails. Pages count from 1.
func List(tx *gorm.DB, page int) ([]Row, int, error) {
	var total int64
	if err := tx.Model(&Row{}).Count(&total).Error; err != nil {
		return nil, 0, err
	}
	var list []Row
	err := tx.Omit("body").Order("id DESC").Limit(PageSize).Offset((min(max(page, 1), 1_000_000) - 1) * PageSize).Find(&list).Error
	return list, int(total), err
}

// State counts the mails that were not sent yet. Failing counts those among
// the waiting ones that the server refused at least once.
type State struct {
	Waiting int
	Failing int
	GivenUp int
}

// Count gives the outbox's state.
func Count(tx *gorm.DB) (State, error) {
	var s State
	err := tx.Raw(`SELECT coalesce(sum(CASE WHEN given_up_at IS NULL THEN 1 ELSE 0 END), 0) AS waiting,
		coalesce(sum(CASE WHEN given_up_at IS NULL AND attempts > 0 THEN 1 ELSE 0 END), 0) AS failing,
		coalesce(sum(CASE WHEN given_up_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS given_up
		FROM outbox WHERE sent_at IS NULL`).Scan(&s).Error
	return s, err
}

// Retry has a mail that was not sent tried again at once, also one that was
// given up. One that was sent, or is not there, is NotFound.
func Retry(tx *gorm.DB, now time.Time, id int64) error {
	now = now.UTC().Truncate(time.Microsecond)
	again := tx.Exec("UPDATE outbox SET not_before = ?, given_up_at = NULL, attempts = 0 WHERE id = ? AND sent_at IS NULL", now, id)
	if again.Error != nil {
		return again.Error
	}
	if again.RowsAffected == 0 {
		return problem.Missing()
	}
	return nil
}
