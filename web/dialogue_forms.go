package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/dialogues"
	"tracker/internal/problem"
)

// dialogueForm is a dialogue as typed.
type dialogueForm struct{ Title, HeldOn, Place, Format, Partner, OurSide, TheirSide, SinceOn, Note string }

func dialogueFormOf(t typed) dialogueForm {
	return dialogueForm{Title: t.line("title"), HeldOn: t.line("held_on"), Place: t.line("place"), Format: t.line("format"), Partner: t.line("partner"), OurSide: t.text("our_side"), TheirSide: t.text("their_side"), SinceOn: t.line("since_on"), Note: t.text("note")}
}

func (s *Server) storedDialogue(d dialogues.Dialogue) dialogueForm {
	form := dialogueForm{Title: d.Title, HeldOn: s.t.Date(d.HeldOn), Place: d.Place, Format: d.Format, OurSide: d.OurSide, TheirSide: d.TheirSide, SinceOn: s.t.Date(d.SinceOn), Note: d.Note}
	if d.PartnerID != nil {
		form.Partner = itoa(*d.PartnerID)
	}
	return form
}

// fields reads the days; one that cannot be read is noted.
func (f dialogueForm) fields(check *problem.Check) dialogues.Fields {
	partner, err := strconv.ParseInt(cmp.Or(f.Partner, "0"), 10, 64)
	check.Require(err == nil, "partner", "undertakings.error.partner")
	return dialogues.Fields{Title: f.Title, HeldOn: dayOf(check, "held_on", f.HeldOn), Place: f.Place, Format: f.Format, OurSide: f.OurSide, TheirSide: f.TheirSide, SinceOn: dayOf(check, "since_on", f.SinceOn), Note: f.Note, PartnerID: partner}
}

func (dialogueForm) order() []string {
	return []string{"title", "held_on", "place", "format", "partner", "our_side", "their_side", "since_on", "note"}
}

// dialogueFormPage is the form in which a dialogue is planned or changed.
type dialogueFormPage struct {
	Page
	New      bool
	Heading  string
	Action   string
	Cancel   string
	Key      string
	Version  int64
	Form     dialogueForm
	Formats  []Option
	Partners []Option
	Clashes  []Change
}

func (s *Server) dialogueNewPage(c echo.Context, form dialogueForm) (dialogueFormPage, error) {
	title := s.t.Msg("dialogues.add")
	partners, err := s.partnerOptions(c)
	return dialogueFormPage{Page: s.page(c, title, Crumb{s.t.Msg("dialogues.title"), "/dialogues"}, Crumb{Label: title}), New: true,
		Action: "/dialogues/new", Cancel: "/dialogues", Key: newKey(), Form: form, Formats: s.formats(), Partners: partners}, err
}

// partnerOptions are the institutions with which a dialogue can be held.
func (s *Server) partnerOptions(c echo.Context) (list []Option, err error) {
	all, err := s.Accounts.Institutions(c.Request().Context())
	for _, i := range all {
		if i.Kind == accounts.PartnerOutside {
			list = append(list, Option{Value: itoa(i.ID), Label: i.Name})
		}
	}
	return list, err
}

// formats are the ways in which a dialogue is met; not to say it is one.
func (s *Server) formats() []Option {
	return append([]Option{{Label: s.t.Msg("dialogues.format.none")}}, s.options("dialogues.format.", dialogues.Formats)...)
}

// dialogueNew answers GET /dialogues/new.
func (s *Server) dialogueNew(c echo.Context) error {
	p, err := s.dialogueNewPage(c, dialogueForm{})
	if err != nil {
		return err
	}
	return s.show(c, "dialogues/dialogue_form", p)
}

// dialogueCreate answers POST /dialogues/new.
func (s *Server) dialogueCreate(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	form, id := dialogueFormOf(t), int64(0)
	var check problem.Check
	in := dialogues.DialogueNew{Country: settingsOf(c).CountryCode, Fields: form.fields(&check)}
	if err = check.Err(); err == nil {
		id, err = s.Dialogues.Add(c.Request().Context(), actorOf(c), t.line("key"), in)
	}
	if status, wrong, again := s.again(err, form.order()...); again {
		p, err := s.dialogueNewPage(c, form)
		if err != nil {
			return err
		}
		p.Errors = wrong
		return s.showAs(c, status, "dialogues/dialogue_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, dialoguePath(id), s.t.Msg("dialogues.done.added"))
}

// dialogue reads the dialogue that the address names, with its agenda.
func (s *Server) dialogue(c echo.Context) (dialogues.Dialogue, []dialogues.AgendaItem, error) {
	id, err := idOf(c, "id")
	if err != nil {
		return dialogues.Dialogue{}, nil, err
	}
	return s.Dialogues.Dialogue(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, id)
}

func (s *Server) dialogueChangePage(c echo.Context, d dialogues.Dialogue, form dialogueForm) (dialogueFormPage, error) {
	title := s.t.Msg("dialogues.change")
	partners, err := s.partnerOptions(c)
	return dialogueFormPage{Page: s.page(c, title, s.dialogueCrumbs(d, Crumb{Label: title})...), Heading: d.Title, Action: dialoguePath(d.ID, "change"),
		Cancel: dialoguePath(d.ID), Key: newKey(), Version: d.Version, Form: form, Formats: s.formats(), Partners: partners}, err
}

// dialogueChange answers GET /dialogues/:id/change.
func (s *Server) dialogueChange(c echo.Context) error {
	d, _, err := s.dialogue(c)
	if err != nil {
		return err
	}
	p, err := s.dialogueChangePage(c, d, s.storedDialogue(d))
	if err != nil {
		return err
	}
	return s.show(c, "dialogues/dialogue_form", p)
}

// dialogueChangeSave answers POST /dialogues/:id/change. When somebody else
// changed it meanwhile, both writings are shown.
func (s *Server) dialogueChangeSave(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	d, _, err := s.dialogue(c)
	if err != nil {
		return err
	}
	form := dialogueFormOf(t)
	var check problem.Check
	in := dialogues.DialogueChange{Country: d.Country, ID: d.ID, Version: t.number("version"), Fields: form.fields(&check)}
	if err = check.Err(); err == nil {
		err = s.Dialogues.Change(c.Request().Context(), actorOf(c), t.line("key"), in)
	}
	if status, wrong, again := s.again(err, form.order()...); again {
		p, err := s.dialogueChangePage(c, d, form)
		if err != nil {
			return err
		}
		if p.Errors = wrong; in.Version != d.Version {
			now := s.storedDialogue(d)
			p.Clashes = s.differences([3]string{"dialogues.field.title", now.Title, form.Title}, [3]string{"dialogues.field.held_on", now.HeldOn, form.HeldOn},
				[3]string{"dialogues.field.place", now.Place, form.Place}, [3]string{"dialogues.field.since_on", now.SinceOn, form.SinceOn}, [3]string{"dialogues.field.partner", labelOf(p.Partners, now.Partner), labelOf(p.Partners, form.Partner)},
				[3]string{"dialogues.field.our_side", now.OurSide, form.OurSide}, [3]string{"dialogues.field.their_side", now.TheirSide, form.TheirSide},
				[3]string{"dialogues.field.note", now.Note, form.Note})
		}
		return s.showAs(c, status, "dialogues/dialogue_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, dialoguePath(d.ID), s.t.Msg("dialogues.done.changed"))
}

// stepPage asks whether to take a dialogue to another state, and says what
// that means.
func (s *Server) stepPage(c echo.Context, d dialogues.Dialogue, to dialogues.State) confirmPage {
	kind := "dialogues." + string(to)
	question := s.t.Msg(kind + ".title")
	p := confirmPage{Page: s.page(c, question, s.dialogueCrumbs(d, Crumb{Label: question})...), Heading: d.Title, Question: question,
		Points: []string{s.t.Msg(kind + ".text"), s.t.Msg(kind + ".briefing")}, Button: s.t.Msg(kind), Cancel: dialoguePath(d.ID), Version: d.Version}
	if to == dialogues.Held {
		p.Points = append(p.Points, s.t.Msg("dialogues.held.back"))
	}
	return p
}

// dialogueAsk shows the question whether to take a dialogue to a state; where
// it does not lead there it leads back.
func (s *Server) dialogueAsk(to dialogues.State) echo.HandlerFunc {
	return func(c echo.Context) error {
		d, _, err := s.dialogue(c)
		if err != nil {
			return err
		}
		if !slices.Contains(dialogues.Steps[d.State], to) {
			return c.Redirect(http.StatusSeeOther, dialoguePath(d.ID))
		}
		return s.showConfirm(c, http.StatusOK, s.stepPage(c, d, to))
	}
}

// dialogueStep takes a dialogue to a state.
func (s *Server) dialogueStep(to dialogues.State) echo.HandlerFunc {
	return func(c echo.Context) error {
		t, err := typedOf(c)
		if err != nil {
			return err
		}
		d, _, err := s.dialogue(c)
		if err != nil {
			return err
		}
		in := dialogues.Mark{Country: d.Country, ID: d.ID, Version: t.number("version"), To: to}
		err = s.Dialogues.Step(c.Request().Context(), actorOf(c), t.line("key"), in)
		if status, wrong, again := s.again(err); again {
			p := s.stepPage(c, d, to)
			p.Errors = wrong
			return s.showConfirm(c, status, p)
		}
		if err != nil {
			return err
		}
		return s.done(c, dialoguePath(d.ID), s.t.Msg("dialogues.done."+string(to)))
	}
}
