package web

import (
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"tracker/internal/accounts"
	"tracker/internal/mail"
	"tracker/internal/problem"
	"tracker/internal/progress"
)

// stored says, after a conflict, what is stored now in the fields where that
// is not what was typed.
type stored map[string]string

// Hint is what stands under a field: what is stored now where it differs,
// else the usual hint.
func (m stored) Hint(field, usual string) string {
	if now, differs := m[field]; differs {
		return now
	}
	return usual
}

// differing puts into words what is stored where it is not what was typed.
func (s *Server) differing(now, typed map[string]string) stored {
	out := stored{}
	for name, value := range now {
		if typed[name] == value {
			continue
		}
		if value == "" {
			value = s.t.Msg("common.none")
		}
		out[name] = s.t.Msg("admin.stored_now", "value", value)
	}
	return out
}

// adminCrumbs lead from the administration to a page below it.
func (s *Server) adminCrumbs(crumbs ...Crumb) []Crumb {
	return append([]Crumb{{s.t.Msg("nav.admin"), "/admin"}}, crumbs...)
}

type adminPage struct {
	Page
	Figs     []Fig
	Warnings []warning
	Check    progress.Check // of the files of evidence
}

// warning is something that an administrator should mend.
type warning struct {
	Text string
	Link Link // may be empty
}

// adminShow is the administration's first page: what wants mending, and the
// way to everything else.
func (s *Server) adminShow(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	p := adminPage{Page: s.page(c, s.t.Msg("nav.admin"))}
	people, err := s.Accounts.People(ctx, actor)
	if err != nil {
		return err
	}
	institutions, err := s.Accounts.Institutions(ctx)
	if err != nil {
		return err
	}
	if p.Check, err = progress.LastCheck(ctx, s.DB); err != nil {
		return err
	}
	state, err := s.Accounts.MailState(ctx, actor)
	if err != nil {
		return err
	}
	seconds, err := s.Accounts.SecondPeople(ctx)
	if err != nil {
		return err
	}
	inForce := 0
	for _, i := range institutions {
		if i.InForce(s.Clock.Today()) {
			inForce++
		}
	}
	counts := map[string]int{}
	for _, person := range people {
		counts[personState(person)]++
	}
	p.Figs = []Fig{
		{Label: s.t.Msg("admin.people.state.active"), Href: "/admin/people?state=active", Number: s.t.Int(counts["active"]), Note: s.t.Msg("admin.figs.active")},
		{Label: s.t.Msg("admin.people.state.invited"), Href: "/admin/people?state=invited", Number: s.t.Int(counts["invited"]), Note: s.t.Msg("admin.figs.invited")},
		{Label: s.t.Msg("nav.institutions"), Href: "/admin/institutions", Number: s.t.Int(inForce), Note: s.t.Msg("admin.figs.institutions", "n", len(institutions)-inForce)},
		{Label: s.t.Msg("admin.figs.mail"), Href: "/outbox", Number: s.t.Int(state.Waiting + state.GivenUp), Note: s.t.Msg("admin.figs.mail.note", "n", state.GivenUp)},
	}
	p.Warnings = s.warnings(seconds, state, settingsOf(c))
	if !p.Check.Whole() {
		p.Warnings = append(p.Warnings, warning{Text: s.t.Msg("admin.files.damaged", "n", strings.Count(p.Check.Faults, "\n")+1)})
	}
	return s.show(c, "admin/overview", p)
}

// warnings lists what wants mending.
func (s *Server) warnings(seconds accounts.Seconds, state mail.State, set accounts.Settings) []warning {
	var list []warning
	if !seconds.Enough() {
		list = append(list, warning{s.t.Msg("admin.warn.seconds", "coordinators", seconds.Coordinators, "countersigners", seconds.Countersigners),
			Link{s.t.Msg("admin.person.new"), "/admin/people/new"}})
	}
	if state.Failing+state.GivenUp > 0 {
		list = append(list, warning{s.t.Msg("admin.warn.mail", "n", state.Failing+state.GivenUp), Link{s.t.Msg("admin.outbox.title"), "/outbox"}})
	}
	if !s.Accounts.SendsMail() {
		list = append(list, warning{Text: s.t.Msg("admin.warn.no_mail")})
	}
	if set.Contact == "" {
		list = append(list, warning{s.t.Msg("admin.warn.contact"), Link{s.t.Msg("admin.settings.title"), "/admin/settings"}})
	}
	if set.Secretariat == "" {
		list = append(list, warning{s.t.Msg("admin.warn.secretariat"), Link{s.t.Msg("admin.settings.title"), "/admin/settings"}})
	}
	return list
}

type settingsPage struct {
	Page
	Key     string
	Version int64
	Fields  []settingField
	Fixed   []settingField
}

// settingField is one setting as its form shows it.
type settingField struct {
	accounts.Setting
	Label, Hint, Value string
	Options            []Option // of a choice; none for what is typed
}

// settingsForm shows every setting with its bounds.
func (s *Server) settingsForm(c echo.Context) error {
	p, err := s.settingsPage(c, nil, nil)
	if err != nil {
		return err
	}
	return s.show(c, "admin/settings", p)
}

// settingsPage fills the form with what is stored, or with what was typed
// where that is given; after a conflict it also says what is stored now.
func (s *Server) settingsPage(c echo.Context, values map[string]string, conflicting stored) (settingsPage, error) {
	set, err := s.Accounts.Settings(c.Request().Context())
	if err != nil {
		return settingsPage{}, err
	}
	institutions, err := s.Accounts.Institutions(c.Request().Context())
	if err != nil {
		return settingsPage{}, err
	}
	p := settingsPage{Page: s.page(c, s.t.Msg("admin.settings.title"), s.adminCrumbs(Crumb{Label: s.t.Msg("admin.settings.title")})...), Key: newKey(), Version: set.Version}
	shown := set.Values()
	maps.Copy(shown, values)
	for _, d := range accounts.SettingTable() {
		f := settingField{Setting: d, Label: s.t.Msg("admin.settings." + d.Name), Hint: conflicting.Hint(d.Name, s.settingHint(d)), Value: shown[d.Name]}
		if d.Name == "secretariat" {
			f.Options = institutionOptions(institutions, s.Clock.Today(), f.Value)
		}
		if d.Name == "clock_offset" {
			f.Value = s.t.Days(int(set.ClockOffset.Round(24*time.Hour) / (24 * time.Hour)))
		}
		if d.Fixed {
			p.Fixed = append(p.Fixed, f)
		} else {
			p.Fields = append(p.Fields, f)
		}
	}
	return p, nil
}

// settingHint says what a setting may hold.
func (s *Server) settingHint(d accounts.Setting) string {
	if key := "admin.settings." + d.Name + ".hint"; s.t.Has(key) {
		return s.t.Msg(key)
	}
	if d.Number {
		return s.t.Msg("admin.settings.bounds", "min", d.Min, "max", d.Max)
	}
	return s.t.Msg("admin.settings.length", "max", d.Max)
}

// settingsChange saves the settings as one form.
func (s *Server) settingsChange(c echo.Context) error {
	form, err := typedOf(c)
	if err != nil {
		return err
	}
	values, order := map[string]string{}, []string{}
	for _, d := range accounts.SettingTable() {
		if form.has(d.Name) {
			values[d.Name] = form.line(d.Name)
			order = append(order, d.Name)
		}
	}
	err = s.Accounts.ChangeSettings(c.Request().Context(), actorOf(c), form.line("key"), form.number("version"), values)
	if err == nil {
		return s.done(c, "/admin/settings", s.t.Msg("admin.settings.done"))
	}
	status, now := http.StatusUnprocessableEntity, stored(nil)
	wrong, ok := invalid(err)
	if !ok {
		if !conflict(err) {
			return err
		}
		set, err := s.Accounts.Settings(c.Request().Context())
		if err != nil {
			return err
		}
		status, now, wrong = http.StatusConflict, s.differing(set.Values(), withRest(values, set.Values())), problem.Stale()
	}
	p, err := s.settingsPage(c, values, now)
	if err != nil {
		return err
	}
	if status != http.StatusConflict {
		p.Version = form.number("version")
	}
	p.Errors = Problems(s.t, wrong, order...)
	return s.showAs(c, status, "admin/settings", p)
}

// withRest adds to what was typed what the form does not hold.
func withRest(typed, all map[string]string) map[string]string {
	out := maps.Clone(all)
	maps.Copy(out, typed)
	return out
}

// pathID reads the id in a path; what is none is not there.
func pathID(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, problem.Missing()
	}
	return id, nil
}

// pageNumber reads the number of a list's page; what is none is the first.
func pageNumber(c echo.Context) int {
	n, err := strconv.Atoi(c.QueryParam("page"))
	if err != nil {
		return 1
	}
	return n
}
