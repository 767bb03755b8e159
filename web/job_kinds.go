package web

import (
	"bytes"
	"context"
	"net/url"
	"slices"
	"strings"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/jobs"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/reports"
	"tracker/internal/reports/forms"
	"tracker/internal/reports/publications"
)

// writtenAtOnce is up to how many commitments a report is written while its
// reader waits. A workbook of 4,000 with their 40,000 updates took 2.9 s of
// processor time, a PDF 2.2 s (BenchmarkPages, SQLite): a quarter of that stays
// under two seconds also on a machine half as fast. A report of more is made
// by a job.
const writtenAtOnce = 1000

// checkedAtOnce is up to how many entries the trail is checked while its
// auditor waits. 10,000 entries with two texts each took 0.21 s on SQLite and
// 0.27 s on PostgreSQL, on a busy machine: this many about one second.
const checkedAtOnce = 40_000

// The kinds of jobs.
const (
	jobReport     = "report"      // writes a status report to a file
	jobPrepare    = "prepare"     // freezes a report that is to be published
	jobPreview    = "preview"     // writes a file of what was prepared
	jobPublish    = "publish"     // publishes what was prepared
	jobVerify     = "verify"      // checks the audit trail
	jobImportRead = "import_read" // reads a file that was sent
	jobImportTake = "import_take" // takes it
)

// reportAsked is what a job that writes a report was asked for.
type reportAsked struct {
	Query string `json:"query"` // the address of the page without its path
	Form  string `json:"form"`
}

// kinds are the jobs that this server does.
func (s *Server) kinds() map[string]jobs.Run {
	return map[string]jobs.Run{jobReport: s.writeReport, jobPrepare: s.prepareReport, jobPreview: s.writePreview, jobPublish: s.publishPrepared, jobVerify: s.checkTrail,
		jobImportRead: s.readImport, jobImportTake: s.takeImport}
}

// Work does jobs until ctx ends.
func (s *Server) Work(ctx context.Context) {
	s.worker.Run(ctx, func(err error) { s.Log.Error("job failed", "error", err) })
}

// begin reads what a job was asked for, and who asked with the rights that
// they have now.
func begin[T any](ctx context.Context, s *Server, j jobs.Job) (asked T, actor accounts.Actor, err error) {
	if err := j.Read(&asked); err != nil {
		return asked, actor, err
	}
	actor, err = s.Accounts.JobActor(ctx, j)
	return asked, actor, err
}

// writeReport builds and writes a report with the rights that the person has
// now.
func (s *Server) writeReport(ctx context.Context, j jobs.Job, tell jobs.Tell) (jobs.Made, error) {
	asked, actor, err := begin[reportAsked](ctx, s, j)
	if err != nil {
		return jobs.Made{}, err
	}
	form, known := forms.Of(asked.Form)
	v, err := url.ParseQuery(asked.Query)
	if err != nil || !known {
		return jobs.Made{}, problem.New(problem.Invalid, "problem.invalid")
	}
	set, err := s.Accounts.Settings(ctx)
	if err != nil {
		return jobs.Made{}, err
	}
	if err := tell("reading", 0, 0); err != nil {
		return jobs.Made{}, err
	}
	status, err := s.buildReport(ctx, actor, set, v, reports.Preview{})
	if err != nil {
		return jobs.Made{}, err
	}
	if err := tell("writing", 0, 0); err != nil {
		return jobs.Made{}, err
	}
	var b bytes.Buffer
	err = form.Write(&b, s.t, status)
	return jobs.Made{File: jobs.File{Name: status.FileName(form.Name), Type: form.MIME, Content: b.Bytes()}}, err
}

// prepareAsked is what is to be prepared for publication: the report, and what
// only its form asks.
type prepareAsked struct {
	Query   string   `json:"query"`
	Title   string   `json:"title"`
	Readers []string `json:"readers"` // codes of institutions
}

// prepareMade is what came of it.
type prepareMade struct {
	ID int64 `json:"id"`
}

// prepareReport freezes a report as the person who asked, with the rights that
// they have now.
func (s *Server) prepareReport(ctx context.Context, j jobs.Job, tell jobs.Tell) (jobs.Made, error) {
	asked, actor, err := begin[prepareAsked](ctx, s, j)
	if err != nil {
		return jobs.Made{}, err
	}
	set, err := s.Accounts.Settings(ctx)
	if err != nil {
		return jobs.Made{}, err
	}
	in, err := s.preparation(ctx, actor, set, asked)
	if err != nil {
		return jobs.Made{}, err
	}
	if err := tell("reading", 0, 0); err != nil {
		return jobs.Made{}, err
	}
	id, err := s.Publications.Prepare(ctx, actor, "prepared by job "+itoa(j.ID), s.about(set), in)
	return jobs.Made{Result: prepareMade{id}}, err
}

// previewAsked is what a job that writes a file of what was prepared was asked
// for, and what is said of it meanwhile.
type previewAsked struct {
	ID       int64            `json:"id"`
	Form     string           `json:"form"`
	AsOf     calendar.Date    `json:"as_of"`
	Audience reports.Audience `json:"audience"`
}

// writePreview writes a file of what was prepared for a person who may see it
// now.
func (s *Server) writePreview(ctx context.Context, j jobs.Job, tell jobs.Tell) (jobs.Made, error) {
	asked, actor, err := begin[previewAsked](ctx, s, j)
	if err != nil {
		return jobs.Made{}, err
	}
	told, err := s.Publications.Prepared(ctx, actor, j.Country, asked.ID)
	if err != nil {
		return jobs.Made{}, err
	}
	if err := tell("writing", 0, 0); err != nil {
		return jobs.Made{}, err
	}
	v, err := s.Publications.Value(ctx, actor, told)
	if err != nil {
		return jobs.Made{}, err
	}
	f, err := s.Publications.Preview(v, asked.Form)
	return jobs.Made{File: jobs.File{Name: f.Name, Type: publications.MIME(f.Format), Content: f.Body}}, err
}

// publishAsked is what a job that publishes was asked for: the publication, and
// what is said of it meanwhile.
type publishAsked struct {
	ID       int64            `json:"id"`
	Version  int64            `json:"version"`
	AsOf     calendar.Date    `json:"as_of"`
	Audience reports.Audience `json:"audience"`
}

// key is that of the publishing itself, the same however often it is tried: a
// worker that takes the job up finds by it what another one did before it died.
func (a publishAsked) key() string { return "publish " + itoa(a.ID) + ", version " + itoa(a.Version) }

// publishMade is what came of it.
type publishMade struct {
	Label string `json:"label"`
}

// publishPrepared publishes as the person who pressed the button, with the
// rights that they have now.
func (s *Server) publishPrepared(ctx context.Context, j jobs.Job, tell jobs.Tell) (jobs.Made, error) {
	asked, actor, err := begin[publishAsked](ctx, s, j)
	if err != nil {
		return jobs.Made{}, err
	}
	if err := tell("publishing", 0, 0); err != nil {
		return jobs.Made{}, err
	}
	label, err := s.Publications.Publish(ctx, actor, asked.key(), asked.ID, asked.Version)
	return jobs.Made{Result: publishMade{label}}, err
}

// publishingOf is the actor's own job that publishes what was prepared, while
// it is not over.
func (s *Server) publishingOf(ctx context.Context, actor accounts.Actor, told publications.Told) (jobs.Job, bool, error) {
	return s.openJob(ctx, actor, jobPublish, func(j jobs.Job) bool {
		var asked publishAsked
		return j.Read(&asked) == nil && asked.ID == told.ID
	})
}

// checkTrail checks the trail for an auditor.
func (s *Server) checkTrail(ctx context.Context, j jobs.Job, tell jobs.Tell) (jobs.Made, error) {
	actor, err := s.Accounts.JobActor(ctx, j)
	if err != nil {
		return jobs.Made{}, err
	}
	found, err := s.Accounts.VerifyTrail(ctx, actor, func(done, total int64) error { return tell("checking", int(done), int(total)) })
	return jobs.Made{Result: found}, err
}

// jobWords say of each kind what was asked and what came of it.
func (s *Server) jobWords() map[string]func(*jobView) {
	return map[string]func(*jobView){jobReport: s.reportWords, jobPrepare: s.prepareWords, jobPreview: s.previewWords, jobPublish: s.publishWords, jobVerify: s.verifyWords,
		jobImportRead: s.importWords, jobImportTake: s.importWords}
}

// reportWords says what report was asked for.
func (s *Server) reportWords(v *jobView) {
	var asked reportAsked
	if v.Read(&asked) != nil {
		return
	}
	q, err := url.ParseQuery(asked.Query)
	form, known := forms.Of(asked.Form)
	if err != nil || !known {
		return
	}
	q = reportValues(q)
	v.What = s.t.Msg("jobs.kind.report", "form", s.t.Msg("reports.file."+form.Name))
	v.Asked, v.Change = Link{s.t.Msg("jobs.open"), address("/reports", q)}, s.t.Msg("jobs.change")
	s.tellAsked(v, q)
}

// tellAsked says in a job's words of which report a query is.
func (s *Server) tellAsked(v *jobView, q url.Values) {
	if d, err := calendar.ParseHuman(q.Get("as_of")); err == nil {
		v.Day = s.t.Date(d)
	}
	audience := plan.Internal
	if a := reports.Audience(q.Get("audience")); slices.Contains(plan.Audiences, a) {
		audience = a
	}
	v.Edition = s.t.Msg("report.audience." + string(audience))
	v.Narrow = strings.Join(slices.Concat(q["institution"], q["node"], q["mechanism"]), ", ")
}

// prepareWords says what is prepared for publication, and where it is then.
func (s *Server) prepareWords(v *jobView) {
	var asked prepareAsked
	if v.Read(&asked) != nil {
		return
	}
	q, err := url.ParseQuery(asked.Query)
	if err != nil {
		return
	}
	q = reportValues(q)
	v.What, v.Ended = s.t.Msg("jobs.kind.prepare"), s.t.Msg("jobs.done.prepare")
	v.Asked, v.Change = Link{s.t.Msg("jobs.open"), address("/reports", q)}, s.t.Msg("jobs.change")
	s.tellAsked(v, q)
	var made prepareMade
	if v.ReadResult(&made) == nil && made.ID != 0 {
		v.Made = Link{s.t.Msg("jobs.made.prepare"), preparedPath(made.ID)}
	}
}

// previewWords says of what a file is written.
func (s *Server) previewWords(v *jobView) {
	var asked previewAsked
	if v.Read(&asked) != nil {
		return
	}
	v.What = s.t.Msg("jobs.kind.preview", "form", s.t.Msg("reports.file."+asked.Form))
	v.Asked, v.Change = Link{s.t.Msg("jobs.open.publish"), preparedPath(asked.ID)}, s.t.Msg("jobs.open.publish")
	v.Day, v.Edition = s.t.Date(asked.AsOf), s.t.Msg("report.audience."+string(asked.Audience))
}

// publishWords says what is published, and where it is then.
func (s *Server) publishWords(v *jobView) {
	var asked publishAsked
	if v.Read(&asked) != nil {
		return
	}
	v.What, v.Ended = s.t.Msg("jobs.kind.publish"), s.t.Msg("jobs.done.publish")
	v.Asked, v.Change = Link{s.t.Msg("jobs.open.publish"), preparedPath(asked.ID)}, s.t.Msg("jobs.open.publish")
	v.Day, v.Edition = s.t.Date(asked.AsOf), s.t.Msg("report.audience."+string(asked.Audience))
	var made publishMade
	if v.ReadResult(&made) == nil && made.Label != "" {
		v.Made = Link{s.t.Msg("jobs.made.publish", "number", made.Label), publicationPath(made.Label)}
	}
}

// verifyWords says what the check of the trail found.
func (s *Server) verifyWords(v *jobView) {
	v.What, v.Ended = s.t.Msg("jobs.kind.verify"), s.t.Msg("jobs.done.verify")
	var found audit.Report
	if v.Result != "" && v.ReadResult(&found) == nil {
		v.Made, v.Trail = Link{s.t.Msg("jobs.made.verify"), "/audit"}, s.trailVerdict(found)
	}
}
