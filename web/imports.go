package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/files"
	"tracker/internal/jobs"
	"tracker/internal/problem"
	"tracker/internal/workbook"
	"tracker/internal/workbook/lists"
	"tracker/internal/workbook/template"
)

// imports is the part of the table for files that people send to be taken in.
func (s *Server) imports() []route {
	return []route{
		{get, importsPath, senders, s.importsForm},
		{post, importsPath, senders, s.importsSend},
		{get, "/import/template.xlsx", coordinator, s.importsTemplate},
		{get, "/import/:id", senders, s.importsShow},
		{post, "/import/:id", senders, s.importsAnswer},
		{get, "/import/:id/report.xlsx", senders, s.importsReport},
		{post, "/import/:id/discard", senders, s.importsDiscard},
	}
}

const importsPath = "/import"

func importPath(id int64) string { return importsPath + "/" + itoa(id) }

// readAtOnce is up to how many rows a file is read and taken while its sender
// waits; a job does it with a longer one. A matrix of 5,000 rows takes about a
// second to read (BenchmarkReadNationalMatrix) and some more to compare.
const readAtOnce = 1500

// mostImportForm bounds a form with one file, in bytes.
const mostImportForm = files.MostBytes + 1<<20

// importsPage is the form that takes a file, above those that were sent.
type importsPage struct {
	Page
	Kinds []Option
	Kind  string
	Key   string
	MaxMB int
	Plans bool // a plan can be brought in
	Lists bool
	Files []importLine
}

// importLine is a file that was sent.
type importLine struct {
	workbook.Import
	What, Stands string
	Href         string
}

// importKinds are the kinds of files that an actor may send. The value of one
// is its name, with what it is for behind a colon.
func (s *Server) importKinds(actor accounts.Actor) (list []Option) {
	values := []string{"updates", "plan"}
	for _, name := range lists.Names(actor) {
		values = append(values, "list:"+name)
	}
	for _, value := range values {
		name, about, _ := strings.Cut(value, ":")
		if _, err := s.Workbooks.KindFor(actor, name, about); err == nil {
			list = append(list, Option{Value: value, Label: s.importWhat(name, about), Hint: s.t.Msg("workbook.what." + name + ".hint")})
		}
	}
	return list
}

// importWhat names a kind of file in words.
func (s *Server) importWhat(kind, about string) string {
	if about != "" {
		about = strings.ToLower(s.t.Msg("lists.name." + about))
	}
	return s.t.Msg("workbook.what."+kind, "about", about)
}

func (s *Server) importsPage(c echo.Context) (importsPage, error) {
	title := s.t.Msg("workbook.title")
	p := importsPage{Page: s.page(c, title, Crumb{Label: title}), Key: newKey(), MaxMB: files.MostBytes >> 20, Kinds: s.importKinds(actorOf(c))}
	if len(p.Kinds) == 0 {
		return p, problem.Missing()
	}
	p.Kind, p.Plans, p.Lists = p.Kinds[0].Value, actorOf(c).CanChangePlan(), len(lists.Names(actorOf(c))) > 0
	if asked := c.QueryParam("what"); asked != "" {
		p.Kind = asked
	}
	list, err := s.Workbooks.List(c.Request().Context(), actorOf(c))
	for _, i := range list {
		p.Files = append(p.Files, importLine{Import: i, What: s.importWhat(i.Kind, i.About), Stands: s.t.Msg("workbook.state." + string(i.State)), Href: importPath(i.ID)})
	}
	return p, err
}

// importsTemplate answers GET /import/template.xlsx: a matrix to fill in, with
// the years of the newest framework, or the next five, in the language in the
// address or English.
func (s *Server) importsTemplate(c echo.Context) error {
	ctx, actor, set, today := c.Request().Context(), actorOf(c), settingsOf(c), s.Clock.Today()
	trees, err := s.Plan.Frameworks(ctx, actor, set.CountryCode)
	if err != nil {
		return err
	}
	p := template.Plan{FirstYear: today.Year(), LastYear: today.Year() + 4, Demonstration: set.Demonstration}
	for _, f := range trees {
		if f.EndsOn.After(today) && f.EndsOn.Year()-f.StartsOn.Year() < 10 {
			p.FirstYear, p.LastYear = f.StartsOn.Year(), f.EndsOn.Year()
		}
	}
	p.Currencies = []string{set.Currency}
	for _, code := range []string{"USD", "EUR"} {
		if code != set.Currency {
			p.Currencies = append(p.Currencies, code)
		}
	}
	list, err := s.Accounts.Institutions(ctx)
	if err != nil {
		return err
	}
	var institutions []template.Institution
	for _, i := range list {
		if i.InForce(today) && i.Kind != accounts.PartnerOutside {
			institutions = append(institutions, template.Institution{Code: i.Code, Name: i.Name})
		}
	}
	t, err := s.textsIn(c.QueryParam("lang"))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := template.Write(&b, t, institutions, p); err != nil {
		return err
	}
	name := "plan-to-fill-in"
	if t.Lang() != s.t.Lang() {
		name += "-" + t.Lang()
	}
	if set.Demonstration {
		name += "-DEMONSTRATION"
	}
	return s.attach(c, name+".xlsx", typeWorkbook, b.Bytes())
}

// importsForm answers GET /import.
func (s *Server) importsForm(c echo.Context) error {
	p, err := s.importsPage(c)
	if err != nil {
		return err
	}
	return s.show(c, "imports/import_form", p)
}

// importsSend answers POST /import: it reads what was sent, or has a job read
// it, and leads to what was found. What cannot be read stays with its sender.
func (s *Server) importsSend(c echo.Context) error {
	defer s.unhurried(c)()
	p, err := s.importsPage(c)
	if err != nil {
		return err
	}
	in, err := uploadOf(c, files.MostBytes, mostImportForm)
	defer in.close()
	p.Kind = in.line("what")
	var id int64
	if err == nil || in.files["file"].wrong.Key != "" { // one file is too large by itself, never together with others
		id, err = s.sendImport(c, in)
	}
	if status, wrong, again := s.again(beside("file", err), "what", "file"); again {
		p.Errors = wrong
		return s.showAs(c, status, "imports/import_form", p)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, importPath(id))
}

// sendImport keeps the file of a form and has it read.
func (s *Server) sendImport(c echo.Context, in upload) (int64, error) {
	ctx, actor := c.Request().Context(), actorOf(c)
	g, err := givenOf(in)
	if err != nil {
		return 0, err
	}
	g.Country = settingsOf(c).CountryCode
	if _, err := s.Workbooks.KindFor(actor, g.Kind, g.About); err != nil {
		return 0, err
	}
	looked, err := s.look(ctx)
	if err != nil {
		return 0, err
	}
	defer looked()
	rows, err := g.Rows()
	if err != nil {
		return 0, err
	}
	if rows > s.readNow && actor.CanReadWholePlan() {
		id, err := s.Workbooks.Send(ctx, actor, in.text("key"), g, nil)
		if err != nil {
			return 0, err
		}
		return id, s.importJob(c, "read "+in.text("key"), jobImportRead, id, g.Name)
	}
	o, err := s.Workbooks.Tell(ctx, actor, g, nil, nil)
	if err != nil {
		return 0, err
	}
	return s.Workbooks.Send(ctx, actor, in.text("key"), g, &o)
}

// look waits until a file may be looked into, two at a time since that takes
// memory. Call what it gives afterwards.
func (s *Server) look(ctx context.Context) (looked func(), err error) {
	select {
	case s.looking <- struct{}{}:
		return func() { <-s.looking }, nil
	case <-ctx.Done():
		return nil, problem.New(problem.Unavailable, "problem.unavailable")
	}
}

// givenOf is the file of a form.
func givenOf(in upload) (workbook.Given, error) {
	g := workbook.Given{}
	g.Kind, g.About, _ = strings.Cut(in.line("what"), ":")
	f := in.files["file"]
	switch {
	case f.wrong.Key != "":
		return g, problem.New(problem.Invalid, f.wrong.Key, f.wrong.Args...)
	case f.content == nil:
		return g, problem.New(problem.Invalid, "workbook.error.file")
	}
	var err error
	g.Name = f.name
	g.Content, err = io.ReadAll(f.content)
	return g, err
}

// importJob has a job read or take a file.
func (s *Server) importJob(c echo.Context, key, kind string, id int64, name string) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	job, err := s.Accounts.AskJob(ctx, actor, short(key), settingsOf(c).CountryCode, kind, importAsked{id, name})
	if err != nil {
		return err
	}
	s.worker.Wake()
	return s.Workbooks.WorkedBy(ctx, actor, id, job)
}

// short cuts a key to what a form's key may be long.
func short(key string) string { return key[:min(len(key), 64)] }

// importsAnswer answers POST /import/:id: it reads the file anew with what was
// answered, and takes it where that was asked and nothing is open.
func (s *Server) importsAnswer(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	id, err := pathID(c)
	if err != nil {
		return err
	}
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	i, err := s.Workbooks.Import(ctx, actor, id)
	if err != nil {
		return err
	}
	if i.State == workbook.Taken {
		return s.done(c, importPath(id), s.t.Msg("workbook.taken_before"))
	}
	looked, err := s.look(ctx)
	if err != nil {
		return err
	}
	defer looked()
	answers, others := importAnswers(t, i)
	o, err := s.Workbooks.Reread(ctx, actor, t.text("key"), id, answers, nil)
	if why, wrong := invalid(err); wrong {
		return s.importTyped(c, i, answers, why)
	}
	if conflict(err) { // a second press of the button, while the first is at work
		return s.done(c, importPath(id), s.t.Msg("workbook.sent_twice"))
	}
	if err != nil {
		return err
	}
	switch {
	case t.line("step") != "take" || others: // nothing is taken that nobody saw
		return s.done(c, importPath(id), s.t.Msg("workbook.read_again"))
	case o.Differs(i.Outcome):
		return s.done(c, importPath(id), s.t.Msg("workbook.error.moved"))
	case o.Blocked():
		return s.done(c, importPath(id), s.t.Msg("workbook.not_yet"))
	case len(o.Rows) > s.readNow && actor.CanReadWholePlan():
		if err := s.importJob(c, "take "+t.text("key"), jobImportTake, id, i.FileName); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, importPath(id))
	}
	o, err = s.Workbooks.TakeKept(ctx, actor, id)
	if _, wrong := invalid(err); wrong && o.Blocked() {
		return s.done(c, importPath(id), s.t.Msg("workbook.not_yet"))
	}
	if conflict(err) {
		return s.done(c, importPath(id), s.t.Msg("workbook.error.moved"))
	}
	if err != nil {
		return err
	}
	return s.done(c, importPath(id), s.t.Msg("workbook.taken", "new", o.Count(workbook.New), "changed", o.Count(workbook.Changed)))
}

// importAnswers are the answers of a form; others says that they are not those
// that its page was made with. A column is told only where another answer was
// chosen than the one that is proposed: what was told wins over everything that
// is read.
func importAnswers(t typed, i workbook.Import) (a workbook.Answers, others bool) {
	a = workbook.Answers{}
	for _, q := range i.Outcome.Questions {
		answer := t.line("a." + q.ID)
		if answer != "" && (q.Group != "columns" || answer != q.Answer) {
			a[q.ID] = answer
		}
		others = others || q.Open || answer != "" && answer != q.Answer
		for _, f := range q.Fields {
			if t.has("a." + f.ID) {
				a[f.ID] = t.line("a." + f.ID)
				others = others || a[f.ID] != f.Value
			}
		}
	}
	if t.has("asks_remember") {
		a["remember"] = t.line("remember")
	}
	return a, others
}

// importsReport answers GET /import/:id/report.xlsx.
func (s *Server) importsReport(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	looked, err := s.look(c.Request().Context())
	if err != nil {
		return err
	}
	defer looked()
	i, book, err := s.Workbooks.Book(c.Request().Context(), actorOf(c), id)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := workbook.WriteReport(&b, s.t, book, i.Outcome); err != nil {
		return err
	}
	return s.attach(c, "import-"+itoa(i.ID)+"-report.xlsx", typeWorkbook, b.Bytes())
}

// importsDiscard answers POST /import/:id/discard.
func (s *Server) importsDiscard(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	if err := s.Workbooks.Discard(c.Request().Context(), actorOf(c), t.text("key"), id); err != nil {
		return err
	}
	return s.done(c, importsPath, s.t.Msg("workbook.discarded"))
}

// importWait is how far the job of a file is; the zero value waits for none.
func (s *Server) importWait(c echo.Context, i workbook.Import) (v *jobView, every int) {
	if i.JobID == nil {
		return nil, 0
	}
	j, err := s.Accounts.Job(c.Request().Context(), actorOf(c), *i.JobID)
	if err != nil || j.State == jobs.Done {
		return nil, 0
	}
	view := s.jobView(j)
	if !j.Over() && c.QueryParam("still") == "" && time.Since(j.CreatedAt) < jobWatched {
		every = jobEvery
	}
	return &view, every
}
