package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/dialogues"
	"tracker/internal/reports"
	"tracker/internal/reports/wording"
)

// dialoguePath is the address of a dialogue, or of a page below it.
func dialoguePath(id int64, below ...string) string {
	return "/dialogues/" + strings.Join(append([]string{itoa(id)}, below...), "/")
}

// dialogueLine is a dialogue with how far it is away.
type dialogueLine struct {
	dialogues.Row
	Href  string
	Away  string // "in 10 days", "today", "12 days ago"
	Next  bool   // the one that is planned next
	Over  bool   // planned, and its day has passed
	State string
}

// away says how far a dialogue's day is away, in small letters.
func (s *Server) away(on calendar.Date) string {
	switch days := on.Sub(s.Clock.Today()); {
	case days > 0:
		return s.t.Msg("dialogues.in_days", "n", days)
	case days < 0:
		return s.t.Msg("days.ago", "n", -days)
	}
	return s.t.Msg("dialogues.today")
}

func (s *Server) dialogueLine(row dialogues.Row) dialogueLine {
	return dialogueLine{Row: row, Href: dialoguePath(row.ID), Away: s.away(row.HeldOn), State: string(row.Dialogue.State),
		Over: !row.Past() && row.HeldOn.Before(s.Clock.Today())}
}

// dialogueListPage is the dialogues, the next one first.
type dialogueListPage struct {
	Page
	Planned, Held []dialogueLine
	CanChange     bool
}

// dialogueList answers GET /dialogues.
func (s *Server) dialogueList(c echo.Context) error {
	list, err := s.Dialogues.All(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode)
	if err != nil {
		return err
	}
	p := dialogueListPage{Page: s.page(c, s.t.Msg("dialogues.title")), CanChange: actorOf(c).CanChangePlan()}
	next := false
	for _, row := range list {
		line := s.dialogueLine(row)
		if row.Past() {
			p.Held = append(p.Held, line)
			continue
		}
		line.Next = !next && !line.Over
		next = next || line.Next
		p.Planned = append(p.Planned, line)
	}
	return s.show(c, "dialogues/dialogue_list", p)
}

// dialogueShowPage is a dialogue with its agenda: the briefing as a page.
type dialogueShowPage struct {
	Page
	Briefing  reports.Briefing
	Away      string
	Over      bool // planned, and its day has passed
	Held      bool
	Since     string // what the briefing compares with, in words
	Figs      []Fig
	Tiers     string // through which the country went
	Edition   *Link  // that the dialogue is; nil where nothing was recommended there
	Items     []agendaLine
	CanChange bool // the dialogue
	CanWrite  bool // its agenda: what was held keeps it
	CanRecord bool // what is said there: from its day on
	Steps     []Link
	Earlier   []undertakingLine // of the dialogues before
	Key       string
}

// agendaLine is an agenda item as the page shows it.
type agendaLine struct {
	reports.BriefingItem
	Source                 sourceLink
	First, Last            bool   // on the agenda
	Previous, Next         int64  // ids of its neighbours
	Position               int    // as the form that moves it says
	Change, Remove, MoveTo string // addresses
	Record, History        string
	Agree, Undertake, Fix  string
	Recommend              string
	Undertaken             []undertakingLine
	Written                bool // something is written on it
	Suggested              suggestedView
}

// Points are the lines of one of the item's texts, one point each.
func (l agendaLine) Points(field string) []string {
	return points(*l.Texts.At(dialogues.Field(field)))
}

// points are the lines of a text, one point each.
func points(text string) (list []string) {
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// briefing computes the briefing of the dialogue that the address names.
func (s *Server) briefing(c echo.Context) (reports.Briefing, error) {
	id, err := idOf(c, "id")
	if err != nil {
		return reports.Briefing{}, err
	}
	return s.Reports.Briefing(c.Request().Context(), s.about(settingsOf(c)), s.ledgerQuery(c), id)
}

// dialogueCrumbs lead to a dialogue and to a page below it.
func (s *Server) dialogueCrumbs(d dialogues.Dialogue, below ...Crumb) []Crumb {
	crumbs := []Crumb{{s.t.Msg("dialogues.title"), "/dialogues"}, {d.Title, dialoguePath(d.ID)}}
	if len(below) == 0 {
		crumbs[1].Href = ""
	}
	return append(crumbs, below...)
}

// dialogueRoom answers GET /dialogues/:id/room: the agenda for a tablet in the
// room, an item a screen, in large type. It is one page without scripts: once
// it is loaded, next and previous work without a connection.
func (s *Server) dialogueRoom(c echo.Context) error {
	b, err := s.briefing(c)
	if err != nil {
		return err
	}
	title := s.t.Msg("dialogues.room")
	p := dialogueRoomPage{Page: s.page(c, b.Dialogue.Title+": "+title, s.dialogueCrumbs(b.Dialogue, Crumb{Label: title})...), Briefing: b}
	for n, i := range b.Items {
		line := agendaLine{BriefingItem: i, First: n == 0, Last: n == len(b.Items)-1}
		if !line.First {
			line.Previous = b.Items[n-1].AgendaID
		}
		if !line.Last {
			line.Next = b.Items[n+1].AgendaID
		}
		p.Items = append(p.Items, line)
	}
	return s.show(c, "dialogues/dialogue_room", p)
}

// dialogueRoomPage is the agenda in the room.
type dialogueRoomPage struct {
	Page
	Briefing reports.Briefing
	Items    []agendaLine
}

// dialogueShow answers GET /dialogues/:id.
func (s *Server) dialogueShow(c echo.Context) error { return s.showDialogue(c, http.StatusOK, nil) }

// showDialogue shows a dialogue, with what stood against the last move.
func (s *Server) showDialogue(c echo.Context, status int, wrong FieldErrors) error {
	b, err := s.briefing(c)
	if err != nil {
		return err
	}
	d := b.Dialogue
	p := dialogueShowPage{Page: s.page(c, d.Title, s.dialogueCrumbs(d)...), Briefing: b, Away: s.away(d.HeldOn), Held: d.Past(),
		Since: wording.BriefingSince(s.t, b), Figs: s.briefingFigs(b), Tiers: wording.TierCourse(s.t, b.Tiers), CanChange: actorOf(c).CanChangePlan(), Key: newKey()}
	p.Errors, p.CanWrite = wrong, p.CanChange && !p.Held
	p.CanRecord = p.CanChange && !d.HeldOn.After(s.Clock.Today())
	for _, to := range dialogues.Steps[d.State] {
		p.Steps = append(p.Steps, Link{s.t.Msg("dialogues." + string(to)), dialoguePath(d.ID, strings.ReplaceAll(string(to), "_", "-"))})
	}
	p.Earlier = s.undertakingLines(actorOf(c), b.EarlierUndertakings)
	if r := b.Recommended; len(r) > 0 {
		p.Edition = &Link{b.Edition(), editionPath(r[0].Mechanism, r[0].Year)}
	}
	p.Over = !p.Held && d.HeldOn.Before(s.Clock.Today())
	for n, i := range b.Items {
		line := agendaLine{BriefingItem: i, Source: sourceOf(i.Source), First: n == 0, Last: n == len(b.Items)-1, Written: i.Texts != dialogues.Texts{}}
		line.Change, line.Remove = dialoguePath(d.ID, "agenda", itoa(i.AgendaID), "change"), dialoguePath(d.ID, "agenda", itoa(i.AgendaID), "remove")
		line.Record, line.History = dialoguePath(d.ID, "agenda", itoa(i.AgendaID), "record"), dialoguePath(d.ID, "agenda", itoa(i.AgendaID), "history")
		line.Agree, line.Undertake = dialoguePath(d.ID, "agenda", itoa(i.AgendaID), "agree"), dialoguePath(d.ID, "agenda", itoa(i.AgendaID), "undertake")
		line.Recommend = dialoguePath(d.ID, "agenda", itoa(i.AgendaID), "recommend")
		line.Fix = dialoguePath(d.ID, "agenda", itoa(i.AgendaID), "indicators")
		line.Undertaken = s.undertakingLines(actorOf(c), i.Undertakings)
		line.MoveTo, line.Position = dialoguePath(d.ID, "agenda", itoa(i.AgendaID), "move"), i.Position
		if r := i.Rated; r.Ref != "" {
			line.Suggested = suggestedView{Value: r.Suggested, Rule: wording.Rule(s.t, r)}
		}
		p.Items = append(p.Items, line)
	}
	return s.showAs(c, status, "dialogues/dialogue_show", p)
}

// briefingFigs are the four figures of the summary.
func (s *Server) briefingFigs(b reports.Briefing) (figs []Fig) {
	for _, f := range wording.BriefingFigures(s.t, b) {
		figs = append(figs, Fig{Label: f.Name, Number: f.Text(s.t), Note: f.Of})
	}
	return figs
}

// briefingFile sends the internal pack as a file.
func (s *Server) briefingFile(format string) echo.HandlerFunc {
	return func(c echo.Context) error { return s.sendPack(c, dialogues.Internal, format) }
}

// nextDialogue is the dialogue that is planned next, for a home page; nothing
// where there is none or the actor reads none.
func (s *Server) nextDialogue(c echo.Context, actor accounts.Actor) (*dialogueLine, error) {
	if !dialogues.MayRead(actor) {
		return nil, nil
	}
	next, found, err := s.Dialogues.Next(c.Request().Context(), actor, settingsOf(c).CountryCode, s.Clock.Today())
	if err != nil || !found {
		return nil, err
	}
	line := s.dialogueLine(next)
	return &line, nil
}
