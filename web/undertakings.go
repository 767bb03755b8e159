package web

import (
	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/dialogues"
)

// undertakingPath is the address of an undertaking.
func undertakingPath(id int64) string { return "/undertakings/" + itoa(id) }

// undertakingLine is an undertaking in a list.
type undertakingLine struct {
	dialogues.UndertakingTold
	Href    string
	Late    int  // days past its due date
	Partner bool // the reader is its partner, who knows whose it is
}

func (s *Server) undertakingLines(actor accounts.Actor, list []dialogues.UndertakingTold) (lines []undertakingLine) {
	today := s.Clock.Today()
	for _, u := range list {
		line := undertakingLine{UndertakingTold: u, Href: undertakingPath(u.ID), Partner: actor.Is(accounts.Partner)}
		if u.Overdue(today) {
			line.Late = today.Sub(u.DueOn)
		}
		lines = append(lines, line)
	}
	return lines
}

// undertakingListPage is what partners undertook: all to those who read
// dialogues, its own to a partner.
type undertakingListPage struct {
	Page
	List []undertakingLine
}

// undertakingList answers GET /undertakings.
func (s *Server) undertakingList(c echo.Context) error {
	list, err := s.Dialogues.Undertakings(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode)
	if err != nil {
		return err
	}
	title := s.t.Msg("undertakings.title")
	p := undertakingListPage{Page: s.page(c, title, s.undertakingCrumbs(c)...), List: s.undertakingLines(actorOf(c), list)}
	return s.show(c, "dialogues/undertaking_list", p)
}

// undertakingCrumbs lead from the dialogues, or from a partner's home.
func (s *Server) undertakingCrumbs(c echo.Context, below ...Crumb) []Crumb {
	first := Crumb{s.t.Msg("dialogues.title"), "/dialogues"}
	if actorOf(c).Is(accounts.Partner) {
		first = Crumb{s.t.Msg("nav.publications"), "/publications"}
	}
	here := Crumb{Label: s.t.Msg("undertakings.title")}
	if len(below) > 0 {
		here.Href = "/undertakings"
	}
	return append([]Crumb{first, here}, below...)
}

// undertakingPage is an undertaking with what was said of it.
type undertakingPage struct {
	Page
	Line     undertakingLine
	MaySay   bool // the partner logs on it
	MayClose bool // a coordinator answers
	Kinds    []Option
	Kind     string
	Text     string
	Key      string
}

func (s *Server) undertakingPage(c echo.Context) (p undertakingPage, err error) {
	id, err := idOf(c, "id")
	if err != nil {
		return p, err
	}
	actor := actorOf(c)
	u, err := s.Dialogues.Undertaking(c.Request().Context(), actor, settingsOf(c).CountryCode, id)
	if err != nil {
		return p, err
	}
	title := s.t.Msg("undertakings.one", "institution", u.InstitutionName)
	p = undertakingPage{Page: s.page(c, title, s.undertakingCrumbs(c, Crumb{Label: title})...), Line: s.undertakingLines(actor, []dialogues.UndertakingTold{u})[0], Key: newKey(),
		MaySay: u.State == dialogues.Open && actor.Is(accounts.Partner), MayClose: u.State == dialogues.Open && actor.CanChangePlan()}
	p.Kinds = s.options("undertakings.say.", []string{dialogues.StepAcknowledged, dialogues.StepDone, dialogues.StepWithdrawn})
	return p, nil
}

// undertakingShow answers GET /undertakings/:id.
func (s *Server) undertakingShow(c echo.Context) error {
	p, err := s.undertakingPage(c)
	if err != nil {
		return err
	}
	return s.show(c, "dialogues/undertaking_show", p)
}

// undertakingSay answers POST /undertakings/:id: the partner logs what was
// done, a coordinator answers.
func (s *Server) undertakingSay(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	p, err := s.undertakingPage(c)
	if err != nil {
		return err
	}
	kind := t.line("kind")
	if actorOf(c).Is(accounts.Partner) {
		kind = dialogues.StepLogged
	}
	in := dialogues.UndertakingSaid{Country: p.Line.Country, ID: p.Line.ID, Version: t.number("version"), Kind: kind, Text: t.text("text")}
	err = s.Dialogues.Say(c.Request().Context(), actorOf(c), t.line("key"), in)
	if status, wrong, again := s.again(err, "kind", "text"); again {
		p.Errors, p.Kind, p.Text = wrong, kind, in.Text
		return s.showAs(c, status, "dialogues/undertaking_show", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, undertakingPath(p.Line.ID), s.t.Msg("undertakings.done."+kind))
}
