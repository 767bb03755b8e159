package web

import (
	"github.com/labstack/echo/v4"

	"tracker/internal/problem"
	"tracker/internal/reports/publications"
)

// recordClearancePage asks a partner whether a record stands.
type recordClearancePage struct {
	Page
	publications.Told
	Verdicts        []Option
	Verdict, Remark string
	Key             string
}

// recordClearance finds the record that the address names, for its partner.
func (s *Server) recordClearance(c echo.Context) (p recordClearancePage, err error) {
	told, err := s.publication(c)
	switch {
	case err != nil:
		return p, err
	case told.Kind != publications.OfRecord:
		return p, problem.Missing()
	}
	title := s.t.Msg("record.clear")
	p = recordClearancePage{Page: s.page(c, told.Label+": "+title, s.publicationCrumbs(told.Label, title)...), Told: told, Key: newKey(),
		Verdicts: s.options("record.verdict.", []string{publications.VerdictCleared, publications.VerdictChanges})}
	p.Narrow = true
	return p, nil
}

// recordClearanceForm answers GET /publications/:number/clearance.
func (s *Server) recordClearanceForm(c echo.Context) error {
	p, err := s.recordClearance(c)
	if err != nil {
		return err
	}
	if !clearable(p.Told) {
		return problem.New(problem.Conflict, "record.error.closed")
	}
	return s.show(c, "publications/record_clearance", p)
}

// clearable says whether a partner may still say something of a record.
func clearable(t publications.Told) bool {
	return t.Kind == publications.OfRecord && t.State == publications.Published && t.ClearedAs() == "" && (t.Clearance == nil || t.Clearance.Verdict == publications.VerdictChanges)
}

// recordClear answers POST /publications/:number/clearance.
func (s *Server) recordClear(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	p, err := s.recordClearance(c)
	if err != nil {
		return err
	}
	verdict, remark := t.line("verdict"), t.text("remark")
	err = s.Publications.Clear(c.Request().Context(), actorOf(c), t.line("key"), settingsOf(c).CountryCode, p.Label, verdict, remark)
	if status, wrong, again := s.again(err, "verdict", "remark"); again {
		p.Errors, p.Verdict, p.Remark = wrong, verdict, remark
		return s.showAs(c, status, "publications/record_clearance", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, publicationPath(p.Label), s.t.Msg("record.done."+verdict))
}

// recordCleared answers POST /publications/:number/cleared: it freezes the
// record that the partner cleared anew, with the posts of both sides.
func (s *Server) recordCleared(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	told, err := s.publication(c)
	if err != nil {
		return err
	}
	id, err := s.Publications.PrepareCleared(c.Request().Context(), actorOf(c), t.line("key"), told.Country, told.Label)
	if status, wrong, again := s.again(err); again {
		return s.showPublication(c, status, wrong)
	}
	if err != nil {
		return err
	}
	return s.done(c, preparedPath(id), s.t.Msg("publications.done.prepared"))
}
