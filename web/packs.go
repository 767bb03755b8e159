package web

import (
	"slices"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/dialogues"
	"tracker/internal/problem"
	"tracker/internal/reports"
	"tracker/internal/reports/publications"
)

// packsPage is the packs of a dialogue: which parts each has, and its files.
type packsPage struct {
	Page
	Dialogue  dialogues.Dialogue
	Partner   string // its name; empty where the dialogue names none
	Packs     []packBlock
	Key       string
	CanChange bool
	TooFew    bool // fewer than two people can publish
	Published []packRow
}

// packBlock is one of the packs.
type packBlock struct {
	Pack          dialogues.Pack
	Options       []Option
	Chosen        []string
	Files         []Link
	Key, Publish  string // keys of its forms
	Leaves, Early bool   // it goes to the partner; its day has not come
}

// packRow is a pack or a record that was prepared or published.
type packRow struct {
	publications.Told
	Href, State, About string
}

// partnerName is the name of the institution with which a dialogue is held,
// empty for none.
func (s *Server) partnerName(c echo.Context, d dialogues.Dialogue) (string, error) {
	if d.PartnerID == nil {
		return "", nil
	}
	all, err := s.Accounts.Institutions(c.Request().Context())
	at := slices.IndexFunc(all, func(i accounts.Institution) bool { return i.ID == *d.PartnerID })
	if at < 0 {
		return "", err
	}
	return all[at].Name, err
}

func (s *Server) packsPage(c echo.Context) (p packsPage, err error) {
	d, _, err := s.dialogue(c)
	if err != nil {
		return p, err
	}
	ctx, actor := c.Request().Context(), actorOf(c)
	parts, err := s.Dialogues.Parts(ctx, actor, d.Country, d.ID)
	if err != nil {
		return p, err
	}
	title := s.t.Msg("packs.title")
	p = packsPage{Page: s.page(c, d.Title+": "+title, s.dialogueCrumbs(d, Crumb{Label: title})...), Dialogue: d, CanChange: actor.CanChangePlan(), Key: newKey()}
	if p.Partner, err = s.partnerName(c, d); err != nil {
		return p, err
	}
	if p.CanChange {
		seconds, err := s.Accounts.SecondPeople(ctx)
		if err != nil {
			return p, err
		}
		p.TooFew = !seconds.Enough()
	}
	for _, pack := range dialogues.Packs {
		b := packBlock{Pack: pack, Options: s.options("packs.part.", words(dialogues.Offered[pack])), Chosen: words(parts[pack]), Key: newKey(), Publish: newKey(),
			Leaves: pack != dialogues.Internal, Early: pack == dialogues.OfRecord && d.HeldOn.After(s.Clock.Today())}
		if !b.Early && (!b.Leaves || p.Partner != "") {
			for _, format := range []string{"pdf", "xlsx"} {
				b.Files = append(b.Files, Link{s.t.Msg("publications.file." + format), dialoguePath(d.ID, "packs", string(pack), format)})
			}
		}
		p.Packs = append(p.Packs, b)
	}
	list, err := s.Publications.OfDialogue(ctx, actor, d.Country, d.ID)
	for _, told := range list {
		p.Published = append(p.Published, s.packRow(told))
	}
	return p, err
}

// packRow says where a pack or a record stands.
func (s *Server) packRow(told publications.Told) packRow {
	row := packRow{Told: told, Href: preparedPath(told.ID), State: s.t.Msg("packs.state." + string(told.State)), About: s.addressedTo(told)}
	if told.Out() {
		row.Href = publicationPath(told.Label)
	}
	switch {
	case told.State != publications.Published || told.Kind != publications.OfRecord:
	case told.ClearedAs() != "":
		row.State = s.t.Msg("packs.state.both")
	case told.Clearance == nil:
		row.State = s.t.Msg("packs.state.waits")
	default:
		row.State = s.t.Msg("packs.state." + told.Clearance.Verdict)
	}
	return row
}

// packList answers GET /dialogues/:id/packs.
func (s *Server) packList(c echo.Context) error {
	p, err := s.packsPage(c)
	if err != nil {
		return err
	}
	return s.show(c, "dialogues/packs", p)
}

// packChoose answers POST /dialogues/:id/packs: it keeps the parts of a pack.
func (s *Server) packChoose(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	p, err := s.packsPage(c)
	if err != nil {
		return err
	}
	in := dialogues.PartsChosen{Country: p.Dialogue.Country, DialogueID: p.Dialogue.ID, Pack: dialogues.Pack(t.line("pack"))}
	for _, one := range t.list("parts") {
		in.Parts = append(in.Parts, dialogues.Part(one))
	}
	err = s.Dialogues.ChooseParts(c.Request().Context(), actorOf(c), t.line("key"), in)
	if status, wrong, again := s.again(err, "pack", "parts"); again {
		p.Errors = wrong
		return s.showAs(c, status, "dialogues/packs", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, dialoguePath(p.Dialogue.ID, "packs")+"#"+string(in.Pack), s.t.Msg("packs.done.chosen", "pack", s.t.Msg("packs."+string(in.Pack))))
}

// packFile answers GET /dialogues/:id/packs/:pack/:format: a pack with the
// parts that were chosen, unpublished.
func (s *Server) packFile(c echo.Context) error {
	return s.sendPack(c, dialogues.Pack(readable(c.Param("pack"))), readable(c.Param("format")))
}

// sendPack sends a pack as a file.
func (s *Server) sendPack(c echo.Context, pack dialogues.Pack, format string) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	b, err := s.Reports.Pack(c.Request().Context(), s.about(settingsOf(c)), s.ledgerQuery(c), id, pack)
	if refusal, bad := invalid(err); bad {
		return problem.New(problem.Conflict, refusal.Key, refusal.Args...)
	}
	if err != nil {
		return err
	}
	f, err := s.Publications.Preview(publications.Value{Dialogue: &b}, format)
	if err != nil {
		return err
	}
	return s.attach(c, b.FileName(format), publications.MIME(format), f.Body)
}

// packPublish answers POST /dialogues/:id/packs/publish: it freezes a pack for
// the partner, to be signed by a second person.
func (s *Server) packPublish(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	p, err := s.packsPage(c)
	if err != nil {
		return err
	}
	id, err := s.Publications.PrepareDialogue(c.Request().Context(), actorOf(c), t.line("key"), s.about(settingsOf(c)), s.ledgerQuery(c), p.Dialogue.ID, dialogues.Pack(t.line("pack")))
	if status, wrong, again := s.again(err, "pack"); again {
		p.Errors = wrong
		return s.showAs(c, status, "dialogues/packs", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, preparedPath(id), s.t.Msg("publications.done.prepared"))
}

// toldDialogue is what a publication tells of a dialogue, as a page.
type toldDialogue struct {
	reports.Briefing
	Lines []agendaLine
}

// tellDialogue writes a frozen pack or record on a page: without a link into
// the plan, as its reader may know nothing else.
func tellDialogue(b reports.Briefing) *toldDialogue {
	out := &toldDialogue{Briefing: b}
	for _, i := range b.Items {
		out.Lines = append(out.Lines, agendaLine{BriefingItem: i})
	}
	return out
}
