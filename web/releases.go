package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// mayRelease says whether an actor may let the shared summary of an update
// leave now, or, with withdraw, keep it from leaving again.
func mayRelease(c echo.Context, u progress.Told, withdraw bool) error {
	switch released := u.ReleasedAt != nil; {
	case withdraw && !released:
		return problem.New(problem.Conflict, "release.error.not_released")
	case withdraw:
		return nil
	case released:
		return problem.New(problem.Conflict, "release.error.released")
	case u.SupersededBy != 0:
		return problem.New(problem.Conflict, "update.error.already_corrected")
	}
	return progress.CanRelease(actorOf(c), u.Update, u.Authors)
}

// releasePage asks whether a summary is to leave, or not to leave again.
func (s *Server) releasePage(c echo.Context, u progress.Told, f reports.CommitmentFile, withdraw bool) confirmPage {
	act, points := "release", []string{s.t.Msg("release.where." + string(f.Current.Share)), s.t.Msg("release.read_again"), s.t.Msg("release.can_go_back")}
	if withdraw {
		act, points = "withdraw", []string{s.t.Msg("release.withdraw_from_now"), s.t.Msg("release.withdraw_published")}
	}
	question := s.t.Msg("release." + act + "_title")
	return confirmPage{Page: s.page(c, question, s.commitmentCrumbs(actorOf(c), f.Path, u.Ref, question)...), Ref: u.Ref,
		Heading: s.t.Msg("updates.title."+string(u.Kind), "date", u.AsOf), Question: question, Quote: u.SharedSummary, Points: points,
		Button: s.t.Msg("release." + act), Cancel: "/updates/" + itoa(u.ID), Version: u.Version}
}

// releaseAsk shows the question whether a summary is to be released, or its
// release withdrawn.
func (s *Server) releaseAsk(withdraw bool) echo.HandlerFunc {
	return func(c echo.Context) error {
		u, f, err := s.update(c)
		if err == nil {
			err = mayRelease(c, u, withdraw)
		}
		if err != nil {
			return err
		}
		return s.showConfirm(c, http.StatusOK, s.releasePage(c, u, f, withdraw))
	}
}

// releaseAct releases a summary, or withdraws its release.
func (s *Server) releaseAct(withdraw bool) echo.HandlerFunc {
	return func(c echo.Context) error {
		form, err := typedOf(c)
		if err != nil {
			return err
		}
		id, err := updateID(c)
		if err != nil {
			return err
		}
		act, said := s.Progress.ReleaseSummary, "release.done.released"
		if withdraw {
			act, said = s.Progress.WithdrawSummary, "release.done.withdrawn"
		}
		err = act(c.Request().Context(), actorOf(c), form.line("key"), id, form.number("version"))
		if status, wrong, again := s.again(err); again {
			u, f, e := s.update(c)
			if e != nil || mayRelease(c, u, withdraw) != nil {
				return err
			}
			p := s.releasePage(c, u, f, withdraw)
			p.Errors = wrong
			return s.showConfirm(c, status, p)
		}
		if err != nil {
			return err
		}
		return s.done(c, "/updates/"+itoa(id), s.t.Msg(said))
	}
}
