package web

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"tracker/internal/calendar"
	"tracker/internal/jobs"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/reports"
	"tracker/internal/reports/forms"
)

// writtenAtOnce is up to how many commitments a report is written while its
// reader waits. A workbook of 4,000 with their 40,000 updates took 2.9 s of
// processor time, a PDF 2.2 s (BenchmarkPages, SQLite): a quarter of that stays
// under two seconds also on a machine half as fast. A report of more is made
// by a job.
const writtenAtOnce = 1000

// jobReport is the kind of job that writes a status report to a file.
const jobReport = "report"

// reportAsked is what a job that writes a report was asked for.
type reportAsked struct {
	Query string `json:"query"` // the address of the page without its path
	Form  string `json:"form"`
}

// background is the part of the table for what is made by jobs.
func (s *Server) background() []route {
	return []route{
		{post, "/reports/files", planReaders, s.reportAsk},
		{get, "/jobs", planReaders, s.jobList},
		{get, "/jobs/:id", planReaders, s.jobShow},
		{get, "/jobs/:id/file", planReaders, s.jobFile},
		{post, "/jobs/:id/again", planReaders, s.jobAgain},
	}
}

// kinds are the jobs that this server does.
func (s *Server) kinds() map[string]jobs.Run {
	return map[string]jobs.Run{jobReport: s.writeReport}
}

// Work does jobs until ctx ends.
func (s *Server) Work(ctx context.Context) {
	s.worker.Run(ctx, func(err error) { s.Log.Error("job failed", "error", err) })
}

// writeReport builds and writes a report with the rights that the person has
// now.
func (s *Server) writeReport(ctx context.Context, j jobs.Job, tell jobs.Tell) (jobs.File, error) {
	var asked reportAsked
	if err := j.Read(&asked); err != nil {
		return jobs.File{}, err
	}
	form, known := forms.Of(asked.Form)
	v, err := url.ParseQuery(asked.Query)
	if err != nil || !known {
		return jobs.File{}, problem.New(problem.Invalid, "problem.invalid")
	}
	actor, err := s.Accounts.JobActor(ctx, j)
	if err != nil {
		return jobs.File{}, err
	}
	set, err := s.Accounts.Settings(ctx)
	if err != nil {
		return jobs.File{}, err
	}
	if err := tell("reading", 0, 0); err != nil {
		return jobs.File{}, err
	}
	status, err := s.buildReport(ctx, actor, set, v)
	if err != nil {
		return jobs.File{}, err
	}
	if err := tell("writing", 0, 0); err != nil {
		return jobs.File{}, err
	}
	var b bytes.Buffer
	err = form.Write(&b, s.t, status)
	return jobs.File{Name: status.FileName(form.Name), Type: form.MIME, Content: b.Bytes()}, err
}

// reportAsk has a report made as a file by a job.
func (s *Server) reportAsk(c echo.Context) error {
	ctx, actor, set := c.Request().Context(), actorOf(c), settingsOf(c)
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	form, known := forms.Of(t.text("form"))
	given, err := url.ParseQuery(t.text("query"))
	if err != nil || !known || !actor.CanReadWholePlan() {
		return problem.Missing()
	}
	v := reportValues(given)
	q, err := s.askedReport(ctx, actor, set, v)
	if _, ok := invalid(err); ok {
		return c.Redirect(http.StatusSeeOther, address("/reports", v))
	}
	if err != nil {
		return err
	}
	v.Set("as_of", q.D.String()) // today may be over when the job begins
	id, err := s.Accounts.AskJob(ctx, actor, t.text("key"), set.CountryCode, jobReport, reportAsked{v.Encode(), form.Name})
	if wrong, ok := invalid(err); ok {
		return s.jobsPage(c, http.StatusUnprocessableEntity, Problems(s.t, wrong))
	}
	if err != nil {
		return err
	}
	s.worker.Wake()
	return c.Redirect(http.StatusSeeOther, jobPath(id))
}

func jobPath(id int64) string { return "/jobs/" + strconv.FormatInt(id, 10) }

// jobView is a job in words.
type jobView struct {
	jobs.Job
	What    string // "Status report as PDF"
	Asked   string // the address of what was asked, empty where it has none
	Day     string
	Edition string
	Narrow  string // what it was narrowed down to
	Href    string
	Doing   string // what happens now
	Running string // for how long, empty before it began
	Why     string // it failed
	Size    string
}

type jobListPage struct {
	Page
	Jobs []jobView
}

type jobShowPage struct {
	Page
	Job   jobView
	Key   string
	Every int  // seconds after which the page loads again by itself; 0: it does not
	Still bool // its reader stopped that
}

// The page of a job that is not over loads again every jobEvery seconds, at
// the most jobWatched after it was asked for: a page that is left open must
// not keep a session from ending.
const (
	jobEvery   = 2
	jobWatched = 10 * time.Minute
)

// jobView puts a job into words.
func (s *Server) jobView(j jobs.Job) jobView {
	v := jobView{Job: j, Href: jobPath(j.ID), What: s.t.Msg("jobs.kind.other"), Size: s.fileSize(j.FileSize)}
	var asked reportAsked
	if err := j.Read(&asked); err == nil && j.Kind == jobReport {
		s.reportWords(&v, asked)
	}
	switch {
	case j.State == jobs.Failed && s.t.Has(j.ErrorKey):
		v.Why = s.t.Msg(j.ErrorKey)
	case j.State == jobs.Failed:
		v.Why = s.t.Msg("jobs.error.failed")
	case j.State == jobs.Queued:
		v.Doing = s.t.Msg("jobs.doing.queued")
	case j.State == jobs.Running && s.t.Has("jobs.doing."+j.Step):
		v.Doing = s.t.Msg("jobs.doing." + j.Step)
	case j.State == jobs.Running:
		v.Doing = s.t.Msg("jobs.doing.begun")
	}
	if j.State == jobs.Running && j.StartedAt != nil {
		v.Running = s.elapsed(time.Since(*j.StartedAt))
	}
	return v
}

// reportWords says what report was asked for.
func (s *Server) reportWords(v *jobView, asked reportAsked) {
	q, err := url.ParseQuery(asked.Query)
	form, known := forms.Of(asked.Form)
	if err != nil || !known {
		return
	}
	q = reportValues(q)
	v.What = s.t.Msg("jobs.kind.report", "form", s.t.Msg("reports.file."+form.Name))
	v.Asked = address("/reports", q)
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

// elapsed is how long something takes, in words: seconds, then minutes.
func (s *Server) elapsed(d time.Duration) string {
	if d < time.Minute {
		return s.t.Msg("jobs.seconds", "n", max(1, int(d.Seconds())))
	}
	return s.t.Msg("jobs.minutes", "n", int(d.Minutes()))
}

// fileSize is a file's size in words, rounded up.
func (s *Server) fileSize(bytes int) string {
	if bytes < 1_000_000 {
		return s.t.Msg("jobs.size.kb", "n", (bytes+999)/1000)
	}
	return s.t.Msg("jobs.size.mb", "n", (bytes+999_999)/1_000_000)
}

// jobList lists the actor's own jobs of the last day.
func (s *Server) jobList(c echo.Context) error { return s.jobsPage(c, http.StatusOK, nil) }

func (s *Server) jobsPage(c echo.Context, status int, wrong FieldErrors) error {
	list, err := s.Accounts.Jobs(c.Request().Context(), actorOf(c))
	if err != nil {
		return err
	}
	title := s.t.Msg("jobs.title")
	p := jobListPage{Page: s.page(c, title, Crumb{s.t.Msg("nav.reports"), "/reports"}, Crumb{Label: title})}
	p.Errors = wrong
	for _, j := range list {
		p.Jobs = append(p.Jobs, s.jobView(j))
	}
	return s.showAs(c, status, "jobs/job_list", p)
}

// jobShow shows how far a job is. Until it is over the page loads itself again
// by a header, which needs no script, unless its reader stopped that.
func (s *Server) jobShow(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	j, err := s.Accounts.Job(c.Request().Context(), actorOf(c), id)
	if err != nil {
		return err
	}
	v := s.jobView(j)
	p := jobShowPage{Page: s.page(c, v.What, Crumb{s.t.Msg("nav.reports"), "/reports"}, Crumb{s.t.Msg("jobs.title"), "/jobs"}, Crumb{Label: v.What}),
		Job: v, Key: newKey(), Still: c.QueryParam("still") != ""}
	if !j.Over() && !p.Still && time.Since(j.CreatedAt) < jobWatched {
		p.Every = jobEvery
		c.Response().Header().Set("Refresh", strconv.Itoa(jobEvery))
	}
	return s.show(c, "jobs/job_show", p)
}

// jobFile sends what a job made.
func (s *Server) jobFile(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	j, content, err := s.Accounts.JobFile(c.Request().Context(), actorOf(c), id)
	if err != nil {
		return err
	}
	return attach(c, j.FileName, j.FileType, content)
}

// jobAgain has a job that failed tried again.
func (s *Server) jobAgain(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	if err := s.Accounts.JobAgain(c.Request().Context(), actorOf(c), c.Request().PostFormValue("key"), id); err != nil {
		return err
	}
	s.worker.Wake()
	return c.Redirect(http.StatusSeeOther, jobPath(id))
}
