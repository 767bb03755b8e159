package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/audit"
	"tracker/internal/problem"
	"tracker/internal/reports/publications"
	"tracker/internal/reports/wording"
)

// purgePath is where an administrator sees what can be purged, and what was.
const purgePath = "/admin/purge"

// purgePageSize is how many publications the list shows at a time.
const purgePageSize = 20

// purgeListPage is the way to what can be purged, and what was.
type purgeListPage struct {
	Page
	Entry        string // the number as it was typed
	Publications []purgeRow
	Paging       Paging
	Done         []auditLine
	Most         int // purges shown
}

// purgeRow is a publication that can be purged.
type purgeRow struct {
	publications.Publication
	Name, About, Href string
}

// purgePage asks for the purge of a text or of what a publication tells: first
// which and why, then once more, with what goes and what stays.
type purgePage struct {
	Page
	About         string // above the heading
	Facts         []wording.Fact
	Texts         []Option // of an entry that can go
	Gone          []string // in words, those that went
	WhyNot        string   // nothing can go
	Field, Reason string
	Version       int64 // of a publication
	Key           string
	ReasonMax     int

	// Confirm is the second step.
	Confirm     bool
	Goes, Stays []string
}

func (s *Server) purgeCrumbs(more ...string) []Crumb {
	list := []Crumb{{s.t.Msg("purge.title"), purgePath}}
	for _, one := range more {
		list = append(list, Crumb{Label: one})
	}
	if len(more) == 0 {
		list[0].Href = ""
	}
	return s.adminCrumbs(list...)
}

// purgeList answers GET /admin/purge. The number of an entry leads to its page.
func (s *Server) purgeList(c echo.Context) error {
	ctx, actor, status := c.Request().Context(), actorOf(c), http.StatusOK
	p := purgeListPage{Page: s.page(c, s.t.Msg("purge.title"), s.purgeCrumbs()...), Entry: strings.TrimSpace(readable(c.QueryParam("entry"))), Most: audit.PurgesShown}
	if c.QueryParams().Has("entry") {
		seq, err := strconv.ParseInt(p.Entry, 10, 64)
		if err == nil {
			_, err = s.Accounts.HeldTexts(ctx, actor, seq)
		} else {
			err = problem.Missing()
		}
		if err == nil {
			return c.Redirect(http.StatusSeeOther, purgePath+"/entries/"+itoa(seq))
		}
		if problem.KindOf(err) != problem.NotFound {
			return err
		}
		var check problem.Check
		check.Add("entry", "audit.purge.error.entry")
		wrong, _ := invalid(check.Err())
		p.Errors, status = Problems(s.t, wrong, "entry"), http.StatusUnprocessableEntity
	}
	list, total, err := s.Publications.ToPurge(ctx, actor, settingsOf(c).CountryCode, pageNumber(c), purgePageSize)
	if err != nil {
		return err
	}
	p.Paging = NewPaging(pageNumber(c), purgePageSize, total, purgePath, c.QueryParams())
	for _, one := range list {
		p.Publications = append(p.Publications, s.purgeRow(one))
	}
	done, err := s.Accounts.Purges(ctx, actor)
	if err != nil {
		return err
	}
	for _, line := range done {
		p.Done = append(p.Done, s.purgeLine(line))
	}
	return s.showAs(c, status, "admin/purge", p)
}

// purgeLine is a purge as its list tells it: its object leads to what was
// purged.
func (s *Server) purgeLine(line audit.Line) auditLine {
	out := s.auditLine(line)
	kind, id, _ := strings.Cut(line.Object, " ")
	switch kind {
	case "entry":
		out.Href = purgePath + "/entries/" + id
	case "publication":
		out.Href = purgePath + "/publications/" + id
	}
	return out
}

// purgeRow puts a publication into words. The title of what was never
// published stays with those who prepare it.
func (s *Server) purgeRow(p publications.Publication) purgeRow {
	row := purgeRow{Publication: p, Href: purgePath + "/publications/" + itoa(p.ID), Name: s.t.Msg("purge.prepared", "n", itoa(p.ID))}
	row.About = s.t.Msg("report.audience." + string(p.Audience))
	if p.Label != "" {
		row.Name = p.Label + " " + p.Title
	}
	return row
}

// purgeSeq is the number of an entry in an address.
func purgeSeq(c echo.Context) (int64, error) {
	seq, err := strconv.ParseInt(c.Param("seq"), 10, 64)
	if err != nil || seq < 1 {
		return 0, problem.Missing()
	}
	return seq, nil
}

// purgeTextForm answers GET /admin/purge/entries/:seq.
func (s *Server) purgeTextForm(c echo.Context) error {
	seq, err := purgeSeq(c)
	if err != nil {
		return err
	}
	p, err := s.purgeTextPage(c, seq)
	if err != nil {
		return err
	}
	return s.show(c, "admin/purge_one", p)
}

func (s *Server) purgeTextPage(c echo.Context, seq int64) (purgePage, error) {
	h, err := s.Accounts.HeldTexts(c.Request().Context(), actorOf(c), seq)
	if err != nil {
		return purgePage{}, err
	}
	title := s.t.Msg("purge.text.title", "n", itoa(seq))
	p := purgePage{Page: s.page(c, title, s.purgeCrumbs(title)...), Key: newKey(), ReasonMax: audit.ReasonMost}
	p.Facts = []wording.Fact{{Name: s.t.Msg("purge.kind"), Value: s.kindWords(h.Action)}, {Name: s.t.Msg("purge.at"), Value: s.t.Instant(h.At)}}
	for _, t := range h.Texts {
		name := strings.ReplaceAll(t.Field, "_", " ")
		switch {
		case t.PurgedBy > 0:
			p.Gone = append(p.Gone, s.t.Msg("purge.text.gone", "field", name, "at", t.PurgedAt, "n", itoa(t.PurgedBy)))
		case t.Gone():
			p.Gone = append(p.Gone, s.t.Msg("purge.text.empty", "field", name))
		case t.Purged:
			p.Texts = append(p.Texts, Option{Value: t.Field, Label: name, Hint: s.t.Msg("purge.text.unsaid")})
		default:
			p.Texts = append(p.Texts, Option{Value: t.Field, Label: name, Hint: s.t.Msg("purge.text.length", "n", t.Length)})
		}
	}
	if len(p.Texts) == 1 {
		p.Field = p.Texts[0].Value
	}
	if len(h.Texts) == 0 {
		p.WhyNot = s.t.Msg("audit.purge.error.none")
	} else if len(p.Texts) == 0 {
		p.WhyNot = s.t.Msg("purge.text.nothing")
	}
	return p, nil
}

// purgeText answers POST /admin/purge/entries/:seq: it shows what goes and what
// stays, and, confirmed, purges.
func (s *Server) purgeText(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	seq, err := purgeSeq(c)
	if err != nil {
		return err
	}
	ctx, actor, field, reason := c.Request().Context(), actorOf(c), t.line("field"), strings.TrimSpace(t.text("reason"))
	if t.has("confirmed") {
		if err = s.Accounts.PurgeText(ctx, actor, t.line("key"), seq, field, reason); err == nil {
			return s.done(c, purgePath, s.t.Msg("purge.text.done", "n", itoa(seq)))
		}
	} else {
		err = s.Accounts.CheckPurgeText(ctx, actor, seq, field, reason)
	}
	return s.purgeStep(c, err, reason, func() (purgePage, error) {
		p, err := s.purgeTextPage(c, seq)
		if field != "" {
			p.Field = field
		}
		p.Goes = []string{s.t.Msg("purge.text.goes", "field", strings.ReplaceAll(field, "_", " "), "n", itoa(seq))}
		p.Stays = []string{s.t.Msg("purge.stays.chain"), s.t.Msg("purge.text.stays"), s.t.Msg("purge.stays.reason"), s.t.Msg("purge.text.record")}
		return p, err
	})
}

// purgeStep shows the second step, or, where something stands against it, the
// first once more.
func (s *Server) purgeStep(c echo.Context, err error, reason string, page func() (purgePage, error)) error {
	status, wrong, again := s.again(err, "field", "reason")
	if err != nil && !again {
		return err
	}
	p, err := page()
	if err != nil {
		return err
	}
	if p.Reason, p.Confirm = reason, !again; again {
		p.Errors = wrong
		return s.showAs(c, status, "admin/purge_one", p)
	}
	return s.show(c, "admin/purge_one", p)
}

// purgePublicationForm answers GET /admin/purge/publications/:id.
func (s *Server) purgePublicationForm(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	p, err := s.purgePublicationPage(c, id)
	if err != nil {
		return err
	}
	return s.show(c, "admin/purge_one", p)
}

func (s *Server) purgePublicationPage(c echo.Context, id int64) (purgePage, error) {
	h, err := s.Publications.Held(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, id)
	if err != nil {
		return purgePage{}, err
	}
	row := s.purgeRow(h.Publication)
	title := s.t.Msg("purge.publication.title")
	p := purgePage{Page: s.page(c, title, s.purgeCrumbs(title)...), About: row.Name, Key: newKey(), Version: h.Version, ReasonMax: audit.ReasonMost}
	fact := func(key, value string) { p.Facts = append(p.Facts, wording.Fact{Name: s.t.Msg(key), Value: value}) }
	fact("report.fact.audience", row.About)
	fact("report.fact.as_of", s.t.Date(h.AsOf))
	if h.PublishedAt != nil {
		fact("publications.published", s.t.Instant(*h.PublishedAt)+", "+h.SignedAs)
	}
	if h.RecalledAt != nil {
		fact("purge.recalled", s.t.Instant(*h.RecalledAt)+": "+h.RecallReason)
	}
	if h.PurgedAt == nil {
		fact("purge.content", s.t.Msg("purge.content.size", "n", h.Files, "kb", int(h.Size+1023)>>10))
	} else {
		p.Gone = append(p.Gone, s.t.Msg("publications.purged", "at", s.t.Instant(*h.PurgedAt))+" "+h.PurgeReason)
	}
	if refusal, no := asProblem(publications.CanPurge(actorOf(c), h.Publication)); no {
		p.WhyNot = s.t.Msg(refusal.Key, refusal.Args...)
	}
	return p, nil
}

// purgePublication answers POST /admin/purge/publications/:id: it shows what
// goes and what stays, and, confirmed, purges.
func (s *Server) purgePublication(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	id, err := pathID(c)
	if err != nil {
		return err
	}
	ctx, actor, country, reason, version := c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, strings.TrimSpace(t.text("reason")), t.number("version")
	if t.has("confirmed") {
		if err = s.Publications.Purge(ctx, actor, t.line("key"), country, id, version, reason); err == nil {
			return s.done(c, purgePath, s.t.Msg("purge.publication.done"))
		}
	} else {
		err = s.Publications.CheckPurge(ctx, actor, country, id, version, reason)
	}
	return s.purgeStep(c, err, reason, func() (purgePage, error) {
		p, err := s.purgePublicationPage(c, id)
		p.Goes = []string{s.t.Msg("purge.publication.goes.value"), s.t.Msg("purge.publication.goes.files")}
		p.Stays = []string{s.t.Msg("purge.stays.chain"), s.t.Msg("purge.publication.stays"), s.t.Msg("purge.stays.reason"), s.t.Msg("purge.publication.taken")}
		return p, err
	})
}
