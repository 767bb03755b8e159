package web

import (
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/problem"
)

// successionTyped is the form of a succession as it was typed.
type successionTyped struct {
	Kind, To, EffectiveOn, Reason string
}

type successionPage struct {
	Page
	From         accounts.Institution
	Typed        successionTyped
	Kinds        []Option
	Institutions []Option
	Key          string

	// Confirm is the second step: what the form will do, asked once more.
	Confirm bool
	ToName  string
	On      calendar.Date
	Parts   []partLine
	People  int // of the old institution; they keep their posts
}

// partLine is a commitment that a succession touches, and what a split does
// with it: "moves", "stays" or nothing chosen yet.
type partLine struct {
	plan.Part
	Field   string
	Choice  string
	Choices []Option
}

// Split says whether each commitment has to be decided.
func (p successionPage) Split() bool { return p.Typed.Kind == string(accounts.Split) }

// Ends is the last day of the old institution, none after a split.
func (p successionPage) Ends() calendar.Date {
	if p.Split() || !p.From.ValidTo.IsZero() {
		return calendar.Date{}
	}
	return p.On.AddDays(-1)
}

func (s *Server) successionPage(c echo.Context, typed successionTyped) (successionPage, error) {
	ctx, title := c.Request().Context(), s.t.Msg("admin.succession.title")
	from, err := s.Accounts.Institution(ctx, c.Param("code"))
	if err != nil {
		return successionPage{}, err
	}
	p := successionPage{Page: s.page(c, title, s.adminCrumbs(Crumb{s.t.Msg("nav.institutions"), "/admin/institutions"},
		Crumb{from.Name, "/admin/institutions/" + from.Code}, Crumb{Label: title})...), From: from, Typed: typed, Key: newKey()}
	for _, kind := range []accounts.SuccessionKind{accounts.Rename, accounts.Merge, accounts.Split} {
		p.Kinds = append(p.Kinds, Option{Value: string(kind), Label: s.t.Msg("admin.succession." + string(kind)), Hint: s.t.Msg("admin.succession." + string(kind) + ".hint")})
	}
	all, err := s.Accounts.Institutions(ctx)
	if err != nil {
		return p, err
	}
	for _, o := range institutionOptions(all, s.Clock.Today(), typed.To) {
		if o.Value != from.Code {
			p.Institutions = append(p.Institutions, o)
		}
	}
	people, err := s.Accounts.People(ctx, actorOf(c))
	for _, row := range people {
		if row.Institution == from.Code && !row.Disabled() {
			p.People++
		}
	}
	return p, err
}

// successionForm asks how an institution is succeeded.
func (s *Server) successionForm(c echo.Context) error {
	p, err := s.successionPage(c, successionTyped{})
	if err != nil {
		return err
	}
	return s.show(c, "admin/succession", p)
}

// succeed first shows what a succession will move, then, confirmed, records it
// with its transfers.
func (s *Server) succeed(c echo.Context) error {
	form, err := typedOf(c)
	if err != nil {
		return err
	}
	typed := successionTyped{Kind: form.line("kind"), To: form.line("to"), EffectiveOn: form.line("effective_on"), Reason: strings.TrimSpace(form.text("reason"))}
	p, err := s.successionPage(c, typed)
	if err != nil {
		return err
	}
	in, err := p.change()
	if err != nil {
		return s.successionRefused(c, p, err)
	}
	if err := s.confirm(c, &p, in, form); err != nil {
		return s.successionRefused(c, p, err)
	}
	if !form.has("confirmed") {
		return s.show(c, "admin/succession", p)
	}
	moves, stays := p.decided()
	n, err := s.Plan.SucceedDeciding(c.Request().Context(), actorOf(c), form.line("key"), in, moves, stays)
	if err != nil {
		return s.successionRefused(c, p, err)
	}
	said := s.t.Msg("admin.succession.done", "n", n, "to", p.ToName)
	if p.People > 0 {
		said += " " + s.t.Msg("admin.succession.people", "n", p.People, "from", p.From.Code)
	}
	return s.done(c, "/admin/institutions/"+p.From.Code, said)
}

// change reads the form; what it lacks is Invalid.
func (p successionPage) change() (accounts.SuccessionChange, error) {
	var check problem.Check
	in := accounts.SuccessionChange{From: p.From.Code, To: p.Typed.To, Kind: accounts.SuccessionKind(p.Typed.Kind),
		EffectiveOn: dayOf(&check, "effective_on", p.Typed.EffectiveOn), Reason: p.Typed.Reason}
	if err := check.Err(); err != nil {
		return in, err
	}
	return in, in.Check()
}

// confirm fills the second step: the successor and the commitments touched,
// each with what was chosen for it.
func (s *Server) confirm(c echo.Context, p *successionPage, in accounts.SuccessionChange, form typed) error {
	to, err := s.Accounts.Institution(c.Request().Context(), in.To)
	if problem.KindOf(err) == problem.NotFound {
		var check problem.Check
		check.Add("to", "institution.unknown")
		return check.Err()
	}
	if err != nil {
		return err
	}
	parts, err := s.Plan.Parts(c.Request().Context(), actorOf(c), p.From.ID, in.EffectiveOn)
	if err != nil {
		return err
	}
	p.Confirm, p.ToName, p.On = true, to.Name, in.EffectiveOn
	choices := []Option{{Value: "moves", Label: s.t.Msg("admin.succession.moves", "to", to.Code)}, {Value: "stays", Label: s.t.Msg("admin.succession.stays", "from", p.From.Code)}}
	for _, part := range parts {
		field := "part-" + strconv.FormatInt(part.ID, 10)
		p.Parts = append(p.Parts, partLine{Part: part, Field: field, Choice: form.line(field), Choices: choices})
	}
	return nil
}

// decided gives the references that move and those that stay, of a split.
func (p successionPage) decided() (moves, stays []string) {
	if !p.Split() {
		return nil, nil
	}
	for _, part := range p.Parts {
		switch part.Choice {
		case "moves":
			moves = append(moves, part.Ref)
		case "stays":
			stays = append(stays, part.Ref)
		}
	}
	return moves, stays
}

// successionRefused shows the step to which what stood against it belongs.
func (s *Server) successionRefused(c echo.Context, p successionPage, err error) error {
	against, ok := asProblem(err)
	if !ok || against.Kind != problem.Invalid && against.Kind != problem.Conflict {
		return err
	}
	if _, each := against.Fields["commitments"]; !each {
		p.Confirm = false
	}
	p.Errors = Problems(s.t, against, "kind", "to", "effective_on", "reason", "commitments")
	return s.showAs(c, kindStatus[against.Kind], "admin/succession", p)
}
