package web

import (
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/plan"
)

// child is an object that an address names below another: Of leads to it, and
// Other is of the same kind and does not.
type child struct{ of, other, it string }

// children are by the route as far as the child. What a parameter holds that
// is a word of a list, and no row, stands in wordsOfRoutes.
var children = map[string]child{
	"/admin/people/:id/identities/:identity":   {":person_mha", ":disabled", ":identity_mha"},
	"/commitments/:ref/answers/:id":            {":shared", ":alone", ":answer"},
	"/recommendations/:id/items/:item":         {":recommendation", ":recommendation2", ":item"},
	"/framework/:code/nodes/:id":               {":nsf", "PLAN2", ":node_id"},
	"/updates/:id/evidence/:paper":             {":filed", ":foreign", ":paper"},
	"/periods/deadlines/:id/request/:question": {":asked", ":unasked", ":q_msd"},
	"/dialogues/:id/agenda/:item":              {":talk", ":coming", ":point"},
	"/publications/:number/ratings/:row":       {":pub_partner", ":pub_ngo", ":rated"},
}

// wordsOfRoutes are parameters behind another that name no row of their own:
// a year names the edition together with its mechanism.
var wordsOfRoutes = []string{":format", ":pack", ":kind", ":year"}

// childOf is the route as far as its child, empty when it has none.
func childOf(path string) string {
	parts := strings.Split(path, "/")
	for i := len(parts) - 1; i > 1; i-- {
		if strings.HasPrefix(parts[i], ":") && !slices.Contains(wordsOfRoutes, parts[i]) && strings.Contains(strings.Join(parts[:i], "/"), ":") {
			return strings.Join(parts[:i+1], "/")
		}
	}
	return ""
}

// in puts the other parent and a child into a route, at as far as the child.
func (c child) in(path, at, it string) string {
	parts := strings.Split(at, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, ":") {
			parts[i] = c.other
		}
	}
	parts[len(parts)-1] = it
	return strings.NewReplacer(":format", "pdf").Replace(strings.Join(parts, "/") + strings.TrimPrefix(path, at))
}

// Guards every object that is reached through another (probes 1 to 3): under
// the parent of another it answers, to everybody and for every form, as one
// that does not exist, and nothing changes.
func TestEveryChildIsLoadedThroughItsParent(t *testing.T) {
	eachVisitor(t, func(t *testing.T, s *scene, column int) {
		name := visitors[column]
		h, v := s.copy(t, name)
		v.plain = true
		h.write(func(tx *gorm.DB) error {
			_, err := plan.AddFramework(tx, h.clock, accounts.CommandLine(), plan.Framework{Country: "LS", Code: "PLAN2", Title: "Another", ShortName: "Another", Basis: "illustrative", StartsOn: day("2021-01-01"), EndsOn: day("2025-12-31")})
			return err
		})
		before, tried := h.content(), 0
		for _, r := range h.s.routes() {
			at := childOf(r.path)
			if at == "" || !r.may.allows(v.actor.Role) || name == "nobody" {
				continue
			}
			c, known := children[at]
			if !known {
				t.Errorf("%s reaches %s through another: say in children what is to be tried under another's parent", r.path, at)
				continue
			}
			wrong, none := s.path(name, c.in(r.path, at, c.it)), s.path(name, c.in(r.path, at, ":none"))
			if r.method == get {
				a := v.get(wrong)
				a.looksLike(v.get(none))
				refusedOutright(t, a)
			} else {
				form := s.formFor(h, "", r, "")
				a := v.post(wrong, form)
				a.looksLike(v.post(none, form))
				refusedOutright(t, a)
			}
			tried++
		}
		if name == "coordinator" && tried < 25 {
			t.Errorf("only %d routes were tried", tried)
		}
		if !h.same(before) {
			t.Error("a child under the parent of another changes something")
		}
	})
}

// refusedOutright: nothing is there, or the parent itself refuses whatever is
// below it.
func refusedOutright(t *testing.T, a *answer) {
	t.Helper()
	if a.status < 400 || a.status >= 500 {
		t.Errorf("%s answers %d", a.path, a.status)
	}
}

// A child of the scene is reached through its own parent: else the test above
// would prove nothing.
func TestTheChildrenOfTheSceneAreThere(t *testing.T) {
	s := newScene(t)
	h, _ := s.copy(t, "nobody")
	for at, c := range children {
		found := 0
		opens := func(path, answers, sign string) {
			parts := strings.Split(path, "/")
			i, j := slices.Index(parts, c.of), slices.Index(parts, c.it)
			if i > 0 && j > i && strings.Contains(answers, sign) && names(at, strings.Join(parts[:j+1], "/")) {
				found++
			}
		}
		for _, l := range reading {
			opens(l.path, l.answers, "y")
		}
		for _, l := range writing {
			opens(l.path, l.answers, ">")
		}
		if found == 0 {
			t.Errorf("%s: no line of the matrix opens %s through %s", at, c.it, c.of)
		}
		if s.path("", c.other) == s.path("", c.of) || len(h.s.routes()) == 0 {
			t.Errorf("%s: %s is no other parent", at, c.other)
		}
	}
}
