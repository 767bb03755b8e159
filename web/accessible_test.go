package web

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"golang.org/x/net/html"

	"tracker/internal/dialogues"
)

// inTabs shares work out between two workers with tabs of a browser, one a core.
func inTabs[T any](t *testing.T, work []T, worker func(t *testing.T) (do func(one T))) {
	for n := range 2 {
		t.Run(fmt.Sprint("tab ", n), func(t *testing.T) {
			t.Parallel()
			do := worker(t)
			for i := n; i < len(work); i += 2 {
				do(work[i])
			}
		})
	}
}

// newLook is a tab in which pages are shown to be looked at.
func newLook(t *testing.T, origin string) *tab {
	return newTab(t, origin, desk).withAxe().open("/sign-in")
}

// as opens a page of the walk as the one who walks there.
func (w *walk) as(b *tab, s stop) *tab {
	b.t.Helper()
	b.session(w.people[s.walker])
	return b.leads(s.status, "opening "+s.path, chromedp.Navigate(b.origin+s.path))
}

// bothWidths looks at the page that a tab shows on a desk and on a phone: no
// rule of axe-core is broken, nothing is moved sideways, and a thumb hits what
// there is to press.
func (b *tab) bothWidths() {
	b.t.Helper()
	b.resize(desk)
	b.accessible()
	b.resize(phone)
	b.accessible()
	b.fits()
	b.thumbs()
	b.resize(narrowest)
	b.fits()
}

// What the browser is asked about pages, it would answer: about one that it opens, and about one that is shown to it.
func TestTheBrowserSeesWhatIsWrongWithAPage(t *testing.T) {
	h := newHouse(t, testDay)
	b := newTab(t, h.serve(), phone).open("/sign-in")
	b.seesWhatIsWrong()
	b.shows(h.stranger().get("/sign-in?next=%2Fcommitments").is(http.StatusOK)).says("h1", "Sign in").seesWhatIsWrong()
	if at := b.where(); at != "/sign-in?next=%2Fcommitments" {
		t.Errorf("what is shown stands at %s", at)
	}
}

// seesWhatIsWrong spoils a page that has a form.
func (b *tab) seesWhatIsWrong() {
	b.t.Helper()
	t := b.t
	for _, look := range []func() []string{b.violations, b.tooWide, func() []string { return ask[[]string](b, tooSmall) }, func() []string { return ask[[]string](b, tooLong) }} {
		if found := look(); len(found) > 0 {
			t.Errorf("the page as it is: %v", found)
		}
	}
	b.do(run(`document.querySelector("label").remove(); document.querySelector("main").insertAdjacentHTML("beforeend", '<div id="wide">x</div>');
		document.getElementById("wide").style.width = "500px"; document.querySelector("main .govuk-button").style.minHeight = "0";
		document.querySelector("main .govuk-button").style.padding = "0";
		document.querySelector("main").insertAdjacentHTML("beforeend", '<table><tr><td>' + "word ".repeat(9) + '</td><td>next</td></tr></table>');
		Object.assign(document.querySelector("main table").style, {tableLayout: "fixed", width: "12rem", whiteSpace: "nowrap"})`))
	for name, found := range map[string][]string{"a field without label": b.violations(), "500 pixels": b.tooWide(), "a low button": ask[[]string](b, tooSmall), "a long cell": ask[[]string](b, tooLong)} {
		if len(found) == 0 {
			t.Errorf("%s is not seen", name)
		}
	}
}

// The menu of a phone opens without a script, and a thumb hits its entries.
func TestTheMenuOpensOnAPhone(t *testing.T) {
	h := demoHouse(t, testDay)
	b := newTab(t, h.serve(), phone).withoutScripts().session(h.signIn("focal.msd@tracker.example")).open("/")
	if said := b.text(".nav"); said != "" {
		t.Errorf("the menu shows %q before it is opened", said)
	}
	b.do(chromedp.Click(chromedp.CSS(".menu"), chromedp.NodeVisible))
	b.says(".nav", "Home", "Commitments", "Help", "Focal point", "Sign out", "Account").fits()
	b.thumbs().press("Commitments").says("h1", "Commitments")
}

func TestEveryPageIsAccessibleOnADeskAndOnAPhone(t *testing.T) {
	t.Parallel()
	w := newWalk(t)
	origin := w.serve()
	inTabs(t, w.stops(), func(t *testing.T) func(stop) {
		look := newLook(t, origin)
		return func(s stop) { look.shows(s.answer).bothWidths() }
	})
}

// otherwise is what is sent of forms to which empty fields are right, and the
// answer to that.
var otherwise = map[string]struct {
	typed  string
	status int
}{
	"/forgotten":                         {"", http.StatusOK}, // its answer never depends on the address
	"/review/unchanged":                  {"", http.StatusOK}, // it says what came of each
	"/admin/institutions/:code/clearing": {"", http.StatusOK}, // nobody clears
	"/import/:id":                        {"", http.StatusOK}, // what is not answered stays as it is proposed

	"/recommendations/editions/:mechanism/:year/lineage":        {"", http.StatusOK}, // nothing is decided
	"/recommendations/editions/:mechanism/:year/classification": {"", http.StatusOK}, // it is about nothing in particular
	"/periods/:id/change":                {"soon", http.StatusUnprocessableEntity},
	"/dialogues/:id/agenda/:item/record": {strings.Repeat("x", dialogues.TextMax+1), http.StatusUnprocessableEntity},
	"/dialogues/:id/agenda/:item/change": {strings.Repeat("x", dialogues.TextMax+1), http.StatusUnprocessableEntity},
}

// form is a form of a page, with the route to which it is sent.
type form struct {
	stop
	route, action string
}

// shownByPost are forms that no page shows by itself, only the answer to another
// form: what looks at that answer is named beside each.
var shownByPost = map[string]string{
	"/account/second-factor/confirm": "TestASecondFactorIsSetUpAndUsedInABrowser",
	"/sign-in/code":                  "TestASecondFactorIsSetUpAndUsedInABrowser",
	"/recommendations/editions/:mechanism/:year/import/list": "TestAListIsPastedSavedAndConnectedInABrowser",
	"/recommendations/:id/items/relink":                      "TestAnItemIsSplitAndItsAnswersLinkedAnewInABrowser",
}

// forms finds, for each route that is posted to, a page with a form for it.
// Forms of buttons and boxes to tick alone are left out: there is nothing to
// get wrong.
func (w *walk) forms() []form {
	w.t.Helper()
	stops := w.stops()
	var list []form
	for _, r := range w.s.routes() {
		if r.method != post || shownByPost[r.path] != "" {
			continue
		}
		node, s := formFor(stops, r.path)
		if node == nil {
			w.t.Errorf("no page of the walk has a form for %s", r.path)
		} else if firstOf(node, "input:not([type=hidden]):not([type=checkbox]), textarea, select") != nil {
			list = append(list, form{s, r.path, attr(node, "action")})
		}
	}
	return list
}

func formFor(stops []stop, route string) (*html.Node, stop) {
	action := regexp.MustCompile("^" + parameter.ReplaceAllString(regexp.QuoteMeta(route), "[^/]+") + "$")
	for _, s := range stops {
		for _, form := range s.find(`form[method="post"]`) {
			if action.MatchString(attr(form, "action")) {
				return form, s
			}
		}
	}
	return nil, stop{}
}

// fillAndSend fills the form with an action, empties what takes no text, and
// presses its main button.
const fillAndSend = `((action, text) => {
	const form = [...document.forms].find(f => f.method === "post" && f.getAttribute("action") === action);
	for (const field of form.querySelectorAll("input:not([type=hidden]), textarea, select")) {
		if (field.type === "radio" || field.type === "checkbox") field.checked = false;
		else if (field.tagName !== "SELECT") field.value = text;
		else if (field.querySelector("option[value='']")) field.value = "";
	}
	form.requestSubmit(form.querySelector("button:not(.govuk-button--secondary)") || form.querySelector("button"));
})(%q, %q)`

// Every form of the program stands on some page. Sent empty it comes back with
// what is wrong with it, and that page is as accessible as the others.
func TestEveryFormThatIsWrongIsAccessibleOnADeskAndOnAPhone(t *testing.T) {
	t.Parallel()
	w := newWalk(t)
	origin := w.serve()
	inTabs(t, w.forms(), func(t *testing.T) func(form) {
		b, look := newTab(t, origin, desk), newLook(t, origin)
		return func(f form) {
			t.Helper()
			text, status := "", http.StatusUnprocessableEntity
			if o, ok := otherwise[f.route]; ok {
				text, status = o.typed, o.status
			}
			w.as(b, f.stop).leads(status, fmt.Sprintf("%q for %s", text, f.route), run(fmt.Sprintf(fillAndSend, f.action, text)))
			if status != http.StatusOK && b.text(".govuk-error-summary") == "" {
				t.Errorf("%s does not say what is wrong", b.where())
			}
			look.shows(b.shown()).bothWidths()
		}
	})
}
