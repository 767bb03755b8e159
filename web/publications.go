package web

import (
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/chart"
	"tracker/internal/problem"
	"tracker/internal/reports"
	reporthtml "tracker/internal/reports/html"
	"tracker/internal/reports/publications"
	"tracker/internal/reports/wording"
)

// publicationsPerPage is how many rows the list shows at a time.
const publicationsPerPage = 25

// publicationListPage is what was published to the reader, newest first: the
// home of partners, and open to everybody as far as it is public.
type publicationListPage struct {
	Page
	Lede     string
	List     []publicationRow
	Paging   Paging
	Waiting  []waitingRow
	Prepare  bool
	TooFew   bool // fewer than two people can publish
	Stranger bool
	Partner  bool

	Undertakings []undertakingLine // of a partner
}

// publicationRow is a publication in a list.
type publicationRow struct {
	publications.Told
	Href    string
	About   string // audience, day and post
	Pages   int
	Files   []Link
	Hash    string // shortened
	Offered bool   // whether the reader may open it
	Since   Link   // what changed since the one before; without an address where there is none
}

// waitingRow is a prepared publication, and why the reader does not sign it.
type waitingRow struct {
	publications.Told
	About string
	Why   string
}

func publicationPath(label string, more ...string) string {
	return strings.Join(append([]string{"/publications/" + label}, more...), "/")
}

func preparedPath(id int64, more ...string) string {
	return strings.Join(append([]string{"/publications/prepared/" + itoa(id)}, more...), "/")
}

// publicationList answers GET /publications.
func (s *Server) publicationList(c echo.Context) error {
	actor, ctx := actorOf(c), c.Request().Context()
	key := "publications.title"
	if actor.Is(accounts.Partner) {
		key = "home.partner.title"
	}
	p := publicationListPage{Page: s.page(c, s.t.Msg(key)), Prepare: actor.CanPrepare(), Stranger: actor.PersonID == 0, Partner: actor.Is(accounts.Partner)}
	list, err := s.Publications.List(ctx, actor, settingsOf(c).CountryCode)
	if err != nil {
		return err
	}
	p.Paging = NewPaging(pageNumber(c), publicationsPerPage, len(list), "/publications", c.QueryParams())
	for _, told := range list[p.Paging.Offset():p.Paging.Last] {
		row := s.publicationRow(actor, told)
		row.Since = s.differencesSince(actor, list, told)
		p.List = append(p.List, row)
	}
	p.Lede = s.listLede(actor, list)
	if p.Partner {
		undertaken, err := s.Dialogues.Undertakings(ctx, actor, settingsOf(c).CountryCode)
		if err != nil {
			return err
		}
		p.Undertakings = s.undertakingLines(actor, undertaken)
	}
	if !actor.CanSign() && !actor.CanReadAudit() {
		return s.show(c, "publications/publication_list", p)
	}
	seconds, err := s.Accounts.SecondPeople(ctx)
	if err != nil {
		return err
	}
	p.TooFew = actor.CanSign() && !seconds.Enough()
	waiting, err := s.Publications.Waiting(ctx, actor, settingsOf(c).CountryCode)
	for _, told := range waiting {
		row := waitingRow{Told: told, About: s.addressedTo(told)}
		if refusal, ok := asProblem(publications.CanPublish(actor, told.Publication)); ok {
			row.Why = s.t.Msg(refusal.Key, refusal.Args...)
		}
		p.Waiting = append(p.Waiting, row)
	}
	if err != nil {
		return err
	}
	return s.show(c, "publications/publication_list", p)
}

// listLede says whose list it is, how long, and how fresh.
func (s *Server) listLede(actor accounts.Actor, list []publications.Told) string {
	var parts []string
	if actor.Is(accounts.Partner) {
		parts = append(parts, actor.InstitutionName)
	}
	if len(list) > 0 {
		parts = append(parts, s.t.Msg("publications.count", "n", len(list)), s.t.Msg("publications.newest", "date", s.Clock.DayOf(*list[0].PublishedAt)))
	}
	return strings.Join(parts, " · ")
}

// addressedTo names the audience of a publication and, for partners, who they are.
func (s *Server) addressedTo(told publications.Told) string {
	text := s.t.Msg("report.audience." + string(told.Audience))
	var names []string
	for _, r := range told.Readers {
		names = append(names, r.Name)
	}
	if len(names) > 0 {
		text += ": " + strings.Join(names, ", ")
	}
	return text
}

func (s *Server) publicationRow(actor accounts.Actor, told publications.Told) publicationRow {
	row := publicationRow{Told: told, Href: publicationPath(told.Label), Hash: wording.ShortHash(told.SHA256), Offered: publications.Readable(actor, told.Publication)}
	row.About = s.t.Msg("publications.about", "edition", s.t.Msg("report.audience."+string(told.Audience)), "date", s.Clock.DayOf(*told.PublishedAt), "post", told.SignedAs)
	if row.Offered {
		row.Files = append(row.Files, Link{Label: s.t.Msg("publications.read"), Href: publicationPath(told.Label, "read")})
	}
	for _, f := range told.Files {
		row.Pages = max(row.Pages, f.Pages)
		if row.Offered && (f.Format == "pdf" || f.Format == "xlsx") {
			row.Files = append(row.Files, Link{Label: s.t.Msg("publications.file." + f.Format), Href: publicationPath(told.Label, "files", f.Format)})
		}
	}
	return row
}

// publicationShowPage is the facts of a publication.
type publicationShowPage struct {
	Page
	publicationRow
	Digest      []string // the fingerprint in groups of four
	Head        []string // of the trail
	AllFiles    []publicationFile
	MayRecall   bool
	MayPurge    bool
	MayRate     bool
	SeesLog     bool
	MayClear    bool // a record, for its partner
	MayPrepare  bool // the cleared form of a record that its partner cleared
	Key         string
	Replacement string
	With        compareWith
}

// publicationFile is a file with what it is known by.
type publicationFile struct {
	publications.File
	Label  string
	Href   string
	SizeKB int
	Digest []string
}

// groups parts a fingerprint into groups of four.
func groups(hash string) []string {
	var list []string
	for part := range slices.Chunk([]byte(hash), 4) {
		list = append(list, string(part))
	}
	return list
}

// publication reads the publication of an address. To nobody signed in, what
// is not public looks like what is not there: both lead to the sign-in.
func (s *Server) publication(c echo.Context) (publications.Told, error) {
	return s.Publications.Published(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, readable(c.Param("number")))
}

// forStrangers turns what is missing for somebody who is not signed in into
// the question who they are.
func (s *Server) forStrangers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		if problem.KindOf(err) == problem.NotFound && err != nil && actorOf(c).PersonID == 0 {
			return s.askToSignIn(c)
		}
		return err
	}
}

// publicationShow answers GET /publications/:number.
func (s *Server) publicationShow(c echo.Context) error {
	return s.showPublication(c, http.StatusOK, nil)
}

// showPublication shows the facts of a publication, with what stood against
// what was asked of it.
func (s *Server) showPublication(c echo.Context, status int, wrong FieldErrors) error {
	actor := actorOf(c)
	told, others, err := s.Publications.Beside(c.Request().Context(), actor, settingsOf(c).CountryCode, readable(c.Param("number")))
	if err != nil {
		return err
	}
	p := publicationShowPage{Page: s.page(c, told.Label+": "+told.Title, s.publicationCrumbs(told.Label)...), publicationRow: s.publicationRow(actor, told),
		Digest: groups(told.SHA256), Head: groups(told.AuditHead), MayRecall: actor.CanPrepare() && told.State == publications.Published,
		MayRate: actor.Is(accounts.Partner), MayPurge: publications.CanPurge(actor, told.Publication) == nil,
		SeesLog: actor.CanPrepare() || actor.CanReadAudit(), With: s.compareWith(told, others, "")}
	for _, f := range told.Files {
		p.AllFiles = append(p.AllFiles, publicationFile{File: f, Label: s.t.Msg("publications.file." + f.Format), Href: publicationPath(told.Label, "files", f.Format),
			SizeKB: int(f.Size+1023) >> 10, Digest: groups(f.SHA256)})
	}
	p.Errors, p.Key = wrong, newKey()
	p.History = historyFor(actor, "publication "+itoa(told.ID))
	p.MayClear = p.MayRate && clearable(told)
	p.MayPrepare = actor.CanPrepare() && told.State == publications.Published && told.Clearance != nil && told.Clearance.Verdict == publications.VerdictCleared
	return s.showAs(c, status, "publications/publication_show", p)
}

// publicationCrumbs lead from the list to a publication; pages below it add
// their own name.
func (s *Server) publicationCrumbs(label string, below ...string) []Crumb {
	crumbs := []Crumb{{Label: s.t.Msg("publications.title"), Href: "/publications"}, {Label: label}}
	if len(below) > 0 {
		crumbs[1].Href = publicationPath(label)
	}
	for _, one := range below {
		crumbs = append(crumbs, Crumb{Label: one})
	}
	return crumbs
}

// readWhole is up to how many commitments a publication is one page to read.
// Of a larger one the page shows the first rows of each table, as the page of
// reports does: with 4,000 commitments it would weigh megabytes.
const readWhole = 100

// readFew is how many updates, and how many papers, a publication shows on the
// page; its files hold them all.
const readFew = 20

// publicationReadPage is what a publication tells, as a page.
type publicationReadPage struct {
	Page
	publications.Told
	About        string
	Cut          bool   // only the first rows stand here
	Whole        []Link // the files that hold all
	Facts        []wording.Fact
	Figs         []Fig
	Nodes        chart.BarChart
	Institutions chart.BarChart
	Months       chart.Months
	Body         template.HTML
	Definitions  []wording.Definition
	Basis        string
	Dialogue     *toldDialogue // of a pack or a record, instead of all this but the facts and figures
}

// tellValue writes on a page what a publication tells.
func (s *Server) tellValue(p *publicationReadPage, v publications.Value) error {
	if v.Status != nil {
		return s.tellReport(p, *v.Status)
	}
	p.Dialogue, p.Facts, p.Figs = tellDialogue(*v.Dialogue), wording.BriefingFacts(s.t, *v.Dialogue), s.briefingFigs(*v.Dialogue)
	return nil
}

// tellReport writes a frozen report on a page: without a link into the plan,
// as its reader may know nothing else.
func (s *Server) tellReport(p *publicationReadPage, status reports.Status) error {
	p.Facts, p.Figs = wording.Facts(s.t, status), s.reportFigs(status, nil)
	p.Nodes = chart.StackedBars(s.t.Msg("report.by_strand"), deliveryWords(s.t), statusBars(s.named(status.ByNode), byNode, nil), chart.Tall)
	p.Institutions = chart.StackedBars(s.t.Msg("report.by_institution"), deliveryWords(s.t), statusBars(status.ByInstitution, byLead, nil), chart.Short)
	p.Months = wording.Months(s.t, status)
	p.Definitions, p.Basis = wording.Definitions(s.t, status), wording.Basis(s.t, status)
	m := marker{t: s.t}
	marks := reporthtml.Marks{Site: true, Status: m.state(statusLooks()), Flag: m.flag, Few: readFew, More: s.t.Msg("reports.more")}
	if p.Cut = status.ByStatus.Total > readWhole; p.Cut {
		p.Months.Rows = p.Months.Rows[:min(len(p.Months.Rows), reportRows)]
		marks.Most, marks.Few = reportRows, 1
	}
	var err error
	p.Body, err = reporthtml.Body(s.t, status, marks)
	return err
}

// publicationRead answers GET /publications/:number/read.
func (s *Server) publicationRead(c echo.Context) error {
	told, err := s.publication(c)
	if err != nil {
		return err
	}
	v, err := s.Publications.Value(c.Request().Context(), actorOf(c), told)
	if err != nil {
		return err
	}
	p := publicationReadPage{Page: s.page(c, told.Title, s.publicationCrumbs(told.Label, s.t.Msg("publications.read"))...), Told: told, About: s.publicationRow(actorOf(c), told).About}
	if err := s.tellValue(&p, v); err != nil {
		return err
	}
	for _, f := range told.Files {
		p.Whole = append(p.Whole, Link{s.t.Msg("publications.file." + f.Format), publicationPath(told.Label, "files", f.Format)})
	}
	return s.show(c, "publications/publication_read", p)
}

// publicationFileTake answers GET /publications/:number/files/:format.
func (s *Server) publicationFileTake(c echo.Context) error {
	f, err := s.Publications.Take(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, readable(c.Param("number")), readable(c.Param("format")))
	if err != nil {
		return err
	}
	return s.sendFile(c, f)
}

// sendFile answers with a file of a publication, to be kept.
func (s *Server) sendFile(c echo.Context, f publications.File) error {
	return s.attach(c, f.Name, publications.MIME(f.Format), f.Body)
}

// publicationDownloadsPage is who took the files of a publication.
type publicationDownloadsPage struct {
	Page
	publications.Told
	Downloads []publications.DownloadTold
}

// publicationDownloads answers GET /publications/:number/downloads.
func (s *Server) publicationDownloads(c echo.Context) error {
	told, err := s.publication(c)
	if err != nil {
		return err
	}
	p := publicationDownloadsPage{Page: s.page(c, s.t.Msg("publications.downloads"), s.publicationCrumbs(told.Label, s.t.Msg("publications.downloads"))...), Told: told}
	if p.Downloads, err = s.Publications.Downloads(c.Request().Context(), actorOf(c), told); err != nil {
		return err
	}
	return s.show(c, "publications/publication_downloads", p)
}
