package web

import (
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"tracker/internal/problem"
	"tracker/internal/progress"
	"tracker/internal/reports"
)

// mayVerify says whether an actor may judge the claim of an update now, and
// if not, why.
func mayVerify(c echo.Context, u progress.Told, f reports.CommitmentFile) error {
	if err := progress.CanVerify(actorOf(c), u.Update, u.Authors); err != nil {
		return err
	}
	if f.Line.UpdateID != u.ID {
		return problem.New(problem.Conflict, "verification.error.not_current")
	}
	return nil
}

// verificationPage asks for a verdict on the claim of an update.
type verificationPage struct {
	Page
	Update   progress.Told
	Verdicts []Option
	Papers   []Option
	Verdict  string
	Reason   string
	Ticked   []string
	Key      string
}

func (s *Server) verificationPage(c echo.Context, u progress.Told, f reports.CommitmentFile) verificationPage {
	title := s.t.Msg("verification.title")
	p := verificationPage{Page: s.page(c, title, s.commitmentCrumbs(actorOf(c), f.Path, u.Ref, title)...), Update: u, Key: newKey()}
	for _, e := range u.Evidence {
		if e.File != nil && e.File.QuarantinedAt != nil {
			continue
		}
		p.Papers = append(p.Papers, Option{Value: itoa(e.ID), Label: e.Title, Hint: s.t.Msg("evidence." + string(e.Kind))})
	}
	judged := u.Proof() == progress.Verified || u.Proof() == progress.Disputed
	for _, v := range progress.Verdicts {
		if v == string(progress.Verified) && len(p.Papers) == 0 || v == progress.VerdictWithdrawn && !judged {
			continue
		}
		p.Verdicts = append(p.Verdicts, Option{Value: v, Label: s.t.Msg("verification.verdict." + v), Hint: s.t.Msg("verification.hint." + v)})
	}
	return p
}

// verifyClaim answers GET /updates/:id/verify.
func (s *Server) verifyClaim(c echo.Context) error {
	u, f, err := s.update(c)
	if err == nil {
		err = mayVerify(c, u, f)
	}
	if err != nil {
		return err
	}
	return s.show(c, "updates/update_verify", s.verificationPage(c, u, f))
}

// verifyClaimMake answers POST /updates/:id/verify.
func (s *Server) verifyClaimMake(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	id, err := updateID(c)
	if err != nil {
		return err
	}
	j := progress.Judgement{Verdict: t.line("verdict"), Reason: t.text("reason")}
	for _, one := range t.list("papers") {
		paper, _ := strconv.ParseInt(one, 10, 64) // what is no number is no paper of the update
		j.Papers = append(j.Papers, paper)
	}
	err = s.Progress.Verify(c.Request().Context(), actorOf(c), t.line("key"), id, t.number("version"), j)
	if status, wrong, again := s.again(err, "verdict", "papers", "reason"); again {
		u, f, e := s.update(c)
		if e != nil || mayVerify(c, u, f) != nil {
			return err
		}
		p := s.verificationPage(c, u, f)
		p.Verdict, p.Reason, p.Ticked, p.Errors = j.Verdict, t.text("reason"), t.list("papers"), wrong
		return s.showAs(c, status, "updates/update_verify", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/updates/"+itoa(id), s.t.Msg("verification.done."+j.Verdict))
}

// verdictRow is a verdict in words.
type verdictRow struct {
	progress.VerificationTold
	On []string // titles of the papers on which it rests
}

// verdictRows are the verdicts on an update, the newest first.
func verdictRows(u progress.Told) (rows []verdictRow) {
	for _, v := range slices.Backward(u.Verifications) {
		row := verdictRow{VerificationTold: v}
		for _, e := range u.Evidence {
			if slices.Contains(v.Papers, e.ID) {
				row.On = append(row.On, e.Title)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// verdictEvents tells the verdicts on an update in the story of its commitment.
func (s *Server) verdictEvents(u progress.Told) (events []storyEvent) {
	for _, v := range verdictRows(u) {
		e := s.event(v.JudgedAt, "note", "ink", v.Post, s.t.Msg("story.verdict."+v.Verdict, "date", u.AsOf))
		e.Quote, e.Href = v.Reason, "/updates/"+itoa(u.ID)
		if v.Verdict != progress.VerdictWithdrawn {
			e.Proof = v.Verdict
		}
		events = append(events, e)
	}
	return events
}
