package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/dialogues"
	"tracker/internal/problem"
	"tracker/internal/reports"
)

// agendaGroup is things that can be chosen: what the rules suggest, what is
// open of dialogues before, or the recommendations of an edition.
type agendaGroup struct {
	Name, ID, Label, Note string
	Options               []Option
}

// agendaNewPage offers what can be put on an agenda: what is suggested first,
// then what is open, then the recommendations of the newest editions.
type agendaNewPage struct {
	Page
	Dialogue  dialogues.Dialogue
	Held      bool
	Key       string
	Groups    []agendaGroup
	Chosen    []string // ticked
	Suggested bool     // the rules suggest something
	Refs      string   // of commitments, as typed
	Point     string   // of its own, as typed
	OnAgenda  int      // how many stand there already
	NothingIs bool     // no recommendation is recorded
}

// mostSuggested is how many recommendations a page suggests.
const mostSuggested = 8

func (s *Server) agendaNewPage(c echo.Context, chosen []string) (p agendaNewPage, err error) {
	d, agenda, err := s.dialogue(c)
	if err != nil {
		return p, err
	}
	b, err := s.briefing(c)
	if err != nil {
		return p, err
	}
	suggested, err := s.Reports.SuggestAgenda(c.Request().Context(), s.ledgerQuery(c), b.Since)
	if err != nil {
		return p, err
	}
	e, err := s.Reports.Editions(c.Request().Context(), s.ledgerQuery(c))
	if err != nil {
		return p, err
	}
	title := s.t.Msg("agenda.choose")
	p = agendaNewPage{Page: s.page(c, title, s.dialogueCrumbs(d, Crumb{Label: title})...), Dialogue: d, Held: d.Past(), Key: newKey(), Chosen: chosen,
		OnAgenda: len(agenda), NothingIs: true}
	add := func(g agendaGroup) {
		if len(g.Options) > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
	first := s.suggestedOptions(suggested, agenda)
	p.Suggested = len(first) > 0
	add(agendaGroup{"recommendations", "suggested", s.t.Msg("agenda.suggested"), s.t.Msg("agenda.suggested.note"), first})
	add(agendaGroup{"open", "open", s.t.Msg("agenda.open"), "", s.openOptions(b, agenda)})
	for _, newest := range []bool{true, false} {
		for _, row := range e.Editions {
			list := e.AskedOf(row.Ref())
			if len(list) == 0 || list[0].Newest != newest {
				continue
			}
			p.NothingIs = false
			options := slices.DeleteFunc(s.agendaOptions(list, agenda), func(o Option) bool {
				return slices.ContainsFunc(first, func(f Option) bool { return f.Value == o.Value })
			})
			note := s.t.Msg("agenda.edition." + strconv.FormatBool(newest))
			add(agendaGroup{"recommendations", "recommendations-" + row.Mechanism + "-" + strconv.Itoa(row.Year), s.editionName(row), note, options})
		}
	}
	for i := range p.Groups { // the first one of recommendations has the error
		if p.Groups[i].Name == "recommendations" {
			p.Groups[i].ID = "recommendations"
			break
		}
	}
	if c.QueryParam("tick") == "suggested" && chosen == nil {
		for _, o := range first {
			p.Chosen = append(p.Chosen, o.Value)
		}
	}
	return p, nil
}

// suggestedOptions are what the rules suggest and does not stand on the agenda
// yet, with the rules that apply.
func (s *Server) suggestedOptions(list []reports.AgendaSuggestion, agenda []dialogues.AgendaItem) (options []Option) {
	for _, one := range list {
		if len(options) == mostSuggested || slices.ContainsFunc(agenda, func(i dialogues.AgendaItem) bool { return i.Is(dialogues.OfRecommendation, one.RecommendationID) }) {
			continue
		}
		var why []string
		for _, r := range one.Reasons {
			why = append(why, s.t.Msg("agenda.rule."+r.Rule, "n", r.N))
		}
		options = append(options, Option{Value: itoa(one.RecommendationID), Label: one.Ref + " " + one.Title, Hint: strings.Join(why, " · ")})
	}
	return options
}

// openOptions are what was agreed in the dialogues before and is open: actions
// by their commitments, undertakings as points of their own.
func (s *Server) openOptions(b reports.Briefing, agenda []dialogues.AgendaItem) (options []Option) {
	for _, a := range b.Earlier {
		if !a.Status.Closed() && !slices.ContainsFunc(agenda, func(i dialogues.AgendaItem) bool { return i.Is(dialogues.OfCommitment, a.CommitmentID) }) {
			options = append(options, Option{Value: openAction + a.Ref, Label: a.Ref + " " + a.Title, Hint: s.t.Msg("agreed.in", "title", a.Dialogue, "date", a.HeldOn)})
		}
	}
	for _, u := range b.EarlierUndertakings {
		there := slices.ContainsFunc(agenda, func(i dialogues.AgendaItem) bool {
			return i.Kind() == dialogues.OfPoint && i.Title == undertakenPoint(u)
		})
		if u.State == dialogues.Open && !there {
			options = append(options, Option{Value: openUndertaking + itoa(u.ID), Label: undertakenPoint(u), Hint: s.t.Msg("agreed.in", "title", u.Dialogue, "date", u.HeldOn)})
		}
	}
	return options
}

// What the value of an open option begins with.
const (
	openAction      = "action "
	openUndertaking = "undertaking "
)

// undertakenPoint is the title of the point that an undertaking makes.
func undertakenPoint(u dialogues.UndertakingTold) string {
	title := []rune(u.InstitutionName + ": " + u.Text)
	return string(title[:min(len(title), 200)])
}

// agendaOptions are the recommendations of a list that do not stand on the
// agenda yet.
func (s *Server) agendaOptions(list []reports.Asked, agenda []dialogues.AgendaItem) (options []Option) {
	for _, a := range list {
		if slices.ContainsFunc(agenda, func(i dialogues.AgendaItem) bool { return i.Is(dialogues.OfRecommendation, a.RecommendationID) }) {
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
	in, err := s.agendaChosen(c, t, d)
	if err != nil {
		return err
	}
	n, err := s.Dialogues.Choose(c.Request().Context(), actorOf(c), t.line("key"), in)
	if status, wrong, again := s.again(err, "recommendations", "commitments", "point"); again {
		p, err := s.agendaNewPage(c, slices.Concat([]string{}, t.list("recommendations"), t.list("open")))
		if err != nil {
			return err
		}
		p.Errors, p.Refs, p.Point = wrong, t.line("commitments"), t.line("point")
		return s.showAs(c, status, "dialogues/agenda_new", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, dialoguePath(d.ID), s.t.Msg("agenda.done.chosen", "n", n))
}

// agendaChosen reads what was ticked and typed.
func (s *Server) agendaChosen(c echo.Context, t typed, d dialogues.Dialogue) (in dialogues.Choice, err error) {
	in = dialogues.Choice{Country: d.Country, DialogueID: d.ID, Points: []string{t.line("point")}}
	for _, value := range t.list("recommendations") {
		if id, err := strconv.ParseInt(value, 10, 64); err == nil {
			in.Recommendations = append(in.Recommendations, id)
		}
	}
	for ref := range strings.SplitSeq(t.line("commitments"), ",") {
		if ref = strings.TrimSpace(ref); ref != "" {
			in.Commitments = append(in.Commitments, ref)
		}
	}
	for _, value := range t.list("open") {
		if ref, is := strings.CutPrefix(value, openAction); is {
			in.Commitments = append(in.Commitments, ref)
			continue
		}
		id, err := strconv.ParseInt(strings.TrimPrefix(value, openUndertaking), 10, 64)
		if err != nil {
			continue
		}
		u, err := s.Dialogues.Undertaking(c.Request().Context(), actorOf(c), d.Country, id)
		if err != nil {
			return in, err
		}
		in.Points = append(in.Points, undertakenPoint(u))
	}
	return in, nil
}

// agendaField is a text of an agenda item in its form; Seen is the writing that
// the form shows.
type agendaField struct {
	Field dialogues.Field
	Value string
	Seen  int64
	Rows  int
}

// agendaFormPage is the form in which texts of an agenda item are written,
// beside where it stands.
type agendaFormPage struct {
	Page
	Item    agendaLine
	Heading string
	Since   reports.Briefing
	Closed  bool // what prepares a dialogue is not written any more
	Action  string
	Cancel  string
	Key     string
	Max     int
	Fields  []agendaField
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

func (s *Server) agendaFormPage(c echo.Context, b reports.Briefing, item reports.BriefingItem, row dialogues.AgendaItem, fields []dialogues.Field) agendaFormPage {
	kind := "agenda.write"
	if slices.Equal(fields, dialogues.Record) {
		kind = "agenda.record"
	}
	title := s.t.Msg(kind)
	p := agendaFormPage{Page: s.page(c, item.Name()+": "+title, s.dialogueCrumbs(b.Dialogue, Crumb{Label: cmp.Or(item.Ref, item.Title)})...), Item: agendaLine{BriefingItem: item}, Heading: title, Since: b,
		Closed: b.Dialogue.Past() && kind == "agenda.write", Action: c.Request().URL.Path, Cancel: dialoguePath(b.Dialogue.ID) + "#item-" + itoa(item.AgendaID), Key: newKey(), Max: dialogues.TextMax}
	for _, f := range fields {
		rows := 4
		if f == dialogues.TalkingPoints {
			rows = 7
		}
		p.Fields = append(p.Fields, agendaField{Field: f, Value: *row.Texts.At(f), Seen: row.Revisions[f], Rows: rows})
	}
	return p
}

// agendaWrite answers GET /dialogues/:id/agenda/:item/change and /record: the
// texts that prepare a dialogue, or those of what happened there.
func (s *Server) agendaWrite(fields []dialogues.Field) echo.HandlerFunc {
	return func(c echo.Context) error {
		b, item, row, err := s.agendaItem(c)
		if err != nil {
			return err
		}
		return s.show(c, "dialogues/agenda_form", s.agendaFormPage(c, b, item, row, fields))
	}
}

// agendaWriteSave answers POST to the same addresses. When somebody else wrote
// the same text meanwhile, both writings are shown.
func (s *Server) agendaWriteSave(fields []dialogues.Field) echo.HandlerFunc {
	return func(c echo.Context) error {
		t, err := typedOf(c)
		if err != nil {
			return err
		}
		b, item, row, err := s.agendaItem(c)
		if err != nil {
			return err
		}
		in := dialogues.Writing{Country: b.Dialogue.Country, DialogueID: row.DialogueID, ID: row.ID, Seen: map[dialogues.Field]int64{}}
		var order []string
		for _, f := range fields {
			*in.At(f), in.Seen[f] = t.text(string(f)), t.number("seen_"+string(f))
			order = append(order, string(f))
		}
		err = s.Dialogues.Write(c.Request().Context(), actorOf(c), t.line("key"), in)
		if status, wrong, again := s.again(err, order...); again {
			p := s.agendaFormPage(c, b, item, row, fields)
			p.Errors = wrong
			for n, f := range p.Fields {
				if p.Fields[n].Value = *in.At(f.Field); in.Seen[f.Field] != f.Seen {
					p.Clashes = append(p.Clashes, s.differences([3]string{"agenda." + string(f.Field), f.Value, *in.At(f.Field)})...)
				}
			}
			return s.showAs(c, status, "dialogues/agenda_form", p)
		}
		if err != nil {
			return err
		}
		return s.done(c, dialoguePath(b.Dialogue.ID)+"#item-"+itoa(row.ID), s.t.Msg("agenda.done.written", "ref", cmp.Or(item.Ref, item.Title)))
	}
}

// agendaHistoryPage is all that was ever written on an agenda item.
type agendaHistoryPage struct {
	Page
	Heading string
	List    []dialogues.RevisionTold
}

// agendaHistory answers GET /dialogues/:id/agenda/:item/history.
func (s *Server) agendaHistory(c echo.Context) error {
	b, item, row, err := s.agendaItem(c)
	if err != nil {
		return err
	}
	title := s.t.Msg("agenda.history")
	p := agendaHistoryPage{Page: s.page(c, item.Name()+": "+title, s.dialogueCrumbs(b.Dialogue, Crumb{Label: title})...), Heading: item.Name()}
	if p.List, err = s.Dialogues.History(c.Request().Context(), actorOf(c), b.Dialogue.Country, row.DialogueID, row.ID); err != nil {
		return err
	}
	return s.show(c, "dialogues/agenda_history", p)
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
	question := s.t.Msg("agenda.remove_title", "ref", cmp.Or(item.Ref, item.Title))
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
