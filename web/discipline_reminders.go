package web

import (
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/progress"
	"tracker/internal/reports"
)

// reminderPage is what to send to those who have not reported to a deadline.
type reminderPage struct {
	Page
	Deadline  progress.Deadline
	Has       bool
	Passed    bool
	Deadlines []Option
	Kinds     []Option
	Kind      string
	Period    string
	All       reminder
	Each      []reminder
	Back      string
}

// reminder is a text for an institution, or for all of them.
type reminder struct {
	Code, Label string
	N           int
	Text        string
	Rows        int // lines of the text
}

// disciplineReminders answers GET /discipline/not-reported.
func (s *Server) disciplineReminders(c echo.Context) error {
	m, err := s.discipline(c)
	if err != nil {
		return err
	}
	p := reminderPage{Page: s.page(c, s.t.Msg("discipline.missing.title"), s.periodCrumbs(s.t.Msg("discipline.missing.title"))...), Kind: string(m.Kind), Period: m.Period.Label,
		Back: address("/discipline", disciplineValues(m))}
	_, p.Kinds = s.disciplineOptions(m)
	for _, d := range m.Deadlines {
		if asked := c.QueryParam("deadline"); !d.CoversFrom.After(m.D) {
			p.Deadlines = append(p.Deadlines, Option{Value: itoa(d.ID), Label: s.t.Msg("discipline.missing.option", "title", d.Title, "date", d.DueOn)})
			if asked == itoa(d.ID) || asked == "" && (!p.Has || d.Passed(m.D)) {
				p.Deadline, p.Has = d, true
			}
		}
	}
	if p.Has {
		p.Passed = p.Deadline.Passed(m.D)
		p.All, p.Each = s.reminders(m, p.Deadline)
	}
	return s.show(c, "discipline/not_reported", p)
}

// reminders writes the texts of a deadline, one for each institution of which
// something is missing, and one for all.
func (s *Server) reminders(m reports.Discipline, d progress.Deadline) (all reminder, each []reminder) {
	when := "discipline.missing.text.open"
	if d.Passed(m.D) {
		when = "discipline.missing.text.passed"
	}
	if !d.Open() {
		when = "discipline.missing.text.closed"
	}
	head := s.t.Msg(when, "title", d.Title, "due", s.t.Date(d.DueOn), "from", s.t.Date(d.CoversFrom), "to", s.t.Date(d.CoversTo), "today", s.t.Date(m.D))
	how := s.t.Msg("discipline.missing.text.how", "address", s.BaseURL)
	var lists []string
	for _, row := range m.Rows {
		var lines []string
		for _, e := range m.Entries(reports.EntryFilter{DeadlineID: d.ID, Institution: row.Code}) {
			switch e.State {
			case reports.StepNotReported, reports.StepDue, reports.StepDraft: // a draft is nobody else's to know of
				lines = append(lines, "- "+e.Ref+" "+e.Title)
			}
		}
		if len(lines) == 0 {
			continue
		}
		list := strings.Join(lines, "\n")
		each = append(each, newReminder(row.Code, row.Short, len(lines), s.t.Msg("discipline.missing.text.to", "institution", row.Name), head, list, how))
		lists = append(lists, s.t.Msg("discipline.missing.text.institution", "institution", row.Short, "n", len(lines))+"\n"+list)
		all.N += len(lines)
	}
	n := all.N
	all = newReminder("", s.t.Msg("discipline.missing.all"), n, s.t.Msg("discipline.missing.text.to_all"), head, strings.Join(lists, "\n\n"), how)
	return all, each
}

func newReminder(code, label string, n int, parts ...string) reminder {
	text := strings.Join(parts, "\n\n")
	return reminder{Code: code, Label: label, N: n, Text: text, Rows: min(strings.Count(text, "\n")+3, 24)}
}
