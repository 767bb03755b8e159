package web

import (
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/problem"
	"tracker/internal/reports"
	"tracker/internal/reports/publications"
	"tracker/internal/reports/wording"
)

// differenceRows is how many rows of a list the page of what changed between
// two publications shows; its files hold them all.
const differenceRows = 40

// compareWith asks with which other publication one is compared; the partial
// "compare-with" draws it.
type compareWith struct {
	Action, Value string
	Options       []Option
}

// differencePage is what changed from one publication to another.
type differencePage struct {
	Page
	publications.Compared
	With               compareWith
	Difference         reports.Difference   // the first rows of each list
	Heads              reports.Pair[string] // numbers and days
	Facts              []differenceFact
	Unlike             []string // why not all is compared
	Commitments, Asked string   // how many differ, in words
	Figures, Papers    string
	Groups             []differenceGroup
	Cut                bool // some list is longer
	Export             Export
}

// differenceFact is a line of what the two say of themselves and begin with.
type differenceFact struct {
	Name string
	reports.Pair[string]
	Of reports.Pair[string] // of what it is
}

// differenceGroup is a recommendation with what is told otherwise of it.
type differenceGroup struct {
	reports.RecommendationDifference
	Rows []differenceRow
}

// differenceRow is a remark, or an answer of an item, as it was and as it is;
// words stand where there is none.
type differenceRow struct {
	Ref, Text string // of the item, with the first of its rows
	Tags      []string
	Answer    *reports.AnswerStatus // whose commitment it is
	Then, Now *reports.AnswerStatus
	Words     reports.Pair[string]
}

// differencesPath is the address of what changed between two publications.
func differencesPath(label, from string) string {
	path := publicationPath(label, "differences")
	if from != "" {
		path += "?from=" + from
	}
	return path
}

// compareWith offers the publications that one can be compared with, the one
// before it chosen.
func (s *Server) compareWith(of publications.Told, others []publications.Told, chosen string) compareWith {
	with := compareWith{Action: differencesPath(of.Label, ""), Value: chosen}
	if before, there := publications.Before(others, of); there && chosen == "" {
		with.Value = before.Label
	}
	for _, t := range others {
		with.Options = append(with.Options, Option{Value: t.Label, Label: s.t.Msg("difference.option", "number", t.Label, "date", t.AsOf, "edition", s.t.Msg("report.audience."+string(t.Audience)))})
	}
	return with
}

// differencesSince leads to what changed since the publication before one,
// where there is such a one among those that the reader may read.
func (s *Server) differencesSince(actor accounts.Actor, list []publications.Told, of publications.Told) Link {
	before, there := publications.Before(publications.Comparable(actor, list, of), of)
	if !there {
		return Link{}
	}
	return Link{Label: s.t.Msg("difference.since", "number", before.Label), Href: differencesPath(of.Label, before.Label)}
}

// compared reads the two publications that an address names.
func (s *Server) compared(c echo.Context) (publications.Compared, error) {
	return s.Publications.Compare(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, readable(c.Param("number")), readable(c.QueryParam("from")))
}

func (s *Server) differenceTitle(c publications.Compared) string {
	if c.Is == nil {
		return s.t.Msg("asked.changes.title")
	}
	return s.t.Msg("difference.title", "was", c.Two.Was.Label, "is", c.Two.Is.Label)
}

// publicationDifferences answers GET /publications/:number/differences.
func (s *Server) publicationDifferences(c echo.Context) error {
	v, err := s.compared(c)
	if err != nil {
		return err
	}
	p := differencePage{Page: s.page(c, s.differenceTitle(v), s.publicationCrumbs(v.Of.Label, s.t.Msg("asked.changes.title"))...), Compared: v, With: s.compareWith(v.Of, v.Others, readable(c.QueryParam("from")))}
	if v.Is != nil {
		s.tellDifference(&p)
	}
	return s.show(c, "publications/publication_differences", p)
}

// tellDifference fills the page.
func (s *Server) tellDifference(p *differencePage) {
	d, two := *p.Is, p.Two
	names := reports.Pair[string]{Was: two.Was.Label, Is: two.Is.Label}
	head := func(t publications.Told) string { return s.t.Msg("difference.head", "number", t.Label, "date", t.AsOf) }
	p.Heads = reports.Pair[string]{Was: head(two.Was), Is: head(two.Is)}
	p.Facts, p.Unlike = s.differenceFacts(d, two), wording.Unlike(s.t, d, names)
	p.Commitments = wording.DifferenceCounts(s.t, len(d.Commitments), len(d.NewCommitments), len(d.GoneCommitments))
	p.Asked = wording.DifferenceCounts(s.t, len(d.Recommendations), len(d.NewRecommendations), len(d.GoneRecommendations))
	p.Papers = wording.DifferenceCounts(s.t, 0, len(d.NewEvidence), len(d.GoneEvidence))
	came, gone := 0, 0
	for _, f := range d.Indicators {
		if f.New() {
			came++
		} else if f.Gone() {
			gone++
		}
	}
	p.Figures = wording.DifferenceCounts(s.t, len(d.Indicators)-came-gone, came, gone)
	p.Export = exportOf(p.Path, p.Query, len(wording.DifferenceLines(s.t, d)))
	p.cut(d)
	left := differenceRows
	for _, r := range p.Difference.Recommendations {
		g := differenceGroup{RecommendationDifference: r, Rows: s.differenceRows(r)}
		if len(g.Rows) > left {
			p.Cut, g.Rows = true, g.Rows[:left]
		}
		left -= len(g.Rows)
		if p.Groups = append(p.Groups, g); left == 0 {
			break
		}
	}
	p.Cut = p.Cut || len(p.Groups) < len(d.Recommendations)
}

// cut leaves the first rows of each list.
func (p *differencePage) cut(d reports.Difference) {
	d.Commitments, d.NewCommitments, d.GoneCommitments = first(p, d.Commitments), first(p, d.NewCommitments), first(p, d.GoneCommitments)
	d.Recommendations, d.NewRecommendations, d.GoneRecommendations = first(p, d.Recommendations), first(p, d.NewRecommendations), first(p, d.GoneRecommendations)
	d.Indicators, d.NewEvidence, d.GoneEvidence = first(p, d.Indicators), first(p, d.NewEvidence), first(p, d.GoneEvidence)
	p.Difference = d
}

func first[T any](p *differencePage, list []T) []T {
	if len(list) > differenceRows {
		p.Cut, list = true, list[:differenceRows]
	}
	return list
}

// differenceFacts are what the two say of themselves, and the numbers that
// they begin with where those can be compared.
func (s *Server) differenceFacts(d reports.Difference, two reports.Pair[publications.Told]) []differenceFact {
	fact := func(key string, of func(reports.Status, publications.Told) string) differenceFact {
		return differenceFact{Name: s.t.Msg(key), Pair: reports.Pair[string]{Was: of(d.Was, two.Was), Is: of(d.Is, two.Is)}}
	}
	list := []differenceFact{
		fact("report.fact.as_of", func(r reports.Status, _ publications.Told) string { return s.t.Date(r.D) }),
		fact("report.fact.known_at", func(r reports.Status, _ publications.Told) string { return s.t.Instant(r.K) }),
		fact("report.fact.audience", func(_ reports.Status, t publications.Told) string {
			return s.t.Msg("report.audience." + string(t.Audience))
		}),
		fact("publications.published", func(_ reports.Status, t publications.Told) string { return s.t.Date(s.Clock.DayOf(*t.PublishedAt)) }),
	}
	if scope := fact("report.fact.scope", func(r reports.Status, _ publications.Told) string { return wording.ScopeOrAll(s.t, r.Scope) }); !d.Was.Scope.Same(reports.Scope{}) || d.Scopes {
		list = append(list, scope)
	}
	if !d.Alike() {
		return list
	}
	is := wording.Figures(s.t, d.Is)
	for i, was := range wording.Figures(s.t, d.Was) {
		list = append(list, differenceFact{was.Name, reports.Pair[string]{Was: was.Text(s.t), Is: is[i].Text(s.t)}, reports.Pair[string]{Was: was.Of, Is: is[i].Of}})
	}
	return list
}

// differenceRows are what is told otherwise of a recommendation but for its
// own wording.
func (s *Server) differenceRows(r reports.RecommendationDifference) (rows []differenceRow) {
	for _, kind := range r.Remarks() {
		was, is := r.Was.Remark(kind), r.Is.Remark(kind)
		rows = append(rows, differenceRow{Text: s.t.Msg("report.col." + string(kind)), Words: reports.Pair[string]{Was: wording.RemarkOn(s.t, kind, was.Word, was.GivenOn), Is: wording.RemarkOn(s.t, kind, is.Word, is.GivenOn)}})
	}
	for _, i := range r.Items {
		rows = append(rows, s.itemRows(i)...)
	}
	return rows
}

// itemRows are a row for each answer of an item that is told otherwise.
func (s *Server) itemRows(i reports.ItemDifference) (rows []differenceRow) {
	for _, m := range i.Moved {
		rows = append(rows, differenceRow{Ref: i.Ref, Answer: &m.Is, Then: &m.Was, Now: &m.Is})
	}
	for _, a := range i.Linked {
		rows = append(rows, differenceRow{Ref: i.Ref, Answer: &a, Now: &a, Words: reports.Pair[string]{Was: s.t.Msg("difference.not_answering")}})
	}
	for _, a := range i.Ended {
		rows = append(rows, differenceRow{Ref: i.Ref, Answer: &a, Then: &a, Words: reports.Pair[string]{Is: s.t.Msg("difference.ended")}})
	}
	if len(rows) == 0 {
		nothing := s.t.Msg("difference.unanswered")
		rows = []differenceRow{{Ref: i.Ref, Words: reports.Pair[string]{Was: nothing}}}
		if i.New {
			rows[0].Words = reports.Pair[string]{Is: nothing}
		}
	}
	rows[0].Text = i.Text
	for _, tag := range []struct {
		is  bool
		key string
	}{{i.New, "difference.item.new"}, {i.Gone, "difference.item.gone"}, {i.Answered(), "difference.item.answered"}, {i.Unanswered(), "difference.item.unanswered"}} {
		if tag.is {
			rows[0].Tags = append(rows[0].Tags, s.t.Msg(tag.key))
		}
	}
	return rows
}

// differenceTable is what changed from one publication to another as a file: a
// line for each thing, and before them why not all is compared.
func (s *Server) differenceTable(c echo.Context) (reports.Table, error) {
	v, err := s.compared(c)
	if err != nil {
		return reports.Table{}, err
	}
	if v.Is == nil {
		return reports.Table{}, problem.Missing()
	}
	names := reports.Pair[string]{Was: v.Two.Was.Label, Is: v.Two.Is.Label}
	t := reports.Table{Name: strings.ToLower("differences-" + names.Was + "-" + names.Is), Title: s.differenceTitle(v), D: v.Two.Is.AsOf, For: v.Narrowest(), Columns: []reports.Column{
		{Key: "difference.col.part", Width: 18}, {Key: "report.col.ref", Width: 14}, {Key: "report.col.title", Width: 44}, {Key: "difference.col.what", Width: 26}, {Name: names.Was, Width: 44}, {Name: names.Is, Width: 44}}}
	var rows [][]any
	for _, reason := range wording.Unlike(s.t, *v.Is, names) {
		rows = append(rows, []any{s.t.Msg("difference.not_compared"), "", "", reason, "", ""})
	}
	for _, l := range wording.DifferenceLines(s.t, *v.Is) {
		rows = append(rows, []any{l.Section, l.Ref, l.Title, l.What, l.Was, l.Is})
	}
	t.Rows = reports.Listed(rows)
	return t, nil
}
