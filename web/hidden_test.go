package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// noNames are what an address may hold in the place of an object that is not
// there: numbers out of any range, text, and odd ways to write.
var noNames = []string{"987654321", "0", "-1", "9223372036854775808", "1e3", "0x1", "%2B1", "nobody", "%20", "%00", "%FF", "a%2Fb", "..%2f", "%E2%80%AE1", "1;drop", strings.Repeat("9", 300)}

// missingAs are the addresses that an address of the matrix has with nothing
// there: its last object replaced by each of noNames.
func (s *scene) missingAs(name, path string) (list []string) {
	parts := strings.Split(path, "/")
	for i := len(parts) - 1; i >= 0; i-- {
		if strings.HasPrefix(parts[i], ":") {
			for _, none := range noNames {
				before, after := strings.Join(parts[:i], "/"), strings.Join(parts[i+1:], "/")
				filled := s.path(name, before+"/") + none
				if after != "" {
					filled += "/" + s.path(name, after)
				}
				list = append(list, filled)
			}
			return list
		}
	}
	return nil
}

// asksMore are routes that ask the database more of what is hidden than of
// what is not there, and why that is so.
var asksMore = map[string]string{
	"/links/:token/oidc":                       "whoever holds the secret of a link knows that it is there",
	"/publications/:number/read":               "a second question is to whom it is addressed; numbers are given out one after the other, so that there is one is no secret",
	"/publications/:number/files/:format":      "likewise",
	"/publications/:number/differences":        "likewise",
	"/publications/:number":                    "likewise",
	"/publications/:number/ratings":            "likewise",
	"/publications/:number/ratings/:row":       "likewise",
	"/publications/:number/clearance":          "likewise; or it is seen and is no record",
	"/periods/deadlines/:id":                   "a second question is whom it asks; deadlines are counted, what they are is hidden",
	"/periods/deadlines/:id/request":           "likewise",
	"/periods/deadlines/:id/request.csv":       "likewise",
	"/periods/deadlines/:id/request.xlsx":      "likewise",
	"/periods/deadlines/:id/request/:question": "likewise",
	"/periods/deadlines/:id/certify":           "it is seen, and is of no kind that is certified",
	"/periods/deadlines/:id/close":             "it is seen, and is of no kind that is closed",
	"/jobs/:id/file":                           "it is one's own, and wrote no file",
	"/measurements/:id":                        "who outside government reads figures follows from the definition in force, which is found through them",
	"/measurements/:id/correct":                "likewise",
	"/measurements/:id/approve":                "likewise",
	"/measurements/:id/return":                 "likewise",
}

// routeOf is the route of an address of the matrix.
func routeOf(routes []route, method, path string) string {
	return routes[slices.IndexFunc(routes, func(r route) bool { return r.method == method && names(r.path, path) })].path
}

// Guards what is hidden: to whom a route is open and the object is not, it
// answers byte for byte (but for the request's id) as every kind of what does
// not exist, in status, headers, cookies and body; it leaves the same trace,
// no message and no kept form; and it asks the database as much as for a
// number that is not there, so that time tells nothing either.
func TestWhatIsHiddenIsWhatIsNotThere(t *testing.T) {
	eachVisitor(t, func(t *testing.T, s *scene, column int) {
		name := visitors[column]
		h, v := s.copy(t, name)
		v.plain = true
		before, queries, tried, warm := h.content(), countQueries(t, h.db), 0, 25
		counted := func(send func() *answer) (*answer, int64) {
			from := queries.Load()
			a := send()
			return a, queries.Load() - from
		}
		compare := func(method, path string, send func(string) *answer) {
			if !strings.Contains(path, ":") || strings.Contains(path, ":none") || !v.reaches(method, path) {
				return
			}
			for range warm { // so many refusals of a minute are noted one by one, and more are summed up
				send(s.path(name, path))
			}
			warm = 1
			hidden, asked := counted(func() *answer { return send(s.path(name, path)) })
			if hidden.status != http.StatusNotFound {
				return
			}
			tried++
			for i, address := range s.missingAs(name, path) {
				missing, n := counted(func() *answer { return send(address) })
				if hidden.looksLike(missing); len(missing.header.Values("Set-Cookie")) > 0 {
					t.Errorf("%s %s sets a cookie", method, address)
				}
				if i == 0 && n != asked && asksMore[routeOf(h.s.routes(), method, path)] == "" {
					t.Errorf("%s: %s %s asks the database %d times, and %s %d times", name, method, path, asked, address, n)
				}
			}
		}
		for _, l := range reading {
			if strings.Fields(l.answers)[column] == "-" {
				compare(get, l.path, v.get)
			}
		}
		for _, l := range writing {
			if strings.Fields(l.answers)[column] == "-" {
				compare(post, l.path, func(address string) *answer { return v.post(address, s.form(name, l.form)) })
			}
		}
		if !h.same(before) {
			t.Errorf("%s: what is refused leaves a message, a form or more", name)
		}
		if name == "mha" && tried < 30 {
			t.Errorf("%s tried %d addresses", name, tried)
		}
	})
}

// Guards the form that is kept for a session that ended: of what is hidden it
// is kept as of what is not there, and tells nothing of either.
func TestAFormIsKeptOfTheHiddenAsOfTheMissing(t *testing.T) {
	s := newScene(t)
	h, v := s.copy(t, "mha")
	must(t, h.s.Accounts.SignOut(t.Context(), v.actor, v.cookie))
	var list []*answer
	for _, path := range []string{"/updates/:draft/edit", "/updates/:none/edit"} {
		a := v.post(s.path("mha", path), url.Values{"done": {"Typed for long"}, "key": {newKey()}})
		list = append(list, a.is(http.StatusSeeOther))
	}
	if list[0].header.Get("Location") != list[1].header.Get("Location") || len(list[0].header.Values("Set-Cookie")) != len(list[1].header.Values("Set-Cookie")) {
		t.Errorf("the hidden is kept with %v, the missing with %v", list[0].header, list[1].header)
	}
}
