package web

import (
	"github.com/labstack/echo/v4"

	"tracker/internal/mail"
)

type outboxPage struct {
	Page
	Mail   bool // a mail server is set
	Rows   []mailLine
	Paging Paging
}

// mailLine is a mail of the outbox, without its text: it may hold a link.
type mailLine struct {
	mail.Row
	State string // waiting, failing, given_up or sent
	Key   string
}

func mailState(r mail.Row) string {
	switch {
	case r.SentAt != nil:
		return "sent"
	case r.GivenUpAt != nil:
		return "given_up"
	case r.Attempts > 0:
		return "failing"
	}
	return "waiting"
}

// outboxList lists the mails waiting, failing, given up and sent.
func (s *Server) outboxList(c echo.Context) error {
	page := pageNumber(c)
	rows, total, err := s.Accounts.Outbox(c.Request().Context(), actorOf(c), page)
	if err != nil {
		return err
	}
	title := s.t.Msg("admin.outbox.title")
	p := outboxPage{Page: s.page(c, title, s.adminCrumbs(Crumb{Label: title})...), Mail: s.Accounts.SendsMail(),
		Paging: NewPaging(page, mail.PageSize, total, "/outbox", c.QueryParams())}
	for _, row := range rows {
		p.Rows = append(p.Rows, mailLine{Row: row, State: mailState(row), Key: newKey()})
	}
	return s.show(c, "admin/outbox", p)
}

// outboxRetry has a mail tried again at once.
func (s *Server) outboxRetry(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	if err := s.Accounts.RetryMail(c.Request().Context(), actorOf(c), c.Request().PostFormValue("key"), id); err != nil {
		return err
	}
	return s.done(c, "/outbox", s.t.Msg("admin.outbox.retried"))
}
