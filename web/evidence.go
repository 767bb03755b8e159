package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/files"
	"tracker/internal/i18n"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// evidence is the part of the table for files that support updates.
func (s *Server) evidence() []route {
	return []route{
		{get, "/evidence", planReaders, s.evidenceList},
		{get, "/updates/:id/evidence/new", writers, s.evidenceNew},
		{post, "/updates/:id/evidence/new", writers, s.evidenceAdd},
		{get, "/updates/:id/evidence/:paper", planReaders, s.evidenceFile},
		{get, "/updates/:id/evidence/:paper/remove", writers, s.evidenceAsk(removal)},
		{post, "/updates/:id/evidence/:paper/remove", writers, s.evidenceAct(removal)},
		{get, "/updates/:id/evidence/:paper/quarantine", coordinator | administrator, s.quarantineAsk(barring)},
		{post, "/updates/:id/evidence/:paper/quarantine", coordinator | administrator, s.quarantineAct(barring)},
		{get, "/updates/:id/evidence/:paper/lift", coordinator, s.quarantineAsk(lifting)},
		{post, "/updates/:id/evidence/:paper/lift", coordinator, s.quarantineAct(lifting)},
		{get, "/updates/:id/evidence/:paper/purge", administrator, s.evidenceAsk(purging)},
		{post, "/updates/:id/evidence/:paper/purge", administrator, s.evidenceAct(purging)},
	}
}

// filesAtOnce is how many files a form takes.
const filesAtOnce = 3

// fileRow is one file of the form, as typed.
type fileRow struct {
	N                                   int
	Title, Kind, DatedOn, Source, Share string
}

func (r fileRow) typed() bool { return r.Title != "" || r.DatedOn != "" || r.Source != "" }

// evidenceFormPage is the form that adds files to an update.
type evidenceFormPage struct {
	Page
	Update  progress.Told
	Key     string
	Rows    []fileRow
	Kinds   []Option
	Shares  []Option
	Accept  string
	MaxMB   int
	Used    int64 // bytes that the institution's files take
	QuotaMB int
	Again   bool // it was sent, and the files have to be chosen again
}

// MoreOpen says whether something of the second file or the third is wrong or typed.
func (p evidenceFormPage) MoreOpen() bool {
	for _, r := range p.Rows[1:] {
		for _, field := range []string{"file", "title", "kind", "dated_on", "source", "share"} {
			if r.typed() || p.Errors.For(field+"_"+strconv.Itoa(r.N)) != "" {
				return true
			}
		}
	}
	return false
}

// evidenceForm makes the form for an update that the actor may change now.
func (s *Server) evidenceForm(c echo.Context) (evidenceFormPage, error) {
	u, f, err := s.update(c)
	switch {
	case err != nil:
		return evidenceFormPage{}, err
	case !progress.Writes(actorOf(c), u.Update):
		return evidenceFormPage{}, problem.Denied("update.error.not_yours")
	case u.State != progress.Draft && u.State != progress.Returned:
		return evidenceFormPage{}, problem.New(problem.Conflict, "update.error.not_editable")
	}
	title := s.t.Msg("evidence.add.title")
	p := evidenceFormPage{Page: s.page(c, title, s.commitmentCrumbs(actorOf(c), f.Path, u.Ref, title)...), Update: u, Key: newKey(),
		Kinds: s.options("evidence.", progress.EvidenceKinds), Shares: s.options("audience.", progress.Audiences),
		Accept: files.Accept(), MaxMB: files.MostBytes >> 20, QuotaMB: settingsOf(c).EvidenceMB}
	p.Narrow = true
	for n := range filesAtOnce {
		p.Rows = append(p.Rows, fileRow{N: n + 1, Kind: "other", Share: "internal"})
	}
	p.Used, err = s.Progress.Room(c.Request().Context(), u.InstitutionID)
	return p, err
}

// evidenceNew answers GET /updates/:id/evidence/new.
func (s *Server) evidenceNew(c echo.Context) error {
	p, err := s.evidenceForm(c)
	if err != nil {
		return err
	}
	return s.show(c, "updates/evidence_form", p)
}

// evidenceAdd answers POST /updates/:id/evidence/new. Who may not add a file
// is told so before the files are read.
func (s *Server) evidenceAdd(c echo.Context) error {
	defer s.unhurried(c)()
	p, err := s.evidenceForm(c)
	if err != nil {
		return err
	}
	in, err := uploadOf(c, files.MostBytes, mostUpload)
	defer in.close()
	var papers []progress.Paper
	if err == nil {
		papers, err = p.papers(in)
	}
	if err == nil {
		select {
		case s.looking <- struct{}{}: // two at a time: looking into a file takes memory
			err = s.Progress.Attach(c.Request().Context(), actorOf(c), in.line("key"), p.Update.ID, papers)
			<-s.looking
		case <-c.Request().Context().Done():
			err = problem.New(problem.Unavailable, "problem.unavailable")
		}
	}
	if status, wrong, again := s.again(err, p.fields()...); again {
		p.Errors, p.Again = wrong, true
		return s.showAs(c, status, "updates/evidence_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/updates/"+itoa(p.Update.ID), s.t.Msg("evidence.done.added", "n", len(papers)))
}

// papers reads the rows of the form. Those left empty are passed over.
func (p *evidenceFormPage) papers(in upload) ([]progress.Paper, error) {
	var list []progress.Paper
	var check problem.Check
	for i := range p.Rows {
		n := "_" + strconv.Itoa(i+1)
		r := &p.Rows[i]
		*r = fileRow{N: i + 1, Title: in.line("title" + n), Kind: in.line("kind" + n), DatedOn: in.line("dated_on" + n), Source: in.line("source" + n), Share: in.line("share" + n)}
		f, there := in.files["file"+n]
		switch {
		case !there && !r.typed():
			continue
		case !there:
			check.Add("file"+n, "files.error.none")
			continue
		case f.wrong.Key != "":
			check.Add("file"+n, f.wrong.Key, f.wrong.Args...)
			continue
		}
		list = append(list, progress.Paper{Row: r.N, Name: f.name, Title: r.Title, Kind: r.Kind, DatedOn: dayOf(&check, "dated_on"+n, r.DatedOn), Source: r.Source, Share: r.Share, Content: f.content})
	}
	check.Require(len(list) > 0 || check.Err() != nil, "file_1", "files.error.none")
	return list, check.Err()
}

// fields are the form's fields in their order.
func (p evidenceFormPage) fields() (list []string) {
	for _, r := range p.Rows {
		n := "_" + strconv.Itoa(r.N)
		list = append(list, "file"+n, "title"+n, "kind"+n, "dated_on"+n, "source"+n, "share"+n)
	}
	return list
}

// paperID is the number of a piece of evidence in an address.
func paperID(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("paper"), 10, 64)
	if err != nil || id < 1 {
		return 0, problem.Missing()
	}
	return id, nil
}

// evidenceFile answers GET /updates/:id/evidence/:paper with the file.
func (s *Server) evidenceFile(c echo.Context) error {
	id, err := updateID(c)
	if err != nil {
		return err
	}
	paper, err := paperID(c)
	if err != nil {
		return err
	}
	defer s.unhurried(c)()
	looked, err := s.look(c.Request().Context())
	if err != nil {
		return err
	}
	f, err := s.Progress.Open(c.Request().Context(), actorOf(c), id, paper)
	looked()
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	return s.giveOut(c, f.Name, f.MediaType, f.Size, f)
}

// paperOf is a file of an update as the actor may see them.
func (s *Server) paperOf(c echo.Context) (progress.Told, reports.CommitmentFile, progress.Evidence, error) {
	u, f, err := s.update(c)
	if err != nil {
		return u, f, progress.Evidence{}, err
	}
	id, err := paperID(c)
	for _, e := range u.Evidence {
		if err == nil && e.ID == id && e.File != nil {
			return u, f, e, nil
		}
	}
	return u, f, progress.Evidence{}, problem.Missing()
}

// fileAct is what is done to a file after a question.
type fileAct struct {
	name string // in message keys
	may  func(actor accounts.Actor, u progress.Update, f progress.File) error
	run  func(s *Server, ctx context.Context, actor accounts.Actor, key string, update, paper, version int64) error
}

var removal = fileAct{"remove", func(actor accounts.Actor, u progress.Update, _ progress.File) error {
	switch {
	case !progress.Writes(actor, u):
		return problem.Denied("update.error.not_yours")
	case u.State != progress.Draft && u.State != progress.Returned:
		return problem.New(problem.Conflict, "update.error.not_editable")
	}
	return nil
}, func(s *Server, ctx context.Context, actor accounts.Actor, key string, update, paper, version int64) error {
	return s.Progress.Detach(ctx, actor, key, update, paper, version)
}}

var purging = fileAct{"purge", func(actor accounts.Actor, _ progress.Update, f progress.File) error {
	if !progress.CanPurge(actor, f) {
		return problem.New(problem.Conflict, "evidence.error.not_quarantined")
	}
	return nil
}, func(s *Server, ctx context.Context, actor accounts.Actor, key string, update, paper, version int64) error {
	return s.Progress.Purge(ctx, actor, key, update, paper, version)
}}

// evidenceAsk asks whether a file is to be taken away, or deleted for good.
func (s *Server) evidenceAsk(act fileAct) echo.HandlerFunc {
	return func(c echo.Context) error {
		return s.askOfFile(c, act, http.StatusOK, nil)
	}
}

func (s *Server) askOfFile(c echo.Context, act fileAct, status int, wrong FieldErrors) error {
	u, f, e, err := s.paperOf(c)
	if err == nil {
		err = act.may(actorOf(c), u.Update, *e.File)
	}
	if err != nil {
		return err
	}
	question := s.t.Msg("evidence." + act.name + ".title")
	p := confirmPage{Page: s.page(c, question, s.commitmentCrumbs(actorOf(c), f.Path, u.Ref, question)...), Ref: u.Ref, Heading: e.Title, Question: question,
		Quote: e.File.Name, Points: []string{s.t.Msg("evidence." + act.name + ".point"), s.t.Msg("evidence." + act.name + ".stays")},
		Button: s.t.Msg("evidence." + act.name + ".yes"), Cancel: "/updates/" + itoa(u.ID), Version: e.File.Version}
	p.Errors = wrong
	return s.showConfirm(c, status, p)
}

// evidenceAct takes a file away, or deletes it for good.
func (s *Server) evidenceAct(act fileAct) echo.HandlerFunc {
	return func(c echo.Context) error {
		form, err := typedOf(c)
		if err != nil {
			return err
		}
		update, err := updateID(c)
		if err != nil {
			return err
		}
		paper, err := paperID(c)
		if err != nil {
			return err
		}
		err = act.run(s, c.Request().Context(), actorOf(c), form.line("key"), update, paper, form.number("version"))
		if status, wrong, again := s.again(err); again {
			if e := s.askOfFile(c, act, status, wrong); e == nil {
				return nil
			}
			return err
		}
		if err != nil {
			return err
		}
		return s.done(c, "/updates/"+itoa(update), s.t.Msg("evidence."+act.name+".done"))
	}
}

// quarantinePage asks why a file is not to be given out any more, or is again.
type quarantinePage struct {
	Page
	Update  progress.Told
	Paper   progress.Evidence
	Act     string // in message keys
	Key     string
	Version int64
	Reason  string
}

// quarantineStep puts a file into quarantine or takes it out, with a reason.
type quarantineStep struct {
	name string // in message keys
	may  func(actor accounts.Actor, f progress.File) error
	run  func(s *Server, ctx context.Context, actor accounts.Actor, key string, update, paper, version int64, reason string) error
}

var barring = quarantineStep{"quarantine", func(actor accounts.Actor, f progress.File) error {
	if !progress.CanQuarantine(actor, f) {
		return problem.New(problem.Conflict, "evidence.error.quarantined")
	}
	return nil
}, func(s *Server, ctx context.Context, actor accounts.Actor, key string, update, paper, version int64, reason string) error {
	return s.Progress.Quarantine(ctx, actor, key, update, paper, version, reason)
}}

var lifting = quarantineStep{"lift", progress.CanLift, func(s *Server, ctx context.Context, actor accounts.Actor, key string, update, paper, version int64, reason string) error {
	return s.Progress.Lift(ctx, actor, key, update, paper, version, reason)
}}

func (s *Server) quarantinePage(c echo.Context, step quarantineStep) (quarantinePage, error) {
	u, f, e, err := s.paperOf(c)
	if err == nil {
		err = step.may(actorOf(c), *e.File)
	}
	if err != nil {
		return quarantinePage{}, err
	}
	title := s.t.Msg("evidence." + step.name + ".title")
	p := quarantinePage{Page: s.page(c, title, s.commitmentCrumbs(actorOf(c), f.Path, u.Ref, title)...), Update: u, Paper: e, Act: step.name, Key: newKey(), Version: e.File.Version}
	p.Narrow = true
	return p, nil
}

// quarantineAsk asks for the reason of a step.
func (s *Server) quarantineAsk(step quarantineStep) echo.HandlerFunc {
	return func(c echo.Context) error {
		p, err := s.quarantinePage(c, step)
		if err != nil {
			return err
		}
		return s.show(c, "updates/evidence_quarantine", p)
	}
}

// quarantineAct takes the step.
func (s *Server) quarantineAct(step quarantineStep) echo.HandlerFunc {
	return func(c echo.Context) error {
		form, err := typedOf(c)
		if err != nil {
			return err
		}
		u, _, e, err := s.paperOf(c)
		if err != nil {
			return err
		}
		err = step.run(s, c.Request().Context(), actorOf(c), form.line("key"), u.ID, e.ID, form.number("version"), form.text("reason"))
		if status, wrong, again := s.again(err, "reason"); again {
			p, e := s.quarantinePage(c, step)
			if e != nil {
				return err
			}
			p.Reason, p.Errors = form.text("reason"), wrong
			return s.showAs(c, status, "updates/evidence_quarantine", p)
		}
		if err != nil {
			return err
		}
		return s.done(c, "/updates/"+itoa(u.ID), s.t.Msg("evidence."+step.name+".done"))
	}
}

// paperHref is where a piece of evidence is found.
func paperHref(e progress.Evidence) string {
	if e.FileID == nil {
		return e.URL
	}
	return "/updates/" + itoa(e.UpdateID) + "/evidence/" + itoa(e.ID)
}

// fileSize is the size of a file in words.
func fileSize(t *i18n.T, n int64) string {
	switch {
	case n >= 10<<20:
		return t.Msg("evidence.mb", "n", strconv.FormatInt(n>>20, 10))
	case n >= 1<<20:
		return t.Msg("evidence.mb", "n", strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64))
	}
	return t.Msg("evidence.kb", "n", strconv.FormatInt((n+1023)>>10, 10))
}
