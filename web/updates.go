package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/i18n"
	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// updateShowPage is one update whole, with its review.
type updateShowPage struct {
	Page
	Update     progress.Told
	Milestone  string // title of the milestone that it completes, empty for none
	Last       *progress.Told
	Replaced   *progress.Told // the update that a correction is to replace
	MayDecide  bool
	WhyNot     string // why the actor, who reviews otherwise, may not decide on this one
	Reason     string // of a return, as typed
	Wording    string // likewise
	Key        string
	ReturnKey  string
	MayEdit    bool
	MayDiscard bool
	MayCorrect bool
	Confirms   bool          // the decision is an institution's word on what was written for it
	Share      plan.Audience // with whom the commitment is shared
	Release    []Option      // the one choice of whoever approves: that the summary may leave
	Released   []string      // ticked
	MayRelease bool
	MayKeep    bool // withdraw the release
	MayComment bool
	ReadsWords bool   // comments
	Comment    string // as typed
	CommentKey string
	Walk       queueWalk // through the queue that the update was opened from
	actor      accounts.Actor
	MayVerify  bool
	Verdicts   []verdictRow // the newest first
}

// FileActs are what the actor may do to a file, besides reading it.
func (p updateShowPage) FileActs(t *i18n.T, e progress.Evidence) (list []Link) {
	add := func(act string, may bool) {
		if may {
			list = append(list, Link{t.Msg("evidence." + act + ".link"), paperHref(e) + "/" + act})
		}
	}
	add("remove", p.MayEdit)
	add("quarantine", p.Update.State != progress.Draft && progress.CanQuarantine(p.actor, *e.File))
	add("lift", progress.CanLift(p.actor, *e.File) == nil)
	add("purge", progress.CanPurge(p.actor, *e.File))
	return list
}

// updateID is the number in an update's address; what is none is missing.
func updateID(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id < 1 {
		return 0, problem.Missing()
	}
	return id, nil
}

// told reads the update that an address names, as the actor may see it.
func (s *Server) told(c echo.Context) (progress.Told, error) {
	id, err := updateID(c)
	if err != nil {
		return progress.Told{}, err
	}
	return s.Progress.Update(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode, id)
}

// update reads the update that an address names and the file of its
// commitment, both as the actor may see them.
func (s *Server) update(c echo.Context) (progress.Told, reports.CommitmentFile, error) {
	u, err := s.told(c)
	if err != nil {
		return u, reports.CommitmentFile{}, err
	}
	f, err := s.Reports.Commitment(c.Request().Context(), s.ledgerQuery(c), u.Ref)
	return u, f, err
}

// updateShow answers GET /updates/:id.
func (s *Server) updateShow(c echo.Context) error {
	u, f, err := s.update(c)
	if err != nil {
		return err
	}
	p := s.updatePage(c, u, f)
	if p.MayDecide {
		if p.Walk, err = s.walkFrom(c, u.ID); err != nil {
			return err
		}
	}
	return s.show(c, "updates/update_show", p)
}

// updatePage makes the page of an update.
func (s *Server) updatePage(c echo.Context, u progress.Told, f reports.CommitmentFile) updateShowPage {
	actor := actorOf(c)
	title := s.t.Msg("updates.title."+string(u.Kind), "date", u.AsOf)
	p := updateShowPage{Page: s.page(c, u.Ref+": "+title, s.commitmentCrumbs(actor, f.Path, u.Ref, title)...), Update: u, Key: newKey(), ReturnKey: newKey(), actor: actor}
	p.History = historyFor(actor, "update "+itoa(u.ID))
	if u.Milestone > 0 && u.Milestone <= len(f.Current.Milestones) {
		p.Milestone = s.t.Msg("updates.milestone_n", "n", u.Milestone, "title", f.Current.Milestones[u.Milestone-1].Title)
	}
	for i := range f.Updates {
		switch other := &f.Updates[i]; {
		case u.CorrectsID != nil && other.ID == *u.CorrectsID:
			p.Replaced = other
		case other.ID == f.Line.UpdateID && other.ID != u.ID:
			p.Last = other
		}
	}
	writes := progress.Writes(actor, u.Update)
	p.MayEdit = writes && (u.State == progress.Draft || u.State == progress.Returned)
	p.MayDiscard = writes && u.State == progress.Draft && u.FirstSubmittedOn.IsZero()
	p.MayCorrect = u.Counts() && actor.CanLogFor(u.InstitutionID) && f.Current.Involves(u.InstitutionID)
	p.ReadsWords, p.MayComment, p.CommentKey = progress.ReadsComments(actor, u.Update), progress.Comments(actor, u.Update), newKey()
	p.Confirms, p.Share = u.OnBehalf, f.Current.Share
	p.MayRelease, p.MayKeep = mayRelease(c, u, false) == nil, actor.CanReview() && mayRelease(c, u, true) == nil
	p.MayVerify, p.Verdicts = mayVerify(c, u, f) == nil, verdictRows(u)
	if u.State == progress.Submitted {
		p.Release = []Option{{Value: "1", Label: s.t.Msg("release.release")}}
		err := progress.CanDecide(actor, u.Update, u.Authors)
		p.MayDecide = err == nil
		if refusal, ok := asProblem(err); ok && (actor.CanReview() || u.OnBehalf && actor.Is(accounts.FocalPoint)) {
			p.WhyNot = s.t.Msg(refusal.Key, refusal.Args...)
		}
	}
	return p
}

// updateApprove answers POST /updates/:id/approve.
func (s *Server) updateApprove(c echo.Context) error {
	return s.decide(c, "approved", func(ctx context.Context, f typed, id int64) error {
		approve := s.Progress.Approve
		if f.line("release") == "1" {
			approve = s.Progress.ApproveAndRelease
		}
		return approve(ctx, actorOf(c), f.line("key"), id, f.number("version"))
	})
}

// updateReturn answers POST /updates/:id/return.
func (s *Server) updateReturn(c echo.Context) error {
	return s.decide(c, "returned", func(ctx context.Context, f typed, id int64) error {
		return s.Progress.Return(ctx, actorOf(c), f.line("key"), id, f.number("version"), f.text("reason"), f.text("wording"))
	})
}

// decide takes a decision on an update and leads to the next one of the queue
// that it was opened from. One that came too late, or lacks its reason, gets the update
// again as it is now.
func (s *Server) decide(c echo.Context, done string, run func(ctx context.Context, f typed, id int64) error) error {
	form, err := typedOf(c)
	if err != nil {
		return err
	}
	u, err := s.told(c)
	if err != nil {
		return err
	}
	walk, err := s.walkFrom(c, u.ID)
	if err != nil {
		return err
	}
	err = run(c.Request().Context(), form, u.ID)
	refusal, bad := invalid(err)
	if bad || conflict(err) {
		u, f, err := s.update(c)
		if err != nil {
			return err
		}
		p, status := s.updatePage(c, u, f), http.StatusUnprocessableEntity
		p.Walk = walk
		p.Reason, p.Wording, p.Released = form.text("reason"), form.text("wording"), form.list("release")
		if !bad {
			status, p.Errors = http.StatusConflict, FieldErrors{{Message: s.t.Msg("updates.decided_meanwhile", "state", s.t.Msg("review."+string(u.State)))}}
		} else {
			p.Errors = Problems(s.t, refusal, "reason", "wording", "release")
		}
		return s.showAs(c, status, "updates/update_show", p)
	}
	if err != nil {
		return err
	}
	to, left := walk.after()
	next := s.t.Msg("review.nothing_left")
	if left > 0 {
		next = s.t.Msg("review.next", "n", left)
	} else if walk.Suffix != "" {
		next = s.t.Msg("review.nothing_left_filter")
	}
	return s.done(c, to, s.t.Msg("updates.done."+done, "ref", u.Ref, "date", u.AsOf)+" "+next)
}

// updateDiscardPage asks whether a draft may go.
type updateDiscardPage struct {
	Page
	Update progress.Told
	Key    string
}

// updateDiscardForm answers GET /updates/:id/discard.
func (s *Server) updateDiscardForm(c echo.Context) error {
	return s.askDiscard(c, http.StatusOK, nil)
}

// askDiscard asks whether a draft, as it is now, may go.
func (s *Server) askDiscard(c echo.Context, status int, errs FieldErrors) error {
	u, f, err := s.update(c)
	if err != nil {
		return err
	}
	if p := s.updatePage(c, u, f); !p.MayDiscard {
		return problem.Denied("update.error.was_submitted")
	}
	title := s.t.Msg("updates.discard.title")
	p := updateDiscardPage{Page: s.page(c, title, s.commitmentCrumbs(actorOf(c), f.Path, u.Ref, title)...), Update: u, Key: newKey()}
	p.Narrow, p.Errors = true, errs
	return s.showAs(c, status, "updates/update_discard", p)
}

// updateDiscard answers POST /updates/:id/discard. A draft that a colleague
// changed meanwhile is shown and asked about again.
func (s *Server) updateDiscard(c echo.Context) error {
	form, err := typedOf(c)
	if err != nil {
		return err
	}
	id, err := updateID(c)
	if err != nil {
		return err
	}
	ref, err := s.Progress.Discard(c.Request().Context(), actorOf(c), form.line("key"), id, form.number("version"))
	if conflict(err) {
		if u, e := s.told(c); e == nil && u.State == progress.Draft {
			return s.askDiscard(c, http.StatusConflict, FieldErrors{{Message: s.t.Msg("updates.discard.changed")}})
		}
	}
	if err != nil {
		return err
	}
	return s.done(c, commitmentPath(ref), s.t.Msg("updates.discard.done"))
}
