package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/reports"
	"tracker/internal/reports/forms"
	"tracker/internal/reports/publications"
	"tracker/internal/reports/wording"
)

// preparePage asks to whom a report is to be published.
type preparePage struct {
	Page
	Asked     string // the report's query
	Change    string // address at which the report is chosen
	Facts     []wording.Fact
	Heading   string
	Audience  string
	Audiences []Option
	Readers   []Option
	Chosen    []string
	TooFew    bool
	Key       string
}

// publishedValues are the fields of a report that is to be published: it tells
// what is known now, since a summary withdrawn since must not leave again.
func publishedValues(given url.Values) url.Values {
	v := reportValues(given)
	v.Del("known")
	v.Del("known_time")
	return v
}

// publicationPrepare answers GET /publications/prepare: the query is that of
// the report which is to be published.
func (s *Server) publicationPrepare(c echo.Context) error {
	p, err := s.preparePage(c, publishedValues(c.QueryParams()))
	if refusal, bad := invalid(err); bad {
		p.Errors = Problems(s.t, refusal)
		return s.showAs(c, http.StatusUnprocessableEntity, "publications/publication_prepare", p)
	}
	if err != nil {
		return err
	}
	return s.show(c, "publications/publication_prepare", p)
}

// preparePage makes the form for the report that values ask for; one that
// cannot be built is Invalid.
func (s *Server) preparePage(c echo.Context, v url.Values) (preparePage, error) {
	ctx := c.Request().Context()
	title := s.t.Msg("publications.prepare")
	p := preparePage{Page: s.page(c, title, Crumb{Label: s.t.Msg("publications.title"), Href: "/publications"}, Crumb{Label: title}), Asked: v.Encode(),
		Change: "/reports?" + v.Encode(), Audience: v.Get("audience"), Key: newKey(), Audiences: s.options("report.audience.", words(plan.Audiences))}
	p.Narrow = true
	for i := range p.Audiences {
		p.Audiences[i].Hint = s.t.Msg("publications.leaves." + p.Audiences[i].Value)
	}
	list, err := s.Publications.Addressable(ctx)
	if err != nil {
		return p, err
	}
	for _, i := range list {
		p.Readers = append(p.Readers, Option{Value: i.Code, Label: i.Name})
	}
	seconds, err := s.Accounts.SecondPeople(ctx)
	if err != nil {
		return p, err
	}
	p.TooFew = !seconds.Enough()
	status, err := s.buildReport(ctx, actorOf(c), settingsOf(c), v, reports.Preview{Rows: 1, Few: 1})
	if err == nil {
		p.Facts = slices.DeleteFunc(wording.Facts(s.t, status), func(f wording.Fact) bool { // these are asked below
			return f.Name == s.t.Msg("report.fact.audience") || f.Name == s.t.Msg("report.fact.for")
		})
	}
	return p, err
}

// publicationPrepareMake answers POST /publications/prepare.
func (s *Server) publicationPrepareMake(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	given, err := url.ParseQuery(t.text("query"))
	if err != nil {
		given = url.Values{}
	}
	v := publishedValues(given)
	v.Set("audience", t.line("audience"))
	ctx, actor, set := c.Request().Context(), actorOf(c), settingsOf(c)
	asked := prepareAsked{Query: v.Encode(), Title: t.line("title"), Readers: t.list("readers")}
	in, err := s.preparation(ctx, actor, set, asked)
	n := 0
	if err == nil {
		n, err = s.Reports.Size(ctx, in.Status)
	}
	switch {
	case err == nil && n > s.direct:
		if err = s.Publications.CanPrepare(ctx, actor, in); err == nil {
			asked.Query = pinned(v, in.Status.D)
			return s.askJob(c, t, jobPrepare, asked)
		}
	case err == nil:
		var id int64
		if id, err = s.Publications.Prepare(ctx, actor, t.line("key"), s.about(set), in); err == nil {
			return s.done(c, preparedPath(id), s.t.Msg("publications.done.prepared"))
		}
	}
	refusal, bad := invalid(err)
	if !bad {
		return err
	}
	p, err := s.preparePage(c, v)
	if _, bad := invalid(err); err != nil && !bad {
		return err
	}
	p.Heading, p.Audience, p.Chosen, p.Errors = asked.Title, t.line("audience"), asked.Readers, Problems(s.t, refusal, "title", "audience", "readers")
	return s.showAs(c, http.StatusUnprocessableEntity, "publications/publication_prepare", p)
}

// preparation is what a form, or the job that it asked for, has prepared.
func (s *Server) preparation(ctx context.Context, actor accounts.Actor, set accounts.Settings, asked prepareAsked) (publications.Preparation, error) {
	in := publications.Preparation{Readers: asked.Readers}
	v, err := url.ParseQuery(asked.Query)
	if err != nil {
		return in, problem.New(problem.Invalid, "problem.invalid")
	}
	in.Status, err = s.askedReport(ctx, actor, set, publishedValues(v))
	in.Status.Audience, in.Status.Title = reports.Audience(v.Get("audience")), asked.Title
	return in, err
}

// previewPage shows exactly what leaves, to whoever is to sign it.
type previewPage struct {
	publicationReadPage
	Edition     string
	Digest      []string
	Files       []fileChoice
	ByJob       bool // its files take longer to write than a reader may wait
	MayPublish  bool
	MayWithdraw bool
	UnderWay    string // the page of the reader's job that publishes it
	WhyNot      string
	Key         string
}

// prepared reads what was prepared by the number in an address.
func (s *Server) prepared(c echo.Context) (publications.Told, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id < 1 {
		return publications.Told{}, problem.Missing()
	}
	return s.Publications.Prepared(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, id)
}

// publicationPreview answers GET /publications/prepared/:id. What was
// published since has a page of its own.
func (s *Server) publicationPreview(c echo.Context) error {
	told, err := s.prepared(c)
	if err != nil {
		return err
	}
	if told.Out() {
		return c.Redirect(http.StatusSeeOther, publicationPath(told.Label))
	}
	return s.showPreview(c, http.StatusOK, told, nil)
}

func (s *Server) showPreview(c echo.Context, code int, told publications.Told, wrong FieldErrors) error {
	v, err := s.Publications.Value(c.Request().Context(), actorOf(c), told)
	if err != nil {
		return err
	}
	actor := actorOf(c)
	p := previewPage{Edition: s.addressedTo(told), Digest: groups(told.SHA256), Key: newKey(), MayWithdraw: actor.CanPrepare() && told.State == publications.Prepared}
	p.Page = s.page(c, told.Title, Crumb{Label: s.t.Msg("publications.title"), Href: "/publications"}, Crumb{Label: s.t.Msg("publications.preview")})
	p.Told, p.Errors = told, wrong
	refusal, no := asProblem(publications.CanPublish(actor, told.Publication))
	if p.MayPublish = !no; no && told.State == publications.Prepared && actor.CanSign() {
		p.WhyNot = s.t.Msg(refusal.Key, refusal.Args...)
	}
	if p.MayPublish {
		j, found, err := s.publishingOf(c.Request().Context(), actor, told)
		if err != nil {
			return err
		}
		if found {
			p.UnderWay = jobPath(j.ID)
		}
	}
	p.ByJob = s.longValue(v)
	for _, f := range v.Forms() {
		p.Files = append(p.Files, fileChoice{s.t.Msg("publications.file." + f.Name), preparedPath(told.ID, "files", f.Name), f.Name, newKey()})
	}
	if err := s.tellValue(&p.publicationReadPage, v); err != nil {
		return err
	}
	return s.showAs(c, code, "publications/publication_preview", p)
}

// publicationPreviewFile answers GET /publications/prepared/:id/files/:format.
// One that takes too long to write leads to the preview, where a job is asked
// for.
func (s *Server) publicationPreviewFile(c echo.Context) error {
	told, err := s.prepared(c)
	if err != nil {
		return err
	}
	if told.Out() {
		return c.Redirect(http.StatusSeeOther, publicationPath(told.Label))
	}
	v, err := s.Publications.Value(c.Request().Context(), actorOf(c), told)
	if err != nil {
		return err
	}
	if s.longValue(v) {
		return c.Redirect(http.StatusSeeOther, preparedPath(told.ID))
	}
	f, err := s.Publications.Preview(v, readable(c.Param("format")))
	if err != nil {
		return err
	}
	return s.sendFile(c, f)
}

// publicationPreviewAsk answers POST /publications/prepared/:id/files: it has
// a file of what was prepared written by a job.
func (s *Server) publicationPreviewAsk(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	told, err := s.prepared(c)
	if err != nil {
		return err
	}
	if _, known := forms.Of(t.line("form")); !known {
		return problem.Missing()
	}
	if told.Out() {
		return c.Redirect(http.StatusSeeOther, publicationPath(told.Label))
	}
	return s.askJob(c, t, jobPreview, previewAsked{ID: told.ID, Form: t.line("form"), AsOf: told.AsOf, Audience: told.Audience})
}

// publicationPublish answers POST /publications/prepared/:id/publish: a large
// report by a job, others at once. Who published it already is led there.
func (s *Server) publicationPublish(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	told, err := s.prepared(c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), actorOf(c)
	if told.Out() && *told.PublishedByID == actor.PersonID {
		return c.Redirect(http.StatusSeeOther, publicationPath(told.Label))
	}
	if told.State == publications.Prepared {
		v, err := s.Publications.Value(ctx, actor, told)
		if err != nil {
			return err
		}
		if s.longValue(v) {
			return s.publicationPublishAsk(c, t, told)
		}
	}
	label, err := s.Publications.Publish(ctx, actor, t.line("key"), told.ID, t.number("version"))
	if code, wrong, again := s.again(err); again && !told.Out() {
		return s.showPreview(c, code, told, wrong)
	}
	if err != nil {
		return err
	}
	return s.done(c, publicationPath(label), s.t.Msg("publications.done.published", "number", label))
}

// publicationPublishAsk has a publication made by a job, or leads to the one
// that makes it.
func (s *Server) publicationPublishAsk(c echo.Context, t typed, told publications.Told) error {
	ctx, actor, version := c.Request().Context(), actorOf(c), t.number("version")
	err := publications.CanPublish(actor, told.Publication)
	if err == nil && version != told.Version {
		err = problem.Stale()
	}
	if code, wrong, again := s.again(err); again {
		return s.showPreview(c, code, told, wrong)
	}
	if err != nil {
		return err
	}
	j, found, err := s.publishingOf(ctx, actor, told)
	if err != nil {
		return err
	}
	if found {
		return c.Redirect(http.StatusSeeOther, jobPath(j.ID))
	}
	return s.askJob(c, t, jobPublish, publishAsked{ID: told.ID, Version: version, AsOf: told.AsOf, Audience: told.Audience})
}

func (s *Server) withdrawPage(c echo.Context, told publications.Told) confirmPage {
	question := s.t.Msg("publications.withdraw_title")
	return confirmPage{Page: s.page(c, question, Crumb{Label: s.t.Msg("publications.title"), Href: "/publications"}, Crumb{Label: s.t.Msg("publications.preview"), Href: preparedPath(told.ID)},
		Crumb{Label: question}), Heading: told.Title, Question: question, Points: []string{s.addressedTo(told), s.t.Msg("publications.withdraw_kept")},
		Button: s.t.Msg("publications.withdraw"), Cancel: preparedPath(told.ID), Version: told.Version}
}

// publicationWithdraw answers GET /publications/prepared/:id/withdraw.
func (s *Server) publicationWithdraw(c echo.Context) error {
	told, err := s.prepared(c)
	if err != nil {
		return err
	}
	if told.State != publications.Prepared {
		return problem.New(problem.Conflict, "publications.error.not_prepared")
	}
	return s.showConfirm(c, http.StatusOK, s.withdrawPage(c, told))
}

// publicationWithdrawMake answers POST /publications/prepared/:id/withdraw.
func (s *Server) publicationWithdrawMake(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	told, err := s.prepared(c)
	if err != nil {
		return err
	}
	err = s.Publications.Withdraw(c.Request().Context(), actorOf(c), t.line("key"), told.ID, t.number("version"))
	if code, wrong, again := s.again(err); again && told.State == publications.Prepared {
		p := s.withdrawPage(c, told)
		p.Errors = wrong
		return s.showConfirm(c, code, p)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/publications", s.t.Msg("publications.done.withdrawn"))
}

// recallPage asks why a publication is recalled and what replaces it.
type recallPage struct {
	Page
	publications.Told
	Reason      string
	Replacement string
	Newer       []Option
	Key         string
}

func (s *Server) recallPage(c echo.Context, told publications.Told) (recallPage, error) {
	title := s.t.Msg("publications.recall_title", "number", told.Label)
	p := recallPage{Page: s.page(c, title, s.publicationCrumbs(told.Label, s.t.Msg("publications.recall"))...), Told: told, Key: newKey()}
	p.Narrow = true
	list, err := s.Publications.List(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode)
	for _, newer := range slices.DeleteFunc(list, func(n publications.Told) bool { return !publications.Replaces(n, told) }) {
		p.Newer = append(p.Newer, Option{Value: newer.Label, Label: newer.Label + " " + newer.Title})
	}
	return p, err
}

// publicationRecall answers GET /publications/:number/recall.
func (s *Server) publicationRecall(c echo.Context) error {
	told, err := s.publication(c)
	if err != nil {
		return err
	}
	if told.State != publications.Published {
		return problem.New(problem.Conflict, "publications.error.recalled")
	}
	p, err := s.recallPage(c, told)
	if err != nil {
		return err
	}
	return s.show(c, "publications/publication_recall", p)
}

// publicationRecallMake answers POST /publications/:number/recall.
func (s *Server) publicationRecallMake(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	told, err := s.publication(c)
	if err != nil {
		return err
	}
	err = s.Publications.Recall(c.Request().Context(), actorOf(c), t.line("key"), told.Label, t.number("version"), t.text("reason"), t.line("replacement"))
	if code, wrong, again := s.again(err, "reason", "replacement"); again && told.State == publications.Published {
		p, err := s.recallPage(c, told)
		if err != nil {
			return err
		}
		p.Reason, p.Replacement, p.Errors = t.text("reason"), t.line("replacement"), wrong
		return s.showAs(c, code, "publications/publication_recall", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, publicationPath(told.Label), s.t.Msg("publications.done.recalled", "number", told.Label))
}
