package web

import (
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/dialogues"
	"tracker/internal/indicators"
)

// agendaFixPage is the form in which indicators are fixed for an agenda item.
type agendaFixPage struct {
	Page
	Heading, Action, Cancel, Key string
	Options                      []Option
	Chosen                       []string
	Was                          string // the references that the form shows as fixed
	Closed                       bool
}

func (s *Server) agendaFixPage(c echo.Context) (p agendaFixPage, d dialogues.Dialogue, id int64, err error) {
	b, item, row, err := s.agendaItem(c)
	if err != nil {
		return p, d, id, err
	}
	f, err := s.figures(c, indicators.CurrentCells)
	if err != nil {
		return p, d, id, err
	}
	title := s.t.Msg("agenda.fix")
	p = agendaFixPage{Page: s.page(c, item.Name()+": "+title, s.dialogueCrumbs(b.Dialogue, Crumb{Label: title})...), Heading: item.Name(), Action: c.Request().URL.Path,
		Cancel: dialoguePath(b.Dialogue.ID) + "#item-" + itoa(item.AgendaID), Key: newKey(), Closed: b.Dialogue.Past()}
	for _, one := range item.Fixed {
		p.Chosen = append(p.Chosen, one.Ref)
	}
	p.Was = strings.Join(p.Chosen, ",")
	for _, one := range f.Series {
		p.Options = append(p.Options, Option{Value: one.Ref, Label: one.Ref + " " + one.Title})
	}
	return p, b.Dialogue, row.ID, nil
}

// agendaFixForm answers GET /dialogues/:id/agenda/:item/indicators.
func (s *Server) agendaFixForm(c echo.Context) error {
	p, _, _, err := s.agendaFixPage(c)
	if err != nil {
		return err
	}
	return s.show(c, "dialogues/agenda_indicators", p)
}

// agendaFix answers POST /dialogues/:id/agenda/:item/indicators.
func (s *Server) agendaFix(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	p, d, id, err := s.agendaFixPage(c)
	if err != nil {
		return err
	}
	in := dialogues.Fixing{Country: d.Country, DialogueID: d.ID, ID: id, Refs: t.list("indicators")}
	if was := t.line("was"); was != "" {
		in.Was = strings.Split(was, ",")
	}
	err = s.Dialogues.Fix(c.Request().Context(), actorOf(c), t.line("key"), in)
	if status, wrong, again := s.again(err, "indicators"); again {
		p.Errors, p.Chosen = wrong, in.Refs
		return s.showAs(c, status, "dialogues/agenda_indicators", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, p.Cancel, s.t.Msg("agenda.done.fixed"))
}
