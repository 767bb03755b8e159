package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/jobs"
	"tracker/internal/problem"
	"tracker/internal/reports/forms"
)

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
	return s.askJob(c, t, jobReport, reportAsked{pinned(v, q.D), form.Name})
}

// askJob asks for a job with the key of a form, and leads to its page.
func (s *Server) askJob(c echo.Context, t typed, kind string, params any) error {
	id, err := s.Accounts.AskJob(c.Request().Context(), actorOf(c), t.text("key"), settingsOf(c).CountryCode, kind, params)
	if wrong, ok := invalid(err); ok {
		return s.jobsPage(c, http.StatusUnprocessableEntity, Problems(s.t, wrong))
	}
	if err != nil {
		return err
	}
	s.worker.Wake()
	return c.Redirect(http.StatusSeeOther, jobPath(id))
}

// openJob is the actor's own job of a kind that is not over, where the kind
// finds that it is the one.
func (s *Server) openJob(ctx context.Context, actor accounts.Actor, kind string, same func(jobs.Job) bool) (jobs.Job, bool, error) {
	list, err := s.Accounts.Jobs(ctx, actor)
	i := slices.IndexFunc(list, func(j jobs.Job) bool { return !j.Over() && j.Kind == kind && same(j) })
	if err != nil || i < 0 {
		return jobs.Job{}, false, err
	}
	return list[i], true, nil
}

func jobPath(id int64) string { return "/jobs/" + strconv.FormatInt(id, 10) }

// jobView is a job in words.
type jobView struct {
	jobs.Job
	What    string // "Status report as PDF"
	Asked   Link   // to what was asked, the zero value where that has no page
	Change  string // what leads there after a failure
	Day     string
	Edition string
	Narrow  string // what it was narrowed down to
	Href    string
	Doing   string // what happens now
	Running string // for how long, empty before it began
	Why     string // it failed
	Ended   string // how it went well
	Size    string
	Made    Link          // to what it made, where that is no file
	Trail   *trailVerdict // what a check of the trail found
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
	v := jobView{Job: j, Href: jobPath(j.ID), What: s.t.Msg("jobs.kind.other"), Ended: s.t.Msg("jobs.state.done"), Size: s.fileSize(j.FileSize)}
	if words, known := s.jobWords()[j.Kind]; known {
		words(&v)
	}
	switch {
	case j.State == jobs.Failed:
		v.Why = s.whyFailed(j)
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

// whyFailed says in words why a job failed.
func (s *Server) whyFailed(j jobs.Job) string {
	key, args := j.Reason()
	if !s.t.Has(key) {
		key = "jobs.error.failed"
	}
	return s.t.Msg(key, args...)
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

// jobFile sends the file that a job made.
func (s *Server) jobFile(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	j, content, err := s.Accounts.JobFile(c.Request().Context(), actorOf(c), id)
	if err != nil {
		return err
	}
	return s.attach(c, j.FileName, j.FileType, content)
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
