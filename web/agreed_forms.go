package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/dialogues"
	"tracker/internal/problem"
	"tracker/internal/reports"
)

// agreeForm is an agreed action or an undertaking as typed.
type agreeForm struct{ Ref, Title, Text, Lead, Institution, DueOn, Answers string }

func agreeFormOf(t typed) agreeForm {
	return agreeForm{Ref: strings.ToUpper(t.line("ref")), Title: t.line("title"), Text: t.text("text"), Lead: t.line("lead"), Institution: t.line("institution"), DueOn: t.line("due_on"), Answers: t.line("answers")}
}

// agreePage is the form in which what was agreed under an agenda item becomes
// a commitment, or a partner's undertaking.
type agreePage struct {
	Page
	Heading, Action, Cancel, Key string
	Agreed                       []string // as noted in the room
	Form                         agreeForm
	Leads, Items                 []Option
	Partners                     []Option
}

// agreePage makes the form for an item of an agenda.
func (s *Server) agreePage(c echo.Context, kind string, form agreeForm) (p agreePage, item reports.BriefingItem, d dialogues.Dialogue, err error) {
	b, item, _, err := s.agendaItem(c)
	if err != nil {
		return p, item, d, err
	}
	if d = b.Dialogue; d.HeldOn.After(s.Clock.Today()) {
		return p, item, d, problem.New(problem.Conflict, "dialogues.error.not_yet", "date", d.HeldOn)
	}
	title := s.t.Msg(kind)
	p = agreePage{Page: s.page(c, item.Name()+": "+title, s.dialogueCrumbs(d, Crumb{Label: title})...), Heading: item.Name(), Action: c.Request().URL.Path, Key: newKey(),
		Cancel: dialoguePath(d.ID) + "#item-" + itoa(item.AgendaID), Agreed: points(item.Texts.Agreed), Form: form}
	all, err := s.Accounts.Institutions(c.Request().Context())
	for _, i := range all {
		o := Option{Value: itoa(i.ID), Label: i.Code + ", " + i.Name}
		switch {
		case i.Kind == accounts.PartnerOutside:
			p.Partners = append(p.Partners, o)
		case i.InForce(s.Clock.Today()):
			p.Leads = append(p.Leads, o)
		}
	}
	return p, item, d, err
}

// answerOptions are the items of a recommendation that an agreed action may
// answer; the first choice is none.
func (s *Server) answerOptions(c echo.Context, d dialogues.Dialogue, item reports.BriefingItem) (list []Option, err error) {
	if item.Kind != dialogues.OfRecommendation || item.Unreleased || item.ReleasedOn.After(d.HeldOn) { // what was not asked yet is not answered
		return nil, nil
	}
	e, err := s.Reports.Editions(c.Request().Context(), s.ledgerQuery(c))
	if err != nil {
		return nil, err
	}
	list = []Option{{Label: s.t.Msg("agreed.answers.none")}}
	for _, a := range e.AskedOf(item.Edition) {
		if a.RecommendationID != item.RecommendationID {
			continue
		}
		for _, one := range a.Items {
			list = append(list, Option{Value: itoa(one.ID), Label: strings.TrimSpace(one.Letter + " " + one.Text)})
		}
	}
	return list, nil
}

// agreeNew answers GET /dialogues/:id/agenda/:item/agree.
func (s *Server) agreeNew(c echo.Context) error {
	ref, err := s.Dialogues.NextRef(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode)
	if err != nil {
		return err
	}
	p, item, d, err := s.agreePage(c, "agreed.add", agreeForm{Ref: ref})
	if err != nil {
		return err
	}
	if p.Items, err = s.answerOptions(c, d, item); err != nil {
		return err
	}
	if len(p.Items) == 2 { // the whole recommendation is one item
		p.Form.Answers = p.Items[1].Value
	}
	return s.show(c, "dialogues/agreed_form", p)
}

// agreeSave answers POST /dialogues/:id/agenda/:item/agree.
func (s *Server) agreeSave(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	form := agreeFormOf(t)
	p, item, d, err := s.agreePage(c, "agreed.add", form)
	if err != nil {
		return err
	}
	if p.Items, err = s.answerOptions(c, d, item); err != nil {
		return err
	}
	var check problem.Check
	in := dialogues.AgreedNew{Country: d.Country, DialogueID: d.ID, ID: item.AgendaID, Ref: form.Ref, Title: form.Title, Text: form.Text, DueOn: dayOf(&check, "due_on", form.DueOn)}
	in.LeadID, _ = strconv.ParseInt(form.Lead, 10, 64)
	in.Answers, _ = strconv.ParseInt(form.Answers, 10, 64)
	known := func(o Option) bool { return o.Value == form.Answers }
	check.Require(form.Answers == "" || slices.ContainsFunc(p.Items, known), "answers", "agreed.error.answers")
	ref := ""
	if err = check.Err(); err == nil {
		ref, err = s.Dialogues.Agree(c.Request().Context(), actorOf(c), t.line("key"), in)
	}
	if status, wrong, again := s.again(err, "ref", "title", "text", "lead", "due_on", "answers"); again {
		p.Errors = wrong
		return s.showAs(c, status, "dialogues/agreed_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, p.Cancel, s.t.Msg("agreed.done", "ref", ref))
}

// undertakeNew answers GET /dialogues/:id/agenda/:item/undertake.
func (s *Server) undertakeNew(c echo.Context) error {
	p, _, _, err := s.agreePage(c, "undertakings.add", agreeForm{})
	if err != nil {
		return err
	}
	if len(p.Partners) == 1 {
		p.Form.Institution = p.Partners[0].Value
	}
	return s.show(c, "dialogues/undertaking_form", p)
}

// undertakeSave answers POST /dialogues/:id/agenda/:item/undertake.
func (s *Server) undertakeSave(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	form := agreeFormOf(t)
	p, item, d, err := s.agreePage(c, "undertakings.add", form)
	if err != nil {
		return err
	}
	var check problem.Check
	in := dialogues.UndertakingNew{Country: d.Country, DialogueID: d.ID, ID: item.AgendaID, Text: form.Text, DueOn: dayOf(&check, "due_on", form.DueOn)}
	in.InstitutionID, _ = strconv.ParseInt(form.Institution, 10, 64)
	if err = check.Err(); err == nil {
		err = s.Dialogues.Undertake(c.Request().Context(), actorOf(c), t.line("key"), in)
	}
	if status, wrong, again := s.again(err, "institution", "text", "due_on"); again {
		p.Errors = wrong
		return s.showAs(c, status, "dialogues/undertaking_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, p.Cancel, s.t.Msg("undertakings.done.made"))
}
