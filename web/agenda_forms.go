package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"tracker/internal/dialogues"
	"tracker/internal/problem"
	"tracker/internal/reports"
)

// agendaGroup is the recommendations of an edition that can be chosen.
type agendaGroup struct {
	ID, Label string
	Newest    bool
	Options   []Option
}

// agendaNewPage offers recommendations for an agenda: those of the newest
// editions first.
type agendaNewPage struct {
	Page
	Dialogue  dialogues.Dialogue
	Held      bool
	Key       string
	Groups    []agendaGroup
	Chosen    []string // ticked
	OnAgenda  int      // how many stand there already
	NothingIs bool     // no recommendation is recorded
}

func (s *Server) agendaNewPage(c echo.Context, chosen []string) (p agendaNewPage, err error) {
	d, agenda, err := s.dialogue(c)
	if err != nil {
		return p, err
	}
	e, err := s.Reports.Editions(c.Request().Context(), s.ledgerQuery(c))
	if err != nil {
		return p, err
	}
	title := s.t.Msg("agenda.choose")
	p = agendaNewPage{Page: s.page(c, title, s.dialogueCrumbs(d, Crumb{Label: title})...), Dialogue: d, Held: d.State == dialogues.Held, Key: newKey(), Chosen: chosen,
		OnAgenda: len(agenda), NothingIs: true}
	for _, newest := range []bool{true, false} {
		for _, row := range e.Editions {
			list := e.AskedOf(row.Ref())
			if len(list) == 0 || list[0].Newest != newest {
				continue
			}
			p.NothingIs = false
			group := agendaGroup{ID: "recommendations", Label: s.editionName(row), Newest: newest, Options: s.agendaOptions(list, agenda)}
			if len(p.Groups) > 0 {
				group.ID = "recommendations-" + row.Mechanism + "-" + strconv.Itoa(row.Year)
			}
			if len(group.Options) > 0 {
				p.Groups = append(p.Groups, group)
			}
		}
	}
	return p, nil
}

// agendaOptions are the recommendations of a list that do not stand on the
// agenda yet.
func (s *Server) agendaOptions(list []reports.Asked, agenda []dialogues.AgendaItem) (options []Option) {
	for _, a := range list {
		if slices.ContainsFunc(agenda, func(i dialogues.AgendaItem) bool { return i.RecommendationID == a.RecommendationID }) {
			continue
		}
		lines, overdue := a.Lines(), 0
		for _, line := range lines {
			overdue += min(1, line.Overdue)
		}
		hint := s.t.Msg("agenda.hint.none")
		if len(lines) > 0 {
			hint = s.t.Msg("agenda.hint", "n", len(lines), "overdue", overdue)
		}
		options = append(options, Option{Value: itoa(a.RecommendationID), Label: a.RecommendationRef() + " " + a.Title, Hint: hint})
	}
	return options
}

// agendaNew answers GET /dialogues/:id/agenda/new.
func (s *Server) agendaNew(c echo.Context) error {
	p, err := s.agendaNewPage(c, nil)
	if err != nil {
		return err
	}
	return s.show(c, "dialogues/agenda_new", p)
}

// agendaChoose answers POST /dialogues/:id/agenda/new.
func (s *Server) agendaChoose(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	d, _, err := s.dialogue(c)
	if err != nil {
		return err
	}
	chosen := t.list("recommendations")
	in := dialogues.Choice{Country: d.Country, DialogueID: d.ID}
	for _, value := range chosen {
		if id, err := strconv.ParseInt(value, 10, 64); err == nil {
			in.Recommendations = append(in.Recommendations, id)
		}
	}
	n, err := s.Dialogues.Choose(c.Request().Context(), actorOf(c), t.line("key"), in)
	if status, wrong, again := s.again(err); again {
		p, err := s.agendaNewPage(c, chosen)
		if err != nil {
			return err
		}
		p.Errors = wrong
		return s.showAs(c, status, "dialogues/agenda_new", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, dialoguePath(d.ID), s.t.Msg("agenda.done.chosen", "n", n))
}

// agendaForm is the texts of an agenda item as typed.
type agendaForm struct{ TalkingPoints, Asks, Notes string }

func agendaFormOf(t typed) agendaForm {
	return agendaForm{TalkingPoints: t.text("talking_points"), Asks: t.text("asks"), Notes: t.text("notes")}
}

// agendaFormPage is the form in which the texts of an agenda item are
// written, beside where it stands.
type agendaFormPage struct {
	Page
	Item    agendaLine
	Since   reports.Briefing
	Held    bool
	Action  string
	Cancel  string
	Key     string
	Version int64
	Max     int
	Form    agendaForm
	Clashes []Change
}

// agendaItem finds the item that the address names on its agenda, with what
// the briefing says of it.
func (s *Server) agendaItem(c echo.Context) (b reports.Briefing, item reports.BriefingItem, row dialogues.AgendaItem, err error) {
	_, agenda, err := s.dialogue(c)
	if err != nil {
		return b, item, row, err
	}
	i := slices.IndexFunc(agenda, func(i dialogues.AgendaItem) bool { return itoa(i.ID) == c.Param("item") })
	if i < 0 {
		return b, item, row, problem.Missing()
	}
	if b, err = s.briefing(c); err != nil {
		return b, item, row, err
	}
	for _, one := range b.Items {
		if one.AgendaID == agenda[i].ID {
			return b, one, agenda[i], nil
		}
	}
	return b, item, row, problem.Missing()
}

func (s *Server) agendaFormPage(c echo.Context, b reports.Briefing, item reports.BriefingItem, version int64, form agendaForm) agendaFormPage {
	title := s.t.Msg("agenda.write")
	return agendaFormPage{Page: s.page(c, item.Ref+": "+title, s.dialogueCrumbs(b.Dialogue, Crumb{Label: item.Ref})...), Item: agendaLine{BriefingItem: item}, Since: b,
		Held: b.Dialogue.State == dialogues.Held, Action: c.Request().URL.Path, Cancel: dialoguePath(b.Dialogue.ID) + "#item-" + itoa(item.AgendaID), Key: newKey(),
		Version: version, Max: dialogues.TextMax, Form: form}
}

// agendaWrite answers GET /dialogues/:id/agenda/:item/change.
func (s *Server) agendaWrite(c echo.Context) error {
	b, item, row, err := s.agendaItem(c)
	if err != nil {
		return err
	}
	return s.show(c, "dialogues/agenda_form", s.agendaFormPage(c, b, item, row.Version, agendaForm(row.Texts())))
}

// agendaWriteSave answers POST /dialogues/:id/agenda/:item/change. When
// somebody else wrote meanwhile, both writings are shown.
func (s *Server) agendaWriteSave(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	b, item, row, err := s.agendaItem(c)
	if err != nil {
		return err
	}
	form, version := agendaFormOf(t), t.number("version")
	in := dialogues.TextsChange{Country: b.Dialogue.Country, DialogueID: row.DialogueID, ID: row.ID, Version: version, Texts: dialogues.Texts(form)}
	err = s.Dialogues.Write(c.Request().Context(), actorOf(c), t.line("key"), in)
	if status, wrong, again := s.again(err, "talking_points", "asks", "notes"); again {
		p := s.agendaFormPage(c, b, item, row.Version, form)
		if p.Errors = wrong; version != row.Version {
			p.Clashes = s.differences([3]string{"agenda.talking_points", row.TalkingPoints, form.TalkingPoints}, [3]string{"agenda.asks", row.Asks, form.Asks},
				[3]string{"agenda.notes", row.Notes, form.Notes})
		}
		return s.showAs(c, status, "dialogues/agenda_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, dialoguePath(b.Dialogue.ID)+"#item-"+itoa(row.ID), s.t.Msg("agenda.done.written", "ref", item.Ref))
}

// agendaMove answers POST /dialogues/:id/agenda/:item/move: one place up or
// down from where the item stood when the page was opened.
func (s *Server) agendaMove(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	id, err := idOf(c, "item")
	if err != nil {
		return err
	}
	d, _, err := s.dialogue(c)
	if err != nil {
		return err
	}
	in := dialogues.Move{Country: d.Country, DialogueID: d.ID, ID: id, Position: int(t.number("position")), Up: t.line("to") == "up"}
	err = s.Dialogues.MoveItem(c.Request().Context(), actorOf(c), t.line("key"), in)
	if status, wrong, again := s.again(err); again {
		return s.showDialogue(c, status, wrong)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, dialoguePath(d.ID)+"#agenda")
}

func (s *Server) agendaRemovePage(c echo.Context, d dialogues.Dialogue, item reports.BriefingItem, version int64) confirmPage {
	question := s.t.Msg("agenda.remove_title", "ref", item.Ref)
	points := []string{s.t.Msg("agenda.remove_kept")}
	if item.Texts != (dialogues.Texts{}) {
		points = append(points, s.t.Msg("agenda.remove_texts"))
	}
	return confirmPage{Page: s.page(c, question, s.dialogueCrumbs(d, Crumb{Label: question})...), Heading: d.Title, Question: question, Quote: item.Title,
		Points: points, Button: s.t.Msg("agenda.remove"), Cancel: dialoguePath(d.ID), Version: version}
}

// agendaRemove answers GET /dialogues/:id/agenda/:item/remove.
func (s *Server) agendaRemove(c echo.Context) error {
	b, item, row, err := s.agendaItem(c)
	if err != nil {
		return err
	}
	return s.showConfirm(c, http.StatusOK, s.agendaRemovePage(c, b.Dialogue, item, row.Version))
}

// agendaRemoveMake answers POST /dialogues/:id/agenda/:item/remove. The post
// is done once for its key, so a repeated one finds no item any more.
func (s *Server) agendaRemoveMake(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	id, err := idOf(c, "item")
	if err != nil {
		return err
	}
	d, _, err := s.dialogue(c)
	if err != nil {
		return err
	}
	err = s.Dialogues.RemoveItem(c.Request().Context(), actorOf(c), t.line("key"), dialogues.Removal{Country: d.Country, DialogueID: d.ID, ID: id, Version: t.number("version")})
	if status, wrong, again := s.again(err); again {
		b, item, row, err := s.agendaItem(c)
		if err != nil {
			return err
		}
		p := s.agendaRemovePage(c, b.Dialogue, item, row.Version)
		p.Errors = wrong
		return s.showConfirm(c, status, p)
	}
	if err != nil {
		return err
	}
	return s.done(c, dialoguePath(d.ID), s.t.Msg("agenda.done.removed"))
}
