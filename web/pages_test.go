package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"text/template/parse"
	"time"

	"golang.org/x/net/html"

	"tracker/internal/accounts"
)

// named makes every page say which template it came from.
func (h *house) named() {
	for name, page := range h.s.render.pages {
		root := page.Lookup("main").Tree.Root
		root.Nodes = append(root.Nodes, &parse.TextNode{NodeType: parse.NodeText, Text: []byte(`<p hidden data-template="` + name + `"></p>`)})
	}
}

// Every template is executed by some request of the walk, as a page or as the
// answer to a form that is wrong, and every page is well made.
func TestEveryTemplateMakesAGoodPage(t *testing.T) {
	t.Parallel()
	w := newWalk(t)
	w.named()
	seen := map[string]bool{}
	look := func(a *answer) {
		for _, fault := range a.faults() {
			t.Errorf("%s: %s", a.path, fault)
		}
		for _, n := range a.find("[data-template]") {
			seen[attr(n, "data-template")] = true
		}
	}
	for _, s := range w.stops() {
		look(s.answer)
	}
	for _, f := range w.forms() {
		if a := w.people[f.walker].post(f.action, emptied(f)); a.doc != nil {
			look(a)
		}
	}
	look(w.people["coordinator.one@tracker.example"].sendFiles("/recommendations/editions/TIP/2020/import", part{"text", "", pasted}).is(http.StatusOK))
	admin := w.people["admin@tracker.example"]
	look(admin.post("/admin/people", url.Values{"email": {"new@tracker.example"}, "institution": {"MSD"}, "title": {"Adviser"}, "role": {"focal_point"}}).is(http.StatusOK))
	w.second(admin, look)
	stranger := gate{house: w.house}.browser()
	stranger.post("/sign-in/oidc", url.Values{}).is(http.StatusSeeOther)
	look(stranger.get("/issuer").is(http.StatusOK))
	for _, name := range w.s.render.Names() {
		if !seen[name] {
			t.Errorf("no request of the walk renders %s", name)
		}
	}
}

// second has somebody set up a second factor and come to where its code is asked for.
func (w *walk) second(v *visitor, look func(*answer)) {
	w.t.Helper()
	a := v.post(secondPath, url.Values{}).is(http.StatusOK)
	look(a)
	look(v.post(secondPath+"/confirm", url.Values{"offer": {attr(a.find("input[name=offer]")[0], "value")}, "code": {appCode(w.t, a.text("dd code"), time.Now())}}).is(http.StatusOK))
	link, err := w.s.Accounts.Link(w.t.Context(), accounts.CommandLine(), "", v.actor.PersonID, accounts.SignInLink)
	must(w.t, err)
	in, err := w.s.Accounts.UseLink(w.t.Context(), accounts.LinkForm{Token: link.Token})
	must(w.t, err)
	b := gate{house: w.house}.browser()
	b.cookies[stepCookie] = &http.Cookie{Name: stepCookie, Value: in.Step}
	look(b.get(codePath).is(http.StatusOK))
}

// emptied is a form of a page as it is sent when nothing is filled in.
func emptied(f form) url.Values {
	v := url.Values{}
	for _, n := range f.find(`form[method="post"][action="` + f.action + `"] [name]`) {
		if v.Set(attr(n, "name"), ""); attr(n, "type") == "hidden" {
			v.Set(attr(n, "name"), attr(n, "value"))
		}
	}
	return v
}

// faults lists what is badly made in a page.
func (a *answer) faults() []string {
	faults := unclosed(a.body)
	note := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if n := len(a.find("h1")); n != 1 {
		note("%d elements h1", n)
	}
	if attr(a.find("html")[0], "lang") == "" || strings.TrimSpace(a.text("title")) == "" || len(a.find("main")) != 1 {
		note("no language, no title or no main part")
	}
	level := 0
	for _, n := range a.find("h1, h2:not(.govuk-error-summary__title), h3, h4, h5, h6") { // a summary of errors stands above all
		next := int(n.Data[1] - '0')
		if next > level+1 {
			note("the heading %q jumps from level %d to %d", textOf(n), level, next)
		}
		level = next
	}
	ids := map[string]int{}
	for _, n := range a.find("[id]") {
		if ids[attr(n, "id")]++; ids[attr(n, "id")] == 2 {
			note("the id %q twice", attr(n, "id"))
		}
	}
	for _, name := range []string{"for", "aria-describedby", "aria-labelledby", "aria-controls", "list"} {
		for _, n := range a.find("[" + name + "]") {
			for id := range strings.FieldsSeq(attr(n, name)) {
				if ids[id] == 0 {
					note("%s=%q names nothing", name, id)
				}
			}
		}
	}
	for _, n := range a.find("input:not([type=hidden]), select, textarea") {
		labelled := attr(n, "aria-label") != "" || attr(n, "aria-labelledby") != "" || slices.ContainsFunc(a.find("label"), func(l *html.Node) bool {
			return attr(l, "for") != "" && attr(l, "for") == attr(n, "id") || slices.Contains(below(l), n)
		})
		if !labelled {
			note("the field %q has no label", attr(n, "name"))
		}
	}
	for _, sign := range []string{"<no value>", "ZgotmplZ", "%!", "[object", "&lt;nil&gt;"} {
		if strings.Contains(a.body, sign) {
			note("it holds %s", sign)
		}
	}
	return faults
}

// below lists a node and all that stands in it.
func below(n *html.Node) []*html.Node {
	list := []*html.Node{n}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		list = append(list, below(c)...)
	}
	return list
}

// without closing tag, in HTML.
var void = []string{"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}

// unclosed lists the tags of a page that are not closed in their order.
func unclosed(page string) (faults []string) {
	var open []string
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				faults = append(faults, fmt.Sprintf("never closed: %v", open))
			}
			return faults
		case html.StartTagToken:
			if name, _ := z.TagName(); !slices.Contains(void, string(name)) {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				return append(faults, fmt.Sprintf("</%s> closes %v", name, open))
			}
			open = open[:len(open)-1]
		}
	}
}

// What the test looks for, it finds.
func TestABadPageIsSeen(t *testing.T) {
	const bad = `<html><head><title></title></head><body><main><h1>A</h1><h1>B</h1><h3 id="x">C</h3><p id="x">%!d(string=1)<input name="a"><label for="b">B</label><input id="c" aria-describedby="d"></main></body></html>`
	doc, err := html.Parse(strings.NewReader(bad))
	must(t, err)
	got := (&answer{t: t, body: bad, doc: doc}).faults()
	if len(got) != 10 {
		t.Errorf("%d faults: %s", len(got), strings.Join(got, "; "))
	}
	const good = `<html lang="en"><head><title>T</title></head><body><main><h1>A</h1><h2>B</h2><label>C<input name="a"></label><label for="b">D</label><select id="b"></select><svg><path/></svg></main></body></html>`
	doc, err = html.Parse(strings.NewReader(good))
	must(t, err)
	if got := (&answer{t: t, body: good, doc: doc}).faults(); len(got) > 0 {
		t.Errorf("a good page has %v", got)
	}
}
