package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// filled is the form of a page as a browser would send it back, with changes.
func filled(a *answer, action string, change ...string) url.Values {
	a.t.Helper()
	form := url.Values{}
	sent := `form[method=post][action="` + action + `"]`
	found := a.find(sent)
	if len(found) != 1 {
		a.t.Fatalf("%s holds %d forms for %s", a.path, len(found), action)
	}
	for _, n := range a.find(sent + " input, " + sent + " textarea, " + sent + " option[selected]") {
		switch {
		case n.Data == "option":
			list := n.Parent
			if list.Data == "optgroup" {
				list = list.Parent
			}
			form.Set(attr(list, "name"), attr(n, "value"))
		case n.Data == "textarea":
			form.Set(attr(n, "name"), written(n))
		case attr(n, "type") == "radio" || attr(n, "type") == "checkbox":
			for _, at := range n.Attr {
				if at.Key == "checked" {
					form.Add(attr(n, "name"), attr(n, "value"))
				}
			}
		default:
			form.Set(attr(n, "name"), attr(n, "value"))
		}
	}
	for i := 0; i+1 < len(change); i += 2 {
		form.Set(change[i], change[i+1])
	}
	return form
}

// written is the text of a textarea as it was written into the page.
func written(n *html.Node) string {
	if n.FirstChild == nil {
		return ""
	}
	return strings.TrimPrefix(n.FirstChild.Data, "\n")
}

// wrongBeside fails unless the answer is 422 with a message at the field, a
// link to it in the summary, and the field itself.
func wrongBeside(a *answer, field string) {
	a.t.Helper()
	a.is(http.StatusUnprocessableEntity)
	if len(a.find(`.govuk-error-summary a[href='#`+field+`']`)) != 1 || len(a.find(`[id='`+field+`-error']`)) != 1 || len(a.find(`[id='`+field+`']`)) != 1 {
		a.t.Errorf("%s: nothing beside %s: %s", a.path, field, a.text(".govuk-error-summary"))
	}
}

func TestACoordinatorEntersAFramework(t *testing.T) {
	p := newPlanned(t)
	blank := p.one.get("/framework").is(http.StatusOK).says(".btns", "Add a framework", "Change the framework", "Add a node").says("main", "Add a node below 3.1")
	if blank.says("h2", "Framework"); len(blank.find("h3")) != 1 || len(blank.find("h4")) != 1 {
		t.Errorf("the tree shows %d strands and %d nodes below", len(blank.find("h3")), len(blank.find("h4")))
	}
	form := filled(p.one.get("/framework/new").is(http.StatusOK), "/framework/new", "code", "nap", "title", "National action plan", "short_name", "NAP 2022", "starts_on", "1 January 2022",
		"ends_on", "31 December 2024", "basis", "official", "note", "The adopted text", "country", "BW", "version", "7")
	for range 2 {
		p.one.post("/framework/new", form).is(http.StatusSeeOther)
	}
	if n := p.count("SELECT count(*) FROM frameworks WHERE code = 'NAP' AND country = 'LS' AND version = 1"); n != 1 {
		t.Errorf("two posts made %d frameworks", n)
	}
	p.one.get("/framework").is(http.StatusOK).says(".flash", "NAP was added").says("main", "National action plan", "1 January 2022", "31 December 2024", "The adopted text", "It has no node yet")
	// Both frameworks use the number 3: each counts its own.
	add := filled(p.one.get("/framework/NAP/nodes/new").is(http.StatusOK), "/framework/NAP/nodes/new", "number", "3", "level", "pillar", "title", "Protection of victims", "theme", "protection")
	p.one.post("/framework/NAP/nodes/new", add).is(http.StatusSeeOther)
	a := p.one.get("/framework").says("main", "Protection of victims", "pillar · Protection · 0 commitments")
	for _, link := range a.find(`a[href^="/commitments?node="]`) {
		href, said := attr(link, "href"), textOf(link)
		if list := p.one.get(href).is(http.StatusOK).text(".head .meta"); !strings.HasPrefix(list, strings.Fields(said)[0]+" of 4") {
			t.Errorf("%s says %q, its list %q", href, said, list)
		}
	}
	p.one.get("/").is(http.StatusOK).says("main", "Protection of victims (NSF)")
}

func TestWhatIsWrongInAFrameworkStandsBesideItsField(t *testing.T) {
	p := newPlanned(t)
	right := url.Values{"code": {"NAP"}, "title": {"Plan"}, "short_name": {"Plan"}, "starts_on": {"1 1 2022"}, "ends_on": {"31 12 2024"}, "basis": {"official"}, "note": {"Kept all the same"}}
	for _, c := range [][2]string{{"code", "NSF"}, {"code", "no/slash here, this is long"}, {"title", ""}, {"short_name", " "}, {"starts_on", "soon"}, {"ends_on", "1 1 2022"}, {"basis", "own"}, {"note", strings.Repeat("ö", 2001)}} {
		form := url.Values{}
		for name, v := range right {
			form[name] = v
		}
		form.Set(c[0], c[1])
		form.Del("key")
		a := p.one.post("/framework/new", form)
		if wrongBeside(a, c[0]); c[0] != "note" {
			a.says("#note", "Kept all the same")
		}
	}
	node := url.Values{"number": {"3.2"}, "level": {"objective"}, "title": {"Kept title"}, "theme": {"prevention"}}
	for _, c := range [][2]string{{"parent", "4711"}, {"parent", "top"}, {"number", ""}, {"number", "3.1"}, {"level", ""}, {"title", ""}, {"theme", "punishment"}} {
		form := url.Values{}
		for name, v := range node {
			form[name] = v
		}
		form.Set(c[0], c[1])
		a := p.one.post("/framework/NSF/nodes/new", form)
		if wrongBeside(a, c[0]); c[0] != "title" && attr(a.find("#title")[0], "value") != "Kept title" {
			t.Errorf("%v: what was typed is lost", c)
		}
	}
	if n, f := p.count("SELECT count(*) FROM nodes"), p.count("SELECT count(*) FROM frameworks"); n != 2 || f != 1 {
		t.Errorf("%d nodes and %d frameworks were written", n, f)
	}
	for _, path := range []string{"/framework/OTHER/change", "/framework/OTHER/nodes/new", "/framework/NSF/nodes/9/change", "/framework/NSF/nodes/x/remove", "/framework/OTHER/nodes/1/change"} {
		p.one.get(path).is(http.StatusNotFound)
	}
}

func TestTwoWhoChangeAFrameworkReadBothTexts(t *testing.T) {
	p := newPlanned(t)
	const path = "/framework/NSF/change"
	form := filled(p.one.get(path).is(http.StatusOK).says(".meta", "NSF"), path)
	theirs := filled(p.two.get(path), path, "title", "Framework as adopted", "basis", "official")
	p.two.post(path, theirs).is(http.StatusSeeOther)
	p.two.get("/framework").says(".flash", "NSF was changed").says("main", "Framework as adopted")
	form.Set("title", "Our framework")
	clash := p.one.post(path, form).is(http.StatusConflict).says("table", "Title", "Framework as adopted", "Our framework", "Whose words", "Official", "Illustrative")
	if strings.Contains(clash.text("table"), "First day") || attr(clash.find("#title")[0], "value") != "Our framework" {
		t.Error("the form names what is the same, or lost what was typed")
	}
	form.Set("version", attr(clash.find("input[name=version]")[0], "value"))
	form.Set("key", newKey())
	p.one.post(path, form).is(http.StatusSeeOther)
	p.one.get("/framework").says("main", "Our framework")
}

func TestANodeIsChangedAndOneEnteredByMistakeRemoved(t *testing.T) {
	p := newPlanned(t)
	id := itoa(int64(p.count("SELECT id FROM nodes WHERE number = '3.1'")))
	path := "/framework/NSF/nodes/" + id + "/change"
	form := filled(p.one.get(path).is(http.StatusOK).says("h1", "Change 3.1"), path, "title", "One procedure for all", "theme", "protection", "number", "9", "parent", "")
	p.one.post(path, form).is(http.StatusSeeOther)
	p.one.get("/framework").says(".flash", "3.1 was changed").says("h4", "3.1 One procedure for all")
	form.Set("title", "Another procedure")
	form.Set("key", newKey())
	p.two.post(path, form).is(http.StatusConflict).says("table", "One procedure for all", "Another procedure")
	remove := "/framework/NSF/nodes/" + id + "/remove"
	p.one.post(remove, filled(p.one.get(remove).is(http.StatusOK).says("h1", "Remove 3.1?"), remove)).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "It stays")

	add := "/framework/NSF/nodes/new"
	p.one.post(add, filled(p.one.get(add+"?under="+id), add, "number", "3.1.9", "level", "output", "title", "A slip")).is(http.StatusSeeOther)
	slip := itoa(int64(p.count("SELECT id FROM nodes WHERE number = '3.1.9'")))
	if n := p.count("SELECT parent_id FROM nodes WHERE number = '3.1.9'"); itoa(int64(n)) != id {
		t.Errorf("the node stands under %d", n)
	}
	remove = "/framework/NSF/nodes/" + slip + "/remove"
	gone := filled(p.one.get(remove), remove)
	p.msd.post(remove, gone).is(http.StatusNotFound)
	for range 2 {
		p.one.post(remove, gone).is(http.StatusSeeOther)
	}
	p.one.get("/framework").hides("A slip")
	p.one.get(remove).is(http.StatusNotFound)
}

func TestOnlyCoordinatorsAreOfferedToChangeTheFramework(t *testing.T) {
	p := newPlanned(t)
	for _, v := range []*visitor{p.msd, p.auditor} {
		a := v.get("/framework").is(http.StatusOK).hides("/framework/new", "/nodes/", "/change")
		if len(a.find(".btns a")) != 0 {
			t.Errorf("%s is offered %s", v.actor.Role, a.text(".btns"))
		}
	}
}
