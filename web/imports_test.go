package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// ministryPlan is a plan as a ministry keeps it, with names of its own.
const ministryPlan = `National Action Plan 2022-2024;;;;;;;;
Pillar;Objective;No.;Activity;Performed by;Supporting Agencies;Timeframe;Budget (LSL);Notes
1. Prevention;1.1 Inform the public;1.1.1;Broadcast radio programmes;Min. of Home Affairs;MSD;Jan 2022 - Dec 2022;20 000;Air time is free
;;1.1.2;Print leaflets;Ministry of Works;World Vision;Q1 2022;about 500;
2. Protection;2.1 Care for victims;2.1.1;Open a shelter;MSD;BDS;by June 2023;1,500,000.50;
`

// answerForm is what the form of a file on its page holds, with other answers.
func answerForm(a *answer, step string, others ...string) url.Values {
	form := url.Values{"step": {step}}
	for _, n := range a.find(`form[action^="/import/"] input, form[action^="/import/"] select`) {
		name := attr(n, "name")
		switch {
		case n.Data == "select":
			for _, o := range cascadia.QueryAll(n, cascadia.MustCompile("option")) {
				if hasAttr(o, "selected") || form.Get(name) == "" {
					form.Set(name, attr(o, "value"))
				}
			}
		case attr(n, "type") == "checkbox" && !hasAttr(n, "checked"), attr(n, "type") == "radio" && !hasAttr(n, "checked"):
		default:
			form.Set(name, attr(n, "value"))
		}
	}
	for i := 0; i < len(others); i += 2 {
		form.Set(others[i], others[i+1])
	}
	form.Set("key", newKey())
	return form
}

func hasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// A matrix is read, asked about, looked at and taken; nothing is kept before,
// and nothing is taken that was not shown with these answers.
func TestAMatrixIsBroughtInFromItsPage(t *testing.T) {
	h := demoHouse(t, testDay)
	one := h.signIn("coordinator.one@tracker.example")
	one.get("/import").is(http.StatusOK).says("h1", "Bring in a file").says("main", "No file was sent")
	one.sendFiles("/import", part{"what", "", "plan"}).is(http.StatusUnprocessableEntity).says("#file-error", "Choose a file")
	one.sendFiles("/import", part{"what", "", "plan"}, part{"file", "list.csv", "Name;Town\nA;B\nC;D\n"}).is(http.StatusUnprocessableEntity).says("#file-error", "This is no plan")
	at := one.sendFiles("/import", part{"what", "", "plan"}, part{"file", "plan.csv", ministryPlan}).is(http.StatusSeeOther).header.Get("Location")
	a := one.get(at).is(http.StatusOK).says(".note", "wait for your answer", "Nothing is kept before that").says("main", "Ministry of Works", "World Vision", "Performed by")
	a.hides(`value="take"`)

	// The form is not enough yet, and what was typed stays.
	one.post(at, answerForm(a, "again", "a.target", "new", "a.target.code", "NAP", "a.column.E", "lead", "a.institution.world vision", "new_outside")).is(http.StatusSeeOther)
	a = one.get(at).is(http.StatusOK).says(".flash", "Nothing is kept yet").says(".govuk-error-summary", "Enter a title")
	if got := attr(a.find(`[name="a.target.code"]`)[0], "value"); got != "NAP" {
		t.Errorf("the code is %q", got)
	}
	one.post(at, answerForm(a, "take", "a.target.title", "National Action Plan", "a.target.short_name", "NAP", "a.target.starts_on", "1 April 2022", "a.target.ends_on", "31 March 2024")).is(http.StatusSeeOther)
	one.get("/commitments/NAP%201.1.1").is(http.StatusNotFound) // other answers than those that its page was made with
	a = one.get(at).is(http.StatusOK).says(".note", "Look at the rows, then take the file in").says("#rows", "NAP 1.1.2", "Print leaflets", "New").says("main", "No amount can be read here for certain", "about 500")

	one.post(at, answerForm(a, "take")).is(http.StatusSeeOther)
	one.get(at).is(http.StatusOK).says(".flash", "Taken: 7 new, 0 changed").says(".note", "Taken on").hides("Take it in")
	one.get("/commitments/NAP%201.1.1").is(http.StatusOK).says("h1", "Broadcast radio programmes").says("main", "Home Affairs", "Remark: Air time is free")
	one.get("/framework").is(http.StatusOK).says("main", "National Action Plan", "Care for victims")
	one.get("/import").is(http.StatusOK).says("tbody", "plan.csv", "Taken")
	if file := one.get(at + "/report.xlsx").is(http.StatusOK); file.header.Get("Content-Type") != typeWorkbook {
		t.Errorf("the report is %s", file.header.Get("Content-Type"))
	}

	// The same file again asks nothing that was told, and changes nothing.
	at = one.sendFiles("/import", part{"what", "", "plan"}, part{"file", "plan.csv", ministryPlan}).is(http.StatusSeeOther).header.Get("Location")
	a = one.get(at).is(http.StatusOK).says(".note", "1 question waits")
	if chosen := a.find(`[name="a.target"] option[selected]`); len(chosen) != 1 || attr(chosen[0], "value") != "NAP" {
		t.Error("the framework that has these titles is not proposed")
	}
	one.post(at, answerForm(a, "take")).is(http.StatusSeeOther)
	one.get(at).is(http.StatusOK).says(".note", "Nothing would change")
	one.post(at+"/discard", url.Values{"key": {newKey()}}).is(http.StatusSeeOther)
	one.get(at).is(http.StatusNotFound)

	// To everybody else the files do not exist.
	two := h.signIn("coordinator.two@tracker.example")
	two.get("/import").is(http.StatusOK).says("main", "No file was sent")
	two.get(strings.TrimSuffix(at, "2") + "1").is(http.StatusNotFound)
}

// A long file is read and taken by jobs, and can be left meanwhile.
func TestALongMatrixIsReadAndTakenByJobs(t *testing.T) {
	h := demoHouse(t, testDay)
	h.s.readNow = 2
	one := h.signIn("coordinator.one@tracker.example")
	var b strings.Builder
	b.WriteString("Pillar;No.;Activity;Lead;Timeframe\n")
	for n := range 40 {
		fmt.Fprintf(&b, "1. Prevention;1.%d;Do the thing of number %d;MHA;2022\n", n+1, n+1)
	}
	at := one.sendFiles("/import", part{"what", "", "plan"}, part{"file", "long.csv", b.String()}).is(http.StatusSeeOther).header.Get("Location")
	a := one.get(at).is(http.StatusOK).says("h2", "Reading long.csv").says("main", "You can leave this page")
	if a.header.Get("Refresh") == "" || len(a.find("progress")) != 1 {
		t.Error("it does not say how far it is")
	}
	one.get("/jobs").is(http.StatusOK).says("main", "Reading long.csv")
	h.work()
	a = one.get(at).is(http.StatusOK).says("#rows", "Do the thing of number 40")
	one.post(at, answerForm(a, "again", "a.target", "new", "a.target.code", "LONG", "a.target.title", "A long plan", "a.target.short_name", "Long", "a.target.starts_on", "1 April 2022", "a.target.ends_on", "31 March 2024")).is(http.StatusSeeOther)
	one.post(at, answerForm(one.get(at), "take")).is(http.StatusSeeOther)
	one.get(at).is(http.StatusOK).says("h2", "Taking long.csv")
	h.work()
	one.get(at).is(http.StatusOK).says(".note", "Taken on")
	one.get("/commitments/LONG%201.40").is(http.StatusOK)

	// A job that finds no plan keeps the reason.
	at = one.sendFiles("/import", part{"what", "", "plan"}, part{"file", "none.csv", strings.Repeat("Name;Town\n", 9)}).is(http.StatusSeeOther).header.Get("Location")
	h.work()
	one.get(at).is(http.StatusOK).says("main", "This is no plan", "Another file").hides("Take it in")
}

// With answers that make a file none of its kind its page comes back with them.
func TestAnswersThatMakeItNoPlanAreNotLost(t *testing.T) {
	h := demoHouse(t, testDay)
	one := h.signIn("coordinator.one@tracker.example")
	at := one.sendFiles("/import", part{"what", "", "plan"}, part{"file", "plan.csv", ministryPlan}).is(http.StatusSeeOther).header.Get("Location")
	form := answerForm(one.get(at), "again", "a.target.code", "NAP", "a.institution.world vision", "leave", "a.column.D", "none", "a.column.B", "none", "a.column.A", "none")
	a := one.post(at, form).is(http.StatusUnprocessableEntity).says(".govuk-error-summary", "This is no plan")
	again := answerForm(a, "again")
	for _, name := range []string{"a.target.code", "a.institution.world vision", "a.column.D", "a.column.A"} {
		if again.Get(name) != form.Get(name) {
			t.Errorf("%s is %q, typed was %q", name, again.Get(name), form.Get(name))
		}
	}
	if link := a.find(".govuk-error-summary a"); len(link) != 1 || len(a.find(attr(link[0], "href"))) != 1 {
		t.Error("the summary leads to no field")
	}
}

// What another coordinator wrote meanwhile is shown before anything is taken.
func TestAPlanThatMovedIsShownAgain(t *testing.T) {
	h := demoHouse(t, testDay)
	one, two := h.signIn("coordinator.one@tracker.example"), h.signIn("coordinator.two@tracker.example")
	list := func(title string) part { return part{"file", "list.csv", "code,name\nMSD," + title + "\n"} }
	admin := h.signIn("admin@tracker.example")
	at := admin.sendFiles("/import", part{"what", "", "list:institutions"}, list("Ministry of Care")).is(http.StatusSeeOther).header.Get("Location")
	form := answerForm(admin.get(at).says("#rows", "Ministry of Care"), "take")
	other := admin.sendFiles("/import", part{"what", "", "list:institutions"}, list("Ministry of All")).is(http.StatusSeeOther).header.Get("Location")
	admin.post(other, answerForm(admin.get(other), "take")).is(http.StatusSeeOther)
	admin.post(at, form).is(http.StatusSeeOther)
	a := admin.get(at).is(http.StatusOK).says(".flash", "Look at the rows again").says("#rows", "Ministry of All", "Ministry of Care")
	admin.post(at, answerForm(a, "take")).is(http.StatusSeeOther)
	admin.get(at).is(http.StatusOK).says(".note", "Taken on")
	one.get("/institutions/MSD").is(http.StatusOK).says("h1", "Ministry of Care")
	two.post(at, answerForm(a, "take")).is(http.StatusNotFound)
}

// A button that is pressed twice takes the file once, and neither answer is an error.
func TestTakingTwiceAtOnceIsTakenOnce(t *testing.T) {
	h := demoHouse(t, testDay)
	admin := h.signIn("admin@tracker.example")
	for round := range 5 {
		at := admin.sendFiles("/import", part{"what", "", "list:institutions"}, part{"file", "list.csv", fmt.Sprintf("code,name\nMSD,Ministry of Care %d\n", round)}).is(http.StatusSeeOther).header.Get("Location")
		form := answerForm(admin.get(at), "take")
		form.Set("key", newKey())
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if a := admin.post(at, form); a.status != http.StatusSeeOther {
					t.Errorf("an answer is %d", a.status)
				}
			})
		}
		all.Wait()
		admin.get(at).is(http.StatusOK).says(".note", "Taken on")
	}
	if n := h.count("SELECT count(*) FROM audit_entries WHERE action = 'import.take'"); n != 5 {
		t.Errorf("%d entries of taking", n)
	}
}

// Many names are asked in parts, and the page stays small.
func TestManyQuestionsAreAskedInParts(t *testing.T) {
	h := demoHouse(t, testDay)
	one := h.signIn("coordinator.one@tracker.example")
	var b strings.Builder
	b.WriteString("Pillar;No.;Activity;Lead;Timeframe\n")
	for n := range 70 {
		fmt.Fprintf(&b, "1. Prevention;1.%d;Do the thing of number %d;Bureau of matter %d;2022\n", n+1, n+1, n+1)
	}
	at := one.sendFiles("/import", part{"what", "", "plan"}, part{"file", "many.csv", b.String()}).is(http.StatusSeeOther).header.Get("Location")
	names := func(a *answer) int { return len(a.find(`select[name^="a.institution."]`)) }
	a := one.get(at).is(http.StatusOK).says("main", "30 more are not shown")
	if names(a) != 40 || names(one.get(at+"?all=1")) != 70 {
		t.Errorf("%d names are asked", names(a))
	}
	one.post(at, answerForm(a, "again", "a.target", "NSF")).is(http.StatusSeeOther)
	a = one.get(at).is(http.StatusOK).says(".note", "30 questions wait")
	if asked := a.find(`select[name="a.institution.bureau of matter 70"]`); names(a) != 40 || len(asked) != 1 {
		t.Errorf("%d names are asked, the last of them %d times", names(a), len(asked))
	}
	one.post(at, answerForm(a, "again")).is(http.StatusSeeOther)
	one.post(at, answerForm(one.get(at), "take")).is(http.StatusSeeOther)
	one.get(at).is(http.StatusOK).says(".flash", "Taken")
	if len(one.get("/institutions").is(http.StatusOK).find(`a[href^="/institutions/BM"]`)) < 70 {
		t.Error("not all of them were made")
	}
}
