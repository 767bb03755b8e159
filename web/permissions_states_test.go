package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/progress"
)

// objectsOf are the objects of a thing in the scene, as the parts of the
// addresses that the matrix has for it: ":draft", or ":filed :paper".
func objectsOf(routes []route, name string) (list []string) {
	add := func(method, path string) {
		at := slices.IndexFunc(routes, func(r route) bool { return r.method == method && names(r.path, path) })
		if at < 0 || strings.Contains(path, ":none") {
			return
		}
		one, _, _ := actOf(routes[at])
		object := objectIn(path)
		if f, fits := factsOf(name, path); one.name == name && fits && f.state != "" && !slices.Contains(list, object) {
			list = append(list, object)
		}
	}
	for _, l := range reading {
		add(get, l.path)
	}
	for _, l := range writing {
		add(post, l.path)
	}
	return list
}

// objectIn are the parts of an address that name objects.
func objectIn(path string) string {
	var list []string
	for part := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(part, ":") {
			list = append(list, part)
		}
	}
	return strings.Join(list, " ")
}

// placed puts objects into a route, "" when they are not as many as its
// parameters.
func placed(route, objects string) string {
	values, parts := strings.Fields(objects), strings.Split(route, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, ":") {
			if len(values) == 0 {
				return ""
			}
			parts[i], values = values[0], values[1:]
		}
	}
	if len(values) > 0 {
		return ""
	}
	return strings.Join(parts, "/")
}

// versions are where the version of an object stands, by its thing.
var versions = map[string]string{"update": "SELECT version FROM updates WHERE id = ?", "measurement": "SELECT version FROM measurements WHERE id = ?", "evidence": "SELECT f.version FROM evidence e JOIN evidence_files f ON f.id = e.file_id WHERE e.id = ?", "deadline": "SELECT version FROM deadlines WHERE id = ?",
	"dialogue": "SELECT version FROM dialogues WHERE id = ?", "publication": "SELECT version FROM publications WHERE label = ? OR id || '' = ?", "told": "SELECT version FROM publications WHERE id = ?", "clearance": "SELECT version FROM updates WHERE id = ?"}

// attempt is a post that the permissions refuse to somebody.
type attempt struct {
	path string
	form url.Values
	sees bool // whether they may read the object
}

// refusedTo are the posts of all things with states that a visitor may not
// make: each act with each object in each state, with a form that would be
// accepted of others, and the version that the object has.
func (s *scene) refusedTo(h *house, name string, role accounts.Role) (list []attempt) {
	routes := h.s.routes()
	for _, area := range permissionAreas {
		for _, one := range area.things {
			if one.states == "" {
				continue
			}
			for _, object := range objectsOf(routes, one.name) {
				for _, a := range one.acts {
					for _, r := range a.ways(routes) {
						path := placed(r.path, object)
						if r.method != post || path == "" || strings.HasPrefix(r.path, "/clearance/measurements/") != strings.Contains(object, ":m_") && one.name == "clearance" {
							continue
						}
						f, _ := factsOf(one.name, path)
						if _, may := a.allows(r.may, name, role, f); may {
							continue
						}
						list = append(list, attempt{path, s.formFor(h, one.name, r, path), r.may.allows(role) && one.seenBy(routes, name, role, f)})
					}
				}
			}
		}
	}
	return list
}

// seenBy says whether a visitor may open a page of an object. What is in
// quarantine is not given out, and those who had it see that.
func (one thing) seenBy(routes []route, name string, role accounts.Role, f facts) bool {
	if f.state == "quarantined" {
		f.state = "lent"
	}
	return slices.ContainsFunc(one.acts, func(a act) bool {
		ways := a.ways(routes)
		_, may := a.allows(ways[0].may, name, role, f)
		return may && ways[0].method == get
	})
}

// formFor is the form that the matrix has for a route, with the version of the
// object in an address.
func (s *scene) formFor(h *house, thing string, r route, path string) url.Values {
	form := url.Values{}
	for _, l := range writing {
		if names(r.path, l.path) {
			form = s.form("", l.form)
			break
		}
	}
	if query := versions[thing]; query != "" && form.Has("version") {
		id, version := s.path("", path), ""
		for i, part := range strings.Split(r.path, "/") {
			if strings.HasPrefix(part, ":") {
				id = strings.Split(s.path("", path), "/")[i]
			}
		}
		args := slices.Repeat([]any{id}, strings.Count(query, "?"))
		must(h.t, h.db.Read(h.t.Context(), func(tx *gorm.DB) error { return tx.Raw(query, args...).Scan(&version).Error }))
		form.Set("version", version)
	}
	return form
}

// afterLast is what stands behind the last object of an address.
func afterLast(path string) string {
	rest := path[strings.LastIndex(path, ":"):]
	if at := strings.Index(rest, "/"); at > 0 {
		return rest[at:]
	}
	return ""
}

// Guards states and fields against whoever may not: what the permissions do
// not name, nobody does, in no state, though their form is right and knows the
// object's version. What they may not read answers as what is not there.
func TestWhatThePermissionsDoNotNameNobodyDoes(t *testing.T) {
	eachVisitor(t, func(t *testing.T, s *scene, column int) {
		name := visitors[column]
		if name == "nobody" {
			return
		}
		h, v := s.copy(t, name)
		v.plain = true
		before, list := h.content(), s.refusedTo(h, name, v.actor.Role)
		send := func(a attempt) {
			got := v.post(s.path(name, a.path), a.form)
			if got.status < 400 || got.status >= 500 {
				t.Errorf("%s posts to %s and gets %d", name, a.path, got.status)
			}
			if !a.sees && got.status != http.StatusNotFound { // refused by its parent, whatever is below it
				got.looksLike(v.post(s.path(name, a.path[:strings.LastIndex(a.path, ":")]+":none"+afterLast(a.path)), a.form))
			}
		}
		for _, a := range list {
			send(a)
		}
		if h.same(before) {
			if len(list) < 40 {
				t.Errorf("%s tried %d posts only", name, len(list))
			}
			return
		}
		h.restore(before)
		for _, a := range list { // which?
			a.form.Set("key", newKey())
			if send(a); h.restore(before) {
				t.Errorf("%s posts to %s and changes something", name, a.path)
			}
		}
	})
}

// Guards the fields that the permissions list: every form on a page asks for
// no other, and every one listed is asked for by a form of the scene.
func TestEveryFormAsksForTheFieldsThatThePermissionsList(t *testing.T) {
	s := newScene(t)
	h, _ := s.copy(t, "nobody")
	routes, asked := h.s.routes(), map[string]map[string]bool{}
	note := func(path, field string) {
		path, _, _ = strings.Cut(path, "?")
		at := slices.IndexFunc(routes, func(r route) bool { return r.method == post && r.leadsTo(path) })
		if at < 0 {
			return
		}
		if r := routes[at]; !takesField(r.path, field) && !slices.Contains(notRead, field) {
			t.Errorf("a form for POST %s asks for %q, which its act in the matrix of permissions does not list", r.path, field)
		} else if asked[r.path] == nil {
			asked[r.path] = map[string]bool{field: true}
		} else {
			asked[r.path][field] = true
		}
	}
	for _, l := range reading {
		for column, sign := range strings.Fields(l.answers) {
			if sign != "y" {
				continue
			}
			v := s.visitor(h, visitors[column])
			a := v.get(s.path(visitors[column], l.path))
			for _, form := range a.find("form[method=post]") {
				for _, field := range namesIn(form) {
					note(attr(form, "action"), field)
				}
			}
			if visitors[column] == "coordinator" || visitors[column] == "administrator" || visitors[column] == "partner" {
				break
			}
		}
	}
	for _, l := range writing {
		for field := range s.form("", l.form) {
			note(s.path("", l.path), field)
		}
	}
	for path, patterns := range formFields {
		for _, pattern := range patterns {
			if !asksFor(asked[path], pattern) && pattern != "key" && !slices.Contains(strings.Fields(askedLater[path]), pattern) && slices.ContainsFunc(routes, func(r route) bool { return r.method == post && r.path == path }) {
				t.Errorf("POST %s: no form asks for %q, which the matrix of permissions lists", path, pattern)
			}
		}
	}
}

// askedLater are fields that a form of the scene does not show: after a first
// answer, of a kept form, or of what the scene has not.
var askedLater = map[string]string{
	"/commitments/:ref/updates/new": "version take resume", "/updates/:id/edit": "take resume", "/updates/:id/correct": "version take resume",
	"/indicators/:ref/measurements/new": "version edition resume", "/measurements/:id/edit": "edition resume", "/measurements/:id/correct": "version edition resume",
	"/recommendations/editions/:mechanism/:year/lineage": "older newer kin kin.* was.*", "/recommendations/editions/:mechanism/:year/import/list": "step basis.* source.* cut.* items.*", "/recommendations/:id/items/relink": "answer.*",
	"/admin/institutions/:code/succession": "part-*", "/account/password": "current",
	"/account/second-factor": "current code", "/account/second-factor/recovery-codes": "current", "/account/second-factor/remove": "current", "/account/identities": "identity_current", "/sign-in/code": "next",
}

// notRead are fields that a form carries and nobody reads: a browser's hint of
// whose password it is, the version of what is not there yet, the field that
// makes a form with one button one.
var notRead = []string{"username", "version", "go", "for"}

// asksFor says whether one of the fields fits a pattern.
func asksFor(fields map[string]bool, pattern string) bool {
	for field := range fields {
		if before, any := strings.CutSuffix(pattern, "*"); field == pattern || any && strings.HasPrefix(field, before) {
			return true
		}
	}
	return false
}

// namesIn are the fields of a form.
func namesIn(form *html.Node) (list []string) {
	for n := range form.Descendants() {
		if n.Type == html.ElementNode && slices.Contains([]string{"input", "select", "textarea", "button"}, n.Data) && attr(n, "name") != "" {
			list = append(list, attr(n, "name"))
		}
	}
	return list
}

// Guards what the permissions say of single columns against the canary test,
// which holds the same columns to every byte that leaves.
func TestThePermissionsSayWhoReadsAColumn(t *testing.T) {
	roles := map[string]accounts.Role{"msd": accounts.FocalPoint, "mha": accounts.FocalPoint, "ngo": accounts.FocalPoint, "coordinator": accounts.Coordinator, "countersigner": accounts.Countersigner,
		"partner": accounts.Partner, "auditor": accounts.Auditor, "administrator": accounts.Administrator}
	found := 0
	check := func(sh shown, c canary) {
		found++
		for owner, own := range owners {
			for _, state := range []string{"draft", "submitted", "returned", "approved"} {
				if sh.name == "read_comments" && state == "draft" {
					continue // a draft has none
				}
				for _, behalf := range []bool{false, true} {
					f := of(state, "own "+own+", writing "+own)
					if behalf {
						f.rules["writing"] = "coordinator"
					}
					want := strings.Fields(c.may(perch{State: progress.State(state), Owner: owner, OnBehalf: behalf, Organisation: owner == "BDS"}))
					for name, role := range roles {
						if _, may := (act{may: sh.may}).allows(signedIn, name, role, f); may != slices.Contains(want, name) {
							t.Errorf("%s of %s, %s (on behalf: %t): %s reads it: %t, and the canary test says %v", c.columns, owner, state, behalf, name, may, want)
						}
					}
				}
			}
		}
	}
	for _, area := range permissionAreas {
		for _, one := range area.things {
			for _, sh := range one.shows {
				for column := range strings.FieldsSeq(sh.columns) {
					for _, c := range canaries {
						if slices.Contains(strings.Split(c.columns, ","), column) {
							check(sh, c)
						}
					}
				}
			}
		}
	}
	if found < 7 {
		t.Errorf("only %d columns of the permissions are held by the canary test", found)
	}
}
