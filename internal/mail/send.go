package mail

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
	"gorm.io/gorm"

	"tracker/internal/db"
)

// Security says how the way to the server is protected.
type Security string

// The ways to the server. StartTLS and TLS refuse a server without a valid
// certificate; None is for one on the same machine or network.
const (
	StartTLS Security = "starttls"
	TLS      Security = "tls"
	None     Security = "none"
)

// Server is the mail server that takes the mails.
type Server struct {
	Host     string
	Port     int
	User     string // empty: the server wants no sign-in
	Password string
	Security Security
	From     string // the sender's address
}

// Check says what is wrong with the settings, in words for who runs the program.
func (s Server) Check() error {
	if s.Host == "" || s.Port < 1 || s.Port > 65535 {
		return errors.New("the mail server needs a host and a port")
	}
	if s.Security != StartTLS && s.Security != TLS && s.Security != None {
		return fmt.Errorf("the mail server's security is %q, must be starttls, tls or none", s.Security)
	}
	if _, err := mail.ParseAddress(s.From); err != nil {
		return errors.New("the mail server needs a sender's address")
	}
	if s.User != "" && s.Security == None {
		return errors.New("the mail server's password would travel unprotected: use starttls or tls")
	}
	return nil
}

// How a Sender goes about its work.
const (
	Every      = 15 * time.Second // between looks at the outbox
	lease      = 10 * time.Minute // after which a mail whose sender died is tried again
	sendLimit  = time.Minute      // for one mail; well within the lease
	tries      = 40               // with the waits below: three days
	errorLimit = 500              // bytes of the server's answer that are kept
)

// backoff is the wait after a number of failed tries.
func backoff(attempts int) time.Duration {
	switch attempts {
	case 0, 1:
		return time.Minute
	case 2:
		return 5 * time.Minute
	case 3:
		return 30 * time.Minute
	}
	return 2 * time.Hour
}

// Sender sends what is due in the outbox. Any number of them may work on one
// database: each mail is taken by one. A mail that the server took just
// before its sender died is sent again, under the same Message-ID.
type Sender struct {
	db     *db.DB
	server Server
	system func() time.Time
}

// NewSender makes a Sender, or says what is wrong with the server's settings.
func NewSender(d *db.DB, server Server, system func() time.Time) (*Sender, error) {
	if err := server.Check(); err != nil {
		return nil, err
	}
	return &Sender{db: d, server: server, system: system}, nil
}

// Run looks at the outbox now and every 15 seconds until ctx ends. failed is
// told what went wrong with the database; what goes wrong with a mail is kept
// in its row.
func (s *Sender) Run(ctx context.Context, failed func(error)) {
	tick := time.NewTicker(Every)
	defer tick.Stop()
	for {
		if _, err := s.SendDue(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// SendDue sends everything that is due, one mail after the other, and returns
// how many the server took.
func (s *Sender) SendDue(ctx context.Context) (int, error) {
	sent := 0
	for ctx.Err() == nil {
		row, found, err := s.take(ctx)
		if err != nil || !found {
			return sent, err
		}
		failure := s.send(ctx, row)
		if ctx.Err() != nil {
			return sent, nil // the lease gives it to the next one
		}
		if err := s.settle(ctx, row, failure); err != nil {
			return sent, err
		}
		if failure == nil {
			sent++
		}
	}
	return sent, nil
}

func (s *Sender) now() time.Time { return s.system().UTC().Truncate(time.Microsecond) }

// take reserves the mail that has been due for longest. Counting the try
// before it is made, and moving its time past the lease, keeps other senders
// away and lets a mail that kills its sender come to an end.
func (s *Sender) take(ctx context.Context) (Row, bool, error) {
	var rows []Row
	now := s.now()
	err := s.db.Write(ctx, func(tx *gorm.DB) error {
		return tx.Raw(`UPDATE outbox SET attempts = attempts + 1, not_before = ? WHERE not_before <= ? AND sent_at IS NULL AND given_up_at IS NULL
			AND id = (SELECT id FROM outbox WHERE sent_at IS NULL AND given_up_at IS NULL AND not_before <= ? ORDER BY not_before, id LIMIT 1)
			RETURNING *`, now.Add(lease), now, now).Scan(&rows).Error
	})
	if err != nil || len(rows) == 0 {
		return Row{}, false, err
	}
	return rows[0], true, nil
}

// settle notes how the try ended. The text of a mail that was sent is
// dropped, since it may hold a link.
func (s *Sender) settle(ctx context.Context, row Row, failure error) error {
	now := s.now()
	set := map[string]any{"sent_at": now, "body": "", "last_error": ""}
	if failure != nil {
		set = map[string]any{"last_error": tidy(failure.Error()), "not_before": now.Add(backoff(row.Attempts))}
		if row.Attempts >= tries {
			set["given_up_at"] = now
		}
	}
	return s.db.Write(ctx, func(tx *gorm.DB) error {
		return tx.Model(&Row{}).Where("id = ?", row.ID).Updates(set).Error
	})
}

// tidy makes one short line of what a server answered.
func tidy(answer string) string {
	answer = strings.Join(strings.Fields(strings.ReplaceAll(strings.ToValidUTF8(answer, "?"), "\x00", "")), " ")
	for len(answer) > errorLimit {
		_, last := utf8.DecodeLastRuneInString(answer)
		answer = answer[:len(answer)-last]
	}
	return answer
}

func (s *Sender) send(ctx context.Context, row Row) error {
	ctx, cancel := context.WithTimeout(ctx, sendLimit)
	defer cancel()
	if err := (Message{To: row.Recipient, Subject: row.Subject, Body: row.Body}).check(); err != nil {
		return err
	}
	m := gomail.NewMsg()
	if err := m.From(s.server.From); err != nil {
		return err
	}
	if err := m.To(row.Recipient); err != nil {
		return err
	}
	m.Subject(row.Subject)
	m.SetDateWithValue(s.now())
	m.SetMessageIDWithValue(s.messageID(row))
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(gomail.TypeTextPlain, row.Body)
	client, err := gomail.NewClient(s.server.Host, s.server.options()...)
	if err != nil {
		return err
	}
	return client.DialAndSendWithContext(ctx, m)
}

// messageID is the same at every try, so that a mail sent twice is seen to be one.
func (s *Sender) messageID(row Row) string {
	host := "localhost"
	if a, err := mail.ParseAddress(s.server.From); err == nil {
		host = a.Address[strings.LastIndexByte(a.Address, '@')+1:]
	}
	return fmt.Sprintf("outbox.%d.%d@%s", row.ID, row.CreatedAt.UnixMicro(), host)
}

func (s Server) options() []gomail.Option {
	options := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(sendLimit / 2)}
	switch s.Security {
	case TLS:
		options = append(options, gomail.WithSSL())
	case None:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	return options
}
