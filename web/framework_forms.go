package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/plan"
	"tracker/internal/problem"
	"tracker/internal/recommendations"
)

// frameworkForm is a framework as typed. Code is set once.
type frameworkForm struct {
	Code, Title, ShortName, StartsOn, EndsOn, Basis, Note string
}

func frameworkFormOf(t typed) frameworkForm {
	return frameworkForm{Code: strings.ToUpper(t.line("code")), Title: t.line("title"), ShortName: t.line("short_name"), StartsOn: t.line("starts_on"),
		EndsOn: t.line("ends_on"), Basis: t.line("basis"), Note: t.text("note")}
}

// storedFramework is a framework as its form shows it.
func (s *Server) storedFramework(f plan.Framework) frameworkForm {
	return frameworkForm{Code: f.Code, Title: f.Title, ShortName: f.ShortName, StartsOn: s.t.Date(f.StartsOn), EndsOn: s.t.Date(f.EndsOn), Basis: f.Basis, Note: f.Note}
}

// change reads the days; one that cannot be read is noted.
func (f frameworkForm) change(check *problem.Check) plan.FrameworkChange {
	return plan.FrameworkChange{Title: f.Title, ShortName: f.ShortName, StartsOn: dayOf(check, "starts_on", f.StartsOn), EndsOn: dayOf(check, "ends_on", f.EndsOn),
		Basis: f.Basis, Note: f.Note}
}

// order is the fields from top to bottom.
func (frameworkForm) order() []string {
	return []string{"code", "title", "short_name", "starts_on", "ends_on", "basis", "note"}
}

// frameworkFormPage is the form in which a framework is added or changed.
type frameworkFormPage struct {
	Page
	New     bool
	Action  string
	Cancel  string
	Key     string
	Version int64
	Form    frameworkForm
	Bases   []Option
	Clashes []Change
}

func (s *Server) frameworkFormPage(c echo.Context, title string, form frameworkForm) frameworkFormPage {
	p := frameworkFormPage{Page: s.page(c, title, Crumb{s.t.Msg("framework.title"), "/framework"}, Crumb{Label: title}), Key: newKey(), Form: form,
		Action: c.Request().URL.Path, Cancel: "/framework"}
	for _, basis := range plan.FrameworkBases {
		p.Bases = append(p.Bases, Option{Value: basis, Label: s.t.Msg("framework.basis." + basis), Hint: s.t.Msg("framework.basis." + basis + ".hint")})
	}
	return p
}

// frameworkNew answers GET /framework/new.
func (s *Server) frameworkNew(c echo.Context) error {
	p := s.frameworkFormPage(c, s.t.Msg("framework.add"), frameworkForm{})
	p.New = true
	return s.show(c, "framework/framework_form", p)
}

// frameworkCreate answers POST /framework/new.
func (s *Server) frameworkCreate(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	form := frameworkFormOf(t)
	var check problem.Check
	in := form.change(&check)
	if err = check.Err(); err == nil {
		_, err = s.Plan.AddFramework(c.Request().Context(), actorOf(c), t.line("key"), plan.Framework{Country: settingsOf(c).CountryCode, Code: form.Code,
			Title: in.Title, ShortName: in.ShortName, StartsOn: in.StartsOn, EndsOn: in.EndsOn, Basis: in.Basis, Note: in.Note})
	}
	if status, wrong, again := s.again(err, form.order()...); again {
		p := s.frameworkFormPage(c, s.t.Msg("framework.add"), form)
		p.New, p.Errors = true, wrong
		return s.showAs(c, status, "framework/framework_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/framework", s.t.Msg("framework.done.added", "code", form.Code))
}

// framework finds the framework that the address names, with its nodes.
func (s *Server) framework(c echo.Context) (plan.Tree, error) {
	code, err := url.PathUnescape(c.Param("code"))
	if err != nil {
		return plan.Tree{}, problem.Missing()
	}
	trees, err := s.Plan.Frameworks(c.Request().Context(), actorOf(c), settingsOf(c).CountryCode)
	for _, tree := range trees {
		if tree.Code == code {
			return tree, nil
		}
	}
	if err == nil {
		err = problem.Missing()
	}
	return plan.Tree{}, err
}

// frameworkChange answers GET /framework/:code/change.
func (s *Server) frameworkChange(c echo.Context) error {
	f, err := s.framework(c)
	if err != nil {
		return err
	}
	p := s.frameworkFormPage(c, s.t.Msg("framework.change"), s.storedFramework(f.Framework))
	p.Version = f.Version
	return s.show(c, "framework/framework_form", p)
}

// frameworkChangeSave answers POST /framework/:code/change.
func (s *Server) frameworkChangeSave(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	f, err := s.framework(c)
	if err != nil {
		return err
	}
	form := frameworkFormOf(t)
	form.Code = f.Code
	var check problem.Check
	in := form.change(&check)
	in.ID, in.Version = f.ID, t.number("version")
	if err = check.Err(); err == nil {
		err = s.Plan.ChangeFramework(c.Request().Context(), actorOf(c), t.line("key"), in)
	}
	if status, wrong, again := s.again(err, form.order()...); again {
		p := s.frameworkFormPage(c, s.t.Msg("framework.change"), form)
		if p.Version, p.Errors = f.Version, wrong; in.Version != f.Version {
			p.Clashes = s.frameworkClashes(p.Bases, s.storedFramework(f.Framework), form)
		}
		return s.showAs(c, status, "framework/framework_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/framework", s.t.Msg("framework.done.changed", "code", f.Code))
}

func (s *Server) frameworkClashes(bases []Option, now, typed frameworkForm) []Change {
	return s.differences([3]string{"framework.field.title", now.Title, typed.Title}, [3]string{"framework.field.short_name", now.ShortName, typed.ShortName},
		[3]string{"framework.field.starts_on", now.StartsOn, typed.StartsOn}, [3]string{"framework.field.ends_on", now.EndsOn, typed.EndsOn},
		[3]string{"framework.field.basis", labels(bases, now.Basis), labels(bases, typed.Basis)}, [3]string{"framework.field.note", now.Note, typed.Note})
}

// nodeForm is a node as typed. Parent and Number are set once.
type nodeForm struct {
	Parent, Level, Number, Title, Theme string
}

func nodeFormOf(t typed) nodeForm {
	return nodeForm{Parent: t.line("parent"), Level: t.line("level"), Number: t.line("number"), Title: t.line("title"), Theme: t.line("theme")}
}

func (nodeForm) order() []string { return []string{"parent", "number", "level", "title", "theme"} }

// nodeFormPage is the form in which a node is added or changed.
type nodeFormPage struct {
	Page
	Framework string
	New       bool
	Action    string
	Cancel    string
	Key       string
	Version   int64
	Form      nodeForm
	Nodes     []Option // under which a new node may stand
	Themes    []Option
	Remove    string // address at which the node is taken out, empty when something hangs on it
	Clashes   []Change
}

func (s *Server) nodeFormPage(c echo.Context, f plan.Tree, title string, form nodeForm) nodeFormPage {
	p := nodeFormPage{Page: s.page(c, title, Crumb{s.t.Msg("framework.title"), "/framework"}, Crumb{f.ShortName, "/framework#framework-" + itoa(f.ID)}, Crumb{Label: title}),
		Framework: f.Title, Key: newKey(), Form: form, Action: c.Request().URL.Path, Cancel: "/framework", Themes: s.options("theme.", recommendations.Themes)}
	for _, n := range f.Nodes {
		p.Nodes = append(p.Nodes, Option{Value: itoa(n.ID), Label: n.Number + " " + n.Title})
	}
	return p
}

// nodeNew answers GET /framework/:code/nodes/new. The level's name is what
// the nodes beside the new one are called.
func (s *Server) nodeNew(c echo.Context) error {
	f, err := s.framework(c)
	if err != nil {
		return err
	}
	form := nodeForm{Parent: readable(c.QueryParam("under"))}
	parent, _ := strconv.ParseInt(form.Parent, 10, 64)
	for _, n := range f.Nodes {
		if n.ParentID == nil && parent == 0 || n.ParentID != nil && *n.ParentID == parent {
			form.Level = n.Level
		}
		if n.ID == parent {
			form.Theme = n.Theme
		}
	}
	p := s.nodeFormPage(c, f, s.t.Msg("framework.node.add"), form)
	p.New = true
	return s.show(c, "framework/node_form", p)
}

// nodeCreate answers POST /framework/:code/nodes/new.
func (s *Server) nodeCreate(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	f, err := s.framework(c)
	if err != nil {
		return err
	}
	form := nodeFormOf(t)
	in := plan.NodeNew{FrameworkID: f.ID, ParentID: t.number("parent"), Level: form.Level, Number: form.Number, Title: form.Title, Theme: form.Theme}
	var check problem.Check
	check.Require(form.Parent == "" || in.ParentID > 0, "parent", "plan.error.node")
	if err = check.Err(); err == nil {
		err = s.Plan.AddNode(c.Request().Context(), actorOf(c), t.line("key"), in)
	}
	if status, wrong, again := s.again(err, form.order()...); again {
		p := s.nodeFormPage(c, f, s.t.Msg("framework.node.add"), form)
		p.New, p.Errors = true, wrong
		return s.showAs(c, status, "framework/node_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/framework#framework-"+itoa(f.ID), s.t.Msg("framework.done.node_added", "number", form.Number))
}

// node finds the node that the address names in its framework.
func (s *Server) node(c echo.Context) (plan.Tree, plan.Node, error) {
	f, err := s.framework(c)
	if err != nil {
		return f, plan.Node{}, err
	}
	for _, n := range f.Nodes {
		if itoa(n.ID) == c.Param("id") {
			return f, n, nil
		}
	}
	return f, plan.Node{}, problem.Missing()
}

func storedNode(n plan.Node) nodeForm {
	return nodeForm{Level: n.Level, Number: n.Number, Title: n.Title, Theme: n.Theme}
}

func (s *Server) nodeChangePage(c echo.Context, f plan.Tree, n plan.Node, form nodeForm) nodeFormPage {
	p := s.nodeFormPage(c, f, s.t.Msg("framework.node.change", "number", n.Number), form)
	p.Version, p.Remove = n.Version, frameworkPath(f.Code, "nodes", itoa(n.ID), "remove")
	p.Cancel = "/framework#" + nodeAnchor(n.ID)
	return p
}

// nodeChange answers GET /framework/:code/nodes/:id/change.
func (s *Server) nodeChange(c echo.Context) error {
	f, n, err := s.node(c)
	if err != nil {
		return err
	}
	return s.show(c, "framework/node_form", s.nodeChangePage(c, f, n, storedNode(n)))
}

// nodeChangeSave answers POST /framework/:code/nodes/:id/change.
func (s *Server) nodeChangeSave(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	f, n, err := s.node(c)
	if err != nil {
		return err
	}
	form := nodeFormOf(t)
	in := plan.NodeChange{ID: n.ID, Version: t.number("version"), Level: form.Level, Title: form.Title, Theme: form.Theme}
	err = s.Plan.ChangeNode(c.Request().Context(), actorOf(c), t.line("key"), in)
	if status, wrong, again := s.again(err, form.order()...); again {
		form.Number = n.Number
		p := s.nodeChangePage(c, f, n, form)
		if p.Errors = wrong; in.Version != n.Version {
			now := storedNode(n)
			p.Clashes = s.differences([3]string{"framework.field.level", now.Level, form.Level}, [3]string{"framework.field.node_title", now.Title, form.Title},
				[3]string{"framework.field.theme", labels(p.Themes, now.Theme), labels(p.Themes, form.Theme)})
		}
		return s.showAs(c, status, "framework/node_form", p)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/framework#"+nodeAnchor(n.ID), s.t.Msg("framework.done.node_changed", "number", n.Number))
}

// nodeRemovePage asks before a node is taken out.
func (s *Server) nodeRemovePage(c echo.Context, f plan.Tree, n plan.Node) confirmPage {
	question := s.t.Msg("framework.node.remove_title", "number", n.Number)
	return confirmPage{Page: s.page(c, question, Crumb{s.t.Msg("framework.title"), "/framework"}, Crumb{n.Number, frameworkPath(f.Code, "nodes", itoa(n.ID), "change")}, Crumb{Label: question}),
		Ref: f.Code + " " + n.Number, Heading: n.Title, Question: question, Points: []string{s.t.Msg("framework.node.remove_text"), s.t.Msg("framework.node.remove_trail")},
		Button: s.t.Msg("framework.node.remove"), Cancel: frameworkPath(f.Code, "nodes", itoa(n.ID), "change"), Version: n.Version}
}

// nodeRemove answers GET /framework/:code/nodes/:id/remove.
func (s *Server) nodeRemove(c echo.Context) error {
	f, n, err := s.node(c)
	if err != nil {
		return err
	}
	return s.showConfirm(c, http.StatusOK, s.nodeRemovePage(c, f, n))
}

// nodeRemoveMake answers POST /framework/:code/nodes/:id/remove.
func (s *Server) nodeRemoveMake(c echo.Context) error {
	t, err := typedOf(c)
	if err != nil {
		return err
	}
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	code, _ := url.PathUnescape(c.Param("code"))
	err = s.Plan.RemoveNode(c.Request().Context(), actorOf(c), t.line("key"), plan.NodeRemoval{Framework: code, ID: id, Version: t.number("version")})
	if status, wrong, again := s.again(err); again {
		f, n, err := s.node(c)
		if err != nil {
			return err
		}
		p := s.nodeRemovePage(c, f, n)
		p.Errors = wrong
		return s.showConfirm(c, status, p)
	}
	if err != nil {
		return err
	}
	return s.done(c, "/framework", s.t.Msg("framework.done.node_removed"))
}
