package web

import (
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/reports"
)

// permissionsPath is where the matrix of permissions is shown.
const permissionsPath = "/admin/permissions"

// permissionLine says of an act who does it in which states, with the routes
// behind it and the fields of its form.
type permissionLine struct {
	Area, Thing, Act string
	States           []string
	Who              []string
	Fields           []string
	Columns          []string // of the database, where the line is about some of them
	Routes           []string
}

// permissionBlock is a thing with its lines.
type permissionBlock struct {
	Area  string // only of the first block of an area
	Thing string
	Lines []permissionLine
}

type permissionsPage struct {
	Page
	Area, Role   string
	Areas, Roles []Option
	Blocks       []permissionBlock
	Export       Export
}

// permissionList answers GET /admin/permissions.
func (s *Server) permissionList(c echo.Context) error {
	p := s.permissionFrame(c)
	lines := s.permissionLines(p.Area, p.Role)
	for _, l := range lines {
		if n := len(p.Blocks); n == 0 || p.Blocks[n-1].Thing != l.Thing {
			b := permissionBlock{Thing: l.Thing, Area: l.Area}
			if n > 0 && lines[0].Area != "" && slices.ContainsFunc(p.Blocks, func(b permissionBlock) bool { return b.Area == l.Area }) {
				b.Area = ""
			}
			p.Blocks = append(p.Blocks, b)
		}
		last := &p.Blocks[len(p.Blocks)-1]
		last.Lines = append(last.Lines, l)
	}
	p.Export = exportOf(permissionsPath, c.QueryParams(), len(lines))
	return s.show(c, "admin/permissions", p)
}

// permissionFrame reads the filters from the address; a word that is none of
// theirs filters nothing.
func (s *Server) permissionFrame(c echo.Context) permissionsPage {
	title := s.t.Msg("permissions.title")
	crumbs := []Crumb{{Label: title}}
	if actorOf(c).CanAdminister() {
		crumbs = s.adminCrumbs(crumbs...)
	}
	p := permissionsPage{Page: s.page(c, title, crumbs...), Roles: s.roleOptions()}
	for _, a := range permissionAreas {
		p.Areas = append(p.Areas, Option{Value: a.name, Label: s.t.Msg("permissions.area." + a.name)})
	}
	among := func(options []Option, value string) string {
		if slices.ContainsFunc(options, func(o Option) bool { return o.Value == value }) {
			return value
		}
		return ""
	}
	p.Area, p.Role = among(p.Areas, c.QueryParam("area")), among(p.Roles, c.QueryParam("role"))
	return p
}

// permissionLines puts the matrix into words, of one area and one role or of
// all.
func (s *Server) permissionLines(only, role string) (list []permissionLine) {
	routes := s.routes()
	for _, area := range permissionAreas {
		if only != "" && area.name != only {
			continue
		}
		for _, t := range area.things {
			for _, a := range t.acts {
				list = append(list, s.actLines(area.name, t.name, a, routes, role)...)
			}
			for _, sh := range t.shows {
				for _, l := range s.actLines(area.name, t.name, act{name: sh.name, may: sh.may}, nil, role) {
					l.Columns = strings.Fields(sh.columns)
					list = append(list, l)
				}
			}
		}
	}
	return list
}

// actLines are those of an act: one for each claim, and for each set of roles
// that its routes let in. Without routes it is about everybody who signs in.
func (s *Server) actLines(area, thing string, a act, routes []route, role string) (list []permissionLine) {
	ways := a.ways(routes)
	var sets []permission
	if len(ways) == 0 {
		sets = []permission{signedIn}
	}
	for _, r := range ways {
		if !slices.Contains(sets, r.may) {
			sets = append(sets, r.may)
		}
	}
	for _, set := range sets {
		for _, c := range a.claims() {
			l := permissionLine{Area: s.t.Msg("permissions.area." + area), Thing: s.t.Msg("permissions.thing." + thing), Act: s.t.Msg("permissions.act." + a.name), Fields: strings.Fields(a.takes)}
			for state := range strings.FieldsSeq(c.states) {
				l.States = append(l.States, s.t.Msg("permissions.state."+state))
			}
			for _, w := range c.parties(set) {
				if role == "" || w.role == role {
					l.Who = append(l.Who, s.partyWords(w))
				}
			}
			for _, r := range ways {
				if r.may == set {
					l.Routes = append(l.Routes, r.method+" "+r.path)
				}
			}
			if len(l.Who) > 0 {
				list = append(list, l)
			}
		}
	}
	return list
}

func (s *Server) partyWords(p party) string {
	words := s.t.Msg("permissions.anybody")
	if p.role != "anybody" {
		words = s.t.Msg("role." + p.role)
	}
	if p.rule != "" {
		words += " (" + s.t.Msg("permissions.rule."+p.rule) + ")"
	}
	return words
}

// permissionTable is the matrix as a file: a row for each act, claim and role.
func (s *Server) permissionTable(c echo.Context) (reports.Table, error) {
	p := s.permissionFrame(c)
	t := reports.Table{Name: "permissions", Title: p.Title, D: s.Clock.Today(), Columns: []reports.Column{{Key: "permissions.column.area", Width: 22}, {Key: "permissions.column.thing", Width: 22},
		{Key: "permissions.column.act", Width: 28}, {Key: "permissions.column.states", Width: 26}, {Key: "permissions.column.who", Width: 44}, {Key: "permissions.column.fields", Width: 44}, {Key: "permissions.column.routes", Width: 60}}}
	for _, o := range append(p.Areas, p.Roles...) {
		if o.Value == p.Area || o.Value == p.Role {
			t.Filter = append(t.Filter, o.Label)
		}
	}
	var rows [][]any
	for _, l := range s.permissionLines(p.Area, p.Role) {
		states := strings.Join(l.States, ", ")
		if states == "" {
			states = s.t.Msg("permissions.every")
		}
		for _, who := range l.Who {
			rows = append(rows, []any{l.Area, l.Thing, l.Act, states, who, strings.Join(append(l.Fields, l.Columns...), " "), strings.Join(l.Routes, ", ")})
		}
	}
	t.Rows = reports.Listed(rows)
	return t, nil
}
